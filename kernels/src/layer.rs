//! The element-wise part of a fully connected layer, forward and back, in place and in f32.

use wide::f32x8;

const LANES: usize = 8;

/// Adds `bias` to every row of `values`, whose rows are as long as it.
pub fn add_bias_f32(values: &mut [f32], bias: &[f32]) {
    for row in values.chunks_exact_mut(bias.len()) {
        row.iter_mut().zip(bias).for_each(|(value, bias)| *value += bias);
    }
}

/// tanh(a + b) for every row a of `values`.
pub fn add_bias_tanh_f32(values: &mut [f32], bias: &[f32]) {
    add_bias_f32(values, bias);
    let (whole, rest) = values.as_chunks_mut::<LANES>();
    for chunk in whole {
        *chunk = f32x8::from(*chunk).tanh().to_array();
    }
    let mut lanes = [0.0; LANES];
    lanes[..rest.len()].copy_from_slice(rest);
    rest.copy_from_slice(&f32x8::from(lanes).tanh().to_array()[..rest.len()]);
}

/// max(a + b, 0) for every row a of `values`; NaN stays NaN.
pub fn add_bias_relu_f32(values: &mut [f32], bias: &[f32]) {
    for row in values.chunks_exact_mut(bias.len()) {
        for (value, bias) in row.iter_mut().zip(bias) {
            let sum = *value + bias;
            *value = if sum < 0.0 { 0.0 } else { sum };
        }
    }
}

/// Multiplies each gradient by the slope 1 − h² of tanh, computed from its output h.
pub fn scale_by_tanh_slope_f32(gradients: &mut [f32], outputs: &[f32]) {
    for (gradient, output) in gradients.iter_mut().zip(outputs) {
        *gradient *= 1.0 - output * output;
    }
}

/// Keeps each gradient where the output h of the rectifier is positive, else 0.
pub fn scale_by_relu_slope_f32(gradients: &mut [f32], outputs: &[f32]) {
    for (gradient, output) in gradients.iter_mut().zip(outputs) {
        *gradient = if *output > 0.0 { *gradient } else { 0.0 };
    }
}

/// Multiplies row r of `values` by `weights[r]`.
pub fn scale_rows_f32(values: &mut [f32], weights: &[f32]) {
    let columns = values.len() / weights.len().max(1);
    if columns > 0 {
        for (row, weight) in values.chunks_exact_mut(columns).zip(weights) {
            row.iter_mut().for_each(|value| *value *= weight);
        }
    }
}

/// Σ_r weights[r] · row r of `values`, one sum for each column; there are as many rows as weights.
pub fn weighted_column_sums_f32(values: &[f32], weights: &[f32]) -> Vec<f32> {
    let columns = values.len() / weights.len().max(1);
    let mut sums = vec![0.0; columns];
    if columns > 0 {
        for (row, weight) in values.chunks_exact(columns).zip(weights) {
            sums.iter_mut().zip(row).for_each(|(sum, value)| *sum += weight * value);
        }
    }
    sums
}

/// Adds `more` to `values`, number by number.
pub fn add_f32(values: &mut [f32], more: &[f32]) {
    values.iter_mut().zip(more).for_each(|(value, more)| *value += more);
}

/// Whether no value is further from 0 than `limit`; NaN is.
pub fn is_within_f32(values: &[f32], limit: f32) -> bool {
    let (whole, rest) = values.as_chunks::<LANES>();
    let bound = f32x8::splat(limit);
    whole.iter().all(|chunk| f32x8::from(*chunk).abs().simd_le(bound).all())
        && rest.iter().all(|value| value.abs() <= limit)
}
