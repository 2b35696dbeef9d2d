//! What the benchmarks measure: marks, and the times since them.

use leptos::prelude::window;

/// Marks the start of something that the benchmarks measure.
pub(super) fn mark(name: &str) {
    if let Some(performance) = window().performance() {
        // A mark that cannot be set is only missing from the benchmarks.
        let _ = performance.mark(name);
    }
}

/// Records the time since a mark.
pub(super) fn measure(name: &str, since: &str) {
    if let Some(performance) = window().performance() {
        // As above.
        let _ = performance.measure_with_start_mark(name, since);
    }
}
