//! Functions of every element of one slice, or of every pair of two, in SIMD, for f32 and f64.

use wide::{f32x8, f64x4};

macro_rules! unary {
    ($name:ident, $scalar:ty, $lanes:ty, $width:literal, $function:expr, $doc:literal) => {
        #[doc = $doc]
        pub fn $name(values: &[$scalar]) -> Vec<$scalar> {
            let function: fn($lanes) -> $lanes = $function;
            let mut output = values.to_vec();
            for chunk in output.chunks_mut($width) {
                let mut lanes = [0.0; $width];
                lanes[..chunk.len()].copy_from_slice(chunk);
                let result = function(<$lanes>::from(lanes)).to_array();
                chunk.copy_from_slice(&result[..chunk.len()]);
            }
            output
        }
    };
}

macro_rules! binary {
    ($name:ident, $scalar:ty, $lanes:ty, $width:literal, $function:expr, $doc:literal) => {
        #[doc = $doc]
        pub fn $name(first: &[$scalar], second: &[$scalar]) -> Vec<$scalar> {
            let function: fn($lanes, $lanes) -> $lanes = $function;
            let mut output = first.to_vec();
            for (chunk, other) in output.chunks_mut($width).zip(second.chunks($width)) {
                let (mut a, mut b) = ([0.0; $width], [0.0; $width]);
                a[..chunk.len()].copy_from_slice(chunk);
                b[..chunk.len()].copy_from_slice(other);
                let result = function(<$lanes>::from(a), <$lanes>::from(b)).to_array();
                chunk.copy_from_slice(&result[..chunk.len()]);
            }
            output
        }
    };
}

macro_rules! both {
    ($kind:ident, $single:ident, $double:ident, $f32:expr, $f64:expr, $doc:literal) => {
        $kind!($single, f32, f32x8, 8, $f32, $doc);
        $kind!($double, f64, f64x4, 4, $f64, $doc);
    };
}

both!(
    unary,
    sigmoid_f32,
    sigmoid_f64,
    |a| f32x8::splat(1.0) / (f32x8::splat(1.0) + (-a).exp()),
    |a| f64x4::splat(1.0) / (f64x4::splat(1.0) + (-a).exp()),
    "The logistic function 1/(1 + e^−a); an overflowing e^−a gives the right limit, 0."
);
both!(unary, tanh_f32, tanh_f64, f32x8::tanh, f64x4::tanh, "The hyperbolic tangent.");
both!(
    unary,
    relu_f32,
    relu_f64,
    |a| a.max(f32x8::splat(0.0)),
    |a| a.max(f64x4::splat(0.0)),
    "max(a, 0)."
);
both!(
    binary,
    times_tanh_slope_f32,
    times_tanh_slope_f64,
    |g, h| g * (f32x8::splat(1.0) - h * h),
    |g, h| g * (f64x4::splat(1.0) - h * h),
    "A gradient g times the slope 1 − h² of tanh, told from its output h."
);
both!(
    binary,
    times_relu_slope_f32,
    times_relu_slope_f64,
    |g, h| h.simd_gt(f32x8::splat(0.0)) & g,
    |g, h| h.simd_gt(f64x4::splat(0.0)) & g,
    "A gradient g where the output h of the rectifier is positive, else 0."
);
