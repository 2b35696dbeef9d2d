//! What shows a first visitor the one gesture of the bench: a dotted path from q to the posterior, until q has been moved.

use leptos::prelude::*;

use super::PlaneWindow;
use crate::app::context::{Bench, BenchNumbers, CoursePages};
use crate::app::shared::shared;
use crate::app::storage::local;
use elboscope::state::BenchState;

/// Under this key it is kept that q has been moved here before.
const KEY: &str = "elboscope.moved";
/// Where the path ends before the posterior's middle, as a part of its length, and how far it bends aside.
const SHARE: f64 = 0.82;
const BEND: f64 = 0.25;

/// The path in the plane's overlay, with a ring that beats around q's mean.
pub fn nudge() -> AnyView {
    let bench = shared::<Bench>();
    let numbers = shared::<BenchNumbers>();
    let course = shared::<CoursePages>();
    let PlaneWindow(view) = expect_context::<PlaneWindow>();
    let is_wanted = RwSignal::new(local::get(KEY).is_none());
    let opening = BenchState::default();
    let ends = Memo::new(move |_| {
        let state = bench.state.get();
        let is_untouched = state.mu == opening.mu && state.sigma == opening.sigma;
        let is_first = is_wanted.get() && course.place.get().is_none();
        let goal = numbers.best.get()?.q.mean();
        (is_first && is_untouched && state.x == opening.x)
            .then(|| [view.get().screen_from_data(state.mu), view.get().screen_from_data(goal)])
    });
    Effect::new(move |_| {
        if bench.state.with(|state| state.mu != opening.mu) && is_wanted.get_untracked() {
            is_wanted.set(false);
            // Where nothing can be kept, the next visit is a first one again.
            let _ = local::set(KEY, Some("1"));
        }
    });
    let drawn = move || {
        let [[x, y], goal] = ends.get()?;
        let [right, down] = [goal[0] - x, goal[1] - y].map(|length| SHARE * length);
        let (to_x, to_y) = (x + right, y + down);
        let (mid_x, mid_y) = (x + 0.5 * right - BEND * down, y + 0.5 * down + BEND * right);
        Some(view! {
            <g class="nudge" aria-hidden="true">
                <path d=format!("M{x:.1} {y:.1}Q{mid_x:.1} {mid_y:.1} {to_x:.1} {to_y:.1}")></path>
                <circle cx=x cy=y r="22"></circle>
                <circle class="end" cx=to_x cy=to_y r="4"></circle>
            </g>
        })
    };
    drawn.into_any()
}
