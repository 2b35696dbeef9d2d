//! The ladder against known values and against itself on other nodes.

use super::*;
use crate::known_gaussian::{LOG_EVIDENCE, NOISE_SD, OBSERVATION, OFFSET, WEIGHT};

/// The linear model of one dimension in the first latent; x does not depend on the second.
struct Linear;

impl LogLikelihood for Linear {
    fn extend(&self, points: &[[f64; 2]], values: &mut Vec<f64>) {
        values.extend(points.iter().map(|[z, _]| {
            let off = (OBSERVATION - WEIGHT * z - OFFSET) / NOISE_SD;
            -0.5 * (off * off + std::f64::consts::TAU.ln()) - NOISE_SD.ln()
        }));
    }
}

fn k(k: usize) -> NonZeroUsize {
    NonZeroUsize::new(k).unwrap()
}

#[test]
fn a_gaussian_model_has_the_values_of_mpmath() {
    // E L_K − log p(x) for q = N(m, v), by mpmath; seven decimals of one of them are known.
    let known = [
        (0.5, 0.4, [-0.098_681_107_0, -0.018_649_904_2, -0.002_189_272_1]),
        (0.5, 0.1, [-0.230_817_545_9, -0.125_153_248_6, -0.042_194_217_9]),
        (0.0, 1.0, [-0.805_690_013_7, -0.096_088_9, -0.009_896_413_2]),
    ];
    for (mean, variance, expected) in known {
        let q = BivariateGaussian::new([mean, 0.0], [f64::sqrt(variance), 1.0], 0.0).unwrap();
        let found = IwaeLadderSearch::run(q, &Linear, &[k(2), k(8), k(64)]).unwrap();
        for ((value, error), expected) in found.values.iter().zip(&found.errors).zip(expected) {
            assert!((value - LOG_EVIDENCE - expected).abs() < 6e-8 + error, "{found:?} {expected}");
            assert!(*error <= TOLERANCE, "{found:?}");
        }
    }
}

#[test]
fn the_first_rung_is_the_elbo_and_all_stay_below_the_evidence() {
    let all: Vec<NonZeroUsize> = [1, 2, 16, 1024].map(k).to_vec();
    for (mean, sd, rho) in [
        ([0.8, 0.1], [0.4, 0.9], 0.1),
        ([-1.0, 2.0], [0.1, 0.1], 0.9),
        ([4.0, 0.0], [0.05, 2.0], 0.0),
    ] {
        let q = BivariateGaussian::new(mean, sd, rho).unwrap();
        let found = IwaeLadderSearch::run(q, &Linear, &all).unwrap();
        // E_q log p(x|z) in closed form: the square's mean is that at the mean plus w²σ²/s².
        let reconstruction = Linear.at(mean) - 0.5 * (WEIGHT * sd[0] / NOISE_SD).powi(2);
        let elbo = reconstruction - q.kl_to_standard();
        assert!((found.values[0] - elbo).abs() < 1e-8, "{found:?} {elbo}");
        assert!(found.values.is_sorted() && found.values[3] < LOG_EVIDENCE, "{found:?}");
        assert!(found.errors.iter().all(|error| *error <= TOLERANCE), "{found:?}");
    }
}

#[test]
fn the_error_is_stated_however_steep_the_weight_is() {
    /// log p(x|z) = s·(z₁ cos t + z₂ sin t). Under q = p(z) the log-weight is normal with deviation s.
    struct Steep {
        slope: f64,
        angle: f64,
    }
    impl LogLikelihood for Steep {
        fn extend(&self, points: &[[f64; 2]], values: &mut Vec<f64>) {
            let (sin, cos) = self.angle.sin_cos();
            values.extend(points.iter().map(|[a, b]| self.slope * (a * cos + b * sin)));
        }
    }
    // E log (1/K) Σ e^{s zᵢ} of K standard normal variables for K = 1, 2, 8 (tests/reference/steep_weights.py). The
    // last is s E max z − log K, by mpmath: two draws tie within a nat once in a million.
    let million = |largest: f64, count: f64| 1e6 * largest - count.ln();
    let known = [
        (3.0, [0.0, 1.145_565_204_06, 2.616_044_669_24]),
        (30.0, [0.0, 16.247_998_026_2, 40.668_203_014_5]),
        (300.0, [0.0, 168.565_274_632, 425.004_559_369]),
        (1e6, [0.0, million(0.564_189_583_547_756, 2.0), million(1.423_600_306_044_957_9, 8.0)]),
    ];
    let q = BivariateGaussian::standard();
    for (slope, expected) in known {
        for angle in [0.0, 0.6, std::f64::consts::FRAC_PI_2] {
            let steep = Steep { slope, angle };
            let found = IwaeLadderSearch::run(q, &steep, &[1, 2, 8].map(k)).unwrap();
            for ((value, error), expected) in found.values.iter().zip(&found.errors).zip(expected) {
                // The rounding of a sum of numbers as large as the spread comes on top.
                let off = (value - expected).abs();
                assert!(off <= error + 1e-13 * slope + TOLERANCE, "{slope}: {off} {error}");
                // To 1e-5 of the spread also where the parts of a tile can be no finer.
                assert!(off <= TOLERANCE.max(1e-5 * slope), "{slope}: {off} {error}");
            }
        }
    }
}

#[test]
fn weights_that_are_nothing_on_a_part_of_q_are_an_error() {
    /// log p(x|z) is 0 where z₁ + z₂ > 1/3 and −∞ elsewhere: no polynomial goes through it.
    struct Cliff;
    impl LogLikelihood for Cliff {
        fn extend(&self, points: &[[f64; 2]], values: &mut Vec<f64>) {
            let value = |sum: f64| if sum > 1.0 / 3.0 { 0.0 } else { f64::NEG_INFINITY };
            values.extend(points.iter().map(|[a, b]| value(a + b)));
        }
    }
    let q = BivariateGaussian::standard();
    let found = IwaeLadderSearch::run(q, &Cliff, &[1, 8].map(k));
    assert!(matches!(found, Err(IwaeCurveError::LogWeight(_))), "{found:?}");
}

#[test]
fn what_is_not_a_number_is_an_error() {
    struct Nothing;
    impl LogLikelihood for Nothing {
        fn extend(&self, points: &[[f64; 2]], values: &mut Vec<f64>) {
            values.extend(points.iter().map(|_| f64::NAN));
        }
    }
    let found = IwaeLadderSearch::run(BivariateGaussian::standard(), &Nothing, &[k(2)]);
    assert!(matches!(found, Err(IwaeCurveError::LogWeight(_))), "{found:?}");
}
