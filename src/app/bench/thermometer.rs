//! The thermometer in nats: exact log p(x) as a fixed line, the ELBO and the gap below it, the ladder.

mod drawing;
mod table;

use leptos::html::{Canvas, Div};
use leptos::prelude::*;

use self::drawing::{Columns, Picture};
use self::table::LadderTable;
use crate::app::canvas::{Extent, Palette};
use crate::app::dom;
use crate::app::metric::{Metric, Style};
use crate::app::store::Store;
use crate::exact::Decomposition;
use crate::figure::NatsAxis;
use crate::state::{NatsScale, Term, number};

/// The rigorous interval around log p(x), and whether the lattice's value lies inside.
#[component]
fn Certified() -> impl IntoView {
    let store = expect_context::<Store>();
    let messages = move || store.messages();
    let lower = move || Some(store.certified.get()?.0);
    let upper = move || Some(store.certified.get()?.1);
    // The coarse lattice errs by more than the interval is wide, and says so itself.
    let is_refuted = move || {
        let (Some((lower, upper)), Some(scene)) = (store.certified.get(), store.scene.get()) else {
            return false;
        };
        let slack = scene.evidence.error;
        let value = scene.evidence.log_evidence;
        store.is_fine.get() && !(lower - slack..=upper + slack).contains(&value)
    };
    view! {
        <p
            class="certified"
            class:refuted=is_refuted
            hidden=move || store.certified.get().is_none()
            title=move || messages().certified_help
        >
            <span class="swatch"></span>
            {move || if is_refuted() { messages().refuted } else { messages().certified }}
            " "
            <Metric name="log-evidence-lower" style=Style::Fine value=Signal::derive(lower) />
            " … "
            <Metric name="log-evidence-upper" style=Style::Fine value=Signal::derive(upper) />
        </p>
    }
}

/// The picture with its numbers.
#[component]
pub fn Thermometer() -> impl IntoView {
    let store = expect_context::<Store>();
    let messages = move || store.messages();
    let frame = NodeRef::<Div>::new();
    let size = dom::size_of(frame);
    let marks = NodeRef::<Canvas>::new();
    let decomposition = Memo::new(move |_| store.readings.get().map(|r| r.decomposition));
    let scale = Memo::new(move |previous: Option<&Option<NatsScale>>| {
        let decomposition = decomposition.get()?;
        let previous = previous.copied().flatten();
        Some(NatsScale::new(decomposition.log_evidence, decomposition.kl_posterior, previous))
    });
    let extent = Memo::new(move |_| Extent::on_screen(size.get()));
    let palette = Memo::new(move |_| {
        store.chosen_theme.track();
        // The size of the labels follows the width of the window too.
        size.track();
        Palette::read()
    });
    let line = Memo::new(move |_| palette.with(|palette| palette.label_size));
    let axis = Memo::new(move |_| {
        let (scale, size, language) = (scale.get()?, size.get(), store.language.get());
        Some(NatsAxis { scale, size, line: line.get(), language })
    });
    let columns = Memo::new(move |_| {
        Columns::new(size.get()[0], axis.get().map_or(0.0, |axis| axis.left()), line.get())
    });
    let drawn = move || axis.get().map_or_else(String::new, |axis| axis.svg(columns.get().names()));
    Effect::new(move |_| {
        let (Some(canvas), Some(scale), Some(readings)) =
            (marks.get(), scale.get(), store.readings.get())
        else {
            return;
        };
        let picture = Picture {
            scale,
            readings: &readings,
            ladder: &store.ladder.get(),
            exact_ladder: &store.exact_ladder.get(),
            running: store.running.get(),
            best_elbo: store.best.get().map(|best| best.elbo),
            encoder_elbo: store.scene.get().map(|scene| scene.encoder_elbo),
            highlight: store.highlight.get(),
        };
        // A canvas that cannot be drawn on now is drawn at the next change.
        drawing::draw_marks(&canvas, extent.get(), &palette.get(), columns.get(), &picture);
    });

    let height_of = move |nats: Option<f64>| {
        let height = size.get()[1] - NatsAxis::bottom(line.get());
        scale.get().zip(nats).map_or(0.0, |(scale, nats)| scale.height(nats)) * height
    };
    let log_evidence = move || decomposition.get().map(|d| d.log_evidence);
    let elbo = move || decomposition.get().map(|d| d.elbo());
    // The tags of gap and ELBO make room for each other when the gap is a hair.
    let row = move || 1.3 * line.get();
    let gap_top = move || {
        let (above, below) = (height_of(log_evidence()), height_of(elbo()));
        (0.5 * (above + below)).max(above + row())
    };
    let elbo_top = move || height_of(elbo()).max(height_of(log_evidence()) + 2.0 * row());
    let pixels = |length: f64| format!("{length:.1}px");
    let error = move || {
        let error = store.scene.get()?.evidence.error;
        Some((messages().evidence_error)(error))
    };
    view! {
        <h2 id="nats-title">
            {move || messages().nats_title}
            <small>
                <span
                    data-metric="log-evidence-error"
                    data-value=move || store.scene.get().map(|s| s.evidence.error.to_string())
                >
                    {error}
                </span>
                {move || {
                    (!store.is_fine.get() && store.scene.get().is_some())
                        .then(|| format!(" · {}", messages().evidence_coarse))
                }}
            </small>
        </h2>
        <div
            id="thermometer"
            node_ref=frame
            role="img"
            aria-label=move || {
                decomposition
                    .get()
                    .map(|d: Decomposition| {
                        (messages()
                            .thermometer_summary)(d.log_evidence, d.elbo(), d.kl_posterior)
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
                style:top=move || pixels(height_of(log_evidence()))
                style:left=move || pixels(columns.get().left + 4.0)
                on:pointerenter=move |_| store.highlight.set(Some(Term::Evidence))
                on:pointerleave=move |_| store.highlight.set(None)
            >
                <span class="formula">"log " <i>"p"</i> "(" <i>"x"</i> ")"</span>
                " "
                <Metric name="log-evidence" value=Signal::derive(log_evidence) />
            </div>
            <div
                class="tag gap"
                style:top=move || pixels(gap_top())
                style:left=move || pixels(columns.get().bar[1] + 6.0)
                on:pointerenter=move |_| store.highlight.set(Some(Term::Gap))
                on:pointerleave=move |_| store.highlight.set(None)
            >
                {move || messages().gap}
                <br />
                <Metric
                    name="kl-posterior"
                    value=Signal::derive(move || decomposition.get().map(|d| d.kl_posterior))
                />
            </div>
            <div
                class="tag elbo"
                style:top=move || pixels(elbo_top())
                style:left=move || pixels(columns.get().bar[1] + 6.0)
                on:pointerenter=move |_| store.highlight.set(Some(Term::Elbo))
                on:pointerleave=move |_| store.highlight.set(None)
            >
                "ELBO"
                <br />
                <Metric name="elbo" value=Signal::derive(elbo) />
            </div>
        </div>
        <div class="readouts">
            <p
                class="importance"
                on:pointerenter=move |_| store.highlight.set(Some(Term::Sampling))
                on:pointerleave=move |_| store.highlight.set(None)
            >
                <span class="swatch"></span>
                {move || messages().importance}
                " "
                <i>"K"</i>
                "="
                {move || store.state.get().k.get()}
                ": "
                <Metric
                    name="importance"
                    value=Signal::derive(move || Some(store.readings.get()?.importance.log_evidence))
                />
                " ± "
                <Metric
                    name="importance-stderr"
                    value=Signal::derive(move || store.readings.get()?.importance.log_stderr)
                />
            </p>
            <p class="running">
                <span class="swatch"></span>
                {move || {
                    let draws = store.running.get().map_or(0, |running| running.draws);
                    (messages().draws_so_far)(draws)
                }}
                ": "
                <Metric
                    name="importance-running"
                    value=Signal::derive(move || Some(store.running.get()?.log_evidence))
                />
                " ± "
                <span
                    data-metric="importance-running-stderr"
                    data-value=move || {
                        store.running.get()?.log_stderr.map(|stderr| stderr.to_string())
                    }
                >
                    {move || {
                        let stderr = store.running.get().and_then(|r| r.log_stderr);
                        number::small(stderr.unwrap_or(f64::NAN), store.language.get())
                    }}
                </span>
            </p>
            <Certified />
            <p class="bounds">
                <span class="swatch best"></span>
                {move || messages().best_q_elbo}
                " "
                <Metric
                    name="best-q-elbo"
                    value=Signal::derive(move || Some(store.best.get()?.elbo))
                />
                <span class="swatch encoder"></span>
                {move || messages().encoder_elbo}
                " "
                <Metric
                    name="encoder-elbo"
                    value=Signal::derive(move || Some(store.scene.get()?.encoder_elbo))
                />
                <LadderTable />
            </p>
        </div>
    }
}
