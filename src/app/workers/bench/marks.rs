//! Performance marks and measures for the benchmarks.

use leptos::prelude::window;

/// Most measures that are kept under one name.
const MOST_MEASURES: u32 = 500;

/// Marks the start of an interval that the benchmarks measure.
pub(super) fn mark(name: &str) {
    if let Some(performance) = window().performance() {
        // Only the last mark is used.
        performance.clear_marks_with_mark_name(name);
        // A mark that cannot be set is only missing in the benchmarks.
        let _ = performance.mark(name);
    }
}

/// Records the time since a mark.
pub(super) fn measure(name: &str, since: &str) {
    if let Some(performance) = window().performance() {
        // The benchmarks need many measures, but a page that plays for days must not grow.
        if performance.get_entries_by_name_with_entry_type(name, "measure").length()
            >= MOST_MEASURES
        {
            performance.clear_measures_with_measure_name(name);
        }
        // A measure that cannot be recorded is only missing in the benchmarks.
        let _ = performance.measure_with_start_mark(name, since);
    }
}
