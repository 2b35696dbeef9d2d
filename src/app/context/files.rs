//! The opened file of images, and the progress of reading one.

use std::sync::Arc;

use leptos::prelude::*;

use super::Bench;
use elboscope::data::IdxImages;

/// The images of a file, one of which is on the bench.
#[derive(Clone, Debug)]
pub struct OpenedFile {
    pub name: String,
    pub images: Arc<IdxImages>,
    pub index: usize,
}

impl OpenedFile {
    /// The name that a training run gives to these images.
    pub fn training_name(&self) -> String {
        let transposed = if self.images.is_transposed() { " (transposed)" } else { "" };
        format!("{}{transposed}", self.name)
    }
}

/// The files that the user opened. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Files {
    /// The opened file of images.
    pub opened: RwSignal<Option<OpenedFile>>,
    /// The share that is done of reading files, or of passing their images to a worker.
    pub progress: RwSignal<Option<f64>>,
}

impl Files {
    /// No file is open.
    pub fn new() -> Self {
        Self { opened: RwSignal::new(None), progress: RwSignal::new(None) }
    }

    /// Puts one image of the opened file on the bench.
    pub fn show_index(&self, bench: Bench, index: usize) {
        let Some(file) = self.opened.get_untracked() else { return };
        let index = index.min(file.images.count() - 1);
        if let Some(grey) = file.images.image(index) {
            self.opened.set(Some(OpenedFile { index, ..file }));
            bench.show_grey(grey);
        }
    }

    /// Transposes all images of the opened file.
    pub fn transpose(&self, bench: Bench) {
        let Some(file) = self.opened.get_untracked() else { return };
        let (index, images) = (file.index, Arc::new(file.images.transposed()));
        self.opened.set(Some(OpenedFile { images, ..file }));
        self.show_index(bench, index);
    }
}
