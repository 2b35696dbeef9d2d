//! log p(x) as the first number of the page: exact, a first look, or the proven interval.

use leptos::prelude::*;

use crate::app::bench::metric::{AWAITED, Metric};
use crate::app::context::{Bench, BenchNumbers, Preferences};
use crate::app::shared::shared;
use elboscope::bench_worker::Accuracy;
use elboscope::quantity::{Quantity, symbol_html};
use elboscope::state::{Term, number, text};

/// The symbol, the number, and how far it is to be trusted.
pub fn evidence_head() -> AnyView {
    let preferences = shared::<Preferences>();
    let bench = shared::<Bench>();
    let numbers = shared::<BenchNumbers>();
    let is = move |standing: fn(Accuracy) -> bool| {
        numbers.evidence.get().is_some_and(|evidence| standing(evidence.standing))
    };
    let is_unresolved = move || is(|standing| matches!(standing, Accuracy::Unresolved));
    let interval = move || {
        let (lower, upper) = numbers.certified.get()?;
        let nats = |value| number::nats(value, 4, preferences.language.get());
        Some(format!("{} … {}", nats(lower), nats(upper)))
    };
    let standing = move || {
        let messages = preferences.messages();
        Some(match numbers.evidence.get()?.standing {
            Accuracy::Exact { .. } if !numbers.is_fine.get() => messages.evidence_coarse,
            Accuracy::Exact { .. } => text!("exact; it stays").say(preferences.language.get()),
            Accuracy::FirstLook => messages.evidence_first_look,
            Accuracy::Unresolved => messages.evidence_unresolved,
        })
    };
    view! {
        <div
            class="evidence-head"
            on:pointerenter=move |_| bench.highlight.set(Some(Term::Evidence))
            on:pointerleave=move |_| bench.highlight.set(None)
        >
            <span
                class="formula"
                inner_html=symbol_html(const { Quantity::LogEvidence.symbol() })
            ></span>
            <span class="hero" hidden=is_unresolved>
                <Metric
                    quantity=Quantity::LogEvidence
                    first_look=Signal::derive(move || is(|s| matches!(s, Accuracy::FirstLook)))
                />
            </span>
            <span class="number" hidden=move || !is_unresolved()>
                {move || interval().unwrap_or_else(|| AWAITED.to_owned())}
            </span>
            <small>{standing}</small>
        </div>
    }
    .into_any()
}
