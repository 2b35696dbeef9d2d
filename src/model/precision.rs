//! Conversion of tensors between f32 and f64.
//!
//! candle's own conversion adds its code for every pair of a dozen number types to the page, 200 kB of it before
//! compression.

use candle_core::{CpuStorage, CustomOp1, DType, Layout, Result, Shape, Tensor, bail};

/// The tensor with every element rounded to `precision` (f32 or f64), in the same shape; not differentiable.
///
/// # Errors
/// If `precision` is another type, or the tensor holds one of candle's packed types.
pub fn in_precision(tensor: &Tensor, precision: DType) -> Result<Tensor> {
    if tensor.dtype() == precision {
        return Ok(tensor.clone());
    }
    tensor.contiguous()?.apply_op1_no_bwd(&Convert(precision))
}

struct Convert(DType);

impl CustomOp1 for Convert {
    fn name(&self) -> &'static str {
        "convert"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let Some((start, end)) = layout.contiguous_offsets() else {
            bail!("a conversion needs a contiguous tensor")
        };
        let inside = start..end;
        // Each arm is one loop: a type that is added to candle must be added here.
        macro_rules! converted {
            ($to:ty, $wide:ident) => {
                match storage {
                    CpuStorage::U8(values) => values[inside].iter().map(|&v| v as $to).collect(),
                    CpuStorage::U32(values) => values[inside].iter().map(|&v| v as $to).collect(),
                    CpuStorage::I16(values) => values[inside].iter().map(|&v| v as $to).collect(),
                    CpuStorage::I32(values) => values[inside].iter().map(|&v| v as $to).collect(),
                    CpuStorage::I64(values) => values[inside].iter().map(|&v| v as $to).collect(),
                    CpuStorage::F32(values) => values[inside].iter().map(|&v| v as $to).collect(),
                    CpuStorage::F64(values) => values[inside].iter().map(|&v| v as $to).collect(),
                    CpuStorage::F16(values) => values[inside].iter().map(|v| v.$wide()).collect(),
                    CpuStorage::BF16(values) => values[inside].iter().map(|v| v.$wide()).collect(),
                    CpuStorage::F8E4M3(values) => {
                        values[inside].iter().map(|v| v.$wide()).collect()
                    }
                    _ => bail!("a packed type has no numbers to convert"),
                }
            };
        }
        let converted = match self.0 {
            DType::F32 => CpuStorage::F32(converted!(f32, to_f32)),
            DType::F64 => CpuStorage::F64(converted!(f64, to_f64)),
            other => bail!("the precision is f32 or f64, not {other:?}"),
        };
        Ok((converted, layout.shape().clone()))
    }
}

#[cfg(test)]
mod tests {
    use candle_core::Device;

    use super::*;

    #[test]
    fn every_type_is_converted_as_candle_does() -> Result<()> {
        let values = [0.0, 1.0, 2.5, 97.0, 1.0 / 3.0, 200.0];
        let types = [
            DType::U8,
            DType::U32,
            DType::I16,
            DType::I32,
            DType::I64,
            DType::F16,
            DType::BF16,
            DType::F32,
            DType::F64,
        ];
        for dtype in types {
            // A transposed view of a part: neither contiguous nor from the start.
            let given = Tensor::from_slice(&values, (3, 2), &Device::Cpu)?.to_dtype(dtype)?;
            let view = given.narrow(0, 1, 2)?.t()?;
            for precision in [DType::F32, DType::F64] {
                let (found, expected) =
                    (in_precision(&view, precision)?, view.to_dtype(precision)?);
                assert_eq!((found.dtype(), found.dims()), (precision, &[2, 2][..]), "{dtype:?}");
                let numbers = |tensor: Tensor| tensor.to_dtype(DType::F64)?.to_vec2::<f64>();
                assert_eq!(numbers(found)?, numbers(expected)?, "{dtype:?} to {precision:?}");
            }
        }
        Ok(())
    }

    /// candle 0.11 itself hangs when it writes this type.
    #[test]
    fn eight_bit_floats_are_read() -> Result<()> {
        // One sign, four exponent, three mantissa bits; the exponent's bias is 7.
        let bytes = [0x00, 0x38, 0xb8, 0x44, 0x01];
        let tensor = Tensor::from_raw_buffer(&bytes, DType::F8E4M3, &[5], &Device::Cpu)?;
        let found = in_precision(&tensor, DType::F64)?.to_vec1::<f64>()?;
        assert_eq!(found, [0.0, 1.0, -1.0, 3.0, 1.0 / 512.0]);
        Ok(())
    }

    #[test]
    fn signs_infinities_and_nan_are_kept() -> Result<()> {
        let given = [-0.0, -3.5, f64::INFINITY, f64::NEG_INFINITY, f64::NAN, 1e300, 1e-300];
        let tensor = Tensor::from_slice(&given, given.len(), &Device::Cpu)?;
        let single = in_precision(&tensor, DType::F32)?.to_vec1::<f32>()?;
        let expected =
            [-0.0_f32, -3.5, f32::INFINITY, f32::NEG_INFINITY, f32::NAN, f32::INFINITY, 0.0];
        for ((found, expected), given) in single.iter().zip(expected).zip(given) {
            let is_same = found.to_bits() == expected.to_bits();
            assert!(is_same || (found.is_nan() && expected.is_nan()), "{given}: {found}");
        }
        Ok(())
    }

    #[test]
    fn only_two_precisions_are_known() -> Result<()> {
        let tensor = Tensor::new(&[1.0], &Device::Cpu)?;
        assert!(in_precision(&tensor, DType::F16).is_err());
        Ok(())
    }
}
