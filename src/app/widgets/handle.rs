//! A handle in a picture of the bench or of a lab: a focusable slider for pointers and keys.

use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, FocusOptions, SvgElement};

use crate::app::context::{Movement, Preferences, Undo};
use crate::app::platform::dom;
use crate::app::shared::shared;
use elboscope::state::Placement;
use elboscope::state::keys::HandleKey;

/// Radius of a round handle.
pub const RADIUS: f64 = 8.0;
/// Radius of the invisible disc around a handle that receives pointer events.
const REACH: f64 = 22.0;

/// The drag of a handle by one pointer.
#[derive(Clone, Copy)]
struct Hold {
    pointer: i32,
    /// The picture's rectangle when the drag began: measuring it at every move would force a layout.
    placement: Placement,
    /// The offset from the pointer to the handle's centre, so that the handle does not jump.
    grip: [f64; 2],
}

/// A handle; its mark is drawn at the origin.
#[component]
pub fn HandleMark(
    #[prop(into)] id: Signal<String>,
    #[prop(into)] class: Signal<String>,
    /// Its accessible name.
    #[prop(into)]
    label: Signal<String>,
    /// The value and its range, for screen readers.
    #[prop(into)]
    value: Signal<f64>,
    #[prop(into)] range: Signal<[f64; 2]>,
    /// The value in words, for screen readers.
    #[prop(into)]
    value_text: Signal<String>,
    /// The orientation, if it moves in only one direction.
    #[prop(optional, into)]
    orientation: Signal<Option<&'static str>>,
    /// Its centre in the picture's pixels.
    #[prop(into)]
    position: Signal<[f64; 2]>,
    /// Called when a drag begins.
    on_grab: impl Fn() + Copy + 'static,
    /// Called when a drag has moved the centre to this pixel of the picture.
    on_drag: impl Fn([f64; 2]) + Copy + 'static,
    /// Called for a key; returns `false` if the handle does not use it.
    on_key: impl Fn(HandleKey) -> bool + Copy + 'static,
    children: Children,
) -> impl IntoView {
    let preferences = shared::<Preferences>();
    let undo = shared::<Undo>();
    let hold = StoredValue::new(None::<Hold>);
    let held_by = move |event: &PointerEvent| {
        hold.get_value().filter(|hold| hold.pointer == event.pointer_id())
    };
    let down = move |event: PointerEvent| {
        // The picture below the handle must not be dragged as well.
        event.stop_propagation();
        if event.button() != 0 || hold.get_value().is_some() {
            return;
        }
        let target = event.current_target().and_then(|t| t.dyn_into::<SvgElement>().ok());
        let Some(target) = target else { return };
        let Some(placement) = placement_of(&target) else { return };
        on_grab();
        // Where pointer capture fails, a fast drag loses the handle; where focusing fails, keys do not reach it.
        let _ = target.set_pointer_capture(event.pointer_id());
        let stay = FocusOptions::new();
        stay.set_prevent_scroll(true);
        let _ = target.focus_with_options(&stay);
        let at = placement.picture_from_window(dom::pointer_at(&event));
        let middle = position.get_untracked();
        let grip = [0, 1].map(|axis| middle[axis] - at[axis]);
        hold.set_value(Some(Hold { pointer: event.pointer_id(), placement, grip }));
        undo.movement.set(Some(Movement::Drag));
    };
    let moved = move |event: PointerEvent| {
        // The drag may have been ended by other code.
        if let Some(Hold { placement, grip, .. }) = held_by(&event)
            && undo.movement.get_untracked() == Some(Movement::Drag)
        {
            let at = placement.picture_from_window(dom::pointer_at(&event));
            on_drag([0, 1].map(|axis| at[axis] + grip[axis]));
        }
    };
    let let_go = move |event: PointerEvent| {
        if held_by(&event).is_some() {
            hold.set_value(None);
            undo.movement.set(None);
        }
    };
    // The page may be left during a drag.
    on_cleanup(move || {
        if hold.try_get_value().flatten().is_some() {
            undo.movement.set(None);
        }
    });
    let key = move |event: KeyboardEvent| {
        let has_modifier = event.ctrl_key() || event.meta_key() || event.alt_key();
        let key = HandleKey::of(&event.key(), event.shift_key()).filter(|_| !has_modifier);
        if key.is_some_and(on_key) {
            event.prevent_default();
        }
    };
    view! {
        <g
            id=id
            class=class
            role="slider"
            tabindex="0"
            aria-label=label
            aria-valuemin=move || for_aria(range.get()[0])
            aria-valuemax=move || for_aria(range.get()[1])
            aria-valuenow=move || for_aria(value.get())
            aria-valuetext=value_text
            aria-orientation=move || orientation.get()
            aria-description=move || preferences.messages().handle_help
            transform=move || {
                let [x, y] = position.get();
                format!("translate({x:.2} {y:.2})")
            }
            on:pointerdown=down
            // Otherwise the browser starts a text selection and lays the page out at every move.
            on:mousedown=move |event| event.prevent_default()
            on:pointermove=moved
            on:pointerup=let_go
            on:pointercancel=let_go
            on:lostpointercapture=let_go
            on:keydown=key
        >
            <title>{label}</title>
            <circle class="reach" r=REACH></circle>
            {children()}
        </g>
    }
}

/// The rectangle of the picture that contains a handle.
fn placement_of(handle: &Element) -> Option<Placement> {
    handle.closest("svg").ok().flatten().map(|svg| dom::placement_of(&svg))
}

/// A number for screen readers: three decimals at most.
fn for_aria(value: f64) -> String {
    let rounded = (value * 1000.0).round() / 1000.0;
    // Adding zero removes a negative zero.
    (rounded + 0.0).to_string()
}
