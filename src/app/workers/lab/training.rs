//! What the labs' worker is told of training: what to learn from, which run goes on, and what it is to do.

use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::{LabWorker, Resumption};
use crate::app::storage::kept_run;
use elboscope::data::{Binarization, IdxImages};
use elboscope::lab_worker::{LabWorkerCommand, TrainCommand, TrainEvent, TrainRequest};
use elboscope::platform::clock;
use elboscope::train_page::RunSettings;

/// Milliseconds per slice of preparing images,
const SLICE: f64 = 8.0;
/// and per slice in a hidden tab, where the browser throttles timers.
const HIDDEN_SLICE: f64 = 400.0;

/// A transfer of an opened file's images to the worker.
struct Sending {
    images: Arc<IdxImages>,
    binarization: Binarization,
    /// Each transfer has its own number: another file or a restart gets another.
    number: u32,
    next: usize,
}

impl LabWorker {
    /// Who listens from now on to what is shown of the run; the page that was left hears nothing any more.
    pub fn listen_to_run(self, listener: impl Fn(TrainEvent) + 'static) {
        self.inner.update_value(|inner| inner.train = Some(Rc::new(listener)));
    }

    /// Sets the callback for networks, runs and programs.
    pub fn on_run_answer(self, receiver: impl Fn(TrainEvent) + 'static) {
        self.inner.update_value(|inner| inner.run_answers = Some(Rc::new(receiver)));
    }

    /// Tells the run something.
    pub fn train(self, command: TrainCommand) {
        self.send(LabWorkerCommand::Train(command));
    }

    /// Asks for a moment of the run with these settings; returns the number that the answer will carry, or `None`
    /// while the browser reads the run that it keeps.
    pub fn ask_run(self, settings: RunSettings, moment: Option<usize>) -> Option<u32> {
        self.start();
        self.send_opened();
        self.send_drawings();
        if self.resumption() == Resumption::OnItsWay {
            return None;
        }
        let language = self.preferences.language.get_untracked();
        let request = self.new_request();
        self.train(TrainCommand::Show(TrainRequest { request, settings, moment, language }));
        Some(request)
    }

    /// Has a new worker go on with the run that the browser keeps, if its settings are asked for; `then` is called
    /// once it has it.
    pub fn resume_kept(self, settings: RunSettings, then: impl FnOnce() + 'static) {
        self.start();
        // A run on a file's images waits for the file.
        let waits = settings.wants_file() && self.files.opened.with_untracked(Option::is_none);
        if waits || self.resumption() != Resumption::Unasked {
            return;
        }
        if !kept_run::is_of(settings) {
            self.set_resumption(Resumption::Done);
            return;
        }
        self.set_resumption(Resumption::OnItsWay);
        spawn_local(async move {
            let bytes = kept_run::of(settings).await;
            if !kept_run::exists() {
                self.training.has_kept_run.set(false);
            }
            // Another worker may have been started meanwhile, and asks for itself.
            if self.resumption() == Resumption::OnItsWay {
                self.set_resumption(Resumption::Done);
                if let Some(bytes) = bytes {
                    self.send_opened();
                    self.send_drawings();
                    self.train(TrainCommand::Resume { bytes, answer: false });
                }
            }
            then();
        });
    }

    fn resumption(self) -> Resumption {
        self.inner.with_value(|inner| inner.resumption)
    }

    fn set_resumption(self, resumption: Resumption) {
        self.inner.update_value(|inner| inner.resumption = resumption);
    }

    /// Sends the drawings, unless the worker has them.
    fn send_drawings(self) {
        let images = self.training.drawings.get_value();
        let is_new = self.inner.try_update_value(|inner| {
            let is_new = inner.drawings != images;
            inner.drawings.clone_from(&images);
            is_new
        });
        if is_new == Some(true) {
            self.train(TrainCommand::Drawings { images });
        }
    }

    /// Sends the images of the opened file, unless the worker has them.
    fn send_opened(self) {
        let Some(file) = self.files.opened.get_untracked() else { return };
        let is_new = self.inner.try_update_value(|inner| {
            let before = inner.opened.replace(file.images.clone());
            before.is_none_or(|before| !Arc::ptr_eq(&before, &file.images))
        });
        if is_new != Some(true) {
            return;
        }
        let images = &file.images;
        let labels = (0..images.count()).map_while(|index| images.label(index)).collect();
        let name = file.training_name();
        self.train(TrainCommand::OpenImages { name, count: images.count(), labels });
        let sending = self.inner.try_update_value(|inner| {
            inner.sending = inner.sending.wrapping_add(1);
            inner.sending
        });
        let binarization = self.bench.state.get_untracked().bin.binarization();
        let sending = sending.unwrap_or_default();
        self.send_images(Sending {
            images: images.clone(),
            binarization,
            number: sending,
            next: 0,
        });
    }

    /// Sends as many images as fit one slice of time, and schedules the others, so that the page stays responsive.
    fn send_images(self, mut sending: Sending) {
        if self.inner.with_value(|inner| inner.sending) != sending.number {
            return;
        }
        let slice = if document().hidden() { HIDDEN_SLICE } else { SLICE };
        let (start, count) = (clock::now(), sending.images.count());
        let mut images = Vec::new();
        while sending.next < count && clock::now() - start < slice {
            let grey = sending.images.image(sending.next);
            images.extend(grey.map(|grey| sending.binarization.apply(&grey)));
            sending.next += 1;
        }
        self.train(TrainCommand::MoreImages { images });
        let is_over = sending.next == count;
        self.files.progress.set((!is_over).then(|| sending.next as f64 / count as f64));
        if !is_over {
            set_timeout(move || self.send_images(sending), Duration::ZERO);
        }
    }

    /// Resumes the run of a file that was checked; the answer shows the run.
    pub fn resume(self, bytes: Vec<u8>) {
        self.start();
        // The run may have used the images of a file that was opened together with it.
        self.send_opened();
        self.train(TrainCommand::Resume { bytes, answer: true });
    }
}
