//! log p(x|z) for independent Bernoulli pixels, written so that no logit overflows it.

use candle_core::{
    CpuStorage, CustomOp1, CustomOp2, D, DType, Layout, Result, Shape, Tensor, bail,
};
use elboscope_kernels::{softplus_sum_f32, softplus_sum_f64};

use super::elementwise::SIGMOID;

/// Log-likelihood of each row of pixels given its logits, in nats.
///
/// log p(x|a) = Σ_d x_d a_d − Σ_d softplus(a_d), with `logits` and `pixels` both [batch, pixels] and
/// the result `[batch]` in f64. Differentiable in both arguments.
pub fn log_likelihood(logits: &Tensor, pixels: &Tensor) -> Result<Tensor> {
    let on_pixels = (logits * pixels)?.sum(D::Minus1)?.to_dtype(DType::F64)?;
    on_pixels - log_partition(logits)?
}

/// A = Σ_d softplus(a_d) of each row of `logits` ([batch, pixels] in f32 or f64), as `[batch]` in f64.
///
/// This is the part of log p(x|z) that does not depend on x.
pub fn log_partition(logits: &Tensor) -> Result<Tensor> {
    logits.contiguous()?.apply_op1(SoftplusRowSum)
}

/// [`log_partition`] of a_d + b_d for every row of `logits` and one `bias` \[pixels\], in one pass.
///
/// The sums are the same to the last bit as with the bias added before; not differentiable.
pub fn log_partition_with_bias(logits: &Tensor, bias: &Tensor) -> Result<Tensor> {
    logits.contiguous()?.apply_op2_no_bwd(&bias.contiguous()?, &BiasedSoftplusSum)
}

/// σ(a), the probability of ink at each pixel given its logit, in the shape and precision of `logits`.
pub fn mean_image(logits: &Tensor) -> Result<Tensor> {
    logits.contiguous()?.apply_op1_no_bwd(&Sigmoid)
}

struct Sigmoid;

impl CustomOp1 for Sigmoid {
    fn name(&self) -> &'static str {
        "sigmoid"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        Ok((SIGMOID.map(storage, layout)?, layout.shape().clone()))
    }
}

/// Row sums of softplus(a) = max(a, 0) + log1p(exp(−|a|)).
struct SoftplusRowSum;

impl CustomOp1 for SoftplusRowSum {
    fn name(&self) -> &'static str {
        "softplus-sum"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let (_, columns) = layout.shape().dims2()?;
        let zeros = match storage {
            CpuStorage::F32(_) => CpuStorage::F32(vec![0.0; columns]),
            _ => CpuStorage::F64(vec![0.0; columns]),
        };
        row_sums((storage, layout), (&zeros, &Layout::contiguous(columns)))
    }

    fn bwd(&self, logits: &Tensor, _: &Tensor, gradient: &Tensor) -> Result<Option<Tensor>> {
        let gradient = gradient.to_dtype(logits.dtype())?.unsqueeze(1)?;
        Ok(Some(mean_image(logits)?.broadcast_mul(&gradient)?))
    }
}

/// Row sums of softplus(a + b) with the same b for every row.
struct BiasedSoftplusSum;

impl CustomOp2 for BiasedSoftplusSum {
    fn name(&self) -> &'static str {
        "biased-softplus-sum"
    }

    fn cpu_fwd(
        &self,
        logits: &CpuStorage,
        logits_layout: &Layout,
        bias: &CpuStorage,
        bias_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        row_sums((logits, logits_layout), (bias, bias_layout))
    }
}

/// Σ_d softplus(a_d + b_d) of every row a of a contiguous matrix, in f64.
fn row_sums(
    (logits, layout): (&CpuStorage, &Layout),
    (bias, bias_layout): (&CpuStorage, &Layout),
) -> Result<(CpuStorage, Shape)> {
    let (rows, columns) = layout.shape().dims2()?;
    let (Some((start, end)), Some((first, last))) =
        (layout.contiguous_offsets(), bias_layout.contiguous_offsets())
    else {
        bail!("softplus-sum needs contiguous tensors")
    };
    if last - first != columns {
        bail!("softplus-sum needs a bias for each of {columns} logits, not {}", last - first)
    }
    let sums = match (logits, bias) {
        (CpuStorage::F32(values), CpuStorage::F32(bias)) => values[start..end]
            .chunks_exact(columns)
            .map(|row| softplus_sum_f32(row, &bias[first..last]))
            .collect(),
        (CpuStorage::F64(values), CpuStorage::F64(bias)) => values[start..end]
            .chunks_exact(columns)
            .map(|row| softplus_sum_f64(row, &bias[first..last]))
            .collect(),
        _ => bail!("softplus-sum is defined for f32 and f64"),
    };
    Ok((CpuStorage::F64(sums), Shape::from(rows)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use candle_core::{Device, Var};

    /// Logits that reach where log(sigmoid) would be NaN or infinite, and 64-digit values of softplus
    /// from mpmath (`mp.log1p(mp.exp(a))`).
    const SOFTPLUS: [(f64, f64); 7] = [
        (-800.0, 0.0),
        (-40.0, 4.248354255291589e-18),
        (-1.5, 0.2014132779827524),
        (0.0, std::f64::consts::LN_2),
        (0.75, 1.1368710061148999),
        (17.0, 17.000000041399376),
        (500.0, 500.0),
    ];

    #[test]
    fn softplus_matches_mpmath_one_by_one() {
        for (logit, expected) in SOFTPLUS {
            assert!(
                (softplus_sum_f64(&[logit], &[0.0]) - expected).abs() <= 1e-15 * (1.0 + expected)
            );
            let single = softplus_sum_f32(&[logit as f32], &[0.0]);
            assert!((single - expected).abs() <= 2e-7 * (1.0 + expected), "{logit}: {single}");
        }
    }

    #[test]
    fn rows_longer_than_a_block_sum_all_their_elements() {
        let row: Vec<f64> = (0..1003).map(|i| SOFTPLUS[i % 7].0).collect();
        let expected: f64 = (0..1003).map(|i| SOFTPLUS[i % 7].1).sum();
        assert!((softplus_sum_f64(&row, &[0.0; 1003]) - expected).abs() < 1e-12 * expected);
    }

    #[test]
    fn gradient_is_sigmoid_minus_pixel() -> Result<()> {
        let logits = Var::new(&[[-30.0_f64, -1.0, 0.5, 200.0]], &Device::Cpu)?;
        let pixels = Tensor::new(&[[1.0_f64, 0.0, 1.0, 1.0]], &Device::Cpu)?;
        let gradients = log_likelihood(&logits, &pixels)?.sum_all()?.backward()?;
        let gradient = gradients.get(&logits).expect("logits are a leaf").to_vec2::<f64>()?;
        // x − σ(a), from mpmath.
        let expected = [0.9999999999999065, -0.2689414213699951, 0.3775406687981454, 0.0];
        for (found, expected) in gradient[0].iter().zip(expected) {
            assert!((found - expected).abs() < 1e-15, "{found} {expected}");
        }
        Ok(())
    }

    #[test]
    fn a_bias_in_the_pass_is_a_bias_before_it() -> Result<()> {
        for dtype in [DType::F32, DType::F64] {
            let value = |i: usize| SOFTPLUS[i % 7].0 * 0.1 + i as f64 * 0.01;
            let logits = Tensor::from_iter((0..3 * 53).map(value), &Device::Cpu)?;
            let logits = logits.reshape((3, 53))?.to_dtype(dtype)?;
            let bias = Tensor::from_iter((0..53).map(|i| value(i + 3)), &Device::Cpu)?;
            let bias = bias.to_dtype(dtype)?;
            let expected = log_partition(&logits.broadcast_add(&bias)?)?.to_vec1::<f64>()?;
            let found = log_partition_with_bias(&logits, &bias)?.to_vec1::<f64>()?;
            assert_eq!(found, expected);
            assert!(log_partition_with_bias(&logits, &bias.narrow(0, 0, 52)?).is_err());
        }
        Ok(())
    }
}
