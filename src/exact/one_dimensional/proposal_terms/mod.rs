//! The terms of one q on the line: every term of the ELBO, the upper bound, and the path to the posterior.

use super::density::LineDensity;
use super::kronrod::QuadratureError;
use super::measure::{LineMeasure, LineNode};
use super::posterior::LinePosterior;
use crate::exact::{Decomposition, WeightNode};

/// Change of the log-weight on one panel of fifteen nodes, in nats: e^{−s w} is resolved to ten digits on it.
const NATS_PER_PANEL: f64 = 1.5;

impl LinePosterior {
    /// Every term of the three decompositions of the ELBO, each an integral of its own; that of a
    /// Gaussian q to the prior, and its entropy, in closed form.
    ///
    /// # Errors
    /// [`QuadratureError`] if a term is infinite (a tail of q too heavy for log p(x|z)) or cannot be
    /// resolved.
    pub fn decomposition(&self, q: &LineDensity) -> Result<Decomposition, QuadratureError> {
        let model = self.model();
        let measure = self.under(q)?;
        let (kl_prior, entropy) = match q.as_gaussian() {
            Some(q) => (
                0.5 * (q.variance + q.mean * q.mean - 1.0 - q.variance.ln()),
                0.5 * (1.0 + (std::f64::consts::TAU * q.variance).ln()),
            ),
            None => (
                measure.mean_nats(|z| q.log_density(z) - model.log_prior(z))?,
                measure.mean(|z| -q.log_density(z))?,
            ),
        };
        Ok(Decomposition {
            reconstruction: measure.mean(|z| model.log_likelihood(z))?,
            kl_prior,
            expected_log_joint: measure.mean(|z| model.log_joint(z))?,
            entropy,
            kl_posterior: measure.mean_nats(|z| q.log_density(z) - self.log_density(z))?,
            log_evidence: self.log_evidence(),
        })
    }

    /// The exact ELBO of q in nats, E_q ℓ.
    ///
    /// # Errors
    /// [`QuadratureError`] if it is −∞ or cannot be resolved.
    pub fn elbo(&self, q: &LineDensity) -> Result<f64, QuadratureError> {
        self.under(q)?.mean(|z| self.log_weight(q, z))
    }

    /// Var_q ℓ in nats²: the variance of a Monte-Carlo ELBO of one draw.
    ///
    /// # Errors
    /// [`QuadratureError`] if it is infinite or cannot be resolved.
    pub fn log_weight_variance(&self, q: &LineDensity) -> Result<f64, QuadratureError> {
        let measure = self.under(q)?;
        let mean = measure.mean(|z| self.log_weight(q, z))?;
        measure.mean_nats(|z| (self.log_weight(q, z) - mean).powi(2))
    }

    /// KL(p(z|x)‖q) in nats: by how much the EUBO is above log p(x).
    ///
    /// # Errors
    /// [`QuadratureError`] if it is infinite or cannot be resolved.
    pub fn kl_from_posterior(&self, q: &LineDensity) -> Result<f64, QuadratureError> {
        let posterior = self.measure(|z| self.model().log_joint(z), q.landmarks())?;
        posterior.mean_nats(|z| self.log_density(z) - q.log_density(z))
    }

    /// The evidence upper bound in nats, E_{p(z|x)} ℓ.
    ///
    /// # Errors
    /// [`QuadratureError`] if it is +∞ or cannot be resolved.
    pub fn eubo(&self, q: &LineDensity) -> Result<f64, QuadratureError> {
        self.along_path(q, 1.0)
    }

    /// E_{π_β} ℓ in nats for π_β ∝ q^{1−β} p(x,z)^β: the integrand of thermodynamic integration
    /// (Masrani, Le & Wood 2019), the ELBO at β = 0 and the EUBO at β = 1.
    ///
    /// # Errors
    /// [`QuadratureError`] if it is infinite or cannot be resolved.
    pub fn along_path(&self, q: &LineDensity, beta: f64) -> Result<f64, QuadratureError> {
        let log_path = |z: f64| match beta {
            // Not 0 · ∞ where either is zero.
            0.0 => q.log_density(z),
            1.0 => self.model().log_joint(z),
            _ => (1.0 - beta) * q.log_density(z) + beta * self.model().log_joint(z),
        };
        self.measure(log_path, q.landmarks())?.mean(|z| self.log_weight(q, z))
    }

    /// Nodes of a quadrature rule for q that also resolves the posterior: E_q f ≈ Σ w_i f(z_i).
    ///
    /// # Errors
    /// [`QuadratureError`] if q cannot be resolved.
    pub fn proposal_nodes(&self, q: &LineDensity) -> Result<Vec<LineNode>, QuadratureError> {
        Ok(self.under(q)?.nodes())
    }

    /// Nodes of a quadrature rule for q that resolves functions of the weight, too: its logarithm changes by
    /// a nat and a half at most from one panel to the next, however narrow q is.
    ///
    /// # Errors
    /// [`QuadratureError`] if q cannot be resolved.
    pub fn weight_nodes(&self, q: &LineDensity) -> Result<Vec<WeightNode>, QuadratureError> {
        let log_weight = |z: f64| self.log_weight(q, z);
        let nodes = self.under(q)?.nodes_for(log_weight, NATS_PER_PANEL);
        let node =
            |node: &LineNode| WeightNode { log_weight: log_weight(node.z), share: node.weight };
        Ok(nodes.iter().map(node).collect())
    }

    /// ℓ(z) = log p(x, z) − log q(z) in nats.
    pub fn log_weight(&self, q: &LineDensity, z: f64) -> f64 {
        self.model().log_joint(z) - q.log_density(z)
    }

    /// q as a measure on panels that follow the posterior too.
    fn under<'q>(
        &self,
        q: &'q LineDensity,
    ) -> Result<LineMeasure<impl Fn(f64) -> f64 + use<'q>>, QuadratureError> {
        self.measure(|z| q.log_density(z), q.landmarks())
    }
}

#[cfg(test)]
mod tests;
