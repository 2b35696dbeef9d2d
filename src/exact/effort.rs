//! The stopping rule of an adaptive quadrature.

/// Tolerance and largest number of evaluations of an adaptive quadrature.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Effort {
    /// Nats within which two rules shall agree.
    pub tolerance: f64,
    /// Points after which it ends as it is, with the error that it has then.
    pub most_evaluations: usize,
}
