//! The pathwise (reparameterised) gradient of the ELBO (Kingma & Welling 2014; Rezende et al. 2014).

use candle_core::{DType, Result};

use crate::family::BivariateGaussian;
use crate::model::{ImageTerm, Vae, in_precision};

/// An unbiased estimate of ∇ELBO, in nats per unit of each parameter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PathwiseGradient {
    /// In μ₁, μ₂.
    pub mean: [f64; 2],
    /// In ln σ₁, ln σ₂.
    pub log_sd: [f64; 2],
    /// In artanh ρ.
    pub atanh_rho: f64,
}

/// ∇ [ (1/n) Σ_i log p(x|z(ε_i)) − KL(q‖p(z)) ], with z = μ + L ε and the KL in closed form.
///
/// The model must have two latent dimensions and `noise` must not be empty.
///
/// # Errors
/// Passes on candle's.
pub fn pathwise_gradient(
    model: &Vae,
    term: &ImageTerm,
    q: &BivariateGaussian,
    noise: &[[f64; 2]],
) -> Result<PathwiseGradient> {
    let latents: Vec<[f64; 2]> = noise.iter().map(|&e| q.latent_from_noise(e)).collect();
    let points = model.latent_tensor(latents.as_flattened(), latents.len())?;
    let slopes = term.latent_gradients(model, &points)?;
    let slopes = in_precision(&slopes, DType::F64)?.to_vec2::<f64>()?;

    let ([m1, m2], [s1, s2], rho) = (q.mean(), q.sd(), q.rho());
    let across = ((1.0 - rho) * (1.0 + rho)).sqrt();
    let mut sum = PathwiseGradient { mean: [0.0; 2], log_sd: [0.0; 2], atanh_rho: 0.0 };
    for ((z, [e1, e2]), slope) in latents.iter().zip(noise).zip(&slopes) {
        let (g1, g2) = (slope[0], slope[1]);
        sum.mean[0] += g1;
        sum.mean[1] += g2;
        sum.log_sd[0] += g1 * (z[0] - m1);
        sum.log_sd[1] += g2 * (z[1] - m2);
        sum.atanh_rho += g2 * s2 * across * (across * e1 - rho * e2);
    }
    let per_draw = 1.0 / noise.len() as f64;
    Ok(PathwiseGradient {
        mean: [sum.mean[0] * per_draw - m1, sum.mean[1] * per_draw - m2],
        log_sd: [
            sum.log_sd[0] * per_draw - (s1 * s1 - 1.0),
            sum.log_sd[1] * per_draw - (s2 * s2 - 1.0),
        ],
        atanh_rho: sum.atanh_rho * per_draw - rho,
    })
}

#[cfg(test)]
mod tests {
    use candle_core::{Device, Tensor};

    use super::*;
    use crate::bench::Noise;
    use crate::data::{BinaryImage, PIXELS};
    use crate::model::{Activation, Linear};

    /// Three hidden units that bend log p(x|z) in every direction.
    fn model() -> Result<Vae> {
        let device = &Device::Cpu;
        let wave = |count: usize, scale: f64| -> Vec<f64> {
            (0..count).map(|index| scale * (1.7 * index as f64 + 0.3).sin()).collect()
        };
        let linear = |inputs: usize, outputs: usize, scale: f64| -> Result<Linear> {
            Ok(Linear {
                weight: Tensor::from_vec(wave(inputs * outputs, scale), (outputs, inputs), device)?,
                bias: Tensor::from_vec(wave(outputs, scale), outputs, device)?,
            })
        };
        Ok(Vae {
            encoder: [linear(PIXELS, 3, 0.1)?, linear(3, 4, 1.0)?],
            decoder: [linear(2, 3, 1.3)?, linear(3, PIXELS, 0.8)?],
            activation: Activation::Tanh,
        })
    }

    /// q from φ = (μ, ln σ, artanh ρ).
    fn of(phi: [f64; 5]) -> BivariateGaussian {
        let [m1, m2, l1, l2, a] = phi;
        BivariateGaussian::new([m1, m2], [l1.exp(), l2.exp()], a.tanh()).unwrap()
    }

    fn as_array(gradient: &PathwiseGradient) -> [f64; 5] {
        let ([m1, m2], [l1, l2]) = (gradient.mean, gradient.log_sd);
        [m1, m2, l1, l2, gradient.atanh_rho]
    }

    const PHIS: [[f64; 5]; 5] = [
        [0.0, 0.0, 0.0, 0.0, 0.0],
        [0.6, -0.5, -0.7, -1.2, -0.4],
        [-4.0, 4.0, 1.0, 1.0, 1.5],
        [1.0, 0.3, -3.9, 1.0, 2.6],
        [0.2, -1.0, -3.9, -3.9, -2.6],
    ];

    #[test]
    fn equals_the_difference_quotient_of_the_same_draws() -> Result<()> {
        let model = model()?;
        let noise = Noise::new(3).take(40);
        for image in [BinaryImage::from_fn(|pixel| pixel % 4 == 0), BinaryImage::from_fn(|_| false)]
        {
            let term = ImageTerm::new(&model, &image)?;
            let objective = |phi: [f64; 5]| -> Result<f64> {
                let q = of(phi);
                let latents: Vec<[f64; 2]> =
                    noise.iter().map(|&e| q.latent_from_noise(e)).collect();
                let each = term.log_likelihoods(&model, latents.as_flattened(), latents.len())?;
                Ok(each.iter().sum::<f64>() / each.len() as f64 - q.kl_to_standard())
            };
            for phi in PHIS {
                let found = as_array(&pathwise_gradient(&model, &term, &of(phi), &noise)?);
                let largest = found.iter().fold(1.0_f64, |most, slope| most.max(slope.abs()));
                for (index, found) in found.into_iter().enumerate() {
                    // Fourth order: error about step⁴ times the fifth derivative.
                    let at = |steps: f64| {
                        let mut moved = phi;
                        moved[index] += steps * 1e-3;
                        objective(moved)
                    };
                    let near = at(1.0)? - at(-1.0)?;
                    let far = at(2.0)? - at(-2.0)?;
                    let quotient = (8.0 * near - far) / 12e-3;
                    assert!(
                        (found - quotient).abs() < 1e-6 * largest,
                        "{phi:?} {index}: {found} {quotient}"
                    );
                }
            }
        }
        Ok(())
    }

    #[test]
    fn without_a_likelihood_it_is_minus_the_gradient_of_the_divergence() -> Result<()> {
        // All output weights zero: log p(x|z) is constant, and −∇KL = −(μ, σ² − 1, ρ).
        let mut model = model()?;
        model.decoder[1].weight = model.decoder[1].weight.zeros_like()?;
        let term = ImageTerm::new(&model, &BinaryImage::from_fn(|pixel| pixel < 100))?;
        let q = BivariateGaussian::new([0.5, -2.0], [2.0, 0.5], 0.75).unwrap();
        let found = as_array(&pathwise_gradient(&model, &term, &q, &[[0.3, -1.0], [2.0, 0.5]])?);
        assert_eq!(found, [-0.5, 2.0, -3.0, 0.75, -0.75]);
        Ok(())
    }

    #[test]
    fn in_single_precision_it_is_the_same_to_five_digits() -> Result<()> {
        let model = model()?;
        let noise = Noise::new(4).take(64);
        let term = ImageTerm::new(&model, &BinaryImage::from_fn(|pixel| pixel % 3 == 0))?;
        let exact = as_array(&pathwise_gradient(&model, &term, &of(PHIS[1]), &noise)?);
        let single = model.to_dtype(DType::F32)?;
        let found = as_array(&pathwise_gradient(&single, &term, &of(PHIS[1]), &noise)?);
        let largest = exact.iter().fold(1.0_f64, |most, slope| most.max(slope.abs()));
        for (found, exact) in found.iter().zip(exact) {
            assert!((found - exact).abs() < 1e-5 * largest, "{found} {exact}");
        }
        Ok(())
    }
}
