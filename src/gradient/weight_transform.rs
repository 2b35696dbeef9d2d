//! Exact means and variances of self-normalised gradient estimators, by the Laplace transform of the
//! weights.
//!
//! A share w̃ = w/S has a power of the sum S = Σ_j w_j below, and S^{−n} = ∫₀^∞ s^{n−1} e^{−sS} ds/Γ(n).
//! Under the integral the draws are independent, so K of them cost one expectation over one draw each:
//! E[Σ_i w̃_i a_i] = K ∫ E[w a e^{−sw}] φ(s)^{K−1} ds with φ(s) = E e^{−sw}, and in the same way
//! the second moment, and both for Σ w̃² b with n = 2 and 4. The exact bound L_K itself is the
//! integral ∫ [e^{−t} − φ(t/K)^K]/t dt of the same φ.

use std::f64::consts::TAU;
use std::num::NonZeroUsize;

use super::parameters::PerParameter;
use super::quadratic_weight::QuadraticLogWeight;
use super::theory::ExactMoments;

/// Noise is cut here: the mass beyond is 2e-17.
const REACH: f64 = 8.5;
/// Noise up to which the integral over s follows the weights: two draws beyond it have probability 1e-15.
const REACH_IN_S: f64 = 5.5;
/// Widest step over the noise.
const WIDEST_NOISE_STEP: f64 = 0.25;
/// Largest change of log w per step over the noise; the trapezoid rule's error on exp(−exp ·) is about
/// exp(−π²/0.4) = 2e-11.
const LOG_WEIGHT_STEP: f64 = 0.4;
/// Step in u = ln s; the error on t⁴ e^{−t}, t = e^u, is |Γ(4 + 2πi/0.25)|/6, about 1e-13.
const LOG_S_STEP: f64 = 0.25;
/// s starts at e^{−34}: with E w = 1, a weight beyond e^{34} has probability less than 2e-15.
const LOG_S_START: f64 = -34.0;
/// s ends this far beyond one over the smallest weight.
const LOG_S_MARGIN: f64 = 5.0;
/// Beyond it t⁴ e^{−t} is below 1e-18.
const LAST_T: f64 = 60.0;
/// Most evaluations (about 10 ms); a longer integral is not computed.
const MOST_EVALUATIONS: f64 = 2e6;

/// Expectations over one draw at each node u = ln s, from which any K ≥ 2 is summed.
#[derive(Clone, Debug)]
pub struct WeightTransform(Vec<TransformNode>);

/// With t = s w, a = dℓ/dφ (pathwise) and b = (∂ℓ/∂z)(∂z/∂φ).
#[derive(Clone, Copy, Debug, Default)]
struct TransformNode {
    /// φ(s) = E e^{−t}.
    transform: f64,
    parameters: PerParameter<ParameterNode>,
}

#[derive(Clone, Copy, Debug, Default)]
struct ParameterNode {
    /// E[t a e^{−t}].
    iwae_first: f64,
    /// E[t² a² e^{−t}].
    iwae_second: f64,
    /// E[t² b e^{−t}].
    dreg_first: f64,
    /// E[t⁴ b² e^{−t}].
    dreg_second: f64,
}

/// A node of the trapezoid rule over the noise of one draw.
struct Draw {
    probability: f64,
    log_ratio: f64,
    pathwise: PerParameter<f64>,
    path_slope: PerParameter<f64>,
}

impl WeightTransform {
    /// Sums over the noise at every node, once for all K.
    ///
    /// `None` where q and the posterior are so unlike that it would take too long: σ beyond about 3.4 τ,
    /// or |m − μ| beyond about 25 τ²/σ.
    pub fn new(weight: &QuadraticLogWeight) -> Option<Self> {
        let [_, c1, c2] = weight.coefficients();
        let slope = c1.abs() + 2.0 * c2.abs() * REACH_IN_S;
        let noise_step = WIDEST_NOISE_STEP.min(LOG_WEIGHT_STEP / slope);
        let log_evidence = weight.log_evidence();
        let vertex = (-c1 / (2.0 * c2)).clamp(-REACH_IN_S, REACH_IN_S);
        // f64::min passes over the NaN of 0/0.
        let smallest = weight.at(REACH_IN_S).min(weight.at(-REACH_IN_S)).min(weight.at(vertex));
        let log_s_end = log_evidence - smallest + LOG_S_MARGIN;
        let nodes = (log_s_end - LOG_S_START) / LOG_S_STEP;
        let evaluations = nodes * 2.0 * REACH / noise_step;
        if evaluations.is_nan() || evaluations > MOST_EVALUATIONS {
            return None;
        }
        let draws = draws(weight, noise_step, log_evidence);
        let count = nodes.ceil().max(1.0) as usize;
        let at = |index: usize| TransformNode::sum(&draws, LOG_S_START + LOG_S_STEP * index as f64);
        Some(Self((0..=count).map(at).collect()))
    }

    /// Exact moments of [`super::iwae_gradient()`] with `draws` draws; `None` for one draw, where the
    /// closed forms of the pathwise gradient hold.
    pub fn iwae(&self, draws: NonZeroUsize) -> Option<PerParameter<ExactMoments>> {
        self.moments(draws, |node| (node.iwae_first, node.iwae_second), 1.0)
    }

    /// Exact moments of [`super::dreg()`] with `draws` draws; `None` for one draw, where the closed
    /// forms of sticking the landing hold.
    pub fn dreg(&self, draws: NonZeroUsize) -> Option<PerParameter<ExactMoments>> {
        // Γ(4) = 6 below the second moment.
        self.moments(draws, |node| (node.dreg_first, node.dreg_second), 6.0)
    }

    fn moments(
        &self,
        draws: NonZeroUsize,
        pick: impl Fn(&ParameterNode) -> (f64, f64),
        gamma: f64,
    ) -> Option<PerParameter<ExactMoments>> {
        if draws.get() < 2 {
            return None;
        }
        let count = draws.get() as f64;
        let along = |parameter: fn(&PerParameter<ParameterNode>) -> &ParameterNode| {
            let (mut mean, mut square) = (0.0, 0.0);
            for node in &self.0 {
                let (first, second) = pick(parameter(&node.parameters));
                let others = node.transform.powf(count - 2.0);
                mean += count * first * others * node.transform;
                square +=
                    count * others * (second * node.transform + (count - 1.0) * first * first);
            }
            let (mean, square) = (LOG_S_STEP * mean, LOG_S_STEP * square / gamma);
            ExactMoments { mean, variance: square - mean * mean }
        };
        Some(PerParameter { mean: along(|node| &node.mean), log_sd: along(|node| &node.log_sd) })
    }
}

/// Nodes over the noise, their weights w normalised to E w = 1.
fn draws(weight: &QuadraticLogWeight, step: f64, log_evidence: f64) -> Vec<Draw> {
    let [_, c1, c2] = weight.coefficients();
    let last = (REACH / step).ceil() as i64;
    (-last..=last)
        .map(|index| {
            let y = step * index as f64;
            // σ ∂ log p(x, z)/∂z and σ ∂ℓ/∂z.
            let (joint, path) = (c1 + (2.0 * c2 - 1.0) * y, c1 + 2.0 * c2 * y);
            Draw {
                probability: step * (-0.5 * y * y).exp() / TAU.sqrt(),
                log_ratio: weight.at(y) - log_evidence,
                pathwise: PerParameter { mean: joint / weight.sd(), log_sd: joint * y + 1.0 },
                path_slope: PerParameter { mean: path / weight.sd(), log_sd: path * y },
            }
        })
        .collect()
}

impl TransformNode {
    fn sum(draws: &[Draw], log_s: f64) -> Self {
        let mut node = Self::default();
        for draw in draws {
            let t = (log_s + draw.log_ratio).exp();
            if t > LAST_T {
                continue;
            }
            let transform = draw.probability * (-t).exp();
            node.transform += transform;
            node.parameters.mean.add(transform, t, draw.pathwise.mean, draw.path_slope.mean);
            node.parameters.log_sd.add(transform, t, draw.pathwise.log_sd, draw.path_slope.log_sd);
        }
        node
    }
}

impl ParameterNode {
    fn add(&mut self, transform: f64, t: f64, pathwise: f64, path_slope: f64) {
        let (a, b) = (t * pathwise, t * t * path_slope);
        self.iwae_first += transform * a;
        self.iwae_second += transform * a * a;
        self.dreg_first += transform * b;
        self.dreg_second += transform * b * b;
    }
}

#[cfg(test)]
mod tests {
    use super::super::known_joints::{ScalarLinearGaussian, one, oracles};
    use super::*;

    fn transform(index: usize) -> WeightTransform {
        let weight =
            ScalarLinearGaussian::default().posterior().log_weight(&oracles()[index]).unwrap();
        WeightTransform::new(&weight).unwrap()
    }

    fn k(draws: usize) -> NonZeroUsize {
        NonZeroUsize::new(draws).unwrap()
    }

    fn assert_close(found: PerParameter<ExactMoments>, expected: [f64; 4], tolerance: f64) {
        let found =
            [found.mean.mean, found.mean.variance, found.log_sd.mean, found.log_sd.variance];
        for (found, expected) in found.into_iter().zip(expected) {
            assert!((found - expected).abs() < tolerance, "{found} {expected}");
        }
    }

    #[test]
    fn two_draws_as_by_a_double_integral() {
        // NumPy, trapezoid rule on the plane of the two draws' noise: mean and variance in m, in ln σ.
        let iwae = [
            [0.479315023718, 3.507556609211, -0.189780418378, 1.802240685055],
            [1.024521500884, 1.635827662827, 0.519596596172, 0.418281536507],
            [1.555843084119, 10.022741704191, -0.864445968472, 11.279681570208],
        ];
        let dreg = [
            [0.479315023718, 0.310985337016, -0.189780418378, 0.149946251476],
            [1.024521500884, 1.434368383142, 0.519596596172, 0.675654191846],
            [1.555843084119, 4.787749375294, -0.864445968472, 5.308697117647],
        ];
        for index in 0..3 {
            let transform = transform(index);
            assert_close(transform.iwae(k(2)).unwrap(), iwae[index], 2e-11);
            assert_close(transform.dreg(k(2)).unwrap(), dreg[index], 2e-11);
        }
    }

    #[test]
    fn four_draws_as_by_gauss_hermite_in_four_dimensions() {
        // NumPy, 48⁴ nodes, in m at "wide"; the rule itself is good to ten digits there.
        let (iwae, dreg) = (transform(0).iwae(k(4)).unwrap(), transform(0).dreg(k(4)).unwrap());
        assert!((iwae.mean.mean - 0.189_363_762_0).abs() < 1e-9);
        assert!((iwae.mean.variance - 1.382_613_580_5).abs() < 1e-8);
        assert!((dreg.mean.mean - 0.189_363_762_0).abs() < 1e-9);
        assert!((dreg.mean.variance - 0.032_381_414_3).abs() < 1e-9);
    }

    #[test]
    fn both_estimators_have_the_same_mean() {
        for index in 0..3 {
            for draws in [2, 3, 8, 64, 1024] {
                let iwae = transform(index).iwae(k(draws)).unwrap();
                let dreg = transform(index).dreg(k(draws)).unwrap();
                assert!((iwae.mean.mean - dreg.mean.mean).abs() < 1e-10, "{draws}");
                assert!((iwae.log_sd.mean - dreg.log_sd.mean).abs() < 1e-10, "{draws}");
            }
        }
    }

    #[test]
    fn at_the_posterior_dreg_is_zero_and_iwae_is_a_mean_of_independent_terms() {
        let posterior = ScalarLinearGaussian::default().posterior();
        let q = one(posterior.mean(), posterior.variance());
        let transform = WeightTransform::new(&posterior.log_weight(&q).unwrap()).unwrap();
        // All weights equal: the mean of K terms −y/τ and 1 − y², of variance 1/τ² and 2.
        let expected = [0.0, 1.0 / posterior.variance() / 8.0, 0.0, 2.0 / 8.0];
        assert_close(transform.iwae(k(8)).unwrap(), expected, 1e-12);
        assert_close(transform.dreg(k(8)).unwrap(), [0.0; 4], 1e-14);
    }

    #[test]
    fn one_draw_and_hopeless_proposals_have_none() {
        assert!(transform(0).iwae(k(1)).is_none());
        let posterior = ScalarLinearGaussian::default().posterior();
        for q in [one(0.0, 1e4), one(1e6, 0.4)] {
            assert!(WeightTransform::new(&posterior.log_weight(&q).unwrap()).is_none());
        }
        // A needle is no trouble.
        let needle = posterior.log_weight(&one(0.5, 1e-12)).unwrap();
        let moments = WeightTransform::new(&needle).unwrap().iwae(k(4)).unwrap();
        assert!(moments.mean.variance.is_finite() && moments.log_sd.variance.is_finite());
    }
}
