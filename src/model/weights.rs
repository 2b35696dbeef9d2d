//! Weights files: safetensors with the names and shapes of two PyTorch `nn.Sequential` modules.

use std::collections::HashMap;

use candle_core::{DType, Device, Tensor, safetensors::SliceSafetensors};
use safetensors::SafeTensors;
use thiserror::Error;

use super::{Activation, Linear, Vae, in_precision};
use crate::data::PIXELS;
use crate::reason::reason;

/// Every tensor of a file, in the order in which PyTorch's `state_dict` lists them.
pub const TENSOR_NAMES: [&str; 8] = [
    "encoder.0.weight",
    "encoder.0.bias",
    "encoder.2.weight",
    "encoder.2.bias",
    "decoder.0.weight",
    "decoder.0.bias",
    "decoder.2.weight",
    "decoder.2.bias",
];

/// Metadata key of the nonlinearity; without it tanh is assumed.
const ACTIVATION_KEY: &str = "activation";
/// Widest hidden layer that is accepted: beyond it the browser would stall for minutes.
const MAX_HIDDEN: usize = 4096;
/// Largest absolute value of a unit's input, a logit or an output of the encoder. With 784 logits of this size log
/// p(x|z) is 8·10⁹ nats, where f64 still resolves a millionth of a nat.
pub const MAX_UNIT_INPUT: f64 = 1e7;
/// The latent square ±24 in which log p(x|z) is evaluated.
const LATENT_REACH: f64 = 24.0;

/// Why a file cannot be used as weights.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum WeightsError {
    /// The container itself is broken.
    #[error("not a safetensors file: {0}")]
    NotSafetensors(String),
    /// A tensor that the model needs is not in the file.
    #[error("tensor {name} is missing; the file has {found}")]
    Missing {
        /// The missing tensor.
        name: &'static str,
        /// The names that the file does hold, comma-separated.
        found: String,
    },
    /// A tensor's shape contradicts those of the others.
    #[error("tensor {name} has shape {found:?}, expected {expected}")]
    Shape {
        /// The offending tensor.
        name: &'static str,
        /// Its shape.
        found: Vec<usize>,
        /// The shape it should have, with the names of free dimensions.
        expected: String,
    },
    /// A weight is NaN or infinite.
    #[error("tensor {name} has a value that is not finite at position {position}")]
    NotFinite {
        /// The offending tensor.
        name: &'static str,
        /// Index of the first such value in row-major order.
        position: usize,
    },
    /// Finite weights of such a size that nothing exact can be computed with them.
    #[error(
        "with {name} the numbers of the network can reach {reached:.0e}, at most {:.0e} is accepted",
        MAX_UNIT_INPUT
    )]
    TooLarge {
        /// The weights of the first layer that reaches so far.
        name: &'static str,
        /// How far.
        reached: f64,
    },
    /// The hidden layer is wider than the browser can handle.
    #[error("the hidden layer has {found} units, at most {MAX_HIDDEN} are accepted")]
    TooWide {
        /// Its width.
        found: usize,
    },
    /// The metadata names an unknown nonlinearity.
    #[error("activation \"{0}\" is not known; use tanh or relu")]
    Activation(String),
    /// The file cannot be written.
    #[error("the weights could not be written: {0}")]
    Write(String),
}

/// Reads a model, checking every name, shape and value.
///
/// Any number type is accepted and converted to f32. Further tensors are ignored. A prefix that all eight names
/// share, as `torch.compile` adds it, is removed; [`tensor_prefix`] returns it.
///
/// # Errors
/// A [`WeightsError`] that names the tensor and what is wrong with it.
pub fn read_weights(bytes: &[u8]) -> Result<Vae, WeightsError> {
    let broken = |error: &dyn std::fmt::Display| WeightsError::NotSafetensors(error.to_string());
    let (_, header) = SafeTensors::read_metadata(bytes).map_err(|error| broken(&error))?;
    let activation = match header.metadata().as_ref().and_then(|map| map.get(ACTIVATION_KEY)) {
        Some(name) => Activation::from_name(name)
            .ok_or_else(|| WeightsError::Activation(name.chars().take(40).collect()))?,
        None => Activation::default(),
    };
    let file = File::new(bytes).map_err(|error| WeightsError::NotSafetensors(reason(&error)))?;

    let hidden_encoder = file.size("encoder.0.weight", 0)?;
    let hidden_decoder = file.size("decoder.2.weight", 1)?;
    let latent = file.size("decoder.0.weight", 1)?;
    file.expect("encoder.0.weight", &[hidden_encoder, PIXELS], "[H, 784]")?;
    file.expect("decoder.2.weight", &[PIXELS, hidden_decoder], "[784, H]")?;
    file.expect("decoder.0.weight", &[hidden_decoder, latent], &format!("[{hidden_decoder}, L]"))?;
    if let Some(found) = [hidden_encoder, hidden_decoder].into_iter().find(|&h| h > MAX_HIDDEN) {
        return Err(WeightsError::TooWide { found });
    }

    let exact = |name, dims: &[usize]| file.expect(name, dims, &format!("{dims:?}"));
    exact("encoder.0.bias", &[hidden_encoder])?;
    exact("encoder.2.weight", &[2 * latent, hidden_encoder])?;
    exact("encoder.2.bias", &[2 * latent])?;
    exact("decoder.0.bias", &[hidden_decoder])?;
    exact("decoder.2.bias", &[PIXELS])?;

    let linear = |weight, bias| -> Result<Linear, WeightsError> {
        Ok(Linear { weight: file.finite(weight)?, bias: file.finite(bias)? })
    };
    let model = Vae {
        encoder: [
            linear("encoder.0.weight", "encoder.0.bias")?,
            linear("encoder.2.weight", "encoder.2.bias")?,
        ],
        decoder: [
            linear("decoder.0.weight", "decoder.0.bias")?,
            linear("decoder.2.weight", "decoder.2.bias")?,
        ],
        activation,
    };
    check_reach(&model)?;
    Ok(model)
}

/// Refuses weights with which a number of the network can leave ±[`MAX_UNIT_INPUT`], for any image and
/// any z of the square ±[`LATENT_REACH`].
fn check_reach(model: &Vae) -> Result<(), WeightsError> {
    let broken = |error: candle_core::Error| WeightsError::NotSafetensors(reason(&error));
    let layers = [
        (&model.encoder, ["encoder.0.weight", "encoder.2.weight"], 1.0),
        (&model.decoder, ["decoder.0.weight", "decoder.2.weight"], LATENT_REACH),
    ];
    for (layers, names, input) in layers {
        let mut inputs = vec![input; layers[0].weight.dims()[1]];
        for (layer, name) in layers.iter().zip(names) {
            let outputs = reach(layer, &inputs).map_err(broken)?;
            let reached = outputs.iter().copied().fold(0.0, f64::max);
            if reached > MAX_UNIT_INPUT {
                return Err(WeightsError::TooLarge { name, reached });
            }
            inputs = match model.activation {
                Activation::Tanh => vec![1.0; outputs.len()],
                Activation::Relu => outputs,
            };
        }
    }
    Ok(())
}

/// |b| + Σ |w| · input for every output of a layer.
fn reach(layer: &Linear, inputs: &[f64]) -> candle_core::Result<Vec<f64>> {
    let weight = in_precision(&layer.weight, DType::F64)?.to_vec2::<f64>()?;
    let bias = in_precision(&layer.bias, DType::F64)?.to_vec1::<f64>()?;
    let sum = |row: &Vec<f64>| -> f64 { row.iter().zip(inputs).map(|(w, x)| w.abs() * x).sum() };
    Ok(weight.iter().zip(bias).map(|(row, bias)| bias.abs() + sum(row)).collect())
}

/// Whether a file's metadata says which nonlinearity it was trained with; if not, tanh is assumed.
pub fn tells_activation(bytes: &[u8]) -> bool {
    SafeTensors::read_metadata(bytes).is_ok_and(|(_, header)| {
        header.metadata().as_ref().is_some_and(|map| map.contains_key(ACTIVATION_KEY))
    })
}

/// The prefix of all tensor names that is removed when they are read; empty if there is none.
pub fn tensor_prefix(bytes: &[u8]) -> String {
    let names = |header: safetensors::tensor::Metadata| header.tensors().into_keys().collect();
    let names: Vec<String> =
        SafeTensors::read_metadata(bytes).map(|(_, header)| names(header)).unwrap_or_default();
    common_prefix(&names)
}

/// The shortest prefix with which all eight names are present; none if there is no such prefix.
fn common_prefix(names: &[String]) -> String {
    let has_all = |prefix: &&str| {
        TENSOR_NAMES
            .iter()
            .all(|name| names.iter().any(|found| found.strip_prefix(*prefix) == Some(*name)))
    };
    let prefixes = names.iter().filter_map(|name| name.strip_suffix(TENSOR_NAMES[0]));
    let shortest = prefixes.filter(has_all).min_by_key(|prefix| (prefix.len(), *prefix));
    shortest.unwrap_or_default().to_owned()
}

/// Writes a model so that [`read_weights`] and PyTorch's `load_state_dict` read it back.
///
/// # Errors
/// [`WeightsError::Write`] if a tensor cannot be serialised.
pub fn write_weights(model: &Vae) -> Result<Vec<u8>, WeightsError> {
    let layers = model.encoder.iter().chain(&model.decoder);
    let tensors = layers.flat_map(|layer| [layer.weight.clone(), layer.bias.clone()]);
    let named: Vec<(&str, Tensor)> = TENSOR_NAMES.into_iter().zip(tensors).collect();
    // One key only: with more, their order in the file would change from run to run.
    let metadata =
        HashMap::from([(ACTIVATION_KEY.to_string(), model.activation.name().to_string())]);
    safetensors::serialize(named, Some(metadata))
        .map_err(|error| WeightsError::Write(error.to_string()))
}

/// The tensors of a file, by name.
struct File {
    /// Those of the eight that are present; further tensors may have any type.
    tensors: HashMap<&'static str, Tensor>,
    names: Vec<String>,
}

impl File {
    fn new(bytes: &[u8]) -> candle_core::Result<Self> {
        let file = SliceSafetensors::new(bytes)?;
        let mut names: Vec<String> = file.tensors().into_iter().map(|(name, _)| name).collect();
        names.sort_unstable();
        let prefix = common_prefix(&names);
        let wanted = TENSOR_NAMES.into_iter().map(|name| (name, format!("{prefix}{name}")));
        let wanted = wanted.filter(|(_, stored)| names.contains(stored));
        let tensors = wanted.map(|(name, stored)| Ok((name, file.load(&stored, &Device::Cpu)?)));
        Ok(Self { tensors: tensors.collect::<candle_core::Result<_>>()?, names })
    }

    fn get(&self, name: &'static str) -> Result<&Tensor, WeightsError> {
        self.tensors.get(name).ok_or_else(|| {
            let found = self.names.iter().take(12).cloned().collect::<Vec<_>>().join(", ");
            WeightsError::Missing { name, found: found.chars().take(300).collect() }
        })
    }

    /// Length of one axis; a tensor without that axis has length zero there, which `expect` refuses.
    fn size(&self, name: &'static str, axis: usize) -> Result<usize, WeightsError> {
        Ok(self.get(name)?.dims().get(axis).copied().unwrap_or(0))
    }

    fn expect(
        &self,
        name: &'static str,
        dims: &[usize],
        expected: &str,
    ) -> Result<(), WeightsError> {
        let found = self.get(name)?.dims().to_vec();
        if found == dims && dims.iter().all(|&size| size > 0) {
            return Ok(());
        }
        Err(WeightsError::Shape { name, found, expected: expected.to_string() })
    }

    fn finite(&self, name: &'static str) -> Result<Tensor, WeightsError> {
        let broken = |error: candle_core::Error| WeightsError::NotSafetensors(reason(&error));
        let tensor = in_precision(self.get(name)?, DType::F32).map_err(broken)?;
        let values = tensor.flatten_all().and_then(|flat| flat.to_vec1::<f32>()).map_err(broken)?;
        match values.iter().position(|value| !value.is_finite()) {
            Some(position) => Err(WeightsError::NotFinite { name, position }),
            None => Ok(tensor),
        }
    }
}
