//! Whether a quadrature resolves the posterior.

use serde::{Deserialize, Serialize};

/// How well the posterior is resolved, with the error of log p(x) in nats.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Resolution {
    /// The rules agree: the value can be called exact.
    Resolved {
        /// Nats.
        error: f64,
    },
    /// The points that were allowed did not suffice.
    Unresolved {
        /// Nats, as far as the rules tell.
        error: f64,
    },
}
