//! The latent plane: exact posterior, prior, q with its handles, draws by weight.

mod axes;
mod draws;
mod handles;
mod map;
mod posterior;
mod scenery;
mod shapes;
mod tile_sheet;

use leptos::ev::{MouseEvent, PointerEvent, WheelEvent};
use leptos::html::Div;
use leptos::prelude::*;
use leptos::svg::Svg;

use self::axes::Axes;
use self::draws::DrawsLayer;
use self::handles::Handles;
use self::scenery::scenery;
use self::shapes::{Ellipses, PriorCircles, Trace};
use crate::app::canvas::Palette;
use crate::app::context::{Bench, BenchNumbers, Preferences, Undo};
use crate::app::platform::dom;
use crate::app::shared::shared;
use crate::app::widgets::icon_button::IconButton;
use elboscope::figure::plane_margins;
use elboscope::state::plane_gesture::wheel_factor;
use elboscope::state::{PlaneGesture, PlaneView};

/// The factor of one press of a zoom button.
const ZOOM: f64 = 1.4;
/// Distance in latent units above which two best q belong to different images; two lattices of one image differ by
/// less.
const ANOTHER_PLACE: f64 = 0.01;

/// The part of the plane that is visible.
#[derive(Clone, Copy)]
pub struct PlaneWindow(pub RwSignal<PlaneView>);

/// The plane with its legend.
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
    let labels = Memo::new(move |_| plane_margins(line.get()));

    // A new x, a new size or a q outside of the view fits the view anew; a drag does not.
    let fit = move || {
        let [width, height] = size.get_untracked();
        let [left, bottom] = labels.get_untracked();
        let inside = [width - left, height - bottom];
        if inside[0] > 0.0 && inside[1] > 0.0 {
            view.set(PlaneView::fitting(&sights(bench, numbers), inside));
        }
    };
    Effect::new(move |_| {
        size.track();
        labels.track();
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
    let [layers, map] = scenery(labels);
    view! {
        <h2 id="plane-title">
            {move || messages().plane_title}
            <small class="legend">
                <span class="posterior">{move || messages().legend_posterior}</span>
                <span class="prior">{move || messages().legend_prior}</span>
                <span class="q">{move || messages().legend_q}</span>
                <span class="encoder">{move || messages().legend_encoder}</span>
                <span class="best">{move || messages().legend_best_q}</span>
            </small>
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
            <Axes line=line size=size />
            <DrawsLayer labels=labels />
            <svg
                id="plane-overlay"
                style:left=move || format!("{}px", labels.get()[0])
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
                <Handles />
            </svg>
            {map}
            <div class="zoom">
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
                <IconButton
                    action="fit"
                    sign="⤢"
                    name=|messages| messages.fit_view
                    on_press=fit
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
