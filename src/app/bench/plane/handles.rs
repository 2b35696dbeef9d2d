//! The handles of the plane: q's mean, its two principal axes, and the probe z.

use leptos::prelude::*;

use super::PlaneWindow;
use crate::app::bench::climb::ClimbPlayer;
use crate::app::context::{Bench, Preferences};
use crate::app::shared::shared;
use crate::app::widgets::handle::{HandleMark, RADIUS};
use elboscope::family::{BivariateGaussian, PrincipalAxis};
use elboscope::state::bench::{MU_RANGE, MU_SLIDER, SIGMA_RANGE, SIGMA_SLIDER};
use elboscope::state::keys::HandleKey;
use elboscope::state::{BenchState, Pace, PlaneView};

/// The probe's place while it is not set, from q's mean in screen pixels: left and below, where no axis handle can
/// be.
const PROBE_OFFSET: [f64; 2] = [-52.0, 52.0];
/// Smallest σ in CSS pixels that a drag can set, unless the view is zoomed out so far that this would make q wider.
const LEAST_PIXELS: f64 = 3.0;
/// An axis handle stands so many screen pixels outside of one standard deviation, so that it covers neither the ellipse
/// nor, at the least distance from the mean, another handle.
const STEM: f64 = 20.0;
const LEAST_ARM: f64 = 36.0;

#[derive(Clone, Copy, PartialEq)]
enum PlaneHandle {
    Mean,
    Axis(usize),
    Probe,
}

impl PlaneHandle {
    fn id(self) -> &'static str {
        match self {
            Self::Mean => "handle-mean",
            Self::Axis(0) => "handle-axis1",
            Self::Axis(_) => "handle-axis2",
            Self::Probe => "handle-probe",
        }
    }
}

/// All handles, the mean's on top.
#[component]
pub fn Handles() -> impl IntoView {
    let bench = shared::<Bench>();
    let PlaneWindow(view) = expect_context::<PlaneWindow>();
    let stems = move || {
        let (view, state) = (view.get(), bench.state.get());
        let [x, y] = view.screen_from_data(state.mu);
        let ends = state.proposal().map_or_else(|_| Vec::new(), |q| axis_handles(&view, &q).into());
        ends.iter()
            .map(|[to_x, to_y]| format!("M{x:.1} {y:.1}L{to_x:.1} {to_y:.1}"))
            .collect::<String>()
    };
    let handles =
        [PlaneHandle::Probe, PlaneHandle::Axis(0), PlaneHandle::Axis(1), PlaneHandle::Mean];
    view! {
        <path class="stems" d=stems></path>
        {handles.map(|handle| view! { <PlaneHandle handle /> }).collect_view()}
    }
}

/// The length of a stem for a standard deviation, both in screen pixels.
fn stem(sd: f64) -> f64 {
    (sd + STEM).max(LEAST_ARM)
}

/// Where the handles of both axes stand on the screen.
pub fn axis_handles(view: &PlaneView, q: &BivariateGaussian) -> [[f64; 2]; 2] {
    let [x, y] = view.screen_from_data(q.mean());
    oriented_axes(q).map(|axis| {
        let arm = stem(axis.sd * view.scale);
        [x + arm * axis.direction[0], y - arm * axis.direction[1]]
    })
}

/// A handle that moves in two dimensions.
#[component]
fn PlaneHandle(handle: PlaneHandle) -> impl IntoView {
    let preferences = shared::<Preferences>();
    let bench = shared::<Bench>();
    let climb = expect_context::<ClimbPlayer>();
    let PlaneWindow(view) = expect_context::<PlaneWindow>();
    // By how many screen pixels the stem exceeded σ when its handle was grabbed.
    let surplus = StoredValue::new(0.0_f64);

    let position = Memo::new(move |_| {
        let view = view.get();
        let state = bench.state.get();
        let mean = view.screen_from_data(state.mu);
        match handle {
            PlaneHandle::Mean => mean,
            PlaneHandle::Probe => match state.probe {
                Some(probe) => view.screen_from_data(probe),
                None => [mean[0] + PROBE_OFFSET[0], mean[1] + PROBE_OFFSET[1]],
            },
            PlaneHandle::Axis(index) => {
                let Ok(q) = state.proposal() else { return mean };
                axis_handles(&view, &q)[index]
            }
        }
    });
    let drag_to = move |screen: [f64; 2]| {
        let z = view.get_untracked().data_from_screen(screen);
        bench.change(|state| match handle {
            PlaneHandle::Mean => state.mu = z,
            PlaneHandle::Probe => state.probe = Some(z),
            PlaneHandle::Axis(index) => {
                let scale = view.get_untracked().scale;
                let least = (LEAST_PIXELS / scale).clamp(SIGMA_RANGE.min, SIGMA_SLIDER.min);
                pull_axis(state, index, z, surplus.get_value() / scale, least);
            }
        });
    };
    let on_grab = move || {
        climb.stop();
        if let (PlaneHandle::Axis(index), Ok(q)) = (handle, bench.state.get_untracked().proposal())
        {
            let length = oriented_axes(&q)[index].sd * view.get_untracked().scale;
            surplus.set_value(stem(length) - length);
        }
    };
    let on_key = move |key: HandleKey| {
        climb.stop();
        bench.change(|state| {
            // A probe that is not set starts at its place beside the mean.
            if handle == PlaneHandle::Probe && state.probe.is_none() && key != HandleKey::Remove {
                let waiting = position.get_untracked();
                state.probe = Some(view.get_untracked().data_from_screen(waiting));
            }
            apply(key, handle, state);
        });
        true
    };
    let value = move || {
        let state = bench.state.get();
        match handle {
            PlaneHandle::Mean => state.mu[0],
            PlaneHandle::Probe => state.probe.unwrap_or(state.mu)[0],
            PlaneHandle::Axis(index) => {
                state.proposal().map_or(0.0, |q| oriented_axes(&q)[index].sd)
            }
        }
    };
    let value_text = move || {
        let (state, messages) = (bench.state.get(), preferences.messages());
        match handle {
            PlaneHandle::Mean => messages.point_value(state.mu[0], state.mu[1]),
            PlaneHandle::Probe => {
                let [z1, z2] = state.probe.unwrap_or(state.mu);
                messages.point_value(z1, z2)
            }
            PlaneHandle::Axis(_) => messages.sigma_value(value()),
        }
    };
    let name = move || {
        let messages = preferences.messages();
        match handle {
            PlaneHandle::Mean => messages.mean_handle_name.to_owned(),
            PlaneHandle::Axis(index) => messages.sigma_handle_name(index as u8 + 1),
            PlaneHandle::Probe => messages.probe_handle_name.to_owned(),
        }
    };
    let range = match handle {
        PlaneHandle::Axis(_) => SIGMA_RANGE,
        PlaneHandle::Mean | PlaneHandle::Probe => MU_RANGE,
    };
    let class = move || {
        let is_idle = handle == PlaneHandle::Probe && bench.state.get().probe.is_none();
        if is_idle { "handle idle".to_owned() } else { "handle".to_owned() }
    };
    let mark = match handle {
        PlaneHandle::Probe => view! {
            <path class="mark" d="M0-9L9 0L0 9L-9 0Z"></path>
            <text x="14" y="5">
                "z"
            </text>
        }
        .into_any(),
        PlaneHandle::Axis(_) => view! { <circle class="mark" r=RADIUS - 1.0></circle> }.into_any(),
        PlaneHandle::Mean => view! { <circle class="mark" r=RADIUS></circle> }.into_any(),
    };
    view! {
        <HandleMark
            id=handle.id().to_owned()
            class=Signal::derive(class)
            label=Signal::derive(name)
            value=Signal::derive(value)
            range=[range.min, range.max]
            value_text=Signal::derive(value_text)
            position=position
            on_grab
            on_drag=drag_to
            on_key
        >
            {mark}
        </HandleMark>
    }
}

/// The principal axes with the first pointing right and the second up: then they follow σ₁ and σ₂ while ρ is small,
/// and no handle jumps to the other side during a drag.
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

/// Puts one principal axis through `z`, shortened by `surplus` but at least `least` long; the other axis turns with
/// it and keeps its length.
fn pull_axis(state: &mut BenchState, index: usize, z: [f64; 2], surplus: f64, least: f64) {
    let Ok(q) = state.proposal() else { return };
    let arm = [z[0] - state.mu[0], z[1] - state.mu[1]];
    let length = arm[0].hypot(arm[1]);
    if length <= 0.0 {
        return;
    }
    let pulled = PrincipalAxis {
        direction: [arm[0] / length, arm[1] / length],
        sd: (length - surplus).max(least),
    };
    let other = oriented_axes(&q)[1 - index].sd;
    if let Ok(q) = BivariateGaussian::from_axes(q.mean(), pulled, other) {
        *state = state.with_proposal(q.mean(), q.sd(), q.rho());
    }
}

/// Applies a key to a handle.
fn apply(key: HandleKey, handle: PlaneHandle, state: &mut BenchState) {
    match (handle, key) {
        (PlaneHandle::Mean, _) => apply_to_point(key, &mut state.mu),
        (PlaneHandle::Probe, HandleKey::Remove) => state.probe = None,
        (PlaneHandle::Probe, _) => {
            let mut probe = state.probe.unwrap_or(state.mu);
            apply_to_point(key, &mut probe);
            state.probe = Some(probe);
        }
        (PlaneHandle::Axis(index), _) => apply_to_axis(key, state, index),
    }
}

/// Home and End go to the ends of the sliders, not to the larger limits of the state.
fn apply_to_point(key: HandleKey, point: &mut [f64; 2]) {
    match key {
        HandleKey::Move { axis, pace, sign } => {
            point[axis] = MU_RANGE.moved(point[axis], pace, sign);
        }
        HandleKey::Extreme { is_high } => {
            point[0] = if is_high { MU_SLIDER.max } else { MU_SLIDER.min };
        }
        HandleKey::Remove => {}
    }
}

/// Up and down (or PageUp and PageDown) lengthen and shorten the axis; left and right turn it.
fn apply_to_axis(key: HandleKey, state: &mut BenchState, index: usize) {
    let Ok(q) = state.proposal() else { return };
    let axis = oriented_axes(&q)[index];
    let [x, y] = axis.direction;
    let (direction, sd) = match key {
        HandleKey::Move { axis: 1, pace, sign } => (
            axis.direction,
            SIGMA_RANGE.moved(axis.sd, pace, sign).max(SIGMA_SLIDER.min.min(axis.sd)),
        ),
        HandleKey::Move { pace, sign, .. } => {
            let degrees: f64 = if pace == Pace::Fine { 1.0 } else { 5.0 };
            let (sin, cos) = (-f64::from(sign) * degrees.to_radians()).sin_cos();
            ([x * cos - y * sin, x * sin + y * cos], axis.sd)
        }
        HandleKey::Extreme { is_high: true } => (axis.direction, SIGMA_SLIDER.max),
        HandleKey::Extreme { is_high: false } => (axis.direction, SIGMA_SLIDER.min),
        HandleKey::Remove => return,
    };
    let [m1, m2] = state.mu;
    pull_axis(state, index, [m1 + sd * direction[0], m2 + sd * direction[1]], 0.0, SIGMA_RANGE.min);
}
