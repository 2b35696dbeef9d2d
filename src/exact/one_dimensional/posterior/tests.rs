//! Tests of the posterior on the line against the Gaussian oracle and mpmath.

use approx::assert_abs_diff_eq;
use proptest::prelude::*;
use rand::SeedableRng;
use rand_pcg::Pcg64Mcg;

use super::*;
use crate::known_gaussian::{
    LOG_EVIDENCE, NOISE_SD, OBSERVATION, OFFSET, POSTERIOR_MEAN, POSTERIOR_VARIANCE, WEIGHT,
};
use crate::model::LinearGaussian;

fn of(link: Link, [w, b, s, x]: [f64; 4]) -> LinePosterior {
    LinePosterior::new(NonlinearGaussian::new(link, w, b, s, x).unwrap()).unwrap()
}

#[test]
fn the_linear_oracle() {
    let truth = of(Link::Linear, [WEIGHT, OFFSET, NOISE_SD, OBSERVATION]);
    assert_abs_diff_eq!(truth.log_evidence(), LOG_EVIDENCE, epsilon = 1e-12);
    assert_abs_diff_eq!(truth.mean(), POSTERIOR_MEAN, epsilon = 1e-12);
    assert_abs_diff_eq!(truth.variance(), POSTERIOR_VARIANCE, epsilon = 1e-12);
}

#[test]
fn two_modes_a_kink_and_many_modes_by_mpmath() {
    // mpmath with 30 digits: log p(x), mean and variance of the posterior.
    for (link, parameters, log_evidence, mean, variance) in [
        (Link::Square, [1.0, 0.0, 0.3, 2.25], -2.420_831_455_127_345_3, 0.0, 2.183_977_500_955_541),
        (Link::Abs, [1.2, -0.3, 0.4, 0.9], -0.913_008_883_082_874_8, 0.0, 0.911_982_541_087_561_9),
        (
            Link::Sine,
            [1.5, 0.2, 0.25, 0.9],
            -1.266_564_280_456_369_8,
            0.576_263_005_660_440_1,
            0.227_418_690_524_061_01,
        ),
        // s = 1e-3.
        (
            Link::Square,
            [1.0, 0.0, 1e-3, 2.25],
            -2.449_403_331_127_577_4,
            0.0,
            2.249_999_277_777_662_6,
        ),
        (
            Link::Sine,
            [2.0, 0.0, 1e-3, 1.0],
            -1.567_403_429_340_420_4,
            0.593_130_953_517_408,
            0.175_973_697_359_384_26,
        ),
        (
            Link::Abs,
            [1.0, 0.0, 1e-3, 5e-4],
            -0.594_738_520_223_037_9,
            0.0,
            1.504_578_399_278_349e-6,
        ),
    ] {
        let truth = of(link, parameters);
        let name = format!("{link:?} {parameters:?} {truth:?}");
        assert!((truth.log_evidence() - log_evidence).abs() < 1e-10, "{name}");
        assert!((truth.mean() - mean).abs() < 1e-10, "{name}");
        assert!((truth.variance() - variance).abs() < 1e-10 * variance.max(1e-3), "{name}");
    }
}

#[test]
fn without_a_weight_the_posterior_is_the_prior() {
    for link in Link::ALL {
        let truth = of(link, [0.0, 0.5, 2.0, 0.5]);
        let expected = -(2.0 * std::f64::consts::TAU.sqrt()).ln();
        assert_abs_diff_eq!(truth.log_evidence(), expected, epsilon = 1e-12);
        assert_abs_diff_eq!(truth.variance(), 1.0, epsilon = 1e-12);
        // Φ(1) and Φ⁻¹(0.975) by SciPy.
        assert_abs_diff_eq!(truth.cdf(1.0), 0.841_344_746_068_542_9, epsilon = 1e-12);
        assert_abs_diff_eq!(truth.quantile(0.975), 1.959_963_984_540_054, epsilon = 1e-11);
    }
}

#[test]
fn the_distribution_function_ends_at_zero_and_one() {
    let truth = of(Link::Square, [1.0, 0.0, 1e-3, 2.25]);
    assert_eq!((truth.cdf(-1e30), truth.cdf(f64::NEG_INFINITY)), (0.0, 0.0));
    assert_abs_diff_eq!(truth.cdf(1e30), 1.0, epsilon = 1e-12);
    assert_abs_diff_eq!(truth.cdf(f64::INFINITY), 1.0, epsilon = 1e-12);
    // Half of the mass on each side, none between.
    for z in [-1.0, 0.0, 1.0] {
        assert_abs_diff_eq!(truth.cdf(z), 0.5, epsilon = 1e-12);
    }
    for p in [0.0, 1.0, -1.0, 2.0] {
        assert!(truth.quantile(p).is_finite());
    }
}

#[test]
fn draws_of_both_modes() {
    // 4000 draws: half of them positive to 5 deviations, false-alarm rate 6e-7; and of their squares
    // the mean within 5 deviations of the exact one.
    let truth = of(Link::Square, [1.0, 0.0, 0.3, 2.25]);
    let draws = truth.draw(4000, &mut Pcg64Mcg::seed_from_u64(5));
    let positive = draws.iter().filter(|z| **z > 0.0).count() as f64;
    assert_abs_diff_eq!(positive, 2000.0, epsilon = 5.0 * 1000_f64.sqrt());
    let posterior = truth.measure(|z| truth.model.log_joint(z), &[]).unwrap();
    let square = posterior.mean(|z| z * z).unwrap();
    let spread = posterior.mean(|z| (z * z - square).powi(2)).unwrap().sqrt();
    let mean = draws.iter().map(|z| z * z).sum::<f64>() / 4000.0;
    assert_abs_diff_eq!(mean, square, epsilon = 5.0 * spread / 4000_f64.sqrt());
}

#[test]
fn an_x_that_no_sine_reaches_is_still_weighed() {
    // sin z = 1 at most, x = 30 with s = 0.05: a mode near π/2; those a turn away have e^{−10} of it.
    let truth = of(Link::Sine, [1.0, 0.0, 0.05, 30.0]);
    let laplace = {
        let model = truth.model();
        let curvature = (30.0 - 1.0) / (0.05 * 0.05) + 1.0;
        let at = std::f64::consts::FRAC_PI_2 * (1.0 - 1.0 / curvature);
        model.log_joint(at) + 0.5 * (std::f64::consts::TAU / curvature).ln()
    };
    // Laplace's error is of order 1/curvature ≈ 1e-4.
    assert_abs_diff_eq!(truth.log_evidence(), laplace, epsilon = 1e-3);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn linear_models_agree_with_the_closed_form(
        w in -3.0..3.0_f64, log_s in -7.0..2.0_f64, b in -1.0..1.0_f64, x in -30.0..30.0_f64,
    ) {
        let s = log_s.exp();
        let truth = of(Link::Linear, [w, b, s, x]);
        let exact = LinearGaussian::independent(1, w, b, s, x).unwrap();
        // log p(x, z) itself is rounded to 1e-16 of its size at the mode.
        let size = 1.0 + exact.log_evidence().abs() + ((x - b) / s).powi(2) * 1e-6;
        prop_assert!((truth.log_evidence() - exact.log_evidence()).abs() < 1e-10 * size);
        let sd = exact.posterior_covariance()[0].sqrt();
        prop_assert!((truth.mean() - exact.posterior_mean()[0]).abs() < 1e-7 * sd * size);
        prop_assert!((truth.variance().sqrt() / sd - 1.0).abs() < 1e-7 * size);
    }

    #[test]
    fn quantiles_invert_the_distribution_function(
        link in prop::sample::select(Link::ALL.to_vec()),
        w in 0.2..3.0_f64, log_s in -7.0..1.0_f64, x in -4.0..4.0_f64, p in 0.001..0.999_f64,
    ) {
        let truth = of(link, [w, 0.1, log_s.exp(), x]);
        let z = truth.quantile(p);
        prop_assert!((truth.cdf(z) - p).abs() < 1e-9, "{} {}", truth.cdf(z), p);
    }

    #[test]
    fn abs_is_the_sum_of_two_half_lines(
        w in 0.2..3.0_f64, log_s in -6.0..1.0_f64, x in -3.0..3.0_f64,
    ) {
        // p(x) = 2 p_linear(x) P(z > 0 | x, linear), each from its own integral.
        let s = log_s.exp();
        let linear = of(Link::Linear, [w, 0.0, s, x]);
        let right = 1.0 - linear.cdf(0.0);
        prop_assume!(right > 1e-4);
        let expected = linear.log_evidence() + (2.0 * right).ln();
        let found = of(Link::Abs, [w, 0.0, s, x]).log_evidence();
        prop_assert!((found - expected).abs() < 1e-9, "{found} {expected}");
    }
}
