//! What stands behind the first numbers: proof, errors, more draws, diagnostics, and the formula with its values.

use leptos::prelude::*;

use super::diagnostics::weights;
use super::ladder::LadderTable;
use super::metric::Metric;
use crate::app::context::{Bench, BenchNumbers, ModelInUse, Preferences};
use crate::app::shared::shared;
use elboscope::bench_worker::Accuracy;
use elboscope::quantity::Quantity;
use elboscope::state::{Term, number, text};

/// A button, and the panel that it opens over the chart; it stays open while q moves, so that its numbers can be watched.
pub fn how_exact() -> AnyView {
    let preferences = shared::<Preferences>();
    let bench = shared::<Bench>();
    let numbers = shared::<BenchNumbers>();
    let model = shared::<ModelInUse>();
    let messages = move || preferences.messages();
    // Only a value that is called exact can contradict the proof.
    let is_refuted = move || {
        let (Some((lower, upper)), Some(evidence)) =
            (numbers.certified.get(), numbers.evidence.get())
        else {
            return false;
        };
        match evidence.standing {
            Accuracy::Exact { error } => {
                !(lower - error..=upper + error).contains(&evidence.log_evidence)
            }
            Accuracy::FirstLook | Accuracy::Unresolved => false,
        }
    };
    let standing = move || {
        let messages = messages();
        Some(match numbers.evidence.get()?.standing {
            Accuracy::Exact { error } => messages.evidence_error(error),
            Accuracy::FirstLook => messages.evidence_first_look.to_owned(),
            Accuracy::Unresolved => messages.evidence_unresolved.to_owned(),
        })
    };
    view! {
        <details class="fold how">
            <summary>{move || text!("How exact?").say(preferences.language.get())}</summary>
            <div class="readouts">
            <p
                data-metric=Quantity::LogEvidenceError.name()
                data-value=move || {
                    numbers
                        .value(Quantity::LogEvidenceError, None)
                        .map(number::full_precision)
                }
            >
                {standing}
            </p>
            <p
                class="certified"
                class:refuted=is_refuted
                hidden=move || numbers.certified.get().is_none()
                title=move || messages().certified_help
            >
                {move || if is_refuted() { messages().refuted } else { messages().certified }}
                " "
                <Metric quantity=Quantity::LogEvidenceLower />
                " … "
                <Metric quantity=Quantity::LogEvidenceUpper />
            </p>
            <p
                class="running"
                on:pointerenter=move |_| bench.highlight.set(Some(Term::Sampling))
                on:pointerleave=move |_| bench.highlight.set(None)
            >
                {move || {
                    let draws = numbers.running.get().map_or(0, |running| running.draws);
                    messages().draws_so_far(draws)
                }}
                ": "
                <Metric quantity=Quantity::ImportanceRunning />
                " ± "
                <Metric quantity=Quantity::ImportanceRunningStderr />
            </p>
            <p class="bounds">
                <span class="swatch best"></span>
                {move || preferences.say(const { Quantity::BestQElbo.short_label() })}
                " "
                <Metric quantity=Quantity::BestQElbo />
                <span class="swatch encoder"></span>
                {move || preferences.say(const { Quantity::EncoderElbo.short_label() })}
                " "
                <Metric quantity=Quantity::EncoderElbo />
                <LadderTable />
            </p>
            {weights()}
            <p class="model-shape">
                {move || {
                    let messages = messages();
                    let name = model.name.get().unwrap_or_else(|| messages.model_shipped.to_owned());
                    model.hidden.get().map(|hidden| format!("{} · {name}", messages.model_shape(hidden)))
                }}
            </p>
            <p class="residual">
                {move || messages().identity_residual} " "
                <Metric quantity=Quantity::IdentityResidual /> " " {move || messages().nats_unit}
            </p>
            </div>
        </details>
    }
    .into_any()
}
