//! The sentence over the bench: what to do, and what has happened.

use leptos::prelude::*;

use super::climb::ClimbPlayer;
use crate::app::context::{Bench, BenchNumbers, Preferences};
use crate::app::shared::shared;
use elboscope::state::{BenchState, Lead, LeadNumbers, XSource};

/// The sentence; nouns stand in the colours of what they name in the pictures.
pub fn lead() -> AnyView {
    let preferences = shared::<Preferences>();
    let bench = shared::<Bench>();
    let numbers = shared::<BenchNumbers>();
    let climb = expect_context::<ClimbPlayer>();
    // The digit for which q was made, if q has not changed since another image was chosen.
    let left_behind = Memo::new(move |before: Option<&LeftBehind>| {
        let state = bench.state.get();
        LeftBehind::after(before.copied(), &state)
    });
    let spoken = move || {
        let language = preferences.language.get();
        let lead = numbers.terms.get().map_or(Lead::Pull, |terms| {
            let log_evidence = terms.decomposition.log_evidence;
            let behind = |elbo: f64| (log_evidence - elbo).max(0.0);
            let digit = left_behind.get().of.map(|digit| {
                bench
                    .gallery
                    .with_value(|gallery| gallery.get(digit).map_or(0, |image| image.label))
            });
            Lead::of(&LeadNumbers {
                gap: terms.decomposition.kl_posterior,
                encoder: numbers.encoder_elbo.get().map(behind),
                best: numbers.best.get().map(|best| behind(best.elbo)),
                is_climbing: climb.is_playing(),
                left_behind: digit,
            })
        });
        lead.html(numbers.decimals.get(), language)
    };
    view! { <p class="lead" inner_html=spoken></p> }.into_any()
}

/// Whether q is that of an image before.
#[derive(Clone, Copy, PartialEq)]
struct LeftBehind {
    x: XSource,
    q: ([f64; 2], [f64; 2], f64),
    /// The gallery's image for which q was made.
    of: Option<usize>,
}

impl LeftBehind {
    fn after(before: Option<Self>, state: &BenchState) -> Self {
        let now = Self { x: state.x, q: (state.mu, state.sigma, state.rho), of: None };
        let of = match before {
            Some(before) if before.q == now.q && before.x == now.x => before.of,
            Some(Self { x: XSource::Digit(digit), q, of }) if q == now.q => {
                // Back at the image of q, nothing is left behind.
                Some(of.unwrap_or(digit)).filter(|digit| now.x != XSource::Digit(*digit))
            }
            _ => None,
        };
        Self { of, ..now }
    }
}
