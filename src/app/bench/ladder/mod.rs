//! The chart of L_K: the average of K draws, before the logarithm, against their number.

mod chart;
mod estimates;
mod table;

use leptos::html::{Canvas, Div};
use leptos::prelude::*;

use self::chart::Picture;
use self::estimates::{Earlier, Estimates};
pub use self::table::LadderTable;
use super::metric::Metric;
use super::plane::FALL;
use crate::app::canvas::{Extent, Palette};
use crate::app::context::{Bench, BenchNumbers, Preferences};
use crate::app::platform::dom;
use crate::app::platform::motion::since_change;
use crate::app::shared::shared;
use elboscope::evidence::{LogWeights, importance};
use elboscope::figure::LadderAxis;
use elboscope::quantity::Quantity;
use elboscope::state::{NatsScale, Term, say, text};

/// The chart with its title and what the present draws say. Its zero and its loupe are the thermometer's, as is the
/// space of its numbers at the `left`.
pub fn ladder(
    scale: Memo<Option<NatsScale>>,
    palette: Memo<Palette>,
    left: impl Fn() -> f64 + Send + Sync + 'static,
) -> AnyView {
    let preferences = shared::<Preferences>();
    let bench = shared::<Bench>();
    let numbers = shared::<BenchNumbers>();
    let language = preferences.language;
    let frame = NodeRef::<Div>::new();
    let size = dom::size_of(frame);
    let marks = NodeRef::<Canvas>::new();
    let axis = Memo::new(move |_| {
        let (scale, size) = (scale.get()?, size.get());
        let line = palette.with(|palette| palette.label_size);
        Some(LadderAxis { scale, size, left: left(), line })
    });
    let k = Memo::new(move |_| bench.state.with(|state| state.k.get()));
    let earlier = StoredValue::new(Earlier::default());
    // While new draws fall, the diamond is the estimate from those that have: it walks along K to where all of them are.
    let falling = since_change(Memo::new(move |_| bench.state.with(|state| state.seed)), FALL);
    Effect::new(move |_| {
        let (Some(canvas), Some(axis), Some(readings)) =
            (marks.get(), axis.get(), numbers.readings.get())
        else {
            return;
        };
        let present =
            Estimates { ladder: numbers.ladder.get(), exact_ladder: numbers.exact_ladder.get() };
        let scene = numbers.scene.get();
        let earlier = earlier
            .try_update_value(|earlier| earlier.beside(&present, scene.as_ref()))
            .unwrap_or_default();
        let (_, _, fallen) = falling.get();
        let of_those_that_fell = (fallen < 1.0).then(|| {
            let log_weights = readings.draws.log_weights.as_slice();
            let count = (fallen * log_weights.len() as f64).ceil().max(1.0) as usize;
            LogWeights::new(log_weights[..count].to_vec()).ok().map(|part| importance(&part))
        });
        let of_those_that_fell = of_those_that_fell.flatten();
        let picture = Picture {
            axis,
            estimate: of_those_that_fell.as_ref().unwrap_or(&readings.importance),
            present: &present,
            earlier: &earlier,
            is_lit: bench.highlight.get() == Some(Term::Sampling),
        };
        // Drawing fails only where the browser gives no context; the next change draws again.
        chart::draw(&canvas, Extent::on_screen(axis.size), &palette.get(), &picture);
    });
    let axes =
        move || axis.get().map_or_else(String::new, |axis| axis.svg(k.get(), language.get()));
    view! {
        <h3 class="ladder-title" inner_html=move || {
            text!("Average <i>K</i> draws, then take the log").say(language.get())
        }></h3>
        <div
            id="ladder"
            node_ref=frame
            on:pointerenter=move |_| bench.highlight.set(Some(Term::Sampling))
            on:pointerleave=move |_| bench.highlight.set(None)
        >
            <svg class="sheet-axes" aria-hidden="true" width="100%" height="100%" inner_html=axes></svg>
            <canvas node_ref=marks aria-hidden="true"></canvas>
            <p class="ladder-says">
                {move || say!(language.get(), "your {k} draws say", k = k.get().to_string())}
                " "
                <Metric quantity=Quantity::Importance />
                " ± "
                <Metric quantity=Quantity::ImportanceStderr />
            </p>
        </div>
    }
    .into_any()
}
