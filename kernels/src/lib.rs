//! The loops that take the page's time, apart from the rest because they are compiled for speed while
//! everything else is compiled for size: every visitor downloads it.

mod elementwise;
mod softplus;

pub use elementwise::{
    relu_f32, relu_f64, sigmoid_f32, sigmoid_f64, tanh_f32, tanh_f64, times_relu_slope_f32,
    times_relu_slope_f64, times_tanh_slope_f32, times_tanh_slope_f64,
};
pub use softplus::{softplus_sum_f32, softplus_sum_f64};
