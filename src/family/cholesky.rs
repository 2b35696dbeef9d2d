//! The Cholesky factor of a covariance (Golub & Van Loan 2013, Matrix computations, §4.2).

use super::bivariate_gaussian::GaussianError;
use super::diagonal_gaussian::check_length;

/// Largest difference of Σ_ij and Σ_ji that counts as rounding, in units of √(Σ_ii Σ_jj).
const ASYMMETRY: f64 = 1e-10;

/// L of Σ = L Lᵀ: lower triangular with a positive diagonal.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Cholesky {
    dimension: usize,
    // [D, D] row by row, zero above the diagonal.
    factor: Vec<f64>,
}

impl Cholesky {
    /// Takes L, [D, D] row by row.
    ///
    /// # Errors
    /// [`GaussianError`] if the size differs, an entry above the diagonal is not 0 or another not
    /// finite, or a diagonal entry is not positive.
    pub fn new(dimension: usize, factor: Vec<f64>) -> Result<Self, GaussianError> {
        check_length(dimension * dimension, factor.len())?;
        for (row, entries) in factor.chunks_exact(dimension).enumerate() {
            for (column, &entry) in entries.iter().enumerate() {
                let allowed = if column > row { entry == 0.0 } else { entry.is_finite() };
                if !allowed {
                    return Err(GaussianError::Entry { row, column, entry });
                }
            }
            if entries[row] <= 0.0 {
                return Err(GaussianError::NotPositiveDefinite { row });
            }
        }
        Ok(Self { dimension, factor })
    }

    /// Factors Σ, [D, D] row by row (Cholesky–Banachiewicz).
    ///
    /// # Errors
    /// [`GaussianError`] if the size differs, an entry is not finite, or Σ is not symmetric or not
    /// positive definite in double precision.
    pub fn of(dimension: usize, covariance: &[f64]) -> Result<Self, GaussianError> {
        check_length(dimension * dimension, covariance.len())?;
        if let Some(index) = covariance.iter().position(|entry| !entry.is_finite()) {
            let (row, column) = (index / dimension, index % dimension);
            return Err(GaussianError::Entry { row, column, entry: covariance[index] });
        }
        let diagonal = |d: usize| covariance[d * dimension + d];
        let mut factor = vec![0.0; dimension * dimension];
        for row in 0..dimension {
            for column in 0..=row {
                let entry = covariance[row * dimension + column];
                let mirrored = covariance[column * dimension + row];
                let scale = (diagonal(row) * diagonal(column)).abs().sqrt();
                if (entry - mirrored).abs() > ASYMMETRY * scale {
                    return Err(GaussianError::NotSymmetric { row, column });
                }
                let (above, current) = (&factor[column * dimension..], &factor[row * dimension..]);
                let known: f64 = above[..column].iter().zip(current).map(|(a, b)| a * b).sum();
                let rest = entry - known;
                factor[row * dimension + column] = if column < row {
                    rest / factor[column * dimension + column]
                } else if rest > 0.0 {
                    rest.sqrt()
                } else {
                    return Err(GaussianError::NotPositiveDefinite { row });
                };
            }
        }
        // Once more through `new`: entries near the largest of f64 can overflow on the way.
        Self::new(dimension, factor)
    }

    /// The factor of diag(sd²), for positive and finite standard deviations.
    pub fn of_diagonal(sd: &[f64]) -> Self {
        let dimension = sd.len();
        let mut factor = vec![0.0; dimension * dimension];
        for (d, &sd) in sd.iter().enumerate() {
            factor[d * dimension + d] = sd;
        }
        Self { dimension, factor }
    }

    /// The factor [[a, 0], [b, c]], for finite entries and positive a and c.
    pub fn of_pair([a, b, c]: [f64; 3]) -> Self {
        Self { dimension: 2, factor: vec![a, 0.0, b, c] }
    }

    /// L, row by row.
    pub fn as_slice(&self) -> &[f64] {
        &self.factor
    }

    /// A row of L up to its diagonal; there are D.
    pub fn row(&self, row: usize) -> &[f64] {
        let start = row * self.dimension;
        &self.factor[start..=start + row]
    }

    /// L_dd, d = 1 … D.
    pub fn diagonal(&self) -> impl ExactSizeIterator<Item = f64> + '_ {
        self.factor.iter().step_by(self.dimension + 1).copied()
    }

    /// A column of L with its zeros.
    pub fn column(&self, column: usize) -> Vec<f64> {
        self.factor.iter().skip(column).step_by(self.dimension).copied().collect()
    }

    /// Replaces b by L⁻¹ b.
    pub fn solve_lower(&self, b: &mut [f64]) {
        for i in 0..b.len() {
            let row = self.row(i);
            let known: f64 = row[..i].iter().zip(&b[..i]).map(|(l, x)| l * x).sum();
            b[i] = (b[i] - known) / row[i];
        }
    }

    /// Replaces b by L⁻ᵀ b. Goes along the rows of L, which are together in memory.
    pub fn solve_upper(&self, b: &mut [f64]) {
        for i in (0..b.len()).rev() {
            let row = self.row(i);
            b[i] /= row[i];
            let solved = b[i];
            for (x, l) in b[..i].iter_mut().zip(row) {
                *x -= l * solved;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::f64::consts::SQRT_2;

    use approx::assert_abs_diff_eq;

    use super::*;

    const COVARIANCE: [f64; 9] = [2.0, 0.6, -0.3, 0.6, 0.5, 0.1, -0.3, 0.1, 1.25];

    #[test]
    fn factor_and_solutions() {
        // mpmath with 40 digits.
        let expected = [
            [SQRT_2, 0.0, 0.0],
            [0.424_264_068_711_928_5, 0.565_685_424_949_238, 0.0],
            [-0.212_132_034_355_964_26, 0.335_875_721_063_610_1, 1.045_077_748_303_924],
        ];
        let factor = Cholesky::of(3, &COVARIANCE).unwrap();
        for (found, expected) in factor.as_slice().iter().zip(expected.as_flattened()) {
            assert_abs_diff_eq!(found, expected, epsilon = 1e-15);
        }
        let diagonal: Vec<f64> = factor.diagonal().collect();
        assert_eq!(diagonal, [0, 4, 8].map(|i| factor.as_slice()[i]));
        assert_eq!(factor.column(1), [1, 4, 7].map(|i| factor.as_slice()[i]));
        // L⁻ᵀ L⁻¹ Σ e₂ = e₂.
        let mut solved = [0.6, 0.5, 0.1];
        factor.solve_lower(&mut solved);
        factor.solve_upper(&mut solved);
        for (found, expected) in solved.into_iter().zip([0.0, 1.0, 0.0]) {
            assert_abs_diff_eq!(found, expected, epsilon = 1e-15);
        }
    }

    #[test]
    fn what_is_no_covariance_is_refused() {
        let of = |covariance: &[f64]| Cholesky::of(2, covariance).unwrap_err();
        let not_positive = |row| GaussianError::NotPositiveDefinite { row };
        assert_eq!(of(&[1.0, 1.0, 1.0, 1.0]), not_positive(1));
        assert_eq!(of(&[1.0, 2.0, 2.0, 1.0]), not_positive(1));
        assert_eq!(of(&[-1.0, 0.0, 0.0, 1.0]), not_positive(0));
        let asymmetric = GaussianError::NotSymmetric { row: 1, column: 0 };
        assert_eq!(of(&[1.0, 0.5, 0.4, 1.0]), asymmetric);
        for bad in [f64::NAN, f64::INFINITY] {
            let error = of(&[1.0, bad, bad, 1.0]);
            assert!(matches!(error, GaussianError::Entry { row: 0, column: 1, .. }), "{bad}");
        }
        assert_eq!(of(&[1.0]), GaussianError::Length { expected: 4, found: 1 });
        // Apart by rounding only.
        assert!(Cholesky::of(2, &[1.0, 1e-17, 0.0, 1.0]).is_ok());
    }

    #[test]
    fn what_is_no_factor_is_refused() {
        let new = |factor: &[f64]| Cholesky::new(2, factor.to_vec()).unwrap_err();
        let upper = GaussianError::Entry { row: 0, column: 1, entry: 0.5 };
        assert_eq!(new(&[1.0, 0.5, 0.0, 1.0]), upper);
        assert!(matches!(new(&[1.0, 0.0, f64::NAN, 1.0]), GaussianError::Entry { .. }));
        for bad in [0.0, -1.0] {
            assert_eq!(new(&[1.0, 0.0, 0.0, bad]), GaussianError::NotPositiveDefinite { row: 1 });
        }
        assert_eq!(new(&[1.0]), GaussianError::Length { expected: 4, found: 1 });
    }
}
