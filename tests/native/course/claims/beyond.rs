//! Numbers in the lessons that no page shows, by the names listed in `lessons/README.md`.

use std::num::NonZeroUsize;
use std::sync::OnceLock;

use elboscope::address::Page;
use elboscope::bench::Scene;
use elboscope::data::{Binarization, gallery};
use elboscope::exact::{IwaeCurve, WeightNode, best_gaussian, exact_elbo};
use elboscope::family::BivariateGaussian;
use elboscope::lab::{LabState, start_of};
use elboscope::model::VaeJoint;
use elboscope::state::{BenchState, Language};
use rand::SeedableRng;
use rand_pcg::Pcg64Mcg;

use crate::common::readings::{image, model, scene};

/// A number that belongs to a page but is not shown on it.
pub fn number(page: &Page, name: &str) -> Option<f64> {
    match page {
        Page::Bench(state) => posterior(state, name),
        Page::Lab(state) => match name.strip_suffix("-error") {
            Some(metric) => standard_error(state, metric),
            None => without_replicates(state, name),
        },
        Page::Train(_) | Page::Course(_) => None,
    }
}

/// The posterior's means, standard deviations and correlation.
fn posterior(state: &BenchState, name: &str) -> Option<f64> {
    if !name.starts_with("posterior-") {
        return None;
    }
    let scene = scene(&image(state));
    let moments = moments(&scene);
    match name {
        "posterior-mean-1" => Some(moments.mean()[0]),
        "posterior-mean-2" => Some(moments.mean()[1]),
        "posterior-sd-1" => Some(moments.sd()[0]),
        "posterior-sd-2" => Some(moments.sd()[1]),
        "posterior-correlation" => Some(moments.rho()),
        _ => None,
    }
}

/// The Gaussian with the posterior's moments.
fn moments(scene: &Scene) -> BivariateGaussian {
    let lattice = scene.field.inner.lattice();
    let (mut mass, mut first, mut second) = (0.0, [0.0; 2], [0.0; 3]);
    for (index, log_share) in scene.relative_log_posterior().into_iter().enumerate() {
        let share = log_share.exp();
        let [z1, z2] =
            [index / lattice.side(), index % lattice.side()].map(|i| lattice.coordinate(i));
        mass += share;
        first = [first[0] + share * z1, first[1] + share * z2];
        second =
            [second[0] + share * z1 * z1, second[1] + share * z1 * z2, second[2] + share * z2 * z2];
    }
    let [m1, m2] = first.map(|sum| sum / mass);
    let [a, b, c] = second.map(|sum| sum / mass);
    let covariance = [a - m1 * m1, b - m1 * m2, c - m2 * m2];
    BivariateGaussian::from_covariance([m1, m2], covariance).expect("a posterior with two widths")
}

/// The standard error after ± on the page of a lab.
fn standard_error(state: &LabState, metric: &str) -> Option<f64> {
    let mut run = start_of(state.lab.name)?(state.values(), Some(&model())).ok()?;
    while run.advance() {}
    let metrics = run.sheet(run.steps(), Language::En).metrics;
    metrics.into_iter().find(|found| found.quantity.name() == metric)?.stderr
}

/// `iwae-exact@K` in the lab of dimensions: E log (1/K) Σ w without draws, where only the variance of q is wrong.
///
/// The log-weight then depends on z through S = Σ ε², which has a χ² distribution with D degrees of freedom:
/// log w/p(x) = ½D log(v/τ²) − ½S (v/τ² − 1). The nodes are even in √S, whose deviation is about 0.7.
fn without_replicates(state: &LabState, name: &str) -> Option<f64> {
    let draws = name.strip_prefix("iwae-exact@")?.parse().ok().and_then(NonZeroUsize::new)?;
    if state.lab.name != "dimension" || state.named("delta") != 0.0 {
        return None;
    }
    let (dimension, ratio) = (state.named("d"), state.named("ratio"));
    let middle = dimension.sqrt();
    let nodes =
        (-1600..=1600).map(|step| middle + 0.005 * f64::from(step)).filter(|root| *root > 0.0);
    let log_density = |root: f64| (dimension - 1.0) * root.ln() - 0.5 * root * root;
    let nodes: Vec<WeightNode> = nodes
        .map(|root| WeightNode {
            log_weight: 0.5 * dimension * ratio.ln() - 0.5 * root * root * (ratio - 1.0),
            share: (log_density(root) - log_density(middle)).exp(),
        })
        .collect();
    let page = Page::Lab(state.clone());
    let measure = elboscope::quantity::Measure::read("log-evidence")?;
    let log_evidence = crate::course::numbers::value_on(&page)(&measure)?;
    Some(log_evidence + IwaeCurve::new(&nodes).ok()?.at(draws))
}

/// A number over many images, for any page.
pub fn everywhere(name: &str) -> Option<f64> {
    let of_gallery = |gap: fn(&Gaps) -> f64| median(gallery_gaps().iter().map(gap).collect());
    match name {
        "gallery-encoder-gap" => Some(of_gallery(|gaps| gaps.encoder)),
        "gallery-approximation-gap" => Some(of_gallery(|gaps| gaps.full)),
        "gallery-amortization-gap" => Some(of_gallery(|gaps| gaps.encoder - gaps.full)),
        "gallery-diagonal-approximation-gap" => Some(of_gallery(|gaps| gaps.diagonal)),
        "gallery-diagonal-amortization-gap" => {
            Some(of_gallery(|gaps| gaps.encoder - gaps.diagonal))
        }
        "simulated-encoder-gap" => Some(median(simulated_gaps().to_vec())),
        "simulated-over-five" => {
            Some(simulated_gaps().iter().filter(|gap| **gap > 5.0).count() as f64)
        }
        _ => None,
    }
}

/// The gaps of three q to log p(x) of one image, in nats.
struct Gaps {
    encoder: f64,
    full: f64,
    diagonal: f64,
}

/// For each digit of the gallery.
fn gallery_gaps() -> &'static [Gaps] {
    static GAPS: OnceLock<Vec<Gaps>> = OnceLock::new();
    GAPS.get_or_init(|| {
        let gallery = gallery();
        let gaps = gallery.iter().map(|digit| {
            let scene = scene(&Binarization::default().apply(&digit.image));
            let best = best_gaussian(&scene.field, &[scene.encoder], |_| true);
            let log_evidence = scene.evidence.log_evidence;
            Gaps {
                encoder: log_evidence - scene.encoder_elbo,
                full: log_evidence - best.expect("a start").elbo,
                diagonal: log_evidence - best_diagonal_elbo(&scene),
            }
        });
        gaps.collect()
    })
}

/// The highest ELBO of a Gaussian without correlation, by a search along each axis from the best one for a Gaussian
/// posterior, whose precisions are the posterior's.
fn best_diagonal_elbo(scene: &Scene) -> f64 {
    let moments = moments(scene);
    let [a, _, c] = moments.precision();
    let elbo = |at: &[f64; 4]| {
        let q = BivariateGaussian::new([at[0], at[1]], [at[2].exp(), at[3].exp()], 0.0);
        exact_elbo(&q.expect("finite"), &scene.field)
    };
    let mut at = [moments.mean()[0], moments.mean()[1], -0.5 * a.ln(), -0.5 * c.ln()];
    let mut best = elbo(&at);
    let scale = [at[2].exp(), at[3].exp(), 1.0, 1.0];
    let mut step = 0.2;
    while step > 0.005 {
        let before = best;
        for (axis, sign) in (0..4).flat_map(|axis| [(axis, 1.0), (axis, -1.0)]) {
            let mut next = at;
            next[axis] += sign * step * scale[axis];
            let found = elbo(&next);
            if found > best {
                (at, best) = (next, found);
            }
        }
        if best == before {
            step *= 0.5;
        }
    }
    best
}

/// The encoder's gap on each of the x that the sandwich lab simulates with the seeds 1 to 100.
fn simulated_gaps() -> &'static [f64] {
    static GAPS: OnceLock<Vec<f64>> = OnceLock::new();
    GAPS.get_or_init(|| {
        let model = model();
        let gap = |seed: u64| {
            let mut rng = Pcg64Mcg::seed_from_u64(seed ^ (0x78 << 32));
            let (image, _) = VaeJoint::simulate(&model, &mut rng).expect("the shipped model");
            let scene = scene(&image);
            scene.evidence.log_evidence - scene.encoder_elbo
        };
        (1..=100).map(gap).collect()
    })
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    let middle = values.len() / 2;
    if values.len().is_multiple_of(2) {
        0.5 * (values[middle - 1] + values[middle])
    } else {
        values[middle]
    }
}
