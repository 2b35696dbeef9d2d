//! A 28×28 image, as large as the page gives it room and crisp on every screen.

use std::sync::Arc;

use leptos::html::{Canvas, Span};
use leptos::prelude::*;

use crate::app::canvas::{Extent, color, draw_image};
use crate::app::context::Preferences;
use crate::app::platform::dom;
use crate::app::shared::shared;
use elboscope::state::Messages;

/// 28×28 shades of ink in the colours of the theme; without a name they are decoration.
#[component]
pub fn DigitPicture(
    class: &'static str,
    #[prop(into)] shades: Signal<Option<Arc<[f32]>>>,
    #[prop(optional)] name: Option<fn(&Messages) -> &'static str>,
) -> impl IntoView {
    let preferences = shared::<Preferences>();
    let (frame, canvas) = (NodeRef::<Span>::new(), NodeRef::<Canvas>::new());
    let size = dom::size_of(frame);
    // Asked once per theme: to answer, the browser brings its styles up to date.
    let colors = Memo::new(move |_| {
        preferences.chosen_theme.track();
        [color("--x-paper"), color("--x-ink")]
    });
    Effect::new(move |_| {
        if let (Some(canvas), Some(shades)) = (canvas.get(), shades.get()) {
            // A canvas that cannot be drawn on now is drawn at the next change.
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
