//! The axes of the plane, inside its frame.

use leptos::prelude::*;

use super::{PlaneWindow, covered};
use crate::app::context::Preferences;
use crate::app::shared::shared;
use elboscope::figure::plane_axes;

/// Ticks and numbers at the right and at the bottom.
pub fn axes(line: Memo<f64>) -> AnyView {
    let preferences = shared::<Preferences>();
    let PlaneWindow(view) = expect_context::<PlaneWindow>();
    let drawn = move || {
        let view = view.get();
        let [map, zoom] = covered(view.size, line.get());
        plane_axes(&view, line.get(), [map[2], zoom[0]], preferences.language.get())
    };
    view! { <svg class="sheet-axes" aria-hidden="true" width="100%" height="100%" inner_html=drawn></svg> }
        .into_any()
}
