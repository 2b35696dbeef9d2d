//! The types of the bench's readings: values with their accuracy.

use crate::exact::Decomposition;

/// The running importance-sampling estimate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Running {
    /// Draws so far.
    pub draws: u64,
    /// log p(x) estimated from all of them, in nats.
    pub log_evidence: f64,
    /// Its standard error in nats.
    pub log_stderr: Option<f64>,
}

/// log p(x, z) on a square of the latent plane, to be drawn.
#[derive(Clone, Debug)]
pub struct Shade {
    /// The middle of the square.
    pub center: [f64; 2],
    /// Half its side; its outermost nodes lie on the border.
    pub half_width: f64,
    /// In nats, the second coordinate running fastest.
    pub log_joints: Vec<f64>,
}

/// One value of the exact IWAE curve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ExactRung {
    /// E L_K in nats.
    pub value: f64,
    /// Bound on its error, in nats.
    pub error: f64,
}

/// The best present value of log p(x).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Evidence {
    /// log p(x) in nats.
    pub log_evidence: f64,
    /// Its accuracy.
    pub standing: Accuracy,
}

/// The accuracy of a number that is computed rather than estimated.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Accuracy {
    /// From the page's lattice, not yet checked against the decoder.
    FirstLook,
    /// By adaptive quadrature through the decoder.
    Exact {
        /// Bound on the error, in nats.
        error: f64,
    },
    /// The posterior is too narrow for the quadrature, or for weights in single precision: only the proven interval
    /// is valid.
    Unresolved,
}

/// The terms of the ELBO, and whether they are a first look.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Terms {
    /// Every term, in nats.
    pub decomposition: Decomposition,
    /// Whether they come from the page's lattice and were not found to be exact to 1e-6 nats for this x and q.
    pub is_first_look: bool,
}
