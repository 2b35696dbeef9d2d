//! The loops in which the page spends its time, in a separate crate because they are compiled for speed, while
//! everything else is compiled for size, as every visitor downloads it.

mod adam;
mod bernoulli;
mod bits;
mod elementwise;
mod ink;
mod layer;
mod softplus;
mod softplus_layer;

pub use adam::{AdamStep, adam_f32};
pub use bernoulli::bernoulli_slopes_f32;
pub use bits::extend_with_bits_f32;
pub use elementwise::{
    relu_f32, relu_f64, sigmoid_f32, sigmoid_f64, tanh_f32, tanh_f64, times_relu_slope_f32,
    times_relu_slope_f64, times_tanh_slope_f32, times_tanh_slope_f64,
};
pub use ink::Ink;
pub use layer::{
    add_bias_f32, add_bias_relu_f32, add_bias_tanh_f32, add_f32, is_within_f32,
    scale_by_relu_slope_f32, scale_by_tanh_slope_f32, scale_rows_f32, weighted_column_sums_f32,
};
pub use softplus::{softplus_sum_f32, softplus_sum_f64};
pub use softplus_layer::{COLUMNS, SoftplusLayer};
