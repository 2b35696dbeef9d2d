//! The player of a lab: requests to the worker, the sheet that is shown, and playback.

use std::sync::Arc;

use leptos::prelude::*;

use super::moments::Moments;
use crate::app::context::{
    Files, LabPhase, Labs, ModelInUse, Notices, Preferences, ShownSheet, Training,
};
use crate::app::platform::debounce::Debounce;
use crate::app::shared::shared;
use crate::app::widgets::play_button::PlayButton;
use crate::app::workers::LabWorker;
use elboscope::data::IdxImages;
use elboscope::lab::{LabState, Playback, Sheet};
use elboscope::lab_worker::{LabCommand, LabEvent, Purpose};
use elboscope::platform::clock;
use elboscope::quantity::Quantity;
use elboscope::state::About;

/// Milliseconds between two exports of a run that is playing,
const KEEPING: f64 = 15_000.0;
/// and the shortest time between two exports of a run that is stepped.
const KEEPING_PAUSED: f64 = 500.0;

/// A lab's program in PyTorch.
#[derive(Clone, PartialEq)]
pub struct LabProgram {
    /// Python.
    pub text: String,
    /// The name of the file with a network that it loads, if it needs one.
    pub file: Option<String>,
}

/// The state of a lab's page and of its playback.
#[derive(Clone, Copy)]
pub struct Player {
    notices: Notices,
    labs: Labs,
    worker: LabWorker,
    /// The sheet on the screen; the last complete one while the next is computed.
    pub sheet: RwSignal<Option<Arc<Sheet>>>,
    /// The share of the computation that is done.
    pub progress: RwSignal<f64>,
    /// Whether the run continues until it is paused.
    pub goes_on: RwSignal<bool>,
    /// The lab's program in PyTorch, once it was requested.
    pub program: RwSignal<Option<LabProgram>>,
    /// Which moment is shown, and whether it plays.
    pub playback: RwSignal<Playback>,
    /// The moment that is shown; `None` is the last.
    pub moment: Memo<Option<usize>>,
    /// The timer of the next step.
    beat: Debounce,
    /// The number of the present computation.
    computation: StoredValue<u32>,
    /// The request that is pending; there is one at most.
    asked: StoredValue<Option<u32>>,
    /// The state of the pending request.
    asked_for: StoredValue<Option<LabState>>,
    /// Whether the state changed after that request.
    is_stale: StoredValue<bool>,
    /// The step of the run that was last exported to be kept, and when, in milliseconds.
    kept: StoredValue<(f64, f64)>,
}

/// Everything on which a computation depends: a change of it starts another.
#[derive(PartialEq)]
struct Subject {
    lab: Option<LabState>,
    /// The widths of the model: a lab that needs the model starts when it is loaded.
    hidden: Option<[usize; 2]>,
    /// The images of the opened file, which training may use.
    images: Option<ImagesByIdentity>,
    replacements: u32,
    restarts: u32,
}

/// Images compared by identity.
struct ImagesByIdentity(Arc<IdxImages>);

impl PartialEq for ImagesByIdentity {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Player {
    /// Has the worker compute the lab that is shown, and again at every change of its state.
    pub fn start() -> Self {
        let preferences = shared::<Preferences>();
        let model = shared::<ModelInUse>();
        let files = shared::<Files>();
        let training = shared::<Training>();
        let labs = shared::<Labs>();
        let worker = shared::<LabWorker>();
        // Called inside an effect, it subscribes to all of these.
        let subject_now = move || Subject {
            lab: labs.state.get(),
            hidden: model.hidden.get(),
            images: files
                .opened
                .with(|file| file.as_ref().map(|file| ImagesByIdentity(file.images.clone()))),
            replacements: training.replacements.get(),
            restarts: worker.restarts.get(),
        };
        let playback = RwSignal::new(Playback::default());
        let player = Self {
            notices: shared(),
            labs,
            worker,
            sheet: RwSignal::new(None),
            progress: RwSignal::new(0.0),
            goes_on: RwSignal::new(false),
            program: RwSignal::new(None),
            playback,
            beat: Debounce::new(),
            moment: Memo::new(move |_| playback.with(Playback::moment)),
            computation: StoredValue::new(0),
            asked: StoredValue::new(None),
            asked_for: StoredValue::new(None),
            is_stale: StoredValue::new(false),
            kept: StoredValue::new((0.0, clock::now())),
        };
        worker.listen(move |event| player.receive(event));
        Effect::new(move |previous: Option<(Subject, u32)>| {
            let (subject, arrivals) = (subject_now(), labs.arrivals.get());
            let (before, arrived) = previous.unzip();
            if arrived.is_some_and(|before| before != arrivals) {
                player.show_whole();
            }
            // An arrival at the same state needs no new computation.
            if before.as_ref() != Some(&subject) {
                if before.is_some_and(|before| before.restarts != subject.restarts) {
                    // The worker that was asked has ended: no answer will come.
                    player.asked.set_value(None);
                }
                // Moments of different runs are not comparable.
                if subject.lab.as_ref().is_some_and(|state| state.lab.is_training()) {
                    player.show_whole();
                }
                player.computation.set_value(worker.new_computation());
                player.ask();
            }
            (subject, arrivals)
        });
        Effect::new(move |previous: Option<()>| {
            preferences.language.track();
            player.moment.track();
            if previous.is_some() {
                player.ask();
            }
        });
        Effect::new(move |_| {
            let is_played = player.moment.get().is_some();
            labs.is_played.set(is_played);
        });
        // An answer that arrives after the lab was left must find no player.
        on_cleanup(move || {
            labs.phase.set(LabPhase::Nothing);
            labs.is_played.set(false);
            labs.sheet.set(None);
            if player.goes_on.get_untracked() {
                player.keep_run();
            }
        });
        player
    }

    /// Requests what is to be shown, at once or when the pending answer has come: at most one request is pending, so
    /// that a fast drag cannot queue requests.
    pub fn ask(self) {
        self.labs.phase.set(LabPhase::Computing);
        self.is_stale.set_value(true);
        self.send();
    }

    fn send(self) {
        let Some(None) = self.asked.try_get_value() else { return };
        let Some(state) = self.labs.state.get_untracked() else { return };
        let moment = self.moment.get_untracked();
        self.is_stale.set_value(false);
        let asked = self.worker.ask(self.computation.get_value(), &state, moment);
        self.asked.set_value(asked);
        self.asked_for.set_value(Some(state));
    }

    fn receive(self, event: LabEvent) {
        let answered = match event {
            LabEvent::Shown { request, .. } | LabEvent::Refused { request, .. } => Some(request),
            LabEvent::LabProgram { lab, text, file } => {
                // A pending answer may belong to another lab.
                let is_shown = |state: &Option<LabState>| {
                    state.as_ref().is_some_and(|state| state.lab.name == lab)
                };
                if self.labs.state.with_untracked(is_shown) {
                    self.program.try_set(Some(LabProgram { text, file }));
                }
                return;
            }
            _ => None,
        };
        if answered.is_none() || self.asked.try_get_value() != Some(answered) {
            return;
        }
        self.asked.set_value(None);
        let mut has_more = false;
        match event {
            LabEvent::Shown { sheet, moments, progress, is_done, is_playing, .. } => {
                has_more = !is_done;
                self.update(|playback| playback.set_moments(moments));
                self.progress.set(progress);
                if self.goes_on.get_untracked() != is_playing {
                    self.goes_on.set(is_playing);
                }
                if self.moment.get_untracked().is_none() {
                    self.keep(&sheet, is_playing);
                }
                let sheet = Arc::new(*sheet);
                self.sheet.set(Some(sheet.clone()));
                if let Some(state) = self.asked_for.get_value() {
                    self.labs.sheet.set(Some(ShownSheet { state, sheet }));
                }
            }
            LabEvent::Refused { reason, .. } => self.notices.show(About::Page, [reason]),
            _ => {}
        }
        if self.is_stale.get_value() {
            self.send();
        } else if has_more {
            request_animation_frame(move || self.send());
        } else {
            let is_whole = self.sheet.with_untracked(Option::is_some);
            self.labs.phase.set(if is_whole { LabPhase::Whole } else { LabPhase::Nothing });
        }
    }

    /// Has the browser keep the newest state of a run: when it pauses, and at intervals while it plays.
    fn keep(self, newest: &Sheet, is_playing: bool) {
        let Some(step) = newest.value(Quantity::Step).filter(|&step| step > 0.0) else { return };
        let (kept_step, kept_at) = self.kept.get_value();
        let pause = if is_playing { KEEPING } else { KEEPING_PAUSED };
        if step != kept_step && clock::now() - kept_at > pause {
            self.kept.set_value((step, clock::now()));
            self.keep_run();
        }
    }

    /// Requests the newest network of the run, to be kept by the browser.
    fn keep_run(self) {
        self.worker.send(LabCommand::Export { moment: None, purpose: Purpose::Keep });
    }

    /// Changes the playback; notifies only if something changed.
    pub fn update(self, change: impl FnOnce(&mut Playback)) {
        self.playback.maybe_update(|playback| {
            let before = *playback;
            change(playback);
            *playback != before
        });
    }

    /// Ends playback and shows the last moment, at which everything is computed.
    pub fn show_whole(self) {
        self.update(Playback::show_whole);
    }

    /// Starts or ends playback.
    fn play_by(self, change: impl FnOnce(&mut Playback)) {
        let was_playing = self.playback.with_untracked(Playback::is_playing);
        self.update(change);
        if !was_playing {
            self.play();
        }
    }

    fn play(self) {
        let Some(playback) = self.playback.try_get_untracked().filter(Playback::is_playing) else {
            return;
        };
        self.update(Playback::advance);
        self.beat.call(playback.pause(), move || self.play());
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
            <PlayButton
                action="play"
                label=|messages| messages.play
                help=Signal::derive(move || messages().play_help)
                is_playing=Signal::derive(move || player.playback.with(Playback::is_playing))
                on_press=move || player.play_by(Playback::toggle)
            />
            <button
                type="button"
                data-action="play-step"
                title=move || messages().play_step_help
                on:click=move |_| player.update(Playback::step)
            >
                {move || messages().step}
            </button>
            <button
                type="button"
                data-action="play-slow"
                title=move || messages().play_slow_help
                aria-pressed=move || player.playback.with(Playback::is_slow).to_string()
                on:click=move |_| player.play_by(Playback::toggle_slow)
            >
                {move || messages().slow}
            </button>
            <button
                type="button"
                data-action="play-reset"
                title=move || messages().reset_help
                on:click=move |_| {
                    player.show_whole();
                    labs.change(|state| *state = LabState::new(state.lab));
                }
            >
                {move || messages().reset}
            </button>
            <Moments name=|messages| messages.moment_name />
        </div>
    }
}
