//! A complete PyTorch program for a model: it builds the network, loads the file and prints the ELBO that
//! is computed here.

use candle_core::DType;

use crate::data::{BinaryImage, PIXELS};
use crate::model::{Activation, ImageTerm, Vae};

/// Draws of z in the ELBO that both sides compute.
const DRAWS: usize = 16;

/// A program, and its output if both sides agree.
#[derive(Clone, Debug, PartialEq)]
pub struct PyTorchProgram {
    /// Python, to be run where `torch` and `safetensors` are installed.
    pub text: String,
    /// The ELBO of the image for the fixed noise, in nats, in f64.
    pub elbo: f64,
}

/// The program that loads `file_name` into the network of `model` and prints the ELBO of `image`.
///
/// Its noise comes from a generator of five lines that is the same here and there, so that the two
/// numbers agree to rounding. Characters of the file name that could end a Python string are replaced.
///
/// # Errors
/// Passes on candle's.
pub fn pytorch_program(
    model: &Vae,
    file_name: &str,
    image: &BinaryImage,
) -> candle_core::Result<PyTorchProgram> {
    let elbo = fixed_noise_elbo(model, image)?;
    let is_plain = |c: char| c.is_alphanumeric() || " ._-+()".contains(c);
    let file: String = file_name.chars().map(|c| if is_plain(c) { c } else { '_' }).collect();
    let activation = match model.activation {
        Activation::Tanh => "nn.Tanh",
        Activation::Relu => "nn.ReLU",
    };
    let (encoder, decoder) = (model.encoder_hidden(), model.hidden());
    let latent = model.latent();
    let outputs = 2 * latent;
    let pixels = image.to_base64();
    let text = format!(
        r#"# A variational autoencoder trained with ELBOscope. Needs: pip install torch safetensors
import base64

import torch
from safetensors.torch import load_file
from torch import nn
from torch.nn import functional


class VAE(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(
            nn.Linear({PIXELS}, {encoder}), {activation}(), nn.Linear({encoder}, {outputs})
        )
        self.decoder = nn.Sequential(
            nn.Linear({latent}, {decoder}), {activation}(), nn.Linear({decoder}, {PIXELS})
        )

    def elbo(self, x, noise):
        """log p(x|z) - KL(q(z|x) || p(z)) in nats for each row of x and of noise."""
        mean, log_variance = self.encoder(x).chunk(2, dim=1)
        logits = self.decoder(mean + torch.exp(0.5 * log_variance) * noise)
        fit = -functional.binary_cross_entropy_with_logits(logits, x, reduction="none").sum(1)
        kl = 0.5 * (log_variance.exp() + mean**2 - 1 - log_variance).sum(1)
        return fit - kl


def fixed_noise(rows, columns):
    """Nearly normal numbers, the same everywhere: sums of twelve uniform ones."""
    state, numbers = 1, []
    for _ in range(rows * columns):
        total = -6.0
        for _ in range(12):
            state = (6364136223846793005 * state + 1442695040888963407) % 2**64
            total += (state >> 40) / 2**24
        numbers.append(total)
    return torch.tensor(numbers, dtype=torch.float64).reshape(rows, columns)


model = VAE()
model.load_state_dict(load_file("{file}"))
model.double()

packed = base64.urlsafe_b64decode("{pixels}=")
x = torch.tensor([[byte >> bit & 1 for byte in packed for bit in range(7, -1, -1)]]).double()
with torch.no_grad():
    elbo = model.elbo(x.expand({DRAWS}, -1), fixed_noise({DRAWS}, {latent})).mean().item()
print(f"ELBO here       {{elbo:.9f}} nats")
print("ELBO in browser {elbo:.9} nats")
"#
    );
    Ok(PyTorchProgram { text, elbo })
}

/// ELBO of one image in nats with the program's noise, in f64.
fn fixed_noise_elbo(model: &Vae, image: &BinaryImage) -> candle_core::Result<f64> {
    let model = model.to_dtype(DType::F64)?;
    let (mean, deviation) = model.encode_image(image)?;
    let axes = || mean.iter().zip(&deviation);
    let latents: Vec<f64> = fixed_noise(DRAWS * mean.len())
        .chunks_exact(mean.len())
        .flat_map(|noise| axes().zip(noise).map(|((m, s), e)| m + s * e))
        .collect();
    let fits = ImageTerm::new(&model, image)?.log_likelihoods(&model, &latents, DRAWS)?;
    let kl: f64 = axes().map(|(m, s)| 0.5 * (s * s + m * m - 1.0) - s.ln()).sum();
    Ok(fits.iter().sum::<f64>() / DRAWS as f64 - kl)
}

/// The program's `fixed_noise`.
fn fixed_noise(count: usize) -> Vec<f64> {
    let mut state = 1_u64;
    let mut uniform = || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f64 / f64::from(1 << 24)
    };
    (0..count).map(|_| (0..12).fold(-6.0, |sum, _| sum + uniform())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::training::elbo;
    use candle_core::{Device, Tensor};

    #[test]
    fn the_fixed_noise_is_nearly_normal() {
        let noise = fixed_noise(10_000);
        let mean = noise.iter().sum::<f64>() / 1e4;
        let variance = noise.iter().map(|e| e * e).sum::<f64>() / 1e4;
        // Five standard deviations of mean and variance; the numbers are fixed.
        assert!(mean.abs() < 0.05 && (variance - 1.0).abs() < 0.07, "{mean} {variance}");
    }

    #[test]
    fn the_elbo_is_that_of_plain_candle() -> candle_core::Result<()> {
        let model = Vae::seeded(6, 3, 0.5, Activation::Relu, 4);
        let image = BinaryImage::from_fn(|pixel| pixel % 3 == 0);
        let row: Vec<f64> = image.pixels().map(|ink| f64::from(u8::from(ink))).collect();
        let pixels = Tensor::from_vec(row, (1, PIXELS), &Device::Cpu)?.repeat((DRAWS, 1))?;
        let noise = Tensor::from_vec(fixed_noise(DRAWS * 3), (DRAWS, 3), &Device::Cpu)?;
        let expected = elbo(&model, &pixels, &noise)?.mean_all()?.to_scalar::<f64>()?;
        let found = pytorch_program(&model, "a.safetensors", &image)?;
        assert!((found.elbo - expected).abs() < 1e-9 * expected.abs());
        assert!(found.text.contains(&format!("browser {expected:.6}")), "{}", found.text);
        Ok(())
    }

    #[test]
    fn no_file_name_ends_the_string() -> candle_core::Result<()> {
        let model = Vae::seeded(2, 1, 0.5, Activation::Tanh, 4);
        let image = BinaryImage::from_fn(|_| false);
        let name = "a\"); print(\"b\n\\.safetensors";
        let text = pytorch_program(&model, name, &image)?.text;
        assert!(text.contains("load_file(\"a_)_ print(_b__.safetensors\")"), "{text}");
        Ok(())
    }
}
