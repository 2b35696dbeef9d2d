//! How the thermometer is looked at: which decomposition cuts its bar, and how closely.

use leptos::prelude::*;

use crate::app::context::{Bench, Preferences};
use crate::app::shared::shared;
use elboscope::quantity::Quantity;
use elboscope::state::{Identity, Loupe, text};

/// The loupe that would show the gap, where it is stronger than the present one.
pub fn offered(
    loupe: Memo<Loupe>,
    gap: impl Fn() -> Option<f64> + Send + Sync + 'static,
) -> Memo<Option<Loupe>> {
    Memo::new(move |_| gap().map(Loupe::for_gap).filter(|fit| *fit > loupe.get()))
}

/// The switch of the cuts and that of the loupe, which is there where it is `offered` or in use.
pub fn tools(loupe: Memo<Loupe>, offered: Memo<Option<Loupe>>) -> [AnyView; 2] {
    let preferences = shared::<Preferences>();
    let bench = shared::<Bench>();
    let language = preferences.language;
    let is_of_use = move || loupe.get() != Loupe::X1 || offered.get().is_some();
    let cut = |shown: Identity| {
        let label = move || {
            let text = match shown {
                Identity::Gap => const { Quantity::KlPosterior.short_label() },
                Identity::Prior => text!("fit − cost"),
                Identity::Energy => text!("energy + entropy"),
            };
            text.say(language.get())
        };
        view! {
            <button
                type="button"
                data-identity=shown.name()
                aria-pressed=move || (bench.state.get().identity == shown).to_string()
                on:click=move |_| bench.change(|state| state.identity = shown)
            >
                {label}
            </button>
        }
    };
    let magnify = |shown: Loupe| {
        view! {
            <button
                type="button"
                data-loupe=shown.name()
                class:offered=move || offered.get() == Some(shown)
                aria-pressed=move || (loupe.get() == shown).to_string()
                on:click=move |_| bench.change(|state| state.loupe = shown)
            >
                {format!("×{}", shown.name())}
            </button>
        }
    };
    let cuts = view! {
        <div
            class="switch cut"
            role="group"
            aria-label=move || text!("Cut the bar another way").say(language.get())
        >
            {Identity::ALL.map(cut).collect_view()}
        </div>
    };
    let loupes = view! {
        <div
            class="switch loupe"
            hidden=move || !is_of_use()
            role="group"
            aria-label=move || text!("Loupe").say(language.get())
        >
            {Loupe::ALL.map(magnify).collect_view()}
        </div>
    };
    [cuts.into_any(), loupes.into_any()]
}
