//! Tests of the Student t against mpmath and SciPy.

use approx::{assert_abs_diff_eq, assert_relative_eq};
use proptest::prelude::*;
use rand::SeedableRng;
use rand_pcg::Pcg64Mcg;

use super::super::checks;
use super::*;

/// One coordinate, a point, and what mpmath says with 40 digits; scipy.stats.t agrees to 1e-14
/// where it does not overflow.
struct Known {
    degrees: f64,
    location: f64,
    scale: f64,
    z: f64,
    log_density: f64,
    gradient: f64,
    entropy: f64,
}

const KNOWN: [Known; 7] = [
    Known {
        degrees: 1.0,
        location: 0.5,
        scale: 2.0,
        z: -3.0,
        log_density: -3.239_675_614_065_201_4,
        gradient: 0.430_769_230_769_230_8,
        entropy: 3.224_171_427_529_236,
    },
    Known {
        degrees: 0.1,
        location: 0.0,
        scale: 1.0,
        z: 0.7,
        log_density: -2.886_144_534_369_702_6,
        gradient: -1.305_084_745_762_712,
        entropy: 12.228_957_898_730_015,
    },
    Known {
        degrees: 3.0,
        location: -1.0,
        scale: 0.001,
        z: -1.004,
        log_density: 2.215_213_048_361_966,
        gradient: 842.105_263_157_894_7,
        entropy: -5.134_277_707_118_846,
    },
    Known {
        degrees: 4.5,
        location: 2.0,
        scale: 0.7,
        z: 300.0,
        log_density: -29.776_967_553_209_04,
        gradient: -0.018_455_917_579_182_67,
        entropy: 1.294_860_780_818_733_7,
    },
    Known {
        degrees: 1e6,
        location: 0.0,
        scale: 1.0,
        z: 2.5,
        log_density: -4.043_932_142_610_597,
        gradient: -2.499_986_875_082_031,
        entropy: 1.418_939_533_204_922_7,
    },
    Known {
        degrees: 1.0,
        location: 0.0,
        scale: 1.0,
        z: 1e200,
        log_density: -922.178_767_083_467_7,
        gradient: -2e-200,
        entropy: 2.531_024_246_969_290_7,
    },
    Known {
        degrees: 2.5,
        location: 0.0,
        scale: 1.0,
        z: 0.0,
        log_density: -1.016_639_593_460_45,
        gradient: 0.0,
        entropy: 1.847_760_070_575_921_5,
    },
];

impl Known {
    fn q(&self) -> StudentT {
        StudentT::new(&[self.location], &[self.scale], &[self.degrees]).unwrap()
    }
}

#[test]
fn density_gradient_and_entropy() {
    for known in KNOWN {
        let (values, gradient) = known.q().log_densities_and_gradients(&[known.z]).unwrap();
        // (z − m)/s of the third has 13 digits.
        assert_relative_eq!(values[0], known.log_density, max_relative = 1e-12);
        assert_relative_eq!(gradient[0], known.gradient, max_relative = 1e-12);
        let entropy = known.q().entropy().unwrap();
        assert_relative_eq!(entropy, known.entropy, max_relative = 1e-14);
    }
}

#[test]
fn coordinates_are_independent() {
    let of = |known: fn(&Known) -> f64| KNOWN.iter().map(known).collect::<Vec<f64>>();
    let q = StudentT::new(&of(|k| k.location), &of(|k| k.scale), &of(|k| k.degrees)).unwrap();
    let (values, gradients) = q.log_densities_and_gradients(&of(|k| k.z)).unwrap();
    let sum = |known: fn(&Known) -> f64| KNOWN.iter().map(known).sum::<f64>();
    assert_relative_eq!(values[0], sum(|k| k.log_density), max_relative = 1e-12);
    assert_relative_eq!(q.entropy().unwrap(), sum(|k| k.entropy), max_relative = 1e-14);
    for (found, known) in gradients.iter().zip(&KNOWN) {
        assert_relative_eq!(*found, known.gradient, max_relative = 1e-12);
    }
    assert_eq!(q.degrees().collect::<Vec<f64>>(), of(|k| k.degrees));
}

#[test]
fn many_degrees_are_the_gaussian() {
    let gaussian = super::super::DiagonalGaussian::new(vec![1.0; 200], vec![1e-3; 200]).unwrap();
    let q = StudentT::new(&[1.0; 200], &[1e-3; 200], &[1e15; 200]).unwrap();
    let z: Vec<f64> = (0..200).map(|d| 1.0 + 1e-3 * f64::from(d).sin()).collect();
    let (found, expected) = (q.log_densities(&z).unwrap(), gaussian.log_densities(&z).unwrap());
    assert_relative_eq!(found[0], expected[0], max_relative = 1e-12);
    let (found, expected) = (q.entropy().unwrap(), gaussian.entropy().unwrap());
    assert_relative_eq!(found, expected, max_relative = 1e-12);
    // At the largest arguments the result is still a number.
    let most = StudentT::new(&[0.0], &[1.0], &[f64::MAX]).unwrap();
    assert_relative_eq!(most.log_densities(&[1.0]).unwrap()[0], -1.418_938_533_204_672_7);
    assert_relative_eq!(most.entropy().unwrap(), 1.418_938_533_204_672_7);
}

#[test]
fn the_total_is_one() {
    for degrees in [0.1, 0.5, 1.0, 3.0, 30.0, 1e6] {
        let q = StudentT::new(&[2.0], &[0.3], &[degrees]).unwrap();
        assert_abs_diff_eq!(checks::total_1d(&q, 2.0, 0.3), 1.0, epsilon = 1e-12);
    }
}

#[test]
fn the_slope_is_finite_everywhere() {
    let q = KNOWN[2].q();
    for z in [-1.0, 1e150, -1e300, f64::MAX, f64::INFINITY, f64::MIN_POSITIVE] {
        let (values, gradient) = q.log_densities_and_gradients(&[z]).unwrap();
        assert!(gradient[0].is_finite() && !values[0].is_nan(), "{z}");
    }
    assert!(q.log_densities(&[1e300]).unwrap()[0].is_finite());
}

#[test]
fn draws_have_the_moments() {
    // ν = 9 and 12: variance s²ν/(ν − 2), excess kurtosis 6/(ν − 4). 2·10⁵ draws; deviation of a
    // variance σ²√((2 + 6/(ν−4))/N), of a covariance σσ′/√N. 5 figures within 5 deviations:
    // false-alarm rate 3e-6 together.
    let q = StudentT::new(&[0.5, -2.0], &[2.0, 0.1], &[9.0, 12.0]).unwrap();
    let count = 200_000;
    let (means, covariances) = checks::moments(&q, &[0.5, -2.0], count, 26);
    let reach = 5.0 / (count as f64).sqrt();
    let variances: [f64; 2] = [4.0 * 9.0 / 7.0, 0.01 * 1.2];
    assert_abs_diff_eq!(means[0], 0.5, epsilon = reach * variances[0].sqrt());
    assert_abs_diff_eq!(means[1], -2.0, epsilon = reach * variances[1].sqrt());
    let spread = [3.2_f64.sqrt(), 2.75_f64.sqrt()];
    assert_abs_diff_eq!(covariances[0], variances[0], epsilon = reach * spread[0] * variances[0]);
    assert_abs_diff_eq!(covariances[3], variances[1], epsilon = reach * spread[1] * variances[1]);
    let product = (variances[0] * variances[1]).sqrt();
    assert_abs_diff_eq!(covariances[1], 0.0, epsilon = reach * product);
}

#[test]
fn cauchy_draws_have_the_quartiles() {
    // ν = 1 has no moments; the quartiles are m ± s. 10⁵ draws, each quarter 25 000 ± 137:
    // 5 deviations, false-alarm rate 2e-6 together.
    let draws = checks::draws(&KNOWN[0].q(), 100_000, 27);
    let below = |z: f64| draws.iter().filter(|draw| **draw < z).count() as f64;
    for (z, expected) in [(-1.5, 25_000.0), (0.5, 50_000.0), (2.5, 75_000.0)] {
        // The middle one has a deviation of 158, which is more.
        assert_abs_diff_eq!(below(z), expected, epsilon = 5.0 * 158.2);
    }
}

#[test]
fn the_heaviest_tail_has_finite_draws() {
    // ν = 0.1: P(|t| > 1e150) is about 1e-15, and no draw overflows.
    let q = KNOWN[1].q();
    let draws = checks::draws(&q, 100_000, 28);
    assert!(q.log_densities(&draws).unwrap().iter().all(|log_density| log_density.is_finite()));
    assert!(draws.iter().any(|z| z.abs() > 1e30));
}

#[test]
fn the_noise_belongs_to_no_location_and_no_scale() {
    // The same seed, other m and s: the same t, which are the draws of the standard one.
    let rng = || Pcg64Mcg::seed_from_u64(29);
    let degrees = [3.0, 7.0];
    let q = StudentT::new(&[0.5, -2.0], &[2.0, 0.1], &degrees).unwrap();
    let standard = StudentT::new(&[0.0; 2], &[1.0; 2], &degrees).unwrap();
    let noise = q.noise(50, &mut rng());
    assert_eq!(noise, standard.draw(50, &mut rng()));
    assert_eq!(q.latents_from_noise(&noise), q.draw(50, &mut rng()));
    assert_eq!(noise.len(), 100);
    for (row, t) in q.latents_from_noise(&noise).chunks_exact(2).zip(noise.chunks_exact(2)) {
        assert_eq!(row, [0.5 + 2.0 * t[0], -2.0 + 0.1 * t[1]]);
    }
}

#[test]
fn the_pathwise_gradient_is_that_of_the_moment() {
    // E z² = m² + s² ν/(ν − 2): by m it is 2m, by s it is 2 s ν/(ν − 2). Along the draws it is 2z and
    // 2z t, of variance 4 s² ν/(ν − 2) and, with E t⁴ = 3ν²/((ν − 2)(ν − 4)),
    // 4 (m² E t² + s² (E t⁴ − (E t²)²)). 2·10⁵ draws, 5 deviations: false-alarm rate 1.2e-6 together.
    let (m, s, nu, count) = (0.5, 0.7, 9.0, 200_000);
    let at = |m: f64, s: f64| StudentT::new(&[m], &[s], &[nu]).unwrap();
    let noise = at(m, s).noise(count, &mut Pcg64Mcg::seed_from_u64(30));
    let mean = |q: StudentT| {
        q.latents_from_noise(&noise).iter().map(|z| z * z).sum::<f64>() / count as f64
    };
    // Of a quadratic the central difference is the slope, up to rounding.
    let step = 1e-3;
    let by_m = (mean(at(m + step, s)) - mean(at(m - step, s))) / (2.0 * step);
    let by_s = (mean(at(m, s + step)) - mean(at(m, s - step))) / (2.0 * step);
    let (second, fourth) = (nu / (nu - 2.0), 3.0 * nu * nu / ((nu - 2.0) * (nu - 4.0)));
    let along = at(m, s).latents_from_noise(&noise);
    let slopes = along.iter().zip(&noise).map(|(z, t)| 2.0 * z * t);
    assert_abs_diff_eq!(by_s, slopes.sum::<f64>() / count as f64, epsilon = 1e-9);
    let reach = 5.0 / (count as f64).sqrt();
    let variance_by_s = 4.0 * (m * m * second + s * s * (fourth - second * second));
    assert_abs_diff_eq!(by_m, 2.0 * m, epsilon = reach * 2.0 * s * second.sqrt());
    assert_abs_diff_eq!(by_s, 2.0 * s * second, epsilon = reach * variance_by_s.sqrt());
}

#[test]
fn each_bad_parameter_is_named() {
    let new = |location: &[f64], scale: &[f64], degrees: &[f64]| {
        StudentT::new(location, scale, degrees).unwrap_err()
    };
    assert_eq!(new(&[], &[], &[]), StudentTError::Empty);
    let length = StudentTError::Length { expected: 1, found: 2 };
    assert_eq!(new(&[0.0], &[1.0; 2], &[1.0]), length);
    assert_eq!(new(&[0.0], &[1.0], &[1.0; 2]), length);
    assert!(matches!(new(&[f64::NAN], &[1.0], &[1.0]), StudentTError::Location(_)));
    for bad in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert!(matches!(new(&[0.0], &[bad], &[1.0]), StudentTError::Scale(_)), "{bad}");
        assert!(matches!(new(&[0.0], &[1.0], &[bad]), StudentTError::Degrees(_)), "{bad}");
    }
    assert_eq!(new(&[0.0], &[1.0], &[0.05]), StudentTError::Degrees(0.05));
}

proptest! {
    #[test]
    fn the_gradient_is_the_slope(
        degrees in 0.1..50.0_f64, scale in 1e-3..5.0_f64, t in -20.0..20.0_f64,
    ) {
        let q = StudentT::new(&[0.5], &[scale], &[degrees]).unwrap();
        // Below ν = 1 the peak is √ν scales wide.
        let width = 0.3 * scale * degrees.min(1.0).sqrt();
        checks::assert_gradient(&q, &[0.5 + scale * t], &[width]);
    }
}
