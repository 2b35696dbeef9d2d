//! The exact results of blocks of VAEs with two latents: log p(x) through the decoder, values that depend on β on a
//! lattice, and the sums over the blocks.

use std::cell::RefCell;
use std::rc::Rc;

use candle_core::{DType, TensorId};

use crate::data::BinaryImage;
use crate::density::LogDensity;
use crate::exact::{
    DecoderLikelihood, LatticePair, LogLikelihoodField, LogPartitionPair, LogPartitionPairBuilder,
    PosteriorSearch, exact_evidence,
};
use crate::family::{DiagonalGaussian, log_prior};
use crate::model::{ImageTerm, Vae};

use super::KnownEvidence;

/// Difference in nats between two values of log p(x) that would be visible in a figure.
const VISIBLE: f64 = 1e-3;
/// Terms this many nats below the largest one do not change a sum in f64.
const NEGLIGIBLE: f64 = 45.0;

/// Identifies a decoder: tensors are never changed in place, and no two have the same id.
type Decoder = [TensorId; 4];

thread_local! {
    /// A cache of the last decoder's lattices: they take a second to compute, and depend on no parameter of this lab.
    static LAST: RefCell<Option<(Decoder, Rc<LogPartitionPair>)>> = const { RefCell::new(None) };
}

/// One image, or several blocks, with the q from which their paths start.
#[derive(Debug)]
pub(crate) struct PlaneTruth {
    model: Vae,
    blocks: Vec<(BinaryImage, DiagonalGaussian)>,
    builder: LogPartitionPairBuilder,
    decoder: Decoder,
    partitions: Option<Rc<LogPartitionPair>>,
    pieces: Vec<BlockTruth>,
    search: Option<Box<Search>>,
}

/// The search for log p(x) of one block whose values on the lattice are computed.
#[derive(Debug)]
struct Search {
    decoder: DecoderLikelihood,
    posterior: PosteriorSearch,
    field: LogLikelihoodField,
}

/// The results of one block.
#[derive(Debug)]
struct BlockTruth {
    evidence: KnownEvidence,
    /// Whether the lattice resolves the posterior, and so every distribution between q and it.
    is_resolved: bool,
    /// The log of q's mass at every node of the inner lattice, in nats.
    log_masses: Vec<f64>,
    /// log p(x, z) − log q(z) there, in nats.
    log_weights: Vec<f64>,
}

impl PlaneTruth {
    /// Nothing is computed yet, unless the lattices of `model`, which has two latents, are cached.
    pub(crate) fn new(
        model: &Vae,
        blocks: Vec<(BinaryImage, DiagonalGaussian)>,
    ) -> candle_core::Result<Self> {
        let [first, second] = &model.decoder;
        let decoder = [&first.weight, &first.bias, &second.weight, &second.bias].map(|t| t.id());
        let last = LAST.with_borrow(|last| last.clone());
        Ok(Self {
            model: model.to_dtype(DType::F64)?,
            blocks,
            builder: LogPartitionPairBuilder::new(LatticePair::MEDIUM),
            decoder,
            partitions: last.filter(|(of, _)| *of == decoder).map(|(_, partitions)| partitions),
            pieces: Vec::new(),
            search: None,
        })
    }

    /// Computes a row of the decoder's lattice or, when that is complete, continues with a block.
    pub(crate) fn advance(&mut self) -> candle_core::Result<bool> {
        let Some(partitions) = &self.partitions else {
            if let Some(partitions) = self.builder.advance(&self.model)? {
                let partitions = Rc::new(partitions);
                LAST.set(Some((self.decoder, partitions.clone())));
                self.partitions = Some(partitions);
            }
            return Ok(true);
        };
        let Some((image, proposal)) = self.blocks.get(self.pieces.len()) else { return Ok(false) };
        if let Some(search) = &mut self.search {
            if !search.posterior.advance(&search.decoder) {
                self.pieces.push(BlockTruth::new(search, proposal));
                self.search = None;
            }
            return Ok(self.pieces.len() < self.blocks.len());
        }
        let term = ImageTerm::new(&self.model, image)?;
        let field = partitions.field(&self.model, &term)?;
        let decoder = DecoderLikelihood::new(&self.model, image)?;
        let posterior = PosteriorSearch::by_scan();
        self.search = Some(Box::new(Search { decoder, posterior, field }));
        Ok(true)
    }

    /// The share that is done.
    pub(crate) fn progress(&self) -> f64 {
        let rows = if self.partitions.is_some() { 1.0 } else { self.builder.progress() };
        0.6 * rows + 0.4 * self.pieces.len() as f64 / self.blocks.len().max(1) as f64
    }

    /// The sum of the blocks' log-evidences and of their errors, once all are computed.
    pub(crate) fn known(&self) -> Option<KnownEvidence> {
        self.is_done().then(|| KnownEvidence {
            log_evidence: self.pieces.iter().map(|piece| piece.evidence.log_evidence).sum(),
            error: self.pieces.iter().map(|piece| piece.evidence.error).sum(),
        })
    }

    /// E_{π_β} log w: both ends of the path are products over the blocks, so that it is a sum over them. `None` also
    /// where the lattice is too coarse for a block's posterior.
    pub(crate) fn mean_log_weight(&self, beta: f64) -> Option<f64> {
        let is_known = self.is_done() && self.pieces.iter().all(|piece| piece.is_resolved);
        is_known.then(|| self.pieces.iter().map(|piece| piece.mean_log_weight(beta)).sum())
    }

    fn is_done(&self) -> bool {
        !self.blocks.is_empty() && self.pieces.len() == self.blocks.len()
    }
}

impl BlockTruth {
    fn new(search: &Search, proposal: &DiagonalGaussian) -> Self {
        let Search { posterior, field, .. } = search;
        let found = posterior.finish();
        let error = found.resolution.error();
        let off = (exact_evidence(field).log_evidence - found.log_evidence).abs();
        let lattice = field.inner.lattice();
        let side = lattice.side();
        let log_area = 2.0 * lattice.step().ln();
        let node = |index: usize| [index / side, index % side].map(|i| lattice.coordinate(i));
        let positions: Vec<f64> = (0..lattice.len()).flat_map(node).collect();
        // A Gaussian uses no network, so that its evaluation cannot fail.
        let log_q = proposal.log_densities(&positions).unwrap_or_default();
        let log_joint = field.inner.values().iter().enumerate();
        let log_joint = log_joint.map(|(index, likelihood)| likelihood + log_prior(node(index)));
        Self {
            evidence: KnownEvidence { log_evidence: found.log_evidence, error },
            is_resolved: off <= VISIBLE,
            log_weights: log_joint.zip(&log_q).map(|(p, q)| p - q).collect(),
            log_masses: log_q.into_iter().map(|q| q + log_area).collect(),
        }
    }

    fn mean_log_weight(&self, beta: f64) -> f64 {
        let nodes = || self.log_masses.iter().zip(&self.log_weights);
        let log_mass = |(q, l): (&f64, &f64)| q + beta * l;
        let most = nodes().map(log_mass).fold(f64::NEG_INFINITY, f64::max);
        let (mut total, mut sum) = (0.0, 0.0);
        for node in nodes() {
            let below = log_mass(node) - most;
            if below > -NEGLIGIBLE {
                let mass = below.exp();
                total += mass;
                sum += mass * node.1;
            }
        }
        sum / total
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Binarization, gallery};
    use crate::exact::Certificate;
    use crate::model::read_weights;

    /// Hidden weights × 5 make posteriors that the lattice of 0.06 does not resolve.
    #[test]
    fn a_narrow_posterior_has_its_truth_and_no_curve() {
        let file = include_bytes!("../../../../public/models/strokes.safetensors");
        let mut model = read_weights(file).unwrap();
        let image = Binarization::default().apply(&gallery()[3].image);
        for (factor, has_curve) in [(1.0, true), (5.0, false)] {
            model.decoder[0].weight = (&model.decoder[0].weight * factor).unwrap();
            let q = DiagonalGaussian::new(vec![0.0; 2], vec![1.0; 2]).unwrap();
            let mut truth = PlaneTruth::new(&model, vec![(image, q)]).unwrap();
            while truth.advance().unwrap() {}
            let known = truth.known().unwrap();
            let exact = model.to_dtype(DType::F64).unwrap();
            let mut proof = Certificate::new(&exact, &image).unwrap();
            while !proof.is_done(1e-3) {
                proof.advance(50);
            }
            let interval = proof.interval();
            let inside = interval.lower() - known.error..=interval.upper() + known.error;
            assert!(inside.contains(&known.log_evidence), "{known:?} in {inside:?}");
            assert!(known.error < 1e-6);
            assert_eq!(truth.mean_log_weight(0.5).is_some(), has_curve);
        }
    }
}
