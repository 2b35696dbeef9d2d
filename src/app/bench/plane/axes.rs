//! The axes around the plane.

use leptos::prelude::*;

use super::PlaneWindow;
use crate::app::context::Preferences;
use crate::app::shared::shared;
use elboscope::figure::plane_axes;

/// The tick labels at the left and at the bottom.
#[component]
pub fn Axes(
    /// The font size of the labels.
    line: Memo<f64>,
    /// Size of the whole plane in CSS pixels.
    size: RwSignal<[f64; 2]>,
) -> impl IntoView {
    let preferences = shared::<Preferences>();
    let PlaneWindow(view) = expect_context::<PlaneWindow>();
    let drawn = move || plane_axes(&view.get(), line.get(), preferences.language.get());
    view! {
        <svg
            class="sheet-axes"
            aria-hidden="true"
            width=move || size.get()[0]
            height=move || size.get()[1]
        >
            <g inner_html=drawn></g>
        </svg>
    }
}
