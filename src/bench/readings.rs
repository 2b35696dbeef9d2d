//! Every number that the bench shows for one q, apart from those that take the worker's time.

use super::{DrawError, Draws, Scene, draw};
use crate::evidence::{
    ImportanceEstimate, KHat, effective_sample_size, importance, k_hat, max_share,
};
use crate::exact::Decomposition;
use crate::family::BivariateGaussian;
use crate::model::{ImageTerm, Vae};

/// The exact decomposition, and K draws with what they say.
#[derive(Clone, Debug)]
pub struct Readings {
    /// The ELBO three ways, in nats.
    pub decomposition: Decomposition,
    /// K draws from q and their log-weights.
    pub draws: Draws,
    /// log p(x) estimated from the K draws.
    pub importance: ImportanceEstimate,
    /// Kish's effective sample size of the K draws.
    pub effective_sample_size: Option<f64>,
    /// The largest share of one draw in the estimate.
    pub max_share: Option<f64>,
    /// The tail index of the weights.
    pub k_hat: Option<KHat>,
}

impl Readings {
    /// Measures q against the scene, weighing one draw for each ε of `noise`.
    ///
    /// # Errors
    /// [`DrawError`] if the network cannot weigh the draws.
    pub fn new(
        scene: &Scene,
        model: &Vae,
        term: &ImageTerm,
        q: &BivariateGaussian,
        noise: &[[f64; 2]],
    ) -> Result<Self, DrawError> {
        let draws = draw(model, term, q, noise)?;
        Ok(Self {
            decomposition: Decomposition::new(q, &scene.field, &scene.evidence),
            importance: importance(&draws.log_weights),
            effective_sample_size: effective_sample_size(&draws.log_weights),
            max_share: max_share(&draws.log_weights),
            k_hat: k_hat(&draws.log_weights),
            draws,
        })
    }
}
