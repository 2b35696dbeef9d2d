//! The figures: the gap against K, q beside the posterior, the gap on logarithmic axes, and all Rényi orders.

mod orders;

use std::f64::consts::TAU;

use super::exact::Gaps;
use super::replicates::{DELTA, IWAE, JACKKNIFE_1, Mean, ReplicateStatistics};
use super::run::BiasRun;
use super::setting::{FIELDS, Setting};
use crate::figure::{Axis, Figure, Grip, Handle, Mark, Role, Shape};
use crate::quantity::{Label, Quantity};
use crate::state::{Language, Text, number, say, text};

/// 95 % of a normal distribution lie within so many deviations.
pub(super) const DEVIATIONS: f64 = 1.96;
/// Smaller biases, in nats, are not drawn.
const SMALLEST: f64 = 1e-7;
/// Posterior and q are drawn this many of the posterior's deviations to both sides.
const SPAN: f64 = 6.5;

pub(super) fn figures(
    run: &BiasRun,
    seen: &ReplicateStatistics,
    language: Language,
) -> Vec<Figure> {
    vec![
        gap(run, seen, language),
        densities(&run.setting, language),
        slopes(run, seen, language),
        orders::orders(run, seen, language),
    ]
}

/// The asymptotic bias for large K: −χ²/2K, or the slower power where χ² is infinite.
pub(super) enum Theory {
    /// χ²/2.
    Inverse(f64),
    /// The slope −(1/k − 1) for the tail index k.
    Slower(f64),
    /// v = τ²/2 exactly: 1/K times a logarithm.
    Between,
}

impl Theory {
    pub(super) fn of(run: &BiasRun) -> Self {
        let (chi_square, tail) = (run.oracle.chi_squared(), run.oracle.tail_index());
        if chi_square.is_finite() {
            Self::Inverse(0.5 * chi_square)
        } else if tail > 0.5 {
            Self::Slower(1.0 - 1.0 / tail)
        } else {
            Self::Between
        }
    }
}

fn line(gaps: &[Gaps], of: impl Fn(&Gaps) -> Option<f64>) -> Shape {
    Shape::Line(gaps.iter().filter_map(|g| Some([g.k as f64, of(g)?])).collect())
}

/// Means with 95 % intervals, shifted a little so that those of several estimators do not overlap.
fn intervals(setting: &Setting, means: &[Mean], shift: f64) -> Vec<[f64; 4]> {
    let each = setting.rungs().zip(means);
    each.filter_map(|(k, mean)| {
        let (middle, reach) = (mean.value()?, DEVIATIONS * mean.stderr()?);
        Some([k as f64 * shift, middle - reach, middle, middle + reach])
    })
    .collect()
}

fn k_axis(setting: &Setting) -> Axis {
    // A margin for the marks that are shifted beyond the first and the last K.
    Axis::log("K", [0.88, 1.14 * setting.largest as f64]).of_setting()
}

fn gap(run: &BiasRun, seen: &ReplicateStatistics, language: Language) -> Figure {
    let say = |text: Text| text.say(language);
    let short = |quantity| Label::short(quantity, language);
    let (setting, gaps) = (&run.setting, &run.exact.gaps);
    let depth = gaps.first().map_or(0.0, |first| -first.iwae).clamp(1e-3, 6.0);
    // JVI overshoots; values above the ELBO's gap are not drawn.
    let over = gaps.iter().filter_map(|g| g.jackknife_1).fold(0.0, f64::max);
    let range = [-1.12 * depth, (1.2 * over + 0.25 * depth).clamp(0.3 * depth, 1.25 * depth)];
    let sampled = intervals(setting, &seen.means[IWAE], 1.0);
    let mut marks = vec![
        Mark::new(Role::Evidence, Shape::Level(0.0)),
        Mark::new(
            Role::Evidence,
            Shape::Label([setting.largest as f64 * 0.62, 0.0], short(Quantity::LogEvidence).into()),
        ),
    ];
    if let Theory::Inverse(half) = Theory::of(run) {
        let points = gaps.iter().map(|g| [g.k as f64, -half / g.k as f64]);
        marks.push(Mark::named(Role::Gap, "−χ²/2K", Shape::Line(points.collect())));
    }
    marks.push(Mark::named(
        Role::Evidence,
        short(Quantity::IwaeExact),
        line(gaps, |g| Some(g.iwae)),
    ));
    marks.push(Mark::named(
        Role::Third,
        short(Quantity::Jackknife1),
        line(gaps, |g| g.jackknife_1),
    ));
    let jackknife = intervals(setting, &seen.means[JACKKNIFE_1], 1.07);
    marks.push(Mark::new(Role::Third, Shape::Intervals(jackknife)));
    let corrected = intervals(setting, &seen.means[DELTA], 0.935);
    let name = short(Quantity::Delta);
    let middles = corrected.iter().map(|[k, _, middle, _]| [*k, *middle]).collect();
    marks.push(Mark::named(Role::Other, name, Shape::Line(middles)));
    marks.push(Mark::new(Role::Other, Shape::Intervals(corrected)));
    let name = short(Quantity::Iwae).qualified("95 %");
    marks.push(Mark::named(Role::Sampling, name, Shape::Intervals(sampled)));
    if let (Some(mean), Some(stderr)) = (seen.sumo.value(), seen.sumo.stderr()) {
        let reach = DEVIATIONS * stderr;
        let at = [run.experiment.sumo_draws(), mean - reach, mean, mean + reach];
        let name = short(Quantity::Sumo);
        marks.push(Mark::named(Role::Upper, name, Shape::Intervals(vec![at])));
    }
    let replicates = number::integer(seen.replicates as u64, language);
    let summary = say!(
        language,
        "The gap between the expected log of the mean of K weights and log p(x), exact and from \
         {replicates} replicates, with its corrections.",
        replicates,
    );
    Figure {
        name: "gap".into(),
        caption: say(text!("Bias against K")).to_owned(),
        x: k_axis(setting),
        y: Axis::linear(say(text!("bias in nats")), range).of_setting(),
        marks,
        handles: Vec::new(),
        summary,
    }
}

fn slopes(run: &BiasRun, seen: &ReplicateStatistics, language: Language) -> Figure {
    let say = |text: Text| text.say(language);
    let short = |quantity| Label::short(quantity, language);
    let (setting, gaps) = (&run.setting, &run.exact.gaps);
    let size = |gap: Option<&Gaps>| gap.map_or(0.0, |gap| gap.iwae.abs());
    let (first, last) = (size(gaps.first()), size(gaps.last()));
    let high = 5.0 * first.max(100.0 * SMALLEST);
    let low = (0.03 * last).clamp(SMALLEST, 0.01 * high);
    let end = setting.largest as f64;
    let mut marks = Vec::new();
    match Theory::of(run) {
        Theory::Inverse(half) => {
            let points = vec![[1.0, half], [end, half / end]];
            let name = say(text!("χ²/2K, slope −1"));
            marks.push(Mark::named(Role::Gap, name, Shape::Line(points)));
        }
        Theory::Slower(slope) => {
            let points = vec![[1.0, last * end.powf(-slope)], [end, last]];
            let slope = number::decimal(slope, 2, language);
            let name = format!("{} {slope}", say(text!("slope")));
            marks.push(Mark::named(Role::Gap, name, Shape::Line(points)));
        }
        Theory::Between => {}
    }
    marks.push(Mark::named(
        Role::Evidence,
        say(text!("|E L_K − log p|")),
        line(gaps, |g| Some(g.iwae.abs())),
    ));
    let name = say(text!("|JVI-1|"));
    marks.push(Mark::named(Role::Third, name, line(gaps, |g| g.jackknife_1.map(f64::abs))));
    let name = say(text!("|JVI-2|"));
    marks.push(Mark::named(Role::Guide, name, line(gaps, |g| g.jackknife_2.map(f64::abs))));
    // Only values that differ from zero can be drawn on this axis.
    let sampled = intervals(setting, &seen.means[IWAE], 1.0).into_iter();
    let sampled = sampled.filter(|[_, _, _, above]| *above < 0.0);
    let sampled = sampled.map(|[k, below, middle, above]| [k, -above, -middle, -below]);
    let name = short(Quantity::Iwae).qualified("95 %");
    marks.push(Mark::named(Role::Sampling, name, Shape::Intervals(sampled.collect())));
    Figure {
        name: "slope".into(),
        caption: say(text!("Its size, both axes log")).to_owned(),
        x: k_axis(setting),
        y: Axis::log(say(text!("|bias| in nats")), [low, high]).of_setting(),
        marks,
        handles: Vec::new(),
        summary: say(text!(
            "The size of the bias against K with logarithmic axes: a straight line of slope −1 \
             where the weights have finite variance, flatter where they have not.",
        ))
        .to_owned(),
    }
}

fn densities(setting: &Setting, language: Language) -> Figure {
    let say = |text: Text| text.say(language);
    let sd = setting.ratio.sqrt();
    let normal = |place: f64| (-0.5 * place * place).exp() / TAU.sqrt();
    let peak = normal(0.0) / sd;
    // A very narrow q is clipped, so that the posterior is not drawn flat.
    let top = 1.18 * normal(0.0).max(peak.min(2.0 * normal(0.0)));
    let curve = |density: &dyn Fn(f64) -> f64| -> Vec<[f64; 2]> {
        let steps = (-260..=260).map(|step| f64::from(step) * SPAN / 260.0);
        steps.map(|t| [t, density(t)]).collect()
    };
    let value =
        |symbol: &str, value: f64| format!("{symbol} = {}", number::decimal(value, 3, language));
    let handles = vec![
        Handle {
            name: "shift".into(),
            label: say(text!("shift of q")).to_owned(),
            value_text: value("δ", setting.shift),
            at: [setting.shift, peak.min(0.96 * top)],
            role: Role::Q,
            horizontal: Some(Grip::direct(FIELDS.shift.place())),
            vertical: None,
        },
        Handle {
            name: "ratio".into(),
            label: say(text!("width of q")).to_owned(),
            value_text: value("√v/τ", sd),
            at: [setting.shift + sd, (peak * (-0.5_f64).exp()).min(0.96 * top)],
            role: Role::Q,
            horizontal: Some(Grip::variance(FIELDS.ratio.place(), setting.shift, 1.0)),
            vertical: None,
        },
    ];
    let posterior = Shape::Area { points: curve(&normal), base: 0.0 };
    let q = Shape::Line(curve(&|t| normal((t - setting.shift) / sd) / sd));
    Figure {
        name: "densities".into(),
        caption: say(text!("q and the posterior")).to_owned(),
        x: Axis::linear("(z − μ)/τ", [-SPAN, SPAN]).fixed(),
        y: Axis::linear(say(text!("density")), [0.0, top]).of_setting(),
        marks: vec![
            Mark::named(Role::Posterior, "p(z|x)", posterior),
            Mark::named(Role::Q, "q(z)", q),
        ],
        handles,
        summary: say(text!(
            "q beside the posterior, in units of the posterior's standard deviation from its mean."
        ))
        .to_owned(),
    }
}
