//! E log (1/K) Σ w for any q, by the distribution of the log-weight under q, with its error.
//!
//! The network is evaluated on patches of q until log p(x|z) is a polynomial on each of them. Values between the
//! nodes are then nearly free, so that the distribution of the weight can be summed on as many points as it needs:
//! far more, because e^{−s w(z)} changes from one to zero within a nat or two of log w.

mod histogram;
mod tile;

use std::num::NonZeroUsize;

use histogram::{Histogram, bin_width, is_wide};
use tile::{Cut, Degree, Rules, Tile, TileProposal};

use super::cubature::Patch;
use super::proposal::{Frame, Framed, patches};
use super::{IwaeCurve, IwaeCurveError, LogLikelihood};
use crate::family::BivariateGaussian;
use crate::ordering::sort_by_f64;

/// Nats within which two refinements have to agree.
const TOLERANCE: f64 = 1e-7;
/// Change of the log-weight on a part, in nats, to begin with, and at least.
const FIRST_NATS: f64 = 1.5;
const LEAST_NATS: f64 = 0.3;
/// Parts per axis of one tile at most.
const MOST_PARTS: usize = 48;
/// Points of the network after which it ends as it is.
const MOST_EVALUATIONS: usize = 150_000;
/// Points between the nodes that one slice sums, some milliseconds.
const POINTS: usize = 60_000;
/// Tiles that are refined before the next comparison, and by how much they may be better than the worst.
const MOST_REFINED: usize = 256;
const NEARLY_WORST: f64 = 0.1;
/// Kinks along which a tile is cut; one that has more is quartered first.
const KINKS: usize = 6;

/// E L_K for several K.
#[derive(Clone, Debug, PartialEq)]
pub struct IwaeLadder {
    /// E log (1/K) Σ w in nats, for each requested K.
    pub values: Vec<f64>,
    /// Bounds on their errors, in nats.
    pub errors: Vec<f64>,
    /// Number of evaluations of log p(x|z).
    pub evaluations: usize,
}

/// The computation of an [`IwaeLadder`], in slices of some milliseconds.
///
/// # Cost
/// Counted for digits under the shipped model: 5,200 to 9,000 points at a q as narrow as posteriors are, near or
/// far; 100,000 to 210,000 at the prior or wider. 150,000 is where it ends, with the error that is left.
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
    sums: Option<([Sum; 2], usize)>,
    /// The values by the first of the sums, while those by the second are still to be computed.
    values: Option<Vec<f64>>,
    evaluations: usize,
    ladder: Option<IwaeLadder>,
    is_done: bool,
}

#[derive(Clone, Debug)]
struct Sum {
    degree: Degree,
    cut: Cut,
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
            values: None,
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
    /// [`IwaeCurveError`] if log p(x|z) is not finite somewhere.
    pub fn advance<L: LogLikelihood + ?Sized>(
        &mut self,
        likelihood: &L,
    ) -> Result<bool, IwaeCurveError> {
        let measure = TileProposal::new(&self.q);
        if self.is_done {
            return Ok(false);
        }
        if !self.patches.is_empty() {
            self.add_tiles(likelihood, &measure);
            return Ok(true);
        }
        if self.sums.is_none() {
            self.sums = Some((self.pair(Degree::Coarse), 0));
        }
        let Some((sums, done)) = &mut self.sums else { return Ok(true) };
        let mut points = 0;
        while points < POINTS && *done < self.tiles.len() {
            let tile = &self.tiles[*done];
            for Sum { degree, cut, histogram } in sums.iter_mut() {
                points += tile.deposit(*degree, *cut, &measure, &self.rules, histogram);
            }
            *done += 1;
        }
        if points == 0 {
            self.compare(likelihood)?;
        }
        Ok(!self.is_done)
    }

    /// Empty sums: a fine one, and a coarser one for comparison, on parts twice as wide, of polynomials of this
    /// degree. The coarser one also has half as many parts where a tile has the largest number, and wider bins where
    /// they are wide: otherwise the difference would not show the error of either.
    fn pair(&self, degree: Degree) -> [Sum; 2] {
        let extents = self.tiles.iter().filter(|tile| tile.matters()).map(|tile| tile.extent);
        let [least, most] = extents
            .fold([f64::INFINITY, f64::NEG_INFINITY], |[least, most], [low, high]| {
                [least.min(low), most.max(high)]
            });
        let width = bin_width(most - least);
        let other_width = if is_wide(width) { 2.0 * width } else { width };
        let cut = self.cut();
        let other_cut = Cut { nats: 2.0 * cut.nats, most: cut.most / 2 };
        [Sum::new(Degree::Fine, cut, width), Sum::new(degree, other_cut, other_width)]
    }

    fn cut(&self) -> Cut {
        Cut { nats: self.nats, most: MOST_PARTS }
    }

    fn add_tiles<L: LogLikelihood + ?Sized>(&mut self, likelihood: &L, measure: &TileProposal) {
        let framed = Framed::new(Frame::new(&self.q), likelihood);
        for _ in 0..2 {
            let Some(patch) = self.patches.pop() else { return };
            self.tiles.push(Tile::new(patch, &framed, measure, &self.rules));
            self.evaluations += Tile::EVALUATIONS;
        }
    }

    /// Compares the sums, one in each call, and returns what has to be refined next.
    fn compare<L: LogLikelihood + ?Sized>(&mut self, likelihood: &L) -> Result<(), IwaeCurveError> {
        let curve = |sum: &Sum| {
            let curve = IwaeCurve::new(&sum.histogram.nodes())?;
            Ok(self.ks.iter().map(|k| curve.at(*k)).collect::<Vec<f64>>())
        };
        let Some((sums, _)) = &self.sums else { return Ok(()) };
        let Some(values) = self.values.take() else {
            self.values = Some(curve(&sums[0])?);
            return Ok(());
        };
        let others = curve(&sums[1])?;
        let degree = sums[1].degree;
        self.sums = None;
        let errors: Vec<f64> =
            values.iter().zip(&others).map(|(a, b)| difference(*a, *b)).collect();
        let error = errors.iter().copied().fold(0.0, f64::max);
        let is_spent = self.evaluations >= MOST_EVALUATIONS;
        if degree == Degree::Coarse {
            let evaluations = self.evaluations;
            self.ladder = Some(IwaeLadder { values, errors, evaluations });
            if error <= TOLERANCE || is_spent {
                self.is_done = true;
                return Ok(());
            }
            // Is it the polynomials or the parts?
            self.sums = Some((self.pair(Degree::Fine), 0));
            return Ok(());
        }
        let whole =
            self.ladder.iter().flat_map(|ladder| &ladder.errors).copied().fold(0.0, f64::max);
        let is_of_parts = error > 0.5 * TOLERANCE;
        let is_of_polynomials = whole - error > 0.5 * TOLERANCE;
        let cut = self.cut();
        let too_steep = |tile: &Tile| cut.nats * (tile.excess(cut) - 1.0);
        let is_cut_short = is_of_parts && self.worst(too_steep) > TOLERANCE;
        let can_divide = self.nats > LEAST_NATS;
        if is_cut_short {
            self.refine(likelihood, too_steep);
        } else if is_of_parts && can_divide {
            self.nats *= 0.5;
        }
        if is_of_polynomials {
            self.refine(likelihood, |tile| tile.difference);
        }
        self.is_done = !(is_cut_short || is_of_polynomials || is_of_parts && can_divide);
        Ok(())
    }

    /// How much an error of a tile in nats matters: of K draws at most this share of the whole comes from it. What
    /// is not a number, where weights are nothing, matters most.
    fn matter(&self, tile: &Tile, error: f64) -> f64 {
        if !tile.matters() {
            return 0.0;
        }
        let error = if error.is_nan() { f64::INFINITY } else { error };
        let largest_k = self.ks.iter().map(|k| k.get()).max().unwrap_or(1) as f64;
        error * (largest_k * tile.share).min(1.0)
    }

    /// The largest effect of the tiles' errors.
    fn worst(&self, error: impl Fn(&Tile) -> f64) -> f64 {
        self.tiles.iter().map(|tile| self.matter(tile, error(tile))).fold(0.0, f64::max)
    }

    /// Refines the tiles with the largest errors, in nats.
    fn refine<L: LogLikelihood + ?Sized>(&mut self, likelihood: &L, error: impl Fn(&Tile) -> f64) {
        let framed = Framed::new(Frame::new(&self.q), likelihood);
        let mut tiles = std::mem::take(&mut self.tiles);
        sort_by_f64(&mut tiles, |tile| self.matter(tile, error(tile)));
        let worst = tiles.last().map_or(0.0, |tile| self.matter(tile, error(tile)));
        for _ in 0..MOST_REFINED {
            let matters = |tile: &Tile| self.matter(tile, error(tile)) >= NEARLY_WORST * worst;
            if !tiles.last().is_some_and(matters) {
                break;
            }
            let Some(tile) = tiles.pop() else { break };
            let crossing = tile.patch.crossing(framed.kinks()).take(KINKS + 1).count();
            if (1..=KINKS).contains(&crossing) {
                self.patches.extend(tile.patch.cut(tile.patch.crossing(framed.kinks())));
            } else {
                self.patches.extend(tile.patch.quarters());
            }
        }
        self.tiles = tiles;
    }
}

impl Sum {
    fn new(degree: Degree, cut: Cut, width: f64) -> Self {
        Self { degree, cut, histogram: Histogram::new(width) }
    }
}

/// |a − b|, nothing where both are the same infinity.
fn difference(a: f64, b: f64) -> f64 {
    if a == b { 0.0 } else { (a - b).abs() }
}

#[cfg(test)]
mod tests;
