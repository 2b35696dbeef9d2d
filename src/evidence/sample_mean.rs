//! The mean of independent values with its standard error.

/// A mean with its standard error.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct SampleMean {
    /// The mean; −∞ if a value is −∞.
    pub mean: f64,
    /// √(s²/n), s² with n − 1 below; `None` if there is one value only or one is −∞.
    pub stderr: Option<f64>,
}

impl SampleMean {
    /// The mean of values that are finite or −∞. Equal values have a standard error of exactly 0.
    pub(super) fn of(values: &[f64]) -> Self {
        let count = values.len() as f64;
        if values.is_empty() || values.contains(&f64::NEG_INFINITY) {
            return Self { mean: f64::NEG_INFINITY, stderr: None };
        }
        // Deviations from the first value, not from 0: no digit is lost when all are near −10⁵.
        let origin = values[0];
        let offset = values.iter().map(|value| value - origin).sum::<f64>() / count;
        let squares: f64 = values.iter().map(|value| (value - origin - offset).powi(2)).sum();
        let stderr = (squares / (count * (count - 1.0))).sqrt();
        Self { mean: origin + offset, stderr: stderr.is_finite().then_some(stderr) }
    }
}

#[cfg(test)]
mod tests {
    use approx::assert_abs_diff_eq;

    use super::*;

    #[test]
    fn one_to_four() {
        // s² = 5/3, so √(s²/4) = √(5/12).
        let mean = SampleMean::of(&[1.0, 2.0, 3.0, 4.0]);
        assert_eq!(mean.mean, 2.5);
        assert_abs_diff_eq!(mean.stderr.unwrap(), (5.0_f64 / 12.0).sqrt(), epsilon = 1e-15);
    }

    #[test]
    fn equal_values_are_known_exactly() {
        let mean = SampleMean::of(&[-1.838_840_140_668_227; 777]);
        assert_eq!(mean, SampleMean { mean: -1.838_840_140_668_227, stderr: Some(0.0) });
    }

    #[test]
    fn digits_survive_a_large_offset() {
        let mean = SampleMean::of(&[-1e5, -1e5 + 0.5]);
        assert_eq!(mean, SampleMean { mean: -1e5 + 0.25, stderr: Some(0.25) });
    }

    #[test]
    fn one_value_and_minus_infinity_have_no_error() {
        assert_eq!(SampleMean::of(&[2.0]), SampleMean { mean: 2.0, stderr: None });
        let mean = SampleMean::of(&[2.0, f64::NEG_INFINITY]);
        assert_eq!(mean, SampleMean { mean: f64::NEG_INFINITY, stderr: None });
    }
}
