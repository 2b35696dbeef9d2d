//! The part of log p(x|z) that depends on x: linear in the decoder's hidden layer, so that a new x is cheap.

use candle_core::{CpuStorage, CustomOp1, DType, Layout, Result, Shape, Tensor, bail};

use super::{Vae, in_precision, mean_image};
use crate::data::BinaryImage;
use crate::linear_algebra::dot;

/// The x-dependent half of log p(x|z) = c·h(z) + o − A(z), with c = W_outᵀ x and o = b·x.
///
/// A(z) is shared by all images; for a new x only H numbers change.
#[derive(Clone, Debug)]
pub struct ImageTerm {
    /// c, of length H.
    pub coefficients: Vec<f64>,
    /// o, in nats.
    pub offset: f64,
}

impl ImageTerm {
    /// Sums the output weights over the inked pixels of `image`, in f64.
    pub fn new(model: &Vae, image: &BinaryImage) -> Result<Self> {
        let output = &model.decoder[1];
        let weight = in_precision(&output.weight, DType::F64)?.to_vec2::<f64>()?;
        let bias = in_precision(&output.bias, DType::F64)?.to_vec1::<f64>()?;
        let mut term = Self { coefficients: vec![0.0; model.hidden()], offset: 0.0 };
        for (pixel, ink) in image.pixels().enumerate() {
            if ink {
                term.offset += bias[pixel];
                for (sum, weight) in term.coefficients.iter_mut().zip(&weight[pixel]) {
                    *sum += weight;
                }
            }
        }
        Ok(term)
    }

    /// log p(x|z) in nats, through the whole decoder, at `count` latent points laid out z₁ z₂ z₁ z₂ ….
    pub fn log_likelihoods(&self, model: &Vae, latents: &[f64], count: usize) -> Result<Vec<f64>> {
        let hidden = model.hidden_layer(&model.latent_tensor(latents, count)?)?;
        let partition = model.log_partition_of_hidden(&hidden)?;
        let hidden = in_precision(&hidden, DType::F64)?.to_vec2::<f64>()?;
        let on_pixels = |row: &Vec<f64>| self.offset + dot(row, &self.coefficients);
        Ok(hidden.iter().zip(partition).map(|(row, a)| on_pixels(row) - a).collect())
    }

    /// ∂ log p(x|z)/∂z in nats per latent unit, [count, L], at `latents` [count, L].
    ///
    /// The chain rule through the two layers is written out: W_inᵀ [φ'(h) ⊙ (c − W_outᵀ σ(a))]. candle's backward
    /// pass gives the same (a test compares them), but contains the code of all operations, which would double the
    /// page's download.
    ///
    /// # Errors
    /// Returns candle's errors.
    pub fn latent_gradients(&self, model: &Vae, latents: &Tensor) -> Result<Tensor> {
        let hidden = model.hidden_layer(latents)?;
        let logits = model.logits_of_hidden(&hidden)?;
        let expected = mean_image(&logits)?.matmul(&model.decoder[1].weight)?;
        let surprise = expected.apply_op1_no_bwd(&Surprise(&self.coefficients))?;
        model.activation.backward(&surprise, &hidden)?.matmul(&model.decoder[0].weight)
    }
}

/// c − E for every row E of a matrix [count, H], in its precision.
struct Surprise<'a>(&'a [f64]);

impl CustomOp1 for Surprise<'_> {
    fn name(&self) -> &'static str {
        "surprise"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let Some((start, end)) = layout.contiguous_offsets() else {
            bail!("surprise needs a contiguous matrix")
        };
        let (_, hidden) = layout.shape().dims2()?;
        if hidden != self.0.len() {
            bail!("surprise needs {} columns, not {hidden}", self.0.len())
        }
        let observed = self.0.iter().cycle();
        let surprise = match storage {
            CpuStorage::F32(expected) => {
                let pairs = observed.zip(&expected[start..end]);
                CpuStorage::F32(pairs.map(|(&c, e)| c as f32 - e).collect())
            }
            CpuStorage::F64(expected) => {
                let pairs = observed.zip(&expected[start..end]);
                CpuStorage::F64(pairs.map(|(c, e)| c - e).collect())
            }
            _ => bail!("surprise is defined for f32 and f64"),
        };
        Ok((surprise, layout.shape().clone()))
    }
}

#[cfg(test)]
mod tests {
    use candle_core::{Device, Var};
    use rand::{RngExt, SeedableRng};
    use rand_pcg::Pcg64Mcg;

    use super::*;
    use crate::data::PIXELS;
    use crate::model::{Activation, Linear, log_likelihood};

    const HIDDEN: usize = 5;

    fn model(activation: Activation) -> Result<Vae> {
        let mut rng = Pcg64Mcg::seed_from_u64(11);
        let mut linear = |inputs: usize, outputs: usize| -> Result<Linear> {
            let mut weight = |count: usize| -> Vec<f64> {
                (0..count).map(|_| rng.random_range(-2.0..2.0)).collect()
            };
            Ok(Linear {
                weight: Tensor::from_vec(
                    weight(inputs * outputs),
                    (outputs, inputs),
                    &Device::Cpu,
                )?,
                bias: Tensor::from_vec(weight(outputs), outputs, &Device::Cpu)?,
            })
        };
        Ok(Vae {
            encoder: [linear(PIXELS, HIDDEN)?, linear(HIDDEN, 4)?],
            decoder: [linear(2, HIDDEN)?, linear(HIDDEN, PIXELS)?],
            activation,
        })
    }

    fn images() -> [BinaryImage; 4] {
        [
            BinaryImage::from_fn(|_| false),
            BinaryImage::from_fn(|_| true),
            BinaryImage::from_fn(|pixel| pixel == 783),
            BinaryImage::from_fn(|pixel| pixel % 3 == 0),
        ]
    }

    const LATENTS: [[f64; 2]; 4] = [[0.0, 0.0], [1.0, -2.0], [-0.3, 0.7], [20.0, 24.0]];

    /// log p(x|z) with all 784 logits, not through the coefficients.
    fn directly(model: &Vae, image: &BinaryImage, latents: &Tensor) -> Result<Tensor> {
        let pixels =
            Tensor::from_iter(image.pixels().map(|ink| f64::from(u8::from(ink))), &Device::Cpu)?;
        let pixels = pixels.reshape((1, PIXELS))?.repeat((latents.dim(0)?, 1))?;
        log_likelihood(&model.decode(latents)?, &pixels)
    }

    #[test]
    fn coefficients_of_another_width_are_refused() -> Result<()> {
        let model = model(Activation::Tanh)?;
        let term = ImageTerm { coefficients: vec![0.0; HIDDEN - 1], offset: 0.0 };
        let latents = Tensor::new(&LATENTS, &Device::Cpu)?;
        assert!(term.latent_gradients(&model, &latents).is_err());
        Ok(())
    }

    #[test]
    fn the_coefficients_give_the_bernoulli_likelihood() -> Result<()> {
        for activation in [Activation::Tanh, Activation::Relu] {
            let model = model(activation)?;
            let latents = model.latent_tensor(LATENTS.as_flattened(), LATENTS.len())?;
            for image in images() {
                let term = ImageTerm::new(&model, &image)?;
                let found = term.log_likelihoods(&model, LATENTS.as_flattened(), LATENTS.len())?;
                let expected = directly(&model, &image, &latents)?.to_vec1::<f64>()?;
                for (found, expected) in found.iter().zip(expected) {
                    assert!(
                        (found - expected).abs() < 1e-13 * (1e3 + expected.abs()),
                        "{found} {expected}"
                    );
                }
            }
        }
        Ok(())
    }

    #[test]
    fn a_blank_image_has_no_term_and_one_pixel_has_its_row() -> Result<()> {
        let model = model(Activation::Tanh)?;
        let [blank, _, last, _] = images();
        let term = ImageTerm::new(&model, &blank)?;
        assert_eq!((term.coefficients, term.offset), (vec![0.0; HIDDEN], 0.0));
        let term = ImageTerm::new(&model, &last)?;
        assert_eq!(term.coefficients, model.decoder[1].weight.get(783)?.to_vec1::<f64>()?);
        assert_eq!(term.offset, model.decoder[1].bias.get(783)?.to_scalar::<f64>()?);
        Ok(())
    }

    #[test]
    fn the_written_out_gradient_is_candles_own() -> Result<()> {
        for activation in [Activation::Tanh, Activation::Relu] {
            let model = model(activation)?;
            for image in images() {
                let term = ImageTerm::new(&model, &image)?;
                let points = Var::new(&LATENTS, &Device::Cpu)?;
                let gradients = directly(&model, &image, &points)?.sum_all()?.backward()?;
                let expected = gradients.get(&points).expect("a leaf").to_vec2::<f64>()?;
                let found = term.latent_gradients(&model, &points)?.to_vec2::<f64>()?;
                for (found, expected) in found.iter().flatten().zip(expected.iter().flatten()) {
                    // Sums of 784 terms of size 4.
                    assert!((found - expected).abs() < 1e-11, "{activation:?}: {found} {expected}");
                }
            }
        }
        Ok(())
    }

    #[test]
    fn logits_that_overflow_an_exponential_leave_the_gradient_finite() -> Result<()> {
        // |a| up to 2000: exp(−a) is infinite in f32 and f64, the mean of the pixel is 0 or 1.
        let mut model = model(Activation::Tanh)?;
        model.decoder[1].weight = (&model.decoder[1].weight * 200.0)?;
        let single = model.to_dtype(DType::F32)?;
        for image in images() {
            let term = ImageTerm::new(&model, &image)?;
            for model in [&model, &single] {
                let points = model.latent_tensor(LATENTS.as_flattened(), LATENTS.len())?;
                let slopes = term.latent_gradients(model, &points)?.to_dtype(DType::F64)?;
                assert!(
                    slopes.flatten_all()?.to_vec1::<f64>()?.iter().all(|slope| slope.is_finite())
                );
            }
        }
        Ok(())
    }
}
