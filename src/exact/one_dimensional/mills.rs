//! Mills' ratio of the standard normal distribution, (1 − Φ(t))/φ(t), on the log scale (Gordon 1941).

use std::f64::consts::TAU;

/// Below it the series about 0 is used, above it Laplace's continued fraction.
const MIDDLE: f64 = 2.0;
/// Terms of the fraction: at t = 2 what is left is below 1e-20.
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
        (-1000.0, 500000.9189385332),
        (-40.0, 800.91893853320467),
        (-6.5, 22.043938533164513),
        (-2.0, 2.8959256238757093),
        (-0.3, 0.48252837161619153),
        (0.0, 0.22579135264472743),
        (0.5, -0.13197322838894587),
        (1.99, -0.86050792128501643),
        (2.0, -0.86424580047735921),
        (2.01, -0.86797225172680877),
        (5.0, -1.646059860784053),
        (30.0, -3.4023054231385244),
        (1000000.0, -13.815510557965274),
    ];
}
