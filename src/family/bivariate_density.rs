//! The bivariate Gaussian in the common vocabulary of densities.

use rand::Rng;

use super::bivariate_gaussian::BivariateGaussian;
use crate::density::{
    DensityError, DifferentiableDensity, LogDensity, Proposal, Reparameterised, standard_normals,
};

impl LogDensity for BivariateGaussian {
    fn dimension(&self) -> usize {
        2
    }

    fn log_densities(&self, latents: &[f64]) -> Result<Vec<f64>, DensityError> {
        Ok(latents.as_chunks().0.iter().map(|&z| self.log_density(z)).collect())
    }
}

impl DifferentiableDensity for BivariateGaussian {
    /// The gradient is −Σ⁻¹ (z − μ).
    fn log_densities_and_gradients(
        &self,
        latents: &[f64],
    ) -> Result<(Vec<f64>, Vec<f64>), DensityError> {
        let [a, b, c] = self.precision();
        let [m1, m2] = self.mean();
        let gradients = latents.as_chunks().0.iter().flat_map(|&[z1, z2]| {
            let (d1, d2) = (z1 - m1, z2 - m2);
            [-(a * d1 + b * d2), -(b * d1 + c * d2)]
        });
        Ok((self.log_densities(latents)?, gradients.collect()))
    }
}

impl Proposal for BivariateGaussian {
    fn draw(&self, count: usize, rng: &mut dyn Rng) -> Vec<f64> {
        self.latents_from_noise(&standard_normals(2 * count, rng))
    }

    fn entropy(&self) -> Option<f64> {
        // The inherent method, which this one does not hide.
        Some(BivariateGaussian::entropy(self))
    }
}

impl Reparameterised for BivariateGaussian {
    fn latents_from_noise(&self, noise: &[f64]) -> Vec<f64> {
        noise.as_chunks().0.iter().flat_map(|&noise| self.latent_from_noise(noise)).collect()
    }
}

#[cfg(test)]
mod tests {
    use approx::assert_abs_diff_eq;
    use proptest::prelude::*;

    use super::super::checks;
    use super::*;

    fn known() -> BivariateGaussian {
        BivariateGaussian::new([0.5, -1.0], [0.8, 0.3], -0.7).unwrap()
    }

    #[test]
    fn rows_are_points() {
        let q = known();
        let points = [[0.1, 0.2], [-3.0, 4.0], [0.5, -1.0]];
        let log_densities = q.log_densities(points.as_flattened()).unwrap();
        assert_eq!(log_densities, points.map(|z| q.log_density(z)));
        assert_eq!(Proposal::entropy(&q), Some(q.entropy()));
        let latents = q.latents_from_noise(points.as_flattened());
        assert_eq!(latents, points.map(|noise| q.latent_from_noise(noise)).as_flattened());
        assert!(q.log_densities(&[]).unwrap().is_empty());
    }

    #[test]
    fn the_total_is_one() {
        // The narrowest standard deviation is 0.206, the lattice's step half of that.
        assert_abs_diff_eq!(checks::total_2d(&known(), 8.0, 0.1), 1.0, epsilon = 1e-12);
    }

    #[test]
    fn draws_have_the_moments() {
        // 2·10⁵ draws; the deviation of a covariance is σσ′√((1 + ρ²)/N), ρ = 1 for a variance.
        // 5 figures within 5 deviations: false-alarm rate 3e-6 together.
        let (q, count) = (known(), 200_000);
        let (means, covariances) = checks::moments(&q, &q.mean(), count, 22);
        let reach = 5.0 / (count as f64).sqrt();
        let ([s1, s2], [a, b, c]) = (q.sd(), q.covariance());
        assert_abs_diff_eq!(means[0], 0.5, epsilon = reach * s1);
        assert_abs_diff_eq!(means[1], -1.0, epsilon = reach * s2);
        assert_abs_diff_eq!(covariances[0], a, epsilon = reach * a * 2.0_f64.sqrt());
        assert_abs_diff_eq!(covariances[1], b, epsilon = reach * s1 * s2 * 1.49_f64.sqrt());
        assert_abs_diff_eq!(covariances[3], c, epsilon = reach * c * 2.0_f64.sqrt());
    }

    proptest! {
        #[test]
        fn the_gradient_is_the_slope(
            noise in prop::array::uniform2(-5.0..5.0_f64),
            sd in prop::array::uniform2(0.02..3.0_f64),
            rho in -0.9..0.9_f64,
        ) {
            let q = BivariateGaussian::new([1.0, -2.0], sd, rho).unwrap();
            checks::assert_gradient(&q, &q.latent_from_noise(noise), &sd);
        }
    }
}
