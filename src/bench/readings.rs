//! The numbers of the bench that are computed in the page itself, within a frame.

use super::{DrawError, Draws, Scene, draw};
use crate::evidence::{
    ImportanceEstimate, KHat, Pool, effective_sample_size, importance, k_hat, max_share,
};
use crate::exact::Decomposition;
use crate::family::BivariateGaussian;
use crate::model::{ImageTerm, Vae};

/// The exact decomposition of the ELBO, and estimates from K draws.
#[derive(Clone, Debug)]
pub struct Readings {
    /// The terms of the ELBO, in nats.
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
    /// Computes the readings of q; each ε of `noise` gives one draw.
    ///
    /// # Errors
    /// [`DrawError`] if the draws cannot be weighted.
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

    /// Diagnostics of the K weights that do not use the exact value.
    pub fn pool(&self) -> Pool {
        Pool {
            draws: self.importance.draws,
            effective: self.effective_sample_size,
            max_share: self.max_share,
            k_hat: self.k_hat,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Noise;
    use crate::data::{Binarization, gallery};
    use crate::exact::{Lattice, LogLikelihoodField, LogLikelihoodLattice};
    use crate::model::read_weights;

    #[test]
    fn every_reading_is_of_the_same_draws() {
        let bytes = include_bytes!("../../public/models/strokes.safetensors");
        let model = read_weights(bytes).unwrap();
        let term =
            ImageTerm::new(&model, &Binarization::default().apply(&gallery()[0].image)).unwrap();
        let table = |lattice: Lattice| {
            LogLikelihoodLattice::from_values(lattice, vec![-2.5; lattice.len()]).unwrap()
        };
        let field = LogLikelihoodField {
            inner: table(Lattice::new(6.0, 60)),
            outer: table(Lattice::new(24.0, 240)),
        };
        let q = BivariateGaussian::new([0.6, -0.5], [0.5, 0.3], -0.4).unwrap();
        let scene = Scene::new(field, q);
        let noise = Noise::new(7).take(200);
        let found = Readings::new(&scene, &model, &term, &q, &noise).unwrap();

        let draws = draw(&model, &term, &q, &noise).unwrap();
        assert_eq!(found.draws.latents, draws.latents);
        assert_eq!(found.draws.log_weights, draws.log_weights);
        assert_eq!(found.importance, importance(&draws.log_weights));
        assert_eq!(found.importance.draws.get(), 200);
        assert_eq!(found.effective_sample_size, effective_sample_size(&draws.log_weights));
        assert_eq!(found.max_share, max_share(&draws.log_weights));
        assert_eq!(found.k_hat, k_hat(&draws.log_weights));
        assert_eq!(found.pool(), Pool::of(&draws.log_weights));
        // The field of this scene is constant, so that its ELBO is another one: −2.5 − KL(q ‖ p(z)).
        let elbo = found.decomposition.elbo();
        assert!((elbo + 2.5 + q.kl_to_standard()).abs() < 1e-9, "{elbo}");
        let largest = found.draws.shares().fold(0.0, f64::max);
        assert!((largest - found.max_share.unwrap()).abs() < 1e-12);
    }
}
