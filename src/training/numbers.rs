//! The values of a contiguous f32 tensor as a slice, for reading and for updates in place.

use std::cell::RefCell;

use candle_core::{CpuStorage, InplaceOp1, Layout, Result, Storage, Tensor, bail};

/// Calls `look` with the values of `tensor`.
///
/// # Errors
/// If the tensor is not contiguous or not of f32.
pub(super) fn read<R>(tensor: &Tensor, look: impl FnOnce(&[f32]) -> R) -> Result<R> {
    let (storage, layout) = tensor.storage_and_layout();
    match (&*storage, layout.contiguous_offsets()) {
        (Storage::Cpu(CpuStorage::F32(values)), Some((start, end))) => {
            Ok(look(&values[start..end]))
        }
        _ => bail!("training needs contiguous f32 tensors"),
    }
}

/// Lets `edit` change the numbers of `tensor`, which no other tensor that is being read may share.
///
/// # Errors
/// If the tensor is not contiguous or not of f32.
pub(super) fn write<R>(tensor: &Tensor, edit: impl FnOnce(&mut [f32]) -> R) -> Result<R> {
    let edit = Edit { edit: RefCell::new(Some(edit)), result: RefCell::new(None) };
    tensor.inplace_op1(&edit)?;
    match edit.result.into_inner() {
        Some(result) => Ok(result),
        None => bail!("an edit in place runs once"),
    }
}

struct Edit<F, R> {
    edit: RefCell<Option<F>>,
    result: RefCell<Option<R>>,
}

impl<R, F: FnOnce(&mut [f32]) -> R> InplaceOp1 for Edit<F, R> {
    fn name(&self) -> &'static str {
        "edit"
    }

    fn cpu_fwd(&self, storage: &mut CpuStorage, layout: &Layout) -> Result<()> {
        let (CpuStorage::F32(values), Some((start, end))) = (storage, layout.contiguous_offsets())
        else {
            bail!("training needs contiguous f32 tensors")
        };
        if let Some(edit) = self.edit.take() {
            self.result.replace(Some(edit(&mut values[start..end])));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use candle_core::{DType, Device};

    #[test]
    fn what_is_written_is_read_and_neighbours_stay() -> Result<()> {
        let whole = Tensor::new(&[[1.0_f32, 2.0], [3.0, 4.0], [5.0, 6.0]], &Device::Cpu)?;
        let middle = whole.narrow(0, 1, 1)?;
        let sum = write(&middle, |values| {
            values.iter_mut().for_each(|value| *value *= 10.0);
            values.iter().sum::<f32>()
        })?;
        assert_eq!(sum, 70.0);
        assert_eq!(read(&middle, <[f32]>::to_vec)?, [30.0, 40.0]);
        assert_eq!(whole.to_vec2::<f32>()?, [[1.0, 2.0], [30.0, 40.0], [5.0, 6.0]]);
        Ok(())
    }

    #[test]
    fn other_layouts_and_types_are_refused() -> Result<()> {
        let square = Tensor::new(&[[1.0_f32, 2.0], [3.0, 4.0]], &Device::Cpu)?;
        for other in [square.t()?, square.to_dtype(DType::F64)?] {
            assert!(read(&other, |_| ()).is_err());
            assert!(write(&other, |_| ()).is_err());
        }
        Ok(())
    }
}
