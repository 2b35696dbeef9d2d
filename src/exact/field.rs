//! log p(x|z) for one x over the latent plane: a lattice of exact values, interpolated in between.

use candle_core::{DType, Result};

use super::interpolate::Stencil;
use super::{Lattice, LogPartitionLattice};
use crate::model::{Activation, ImageTerm, Vae};

/// log p(x|z) in nats at every node of a lattice.
#[derive(Clone, Debug)]
pub struct LogLikelihoodLattice {
    lattice: Lattice,
    values: Vec<f64>,
}

/// Largest |2a| for which exp(2a₁)·exp(2a₂) can neither overflow nor be 0·∞.
const SAFE_EXPONENT: f64 = 345.0;

impl LogLikelihoodLattice {
    /// Adds the image's c·h(z) + o to the cached −A(z): H operations per node instead of 784·H.
    ///
    /// # Errors
    /// Passes on candle's.
    pub fn new(model: &Vae, term: &ImageTerm, partition: &LogPartitionLattice) -> Result<Self> {
        let lattice = partition.lattice();
        let side = lattice.side();
        let weight = model.decoder[0].weight.to_dtype(DType::F64)?.to_vec2::<f64>()?;
        let bias = model.decoder[0].bias.to_dtype(DType::F64)?.to_vec1::<f64>()?;
        let coordinates: Vec<f64> = (0..side).map(|index| lattice.coordinate(index)).collect();

        let mut values: Vec<f64> = partition.values().iter().map(|a| term.offset - a).collect();
        for ((weight, bias), &coefficient) in weight.iter().zip(bias).zip(&term.coefficients) {
            // The pre-activation is a sum of a function of z₁ and one of z₂.
            let along_first: Vec<f64> = coordinates.iter().map(|z| weight[0] * z + bias).collect();
            let along_second: Vec<f64> = coordinates.iter().map(|z| weight[1] * z).collect();
            add_unit(model.activation, coefficient, &along_first, &along_second, &mut values);
        }
        Ok(Self { lattice, values })
    }

    /// Rebuilds a lattice from its values, as they arrive from the worker.
    ///
    /// Returns `None` if their number is not that of the lattice.
    pub fn from_values(lattice: Lattice, values: Vec<f64>) -> Option<Self> {
        (values.len() == lattice.len()).then_some(Self { lattice, values })
    }

    /// Where the nodes are.
    pub fn lattice(&self) -> Lattice {
        self.lattice
    }

    /// log p(x|z), the second coordinate running fastest.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    fn at(&self, first: &Stencil, second: &Stencil) -> f64 {
        let side = self.lattice.side();
        first.sum(|row| {
            let row = &self.values[row * side..(row + 1) * side];
            second.sum(|column| row[column])
        })
    }
}

/// Adds coefficient · activation(u₁ + u₂) to every node.
fn add_unit(
    activation: Activation,
    coefficient: f64,
    along_first: &[f64],
    along_second: &[f64],
    values: &mut [f64],
) {
    let rows = values.chunks_exact_mut(along_second.len()).zip(along_first);
    let largest =
        |line: &[f64]| line.iter().fold(0.0_f64, |most, value| most.max(2.0 * value.abs()));
    match activation {
        Activation::Tanh if largest(along_first).max(largest(along_second)) < SAFE_EXPONENT => {
            // tanh u = 1 − 2/(1 + e^{2u₁} e^{2u₂}): one division per node instead of an exponential.
            let powers: Vec<f64> = along_second.iter().map(|u| (2.0 * u).exp()).collect();
            for (row, u) in rows {
                let power = (2.0 * u).exp();
                for (value, other) in row.iter_mut().zip(&powers) {
                    *value += coefficient - 2.0 * coefficient / (1.0 + power * other);
                }
            }
        }
        Activation::Tanh => {
            for (row, u) in rows {
                for (value, other) in row.iter_mut().zip(along_second) {
                    *value += coefficient * (u + other).tanh();
                }
            }
        }
        Activation::Relu => {
            for (row, u) in rows {
                for (value, other) in row.iter_mut().zip(along_second) {
                    *value += coefficient * (u + other).max(0.0);
                }
            }
        }
    }
}

/// log p(x|z) wherever q may reach: the inner lattice where posteriors live, the outer one around it.
#[derive(Clone, Debug)]
pub struct LogLikelihoodField {
    /// Values on the inner square.
    pub inner: LogLikelihoodLattice,
    /// Values on the outer square, which contains the inner one.
    pub outer: LogLikelihoodLattice,
}

impl LogLikelihoodField {
    /// log p(x|z) in nats, interpolated by polynomials of degree 7; exact at the nodes.
    ///
    /// Beyond the outer square the value at its border is returned.
    pub fn at(&self, [z1, z2]: [f64; 2]) -> f64 {
        let inner = self.inner.lattice;
        // Near the border the stencil would become one-sided, which costs two digits.
        let reach = inner.half_width() - Stencil::REACH * inner.step();
        let level = if z1.abs() <= reach && z2.abs() <= reach { &self.inner } else { &self.outer };
        let stencil = |z: f64| Stencil::new(level.lattice.position(z), level.lattice.side());
        level.at(&stencil(z1), &stencil(z2))
    }
}
