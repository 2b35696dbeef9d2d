//! The images of a pass and their products with the encoder's first layer, the largest of the network.

use candle_core::{Device, Result, Tensor};
use elboscope_kernels::Ink;

use crate::training::numbers::read;

/// Images X, and where their ink is, if they are black and white with little of it: an eighth is usual,
/// and summing there takes a third of the time of the whole product.
pub(super) struct Images<'a> {
    /// [images, pixels]
    pub pixels: &'a Tensor,
    ink: Option<Ink>,
}

impl<'a> Images<'a> {
    /// # Errors
    /// If `pixels` is not a contiguous matrix of f32.
    pub(super) fn new(pixels: &'a Tensor) -> Result<Self> {
        let (_, width) = pixels.dims2()?;
        let ink = read(pixels, |pixels| Ink::new(pixels, width))?;
        Ok(Self { pixels, ink })
    }

    /// X Wᵀ, [images, outputs], from W [outputs, pixels].
    pub(super) fn times_transposed(&self, weight: &Tensor) -> Result<Tensor> {
        let (images, width) = self.pixels.dims2()?;
        let (outputs, inputs) = weight.dims2()?;
        match &self.ink {
            Some(ink) if inputs == width => {
                let product = read(weight, |weight| ink.times_transposed(weight))?;
                Tensor::from_vec(product, (images, outputs), &Device::Cpu)
            }
            // With other shapes it says what does not fit.
            _ => self.pixels.matmul(&weight.t()?),
        }
    }

    /// Dᵀ X, [outputs, pixels], from D [images, outputs].
    pub(super) fn transposed_times(&self, factor: &Tensor) -> Result<Tensor> {
        let (images, width) = self.pixels.dims2()?;
        let (rows, outputs) = factor.dims2()?;
        match &self.ink {
            Some(ink) if rows == images => {
                let product = read(factor, |factor| ink.transposed_times(factor))?;
                Tensor::from_vec(product, (outputs, width), &Device::Cpu)
            }
            _ => factor.t()?.matmul(self.pixels),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use candle_core::DType;
    use proptest::prelude::*;
    use rand::{RngExt, SeedableRng};
    use rand_pcg::Pcg64Mcg;

    /// The largest difference of two tensors, beside the largest number there is.
    fn difference(found: &Tensor, expected: &Tensor) -> Result<f64> {
        let largest = |tensor: Tensor| tensor.abs()?.flatten_all()?.max(0)?.to_scalar::<f64>();
        assert_eq!(found.dims(), expected.dims());
        let off = largest((found.to_dtype(DType::F64)? - expected)?)?;
        Ok(off / largest(expected.clone())?.max(1.0))
    }

    /// Sizes around the blocks and lanes of the kernel, with white, sparse, dense and grey images.
    fn any_case() -> impl Strategy<Value = (usize, usize, usize, f64, bool, u64)> {
        let ink = prop_oneof![Just(0.0), 0.01..0.24, Just(0.5), Just(1.0)];
        (1..40_usize, 1..60_usize, 1..80_usize, ink, any::<bool>(), any::<u64>())
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn products_are_those_of_plain_candle(
            (images, width, outputs, ink, is_grey, seed) in any_case()
        ) {
            let mut rng = Pcg64Mcg::seed_from_u64(seed);
            let mut uniform = |rows: usize, columns: usize| {
                let numbers = (0..rows * columns).map(|_| rng.random_range(-1.0_f32..1.0));
                Tensor::from_vec(numbers.collect(), (rows, columns), &Device::Cpu).unwrap()
            };
            let (weight, factor) = (uniform(outputs, width), uniform(images, outputs));
            let shade = if is_grey { 0.5 } else { 1.0 };
            let pixels = (0..images * width).map(|_| if rng.random_bool(ink) { shade } else { 0.0 });
            let pixels = Tensor::from_vec(pixels.collect::<Vec<f32>>(), (images, width), &Device::Cpu);
            let pixels = pixels.unwrap();
            let [x, w, d] =
                [&pixels, &weight, &factor].map(|tensor| tensor.to_dtype(DType::F64).unwrap());
            let found = Images::new(&pixels).unwrap();
            let product = found.times_transposed(&weight).unwrap();
            let expected = x.matmul(&w.t().unwrap()).unwrap();
            prop_assert!(difference(&product, &expected).unwrap() < 2e-6);
            let product = found.transposed_times(&factor).unwrap();
            let expected = d.t().unwrap().matmul(&x).unwrap();
            prop_assert!(difference(&product, &expected).unwrap() < 2e-6);
        }
    }

    #[test]
    fn only_little_ink_is_summed_by_its_places() -> Result<()> {
        let has_places = |values: &[f32]| -> Result<bool> {
            let pixels = Tensor::from_slice(values, (1, values.len()), &Device::Cpu)?;
            Ok(Images::new(&pixels)?.ink.is_some())
        };
        assert!(has_places(&[0.0, 1.0, 0.0, 0.0])?);
        assert!(has_places(&[0.0, -0.0])?);
        assert!(!has_places(&[0.0, 1.0, 1.0, 0.0])?);
        assert!(!has_places(&[0.0, 0.5, 0.0, 0.0])?);
        assert!(!has_places(&[0.0, f32::NAN, 0.0, 0.0])?);
        Ok(())
    }

    #[test]
    fn shapes_that_do_not_fit_are_refused() -> Result<()> {
        let zeros = |rows, columns| Tensor::zeros((rows, columns), DType::F32, &Device::Cpu);
        let pixels = zeros(3, 5)?;
        let images = Images::new(&pixels)?;
        assert!(images.times_transposed(&zeros(4, 6)?).is_err());
        assert!(images.transposed_times(&zeros(2, 4)?).is_err());
        Ok(())
    }
}
