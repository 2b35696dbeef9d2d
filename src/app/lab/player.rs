//! The computation of the lab that is shown, and how its moments are played.

use std::time::Duration;

use leptos::prelude::*;

use crate::app::context::{CoursePages, Labs, ModelInUse, Preferences, Stage};
use crate::app::platform::debounce::Debounce;
use crate::app::platform::export;
use crate::app::shared::shared;
use crate::app::sheet::{Display, Moments};
use crate::app::widgets::player::{Playable, PlayerNames, play_on, player_buttons};
use crate::app::workers::LabWorker;
use elboscope::address::Page;
use elboscope::lab::LabState;
use elboscope::lab_worker::LabEvent;
use elboscope::sheet::Playback;
use elboscope::state::Tempo;

/// A lab's program in PyTorch.
#[derive(Clone, PartialEq)]
pub struct LabProgram {
    /// Python.
    pub text: String,
    /// The name of the file with a network that it loads, if it needs one.
    pub file: Option<String>,
}

/// Has the worker compute a lab, and plays it. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Player {
    labs: Labs,
    /// What is shown.
    pub display: Display,
    /// The lab's program in PyTorch, once it was requested.
    pub program: RwSignal<Option<LabProgram>>,
    /// The timer of the next step.
    beat: Debounce,
}

/// Everything on which a computation depends: a change of it starts another.
#[derive(PartialEq)]
struct Subject {
    state: LabState,
    /// The widths of the model: a lab that needs the model starts when it is loaded.
    hidden: Option<[usize; 2]>,
    restarts: u32,
}

impl Player {
    /// Has the worker compute the lab that is shown, and again at every change of its state.
    pub fn start() -> Self {
        let model = shared::<ModelInUse>();
        let stage = shared::<Stage>();
        let labs = shared::<Labs>();
        let course = shared::<CoursePages>();
        let worker = shared::<LabWorker>();
        let computation = StoredValue::new(0);
        let display = Display::start(true, move |moment| {
            let state = labs.state.get_untracked();
            let asked = worker.ask(computation.get_value(), &state, moment);
            (Page::Lab(state), asked)
        });
        let player = Self { labs, display, program: RwSignal::new(None), beat: Debounce::new() };
        worker.listen_to_lab(move |event| player.receive(event));
        // A step of a lesson is one scene, whatever its prediction and its links show; else each arrival begins one.
        let scene = move |arrivals: u32| {
            let place = course.place.get();
            let arrivals = place.is_none().then_some(arrivals);
            (labs.state.with(|state| state.lab.name), place, arrivals)
        };
        Effect::new(move |previous: Option<(Subject, u32, _)>| {
            let subject = Subject {
                state: labs.state.get(),
                hidden: model.hidden.get(),
                restarts: worker.restarts.get(),
            };
            let arrivals = stage.arrivals.get();
            let scene = scene(arrivals);
            let is_same_scene = previous.as_ref().is_some_and(|(.., before)| *before == scene);
            let (before, arrived) = previous.map(|(before, arrived, _)| (before, arrived)).unzip();
            if arrived.is_some_and(|before| before != arrivals) {
                display.show_whole();
            }
            // An arrival at the same state needs no new computation.
            if before.as_ref() != Some(&subject) {
                if before.is_some_and(|before| before.restarts != subject.restarts) {
                    display.forget_request();
                }
                computation.set_value(worker.new_computation());
                display.ask();
            }
            if !is_same_scene {
                display.begin_scene();
            }
            (subject, arrivals, scene)
        });
        player
    }

    fn receive(self, event: LabEvent) {
        match event {
            LabEvent::Shown { request, shown } if self.display.awaits(request) => {
                self.display.show(shown);
            }
            LabEvent::Refused { request, reason } if self.display.awaits(request) => {
                self.display.refuse(reason);
            }
            LabEvent::Program { lab, text, file } => {
                // A pending answer may belong to another lab.
                if self.labs.state.with_untracked(|state| state.lab.name == lab) {
                    self.program.try_set(Some(LabProgram { text, file }));
                }
            }
            LabEvent::Network { file, bytes } => export::save_bytes(&bytes, &file),
            LabEvent::Shown { .. } | LabEvent::Refused { .. } => {}
        }
    }

    /// Starts or ends playback.
    fn play_by(self, change: impl FnOnce(&mut Playback)) {
        let was_playing = self.display.playback.with_untracked(Playback::tempo).is_playing;
        self.display.update(change);
        if !was_playing {
            play_on(self.beat, move || self.advance());
        }
    }

    /// Goes on while it plays; the pause before the next time.
    fn advance(self) -> Option<Duration> {
        let tempo = self.display.playback.try_get_untracked()?.tempo();
        self.display.update(Playback::advance);
        tempo.is_playing.then(|| tempo.pause())
    }
}

const NAMES: PlayerNames = PlayerNames {
    actions: ["play", "play-step", "play-slow"],
    play: |messages| messages.play,
    play_help: [|messages| messages.play_help, |messages| messages.play_help],
    step_help: |messages| messages.play_step_help,
    slow_help: |messages| messages.play_slow_help,
};

impl Playable for Player {
    fn tempo(self) -> Tempo {
        self.display.playback.with(Playback::tempo)
    }

    fn toggle(self) {
        self.play_by(Playback::toggle);
    }

    fn step(self) {
        self.display.update(Playback::step);
    }

    fn toggle_slow(self) {
        self.play_by(Playback::toggle_slow);
    }
}

/// The buttons play, step, slow and reset, and the slider through the moments.
#[component]
pub fn PlayerControls() -> impl IntoView {
    let player = expect_context::<Player>();
    let preferences = shared::<Preferences>();
    let labs = shared::<Labs>();
    let messages = move || preferences.messages();
    view! {
        <div class="player" role="group" aria-label=move || messages().player_name>
            {player_buttons(player, NAMES)}
            <button
                type="button"
                data-action="play-reset"
                title=move || messages().reset_help
                on:click=move |_| {
                    player.display.show_whole();
                    labs.change(|state| *state = LabState::new(state.lab));
                }
            >
                {move || messages().reset}
            </button>
            <Moments name=|messages| messages.moment_name />
        </div>
    }
}
