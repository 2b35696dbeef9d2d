//! Weights before the first step, drawn as PyTorch's `nn.Linear` draws them.

use candle_core::{Device, Result, Tensor};
use rand::{Rng, RngExt};

use crate::data::PIXELS;
use crate::model::{Activation, Linear, Vae};

/// An untrained 784-H-2L, L-H'-784 network in f32, both hidden widths given: every weight and bias ~
/// U(−1/√in, 1/√in).
pub fn initial_vae(
    [encoder, decoder]: [usize; 2],
    latent: usize,
    activation: Activation,
    rng: &mut impl Rng,
) -> Result<Vae> {
    Ok(Vae {
        encoder: [initial_linear(PIXELS, encoder, rng)?, initial_linear(encoder, 2 * latent, rng)?],
        decoder: [initial_linear(latent, decoder, rng)?, initial_linear(decoder, PIXELS, rng)?],
        activation,
    })
}

/// One layer in f32, weight first, both within 1/√inputs of zero.
pub(super) fn initial_linear(inputs: usize, outputs: usize, rng: &mut impl Rng) -> Result<Linear> {
    let bound = 1.0 / (inputs as f32).sqrt();
    let mut uniform = |count| -> Vec<f32> {
        (0..count).map(|_| bound * rng.random_range(-1.0_f32..1.0)).collect()
    };
    Ok(Linear {
        weight: Tensor::from_vec(uniform(inputs * outputs), (outputs, inputs), &Device::Cpu)?,
        bias: Tensor::from_vec(uniform(outputs), outputs, &Device::Cpu)?,
    })
}

/// A network small enough for finite differences, in f64: D-H-2L, L-H'-D.
#[cfg(test)]
pub(super) fn tiny_vae(
    pixels: usize,
    [encoder, decoder]: [usize; 2],
    latent: usize,
    seed: u64,
) -> Result<Vae> {
    use rand::SeedableRng;
    let mut rng = rand_pcg::Pcg64Mcg::seed_from_u64(seed);
    let mut linear = |inputs, outputs| initial_linear(inputs, outputs, &mut rng);
    let vae = Vae {
        encoder: [linear(pixels, encoder)?, linear(encoder, 2 * latent)?],
        decoder: [linear(latent, decoder)?, linear(decoder, pixels)?],
        activation: Activation::Tanh,
    };
    vae.to_dtype(candle_core::DType::F64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand_pcg::Pcg64Mcg;

    #[test]
    fn layers_have_the_shapes_of_pytorch() -> Result<()> {
        let vae = initial_vae([64, 30], 2, Activation::Tanh, &mut Pcg64Mcg::seed_from_u64(1))?;
        let shapes =
            |layers: &[Linear; 2]| layers.clone().map(|layer| layer.weight.dims().to_vec());
        assert_eq!(shapes(&vae.encoder), [vec![64, 784], vec![4, 64]]);
        assert_eq!(shapes(&vae.decoder), [vec![30, 2], vec![784, 30]]);
        assert_eq!((vae.latent(), vae.hidden()), (2, 30));
        Ok(())
    }

    #[test]
    fn weights_are_uniform_within_their_bound() -> Result<()> {
        let layer = initial_linear(784, 64, &mut Pcg64Mcg::seed_from_u64(1))?;
        let weights = layer.weight.flatten_all()?.to_vec1::<f32>()?;
        let bound = 1.0 / 28.0_f64;
        assert!(weights.iter().all(|&w| f64::from(w).abs() <= bound));
        // Variance bound²/3; its estimate from n = 50176 uniforms has a relative standard deviation of
        // √(0.8/n) = 0.004. Five of them: false alarm 6e-7.
        let square = weights.iter().map(|&w| f64::from(w).powi(2)).sum::<f64>();
        let ratio = square / weights.len() as f64 / (bound * bound / 3.0);
        assert!((ratio - 1.0).abs() < 0.02, "{ratio}");
        Ok(())
    }
}
