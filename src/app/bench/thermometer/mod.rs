//! The thermometer in nats: exact log p(x) as a fixed line, the ELBO and the gap below it, the ladder.

mod drawing;
mod estimates;
mod ladder;
mod table;

use leptos::html::{Canvas, Div};
use leptos::prelude::*;

use self::drawing::{Columns, Picture};
use self::estimates::{Earlier, Estimates};
use self::table::LadderTable;
use crate::app::bench::metric::{AWAITED, Metric};
use crate::app::canvas::{Extent, Palette};
use crate::app::context::{Bench, BenchNumbers, Preferences};
use crate::app::platform::dom;
use crate::app::platform::motion::tweened;
use crate::app::shared::shared;
use elboscope::bench_worker::Accuracy;
use elboscope::exact::Decomposition;
use elboscope::figure::NatsAxis;
use elboscope::quantity::{Quantity, symbol_html};
use elboscope::state::{Loupe, NatsScale, Term, number, say, text};

/// Milliseconds in which one loupe gives way to another.
const LOUPE_MOVES: f64 = 600.0;

/// The rigorous interval around log p(x), and whether the lattice's value lies inside.
#[component]
fn Certified() -> impl IntoView {
    let preferences = shared::<Preferences>();
    let numbers = shared::<BenchNumbers>();
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
    view! {
        <p
            class="certified"
            class:refuted=is_refuted
            hidden=move || numbers.certified.get().is_none()
            title=move || messages().certified_help
        >
            <span class="swatch"></span>
            {move || if is_refuted() { messages().refuted } else { messages().certified }}
            " "
            <Metric quantity=Quantity::LogEvidenceLower />
            " … "
            <Metric quantity=Quantity::LogEvidenceUpper />
        </p>
    }
}

/// log p(x): a number, or the proven interval where no number is exact.
#[component]
fn EvidenceValue() -> impl IntoView {
    let preferences = shared::<Preferences>();
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
    view! {
        <span hidden=is_unresolved>
            <Metric
                quantity=Quantity::LogEvidence
                first_look=Signal::derive(move || is(|s| matches!(s, Accuracy::FirstLook)))
            />
        </span>
        <span class="number" hidden=move || !is_unresolved()>
            {move || interval().unwrap_or_else(|| AWAITED.to_owned())}
        </span>
    }
}

/// How closely the picture is looked at; where the gap is short, the loupe that shows it is offered.
#[component]
fn LoupeSwitch(loupe: Memo<Loupe>, gap: Signal<Option<f64>>) -> impl IntoView {
    let preferences = shared::<Preferences>();
    let bench = shared::<Bench>();
    let offered =
        Memo::new(move |_| gap.get().map(Loupe::for_gap).filter(|fit| *fit > loupe.get()));
    let name = text!("Loupe");
    let button = |shown: Loupe| {
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
    view! {
        <div class="switch loupe" role="group" aria-label=move || name.say(preferences.language.get())>
            {Loupe::ALL.map(button).collect_view()}
        </div>
    }
}

/// The picture with its numbers.
#[component]
pub fn Thermometer() -> impl IntoView {
    let preferences = shared::<Preferences>();
    let bench = shared::<Bench>();
    let numbers = shared::<BenchNumbers>();
    let messages = move || preferences.messages();
    let frame = NodeRef::<Div>::new();
    let size = dom::size_of(frame);
    let marks = NodeRef::<Canvas>::new();
    let decomposition = Memo::new(move |_| numbers.terms.get().map(|terms| terms.decomposition));
    // Where the tags stand; while the numbers of another x are computed they stay where they were.
    let placed = Memo::new(move |previous: Option<&Option<Decomposition>>| {
        decomposition.get().or(previous.copied().flatten())
    });
    let loupe = Memo::new(move |_| bench.state.with(|state| state.loupe));
    // Ratios take equal time.
    let closeness = tweened(Memo::new(move |_| loupe.get().factor().ln()), LOUPE_MOVES);
    let scale = Memo::new(move |_| {
        let log_evidence = placed.get()?.log_evidence;
        Some(NatsScale { log_evidence, magnification: closeness.get().exp() })
    });
    let extent = Memo::new(move |_| Extent::on_screen(size.get()));
    let palette = Memo::new(move |_| {
        preferences.chosen_theme.track();
        // The size of the labels follows the width of the window too.
        size.track();
        Palette::read()
    });
    let line = Memo::new(move |_| palette.with(|palette| palette.label_size));
    let axis = Memo::new(move |_| {
        let (scale, size, language) = (scale.get()?, size.get(), preferences.language.get());
        Some(NatsAxis { scale, size, line: line.get(), language })
    });
    let earlier = StoredValue::new(Earlier::default());
    let columns = Memo::new(move |_| {
        let left = axis.get().map_or(0.0, |axis| axis.left());
        Columns::new(size.get()[0], left, line.get(), closeness.get().exp(), loupe.get())
    });
    let drawn = move || axis.get().map_or_else(String::new, |axis| axis.svg(columns.get().names()));
    Effect::new(move |_| {
        let (Some(canvas), Some(scale), Some(readings), Some(decomposition)) =
            (marks.get(), scale.get(), numbers.readings.get(), decomposition.get())
        else {
            return;
        };
        let present = Estimates {
            ladder: numbers.ladder.get(),
            exact_ladder: numbers.exact_ladder.get(),
            running: numbers.running.get(),
        };
        let scene = numbers.scene.get();
        let earlier = earlier
            .try_update_value(|earlier| earlier.beside(&present, scene.as_ref()))
            .unwrap_or_default();
        let picture = Picture {
            scale,
            readings: &readings,
            decomposition: &decomposition,
            estimates: &present,
            earlier: &earlier,
            best_elbo: numbers.best.get().map(|best| best.elbo),
            encoder_elbo: numbers.encoder_elbo.get(),
            highlight: bench.highlight.get(),
        };
        // Drawing fails only where the browser gives no context; the next change draws again.
        drawing::draw_marks(&canvas, extent.get(), &palette.get(), columns.get(), &picture);
    });

    let height = move || size.get()[1] - NatsAxis::bottom(line.get());
    let height_of = move |nats: Option<f64>| {
        scale.get().zip(nats).map_or(0.0, |(scale, nats)| scale.height(nats)) * height()
    };
    let evidence_top = move || height_of(placed.get().map(|d| d.log_evidence));
    let elbo_height = move || height_of(placed.get().map(|d| d.elbo()));
    let is_torn = Memo::new(move |_| {
        scale.get().zip(placed.get()).is_some_and(|(scale, placed)| scale.is_below(placed.elbo()))
    });
    // The tags of gap and ELBO make room for each other when the gap is a hair, and stay in the picture when the ELBO
    // is below it.
    let row = move || 1.3 * line.get();
    let gap_top = move || {
        let (above, below) = (evidence_top(), elbo_height());
        (0.5 * (above + below)).max(above + row())
    };
    let elbo_top = move || {
        let lowest = height() - 2.0 * row();
        elbo_height().max(evidence_top() + 2.0 * row()).min(lowest)
    };
    let pixels = |length: f64| format!("{length:.1}px");
    let standing = move || {
        let messages = messages();
        Some(match numbers.evidence.get()?.standing {
            Accuracy::Exact { error } => messages.evidence_error(error),
            Accuracy::FirstLook => messages.evidence_first_look.to_owned(),
            Accuracy::Unresolved => messages.evidence_unresolved.to_owned(),
        })
    };
    let first_look = Signal::derive(move || numbers.terms.get().is_some_and(|t| t.is_first_look));
    let torn = move || {
        let (scale, gap) = (scale.get()?, placed.get()?.kl_posterior);
        is_torn.get().then_some(())?;
        let language = preferences.language.get();
        let write = |nats: f64, decimals| number::grouped(nats, decimals, language);
        let (fit, gap) = (write(scale.depth(), usize::from(scale.depth() < 10.0)), write(gap, 0));
        Some(say!(language, "{fit} of {gap} nats fit", fit, gap))
    };
    view! {
        <div class="nats-head">
        <h2 id="nats-title">
            {move || messages().nats_title}
            <small>
                <span
                    data-metric=Quantity::LogEvidenceError.name()
                    data-value=move || {
                        numbers.value(Quantity::LogEvidenceError, None).map(number::full_precision)
                    }
                >
                    {standing}
                </span>
                {move || {
                    (!numbers.is_fine.get() && numbers.scene.get().is_some())
                        .then(|| format!(" · {}", messages().evidence_coarse))
                }}
            </small>
        </h2>
        <LoupeSwitch loupe gap=Signal::derive(move || Some(placed.get()?.kl_posterior)) />
        </div>
        <div
            id="thermometer"
            data-pixels-per-nat=move || {
                scale.get().map(|scale| number::full_precision(scale.pixels_per_nat(height())))
            }
            class:awaiting=move || decomposition.get().is_none()
            node_ref=frame
            role="img"
            aria-label=move || {
                decomposition
                    .get()
                    .map(|d: Decomposition| {
                        messages().thermometer_summary(d.log_evidence, d.elbo(), d.kl_posterior)
                    })
            }
        >
            <svg
                class="sheet-axes"
                aria-hidden="true"
                width=move || size.get()[0]
                height=move || size.get()[1]
            >
                <g inner_html=drawn></g>
            </svg>
            <canvas node_ref=marks aria-hidden="true"></canvas>
            <div
                class="tag evidence"
                style:top=move || pixels(evidence_top())
                style:left=move || pixels(columns.get().left + 4.0)
                on:pointerenter=move |_| bench.highlight.set(Some(Term::Evidence))
                on:pointerleave=move |_| bench.highlight.set(None)
            >
                <span
                    class="formula"
                    inner_html=symbol_html(const { Quantity::LogEvidence.symbol() })
                ></span>
                " "
                <EvidenceValue />
            </div>
            <div
                class="tag gap"
                style:top=move || pixels(gap_top())
                style:left=move || pixels(columns.get().bar[1] + 6.0)
                on:pointerenter=move |_| bench.highlight.set(Some(Term::Gap))
                on:pointerleave=move |_| bench.highlight.set(None)
            >
                {move || preferences.say(const { Quantity::KlPosterior.short_label() })}
                <br />
                <Metric
                    quantity=Quantity::KlPosterior
                    first_look
                />
                <small>{torn}</small>
            </div>
            <div
                class="tag elbo"
                class:beyond=is_torn
                style:top=move || pixels(elbo_top())
                style:left=move || pixels(columns.get().bar[1] + 6.0)
                on:pointerenter=move |_| bench.highlight.set(Some(Term::Elbo))
                on:pointerleave=move |_| bench.highlight.set(None)
            >
                {move || preferences.say(const { Quantity::Elbo.label() })}
                <br />
                <Metric quantity=Quantity::Elbo first_look />
            </div>
        </div>
        <div class="readouts">
            <p
                class="importance"
                on:pointerenter=move |_| bench.highlight.set(Some(Term::Sampling))
                on:pointerleave=move |_| bench.highlight.set(None)
            >
                <span class="swatch"></span>
                {move || preferences.say(const { Quantity::Importance.label() })}
                " "
                <i>"K"</i>
                "="
                {move || bench.state.get().k.get()}
                ": "
                <Metric quantity=Quantity::Importance />
                " ± "
                <Metric quantity=Quantity::ImportanceStderr />
            </p>
            <p class="running">
                <span class="swatch"></span>
                {move || {
                    let draws = numbers.running.get().map_or(0, |running| running.draws);
                    messages().draws_so_far(draws)
                }}
                ": "
                <Metric quantity=Quantity::ImportanceRunning />
                " ± "
                <Metric quantity=Quantity::ImportanceRunningStderr />
            </p>
            <Certified />
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
        </div>
    }
}
