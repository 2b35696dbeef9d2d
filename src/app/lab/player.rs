//! The computation of the lab that is shown, and how its moments are played.

use leptos::prelude::*;

use crate::app::context::{Labs, ModelInUse, Preferences, Stage};
use crate::app::platform::debounce::Debounce;
use crate::app::platform::export;
use crate::app::shared::shared;
use crate::app::sheet::{Display, Moments};
use crate::app::widgets::play_button::PlayButton;
use crate::app::workers::LabWorker;
use elboscope::address::Page;
use elboscope::lab::LabState;
use elboscope::lab_worker::LabEvent;
use elboscope::sheet::Playback;

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
    /// The lab's program in PyTorch, once it was asked for.
    pub program: RwSignal<Option<LabProgram>>,
    /// The next step of a play.
    beat: Debounce,
}

/// Everything that a computation depends on: when it changes, another begins.
#[derive(PartialEq)]
struct Subject {
    state: LabState,
    /// Of the model: a lab that needs it begins anew when there is one.
    hidden: Option<[usize; 2]>,
    restarts: u32,
}

impl Player {
    /// Has the worker compute the lab that is shown, and again whenever its state changes.
    pub fn start() -> Self {
        let model = shared::<ModelInUse>();
        let stage = shared::<Stage>();
        let labs = shared::<Labs>();
        let worker = shared::<LabWorker>();
        let computation = StoredValue::new(0);
        let display = Display::start(move |moment| {
            let state = labs.state.get_untracked();
            let asked = worker.ask(computation.get_value(), &state, moment);
            (Page::Lab(state), asked)
        });
        let player = Self { labs, display, program: RwSignal::new(None), beat: Debounce::new() };
        worker.listen_to_lab(move |event| player.receive(event));
        Effect::new(move |previous: Option<(Subject, u32)>| {
            let subject = Subject {
                state: labs.state.get(),
                hidden: model.hidden.get(),
                restarts: worker.restarts.get(),
            };
            let arrivals = stage.arrivals.get();
            let (before, arrived) = previous.unzip();
            if arrived.is_some_and(|before| before != arrivals) {
                display.show_whole();
            }
            // Arriving where one is already computes nothing anew.
            if before.as_ref() != Some(&subject) {
                if before.is_some_and(|before| before.restarts != subject.restarts) {
                    display.forget_request();
                }
                computation.set_value(worker.new_computation());
                display.ask();
            }
            (subject, arrivals)
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
                // An answer that is still under way may be another lab's.
                if self.labs.state.with_untracked(|state| state.lab.name == lab) {
                    self.program.try_set(Some(LabProgram { text, file }));
                }
            }
            LabEvent::Network { file, bytes } => export::save_bytes(&bytes, &file),
            LabEvent::Shown { .. } | LabEvent::Refused { .. } => {}
        }
    }

    /// Starts or ends a play.
    fn play_by(self, change: impl FnOnce(&mut Playback)) {
        let was_playing = self.display.playback.with_untracked(Playback::is_playing);
        self.display.update(change);
        if !was_playing {
            self.play();
        }
    }

    fn play(self) {
        let playback = self.display.playback.try_get_untracked();
        let Some(playback) = playback.filter(Playback::is_playing) else { return };
        self.display.update(Playback::advance);
        self.beat.call(playback.pause(), move || self.play());
    }
}

/// Play, step, slow, reset, and a slider through the moments.
#[component]
pub fn PlayerControls() -> impl IntoView {
    let player = expect_context::<Player>();
    let preferences = shared::<Preferences>();
    let labs = shared::<Labs>();
    let messages = move || preferences.messages();
    view! {
        <div class="player" role="group" aria-label=move || messages().player_name>
            <PlayButton
                action="play"
                label=|messages| messages.play
                help=Signal::derive(move || messages().play_help)
                is_playing=Signal::derive(move || player.display.playback.with(Playback::is_playing))
                on_press=move || player.play_by(Playback::toggle)
            />
            <button
                type="button"
                data-action="play-step"
                title=move || messages().play_step_help
                on:click=move |_| player.display.update(Playback::step)
            >
                {move || messages().step}
            </button>
            <button
                type="button"
                data-action="play-slow"
                title=move || messages().play_slow_help
                aria-pressed=move || player.display.playback.with(Playback::is_slow).to_string()
                on:click=move |_| player.play_by(Playback::toggle_slow)
            >
                {move || messages().slow}
            </button>
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
