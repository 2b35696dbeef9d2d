//! At which of many draws or replicates a run is looked at.

/// Moments follow each other one by one up to here, then by this ratio.
const ONE_BY_ONE: usize = 24;
const RATIO: f64 = 1.1;

/// 1, 2, 3, …, then by a ratio, with every power of two, up to `count`, which is the last.
pub(super) fn moments(count: usize) -> Vec<usize> {
    let next = |&n: &usize| {
        if n < ONE_BY_ONE {
            return Some(n + 1);
        }
        let further = (n as f64 * RATIO).ceil() as usize;
        // The next power of two is not stepped over.
        Some(further.min((n + 1).next_power_of_two()))
    };
    let mut moments: Vec<usize> =
        std::iter::successors(Some(1), next).take_while(|n| *n < count).collect();
    moments.push(count);
    moments
}
