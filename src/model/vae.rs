//! The variational autoencoder: encoder 784-H-2L, decoder L-H-784, Bernoulli pixels, standard normal prior.

use candle_core::{DType, Device, Result, Tensor};

use super::{Activation, log_partition};
use crate::data::{BinaryImage, PIXELS};

/// A fully connected layer as PyTorch's `nn.Linear` keeps it.
#[derive(Clone, Debug)]
pub struct Linear {
    /// [out, in]
    pub weight: Tensor,
    /// [out]
    pub bias: Tensor,
}

impl Linear {
    fn forward(&self, input: &Tensor) -> Result<Tensor> {
        input.matmul(&self.weight.t()?)?.broadcast_add(&self.bias)
    }

    fn to_dtype(&self, dtype: DType) -> Result<Self> {
        Ok(Self { weight: self.weight.to_dtype(dtype)?, bias: self.bias.to_dtype(dtype)? })
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
        let to_vec = |tensor: Tensor| tensor.flatten_all()?.to_dtype(DType::F64)?.to_vec1::<f64>();
        Ok((to_vec(mean)?, to_vec((log_variance * 0.5)?.exp()?)?))
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
        let latent = self.latent_tensor(latent, 1)?;
        let logits = self.decode(&latent)?.to_dtype(DType::F32)?.flatten_all()?;
        (logits.neg()?.exp()? + 1.0)?.recip()?.to_vec1()
    }

    /// A(z) = Σ_d softplus(a_d(z)) in nats at each of `count` points given as z₁ z₂ … z_L, z₁ … in a row.
    pub fn log_partitions(&self, latents: &[f64], count: usize) -> Result<Vec<f64>> {
        log_partition(&self.decode(&self.latent_tensor(latents, count)?)?)?.to_vec1()
    }

    /// A batch of latent points as a tensor [count, L] in the network's precision.
    pub fn latent_tensor(&self, latents: &[f64], count: usize) -> Result<Tensor> {
        Tensor::from_slice(latents, (count, self.latent()), &Device::Cpu)?
            .to_dtype(self.decoder[0].weight.dtype())
    }
}

/// One image as a tensor [1, 784] of zeros and ones.
fn image_tensor(image: &BinaryImage, dtype: DType) -> Result<Tensor> {
    let pixels = image.pixels().map(|ink| if ink { 1.0_f32 } else { 0.0 });
    Tensor::from_iter(pixels, &Device::Cpu)?.reshape((1, PIXELS))?.to_dtype(dtype)
}
