//! Training objectives: the ELBO, the ELBO with another weight on KL, the importance-weighted bound, and, as a
//! counterexample, the ELBO with the wrong sign.

use serde::{Deserialize, Serialize};

/// The function whose gradient updates the weights: all but the last are bounds on log p(x).
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
    /// KL(q(z|x) ‖ p(z)) − E_q log p(x|z), the negative ELBO, mistaken for the ELBO.
    ///
    /// This happens in code whose `elbo()` returns binary cross-entropy plus KL and whose loop minimises `-elbo`: the
    /// true ELBO decreases without bound. It is no bound on log p(x), as its value shows, which is never below 0: log
    /// p(x) of black and white pixels is never above 0.
    WrongSign,
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

    /// Weights on E_q log p(x|z) and on −KL of an objective that is a sum of the two; `None` for the
    /// importance-weighted bound.
    pub(super) fn weights(self) -> Option<[f64; 2]> {
        match self {
            Self::Elbo { kl_weight } => Some([1.0, kl_weight]),
            Self::WrongSign => Some([-1.0, -1.0]),
            Self::Iwae { .. } => None,
        }
    }

    /// Draws per image in a step.
    pub fn draws(self) -> usize {
        match self {
            Self::Elbo { .. } | Self::WrongSign => 1,
            Self::Iwae { draws, .. } => draws,
        }
    }
}

impl Default for Objective {
    fn default() -> Self {
        Self::ELBO
    }
}
