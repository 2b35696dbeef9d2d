//! The variational autoencoder: encoder 784-H-2L, decoder L-H-784, Bernoulli pixels, standard normal prior.

use candle_core::{DType, Device, Result, Tensor};

use super::bias::add_bias;
use super::{Activation, in_precision, log_partition_with_bias, mean_image};
use crate::data::{BinaryImage, PIXELS};

/// A fully connected layer as PyTorch's `nn.Linear` keeps it.
#[derive(Clone, Debug)]
pub struct Linear {
    /// [out, in]
    pub weight: Tensor,
    /// `[out]`
    pub bias: Tensor,
}

impl Linear {
    fn forward(&self, input: &Tensor) -> Result<Tensor> {
        add_bias(&input.matmul(&self.weight.t()?)?, &self.bias)
    }

    fn to_dtype(&self, dtype: DType) -> Result<Self> {
        Ok(Self {
            weight: in_precision(&self.weight, dtype)?,
            bias: in_precision(&self.bias, dtype)?,
        })
    }
}

/// Variational autoencoder (Kingma & Welling 2014).
///
/// z ~ N(0, I_L), x|z ~ Π_d Bernoulli(σ(a_d(z))), and the amortized q(z|x) = N(m(x), diag v(x)).
#[derive(Clone, Debug)]
pub struct Vae {
    /// 784 → H, then H → 2L: means first, log-variances after them.
    pub encoder: [Linear; 2],
    /// L → H, then H → 784 logits.
    pub decoder: [Linear; 2],
    /// Nonlinearity of both hidden layers.
    pub activation: Activation,
}

impl Vae {
    /// Latent dimension L.
    pub fn latent(&self) -> usize {
        self.decoder[0].weight.dims()[1]
    }

    /// Hidden width H of the decoder.
    pub fn hidden(&self) -> usize {
        self.decoder[0].weight.dims()[0]
    }

    /// Hidden width of the encoder.
    pub fn encoder_hidden(&self) -> usize {
        self.encoder[0].weight.dims()[0]
    }

    /// The same network in another precision: f64 for the truth, f32 for everything else.
    pub fn to_dtype(&self, dtype: DType) -> Result<Self> {
        let convert = |[first, second]: &[Linear; 2]| -> Result<[Linear; 2]> {
            Ok([first.to_dtype(dtype)?, second.to_dtype(dtype)?])
        };
        Ok(Self {
            encoder: convert(&self.encoder)?,
            decoder: convert(&self.decoder)?,
            activation: self.activation,
        })
    }

    /// Mean and log-variance of q(z|x), each [batch, L], for `pixels` [batch, 784].
    pub fn encode(&self, pixels: &Tensor) -> Result<(Tensor, Tensor)> {
        let hidden = self.activation.forward(&self.encoder[0].forward(pixels)?)?;
        let output = self.encoder[1].forward(&hidden)?;
        let latent = self.latent();
        Ok((output.narrow(1, 0, latent)?, output.narrow(1, latent, latent)?))
    }

    /// Mean and standard deviation of q(z|x) for one image, in f64.
    pub fn encode_image(&self, image: &BinaryImage) -> Result<(Vec<f64>, Vec<f64>)> {
        let pixels = image_tensor(image, self.encoder[0].weight.dtype())?;
        let (mean, log_variance) = self.encode(&pixels)?;
        let to_vec =
            |tensor: Tensor| in_precision(&tensor, DType::F64)?.flatten_all()?.to_vec1::<f64>();
        let sd = to_vec(log_variance)?.into_iter().map(|v| (0.5 * v).exp()).collect();
        Ok((to_vec(mean)?, sd))
    }

    /// The decoder's hidden layer h(z), [batch, H], for `latents` [batch, L].
    pub fn hidden_layer(&self, latents: &Tensor) -> Result<Tensor> {
        self.activation.forward(&self.decoder[0].forward(latents)?)
    }

    /// Pixel logits a(z), [batch, 784], from the hidden layer [batch, H].
    pub fn logits_of_hidden(&self, hidden: &Tensor) -> Result<Tensor> {
        self.decoder[1].forward(hidden)
    }

    /// Pixel logits a(z), [batch, 784], for `latents` [batch, L].
    pub fn decode(&self, latents: &Tensor) -> Result<Tensor> {
        self.logits_of_hidden(&self.hidden_layer(latents)?)
    }

    /// Mean image E[x|z] at one latent point: 784 probabilities of ink.
    pub fn mean_image(&self, latent: &[f64]) -> Result<Vec<f32>> {
        self.mean_images(latent, 1)
    }

    /// Mean images E[x|z] at `count` points given as z₁ z₂ … z_L, z₁ … in a row: 784 probabilities of ink for each.
    pub fn mean_images(&self, latents: &[f64], count: usize) -> Result<Vec<f32>> {
        let latents = self.latent_tensor(latents, count)?;
        let logits = in_precision(&self.decode(&latents)?, DType::F32)?.flatten_all()?;
        mean_image(&logits)?.to_vec1()
    }

    /// A(z) = Σ_d softplus(a_d(z)) in nats at each of `count` points given as z₁ z₂ … z_L, z₁ … in a row.
    pub fn log_partitions(&self, latents: &[f64], count: usize) -> Result<Vec<f64>> {
        self.log_partition_of_hidden(&self.hidden_layer(&self.latent_tensor(latents, count)?)?)
    }

    /// A in nats for every row of the hidden layer [batch, H].
    pub fn log_partition_of_hidden(&self, hidden: &Tensor) -> Result<Vec<f64>> {
        // The bias joins inside the sum: adding it first would write every logit once more.
        let output = &self.decoder[1];
        log_partition_with_bias(&hidden.matmul(&output.weight.t()?)?, &output.bias)?.to_vec1()
    }

    /// A batch of latent points as a tensor [count, L] in the network's precision.
    pub fn latent_tensor(&self, latents: &[f64], count: usize) -> Result<Tensor> {
        let latents = Tensor::from_slice(latents, (count, self.latent()), &Device::Cpu)?;
        in_precision(&latents, self.decoder[0].weight.dtype())
    }
}

/// One image as a tensor [1, 784] of zeros and ones.
fn image_tensor(image: &BinaryImage, dtype: DType) -> Result<Tensor> {
    let pixels = image.pixels().map(|ink| if ink { 1.0_f32 } else { 0.0 });
    in_precision(&Tensor::from_iter(pixels, &Device::Cpu)?.reshape((1, PIXELS))?, dtype)
}

#[cfg(test)]
impl Vae {
    /// A network of uniform weights that anyone's tests can have, its first decoder layer within
    /// ±`slope`.
    pub(crate) fn seeded(
        hidden: usize,
        latents: usize,
        slope: f64,
        activation: Activation,
        seed: u64,
    ) -> Self {
        use rand::{RngExt, SeedableRng};
        let mut rng = rand_pcg::Pcg64Mcg::seed_from_u64(seed);
        let mut linear = |inputs: usize, outputs: usize, scale: f64| {
            let mut uniform = |count: usize| -> Vec<f64> {
                (0..count).map(|_| scale * rng.random_range(-1.0..1.0)).collect()
            };
            let weight =
                Tensor::from_vec(uniform(inputs * outputs), (outputs, inputs), &Device::Cpu);
            let bias = Tensor::from_vec(uniform(outputs), outputs, &Device::Cpu);
            Linear { weight: weight.unwrap(), bias: bias.unwrap() }
        };
        Self {
            encoder: [linear(PIXELS, hidden, 0.1), linear(hidden, 2 * latents, 1.0)],
            decoder: [linear(latents, hidden, slope), linear(hidden, PIXELS, 0.5)],
            activation,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::log_add_exp;

    /// Two hidden units and two latent dimensions: small enough to work out by hand.
    fn model() -> Result<Vae> {
        let device = &Device::Cpu;
        let linear = |weight: Tensor, bias: &[f64]| -> Result<Linear> {
            Ok(Linear { weight, bias: Tensor::new(bias, device)? })
        };
        // The first hidden unit counts the ink in hundredths, the second sees pixel 1 alone.
        let mut counts = vec![0.01; PIXELS];
        counts.extend((0..PIXELS).map(|pixel| if pixel == 1 { 1.0 } else { 0.0 }));
        // The logit of pixel 0 is h₁ − h₂ + ½, that of every other pixel −1.
        let mut output = vec![0.0; 2 * PIXELS];
        (output[0], output[1]) = (1.0, -1.0);
        let mut bias = vec![-1.0; PIXELS];
        bias[0] = 0.5;
        Ok(Vae {
            encoder: [
                linear(Tensor::from_vec(counts, (2, PIXELS), device)?, &[0.0, -0.5])?,
                linear(
                    Tensor::new(&[[1.0, 0.0], [0.0, 2.0], [0.0, 0.0], [1.0, 1.0]], device)?,
                    &[0.0, 0.25, -2.0, 0.0],
                )?,
            ],
            decoder: [
                linear(Tensor::new(&[[1.0, 2.0], [-1.0, 0.5]], device)?, &[0.0, 0.25])?,
                linear(Tensor::from_vec(output, (PIXELS, 2), device)?, &bias)?,
            ],
            activation: Activation::Tanh,
        })
    }

    /// The decoder's logit of pixel 0, written out.
    fn first_logit([z1, z2]: [f64; 2]) -> f64 {
        (z1 + 2.0 * z2).tanh() - (-z1 + 0.5 * z2 + 0.25).tanh() + 0.5
    }

    const LATENTS: [[f64; 2]; 3] = [[0.0, 0.0], [0.5, -1.5], [3.0, 2.0]];

    #[test]
    fn sizes_are_those_of_the_decoder() -> Result<()> {
        assert_eq!((model()?.latent(), model()?.hidden()), (2, 2));
        Ok(())
    }

    #[test]
    fn the_encoder_by_hand() -> Result<()> {
        // 50 inked pixels, pixel 1 among them: h = (tanh ½, tanh ½).
        let image = BinaryImage::from_fn(|pixel| pixel < 50);
        let h = 0.5_f64.tanh();
        let (mean, sd) = model()?.encode_image(&image)?;
        let expected_sd = [(-1.0_f64).exp(), h.exp()];
        for (found, expected) in mean.iter().zip([h, 2.0 * h + 0.25]) {
            assert!((found - expected).abs() < 1e-14, "{found} {expected}");
        }
        // exp(½ log v), the log-variances being (−2, 2h).
        for (found, expected) in sd.iter().zip(expected_sd) {
            assert!((found - expected).abs() < 1e-14, "{found} {expected}");
        }
        Ok(())
    }

    #[test]
    fn the_decoder_by_hand() -> Result<()> {
        let model = model()?;
        let logits = model.decode(&model.latent_tensor(LATENTS.as_flattened(), 3)?)?;
        let partitions = model.log_partitions(LATENTS.as_flattened(), 3)?;
        let softplus = |a: f64| log_add_exp(0.0, a);
        for ((row, partition), z) in logits.to_vec2::<f64>()?.iter().zip(partitions).zip(LATENTS) {
            assert!((row[0] - first_logit(z)).abs() < 1e-14);
            assert!(row[1..].iter().all(|logit| *logit == -1.0));
            let expected = softplus(first_logit(z)) + (PIXELS - 1) as f64 * softplus(-1.0);
            assert!((partition - expected).abs() < 1e-11, "{partition} {expected}");
        }
        Ok(())
    }

    #[test]
    fn the_mean_image_is_the_sigmoid_of_the_logits() -> Result<()> {
        for z in LATENTS {
            let image = model()?.mean_image(&z)?;
            assert_eq!(image.len(), PIXELS);
            let expected = 1.0 / (1.0 + (-first_logit(z)).exp());
            assert!((f64::from(image[0]) - expected).abs() < 2e-7);
            // σ(−1) by mpmath.
            assert!(
                image[1..]
                    .iter()
                    .all(|mean| (f64::from(*mean) - 0.268_941_421_369_995_1).abs() < 1e-7)
            );
        }
        Ok(())
    }

    #[test]
    fn extreme_logits_give_means_of_zero_and_one() -> Result<()> {
        let mut model = model()?;
        let bias: Vec<f64> =
            (0..PIXELS).map(|pixel| if pixel % 2 == 0 { 1e4 } else { -1e4 }).collect();
        model.decoder[1].bias = Tensor::new(bias.as_slice(), &Device::Cpu)?;
        let image = model.mean_image(&[0.0, 0.0])?;
        assert!(image.iter().enumerate().all(|(pixel, mean)| *mean == f32::from(pixel % 2 == 0)));
        Ok(())
    }

    #[test]
    fn f32_is_the_same_network_to_seven_digits() -> Result<()> {
        let single = model()?.to_dtype(DType::F32)?;
        assert_eq!(single.decoder[0].weight.dtype(), DType::F32);
        let partitions = single.log_partitions(LATENTS.as_flattened(), 3)?;
        for (found, expected) in
            partitions.iter().zip(model()?.log_partitions(LATENTS.as_flattened(), 3)?)
        {
            assert!((found - expected).abs() < 1e-6 * expected, "{found} {expected}");
        }
        Ok(())
    }

    #[test]
    fn latents_of_another_dimension_are_an_error() -> Result<()> {
        assert!(model()?.log_partitions(&[0.0; 3], 1).is_err());
        assert!(model()?.mean_image(&[0.0]).is_err());
        Ok(())
    }
}
