//! A bias added to every row of a matrix, as a candle operation with its own gradient.
//!
//! candle's sum of two tensors adds its code for ten number types to the page.

use candle_core::{CpuStorage, CustomOp2, Layout, Result, Shape, Tensor, bail};
use elboscope_kernels::add_bias_f32;

use super::in_precision;

/// a + b for every row a of `rows` [batch, outputs] and the `bias` b `[outputs]`, in f32 or f64.
/// Differentiable in both.
pub(super) fn add_bias(rows: &Tensor, bias: &Tensor) -> Result<Tensor> {
    rows.contiguous()?.apply_op2(&bias.contiguous()?, AddBias)
}

struct AddBias;

impl CustomOp2 for AddBias {
    fn name(&self) -> &'static str {
        "add-bias"
    }

    fn cpu_fwd(
        &self,
        rows: &CpuStorage,
        layout: &Layout,
        bias: &CpuStorage,
        bias_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let (_, outputs) = layout.shape().dims2()?;
        let (Some((start, end)), Some((first, last))) =
            (layout.contiguous_offsets(), bias_layout.contiguous_offsets())
        else {
            bail!("add-bias needs contiguous tensors")
        };
        if last - first != outputs || outputs == 0 {
            bail!("add-bias needs a bias for each of {outputs} outputs, not {}", last - first)
        }
        let sums = match (rows, bias) {
            (CpuStorage::F32(rows), CpuStorage::F32(bias)) => {
                let mut sums = rows[start..end].to_vec();
                add_bias_f32(&mut sums, &bias[first..last]);
                CpuStorage::F32(sums)
            }
            (CpuStorage::F64(rows), CpuStorage::F64(bias)) => {
                let mut sums = rows[start..end].to_vec();
                for row in sums.chunks_exact_mut(outputs) {
                    row.iter_mut().zip(&bias[first..last]).for_each(|(sum, bias)| *sum += bias);
                }
                CpuStorage::F64(sums)
            }
            _ => bail!("add-bias needs two tensors in f32 or two in f64"),
        };
        Ok((sums, layout.shape().clone()))
    }

    fn bwd(
        &self,
        rows: &Tensor,
        bias: &Tensor,
        _: &Tensor,
        gradient: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>)> {
        // The column sums by the existing matrix product.
        let batch = rows.dims()[0];
        let ones = Tensor::from_vec(vec![1.0_f32; batch], (1, batch), rows.device())?;
        let sums = in_precision(&ones, bias.dtype())?.matmul(&gradient.contiguous()?)?;
        Ok((Some(gradient.clone()), Some(sums.reshape(bias.shape())?)))
    }
}

#[cfg(test)]
mod tests {
    use candle_core::{DType, Device, Var};

    use super::*;

    const ROWS: [[f64; 3]; 2] = [[0.5, -1.0, 3.0], [2.0, 0.1, -7.0]];
    const BIAS: [f64; 3] = [0.25, 10.0, 1e-3];

    #[test]
    fn is_candles_sum_to_the_last_bit_in_both_precisions() -> Result<()> {
        for dtype in [DType::F32, DType::F64] {
            let rows = Tensor::new(&ROWS, &Device::Cpu)?.to_dtype(dtype)?;
            let bias = Tensor::new(&BIAS, &Device::Cpu)?.to_dtype(dtype)?;
            let numbers = |tensor: Tensor| tensor.to_dtype(DType::F64)?.to_vec2::<f64>();
            let expected = numbers(rows.broadcast_add(&bias)?)?;
            assert_eq!(numbers(add_bias(&rows, &bias)?)?, expected);
            // A view that is not contiguous.
            let view = rows.t()?.contiguous()?.t()?;
            assert_eq!(numbers(add_bias(&view, &bias)?)?, expected);
        }
        Ok(())
    }

    #[test]
    fn its_gradients_are_those_of_candles_sum() -> Result<()> {
        let rows = Var::new(&ROWS, &Device::Cpu)?;
        let bias = Var::new(&BIAS, &Device::Cpu)?;
        let found = add_bias(&rows, &bias)?.sqr()?.sum_all()?.backward()?;
        let expected = rows.broadcast_add(&bias)?.sqr()?.sum_all()?.backward()?;
        for variable in [&rows, &bias] {
            let numbers = |store: &candle_core::backprop::GradStore| -> Result<Vec<f64>> {
                store.get(variable).expect("it matters").flatten_all()?.to_vec1()
            };
            assert_eq!(numbers(&found)?, numbers(&expected)?);
        }
        Ok(())
    }

    #[test]
    fn a_bias_of_another_length_is_refused() -> Result<()> {
        let rows = Tensor::new(&ROWS, &Device::Cpu)?;
        let short = Tensor::new(&BIAS[..2], &Device::Cpu)?;
        assert!(add_bias(&rows, &short).is_err());
        Ok(())
    }
}
