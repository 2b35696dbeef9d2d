//! Mills' ratio of the standard normal distribution, (1 − Φ(t))/φ(t), on the log scale (Gordon 1941).

use std::f64::consts::TAU;

/// Below it the series about 0 is used, above it Laplace's continued fraction.
const MIDDLE: f64 = 2.0;
/// Terms of the fraction: at t = 2 the remainder is below 1e-20.
const LEVELS: u32 = 120;

/// log((1 − Φ(t))/φ(t)) for any finite t.
pub(super) fn log_mills_ratio(t: f64) -> f64 {
    if t >= 0.0 {
        return ratio(t).ln();
    }
    // 1 − Φ(t) = 1 − φ(t) m(−t).
    let log_density = -0.5 * (t * t + TAU.ln());
    (-log_density.exp() * ratio(-t)).ln_1p() - log_density
}

/// (1 − Φ(t))/φ(t) for t ≥ 0.
fn ratio(t: f64) -> f64 {
    if t >= MIDDLE {
        // 1/(t + 1/(t + 2/(t + 3/(t + …)))).
        return 1.0 / (1..=LEVELS).rev().fold(t, |below, level| t + f64::from(level) / below);
    }
    // ½/φ(t) − (t + t³/3 + t⁵/(3·5) + …).
    let (mut term, mut sum, mut odd) = (t, t, 1.0);
    while term > f64::EPSILON * sum {
        odd += 2.0;
        term *= t * t / odd;
        sum += term;
    }
    0.5 * TAU.sqrt() * (0.5 * t * t).exp() - sum
}

#[cfg(test)]
mod tests {
    use approx::assert_relative_eq;

    use super::*;

    #[test]
    fn against_mpmath() {
        // log(erfc(t/√2)/2) + t²/2 + log(2π)/2 in 60 digits.
        for (t, expected) in REFERENCE {
            assert_relative_eq!(
                log_mills_ratio(t),
                expected,
                max_relative = 1e-13,
                epsilon = 1e-14
            );
        }
    }

    const REFERENCE: [(f64, f64); 13] = [
        (-1000.0, 500_000.918_938_533_2),
        (-40.0, 800.918_938_533_204_7),
        (-6.5, 22.043_938_533_164_514),
        (-2.0, 2.895_925_623_875_709_4),
        (-0.3, 0.482_528_371_616_191_55),
        (0.0, 0.225_791_352_644_727_44),
        (0.5, -0.131_973_228_388_945_87),
        (1.99, -0.860_507_921_285_016_4),
        (2.0, -0.864_245_800_477_359_2),
        (2.01, -0.867_972_251_726_808_8),
        (5.0, -1.646_059_860_784_053),
        (30.0, -3.402_305_423_138_524_4),
        (1000000.0, -13.815_510_557_965_274),
    ];
}
