//! What is climbed: the ELBO, the ELBO with another weight on KL, or the importance-weighted bound.

use serde::{Deserialize, Serialize};

/// The bound on log p(x) whose gradient moves the weights.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Objective {
    /// E_q log p(x|z) − β · KL(q(z|x) ‖ p(z)), from one draw per image and with KL in closed form.
    ///
    /// β = 1 is the ELBO (Kingma & Welling 2014), other β the β-VAE (Higgins et al. 2017): above 1 the
    /// posteriors are wider and keep closer to the prior.
    Elbo {
        /// β.
        kl_weight: f64,
    },
    /// L_K = E log (1/K) Σ_k w_k with w = p(x, z)/q(z|x) (Burda, Grosse & Salakhutdinov 2016).
    Iwae {
        /// K, draws per image.
        draws: usize,
        /// How the encoder's gradient is estimated.
        encoder: EncoderGradient,
    },
}

/// Two unbiased estimates of the gradient of L_K in the encoder's weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum EncoderGradient {
    /// Σ_k w̃_k dℓ_k/dφ (Burda et al. 2016); its signal-to-noise ratio falls as 1/√K.
    Reparameterised,
    /// Σ_k w̃_k² (∂ℓ_k/∂z_k)(∂z_k/∂φ), DReG (Tucker et al. 2019); its ratio grows as √K.
    DoublyReparameterised,
}

impl Objective {
    /// The ELBO itself.
    pub const ELBO: Self = Self::Elbo { kl_weight: 1.0 };

    /// Draws per image in a step.
    pub fn draws(self) -> usize {
        match self {
            Self::Elbo { .. } => 1,
            Self::Iwae { draws, .. } => draws,
        }
    }
}

impl Default for Objective {
    fn default() -> Self {
        Self::ELBO
    }
}
