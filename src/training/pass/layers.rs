//! The element-wise operations after a layer's matrix product, forward and backward.

use candle_core::{Device, Result, Tensor};
use elboscope_kernels::{
    add_bias_f32, add_bias_relu_f32, add_bias_tanh_f32, scale_by_relu_slope_f32,
    scale_by_tanh_slope_f32, weighted_column_sums_f32,
};

use crate::model::Activation;
use crate::training::numbers::{read, write};

/// f(a + b) for every row a of `product`, in place; without an activation a + b.
pub(super) fn finish(
    product: Tensor,
    bias: &Tensor,
    activation: Option<Activation>,
) -> Result<Tensor> {
    let finish = match activation {
        Some(Activation::Tanh) => add_bias_tanh_f32,
        Some(Activation::Relu) => add_bias_relu_f32,
        None => add_bias_f32,
    };
    read(bias, |bias| write(&product, |values| finish(values, bias)))??;
    Ok(product)
}

/// Multiplies `gradient` by the slope of the activation that gave `output`.
pub(super) fn scale_by_slope(
    activation: Activation,
    gradient: &Tensor,
    output: &Tensor,
) -> Result<()> {
    let scale = match activation {
        Activation::Tanh => scale_by_tanh_slope_f32,
        Activation::Relu => scale_by_relu_slope_f32,
    };
    read(output, |output| write(gradient, |gradient| scale(gradient, output)))?
}

/// Σ_r weights[r] · row r, in the shape of `bias`.
pub(super) fn column_sums(rows: &Tensor, weights: &[f32], bias: &Tensor) -> Result<Tensor> {
    let sums = read(rows, |rows| weighted_column_sums_f32(rows, weights))?;
    Tensor::from_vec(sums, bias.shape(), &Device::Cpu)
}
