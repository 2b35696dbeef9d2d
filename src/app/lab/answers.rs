//! Events of the labs' worker that are handled whichever page is open: networks, runs and programs.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::app::context::{Bench, Labs, Notices, Preferences, Training};
use crate::app::navigation::Navigation;
use crate::app::platform::export;
use crate::app::shared::shared;
use crate::app::storage::kept_run::{self, Kept};
use crate::app::widgets::clipboard;
use crate::app::workers::{BenchWorker, LabWorker};
use elboscope::address::Page;
use elboscope::lab::LabState;
use elboscope::lab_worker::{LabEvent, Purpose};
use elboscope::model::{encoder_proposal, read_weights};
use elboscope::state::About;
use elboscope::state::messages::opening::RUN_OF_ANOTHER_TAB;

/// The name of a saved network's file, which the PyTorch program loads.
pub const FILE: &str = "elboscope.safetensors";

/// Handles these events from now on.
pub fn follow() {
    let answers = Answers {
        preferences: shared(),
        notices: shared(),
        bench: shared(),
        labs: shared(),
        training: shared(),
        navigation: shared(),
        bench_worker: shared(),
    };
    shared::<LabWorker>().on_answer(move |event| match event {
        LabEvent::Exported { purpose, step, values, bytes } => {
            answers.take_network(purpose, step, &values, bytes);
        }
        LabEvent::Resumed { values } => answers.show_run(&values),
        LabEvent::Program { text } => answers.copy_program(text),
        LabEvent::LabNetwork { file, bytes } => export::save_bytes(&bytes, &file),
        // The lab's page handles these, and the course its lessons; failures are shown as notices.
        LabEvent::Course { .. }
        | LabEvent::Shown { .. }
        | LabEvent::Refused { .. }
        | LabEvent::LabProgram { .. }
        | LabEvent::Failed { .. } => {}
    });
    kept_run::follow(move || answers.say_not_kept());
}

/// The contexts that the events change.
#[derive(Clone, Copy)]
struct Answers {
    preferences: Preferences,
    notices: Notices,
    bench: Bench,
    labs: Labs,
    training: Training,
    navigation: Navigation,
    bench_worker: BenchWorker,
}

impl Answers {
    /// Handles an exported network.
    fn take_network(self, purpose: Purpose, step: u32, values: &[f64], bytes: Vec<u8>) {
        match purpose {
            Purpose::Save => export::save_bytes(&bytes, FILE),
            Purpose::Keep => self.keep(values, &bytes),
            Purpose::Bench => self.put_on_the_bench(step, bytes),
        }
    }

    /// Has the browser keep a run; a reason why it cannot is shown once.
    fn keep(self, values: &[f64], bytes: &[u8]) {
        let kept = kept_run::keep(values, bytes);
        let could_keep = self
            .training
            .can_keep_runs
            .try_update_value(|can| std::mem::replace(can, kept == Kept::Yes));
        let is_news = could_keep == Some(true);
        match kept {
            Kept::Yes => self.training.has_kept_run.set(true),
            Kept::NoRoom if is_news => {
                let messages = self.preferences.language.get_untracked().messages();
                self.notices.show(About::Run, [messages.run_not_kept.to_owned()]);
            }
            Kept::AnotherTab if is_news => self.say_not_kept(),
            Kept::NoRoom | Kept::AnotherTab => {}
        }
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
        let messages = self.preferences.language.get_untracked().messages();
        match read_weights(&bytes) {
            Ok(vae) => {
                // The old q has no meaning in the latent plane of another network.
                let pixels = self.bench.pixels_of(&self.bench.state.get_untracked());
                if let Ok(q) = encoder_proposal(&vae, &pixels) {
                    self.bench
                        .change(|state| *state = state.with_proposal(q.mean(), q.sd(), q.rho()));
                }
                let name = (messages.trained_name)(step.into());
                self.bench_worker.use_model(vae, bytes, Some(name));
                self.navigation.show(Page::Bench(self.bench.state.get_untracked()));
            }
            Err(error) => self.notices.show(About::Page, [messages.weights_error(&error)]),
        }
    }

    /// Shows the run of an opened file, which the worker has already resumed.
    fn show_run(self, values: &[f64]) {
        let take = |state: &mut LabState| {
            for (place, &value) in values.iter().enumerate() {
                state.set(place, value);
            }
        };
        if !untrack(|| self.labs.is_training()) {
            self.training.settings.update(take);
            return;
        }
        self.labs.change(take);
        // The settings may be equal although the run is another one.
        self.training.replacements.update(|count| *count = count.wrapping_add(1));
    }

    /// Copies the PyTorch program to the clipboard, and names the file that it loads.
    fn copy_program(self, text: String) {
        let messages = self.preferences.language.get_untracked().messages();
        spawn_local(async move {
            if clipboard::copy(self.notices, text).await {
                self.notices.show(About::Page, [(messages.program_copied)(FILE)]);
            }
        });
    }
}
