//! The bench: x on the left, the latent plane in the middle, nats on the right, the equation below.

mod climb;
mod controls;
mod diagnostics;
mod digit;
mod equation;
mod files;
mod image_panel;
mod plane;
mod sketch;
mod thermometer;
mod values;

use std::time::Duration;

use leptos::prelude::*;

use self::controls::Controls;
use self::diagnostics::Diagnostics;
use self::equation::Equation;
pub use self::files::{show_grey, show_index};
use self::image_panel::ImagePanel;
use self::plane::Plane;
use self::thermometer::Thermometer;
pub use self::values::value;
use super::debounce::Debounce;
use super::dom;
use super::store::Store;
use elboscope::worker::Terms;

/// q has come to rest when it has not moved for so long.
const REST: Duration = Duration::from_millis(700);

/// The page itself. Nothing on it asks for a click before it shows something.
#[component]
pub fn BenchPage() -> impl IntoView {
    let store = expect_context::<Store>();
    climb::provide(store);
    view! {
        <main
            id=dom::CONTENT
            tabindex="-1"
            class="bench"
            data-highlight=move || store.highlight.get().map(|term| term.name())
        >
            <ImagePanel />
            <section class="middle" aria-labelledby="plane-title">
                <Plane />
                <Controls />
            </section>
            <section class="nats" aria-labelledby="nats-title">
                <Thermometer />
                <Diagnostics />
            </section>
            <Equation />
            <Announcer />
        </main>
    }
}

/// Says ELBO and gap once a movement has come to rest.
#[component]
fn Announcer() -> impl IntoView {
    let store = expect_context::<Store>();
    let said = RwSignal::new(None::<(f64, f64)>);
    let rest = Debounce::new();
    Effect::new(move |_| {
        let Some(Terms { decomposition, .. }) = store.terms.get() else { return };
        rest.call(REST, move || {
            said.set(Some((decomposition.elbo(), decomposition.kl_posterior)));
        });
    });
    view! {
        <p id="live" class="visually-hidden" role="status" aria-live="polite">
            {move || said.get().map(|(elbo, gap)| (store.messages().announcement)(elbo, gap))}
        </p>
    }
}
