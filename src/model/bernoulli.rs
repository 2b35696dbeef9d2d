//! log p(x|z) for independent Bernoulli pixels, written so that no logit overflows it.

use candle_core::{CpuStorage, CustomOp1, D, DType, Layout, Result, Shape, Tensor, bail};
use wide::{f32x8, f64x4};

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
    logits.contiguous()?.apply_op1(SoftplusSum)
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
struct SoftplusSum;

/// Factors 1 + exp(−|a|) ≤ 2 that are multiplied before one logarithm is taken: 2^100 is finite in
/// f32, and the product loses fewer digits than as many rounded logarithms.
const FACTORS_PER_LOG: usize = 100;

macro_rules! softplus_sum {
    ($name:ident, $scalar:ty, $lanes:ty, $width:literal) => {
        fn $name(row: &[$scalar]) -> f64 {
            let zero = <$lanes>::splat(0.0);
            let one = <$lanes>::splat(1.0);
            let mut total = 0.0;
            for block in row.chunks($width * FACTORS_PER_LOG) {
                let mut positive = zero;
                let mut product = one;
                let mut chunks = block.chunks_exact($width);
                for chunk in &mut chunks {
                    let logit = <$lanes>::from(chunk);
                    positive += logit.max(zero);
                    product *= one + (-logit.abs()).exp();
                }
                // A short last chunk is filled up with −∞, whose softplus is zero.
                let rest = chunks.remainder();
                if !rest.is_empty() {
                    let mut filled = [<$scalar>::NEG_INFINITY; $width];
                    filled[..rest.len()].copy_from_slice(rest);
                    let logit = <$lanes>::from(filled);
                    positive += logit.max(zero);
                    product *= one + (-logit.abs()).exp();
                }
                for (linear, factor) in positive.to_array().into_iter().zip(product.to_array()) {
                    total += f64::from(linear) + f64::from(factor).ln();
                }
            }
            total
        }
    };
}

softplus_sum!(softplus_sum_f32, f32, f32x8, 8);
softplus_sum!(softplus_sum_f64, f64, f64x4, 4);

impl CustomOp1 for SoftplusSum {
    fn name(&self) -> &'static str {
        "softplus-sum"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let (rows, columns) = layout.shape().dims2()?;
        let Some((start, end)) = layout.contiguous_offsets() else {
            bail!("softplus-sum needs a contiguous tensor")
        };
        let sums = match storage {
            CpuStorage::F32(values) => {
                values[start..end].chunks_exact(columns).map(softplus_sum_f32).collect()
            }
            CpuStorage::F64(values) => {
                values[start..end].chunks_exact(columns).map(softplus_sum_f64).collect()
            }
            _ => bail!("softplus-sum is defined for f32 and f64"),
        };
        Ok((CpuStorage::F64(sums), Shape::from(rows)))
    }

    fn bwd(&self, logits: &Tensor, _: &Tensor, gradient: &Tensor) -> Result<Option<Tensor>> {
        let gradient = gradient.to_dtype(logits.dtype())?.unsqueeze(1)?;
        Ok(Some(mean_image(logits)?.broadcast_mul(&gradient)?))
    }
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
            assert!((softplus_sum_f64(&[logit]) - expected).abs() <= 1e-15 * (1.0 + expected));
            let single = softplus_sum_f32(&[logit as f32]);
            assert!((single - expected).abs() <= 2e-7 * (1.0 + expected), "{logit}: {single}");
        }
    }

    #[test]
    fn rows_longer_than_a_block_sum_all_their_elements() {
        let row: Vec<f64> = (0..1003).map(|i| SOFTPLUS[i % 7].0).collect();
        let expected: f64 = (0..1003).map(|i| SOFTPLUS[i % 7].1).sum();
        assert!((softplus_sum_f64(&row) - expected).abs() < 1e-12 * expected);
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
}
