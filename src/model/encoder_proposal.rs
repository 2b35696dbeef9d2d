//! The encoder's q(z|x) as a Gaussian on the latent plane.

use candle_core::Result;

use super::vae::Vae;
use crate::data::BinaryImage;
use crate::family::BivariateGaussian;

/// Smallest and largest standard deviation kept of an encoder's q, so that it is always a Gaussian.
const ENCODER_SD: [f64; 2] = [1e-3, 1e3];

/// The encoder's q(z|x) for one image, for a model with two latent dimensions.
///
/// # Errors
/// Passes on candle's; a mean that is not finite is an error too.
pub fn encoder_proposal(model: &Vae, image: &BinaryImage) -> Result<BivariateGaussian> {
    let (mean, sd) = model.encode_image(image)?;
    let (&[m1, m2], &[s1, s2]) = (mean.as_slice(), sd.as_slice()) else {
        candle_core::bail!("two latent dimensions are needed, the model has {}", mean.len())
    };
    let clamp = |sd: f64| sd.clamp(ENCODER_SD[0], ENCODER_SD[1]);
    BivariateGaussian::new([m1, m2], [clamp(s1), clamp(s2)], 0.0).map_err(candle_core::Error::wrap)
}

#[cfg(test)]
mod tests {
    use candle_core::{Device, Tensor};

    use super::*;
    use crate::data::PIXELS;
    use crate::model::{Activation, Linear};

    /// An encoder that gives `output` whatever the image.
    fn encoder(output: &[f32]) -> Vae {
        let device = &Device::Cpu;
        let latent = output.len() / 2;
        let zeros = |outputs: usize, inputs: usize| {
            Tensor::zeros((outputs, inputs), candle_core::DType::F32, device).unwrap()
        };
        let linear = |outputs: usize, inputs: usize, bias: &[f32]| Linear {
            weight: zeros(outputs, inputs),
            bias: Tensor::new(bias, device).unwrap(),
        };
        Vae {
            encoder: [linear(1, PIXELS, &[0.0]), linear(2 * latent, 1, output)],
            decoder: [linear(1, latent, &[0.0]), linear(PIXELS, 1, &[0.0; PIXELS])],
            activation: Activation::Tanh,
        }
    }

    fn proposal(output: &[f32]) -> Result<BivariateGaussian> {
        encoder_proposal(&encoder(output), &BinaryImage::from_fn(|_| true))
    }

    #[test]
    fn the_encoder_gives_mean_and_log_variance_and_no_correlation() {
        let q = proposal(&[0.5, -2.0, 0.0, -2.0]).unwrap();
        assert_eq!((q.mean(), q.rho()), ([0.5, -2.0], 0.0));
        assert_eq!(q.sd()[0], 1.0);
        assert!((q.sd()[1] - (-1.0_f64).exp()).abs() < 1e-7);
    }

    #[test]
    fn extreme_variances_are_kept_within_reason() {
        let q = proposal(&[0.0, 0.0, -300.0, 300.0]).unwrap();
        assert_eq!(q.sd(), [1e-3, 1e3]);
    }

    #[test]
    fn what_is_no_gaussian_on_the_plane_is_an_error() {
        assert!(proposal(&[f32::NAN, 0.0, 0.0, 0.0]).is_err());
        assert!(proposal(&[f32::INFINITY, 0.0, 0.0, 0.0]).is_err());
        assert!(proposal(&[0.0, 0.0, f32::NAN, 0.0]).is_err());
        assert!(proposal(&[0.0, 0.0]).is_err());
        assert!(proposal(&[0.0; 6]).is_err());
    }
}
