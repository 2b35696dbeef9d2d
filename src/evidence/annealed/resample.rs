//! Systematic resampling (Kitagawa 1996, Monte Carlo filter and smoother for non-Gaussian nonlinear
//! state space models).

use crate::log_sum_exp::max;

/// N ancestors for N chains: chain i is chosen ⌊N W_i⌋ or ⌈N W_i⌉ times, N W_i on average.
///
/// # Formula
/// The ancestor of j is the chain whose interval of the cumulative weights contains (j + u)/N, u being the uniform
/// number `offset` in [0, 1). If every weight is zero, every chain is its own ancestor.
pub(super) fn systematic(log_weights: &[f64], offset: f64) -> Vec<usize> {
    let log_max = max(log_weights);
    let weights: Vec<f64> = log_weights.iter().map(|l| (l - log_max).exp()).collect();
    // By rounding the last point may exceed the sum: then it belongs to the last positive weight.
    let last = weights.iter().rposition(|weight| *weight > 0.0);
    let Some(last) = last.filter(|_| log_max > f64::NEG_INFINITY) else {
        return (0..log_weights.len()).collect();
    };
    let spacing = weights.iter().sum::<f64>() / weights.len() as f64;
    let (mut ancestor, mut reach) = (0, weights[0]);
    (0..weights.len())
        .map(|chain| {
            let point = (chain as f64 + offset) * spacing;
            while reach <= point && ancestor < last {
                ancestor += 1;
                reach += weights[ancestor];
            }
            ancestor
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ZERO: f64 = f64::NEG_INFINITY;

    #[test]
    fn weights_one_and_three_by_hand() {
        // Stretches [0, ¼) and [¼, 1); points u/2 and (1 + u)/2.
        let weights = [-1e5, -1e5 + 3.0_f64.ln()];
        assert_eq!(systematic(&weights, 0.0), [0, 1]);
        assert_eq!(systematic(&weights, 0.49), [0, 1]);
        assert_eq!(systematic(&weights, 0.51), [1, 1]);
    }

    #[test]
    fn equal_weights_change_nothing_and_zero_weights_die() {
        assert_eq!(systematic(&[-7.0; 5], 0.3), [0, 1, 2, 3, 4]);
        assert_eq!(systematic(&[ZERO, -7.0, ZERO], 0.0), [1, 1, 1]);
        assert_eq!(systematic(&[ZERO, -7.0, ZERO], 0.999_999_999_999), [1, 1, 1]);
        assert_eq!(systematic(&[ZERO; 3], 0.5), [0, 1, 2]);
        assert_eq!(systematic(&[-2.0], 0.9), [0]);
    }

    #[test]
    fn on_average_over_u_everyone_has_his_share() {
        let weights = [0.1_f64, 0.05, 0.4, 0.25, 0.2].map(f64::ln);
        let mut counts = [0.0; 5];
        for u in 0..10_000 {
            for ancestor in systematic(&weights, (f64::from(u) + 0.5) / 1e4) {
                counts[ancestor] += 1e-4;
            }
        }
        for (count, weight) in counts.iter().zip(weights) {
            // Grid of 1e-4 in u, at most two ends of a stretch between its points.
            assert!((count - 5.0 * weight.exp()).abs() < 2.1e-4, "{counts:?}");
        }
    }

    proptest! {
        #[test]
        fn counts_are_the_share_rounded_either_way(
            weights in prop::collection::vec(
                prop_oneof![6 => -20.0..20.0_f64, 1 => Just(ZERO)], 1..60),
            offset in 0.0..1.0_f64,
        ) {
            let ancestors = systematic(&weights, offset);
            prop_assert_eq!(ancestors.len(), weights.len());
            prop_assert!(ancestors.is_sorted());
            let log_max = max(&weights);
            if log_max > ZERO {
                let total: f64 = weights.iter().map(|l| (l - log_max).exp()).sum();
                for (chain, log_weight) in weights.iter().enumerate() {
                    let share = weights.len() as f64 * (log_weight - log_max).exp() / total;
                    let count = ancestors.iter().filter(|a| **a == chain).count() as f64;
                    prop_assert!((count - share).abs() < 1.0 + 1e-9);
                    prop_assert!(*log_weight > ZERO || count == 0.0);
                }
            }
        }
    }
}
