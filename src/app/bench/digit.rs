//! A canvas with a 28×28 image, enlarged without blur to the size of its element.

use std::sync::Arc;

use leptos::html::{Canvas, Span};
use leptos::prelude::*;

use crate::app::canvas::{Extent, color, draw_image};
use crate::app::context::Preferences;
use crate::app::platform::dom;
use crate::app::shared::shared;
use elboscope::state::Messages;

/// 28×28 shades of ink in the theme's colours; without an accessible name the image is decorative.
#[component]
pub fn DigitPicture(
    class: &'static str,
    #[prop(into)] shades: Signal<Option<Arc<[f32]>>>,
    #[prop(optional)] name: Option<fn(&Messages) -> &'static str>,
) -> impl IntoView {
    let preferences = shared::<Preferences>();
    let (frame, canvas) = (NodeRef::<Span>::new(), NodeRef::<Canvas>::new());
    let size = dom::size_of(frame);
    // Memoised per theme: reading a CSS variable makes the browser recompute styles.
    let colors = Memo::new(move |_| {
        preferences.chosen_theme.track();
        [color("--x-paper"), color("--x-ink")]
    });
    Effect::new(move |_| {
        if let (Some(canvas), Some(shades)) = (canvas.get(), shades.get()) {
            // Drawing fails only where the browser gives no context; the next change draws again.
            let extent = Extent::on_screen(size.get());
            draw_image(&canvas, extent, shades.iter().copied(), colors.get());
        }
    });
    view! {
        <span
            node_ref=frame
            class=class
            role=name.map(|_| "img")
            aria-label=move || name.map(|name| name(preferences.messages()))
        >
            <canvas node_ref=canvas aria-hidden="true"></canvas>
        </span>
    }
}
