//! The exact mean and variance of one estimate from K draws, for every method, where q and the posterior are Gaussians
//! on the line.

use std::num::NonZeroUsize;

use super::exact_gradient::exact_elbo_gradient;
use super::methods::MethodKind;
use super::parameters::PerParameter;
use super::quadratic_weight::QuadraticLogWeight;
use super::weight_transform::WeightTransform;

/// The exact mean and variance of an estimate of one slope.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ExactMoments {
    /// E ĝ, the slope that is estimated.
    pub mean: f64,
    /// Var ĝ.
    pub variance: f64,
}

impl ExactMoments {
    /// |E ĝ|/√Var ĝ (Rainforth et al. 2018); `None` where the variance is zero or mere rounding.
    pub fn snr(&self) -> Option<f64> {
        let ratio = self.mean.abs() / self.variance.sqrt();
        ratio.is_finite().then_some(ratio)
    }
}

/// The exact mean and variance of one estimate by `method` from `draws` draws.
///
/// # Formula
/// With log w = c0 + c1 y + c2 y² and one draw, in m (all over σ²) and in ln σ:
///
/// | method | m | ln σ |
/// |---|---|---|
/// | score | c0² + 2c1² + 15c2² + 6c0c2 | 2c0² + 10c1² + 74c2² + 20c0c2 |
/// | score − E log w | 2c1² + 10c2² | 10c1² + 56c2² |
/// | score − best constant | 2c1² + 6c2² | 10c1² + 24c2² |
/// | pathwise | (1 − 2c2)² | c1² + 2(1 − 2c2)² |
/// | sticking the landing | 4c2² | c1² + 8c2² |
///
/// and a K-th of it with K draws. RLOO with K draws is a sample covariance: the row of E log w plus
/// (2c1² + 2c2²)/(K − 1) in m and (2c1² + 8c2²)/(K − 1) in ln σ, all over K. IWAE and DReG are the row
/// of pathwise and of sticking the landing for K = 1, and the integrals of `transform` beyond.
///
/// # Errors
/// None: `None` for RLOO with one draw, and for IWAE and DReG from 2 draws on without a `transform`.
pub fn exact_moments(
    method: MethodKind,
    weight: &QuadraticLogWeight,
    draws: NonZeroUsize,
    transform: Option<&WeightTransform>,
) -> Option<PerParameter<ExactMoments>> {
    let [c0, c1, c2] = weight.coefficients();
    let count = draws.get() as f64;
    let path = 1.0 - 2.0 * c2;
    // The variances of one draw: times σ² in m, and in ln σ.
    let (in_mean, in_log_sd) = match method {
        MethodKind::Score => (
            c0 * c0 + 2.0 * c1 * c1 + 15.0 * c2 * c2 + 6.0 * c0 * c2,
            2.0 * c0 * c0 + 10.0 * c1 * c1 + 74.0 * c2 * c2 + 20.0 * c0 * c2,
        ),
        MethodKind::ScoreMeanBaseline => {
            (2.0 * c1 * c1 + 10.0 * c2 * c2, 10.0 * c1 * c1 + 56.0 * c2 * c2)
        }
        MethodKind::ScoreBestBaseline => {
            (2.0 * c1 * c1 + 6.0 * c2 * c2, 10.0 * c1 * c1 + 24.0 * c2 * c2)
        }
        MethodKind::Rloo if draws.get() < 2 => return None,
        MethodKind::Rloo => (
            2.0 * c1 * c1 + 10.0 * c2 * c2 + 2.0 * (c1 * c1 + c2 * c2) / (count - 1.0),
            10.0 * c1 * c1 + 56.0 * c2 * c2 + 2.0 * (c1 * c1 + 4.0 * c2 * c2) / (count - 1.0),
        ),
        MethodKind::Iwae if draws.get() > 1 => return transform?.iwae(draws),
        MethodKind::DReG if draws.get() > 1 => return transform?.dreg(draws),
        MethodKind::Reparameterised | MethodKind::Iwae => {
            (path * path, c1 * c1 + 2.0 * path * path)
        }
        MethodKind::StickingTheLanding | MethodKind::DReG => {
            (4.0 * c2 * c2, c1 * c1 + 8.0 * c2 * c2)
        }
    };
    let mean = exact_elbo_gradient(weight);
    let variance = in_mean / (weight.sd() * weight.sd());
    Some(PerParameter {
        mean: ExactMoments { mean: mean.mean, variance: variance / count },
        log_sd: ExactMoments { mean: mean.log_sd, variance: in_log_sd / count },
    })
}

#[cfg(test)]
mod tests {
    use super::super::known_joints::{ScalarLinearGaussian, oracles};
    use super::*;

    fn at(method: MethodKind, draws: usize, log_constant: f64) -> PerParameter<ExactMoments> {
        let joint = ScalarLinearGaussian { log_constant, ..ScalarLinearGaussian::default() };
        let weight = joint.posterior().log_weight(&oracles()[0]).unwrap();
        let transform = WeightTransform::new(&weight);
        let draws = NonZeroUsize::new(draws).unwrap();
        exact_moments(method, &weight, draws, transform.as_ref()).unwrap()
    }

    #[test]
    fn the_variances_of_wide() {
        // From v/τ⁴, (τ² − v)²/(v τ⁴) and Gaussian moments up to the eighth (SymPy, NumPy).
        let expected = [
            (MethodKind::Score, 1, [27.031_401_630_89, 38.114_391_426_46]),
            (MethodKind::ScoreMeanBaseline, 1, [7.226_928_710_94, 15.428_916_015_62]),
            (MethodKind::ScoreBestBaseline, 1, [5.601_831_054_69, 10.228_603_515_62]),
            (MethodKind::Rloo, 2, [5.601_831_054_69, 8.997_333_984_37]),
            (MethodKind::Rloo, 4, [2.138_126_627_60, 4.071_041_666_67]),
            (MethodKind::Reparameterised, 1, [8.156_347_656_25, 7.157_915_039_06]),
            (MethodKind::StickingTheLanding, 1, [1.625_097_656_25, 1.932_915_039_06]),
        ];
        for (method, draws, [mean, log_sd]) in expected {
            let found = at(method, draws, 0.0);
            assert!((found.mean.variance - mean).abs() < 1e-10, "{method:?} {found:?}");
            assert!((found.log_sd.variance - log_sd).abs() < 1e-10, "{method:?} {found:?}");
        }
    }

    #[test]
    fn a_constant_of_minus_170_nats_explodes_the_score_and_nothing_else() {
        let found = at(MethodKind::Score, 1, -170.0).mean.variance;
        assert!((7.4e4..7.5e4).contains(&found), "{found}");
        for method in [
            MethodKind::ScoreMeanBaseline,
            MethodKind::ScoreBestBaseline,
            MethodKind::Rloo,
            MethodKind::Reparameterised,
            MethodKind::StickingTheLanding,
            MethodKind::Iwae,
            MethodKind::DReG,
        ] {
            let (plain, shifted) = (at(method, 2, 0.0), at(method, 2, -170.0));
            assert!((plain.mean.variance - shifted.mean.variance).abs() < 1e-10, "{method:?}");
            assert!((plain.log_sd.variance - shifted.log_sd.variance).abs() < 1e-10);
        }
    }

    #[test]
    fn signal_to_noise_of_wide_in_m() {
        // Rounded, .44/.16/.076/.037 and .99/1.05/2.2/4.5: IWAE falls as 1/√K, DReG rises as √K;
        // the digits are those of the same integrals in NumPy, at half the step.
        let ks = [1, 4, 16, 64];
        for (draws, expected) in ks.into_iter().zip([0.440, 0.161, 0.0756, 0.0373]) {
            let found = at(MethodKind::Iwae, draws, 0.0).mean.snr().unwrap();
            assert!((found / expected - 1.0).abs() < 2e-3, "{draws}: {found}");
        }
        for (draws, expected) in ks.into_iter().zip([0.987, 1.052, 2.228, 4.521]) {
            let found = at(MethodKind::DReG, draws, 0.0).mean.snr().unwrap();
            assert!((found / expected - 1.0).abs() < 1e-3, "{draws}: {found}");
        }
    }

    #[test]
    fn what_theory_does_not_cover_is_none() {
        let weight = ScalarLinearGaussian::default().posterior().log_weight(&oracles()[0]).unwrap();
        let (one, two) = (NonZeroUsize::MIN, NonZeroUsize::new(2).unwrap());
        assert!(exact_moments(MethodKind::Rloo, &weight, one, None).is_none());
        assert!(exact_moments(MethodKind::Iwae, &weight, two, None).is_none());
        assert!(exact_moments(MethodKind::Iwae, &weight, one, None).is_some());
        assert_eq!(ExactMoments { mean: 0.0, variance: 0.0 }.snr(), None);
    }
}
