//! What the labs' worker answers of training whichever page is open by then: networks, runs and programs.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::app::context::{Bench, Notices, Preferences, Stage, StagePage, Training};
use crate::app::navigation::Navigation;
use crate::app::platform::export;
use crate::app::shared::shared;
use crate::app::storage::kept_run::{self, Kept};
use crate::app::widgets::clipboard;
use crate::app::workers::{BenchWorker, LabWorker};
use elboscope::address::Page;
use elboscope::lab_worker::{Purpose, TrainEvent};
use elboscope::model::{encoder_proposal, read_weights};
use elboscope::state::messages::opening::RUN_OF_ANOTHER_TAB;
use elboscope::state::{About, Messages};
use elboscope::train_page::RunSettings;

/// The name of a saved network's file, which the PyTorch program loads.
pub const FILE: &str = "elboscope.safetensors";

/// Handles these events from now on.
pub fn follow() {
    let answers = Answers {
        preferences: shared(),
        notices: shared(),
        bench: shared(),
        stage: shared(),
        training: shared(),
        navigation: shared(),
        bench_worker: shared(),
    };
    shared::<LabWorker>().on_run_answer(move |event| match event {
        TrainEvent::Exported { purpose, step, settings, bytes } => {
            answers.take_network(purpose, step, settings, bytes);
        }
        TrainEvent::Resumed { settings } => answers.show_run(settings),
        TrainEvent::Program { text } => answers.copy_program(text),
        // The page hears these while it is open.
        TrainEvent::Shown { .. } | TrainEvent::Refused { .. } => {}
    });
    kept_run::follow(move || answers.say_not_kept());
}

/// The contexts that the events change.
#[derive(Clone, Copy)]
struct Answers {
    preferences: Preferences,
    notices: Notices,
    bench: Bench,
    stage: Stage,
    training: Training,
    navigation: Navigation,
    bench_worker: BenchWorker,
}

impl Answers {
    /// Handles an exported network.
    fn take_network(self, purpose: Purpose, step: u32, settings: RunSettings, bytes: Vec<u8>) {
        match purpose {
            Purpose::Save => export::save_bytes(&bytes, FILE),
            Purpose::Keep => self.keep(settings, bytes),
            Purpose::Bench => self.put_on_the_bench(step, bytes),
        }
    }

    /// Has the browser keep a run; a reason why it cannot is shown once.
    fn keep(self, settings: RunSettings, bytes: Vec<u8>) {
        spawn_local(async move {
            let kept = kept_run::keep(settings, bytes).await;
            let could_keep = self.training.can_keep_runs.get_value();
            self.training.can_keep_runs.set_value(match kept {
                Kept::Yes => true,
                Kept::NoRoom | Kept::AnotherTab => false,
                Kept::Forgotten => could_keep,
            });
            match kept {
                Kept::Yes => self.training.has_kept_run.set(true),
                Kept::NoRoom if could_keep => {
                    let messages = Messages::of(self.preferences.language.get_untracked());
                    self.notices.show(About::Run, [messages.run_not_kept.to_owned()]);
                }
                Kept::AnotherTab if could_keep => self.say_not_kept(),
                Kept::NoRoom | Kept::AnotherTab | Kept::Forgotten => {}
            }
        });
    }

    /// Shows the notice that another tab's run is kept instead.
    fn say_not_kept(self) {
        self.training.can_keep_runs.set_value(false);
        self.training.has_kept_run.set(false);
        let language = self.preferences.language.get_untracked();
        self.notices.show(About::Run, [RUN_OF_ANOTHER_TAB.say(language).to_owned()]);
    }

    /// Puts a trained network on the bench, with the encoder's q.
    fn put_on_the_bench(self, step: u32, bytes: Vec<u8>) {
        let messages = Messages::of(self.preferences.language.get_untracked());
        match read_weights(&bytes) {
            Ok(vae) => {
                // The old q has no meaning in the latent plane of another network.
                let pixels = self.bench.pixels_of(&self.bench.state.get_untracked());
                if let Ok(q) = encoder_proposal(&vae, &pixels) {
                    self.bench
                        .change(|state| *state = state.with_proposal(q.mean(), q.sd(), q.rho()));
                }
                let name = messages.trained_name(step.into());
                self.bench_worker.use_model(vae, bytes, Some(name));
                self.navigation.show(Page::Bench(self.bench.state.get_untracked()));
            }
            Err(error) => self.notices.show(About::Page, [messages.weights_error(&error)]),
        }
    }

    /// Shows the run of an opened file, which the worker has already resumed.
    fn show_run(self, settings: RunSettings) {
        self.training.set(settings);
        if untrack(|| self.stage.is_on(StagePage::Train)) {
            // The settings may be equal although the run is another one.
            self.training.replacements.update(|count| *count = count.wrapping_add(1));
        }
    }

    /// Copies the PyTorch program to the clipboard, and names the file that it loads.
    fn copy_program(self, text: String) {
        let messages = Messages::of(self.preferences.language.get_untracked());
        spawn_local(async move {
            if clipboard::copy(self.notices, text).await {
                self.notices.show(About::Page, [messages.program_copied(FILE)]);
            }
        });
    }
}
