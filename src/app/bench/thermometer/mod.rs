//! The thermometer in nats: exact log p(x) as a line that stays, the ELBO and the gap below it.

mod bar;
mod columns;
mod cut;
mod evidence;
mod tools;

use leptos::html::{Canvas, Div};
use leptos::prelude::*;

use self::bar::Picture;
use self::columns::Columns;
use self::cut::Cut;
use super::ladder::ladder;
use crate::app::bench::metric::Metric;
use crate::app::canvas::{Extent, Palette};
use crate::app::context::{Bench, BenchNumbers, Preferences};
use crate::app::platform::dom;
use crate::app::platform::motion::tweened;
use crate::app::shared::shared;
use elboscope::exact::{Decomposition, exact_elbo};
use elboscope::figure::{NatsAxis, stacked};
use elboscope::quantity::{Quantity, symbol_html};
use elboscope::state::{Identity, Loupe, NatsScale, Term, Text, number, say, text};

/// Milliseconds in which one loupe gives way to another.
const LOUPE_MOVES: f64 = 600.0;
/// Height of a piece's words and of the ELBO's, and of a notch's, in font sizes of the axes.
const WORDS: f64 = 4.2;
const NOTCH: f64 = 1.3;
/// Height of the loupe's switch.
const SWITCH: f64 = 3.0;

/// The picture with its numbers, and the chart of K below it.
pub fn thermometer() -> AnyView {
    let preferences = shared::<Preferences>();
    let bench = shared::<Bench>();
    let numbers = shared::<BenchNumbers>();
    let messages = move || preferences.messages();
    let frame = NodeRef::<Div>::new();
    let size = dom::size_of(frame);
    let marks = NodeRef::<Canvas>::new();
    let decomposition = Memo::new(move |_| numbers.terms.get().map(|terms| terms.decomposition));
    // Where the words stand; while the numbers of another x are computed they stay where they were.
    let placed = Memo::new(move |previous: Option<&Option<Decomposition>>| {
        decomposition.get().or(previous.copied().flatten())
    });
    let loupe = Memo::new(move |_| bench.state.with(|state| state.loupe));
    let offered = tools::offered(loupe, move || Some(placed.get()?.kl_posterior));
    let [cuts, loupes] = tools::tools(loupe, offered);
    let identity = Memo::new(move |_| bench.state.with(|state| state.identity));
    let cut = Cut::following(identity);
    // Ratios take equal time.
    let closeness = tweened(Memo::new(move |_| loupe.get().factor().ln()), LOUPE_MOVES);
    let scale = Memo::new(move |_| {
        let log_evidence = placed.get()?.log_evidence;
        Some(NatsScale { log_evidence, magnification: closeness.get().exp() })
    });
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
    let columns = Memo::new(move |_| {
        let left = axis.get().map_or(0.0, |axis| axis.left());
        Columns::new(size.get()[0], left, closeness.get().exp(), loupe.get())
    });
    let drawn = move || {
        let Columns { bar, whole, loupe } = columns.get();
        axis.get().map_or_else(String::new, |axis| axis.svg([whole.0, bar[0]], loupe))
    };
    // The ELBO of the pinned q for the present x.
    let pinned_elbo = Memo::new(move |_| {
        let (pinned, scene) = (bench.pinned.get()?, numbers.scene.get()?);
        Some(exact_elbo(&pinned, &scene.field))
    });
    Effect::new(move |_| {
        let (Some(canvas), Some(scale), Some(decomposition)) =
            (marks.get(), scale.get(), decomposition.get())
        else {
            return;
        };
        let picture = Picture {
            scale,
            decomposition: &decomposition,
            cut: cut.get(),
            best_elbo: numbers.best.get().map(|best| best.elbo),
            encoder_elbo: numbers.encoder_elbo.get(),
            pinned_elbo: pinned_elbo.get(),
            highlight: bench.highlight.get(),
        };
        // Drawing fails only where the browser gives no context; the next change draws again.
        bar::draw(&canvas, Extent::on_screen(size.get()), &palette.get(), columns.get(), &picture);
    });

    let height = move || size.get()[1] - NatsAxis::bottom(line.get());
    let is_torn = Memo::new(move |_| {
        scale.get().zip(placed.get()).is_some_and(|(scale, placed)| scale.is_below(placed.elbo()))
    });
    // Where words stand, for the style sheet.
    let places = move || {
        let (Some(scale), Some(placed)) = (scale.get(), placed.get()) else { return String::new() };
        let (height, line) = (height(), line.get());
        let y = |nats: f64| scale.height(nats) * height;
        let (elbo, level) = (placed.elbo(), cut.get().level(&placed));
        let [high, low] = [y(elbo.max(level)), y(elbo.min(level))];
        let words = WORDS * line;
        let middle = |nats: Option<f64>| nats.map_or(0.0, y);
        let wanted = [
            (0.5 * (high + low), words),
            (middle(numbers.encoder_elbo.get()), NOTCH * line),
            (y(elbo) + 0.5 * words, words),
        ];
        let zero = NatsScale::zero() * height;
        // The switch of the loupe stands at the bottom.
        let is_offered = loupe.get() != Loupe::X1 || offered.get().is_some();
        let lowest = if is_offered { height - SWITCH * line } else { height };
        let [piece, encoder, elbo_words] = stacked(wanted, zero + 4.0, lowest);
        let right = columns.get().bar[1];
        format!(
            "--left:{:.1}px;--zero:{zero:.1}px;--words:{:.1}px;--piece:{piece:.1}px;--elbo-at:{elbo_words:.1}px;--encoder-at:{encoder:.1}px",
            columns.get().whole.0 - 8.0,
            right + 16.0,
        )
    };
    let first_look = Signal::derive(move || numbers.terms.get().is_some_and(|t| t.is_first_look));
    let torn = move || {
        let (scale, placed) = (scale.get()?, placed.get()?);
        (is_torn.get() && identity.get() == Identity::Gap).then_some(())?;
        let (gap, language) = (placed.kl_posterior, preferences.language.get());
        let write = |nats: f64, decimals| number::grouped(nats, decimals, language);
        let (fit, gap) = (write(scale.depth(), usize::from(scale.depth() < 10.0)), write(gap, 0));
        Some(say!(language, "{fit} of {gap} nats fit", fit, gap))
    };
    // A notch in words: whose ELBO it is, and how far that is below log p(x).
    let notch = move |of: Text, elbo: Option<f64>| {
        let (scale, placed, elbo) = (scale.get()?, placed.get()?, elbo?);
        (!scale.is_below(elbo)).then_some(())?;
        let language = preferences.language.get();
        let behind = number::nats(elbo - placed.log_evidence, numbers.decimals.get(), language);
        Some(format!("{} {behind}", of.say(language)))
    };
    let encoder =
        move || notch(const { Quantity::EncoderElbo.short_label() }, numbers.encoder_elbo.get());
    let pinned = move || notch(text!("pinned"), pinned_elbo.get());
    // Pressing the gap keeps its field in the plane while q is dragged.
    let is_held = RwSignal::new(false);
    let point_at = move |term: Option<Term>| {
        let held = is_held.get_untracked().then_some(Term::Gap);
        bench.highlight.set(term.or(held));
    };
    let words = move |quantity: Quantity, word: Text, symbol: &'static str| {
        view! {
            <b>{move || word.say(preferences.language.get())}</b>
            " "
            <span class="hero">
                <Metric quantity first_look />
            </span>
            <small inner_html=format!("= {}", symbol_html(symbol))></small>
        }
    };
    // A piece of the bar in words: its name, its number, its symbol.
    let piece =
        move |shown: Identity, term: Term, quantity: Quantity, word: Text, symbol: &'static str| {
            view! {
                <div
                    class=format!("tag piece {}", term.name())
                    hidden=move || identity.get() != shown
                    on:pointerenter=move |_| point_at(Some(term))
                    on:pointerleave=move |_| point_at(None)
                >
                    {words(quantity, word, symbol)}
                </div>
            }
        };
    let gap = const { Quantity::KlPosterior.symbol() };
    let cost = const { Quantity::KlPrior.symbol() };
    let entropy = const { Quantity::Entropy.symbol() };
    // What the ELBO is the sum of, where the bar shows it.
    let sum = move |shown: Identity, word: Text, quantity: Quantity, then: Text| {
        view! {
            <span hidden=move || identity.get() != shown>
                "= "
                {move || word.say(preferences.language.get())}
                " "
                <Metric quantity first_look />
                " "
                {move || then.say(preferences.language.get())}
            </span>
        }
    };
    view! {
        <h2 id="nats-title" class="visually-hidden">
            {move || messages().nats_title}
        </h2>
        {evidence::evidence_head()}
        <div
            id="thermometer"
            data-pixels-per-nat=move || {
                scale.get().map(|scale| number::full_precision(scale.pixels_per_nat(height())))
            }
            class:awaiting=move || decomposition.get().is_none()
            class:torn=is_torn
            style=places
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
            <svg class="sheet-axes" aria-hidden="true" width="100%" height="100%" inner_html=drawn></svg>
            <canvas node_ref=marks aria-hidden="true"></canvas>
            <div class="truth"></div>
            <button
                type="button"
                class="tag piece gap"
                data-action="show-gap"
                title=move || text!("Show the gap in the plane").say(preferences.language.get())
                hidden=move || identity.get() != Identity::Gap
                aria-pressed=move || is_held.get().to_string()
                on:click=move |_| {
                    is_held.update(|held| *held = !*held);
                    point_at(is_held.get_untracked().then_some(Term::Gap));
                }
                on:pointerenter=move |_| point_at(Some(Term::Gap))
                on:pointerleave=move |_| point_at(None)
            >
                {words(Quantity::KlPosterior, const { Quantity::KlPosterior.short_label() }, gap)}
            </button>
            {piece(Identity::Prior, Term::KlPrior, Quantity::KlPrior, text!("cost"), cost)}
            {piece(Identity::Energy, Term::Entropy, Quantity::Entropy, text!("entropy"), entropy)}
            <small class="tag fits">{torn}</small>
            <div
                class="tag elbo"
                on:pointerenter=move |_| point_at(Some(Term::Elbo))
                on:pointerleave=move |_| point_at(None)
            >
                <b>{move || preferences.say(const { Quantity::Elbo.label() })}</b>
                " "
                <span class="hero">
                    <Metric quantity=Quantity::Elbo first_look />
                </span>
                <small>
                    <span hidden=move || {
                        identity.get() != Identity::Gap
                    } inner_html=move || {
                        text!("what you can compute without <i>p</i>(<i>x</i>)")
                            .say(preferences.language.get())
                    }></span>
                    {sum(Identity::Prior, text!("fit"), Quantity::Reconstruction, text!("− cost"))}
                    {sum(Identity::Energy, text!("energy"), Quantity::ExpectedLogJoint, text!("+ entropy"))}
                </small>
            </div>
            <small class="tag encoder">{encoder} <span class="pinned">{pinned}</span></small>
            {loupes}
        </div>
        {cuts}
        {ladder(scale, palette, move || axis.get().map_or(0.0, |axis| axis.left()))}
    }
    .into_any()
}
