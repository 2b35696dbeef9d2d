//! Tests of the exact IWAE curve against closed forms and double sums.

use approx::assert_abs_diff_eq;
use proptest::prelude::*;

use super::*;
use crate::density::LogDensity;
use crate::exact::field::tests::tabulated;
use crate::exact::gaussian_oracle::{GaussianOracle, tests::known_oracle};
use crate::exact::{LatticePair, exact_elbo, exact_evidence};
use crate::family::StudentT;
use crate::known_gaussian::{self, PROPOSALS};

fn k(k: usize) -> NonZeroUsize {
    NonZeroUsize::new(k).unwrap()
}

/// q of the oracle by the trapezoid rule, `reach` deviations to each side.
fn nodes(oracle: &GaussianOracle, reach: f64, step: f64) -> Vec<WeightNode> {
    let (mean, sd) = (oracle.proposal().mean(), oracle.proposal().variance().sqrt());
    let half = (reach / step) as i32;
    let node = |index: i32| {
        let deviations = f64::from(index) * step;
        let log_weight = oracle.log_weight(mean + sd * deviations);
        WeightNode { log_weight, share: (-0.5 * deviations * deviations).exp() }
    };
    (-half..=half).map(node).collect()
}

#[test]
fn gaussian_oracle() {
    // Values by mpmath, ten decimals, the second (narrow) with weights of infinite variance; the
    // one of K = 2 also by direct double quadrature. K = 1 is the ELBO in closed form.
    for q in PROPOSALS {
        let oracle = known_oracle(q.mean, q.variance);
        let curve = IwaeCurve::new(&nodes(&oracle, 37.0, 0.05)).unwrap();
        assert_abs_diff_eq!(curve.limit(), oracle.log_evidence(), epsilon = 1e-11);
        assert_abs_diff_eq!(curve.at(k(1)), oracle.elbo(), epsilon = 1e-11);
        for (count, gap) in q.iwae_gaps {
            let expected = oracle.log_evidence() + gap;
            assert_abs_diff_eq!(curve.at(k(count)), expected, epsilon = 1.5e-10);
        }
    }
}

/// log-weights of Exp(1) weights at the level of −170: the density of x = log w is e^{x − e^x}.
fn exponential() -> IwaeCurve {
    let node = |index: i32| {
        let x = f64::from(index) * 0.05;
        WeightNode { log_weight: x - 170.0, share: (x - x.exp()).exp() }
    };
    IwaeCurve::new(&(-800..=90).map(node).collect::<Vec<_>>()).unwrap()
}

#[test]
fn exponential_weights() {
    // ψ(K) − ln K by mpmath.
    let exact = [
        (1, -0.577_215_664_901_532_9),
        (2, -0.270_362_845_461_478_15),
        (4, -0.130_176_692_688_090_3),
        (8, -0.063_800_063_724_225_97),
        (16, -0.031_575_393_912_320_67),
        (64, -0.007_832_844_555_435_87),
        (1_000_000, -5.000_000_833_333_333e-7),
    ];
    let curve = exponential();
    for (count, exact) in exact {
        assert_abs_diff_eq!(curve.at(k(count)), exact - 170.0, epsilon = 2e-12);
    }
    assert_abs_diff_eq!(curve.at(NonZeroUsize::MAX), -170.0, epsilon = 1e-12);
}

#[test]
fn weights_over_thousands_of_nats() {
    // Half of the draws weigh 1, half e^{−5000}: L_K = −5000/2^K + Σ over the count of ones.
    let node = |log_weight| WeightNode { log_weight, share: 1.0 };
    let curve = IwaeCurve::new(&[node(0.0), node(-5000.0)]).unwrap();
    assert_abs_diff_eq!(curve.at(k(1)), -2500.0, epsilon = 1e-8);
    // K = 2: both 0 (¼), one −log 2 (½), none −5000 (¼).
    let expected = -0.5 * 2.0_f64.ln() - 1250.0;
    assert_abs_diff_eq!(curve.at(k(2)), expected, epsilon = 1e-8);
}

#[test]
fn weights_over_more_nats_than_can_be_counted() {
    // Each draw weighs 1 (½), e^{−10²⁰} (¼) or e^{−10³⁰⁰} (¼): all K are without a 1 with
    // probability 2^{−K}, and without one of the second kind with 4^{−K}.
    let node = |log_weight, share| WeightNode { log_weight, share };
    let nodes = [node(-1e300, 0.25), node(0.0, 0.5), node(-1e20, 0.25)];
    let curve = IwaeCurve::new(&nodes).unwrap();
    assert_abs_diff_eq!(curve.limit(), -(2.0_f64.ln()), epsilon = 1e-15);
    for count in [1, 2, 3, 20] {
        let (half, quarter) = (0.5_f64.powi(count), 0.25_f64.powi(count));
        let expected = -1e20 * (half - quarter) - 1e300 * quarter;
        let found = curve.at(k(count as usize));
        assert_abs_diff_eq!(found / expected, 1.0, epsilon = 1e-13);
    }
    // At K = 1000 that has gone; what is left is the log of the share of ones among 1000 tosses of
    // a coin, by the delta method: the next order is about 2/K³.
    let expected = -(2.0_f64.ln()) - 0.5e-3 - 0.75e-6;
    assert_abs_diff_eq!(curve.at(k(1000)), expected, epsilon = 4e-9);
}

/// A Student t of ν degrees, m = ½ and s = 0.6 before the oracle's posterior, on a rule that
/// reaches to 10¹⁵ s: z = m + s sinh t.
fn student(degrees: f64) -> IwaeCurve {
    let q = StudentT::new(&[0.5], &[0.6], &[degrees]).unwrap();
    let step = 0.004;
    let node = |index: i32| {
        let t = f64::from(index) * step;
        let z = [0.5 + 0.6 * t.sinh()];
        let log_q = q.log_densities(&z).unwrap()[0];
        let log_joint = known_gaussian::model().log_densities(&z).unwrap()[0];
        WeightNode { log_weight: log_joint - log_q, share: 0.6 * t.cosh() * log_q.exp() }
    };
    IwaeCurve::new(&(-8750..=8750).map(node).collect::<Vec<_>>()).unwrap()
}

#[test]
fn heavy_tails() {
    // K = 1 in closed form, from the entropy and the variance of the t. The others by SciPy: φ by
    // adaptive quadrature in z up to u = 10⁴, then, where it falls as u^{−ν/2}, from the t's own
    // distribution function; for the Cauchy at K = 3 what is left of it beyond 10¹⁴ is 4e-8.
    let oracle = known_oracle(0.5, 0.36);
    let log_evidence = oracle.log_evidence();
    let curve = student(3.0);
    assert_abs_diff_eq!(curve.limit(), log_evidence, epsilon = 1e-11);
    assert_abs_diff_eq!(curve.at(k(1)) - log_evidence, -1.516_132_051_329_609, epsilon = 1e-10);
    for (count, gap) in [
        (2, -0.181_787_516),
        (3, -0.089_753_124),
        (4, -0.060_770_316),
        (8, -0.027_172_790),
        (64, -0.003_147_804),
    ] {
        assert_abs_diff_eq!(curve.at(k(count)) - log_evidence, gap, epsilon = 2e-9);
    }
    // Cauchy: E L_1 and E L_2 are −∞, which no finite rule can say.
    let curve = student(1.0);
    for (count, gap) in
        [(3, -0.349_166_95), (4, -0.146_311_89), (8, -0.051_610_46), (64, -0.005_714_02)]
    {
        assert_abs_diff_eq!(curve.at(k(count)) - log_evidence, gap, epsilon = 4e-8);
    }
    assert!(curve.at(k(2)) < log_evidence - 10.0 && curve.at(k(1)) < -1e14);
}

#[test]
fn extremes() {
    let node = |log_weight, share| WeightNode { log_weight, share };
    let curve = IwaeCurve::new(&[node(-1e5, 0.3)]).unwrap();
    for count in [1, 2, 1_000_000] {
        assert_abs_diff_eq!(curve.at(k(count)), -1e5, epsilon = 1e-10);
    }
    let zero = IwaeCurve::new(&[node(0.0, 0.5), node(f64::NEG_INFINITY, 0.5)]).unwrap();
    assert_eq!(zero.at(k(7)), f64::NEG_INFINITY);
    // A point without a share does not count, whatever its weight.
    let absent = IwaeCurve::new(&[node(0.0, 0.5), node(f64::NEG_INFINITY, 0.0)]).unwrap();
    assert_abs_diff_eq!(absent.at(k(7)), 0.0, epsilon = 1e-12);

    assert_eq!(IwaeCurve::new(&[]), Err(IwaeCurveError::Empty));
    assert_eq!(IwaeCurve::new(&[node(0.0, 0.0)]), Err(IwaeCurveError::Empty));
    assert_eq!(IwaeCurve::new(&[node(f64::NAN, 1.0)]), Err(IwaeCurveError::LogWeight(0)));
    assert_eq!(IwaeCurve::new(&[node(0.0, -1.0)]), Err(IwaeCurveError::Share(0)));
}

proptest! {
    #[test]
    fn two_draws_by_direct_double_sum(
        nodes in prop::collection::vec((-40.0..40.0_f64, 0.01..1.0_f64), 1..12)
    ) {
        let nodes: Vec<WeightNode> =
            nodes.iter().map(|&(log_weight, share)| WeightNode { log_weight, share }).collect();
        let total: f64 = nodes.iter().map(|node| node.share).sum();
        let mut expected = 0.0;
        for a in &nodes {
            for b in &nodes {
                let (high, low) = (a.log_weight.max(b.log_weight), a.log_weight.min(b.log_weight));
                let log_mean = high + (0.5 * (1.0 + (low - high).exp())).ln();
                expected += a.share * b.share * log_mean / (total * total);
            }
        }
        let curve = IwaeCurve::new(&nodes).unwrap();
        prop_assert!((curve.at(k(2)) - expected).abs() < 1e-9);
        // Nondecreasing, and below the limit.
        let values: Vec<f64> = (0..14).map(|power| curve.at(k(1 << power))).collect();
        prop_assert!(values.windows(2).all(|pair| pair[0] <= pair[1] + 1e-10));
        prop_assert!(values[13] <= curve.limit() + 1e-10);
    }
}

const LADDER: [usize; 11] = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];

#[test]
fn on_the_plane_the_first_is_the_elbo_and_the_rest_rises_to_the_evidence() {
    // Two bumps and a slope, and q from needle to wider than the prior.
    let bump = |z: [f64; 2], t: [f64; 2], s: f64| {
        -0.5 * ((z[0] - t[0]).powi(2) + (z[1] - t[1]).powi(2)) / (s * s)
    };
    let field = tabulated(LatticePair::FINE, |z| {
        let (a, b) = (bump(z, [1.0, 0.5], 0.3), bump(z, [-1.5, 0.2], 0.4) - 1.0);
        let (high, low) = (a.max(b), a.min(b));
        high + (low - high).exp().ln_1p() - 100.0
    });
    let log_evidence = exact_evidence(&field).log_evidence;
    for (mean, sd, rho) in [
        ([1.0, 0.5], [0.28, 0.3], 0.1),
        ([0.0, 0.0], [1.0, 1.0], 0.0),
        ([-2.0, 3.0], [0.05, 0.8], 0.9),
        ([0.5, 0.0], [2.0, 0.3], -0.5),
    ] {
        let q = BivariateGaussian::new(mean, sd, rho).unwrap();
        let values = exact_iwae_ladder(&q, &field, &LADDER.map(k)).unwrap();
        assert_abs_diff_eq!(values[0], exact_elbo(&q, &field), epsilon = 1e-6);
        assert!(values.windows(2).all(|pair| pair[0] <= pair[1]), "{values:?}");
        assert!(values[10] < log_evidence + 1e-7, "{values:?}");
    }
}
