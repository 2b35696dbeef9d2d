//! The Gaussian with any covariance, stored as its Cholesky factor (Rasmussen & Williams 2006, Gaussian processes for
//! machine learning, appendix A.2 and A.4).

use rand::Rng;

use super::bivariate_gaussian::BivariateGaussian;
use super::diagonal_gaussian::{
    DiagonalGaussian, check_length, check_mean, log_normaliser, scale_divergence,
};
use super::gaussian_error::GaussianError;
use crate::density::{
    DensityError, DifferentiableDensity, LogDensity, Proposal, Reparameterised, standard_normals,
};
use crate::linear_algebra::{Cholesky, dot};

/// Largest difference of Σ_ij and Σ_ji that counts as rounding, in units of √(Σ_ii Σ_jj).
const ASYMMETRY: f64 = 1e-10;

/// N(μ, L Lᵀ) over any number of coordinates.
///
/// # Formula
/// log q(z) = −½ ‖L⁻¹(z − μ)‖² − Σ ln L_dd − (D/2) ln 2π; H = Σ ln L_dd + (D/2)(1 + ln 2π).
#[derive(Clone, Debug, PartialEq)]
pub struct FullGaussian {
    mean: Vec<f64>,
    cholesky: Cholesky,
}

impl FullGaussian {
    /// Builds the Gaussian from its mean and the Cholesky factor L, [D, D] row by row.
    ///
    /// # Errors
    /// [`GaussianError`] if there is no coordinate, the sizes differ, a mean is not finite, an entry
    /// above the diagonal is not 0 or one below it not finite, or a diagonal entry is not positive.
    pub fn new(mean: Vec<f64>, cholesky: Vec<f64>) -> Result<Self, GaussianError> {
        check_mean(&mean)?;
        let cholesky = Cholesky::from_factor(mean.len(), cholesky)?;
        Ok(Self { mean, cholesky })
    }

    /// Builds the Gaussian from its mean and covariance Σ, [D, D] row by row.
    ///
    /// # Errors
    /// [`GaussianError`] as in [`new`](Self::new); also if Σ is not symmetric, or not positive
    /// definite in double precision.
    pub fn from_covariance(mean: Vec<f64>, covariance: &[f64]) -> Result<Self, GaussianError> {
        check_mean(&mean)?;
        let cholesky = Cholesky::new(mean.len(), covariance)?;
        check_symmetric(mean.len(), covariance)?;
        Ok(Self { mean, cholesky })
    }

    /// Mean μ.
    pub fn mean(&self) -> &[f64] {
        &self.mean
    }

    /// The Cholesky factor L of Σ = L Lᵀ, [D, D] row by row.
    pub fn cholesky(&self) -> &[f64] {
        self.cholesky.as_slice()
    }

    /// Covariance Σ, [D, D] row by row.
    pub fn covariance(&self) -> Vec<f64> {
        let entry = |i, j| dot(self.cholesky.row(i), self.cholesky.row(j));
        let dimension = self.mean.len();
        (0..dimension).flat_map(|i| (0..dimension).map(move |j| entry(i, j))).collect()
    }

    /// KL(q ‖ N(0, I)) = ½(tr Σ + ‖μ‖² − D − ln det Σ) in nats.
    pub fn kl_to_standard(&self) -> f64 {
        let each = (0..self.mean.len()).map(|d| {
            let (diagonal, below) = (self.cholesky.row(d)[d], &self.cholesky.row(d)[..d]);
            let squares: f64 = below.iter().chain([&self.mean[d]]).map(|x| x * x).sum();
            scale_divergence(diagonal) + 0.5 * squares
        });
        each.sum()
    }

    /// KL(q ‖ other) in nats, in closed form.
    ///
    /// # Formula
    /// With A = L′⁻¹ L, lower triangular, KL = Σ_d [½(A_dd² − 1) − ln A_dd] + ½ Σ_{i>j} A_ij² +
    /// ½ ‖L′⁻¹(μ − μ′)‖²: no term is negative, so that rounding cannot make the sum so.
    ///
    /// # Errors
    /// [`GaussianError::Length`] if `other` has another number of coordinates.
    pub fn kl_to(&self, other: &Self) -> Result<f64, GaussianError> {
        let dimension = self.mean.len();
        check_length(dimension, other.mean.len())?;
        let mut kl = 0.0;
        for j in 0..dimension {
            let mut column = self.cholesky.column(j);
            other.cholesky.solve_lower(&mut column);
            kl += scale_divergence(column[j]) + 0.5 * squared_norm(&column[j + 1..]);
        }
        let mut shift: Vec<f64> = self.mean.iter().zip(&other.mean).map(|(a, b)| a - b).collect();
        other.cholesky.solve_lower(&mut shift);
        Ok(kl + 0.5 * squared_norm(&shift))
    }

    /// L⁻¹(z − μ) of a row, written over `residual`.
    fn standardise(&self, row: &[f64], residual: &mut Vec<f64>) {
        residual.clear();
        residual.extend(row.iter().zip(&self.mean).map(|(z, mean)| z - mean));
        self.cholesky.solve_lower(residual);
    }

    /// Σ ln L_dd + (D/2) ln 2π.
    fn log_normaliser(&self) -> f64 {
        log_normaliser(self.cholesky.diagonal())
    }
}

impl LogDensity for FullGaussian {
    fn dimension(&self) -> usize {
        self.mean.len()
    }

    fn log_densities(&self, latents: &[f64]) -> Result<Vec<f64>, DensityError> {
        let log_normaliser = self.log_normaliser();
        let mut residual = Vec::with_capacity(self.dimension());
        let log_density = |row| {
            self.standardise(row, &mut residual);
            -0.5 * squared_norm(&residual) - log_normaliser
        };
        Ok(latents.chunks_exact(self.dimension()).map(log_density).collect())
    }
}

impl DifferentiableDensity for FullGaussian {
    /// The gradient is −L⁻ᵀ L⁻¹ (z − μ).
    fn log_densities_and_gradients(
        &self,
        latents: &[f64],
    ) -> Result<(Vec<f64>, Vec<f64>), DensityError> {
        let log_normaliser = self.log_normaliser();
        let mut residual = Vec::with_capacity(self.dimension());
        let mut log_densities = Vec::with_capacity(latents.len() / self.dimension());
        let mut gradients = Vec::with_capacity(latents.len());
        for row in latents.chunks_exact(self.dimension()) {
            self.standardise(row, &mut residual);
            log_densities.push(-0.5 * squared_norm(&residual) - log_normaliser);
            self.cholesky.solve_upper(&mut residual);
            gradients.extend(residual.iter().map(|x| -x));
        }
        Ok((log_densities, gradients))
    }
}

impl Proposal for FullGaussian {
    fn draw(&self, count: usize, rng: &mut dyn Rng) -> Vec<f64> {
        self.latents_from_noise(&standard_normals(count * self.dimension(), rng))
    }

    fn entropy(&self) -> Option<f64> {
        Some(self.log_normaliser() + 0.5 * self.mean.len() as f64)
    }
}

impl Reparameterised for FullGaussian {
    /// z = μ + L ε.
    fn latents_from_noise(&self, noise: &[f64]) -> Vec<f64> {
        let mut latents = Vec::with_capacity(noise.len());
        for noise in noise.chunks_exact(self.dimension()) {
            latents.extend(
                self.mean
                    .iter()
                    .enumerate()
                    .map(|(d, mean)| mean + dot(self.cholesky.row(d), noise)),
            );
        }
        latents
    }
}

impl From<&DiagonalGaussian> for FullGaussian {
    fn from(q: &DiagonalGaussian) -> Self {
        Self { mean: q.mean().to_vec(), cholesky: Cholesky::of_diagonal(q.sd()) }
    }
}

impl From<BivariateGaussian> for FullGaussian {
    fn from(q: BivariateGaussian) -> Self {
        let (mean, [first, second]) = (q.mean(), q.sd());
        let (_, conditional_sd) = q.conditional(0, mean[0]);
        let cholesky = Cholesky::of_pair([first, q.rho() * second, conditional_sd]);
        Self { mean: mean.to_vec(), cholesky }
    }
}

/// ‖x‖².
fn squared_norm(x: &[f64]) -> f64 {
    dot(x, x)
}

/// Σ differs from its transpose, [D, D], by rounding only.
fn check_symmetric(dimension: usize, covariance: &[f64]) -> Result<(), GaussianError> {
    let entry = |row: usize, column: usize| covariance[row * dimension + column];
    for row in 0..dimension {
        for column in 0..row {
            let scale = (entry(row, row) * entry(column, column)).sqrt();
            let difference = (entry(row, column) - entry(column, row)).abs();
            // A NaN or an infinity above the diagonal would not be read by the factorisation.
            if difference > ASYMMETRY * scale || !difference.is_finite() {
                return Err(GaussianError::NotSymmetric { row, column });
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use approx::{assert_abs_diff_eq, assert_relative_eq};
    use proptest::prelude::*;

    use super::super::checks;
    use super::*;
    use crate::linear_algebra::CholeskyError;

    const COVARIANCE: [f64; 9] = [2.0, 0.6, -0.3, 0.6, 0.5, 0.1, -0.3, 0.1, 1.25];

    fn known() -> FullGaussian {
        FullGaussian::from_covariance(vec![0.5, -1.0, 2.0], &COVARIANCE).unwrap()
    }

    fn other() -> FullGaussian {
        let covariance = [1.0, -0.2, 0.1, -0.2, 0.8, 0.3, 0.1, 0.3, 1.5];
        FullGaussian::from_covariance(vec![0.0, 0.5, 1.0], &covariance).unwrap()
    }

    fn assert_all(found: &[f64], expected: &[f64], epsilon: f64) {
        assert_eq!(found.len(), expected.len());
        for (found, expected) in found.iter().zip(expected) {
            assert_abs_diff_eq!(found, expected, epsilon = epsilon);
        }
    }

    // The values of the next two tests: mpmath with 40 digits, from Σ⁻¹ and det Σ;
    // scipy.stats.multivariate_normal agrees to 1e-14.

    #[test]
    fn density_gradient_and_entropy() {
        let q = known();
        assert_all(&q.covariance(), &COVARIANCE, 1e-15);
        let (values, gradient) = q.log_densities_and_gradients(&[1.5, 0.25, -0.75]).unwrap();
        assert_abs_diff_eq!(values[0], -8.821_057_322_656_164, epsilon = 1e-14);
        let expected = [1.341_201_716_738_197_4, -4.688_841_201_716_738, 2.896_995_708_154_506_4];
        assert_all(&gradient, &expected, 1e-14);
        assert_abs_diff_eq!(q.entropy().unwrap(), 4.077_763_331_239_855, epsilon = 1e-14);
    }

    #[test]
    fn divergences() {
        let (p, q) = (other(), known());
        assert_relative_eq!(q.kl_to_standard(), 3.179_052_268_374_163_4, max_relative = 1e-14);
        assert_relative_eq!(q.kl_to(&p).unwrap(), 3.085_093_805_417_266, max_relative = 1e-14);
        assert_relative_eq!(p.kl_to(&q).unwrap(), 7.151_125_412_050_129, max_relative = 1e-14);
        assert_eq!(
            q.kl_to(&BivariateGaussian::standard().into()),
            Err(GaussianError::Length { expected: 3, found: 2 })
        );
    }

    #[test]
    fn the_total_is_one() {
        // Standard deviations 1 and 0.3, correlation 0.9: the narrowest direction has 0.127.
        let q = FullGaussian::from_covariance(vec![0.5, -0.25], &[1.0, 0.27, 0.27, 0.09]).unwrap();
        assert_abs_diff_eq!(checks::total_2d(&q, 9.0, 0.06), 1.0, epsilon = 1e-12);
    }

    #[test]
    fn draws_have_the_moments() {
        // 2·10⁵ draws; the deviation of a mean is √(Σ_ii/N), of a covariance
        // √((Σ_ii Σ_jj + Σ_ij²)/N). 9 figures within 5 deviations: false-alarm rate 5e-6 together.
        let (q, count) = (known(), 200_000);
        let (means, covariances) = checks::moments(&q, q.mean(), count, 23);
        let variance = |d: usize| COVARIANCE[4 * d];
        for i in 0..3 {
            let deviation = (variance(i) / count as f64).sqrt();
            assert_abs_diff_eq!(means[i], q.mean()[i], epsilon = 5.0 * deviation);
            for j in 0..3 {
                let expected = COVARIANCE[3 * i + j];
                let square = variance(i) * variance(j) + expected * expected;
                let deviation = (square / count as f64).sqrt();
                assert_abs_diff_eq!(covariances[3 * i + j], expected, epsilon = 5.0 * deviation);
            }
        }
    }

    /// The stationary chain z_{d+1} = ρ z_d + √(1−ρ²) σ ε of 200 steps: Σ_ij = σ² ρ^|i−j|.
    fn chain(rho: f64, sd: f64) -> FullGaussian {
        let entry = |i: usize, j: usize| sd * sd * rho.powi(i.abs_diff(j) as i32);
        let covariance: Vec<f64> =
            (0..200).flat_map(|i| (0..200).map(move |j| entry(i, j))).collect();
        FullGaussian::from_covariance(vec![0.0; 200], &covariance).unwrap()
    }

    #[test]
    fn a_chain_of_two_hundred() {
        // A Markov chain has the density of its first state times those of its steps, and
        // det Σ = σ⁴⁰⁰ (1 − ρ²)¹⁹⁹. Condition number (1 + ρ)/(1 − ρ) squared: 361.
        let (rho, sd) = (0.9_f64, 1e-3_f64);
        let q = chain(rho, sd);
        let z: Vec<f64> = (0..200).map(|d| 2.0 * sd * f64::from(d * d).sin()).collect();
        let step_sd = sd * ((1.0 - rho) * (1.0 + rho)).sqrt();
        let log_normal =
            |x: f64, sd: f64| -0.5 * (x / sd).powi(2) - sd.ln() - 0.5 * std::f64::consts::TAU.ln();
        let steps: f64 =
            z.windows(2).map(|pair| log_normal(pair[1] - rho * pair[0], step_sd)).sum();
        let expected = log_normal(z[0], sd) + steps;
        assert_relative_eq!(q.log_densities(&z).unwrap()[0], expected, max_relative = 1e-12);
        let log_volume = sd.ln() + 199.0 * step_sd.ln();
        let kl = 0.5 * 200.0 * (sd * sd - 1.0) - log_volume;
        assert_relative_eq!(q.kl_to_standard(), kl, max_relative = 1e-12);
        // The precision of a chain is tridiagonal: tr Σ′⁻¹Σ = [2 + 198(1 + r²) − 398 r ρ]/(1 − r²).
        let r = 0.5_f64;
        let rest = (1.0 - r) * (1.0 + r);
        let trace = (2.0 + 198.0 * (1.0 + r * r) - 398.0 * r * rho) / rest;
        let log_ratio = 199.0 * (rest / ((1.0 - rho) * (1.0 + rho))).ln();
        let kl = 0.5 * (trace - 200.0 + log_ratio);
        assert_relative_eq!(q.kl_to(&chain(r, sd)).unwrap(), kl, max_relative = 1e-12);
        checks::assert_gradient(&q, &z, &[sd; 200]);
    }

    #[test]
    fn what_is_no_gaussian_is_refused() {
        let of = |covariance: &[f64]| FullGaussian::from_covariance(vec![0.0; 2], covariance);
        assert_eq!(of(&[1.0; 4]), Err(CholeskyError::NotPositiveDefinite { row: 1 }.into()));
        for upper in [0.4, f64::NAN, f64::INFINITY] {
            let asymmetric = GaussianError::NotSymmetric { row: 1, column: 0 };
            assert_eq!(of(&[1.0, upper, 0.5, 1.0]), Err(asymmetric));
        }
        // Apart by rounding only.
        assert!(of(&[1.0, 1e-17, 0.0, 1.0]).is_ok());
        let length = GaussianError::from(CholeskyError::Size { order: 2, found: 1 });
        assert_eq!(FullGaussian::new(vec![0.0; 2], vec![1.0]), Err(length));
        assert_eq!(FullGaussian::from_covariance(vec![0.0; 2], &[1.0]), Err(length));
        assert_eq!(FullGaussian::new(vec![], vec![]), Err(GaussianError::Empty));
        assert_eq!(FullGaussian::from_covariance(vec![], &[]), Err(GaussianError::Empty));
        let error = FullGaussian::new(vec![f64::INFINITY], vec![1.0]);
        assert_eq!(error, Err(GaussianError::Mean(f64::INFINITY)));
    }

    #[test]
    fn the_other_gaussians_are_special_cases() {
        let diagonal = DiagonalGaussian::new(vec![0.5, -3.0, 1.0], vec![0.7, 1e-3, 12.0]).unwrap();
        let full = FullGaussian::from(&diagonal);
        let z = [0.25, -3.001, 7.0];
        let (found, expected) = (full.log_densities(&z), diagonal.log_densities(&z));
        assert_abs_diff_eq!(found.unwrap()[0], expected.unwrap()[0], epsilon = 1e-12);
        assert_eq!(full.entropy(), diagonal.entropy());
        assert_eq!(full.latents_from_noise(&z), diagonal.latents_from_noise(&z));

        let bivariate = BivariateGaussian::new([0.5, -1.0], [0.8, 0.02], -0.99).unwrap();
        let full = FullGaussian::from(bivariate);
        let z = [0.3, -0.99];
        let expected = bivariate.log_density(z);
        assert_relative_eq!(full.log_densities(&z).unwrap()[0], expected, max_relative = 1e-12);
        assert_abs_diff_eq!(full.entropy().unwrap(), bivariate.entropy(), epsilon = 1e-14);
        assert_all(&full.latents_from_noise(&z), &bivariate.latent_from_noise(z), 1e-15);
    }

    /// Gaussians in three dimensions, from their factors.
    fn spatial() -> impl Strategy<Value = FullGaussian> {
        let coordinates = || prop::array::uniform3(-2.0..2.0_f64);
        (coordinates(), coordinates(), prop::array::uniform3(0.05..3.0_f64)).prop_map(
            |(mean, [a, b, c], [d1, d2, d3])| {
                let cholesky = vec![d1, 0.0, 0.0, a, d2, 0.0, b, c, d3];
                FullGaussian::new(mean.to_vec(), cholesky).unwrap()
            },
        )
    }

    proptest! {
        #[test]
        fn the_gradient_is_the_slope(
            q in spatial(), noise in prop::array::uniform3(-4.0..4.0_f64)
        ) {
            // The conditional standard deviations are at most this much smaller than the marginal.
            let scales: Vec<f64> = q.cholesky.diagonal().map(|sd| 0.1 * sd).collect();
            checks::assert_gradient(&q, &q.latents_from_noise(&noise), &scales);
        }

        #[test]
        fn a_divergence_is_never_negative(p in spatial(), q in spatial()) {
            prop_assert!(q.kl_to(&p).unwrap() >= 0.0);
            prop_assert!(q.kl_to_standard() >= 0.0);
            // L⁻¹ L is the identity up to rounding, which counts twice.
            prop_assert!((0.0..1e-20).contains(&q.kl_to(&q).unwrap()));
        }

        #[test]
        fn covariance_and_back(q in spatial()) {
            let back = FullGaussian::from_covariance(q.mean().to_vec(), &q.covariance()).unwrap();
            // The last pivot of 0.05² remains of a variance of up to 8.
            assert_all(back.cholesky(), q.cholesky(), 1e-10);
        }
    }
}
