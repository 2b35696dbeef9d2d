//! E log (1/K) Σ w for any q, by the distribution of the log-weight under q, with its error.
//!
//! The network is asked on patches of q until log p(x|z) is a polynomial on each of them. Its values
//! between the nodes then cost next to nothing, so that the distribution of the weight can be summed on as
//! many points as it needs: far more, because e^{−s w(z)} changes from one to nothing within a nat or two
//! of log w.

mod histogram;
mod tile;

use std::num::NonZeroUsize;

use histogram::Histogram;
use tile::{Degree, Measure, Rules, Tile};

use super::cubature::Patch;
use super::proposal::{Frame, Framed, patches};
use super::{IwaeCurve, IwaeCurveError, LogLikelihood};
use crate::family::BivariateGaussian;

/// Nats to which two refinements shall agree.
const TOLERANCE: f64 = 1e-7;
/// Change of the log-weight on a part, in nats, to begin with, and at least.
const FIRST_NATS: f64 = 1.5;
const LEAST_NATS: f64 = 0.3;
/// Points of the network after which it ends as it is.
const MOST_EVALUATIONS: usize = 150_000;
/// Tiles of one slice that are summed.
const TILES: usize = 8;
/// Tiles that are refined before the next comparison, and by how much they may be better than the worst.
const MOST_REFINED: usize = 256;
const NEARLY_WORST: f64 = 0.1;
/// Kinks along which a tile is cut; one that has more is quartered first.
const KINKS: usize = 6;

/// E L_K for several K.
#[derive(Clone, Debug, PartialEq)]
pub struct IwaeLadder {
    /// E log (1/K) Σ w in nats, for each K that was asked for.
    pub values: Vec<f64>,
    /// By how many nats each may be off.
    pub errors: Vec<f64>,
    /// Points at which log p(x|z) was asked for.
    pub evaluations: usize,
}

/// The computation of an [`IwaeLadder`], in slices of some milliseconds.
///
/// # Cost
/// Counted for digits under the shipped model: 5,200 points at a q as narrow as posteriors are, near or far;
/// 95,000 at the prior. 150,000 is where it ends, with the error that is left.
#[derive(Clone, Debug)]
pub struct IwaeLadderSearch {
    q: BivariateGaussian,
    ks: Vec<NonZeroUsize>,
    rules: Rules,
    tiles: Vec<Tile>,
    /// Patches that wait for their tile.
    patches: Vec<Patch>,
    nats: f64,
    /// The sums that are being made, and how many tiles they have.
    sums: Option<(Vec<Sum>, usize)>,
    evaluations: usize,
    ladder: Option<IwaeLadder>,
    is_done: bool,
}

#[derive(Clone, Debug)]
struct Sum {
    degree: Degree,
    nats: f64,
    histogram: Histogram,
}

impl IwaeLadderSearch {
    /// For each K in `ks`, in their order.
    pub fn new(q: BivariateGaussian, ks: &[NonZeroUsize]) -> Self {
        Self {
            q,
            ks: ks.to_vec(),
            rules: Rules::new(),
            tiles: Vec::new(),
            patches: patches().collect(),
            nats: FIRST_NATS,
            sums: None,
            evaluations: 0,
            ladder: None,
            is_done: false,
        }
    }

    /// Computes in one go.
    ///
    /// # Errors
    /// As [`Self::advance`].
    pub fn run<L: LogLikelihood + ?Sized>(
        q: BivariateGaussian,
        likelihood: &L,
        ks: &[NonZeroUsize],
    ) -> Result<IwaeLadder, IwaeCurveError> {
        let mut search = Self::new(q, ks);
        while search.advance(likelihood)? {}
        search.ladder.ok_or(IwaeCurveError::Empty)
    }

    /// The values as they are known now.
    pub fn ladder(&self) -> Option<&IwaeLadder> {
        self.ladder.as_ref()
    }

    /// One slice. Whether there is more to do. `likelihood` must be the same at every call.
    ///
    /// # Errors
    /// [`IwaeCurveError`] if log p(x|z) is NaN or +∞ somewhere.
    pub fn advance<L: LogLikelihood + ?Sized>(
        &mut self,
        likelihood: &L,
    ) -> Result<bool, IwaeCurveError> {
        let measure = Measure::new(&self.q);
        if self.is_done {
            return Ok(false);
        }
        if !self.patches.is_empty() {
            self.add_tiles(likelihood, &measure);
            return Ok(true);
        }
        let nats = self.nats;
        let (sums, done) = self.sums.get_or_insert_with(|| {
            let coarse = Sum::new(Degree::Coarse, 2.0 * nats);
            (vec![Sum::new(Degree::Fine, nats), coarse], 0)
        });
        let end = (*done + TILES).min(self.tiles.len());
        for tile in &self.tiles[*done..end] {
            for sum in sums.iter_mut() {
                tile.deposit(sum.degree, sum.nats, &measure, &self.rules, &mut sum.histogram);
            }
        }
        *done = end;
        if end == self.tiles.len() {
            self.compare(likelihood)?;
        }
        Ok(!self.is_done)
    }

    fn add_tiles<L: LogLikelihood + ?Sized>(&mut self, likelihood: &L, measure: &Measure) {
        let framed = Framed::new(Frame::new(&self.q), likelihood);
        for _ in 0..2 {
            let Some(patch) = self.patches.pop() else { return };
            self.tiles.push(Tile::new(patch, &framed, measure, &self.rules));
            self.evaluations += Tile::EVALUATIONS;
        }
    }

    /// Compares the sums, and says what is refined next.
    fn compare<L: LogLikelihood + ?Sized>(&mut self, likelihood: &L) -> Result<(), IwaeCurveError> {
        let Some((sums, _)) = self.sums.take() else { return Ok(()) };
        let curve = |sum: &Sum| {
            let curve = IwaeCurve::new(&sum.histogram.nodes())?;
            Ok(self.ks.iter().map(|k| curve.at(*k)).collect::<Vec<f64>>())
        };
        let values = curve(&sums[0])?;
        let others = curve(&sums[1])?;
        let errors: Vec<f64> =
            values.iter().zip(&others).map(|(a, b)| difference(*a, *b)).collect();
        let error = errors.iter().copied().fold(0.0, f64::max);
        let is_spent = self.evaluations >= MOST_EVALUATIONS;
        if sums[1].degree == Degree::Coarse {
            let evaluations = self.evaluations;
            self.ladder = Some(IwaeLadder { values, errors, evaluations });
            if error <= TOLERANCE || is_spent {
                self.is_done = true;
                return Ok(());
            }
            // Is it the polynomials or the parts?
            let of_parts = Sum::new(Degree::Fine, 2.0 * self.nats);
            self.sums = Some((vec![Sum::new(Degree::Fine, self.nats), of_parts], 0));
            return Ok(());
        }
        let whole =
            self.ladder.iter().flat_map(|ladder| &ladder.errors).copied().fold(0.0, f64::max);
        let is_of_parts = error > 0.5 * TOLERANCE;
        let can_divide = self.nats > LEAST_NATS;
        if is_of_parts && can_divide {
            self.nats *= 0.5;
        }
        if whole - error > 0.5 * TOLERANCE {
            self.refine(likelihood);
        } else if !(is_of_parts && can_divide) {
            self.is_done = true;
        }
        Ok(())
    }

    /// Takes up the tiles whose polynomials matter most.
    fn refine<L: LogLikelihood + ?Sized>(&mut self, likelihood: &L) {
        let framed = Framed::new(Frame::new(&self.q), likelihood);
        let largest_k = self.ks.iter().map(|k| k.get()).max().unwrap_or(1) as f64;
        // Of K draws at most this share of the whole can come from a tile.
        let matter = |tile: &Tile| tile.difference * (largest_k * tile.share).min(1.0);
        self.tiles.sort_by(|a, b| matter(a).total_cmp(&matter(b)));
        let worst = self.tiles.last().map_or(0.0, matter);
        for _ in 0..MOST_REFINED {
            if self.tiles.last().is_none_or(|tile| matter(tile) < NEARLY_WORST * worst) {
                break;
            }
            let Some(tile) = self.tiles.pop() else { break };
            let crossing = tile.patch.crossing(framed.kinks()).take(KINKS + 1).count();
            if (1..=KINKS).contains(&crossing) {
                self.patches.extend(tile.patch.cut(tile.patch.crossing(framed.kinks())));
            } else {
                self.patches.extend(tile.patch.quarters());
            }
        }
    }
}

impl Sum {
    fn new(degree: Degree, nats: f64) -> Self {
        Self { degree, nats, histogram: Histogram::default() }
    }
}

/// |a − b|, nothing where both are the same infinity.
fn difference(a: f64, b: f64) -> f64 {
    if a == b { 0.0 } else { (a - b).abs() }
}

#[cfg(test)]
mod tests;
