//! log p(x|z) for one x over the latent plane: a lattice of exact values, interpolated in between.

use candle_core::{DType, Result};

use super::interpolate::Stencil;
use super::{Lattice, LogLikelihood, LogPartitionLattice};
use crate::family::log_prior;
use crate::model::{Activation, ImageTerm, Vae, in_precision};
use crate::ordering::sort_by_f64;

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
        let mut builder = LogLikelihoodBuilder::new(model, term, partition)?;
        while !builder.is_done() {
            builder.advance();
        }
        Ok(builder.finish())
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

/// Nodes times hidden units in one slice of a [`LogLikelihoodBuilder`].
const NODES_TIMES_UNITS: usize = 1 << 19;

/// Builds a [`LogLikelihoodLattice`] some hidden units at a time, so that a worker can stay responsive.
#[derive(Debug)]
pub struct LogLikelihoodBuilder {
    lattice: Lattice,
    activation: Activation,
    coordinates: Vec<f64>,
    /// Both weights, bias and coefficient of the units that are still to be added, last first.
    units: Vec<([f64; 2], f64, f64)>,
    values: Vec<f64>,
}

impl LogLikelihoodBuilder {
    /// Begins with o − A(z). `model` must be that of the partition, with two latent dimensions.
    ///
    /// # Errors
    /// Passes on candle's.
    pub fn new(model: &Vae, term: &ImageTerm, partition: &LogPartitionLattice) -> Result<Self> {
        let lattice = partition.lattice();
        let weight = in_precision(&model.decoder[0].weight, DType::F64)?.to_vec2::<f64>()?;
        let bias = in_precision(&model.decoder[0].bias, DType::F64)?.to_vec1::<f64>()?;
        let units = weight.iter().zip(bias).zip(&term.coefficients).rev();
        Ok(Self {
            lattice,
            activation: model.activation,
            coordinates: (0..lattice.side()).map(|index| lattice.coordinate(index)).collect(),
            units: units.map(|((w, bias), &factor)| ([w[0], w[1]], bias, factor)).collect(),
            values: partition.values().iter().map(|a| term.offset - a).collect(),
        })
    }

    /// Whether every unit is added.
    pub fn is_done(&self) -> bool {
        self.units.is_empty()
    }

    /// Adds the next units, a slice of some milliseconds.
    pub fn advance(&mut self) {
        for _ in 0..(NODES_TIMES_UNITS / self.lattice.len()).max(1) {
            let Some((weight, bias, coefficient)) = self.units.pop() else { return };
            // The pre-activation is a sum of a function of z₁ and one of z₂.
            let along_first: Vec<f64> =
                self.coordinates.iter().map(|z| weight[0] * z + bias).collect();
            let along_second: Vec<f64> = self.coordinates.iter().map(|z| weight[1] * z).collect();
            let values = &mut self.values;
            add_unit(self.activation, coefficient, &along_first, &along_second, values);
        }
    }

    /// The lattice; units that were never added are missing, so call it when [`Self::is_done`].
    pub fn finish(self) -> LogLikelihoodLattice {
        LogLikelihoodLattice { lattice: self.lattice, values: self.values }
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

impl LogLikelihood for LogLikelihoodField {
    fn extend(&self, points: &[[f64; 2]], values: &mut Vec<f64>) {
        values.extend(points.iter().map(|&z| self.at(z)));
    }

    fn lattice_step(&self) -> Option<f64> {
        Some(self.inner.lattice.step())
    }

    /// Interpolated by polynomials of degree 11; exact at the nodes.
    ///
    /// Beyond the outer square the value at its border is returned.
    fn at(&self, [z1, z2]: [f64; 2]) -> f64 {
        let inner = self.inner.lattice;
        // Near the border the stencil would become one-sided, which costs two digits.
        let reach = inner.half_width() - Stencil::REACH * inner.step();
        let level = if z1.abs() <= reach && z2.abs() <= reach { &self.inner } else { &self.outer };
        let stencil = |z: f64| Stencil::new(level.lattice.position(z), level.lattice.side());
        level.at(&stencil(z1), &stencil(z2))
    }

    /// The highest local maxima of the posterior on the inner lattice.
    fn modes(&self) -> Vec<[f64; 2]> {
        let lattice = self.inner.lattice();
        let side = lattice.side();
        let log_joint = |row: usize, column: usize| {
            let z = [lattice.coordinate(row), lattice.coordinate(column)];
            self.inner.values()[row * side + column] + log_prior(z)
        };
        let mut peaks = Vec::new();
        for row in 1..side - 1 {
            for column in 1..side - 1 {
                let height = log_joint(row, column);
                let is_peak = (row - 1..=row + 1).all(|near_row| {
                    (column - 1..=column + 1).all(|near| log_joint(near_row, near) <= height)
                });
                if is_peak {
                    peaks.push((height, [lattice.coordinate(row), lattice.coordinate(column)]));
                }
            }
        }
        sort_by_f64(&mut peaks, |peak| -peak.0);
        peaks.into_iter().map(|(_, peak)| peak).collect()
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::data::BinaryImage;
    use crate::exact::LatticePair;

    /// A seeded model with four hidden units whose first decoder layer is `scale` times as steep.
    pub(crate) fn small_model(activation: Activation, scale: f64) -> Vae {
        Vae::seeded(4, 2, scale, activation, 5)
    }

    /// A field with log p(x|z) given by a function.
    pub(crate) fn tabulated(pair: LatticePair, f: impl Fn([f64; 2]) -> f64) -> LogLikelihoodField {
        let table = |lattice: Lattice| {
            let node = |index| {
                f([
                    lattice.coordinate(index / lattice.side()),
                    lattice.coordinate(index % lattice.side()),
                ])
            };
            let values = (0..lattice.len()).map(node).collect();
            LogLikelihoodLattice::from_values(lattice, values).unwrap()
        };
        LogLikelihoodField { inner: table(pair.inner), outer: table(pair.outer) }
    }

    const SMALL: LatticePair =
        LatticePair { inner: Lattice::new(6.0, 60), outer: Lattice::new(24.0, 48) };

    #[test]
    fn every_node_holds_the_likelihood_through_the_whole_decoder() -> Result<()> {
        let image = BinaryImage::from_fn(|pixel| pixel % 5 == 0);
        // Steep enough for exp(2u) to overflow from 20 or 300 on: the slow way must take over.
        for (activation, scale) in [
            (Activation::Tanh, 1.0),
            (Activation::Tanh, 6.0),
            (Activation::Tanh, 20.0),
            (Activation::Tanh, 300.0),
            (Activation::Relu, 1.0),
        ] {
            let model = small_model(activation, scale);
            let term = ImageTerm::new(&model, &image)?;
            let lattice = Lattice::new(24.0, 16);
            let partition = LogPartitionLattice::new(&model, lattice)?;
            let field = LogLikelihoodLattice::new(&model, &term, &partition)?;
            assert_eq!(field.lattice(), lattice);
            for (index, value) in field.values().iter().enumerate() {
                let z = [lattice.coordinate(index / 17), lattice.coordinate(index % 17)];
                let expected = term.log_likelihoods(&model, &z, 1)?[0];
                assert!(
                    (value - expected).abs() < 1e-12 * expected.abs(),
                    "{activation:?} {scale} at {z:?}: {value} {expected}"
                );
            }
        }
        Ok(())
    }

    #[test]
    fn values_of_another_number_are_refused() {
        let lattice = Lattice::new(6.0, 10);
        for count in [0, 120, 122] {
            assert!(LogLikelihoodLattice::from_values(lattice, vec![0.0; count]).is_none());
        }
        assert!(LogLikelihoodLattice::from_values(lattice, vec![0.0; 121]).is_some());
    }

    #[test]
    fn polynomials_of_degree_seven_are_exact_between_the_nodes() {
        let f = |[z1, z2]: [f64; 2]| {
            let (u, v) = (z1 / 24.0, z2 / 24.0);
            1.0 - 2.0 * u + 3.0 * v + u.powi(3) * v.powi(4) - 0.5 * u.powi(7) + 0.25 * v.powi(7)
        };
        let field = tabulated(SMALL, f);
        for first in -60..=60 {
            for second in -60..=60 {
                let z = [f64::from(first) * 0.399, f64::from(second) * 0.401 - 0.03];
                if z[1].abs() < 24.0 {
                    assert!((field.at(z) - f(z)).abs() < 1e-12, "{z:?}");
                }
            }
        }
    }

    #[test]
    fn nodes_are_exact_and_the_inner_lattice_comes_first() {
        // The two lattices differ on purpose, so that the test shows which one is used.
        let inner = tabulated(SMALL, |[z1, z2]| 1000.0 + z1 - 2.0 * z2);
        let outer = tabulated(SMALL, |[z1, z2]| 2000.0 + z1 - 2.0 * z2);
        let field = LogLikelihoodField { inner: inner.inner, outer: outer.outer };
        assert_eq!(field.at([0.0, 0.0]), 1000.0);
        assert!((field.at([1.23, -4.56]) - 1010.35).abs() < 1e-9);
        // Six steps of 0.2 before the border of 6 the outer one takes over, whichever coordinate it is.
        for z in [[4.9, 0.1], [0.1, -4.9], [-4.9, 4.9], [6.0, 6.0], [23.0, -17.0]] {
            assert!((field.at(z) - (2000.0 + z[0] - 2.0 * z[1])).abs() < 1e-9, "{z:?}");
        }
        for z in [[4.7, 0.1], [0.1, -4.7], [-4.7, 4.7]] {
            assert!((field.at(z) - (1000.0 + z[0] - 2.0 * z[1])).abs() < 1e-9, "{z:?}");
        }
    }

    #[test]
    fn beyond_the_outer_square_lies_the_value_at_its_border() {
        let field = tabulated(SMALL, |[z1, z2]| z1 + 100.0 * z2);
        assert!((field.at([30.0, 1.0]) - 124.0).abs() < 1e-9);
        assert!((field.at([-1e9, -1e9]) + 2424.0).abs() < 1e-9);
    }
}
