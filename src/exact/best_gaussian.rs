//! The best q in the Gaussian family: the maximum of the exact ELBO over mean and covariance.

use super::proposal::{NodeSet, for_each_node};
use super::{Effort, LogLikelihood, ProposalQuadrature};
use crate::family::{BivariateGaussian, log_prior};

/// The best Gaussian found, with its exact ELBO.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BestGaussian {
    /// The maximiser.
    pub q: BivariateGaussian,
    /// Its exact ELBO in nats.
    pub elbo: f64,
}

const MAX_ITERATIONS: usize = 200;
/// A step that gains fewer nats ends the ascent, unless a smaller tolerance is given.
const TOLERANCE: f64 = 1e-11;
/// The same as a part of a given tolerance: the error after a Newton step is about the square of its gain.
const LAST_GAIN: f64 = 1e-2;
/// The same as a part of the ELBO: its rounding.
const ROUNDING: f64 = 1e-13;
/// The shortest step that is tried.
const LEAST_RATE: f64 = 1.0 / (1 << 29) as f64;
/// Starting points taken from the posterior's own modes, beside those of the caller.
const MODES: usize = 3;

/// Climbs the exact ELBO from each of `starts` and from the highest modes of the posterior.
///
/// The step is the natural gradient of the Gaussian family, which is Newton's step in the mean and
/// replaces the precision by minus the expected Hessian (Opper & Archambeau 2009; Khan & Rue 2023).
/// Gradient and Hessian come from E_q[(z−μ) f] and E_q[((z−μ)(z−μ)ᵀ − Σ) f] by Stein's lemma, so that
/// nothing is differentiated. `admits` decides which q are allowed; steps leaving the allowed set are shortened.
///
/// Returns `None` only if there is no admissible start.
pub fn best_gaussian<L: LogLikelihood + ?Sized>(
    field: &L,
    starts: &[BivariateGaussian],
    admits: impl Fn(&BivariateGaussian) -> bool,
) -> Option<BestGaussian> {
    let mut search = BestGaussianSearch::new(field, starts, &admits);
    while search.advance(field, &admits) {}
    search.best()
}

/// [`best_gaussian()`] in slices: one q is evaluated in each, so that a worker stays responsive.
///
/// Without a lattice, where every point is evaluated separately, the ELBO of the result is computed once more on
/// nodes that are refined until they agree ([`ProposalQuadrature`]), which also gives its error.
///
/// # Cost
/// 700 points for each q that is tried, some 15 for each start, where no lattice has the values.
#[derive(Clone, Debug)]
pub struct BestGaussianSearch {
    /// Starting points that were not climbed from yet, in reverse order.
    starts: Vec<BivariateGaussian>,
    /// The ascent in progress.
    climbing: Option<GaussianAscent>,
    /// The best result of the finished ascents.
    best: Option<BestGaussian>,
    /// The measurement of the result.
    measuring: Option<ProposalQuadrature>,
    error: Option<f64>,
    /// A step that gains fewer nats ends an ascent.
    tolerance: f64,
    /// That of the measurement; `None` is its own.
    effort: Option<Effort>,
}

#[derive(Clone, Debug)]
struct GaussianAscent {
    top: EvaluatedGaussian,
    steps: usize,
    /// The length of the step that is tried next.
    rate: f64,
}

impl BestGaussianSearch {
    /// Collects the starting points that `admits` allows.
    pub fn new<L: LogLikelihood + ?Sized>(
        field: &L,
        starts: &[BivariateGaussian],
        admits: impl Fn(&BivariateGaussian) -> bool,
    ) -> Self {
        let modes = field
            .modes()
            .into_iter()
            .take(MODES)
            .filter_map(|mode| BivariateGaussian::new(mode, [0.15; 2], 0.0).ok());
        let all = modes.chain(starts.iter().copied()).filter(|start| admits(start));
        let mut starts: Vec<_> = all.collect();
        starts.reverse();
        Self {
            starts,
            climbing: None,
            best: None,
            measuring: None,
            error: None,
            tolerance: TOLERANCE,
            effort: None,
        }
    }

    /// From now on it ends sooner, and measures the result with this effort.
    pub fn set_effort(&mut self, effort: Effort) {
        self.tolerance = TOLERANCE.max(LAST_GAIN * effort.tolerance);
        self.effort = Some(effort);
    }

    /// Measures one q. Whether there is more to do. `field` and `admits` must be the same at every call.
    pub fn advance<L: LogLikelihood + ?Sized>(
        &mut self,
        field: &L,
        admits: impl Fn(&BivariateGaussian) -> bool,
    ) -> bool {
        if let Some(climb) = self.climbing.take() {
            self.climb(climb, field, admits);
            return true;
        }
        if let Some(q) = self.starts.pop() {
            self.climbing =
                Some(GaussianAscent { top: EvaluatedGaussian::new(q, field), steps: 0, rate: 1.0 });
            return true;
        }
        self.measure(field)
    }

    fn climb<L: LogLikelihood + ?Sized>(
        &mut self,
        mut climb: GaussianAscent,
        field: &L,
        admits: impl Fn(&BivariateGaussian) -> bool,
    ) {
        let tolerance = self.tolerance.max(ROUNDING * climb.top.elbo.abs());
        while climb.rate >= LEAST_RATE {
            let rate = climb.rate;
            climb.rate *= 0.5;
            let Some(q) = climb.top.step(rate).filter(&admits) else { continue };
            let next = EvaluatedGaussian::new(q, field);
            let gain = next.elbo - climb.top.elbo;
            if gain > 0.0 {
                climb = GaussianAscent { top: next, steps: climb.steps + 1, rate: 1.0 };
            }
            // A full step without change ends the ascent, whatever the sign of the gain.
            let is_over = gain.abs() < tolerance && (gain > 0.0 || rate == 1.0);
            if is_over || climb.steps >= MAX_ITERATIONS {
                break;
            }
            self.climbing = Some(climb);
            return;
        }
        let top = BestGaussian { q: climb.top.q, elbo: climb.top.elbo };
        if self.best.is_none_or(|best| top.elbo.total_cmp(&best.elbo).is_ge()) {
            self.best = Some(top);
        }
    }

    fn measure<L: LogLikelihood + ?Sized>(&mut self, field: &L) -> bool {
        let Some(best) = &mut self.best else { return false };
        if self.error.is_some() || field.lattice_step().is_some() {
            return false;
        }
        let effort = self.effort;
        let measuring = self.measuring.get_or_insert_with(|| {
            let quadrature = ProposalQuadrature::new(best.q);
            match effort {
                Some(effort) => quadrature.with_effort(effort),
                None => quadrature,
            }
        });
        if !measuring.advance(field) {
            let measured = measuring.finish(0.0);
            best.elbo = measured.decomposition.elbo();
            self.error = Some(measured.error);
        }
        true
    }

    /// The best result of the finished ascents.
    pub fn best(&self) -> Option<BestGaussian> {
        self.best
    }

    /// By how many nats the ELBO of the best may be off, once that is measured.
    pub fn error(&self) -> Option<f64> {
        self.error
    }
}

/// A q with its ELBO, and expected gradient and Hessian of log p(x,z) under it, all on the same nodes.
#[derive(Clone, Debug)]
struct EvaluatedGaussian {
    q: BivariateGaussian,
    elbo: f64,
    gradient: [f64; 2],
    hessian: [f64; 3],
}

impl EvaluatedGaussian {
    fn new<L: LogLikelihood + ?Sized>(q: BivariateGaussian, field: &L) -> Self {
        let [m1, m2] = q.mean();
        let (mut reconstruction, mut mean) = (0.0, 0.0);
        let (mut first, mut second) = ([0.0; 2], [0.0; 3]);
        // Subtracting a typical value keeps the sums from cancelling.
        let typical = field.at(q.mean()) + log_prior(q.mean());
        for_each_node(&q, field, NodeSet::Whole, |z, weight, log_likelihood| {
            reconstruction += weight * log_likelihood;
            let f = weight * (log_likelihood + log_prior(z) - typical);
            let (d1, d2) = (z[0] - m1, z[1] - m2);
            mean += f;
            first[0] += f * d1;
            first[1] += f * d2;
            second[0] += f * d1 * d1;
            second[1] += f * d1 * d2;
            second[2] += f * d2 * d2;
        });
        let covariance = q.covariance();
        let precision = q.precision();
        for (moment, covariance) in second.iter_mut().zip(covariance) {
            *moment -= covariance * mean;
        }
        let (gradient, hessian) = (times(precision, first), sandwich(precision, second));
        Self { q, elbo: reconstruction - q.kl_to_standard(), gradient, hessian }
    }

    /// q after a step of length `rate` ∈ (0, 1] along the natural gradient, or `None` where the precision
    /// is not positive definite.
    fn step(&self, rate: f64) -> Option<BivariateGaussian> {
        let q = &self.q;
        let old = q.precision();
        let [a, b, c] =
            [0, 1, 2].map(|entry| (1.0 - rate) * old[entry] - rate * self.hessian[entry]);
        let determinant = a * c - b * b;
        if !(a > 0.0 && determinant > 0.0) {
            return None;
        }
        let covariance = [c / determinant, -b / determinant, a / determinant];
        let move_by = times(covariance, self.gradient);
        let mean = [q.mean()[0] + rate * move_by[0], q.mean()[1] + rate * move_by[1]];
        BivariateGaussian::from_covariance(mean, covariance).ok()
    }
}

/// Symmetric matrix [a, b, c] = [[a, b], [b, c]] times a vector.
fn times([a, b, c]: [f64; 3], [x, y]: [f64; 2]) -> [f64; 2] {
    [a * x + b * y, b * x + c * y]
}

/// P M P for symmetric P and M.
fn sandwich(p: [f64; 3], [a, b, c]: [f64; 3]) -> [f64; 3] {
    let left = times(p, [a, b]);
    let right = times(p, [b, c]);
    let first = times(p, [left[0], right[0]]);
    let second = times(p, [left[1], right[1]]);
    [first[0], first[1], second[1]]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exact::field::tests::tabulated;
    use crate::exact::{LatticePair, exact_elbo};

    /// log N(z; t, s² I) up to its constant.
    fn bump(z: [f64; 2], t: [f64; 2], s: f64) -> f64 {
        -0.5 * ((z[0] - t[0]).powi(2) + (z[1] - t[1]).powi(2)) / (s * s)
    }

    fn log_add(a: f64, b: f64) -> f64 {
        a.max(b) + (-(a - b).abs()).exp().ln_1p()
    }

    #[test]
    fn a_gaussian_posterior_is_found_to_the_last_digits() {
        // Prior N(0, I), likelihood N(z; t, s² I): posterior N(t/(1+s²), s²/(1+s²) I).
        for (t, s) in [([1.0, -2.0], 0.5), ([-3.0, 3.0], 0.25), ([0.0, 0.0], 2.0)] {
            let field = tabulated(LatticePair::FINE, |z| bump(z, t, s));
            let best = best_gaussian(&field, &[], |_| true).unwrap();
            let shrink = 1.0 / (1.0 + s * s);
            for axis in [0, 1] {
                assert!((best.q.mean()[axis] - t[axis] * shrink).abs() < 1e-6, "{best:?}");
                assert!((best.q.sd()[axis] - s * shrink.sqrt()).abs() < 1e-6, "{best:?}");
            }
            assert!(best.q.rho().abs() < 1e-6);
            // The bound is tight: log p(x) = ln(s²/(1+s²)) − |t|²/2(1+s²).
            let log_evidence = (s * s * shrink).ln() - 0.5 * (t[0] * t[0] + t[1] * t[1]) * shrink;
            assert!((best.elbo - log_evidence).abs() < 1e-9, "{} {log_evidence}", best.elbo);
        }
    }

    #[test]
    fn of_two_modes_the_heavier_one_is_taken_whatever_the_start() {
        // The mode at (2, 0) has half the height of that at (−2, 0) and (1.6)² its width.
        let field = tabulated(LatticePair::FINE, |z| {
            log_add(bump(z, [2.0, 0.0], 0.32) - 2.0_f64.ln(), bump(z, [-2.0, 0.0], 0.2))
        });
        for start in [[2.0, 0.0], [-2.0, 0.0], [0.0, 3.0]] {
            let start = BivariateGaussian::new(start, [0.3; 2], 0.0).unwrap();
            let best = best_gaussian(&field, &[start], |_| true).unwrap();
            // Shrunk by the prior to 2/(1 + 0.32²); the other mode is 12 deviations away.
            assert!((best.q.mean()[0] - 2.0 / 1.1024).abs() < 1e-4, "{best:?}");
        }
    }

    #[test]
    fn nothing_outside_what_is_admitted_is_returned() {
        // The posterior lies at (5 / 1.25, 0) with deviation 0.45, outside of both limits.
        let field = tabulated(LatticePair::FINE, |z| bump(z, [5.0, 0.0], 0.5));
        let admits = |q: &BivariateGaussian| q.mean()[0] <= 3.0 && q.sd()[0] <= 0.4;
        let start = BivariateGaussian::new([0.0; 2], [0.3; 2], 0.0).unwrap();
        let best = best_gaussian(&field, &[start], admits).unwrap();
        assert!(admits(&best.q), "{best:?}");
        assert!(best.elbo > exact_elbo(&start, &field));
        assert_eq!(best.elbo, exact_elbo(&best.q, &field));
    }

    #[test]
    fn without_an_admissible_start_there_is_no_best() {
        let field = tabulated(LatticePair::COARSE, |z| bump(z, [0.0; 2], 0.5));
        assert_eq!(best_gaussian(&field, &[BivariateGaussian::standard()], |_| false), None);
    }

    #[test]
    fn the_callers_start_alone_is_enough() {
        // Constant likelihood: the posterior is the prior; its mode is a start as well, but too narrow.
        let field = tabulated(LatticePair::COARSE, |_| -1.0);
        let start = BivariateGaussian::new([0.5, 0.5], [1.5; 2], 0.5).unwrap();
        let best = best_gaussian(&field, &[start], |q| q.sd()[0] > 0.5).unwrap();
        assert!((best.elbo + 1.0).abs() < 1e-9, "{best:?}");
    }

    #[test]
    fn matrices_multiply() {
        // [[2, 1], [1, 3]] · (1, −1) and P M P with M = [[0, 1], [1, 0]].
        assert_eq!(times([2.0, 1.0, 3.0], [1.0, -1.0]), [1.0, -2.0]);
        assert_eq!(sandwich([2.0, 1.0, 3.0], [0.0, 1.0, 0.0]), [4.0, 7.0, 6.0]);
    }
}
