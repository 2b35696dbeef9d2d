//! The mixture of proposals, as a rule of Gaussians (McLachlan & Peel 2000, Finite mixture models): the
//! q(z) for a posterior with several modes.

use rand::{Rng, RngExt};
use thiserror::Error;

use crate::density::{DensityError, DifferentiableDensity, LogDensity, Proposal};
use crate::log_sum_exp::log_sum_exp;

/// q(z) = Σ_c w_c q_c(z), the weights summing to 1; some of them may be 0.
///
/// # Formula
/// log q = LSE_c(log w_c + log q_c), shifted by its largest term: finite wherever one log q_c is.
/// ∇ log q = Σ_c r_c ∇ log q_c with the responsibilities r_c = w_c q_c / q. Draws are ancestral: a
/// component by the weights, then a point from it. The entropy has no closed form.
#[derive(Clone, Debug, PartialEq)]
pub struct Mixture<P> {
    components: Vec<P>,
    weights: Vec<f64>,
    log_weights: Vec<f64>,
    // Partial sums of the weights, the last exactly 1.
    cumulative: Vec<f64>,
}

/// Why components and weights are no mixture.
#[derive(Clone, Copy, Debug, Error, PartialEq)]
pub enum MixtureError {
    /// No component.
    #[error("a mixture needs at least one component")]
    Empty,
    /// Not one weight for each component.
    #[error("{components} components need as many weights, found {weights}")]
    Count {
        /// Number of components.
        components: usize,
        /// Number of weights.
        weights: usize,
    },
    /// A weight that is negative, NaN or infinite.
    #[error("a weight must be finite and not negative, found {0}")]
    Weight(f64),
    /// All weights are 0, or their sum overflows.
    #[error("the weights must have a positive and finite sum, found {0}")]
    Total(f64),
    /// Components over different spaces.
    #[error("component {index} has {found} coordinates, the first has {expected}")]
    Dimension {
        /// Which component, counted from 0.
        index: usize,
        /// Coordinates of the first.
        expected: usize,
        /// Coordinates of this one.
        found: usize,
    },
}

impl<P: Proposal> Mixture<P> {
    /// Builds the mixture; the weights are divided by their sum.
    ///
    /// # Errors
    /// [`MixtureError`] says what does not fit.
    pub fn new(components: Vec<P>, weights: &[f64]) -> Result<Self, MixtureError> {
        let Some(first) = components.first() else {
            return Err(MixtureError::Empty);
        };
        if components.len() != weights.len() {
            let (components, weights) = (components.len(), weights.len());
            return Err(MixtureError::Count { components, weights });
        }
        let expected = first.dimension();
        for (index, component) in components.iter().enumerate() {
            let found = component.dimension();
            if found != expected {
                return Err(MixtureError::Dimension { index, expected, found });
            }
        }
        if let Some(&bad) = weights.iter().find(|&&weight| !(weight.is_finite() && weight >= 0.0)) {
            return Err(MixtureError::Weight(bad));
        }
        let sums = weights.iter().scan(0.0, |sum, weight| {
            *sum += weight;
            Some(*sum)
        });
        let mut cumulative: Vec<f64> = sums.collect();
        let total = cumulative[cumulative.len() - 1];
        if !(total > 0.0 && total.is_finite()) {
            return Err(MixtureError::Total(total));
        }
        cumulative.iter_mut().for_each(|sum| *sum /= total);
        let weights: Vec<f64> = weights.iter().map(|weight| weight / total).collect();
        let log_weights = weights.iter().map(|weight| weight.ln()).collect();
        Ok(Self { components, weights, log_weights, cumulative })
    }

    /// The components.
    pub fn components(&self) -> &[P] {
        &self.components
    }

    /// The weights, which sum to 1.
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// r_c(z) = w_c q_c(z)/q(z) for every row z, [count, C]: the probability that z came from c.
    ///
    /// # Errors
    /// [`DensityError`] if a component could not be evaluated.
    pub fn responsibilities(&self, latents: &[f64]) -> Result<Vec<f64>, DensityError> {
        let parts = self.log_densities_of_components(latents)?;
        let rows = latents.len() / self.dimension();
        Ok((0..rows).flat_map(|row| responsibilities(&self.terms(&parts, row))).collect())
    }

    fn log_densities_of_components(&self, latents: &[f64]) -> Result<Vec<Vec<f64>>, DensityError> {
        self.components.iter().map(|component| component.log_densities(latents)).collect()
    }

    /// log w_c + log q_c at a row.
    fn terms(&self, log_densities: &[Vec<f64>], row: usize) -> Vec<f64> {
        let each = self.log_weights.iter().zip(log_densities);
        each.map(|(log_weight, log_densities)| log_weight + log_densities[row]).collect()
    }
}

/// The share of each term in the sum of all; equal shares where every term is zero in double
/// precision and nothing is known.
pub(super) fn responsibilities(log_terms: &[f64]) -> Vec<f64> {
    let largest = log_terms.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if largest == f64::NEG_INFINITY {
        return vec![1.0 / log_terms.len() as f64; log_terms.len()];
    }
    // Divided by their sum rather than by exp(LSE): they add up to 1 however large the logarithms.
    let mut shares: Vec<f64> = log_terms.iter().map(|term| (term - largest).exp()).collect();
    let total: f64 = shares.iter().sum();
    shares.iter_mut().for_each(|share| *share /= total);
    shares
}

/// Adds the gradients at a row, each times its responsibility, to `gradients`.
pub(super) fn push_gradient(
    gradients: &mut Vec<f64>,
    log_terms: &[f64],
    gradients_of_parts: &[&[f64]],
    dimension: usize,
) {
    let start = gradients.len();
    gradients.resize(start + dimension, 0.0);
    for (share, part) in responsibilities(log_terms).into_iter().zip(gradients_of_parts) {
        // A component without responsibility contributes nothing, even where its gradient overflows.
        if share > 0.0 {
            for (sum, slope) in gradients[start..].iter_mut().zip(*part) {
                *sum += share * slope;
            }
        }
    }
}

impl<P: Proposal> LogDensity for Mixture<P> {
    fn dimension(&self) -> usize {
        // `new` refuses a mixture of nothing.
        self.components[0].dimension()
    }

    fn log_densities(&self, latents: &[f64]) -> Result<Vec<f64>, DensityError> {
        let parts = self.log_densities_of_components(latents)?;
        let rows = latents.len() / self.dimension();
        Ok((0..rows).map(|row| log_sum_exp(&self.terms(&parts, row))).collect())
    }
}

impl<P: Proposal + DifferentiableDensity> DifferentiableDensity for Mixture<P> {
    fn log_densities_and_gradients(
        &self,
        latents: &[f64],
    ) -> Result<(Vec<f64>, Vec<f64>), DensityError> {
        let evaluated = self.components.iter().map(|c| c.log_densities_and_gradients(latents));
        let (values, slopes): (Vec<_>, Vec<_>) =
            evaluated.collect::<Result<Vec<_>, _>>()?.into_iter().unzip();
        let dimension = self.dimension();
        let mut log_densities = Vec::with_capacity(latents.len() / dimension);
        let mut gradients = Vec::with_capacity(latents.len());
        for row in 0..latents.len() / dimension {
            let terms = self.terms(&values, row);
            log_densities.push(log_sum_exp(&terms));
            let at_row: Vec<&[f64]> =
                slopes.iter().map(|s| &s[row * dimension..(row + 1) * dimension]).collect();
            push_gradient(&mut gradients, &terms, &at_row, dimension);
        }
        Ok((log_densities, gradients))
    }
}

impl<P: Proposal> Proposal for Mixture<P> {
    fn draw(&self, count: usize, rng: &mut dyn Rng) -> Vec<f64> {
        let mut latents = Vec::with_capacity(count * self.dimension());
        for _ in 0..count {
            let uniform: f64 = rng.random();
            // The first sum above u ∈ [0, 1): there is one, the last being 1, and it is not that of
            // a weight of zero, which adds nothing to the sum before it.
            let component = self.cumulative.partition_point(|sum| *sum <= uniform);
            latents.extend(self.components[component].draw(1, rng));
        }
        latents
    }

    fn entropy(&self) -> Option<f64> {
        None
    }
}

#[cfg(test)]
pub(super) mod tests;
