//! The hidden layer's nonlinearity, as a candle operation with its own backward pass.

use candle_core::{CpuStorage, CustomOp1, Layout, Result, Shape, Tensor, bail};
use serde::{Deserialize, Serialize};
use wide::{f32x8, f64x4};

/// Nonlinearity between the two linear layers of encoder and decoder.
///
/// The exact lattice wants a smooth decoder: its error falls exponentially with tanh, but only
/// algebraically across the kinks of ReLU.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Activation {
    /// Hyperbolic tangent, the default.
    #[default]
    Tanh,
    /// max(a, 0).
    Relu,
}

impl Activation {
    /// The name in a weights file's metadata.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tanh => "tanh",
            Self::Relu => "relu",
        }
    }

    /// Reads what [`Self::name`] wrote.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Tanh, Self::Relu].into_iter().find(|activation| activation.name() == name)
    }

    /// Applies the activation to every element.
    pub fn forward(self, input: &Tensor) -> Result<Tensor> {
        match self {
            Self::Tanh => input.contiguous()?.apply_op1(Tanh),
            Self::Relu => input.relu(),
        }
    }
}

/// tanh in SIMD. candle calls the platform's scalar function, which is slower in wasm and whose last
/// digit differs from the native one; this gives the same numbers everywhere.
struct Tanh;

impl CustomOp1 for Tanh {
    fn name(&self) -> &'static str {
        "tanh"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let Some((start, end)) = layout.contiguous_offsets() else {
            bail!("tanh needs a contiguous tensor")
        };
        let output = match storage {
            CpuStorage::F32(values) => {
                let mut output = values[start..end].to_vec();
                let mut lanes = output.chunks_exact_mut(8);
                for chunk in &mut lanes {
                    chunk.copy_from_slice(&f32x8::from(&*chunk).tanh().to_array());
                }
                for value in lanes.into_remainder() {
                    *value = f32x8::splat(*value).tanh().to_array()[0];
                }
                CpuStorage::F32(output)
            }
            CpuStorage::F64(values) => {
                let mut output = values[start..end].to_vec();
                let mut lanes = output.chunks_exact_mut(4);
                for chunk in &mut lanes {
                    chunk.copy_from_slice(&f64x4::from(&*chunk).tanh().to_array());
                }
                for value in lanes.into_remainder() {
                    *value = f64x4::splat(*value).tanh().to_array()[0];
                }
                CpuStorage::F64(output)
            }
            _ => bail!("tanh is defined for f32 and f64"),
        };
        Ok((output, layout.shape().clone()))
    }

    fn bwd(&self, _: &Tensor, output: &Tensor, gradient: &Tensor) -> Result<Option<Tensor>> {
        let slope = output.sqr()?.affine(-1.0, 1.0)?;
        Ok(Some((gradient * slope)?))
    }
}
