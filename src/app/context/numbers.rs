//! The numbers of the bench, as published by its worker and once per frame.

use std::sync::Arc;

use leptos::prelude::*;

use elboscope::bench::{Readings, Scene};
use elboscope::bench_worker::{Evidence, ExactRung, Running, Shade, Terms};
use elboscope::evidence::Rung;
use elboscope::exact::BestGaussian;
use elboscope::state::{BenchState, Tiling};

/// The decoder's images over a part of the latent plane.
#[derive(Debug)]
pub struct TileImages {
    /// Where they are.
    pub tiling: Tiling,
    /// 784 shades of ink, 0 to 255, for each of them.
    pub shades: Vec<u8>,
}

/// Every number of the bench. A change of x, q, seed or K removes at once the numbers that depend on it. Cheap to
/// copy.
#[derive(Clone, Copy)]
pub struct BenchNumbers {
    /// The state to which the numbers belong or will belong.
    pub computed_state: RwSignal<Option<BenchState>>,
    /// log p(x|z) on the lattices, and the exact results that follow from it.
    pub scene: RwSignal<Option<Arc<Scene>>>,
    /// Whether the scene uses the fine lattice.
    pub is_fine: RwSignal<bool>,
    /// The best present value of log p(x).
    pub evidence: RwSignal<Option<Evidence>>,
    /// The posterior on a finer square, where the scene's lattice is too coarse to show it.
    pub shade: RwSignal<Option<Arc<Shade>>>,
    /// The terms of the ELBO for the present q.
    pub terms: RwSignal<Option<Terms>>,
    /// The exact ELBO of the encoder's q at the present x, in nats.
    pub encoder_elbo: RwSignal<Option<f64>>,
    /// The proven interval [L, U] of log p(x) at the present x.
    pub certified: RwSignal<Option<(f64, f64)>>,
    /// The readings for the present model, x, q, seed and K; `None` until computed.
    pub readings: RwSignal<Option<Arc<Readings>>>,
    /// The IWAE ladder of the present q; empty while it is being computed.
    pub ladder: RwSignal<Arc<[Rung]>>,
    /// The exact expectations of the ladder's rungs; empty while they are being computed.
    pub exact_ladder: RwSignal<Arc<[ExactRung]>>,
    /// The running estimate for the present q; `None` until there is one.
    pub running: RwSignal<Option<Running>>,
    /// The best Gaussian for the present x; `None` until found.
    pub best: RwSignal<Option<BestGaussian>>,
    /// p(x|z) at the probe or at q's mean.
    pub decoded: RwSignal<Option<Arc<[f32]>>>,
    /// The decoder's images behind the plane, as the worker sent them last.
    pub ghosts: RwSignal<Option<Arc<TileImages>>>,
    /// Those of the map of the whole prior.
    pub map: RwSignal<Option<Arc<TileImages>>>,
    /// Decimals of numbers in nats; they depend on the size of the gap.
    pub decimals: Memo<usize>,
}

impl BenchNumbers {
    /// No number yet.
    pub fn new() -> Self {
        let terms = RwSignal::new(None::<Terms>);
        Self {
            computed_state: RwSignal::new(None),
            scene: RwSignal::new(None),
            is_fine: RwSignal::new(false),
            evidence: RwSignal::new(None),
            shade: RwSignal::new(None),
            terms,
            encoder_elbo: RwSignal::new(None),
            certified: RwSignal::new(None),
            readings: RwSignal::new(None),
            ladder: RwSignal::new(Arc::from([])),
            exact_ladder: RwSignal::new(Arc::from([])),
            running: RwSignal::new(None),
            best: RwSignal::new(None),
            decoded: RwSignal::new(None),
            ghosts: RwSignal::new(None),
            map: RwSignal::new(None),
            decimals: Memo::new(move |_| {
                decimals(terms.get().map_or(1.0, |terms| terms.decomposition.kl_posterior.abs()))
            }),
        }
    }
}

/// The number of decimals that show a gap of so many nats.
fn decimals(gap: f64) -> usize {
    if gap >= 0.1 {
        2
    } else if gap >= 0.01 {
        3
    } else {
        4
    }
}
