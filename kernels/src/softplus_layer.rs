//! Σ_d softplus(b_d + Σ_j W_dj h_j) of a whole layer in one pass: products, exponentials and sums together.

use wide::f64x4;

/// Columns that go through the layer at once.
pub const COLUMNS: usize = 4;
/// Rows whose sums are held in registers at once: with [`COLUMNS`] columns sixteen of two lanes.
const ROWS: usize = 4;
/// Factors 1 + exp(−|a|) ≤ 2 that are multiplied before one logarithm is taken: 2^800 is finite.
const FACTORS_PER_LOG: usize = 800;

/// A linear layer in f64 of whose outputs only the sum of their softplus is computed.
#[derive(Clone, Debug)]
pub struct SoftplusLayer {
    inputs: usize,
    /// Weights of [`ROWS`] outputs at a time, input by input.
    weights: Vec<[f64; ROWS]>,
    /// Biases of [`ROWS`] outputs at a time; padding rows have −∞, whose softplus is zero.
    biases: Vec<[f64; ROWS]>,
}

impl SoftplusLayer {
    /// Takes `weights` row by row, [outputs, inputs], and as many biases as there are outputs.
    pub fn new(weights: &[f64], biases: &[f64]) -> Self {
        let inputs = weights.len().checked_div(biases.len()).unwrap_or(0);
        let row = |index: usize| weights.get(index * inputs..(index + 1) * inputs);
        let mut packed = Vec::with_capacity(biases.len().div_ceil(ROWS) * inputs);
        for block in (0..biases.len()).step_by(ROWS) {
            let rows: [Option<&[f64]>; ROWS] = std::array::from_fn(|offset| row(block + offset));
            packed
                .extend((0..inputs).map(|input| rows.map(|row| row.map_or(0.0, |row| row[input]))));
        }
        let fill = |block: &[f64]| {
            std::array::from_fn(|offset| block.get(offset).copied().unwrap_or(f64::NEG_INFINITY))
        };
        Self { inputs, weights: packed, biases: biases.chunks(ROWS).map(fill).collect() }
    }

    /// The sum for each of four columns of inputs.
    pub fn sums(&self, columns: &[[f64; COLUMNS]]) -> [f64; COLUMNS] {
        let (zero, one) = (f64x4::splat(0.0), f64x4::splat(1.0));
        let (mut positive, mut product, mut logarithms) = (zero, one, [0.0; COLUMNS]);
        let mut factors = 0;
        for (block, biases) in self.weights.chunks_exact(self.inputs.max(1)).zip(&self.biases) {
            let mut sums = biases.map(f64x4::splat);
            for (weights, column) in block.iter().zip(columns) {
                let column = f64x4::from(*column);
                for (sum, weight) in sums.iter_mut().zip(weights) {
                    *sum += f64x4::splat(*weight) * column;
                }
            }
            for sum in sums {
                positive += sum.max(zero);
                product *= one + (-sum.abs()).exp();
            }
            factors += ROWS;
            if factors + ROWS > FACTORS_PER_LOG {
                take_logarithms(&mut logarithms, product);
                (product, factors) = (one, 0);
            }
        }
        take_logarithms(&mut logarithms, product);
        std::array::from_fn(|lane| logarithms[lane] + positive.to_array()[lane])
    }
}

fn take_logarithms(sums: &mut [f64; COLUMNS], product: f64x4) {
    for (sum, factor) in sums.iter_mut().zip(product.to_array()) {
        *sum += factor.ln();
    }
}
