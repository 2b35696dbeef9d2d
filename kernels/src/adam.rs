//! One step of Adam (Kingma & Ba 2015) for a slice of weights, in one pass over its memory.

use wide::f32x8;

const LANES: usize = 8;
/// Means below this count as 0: they would decay into subnormal numbers, which are slow, and they are negligible
/// beside ε.
const TINY: f32 = 1e-30;

/// The numbers that are the same for every weight in one step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AdamStep {
    /// 1 − β₁
    pub mean_gain: f32,
    /// 1 − β₂
    pub square_gain: f32,
    /// α/(1 − β₁ᵗ)
    pub length: f32,
    /// 1/(1 − β₂ᵗ)
    pub square_scale: f32,
    /// ε, added to the root of the mean square.
    pub epsilon: f32,
    /// αλ: the share of itself that each weight loses.
    pub shrink: f32,
}

/// Updates `values` against `gradient`, and the running `mean` and mean `square` of the gradient; all four have the
/// same length.
///
/// m ← m + (1 − β₁)(g − m), s ← s + (1 − β₂)(g² − s), w ← w − α [m̂/(√ŝ + ε) + λw].
pub fn adam_f32(
    values: &mut [f32],
    gradient: &[f32],
    mean: &mut [f32],
    square: &mut [f32],
    step: &AdamStep,
) {
    let AdamStep { mean_gain, square_gain, length, square_scale, epsilon, shrink } = *step;
    let splat = f32x8::splat;
    let eight = |value: &mut [f32; LANES],
                 gradient: &[f32; LANES],
                 mean: &mut [f32; LANES],
                 square: &mut [f32; LANES]| {
        let (v, g) = (f32x8::from(*value), f32x8::from(*gradient));
        let m = f32x8::from(*mean);
        let m = m + splat(mean_gain) * (g - m);
        let m = m.abs().simd_gt(splat(TINY)) & m;
        let s = f32x8::from(*square);
        let s = s + splat(square_gain) * (g * g - s);
        let s = s.simd_gt(splat(TINY)) & s;
        let root = (s * splat(square_scale)).sqrt() + splat(epsilon);
        let v = v - (splat(length) * m / root + splat(shrink) * v);
        *value = v.to_array();
        *mean = m.to_array();
        *square = s.to_array();
    };
    let (values, last_value) = values.as_chunks_mut();
    let (gradients, last_gradient) = gradient.as_chunks();
    let (means, last_mean) = mean.as_chunks_mut();
    let (squares, last_square) = square.as_chunks_mut();
    for (((value, gradient), mean), square) in
        values.iter_mut().zip(gradients).zip(means).zip(squares)
    {
        eight(value, gradient, mean, square);
    }
    let count = last_value.len();
    if count > 0 {
        let filled = |rest: &[f32]| {
            let mut lanes = [0.0; LANES];
            lanes[..count].copy_from_slice(&rest[..count]);
            lanes
        };
        let (mut value, mut mean, mut square) =
            (filled(last_value), filled(last_mean), filled(last_square));
        eight(&mut value, &filled(last_gradient), &mut mean, &mut square);
        last_value.copy_from_slice(&value[..count]);
        last_mean.copy_from_slice(&mean[..count]);
        last_square.copy_from_slice(&square[..count]);
    }
}
