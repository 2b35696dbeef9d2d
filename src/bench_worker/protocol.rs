//! Commands to the bench's worker and events from it.

use serde::{Deserialize, Serialize};

use crate::evidence::Rung;
use crate::exact::{Decomposition, Lattice, Resolution};
use crate::family::{BivariateGaussian, GaussianError};

/// Commands to the worker. A newer command of the same kind replaces the older one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum BenchCommand {
    /// Use this model from now on; `bytes` is a safetensors file that the page has already checked.
    LoadModel {
        /// Safetensors.
        bytes: Vec<u8>,
    },
    /// Use this x from now on.
    SetImage {
        /// The page's number for this x; events about it carry it.
        image: u32,
        /// The pixels as `BinaryImage::to_base64` writes them.
        pixels: String,
    },
    /// Estimate log p(x) with draws from this q.
    SetProposal {
        /// The page's number for this q; events about it carry it.
        proposal: u32,
        /// q.
        q: ProposalParameters,
        /// Seed of the draws.
        seed: u32,
    },
    /// Decode the images at these latent points, once the first numbers are there.
    DecodeTiles {
        /// Where they are shown.
        place: TilePlace,
        /// The page's number for these points; comes back with their images.
        number: u32,
        /// z₁, z₂ of each.
        latents: Vec<[f64; 2]>,
    },
}

/// μ, σ and ρ of a Gaussian q in a message.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProposalParameters {
    /// μ₁, μ₂
    pub mean: [f64; 2],
    /// σ₁, σ₂
    pub sd: [f64; 2],
    /// ρ
    pub rho: f64,
}

impl From<&BivariateGaussian> for ProposalParameters {
    fn from(q: &BivariateGaussian) -> Self {
        Self { mean: q.mean(), sd: q.sd(), rho: q.rho() }
    }
}

impl TryFrom<ProposalParameters> for BivariateGaussian {
    type Error = GaussianError;

    fn try_from(parameters: ProposalParameters) -> Result<Self, GaussianError> {
        Self::new(parameters.mean, parameters.sd, parameters.rho)
    }
}

/// Where the decoder's images are shown; those asked for later for the same place replace those asked for before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TilePlace {
    /// Behind the visible part of the plane.
    Plane,
    /// On the map of the whole prior.
    Map,
}

/// The role of a lattice in a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LatticeRole {
    /// Covers the region of the posteriors.
    Inner,
    /// Covers a larger region more coarsely.
    Outer,
}

/// The resolution of a lattice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Level {
    /// For a quick first look.
    Coarse,
    /// For the final values.
    Fine,
}

/// Events of the worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum BenchEvent {
    /// Progress of building a lattice of A(z).
    Progress {
        /// Which lattice.
        square: LatticeRole,
        /// How fine.
        level: Level,
        /// In [0, 1].
        share: f64,
    },
    /// log p(x|z) on one lattice; the values are transferred beside the event.
    Field {
        /// The x it belongs to.
        image: u32,
        /// Which lattice.
        square: LatticeRole,
        /// How fine.
        level: Level,
        /// Its nodes.
        lattice: Lattice,
    },
    /// log p(x) by adaptive quadrature through the decoder.
    Posterior {
        /// The x it belongs to.
        image: u32,
        /// log p(x) in nats.
        log_evidence: f64,
        /// Whether the posterior is resolved, and the error.
        resolution: Resolution,
    },
    /// The exact ELBO of the encoder's q.
    EncoderElbo {
        /// The x it belongs to.
        image: u32,
        /// In nats.
        elbo: f64,
    },
    /// The error of the field that was sent, measured around the posterior and the prior.
    FieldError {
        /// The x it belongs to.
        image: u32,
        /// The levels of the inner and the outer lattice.
        levels: [Level; 2],
        /// The largest difference in log p(x|z), in nats.
        error: f64,
    },
    /// log p(x, z) on a square around a posterior for which the field is too coarse, the second coordinate running
    /// fastest; the values are transferred beside the event.
    Shade {
        /// The x it belongs to.
        image: u32,
        /// The middle of the square.
        center: [f64; 2],
        /// Half its side; its outermost nodes lie on the border.
        half_width: f64,
    },
    /// The best Gaussian for one x.
    BestProposal {
        /// The x it belongs to.
        image: u32,
        /// The maximiser.
        q: ProposalParameters,
        /// Its exact ELBO in nats.
        elbo: f64,
    },
    /// The exact terms of the ELBO of one q, through the decoder itself.
    Decomposition {
        /// The q it belongs to.
        proposal: u32,
        /// The terms, in nats.
        terms: Decomposition,
        /// Bound on the error of an expectation under q, in nats.
        error: f64,
    },
    /// The proven interval of log p(x), which becomes narrower with every event.
    Certified {
        /// The x it belongs to.
        image: u32,
        /// L in nats.
        lower: f64,
        /// U in nats.
        upper: f64,
        /// Number of cells of the latent plane in the proof.
        cells: usize,
    },
    /// The state of the running importance-sampling estimate.
    Running {
        /// The q it belongs to.
        proposal: u32,
        /// Draws so far.
        draws: u64,
        /// log p(x) estimated from all of them, in nats.
        log_evidence: f64,
        /// Its standard error in nats.
        log_stderr: Option<f64>,
    },
    /// The IWAE ladder from the draws so far.
    Ladder {
        /// The q it belongs to.
        proposal: u32,
        /// One rung for each K that the draws reach.
        rungs: Vec<Rung>,
    },
    /// The exact expectations that the ladder estimates, by quadrature.
    ExactLadder {
        /// The q it belongs to.
        proposal: u32,
        /// E L_K in nats for each K of the whole ladder.
        values: Vec<f64>,
        /// Bounds on their errors, in nats.
        errors: Vec<f64>,
    },
    /// The decoder's mean images.
    Tiles {
        /// Where they are shown.
        place: TilePlace,
        /// The points that they belong to.
        number: u32,
        /// 784 shades of ink for each point, 0 for none, 255 for a pixel that is ink for certain.
        shades: Vec<u8>,
    },
    /// A command failed; the worker continues.
    Failed {
        /// The reason in English, for the details of a message.
        reason: String,
    },
    /// Nothing is left to do.
    Idle {
        /// Commands handled so far: the page is up to date only if it has sent no further ones.
        handled: u32,
    },
}

/// An event of this worker, with its array.
pub type BenchOutgoing = crate::worker::Outgoing<BenchEvent>;
