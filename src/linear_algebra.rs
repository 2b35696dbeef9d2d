//! Scalar product and Cholesky factor, in f64 and for matrices of a few hundred rows (Golub & Van Loan 2013, Matrix
//! Computations, § 4.2).
//!
//! Plain loops over the rows: a matrix of 200 rows takes a millisecond, once per model.

use thiserror::Error;

/// The lower triangular L of A = L Lᵀ.
#[derive(Clone, Debug, PartialEq)]
pub struct Cholesky {
    order: usize,
    /// L row by row [order, order], zero above the diagonal.
    factor: Vec<f64>,
}

/// Why a matrix has no Cholesky factor, or is not one.
#[derive(Clone, Copy, Debug, Error, PartialEq)]
pub enum CholeskyError {
    /// The number of entries is not the square of the order.
    #[error("a matrix of {order} rows has {} entries, found {found}", order * order)]
    Size {
        /// Rows asked for.
        order: usize,
        /// Entries given.
        found: usize,
    },
    /// An invalid entry.
    #[error("({row}, {column}) is {entry}; entries are finite, and 0 above a factor's diagonal")]
    Entry {
        /// Its row, counted from 0.
        row: usize,
        /// Its column.
        column: usize,
        /// The entry.
        entry: f64,
    },
    /// A pivot was not positive: the matrix is not positive definite, to rounding.
    #[error("the matrix is not positive definite: pivot {row} is not positive")]
    NotPositiveDefinite {
        /// Row of the first such pivot, counted from 0.
        row: usize,
    },
}

impl Cholesky {
    /// Factors the symmetric `matrix` [order, order]; only its lower triangle is read.
    ///
    /// # Errors
    /// [`CholeskyError`] if the size is wrong, an entry is not finite, or a pivot not positive and
    /// finite.
    pub fn new(order: usize, matrix: &[f64]) -> Result<Self, CholeskyError> {
        check_size(order, matrix)?;
        let mut factor = vec![0.0; order * order];
        for row in 0..order {
            for column in 0..=row {
                let (above, below) =
                    (&factor[column * order..][..column], &factor[row * order..][..column]);
                let entry = matrix[row * order + column];
                if !entry.is_finite() {
                    return Err(CholeskyError::Entry { row, column, entry });
                }
                let rest = entry - dot(above, below);
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

    /// Takes L itself, [order, order].
    ///
    /// # Errors
    /// [`CholeskyError`] if the size is wrong, an entry above the diagonal is not 0 or another not
    /// finite, or a diagonal entry is not positive.
    pub fn from_factor(order: usize, factor: Vec<f64>) -> Result<Self, CholeskyError> {
        check_size(order, &factor)?;
        for row in 0..order {
            let entries = &factor[row * order..][..order];
            for (column, &entry) in entries.iter().enumerate() {
                let allowed = if column > row { entry == 0.0 } else { entry.is_finite() };
                if !allowed {
                    return Err(CholeskyError::Entry { row, column, entry });
                }
            }
            if entries[row] <= 0.0 {
                return Err(CholeskyError::NotPositiveDefinite { row });
            }
        }
        Ok(Self { order, factor })
    }

    /// The factor of diag(sd²), for positive and finite standard deviations.
    pub(crate) fn of_diagonal(sd: &[f64]) -> Self {
        let order = sd.len();
        let mut factor = vec![0.0; order * order];
        for (d, &sd) in sd.iter().enumerate() {
            factor[d * order + d] = sd;
        }
        Self { order, factor }
    }

    /// The factor [[a, 0], [b, c]], for finite entries and positive a and c.
    pub(crate) fn of_pair([a, b, c]: [f64; 3]) -> Self {
        Self { order: 2, factor: vec![a, 0.0, b, c] }
    }

    /// Number of rows.
    pub fn order(&self) -> usize {
        self.order
    }

    /// L, row by row with its zeros.
    pub fn as_slice(&self) -> &[f64] {
        &self.factor
    }

    /// A row of L up to its diagonal.
    pub fn row(&self, row: usize) -> &[f64] {
        &self.factor[row * self.order..][..=row]
    }

    /// A column of L with its zeros.
    pub fn column(&self, column: usize) -> Vec<f64> {
        self.factor.iter().skip(column).step_by(self.order).copied().collect()
    }

    /// The diagonal of L, row by row.
    pub fn diagonal(&self) -> impl ExactSizeIterator<Item = f64> + '_ {
        self.factor.iter().step_by(self.order + 1).copied()
    }

    /// ln det A.
    pub fn log_determinant(&self) -> f64 {
        self.diagonal().map(|pivot| 2.0 * pivot.ln()).sum()
    }

    /// Replaces b by L⁻¹ b.
    ///
    /// # Panics
    /// Panics if b does not have `order` entries; so do the next two functions.
    pub fn solve_lower(&self, b: &mut [f64]) {
        assert_eq!(b.len(), self.order);
        for index in 0..b.len() {
            let row = self.row(index);
            b[index] = (b[index] - dot(&row[..index], &b[..index])) / row[index];
        }
    }

    /// Replaces b by L⁻ᵀ b. For standard normal b this is a draw from N(0, A⁻¹).
    pub fn solve_upper(&self, b: &mut [f64]) {
        assert_eq!(b.len(), self.order);
        // Along the rows of L, which are contiguous in memory.
        for index in (0..b.len()).rev() {
            let row = self.row(index);
            b[index] /= row[index];
            let found = b[index];
            b[..index].iter_mut().zip(row).for_each(|(earlier, l)| *earlier -= l * found);
        }
    }

    /// A⁻¹ b.
    pub fn solve(&self, b: &[f64]) -> Vec<f64> {
        let mut solution = b.to_vec();
        self.solve_lower(&mut solution);
        self.solve_upper(&mut solution);
        solution
    }

    /// A⁻¹, row by row [order, order].
    pub fn inverse(&self) -> Vec<f64> {
        let unit = |row: usize| (0..self.order).map(move |column| f64::from(row == column));
        (0..self.order).flat_map(|row| self.solve(&unit(row).collect::<Vec<_>>())).collect()
    }
}

fn check_size(order: usize, matrix: &[f64]) -> Result<(), CholeskyError> {
    let found = matrix.len();
    if order.checked_mul(order) == Some(found) {
        Ok(())
    } else {
        Err(CholeskyError::Size { order, found })
    }
}

/// The scalar product of two vectors of one length.
pub(crate) fn dot(a: &[f64], b: &[f64]) -> f64 {
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
        assert_eq!(cholesky.as_slice(), [2.0, 0.0, 0.0, 6.0, 1.0, 0.0, -8.0, 5.0, 3.0]);
        assert_eq!(cholesky.row(1), [6.0, 1.0]);
        assert_eq!(cholesky.column(1), [0.0, 1.0, 5.0]);
        assert_eq!(cholesky.diagonal().collect::<Vec<_>>(), [2.0, 1.0, 3.0]);
        assert_abs_diff_eq!(cholesky.log_determinant(), 36.0_f64.ln(), epsilon = 1e-15);
        // A (1, −1, 2)ᵀ = (−40, −111, 223)ᵀ.
        for (found, expected) in cholesky.solve(&[-40.0, -111.0, 223.0]).iter().zip([1., -1., 2.]) {
            assert_abs_diff_eq!(*found, expected, epsilon = 1e-12);
        }
        let mut b = [2.0, 7.0, 0.0];
        cholesky.solve_lower(&mut b);
        assert_eq!(b, [1.0; 3]);
        let mut b = [0.0, 6.0, 3.0];
        cholesky.solve_upper(&mut b);
        assert_eq!(b, [1.0; 3]);
    }

    #[test]
    fn what_is_not_positive_definite_is_refused() {
        let refused = |row| Err(CholeskyError::NotPositiveDefinite { row });
        assert_eq!(Cholesky::new(2, &[1.0, 0.0, 0.0, 0.0]), refused(1));
        assert_eq!(Cholesky::new(2, &[1.0, 2.0, 2.0, 1.0]), refused(1));
        assert_eq!(Cholesky::new(2, &[-1.0, 0.0, 0.0, 1.0]), refused(0));
        // All entries are finite, but the second pivot is not.
        assert_eq!(Cholesky::new(2, &[1e-200, 0.0, 1e200, 1.0]), refused(1));
        for bad in [f64::NAN, f64::INFINITY] {
            let refused = Cholesky::new(2, &[1.0, bad, bad, 1.0]);
            assert!(matches!(refused, Err(CholeskyError::Entry { row: 1, column: 0, .. })));
        }
        assert_eq!(Cholesky::new(2, &[1.0; 3]), Err(CholeskyError::Size { order: 2, found: 3 }));
    }

    #[test]
    fn a_factor_comes_from_its_entries() {
        let factor = vec![1.5, 0.0, -0.5, 0.25];
        let cholesky = Cholesky::from_factor(2, factor.clone()).unwrap();
        assert_eq!(cholesky.as_slice(), factor);
        assert_eq!(Cholesky::of_pair([1.5, -0.5, 0.25]), cholesky);
        let diagonal = Cholesky::from_factor(2, vec![1.5, 0.0, 0.0, 0.25]).unwrap();
        assert_eq!(Cholesky::of_diagonal(&[1.5, 0.25]), diagonal);
    }

    #[test]
    fn what_is_no_factor_is_refused() {
        let new = |factor: &[f64]| Cholesky::from_factor(2, factor.to_vec()).unwrap_err();
        let upper = CholeskyError::Entry { row: 0, column: 1, entry: 0.5 };
        assert_eq!(new(&[1.0, 0.5, 0.0, 1.0]), upper);
        assert!(matches!(new(&[1.0, 0.0, f64::NAN, 1.0]), CholeskyError::Entry { .. }));
        for bad in [0.0, -1.0] {
            assert_eq!(new(&[1.0, 0.0, 0.0, bad]), CholeskyError::NotPositiveDefinite { row: 1 });
        }
        assert_eq!(new(&[1.0]), CholeskyError::Size { order: 2, found: 1 });
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
