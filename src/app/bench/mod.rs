//! The bench: one sentence on top, x on the left, the latent plane in the middle, nats on the right.

mod climb;
mod controls;
mod diagnostics;
mod digit;
mod equation;
mod files;
mod how_exact;
mod image_panel;
mod ladder;
mod lead;
mod metric;
mod plane;
mod sketch;
mod thermometer;

use std::time::Duration;

use leptos::ev::{self, KeyboardEvent};
use leptos::prelude::*;

use self::climb::ClimbPlayer;
use self::controls::Controls;
use self::diagnostics::verdict;
use self::equation::Equation;
use self::how_exact::how_exact;
use self::image_panel::ImagePanel;
use self::lead::lead;
use self::plane::Plane;
use self::thermometer::thermometer;
use crate::app::context::{Bench, BenchNumbers, Preferences};
use crate::app::platform::debounce::Debounce;
use crate::app::platform::dom;
use crate::app::platform::dom::takes_letters;
use crate::app::shared::shared;
use elboscope::bench_worker::Terms;
use elboscope::state::keys::letter;

/// Time without a change of q after which ELBO and gap are announced to screen readers.
const ANNOUNCEMENT_DELAY: Duration = Duration::from_millis(700);

/// The bench's page.
#[component]
pub fn BenchPage() -> impl IntoView {
    let bench = shared::<Bench>();
    provide_context(ClimbPlayer::new());
    follow_keys(bench);
    view! {
        <main
            id=dom::CONTENT
            tabindex="-1"
            class="bench"
            data-highlight=move || bench.highlight.get().map(|term| term.name())
        >
            {lead()}
            <ImagePanel />
            <section class="middle" aria-labelledby="plane-title">
                <Plane />
                <Controls />
            </section>
            <section class="nats" aria-labelledby="nats-title">
                {thermometer()}
                <div class="verdict-row">{verdict()} {how_exact()}</div>
            </section>
            <Equation />
            <Announcer />
        </main>
    }
}

/// P pins q, A exchanges it for the pinned one; not where letters are typed.
fn follow_keys(bench: Bench) {
    let listener = window_event_listener(ev::keydown, move |event: KeyboardEvent| {
        let has_modifier = event.ctrl_key() || event.meta_key() || event.alt_key();
        if has_modifier || takes_letters(&event) {
            return;
        }
        match letter(&event.key(), &event.code()) {
            Some('p') => bench.toggle_pin(),
            Some('a') => bench.swap_pinned(),
            _ => {}
        }
    });
    on_cleanup(move || listener.remove());
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
