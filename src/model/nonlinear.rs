//! One latent dimension and a curved mean: the smallest models whose posterior is not Gaussian, with two
//! modes, a kink, or many modes.

use std::f64::consts::TAU;

use rand::Rng;
use rand_distr::{Distribution, StandardNormal};
use thiserror::Error;

use crate::density::{DensityError, DifferentiableDensity, LogDensity};

/// g in the mean of x, f(z) = w g(z) + b.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Link {
    /// g(z) = z: the posterior is Gaussian and everything is known in closed form.
    Linear,
    /// g(z) = z²: two modes of equal height, or one that is flat.
    Square,
    /// g(z) = |z|: the same with a kink between them.
    Abs,
    /// g(z) = sin z: a mode in every half period, weighed by the prior.
    Sine,
}

impl Link {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::Linear, Self::Square, Self::Abs, Self::Sine];

    /// g(z).
    pub fn value(self, z: f64) -> f64 {
        match self {
            Self::Linear => z,
            Self::Square => z * z,
            Self::Abs => z.abs(),
            Self::Sine => z.sin(),
        }
    }

    /// g'(z); 0 at the kink of |z|.
    pub fn derivative(self, z: f64) -> f64 {
        match self {
            Self::Linear => 1.0,
            Self::Square => 2.0 * z,
            // f64::signum(0) is 1.
            Self::Abs if z == 0.0 => 0.0,
            Self::Abs => z.signum(),
            Self::Sine => z.cos(),
        }
    }
}

/// z ~ N(0, 1), x|z ~ N(w g(z) + b, s²), at one x.
///
/// As a [`LogDensity`] of one dimension it is log p(x, z).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NonlinearGaussian {
    link: Link,
    weight: f64,
    offset: f64,
    noise_sd: f64,
    observation: f64,
}

/// Which parameter is not one of a [`NonlinearGaussian`].
#[derive(Clone, Copy, Debug, Error, PartialEq)]
pub enum NonlinearGaussianError {
    /// s that is not positive and finite.
    #[error("the noise's standard deviation must be positive and finite, found {0}")]
    Noise(f64),
    /// w, b or x that is NaN or infinite.
    #[error("{what} must be finite, found {found}")]
    NotFinite {
        /// Which of them.
        what: &'static str,
        /// The value.
        found: f64,
    },
}

impl NonlinearGaussian {
    /// The model with w = `weight`, b = `offset` and s = `noise_sd`, at x = `observation`.
    ///
    /// # Errors
    /// [`NonlinearGaussianError`] says which parameter is out of its domain.
    pub fn new(
        link: Link,
        weight: f64,
        offset: f64,
        noise_sd: f64,
        observation: f64,
    ) -> Result<Self, NonlinearGaussianError> {
        if !(noise_sd > 0.0 && noise_sd.is_finite()) {
            return Err(NonlinearGaussianError::Noise(noise_sd));
        }
        for (what, found) in [("w", weight), ("b", offset), ("x", observation)] {
            if !found.is_finite() {
                return Err(NonlinearGaussianError::NotFinite { what, found });
            }
        }
        Ok(Self { link, weight, offset, noise_sd, observation })
    }

    /// The same model at another x.
    ///
    /// # Errors
    /// [`NonlinearGaussianError::NotFinite`] if x is NaN or infinite.
    pub fn with_observation(self, observation: f64) -> Result<Self, NonlinearGaussianError> {
        Self::new(self.link, self.weight, self.offset, self.noise_sd, observation)
    }

    /// g.
    pub fn link(&self) -> Link {
        self.link
    }

    /// w.
    pub fn weight(&self) -> f64 {
        self.weight
    }

    /// b.
    pub fn offset(&self) -> f64 {
        self.offset
    }

    /// s.
    pub fn noise_sd(&self) -> f64 {
        self.noise_sd
    }

    /// x.
    pub fn observation(&self) -> f64 {
        self.observation
    }

    /// f(z) = w g(z) + b, the mean of x given z.
    pub fn mean(&self, z: f64) -> f64 {
        // With weight 0 z has no influence, even where z² overflows.
        let signal = if self.weight == 0.0 { 0.0 } else { self.weight * self.link.value(z) };
        signal + self.offset
    }

    /// log p(z) in nats.
    pub fn log_prior(&self, z: f64) -> f64 {
        -0.5 * (z * z + TAU.ln())
    }

    /// log p(x|z) in nats.
    pub fn log_likelihood(&self, z: f64) -> f64 {
        let deviation = (self.observation - self.mean(z)) / self.noise_sd;
        -0.5 * (deviation * deviation + TAU.ln()) - self.noise_sd.ln()
    }

    /// log p(x, z) in nats.
    pub fn log_joint(&self, z: f64) -> f64 {
        self.log_prior(z) + self.log_likelihood(z)
    }

    /// ∂ log p(x, z)/∂z in nats per unit of z.
    pub fn log_joint_slope(&self, z: f64) -> f64 {
        let deviation = (self.observation - self.mean(z)) / self.noise_sd;
        deviation * self.weight * self.link.derivative(z) / self.noise_sd - z
    }

    /// A draw of x from p(x|z).
    pub fn draw_observation(&self, z: f64, rng: &mut dyn Rng) -> f64 {
        let noise: f64 = StandardNormal.sample(rng);
        self.mean(z) + self.noise_sd * noise
    }

    /// Draws z from the prior and x from p(x|z): the model at that x, and z, which is one exact draw
    /// from its posterior.
    ///
    /// # Errors
    /// [`NonlinearGaussianError::NotFinite`] only if f(z) overflows.
    pub fn simulate(&self, rng: &mut dyn Rng) -> Result<(Self, f64), NonlinearGaussianError> {
        let latent = StandardNormal.sample(rng);
        let observation = self.draw_observation(latent, rng);
        Ok((self.with_observation(observation)?, latent))
    }
}

impl LogDensity for NonlinearGaussian {
    fn dimension(&self) -> usize {
        1
    }

    fn log_densities(&self, latents: &[f64]) -> Result<Vec<f64>, DensityError> {
        Ok(latents.iter().map(|z| self.log_joint(*z)).collect())
    }
}

impl DifferentiableDensity for NonlinearGaussian {
    fn log_densities_and_gradients(
        &self,
        latents: &[f64],
    ) -> Result<(Vec<f64>, Vec<f64>), DensityError> {
        Ok(latents.iter().map(|z| (self.log_joint(*z), self.log_joint_slope(*z))).unzip())
    }
}

#[cfg(test)]
mod tests {
    use approx::assert_abs_diff_eq;
    use proptest::prelude::*;
    use rand::SeedableRng;
    use rand_pcg::Pcg64Mcg;

    use super::*;
    use crate::model::LinearGaussian;

    #[test]
    fn the_joint_by_hand() {
        // log N(0.5; 0, 1) + log N(1; 2 g(0.5) − 1, 0.5²) without the constants −ln 2π + ln 2.
        let constant = 2.0_f64.ln() - TAU.ln() - 0.125;
        for (link, mean) in [
            (Link::Linear, 0.0),
            (Link::Square, -0.5),
            (Link::Abs, 0.0),
            (Link::Sine, 2.0 * 0.5_f64.sin() - 1.0),
        ] {
            let model = NonlinearGaussian::new(link, 2.0, -1.0, 0.5, 1.0).unwrap();
            let expected = constant - 2.0 * (1.0_f64 - mean).powi(2);
            assert_abs_diff_eq!(model.log_joint(0.5), expected, epsilon = 1e-14);
        }
    }

    #[test]
    fn even_links_are_even_and_the_kink_has_no_slope_of_the_likelihood() {
        for link in [Link::Square, Link::Abs] {
            let model = NonlinearGaussian::new(link, 1.0, 0.0, 0.3, 2.25).unwrap();
            assert_eq!(model.log_joint(-1.25), model.log_joint(1.25));
            assert_eq!(model.log_joint_slope(-1.25), -model.log_joint_slope(1.25));
            assert_eq!(model.log_joint_slope(0.0), 0.0);
            assert_eq!(model.log_joint_slope(-0.0), 0.0);
        }
    }

    #[test]
    fn parameters_out_of_their_domain_are_refused() {
        let of = |w, b, s, x| NonlinearGaussian::new(Link::Sine, w, b, s, x).err();
        assert_eq!(of(1.0, 0.0, 1.0, 0.0), None);
        assert_eq!(of(1.0, 0.0, 0.0, 0.0), Some(NonlinearGaussianError::Noise(0.0)));
        let infinite =
            |what| Some(NonlinearGaussianError::NotFinite { what, found: f64::INFINITY });
        assert_eq!(of(f64::INFINITY, 0.0, 1.0, 0.0), infinite("w"));
        assert_eq!(of(1.0, f64::INFINITY, 1.0, 0.0), infinite("b"));
        assert_eq!(of(1.0, 0.0, 1.0, f64::INFINITY), infinite("x"));
        assert!(of(1.0, 0.0, 1.0, f64::NAN).is_some());
    }

    #[test]
    fn simulated_observations_have_the_moments_of_the_model() {
        // x = 2z² − 1 + s ε: mean 1, variance 8 + s². 20 000 draws, 5 deviations of the mean,
        // false-alarm rate 6e-7 (the chi-square's skewness is gone by then).
        let model = NonlinearGaussian::new(Link::Square, 2.0, -1.0, 0.5, 0.0).unwrap();
        let mut rng = Pcg64Mcg::seed_from_u64(4);
        let mut sum = 0.0;
        for _ in 0..20_000 {
            let (at_x, latent) = model.simulate(&mut rng).unwrap();
            // The pair belongs together: no residual beyond 7 deviations, rate 20 000 · 3e-12.
            assert!((at_x.observation() - model.mean(latent)).abs() < 7.0 * 0.5);
            sum += at_x.observation();
        }
        assert_abs_diff_eq!(sum / 2e4, 1.0, epsilon = 5.0 * (8.25_f64 / 2e4).sqrt());
    }

    proptest! {
        #[test]
        fn the_linear_link_is_the_linear_gaussian_model(
            w in -3.0..3.0_f64, b in -2.0..2.0_f64, s in 0.1..3.0_f64, x in -4.0..4.0_f64,
            z in -5.0..5.0_f64,
        ) {
            let model = NonlinearGaussian::new(Link::Linear, w, b, s, x).unwrap();
            let other = LinearGaussian::independent(1, w, b, s, x).unwrap();
            let (value, slope) = model.log_densities_and_gradients(&[z]).unwrap();
            let (expected, gradient) = other.log_densities_and_gradients(&[z]).unwrap();
            prop_assert!((value[0] - expected[0]).abs() < 1e-12 * (1.0 + value[0].abs()));
            prop_assert!((slope[0] - gradient[0]).abs() < 1e-12 * (1.0 + slope[0].abs()));
        }

        #[test]
        fn slopes_are_those_of_finite_differences(
            link in prop::sample::select(Link::ALL.to_vec()),
            w in -3.0..3.0_f64, b in -2.0..2.0_f64, s in 0.1..3.0_f64, x in -4.0..4.0_f64,
            z in prop_oneof![-4.0..-1e-3_f64, 1e-3..4.0_f64],
        ) {
            let model = NonlinearGaussian::new(link, w, b, s, x).unwrap();
            let (values, slopes) = model.log_densities_and_gradients(&[z]).unwrap();
            prop_assert_eq!(&values, &model.log_densities(&[z]).unwrap());
            // Error h²/6 f''' ≤ 1e-10/6 · 3·(w/s)² 4·… of at most 1e-5 here, rounding 1e-16 f/h.
            let h = 1e-5;
            let difference = (model.log_joint(z + h) - model.log_joint(z - h)) / (2.0 * h);
            let size = 1.0 + slopes[0].abs() + values[0].abs() + (w / s).powi(2);
            prop_assert!((slopes[0] - difference).abs() < 1e-8 * size);
        }
    }
}
