//! The moments of a run: the numbers of draws or replicates at which it is shown.

/// Up to here every number is a moment, then they grow by this ratio.
const ONE_BY_ONE: usize = 24;
const RATIO: f64 = 1.1;

/// 1, 2, 3, …, then by a ratio, with every power of two, up to `count`, which is the last.
pub(super) fn moments(count: usize) -> Vec<usize> {
    let next = |&n: &usize| {
        if n < ONE_BY_ONE {
            return Some(n + 1);
        }
        let further = (n as f64 * RATIO).ceil() as usize;
        // The next power of two is included.
        Some(further.min((n + 1).next_power_of_two()))
    };
    let mut moments: Vec<usize> =
        std::iter::successors(Some(1), next).take_while(|n| *n < count).collect();
    moments.push(count);
    moments
}
