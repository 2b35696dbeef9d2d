//! Tests of the terms of q on the line against the Gaussian oracle and mpmath.

use approx::assert_abs_diff_eq;
use proptest::prelude::*;

use super::*;
use crate::density::{DensityError, LogDensity};
use crate::exact::one_dimensional::Landmark;
use crate::known_gaussian::{NOISE_SD, OBSERVATION, OFFSET, PROPOSALS, WEIGHT};
use crate::model::{Link, NonlinearGaussian};

fn truth(link: Link, [w, b, s, x]: [f64; 4]) -> LinePosterior {
    LinePosterior::new(NonlinearGaussian::new(link, w, b, s, x).unwrap()).unwrap()
}

fn gaussian(mean: f64, variance: f64) -> LineDensity<'static> {
    LineDensity::gaussian(mean, variance).unwrap()
}

const ORACLE: [f64; 4] = [WEIGHT, OFFSET, NOISE_SD, OBSERVATION];

#[test]
fn the_oracle_by_mpmath() {
    let truth = truth(Link::Linear, ORACLE);
    for known in PROPOSALS {
        let q = gaussian(known.mean, known.variance);
        let found = truth.decomposition(&q).unwrap();
        for (found, expected) in [
            (found.reconstruction, known.reconstruction),
            (found.kl_prior, known.kl_prior),
            (found.entropy, known.entropy),
            (found.kl_posterior, known.kl),
            (found.elbo(), known.elbo),
            (truth.elbo(&q).unwrap(), known.elbo),
            (truth.kl_from_posterior(&q).unwrap(), known.reverse_kl),
            (truth.eubo(&q).unwrap(), known.eubo),
            (truth.log_weight_variance(&q).unwrap(), known.log_weight_variance),
        ] {
            assert_abs_diff_eq!(found, expected, epsilon = 1e-10);
        }
        assert!(found.identity_residual() < 1e-12, "{found:?}");
    }
}

#[test]
fn a_kink_and_many_modes_by_mpmath() {
    // 30 digits: E_q log p(x|z), KL(q‖p(z|x)), KL(p(z|x)‖q).
    let (abs, sine) = ([1.2, -0.3, 0.4, 0.9], [1.5, 0.2, 0.25, 0.9]);
    let needle = 1e-6;
    let angle = 0.523_598_775_598_298_8;
    for (link, parameters, q, expected) in [
        (
            Link::Abs,
            abs,
            (0.8, 0.15),
            [-0.808_083_583_262_908_2, 0.738_634_692_622_974_2, 4.194_988_931_705_766],
        ),
        (
            Link::Abs,
            abs,
            (0.0, 1.0),
            [-1.821_686_754_104_729_3, 0.908_677_871_021_854_6, 0.426_265_057_733_947_33],
        ),
        (
            Link::Sine,
            sine,
            (0.5, 0.3),
            [-2.851_483_968_865_877, 1.961_906_090_572_475, 0.714_408_180_364_406_1],
        ),
        (
            Link::Sine,
            sine,
            (0.0, 1.0),
            [-11.234_626_622_955_268, 9.968_062_342_498_898, 1.207_418_892_708_431_3],
        ),
        (
            Link::Square,
            [1.0, 0.0, 1e-3, 2.25],
            (1.5, needle),
            [1.488_815_245_777_464_5, 3.594_537_202_077_095_2, 2_249_999.544_353_68],
        ),
        (
            Link::Sine,
            [2.0, 0.0, 1e-3, 1.0],
            (angle, needle),
            [4.488_817_870_776_777, 0.488_612_317_768_958_6, 90_404.095_138_528_11],
        ),
        (
            Link::Abs,
            [1.0, 0.0, 1e-3, 5e-4],
            (0.0, needle),
            [5.762_759_026_178_897, 0.050_258_232_580_202_2, 0.055_379_138_585_913_75],
        ),
    ] {
        let truth = truth(link, parameters);
        let q = gaussian(q.0, q.1);
        let terms = truth.decomposition(&q).unwrap();
        let reversed = truth.kl_from_posterior(&q).unwrap();
        let found = [terms.reconstruction, terms.kl_posterior, reversed];
        for (found, expected) in found.into_iter().zip(expected) {
            let tolerance = 1e-10 * f64::max(1.0, expected);
            assert!((found - expected).abs() < tolerance, "{link:?} {q:?}: {found} {expected}");
        }
    }
}

#[test]
fn the_missed_mode() {
    // Known answers: log p = −2.420831455, gap of the best Gaussian 0.6968.
    let truth = truth(Link::Square, [1.0, 0.0, 0.3, 2.25]);
    assert_abs_diff_eq!(truth.log_evidence(), -2.420_831_455, epsilon = 5e-10);
    let one = truth.decomposition(&gaussian(1.474_432, 0.101_734_f64.powi(2))).unwrap();
    assert_abs_diff_eq!(one.kl_posterior, 0.6968, epsilon = 5e-5);
    // With both modes in q, a mixture given by its function, almost ln 2 of it is gone.
    let both = [-1.474_432, 1.474_432].map(|at| Landmark { at, scale: 0.101_734 });
    let mixture = LineDensity::new(both.to_vec(), |z| {
        let component = |m: f64| (-0.5 * ((z - m) / 0.101_734).powi(2)).exp();
        let sum = component(1.474_432) + component(-1.474_432);
        if sum > 0.0 {
            sum.ln() - (2.0 * 0.101_734 * std::f64::consts::TAU.sqrt()).ln()
        } else {
            // Far out, where both underflow, the nearer one alone.
            -0.5 * ((z.abs() - 1.474_432) / 0.101_734).powi(2)
                - (2.0 * 0.101_734 * std::f64::consts::TAU.sqrt()).ln()
        }
    })
    .unwrap();
    let both = truth.decomposition(&mixture).unwrap();
    assert_abs_diff_eq!(
        one.kl_posterior - both.kl_posterior,
        std::f64::consts::LN_2,
        epsilon = 1e-10
    );
    assert!(both.identity_residual() < 1e-9, "{both:?}");
}

#[test]
fn mode_seeking_flips() {
    // Known answers: the best q of each kind, here found by a search over v, and over m too.
    let best = |truth: &LinePosterior, means: &[f64]| {
        let mut least = f64::INFINITY;
        for &m in means {
            for step in 0..60 {
                let sd = 0.04 * 1.07_f64.powi(step);
                least = least.min(truth.decomposition(&gaussian(m, sd * sd)).unwrap().kl_posterior);
            }
        }
        least
    };
    let around: Vec<f64> = (0..30).map(|i| 0.7 + 0.012 * f64::from(i)).collect();
    for (s, symmetric, one) in [(0.5, 0.548, 0.726), (0.3, 2.29, 0.723)] {
        let truth = truth(Link::Square, [1.0, 0.0, s, 1.0]);
        // The grid is near the optimum, where the gap is flat: three digits.
        assert_abs_diff_eq!(best(&truth, &[0.0]), symmetric, epsilon = 6e-3);
        assert_abs_diff_eq!(best(&truth, &around), one, epsilon = 2e-3);
    }
}

#[test]
fn the_width_of_the_thermodynamic_sandwich() {
    // Known answers: (EUBO − ELBO)/T = .4521/.0452/.0045, and left and right sums enclose log p(x).
    let truth = truth(Link::Linear, ORACLE);
    let q = gaussian(0.5, 0.4);
    let at = |step: u32| truth.along_path(&q, f64::from(step) / 10.0).unwrap();
    let values: Vec<f64> = (0..=10).map(at).collect();
    let left = values[..10].iter().sum::<f64>() / 10.0;
    let right = values[1..].iter().sum::<f64>() / 10.0;
    assert_abs_diff_eq!(values[10] - values[0], 0.4521, epsilon = 5e-5);
    assert_abs_diff_eq!(right - left, 0.04521, epsilon = 5e-6);
    assert!(left < truth.log_evidence() && truth.log_evidence() < right);
    assert!(values.windows(2).all(|pair| pair[0] < pair[1]));
}

#[test]
fn nodes_give_the_terms_again() {
    let truth = truth(Link::Sine, [1.5, 0.2, 0.25, 0.9]);
    let q = gaussian(0.5, 0.3);
    let nodes = truth.proposal_nodes(&q).unwrap();
    let elbo: f64 = nodes.iter().map(|node| node.weight * truth.log_weight(&q, node.z)).sum();
    assert_abs_diff_eq!(elbo, truth.elbo(&q).unwrap(), epsilon = 1e-11);
}

#[test]
fn a_tail_too_heavy_for_the_likelihood_is_infinite() {
    let truth = truth(Link::Linear, ORACLE);
    let origin = vec![Landmark { at: 0.0, scale: 1.0 }];
    let log_cauchy = |z: f64| -(std::f64::consts::PI * (1.0 + z * z)).ln();
    let cauchy = LineDensity::new(origin, log_cauchy).unwrap();
    let found = truth.elbo(&cauchy);
    assert!(matches!(found, Err(QuadratureError::Infinite { .. })), "{found:?}");
    // The other way round nothing is wrong.
    assert!(truth.kl_from_posterior(&cauchy).unwrap() > 0.0);
}

#[test]
fn any_density_of_one_dimension_is_a_proposal_and_a_broken_one_an_error() {
    struct Broken;
    impl LogDensity for Broken {
        fn dimension(&self) -> usize {
            1
        }
        fn log_densities(&self, _: &[f64]) -> Result<Vec<f64>, DensityError> {
            Err(DensityError::Network(candle_core::Error::Msg("out of order".into())))
        }
    }
    let truth = truth(Link::Linear, ORACLE);
    let origin = vec![Landmark { at: 0.0, scale: 1.0 }];
    let broken = LineDensity::from_density(&Broken, origin.clone()).unwrap();
    assert!(truth.elbo(&broken).is_err());

    // A model whose x does not depend on z is N(0, 1) times a constant: here the prior itself.
    let noise = 1.0 / std::f64::consts::TAU.sqrt();
    let prior = NonlinearGaussian::new(Link::Linear, 0.0, 0.0, noise, 0.0).unwrap();
    let prior = LineDensity::from_density(&prior, origin).unwrap();
    let expected = truth.elbo(&gaussian(0.0, 1.0)).unwrap();
    assert_abs_diff_eq!(truth.elbo(&prior).unwrap(), expected, epsilon = 1e-11);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_elbo_three_ways(
        link in prop::sample::select(Link::ALL.to_vec()),
        w in -3.0..3.0_f64, b in -1.0..1.0_f64, log_s in -6.9..1.0_f64, x in -4.0..4.0_f64,
        m in -4.0..4.0_f64, log_v in -14.0..2.2_f64,
    ) {
        let truth = truth(link, [w, b, log_s.exp(), x]);
        let q = gaussian(m, log_v.exp());
        let found = truth.decomposition(&q).unwrap();
        // The terms are as large as (x/s)²: of such a number nine digits and more.
        let size = 1.0 + found.reconstruction.abs();
        prop_assert!(found.identity_residual() < 1e-9 * size, "{:?}", found);
        prop_assert!(found.kl_posterior > -1e-11 * size, "{:?}", found);
        prop_assert!((truth.elbo(&q).unwrap() - found.elbo()).abs() < 1e-9 * size);
        // EUBO = log p(x) + KL(p(z|x)‖q), and ELBO ≤ log p(x) ≤ EUBO.
        let above = truth.kl_from_posterior(&q).unwrap();
        let eubo = truth.eubo(&q).unwrap();
        prop_assert!(above > -1e-9);
        prop_assert!((eubo - truth.log_evidence() - above).abs() < 1e-9 * (1.0 + above));
    }
}

#[test]
fn where_q_is_the_posterior_nothing_is_left_but_rounding() {
    // μ and τ² of the oracle, to the last digit and the one beside it; and a posterior that is the prior.
    for (mean, variance) in [
        (0.778_546_712_802_768_2, 0.221_453_287_197_231_84),
        (0.778_546_712_802_768_3, 0.221_453_287_197_231_8),
    ] {
        let (truth, q) = (truth(Link::Linear, ORACLE), gaussian(mean, variance));
        let terms = truth.decomposition(&q).unwrap();
        assert_abs_diff_eq!(terms.kl_posterior, 0.0, epsilon = 1e-13);
        assert_abs_diff_eq!(truth.kl_from_posterior(&q).unwrap(), 0.0, epsilon = 1e-13);
        assert_abs_diff_eq!(truth.log_weight_variance(&q).unwrap(), 0.0, epsilon = 1e-13);
    }
    for link in Link::ALL {
        let truth = truth(link, [0.0, 0.25, 0.8, 1.75]);
        let terms = truth.decomposition(&gaussian(0.0, 1.0)).unwrap();
        assert_abs_diff_eq!(terms.kl_posterior, 0.0, epsilon = 1e-13);
        assert_abs_diff_eq!(terms.elbo(), truth.log_evidence(), epsilon = 1e-12);
    }
}
