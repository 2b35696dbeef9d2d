//! The quality of a model on held-out images, computed a few images at a time.

use candle_core::DType;
use rand::SeedableRng;
use rand_pcg::Pcg64Mcg;
use serde::{Deserialize, Serialize};

use super::objective::normal_numbers;
use super::pass::Pass;
use super::slices::images_per_slice;
use super::{Dataset, Objective, TrainingError, pixel_tensor};
use crate::model::Vae;

/// A latent dimension whose mean KL is below this many nats carries no information on x: it has collapsed.
pub const COLLAPSED_BELOW: f64 = 0.01;

/// Means over the validation images, in nats per image, all from the same draws.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bounds {
    /// The objective that is climbed: the ELBO, E_q log p(x|z) − β·KL, or L_K.
    pub objective: f64,
    /// E_q log p(x|z), Monte Carlo.
    pub reconstruction: f64,
    /// KL(q(z_j|x) ‖ p(z_j)) of each latent dimension, in closed form.
    pub kl: Vec<f64>,
}

impl Bounds {
    /// The ELBO, E_q log p(x|z) − Σ_j KL_j.
    pub fn elbo(&self) -> f64 {
        self.reconstruction - self.kl.iter().sum::<f64>()
    }

    /// The latent dimensions that have collapsed, see [`COLLAPSED_BELOW`].
    pub fn collapsed(&self) -> Vec<usize> {
        let is_collapsed = |&axis: &usize| self.kl[axis] < COLLAPSED_BELOW;
        (0..self.kl.len()).filter(is_collapsed).collect()
    }

    /// Whether no number is infinite or NaN.
    pub fn is_finite(&self) -> bool {
        let mut all = [self.objective, self.reconstruction].into_iter().chain(self.kl.clone());
        all.all(f64::is_finite)
    }
}

/// A validation in progress. With the same seed the noise is the same for every model, so that the difference between
/// two models does not contain it.
#[derive(Clone, Debug)]
pub struct Validation {
    images: Dataset,
    objective: Objective,
    noise: Pcg64Mcg,
    done: usize,
    /// Sums so far.
    sums: Bounds,
}

impl Validation {
    /// Nothing is done yet. `objective` is measured beside the ELBO's terms, with its number of draws.
    pub fn new(images: Dataset, latent: usize, objective: Objective, seed: u64) -> Self {
        let sums = Bounds { objective: 0.0, reconstruction: 0.0, kl: vec![0.0; latent] };
        Self { images, objective, noise: Pcg64Mcg::seed_from_u64(seed), done: 0, sums }
    }

    /// Takes the next few images, a slice of some milliseconds. `model` must be the same f32 network at
    /// every call. Returns the means once all images are done.
    ///
    /// # Errors
    /// If the network does not fit.
    pub fn advance(&mut self, model: &Vae) -> Result<Option<Bounds>, TrainingError> {
        let all = self.images.images();
        let draws = self.objective.draws();
        let most = images_per_slice(model.encoder_hidden().max(model.hidden()), draws);
        let part = &all[self.done..all.len().min(self.done + most)];
        if !part.is_empty() {
            let pixels = pixel_tensor(part.iter(), DType::F32)?;
            let latent = model.latent();
            let noise = normal_numbers(part.len() * draws * latent, &mut self.noise);
            let pass = Pass::forward(model, &pixels, &noise, draws)?;
            self.sums.objective += pass.objective_sum(self.objective)?;
            self.sums.reconstruction += pass.reconstruction_sum();
            for (index, kl) in pass.kl_to_prior().enumerate() {
                self.sums.kl[index % latent] += kl;
            }
            self.done += part.len();
        }
        if self.done < all.len() {
            return Ok(None);
        }
        let mean = |sum: f64| sum / all.len() as f64;
        Ok(Some(Bounds {
            objective: mean(self.sums.objective),
            reconstruction: mean(self.sums.reconstruction),
            kl: self.sums.kl.iter().copied().map(mean).collect(),
        }))
    }

    /// Share of the images that is done, in [0, 1].
    pub fn progress(&self) -> f64 {
        self.done as f64 / self.images.images().len() as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Activation;
    use crate::training::{Recipe, elbo_per_image, initial_vae};
    use std::num::NonZeroUsize;

    const COUNT: NonZeroUsize = NonZeroUsize::new(40).expect("positive");

    fn model(hidden: usize) -> Vae {
        initial_vae([hidden; 2], 3, Activation::Tanh, &mut Pcg64Mcg::seed_from_u64(1))
            .expect("a model")
    }

    fn run(model: &Vae, objective: Objective) -> (Bounds, usize) {
        let images = Dataset::pen_strokes(1, COUNT);
        let mut validation = Validation::new(images, 3, objective, 9);
        for calls in 1.. {
            if let Some(bounds) = validation.advance(model).expect("the network fits") {
                assert_eq!(validation.progress(), 1.0);
                return (bounds, calls);
            }
            assert!(validation.progress() < 1.0);
        }
        unreachable!()
    }

    #[test]
    fn one_draw_is_the_elbo_of_plain_candle() {
        let model = model(16);
        let (bounds, _) = run(&model, Objective::ELBO);
        let one = NonZeroUsize::MIN;
        let images = Dataset::pen_strokes(1, COUNT);
        let expected = elbo_per_image(&model, images.images(), one, 9).expect("an ELBO");
        let expected = expected.iter().sum::<f64>() / COUNT.get() as f64;
        assert!((bounds.elbo() - expected).abs() < 1e-5 * expected.abs(), "{expected}");
        assert!((bounds.objective - bounds.elbo()).abs() < 1e-9);
    }

    #[test]
    fn parts_give_the_whole() {
        // 50 rows per slice at this width: K = 8 takes six images at a time.
        let model = model(1024);
        let (bounds, calls) = run(&model, Recipe::iwae(8, false));
        assert_eq!(calls, 7);
        // ELBO ≤ L_K for the mean over the same draws, by Jensen up to KL's closed form: those differ
        // by Monte Carlo, here with q near the prior by little.
        assert!(bounds.objective > bounds.elbo() - 0.5, "{bounds:?}");
        let images = Dataset::pen_strokes(1, COUNT);
        let pixels = pixel_tensor(images.images().iter(), DType::F32).expect("pixels");
        let noise = normal_numbers(40 * 8 * 3, &mut Pcg64Mcg::seed_from_u64(9));
        let pass = Pass::forward(&model, &pixels, &noise, 8).expect("a pass");
        let expected = pass.objective_sum(Recipe::iwae(8, false)).expect("a sum") / 40.0;
        assert!((bounds.objective - expected).abs() < 1e-6 * expected.abs());
    }

    #[test]
    fn a_dimension_that_tells_nothing_is_named() {
        let bounds =
            Bounds { objective: -1.0, reconstruction: -1.0, kl: vec![0.5, 0.009, 0.0, 2.0] };
        assert_eq!(bounds.collapsed(), [1, 2]);
        assert!((bounds.elbo() + 3.509).abs() < 1e-12);
        assert!(bounds.is_finite());
        assert!(!Bounds { kl: vec![f64::NAN], ..bounds }.is_finite());
    }
}
