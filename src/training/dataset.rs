//! Packed training images, and the random order in which batches take them.

use candle_core::{DType, Device, Result, Tensor};
use elboscope_kernels::extend_with_bits_f32;
use rand::{SeedableRng, seq::SliceRandom};
use rand_pcg::Pcg64Mcg;
use std::num::NonZeroUsize;
use std::sync::Arc;
use thiserror::Error;

use crate::data::{Binarization, BinaryImage, PIXELS, StrokeGenerator};

/// A dataset without images was requested.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("there is no image to learn from")]
pub struct EmptyDataset;

/// Binary images, at least one, at 98 bytes each; copies share them.
#[derive(Clone, Debug)]
pub struct Dataset(Arc<[BinaryImage]>);

impl Dataset {
    /// Takes images as they are.
    ///
    /// # Errors
    /// [`EmptyDataset`] if there is none.
    pub fn new(images: Vec<BinaryImage>) -> std::result::Result<Self, EmptyDataset> {
        if images.is_empty() { Err(EmptyDataset) } else { Ok(Self(images.into())) }
    }

    /// `count` pen-stroke digits of the sequence `seed`, binarized by the default threshold.
    pub fn pen_strokes(seed: u64, count: NonZeroUsize) -> Self {
        let digits = StrokeGenerator::new(seed).take(count.get());
        Self(digits.map(|digit| Binarization::default().apply(&digit.image)).collect())
    }

    /// The images, in their own order.
    pub fn images(&self) -> &[BinaryImage] {
        &self.0
    }
}

/// Images as a tensor [images, 784] of zeros and ones.
pub fn pixel_tensor<'a>(
    images: impl ExactSizeIterator<Item = &'a BinaryImage>,
    dtype: DType,
) -> Result<Tensor> {
    let rows = images.len();
    let mut pixels = Vec::with_capacity(rows * PIXELS);
    for image in images {
        extend_with_bits_f32(&mut pixels, image.packed());
    }
    Tensor::from_vec(pixels, (rows, PIXELS), &Device::Cpu)?.to_dtype(dtype)
}

/// Batches without end: each pass over the dataset goes through a new random order.
///
/// Images at the end of a pass that do not fill a batch are carried over to the next order.
#[derive(Clone, Debug)]
pub struct Batches {
    dataset: Dataset,
    order: Vec<usize>,
    taken: usize,
    size: usize,
    rng: Pcg64Mcg,
}

impl Batches {
    /// Batches of `size` images, or of the whole dataset if it is smaller, in the orders of `seed`.
    pub fn new(dataset: Dataset, size: NonZeroUsize, seed: u64) -> Self {
        let count = dataset.0.len();
        Self {
            order: (0..count).collect(),
            // The first batch finds the order used up and shuffles it.
            taken: count,
            size: size.get().min(count),
            rng: Pcg64Mcg::seed_from_u64(seed),
            dataset,
        }
    }

    /// The next batch as a tensor [batch, 784].
    pub fn next_batch(&mut self, dtype: DType) -> Result<Tensor> {
        pixel_tensor(self.next_images().iter(), dtype)
    }

    /// Leaves the current pass; the following orders are those of `seed`.
    pub(super) fn begin_anew(&mut self, seed: u64) {
        self.order.sort_unstable();
        self.taken = self.order.len();
        self.rng = Pcg64Mcg::seed_from_u64(seed);
    }

    /// Batches that one pass through the dataset gives.
    pub fn per_pass(&self) -> usize {
        self.order.len() / self.size
    }

    /// The images of the next batch.
    pub fn next_images(&mut self) -> Vec<BinaryImage> {
        if self.taken + self.size > self.order.len() {
            self.order.shuffle(&mut self.rng);
            self.taken = 0;
        }
        let batch = &self.order[self.taken..self.taken + self.size];
        self.taken += self.size;
        batch.iter().map(|&index| self.dataset.0[index]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbered(count: usize) -> Dataset {
        // Image n has ink in pixel n alone.
        let images = (0..count).map(|n| BinaryImage::from_fn(|pixel| pixel == n)).collect();
        Dataset::new(images).expect("count is positive")
    }

    fn numbers(batch: &Tensor) -> Vec<usize> {
        let rows = batch.to_vec2::<f32>().expect("f32 rows");
        rows.iter().filter_map(|row| row.iter().position(|&ink| ink == 1.0)).collect()
    }

    #[test]
    fn no_image_is_refused() {
        assert_eq!(Dataset::new(Vec::new()).map(|_| ()), Err(EmptyDataset));
    }

    #[test]
    fn a_pass_takes_every_image_once_and_the_next_in_another_order() -> Result<()> {
        let size = NonZeroUsize::new(5).expect("positive");
        let mut batches = Batches::new(numbered(20), size, 1);
        let mut pass = || -> Result<Vec<usize>> {
            let mut taken = Vec::new();
            for _ in 0..4 {
                taken.extend(numbers(&batches.next_batch(DType::F32)?));
            }
            Ok(taken)
        };
        let (first, second) = (pass()?, pass()?);
        // Equal by chance once in 20! ≈ 2e18 seeds.
        assert_ne!(first, second);
        for mut taken in [first, second] {
            taken.sort_unstable();
            assert_eq!(taken, (0..20).collect::<Vec<_>>());
        }
        Ok(())
    }

    #[test]
    fn a_dataset_smaller_than_a_batch_is_one_batch() -> Result<()> {
        let size = NonZeroUsize::new(128).expect("positive");
        let batch = Batches::new(numbered(3), size, 1).next_batch(DType::F64)?;
        assert_eq!(batch.dims(), [3, PIXELS]);
        Ok(())
    }

    #[test]
    fn a_row_of_the_tensor_is_its_image() -> Result<()> {
        let dataset = Dataset::pen_strokes(5, NonZeroUsize::new(3).expect("positive"));
        let rows = pixel_tensor(dataset.images().iter(), DType::F32)?.to_vec2::<f32>()?;
        for (row, image) in rows.iter().zip(dataset.images()) {
            let expected: Vec<f32> = image.pixels().map(|ink| f32::from(u8::from(ink))).collect();
            assert_eq!(*row, expected);
        }
        Ok(())
    }

    #[test]
    fn pen_strokes_belong_to_their_seed() {
        let count = NonZeroUsize::new(10).expect("positive");
        let images = |seed| Dataset::pen_strokes(seed, count).images().to_vec();
        assert_eq!(images(3), images(3));
        assert_ne!(images(3), images(4));
    }
}
