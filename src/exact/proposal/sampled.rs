//! The trapezoid rule in the principal axes of q, with steps of their own along both.

use super::frame::{Frame, REACH, log_standard};
use super::tolerance;
use crate::exact::{Effort, LogLikelihood};
use crate::family::BivariateGaussian;

/// First step in deviations; for a q as narrow as posteriors are it is enough.
const FIRST_STEP: f64 = 0.5;
/// An axis is halved with the other one if it disagrees by this part of what the other does.
const ALSO: f64 = 0.05;

/// Sums over nodes whose weights add up to one.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct NodeSums {
    /// Σ weight.
    pub weight: f64,
    /// Σ weight · log p(x|z).
    pub log_likelihood: f64,
    /// Σ weight · log p(z).
    pub log_prior: f64,
    /// Σ weight · log q(z).
    pub log_density: f64,
}

/// The sums over two sets of nodes of the same size together.
fn mean(first: NodeSums, second: NodeSums) -> NodeSums {
    NodeSums {
        weight: 0.5 * (first.weight + second.weight),
        log_likelihood: 0.5 * (first.log_likelihood + second.log_likelihood),
        log_prior: 0.5 * (first.log_prior + second.log_prior),
        log_density: 0.5 * (first.log_density + second.log_density),
    }
}

/// Which nodes: shifted by half a step along the first axis, and along the second.
const SHIFTS: [[usize; 2]; 4] = [[0, 0], [1, 1], [1, 0], [0, 1]];
/// Shift, in steps, of the set of nodes that detects errors common to the others: a frequency that is constant on
/// both of two lattices.
const CHECK: [f64; 2] = [0.29, 0.37];

/// Four interleaved lattices in u, of which the first two are compared.
#[derive(Clone, Debug)]
pub(super) struct NodeLattice {
    q: BivariateGaussian,
    frame: Frame,
    steps: [f64; 2],
    /// Sums over the nodes of each shift, where computed.
    sums: [[Option<NodeSums>; 2]; 2],
    /// Sums over the nodes that are shifted by [`CHECK`].
    check: Option<NodeSums>,
    pending: Option<Pending>,
    evaluations: usize,
}

#[derive(Clone, Debug)]
struct Pending {
    /// The index of the sums; `None` for the check.
    place: Option<[usize; 2]>,
    /// z and weight of the nodes that are still to be added.
    nodes: Vec<([f64; 2], f64)>,
    sums: NodeSums,
}

impl NodeLattice {
    pub(super) fn new(q: BivariateGaussian) -> Self {
        Self {
            q,
            frame: Frame::new(&q),
            steps: [FIRST_STEP; 2],
            sums: [[None; 2]; 2],
            check: None,
            pending: None,
            evaluations: 0,
        }
    }

    pub(super) fn evaluations(&self) -> usize {
        self.evaluations
    }

    /// The sums of the two sets that are compared.
    pub(super) fn sums(&self) -> (NodeSums, NodeSums) {
        let [[whole, _], [_, half]] = self.sums;
        let whole = whole.unwrap_or_default();
        (whole, half.unwrap_or_default())
    }

    /// The largest disagreement of the sets that are known.
    pub(super) fn error(&self) -> f64 {
        let [[Some(whole), _], [_, Some(half)]] = self.sums else { return f64::INFINITY };
        let off = (whole.log_likelihood - half.log_likelihood).abs();
        let both = mean(whole, half).log_likelihood;
        self.check.map_or(off, |check| off.max((check.log_likelihood - both).abs()))
    }

    /// Adds up to `slice` nodes. Whether there is more to do.
    pub(super) fn advance<L: LogLikelihood + ?Sized>(
        &mut self,
        likelihood: &L,
        slice: usize,
        effort: Effort,
    ) -> bool {
        let Some(mut pending) = self.pending.take() else { return self.plan(effort) };
        let rest = pending.nodes.len().saturating_sub(slice);
        let nodes = pending.nodes.split_off(rest);
        let points: Vec<_> = nodes.iter().map(|(z, _)| *z).collect();
        let mut values = Vec::with_capacity(points.len());
        likelihood.extend(&points, &mut values);
        self.evaluations += points.len();
        for ((z, weight), value) in nodes.into_iter().zip(values) {
            pending.sums.add(&self.q, z, weight, value);
        }
        if pending.nodes.is_empty() {
            match pending.place {
                Some([first, second]) => self.sums[first][second] = Some(pending.sums),
                None => self.check = Some(pending.sums),
            }
        } else {
            self.pending = Some(pending);
        }
        true
    }

    /// Chooses the next set of nodes. `false` if they agree, or more than the effort would be needed.
    fn plan(&mut self, effort: Effort) -> bool {
        if let [[Some(whole), _], [_, Some(_)]] = self.sums {
            let error = self.error();
            let agrees = error <= tolerance(effort, whole.log_likelihood);
            let is_spent = self.evaluations + 4 * self.nodes_of_a_set() > effort.most_evaluations;
            if self.check.is_none() && (agrees || is_spent) {
                self.pending = Some(self.pending_at(CHECK, None));
                return true;
            }
            if agrees || is_spent || !error.is_finite() {
                return false;
            }
        }
        if let [[Some(whole), Some(second)], [Some(first), Some(half)]] = self.sums {
            self.halve(whole, first, second, half);
        }
        let missing = |[first, second]: &[usize; 2]| self.sums[*first][*second].is_none();
        if let Some(&place) = SHIFTS.iter().find(|place| missing(place)) {
            self.pending = Some(self.pending_at(place.map(|half| 0.5 * half as f64), Some(place)));
        }
        true
    }

    fn pending_at(&self, shift: [f64; 2], place: Option<[usize; 2]>) -> Pending {
        Pending { place, nodes: self.nodes(shift), sums: NodeSums::default() }
    }

    /// Halves the step along the axes that need it; earlier sums are reused.
    fn halve(&mut self, whole: NodeSums, first: NodeSums, second: NodeSums, half: NodeSums) {
        self.check = None;
        let off = |other: NodeSums| (other.log_likelihood - whole.log_likelihood).abs();
        let errors = [off(first), off(second)];
        let most = errors[0].max(errors[1]);
        let halved = errors.map(|error| error >= ALSO * most);
        self.sums = match halved {
            [true, false] => [[Some(mean(whole, first)), Some(mean(second, half))], [None, None]],
            [false, true] => [[Some(mean(whole, second)), None], [Some(mean(first, half)), None]],
            _ => [[Some(mean(mean(whole, first), mean(second, half))), None], [None, None]],
        };
        for (step, is_halved) in self.steps.iter_mut().zip(halved) {
            if is_halved {
                *step *= 0.5;
            }
        }
    }

    fn nodes_of_a_set(&self) -> usize {
        (std::f64::consts::PI * REACH * REACH / (self.steps[0] * self.steps[1])) as usize
    }

    fn nodes(&self, shift: [f64; 2]) -> Vec<([f64; 2], f64)> {
        let mut nodes = Vec::with_capacity(self.nodes_of_a_set() + 100);
        let line = |axis: usize, reach: f64| {
            let (step, shift) = (self.steps[axis], shift[axis]);
            let low = (-reach / step - shift).ceil() as i64;
            let high = (reach / step - shift).floor() as i64;
            (low..=high).map(move |index| (index as f64 + shift) * step)
        };
        let area = self.steps[0] * self.steps[1];
        for first in line(0, REACH) {
            let reach = (REACH * REACH - first * first).max(0.0).sqrt();
            for second in line(1, reach) {
                let u = [first, second];
                nodes.push((self.frame.latent(u), area * log_standard(u).exp()));
            }
        }
        nodes
    }
}
