//! The climb: gradient ascent on the ELBO, played at the speed the person chose.

use std::time::Duration;

use leptos::prelude::*;

use crate::app::context::{Bench, BenchNumbers, Movement, Notices, Undo};
use crate::app::shared::shared;
use crate::app::workers::BenchWorker;
use elboscope::bench::Noise;
use elboscope::exact::exact_elbo;
use elboscope::gradient::{ProposalOptimizer, pathwise_gradient};
use elboscope::reason::reason;
use elboscope::state::{About, BenchState};

/// Pause between steps when slow, and when not.
const SLOW: Duration = Duration::from_millis(450);
const BRISK: Duration = Duration::from_millis(30);
/// Points of the trace that are kept.
const LONGEST_TRACE: usize = 1000;
/// Draws behind one gradient: few enough to see it wobble, many enough to arrive.
const DRAWS: usize = 64;

/// The climb on the bench: what it shows of itself, and what it moves. Cheap to copy.
#[derive(Clone, Copy)]
pub struct ClimbPlayer {
    /// Whether steps follow each other by themselves.
    pub is_playing: RwSignal<bool>,
    /// Whether they follow slowly enough to watch each.
    pub is_slow: RwSignal<bool>,
    /// Steps after which it came to rest.
    pub arrived_after: RwSignal<Option<usize>>,
    /// Where q's mean has been.
    pub trace: RwSignal<Vec<[f64; 2]>>,
    ascent: StoredValue<Option<RunningClimb>>,
    notices: Notices,
    undo: Undo,
    bench: Bench,
    numbers: BenchNumbers,
    worker: BenchWorker,
}

/// A climb in progress, its noise, and where it left q: if a hand has moved q since, it starts anew.
#[derive(Clone)]
struct RunningClimb {
    climb: ProposalOptimizer,
    noise: Noise,
    left_at: BenchState,
}

impl ClimbPlayer {
    /// Stands still, and stops whenever x changes.
    pub fn new() -> Self {
        let bench = shared::<Bench>();
        let player = Self {
            is_playing: RwSignal::new(false),
            is_slow: RwSignal::new(false),
            arrived_after: RwSignal::new(None),
            trace: RwSignal::new(Vec::new()),
            ascent: StoredValue::new(None),
            notices: shared(),
            undo: shared(),
            bench,
            numbers: shared(),
            worker: shared(),
        };
        // Another x has another landscape.
        Effect::new(move |previous: Option<_>| {
            let x = bench.state.get().x;
            if previous.is_some_and(|previous| previous != x) {
                player.stop();
                player.trace.set(Vec::new());
                player.arrived_after.set(None);
            }
            x
        });
        player
    }

    /// Stops; a hand on q always wins.
    pub fn stop(self) {
        self.is_playing.set(false);
    }

    /// Plays or pauses.
    pub fn toggle(self) {
        let is_playing = !self.is_playing.get_untracked();
        self.is_playing.set(is_playing);
        if is_playing {
            // Its steps are one movement for the history.
            self.undo.movement.set(Some(Movement::Climb));
            self.arrived_after.set(None);
            self.play();
        } else {
            self.end_movement();
        }
    }

    /// The climb moves q no longer; a hand that took q from it may.
    fn end_movement(self) {
        if self.undo.movement.get_untracked() == Some(Movement::Climb) {
            self.undo.movement.set(None);
        }
    }

    /// Plays slowly enough to watch each step, or at full speed again.
    pub fn toggle_slow(self) {
        self.is_slow.update(|is_slow| *is_slow = !*is_slow);
        if self.is_slow.get_untracked() && !self.is_playing.get_untracked() {
            self.toggle();
        }
    }

    /// One step.
    pub fn step_once(self) {
        self.is_playing.set(false);
        self.arrived_after.set(None);
        self.step();
    }

    fn play(self) {
        // Paused, or the bench was left.
        if self.is_playing.try_get_untracked() != Some(true) {
            self.end_movement();
            return;
        }
        let has_more = self.step();
        if !has_more {
            self.is_playing.set(false);
            self.end_movement();
            return;
        }
        let pause = if self.is_slow.get_untracked() { SLOW } else { BRISK };
        set_timeout(move || self.play(), pause);
    }

    /// Takes a step; false once the climb has come to rest or cannot go on.
    fn step(self) -> bool {
        let state = self.bench.state.get_untracked();
        let (Ok(q), Some(scene)) = (state.proposal(), self.numbers.scene.get_untracked()) else {
            return false;
        };
        let kept = self.ascent.try_update_value(Option::take).flatten();
        let mut ascent = kept
            .filter(|ascent| ascent.left_at == state && !ascent.climb.has_converged())
            .unwrap_or_else(|| {
                self.trace.set(vec![state.mu]);
                RunningClimb {
                    climb: ProposalOptimizer::default(),
                    noise: Noise::new(state.seed),
                    left_at: state,
                }
            });
        let noise = ascent.noise.take(DRAWS);
        let gradient = self
            .worker
            .with_model_and_term(|model, term| pathwise_gradient(model, term, &q, &noise));
        let gradient = match gradient {
            Some(Ok(gradient)) => gradient,
            Some(Err(error)) => {
                self.notices.tell(About::Page, [reason(&error)]);
                return false;
            }
            None => return false,
        };
        let (mean, sd, rho) = ascent.climb.step(&q, &gradient, exact_elbo(&q, &scene.field));
        let next = state.with_proposal(mean, sd, rho);
        self.bench.change(|state| *state = next);
        self.trace.update(|trace| {
            if trace.len() < LONGEST_TRACE {
                trace.push(next.mu);
            }
        });
        ascent.left_at = next;
        let has_converged = ascent.climb.has_converged();
        if has_converged {
            self.arrived_after.set(Some(ascent.climb.steps()));
        }
        self.ascent.set_value(Some(ascent));
        !has_converged
    }
}
