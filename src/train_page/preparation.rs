//! The preparation of a run: the images, a few per slice.

use crate::data::{Binarization, BinaryImage, GreyImage, StrokeGenerator};
use crate::training::{Dataset, EmptyDataset};

/// Digits that are written per slice.
const PER_SLICE: usize = 32;

/// Images that were opened on the page, with their classes if they are known.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OpenedImages {
    /// The name of their file.
    pub name: String,
    /// Black and white.
    pub images: Vec<BinaryImage>,
    /// A class for each, or empty.
    pub labels: Vec<u8>,
}

/// The images that the user provided for training.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sources {
    /// The images of the opened file, if there is one.
    pub opened: Option<OpenedImages>,
    /// The drawings on the sketch pad, oldest first.
    pub drawings: Vec<BinaryImage>,
}

/// Pen-stroke digits that are being written.
pub(super) struct Preparation {
    generator: StrokeGenerator,
    wanted: usize,
    images: Vec<BinaryImage>,
    labels: Vec<u8>,
}

impl Preparation {
    pub(super) fn new(wanted: usize, seed: u64) -> Self {
        Self {
            generator: StrokeGenerator::new(seed),
            wanted,
            images: Vec::with_capacity(wanted),
            labels: Vec::with_capacity(wanted),
        }
    }

    /// Writes a few digits; true once all are written.
    pub(super) fn advance(&mut self) -> bool {
        let most = PER_SLICE.min(self.wanted - self.images.len());
        for digit in self.generator.by_ref().take(most) {
            self.images.push(black_and_white(&digit.image));
            self.labels.push(digit.label);
        }
        self.images.len() >= self.wanted
    }

    /// The share that is written, in [0, 1].
    pub(super) fn progress(&self) -> f64 {
        self.images.len() as f64 / self.wanted.max(1) as f64
    }

    /// The images and the class of each.
    pub(super) fn finish(self) -> Result<(Dataset, Vec<u8>), EmptyDataset> {
        Ok((Dataset::new(self.images)?, self.labels))
    }
}

fn black_and_white(image: &GreyImage) -> BinaryImage {
    Binarization::default().apply(image)
}
