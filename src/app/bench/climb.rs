//! The climb: gradient ascent on the ELBO, played at the speed the person chose.

use std::time::Duration;

use leptos::prelude::*;

use crate::app::context::{Bench, BenchNumbers, Movement, Notices, Undo};
use crate::app::platform::debounce::Debounce;
use crate::app::shared::shared;
use crate::app::widgets::player::{Playable, PlayerNames, play_on};
use crate::app::workers::BenchWorker;
use elboscope::bench::Noise;
use elboscope::exact::exact_elbo;
use elboscope::gradient::{Climb, pathwise_gradient};
use elboscope::reason::reason;
use elboscope::state::{About, BenchState, Tempo};

/// Points of the trace that are kept.
const LONGEST_TRACE: usize = 1000;
/// Draws behind one gradient: few enough to see it wobble, many enough to arrive.
const DRAWS: usize = 64;

/// The climb on the bench: what it shows of itself, and what it moves. Cheap to copy.
#[derive(Clone, Copy)]
pub struct ClimbPlayer {
    tempo: RwSignal<Tempo>,
    /// The next step of a play.
    beat: Debounce,
    /// Steps after which it came to rest.
    pub arrived_after: RwSignal<Option<usize>>,
    /// Where q's mean has been.
    pub trace: RwSignal<Vec<[f64; 2]>>,
    ascent: StoredValue<Option<Ascent>>,
    notices: Notices,
    undo: Undo,
    bench: Bench,
    numbers: BenchNumbers,
    worker: BenchWorker,
}

/// A climb in progress, its noise, and where it left q: if a hand has moved q since, it starts anew.
#[derive(Clone)]
struct Ascent {
    climb: Climb,
    noise: Noise,
    left_at: BenchState,
}

impl ClimbPlayer {
    /// Stands still, and stops whenever x changes.
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
        // A climb that plays when the bench is left takes no further step.
        on_cleanup(move || player.end_movement());
        player
    }

    /// Stops; a hand on q always wins.
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
                // Its steps are one movement for the history.
                self.undo.movement.set(Some(Movement::Climb));
                self.arrived_after.set(None);
                play_on(self.beat, move || self.advance());
            }
            (true, false) => self.end_movement(),
            _ => {}
        }
    }

    /// The climb moves q no longer; a hand that took q from it may.
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

    /// Takes a step; false once the climb has come to rest or cannot go on.
    fn take_step(self) -> bool {
        let state = self.bench.state.get_untracked();
        let (Ok(q), Some(scene)) = (state.proposal(), self.numbers.scene.get_untracked()) else {
            return false;
        };
        let kept = self.ascent.try_update_value(Option::take).flatten();
        let mut ascent = kept
            .filter(|ascent| ascent.left_at == state && !ascent.climb.is_at_rest())
            .unwrap_or_else(|| {
                self.trace.set(vec![state.mu]);
                Ascent { climb: Climb::default(), noise: Noise::new(state.seed), left_at: state }
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
        let is_at_rest = ascent.climb.is_at_rest();
        if is_at_rest {
            self.arrived_after.set(Some(ascent.climb.steps()));
        }
        self.ascent.set_value(Some(ascent));
        !is_at_rest
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
