//! What a hand can hold: q's mean, its two principal axes, and the probe z.

use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{FocusOptions, SvgElement};

use super::View;
use crate::app::bench::climb;
use crate::app::store::Store;
use crate::family::{BivariateGaussian, PrincipalAxis};
use crate::state::bench::{MU_RANGE, PROBE_RANGE, SIGMA_RANGE};
use crate::state::{BenchState, Pace, Range, number};

/// Radius of a handle, and of the invisible disc around it that takes the pointer.
const RADIUS: f64 = 8.0;
const REACH: f64 = 22.0;
/// Where the probe waits, from q's mean in screen pixels: left and below, where no axis handle comes.
const PROBE_OFFSET: [f64; 2] = [-52.0, 52.0];
/// The axis handles sit at least this far from the mean, in screen pixels, so that they can be told apart.
const LEAST_ARM: f64 = 26.0;

#[derive(Clone, Copy, PartialEq)]
enum Handle {
    Mean,
    Axis(usize),
    Probe,
}

impl Handle {
    fn id(self) -> &'static str {
        match self {
            Self::Mean => "handle-mean",
            Self::Axis(0) => "handle-axis1",
            Self::Axis(_) => "handle-axis2",
            Self::Probe => "handle-probe",
        }
    }
}

/// All handles, the mean on top.
#[component]
pub fn Handles() -> impl IntoView {
    let handles = [Handle::Probe, Handle::Axis(0), Handle::Axis(1), Handle::Mean];
    handles.map(|handle| view! { <HandleMark handle /> }).collect_view()
}

/// One handle: a focusable slider that moves in two dimensions.
#[component]
fn HandleMark(handle: Handle) -> impl IntoView {
    let store = expect_context::<Store>();
    let View(view) = expect_context::<View>();
    // Where in the handle it was grabbed, so that it does not jump to the pointer.
    let grip = StoredValue::new([0.0_f64; 2]);
    // How much longer than σ the arm was when it was grabbed, in screen pixels: see `LEAST_ARM`.
    let surplus = StoredValue::new(0.0_f64);

    let position = Memo::new(move |_| {
        let view = view.get();
        let state = store.state.get();
        let mean = view.screen_from_data(state.mu);
        match handle {
            Handle::Mean => mean,
            Handle::Probe => match state.probe {
                Some(probe) => view.screen_from_data(probe),
                None => [mean[0] + PROBE_OFFSET[0], mean[1] + PROBE_OFFSET[1]],
            },
            Handle::Axis(index) => {
                let Ok(q) = state.proposal() else { return mean };
                let axis = oriented_axes(&q)[index];
                let arm = (axis.sd * view.scale).max(LEAST_ARM);
                [mean[0] + arm * axis.direction[0], mean[1] - arm * axis.direction[1]]
            }
        }
    });
    let drag_to = move |screen: [f64; 2]| {
        let z = view.get_untracked().data_from_screen(screen);
        store.change(|state| match handle {
            Handle::Mean => state.mu = z,
            Handle::Probe => state.probe = Some(z),
            Handle::Axis(index) => {
                pull_axis(state, index, z, surplus.get_value() / view.get_untracked().scale);
            }
        });
    };
    let on_down = move |event: PointerEvent| {
        event.stop_propagation();
        if event.button() != 0 {
            return;
        }
        climb::stop();
        if let Some(target) = event.current_target().and_then(|t| t.dyn_into::<SvgElement>().ok()) {
            // Without capture a fast hand merely loses the handle, without focus the keys do.
            let _ = target.set_pointer_capture(event.pointer_id());
            let stay = FocusOptions::new();
            stay.set_prevent_scroll(true);
            let _ = target.focus_with_options(&stay);
        }
        let at = position.get_untracked();
        grip.set_value([at[0] - f64::from(event.client_x()), at[1] - f64::from(event.client_y())]);
        if let (Handle::Axis(index), Ok(q)) = (handle, store.state.get_untracked().proposal()) {
            let length = oriented_axes(&q)[index].sd * view.get_untracked().scale;
            surplus.set_value((LEAST_ARM - length).max(0.0));
        }
        store.is_dragging.set(true);
    };
    let on_move = move |event: PointerEvent| {
        if event.buttons() & 1 == 1 && store.is_dragging.get_untracked() {
            let grip = grip.get_value();
            drag_to([f64::from(event.client_x()) + grip[0], f64::from(event.client_y()) + grip[1]]);
        }
    };
    let on_up = move |_: PointerEvent| store.is_dragging.set(false);
    let on_key = move |event: KeyboardEvent| {
        let Some(key) = Key::of(&event) else { return };
        event.prevent_default();
        climb::stop();
        store.change(|state| {
            // A probe that was never used starts from where it waits.
            if handle == Handle::Probe && state.probe.is_none() && !matches!(key, Key::Remove) {
                let waiting = position.get_untracked();
                state.probe = Some(view.get_untracked().data_from_screen(waiting));
            }
            key.apply(handle, state);
        });
    };
    let value = move || {
        let state = store.state.get();
        match handle {
            Handle::Mean => state.mu[0],
            Handle::Probe => state.probe.unwrap_or(state.mu)[0],
            Handle::Axis(index) => state.proposal().map_or(0.0, |q| oriented_axes(&q)[index].sd),
        }
    };
    let value_text = move || {
        let (state, messages) = (store.state.get(), store.messages());
        match handle {
            Handle::Mean => (messages.point_value)(state.mu[0], state.mu[1]),
            Handle::Probe => {
                let [z1, z2] = state.probe.unwrap_or(state.mu);
                (messages.point_value)(z1, z2)
            }
            Handle::Axis(_) => (messages.sigma_value)(value()),
        }
    };
    let name = move || {
        let messages = store.messages();
        match handle {
            Handle::Mean => messages.mean_handle_name.to_owned(),
            Handle::Axis(index) => (messages.sigma_handle_name)(index as u8 + 1),
            Handle::Probe => messages.probe_handle_name.to_owned(),
        }
    };
    let range = match handle {
        Handle::Axis(_) => SIGMA_RANGE,
        Handle::Mean | Handle::Probe => MU_RANGE,
    };
    view! {
        <g
            id=handle.id()
            class="handle"
            class:idle=move || handle == Handle::Probe && store.state.get().probe.is_none()
            role="slider"
            tabindex="0"
            aria-label=name
            aria-valuemin=range.min
            aria-valuemax=range.max
            aria-valuenow=move || number_for_aria(value())
            aria-valuetext=value_text
            aria-roledescription=move || store.messages().handle_help
            transform=move || {
                let [x, y] = position.get();
                format!("translate({x} {y})")
            }
            on:pointerdown=on_down
            // Else the browser takes the drag for a selection and lays the page out at every move.
            on:mousedown=move |event| event.prevent_default()
            on:pointermove=on_move
            on:pointerup=on_up
            on:pointercancel=on_up
            on:keydown=on_key
        >
            <title>{name}</title>
            <circle class="reach" r=REACH></circle>
            {match handle {
                Handle::Probe => {
                    view! {
                        <path class="mark" d="M0-9L9 0L0 9L-9 0Z"></path>
                        <text x="14" y="5">
                            "z"
                        </text>
                    }
                        .into_any()
                }
                Handle::Axis(_) => {
                    view! { <circle class="mark" r=RADIUS - 1.0></circle> }.into_any()
                }
                Handle::Mean => view! { <circle class="mark" r=RADIUS></circle> }.into_any(),
            }}
        </g>
    }
}

/// Two decimals are enough for a screen reader.
fn number_for_aria(value: f64) -> String {
    number::decimal(value, 2, crate::state::Language::En).replace('−', "-")
}

/// The principal axes such that the first points right and the second up: then they follow σ₁ and σ₂
/// while ρ is small, and no handle changes sides while it is pulled.
fn oriented_axes(q: &BivariateGaussian) -> [PrincipalAxis; 2] {
    let [major, minor] = q.principal_axes();
    let is_level = major.direction[0].abs() >= major.direction[1].abs();
    let (level, steep) = if is_level { (major, minor) } else { (minor, major) };
    [facing(level, 0), facing(steep, 1)]
}

/// The same axis with a direction whose component `along` is positive.
fn facing(axis: PrincipalAxis, along: usize) -> PrincipalAxis {
    let sign = if axis.direction[along] < 0.0 { -1.0 } else { 1.0 };
    PrincipalAxis { direction: axis.direction.map(|part| sign * part), ..axis }
}

/// Puts one principal axis through `z`, short of it by `surplus`; the other one turns with it and keeps
/// its length.
fn pull_axis(state: &mut BenchState, index: usize, z: [f64; 2], surplus: f64) {
    let Ok(q) = state.proposal() else { return };
    let arm = [z[0] - state.mu[0], z[1] - state.mu[1]];
    let length = arm[0].hypot(arm[1]);
    if length <= 0.0 {
        return;
    }
    let pulled = PrincipalAxis {
        direction: [arm[0] / length, arm[1] / length],
        sd: (length - surplus).max(SIGMA_RANGE.min),
    };
    let other = oriented_axes(&q)[1 - index].sd;
    if let Ok(q) = BivariateGaussian::from_axes(q.mean(), pulled, other) {
        *state = state.with_proposal(q.mean(), q.sd(), q.rho());
    }
}

/// What a key asks of a handle.
enum Key {
    Move { axis: usize, pace: Pace, sign: i32 },
    Extreme { is_high: bool },
    Remove,
}

impl Key {
    fn of(event: &KeyboardEvent) -> Option<Self> {
        let pace = if event.shift_key() { Pace::Fine } else { Pace::Normal };
        Some(match event.key().as_str() {
            "ArrowRight" => Self::Move { axis: 0, pace, sign: 1 },
            "ArrowLeft" => Self::Move { axis: 0, pace, sign: -1 },
            "ArrowUp" => Self::Move { axis: 1, pace, sign: 1 },
            "ArrowDown" => Self::Move { axis: 1, pace, sign: -1 },
            "PageUp" => Self::Move { axis: 1, pace: Pace::Coarse, sign: 1 },
            "PageDown" => Self::Move { axis: 1, pace: Pace::Coarse, sign: -1 },
            "Home" => Self::Extreme { is_high: false },
            "End" => Self::Extreme { is_high: true },
            "Delete" | "Backspace" => Self::Remove,
            _ => return None,
        })
    }

    fn apply(&self, handle: Handle, state: &mut BenchState) {
        match (handle, self) {
            (Handle::Mean, _) => self.apply_to_point(&mut state.mu, &MU_RANGE),
            (Handle::Probe, Self::Remove) => state.probe = None,
            (Handle::Probe, _) => {
                let mut probe = state.probe.unwrap_or(state.mu);
                self.apply_to_point(&mut probe, &PROBE_RANGE);
                state.probe = Some(probe);
            }
            (Handle::Axis(index), _) => self.apply_to_axis(state, index),
        }
    }

    fn apply_to_point(&self, point: &mut [f64; 2], range: &Range) {
        match *self {
            Self::Move { axis, pace, sign } => point[axis] = range.moved(point[axis], pace, sign),
            Self::Extreme { is_high } => point[0] = if is_high { range.max } else { range.min },
            Self::Remove => {}
        }
    }

    /// Up and down (or PageUp and PageDown) lengthen and shorten the axis; left and right turn it.
    fn apply_to_axis(&self, state: &mut BenchState, index: usize) {
        let Ok(q) = state.proposal() else { return };
        let axis = oriented_axes(&q)[index];
        let [x, y] = axis.direction;
        let (direction, sd) = match *self {
            Self::Move { axis: 1, pace, sign } => {
                (axis.direction, SIGMA_RANGE.moved(axis.sd, pace, sign))
            }
            Self::Move { pace, sign, .. } => {
                let degrees: f64 = if pace == Pace::Fine { 1.0 } else { 5.0 };
                let (sin, cos) = (-f64::from(sign) * degrees.to_radians()).sin_cos();
                ([x * cos - y * sin, x * sin + y * cos], axis.sd)
            }
            Self::Extreme { is_high: true } => (axis.direction, SIGMA_RANGE.max),
            Self::Extreme { is_high: false } => (axis.direction, SIGMA_RANGE.min),
            Self::Remove => return,
        };
        let [m1, m2] = state.mu;
        pull_axis(state, index, [m1 + sd * direction[0], m2 + sd * direction[1]], 0.0);
    }
}
