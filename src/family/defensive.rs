//! The defensive mixture with the prior (Hesterberg 1995, Weighted average importance sampling and
//! defensive mixture distributions): no importance weight can exceed max p(x|z)/α.

use rand::{Rng, RngExt};
use thiserror::Error;

use super::diagonal_gaussian::DiagonalGaussian;
use super::gaussian_error::GaussianError;
use super::mixture::push_gradient;
use crate::density::{DensityError, DifferentiableDensity, LogDensity, Proposal};
use crate::log_sum_exp::log_sum_exp;

/// α N(0, I) + (1 − α) q for any proposal q.
///
/// # Formula
/// log q_α = LSE(log α + log N(z; 0, I), log(1 − α) + log q(z)), the balance heuristic: every draw is
/// weighed against the whole mixture, whichever part it came from. As q_α ≥ α p(z), the weight
/// p(x|z) p(z)/q_α(z) ≤ max p(x|z)/α, and the weights have all moments.
#[derive(Clone, Debug, PartialEq)]
pub struct Defensive<Q> {
    prior: DiagonalGaussian,
    prior_share: f64,
    log_shares: [f64; 2],
    q: Q,
}

/// Why there is no such mixture.
#[derive(Clone, Copy, Debug, Error, PartialEq)]
pub enum DefensiveError {
    /// A share of the prior outside (0, 1].
    #[error("the prior's share must be above 0 and at most 1, found {0}")]
    PriorShare(f64),
    /// A proposal without coordinates.
    #[error(transparent)]
    Prior(#[from] GaussianError),
}

impl<Q: Proposal> Defensive<Q> {
    /// Mixes the prior into `q`, with share α.
    ///
    /// # Errors
    /// [`DefensiveError`] if α is outside (0, 1], or q has no coordinate.
    pub fn new(prior_share: f64, q: Q) -> Result<Self, DefensiveError> {
        if !(prior_share > 0.0 && prior_share <= 1.0) {
            return Err(DefensiveError::PriorShare(prior_share));
        }
        let prior = DiagonalGaussian::standard(q.dimension())?;
        Ok(Self { prior, prior_share, log_shares: [prior_share.ln(), (-prior_share).ln_1p()], q })
    }

    /// α.
    pub fn prior_share(&self) -> f64 {
        self.prior_share
    }

    /// The proposal that is defended.
    pub fn inner(&self) -> &Q {
        &self.q
    }

    /// log α + log p(z) and log(1 − α) + log q(z).
    fn terms(&self, prior: f64, q: f64) -> [f64; 2] {
        [self.log_shares[0] + prior, self.log_shares[1] + q]
    }
}

impl<Q: Proposal> LogDensity for Defensive<Q> {
    fn dimension(&self) -> usize {
        self.q.dimension()
    }

    fn log_densities(&self, latents: &[f64]) -> Result<Vec<f64>, DensityError> {
        let parts =
            self.prior.log_densities(latents)?.into_iter().zip(self.q.log_densities(latents)?);
        Ok(parts.map(|(prior, q)| log_sum_exp(&self.terms(prior, q))).collect())
    }
}

impl<Q: Proposal + DifferentiableDensity> DifferentiableDensity for Defensive<Q> {
    fn log_densities_and_gradients(
        &self,
        latents: &[f64],
    ) -> Result<(Vec<f64>, Vec<f64>), DensityError> {
        let dimension = self.dimension();
        let (prior, prior_slopes) = self.prior.log_densities_and_gradients(latents)?;
        let (q, q_slopes) = self.q.log_densities_and_gradients(latents)?;
        let mut log_densities = Vec::with_capacity(q.len());
        let mut gradients = Vec::with_capacity(latents.len());
        let slopes = prior_slopes.chunks_exact(dimension).zip(q_slopes.chunks_exact(dimension));
        for ((prior, q), (prior_slope, q_slope)) in prior.into_iter().zip(q).zip(slopes) {
            let terms = self.terms(prior, q);
            log_densities.push(log_sum_exp(&terms));
            push_gradient(&mut gradients, &terms, &[prior_slope, q_slope], dimension);
        }
        Ok((log_densities, gradients))
    }
}

impl<Q: Proposal> Proposal for Defensive<Q> {
    fn draw(&self, count: usize, rng: &mut dyn Rng) -> Vec<f64> {
        let mut latents = Vec::with_capacity(count * self.dimension());
        for _ in 0..count {
            let from_prior = rng.random::<f64>() < self.prior_share;
            let part: &dyn Proposal = if from_prior { &self.prior } else { &self.q };
            latents.extend(part.draw(1, rng));
        }
        latents
    }

    /// `None`: a mixture has none in closed form.
    fn entropy(&self) -> Option<f64> {
        None
    }
}

#[cfg(test)]
mod tests {
    use std::f64::consts::{LN_2, PI, TAU};
    use std::num::NonZeroUsize;

    use approx::{assert_abs_diff_eq, assert_relative_eq};
    use proptest::prelude::*;
    use rand::SeedableRng;
    use rand_pcg::Pcg64Mcg;

    use super::super::{BivariateGaussian, Mixture, StudentT, checks};
    use super::*;
    use crate::evidence::{log_mean_exp, weigh};

    /// z ~ N(0, 1), x | z ~ N(z², 0.3²) at x = 2.25: modes near −1.5 and 1.5.
    struct TwoModes;

    /// log p(x) of [`TwoModes`], nats; mpmath.
    const LOG_EVIDENCE: f64 = -2.420_831_455;

    /// log of the largest p(x|z), reached at z² = x.
    fn max_log_likelihood() -> f64 {
        -0.3_f64.ln() - 0.5 * TAU.ln()
    }

    impl LogDensity for TwoModes {
        fn dimension(&self) -> usize {
            1
        }

        fn log_densities(&self, latents: &[f64]) -> Result<Vec<f64>, DensityError> {
            let log_joint = |&z: &f64| {
                let residual = (2.25 - z * z) / 0.3;
                max_log_likelihood() - 0.5 * residual * residual - 0.5 * z * z - 0.5 * TAU.ln()
            };
            Ok(latents.iter().map(log_joint).collect())
        }
    }

    fn gaussian(mean: f64, sd: f64) -> DiagonalGaussian {
        DiagonalGaussian::new(vec![mean], vec![sd]).unwrap()
    }

    fn log_weights(q: &dyn Proposal, count: usize, seed: u64) -> Vec<f64> {
        let (count, mut rng) = (NonZeroUsize::new(count).unwrap(), Pcg64Mcg::seed_from_u64(seed));
        weigh(&TwoModes, q, count, &mut rng).unwrap().as_slice().to_vec()
    }

    #[test]
    fn densities_by_hand() {
        // ½ N(0, 1) + ½ Cauchy at 0: ½(1/√2π + 1/π).
        let cauchy = StudentT::new(&[0.0], &[1.0], &[1.0]).unwrap();
        let q = Defensive::new(0.5, cauchy).unwrap();
        let expected = (0.5 * (1.0 / TAU.sqrt() + 1.0 / PI)).ln();
        assert_abs_diff_eq!(q.log_densities(&[0.0]).unwrap()[0], expected, epsilon = 1e-15);
        // At 1000 the prior is e⁻⁵⁰⁰⁰⁰⁰ and only ½ of the Cauchy is left.
        let tail = -(PI * 1_000_001.0).ln() - LN_2;
        assert_abs_diff_eq!(q.log_densities(&[1000.0]).unwrap()[0], tail, epsilon = 1e-13);
        assert_eq!(q.entropy(), None);
        // All prior: q has no part in it, not even where it has all the density.
        let prior = Defensive::new(1.0, gaussian(3.0, 1e-3)).unwrap();
        let found = prior.log_densities(&[3.0]).unwrap()[0];
        assert_abs_diff_eq!(found, -4.5 - 0.5 * TAU.ln(), epsilon = 1e-14);
    }

    #[test]
    fn it_is_the_mixture_with_the_prior() {
        let prior = BivariateGaussian::standard();
        let inner = BivariateGaussian::new([1.0, -2.0], [0.1, 0.4], 0.7).unwrap();
        let mixture = Mixture::new(vec![prior, inner], &[0.25, 0.75]).unwrap();
        let q = Defensive::new(0.25, inner).unwrap();
        let z = [0.0, 0.0, 1.0, -2.0, 0.8, -2.5, -30.0, 40.0];
        let (found, slopes) = q.log_densities_and_gradients(&z).unwrap();
        let (expected, expected_slopes) = mixture.log_densities_and_gradients(&z).unwrap();
        for (a, b) in found.iter().chain(&slopes).zip(expected.iter().chain(&expected_slopes)) {
            assert_relative_eq!(*a, *b, max_relative = 1e-12, epsilon = 1e-12);
        }
        assert_abs_diff_eq!(checks::total_2d(&q, 9.0, 0.06), 1.0, epsilon = 1e-12);
    }

    #[test]
    fn the_missed_mode_is_found() {
        // Settings "the missed mode": the best Gaussian stays ln 2 too low. With a tenth of the prior
        // r = w/p(x) ≤ 10 max p(x|z)/p(x) = 150, so χ² ≤ 149 and 4·10⁵ draws have a relative
        // deviation below 0.0193; 5 of them, false-alarm rate 6e-7.
        let best = gaussian(1.474_432, 0.101_734);
        let alone = log_mean_exp(&log_weights(&best, 400_000, 41));
        assert_abs_diff_eq!(alone, LOG_EVIDENCE - LN_2, epsilon = 0.01);
        let defended = Defensive::new(0.1, best).unwrap();
        let ratio = (log_mean_exp(&log_weights(&defended, 400_000, 42)) - LOG_EVIDENCE).exp();
        assert_abs_diff_eq!(ratio, 1.0, epsilon = 5.0 * (149.0_f64 / 4e5).sqrt());
        assert!((ratio - 1.0).abs() < 0.1, "{ratio}");
    }

    /// The largest possible log-weight: w ≤ max p(x|z)/α.
    fn log_weight_bound<Q: Proposal>(q: &Defensive<Q>) -> f64 {
        max_log_likelihood() - q.prior_share().ln()
    }

    #[test]
    fn any_proposal_is_defended() {
        // Only known as a proposal: a needle that would have weights of every size.
        let needle: &dyn Proposal = &gaussian(0.3, 1e-3);
        let worst = log_weights(needle, 10_000, 43).into_iter().fold(f64::NEG_INFINITY, f64::max);
        let q = Defensive::new(0.2, needle).unwrap();
        let bound = log_weight_bound(&q);
        let found = log_weights(&q, 10_000, 44);
        assert!(found.iter().all(|l| *l <= bound));
        // The bound is nearly reached where the likelihood is largest; the needle has no draws there.
        let most = found.into_iter().fold(f64::NEG_INFINITY, f64::max);
        assert!(most > bound - 0.01 && worst < bound - 10.0, "{most} {worst} {bound}");
    }

    #[test]
    fn draws_come_from_both_parts() {
        // 10⁵ draws, a share 0.3 of the prior: those near 50 are q's. Binomial, 5 deviations of
        // √(0.21/N): false-alarm rate 6e-7.
        let q = Defensive::new(0.3, gaussian(50.0, 1.0)).unwrap();
        let far = checks::draws(&q, 100_000, 45).into_iter().filter(|z| *z > 25.0).count();
        assert_abs_diff_eq!(far as f64 / 1e5, 0.7, epsilon = 5.0 * (0.21_f64 / 1e5).sqrt());
    }

    #[test]
    fn a_share_outside_its_range_is_refused() {
        for bad in [0.0, -0.1, 1.1, f64::NAN] {
            let error = Defensive::new(bad, gaussian(0.0, 1.0)).unwrap_err();
            assert!(matches!(error, DefensiveError::PriorShare(_)), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn no_weight_is_above_the_bound(
            share in 1e-6..1.0_f64, mean in -5.0..5.0_f64, log_sd in -7.0..3.0_f64, z in -8.0..8.0_f64,
        ) {
            let q = Defensive::new(share, gaussian(mean, log_sd.exp())).unwrap();
            let bound = log_weight_bound(&q);
            // Anywhere, and where q has its density and where the likelihood is largest.
            for z in [z, mean, 1.5, -1.5] {
                let joint = TwoModes.log_densities(&[z]).unwrap()[0];
                let log_weight = joint - q.log_densities(&[z]).unwrap()[0];
                prop_assert!(log_weight <= bound + 1e-12 * joint.abs());
            }
        }

        #[test]
        fn the_gradient_is_the_slope(
            share in 0.01..1.0_f64, mean in -3.0..3.0_f64, sd in 0.05..3.0_f64, z in -5.0..5.0_f64,
        ) {
            let q = Defensive::new(share, gaussian(mean, sd)).unwrap();
            checks::assert_gradient(&q, &[z], &[0.02]);
        }
    }
}
