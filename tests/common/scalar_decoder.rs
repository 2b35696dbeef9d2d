//! An independent computation of log p(x|z): plain f64 loops over the raw weights of a file, without candle.

use elboscope::data::{BinaryImage, PIXELS};
use safetensors::{Dtype, SafeTensors};

/// The decoder of a weights file with tanh units and two latent dimensions.
pub struct ScalarDecoder {
    /// Weights and bias of each hidden unit.
    hidden: Vec<([f64; 2], f64)>,
    /// Weights and bias of each pixel's logit.
    output: Vec<(Vec<f64>, f64)>,
}

impl ScalarDecoder {
    pub fn read(bytes: &[u8]) -> Self {
        let file = SafeTensors::deserialize(bytes).unwrap();
        let values = |name: &str| -> Vec<f64> {
            let tensor = file.tensor(name).unwrap();
            let data = tensor.data();
            let single = |bytes: &[u8; 4]| f64::from(f32::from_le_bytes(*bytes));
            let half = |bytes: &[u8; 2]| from_half(u16::from_le_bytes(*bytes));
            match tensor.dtype() {
                Dtype::F32 => data.as_chunks().0.iter().map(single).collect(),
                Dtype::F16 => data.as_chunks().0.iter().map(half).collect(),
                other => panic!("{name} is {other:?}"),
            }
        };
        let hidden: Vec<([f64; 2], f64)> = values("decoder.0.weight")
            .as_chunks::<2>()
            .0
            .iter()
            .copied()
            .zip(values("decoder.0.bias"))
            .collect();
        let output: Vec<(Vec<f64>, f64)> = values("decoder.2.weight")
            .chunks_exact(hidden.len())
            .map(<[f64]>::to_vec)
            .zip(values("decoder.2.bias"))
            .collect();
        assert_eq!(output.len(), PIXELS);
        Self { hidden, output }
    }

    /// log p(x|z) in nats for every image, from the same logits.
    pub fn log_likelihoods(&self, images: &[BinaryImage], z: [f64; 2]) -> Vec<f64> {
        let hidden: Vec<f64> =
            self.hidden.iter().map(|(w, b)| (w[0] * z[0] + w[1] * z[1] + b).tanh()).collect();
        let mut sums = vec![0.0; images.len()];
        for (pixel, (weights, bias)) in self.output.iter().enumerate() {
            let dot: f64 = weights.iter().zip(&hidden).map(|(w, h)| w * h).sum();
            let logit = bias + dot;
            let softplus = logit.max(0.0) + (-logit.abs()).exp().ln_1p();
            for (sum, image) in sums.iter_mut().zip(images) {
                *sum += if image.is_ink(pixel) { logit - softplus } else { -softplus };
            }
        }
        sums
    }
}

/// IEEE 754 binary16: one sign bit, five of exponent with bias 15, ten of fraction.
fn from_half(bits: u16) -> f64 {
    let sign = if bits >> 15 == 1 { -1.0 } else { 1.0 };
    let (exponent, fraction) = (i32::from(bits >> 10 & 31), f64::from(bits & 1023) / 1024.0);
    assert!(exponent < 31, "infinite or NaN");
    // Exponent zero means subnormal: no leading one, and the exponent of the smallest normal.
    let leading = if exponent == 0 { 0.0 } else { 1.0 };
    sign * (leading + fraction) * 2.0_f64.powi(exponent.max(1) - 15)
}

/// log N(z; 0, I) in nats.
pub fn log_prior(z: [f64; 2]) -> f64 {
    -0.5 * (z[0] * z[0] + z[1] * z[1]) - std::f64::consts::TAU.ln()
}

/// log p(x) in nats of every image, by the trapezoid rule on a lattice that is rotated and shifted, over the disc of
/// radius `radius`.
pub fn log_evidences(
    decoder: &ScalarDecoder,
    images: &[BinaryImage],
    radius: f64,
    step: f64,
) -> Vec<f64> {
    let (sin, cos) = 0.6_f64.sin_cos();
    let reach = (radius / step).ceil() as i32;
    let mut log_joints = vec![Vec::new(); images.len()];
    for row in -reach..=reach {
        for column in -reach..=reach {
            let (u, v) = ((f64::from(row) + 0.3) * step, (f64::from(column) - 0.2) * step);
            if u * u + v * v > radius * radius {
                continue;
            }
            let z = [cos * u - sin * v, sin * u + cos * v];
            for (list, value) in log_joints.iter_mut().zip(decoder.log_likelihoods(images, z)) {
                list.push(value + log_prior(z));
            }
        }
    }
    let log_sum = |list: Vec<f64>| {
        let most = list.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        most + list.iter().map(|value| (value - most).exp()).sum::<f64>().ln()
    };
    log_joints.into_iter().map(|list| log_sum(list) + 2.0 * step.ln()).collect()
}
