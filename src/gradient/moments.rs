//! Mean, variance and signal-to-noise ratio of an estimator, measured over replicates (Rainforth et al.
//! 2018, Tighter variational bounds are not necessarily better).

use std::num::NonZeroUsize;

use thiserror::Error;

use super::baselines::Baselines;
use super::methods::Method;
use super::parameters::GaussianGradient;
use super::pool::{DrawPool, EstimateError};

/// One estimate per disjoint batch of `draws` of the pool, in order; a remainder is left out.
///
/// # Errors
/// The first [`EstimateError`] of a batch; [`EstimateError::TooFewDraws`] if there is no whole batch.
pub fn replicates(
    method: &Method,
    pool: &DrawPool,
    draws: NonZeroUsize,
    baselines: &Baselines,
) -> Result<Vec<GaussianGradient>, EstimateError> {
    let given = pool.log_weights().len().get();
    if given < draws.get() {
        return Err(EstimateError::TooFewDraws { needed: draws.get(), given });
    }
    pool.batches(draws).map(|batch| (method.estimate)(&batch, baselines)).collect()
}

/// The measured moments of one component of an estimator, with standard errors.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moments {
    /// Number of replicates n.
    pub replicates: usize,
    /// Their mean.
    pub mean: f64,
    /// √(s²/n).
    pub mean_stderr: f64,
    /// s², with n − 1 below.
    pub variance: f64,
    /// √([m₄ − s⁴ (n − 3)/(n − 1)]/n).
    pub variance_stderr: f64,
    /// The signal-to-noise ratio; `None` where all replicates are equal.
    pub snr: Option<SignalToNoise>,
}

/// |mean|/s.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SignalToNoise {
    /// The ratio.
    pub ratio: f64,
    /// Its standard error by the delta method.
    pub stderr: f64,
}

/// Why values have no moments.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum MomentsError {
    /// A variance needs two.
    #[error("at least 2 replicates are needed, {0} given")]
    TooFew(usize),
    /// A replicate, or a power of it, is not finite.
    #[error("the replicates are too large for a variance")]
    NotFinite,
}

impl Moments {
    /// Measures independent replicates.
    ///
    /// # Formula
    /// With central moments m₂, m₃, m₄ (n below), skewness γ = m₃/m₂^{3/2}, kurtosis κ = m₄/m₂² and
    /// ratio d = mean/s, the standard error of d is √([1 − dγ + d²(κ − 1)/4]/n).
    ///
    /// # Bias
    /// None for mean and variance. Heavy tails make the standard errors too small, as always.
    ///
    /// # Errors
    /// [`MomentsError`] for fewer than 2 values or ones that are not finite.
    pub fn of(values: &[f64]) -> Result<Self, MomentsError> {
        if values.len() < 2 {
            return Err(MomentsError::TooFew(values.len()));
        }
        let n = values.len() as f64;
        // Deviations from the first value: equal values have a variance of exactly 0.
        let origin = values[0];
        let offset = values.iter().map(|value| value - origin).sum::<f64>() / n;
        let mut central = [0.0; 3];
        for value in values {
            let deviation = value - origin - offset;
            let square = deviation * deviation;
            central[0] += square / n;
            central[1] += square * deviation / n;
            central[2] += square * square / n;
        }
        let [second, third, fourth] = central;
        let mean = origin + offset;
        let variance = second * n / (n - 1.0);
        let spread = fourth - variance * variance * (n - 3.0) / (n - 1.0);
        if !(mean.is_finite() && spread.is_finite() && third.is_finite()) {
            return Err(MomentsError::NotFinite);
        }
        // At two-valued samples `spread` is zero up to a rounding error of either sign.
        let variance_stderr = (spread.max(0.0) / n).sqrt();
        let ratio = mean / variance.sqrt();
        let (skewness, kurtosis) = (third / second.powf(1.5), fourth / (second * second));
        let square = (1.0 - ratio * skewness + 0.25 * ratio * ratio * (kurtosis - 1.0)).max(0.0);
        let stderr = (square / n).sqrt();
        let snr = (ratio.is_finite() && stderr.is_finite())
            .then_some(SignalToNoise { ratio: ratio.abs(), stderr });
        Ok(Self {
            replicates: values.len(),
            mean,
            mean_stderr: (variance / n).sqrt(),
            variance,
            variance_stderr,
            snr,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::known_joints::{Plateau, ScalarLinearGaussian, one, oracles};
    use super::super::methods::{METHODS, MethodKind};
    use super::super::noise::normals;
    use super::super::theory::exact_moments;
    use super::super::weight_transform::WeightTransform;
    use super::*;

    #[test]
    fn by_hand_from_four_values() {
        // 1, 2, 3, 6: mean 3, deviations −2, −1, 0, 3; m₂ = 14/4, m₃ = 18/4, m₄ = 98/4, s² = 14/3.
        let found = Moments::of(&[1.0, 2.0, 3.0, 6.0]).unwrap();
        assert_eq!((found.replicates, found.mean), (4, 3.0));
        let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-14, "{a} {b}");
        close(found.variance, 14.0 / 3.0);
        close(found.mean_stderr, (14.0_f64 / 12.0).sqrt());
        close(found.variance_stderr, ((24.5 - 196.0 / 27.0) / 4.0_f64).sqrt());
        let d = 3.0 / (14.0_f64 / 3.0).sqrt();
        let snr = found.snr.unwrap();
        close(snr.ratio, d);
        let square = 1.0 - d * 4.5 / 3.5_f64.powf(1.5) + 0.25 * d * d * (24.5 / 12.25 - 1.0);
        close(snr.stderr, (square / 4.0).sqrt());
    }

    #[test]
    fn standard_errors_are_the_spread_of_repeated_measurements() {
        // 400 measurements of 500 values y + ½y² each: the ratio of the spread to the mean standard
        // error is known to 1/√800 = 3.5 % for normal statistics; 25 % is 7 of those, and room for
        // the skewness of a variance.
        let all: Vec<f64> = normals(2, 200_000).iter().map(|y| 0.7 + y + 0.5 * y * y).collect();
        let found: Vec<Moments> = all.chunks(500).map(|part| Moments::of(part).unwrap()).collect();
        let ratio = |value: fn(&Moments) -> f64, stderr: fn(&Moments) -> f64| {
            let values: Vec<f64> = found.iter().map(value).collect();
            let claimed = found.iter().map(stderr).sum::<f64>() / found.len() as f64;
            Moments::of(&values).unwrap().variance.sqrt() / claimed
        };
        for ratio in [
            ratio(|found| found.mean, |found| found.mean_stderr),
            ratio(|found| found.variance, |found| found.variance_stderr),
            ratio(|found| found.snr.unwrap().ratio, |found| found.snr.unwrap().stderr),
        ] {
            assert!((0.75..1.25).contains(&ratio), "{ratio}");
        }
    }

    #[test]
    fn equal_values_have_no_noise_and_no_ratio() {
        let found = Moments::of(&[-0.1; 7]).unwrap();
        assert_eq!((found.variance, found.mean_stderr, found.snr), (0.0, 0.0, None));
    }

    #[test]
    fn what_has_no_moments_is_an_error() {
        assert_eq!(Moments::of(&[1.0]), Err(MomentsError::TooFew(1)));
        assert_eq!(Moments::of(&[1.0, f64::NAN]), Err(MomentsError::NotFinite));
        assert_eq!(Moments::of(&[1e300, -1e300]), Err(MomentsError::NotFinite));
        let pool = DrawPool::new(&Plateau, &one(0.0, 1.0), vec![0.0]).unwrap();
        let weight = ScalarLinearGaussian::default().posterior().log_weight(&oracles()[0]).unwrap();
        let two = NonZeroUsize::new(2).unwrap();
        assert_eq!(
            replicates(&METHODS[4], &pool, two, &weight.baselines()),
            Err(EstimateError::TooFewDraws { needed: 2, given: 1 })
        );
    }

    #[test]
    fn measured_ratios_of_wide_fall_for_iwae_and_rise_for_dreg() {
        // In m, 4000 replicates, each within 5 standard errors of theory: false-alarm rate 6e-7 each.
        let (joint, q) = (ScalarLinearGaussian::default(), &oracles()[0]);
        let weight = joint.posterior().log_weight(q).unwrap();
        let transform = WeightTransform::new(&weight).unwrap();
        for draws in [1, 4, 16, 64] {
            let pool = DrawPool::new(&joint, q, normals(4, 4000 * draws)).unwrap();
            let draws = NonZeroUsize::new(draws).unwrap();
            for kind in [MethodKind::Iwae, MethodKind::DReG] {
                let all = replicates(kind.method(), &pool, draws, &weight.baselines()).unwrap();
                let values: Vec<f64> = all.iter().map(|found| found.mean[0]).collect();
                let found = Moments::of(&values).unwrap().snr.unwrap();
                let theory = exact_moments(kind, &weight, draws, Some(&transform)).unwrap();
                let off = (found.ratio - theory.mean.snr().unwrap()) / found.stderr;
                assert!(off.abs() < 5.0, "{kind:?} K={draws}: {off}");
            }
        }
    }
}
