//! One pass of a batch through the network, forward and back, with the chain rule written out.
//!
//! The matrix products are candle's, except those with black-and-white images, which are sums over the ink; the
//! operations between them run in place in `elboscope-kernels`. candle's own backward pass gives the same gradients
//! (tests compare them), but it allocates and adds zeros at every edge of its graph, computes the unused gradient of
//! the pixels, passes about ten times over the logits, and adds the code of all its operations to the page. Two
//! layers written out are shorter than as many custom operations with a backward of their own, and the
//! importance-weighted bounds need per-draw gradients in z, which autograd would sum.

mod images;
mod layers;

use candle_core::{Device, Result, Tensor};
use elboscope_kernels::{bernoulli_slopes_f32, scale_rows_f32};

use self::images::Images;
use self::layers::{column_sums, finish, scale_by_slope};
use super::numbers::{read, write};
use super::{EncoderGradient, Learn, Objective};
use crate::evidence::{log_mean_exp, log_sum_exp};
use crate::model::Vae;

/// The result of a forward pass: B images with K draws each, so N = B·K rows of z; the draws of an image are
/// contiguous.
pub(super) struct Pass<'a> {
    model: &'a Vae,
    images: Images<'a>,
    draws: usize,
    /// ε, [N, L]
    noise: &'a [f32],
    /// [B, H], H the encoder's width
    encoder_hidden: Tensor,
    /// [B, L]
    mean: Vec<f32>,
    /// ln v, [B, L]
    log_variance: Vec<f32>,
    /// √v, [B, L]
    deviation: Vec<f32>,
    /// z = m + √v ε, [N, L]
    latents: Tensor,
    /// [N, H], H the decoder's width
    decoder_hidden: Tensor,
    /// x − σ(a), [N, pixels]
    slopes: Tensor,
    /// log p(x|z) in nats, `[N]`
    log_likelihood: Vec<f64>,
}

/// Gradients of minus an objective: weight before bias, from the encoder's first layer on.
pub(super) type Gradients = Vec<Tensor>;

impl<'a> Pass<'a> {
    /// Sends `pixels` [B, pixels] through the f32 network with `noise` ε ~ N(0, I) for `draws` points
    /// per image.
    ///
    /// # Errors
    /// If shapes do not fit.
    pub(super) fn forward(
        model: &'a Vae,
        pixels: &'a Tensor,
        noise: &'a [f32],
        draws: usize,
    ) -> Result<Self> {
        let (images, width) = pixels.dims2()?;
        let (rows, latent) = (images * draws, model.latent());
        if noise.len() != rows * latent {
            candle_core::bail!("{} numbers of noise for {rows} × {latent} latents", noise.len())
        }
        let activation = Some(model.activation);
        let inked = Images::new(pixels)?;
        let [first, second] = &model.encoder;
        let product = inked.times_transposed(&first.weight)?;
        let encoder_hidden = finish(product, &first.bias, activation)?;
        let product = encoder_hidden.matmul(&second.weight.t()?)?;
        let output = finish(product, &second.bias, None)?;
        let (mut mean, mut log_variance) = (Vec::new(), Vec::new());
        read(&output, |values| {
            for row in values.chunks_exact(2 * latent) {
                mean.extend_from_slice(&row[..latent]);
                log_variance.extend_from_slice(&row[latent..]);
            }
        })?;
        let deviation: Vec<f32> = log_variance.iter().map(|v| (0.5 * v).exp()).collect();
        let latents = noise.chunks_exact(latent).enumerate().flat_map(|(row, noise)| {
            let from = row / draws * latent;
            let (mean, deviation) = (&mean[from..], &deviation[from..]);
            noise.iter().zip(mean).zip(deviation).map(|((e, m), s)| m + s * e)
        });
        let latents =
            Tensor::from_vec(latents.collect::<Vec<f32>>(), (rows, latent), &Device::Cpu)?;
        let [first, second] = &model.decoder;
        let product = latents.matmul(&first.weight.t()?)?;
        let decoder_hidden = finish(product, &first.bias, activation)?;
        let slopes = decoder_hidden.matmul(&second.weight.t()?)?;
        let mut log_likelihood = Vec::with_capacity(rows);
        read(pixels, |pixels| {
            read(&second.bias, |bias| {
                write(&slopes, |logits| {
                    for (row, logits) in logits.chunks_exact_mut(width).enumerate() {
                        let image = row / draws * width;
                        let pixels = &pixels[image..image + width];
                        log_likelihood.push(bernoulli_slopes_f32(logits, bias, pixels));
                    }
                })
            })
        })???;
        Ok(Self {
            model,
            images: inked,
            draws,
            noise,
            encoder_hidden,
            mean,
            log_variance,
            deviation,
            latents,
            decoder_hidden,
            slopes,
            log_likelihood,
        })
    }

    /// KL(q(z_j|x) ‖ p(z_j)) = ½ (v + m² − 1 − ln v) in nats, [B, L].
    pub(super) fn kl_to_prior(&self) -> impl Iterator<Item = f64> + '_ {
        self.mean.iter().zip(&self.log_variance).map(|(mean, log_variance)| {
            let (mean, log_variance) = (f64::from(*mean), f64::from(*log_variance));
            0.5 * (log_variance.exp() + mean * mean - 1.0 - log_variance)
        })
    }

    /// ℓ = log p(x|z) + log p(z) − log q(z|x) in nats for each of the N draws.
    pub(super) fn log_weights(&self) -> Result<Vec<f64>> {
        let latent = self.model.latent();
        read(&self.latents, |latents| {
            let rows = latents.chunks_exact(latent).zip(self.noise.chunks_exact(latent));
            let rows = rows.zip(&self.log_likelihood).enumerate();
            rows.map(|(row, ((latents, noise), log_likelihood))| {
                let from = row / self.draws * latent;
                let terms = latents.iter().zip(noise).zip(&self.log_variance[from..]);
                let ratio: f64 = terms
                    .map(|((z, e), v)| {
                        let (z, e) = (f64::from(*z), f64::from(*e));
                        0.5 * (e * e - z * z + f64::from(*v))
                    })
                    .sum();
                log_likelihood + ratio
            })
            .collect()
        })
    }

    /// Sum over the images of E_q log p(x|z), the mean over their draws, in nats.
    pub(super) fn reconstruction_sum(&self) -> f64 {
        self.log_likelihood.iter().sum::<f64>() / self.draws as f64
    }

    /// Sum over the images of the ELBO, with the mean over the draws for E_q log p(x|z), in nats.
    pub(super) fn elbo_sum(&self) -> f64 {
        self.reconstruction_sum() - self.kl_to_prior().sum::<f64>()
    }

    /// Sum over the images of the objective, in nats.
    pub(super) fn objective_sum(&self, objective: Objective) -> Result<f64> {
        Ok(match objective.weights() {
            Some([fit, kl]) => {
                fit * self.reconstruction_sum() - kl * self.kl_to_prior().sum::<f64>()
            }
            None => self.log_weights()?.chunks_exact(self.draws).map(log_mean_exp).sum(),
        })
    }

    /// Gradients of minus the mean of `objective` over a batch of `batch` images, of which these are a part; those of
    /// the decoder are skipped where it is not trained.
    ///
    /// # Errors
    /// Returns candle's errors.
    pub(super) fn backward(
        &self,
        objective: Objective,
        batch: usize,
        learn: Learn,
    ) -> Result<Gradients> {
        let model = self.model;
        let shares = self.shares(objective)?;
        let [first, second] = &model.decoder;
        let hidden_slopes = self.slopes.matmul(&second.weight)?;
        scale_by_slope(model.activation, &hidden_slopes, &self.decoder_hidden)?;
        let latent_slopes = hidden_slopes.matmul(&first.weight)?;

        let output = self.encoder_output_gradient(objective, &shares, &latent_slopes, batch)?;
        let [first, second] = &model.encoder;
        let ones = vec![1.0; output.dim(0)?];
        let hidden = output.matmul(&second.weight)?;
        scale_by_slope(model.activation, &hidden, &self.encoder_hidden)?;
        let mut gradients = vec![
            self.images.transposed_times(&hidden)?,
            column_sums(&hidden, &ones, &first.bias)?,
            output.t()?.matmul(&self.encoder_hidden)?,
            column_sums(&output, &ones, &second.bias)?,
        ];
        if learn == Learn::Everything {
            let weights: Vec<f32> =
                shares.iter().map(|share| (-share / batch as f64) as f32).collect();
            let scaled = |tensor: &Tensor| -> Result<Tensor> {
                let copy = tensor.copy()?;
                write(&copy, |values| scale_rows_f32(values, &weights))?;
                Ok(copy)
            };
            let [first, second] = &model.decoder;
            gradients.extend([
                hidden_slopes.t()?.matmul(&scaled(&self.latents)?)?,
                column_sums(&hidden_slopes, &weights, &first.bias)?,
                self.slopes.t()?.matmul(&scaled(&self.decoder_hidden)?)?,
                column_sums(&self.slopes, &weights, &second.bias)?,
            ]);
        }
        Ok(gradients)
    }

    /// How much log p(x|z) of each draw counts for its image: 1/K each, −1/K with the wrong sign, or
    /// w̃ = w/Σw for the weighted bound.
    fn shares(&self, objective: Objective) -> Result<Vec<f64>> {
        Ok(match objective.weights() {
            Some([fit, _]) => vec![fit / self.draws as f64; self.log_likelihood.len()],
            None => {
                let mut weights = self.log_weights()?;
                for image in weights.chunks_exact_mut(self.draws) {
                    let total = log_sum_exp(image);
                    image.iter_mut().for_each(|weight| *weight = (*weight - total).exp());
                }
                weights
            }
        })
    }

    /// Gradient of minus the objective in the encoder's output, [B, 2L]: m first, then ln v.
    ///
    /// With g = ∂log p(x|z)/∂z and z = m + √v ε, so that ∂z/∂m = 1 and ∂z/∂ln v = ½√v ε:
    /// the ELBO has g per draw and the derivative of its closed KL beside it; L_K has g − z, the slope
    /// of log p(x, z), and ½ in ln v from −log q = ½ε² + ½ ln v + const; DReG has the slope of
    /// log p(x, z) − log q in z alone, g − z + ε/√v.
    fn encoder_output_gradient(
        &self,
        objective: Objective,
        shares: &[f64],
        latent_slopes: &Tensor,
        batch: usize,
    ) -> Result<Tensor> {
        let latent = self.model.latent();
        let images = self.mean.len() / latent;
        let mut output = vec![0.0_f32; 2 * self.mean.len()];
        let scale = -1.0 / batch as f32;
        read(latent_slopes, |slopes| {
            read(&self.latents, |latents| {
                for (row, share) in shares.iter().enumerate() {
                    let image = row / self.draws;
                    let (from_mean, from_log_variance) =
                        output[2 * latent * image..][..2 * latent].split_at_mut(latent);
                    for axis in 0..latent {
                        let draw = row * latent + axis;
                        let deviation = self.deviation[image * latent + axis];
                        let (noise, latent) = (self.noise[draw], latents[draw]);
                        let (share, slope, rest) = match objective {
                            Objective::Elbo { .. } | Objective::WrongSign => {
                                (*share, slopes[draw], 0.0)
                            }
                            Objective::Iwae {
                                encoder: EncoderGradient::Reparameterised, ..
                            } => (*share, slopes[draw] - latent, 0.5),
                            Objective::Iwae {
                                encoder: EncoderGradient::DoublyReparameterised,
                                ..
                            } => (share * share, slopes[draw] - latent + noise / deviation, 0.0),
                        };
                        let share = scale * share as f32;
                        from_mean[axis] += share * slope;
                        from_log_variance[axis] += share * (slope * 0.5 * deviation * noise + rest);
                    }
                }
            })
        })??;
        if let Some([_, kl]) = objective.weights() {
            let scale = -scale * kl as f32;
            for image in 0..images {
                for axis in 0..latent {
                    let (at, from) = (2 * latent * image + axis, image * latent + axis);
                    output[at] += scale * self.mean[from];
                    output[at + latent] += scale * 0.5 * (self.log_variance[from].exp() - 1.0);
                }
            }
        }
        Tensor::from_vec(output, (images, 2 * latent), &Device::Cpu)
    }
}

#[cfg(test)]
mod tests;
