//! How far a number is to be trusted.

use crate::state::{Text, text};

/// How far a number is to be trusted.
///
/// A number that carries a standard error on the page was estimated there, whatever its standing elsewhere: the ELBO is
/// an integral on the bench and a mean of log-weights in Sandwich.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Standing {
    /// A closed form, or an integral with an error far below what is written.
    Exact,
    /// Holds with certainty, every rounding counted.
    Proven,
    /// Holds in 95 of 100 runs at least.
    Confident,
    /// A random number that is right on average, or in the limit.
    Estimate,
    /// A random number that is below log p(x) on average.
    LowerBound,
    /// A random number that is above log p(x) on average.
    UpperBound,
    /// Says how much to trust another number.
    Diagnostic,
    /// A count or a time of the run.
    Progress,
}

impl Standing {
    /// In words.
    pub fn label(self) -> Text {
        match self {
            Self::Exact => text!("exact"),
            Self::Proven => text!("proven"),
            Self::Confident => text!("95% sure"),
            Self::Estimate => text!("estimate"),
            Self::LowerBound => text!("lower bound on average"),
            Self::UpperBound => text!("upper bound on average"),
            Self::Diagnostic => text!("diagnostic"),
            Self::Progress => text!("progress"),
        }
    }
}
