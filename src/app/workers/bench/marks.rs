//! What the benchmarks measure: marks, and the times since them.

use leptos::prelude::window;

/// More measures of one name than these are not kept.
const MOST_MEASURES: u32 = 500;

/// Marks the start of something that the benchmarks measure.
pub(super) fn mark(name: &str) {
    if let Some(performance) = window().performance() {
        // Only the last is of use.
        performance.clear_marks_with_mark_name(name);
        // A mark that cannot be set is only missing from the benchmarks.
        let _ = performance.mark(name);
    }
}

/// Records the time since a mark.
pub(super) fn measure(name: &str, since: &str) {
    if let Some(performance) = window().performance() {
        // The benchmarks want many of them, but a page that plays for days must not grow.
        if performance.get_entries_by_name_with_entry_type(name, "measure").length()
            >= MOST_MEASURES
        {
            performance.clear_measures_with_measure_name(name);
        }
        // As above.
        let _ = performance.measure_with_start_mark(name, since);
    }
}
