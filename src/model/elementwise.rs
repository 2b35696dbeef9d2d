//! Element-wise candle operations in SIMD, for f32 and f64.
//!
//! candle's own ones call the platform's scalar functions, which are slower in wasm and whose last digit
//! differs from the native one; and each of them brings its code for ten number types into the page.

use candle_core::{CpuStorage, Layout, Result, bail};
use wide::{f32x8, f64x4};

/// A function of one number in both precisions, for whole registers.
#[derive(Clone, Copy)]
pub(super) struct Unary {
    pub single: fn(f32x8) -> f32x8,
    pub double: fn(f64x4) -> f64x4,
}

/// A function of two numbers in both precisions, for whole registers.
#[derive(Clone, Copy)]
pub(super) struct Binary {
    pub single: fn(f32x8, f32x8) -> f32x8,
    pub double: fn(f64x4, f64x4) -> f64x4,
}

/// The logistic function σ(a) = 1/(1 + e^−a); an overflowing e^−a gives the right limit, 0.
pub(super) const SIGMOID: Unary = Unary {
    single: |a| f32x8::splat(1.0) / (f32x8::splat(1.0) + (-a).exp()),
    double: |a| f64x4::splat(1.0) / (f64x4::splat(1.0) + (-a).exp()),
};

impl Unary {
    /// The function of every element of a contiguous tensor.
    pub(super) fn map(&self, storage: &CpuStorage, layout: &Layout) -> Result<CpuStorage> {
        let Some((start, end)) = layout.contiguous_offsets() else {
            bail!("an element-wise operation needs a contiguous tensor")
        };
        Ok(match storage {
            CpuStorage::F32(values) => CpuStorage::F32(map_f32(&values[start..end], self.single)),
            CpuStorage::F64(values) => CpuStorage::F64(map_f64(&values[start..end], self.double)),
            _ => bail!("an element-wise operation is defined for f32 and f64"),
        })
    }
}

impl Binary {
    /// The function of every pair of elements of two contiguous tensors of the same shape and type.
    pub(super) fn map(
        &self,
        (first, first_layout): (&CpuStorage, &Layout),
        (second, second_layout): (&CpuStorage, &Layout),
    ) -> Result<CpuStorage> {
        let (Some((start, end)), Some((other, other_end))) =
            (first_layout.contiguous_offsets(), second_layout.contiguous_offsets())
        else {
            bail!("an element-wise operation needs contiguous tensors")
        };
        if end - start != other_end - other {
            bail!("an element-wise operation needs tensors of the same shape")
        }
        Ok(match (first, second) {
            (CpuStorage::F32(a), CpuStorage::F32(b)) => {
                CpuStorage::F32(zip_f32(&a[start..end], &b[other..other_end], self.single))
            }
            (CpuStorage::F64(a), CpuStorage::F64(b)) => {
                CpuStorage::F64(zip_f64(&a[start..end], &b[other..other_end], self.double))
            }
            _ => bail!("an element-wise operation is defined for f32 and f64"),
        })
    }
}

macro_rules! element_wise {
    ($map:ident, $zip:ident, $scalar:ty, $lanes:ty, $width:literal) => {
        fn $map(values: &[$scalar], function: fn($lanes) -> $lanes) -> Vec<$scalar> {
            let mut output = values.to_vec();
            for chunk in output.chunks_mut($width) {
                let mut lanes = [0.0; $width];
                lanes[..chunk.len()].copy_from_slice(chunk);
                let result = function(<$lanes>::from(lanes)).to_array();
                chunk.copy_from_slice(&result[..chunk.len()]);
            }
            output
        }

        fn $zip(
            first: &[$scalar],
            second: &[$scalar],
            function: fn($lanes, $lanes) -> $lanes,
        ) -> Vec<$scalar> {
            let mut output = first.to_vec();
            for (chunk, other) in output.chunks_mut($width).zip(second.chunks($width)) {
                let (mut a, mut b) = ([0.0; $width], [0.0; $width]);
                a[..chunk.len()].copy_from_slice(chunk);
                b[..chunk.len()].copy_from_slice(other);
                let result = function(<$lanes>::from(a), <$lanes>::from(b)).to_array();
                chunk.copy_from_slice(&result[..chunk.len()]);
            }
            output
        }
    };
}

element_wise!(map_f32, zip_f32, f32, f32x8, 8);
element_wise!(map_f64, zip_f64, f64, f64x4, 4);
