//! Moves the focus to the heading of a new step, so that a screen reader reads it and the keyboard continues there.

use leptos::html::H2;
use leptos::prelude::*;

use crate::app::context::CoursePages;

/// Focuses the heading, unless its step already had the focus (a change of language) or the page has just been
/// loaded.
pub fn arrive(course: CoursePages, place: [usize; 2], node: NodeRef<H2>) {
    Effect::new(move |_| {
        let Some(heading) = node.get() else { return };
        if course.headed.get_value() == Some(place) {
            return;
        }
        course.headed.set_value(Some(place));
        request_animation_frame(move || {
            if let Some(column) = heading.parent_element() {
                column.set_scroll_top(0);
            }
            // In the two-column layout this does not scroll; on a phone it scrolls the page up to the heading. A
            // heading that is no longer in the document ignores it.
            let _ = heading.focus();
        });
    });
}
