//! The figures: the joint and q over z, the running estimates, the log-weights.

use super::draws::DrawsSoFar;
use super::setting::{FIELDS, Setting};
use super::truth::LineTruth;
use crate::figure::{Axis, Figure, Grip, Handle, Mark, Role, Shape};
use crate::quantity::{Label, Quantity};
use crate::state::{Language, Text, number, say, text};

/// Most draws that are drawn as dots.
const MOST_DOTS: usize = 300;
/// Up to this number of draws the newest one is drawn with its weight.
const MOST_STEMS: usize = 24;
/// Radius in pixels of the dot of a draw with weight p(x).
const DOT: f64 = 2.6;
/// The range of z to both sides; extended to contain all but this share of p(z|x).
const REACH: f64 = 4.0;
const OUTSIDE: f64 = 1e-4;
const MARGIN: f64 = 0.3;
/// The largest standard deviation of q: its handle stays inside the figure.
const WIDEST: f64 = 3.0;
/// 95 % of a normal distribution lie within so many deviations.
const DEVIATIONS: f64 = 1.96;
/// The golden ratio's fractional part, whose multiples are evenly spread for any number of dots.
const GOLDEN: f64 = 0.618_033_988_749_894_9;

/// The parts of the figures that do not depend on the draws.
pub(super) struct Pictures {
    /// The range of z.
    span: [f64; 2],
    /// Densities are drawn in units of ten to this power.
    power: i32,
    /// Height of the picture in these units.
    top: f64,
    joint: Vec<[f64; 2]>,
    prior: Vec<[f64; 2]>,
    q: Vec<[f64; 2]>,
    log_weight: Vec<[f64; 2]>,
}

fn grid([low, high]: [f64; 2], steps: usize) -> impl Iterator<Item = f64> {
    (0..=steps).map(move |step| low + (high - low) * step as f64 / steps as f64)
}

impl Pictures {
    pub(super) fn of(setting: &Setting, truth: &LineTruth) -> Self {
        // The range of p(z|x), independent of q, so that the axis does not move during a drag.
        let [left, right] = [OUTSIDE, 1.0 - OUTSIDE].map(|share| truth.posterior.quantile(share));
        let span = [(-REACH).min(left - MARGIN), REACH.max(right + MARGIN)];
        let log_p = truth.log_evidence();
        let near = |steps| {
            grid([setting.mean - 6.0 * setting.sd(), setting.mean + 6.0 * setting.sd()], steps)
        };
        let mut places: Vec<f64> = grid(span, 640).chain(near(120)).collect();
        places.retain(|z| (span[0]..=span[1]).contains(z));
        places.sort_by(f64::total_cmp);
        let log_top = places.iter().map(|z| truth.log_joint(*z)).fold(f64::MIN, f64::max);
        // A very narrow q is clipped, so that the joint is not drawn flat.
        let log_peak = (log_p + setting.log_q(setting.mean)).min(log_top + 2.5_f64.ln());
        let log_top = log_top.max(log_peak) + 1.12_f64.ln();
        let tens = (log_top / std::f64::consts::LN_10).floor() as i32;
        let power = if tens < -4 { tens } else { 0 };
        let unit = f64::from(power) * std::f64::consts::LN_10;
        let curve = |log_density: &dyn Fn(f64) -> f64| -> Vec<[f64; 2]> {
            places.iter().map(|z| [*z, (log_density(*z) - unit).exp()]).collect()
        };
        let reach = [setting.mean - 4.6 * setting.sd(), setting.mean + 4.6 * setting.sd()];
        Self {
            span,
            power,
            top: (log_top - unit).exp(),
            joint: curve(&|z| truth.log_joint(z)),
            prior: curve(&|z| log_p + truth.posterior.model().log_prior(z)),
            q: curve(&|z| log_p + setting.log_q(z)),
            log_weight: grid(reach, 240)
                .map(|z| [z, truth.log_joint(z) - setting.log_q(z)])
                .collect(),
        }
    }

    pub(super) fn figures(
        &self,
        setting: &Setting,
        truth: &LineTruth,
        seen: &DrawsSoFar,
        language: Language,
    ) -> Vec<Figure> {
        vec![
            self.area(setting, truth, seen, language),
            estimates(setting, truth, seen, language),
            self.log_weights(setting, truth, seen, language),
        ]
    }

    /// p(x, z), q scaled to the same area, and the draws.
    fn area(
        &self,
        setting: &Setting,
        truth: &LineTruth,
        seen: &DrawsSoFar,
        language: Language,
    ) -> Figure {
        let say = |text: Text| text.say(language);
        let log_p = truth.log_evidence();
        let unit = f64::from(self.power) * std::f64::consts::LN_10;
        let height = |log_density: f64| (log_density - unit).exp();
        let area = written(log_p.exp(), language);
        let joint = format!("p(x, z), {} p(x) = {area}", say(text!("area")));
        let mut marks = vec![
            Mark::named(
                Role::Posterior,
                joint,
                Shape::Area { points: self.joint.clone(), base: 0.0 },
            ),
            Mark::new(Role::Posterior, Shape::Line(self.joint.clone())),
            Mark::named(
                Role::Prior,
                say(text!("p(z), same area")),
                Shape::Line(self.prior.clone()),
            ),
            Mark::named(Role::Q, say(text!("q(z), same area")), Shape::Line(self.q.clone())),
        ];
        let range = seen.latest(MOST_DOTS);
        let dot = |index: usize| {
            let jitter = (index as f64 * GOLDEN).fract();
            let radius = DOT * (0.5 * (seen.log_weights[index] - log_p)).exp();
            [seen.latents[index], self.top * (0.015 + 0.09 * jitter), radius.clamp(0.8, 16.0)]
        };
        let mut dots: Vec<[f64; 3]> = range.clone().map(dot).collect();
        let heaviest = seen.now().map(|now| now.heaviest);
        dots.extend(heaviest.filter(|index| !range.contains(index)).map(dot));
        if !dots.is_empty() {
            let name = say(text!("draws, sized by weight"));
            marks.push(Mark::named(Role::Sampling, name, Shape::Dots(dots)));
        }
        if let (Some(&z), Some(&log_weight), 1..=MOST_STEMS) =
            (seen.latents.last(), seen.log_weights.last(), seen.latents.len())
        {
            let ends = [height(log_p + setting.log_q(z)), height(truth.log_joint(z))];
            marks.push(Mark::new(Role::Sampling, Shape::Line(vec![[z, ends[0]], [z, ends[1]]])));
            marks.push(Mark::new(Role::Sampling, Shape::Dots(vec![[z, ends[1], 4.0]])));
            let weight = format!("w = {}", written(log_weight.exp(), language));
            let at = [z, ends[1].clamp(0.2 * self.top, 0.93 * self.top)];
            marks.push(Mark::new(Role::Sampling, Shape::Label(at, weight)));
        }
        let label = match self.power {
            0 => say(text!("density")).to_owned(),
            power => format!(
                "{} {}",
                say(text!("density in units of")),
                number::small(10_f64.powi(power), language).trim_start_matches("1·")
            ),
        };
        let value = |symbol: &str, value: f64| {
            format!("{symbol} = {}", number::decimal(value, 3, language))
        };
        let side = if setting.mean > self.span[1] - WIDEST { -1.0 } else { 1.0 };
        let peak = height(log_p + setting.log_q(setting.mean));
        let at = |z: f64, height: f64| [z, height.min(0.97 * self.top)];
        let handles = vec![
            Handle {
                name: "m".into(),
                label: say(text!("mean of q")).to_owned(),
                value_text: value("m", setting.mean),
                at: at(setting.mean, peak),
                role: Role::Q,
                horizontal: Some(Grip::direct(FIELDS.mean.place())),
                vertical: None,
            },
            Handle {
                name: "v".into(),
                label: say(text!("width of q")).to_owned(),
                value_text: value("√v", setting.sd()),
                at: at(setting.mean + side * setting.sd(), peak * (-0.5_f64).exp()),
                role: Role::Q,
                horizontal: Some(Grip::variance(FIELDS.variance.place(), setting.mean, side)),
                vertical: None,
            },
        ];
        let summary = say!(
            language,
            "The joint density over z, whose area is p(x) = {area}, with the prior and q scaled \
             to the same area, and {latents} draws from q.",
            area,
            latents = number::integer(seen.latents.len() as u64, language),
        );
        Figure {
            name: "evidence-area".into(),
            caption: say(text!("Evidence is an area")).to_owned(),
            x: Axis::linear("z", self.span).of_setting(),
            y: Axis::linear(label, [0.0, self.top]).of_setting(),
            marks,
            handles,
            summary,
        }
    }

    /// ℓ(z) with the draws on it.
    fn log_weights(
        &self,
        setting: &Setting,
        truth: &LineTruth,
        seen: &DrawsSoFar,
        language: Language,
    ) -> Figure {
        let say = |text: Text| text.say(language);
        let log_p = truth.log_evidence();
        // Most draws lie within two deviations; beyond that only the drawn values determine the range.
        let middle: Vec<f64> = self
            .log_weight
            .iter()
            .filter(|[z, _]| (z - setting.mean).abs() <= 2.6 * setting.sd())
            .map(|[_, height]| *height)
            .collect();
        let lowest = middle.iter().copied().fold(f64::INFINITY, f64::min);
        let highest = middle.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let high = highest.max(log_p).max(seen.largest);
        let low =
            lowest.min(log_p).max(high - 14.0).min(truth.elbo.unwrap_or(log_p).max(high - 40.0));
        let room = (0.08 * (high - low)).max(0.05);
        let mut marks = vec![
            Mark::named(
                Role::Sampling,
                "ℓ(z) = log p(x, z) − log q(z)",
                Shape::Line(self.log_weight.clone()),
            ),
            Mark::named(
                Role::Evidence,
                Label::short(Quantity::LogEvidence, language),
                Shape::Level(log_p),
            ),
        ];
        if let Some(elbo) = truth.elbo {
            let name = Label::of(Quantity::Elbo, language).qualified(say(text!("the mean of ℓ")));
            marks.push(Mark::named(Role::Elbo, name, Shape::Level(elbo)));
        }
        let dots = seen.latest(MOST_DOTS).map(|i| [seen.latents[i], seen.log_weights[i], 2.4]);
        marks.push(Mark::new(Role::Sampling, Shape::Dots(dots.collect())));
        if let Some((now, share)) = seen.now().and_then(|now| Some((now, now.max_share?))) {
            let at = [seen.latents[now.heaviest], seen.log_weights[now.heaviest]];
            marks.push(Mark::new(Role::Sampling, Shape::Dots(vec![[at[0], at[1], 5.0]])));
            if share >= 0.05 && seen.latents.len() > 1 {
                let text = number::share(share, language);
                marks.push(Mark::new(Role::Sampling, Shape::Label(at, text)));
            }
        }
        Figure {
            name: "log-weights".into(),
            caption: say(text!("Log-weights")).to_owned(),
            x: Axis::linear(
                "z",
                [setting.mean - 4.6 * setting.sd(), setting.mean + 4.6 * setting.sd()],
            )
            .of_setting(),
            y: Axis::linear(say(text!("ℓ in nats")), [low - room, high + room]),
            marks,
            handles: Vec::new(),
            summary: say(text!(
                "The log-weight over the places that q reaches, with the draws on it; flat where \
                 q is the posterior.",
            ))
            .to_owned(),
        }
    }
}

/// Estimates of log p(x) against the number of draws.
fn estimates(
    setting: &Setting,
    truth: &LineTruth,
    seen: &DrawsSoFar,
    language: Language,
) -> Figure {
    let say = |text: Text| text.say(language);
    let log_p = truth.log_evidence();
    // From the exact values and from the end of the whole run: the range does not change during playback.
    let gap = (1.3 * truth.kl.unwrap_or(1.0)).clamp(0.3, 8.0);
    let end = seen.last.map_or(log_p, |last| last.sampling.log_evidence);
    let below = gap.max((1.2 * (log_p - end)).min(100.0));
    let range = [log_p - below, log_p + (0.6 * below).clamp(0.3, 2.0)];
    let each = || seen.moments.iter().map(|n| *n as f64).zip(seen.snapshots);
    let band = each().filter_map(|(n, at)| {
        let interval = at.sampling.interval(DEVIATIONS)?;
        Some([n, interval.low.max(range[0] - below), interval.high])
    });
    let mut marks = vec![
        Mark::new(Role::Sampling, Shape::Band(band.collect())),
        Mark::named(
            Role::Prior,
            say(text!("from the prior")),
            Shape::Line(each().map(|(n, at)| [n, at.prior.log_evidence]).collect()),
        ),
        Mark::named(
            Role::Sampling,
            say(text!("from q, 95 %")),
            Shape::Line(each().map(|(n, at)| [n, at.sampling.log_evidence]).collect()),
        ),
        Mark::named(
            Role::Evidence,
            Label::short(Quantity::LogEvidence, language),
            Shape::Level(log_p),
        ),
    ];
    if let Some(elbo) = truth.elbo {
        let name = Label::of(Quantity::Elbo, language);
        let is_below = elbo < range[0];
        let below = say(text!("further down"));
        let name = if is_below { name.qualified(below) } else { name };
        marks.push(Mark::named(Role::Elbo, name, Shape::Level(elbo)));
    }
    if let Some(now) = seen.now() {
        let at = [seen.latents.len() as f64, now.sampling.log_evidence, 4.5];
        marks.push(Mark::new(Role::Sampling, Shape::Dots(vec![at])));
    }
    Figure {
        name: "running-estimates".into(),
        caption: say(text!("Log of the mean weight")).to_owned(),
        x: Axis::log(say(text!("draws")), [1.0, setting.count.max(2) as f64]).of_setting(),
        y: Axis::linear("nats", range).of_setting(),
        marks,
        handles: Vec::new(),
        summary: say(text!(
            "Running estimates of log p(x) with draws from q and from the prior, beside the exact \
             value and the ELBO.",
        ))
        .to_owned(),
    }
}

/// A probability or a weight, with as many decimals as are meaningful.
fn written(value: f64, language: Language) -> String {
    if (1e-2..1e4).contains(&value) {
        number::decimal(value, if value < 10.0 { 3 } else { 0 }, language)
    } else {
        number::small(value, language)
    }
}
