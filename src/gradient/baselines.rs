//! Constant baselines, which are subtracted from log w before the score multiplies it (Mnih & Gregor 2014, Neural
//! variational inference and learning in belief networks; Greensmith, Bartlett & Baxter 2004, Variance reduction
//! techniques for gradient estimates in reinforcement learning).

use super::parameters::PerParameter;

/// Constants in nats that do not depend on the draws they are subtracted from.
///
/// # Formula
/// With score s_φ = ∂ log q/∂φ, `E[s_φ] = 0`: subtracting any constant b leaves E[(ℓ − b) s_φ] as it
/// is. The natural one is b = E ℓ, the ELBO. The one of least variance differs from parameter to
/// parameter: `b_φ = E[ℓ s_φ²] / E[s_φ²]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Baselines {
    /// E ℓ.
    pub mean_log_weight: f64,
    /// b_φ for each m and each ln σ.
    pub best: PerParameter<Vec<f64>>,
}
