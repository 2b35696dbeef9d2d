//! The mixture of proposals, as a rule of Gaussians (McLachlan & Peel 2000, Finite mixture models): the
//! q(z) for a posterior with several modes.

use rand::{Rng, RngExt};
use thiserror::Error;

use crate::density::{DensityError, DifferentiableDensity, LogDensity, Proposal};
use crate::evidence::log_sum_exp;

/// q(z) = Σ_c w_c q_c(z), the weights summing to 1; some of them may be 0.
///
/// # Formula
/// log q = LSE_c(log w_c + log q_c), shifted by its largest term: finite wherever one log q_c is.
/// ∇ log q = Σ_c r_c ∇ log q_c with the responsibilities r_c = w_c q_c / q. Draws are ancestral: a
/// component by the weights, then a point from it. The entropy has no closed form; see
/// [`entropy_estimate`](super::entropy_estimate).
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
        // A part that is not responsible says nothing, even where its gradient overflows.
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
pub(super) mod tests {
    use approx::{assert_abs_diff_eq, assert_relative_eq};
    use proptest::prelude::*;

    use super::super::{DiagonalGaussian, FullGaussian, checks};
    use super::*;

    /// Three Gaussians on the plane; mean (0.3, −0.1), covariance [[2.235, −0.76], [−0.76, 0.832]].
    pub fn known() -> Mixture<FullGaussian> {
        let component = |mean: [f64; 2], covariance: [f64; 4]| {
            FullGaussian::from_covariance(mean.to_vec(), &covariance).unwrap()
        };
        let components = vec![
            component([0.0, 0.0], [1.0, 0.3, 0.3, 0.5]),
            component([2.0, -1.0], [0.25, 0.0, 0.0, 0.04]),
            component([-1.5, 1.0], [0.5, -0.2, -0.2, 0.4]),
        ];
        Mixture::new(components, &[5.0, 3.0, 2.0]).unwrap()
    }

    /// A mixture on the line, from means, standard deviations and weights.
    fn line(parts: &[(f64, f64, f64)]) -> Mixture<DiagonalGaussian> {
        let components = parts
            .iter()
            .map(|&(mean, sd, _)| DiagonalGaussian::new(vec![mean], vec![sd]).unwrap())
            .collect();
        let weights: Vec<f64> = parts.iter().map(|part| part.2).collect();
        Mixture::new(components, &weights).unwrap()
    }

    #[test]
    fn density_gradient_and_responsibilities() {
        // mpmath with 60 digits. At the last two points every component is 0 in double precision.
        let table = [
            (
                [0.5, -0.25],
                -2.393_593_146_048_940_6,
                [-0.823_103_522_668_400_4, 0.979_606_921_895_840_3],
            ),
            (
                [2.0, -1.0],
                -0.737_713_063_388_416,
                [-0.004_917_651_691_141_283, 0.006_049_855_027_857_133],
            ),
            ([-40.0, 55.0], -3_812.843_524_246_969, [28.75, -120.625]),
            ([1000.0, -2000.0], -5_005_005.031_024_247, [-2.5, 5_001.25]),
        ];
        let q = known();
        for (z, log_density, gradient) in table {
            let (values, found) = q.log_densities_and_gradients(&z).unwrap();
            assert_relative_eq!(values[0], log_density, max_relative = 1e-14);
            assert_abs_diff_eq!(found[0], gradient[0], epsilon = 1e-11);
            assert_abs_diff_eq!(found[1], gradient[1], epsilon = 1e-11);
        }
        let shares = q.responsibilities(&[0.5, -0.25, 1000.0, -2000.0]).unwrap();
        let expected =
            [0.988_314_815_817_186_9, 5.134_609_702_956_656e-5, 0.011_633_838_085_783_525];
        for (found, expected) in shares.iter().zip(expected) {
            assert_relative_eq!(*found, expected, max_relative = 1e-13);
        }
        assert_eq!(shares[3..], [0.0, 0.0, 1.0]);
        assert_eq!(q.entropy(), None);
    }

    #[test]
    fn the_total_is_one() {
        // The narrowest standard deviation is 0.2.
        assert_abs_diff_eq!(checks::total_2d(&known(), 9.0, 0.1), 1.0, epsilon = 1e-12);
        let q = line(&[(0.0, 1.0, 0.5), (-3.0, 0.4, 0.2), (2.0, 0.3, 0.3)]);
        assert_abs_diff_eq!(checks::total_1d(&q, 0.0, 1.0), 1.0, epsilon = 1e-9);
    }

    #[test]
    fn draws_have_the_moments() {
        // 2·10⁵ draws. Exact deviation √(Σ_ii/N) of a mean; of a covariance at most √(1.4 Σ_ii Σ_jj/N)
        // for this mixture (4·10⁶ NumPy draws: 0.97, 1.14 and 1.34). 5 figures within 5 deviations:
        // false-alarm rate 3e-6 together.
        let count = 200_000;
        let (means, covariances) = checks::moments(&known(), &[0.3, -0.1], count, 24);
        let (variances, n) = ([2.235_f64, 0.832], count as f64);
        assert_abs_diff_eq!(means[0], 0.3, epsilon = 5.0 * (variances[0] / n).sqrt());
        assert_abs_diff_eq!(means[1], -0.1, epsilon = 5.0 * (variances[1] / n).sqrt());
        let reach = |i: usize, j: usize| 5.0 * (1.4 * variances[i] * variances[j] / n).sqrt();
        assert_abs_diff_eq!(covariances[0], 2.235, epsilon = reach(0, 0));
        assert_abs_diff_eq!(covariances[1], -0.76, epsilon = reach(0, 1));
        assert_abs_diff_eq!(covariances[3], 0.832, epsilon = reach(1, 1));
    }

    #[test]
    fn draws_come_from_the_components_by_their_weights() {
        // Components 100 apart, so that each draw tells where it came from. Binomial counts of 10⁵
        // draws, 5 deviations of √(w(1 − w)/N): false-alarm rate 2e-6 together.
        let weights = [0.0, 0.15, 0.0, 0.6, 0.25, 0.0];
        let parts: Vec<(f64, f64, f64)> =
            weights.iter().enumerate().map(|(c, w)| (100.0 * c as f64, 1.0, *w)).collect();
        let draws = checks::draws(&line(&parts), 100_000, 25);
        for (c, weight) in weights.into_iter().enumerate() {
            let near = |z: &&f64| (**z - 100.0 * c as f64).abs() < 50.0;
            let share = draws.iter().filter(near).count() as f64 / 1e5;
            let deviation = (weight * (1.0 - weight) / 1e5).sqrt();
            assert_abs_diff_eq!(share, weight, epsilon = 5.0 * deviation);
        }
    }

    #[test]
    fn a_weight_of_zero_is_no_component() {
        let with = line(&[(0.0, 1.0, 1.0), (5.0, 1e-3, 0.0), (2.0, 0.5, 3.0)]);
        let without = line(&[(0.0, 1.0, 1.0), (2.0, 0.5, 3.0)]);
        // At 5 the absent component has by far the largest density.
        for z in [0.0, 5.0, -1e4, 1e4] {
            let (found, expected) = (
                with.log_densities_and_gradients(&[z]).unwrap(),
                without.log_densities_and_gradients(&[z]).unwrap(),
            );
            assert_eq!(found, expected);
            assert!(found.0[0].is_finite() && found.1[0].is_finite());
            assert_eq!(with.responsibilities(&[z]).unwrap()[1], 0.0);
        }
    }

    #[test]
    fn where_even_the_logarithm_overflows_there_is_no_nan() {
        let q = line(&[(0.0, 1e-3, 1.0), (1.0, 1.0, 1.0)]);
        for z in [1e200, -1e200, f64::MAX] {
            let (values, gradient) = q.log_densities_and_gradients(&[z]).unwrap();
            assert_eq!(values[0], f64::NEG_INFINITY);
            assert!(!gradient[0].is_nan());
            assert_eq!(q.responsibilities(&[z]).unwrap(), [0.5, 0.5]);
        }
    }

    #[test]
    fn two_hundred_dimensions() {
        // Equal components are one component, however the weights are split.
        let one = DiagonalGaussian::new(vec![0.5; 200], vec![1e-3; 200]).unwrap();
        let q =
            Mixture::new(vec![one.clone(), one.clone(), one.clone()], &[0.2, 0.0, 0.8]).unwrap();
        let z: Vec<f64> = (0..400).map(|d| 0.5 + 1e-3 * f64::from(d).sin()).collect();
        let (values, gradients) = q.log_densities_and_gradients(&z).unwrap();
        let (expected, slopes) = one.log_densities_and_gradients(&z).unwrap();
        for (found, expected) in values.iter().zip(&expected).chain(gradients.iter().zip(&slopes)) {
            assert_relative_eq!(found, expected, max_relative = 1e-13);
        }
    }

    #[test]
    fn each_misfit_is_named() {
        let unit = |dimension| DiagonalGaussian::standard(dimension).unwrap();
        let new = |components, weights: &[f64]| Mixture::new(components, weights).unwrap_err();
        assert_eq!(new(vec![], &[]), MixtureError::Empty);
        let error = new(vec![unit(1)], &[0.5, 0.5]);
        assert_eq!(error, MixtureError::Count { components: 1, weights: 2 });
        let error = new(vec![unit(1), unit(2)], &[0.5, 0.5]);
        assert_eq!(error, MixtureError::Dimension { index: 1, expected: 1, found: 2 });
        for bad in [-0.5, f64::NAN, f64::INFINITY] {
            assert!(matches!(new(vec![unit(1); 2], &[1.0, bad]), MixtureError::Weight(_)), "{bad}");
        }
        assert_eq!(new(vec![unit(1); 2], &[0.0, 0.0]), MixtureError::Total(0.0));
        assert_eq!(new(vec![unit(1); 2], &[f64::MAX; 2]), MixtureError::Total(f64::INFINITY));
    }

    proptest! {
        #[test]
        fn the_gradient_is_the_slope(
            means in prop::array::uniform3(-3.0..3.0_f64),
            sds in prop::array::uniform3(0.05..2.0_f64),
            weights in prop::array::uniform3(0.01..1.0_f64),
            z in -5.0..5.0_f64,
        ) {
            let parts: Vec<_> = (0..3).map(|c| (means[c], sds[c], weights[c])).collect();
            // Between components the slope turns within a fraction of the narrowest.
            checks::assert_gradient(&line(&parts), &[z], &[0.02]);
        }

        #[test]
        fn it_lies_between_its_components_and_each_of_its_parts(
            means in prop::array::uniform3(-9.0..9.0_f64),
            sds in prop::array::uniform3(1e-3..2.0_f64),
            weights in prop::array::uniform3(0.0..1.0_f64),
            z in -1e4..1e4_f64,
        ) {
            prop_assume!(weights.iter().sum::<f64>() > 0.0);
            let parts: Vec<_> = (0..3).map(|c| (means[c], sds[c], weights[c])).collect();
            let q = line(&parts);
            let found = q.log_densities(&[z]).unwrap()[0];
            let components: Vec<f64> =
                q.components().iter().map(|c| c.log_densities(&[z]).unwrap()[0]).collect();
            let most = components.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let rounding = 1e-12 * (1.0 + found.abs());
            prop_assert!(found.is_finite() && found <= most + rounding);
            for (weight, component) in q.weights().iter().zip(components) {
                prop_assert!(found >= weight.ln() + component - rounding);
            }
            let total: f64 = q.responsibilities(&[z]).unwrap().iter().sum();
            prop_assert!((total - 1.0).abs() < 1e-12);
        }
    }
}
