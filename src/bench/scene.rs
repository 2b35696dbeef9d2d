//! One x under one model: everything that does not depend on q.

use crate::exact::{ExactEvidence, LogLikelihoodField, exact_elbo, exact_evidence};
use crate::family::{BivariateGaussian, log_prior};

/// The exact log p(x|z) of one x under one model, and results that follow from it.
#[derive(Clone, Debug)]
pub struct Scene {
    /// log p(x|z) over the latent plane.
    pub field: LogLikelihoodField,
    /// Exact log p(x).
    pub evidence: ExactEvidence,
    /// The encoder's q(z|x).
    pub encoder: BivariateGaussian,
    /// Exact ELBO of the encoder's q, in nats.
    pub encoder_elbo: f64,
}

impl Scene {
    /// Integrates the field.
    pub fn new(field: LogLikelihoodField, encoder: BivariateGaussian) -> Self {
        let evidence = exact_evidence(&field);
        let encoder_elbo = exact_elbo(&encoder, &field);
        Self { field, evidence, encoder, encoder_elbo }
    }

    /// log p(z|x) at every node of the inner lattice less its maximum there, in nats, the second coordinate running
    /// fastest.
    pub fn relative_log_posterior(&self) -> Vec<f64> {
        let field = &self.field.inner;
        let (lattice, side) = (field.lattice(), field.lattice().side());
        let log_joint = move |(index, log_likelihood): (usize, &f64)| {
            let z = [lattice.coordinate(index / side), lattice.coordinate(index % side)];
            log_likelihood + log_prior(z)
        };
        let log_joints = field.values().iter().enumerate().map(log_joint).collect();
        below_the_peak(log_joints)
    }
}

/// Each number less the largest.
pub fn below_the_peak(mut values: Vec<f64>) -> Vec<f64> {
    let most = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    values.iter_mut().for_each(|value| *value -= most);
    values
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exact::{Lattice, LogLikelihoodLattice};

    fn flat_field(value: f64) -> LogLikelihoodField {
        let table = |lattice: Lattice| {
            LogLikelihoodLattice::from_values(lattice, vec![value; lattice.len()]).unwrap()
        };
        LogLikelihoodField {
            inner: table(Lattice::new(6.0, 120)),
            outer: table(Lattice::new(24.0, 240)),
        }
    }

    #[test]
    fn the_posterior_of_a_flat_likelihood_is_the_prior() {
        let scene = Scene::new(flat_field(-3.5), BivariateGaussian::standard());
        assert!((scene.evidence.log_evidence + 3.5).abs() < 1e-9);
        assert!((scene.encoder_elbo + 3.5).abs() < 1e-9);
        let lattice = scene.field.inner.lattice();
        let relative = scene.relative_log_posterior();
        assert_eq!(relative.len(), lattice.len());
        for (index, found) in relative.into_iter().enumerate() {
            let z = [
                lattice.coordinate(index / lattice.side()),
                lattice.coordinate(index % lattice.side()),
            ];
            let expected = -0.5 * (z[0] * z[0] + z[1] * z[1]);
            assert!((found - expected).abs() < 1e-12, "{z:?}");
        }
    }

    #[test]
    fn an_encoder_that_ran_off_has_an_elbo_below_the_evidence() {
        // log p(x|z) = −170 everywhere: the ELBO is −170 − KL(q ‖ p(z)) wherever q is.
        for (mean, sd) in
            [([40.0, 0.0], [0.5, 0.5]), ([0.0, 0.0], [20.0, 20.0]), ([20.0, 0.0], [3.0, 3.0])]
        {
            let encoder = BivariateGaussian::new(mean, sd, 0.0).unwrap();
            let scene = Scene::new(flat_field(-170.0), encoder);
            let expected = -170.0 - encoder.kl_to_standard();
            assert!(
                (scene.encoder_elbo - expected).abs() < 1e-6,
                "{} {expected}",
                scene.encoder_elbo
            );
        }
    }
}
