//! The files of one selection: all are checked before any is used.

use std::sync::Arc;

use leptos::prelude::*;

use super::Opener;
use super::read::Content;
use crate::app::context::{LATENT, OpenedFile, StagePage};
use elboscope::data::{GreyImage, IdxImages};
use elboscope::model::{Vae, tells_activation, tensor_prefix};
use elboscope::state::messages::opening::{self, Several};
use elboscope::state::{About, Messages};
use elboscope::train_page::RunFile;

/// Longest prefix of a tensor's name that a message repeats.
const LONGEST_PREFIX: usize = 40;

/// The contents of the files of one selection, with their names.
#[derive(Default)]
pub struct ChosenFiles {
    images: Vec<(String, IdxImages)>,
    labels: Vec<(String, Vec<u8>)>,
    pictures: Vec<(String, GreyImage)>,
    weights: Vec<(String, Box<Vae>, Vec<u8>)>,
}

/// A selection that was checked and can be used.
pub struct Checked {
    /// The images, and whether they are new rather than the open ones with new labels.
    file: Option<(OpenedFile, bool)>,
    picture: Option<(String, GreyImage)>,
    weights: Option<Weights>,
}

enum Weights {
    /// For the bench.
    Model { name: String, model: Box<Vae>, bytes: Vec<u8> },
    /// A training run to be resumed.
    Run(Vec<u8>),
}

impl ChosenFiles {
    /// Adds a file.
    pub fn add(&mut self, name: String, content: Content) {
        match content {
            Content::Images(images) => self.images.push((name, images)),
            Content::Labels(labels) => self.labels.push((name, labels)),
            Content::Picture(grey) => self.pictures.push((name, grey)),
            Content::Weights(model, bytes) => self.weights.push((name, model, bytes)),
        }
    }

    /// Checks that everything can be used on the page that is shown; changes nothing.
    ///
    /// # Errors
    /// A sentence that says what cannot be used, and why.
    pub fn check(mut self, opener: Opener) -> Result<Checked, String> {
        let language = opener.language();
        let names = |images: &[(String, IdxImages)], pictures: &[(String, GreyImage)]| {
            let images = images.iter().map(|(name, _)| name);
            images.chain(pictures.iter().map(|(name, _)| name)).cloned().collect::<Vec<_>>()
        };
        let only = |names: Vec<String>, what| {
            if names.len() > 1 { Err(opening::several(what, &names, language)) } else { Ok(()) }
        };
        only(names(&self.images, &self.pictures), Several::X)?;
        only(self.labels.iter().map(|(name, _)| name.clone()).collect(), Several::Labels)?;
        only(self.weights.iter().map(|(name, ..)| name.clone()).collect(), Several::Weights)?;
        let picture = self.pictures.pop();
        let file = self.file(opener, picture.is_some())?;
        let open = opener.files.opened.get_untracked();
        let images = match (&file, &picture) {
            (Some((file, _)), _) => Some(file.training_name()),
            (None, Some(_)) => None,
            (None, None) => open.map(|file| file.training_name()),
        };
        let weights = self.weights.pop().map(|(name, model, bytes)| {
            opener
                .weights(name.clone(), model, bytes, images.as_deref())
                .map_err(|reason| format!("{name}: {reason}"))
        });
        Ok(Checked { file, picture, weights: weights.transpose()? })
    }

    /// The images that will be open, and whether they are new. Labels without images belong to the images that are
    /// already open.
    fn file(
        &mut self,
        opener: Opener,
        has_picture: bool,
    ) -> Result<Option<(OpenedFile, bool)>, String> {
        let messages = Messages::of(opener.language());
        let labels = self.labels.pop();
        let new = self
            .images
            .pop()
            .map(|(name, images)| (OpenedFile { name, images: Arc::new(images), index: 0 }, true));
        let open = || {
            opener.files.opened.get_untracked().filter(|_| !has_picture).map(|file| (file, false))
        };
        let Some((name, labels)) = labels else { return Ok(new) };
        let Some((mut file, is_new)) = new.or_else(open) else {
            return Err(format!("{name}: {}", messages.file_labels_alone));
        };
        let mut images = IdxImages::clone(&file.images);
        images
            .attach_labels(labels)
            .map_err(|error| format!("{name}: {}", messages.labels_error(&error)))?;
        file.images = Arc::new(images);
        Ok(Some((file, is_new)))
    }
}

impl Opener {
    fn is_on(self, page: StagePage) -> bool {
        untrack(|| self.stage.is_on(page))
    }

    /// Weights as the page on the screen would use them; `images` is the name of the images that will be open.
    fn weights(
        self,
        name: String,
        model: Box<Vae>,
        bytes: Vec<u8>,
        images: Option<&str>,
    ) -> Result<Weights, String> {
        if self.is_on(StagePage::Train) {
            let run = RunFile::read(&bytes, images);
            run.map_err(|reason| reason.say(self.language()).to_owned())?;
            return Ok(Weights::Run(bytes));
        }
        if model.latent() != LATENT {
            return Err(Messages::of(self.language()).model_wrong_latent(model.latent()));
        }
        Ok(Weights::Model { name, model, bytes })
    }

    /// Puts the checked contents on the page, and shows a notice about those that are not visible there.
    pub fn apply(self, checked: Checked) {
        let language = self.language();
        let messages = Messages::of(language);
        let Checked { file, picture, weights } = checked;
        let mut lines = Vec::new();
        if let Some((file, is_new)) = file {
            // An older notice about a failed file is obsolete.
            self.notices.notice.set(None);
            let is_used = matches!(weights, Some(Weights::Run(_)))
                || self.training.settings.get_untracked().wants_file();
            if self.is_on(StagePage::Train) && !is_used {
                lines.push(opening::images_to_learn_from(&file.name, language));
            }
            self.files.opened.set(Some(file));
            if is_new {
                self.files.show_index(self.bench, 0);
            }
        }
        if let Some((name, grey)) = picture {
            self.files.opened.set(None);
            self.bench.show_grey(grey);
            if !self.is_on(StagePage::Bench) {
                lines.push(opening::picture_on_the_bench(&name, language));
            }
        }
        match weights {
            Some(Weights::Run(bytes)) => self.lab_worker.resume(bytes),
            Some(Weights::Model { name, model, bytes }) => {
                lines.push(messages.model_opened(&name));
                let prefix = tensor_prefix(&bytes);
                if !prefix.is_empty() {
                    let prefix: String = prefix.chars().take(LONGEST_PREFIX).collect();
                    lines.push(messages.model_prefix(&prefix));
                }
                if !tells_activation(&bytes) {
                    lines.push(messages.model_assumed_tanh.to_owned());
                }
                self.bench_worker.use_model(*model, bytes, Some(name));
            }
            None => {}
        }
        if !lines.is_empty() {
            self.notices.show(About::Opening, lines);
        }
    }
}
