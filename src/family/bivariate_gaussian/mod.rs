//! The full-covariance Gaussian on the latent plane: the q(z) of the bench.

use std::f64::consts::TAU;

use super::gaussian_error::GaussianError;

/// N(μ, Σ) with Σ given by two standard deviations and a correlation, kept factored as Σ = L Lᵀ.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BivariateGaussian {
    mean: [f64; 2],
    sd: [f64; 2],
    rho: f64,
    // L = [[sd₁, 0], [ρ sd₂, sd₂ √(1−ρ²)]]: the last entry is the one that cancels when |ρ| is near 1,
    // so it is computed once, as √((1−ρ)(1+ρ)).
    conditional_sd: f64,
}

/// One principal axis of the covariance: a unit direction and the standard deviation along it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PrincipalAxis {
    /// Unit vector.
    pub direction: [f64; 2],
    /// Standard deviation along it.
    pub sd: f64,
}

impl BivariateGaussian {
    /// Builds the Gaussian from means, standard deviations and correlation.
    ///
    /// # Errors
    /// [`GaussianError`] says which parameter is out of its domain.
    pub fn new(mean: [f64; 2], sd: [f64; 2], rho: f64) -> Result<Self, GaussianError> {
        if let Some(&bad) = mean.iter().find(|value| !value.is_finite()) {
            return Err(GaussianError::Mean(bad));
        }
        if let Some(&bad) = sd.iter().find(|&&value| !(value.is_finite() && value > 0.0)) {
            return Err(GaussianError::StandardDeviation(bad));
        }
        if !(rho > -1.0 && rho < 1.0) {
            return Err(GaussianError::Correlation(rho));
        }
        let conditional_sd = sd[1] * ((1.0 - rho) * (1.0 + rho)).sqrt();
        Ok(Self { mean, sd, rho, conditional_sd })
    }

    /// N(0, I), the prior of the VAE.
    pub fn standard() -> Self {
        Self { mean: [0.0; 2], sd: [1.0; 2], rho: 0.0, conditional_sd: 1.0 }
    }

    /// Builds the Gaussian from a covariance matrix [[a, b], [b, c]].
    ///
    /// # Errors
    /// [`GaussianError`] if the matrix is not positive definite.
    pub fn from_covariance(mean: [f64; 2], [a, b, c]: [f64; 3]) -> Result<Self, GaussianError> {
        let sd = [a.sqrt(), c.sqrt()];
        Self::new(mean, sd, b / (sd[0] * sd[1]))
    }

    /// Builds the Gaussian whose covariance has the first axis as given and the second across it.
    ///
    /// # Errors
    /// [`GaussianError`] if a standard deviation is not positive.
    pub fn from_axes(
        mean: [f64; 2],
        first: PrincipalAxis,
        second_sd: f64,
    ) -> Result<Self, GaussianError> {
        let [x, y] = first.direction;
        let (major, minor) = (first.sd * first.sd, second_sd * second_sd);
        let covariance =
            [major * x * x + minor * y * y, (major - minor) * x * y, major * y * y + minor * x * x];
        Self::from_covariance(mean, covariance)
    }

    /// Mean μ.
    pub fn mean(&self) -> [f64; 2] {
        self.mean
    }

    /// Marginal standard deviations σ₁, σ₂.
    pub fn sd(&self) -> [f64; 2] {
        self.sd
    }

    /// Correlation ρ.
    pub fn rho(&self) -> f64 {
        self.rho
    }

    /// Covariance Σ as [Σ₁₁, Σ₁₂, Σ₂₂].
    pub fn covariance(&self) -> [f64; 3] {
        let [a, b] = self.sd;
        [a * a, self.rho * a * b, b * b]
    }

    /// Precision Σ⁻¹ as [P₁₁, P₁₂, P₂₂].
    pub fn precision(&self) -> [f64; 3] {
        let [a, b] = self.sd;
        let c = self.conditional_sd;
        // Var(z₁|z₂) = σ₁² (1−ρ²), and 1−ρ² = (c/σ₂)².
        let first = b / (a * c);
        [first * first, -self.rho * b / (a * c * c), 1.0 / (c * c)]
    }

    /// The reparameterisation z = μ + L ε.
    pub fn latent_from_noise(&self, [e1, e2]: [f64; 2]) -> [f64; 2] {
        [
            self.mean[0] + self.sd[0] * e1,
            self.mean[1] + self.rho * self.sd[1] * e1 + self.conditional_sd * e2,
        ]
    }

    /// log q(z) in nats.
    pub fn log_density(&self, [z1, z2]: [f64; 2]) -> f64 {
        let first = (z1 - self.mean[0]) / self.sd[0];
        let second = (z2 - self.mean[1] - self.rho * self.sd[1] * first) / self.conditional_sd;
        -0.5 * (first * first + second * second) - TAU.ln() - self.log_volume()
    }

    /// ½ ln det Σ.
    fn log_volume(&self) -> f64 {
        self.sd[0].ln() + self.conditional_sd.ln()
    }

    /// Entropy H(q) = 1 + ln 2π + ½ ln det Σ in nats.
    pub fn entropy(&self) -> f64 {
        1.0 + TAU.ln() + self.log_volume()
    }

    /// KL(q ‖ N(0, I)) in nats, in closed form.
    pub fn kl_to_standard(&self) -> f64 {
        let [m1, m2] = self.mean;
        let [s1, s2] = self.sd;
        0.5 * (s1 * s1 + s2 * s2 + m1 * m1 + m2 * m2) - 1.0 - self.log_volume()
    }

    /// Given the value of coordinate `axis`, mean and standard deviation of the other one.
    pub fn conditional(&self, axis: usize, value: f64) -> (f64, f64) {
        let other = 1 - axis;
        let mean = self.mean[other]
            + self.rho * self.sd[other] / self.sd[axis] * (value - self.mean[axis]);
        (mean, self.sd[other] * self.conditional_sd / self.sd[1])
    }

    /// The principal axes, the longer one first; its direction has a non-negative first component.
    pub fn principal_axes(&self) -> [PrincipalAxis; 2] {
        let [a, b, c] = self.covariance();
        let angle = 0.5 * (2.0 * b).atan2(a - c);
        let major_variance = 0.5 * (a + c) + (0.25 * (a - c) * (a - c) + b * b).sqrt();
        let major_sd = major_variance.sqrt();
        // det Σ = (major·minor)², which does not cancel for needle-thin ellipses.
        let minor_sd = self.sd[0] * self.conditional_sd / major_sd;
        let (y, x) = angle.sin_cos();
        [
            PrincipalAxis { direction: [x, y], sd: major_sd },
            PrincipalAxis { direction: [-y, x], sd: minor_sd },
        ]
    }
}

/// Log-density of N(0, I) on the plane, in nats.
pub(crate) fn log_prior([z1, z2]: [f64; 2]) -> f64 {
    -0.5 * (z1 * z1 + z2 * z2) - TAU.ln()
}

#[cfg(test)]
mod tests;
