//! The strip at the bottom: one identity with its present values, in the colours of the pictures.

use leptos::prelude::*;

use crate::app::bench::metric::Metric;
use crate::app::context::{Bench, BenchNumbers, Preferences};
use crate::app::shared::shared;
use elboscope::quantity::{Quantity, symbol_html};
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
                <TermView
                    term=Term::Evidence
                    quantity=Quantity::LogEvidence
                    formula=|_| const { Quantity::LogEvidence.symbol() }
                    value=sum
                    help=|m| m.evidence_help
                />
                <Sign text="=" />
                <ElboView />
                <Sign text="+" />
                <TermView
                    term=Term::Gap
                    quantity=Quantity::KlPosterior
                    formula=|_| const { Quantity::KlPosterior.symbol() }
                    help=|m| m.gap_help
                />
            </div>
            <div class="identity" hidden=is_hidden(Identity::Prior)>
                <ElboView />
                <Sign text="=" />
                <TermView
                    term=Term::Reconstruction
                    quantity=Quantity::Reconstruction
                    formula=|_| const { Quantity::Reconstruction.symbol() }
                    help=|m| m.reconstruction_help
                />
                <Sign text="−" />
                <TermView
                    term=Term::KlPrior
                    quantity=Quantity::KlPrior
                    formula=|_| const { Quantity::KlPrior.symbol() }
                    help=|m| m.kl_prior_help
                />
            </div>
            <div class="identity" hidden=is_hidden(Identity::Energy)>
                <ElboView />
                <Sign text="=" />
                <TermView
                    term=Term::Energy
                    quantity=Quantity::ExpectedLogJoint
                    formula=|_| const { Quantity::ExpectedLogJoint.symbol() }
                    help=|m| m.energy_help
                />
                <Sign text="+" />
                <TermView
                    term=Term::Entropy
                    quantity=Quantity::Entropy
                    formula=|_| const { Quantity::Entropy.symbol() }
                    help=|m| m.entropy_help
                />
            </div>
        </footer>
    }
}

/// The ELBO, which stands by its name in every decomposition.
#[component]
fn ElboView() -> impl IntoView {
    view! {
        <TermView
            term=Term::Elbo
            quantity=Quantity::Elbo
            formula=|preferences| preferences.say(const { Quantity::Elbo.label() })
            help=|m| m.elbo_help
        />
    }
}

/// A term with its value below it; hovering or focusing the term highlights it in the pictures.
#[component]
fn TermView(
    term: Term,
    quantity: Quantity,
    /// Its symbol, or its name; not looked up here, so that the page carries the symbols of its equation alone.
    formula: fn(&Preferences) -> &'static str,
    /// The value, where it differs from the bench's.
    #[prop(optional)]
    value: Option<Signal<Option<f64>>>,
    help: fn(&Messages) -> &'static str,
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
            <span class="formula" inner_html=move || symbol_html(formula(&preferences))></span>
            <Metric quantity value first_look />
        </div>
    }
}

#[component]
fn Sign(text: &'static str) -> impl IntoView {
    view! { <div class="sign formula">{text}</div> }
}
