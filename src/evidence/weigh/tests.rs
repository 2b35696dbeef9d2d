//! Tests of weighting: one proposal, several proposals, and their variances.

use approx::{assert_abs_diff_eq, assert_relative_eq};
use proptest::prelude::*;
use rand::SeedableRng;
use rand_pcg::Pcg64Mcg;

use super::super::known_weights::{self, LOG_EVIDENCE, NARROW, PRIOR, WIDE};
use super::super::{elbo, importance, log_mean_exp};
use super::*;
use crate::family::DiagonalGaussian;
use crate::known_gaussian::{self, POSTERIOR_MEAN, POSTERIOR_VARIANCE};

/// The model of which every number is known, except that it is `outside` for z < `from`.
struct Joint {
    from: f64,
    outside: f64,
}

const JOINT: Joint = Joint { from: f64::NEG_INFINITY, outside: 0.0 };

impl LogDensity for Joint {
    fn dimension(&self) -> usize {
        1
    }

    fn log_densities(&self, latents: &[f64]) -> Result<Vec<f64>, DensityError> {
        let mut log_joints = known_gaussian::model().log_densities(latents)?;
        for (log_joint, z) in log_joints.iter_mut().zip(latents) {
            if *z < self.from {
                *log_joint = self.outside;
            }
        }
        Ok(log_joints)
    }
}

fn gaussian(mean: f64, variance: f64) -> DiagonalGaussian {
    DiagonalGaussian::new(vec![mean], vec![variance.sqrt()]).unwrap()
}

fn nonzero(count: usize) -> NonZeroUsize {
    NonZeroUsize::new(count).unwrap()
}

fn rng(seed: u64) -> Pcg64Mcg {
    Pcg64Mcg::seed_from_u64(seed)
}

/// log-weights of one proposal.
fn weighed(joint: &Joint, q: &dyn Proposal, count: usize, seed: u64) -> LogWeights {
    weigh(joint, q, nonzero(count), &mut rng(seed)).unwrap()
}

#[test]
fn the_weights_are_those_of_the_oracle() {
    // The same stream of noise through formulas written apart from these, over several blocks.
    for (proposal, seed) in [(WIDE, 1), (NARROW, 2), (PRIOR, 3)] {
        let count = 2 * BLOCK + 7;
        let expected = known_weights::gaussian(proposal, count, seed);
        let found = weighed(&JOINT, &gaussian(proposal.mean, proposal.variance), count, seed);
        for (found, expected) in found.as_slice().iter().zip(expected.as_slice()) {
            assert_abs_diff_eq!(found, expected, epsilon = 1e-12);
        }
        assert_eq!(found.len().get(), count);
    }
}

#[test]
fn the_posterior_weighs_every_draw_the_same() {
    // E[w] = p(x) without variance, and ELBO = log p(x).
    let q = gaussian(POSTERIOR_MEAN, POSTERIOR_VARIANCE);
    for log_weight in weighed(&JOINT, &q, 1000, 4).as_slice() {
        assert_abs_diff_eq!(*log_weight, LOG_EVIDENCE, epsilon = 1e-12);
    }
}

#[test]
fn the_mean_weight_is_unbiased() {
    // 10⁶ draws: exact relative deviation √(χ²/N) of the mean weight, 5 of them, and of the mean
    // log-weight √(Var/N). False-alarm rate 1e-6 together.
    let count = 1_000_000;
    let weights = weighed(&JOINT, &gaussian(WIDE.mean, WIDE.variance), count, 5);
    let deviation = (WIDE.chi_squared / count as f64).sqrt();
    let ratio = (log_mean_exp(weights.as_slice()) - LOG_EVIDENCE).exp();
    assert_abs_diff_eq!(ratio, 1.0, epsilon = 5.0 * deviation);
    let deviation = (WIDE.log_weight_variance / count as f64).sqrt();
    let bound = elbo(&weights).elbo;
    assert_abs_diff_eq!(bound, LOG_EVIDENCE - WIDE.kl, epsilon = 5.0 * deviation);
}

#[test]
fn a_joint_of_zero_gives_a_weight_of_zero() {
    let joint = Joint { from: 0.5, outside: f64::NEG_INFINITY };
    let weights = weighed(&joint, &gaussian(0.5, 0.4), 1000, 6);
    let zeros = weights.as_slice().iter().filter(|l| **l == f64::NEG_INFINITY).count();
    // Half of the draws: 500 ± 15.8, 5 deviations, false-alarm rate 6e-7.
    assert!((421..=579).contains(&zeros), "{zeros}");
}

#[test]
fn what_has_no_weight_is_an_error() {
    let q = gaussian(0.5, 0.4);
    for outside in [f64::NAN, f64::INFINITY] {
        let joint = Joint { from: 0.5, outside };
        let error = weigh(&joint, &q, nonzero(100), &mut rng(7)).unwrap_err();
        assert!(matches!(error, WeighError::Weights(_)), "{outside}");
        let error = multiple_importance(&joint, &[(&q, nonzero(100))], &mut rng(7));
        assert!(matches!(error.unwrap_err(), WeighError::Weights(_)), "{outside}");
    }
    let plane = DiagonalGaussian::standard(2).unwrap();
    let error = weigh(&JOINT, &plane, nonzero(1), &mut rng(7)).unwrap_err();
    assert!(matches!(error, WeighError::Dimension { joint: 1, proposal: 0, found: 2 }));
    let pair: [(&dyn Proposal, NonZeroUsize); 2] = [(&q, nonzero(1)), (&plane, nonzero(1))];
    let error = multiple_importance(&JOINT, &pair, &mut rng(7)).unwrap_err();
    assert!(matches!(error, WeighError::Dimension { joint: 1, proposal: 1, found: 2 }));
    let error = multiple_importance(&JOINT, &[], &mut rng(7)).unwrap_err();
    assert!(matches!(error, WeighError::NoProposal));
    let pair: [(&dyn Proposal, NonZeroUsize); 2] = [(&q, NonZeroUsize::MAX), (&q, nonzero(1))];
    let error = multiple_importance(&JOINT, &pair, &mut rng(7)).unwrap_err();
    assert!(matches!(error, WeighError::TooMany));
}

/// Always draws 1, where its density has the stated value.
struct Stuck(f64);

impl LogDensity for Stuck {
    fn dimension(&self) -> usize {
        1
    }

    fn log_densities(&self, latents: &[f64]) -> Result<Vec<f64>, DensityError> {
        Ok(vec![self.0; latents.len()])
    }
}

impl Proposal for Stuck {
    fn draw(&self, count: usize, _: &mut dyn Rng) -> Vec<f64> {
        vec![1.0; count]
    }

    fn entropy(&self) -> Option<f64> {
        None
    }
}

#[test]
fn a_draw_outside_its_own_proposal_is_an_error() {
    // Both would give −∞ − (−∞) or worse where the joint is 0 too.
    for bad in [f64::NEG_INFINITY, f64::INFINITY, f64::NAN] {
        let error = weigh(&JOINT, &Stuck(bad), nonzero(3), &mut rng(8)).unwrap_err();
        let expected = matches!(error, WeighError::OutsideProposal { proposal: 0, index: 0, .. });
        assert!(expected, "{bad}");
    }
    // Another proposal's zero there is nothing to object to: log Σ = log ½ − 2.
    let pair: [(&dyn Proposal, NonZeroUsize); 2] =
        [(&Stuck(-2.0), nonzero(1)), (&gaussian(-90.0, 1e-3), nonzero(1))];
    let weights = multiple_importance(&JOINT, &pair, &mut rng(8)).unwrap();
    let joint = JOINT.log_densities(&[1.0]).unwrap()[0];
    let expected = joint + 2.0 + 2.0_f64.ln();
    assert!(weights.as_slice().iter().any(|l| (l - expected).abs() < 1e-14));
}

/// Two proposals with counts, and the exact relative variance of the mean of N = n₁ + n₂ weights
/// with these counts, and if each draw chose its proposal by lot; quadrature by mpmath, 25 digits.
struct Pair {
    proposals: [(f64, f64, usize); 2],
    stratified: f64,
    independent: f64,
}

const NARROW_AND_PRIOR: Pair = Pair {
    proposals: [(0.5, 0.1, 3), (0.0, 1.0, 1)],
    stratified: 0.278_329_634_413_998,
    independent: 0.278_556_783_508_822,
};

const AWAY_AND_PRIOR: Pair = Pair {
    proposals: [(3.0, 0.25, 1), (0.0, 1.0, 2)],
    stratified: 0.625_522_054_215_415,
    independent: 0.780_063_116_859_501,
};

impl Pair {
    /// Mean weight over p(x), for `times` as many draws.
    fn ratio(&self, times: usize, rng: &mut Pcg64Mcg) -> f64 {
        let [(m1, v1, n1), (m2, v2, n2)] = self.proposals;
        let (first, second) = (gaussian(m1, v1), gaussian(m2, v2));
        let proposals: [(&dyn Proposal, NonZeroUsize); 2] =
            [(&first, nonzero(times * n1)), (&second, nonzero(times * n2))];
        let weights = multiple_importance(&JOINT, &proposals, rng).unwrap();
        assert_eq!(weights.len().get(), times * (n1 + n2));
        (log_mean_exp(weights.as_slice()) - LOG_EVIDENCE).exp()
    }
}

#[test]
fn several_proposals_are_unbiased_with_a_handful_of_draws() {
    // 50 000 estimates of 4 and of 3 draws. The mean of their ratios to p(x) is within 5 exact
    // deviations of 1, false-alarm rate 6e-7 each: 0.012 and 0.018. With equal shares instead of
    // those of the counts it would be off by 0.06 and 0.32.
    for (pair, seed) in [(&NARROW_AND_PRIOR, 9), (&AWAY_AND_PRIOR, 10)] {
        let mut rng = rng(seed);
        let (count, mut sum, mut squares) = (50_000, 0.0, 0.0);
        for _ in 0..count {
            let error = pair.ratio(1, &mut rng) - 1.0;
            sum += error / f64::from(count);
            squares += error * error / f64::from(count);
        }
        let deviation = (pair.stratified / f64::from(count)).sqrt();
        assert_abs_diff_eq!(sum, 0.0, epsilon = 5.0 * deviation);
        // The ratios have a kurtosis of 5.6 and 2.5 (simulated apart), so that the mean square has
        // a relative deviation of at most √(4.6/50 000) = 0.0096; 6 of them, rate below 1e-8.
        // That tells the second pair's variance from that of independent draws, 25 % above.
        assert_relative_eq!(squares, pair.stratified, max_relative = 0.06);
    }
    let excess = AWAY_AND_PRIOR.independent / AWAY_AND_PRIOR.stratified;
    assert!(excess > 1.2);
}

#[test]
fn many_draws_of_several_proposals() {
    // N = 4·10⁵ and 3·10⁵ draws, 5 exact deviations: false-alarm rate 6e-7 each.
    for (pair, seed) in [(&NARROW_AND_PRIOR, 11), (&AWAY_AND_PRIOR, 12)] {
        let times = 100_000;
        let deviation = (pair.stratified / times as f64).sqrt();
        let ratio = pair.ratio(times, &mut rng(seed));
        assert_abs_diff_eq!(ratio, 1.0, epsilon = 5.0 * deviation);
    }
}

#[test]
fn the_standard_error_for_independent_weights_is_not_too_small() {
    // 3·10⁴ draws: the usual error is that of independent draws, to within 10 % (10 of its
    // own deviations: the weights have a kurtosis of about 3), so above the true one.
    let q = [gaussian(3.0, 0.25), gaussian(0.0, 1.0)];
    let proposals: [(&dyn Proposal, NonZeroUsize); 2] =
        [(&q[0], nonzero(10_000)), (&q[1], nonzero(20_000))];
    let weights = multiple_importance(&JOINT, &proposals, &mut rng(13)).unwrap();
    let stderr = importance(&weights).log_stderr.unwrap();
    let variance = stderr * stderr * 10_000.0;
    assert_relative_eq!(variance, AWAY_AND_PRIOR.independent, max_relative = 0.1);
    assert!(variance > AWAY_AND_PRIOR.stratified);
}

#[test]
fn the_order_of_the_weights_is_random() {
    // Draws of a proposal far from the posterior weigh less than all others: had they stayed in
    // their order, the first half would be theirs. By lot, 500 ± 11.2 of 1000: 5 deviations,
    // false-alarm rate 6e-7.
    let (far, near) = (gaussian(-20.0, 0.01), gaussian(0.8, 0.2));
    let pair: [(&dyn Proposal, NonZeroUsize); 2] = [(&far, nonzero(1000)), (&near, nonzero(1000))];
    let weights = multiple_importance(&JOINT, &pair, &mut rng(14)).unwrap();
    let light = weights.as_slice()[..1000].iter().filter(|l| **l < -200.0).count();
    assert!((444..=556).contains(&light), "{light}");
}

proptest! {
    #[test]
    fn one_proposal_alone_is_weighed_as_ever(
        mean in -3.0..3.0_f64, variance in 0.01..4.0_f64, count in 1..50_usize, seed: u64,
    ) {
        let q = gaussian(mean, variance);
        let alone = weigh(&JOINT, &q, nonzero(count), &mut rng(seed)).unwrap();
        let several = multiple_importance(&JOINT, &[(&q, nonzero(count))], &mut rng(seed)).unwrap();
        let sorted = |weights: LogWeights| {
            let mut sorted = weights.as_slice().to_vec();
            sorted.sort_by(f64::total_cmp);
            sorted
        };
        prop_assert_eq!(sorted(alone), sorted(several));
    }

    #[test]
    fn a_split_proposal_is_the_same_mixture(
        mean in -3.0..3.0_f64, variance in 0.01..4.0_f64, first in 1..20_usize, seed: u64,
    ) {
        // q twice, with any counts: the mixture is q, and the same draws have the same weights.
        let q = gaussian(mean, variance);
        let split: [(&dyn Proposal, NonZeroUsize); 2] = [(&q, nonzero(first)), (&q, nonzero(7))];
        let split = multiple_importance(&JOINT, &split, &mut rng(seed)).unwrap();
        let whole = [(&q as &dyn Proposal, nonzero(first + 7))];
        let whole = multiple_importance(&JOINT, &whole, &mut rng(seed)).unwrap();
        for (a, b) in split.as_slice().iter().zip(whole.as_slice()) {
            prop_assert!((a - b).abs() < 1e-12 * (1.0 + a.abs()));
        }
    }
}
