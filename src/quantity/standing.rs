//! How far a number is to be trusted.

use crate::state::Text;

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
    /// In both languages.
    pub fn label(self) -> Text {
        match self {
            Self::Exact => Text::new("exact", "exato"),
            Self::Proven => Text::new("proven", "provado"),
            Self::Confident => Text::new("95% sure", "95% de confiança"),
            Self::Estimate => Text::new("estimate", "estimativa"),
            Self::LowerBound => Text::new("lower bound on average", "limite inferior em média"),
            Self::UpperBound => Text::new("upper bound on average", "limite superior em média"),
            Self::Diagnostic => Text::new("diagnostic", "diagnóstico"),
            Self::Progress => Text::new("progress", "andamento"),
        }
    }
}
