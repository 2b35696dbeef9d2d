//! Adaptive integration of e^{g(z)} over the plane by Gauss–Legendre rules on quadrilaterals.
//!
//! The patch whose rules disagree most is refined next: it gets a rule of higher order, then it is cut along the
//! kinks of log p(x|z) that cross it, then it is quartered. All values are logarithms, because g ranges from −10⁵ to
//! 0.

mod gauss_legendre;
mod patch;

use std::cmp::Ordering;
use std::collections::BinaryHeap;

pub(super) use gauss_legendre::GaussLegendre;
pub(super) use patch::Patch;

use super::LogLikelihood;

/// Nodes per axis of the rules; each rule measures the error of the previous one.
const ORDERS: [usize; 3] = [5, 8, 12];
/// Kinks along which a patch is cut; one that has more is quartered first.
const KINKS: usize = 6;
/// A patch is not quartered below this part of its distance from the origin: its nodes would coincide.
const SMALLEST: f64 = 1e-13;

/// A node of a rule.
#[derive(Clone, Copy, Debug)]
pub(super) struct CubatureNode {
    pub z: [f64; 2],
    /// Weight of the rule, an area.
    pub weight: f64,
    pub log_likelihood: f64,
}

/// A patch with its latest two rules.
#[derive(Clone, Debug)]
pub(super) struct RefinedPatch {
    pub patch: Patch,
    /// The index of the finer rule in [`ORDERS`].
    rank: usize,
    pub coarse: Vec<CubatureNode>,
    pub fine: Vec<CubatureNode>,
    /// Log of the integral by the finer rule.
    pub log_value: f64,
    /// Log of the difference between the rules.
    log_error: f64,
}

#[derive(Clone, Copy, Debug)]
struct QueuedPatch {
    log_error: f64,
    index: usize,
}

impl Ord for QueuedPatch {
    fn cmp(&self, other: &Self) -> Ordering {
        self.log_error.total_cmp(&other.log_error).then(other.index.cmp(&self.index))
    }
}

impl PartialOrd for QueuedPatch {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for QueuedPatch {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for QueuedPatch {}

/// An integral that gets more exact with every step.
#[derive(Clone, Debug)]
pub(super) struct Cubature {
    rules: [GaussLegendre; ORDERS.len()],
    pieces: Vec<Option<RefinedPatch>>,
    queue: BinaryHeap<QueuedPatch>,
    evaluations: usize,
}

impl Cubature {
    /// An empty sum.
    pub(super) fn new() -> Self {
        Self {
            rules: ORDERS.map(GaussLegendre::new),
            pieces: Vec::new(),
            queue: BinaryHeap::new(),
            evaluations: 0,
        }
    }

    /// Number of evaluations of log p(x|z).
    pub(super) fn evaluations(&self) -> usize {
        self.evaluations
    }

    /// The patches that tile the region.
    pub(super) fn pieces(&self) -> impl Iterator<Item = &RefinedPatch> {
        self.pieces.iter().flatten()
    }

    /// Logs of the integral and of the sum of the rules' differences.
    pub(super) fn totals(&self) -> (f64, f64) {
        let sum = |value: fn(&RefinedPatch) -> f64| {
            let most = self.pieces().map(value).fold(f64::NEG_INFINITY, f64::max);
            if most == f64::NEG_INFINITY {
                return most;
            }
            most + self.pieces().map(|piece| (value(piece) - most).exp()).sum::<f64>().ln()
        };
        (sum(|piece| piece.log_value), sum(|piece| piece.log_error))
    }

    /// Adds a patch by its first two rules. Returns the log of its integral.
    pub(super) fn add<L: LogLikelihood + ?Sized>(
        &mut self,
        patch: Patch,
        likelihood: &L,
        g: &impl Fn([f64; 2], f64) -> f64,
    ) -> f64 {
        let coarse = self.nodes(&patch, 0, likelihood);
        let fine = self.nodes(&patch, 1, likelihood);
        self.insert(patch, 1, coarse, fine, g)
    }

    /// Improves the worst patch, at the cost of some 400 points at most. `false` if there is none.
    pub(super) fn refine<L: LogLikelihood + ?Sized>(
        &mut self,
        likelihood: &L,
        g: &impl Fn([f64; 2], f64) -> f64,
    ) -> bool {
        let Some(task) = self.queue.pop() else { return false };
        let Some(piece) = self.pieces[task.index].take() else { return true };
        let crossing = piece.patch.crossing(likelihood.kinks()).take(KINKS + 1).count();
        if crossing == 0 && piece.rank + 1 < ORDERS.len() {
            let fine = self.nodes(&piece.patch, piece.rank + 1, likelihood);
            self.insert(piece.patch, piece.rank + 1, piece.fine, fine, g);
        } else if (1..=KINKS).contains(&crossing) {
            for part in piece.patch.cut(piece.patch.crossing(likelihood.kinks())) {
                self.add(part, likelihood, g);
            }
        } else {
            let ([x, y], half_width) = piece.patch.bounds();
            if half_width < SMALLEST * x.abs().max(y.abs()) {
                // It stays, with its error.
                self.pieces[task.index] = Some(piece);
                return true;
            }
            for quarter in piece.patch.quarters() {
                self.add(quarter, likelihood, g);
            }
        }
        true
    }

    fn nodes<L: LogLikelihood + ?Sized>(
        &mut self,
        patch: &Patch,
        rank: usize,
        likelihood: &L,
    ) -> Vec<CubatureNode> {
        let (points, weights): (Vec<_>, Vec<_>) = patch.nodes(&self.rules[rank]).unzip();
        let mut values = Vec::with_capacity(points.len());
        likelihood.extend(&points, &mut values);
        self.evaluations += points.len();
        let nodes = points.into_iter().zip(weights).zip(values);
        nodes
            .map(|((z, weight), log_likelihood)| CubatureNode { z, weight, log_likelihood })
            .collect()
    }

    fn insert(
        &mut self,
        patch: Patch,
        rank: usize,
        coarse: Vec<CubatureNode>,
        fine: Vec<CubatureNode>,
        g: &impl Fn([f64; 2], f64) -> f64,
    ) -> f64 {
        let log_sum = |nodes: &[CubatureNode]| {
            let logs: Vec<f64> = nodes.iter().map(|node| g(node.z, node.log_likelihood)).collect();
            let most = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            if most == f64::NEG_INFINITY {
                return most;
            }
            let terms = nodes.iter().zip(&logs).map(|(node, log)| node.weight * (log - most).exp());
            most + terms.sum::<f64>().ln()
        };
        let (log_value, other) = (log_sum(&fine), log_sum(&coarse));
        let most = log_value.max(other);
        let log_error = if most == f64::NEG_INFINITY {
            most
        } else {
            most + ((log_value - most).exp() - (other - most).exp()).abs().ln()
        };
        let index = self.pieces.len();
        if log_error > f64::NEG_INFINITY {
            self.queue.push(QueuedPatch { log_error, index });
        }
        self.pieces.push(Some(RefinedPatch { patch, rank, coarse, fine, log_value, log_error }));
        log_value
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exact::Kink;

    /// log p(x|z) by a function, with kinks.
    struct Formula<F> {
        f: F,
        kinks: Vec<Kink>,
    }

    impl<F: Fn([f64; 2]) -> f64> LogLikelihood for Formula<F> {
        fn extend(&self, points: &[[f64; 2]], values: &mut Vec<f64>) {
            values.extend(points.iter().map(|&z| (self.f)(z)));
        }

        fn kinks(&self) -> &[Kink] {
            &self.kinks
        }
    }

    fn refined<F: Fn([f64; 2]) -> f64>(likelihood: &Formula<F>, steps: usize) -> Cubature {
        let mut cubature = Cubature::new();
        let g = |_: [f64; 2], value: f64| value;
        cubature.add(Patch::square([0.0; 2], 8.0), likelihood, &g);
        for _ in 0..steps {
            cubature.refine(likelihood, &g);
        }
        cubature
    }

    #[test]
    fn a_gaussian_bump_far_from_round() {
        // ∫ exp(−½(x−1)²/s² − ½(y−x)²/t²) = 2π s t.
        let (s, t) = (0.3, 0.05);
        let f = |[x, y]: [f64; 2]| -0.5 * ((x - 1.0) / s).powi(2) - 0.5 * ((y - x) / t).powi(2);
        let cubature = refined(&Formula { f, kinks: Vec::new() }, 400);
        let (log_value, log_error) = cubature.totals();
        let off = (log_value - (std::f64::consts::TAU * s * t).ln()).abs();
        assert!(off < 1e-10, "{off}");
        assert!(log_error - log_value < (1e-8_f64).ln(), "{}", log_error - log_value);
    }

    #[test]
    fn a_kink_costs_no_digits() {
        // ∫ over [−8, 8]² of e^{−|x + 2y − 1|·5}: across the line, in the other direction x from
        // −8 to 8. By hand with v = x + 2y − 1, which covers ±(17 or 15) − x … up to e^{−35}.
        let f = |[x, y]: [f64; 2]| -5.0 * (x + 2.0 * y - 1.0).abs();
        let kinks = vec![Kink { normal: [1.0, 2.0], offset: -1.0 }];
        let cubature = refined(&Formula { f, kinks }, 300);
        let (log_value, _) = cubature.totals();
        // dy = dv/2: 16 · ½ · 2/5.
        assert!((log_value - (16.0_f64 / 5.0).ln()).abs() < 1e-9, "{log_value}");
    }
}
