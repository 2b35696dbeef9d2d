//! The strip at the bottom: one identity with its present values, in the colours of the pictures.

use leptos::prelude::*;

use crate::app::bench::metric::Metric;
use crate::app::context::{Bench, BenchNumbers, Preferences};
use crate::app::shared::shared;
use elboscope::quantity::Quantity;
use elboscope::state::{Identity, Messages, Term};

/// The three decompositions, one of them visible.
#[component]
pub fn Equation() -> impl IntoView {
    let preferences = shared::<Preferences>();
    let bench = shared::<Bench>();
    let numbers = shared::<BenchNumbers>();
    let messages = move || preferences.messages();
    let identity = Memo::new(move |_| bench.state.with(|state| state.identity));
    // During a drag the terms come from the lattice, so their sum is the lattice's log p(x).
    let sum = Signal::derive(move || Some(numbers.terms.get()?.decomposition.log_evidence));
    let is_hidden = move |shown: Identity| move || identity.get() != shown;
    view! {
        <footer class="equation" aria-label=move || messages().identity_name>
            <div class="identity" hidden=is_hidden(Identity::Gap)>
                <TermView term=Term::Evidence quantity=Quantity::LogEvidence value=sum help=|m| m.evidence_help>
                    "log " <i>"p"</i> "(" <i>"x"</i> ")"
                </TermView>
                <Sign text="=" />
                <TermView term=Term::Elbo quantity=Quantity::Elbo help=|m| m.elbo_help>
                    "ELBO"
                </TermView>
                <Sign text="+" />
                <TermView term=Term::Gap quantity=Quantity::KlPosterior help=|m| m.gap_help>
                    "KL( " <i>"q"</i> " ‖ " <i>"p"</i> "(" <i>"z"</i> " | " <i>"x"</i> ") )"
                </TermView>
            </div>
            <div class="identity" hidden=is_hidden(Identity::Prior)>
                <TermView term=Term::Elbo quantity=Quantity::Elbo help=|m| m.elbo_help>
                    "ELBO"
                </TermView>
                <Sign text="=" />
                <TermView
                    term=Term::Reconstruction
                    quantity=Quantity::Reconstruction
                 help=|m| m.reconstruction_help>
                    <span class="upright">"E"</span>
                    <sub>
                        <i>"q"</i>
                    </sub>
                    " log " <i>"p"</i> "(" <i>"x"</i> " | " <i>"z"</i> ")"
                </TermView>
                <Sign text="−" />
                <TermView term=Term::KlPrior quantity=Quantity::KlPrior help=|m| m.kl_prior_help>
                    "KL( " <i>"q"</i> " ‖ " <i>"p"</i> "(" <i>"z"</i> ") )"
                </TermView>
            </div>
            <div class="identity" hidden=is_hidden(Identity::Energy)>
                <TermView term=Term::Elbo quantity=Quantity::Elbo help=|m| m.elbo_help>
                    "ELBO"
                </TermView>
                <Sign text="=" />
                <TermView
                    term=Term::Energy
                    quantity=Quantity::ExpectedLogJoint
                 help=|m| m.energy_help>
                    <span class="upright">"E"</span>
                    <sub>
                        <i>"q"</i>
                    </sub>
                    " log " <i>"p"</i> "(" <i>"x"</i> ", " <i>"z"</i> ")"
                </TermView>
                <Sign text="+" />
                <TermView term=Term::Entropy quantity=Quantity::Entropy help=|m| m.entropy_help>
                    "H( " <i>"q"</i> " )"
                </TermView>
            </div>
            <div class="aside">
                <div class="switch" role="group" aria-label=move || messages().identity_name>
                    {Identity::ALL.map(|shown| view! { <IdentityButton shown /> }).collect_view()}
                </div>
                <p class="residual">
                    {move || messages().identity_residual} " "
                    <Metric quantity=Quantity::IdentityResidual /> " " {move || messages().nats_unit}
                </p>
            </div>
        </footer>
    }
}

#[component]
fn IdentityButton(shown: Identity) -> impl IntoView {
    let preferences = shared::<Preferences>();
    let bench = shared::<Bench>();
    let label = move || {
        let messages = preferences.messages();
        match shown {
            Identity::Gap => messages.identity_gap,
            Identity::Prior => messages.identity_prior,
            Identity::Energy => messages.identity_energy,
        }
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
}

/// A term with its value below it; hovering or focusing the term highlights it in the pictures.
#[component]
fn TermView(
    term: Term,
    quantity: Quantity,
    /// The value, where it differs from the bench's.
    #[prop(optional)]
    value: Option<Signal<Option<f64>>>,
    help: fn(&Messages) -> &'static str,
    children: Children,
) -> impl IntoView {
    let preferences = shared::<Preferences>();
    let bench = shared::<Bench>();
    let numbers = shared::<BenchNumbers>();
    let is_computed = !matches!(term, Term::KlPrior | Term::Entropy);
    let first_look = Signal::derive(move || {
        // These two have closed forms and do not depend on the lattice.
        is_computed && numbers.terms.get().is_some_and(|terms| terms.is_first_look)
    });
    view! {
        <div
            class=format!("term {}", term.name())
            tabindex="0"
            role="group"
            title=move || help(preferences.messages())
            on:pointerenter=move |_| bench.highlight.set(Some(term))
            on:pointerleave=move |_| bench.highlight.set(None)
            on:focus=move |_| bench.highlight.set(Some(term))
            on:blur=move |_| bench.highlight.set(None)
        >
            <span class="formula">{children()}</span>
            <Metric quantity value first_look />
        </div>
    }
}

#[component]
fn Sign(text: &'static str) -> impl IntoView {
    view! { <div class="sign formula">{text}</div> }
}
