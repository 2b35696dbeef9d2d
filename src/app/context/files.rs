//! The file of images that is open, and how far one is read.

use std::sync::Arc;

use leptos::prelude::*;

use super::Bench;
use elboscope::data::IdxImages;

/// Images from a file, of which one is on the bench.
#[derive(Clone, Debug)]
pub struct OpenedFile {
    pub name: String,
    pub images: Arc<IdxImages>,
    pub index: usize,
}

impl OpenedFile {
    /// The name by which a run of training knows its images.
    pub fn training_name(&self) -> String {
        let transposed = if self.images.is_transposed() { " (transposed)" } else { "" };
        format!("{}{transposed}", self.name)
    }
}

/// Files that a person opened. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Files {
    /// The file whose images can be leafed through.
    pub opened: RwSignal<Option<OpenedFile>>,
    /// The share that has been read of the files that are being opened, or passed on of their images.
    pub progress: RwSignal<Option<f64>>,
}

impl Files {
    /// None is open.
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

    /// Exchanges rows and columns of all images of the opened file.
    pub fn transpose(&self, bench: Bench) {
        let Some(file) = self.opened.get_untracked() else { return };
        let (index, images) = (file.index, Arc::new(file.images.transposed()));
        self.opened.set(Some(OpenedFile { images, ..file }));
        self.show_index(bench, index);
    }
}
