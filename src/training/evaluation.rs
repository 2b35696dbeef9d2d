//! How good a model is on images it has not learned from.

use candle_core::{DType, Result, Tensor};
use rand::SeedableRng;
use rand_pcg::Pcg64Mcg;
use std::num::NonZeroUsize;

use super::{elbo, pixel_tensor, standard_normal};
use crate::data::BinaryImage;
use crate::model::Vae;

/// Monte Carlo ELBO of every image in nats, the mean over `draws` points of its q(z|x).
///
/// Unbiased; the same `seed` gives the same draws.
pub fn elbo_per_image(
    model: &Vae,
    images: &[BinaryImage],
    draws: NonZeroUsize,
    seed: u64,
) -> Result<Vec<f64>> {
    let mut rng = Pcg64Mcg::seed_from_u64(seed);
    let dtype = model.decoder[0].weight.dtype();
    let pixels = pixel_tensor(images.iter(), dtype)?;
    let mut total = Tensor::zeros(images.len(), DType::F64, pixels.device())?;
    for _ in 0..draws.get() {
        let noise = standard_normal(images.len(), model.latent(), dtype, &mut rng)?;
        total = (total + elbo(model, &pixels, &noise)?.detach())?;
    }
    (total / draws.get() as f64)?.to_vec1()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Activation;
    use crate::training::initial_vae;

    #[test]
    fn one_image_is_averaged_over_its_own_draws() -> Result<()> {
        let model = initial_vae([8; 2], 2, Activation::Tanh, &mut Pcg64Mcg::seed_from_u64(1))?;
        let images =
            [BinaryImage::from_fn(|pixel| pixel % 3 == 0), BinaryImage::from_fn(|_| false)];
        let draws = NonZeroUsize::new(3).expect("positive");
        let mut rng = Pcg64Mcg::seed_from_u64(9);
        let pixels = pixel_tensor(images.iter(), DType::F32)?;
        let mut expected = [0.0; 2];
        for _ in 0..3 {
            let noise = standard_normal(2, 2, DType::F32, &mut rng)?;
            let single = elbo(&model, &pixels, &noise)?.to_vec1::<f64>()?;
            expected.iter_mut().zip(single).for_each(|(sum, elbo)| *sum += elbo / 3.0);
        }
        let found = elbo_per_image(&model, &images, draws, 9)?;
        for (found, expected) in found.into_iter().zip(expected) {
            assert!((found - expected).abs() < 1e-9, "{found} {expected}");
        }
        Ok(())
    }
}
