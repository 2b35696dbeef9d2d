//! The evidence lower bound (ELBO) of a variational autoencoder as a differentiable function of its weights.

use candle_core::{D, DType, Device, Result, Tensor};
use rand::{Rng, RngExt};
use rand_distr::StandardNormal;

use crate::model::{Vae, log_likelihood};

/// Both parts of the ELBO of each image in nats, each `[batch]` in f64.
#[derive(Debug)]
pub struct ElboTerms {
    /// log p(x|z) at z = m(x) + σ(x)·ε.
    pub log_likelihood: Tensor,
    /// KL(q(z|x) ‖ p(z)), in closed form.
    pub kl_to_prior: Tensor,
}

impl ElboTerms {
    /// One draw per image by the reparameterisation of Kingma & Welling (2014).
    ///
    /// `pixels` is [batch, 784] and `noise` ε [batch, L].
    pub fn new(model: &Vae, pixels: &Tensor, noise: &Tensor) -> Result<Self> {
        let (mean, log_variance) = model.encode(pixels)?;
        let deviation = (&log_variance * 0.5)?.exp()?;
        let latents = (&mean + deviation * noise)?;
        Ok(Self {
            log_likelihood: log_likelihood(&model.decode(&latents)?, pixels)?,
            kl_to_prior: kl_to_prior(&mean, &log_variance)?,
        })
    }
}

/// ELBO of each image in nats from one draw per image, `[batch]` in f64.
///
/// For ε ~ N(0, I) it is an unbiased estimate of the ELBO, and its gradient one of the ELBO's.
pub fn elbo(model: &Vae, pixels: &Tensor, noise: &Tensor) -> Result<Tensor> {
    let terms = ElboTerms::new(model, pixels, noise)?;
    terms.log_likelihood - terms.kl_to_prior
}

/// KL(N(m, diag v) ‖ N(0, I)) = ½ Σ (v + m² − 1 − ln v) in nats: `[batch]` in f64 from `mean` and
/// `log_variance` [batch, L].
pub fn kl_to_prior(mean: &Tensor, log_variance: &Tensor) -> Result<Tensor> {
    let terms = ((log_variance.exp()? + mean.sqr()?)? - log_variance)?.affine(0.5, -0.5)?;
    terms.sum(D::Minus1)?.to_dtype(DType::F64)
}

/// `count` independent standard normal numbers.
pub(super) fn normal_numbers(count: usize, rng: &mut impl Rng) -> Vec<f32> {
    let draws = rng.sample_iter::<f64, _>(StandardNormal).take(count);
    draws.map(|draw| draw as f32).collect()
}

/// Independent standard normal numbers [rows, columns].
pub fn standard_normal(
    rows: usize,
    columns: usize,
    dtype: DType,
    rng: &mut impl Rng,
) -> Result<Tensor> {
    let draws: Vec<f64> = rng.sample_iter(StandardNormal).take(rows * columns).collect();
    Tensor::from_vec(draws, (rows, columns), &Device::Cpu)?.to_dtype(dtype)
}

#[cfg(test)]
mod tests {
    use super::super::initialisation::tiny_vae;
    use super::super::parameters::trainable;
    use super::*;
    use crate::model::{Activation, Linear};
    use rand::SeedableRng;
    use rand_pcg::Pcg64Mcg;

    const PIXELS: usize = 5;
    const LATENT: usize = 2;

    fn batch() -> Result<(Tensor, Tensor)> {
        let rows = [[1.0_f64, 0.0, 0.0, 1.0, 1.0], [0.0, 1.0, 1.0, 0.0, 1.0], [0.0; PIXELS]];
        let noise = [[0.3_f64, -1.2], [-0.7, 0.4], [1.9, 0.1]];
        Ok((Tensor::new(&rows, &Device::Cpu)?, Tensor::new(&noise, &Device::Cpu)?))
    }

    #[test]
    fn kl_matches_the_closed_form() -> Result<()> {
        let mean = Tensor::new(&[[0.0_f64, 0.0], [1.0, -2.0]], &Device::Cpu)?;
        let log_variance = Tensor::new(&[[0.0_f64, 0.0], [-1.0, 0.5]], &Device::Cpu)?;
        let kl = kl_to_prior(&mean, &log_variance)?.to_vec1::<f64>()?;
        // ½(e^−1 + 1 − 1 + 1) + ½(e^½ + 4 − 1 − ½), from mpmath.
        assert_eq!(kl[0], 0.0);
        assert!((kl[1] - 2.758300355935785).abs() < 1e-14, "{}", kl[1]);
        Ok(())
    }

    /// The decoder ignores z and the encoder ignores x: log p(x|z) = Σ_d −softplus(∓b_d) exactly.
    #[test]
    fn elbo_of_a_network_without_weights_is_known() -> Result<()> {
        let linear = |inputs, bias: &[f64]| -> Result<Linear> {
            let weight = Tensor::zeros((bias.len(), inputs), DType::F64, &Device::Cpu)?;
            Ok(Linear { weight, bias: Tensor::new(bias, &Device::Cpu)? })
        };
        let model = Vae {
            encoder: [linear(PIXELS, &[0.0])?, linear(1, &[1.0, -2.0, -1.0, 0.5])?],
            decoder: [linear(LATENT, &[0.0])?, linear(1, &[0.0, 1.0, -1.0, 2.0, 0.0])?],
            activation: Activation::Tanh,
        };
        let (pixels, noise) = batch()?;
        let elbos = elbo(&model, &pixels, &noise)?.to_vec1::<f64>()?;
        // mpmath: log σ(b) where x = 1 and log σ(−b) where x = 0, less the KL of the test above.
        let expected = [-5.898046103135094, -7.898046103135093, -7.898046103135094];
        for (found, expected) in elbos.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-13, "{found} {expected}");
        }
        Ok(())
    }

    #[test]
    fn every_gradient_agrees_with_finite_differences() -> Result<()> {
        const STEP: f64 = 1e-5;
        let (pixels, noise) = batch()?;
        let (model, variables) = trainable(&tiny_vae(PIXELS, [4, 3], LATENT, 7)?)?;
        let total = || elbo(&model, &pixels, &noise)?.sum_all()?.to_scalar::<f64>();
        let gradients = elbo(&model, &pixels, &noise)?.sum_all()?.backward()?;
        for variable in &variables {
            let gradient = gradients.get(variable).expect("the ELBO depends on all weights");
            let gradient = gradient.flatten_all()?.to_vec1::<f64>()?;
            let centre = variable.flatten_all()?.to_vec1::<f64>()?;
            for (index, &slope) in gradient.iter().enumerate() {
                let at = |offset: f64| {
                    let mut values = centre.clone();
                    values[index] += offset;
                    variable.set(&Tensor::from_vec(values, variable.shape(), &Device::Cpu)?)?;
                    total()
                };
                // Truncation is O(STEP²), rounding about 1e-15 · 10 / STEP.
                let difference = (at(STEP)? - at(-STEP)?) / (2.0 * STEP);
                at(0.0)?;
                assert!((slope - difference).abs() < 1e-8, "{index}: {slope} {difference}");
            }
        }
        Ok(())
    }

    #[test]
    fn noise_is_standard_normal_and_belongs_to_its_seed() -> Result<()> {
        let draw = |seed| {
            let mut rng = Pcg64Mcg::seed_from_u64(seed);
            standard_normal(20_000, 2, DType::F64, &mut rng)?.flatten_all()?.to_vec1::<f64>()
        };
        let draws = draw(5)?;
        assert_eq!(draws, draw(5)?);
        let count = draws.len() as f64;
        let mean = draws.iter().sum::<f64>() / count;
        let variance = draws.iter().map(|e| e * e).sum::<f64>() / count;
        // Five standard deviations, 1/√n and √(2/n): false alarm 1e-6.
        assert!(mean.abs() < 5.0 / count.sqrt(), "{mean}");
        assert!((variance - 1.0).abs() < 5.0 * (2.0 / count).sqrt(), "{variance}");
        Ok(())
    }
}
