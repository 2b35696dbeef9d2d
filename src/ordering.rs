//! Sorting by an f64 key.
//!
//! One sort serves all types: each further instance of the standard sort adds 5 kB of code to the page.

/// Sorts by a key, ascending in the order of [`f64::total_cmp`]; the sort is stable.
///
/// ```
/// let mut words = vec!["ELBO", "q", "KL"];
/// elboscope::ordering::sort_by_f64(&mut words, |word| -(word.len() as f64));
/// assert_eq!(words, ["ELBO", "KL", "q"]);
/// ```
pub fn sort_by_f64<T>(items: &mut Vec<T>, key: impl Fn(&T) -> f64) {
    let mut keys: Vec<(f64, usize)> = items.iter().map(key).zip(0..).collect();
    sort_pairs(&mut keys);
    let mut taken: Vec<Option<T>> = std::mem::take(items).into_iter().map(Some).collect();
    items.extend(keys.iter().filter_map(|&(_, place)| taken[place].take()));
}

/// Sorts keys with their indices, ascending; equal keys by index.
pub fn sort_pairs(pairs: &mut [(f64, usize)]) {
    pairs.sort_unstable_by(|(a, first), (b, second)| a.total_cmp(b).then(first.cmp(second)));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key() -> impl Strategy<Value = f64> {
        // Few distinct values, so that many are equal, and values that only the total order distinguishes.
        prop::sample::select(vec![
            -2.5,
            -0.0,
            0.0,
            1.0,
            f64::INFINITY,
            f64::NEG_INFINITY,
            f64::NAN,
            -f64::NAN,
        ])
    }

    proptest! {
        #[test]
        fn is_the_stable_sort_in_both_directions(keys in prop::collection::vec(key(), 0..60)) {
            let items: Vec<(f64, usize)> = keys.into_iter().zip(0..).collect();
            let bits = |items: &[(f64, usize)]| -> Vec<_> {
                items.iter().map(|(key, place)| (key.to_bits(), *place)).collect()
            };
            let (mut found, mut expected) = (items.clone(), items.clone());
            sort_by_f64(&mut found, |item| item.0);
            expected.sort_by(|a, b| a.0.total_cmp(&b.0));
            prop_assert_eq!(bits(&found), bits(&expected));

            let (mut found, mut expected) = (items.clone(), items);
            sort_by_f64(&mut found, |item| -item.0);
            expected.sort_by(|a, b| b.0.total_cmp(&a.0));
            prop_assert_eq!(bits(&found), bits(&expected));
        }
    }
}
