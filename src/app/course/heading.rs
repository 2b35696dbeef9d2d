//! Where the focus goes when another step is shown: to its heading, so that it is read out and the
//! keyboard goes on from there.

use leptos::html::H2;
use leptos::prelude::*;

use crate::app::context::CoursePages;

/// Gives the heading the focus, unless its step is the one that was there before: in another
/// language, or when the page has just been loaded.
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
            // Beside the page this scrolls nothing more; on a phone the whole page comes back up.
            // A heading that is gone again takes no focus.
            let _ = heading.focus();
        });
    });
}
