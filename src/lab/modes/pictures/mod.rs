//! The three figures: q on the posterior, the running estimate, and both directions of KL over m.

mod divergences;
mod running;

use super::draws::DrawStatistics;
use super::run::Modes;
use super::setting::FIELDS;
use crate::figure::{Axis, Figure, Grip, Handle, Mark, Role, Shape};
use crate::state::{Language, Text, number, text};

/// Half the range of z.
const REACH: f64 = 3.4;
/// This many first draws are all drawn, of the others the heaviest.
const FIRST_DRAWS: usize = 160;
/// Radius in pixels of a draw whose weight is p(x), and the smallest and largest radius.
const RADIUS: f64 = 2.6;
const RADII: [f64; 2] = [0.8, 10.0];
/// The golden ratio's fractional part, whose multiples are evenly spread for any number of points.
const GOLDEN: f64 = 0.618_033_988_749_894_9;

pub(super) fn figures(lab: &Modes, step: usize, language: Language) -> Vec<Figure> {
    let moment = if step == 0 { None } else { lab.moment(step) };
    vec![
        densities(lab, moment, language),
        running::running(lab, step, moment, language),
        divergences::divergences(lab, language),
    ]
}

/// z at equal distances, closer where a density is narrow.
fn places(lab: &Modes) -> Vec<f64> {
    let mut places: Vec<f64> = (-136..=136).map(|i| REACH * f64::from(i) / 136.0).collect();
    let mut around = |centre: f64, scale: f64| {
        places.extend((-30..=30).map(|i| centre + scale * f64::from(i) / 6.0));
    };
    for mark in lab.world.q.landmarks() {
        around(mark.at, mark.scale);
    }
    if let Some(mode) = lab.world.mode {
        // The curvature of log p(x, z) at its modes is −4z²/s².
        let scale = (0.5 * lab.world.setting.noise_sd / mode).min(0.5);
        around(mode, scale);
        around(-mode, scale);
    }
    places.retain(|z| z.abs() <= REACH);
    places.sort_by(f64::total_cmp);
    places
}

fn densities(lab: &Modes, moment: Option<&DrawStatistics>, language: Language) -> Figure {
    let world = &lab.world;
    let places = places(lab);
    let posterior: Vec<[f64; 2]> =
        places.iter().map(|&z| [z, world.truth.log_density(z).exp()]).collect();
    let log_q = world.q.proposal.log_densities(&places).unwrap_or_default();
    let q: Vec<[f64; 2]> = places.iter().zip(log_q).map(|(&z, log_q)| [z, log_q.exp()]).collect();
    let prior = places.iter().map(|&z| [z, world.model().log_prior(z).exp()]).collect();
    let highest = |line: &[[f64; 2]]| line.iter().map(|point| point[1]).fold(0.0, f64::max);
    let peak = highest(&posterior);
    // A very narrow q is clipped, so that the posterior is not drawn flat.
    let top = 1.12 * peak.max(highest(&q).min(2.2 * peak));

    let name = |text: Text| text.say(language);
    let base = 0.0;
    let area = Shape::Area { points: posterior.clone(), base };
    let mut marks = vec![
        Mark::named(Role::Posterior, name(text!("posterior p(z|x)")), area),
        Mark::new(Role::Posterior, Shape::Line(posterior)),
        Mark::named(Role::Prior, name(text!("prior")), Shape::Line(prior)),
    ];
    for mode in world.mode.iter().flat_map(|mode| [-mode, *mode]) {
        marks.push(Mark::named(Role::Guide, name(text!("modes")), Shape::Plumb(mode)));
    }
    let dots = Shape::Dots(moment.map_or_else(Vec::new, |moment| dots(lab, moment)));
    marks.push(Mark::named(Role::Sampling, name(text!("draws, size: weight")), dots));
    marks.push(Mark::named(Role::Q, "q(z)", Shape::Line(q)));
    if let (Some(mode), true) = (world.mode, world.has_two_modes()) {
        let [below, above] = moment.map_or([0; 2], |moment| moment.sides);
        // At two heights: in a narrow figure they would overlap.
        for (at, height, count) in [(-mode, 0.86, below), (mode, 0.5, above)] {
            let text = format!(
                "{} {}",
                number::integer(count as u64, language),
                if count == 1 { name(text!("draw")) } else { name(text!("draws")) }
            );
            let beside = at + 0.06 + 0.35 * world.setting.noise_sd / mode;
            marks.push(Mark::new(Role::Guide, Shape::Label([beside, height * peak], text)));
        }
    }

    let setting = &world.setting;
    let (m, sd) = (setting.mean, setting.sd);
    let shown = |value: f64| number::decimal(value, 3, language);
    let handles = vec![
        Handle {
            name: "m".into(),
            label: name(text!("centre of q")).to_owned(),
            value_text: format!("m = {}", shown(m)),
            at: [m, world.q.density(m).min(0.95 * top)],
            role: Role::Q,
            horizontal: Some(Grip::direct(FIELDS.mean.place())),
            vertical: None,
        },
        Handle {
            name: "sd".into(),
            label: name(text!("width of q")).to_owned(),
            value_text: format!("σ = {}", shown(sd)),
            at: [m + sd, world.q.density(m + sd).min(0.55 * top)],
            role: Role::Q,
            horizontal: Some(Grip::distance(FIELDS.sd.place(), m)),
            vertical: None,
        },
    ];
    let summary = text!(
        "q(z) with centre {m} and width {sd} over the posterior density, whose modes are at \
         {modes}.",
    );
    let modes = match world.mode {
        Some(mode) => format!("±{}", shown(mode)),
        None => "0".to_owned(),
    };
    Figure {
        name: "densities".into(),
        caption: name(text!("q(z) on the posterior")).to_owned(),
        x: Axis::linear("z", [-REACH, REACH]).fixed(),
        y: Axis::linear(name(text!("density")), [-0.05 * top, top]).of_setting(),
        marks,
        handles,
        summary: summary.fill(language, &[("m", shown(m)), ("sd", shown(sd)), ("modes", modes)]),
    }
}

/// The first draws and the heaviest ones, at random heights under q, the area in proportion to p/q.
fn dots(lab: &Modes, moment: &DrawStatistics) -> Vec<[f64; 3]> {
    let first = 0..moment.draws.min(FIRST_DRAWS);
    let heavy = moment.heaviest.iter().copied().filter(|index| *index >= FIRST_DRAWS);
    let dot = |index: usize| {
        let (z, log_weight) = lab.draws.draw(index)?;
        let ratio = (log_weight - lab.world.truth.log_evidence()).exp();
        let height = (GOLDEN * (index + 1) as f64).fract();
        let radius = (RADIUS * ratio.sqrt()).clamp(RADII[0], RADII[1]);
        Some([z, height * lab.world.q.density(z), radius])
    };
    first.chain(heavy).filter_map(dot).collect()
}
