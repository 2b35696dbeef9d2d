//! The errors of all Gaussians.

use thiserror::Error;

use crate::linear_algebra::CholeskyError;

/// Which parameter is not one of a Gaussian.
#[derive(Clone, Copy, Debug, Error, PartialEq)]
pub enum GaussianError {
    /// A mean that is NaN or infinite.
    #[error("the mean must be finite, found {0}")]
    Mean(f64),
    /// A standard deviation that is not positive and finite.
    #[error("a standard deviation must be positive and finite, found {0}")]
    StandardDeviation(f64),
    /// A correlation outside (−1, 1).
    #[error("the correlation must lie strictly between −1 and 1, found {0}")]
    Correlation(f64),
    /// No coordinate.
    #[error("a Gaussian needs at least one coordinate")]
    Empty,
    /// A list whose length differs from that of the mean, or of the other Gaussian.
    #[error("{expected} numbers are needed, found {found}")]
    Length {
        /// How many are needed.
        expected: usize,
        /// How many there are.
        found: usize,
    },
    /// A covariance that differs from its transpose.
    #[error("a covariance is symmetric, and this one is not at ({row}, {column})")]
    NotSymmetric {
        /// Row, counted from 0.
        row: usize,
        /// Column.
        column: usize,
    },
    /// A covariance with no volume, or a factor that is none.
    #[error(transparent)]
    Covariance(#[from] CholeskyError),
}
