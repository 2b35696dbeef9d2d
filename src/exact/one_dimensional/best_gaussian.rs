//! The best Gaussian q on the line: the maximum of the exact ELBO over mean and variance.

use super::density::LineDensity;
use super::kronrod::QuadratureError;
use super::posterior::LinePosterior;

/// The best Gaussian found, with its exact ELBO.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct BestLineGaussian {
    /// m.
    pub(crate) mean: f64,
    /// v.
    pub(crate) variance: f64,
    /// Its exact ELBO in nats.
    pub(crate) elbo: f64,
}

const MAX_ITERATIONS: usize = 100;
/// A step that gains less than this many nats ends the ascent.
const TOLERANCE: f64 = 1e-13;

/// Climbs the exact ELBO from the prior, from every mode of p(z|x) and from the posterior's moments.
///
/// The step is the natural gradient of the Gaussian family, as in [`crate::exact::best_gaussian()`]:
/// Newton's in the mean, and the precision becomes minus the expected second derivative of
/// f = log p(x, z). Both come from E_q[(z−m) f] and E_q[((z−m)²−v) f] by Stein's lemma, so that kinks
/// do no harm. `None` only where no start can be integrated. Of two equally good ones either is found.
pub(crate) fn best_line_gaussian(truth: &LinePosterior) -> Option<BestLineGaussian> {
    let modes = truth.landmarks().iter().map(|mark| (mark.at, mark.scale * mark.scale));
    let mut starts: Vec<(f64, f64)> = modes.chain([(truth.mean(), truth.variance())]).collect();
    starts.dedup();
    starts
        .into_iter()
        .filter_map(|(mean, variance)| climb(truth, at(truth, mean, variance)?))
        .max_by(|a, b| a.elbo.total_cmp(&b.elbo))
}

fn at(truth: &LinePosterior, mean: f64, variance: f64) -> Option<BestLineGaussian> {
    let q = LineDensity::gaussian(mean, variance).ok()?;
    Some(BestLineGaussian { mean, variance, elbo: truth.elbo(&q).ok()? })
}

fn climb(truth: &LinePosterior, start: BestLineGaussian) -> Option<BestLineGaussian> {
    let mut best = start;
    for _ in 0..MAX_ITERATIONS {
        let (slope, curvature) = natural_gradient(truth, &best).ok()?;
        let next = std::iter::successors(Some(1.0), |rate| Some(rate * 0.5))
            .take(30)
            .filter_map(|rate| {
                let precision = (1.0 - rate) / best.variance - rate * curvature;
                // A variance that is not positive and finite is refused by `at`.
                at(truth, best.mean + rate * slope / precision, 1.0 / precision)
            })
            .find(|next| next.elbo > best.elbo);
        let Some(next) = next else { break };
        let gain = next.elbo - best.elbo;
        best = next;
        if gain < TOLERANCE {
            break;
        }
    }
    Some(best)
}

/// E_q f' and E_q f'' for f = log p(x, z).
fn natural_gradient(
    truth: &LinePosterior,
    q: &BestLineGaussian,
) -> Result<(f64, f64), QuadratureError> {
    let model = truth.model();
    let (m, v) = (q.mean, q.variance);
    // Subtracting a typical value keeps the sums from cancelling.
    let typical = model.log_joint(m);
    let nodes = match LineDensity::gaussian(m, v) {
        Ok(q) => truth.proposal_nodes(&q)?,
        // v is positive: `at` has made the same density before.
        Err(_) => Vec::new(),
    };
    let (mut first, mut second) = (0.0, 0.0);
    for node in nodes {
        let deviation = (node.z - m) / v.sqrt();
        let f = node.weight * (model.log_joint(node.z) - typical);
        first += f * deviation;
        second += f * (deviation * deviation - 1.0);
    }
    Ok((first / v.sqrt(), second / v))
}

#[cfg(test)]
mod tests {
    use approx::assert_abs_diff_eq;

    use super::*;
    use crate::model::{Link, NonlinearGaussian};

    fn best(link: Link, [w, b, s, x]: [f64; 4]) -> (BestLineGaussian, LinePosterior) {
        let model = NonlinearGaussian::new(link, w, b, s, x).unwrap();
        let truth = LinePosterior::new(model).unwrap();
        (best_line_gaussian(&truth).unwrap(), truth)
    }

    #[test]
    fn a_gaussian_posterior_is_its_own_best() {
        for parameters in [[1.5, 0.25, 0.8, 1.75], [1.0, 0.0, 1e-3, 2.0], [-0.1, 0.0, 3.0, 40.0]] {
            let (best, truth) = best(Link::Linear, parameters);
            let sd = truth.variance().sqrt();
            assert_abs_diff_eq!(best.mean, truth.mean(), epsilon = 1e-6 * sd);
            assert_abs_diff_eq!(best.variance.sqrt() / sd, 1.0, epsilon = 1e-6);
            assert_abs_diff_eq!(best.elbo, truth.log_evidence(), epsilon = 1e-9);
        }
    }

    #[test]
    fn one_of_two_modes_is_taken() {
        // SciPy: (1.474432, 0.101734²), gap 0.6968.
        let (best, truth) = best(Link::Square, [1.0, 0.0, 0.3, 2.25]);
        assert_abs_diff_eq!(best.mean.abs(), 1.474_432, epsilon = 1e-6);
        assert_abs_diff_eq!(best.variance.sqrt(), 0.101_734, epsilon = 1e-6);
        assert_abs_diff_eq!(truth.log_evidence() - best.elbo, 0.6968, epsilon = 5e-5);
    }

    #[test]
    fn with_more_noise_the_symmetric_one_is_better() {
        // s = 0.5, x = 1: gap 0.548 between the modes, 0.726 on one; s = 0.3: 0.723 on one.
        let (wide, truth) = best(Link::Square, [1.0, 0.0, 0.5, 1.0]);
        assert_abs_diff_eq!(wide.mean, 0.0, epsilon = 1e-6);
        assert_abs_diff_eq!(truth.log_evidence() - wide.elbo, 0.548, epsilon = 5e-4);
        let (one, truth) = best(Link::Square, [1.0, 0.0, 0.3, 1.0]);
        assert!(one.mean.abs() > 0.5, "{one:?}");
        assert_abs_diff_eq!(truth.log_evidence() - one.elbo, 0.723, epsilon = 5e-4);
    }

    #[test]
    fn no_neighbour_is_better() {
        for link in [Link::Abs, Link::Sine] {
            let (best, truth) = best(link, [1.2, -0.3, 0.4, 0.9]);
            for (shift, factor) in [(1e-3, 1.0), (-1e-3, 1.0), (0.0, 1.002), (0.0, 0.998)] {
                let near = at(&truth, best.mean + shift, best.variance * factor).unwrap();
                assert!(near.elbo < best.elbo, "{link:?} {best:?} {near:?}");
            }
        }
    }
}
