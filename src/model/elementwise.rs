//! Element-wise candle operations in SIMD, for f32 and f64.
//!
//! candle's own operations call the platform's scalar functions, which are slower in wasm and whose last digit
//! differs from the native one; and each of them adds code for ten number types to the page.

use candle_core::{CpuStorage, Layout, Result, bail};
use elboscope_kernels::{sigmoid_f32, sigmoid_f64};

/// A function of one number in both precisions, for whole slices.
#[derive(Clone, Copy)]
pub(super) struct Unary {
    pub single: fn(&[f32]) -> Vec<f32>,
    pub double: fn(&[f64]) -> Vec<f64>,
}

/// A function of two numbers in both precisions, for whole slices of one length.
#[derive(Clone, Copy)]
pub(super) struct Binary {
    pub single: fn(&[f32], &[f32]) -> Vec<f32>,
    pub double: fn(&[f64], &[f64]) -> Vec<f64>,
}

/// The logistic function σ(a).
pub(super) const SIGMOID: Unary = Unary { single: sigmoid_f32, double: sigmoid_f64 };

impl Unary {
    /// The function of every element of a contiguous tensor.
    pub(super) fn map(&self, storage: &CpuStorage, layout: &Layout) -> Result<CpuStorage> {
        let Some((start, end)) = layout.contiguous_offsets() else {
            bail!("an element-wise operation needs a contiguous tensor")
        };
        Ok(match storage {
            CpuStorage::F32(values) => CpuStorage::F32((self.single)(&values[start..end])),
            CpuStorage::F64(values) => CpuStorage::F64((self.double)(&values[start..end])),
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
                CpuStorage::F32((self.single)(&a[start..end], &b[other..other_end]))
            }
            (CpuStorage::F64(a), CpuStorage::F64(b)) => {
                CpuStorage::F64((self.double)(&a[start..end], &b[other..other_end]))
            }
            _ => bail!("an element-wise operation is defined for f32 and f64"),
        })
    }
}
