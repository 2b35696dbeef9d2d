//! One row of Bernoulli pixels: its log-likelihood and the slope of that in every logit, in one pass.

use wide::f32x8;

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
        let mut sums = Sums { linear: f32x8::splat(0.0), product: f32x8::splat(1.0) };
        let (whole, rest) = logits.as_chunks_mut::<LANES>();
        let (biases, rest_of_bias) = bias.as_chunks::<LANES>();
        let (pixels, rest_of_pixels) = pixels.as_chunks::<LANES>();
        for ((logits, bias), pixels) in whole.iter_mut().zip(biases).zip(pixels) {
            let logit = f32x8::from(*logits) + f32x8::from(*bias);
            *logits = sums.add(logit, f32x8::from(*pixels)).to_array();
        }
        if !rest.is_empty() {
            // Filled up with logits of −∞ where the pixel is 0: nothing is added.
            let (mut logit, mut pixel) = ([f32::NEG_INFINITY; LANES], [0.0; LANES]);
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
struct Sums {
    linear: f32x8,
    product: f32x8,
}

impl Sums {
    /// Counts eight pixels; returns x − σ(a).
    #[inline(always)]
    fn add(&mut self, logit: f32x8, pixel: f32x8) -> f32x8 {
        let (zero, one) = (f32x8::splat(0.0), f32x8::splat(1.0));
        let small = (-logit.abs()).exp();
        let factor = one + small;
        // Where the pixel is 0, an infinite logit must not give 0 · ∞.
        let on_pixel = pixel.simd_gt(zero).select(pixel * logit, zero);
        self.linear += on_pixel - logit.max(zero);
        self.product *= factor;
        pixel - logit.simd_ge(zero).select(one, small) / factor
    }
}
