//! The latent plane: exact posterior, prior, q with its handles, draws by weight.

mod axes;
mod draws;
mod handles;
mod map;
mod names;
mod nudge;
mod posterior;
mod scenery;
mod shapes;
mod tile_sheet;

use std::sync::Arc;

use leptos::ev::{MouseEvent, PointerEvent, WheelEvent};
use leptos::html::Div;
use leptos::prelude::*;
use leptos::svg::Svg;

use self::axes::axes;
pub use self::draws::FALL;
use self::draws::draws_layer;
use self::handles::Handles;
use self::names::names;
use self::nudge::nudge;
use self::scenery::scenery;
use self::shapes::{Ellipses, PriorCircles, Trace};
use crate::app::canvas::Palette;
use crate::app::context::{Bench, BenchNumbers, Preferences, Undo};
use crate::app::platform::dom;
use crate::app::shared::shared;
use crate::app::widgets::icon_button::IconButton;
use elboscope::bench::GapField;
use elboscope::state::plane_gesture::wheel_factor;
use elboscope::state::{PlaneGesture, PlaneView, Term};

/// The factor of one press of a zoom button.
const ZOOM: f64 = 1.4;
/// Nodes along the side of the gap's field: fewer than pixels, because a drag computes it at every frame.
const GAP_NODES: usize = 81;
/// Distance in latent units above which two best q belong to different images; two lattices of one image differ by
/// less.
const ANOTHER_PLACE: f64 = 0.01;

/// The part of the plane that is visible.
#[derive(Clone, Copy)]
pub struct PlaneWindow(pub RwSignal<PlaneView>);

/// Width of the zoom buttons in the lower right corner, and their height, in font sizes of the axes.
const ZOOM_BUTTONS: [f64; 2] = [10.0, 3.6];

/// What covers a plane of this size: the map and the zoom buttons, as left, top, right and bottom edge in pixels.
fn covered([width, height]: [f64; 2], line: f64) -> [[f64; 4]; 2] {
    let map = map::covered([width, height], line);
    let zoom = ZOOM_BUTTONS.map(|length| length * line);
    [[0.0, height - map[1], map[0], height], [width - zoom[0], height - zoom[1], width, height]]
}

/// The plane, with a name beside each of its marks.
#[component]
pub fn Plane() -> impl IntoView {
    let preferences = shared::<Preferences>();
    let undo = shared::<Undo>();
    let bench = shared::<Bench>();
    let numbers = shared::<BenchNumbers>();
    let messages = move || preferences.messages();
    let frame = NodeRef::<Div>::new();
    let size = dom::size_of(frame);
    let view = RwSignal::new(PlaneView { centre: [0.0; 2], scale: 100.0, size: [0.0; 2] });
    provide_context(PlaneWindow(view));
    let line = Memo::new(move |_| {
        preferences.chosen_theme.track();
        size.track();
        Palette::read().label_size
    });

    // A new x, a new size or a q outside of the view fits the view anew; a drag does not.
    let fit = move || {
        let size = size.get_untracked();
        if size[0] > 0.0 && size[1] > 0.0 {
            view.set(PlaneView::fitting(&sights(bench, numbers), size));
        }
    };
    Effect::new(move |_| {
        size.track();
        fit();
    });
    // The best q depends on x alone: if it moved, x changed, and the view is fitted anew.
    Effect::new(move |previous: Option<Option<[f64; 2]>>| {
        let best = numbers.best.get().map(|best| best.q.mean());
        let is_other = match (previous.flatten(), best) {
            (Some(before), Some(now)) => {
                (0..2).any(|axis| (before[axis] - now[axis]).abs() > ANOTHER_PLACE)
            }
            (None, now) => now.is_some(),
            (Some(_), None) => false,
        };
        if is_other && undo.movement.get_untracked().is_some() {
            // No fit during a movement of q: the earlier place is kept, so that the next best q is compared with it.
            return previous.flatten();
        }
        if is_other {
            fit();
        }
        best
    });
    Effect::new(move |_| {
        let state = bench.state.get();
        let is_moving = undo.movement.get().is_some();
        let is_lost = !view.get_untracked().shows(state.mu)
            || state.probe.is_some_and(|probe| !view.get_untracked().shows(probe));
        if is_lost && !is_moving {
            fit();
        }
    });

    let zoom = move |factor: f64, screen: [f64; 2]| {
        view.update(|view| *view = view.zoomed(factor, screen));
    };
    let zoom_middle = move |factor: f64| {
        let [width, height] = view.get_untracked().size;
        zoom(factor, [0.5 * width, 0.5 * height]);
    };
    let overlay = NodeRef::<Svg>::new();
    // The pixel of the picture under the pointer.
    let pixel = move |event: &MouseEvent| {
        let overlay = overlay.get_untracked()?;
        Some(dom::placement_of(&overlay).picture_from_window(dom::pointer_at(event)))
    };
    let on_wheel = move |event: WheelEvent| {
        // Otherwise the browser scrolls the page, or zooms it with the Control key.
        event.prevent_default();
        let lines = event.delta_mode() == WheelEvent::DOM_DELTA_LINE;
        if let Some(screen) = pixel(&event) {
            zoom(wheel_factor(event.delta_y(), lines, event.ctrl_key()), screen);
        }
    };
    let gesture = StoredValue::new(PlaneGesture::default());
    let on_down = move |event: PointerEvent| {
        if event.button() != 0 {
            return;
        }
        let (Some(overlay), Some(at)) = (overlay.get_untracked(), pixel(&event)) else { return };
        // Where pointer capture fails, panning ends at the plane's border.
        let _ = overlay.set_pointer_capture(event.pointer_id());
        gesture.update_value(|gesture| gesture.press(event.pointer_id(), at));
    };
    let on_move = move |event: PointerEvent| {
        // Most moves belong to no gesture of the plane; they return before the layout is measured.
        if !gesture.with_value(|gesture| gesture.holds(event.pointer_id())) {
            return;
        }
        let Some(at) = pixel(&event) else { return };
        let before = view.get_untracked();
        let moved = gesture
            .try_update_value(|gesture| gesture.moved(event.pointer_id(), at, &before))
            .flatten();
        if let Some(moved) = moved {
            view.set(moved);
        }
    };
    let on_up = move |event: PointerEvent| {
        gesture.update_value(|gesture| gesture.lift(event.pointer_id()));
    };
    let gap = gap_field(view);
    let [layers, map] = scenery();
    view! {
        <h2 id="plane-title" class="visually-hidden">
            {move || messages().plane_title}
        </h2>
        <div
            id="plane"
            class:awaiting=move || numbers.scene.get().is_none()
            node_ref=frame
            data-pixels-per-unit=move || view.get().scale
            role="group"
            aria-label=move || messages().plane_name
            aria-describedby="plane-summary"
        >
            {layers}
            {axes(line)}
            {draws_layer(gap)}
            <svg
                id="plane-overlay"
                width=move || view.get().size[0]
                height=move || view.get().size[1]
                node_ref=overlay
                on:wheel=on_wheel
                on:pointerdown=on_down
                on:pointermove=on_move
                on:pointerup=on_up
                on:pointercancel=on_up
                on:lostpointercapture=on_up
            >
                <PriorCircles />
                <Trace />
                <Ellipses />
                {nudge()}
                <Handles />
            </svg>
            {names(line, gap)}
            {map}
            <div class="zoom">
                <IconButton
                    action="fit"
                    sign="⤢"
                    name=|messages| messages.fit_view
                    on_press=fit
                />
                <IconButton
                    action="zoom-in"
                    sign="+"
                    name=|messages| messages.zoom_in
                    on_press=move || zoom_middle(ZOOM)
                />
                <IconButton
                    action="zoom-out"
                    sign="−"
                    name=|messages| messages.zoom_out
                    on_press=move || zoom_middle(1.0 / ZOOM)
                />
            </div>
            <p id="plane-summary" class="visually-hidden">
                {move || {
                    let state = bench.state.get();
                    messages().plane_summary(state.mu, state.sigma, state.rho)
                }}
            </p>
        </div>
    }
}

/// The gap as a field over the view, while it is pointed at.
fn gap_field(view: RwSignal<PlaneView>) -> Memo<Option<Arc<GapField>>> {
    let bench = shared::<Bench>();
    let numbers = shared::<BenchNumbers>();
    Memo::new(move |_| {
        (bench.highlight.get() == Some(Term::Gap)).then_some(())?;
        let (view, scene) = (view.get(), numbers.scene.get()?);
        let q = bench.state.with(|state| state.proposal().ok())?;
        let half_width = 0.5 * view.size[0].max(view.size[1]) / view.scale;
        let square = (view.centre, half_width);
        let log_evidence = scene.evidence.log_evidence;
        Some(Arc::new(GapField::new(&q, &scene.field, log_evidence, square, GAP_NODES)))
    })
}

/// What a view should contain: q, the best q and the encoder's q, each with a half-width around it.
fn sights(bench: Bench, numbers: BenchNumbers) -> Vec<([f64; 2], f64)> {
    let state = bench.state.get_untracked();
    let mut sights = vec![(state.mu, 2.2 * state.sigma[0].max(state.sigma[1]))];
    if let Some(best) = numbers.best.get_untracked() {
        let [first, _] = best.q.principal_axes();
        sights.push((best.q.mean(), 3.0 * first.sd));
    }
    if let Some(scene) = numbers.scene.get_untracked() {
        let [first, _] = scene.encoder.principal_axes();
        sights.push((scene.encoder.mean(), 2.0 * first.sd));
    }
    if let Some(probe) = state.probe {
        sights.push((probe, 0.2));
    }
    // Larger half-widths would only show empty plane.
    sights.into_iter().map(|(centre, half)| (centre, half.min(4.0))).collect()
}
