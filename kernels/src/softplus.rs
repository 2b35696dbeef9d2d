//! Row sums of softplus(a) = max(a, 0) + log1p(exp(−|a|)), written so that no logit overflows them.

use wide::{f32x8, f64x4};

/// Factors 1 + exp(−|a|) ≤ 2 that are multiplied before one logarithm is taken: 2^100 is finite in
/// f32, and the product loses fewer digits than as many rounded logarithms.
const FACTORS_PER_LOG: usize = 100;

macro_rules! softplus_sum {
    ($name:ident, $scalar:ty, $lanes:ty, $width:literal, $doc:literal) => {
        #[doc = $doc]
        pub fn $name(row: &[$scalar], bias: &[$scalar]) -> f64 {
            let zero = <$lanes>::splat(0.0);
            let one = <$lanes>::splat(1.0);
            let mut total = 0.0;
            let length = $width * FACTORS_PER_LOG;
            for (block, bias) in row.chunks(length).zip(bias.chunks(length)) {
                let mut positive = zero;
                let mut product = one;
                let mut chunks = block.chunks_exact($width);
                let mut biases = bias.chunks_exact($width);
                for (chunk, bias) in (&mut chunks).zip(&mut biases) {
                    let logit = <$lanes>::from(chunk) + <$lanes>::from(bias);
                    positive += logit.max(zero);
                    product *= one + (-logit.abs()).exp();
                }
                // A short last chunk is padded with −∞, whose softplus is zero.
                let rest = chunks.remainder();
                if !rest.is_empty() {
                    let mut filled = [<$scalar>::NEG_INFINITY; $width];
                    for (slot, (logit, bias)) in
                        filled.iter_mut().zip(rest.iter().zip(biases.remainder()))
                    {
                        *slot = logit + bias;
                    }
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

softplus_sum!(
    softplus_sum_f32,
    f32,
    f32x8,
    8,
    "Σ softplus(a_d + b_d) of one row of f32 logits and as many biases."
);
softplus_sum!(
    softplus_sum_f64,
    f64,
    f64x4,
    4,
    "Σ softplus(a_d + b_d) of one row of f64 logits and as many biases."
);
