//! Words beside a bar: each at the height of what it names, none over another.

/// Moves words apart: each wants its middle at a height, in pixels from the top, and takes a height of its own. They
/// keep the order of the heights that they want, and stay between `top` and `bottom` while there is room. Returns the upper edge
/// of each.
pub fn stacked<const N: usize>(wanted: [(f64, f64); N], top: f64, bottom: f64) -> [f64; N] {
    let mut order: [usize; N] = std::array::from_fn(|index| index);
    order.sort_by(|a, b| wanted[*a].0.total_cmp(&wanted[*b].0));
    let mut edges = wanted.map(|(middle, height)| middle - 0.5 * height);
    let mut free = top;
    for &index in &order {
        edges[index] = edges[index].max(free);
        free = edges[index] + wanted[index].1;
    }
    // What was pushed out at the bottom goes up again, and takes what is above it along.
    let mut free = bottom;
    for &index in order.iter().rev() {
        edges[index] = edges[index].min(free - wanted[index].1);
        free = edges[index];
    }
    edges
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn words_with_room_stand_where_they_want() {
        assert_eq!(stacked([(50.0, 20.0), (150.0, 40.0)], 0.0, 300.0), [40.0, 130.0]);
    }

    #[test]
    fn words_that_would_touch_keep_their_order() {
        // The second is named by the higher mark: it stays above the first.
        assert_eq!(stacked([(60.0, 40.0), (55.0, 20.0)], 0.0, 300.0), [65.0, 45.0]);
        assert_eq!(stacked([(290.0, 40.0), (295.0, 20.0)], 0.0, 300.0), [240.0, 280.0]);
    }

    proptest! {
        #[test]
        fn nothing_overlaps_or_leaves(
            a in -100.0..500.0_f64, b in -100.0..500.0_f64, c in -100.0..500.0_f64,
        ) {
            let wanted = [(a, 50.0), (b, 20.0), (c, 50.0)];
            let edges = stacked(wanted, 10.0, 300.0);
            for (index, edge) in edges.iter().enumerate() {
                prop_assert!((10.0..=300.0 - wanted[index].1).contains(edge), "{edges:?}");
                for other in 0..index {
                    let apart = edges[other] + wanted[other].1 <= *edge
                        || *edge + wanted[index].1 <= edges[other];
                    prop_assert!(apart, "{wanted:?}: {edges:?}");
                }
            }
        }
    }
}
