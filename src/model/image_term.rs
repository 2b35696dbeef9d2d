//! What one image x adds to log p(x|z): linear in the decoder's hidden layer, so that a new x is cheap.

use candle_core::{DType, Result, Tensor};

use super::{Vae, log_partition};
use crate::data::BinaryImage;

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
        let weight = output.weight.to_dtype(DType::F64)?.to_vec2::<f64>()?;
        let bias = output.bias.to_dtype(DType::F64)?.to_vec1::<f64>()?;
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
    pub fn log_likelihoods(
        &self,
        model: &Vae,
        latents: &[f64],
        count: usize,
    ) -> Result<Vec<f64>> {
        let hidden = model.hidden_layer(&model.latent_tensor(latents, count)?)?;
        let partition = log_partition(&model.logits_of_hidden(&hidden)?)?.to_vec1::<f64>()?;
        let hidden = hidden.to_dtype(DType::F64)?.to_vec2::<f64>()?;
        let on_pixels = |row: &Vec<f64>| -> f64 {
            self.offset + row.iter().zip(&self.coefficients).map(|(h, c)| h * c).sum::<f64>()
        };
        Ok(hidden.iter().zip(partition).map(|(row, a)| on_pixels(row) - a).collect())
    }

    /// Σ_n log p(x|z_n) as a scalar tensor that candle can differentiate in `latents` [batch, L].
    pub fn total_log_likelihood(&self, model: &Vae, latents: &Tensor) -> Result<Tensor> {
        let hidden = model.hidden_layer(latents)?;
        let coefficients = Tensor::from_slice(&self.coefficients, (model.hidden(), 1), hidden.device())?;
        let on_pixels = hidden.matmul(&coefficients.to_dtype(hidden.dtype())?)?.to_dtype(DType::F64)?;
        on_pixels.sum_all()? - log_partition(&model.logits_of_hidden(&hidden)?)?.sum_all()?
    }
}
