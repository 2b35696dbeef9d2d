//! What can go wrong in an annealed run.

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
    /// Two things that belong together have different numbers of coordinates.
    #[error("{found} coordinates where {expected} were expected")]
    Dimension {
        /// D of what was there first.
        expected: usize,
        /// D of what was to go with it.
        found: usize,
    },
    /// A density over no coordinates at all.
    #[error("a path needs at least one coordinate")]
    NoCoordinates,
    /// The densities at a chain's first position do not say how likely it is.
    #[error("chain {chain} starts where a log-density is NaN or +∞")]
    Start {
        /// Position of the first such chain.
        chain: usize,
    },
    /// A reverse chain was to start where the posterior has no density.
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
        /// How many numbers were given.
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
    /// The result was asked for before the last temperature.
    #[error("the run is at temperature {done} of {of}; its weights are not yet weights")]
    Unfinished {
        /// Temperatures behind it.
        done: usize,
        /// All of them.
        of: usize,
    },
}
