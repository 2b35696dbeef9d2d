//! The errors of annealed runs.

use thiserror::Error;

use crate::density::DensityError;
use crate::evidence::LogWeightsError;

/// Why an annealed run could not be started, continued or finished.
#[derive(Debug, Error)]
pub enum AnnealedError {
    /// A density could not be evaluated.
    #[error(transparent)]
    Density(#[from] DensityError),
    /// The weights at the end are not log-weights.
    #[error(transparent)]
    Weights(#[from] LogWeightsError),
    /// Two parts have different numbers of coordinates.
    #[error("{found} coordinates where {expected} were expected")]
    Dimension {
        /// The dimension of the first part.
        expected: usize,
        /// The dimension of the second part.
        found: usize,
    },
    /// A density without coordinates.
    #[error("a path needs at least one coordinate")]
    NoCoordinates,
    /// A log-density is NaN or +∞ at a chain's starting point.
    #[error("chain {chain} starts where a log-density is NaN or +∞")]
    Start {
        /// Position of the first such chain.
        chain: usize,
    },
    /// A reverse chain would start where the posterior density is zero.
    #[error(
        "exact draw {chain} has no density under the joint, so it is no draw from the posterior"
    )]
    NotFromPosterior {
        /// Position of the first such draw.
        chain: usize,
    },
    /// Exact draws that do not fill whole rows, or none.
    #[error("{values} values do not make one or more points of {dimension} coordinates")]
    Draws {
        /// The number of values.
        values: usize,
        /// D.
        dimension: usize,
    },
    /// A resampling threshold that is not a share.
    #[error("the resampling threshold must lie between 0 and 1, found {0}")]
    Threshold(f64),
    /// A target acceptance rate that no step size can meet.
    #[error("the target acceptance must lie strictly between 0 and 1, found {0}")]
    TargetAcceptance(f64),
    /// The result was requested before the last temperature.
    #[error("the run is at temperature {done} of {of}; its weights are not yet weights")]
    Unfinished {
        /// Temperatures done.
        done: usize,
        /// All temperatures.
        of: usize,
    },
}
