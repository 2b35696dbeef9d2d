//! A network whose weights can be updated in place, and its frozen copy.

use candle_core::{DType, Result, Tensor};

use crate::model::{Linear, Vae};

/// A copy of `model` in f32 whose eight tensors may be updated in place, and these tensors, weight before bias from
/// the encoder's first layer to the decoder's last.
///
/// Network and tensors share memory: a change of a tensor is a change of the network.
pub(super) fn movable(model: &Vae) -> Result<(Vae, Vec<Tensor>)> {
    let mut tensors = Vec::new();
    let model = map_tensors(model, |tensor| {
        let copy = tensor.to_dtype(DType::F32)?.contiguous()?.copy()?.detach();
        tensors.push(copy.clone());
        Ok(copy)
    })?;
    Ok((model, tensors))
}

/// The same with variables of candle's autograd, in the precision of `model`.
#[cfg(test)]
pub(super) fn trainable(model: &Vae) -> Result<(Vae, Vec<candle_core::Var>)> {
    let mut variables = Vec::new();
    let model = map_tensors(model, |tensor| {
        let variable = candle_core::Var::from_tensor(tensor)?;
        variables.push(variable.clone());
        Ok(variable.into_inner())
    })?;
    Ok((model, variables))
}

/// The network as it is now, in memory of its own.
pub(super) fn frozen(model: &Vae) -> Result<Vae> {
    map_tensors(model, |tensor| Ok(tensor.copy()?.detach()))
}

fn map_tensors(model: &Vae, mut map: impl FnMut(&Tensor) -> Result<Tensor>) -> Result<Vae> {
    let mut layers = |[first, second]: &[Linear; 2]| -> Result<[Linear; 2]> {
        Ok([
            Linear { weight: map(&first.weight)?, bias: map(&first.bias)? },
            Linear { weight: map(&second.weight)?, bias: map(&second.bias)? },
        ])
    };
    Ok(Vae {
        encoder: layers(&model.encoder)?,
        decoder: layers(&model.decoder)?,
        activation: model.activation,
    })
}
