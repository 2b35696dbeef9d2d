//! The climb: gradient ascent on the ELBO, one step per timer call.

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

/// The pause between two steps, slow and at full speed.
const SLOW: Duration = Duration::from_millis(450);
const BRISK: Duration = Duration::from_millis(30);
/// Points of the trace that are kept.
const LONGEST_TRACE: usize = 1000;
/// Draws per gradient estimate: few enough that its noise is visible, enough that the climb converges.
const DRAWS: usize = 64;

/// The climb's state that views show, with the contexts that it changes. Cheap to copy.
#[derive(Clone, Copy)]
pub struct ClimbPlayer {
    /// Whether the climb is playing.
    pub is_playing: RwSignal<bool>,
    /// Whether it plays slowly.
    pub is_slow: RwSignal<bool>,
    /// The number of steps after which it converged.
    pub arrived_after: RwSignal<Option<usize>>,
    /// The past positions of q's mean.
    pub trace: RwSignal<Vec<[f64; 2]>>,
    ascent: StoredValue<Option<RunningClimb>>,
    notices: Notices,
    undo: Undo,
    bench: Bench,
    numbers: BenchNumbers,
    worker: BenchWorker,
}

/// A climb in progress with its noise. `left_at` is the state after its last step: where the bench's state is another
/// one, the user has changed q and a new climb starts.
#[derive(Clone)]
struct RunningClimb {
    climb: ProposalOptimizer,
    noise: Noise,
    left_at: BenchState,
}

impl ClimbPlayer {
    /// A climb that does not play. It stops whenever x changes.
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
        // The ELBO as a function of q depends on x.
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

    /// Stops the climb, for example when the user drags q.
    pub fn stop(self) {
        self.is_playing.set(false);
    }

    /// Plays or pauses.
    pub fn toggle(self) {
        let is_playing = !self.is_playing.get_untracked();
        self.is_playing.set(is_playing);
        if is_playing {
            // All steps of one play are a single entry of the undo history.
            self.undo.movement.set(Some(Movement::Climb));
            self.arrived_after.set(None);
            self.play();
        } else {
            self.end_movement();
        }
    }

    /// Ends the climb's movement of q; a drag that has replaced it continues.
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

    /// Takes one step.
    pub fn step_once(self) {
        self.is_playing.set(false);
        self.arrived_after.set(None);
        self.step();
    }

    fn play(self) {
        // The user paused the climb or left the bench.
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

    /// Takes a step; returns false once the climb has converged or cannot continue.
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
                self.notices.show(About::Page, [reason(&error)]);
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
