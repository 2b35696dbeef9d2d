//! The Cholesky factor of a symmetric positive definite matrix, in f64 and for a few hundred rows:
//! Golub & Van Loan 2013, Matrix Computations, § 4.2.
//!
//! Plain loops over rows of memory: a matrix of 200 rows takes a millisecond, once per model.

use thiserror::Error;

/// The lower triangular L of A = L Lᵀ.
#[derive(Clone, Debug, PartialEq)]
pub struct Cholesky {
    order: usize,
    /// L row by row [order, order], zero above the diagonal.
    factor: Vec<f64>,
}

/// Why a matrix has no Cholesky factor.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum CholeskyError {
    /// The number of entries is not a square of the order.
    #[error("a matrix of {order} rows has {} entries, found {found}", order * order)]
    Size {
        /// Rows asked for.
        order: usize,
        /// Entries given.
        found: usize,
    },
    /// A pivot was not positive: the matrix is not positive definite, to rounding, or has a NaN.
    #[error("the matrix is not positive definite: pivot {row} is not positive")]
    NotPositiveDefinite {
        /// Row of the first such pivot.
        row: usize,
    },
}

impl Cholesky {
    /// Factors the symmetric `matrix` [order, order]; only its lower triangle is read.
    ///
    /// # Errors
    /// [`CholeskyError`] if the size is wrong or a pivot is not positive and finite.
    pub fn new(order: usize, matrix: &[f64]) -> Result<Self, CholeskyError> {
        if matrix.len() != order * order {
            return Err(CholeskyError::Size { order, found: matrix.len() });
        }
        let mut factor = vec![0.0; order * order];
        for row in 0..order {
            for column in 0..=row {
                let (above, below) =
                    (&factor[column * order..][..column], &factor[row * order..][..column]);
                let rest = matrix[row * order + column] - dot(above, below);
                factor[row * order + column] = if column < row {
                    rest / factor[column * order + column]
                } else if rest > 0.0 && rest.is_finite() {
                    rest.sqrt()
                } else {
                    return Err(CholeskyError::NotPositiveDefinite { row });
                };
            }
        }
        Ok(Self { order, factor })
    }

    /// Number of rows.
    pub fn order(&self) -> usize {
        self.order
    }

    /// ln det A.
    pub fn log_determinant(&self) -> f64 {
        (0..self.order).map(|row| 2.0 * self.factor[row * self.order + row].ln()).sum()
    }

    /// L⁻¹ b.
    ///
    /// # Panics
    /// If b has not `order` entries; so do the other two.
    pub fn solve_lower(&self, b: &[f64]) -> Vec<f64> {
        assert_eq!(b.len(), self.order);
        let mut solution = b.to_vec();
        for row in 0..self.order {
            let coefficients = &self.factor[row * self.order..][..=row];
            let known = dot(&coefficients[..row], &solution[..row]);
            solution[row] = (solution[row] - known) / coefficients[row];
        }
        solution
    }

    /// L⁻ᵀ b. For standard normal b this is a draw from N(0, A⁻¹).
    pub fn solve_upper(&self, b: &[f64]) -> Vec<f64> {
        assert_eq!(b.len(), self.order);
        let mut solution = b.to_vec();
        for row in (0..self.order).rev() {
            let coefficients = &self.factor[row * self.order..][..=row];
            let found = solution[row] / coefficients[row];
            solution[row] = found;
            for (earlier, coefficient) in solution[..row].iter_mut().zip(coefficients) {
                *earlier -= coefficient * found;
            }
        }
        solution
    }

    /// A⁻¹ b.
    pub fn solve(&self, b: &[f64]) -> Vec<f64> {
        self.solve_upper(&self.solve_lower(b))
    }

    /// A⁻¹, row by row [order, order].
    pub fn inverse(&self) -> Vec<f64> {
        let unit = |row: usize| (0..self.order).map(move |column| f64::from(row == column));
        (0..self.order).flat_map(|row| self.solve(&unit(row).collect::<Vec<_>>())).collect()
    }
}

/// The scalar product of two vectors of one length.
pub(super) fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use approx::assert_abs_diff_eq;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn three_rows_by_hand() {
        // A = L Lᵀ with L = [[2, 0, 0], [6, 1, 0], [−8, 5, 3]], the textbook example.
        let a = [4.0, 12.0, -16.0, 12.0, 37.0, -43.0, -16.0, -43.0, 98.0];
        let cholesky = Cholesky::new(3, &a).unwrap();
        assert_eq!(cholesky.factor, [2.0, 0.0, 0.0, 6.0, 1.0, 0.0, -8.0, 5.0, 3.0]);
        assert_abs_diff_eq!(cholesky.log_determinant(), 36.0_f64.ln(), epsilon = 1e-15);
        // A (1, −1, 2)ᵀ = (−40, −111, 223)ᵀ.
        for (found, expected) in cholesky.solve(&[-40.0, -111.0, 223.0]).iter().zip([1., -1., 2.]) {
            assert_abs_diff_eq!(*found, expected, epsilon = 1e-12);
        }
        assert_eq!(cholesky.solve_lower(&[2.0, 7.0, 0.0]), [1.0, 1.0, 1.0]);
        assert_eq!(cholesky.solve_upper(&[0.0, 6.0, 3.0]), [1.0, 1.0, 1.0]);
    }

    #[test]
    fn what_is_not_positive_definite_is_refused() {
        let refused = |row| Err(CholeskyError::NotPositiveDefinite { row });
        assert_eq!(Cholesky::new(2, &[1.0, 0.0, 0.0, 0.0]), refused(1));
        assert_eq!(Cholesky::new(2, &[1.0, 2.0, 2.0, 1.0]), refused(1));
        assert_eq!(Cholesky::new(2, &[f64::NAN, 0.0, 0.0, 1.0]), refused(0));
        assert_eq!(Cholesky::new(1, &[f64::INFINITY]), refused(0));
        assert_eq!(Cholesky::new(2, &[1.0; 3]), Err(CholeskyError::Size { order: 2, found: 3 }));
    }

    proptest! {
        #[test]
        fn a_matrix_times_its_inverse_is_the_identity(
            (order, entries) in (1..12_usize).prop_flat_map(|order| {
                (Just(order), prop::collection::vec(-1.0..1.0_f64, order * order))
            })
        ) {
            // I + B Bᵀ: condition at most 1 + order².
            let row = |index: usize| &entries[index * order..][..order];
            let a: Vec<f64> = (0..order * order)
                .map(|index| (index / order, index % order))
                .map(|(i, j)| f64::from(i == j) + dot(row(i), row(j)))
                .collect();
            let inverse = Cholesky::new(order, &a).unwrap().inverse();
            for i in 0..order {
                for j in 0..order {
                    // The inverse is symmetric: its columns are its rows.
                    let product = dot(&a[i * order..][..order], &inverse[j * order..][..order]);
                    prop_assert!((product - f64::from(i == j)).abs() < 1e-12);
                }
            }
        }
    }
}
