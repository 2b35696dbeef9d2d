//! Independent blocks side by side: a model of many dimensions whose log p(x) is the sum of its parts'.

use thiserror::Error;

use crate::density::{DensityError, DifferentiableDensity, LogDensity};

/// z = (z₁, …, z_B) with log p(x, z) = Σ_b log p_b(x_b, z_b).
///
/// Ten [`super::VaeJoint`]s of two dimensions form a model of twenty whose evidence is known to all digits: the sum
/// of ten lattices.
#[derive(Clone, Debug)]
pub struct Blocks<D> {
    blocks: Vec<D>,
}

/// There was no block.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("at least one block is needed")]
pub struct NoBlocks;

impl<D: LogDensity> Blocks<D> {
    /// The product of the blocks, their coordinates in this order.
    ///
    /// # Errors
    /// [`NoBlocks`] if there is none.
    pub fn new(blocks: Vec<D>) -> Result<Self, NoBlocks> {
        if blocks.is_empty() { Err(NoBlocks) } else { Ok(Self { blocks }) }
    }

    /// The blocks.
    pub fn blocks(&self) -> &[D] {
        &self.blocks
    }

    /// Every block with its coordinates of all rows, [count, its dimension], and where they begin.
    fn columns<'a>(
        &'a self,
        latents: &'a [f64],
    ) -> impl Iterator<Item = (&'a D, usize, Vec<f64>)> + 'a {
        let rows = self.dimension();
        self.blocks.iter().scan(0, move |start, block| {
            let (first, end) = (*start, *start + block.dimension());
            *start = end;
            let own = latents.chunks_exact(rows).flat_map(|row| &row[first..end]).copied();
            Some((block, first, own.collect()))
        })
    }
}

impl<D: LogDensity> LogDensity for Blocks<D> {
    fn dimension(&self) -> usize {
        self.blocks.iter().map(D::dimension).sum()
    }

    fn log_densities(&self, latents: &[f64]) -> Result<Vec<f64>, DensityError> {
        let mut sums = vec![0.0; latents.len() / self.dimension()];
        for (block, _, own) in self.columns(latents) {
            add(&mut sums, &block.log_densities(&own)?);
        }
        Ok(sums)
    }
}

impl<D: DifferentiableDensity> DifferentiableDensity for Blocks<D> {
    fn log_densities_and_gradients(
        &self,
        latents: &[f64],
    ) -> Result<(Vec<f64>, Vec<f64>), DensityError> {
        let dimension = self.dimension();
        let mut sums = vec![0.0; latents.len() / dimension];
        let mut gradients = vec![0.0; sums.len() * dimension];
        for (block, first, own) in self.columns(latents) {
            let (values, slopes) = block.log_densities_and_gradients(&own)?;
            add(&mut sums, &values);
            let width = block.dimension();
            for (row, slopes) in
                gradients.chunks_exact_mut(dimension).zip(slopes.chunks_exact(width))
            {
                row[first..first + width].copy_from_slice(slopes);
            }
        }
        Ok((sums, gradients))
    }
}

fn add(sums: &mut [f64], terms: &[f64]) {
    sums.iter_mut().zip(terms).for_each(|(sum, term)| *sum += term);
}

#[cfg(test)]
mod tests {
    use super::super::vae_joint::tests::{image, latents, network};
    use super::*;
    use crate::exact::{
        Lattice, LatticePair, LogLikelihoodLattice, LogPartitionLattice, LogPartitionPair,
        exact_evidence,
    };
    use crate::model::{Activation, ImageTerm, LinearGaussian, VaeJoint};

    #[test]
    fn no_block_is_no_model() {
        assert_eq!(Blocks::<LinearGaussian>::new(vec![]).err(), Some(NoBlocks));
    }

    #[test]
    fn linear_blocks_are_a_linear_model_of_their_dimensions() {
        // Blocks of two and three dimensions at the same x: two and three copies, five in all.
        let copies = |count| LinearGaussian::independent(count, 1.5, 0.25, 0.8, 1.75).unwrap();
        let blocks = Blocks::new(vec![copies(2), copies(3)]).unwrap();
        let whole = copies(5);
        assert_eq!(blocks.dimension(), 5);
        let points = latents(4 * 5);
        let (values, gradients) = blocks.log_densities_and_gradients(&points).unwrap();
        let (expected, slopes) = whole.log_densities_and_gradients(&points).unwrap();
        for (found, expected) in values.iter().chain(&gradients).zip(expected.iter().chain(&slopes))
        {
            assert!((found - expected).abs() < 1e-12, "{found} {expected}");
        }
        assert_eq!(values, blocks.log_densities(&points).unwrap());
        let sum: f64 = blocks.blocks().iter().map(LinearGaussian::log_evidence).sum();
        assert!((sum - whole.log_evidence()).abs() < 1e-12);
    }

    #[test]
    fn the_evidence_of_two_vae_blocks_is_the_sum_of_their_lattices() {
        // A four-dimensional trapezoid sum of the joint itself against the two-dimensional truths.
        // Of a posterior about as wide as the prior, 4 deviations leave out 3e-4 at most, and the
        // rule's error at h = 0.8 is below.
        let mut model = network(2, Activation::Tanh, 9);
        model.decoder[1].weight = (&model.decoder[1].weight * 0.1).unwrap();
        let images = [image(1), image(2)];
        let evidence = |index: usize| {
            let term = ImageTerm::new(&model, &images[index]).unwrap();
            let partitions = LogPartitionPair::new(&model, LatticePair::COARSE).unwrap();
            exact_evidence(&partitions.field(&model, &term).unwrap())
        };
        let expected = evidence(0).log_evidence + evidence(1).log_evidence;

        let joints = images.iter().map(|image| VaeJoint::new(&model, image).unwrap()).collect();
        let blocks = Blocks::new(joints).unwrap();
        let (step, side) = (0.8, 11_usize);
        let coordinate = |index: usize| step * (index as f64 - 5.0);
        let mut sum = 0.0;
        for outer in 0..side * side {
            let rows: Vec<f64> = (0..side * side)
                .flat_map(|inner| {
                    [outer / side, outer % side, inner / side, inner % side].map(coordinate)
                })
                .collect();
            let log_joints = blocks.log_densities(&rows).unwrap();
            sum += log_joints.iter().map(|l| (l - expected).exp()).sum::<f64>();
        }
        let off = sum.ln() + 4.0 * f64::ln(step);
        assert!(off.abs() < 5e-4, "{off}");
    }

    #[test]
    fn the_joint_is_the_sum_of_the_lattice_values_of_its_blocks() {
        let model = network(2, Activation::Tanh, 9);
        let images = [image(1), image(2), image(3)];
        let lattice = Lattice::new(2.0, 4);
        let partition = LogPartitionLattice::new(&model, lattice).unwrap();
        let tables: Vec<LogLikelihoodLattice> = images
            .iter()
            .map(|image| ImageTerm::new(&model, image).unwrap())
            .map(|term| LogLikelihoodLattice::new(&model, &term, &partition).unwrap())
            .collect();
        let joints = images.iter().map(|image| VaeJoint::new(&model, image).unwrap()).collect();
        let blocks = Blocks::new(joints).unwrap();
        assert_eq!(blocks.dimension(), 6);
        for places in [[0, 12, 24], [7, 3, 18], [24, 23, 1]] {
            let node = |place: usize| [place / 5, place % 5].map(|index| lattice.coordinate(index));
            let point = places.map(node).concat();
            let prior: f64 =
                point.iter().map(|z| -0.5 * (z * z + std::f64::consts::TAU.ln())).sum();
            let likelihood: f64 =
                tables.iter().zip(places).map(|(table, place)| table.values()[place]).sum();
            let found = blocks.log_densities(&point).unwrap()[0];
            assert!((found - likelihood - prior).abs() < 1e-9, "{found}");
        }
    }

    #[test]
    fn gradients_are_those_of_finite_differences() {
        let model = network(2, Activation::Tanh, 9);
        let joints = (0..3).map(|seed| VaeJoint::new(&model, &image(seed)).unwrap()).collect();
        let blocks = Blocks::new(joints).unwrap();
        let points = latents(2 * 6);
        let (values, gradients) = blocks.log_densities_and_gradients(&points).unwrap();
        assert_eq!(values, blocks.log_densities(&points).unwrap());
        for (coordinate, gradient) in gradients.into_iter().enumerate() {
            let at = |shift: f64| {
                let mut points = points.clone();
                points[coordinate] += shift;
                blocks.log_densities(&points).unwrap()[coordinate / 6]
            };
            let difference = (at(1e-5) - at(-1e-5)) / 2e-5;
            assert!((gradient - difference).abs() < 1e-6, "{gradient} {difference}");
        }
    }
}
