//! Tests of the enumeration against closed forms and plain sums.

use approx::{assert_abs_diff_eq, assert_relative_eq};
use proptest::prelude::*;

use super::*;
use crate::family::{BernoulliBits, BitsError, is_one};
use crate::model::{BinaryLatentError, IndependentBits, SigmoidBeliefNet};

/// Every quantity from all states at once, without a walk and without slices.
struct BruteForce {
    posterior: Vec<f64>,
    log_evidence: f64,
}

impl BruteForce {
    fn new(model: &impl BinaryLatent) -> Self {
        let joint: Vec<f64> = (0..1 << model.bits()).map(|state| model.log_joint(state)).collect();
        let most = joint.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let sum: f64 = joint.iter().map(|l| (l - most).exp()).sum();
        let log_evidence = most + sum.ln();
        let posterior = joint.iter().map(|l| (l - log_evidence).exp()).collect();
        Self { posterior, log_evidence }
    }

    fn sum(&self, f: impl Fn(u32, f64) -> f64) -> f64 {
        (0..).zip(&self.posterior).map(|(state, p)| f(state, *p)).sum()
    }
}

fn close(found: f64, expected: f64) -> bool {
    (found - expected).abs() < 1e-12 * expected.abs().max(1.0)
}

#[test]
fn the_gray_code_visits_every_state_once_and_flips_one_bit() {
    let mut gray = GrayWalk::new(12).unwrap();
    let mut states: Vec<u32> = Vec::new();
    let mut blocks = 0;
    // Slices that do not divide the block.
    while !gray.is_done() {
        let mut context = (&mut states, &mut blocks);
        gray.advance(
            700,
            &mut context,
            |state| state,
            |walk, bit| *walk ^= 1 << bit,
            |(states, _), state, walk| {
                assert_eq!(state, *walk);
                states.push(state);
            },
            |(_, blocks)| **blocks += 1,
        );
    }
    assert_eq!(blocks, 4);
    assert!(states.windows(2).all(|pair| (pair[0] ^ pair[1]).is_power_of_two()));
    states.sort_unstable();
    assert!(states.iter().copied().eq(0..4096));
}

#[test]
fn twenty_independent_bits_against_the_closed_form() {
    // (2(π² + (1 − π)²))²⁰ − 1 in whole numbers.
    for (p, variance) in [(0.9, 19_808.657_231_120_746), (0.99, 702_899.539_757_898_1)] {
        let model = IndependentBits::new(&[p; 20]).unwrap();
        let found = Enumeration::run(model.clone()).unwrap();
        assert_abs_diff_eq!(found.log_evidence, -20.0 * std::f64::consts::LN_2, epsilon = 1e-12);
        assert_relative_eq!(found.uniform_variance, variance, max_relative = 1e-11);
        assert_relative_eq!(found.prior_variance, found.uniform_variance, max_relative = 1e-11);
        assert_abs_diff_eq!(found.entropy, model.posterior().entropy(), epsilon = 1e-11);
        assert!(found.marginals.iter().all(|marginal| (marginal - p).abs() < 1e-12));
        assert_eq!(found.mode, (1 << 20) - 1);
    }
}

#[test]
fn twenty_bits_under_a_factorised_q_against_the_closed_form() {
    let model = IndependentBits::new(&[0.9; 20]).unwrap();
    let q = BernoulliBits::new(&[0.8; 20]).unwrap();
    let found = ProposalEnumeration::run(model.clone(), q, model.log_evidence()).unwrap();
    let (p, q) = ([0.9, 0.1_f64], [0.8, 0.2_f64]);
    let sum = |f: fn(f64, f64) -> f64| f(p[0], q[0]) + f(p[1], q[1]);
    assert_abs_diff_eq!(found.kl_posterior, 20.0 * sum(|p, q| q * (q / p).ln()), epsilon = 1e-11);
    let reversed = 20.0 * sum(|p, q| p * (p / q).ln());
    assert_abs_diff_eq!(found.kl_from_posterior, reversed, epsilon = 1e-11);
    let chi_square = sum(|p, q| p * p / q).powi(20) - 1.0;
    assert_relative_eq!(found.chi_square, chi_square, max_relative = 1e-11);
    assert!(found.identity_residual() < 1e-11, "{found:?}");
}

#[test]
fn a_network_is_counted_the_same_in_slices() {
    // Rebuilding keeps rounding small: against states computed one by one.
    let net = SigmoidBeliefNet::random(14, 20, 1.5, 8).unwrap();
    let whole = Enumeration::run(net.clone()).unwrap();
    let mut sliced = Enumeration::new(net.clone()).unwrap();
    let mut slices = 0;
    while !sliced.is_done() {
        assert_abs_diff_eq!(sliced.progress(), 999.0 * f64::from(slices) / 16_384.0);
        sliced.advance(999);
        slices += 1;
    }
    assert_eq!((slices, sliced.progress()), (17, 1.0));
    sliced.advance(5);
    assert_eq!(sliced.finish(), whole);
    assert_abs_diff_eq!(whole.log_evidence, BruteForce::new(&net).log_evidence, epsilon = 1e-12);
}

#[test]
fn more_states_than_can_be_counted_are_refused() {
    for bits in [0, 21, 32, 64] {
        let refused = GrayWalk::<()>::new(bits).err();
        assert_eq!(refused, Some(BitsError::Count(bits).into()));
    }
}

#[test]
fn a_proposal_of_another_length_is_refused() {
    let model = IndependentBits::new(&[0.9; 3]).unwrap();
    let q = BernoulliBits::new(&[0.5; 4]).unwrap();
    let refused = ProposalEnumeration::run(model, q, 0.0).err();
    assert_eq!(refused, Some(BinaryLatentError::Size { what: "q", expected: 3, found: 4 }));
}

#[test]
fn a_proposal_with_a_certain_bit_is_refused() {
    let model = IndependentBits::new(&[0.9; 3]).unwrap();
    let q = BernoulliBits::new(&[0.5, 0.5, 1.0]).unwrap();
    let refused = ProposalEnumeration::run(model, q, 0.0).err();
    assert_eq!(refused, Some(BinaryLatentError::Certain(2)));
}

#[test]
fn at_the_posterior_every_gap_is_zero() {
    let model = IndependentBits::new(&[0.9, 0.2, 0.6]).unwrap();
    let q = model.posterior().clone();
    let found = ProposalEnumeration::run(model.clone(), q, model.log_evidence()).unwrap();
    for gap in [found.kl_posterior, found.kl_from_posterior, found.chi_square] {
        assert_abs_diff_eq!(gap, 0.0, epsilon = 1e-15);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn networks_against_brute_force(
        bits in 1..=10_usize, outputs in 0..12_usize, spread in 0.1..4.0_f64, seed: u64,
    ) {
        let net = SigmoidBeliefNet::random(bits, outputs, spread, seed).unwrap();
        let brute = BruteForce::new(&net);
        let found = Enumeration::run(net.clone()).unwrap();
        prop_assert!(close(found.log_evidence, brute.log_evidence));
        for (bit, marginal) in found.marginals.iter().enumerate() {
            let expected = brute.sum(|state, p| p * f64::from(u8::from(is_one(state, bit))));
            prop_assert!(close(*marginal, expected));
        }
        let entropy = brute.sum(|_, p| if p > 0.0 { -p * p.ln() } else { 0.0 });
        prop_assert!(close(found.entropy, entropy));
        let squares = brute.sum(|_, p| p * p) * f64::from(1 << bits);
        prop_assert!(close(found.uniform_variance, squares - 1.0));
        let over_prior = brute.sum(|state, p| p * p / net.log_prior(state).exp());
        prop_assert!(close(found.prior_variance, over_prior - 1.0));
        let highest = brute.posterior.iter().copied().fold(0.0, f64::max);
        prop_assert!(close(brute.posterior[found.mode as usize], highest));
    }

    #[test]
    fn proposals_against_brute_force_and_in_their_order(
        outputs in 0..12_usize, spread in 0.1..4.0_f64, seed: u64,
        q in prop::collection::vec(0.01..0.99_f64, 1..=10),
    ) {
        let net = SigmoidBeliefNet::random(q.len(), outputs, spread, seed).unwrap();
        let q = BernoulliBits::new(&q).unwrap();
        let brute = BruteForce::new(&net);
        let truth = Enumeration::run(net.clone()).unwrap();
        let found =
            ProposalEnumeration::run(net.clone(), q.clone(), truth.log_evidence).unwrap();
        let log_q = |state| q.log_mass(state);
        let elbo = brute.sum(|state, _| log_q(state).exp() * (net.log_joint(state) - log_q(state)));
        prop_assert!(close(found.elbo(), elbo));
        let term = |state, p: f64| if p > 0.0 { p * (p.ln() - log_q(state)) } else { 0.0 };
        let reversed = brute.sum(term);
        prop_assert!(close(found.kl_from_posterior, reversed));
        let chi_square = brute.sum(|state, p| p * p / log_q(state).exp()) - 1.0;
        prop_assert!(close(found.chi_square, chi_square));
        prop_assert!(found.identity_residual() < 1e-11 * (1.0 + elbo.abs()));
        prop_assert!(found.kl_posterior >= -1e-12 && found.chi_square >= -1e-12);
        prop_assert!(found.elbo() <= truth.log_evidence + 1e-12);
        prop_assert!(truth.log_evidence <= found.eubo() + 1e-12);
    }

    #[test]
    fn uniform_and_prior_sampling_are_importance_sampling(bits in 1..=8_usize, seed: u64) {
        let net = SigmoidBeliefNet::random(bits, 6, 2.0, seed).unwrap();
        let truth = Enumeration::run(net.clone()).unwrap();
        let chi_square = |q: BernoulliBits| {
            ProposalEnumeration::run(net.clone(), q, truth.log_evidence).unwrap().chi_square
        };
        let uniform = BernoulliBits::new(&vec![0.5; bits]).unwrap();
        prop_assert!(close(chi_square(uniform), truth.uniform_variance));
        prop_assert!(close(chi_square(net.prior().clone()), truth.prior_variance));
    }
}
