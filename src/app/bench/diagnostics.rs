//! What the weights say about themselves, in numbers and in words.

use leptos::prelude::*;

use crate::app::metric::{Metric, Style};
use crate::app::store::Store;
use crate::evidence::{KHat, Reliability};

/// Below this share of K, a few draws carry the estimate.
const FEW: f64 = 0.1;
/// Above this share, one draw carries it.
const ONE: f64 = 0.5;

/// ESS, largest share and k̂, with a verdict.
#[component]
pub fn Diagnostics() -> impl IntoView {
    let store = expect_context::<Store>();
    let messages = move || store.messages();
    let readings = move || store.readings.get();
    let draws = move || readings().map_or(0, |r| r.importance.draws.get());
    let verdict = Memo::new(move |_| {
        readings().map(|readings| {
            let ess = readings.effective_sample_size.unwrap_or(0.0);
            let draws = readings.importance.draws;
            let is_carried_by_one = draws.get() > 1 && readings.max_share.is_none_or(|s| s > ONE);
            match Reliability::of(readings.k_hat.as_ref()) {
                _ if is_carried_by_one => Verdict::OneCarries,
                Reliability::NoMean | Reliability::Warn => Verdict::HeavyTail,
                _ if ess < FEW * draws.get() as f64 => Verdict::FewCarry,
                Reliability::Good | Reliability::Unknown => Verdict::Fine,
            }
        })
    });
    let k_hat_words = move || {
        let messages = messages();
        let readings = readings()?;
        let limit = KHat::threshold(readings.importance.draws);
        Some(match Reliability::of(readings.k_hat.as_ref()) {
            Reliability::Good => (messages.khat_fine)(limit),
            Reliability::Warn => (messages.khat_high)(limit),
            Reliability::NoMean => messages.khat_infinite.to_owned(),
            Reliability::Unknown => messages.khat_none.to_owned(),
        })
    };
    view! {
        <div class="diagnostics">
            <dl>
                <div title=move || messages().ess_help>
                    <dt>{move || messages().ess}</dt>
                    <dd>
                        <Metric
                            name="ess"
                            style=Style::Count
                            value=Signal::derive(move || Some(readings()?.effective_sample_size.unwrap_or(f64::NAN)))
                        />
                        " / "
                        {draws}
                    </dd>
                </div>
                <div title=move || messages().max_share_help>
                    <dt>{move || messages().max_share}</dt>
                    <dd>
                        <Metric
                            name="max-share"
                            style=Style::Percent
                            value=Signal::derive(move || Some(readings()?.max_share.unwrap_or(f64::NAN)))
                        />
                    </dd>
                </div>
                <div title=move || messages().khat_help>
                    <dt class="formula">
                        <i>{move || messages().khat}</i>
                    </dt>
                    <dd>
                        <Metric
                            name="khat"
                            style=Style::Plain
                            value=Signal::derive(move || Some(readings()?.k_hat.map_or(f64::NAN, |k_hat| k_hat.value)))
                        />
                        <small>{k_hat_words}</small>
                    </dd>
                </div>
            </dl>
            <p class=move || format!("verdict {}", verdict.get().map_or("", Verdict::name))>
                {move || {
                    let messages = messages();
                    verdict.get().map(|verdict| match verdict {
                        Verdict::Fine => messages.verdict_fine,
                        Verdict::FewCarry => messages.verdict_few_carry,
                        Verdict::OneCarries => messages.verdict_one_carries,
                        Verdict::HeavyTail => messages.verdict_heavy_tail,
                    })
                }}
            </p>
        </div>
    }
}

/// The words that all diagnostics come to.
#[derive(Clone, Copy, PartialEq)]
enum Verdict {
    Fine,
    FewCarry,
    OneCarries,
    HeavyTail,
}

impl Verdict {
    fn name(self) -> &'static str {
        match self {
            Self::Fine => "fine",
            Self::FewCarry | Self::OneCarries | Self::HeavyTail => "doubt",
        }
    }
}
