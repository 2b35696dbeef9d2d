//! The bench: x on the left, the latent plane in the middle, nats on the right, the equation below.

mod climb;
mod controls;
mod diagnostics;
mod digit;
mod equation;
mod files;
mod image_panel;
mod metric;
mod plane;
mod sketch;
mod thermometer;

use std::time::Duration;

use leptos::prelude::*;

use self::climb::ClimbPlayer;
use self::controls::Controls;
use self::diagnostics::Diagnostics;
use self::equation::Equation;
use self::image_panel::ImagePanel;
use self::plane::Plane;
use self::thermometer::Thermometer;
use crate::app::context::{Bench, BenchNumbers, Preferences};
use crate::app::platform::debounce::Debounce;
use crate::app::platform::dom;
use crate::app::shared::shared;
use elboscope::bench_worker::Terms;

/// Time without a change of q after which ELBO and gap are announced to screen readers.
const ANNOUNCEMENT_DELAY: Duration = Duration::from_millis(700);

/// The bench's page.
#[component]
pub fn BenchPage() -> impl IntoView {
    let bench = shared::<Bench>();
    provide_context(ClimbPlayer::new());
    view! {
        <main
            id=dom::CONTENT
            tabindex="-1"
            class="bench"
            data-highlight=move || bench.highlight.get().map(|term| term.name())
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

/// Announces ELBO and gap to screen readers once q has stopped changing.
#[component]
fn Announcer() -> impl IntoView {
    let preferences = shared::<Preferences>();
    let numbers = shared::<BenchNumbers>();
    let said = RwSignal::new(None::<(f64, f64)>);
    let debounce = Debounce::new();
    Effect::new(move |_| {
        let Some(Terms { decomposition, .. }) = numbers.terms.get() else { return };
        debounce.call(ANNOUNCEMENT_DELAY, move || {
            said.set(Some((decomposition.elbo(), decomposition.kl_posterior)));
        });
    });
    view! {
        <p id="live" class="visually-hidden" role="status" aria-live="polite">
            {move || said.get().map(|(elbo, gap)| preferences.messages().announcement(elbo, gap))}
        </p>
    }
}
