//! The record of the AIS chains of one T: some paths to draw, and all chains' mean log w.

use crate::evidence::annealed::ChainSnapshot;
use crate::evidence::{Confidence, LogWeights, markov_lower_bound};

/// Chains whose positions are recorded.
const KEPT_CHAINS: usize = 12;
/// Positions recorded of each.
const PLACES: usize = 24;
/// The probability with which the certificates of both sides, or of the only one, hold together.
pub(super) const CONFIDENCE: f64 = 0.95;

/// The paths of the chains for one T.
#[derive(Clone, Debug, Default)]
pub(super) struct Trace {
    /// The inverse temperatures of the positions.
    pub betas: Vec<f64>,
    /// For every chain its first two coordinates at each of them; the second is 0 on the line.
    pub ways: Vec<Vec<[f64; 2]>>,
    /// (β_t, mean over the chains of log w(z_t)) for every t < T, in nats.
    pub mean_log_weights: Vec<[f64; 2]>,
    /// A lower bound of log p(x), in nats, that fails with probability 5 %, and with 2.5 %.
    pub certificates: [Option<f64>; 2],
}

impl Trace {
    /// Takes the record of a run of all its chains over D = `dimension` coordinates.
    pub(super) fn new(record: &[ChainSnapshot], dimension: usize) -> Self {
        let last = record.len().saturating_sub(1);
        let every = last.div_ceil(PLACES).max(1);
        let kept: Vec<&ChainSnapshot> = record
            .iter()
            .enumerate()
            .filter(|(t, _)| t % every == 0 || *t == last)
            .map(|(_, s)| s)
            .collect();
        let chains = record.first().map_or(0, |snapshot| snapshot.log_weights.len());
        let place = |snapshot: &ChainSnapshot, chain: usize| {
            let row = &snapshot.positions[chain * dimension..(chain + 1) * dimension];
            [row[0], row.get(1).copied().unwrap_or(0.0)]
        };
        let way = |chain| kept.iter().map(|snapshot| place(snapshot, chain)).collect();
        let mean_log_weight = |pair: &[ChainSnapshot]| {
            // The increment of a chain's log-weight is (β_{t+1} − β_t) log w(z_t).
            let added: f64 =
                pair[1].log_weights.iter().zip(&pair[0].log_weights).map(|(b, a)| b - a).sum();
            [pair[0].beta, added / chains as f64 / (pair[1].beta - pair[0].beta)]
        };
        let weights =
            record.last().and_then(|snapshot| LogWeights::new(snapshot.log_weights.clone()).ok());
        let certificate = |confidence: f64| {
            Some(markov_lower_bound(weights.as_ref()?, Confidence::new(confidence).ok()?))
        };
        Self {
            betas: kept.iter().map(|snapshot| snapshot.beta).collect(),
            ways: (0..chains.min(KEPT_CHAINS)).map(way).collect(),
            mean_log_weights: record.windows(2).map(mean_log_weight).collect(),
            certificates: [CONFIDENCE, 0.5 + 0.5 * CONFIDENCE].map(certificate),
        }
    }
}
