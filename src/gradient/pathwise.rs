//! The pathwise (reparameterised) gradient of the ELBO (Kingma & Welling 2014; Rezende et al. 2014).

use candle_core::{DType, Device, Result, Tensor, Var};

use crate::family::BivariateGaussian;
use crate::model::{ImageTerm, Vae};

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
/// candle differentiates log p(x|z) in z; the chain rule through z(ε; φ) is written out.
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
    let slopes = latent_gradients(model, term, &latents)?;

    let ([m1, m2], [s1, s2], rho) = (q.mean(), q.sd(), q.rho());
    let across = ((1.0 - rho) * (1.0 + rho)).sqrt();
    let mut sum = PathwiseGradient { mean: [0.0; 2], log_sd: [0.0; 2], atanh_rho: 0.0 };
    for ((z, [e1, e2]), [g1, g2]) in latents.iter().zip(noise).zip(&slopes) {
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

/// ∂ log p(x|z)/∂z at each latent point, by candle's backward pass through the decoder.
fn latent_gradients(model: &Vae, term: &ImageTerm, latents: &[[f64; 2]]) -> Result<Vec<[f64; 2]>> {
    let points = Tensor::from_slice(latents.as_flattened(), (latents.len(), 2), &Device::Cpu)?;
    let points = Var::from_tensor(&points.to_dtype(model.decoder[0].weight.dtype())?)?;
    let gradients = term.total_log_likelihood(model, &points)?.backward()?;
    let Some(gradient) = gradients.get(&points) else {
        candle_core::bail!("log p(x|z) does not depend on z")
    };
    let rows = gradient.to_dtype(DType::F64)?.to_vec2::<f64>()?;
    Ok(rows.iter().map(|row| [row[0], row[1]]).collect())
}
