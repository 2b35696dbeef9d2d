//! log p(x, z) of the variational autoencoder at one x, through the whole decoder.

use std::f64::consts::TAU;

use candle_core::{DType, Result, Tensor};
use rand::{Rng, RngExt};

use super::{ImageTerm, Vae, in_precision, mean_image};
use crate::data::BinaryImage;
use crate::density::{DensityError, DifferentiableDensity, LogDensity, standard_normals};
use crate::linear_algebra::dot;

/// Rows that go through the decoder at once: enough for its matrix products, and 784 logits of each
/// fit into the cache of the second level.
const ROWS: usize = 256;

/// z ~ N(0, I_L), x|z ~ Π_d Bernoulli(σ(a_d(z))), at one image x.
///
/// As a [`LogDensity`] it is log p(x, z) in the precision of the network, which for the truth is f64.
#[derive(Clone, Debug)]
pub struct VaeJoint {
    model: Vae,
    term: ImageTerm,
}

impl VaeJoint {
    /// The joint of `model` at `image`. The network is shared and not copied.
    ///
    /// # Errors
    /// Passes on candle's.
    pub fn new(model: &Vae, image: &BinaryImage) -> Result<Self> {
        Ok(Self { model: model.clone(), term: ImageTerm::new(model, image)? })
    }

    /// The network.
    pub fn model(&self) -> &Vae {
        &self.model
    }

    /// Draws z from the prior and x from p(x|z): the image, and z, which is one exact draw from its
    /// posterior.
    ///
    /// # Errors
    /// Passes on candle's.
    pub fn simulate(model: &Vae, rng: &mut dyn Rng) -> Result<(BinaryImage, Vec<f64>)> {
        let latent = standard_normals(model.latent(), rng);
        let mean = mean_image(&model.decode(&model.latent_tensor(&latent, 1)?)?)?;
        let mean = in_precision(&mean, DType::F64)?.flatten_all()?.to_vec1::<f64>()?;
        Ok((BinaryImage::from_fn(|pixel| rng.random::<f64>() < mean[pixel]), latent))
    }

    fn rows_at_once(&self) -> usize {
        ROWS * self.model.latent()
    }

    /// log p(x, z) of rows that go through the decoder together.
    fn log_joints(&self, latents: &[f64]) -> Result<Vec<f64>> {
        let dimension = self.model.latent();
        let count = latents.len() / dimension;
        let mut log_joints = self.term.log_likelihoods(&self.model, latents, count)?;
        for (log_joint, z) in log_joints.iter_mut().zip(latents.chunks_exact(dimension)) {
            *log_joint -= 0.5 * (dot(z, z) + dimension as f64 * TAU.ln());
        }
        Ok(log_joints)
    }

    fn gradients(&self, latents: &[f64]) -> Result<Vec<f64>> {
        let points = self.model.latent_tensor(latents, latents.len() / self.model.latent())?;
        let slopes: Tensor = self.term.latent_gradients(&self.model, &points)?;
        let slopes = in_precision(&slopes, DType::F64)?.flatten_all()?.to_vec1::<f64>()?;
        Ok(slopes.into_iter().zip(latents).map(|(slope, z)| slope - z).collect())
    }
}

impl LogDensity for VaeJoint {
    fn dimension(&self) -> usize {
        self.model.latent()
    }

    fn log_densities(&self, latents: &[f64]) -> std::result::Result<Vec<f64>, DensityError> {
        let mut log_joints = Vec::with_capacity(latents.len() / self.dimension());
        for rows in latents.chunks(self.rows_at_once()) {
            log_joints.extend(self.log_joints(rows)?);
        }
        Ok(log_joints)
    }
}

impl DifferentiableDensity for VaeJoint {
    fn log_densities_and_gradients(
        &self,
        latents: &[f64],
    ) -> std::result::Result<(Vec<f64>, Vec<f64>), DensityError> {
        let mut log_joints = Vec::with_capacity(latents.len() / self.dimension());
        let mut gradients = Vec::with_capacity(latents.len());
        for rows in latents.chunks(self.rows_at_once()) {
            log_joints.extend(self.log_joints(rows)?);
            gradients.extend(self.gradients(rows)?);
        }
        Ok((log_joints, gradients))
    }
}

#[cfg(test)]
pub(super) mod tests {
    use candle_core::Device;
    use rand::SeedableRng;
    use rand_pcg::Pcg64Mcg;

    use super::*;
    use crate::data::PIXELS;
    use crate::model::{Activation, log_likelihood};

    /// A seeded network of eight hidden units with any number of latents.
    pub(crate) fn network(latents: usize, activation: Activation, seed: u64) -> Vae {
        Vae::seeded(8, latents, 1.5, activation, seed)
    }

    pub(crate) fn image(seed: u64) -> BinaryImage {
        let mut rng = Pcg64Mcg::seed_from_u64(seed);
        BinaryImage::from_fn(|_| rng.random::<bool>())
    }

    /// `count` rows of latents without a pattern, within 2 of the origin.
    pub(crate) fn latents(count: usize) -> Vec<f64> {
        (0..count).map(|index| 2.0 * (index as f64 * 0.73 + 0.2).sin()).collect()
    }

    #[test]
    fn likelihood_and_prior_pixel_by_pixel_in_any_dimension() {
        for dimension in [1, 2, 5] {
            let (model, image) = (network(dimension, Activation::Tanh, 3), image(4));
            let joint = VaeJoint::new(&model, &image).unwrap();
            assert_eq!(joint.dimension(), dimension);
            // More rows than go at once.
            let points = latents(dimension * (ROWS + 3));
            let found = joint.log_densities(&points).unwrap();
            assert_eq!(found.len(), ROWS + 3);
            let pixels = image.pixels().map(|ink| f64::from(u8::from(ink)));
            let pixels = Tensor::from_iter(pixels, &Device::Cpu).unwrap();
            for (row, found) in points.chunks_exact(dimension).zip(found) {
                let logits = model.decode(&model.latent_tensor(row, 1).unwrap()).unwrap();
                let pixels = pixels.reshape((1, PIXELS)).unwrap();
                let likelihood = log_likelihood(&logits, &pixels).unwrap();
                let likelihood = likelihood.to_vec1::<f64>().unwrap()[0];
                let prior: f64 = row.iter().map(|z| -0.5 * (z * z + TAU.ln())).sum();
                assert!((found - likelihood - prior).abs() < 1e-10, "{found}");
            }
        }
    }

    #[test]
    fn gradients_are_those_of_finite_differences() {
        for dimension in [1, 2, 5] {
            let joint = VaeJoint::new(&network(dimension, Activation::Tanh, 5), &image(6)).unwrap();
            let points = latents(3 * dimension);
            let (values, gradients) = joint.log_densities_and_gradients(&points).unwrap();
            assert_eq!(values, joint.log_densities(&points).unwrap());
            for (coordinate, gradient) in gradients.into_iter().enumerate() {
                // Values near −600 and third derivatives of some hundreds: rounding 1e-13/h and
                // curvature 1e2 h² are both below 1e-7.
                let h = 1e-5;
                let at = |shift: f64| {
                    let mut points = points.clone();
                    points[coordinate] += shift;
                    joint.log_densities(&points).unwrap()[coordinate / dimension]
                };
                let difference = (at(h) - at(-h)) / (2.0 * h);
                assert!((gradient - difference).abs() < 1e-6, "{gradient} {difference}");
            }
        }
    }

    #[test]
    fn simulated_images_follow_the_decoder() {
        // Ink minus its expectation, over 20 images of 784 pixels: the deviation is at most √(15 680/4);
        // 5 of them, false-alarm rate 6e-7. Matched with the z of the next image it is far outside.
        let model = network(2, Activation::Tanh, 7);
        let mut rng = Pcg64Mcg::seed_from_u64(8);
        let pairs: Vec<_> =
            (0..20).map(|_| VaeJoint::simulate(&model, &mut rng).unwrap()).collect();
        let surprise = |shift: usize| -> f64 {
            let pair = |index: usize| {
                let (image, latent) = (&pairs[index].0, &pairs[(index + shift) % 20].1);
                let mean = model.mean_image(latent).unwrap();
                // Weighted by the mean, so that misplaced pixels matter.
                let pixel = |(ink, mean): (bool, f32)| {
                    let mean = f64::from(mean);
                    (f64::from(u8::from(ink)) - mean) * (2.0 * mean - 1.0)
                };
                image.pixels().zip(mean).map(pixel).sum::<f64>()
            };
            (0..20).map(pair).sum()
        };
        let bound = 5.0 * (15_680_f64 / 4.0).sqrt();
        assert!(surprise(0).abs() < bound, "{}", surprise(0));
        assert!(surprise(1).abs() > bound, "{}", surprise(1));
    }
}
