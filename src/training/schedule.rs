//! The learning rate over a training run.

use std::f64::consts::PI;

/// Share of the full learning rate at `progress` in [0, 1] of a run: 1 until `steady`, then half a
/// cosine down to 0 (Loshchilov & Hutter 2017). What leaves [0, 1] counts as its nearer end.
pub fn cosine_tail(progress: f64, steady: f64) -> f64 {
    if progress <= steady {
        return 1.0;
    }
    let along = ((progress - steady) / (1.0 - steady)).min(1.0);
    0.5 * (1.0 + (PI * along).cos())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stays_then_falls_to_zero() {
        let expected = [
            (-1.0, 1.0),
            (0.0, 1.0),
            (0.5, 1.0),
            (0.75, 0.5),
            (0.875, 0.146446609406726),
            (1.0, 0.0),
            (2.0, 0.0),
        ];
        for (progress, share) in expected {
            assert!((cosine_tail(progress, 0.5) - share).abs() < 1e-15, "{progress}");
        }
        assert_eq!(cosine_tail(1.0, 1.0), 1.0);
    }
}
