//! Numbers that move to their new value over some frames, unless the reader wants less motion.

use leptos::prelude::*;

use elboscope::platform::clock;
use elboscope::state::Tween;

/// Follows `target` in `duration` milliseconds, frame by frame; where the browser is set to reduce motion, at once.
pub fn tweened(target: Memo<f64>, duration: f64) -> Signal<f64> {
    let tween = StoredValue::new(Tween::at(target.get_untracked()));
    let shown = RwSignal::new(target.get_untracked());
    Effect::new(move |_| {
        let to = target.get();
        let duration = if prefers_reduced_motion() { 0.0 } else { duration };
        let is_moving = tween.try_update_value(|tween| {
            let is_moving = !tween.is_over(clock::now());
            *tween = tween.toward(to, clock::now(), duration);
            is_moving
        });
        // A movement under way takes the new end in by itself.
        if is_moving == Some(false) {
            follow(tween, shown);
        }
    });
    shown.into()
}

/// How far a change of `value` has come, from 0 to 1, in `duration` milliseconds since it; and what it was before.
pub fn since_change<T>(value: Memo<T>, duration: f64) -> Memo<(T, T, f64)>
where
    T: Copy + PartialEq + Send + Sync + 'static,
{
    let turn = Memo::new(move |before: Option<&(f64, T, T)>| {
        let now = value.get();
        match before {
            None => (0.0, now, now),
            Some(&(turns, _, was)) if was != now => (turns + 1.0, was, now),
            Some(same) => *same,
        }
    });
    let turned = tweened(Memo::new(move |_| turn.get().0), duration);
    Memo::new(move |_| {
        let (turns, was, now) = turn.get();
        (was, now, (1.0 - (turns - turned.get())).clamp(0.0, 1.0))
    })
}

/// Shows the present value, now and at every frame until it has arrived; a component that is gone ends it.
fn follow(tween: StoredValue<Tween>, shown: RwSignal<f64>) {
    let now = clock::now();
    let Some((value, is_over)) =
        tween.try_with_value(|tween| (tween.value(now), tween.is_over(now)))
    else {
        return;
    };
    if shown.try_get_untracked().is_some_and(|before| before != value) {
        shown.set(value);
    }
    if !is_over {
        request_animation_frame(move || follow(tween, shown));
    }
}

fn prefers_reduced_motion() -> bool {
    let query = window().match_media("(prefers-reduced-motion: reduce)");
    query.ok().flatten().is_some_and(|list| list.matches())
}
