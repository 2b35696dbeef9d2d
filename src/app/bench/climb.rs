//! The climb: gradient ascent on the ELBO, one step per timer call.

use std::time::Duration;

use leptos::prelude::*;

use crate::app::context::{Bench, BenchNumbers, Movement, Notices, Undo};
use crate::app::platform::debounce::Debounce;
use crate::app::shared::shared;
use crate::app::widgets::player::{Playable, PlayerNames, play_on};
use crate::app::workers::BenchWorker;
use elboscope::bench::Noise;
use elboscope::exact::exact_elbo;
use elboscope::gradient::{ProposalOptimizer, pathwise_gradient};
use elboscope::reason::reason;
use elboscope::state::{About, BenchState, Tempo};

/// Points of the trace that are kept.
const LONGEST_TRACE: usize = 1000;
/// Draws per gradient estimate: few enough that its noise is visible, enough that the climb converges.
const DRAWS: usize = 64;

/// The climb's state that views show, with the contexts that it changes. Cheap to copy.
#[derive(Clone, Copy)]
pub struct ClimbPlayer {
    tempo: RwSignal<Tempo>,
    /// The next step of a play.
    beat: Debounce,
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
            tempo: RwSignal::new(Tempo::default()),
            beat: Debounce::new(),
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
        // A climb that plays when the bench is left takes no further step.
        on_cleanup(move || player.end_movement());
        player
    }

    /// Stops the climb, for example when the user drags q.
    pub fn stop(self) {
        self.change(|tempo| tempo.is_playing = false);
    }

    fn change(self, change: impl FnOnce(&mut Tempo)) {
        let before = self.tempo.get_untracked();
        let mut tempo = before;
        change(&mut tempo);
        if tempo == before {
            return;
        }
        self.tempo.set(tempo);
        match (before.is_playing, tempo.is_playing) {
            (false, true) => {
                // All steps of one play are a single entry of the undo history.
                self.undo.movement.set(Some(Movement::Climb));
                self.arrived_after.set(None);
                play_on(self.beat, move || self.advance());
            }
            (true, false) => self.end_movement(),
            _ => {}
        }
    }

    /// Whether it plays; tracked.
    pub fn is_playing(self) -> bool {
        self.tempo.get().is_playing
    }

    /// Ends the climb's movement of q; a drag that has replaced it continues.
    fn end_movement(self) {
        if self.undo.movement.get_untracked() == Some(Movement::Climb) {
            self.undo.movement.set(None);
        }
    }

    /// Takes a step while it plays; the pause before the next one.
    fn advance(self) -> Option<Duration> {
        if !self.tempo.get_untracked().is_playing {
            return None;
        }
        if !self.take_step() {
            self.stop();
            return None;
        }
        Some(self.tempo.get_untracked().pause())
    }

    /// Takes a step; returns false once the climb has converged or cannot continue.
    fn take_step(self) -> bool {
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

/// What its buttons are called.
pub const NAMES: PlayerNames = PlayerNames {
    actions: ["climb", "climb-step", "climb-slow"],
    play: |messages| messages.climb,
    play_help: [|messages| messages.climb_help, |messages| messages.climb_help],
    step_help: |messages| messages.step_help,
    slow_help: |messages| messages.slow_help,
};

impl Playable for ClimbPlayer {
    fn tempo(self) -> Tempo {
        self.tempo.get()
    }

    fn can_play(self) -> bool {
        self.numbers.best.get().is_some()
    }

    fn toggle(self) {
        self.change(|tempo| tempo.is_playing = !tempo.is_playing);
    }

    fn step(self) {
        self.arrived_after.set(None);
        self.take_step();
        self.stop();
    }

    fn toggle_slow(self) {
        self.change(Tempo::toggle_slow);
    }
}
