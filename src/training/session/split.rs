//! Which images of a run are learned from, and which are kept for validation.

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_pcg::Pcg64Mcg;

use super::SessionError;
use crate::data::{BinaryImage, LabelCountError};
use crate::training::Dataset;

/// A tenth of the images is kept for validation, but no more than these.
const MOST_VALIDATION_IMAGES: usize = 500;
/// Own drawings together are one in so many training images, or each occurs once.
const IMAGES_PER_DRAWING: usize = 10;

/// The images of a run in two parts.
#[derive(Debug)]
pub(super) struct Split {
    /// Learned from, own drawings among them.
    pub training: Dataset,
    /// Never learned from.
    pub validation: Dataset,
    /// Their classes, if they are known.
    pub validation_labels: Option<Vec<u8>>,
    /// The number of copies of each drawing in the training set.
    pub drawing_repeats: usize,
}

impl Split {
    /// A random split by `seed`. Drawings are repeated until they are about a tenth of what is learned
    /// from, and never validated on: a copy of each would have been learned.
    pub(super) fn new(
        dataset: &Dataset,
        labels: Option<&[u8]>,
        drawings: &[BinaryImage],
        seed: u64,
    ) -> Result<Self, SessionError> {
        let images = dataset.images();
        if let Some(labels) = labels
            && labels.len() != images.len()
        {
            return Err(LabelCountError { images: images.len(), labels: labels.len() }.into());
        }
        let mut order: Vec<usize> = (0..images.len()).collect();
        order.shuffle(&mut Pcg64Mcg::seed_from_u64(seed));
        let kept = (images.len() / 10).clamp(1, MOST_VALIDATION_IMAGES);
        let (kept, learned) = order.split_at(kept);
        let drawing_repeats = (learned.len() / (IMAGES_PER_DRAWING * drawings.len().max(1))).max(1);
        let part = |indices: &[usize]| indices.iter().map(|&index| images[index]).collect();
        let (kept_images, mut learned_images): (Vec<_>, Vec<_>) = (part(kept), part(learned));
        let too_few = || SessionError::TooFewImages(images.len());
        if learned_images.is_empty() {
            return Err(too_few());
        }
        learned_images.extend(std::iter::repeat_n(drawings, drawing_repeats).flatten());
        Ok(Self {
            training: Dataset::new(learned_images).map_err(|_| too_few())?,
            validation: Dataset::new(kept_images).map_err(|_| too_few())?,
            validation_labels: labels
                .map(|labels| kept.iter().map(|&index| labels[index]).collect()),
            drawing_repeats,
        })
    }
}
