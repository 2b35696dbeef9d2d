//! Diagnostics of the importance weights: a verdict, and the numbers behind it.

use leptos::prelude::*;

use crate::app::bench::metric::Metric;
use crate::app::context::{BenchNumbers, Preferences};
use crate::app::shared::shared;
use elboscope::evidence::{KHat, Tail, Verdict};
use elboscope::quantity::Quantity;
use elboscope::state::number;

/// ESS, largest share and k̂.
pub fn weights() -> AnyView {
    let preferences = shared::<Preferences>();
    let numbers = shared::<BenchNumbers>();
    let messages = move || preferences.messages();
    let readings = move || numbers.readings.get();
    let draws = move || {
        let draws = readings().map_or(0, |readings| readings.importance.draws.get());
        number::integer(draws as u64, preferences.language.get())
    };
    let k_hat_words = move || {
        let messages = messages();
        let readings = readings()?;
        let limit = KHat::threshold(readings.importance.draws);
        Some(match readings.pool().tail() {
            Tail::Good => messages.khat_fine(limit),
            Tail::Heavy => messages.khat_high(limit),
            Tail::NoMean => messages.khat_infinite.to_owned(),
            Tail::NearlyEqual => messages.khat_equal.to_owned(),
            Tail::Short => messages.khat_none.to_owned(),
        })
    };
    view! {
        <div class="diagnostics">
            <dl>
                <div title=move || messages().ess_help>
                    <dt>{move || preferences.say(const { Quantity::Ess.short_label() })}</dt>
                    <dd>
                        <Metric quantity=Quantity::Ess />
                        " / "
                        {draws}
                    </dd>
                </div>
                <div title=move || messages().max_share_help>
                    <dt>
                        {move || preferences.say(const { Quantity::MaxShare.short_label() })}
                    </dt>
                    <dd>
                        <Metric quantity=Quantity::MaxShare />
                    </dd>
                </div>
                <div title=move || messages().khat_help>
                    <dt class="formula">
                        <i>{const { Quantity::KHat.symbol() }}</i>
                    </dt>
                    <dd>
                        <Metric quantity=Quantity::KHat />
                        <small>{k_hat_words}</small>
                    </dd>
                </div>
            </dl>
        </div>
    }
    .into_any()
}

/// The verdict on the weights in a sentence.
pub fn verdict() -> AnyView {
    let preferences = shared::<Preferences>();
    let numbers = shared::<BenchNumbers>();
    let verdict =
        Memo::new(move |_| numbers.readings.get().map(|readings| readings.pool().verdict()));
    view! {
            <p class=move || format!("diagnostics verdict {}", verdict.get().map_or("", name))>
                {move || {
                    let messages = preferences.messages();
                    verdict.get().map(|verdict| match verdict {
                        Verdict::Nothing => messages.verdict_nothing,
                        Verdict::TooFew => messages.verdict_too_few,
                        Verdict::Uneven => messages.verdict_uneven,
                        Verdict::Fine => messages.verdict_fine,
                        Verdict::FewCarry => messages.verdict_few_carry,
                        Verdict::OneCarries => messages.verdict_one_carries,
                        Verdict::HeavyTail => messages.verdict_heavy_tail,
                    })
                }}
            </p>
    }
    .into_any()
}

/// The CSS class of a verdict's colour.
fn name(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Fine => "fine",
        verdict if verdict.is_doubt() => "doubt",
        _ => "even",
    }
}
