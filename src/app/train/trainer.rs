//! The run that is shown: what it is told, and when the browser keeps it.

use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;

use crate::app::context::{Files, SheetPhase, Stage, Training};
use crate::app::shared::shared;
use crate::app::sheet::Display;
use crate::app::workers::LabWorker;
use elboscope::address::Page;
use elboscope::data::IdxImages;
use elboscope::lab_worker::{Purpose, Shown, TrainCommand, TrainEvent};
use elboscope::platform::clock;
use elboscope::quantity::Quantity;
use elboscope::sheet::Sheet;
use elboscope::train_page::{Order, RunSettings};

/// Pause between two steps when slow.
const SLOW: Duration = Duration::from_millis(400);
/// Milliseconds between two exports of a run that is playing,
const KEEPING: f64 = 15_000.0;
/// and the shortest time between two exports of a run that is stepped.
const KEEPING_PAUSED: f64 = 500.0;

/// Has the worker learn as it is told. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Trainer {
    stage: Stage,
    worker: LabWorker,
    /// What is shown.
    pub display: Display,
    /// The worker learns until it is told otherwise.
    goes_on: RwSignal<bool>,
    /// Whether it takes one step after the other, slowly.
    pub is_slow: RwSignal<bool>,
    /// Counts how often slow stepping was started: only the newest sequence of steps continues.
    turn: StoredValue<u32>,
    /// The step of the run that was last exported to be kept, and when, in milliseconds.
    kept: StoredValue<(f64, f64)>,
}

/// Everything that decides which run it is.
#[derive(PartialEq)]
struct Subject {
    settings: RunSettings,
    /// Of the opened file, from which it may learn.
    images: Option<Opened>,
    replacements: u32,
    restarts: u32,
}

/// Images compared by identity.
struct Opened(Arc<IdxImages>);

impl PartialEq for Opened {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Trainer {
    /// Shows the run with the settings that are set, and another whenever they change.
    pub fn start() -> Self {
        let stage = shared::<Stage>();
        let files = shared::<Files>();
        let training = shared::<Training>();
        let worker = shared::<LabWorker>();
        let display = Display::start(false, move |moment| {
            let settings = training.settings.get_untracked();
            (Page::Train(settings), worker.ask_run(settings, moment))
        });
        let trainer = Self {
            stage,
            worker,
            display,
            goes_on: RwSignal::new(false),
            is_slow: RwSignal::new(false),
            turn: StoredValue::new(0),
            kept: StoredValue::new((0.0, clock::now())),
        };
        worker.listen_to_run(move |event| trainer.receive(event));
        Effect::new(move |previous: Option<(Subject, u32)>| {
            let opened = |images: &Arc<IdxImages>| Opened(images.clone());
            let subject = Subject {
                settings: training.settings.get(),
                images: files.opened.with(|file| Some(opened(&file.as_ref()?.images))),
                replacements: training.replacements.get(),
                restarts: worker.restarts.get(),
            };
            let arrivals = stage.arrivals.get();
            let (before, arrived) = previous.unzip();
            let is_another = before.as_ref() != Some(&subject);
            // Moments of different runs are not comparable.
            if is_another || arrived != Some(arrivals) {
                display.show_whole();
            }
            if is_another {
                if let Some(before) = before {
                    if before.restarts != subject.restarts {
                        display.forget_request();
                    }
                    if before.settings != subject.settings {
                        // Another run starts paused.
                        trainer.is_slow.set(false);
                    }
                }
                worker.resume_kept(subject.settings, move || display.ask());
                display.ask();
            }
            (subject, arrivals)
        });
        on_cleanup(move || {
            if trainer.goes_on.get_untracked() {
                trainer.keep_run();
            }
        });
        trainer
    }

    fn receive(self, event: TrainEvent) {
        match event {
            TrainEvent::Shown { request, shown, is_playing } if self.display.awaits(request) => {
                self.show(shown, is_playing);
            }
            TrainEvent::Refused { request, reason } if self.display.awaits(request) => {
                self.display.refuse(reason);
            }
            _ => {}
        }
    }

    fn show(self, shown: Shown, is_playing: bool) {
        if self.goes_on.get_untracked() != is_playing {
            self.goes_on.set(is_playing);
        }
        if self.display.moment.get_untracked().is_none() {
            self.keep(&shown.sheet, is_playing);
        }
        self.display.show(shown);
    }

    /// Has the browser keep what is newest of the run, as soon as it pauses and every so often while it
    /// goes on.
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
        self.worker.train(TrainCommand::Export { moment: None, purpose: Purpose::Keep });
    }

    /// Whether the worker trains without further requests.
    pub fn is_playing(self) -> bool {
        self.is_slow.get() || self.goes_on.get()
    }

    fn order(self, order: Order) {
        self.worker.train(TrainCommand::Order(order));
        self.display.show_whole();
        self.display.ask();
    }

    /// Plays, or pauses.
    pub fn toggle(self) {
        let is_playing = untrack(|| self.is_playing());
        self.is_slow.set(false);
        self.order(if is_playing { Order::Pause } else { Order::Play });
    }

    /// Pauses and takes one step.
    pub fn step(self) {
        self.is_slow.set(false);
        if self.goes_on.get_untracked() {
            self.worker.train(TrainCommand::Order(Order::Pause));
        }
        self.order(Order::Step);
    }

    /// Takes one step after the other, or pauses.
    pub fn toggle_slow(self) {
        let is_slow = !self.is_slow.get_untracked();
        self.is_slow.set(is_slow);
        self.worker.train(TrainCommand::Order(Order::Pause));
        self.turn.update_value(|turn| *turn = turn.wrapping_add(1));
        if is_slow {
            self.creep(self.turn.get_value(), None);
        }
    }

    /// Back to the first weights.
    pub fn rewind(self) {
        self.is_slow.set(false);
        self.order(Order::Rewind);
    }

    /// The step that is shown.
    fn shown_step(self) -> Option<f64> {
        self.display.sheet.get_untracked()?.value(Quantity::Step)
    }

    /// Takes the next step once the previous one has been shown, until there is none: a run that diverged takes no
    /// more steps.
    fn creep(self, turn: u32, before: Option<f64>) {
        if self.turn.try_get_value() != Some(turn) || !self.is_slow.get_untracked() {
            return;
        }
        let mut last = before;
        if self.stage.phase.get_untracked() != SheetPhase::Computing {
            last = self.shown_step();
            if before.is_some() && last == before {
                self.is_slow.set(false);
                return;
            }
            self.order(Order::Step);
        }
        set_timeout(move || self.creep(turn, last), SLOW);
    }

    /// Requests the network of the moment that is shown.
    pub fn export(self, purpose: Purpose) {
        let moment = self.display.moment.get_untracked();
        self.worker.train(TrainCommand::Export { moment, purpose });
    }

    /// Asks for a PyTorch program that loads that network from the file of this name.
    pub fn ask_program(self, file: &str) {
        let moment = self.display.moment.get_untracked();
        self.worker.train(TrainCommand::Program { moment, file: file.to_owned() });
    }
}
