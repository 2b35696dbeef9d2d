//! The Gaussian with independent coordinates: the mean-field q(z) of the VAE (Kingma & Welling 2014,
//! Auto-encoding variational Bayes).

use std::f64::consts::TAU;

use rand::Rng;

use super::gaussian_error::GaussianError;
use crate::density::{
    DensityError, DifferentiableDensity, LogDensity, Proposal, Reparameterised, standard_normals,
};

/// ∏ N(μ_d, σ_d²) over any number of coordinates.
///
/// # Formula
/// log q(z) = −Σ [½ t_d² + ln σ_d] − (D/2) ln 2π with t = (z − μ)/σ; H = Σ ln σ_d + (D/2)(1 + ln 2π).
#[derive(Clone, Debug, PartialEq)]
pub struct DiagonalGaussian {
    mean: Vec<f64>,
    sd: Vec<f64>,
}

impl DiagonalGaussian {
    /// Builds the Gaussian from means and standard deviations.
    ///
    /// # Errors
    /// [`GaussianError`] if there is no coordinate, the lists differ in length, a mean is not finite,
    /// or a standard deviation is not positive and finite.
    pub fn new(mean: Vec<f64>, sd: Vec<f64>) -> Result<Self, GaussianError> {
        check_mean(&mean)?;
        check_length(mean.len(), sd.len())?;
        if let Some(&bad) = sd.iter().find(|&&value| !(value.is_finite() && value > 0.0)) {
            return Err(GaussianError::StandardDeviation(bad));
        }
        Ok(Self { mean, sd })
    }

    /// N(0, I) in `dimension` coordinates, the prior of the VAE.
    ///
    /// # Errors
    /// [`GaussianError::Empty`] if there is no coordinate.
    pub fn standard(dimension: usize) -> Result<Self, GaussianError> {
        Self::new(vec![0.0; dimension], vec![1.0; dimension])
    }

    /// Means μ.
    pub fn mean(&self) -> &[f64] {
        &self.mean
    }

    /// Standard deviations σ.
    pub fn sd(&self) -> &[f64] {
        &self.sd
    }

    /// KL(q ‖ N(0, I)) = Σ [½(σ² + μ² − 1) − ln σ] in nats.
    pub fn kl_to_standard(&self) -> f64 {
        let each = self.mean.iter().zip(&self.sd);
        each.map(|(mean, sd)| scale_divergence(*sd) + 0.5 * mean * mean).sum()
    }

    /// KL(q ‖ other) in nats, in closed form.
    ///
    /// # Errors
    /// [`GaussianError::Length`] if `other` has another number of coordinates.
    pub fn kl_to(&self, other: &Self) -> Result<f64, GaussianError> {
        check_length(self.mean.len(), other.mean.len())?;
        let term = |d: usize| {
            let shift = (self.mean[d] - other.mean[d]) / other.sd[d];
            scale_divergence(self.sd[d] / other.sd[d]) + 0.5 * shift * shift
        };
        Ok((0..self.mean.len()).map(term).sum())
    }

    /// Σ ln σ_d + (D/2) ln 2π.
    fn log_normaliser(&self) -> f64 {
        log_normaliser(self.sd.iter().copied())
    }

    /// t = (z − μ)/σ of every coordinate of a row.
    fn standardised<'a>(&'a self, row: &'a [f64]) -> impl Iterator<Item = f64> + 'a {
        row.iter().zip(&self.mean).zip(&self.sd).map(|((z, mean), sd)| (z - mean) / sd)
    }
}

impl LogDensity for DiagonalGaussian {
    fn dimension(&self) -> usize {
        self.mean.len()
    }

    fn log_densities(&self, latents: &[f64]) -> Result<Vec<f64>, DensityError> {
        let log_normaliser = self.log_normaliser();
        let log_density =
            |row| -0.5 * self.standardised(row).map(|t| t * t).sum::<f64>() - log_normaliser;
        Ok(latents.chunks_exact(self.dimension()).map(log_density).collect())
    }
}

impl DifferentiableDensity for DiagonalGaussian {
    fn log_densities_and_gradients(
        &self,
        latents: &[f64],
    ) -> Result<(Vec<f64>, Vec<f64>), DensityError> {
        let rows = latents.chunks_exact(self.dimension());
        let gradients =
            rows.flat_map(|row| self.standardised(row).zip(&self.sd).map(|(t, sd)| -t / sd));
        Ok((self.log_densities(latents)?, gradients.collect()))
    }
}

impl Proposal for DiagonalGaussian {
    fn draw(&self, count: usize, rng: &mut dyn Rng) -> Vec<f64> {
        self.latents_from_noise(&standard_normals(count * self.dimension(), rng))
    }

    fn entropy(&self) -> Option<f64> {
        Some(self.log_normaliser() + 0.5 * self.mean.len() as f64)
    }
}

impl Reparameterised for DiagonalGaussian {
    /// z = μ + σ ε.
    fn latents_from_noise(&self, noise: &[f64]) -> Vec<f64> {
        let rows = noise.chunks_exact(self.dimension());
        let latents = rows.flat_map(|row| {
            row.iter().zip(&self.mean).zip(&self.sd).map(|((noise, mean), sd)| mean + sd * noise)
        });
        latents.collect()
    }
}

/// KL(N(0, r²) ‖ N(0, 1)) = ½(r² − 1) − ln r in nats, never negative and exact where r is near 1.
pub(super) fn scale_divergence(ratio: f64) -> f64 {
    let excess = (ratio - 1.0) * (ratio + 1.0);
    if excess > -0.5 {
        // r² = 1 + x: the digits of x are kept, and ln(1 + x) ≤ x survives rounding.
        0.5 * (excess - excess.ln_1p())
    } else {
        0.5 * excess - ratio.ln()
    }
}

/// Σ ln σ_d + (D/2) ln 2π of the σ_d whose product is √det Σ.
pub(super) fn log_normaliser(sds: impl ExactSizeIterator<Item = f64>) -> f64 {
    0.5 * sds.len() as f64 * TAU.ln() + sds.map(f64::ln).sum::<f64>()
}

/// A mean has coordinates, and they are finite.
pub(super) fn check_mean(mean: &[f64]) -> Result<(), GaussianError> {
    if mean.is_empty() {
        return Err(GaussianError::Empty);
    }
    match mean.iter().find(|value| !value.is_finite()) {
        Some(&bad) => Err(GaussianError::Mean(bad)),
        None => Ok(()),
    }
}

/// Two lengths that must agree.
pub(super) fn check_length(expected: usize, found: usize) -> Result<(), GaussianError> {
    if expected == found { Ok(()) } else { Err(GaussianError::Length { expected, found }) }
}

#[cfg(test)]
mod tests {
    use approx::{assert_abs_diff_eq, assert_relative_eq};
    use proptest::prelude::*;

    use super::super::checks;
    use super::*;

    fn known() -> DiagonalGaussian {
        DiagonalGaussian::new(vec![0.5, -1.25, 2.0], vec![0.7, 0.001, 2.5]).unwrap()
    }

    // The values of the next tests: mpmath with 40 digits; scipy.stats.norm agrees to 1e-13.

    #[test]
    fn density_and_entropy() {
        let log_densities = known().log_densities(&[0.1, -1.2485, 7.25]).unwrap();
        // (z − μ)/σ of the second coordinate has 13 digits.
        assert_abs_diff_eq!(log_densities[0], 0.098_058_585_310_247_16, epsilon = 1e-12);
        let entropy = known().entropy().unwrap();
        assert_abs_diff_eq!(entropy, -2.091_323_891_432_696, epsilon = 1e-14);
    }

    #[test]
    fn divergences() {
        assert_relative_eq!(known().kl_to_standard(), 11.124_389_991_046_714, max_relative = 1e-14);
        let other =
            DiagonalGaussian::new(vec![-0.25, -1.2495, 1.0], vec![1.1, 0.002, 0.6]).unwrap();
        // μ − μ′ of the second coordinate has 13 digits.
        let kl = known().kl_to(&other).unwrap();
        assert_relative_eq!(kl, 8.878_627_748_479_202, max_relative = 1e-13);
        assert_eq!(known().kl_to(&known()), Ok(0.0));
        let standard = DiagonalGaussian::standard(2).unwrap();
        assert_eq!(standard.kl_to_standard(), 0.0);
        assert_eq!(known().kl_to(&standard), Err(GaussianError::Length { expected: 3, found: 2 }));
    }

    #[test]
    fn scales_far_apart_and_nearly_equal() {
        let table = [
            (1e-9, 20.223_265_836_946_41),
            (0.3, 0.748_972_804_325_936),
            (1.5, 0.219_534_891_891_835_62),
            (1000.0, 499_992.592_244_721),
        ];
        for (ratio, expected) in table {
            assert_relative_eq!(scale_divergence(ratio), expected, max_relative = 1e-15);
        }
        // r² − 1 has 8 digits, all that 1 ± 1e-8 holds of it; the divergence is half its square.
        assert_relative_eq!(scale_divergence(0.999_999_99), 1e-16, max_relative = 1e-7);
        assert_relative_eq!(scale_divergence(1.000_000_1), 1e-14, max_relative = 1e-6);
    }

    #[test]
    fn the_total_is_one() {
        for (mean, sd) in [(0.0, 1.0), (3.0, 0.001), (-50.0, 20.0)] {
            let q = DiagonalGaussian::new(vec![mean], vec![sd]).unwrap();
            assert_abs_diff_eq!(checks::total_1d(&q, mean, sd), 1.0, epsilon = 1e-12);
        }
    }

    #[test]
    fn draws_have_the_moments() {
        // 2·10⁵ draws in 3 dimensions. The deviation of a mean is σ/√N, of a variance σ²√(2/N), of a
        // covariance σσ′/√N; 9 figures within 5 deviations, false-alarm rate 5e-6 together.
        let q = known();
        let count = 200_000;
        let (means, covariances) = checks::moments(&q, q.mean(), count, 21);
        let reach = 5.0 / (count as f64).sqrt();
        for i in 0..3 {
            assert_abs_diff_eq!(means[i], q.mean[i], epsilon = reach * q.sd[i]);
            for j in 0..3 {
                let product = q.sd[i] * q.sd[j];
                let (expected, spread) =
                    if i == j { (product, 2.0_f64.sqrt()) } else { (0.0, 1.0) };
                assert_abs_diff_eq!(
                    covariances[3 * i + j],
                    expected,
                    epsilon = reach * spread * product
                );
            }
        }
    }

    #[test]
    fn two_hundred_dimensions() {
        // Identical coordinates: everything is 200 times what one coordinate has.
        let many = DiagonalGaussian::new(vec![0.5; 200], vec![1e-3; 200]).unwrap();
        let one = DiagonalGaussian::new(vec![0.5], vec![1e-3]).unwrap();
        let log_densities = many.log_densities(&[[0.502; 200], [0.5; 200]].concat()).unwrap();
        let of_one = one.log_densities(&[0.502, 0.5]).unwrap();
        for (many, one) in log_densities.iter().zip(of_one) {
            assert_relative_eq!(*many, 200.0 * one, max_relative = 1e-13);
        }
        let (many_kl, one_kl) = (many.kl_to_standard(), one.kl_to_standard());
        assert_relative_eq!(many_kl, 200.0 * one_kl, max_relative = 1e-13);
        assert_relative_eq!(
            many.entropy().unwrap(),
            200.0 * one.entropy().unwrap(),
            max_relative = 1e-13
        );
    }

    #[test]
    fn each_bad_parameter_is_named() {
        let new = |mean: &[f64], sd: &[f64]| {
            DiagonalGaussian::new(mean.to_vec(), sd.to_vec()).unwrap_err()
        };
        assert_eq!(new(&[], &[]), GaussianError::Empty);
        assert_eq!(new(&[0.0], &[1.0; 2]), GaussianError::Length { expected: 1, found: 2 });
        assert!(matches!(new(&[0.0, f64::NAN], &[1.0; 2]), GaussianError::Mean(_)));
        for bad in [0.0, -1.0, f64::INFINITY, f64::NAN] {
            let error = new(&[0.0; 2], &[1.0, bad]);
            assert!(matches!(error, GaussianError::StandardDeviation(_)), "{bad}");
        }
    }

    /// Gaussians in two dimensions.
    fn planar() -> impl Strategy<Value = DiagonalGaussian> {
        let mean = || -4.0..4.0_f64;
        let sd = || (1e-3_f64.ln()..10.0_f64.ln()).prop_map(f64::exp);
        (mean(), mean(), sd(), sd())
            .prop_map(|(m1, m2, s1, s2)| DiagonalGaussian::new(vec![m1, m2], vec![s1, s2]).unwrap())
    }

    proptest! {
        #[test]
        fn the_gradient_is_the_slope(
            q in planar(), noise in prop::array::uniform2(-5.0..5.0_f64)
        ) {
            checks::assert_gradient(&q, &q.latents_from_noise(&noise), q.sd());
        }

        #[test]
        fn a_divergence_is_never_negative(p in planar(), q in planar()) {
            prop_assert!(q.kl_to(&p).unwrap() >= 0.0);
            prop_assert!(q.kl_to_standard() >= 0.0);
            let standard = DiagonalGaussian::standard(2).unwrap();
            let (found, expected) = (q.kl_to(&standard).unwrap(), q.kl_to_standard());
            prop_assert_eq!(found, expected);
        }

        #[test]
        fn scales_that_differ_by_rounding(units in 0_u64..1_000_000) {
            let ratio = f64::from_bits(1.0_f64.to_bits() + units);
            prop_assert!(scale_divergence(ratio) >= 0.0);
            prop_assert!(scale_divergence(1.0 / ratio) >= 0.0);
        }
    }
}
