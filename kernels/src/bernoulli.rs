//! One row of Bernoulli pixels: its log-likelihood and the slope of that in every logit, in one pass.

use wide::{bytemuck, f32x8, u32x8};

/// Factors 1 + exp(−|a|) ≤ 2 that are multiplied before one logarithm is taken: 2^100 is finite.
const FACTORS_PER_LOG: usize = 100;
const LANES: usize = 8;

/// log p(x|a + b) = Σ_d x_d (a_d + b_d) − softplus(a_d + b_d) in nats. Each logit a_d is replaced by
/// the slope x_d − σ(a_d + b_d), which shares its exponential with the softplus.
pub fn bernoulli_slopes_f32(logits: &mut [f32], bias: &[f32], pixels: &[f32]) -> f64 {
    let length = LANES * FACTORS_PER_LOG;
    let mut total = 0.0;
    let blocks = logits.chunks_mut(length).zip(bias.chunks(length)).zip(pixels.chunks(length));
    for ((logits, bias), pixels) in blocks {
        let mut sums = LaneSums { linear: f32x8::splat(0.0), product: f32x8::splat(1.0) };
        let (whole, rest) = logits.as_chunks_mut::<LANES>();
        let (biases, rest_of_bias) = bias.as_chunks::<LANES>();
        let (pixels, rest_of_pixels) = pixels.as_chunks::<LANES>();
        for ((logits, bias), pixels) in whole.iter_mut().zip(biases).zip(pixels) {
            let logit = f32x8::from(*logits) + f32x8::from(*bias);
            *logits = sums.add(logit, f32x8::from(*pixels)).to_array();
        }
        if !rest.is_empty() {
            // Padded with logits of almost −∞ and pixels of 0, which add nothing.
            let (mut logit, mut pixel) = ([-1e30; LANES], [0.0; LANES]);
            pixel[..rest.len()].copy_from_slice(rest_of_pixels);
            for (slot, (a, b)) in logit.iter_mut().zip(rest.iter().zip(rest_of_bias)) {
                *slot = a + b;
            }
            let slopes = sums.add(f32x8::from(logit), f32x8::from(pixel)).to_array();
            rest.copy_from_slice(&slopes[..rest.len()]);
        }
        let lanes = sums.linear.to_array().into_iter().zip(sums.product.to_array());
        for (linear, factor) in lanes {
            total += f64::from(linear) - f64::from(factor).ln();
        }
    }
    total
}

/// Σ x·a − max(a, 0) and Π 1 + exp(−|a|), lane by lane.
struct LaneSums {
    linear: f32x8,
    product: f32x8,
}

impl LaneSums {
    /// Counts eight pixels; returns x − σ(a).
    #[inline(always)]
    fn add(&mut self, logit: f32x8, pixel: f32x8) -> f32x8 {
        let (zero, one) = (f32x8::splat(0.0), f32x8::splat(1.0));
        let size = logit.abs();
        let small = exp_minus(size);
        let factor = one + small;
        // max(a, 0) = (a + |a|)/2, which keeps a NaN.
        self.linear += pixel * logit - (logit + size) * f32x8::splat(0.5);
        self.product *= factor;
        pixel - logit.simd_ge(zero).select(one, small) / factor
    }
}

/// exp(−u) for u ≥ 0 to two units in the last place; 1.6e−38 from u = 87 on, also for NaN.
///
/// u/ln 2 is rounded to n by adding 1.5 · 2²³, whose last bits then hold n; what remains is within
/// ±½ ln 2 and goes through the first terms of the exponential series, as in Cephes' `expf`.
#[inline(always)]
fn exp_minus(u: f32x8) -> f32x8 {
    const ROUNDER: f32 = 12_582_912.0;
    let splat = f32x8::splat;
    let x = (-u).max(splat(-87.0));
    let shifted = x * splat(std::f32::consts::LOG2_E) + splat(ROUNDER);
    let n = shifted - splat(ROUNDER);
    // ln 2 in two parts, of which the first has few digits.
    let r = x - n * splat(355.0 / 512.0) + n * splat(2.121_944_4e-4);
    let mut series = splat(1.987_569_1e-4);
    for term in [1.398_199_9e-3, 8.333_452e-3, 4.166_579_6e-2, 0.166_666_66, 0.5] {
        series = series * r + splat(term);
    }
    let power = (bytemuck::cast::<f32x8, u32x8>(shifted) << 23) + u32x8::splat(0x3f80_0000);
    (series * r * r + r + splat(1.0)) * bytemuck::cast::<u32x8, f32x8>(power)
}
