//! A patch of q on which log p(x|z) is a polynomial, and the distribution of the log-weight on it.

use super::histogram::Histogram;
use crate::exact::LogLikelihood;
use crate::exact::cubature::{GaussLegendre, Patch};
use crate::exact::proposal::{Frame, log_standard};
use crate::family::{BivariateGaussian, log_prior};

/// Nodes per axis of the polynomial, and of the one that it is compared with.
const FINE: usize = 12;
const COARSE: usize = 8;
/// Nodes per axis of a part on which the log-weight changes by a nat or two.
const PART: usize = 6;
/// A part as wide as this many nats allow is no wider than that many deviations of q divided by it: six
/// nodes on a deviation have ten digits of the normal density.
const NATS_PER_DEVIATION: f64 = 1.5;
/// Shares of q that do not matter for any K.
const LEAST_SHARE: f64 = 1e-19;

/// Which of a tile's two polynomials.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Degree {
    /// 12 nodes per axis.
    Fine,
    /// 8 nodes per axis.
    Coarse,
}

/// Into how many parts the axes of a tile are cut.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cut {
    /// By how much the log-weight may change on a part.
    pub nats: f64,
    /// Parts per axis at most.
    pub most: usize,
}

/// The rules, and the matrix from the coarse nodes to the fine ones.
#[derive(Clone, Debug)]
pub(super) struct Rules {
    fine: GaussLegendre,
    coarse: GaussLegendre,
    part: GaussLegendre,
    /// [FINE, COARSE].
    refine: Vec<f64>,
}

impl Rules {
    pub(super) fn new() -> Self {
        let [fine, coarse, part] = [FINE, COARSE, PART].map(GaussLegendre::new);
        let refine = interpolation(&coarse.nodes, &fine.nodes);
        Self { fine, coarse, part, refine }
    }
}

/// q as the tiles need it.
#[derive(Clone, Copy, Debug)]
pub(super) struct TileProposal {
    pub frame: Frame,
    /// log q(z) − log N(u; 0, I).
    log_scale: f64,
}

impl TileProposal {
    pub(super) fn new(q: &BivariateGaussian) -> Self {
        // Both densities at the mean: H = 1 + ln 2π + ½ ln det Σ.
        let log_scale = 1.0 + std::f64::consts::TAU.ln() - q.entropy();
        Self { frame: Frame::new(q), log_scale }
    }

    /// log p(x, z) − log q(z).
    fn log_weight(&self, u: [f64; 2], log_likelihood: f64) -> f64 {
        log_likelihood + log_prior(self.frame.latent(u)) - log_standard(u) - self.log_scale
    }
}

#[derive(Clone, Debug)]
pub(super) struct Tile {
    pub patch: Patch,
    /// log p(x|z) at the nodes of both polynomials.
    fine: Vec<f64>,
    coarse: Vec<f64>,
    /// Share of q on it.
    pub share: f64,
    /// Root mean square of the difference between the polynomials, in nats.
    pub difference: f64,
    /// How much the log-weight changes along both axes.
    ranges: [f64; 2],
    /// The least and the largest log-weight at its nodes.
    pub extent: [f64; 2],
}

impl Tile {
    /// Number of evaluations of log p(x|z) for a new tile.
    pub(super) const EVALUATIONS: usize = FINE * FINE + COARSE * COARSE;

    /// Evaluates log p(x|z) on a patch in u. `likelihood` is a function of u.
    pub(super) fn new<L: LogLikelihood + ?Sized>(
        patch: Patch,
        likelihood: &L,
        measure: &TileProposal,
        rules: &Rules,
    ) -> Self {
        let values = |rule: &GaussLegendre| {
            let points: Vec<_> = patch.nodes(rule).map(|(u, _)| u).collect();
            let mut values = Vec::with_capacity(points.len());
            likelihood.extend(&points, &mut values);
            values
        };
        let (fine, coarse) = (values(&rules.fine), values(&rules.coarse));
        let refined = tensor(&rules.refine, &rules.refine, &coarse, COARSE);
        let (mut share, mut square) = (0.0, 0.0);
        let mut log_weights = Vec::with_capacity(fine.len());
        for (((u, weight), value), other) in patch.nodes(&rules.fine).zip(&fine).zip(&refined) {
            let part = weight * log_standard(u).exp();
            share += part;
            square += part * (value - other) * (value - other);
            log_weights.push(measure.log_weight(u, *value));
        }
        let difference = if share > 0.0 { (square / share).sqrt() } else { 0.0 };
        // Along the first axis with the second one fixed, and the other way round.
        let range = |place: fn(usize, usize) -> usize| {
            let line = |fixed: usize| {
                let values = (0..FINE).map(|along| log_weights[place(along, fixed)]);
                let (least, most) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, m), v| {
                    (f64::min(l, v), f64::max(m, v))
                });
                most - least
            };
            (0..FINE).map(line).fold(0.0, f64::max)
        };
        let ranges = [range(|s, t| s * FINE + t), range(|t, s| s * FINE + t)];
        let finite = log_weights.iter().filter(|weight| weight.is_finite());
        let extent = finite.fold([f64::INFINITY, f64::NEG_INFINITY], |[least, most], weight| {
            [least.min(*weight), most.max(*weight)]
        });
        Self { patch, fine, coarse, share, difference, ranges, extent }
    }

    /// Whether it holds a share of q that matters for some K.
    pub(super) fn matters(&self) -> bool {
        self.share >= LEAST_SHARE
    }

    /// How many times as many parts an axis of it needs as the cut allows; one where it allows enough.
    pub(super) fn excess(&self, cut: Cut) -> f64 {
        let wanted = self.ranges.map(|range| range / (cut.nats * cut.most as f64));
        wanted.into_iter().fold(1.0, f64::max)
    }

    /// Adds the log-weights on it to a histogram. Returns at how many points.
    pub(super) fn deposit(
        &self,
        degree: Degree,
        cut: Cut,
        measure: &TileProposal,
        rules: &Rules,
        histogram: &mut Histogram,
    ) -> usize {
        if !self.matters() {
            return 0;
        }
        let (rule, values) = match degree {
            Degree::Fine => (&rules.fine, &self.fine),
            Degree::Coarse => (&rules.coarse, &self.coarse),
        };
        // Where the log-weight hardly changes, q still does.
        let of_density = NATS_PER_DEVIATION * 2.0 * self.patch.bounds().1;
        let axes = self.ranges.map(|range| {
            let parts =
                (range.max(of_density) / cut.nats).ceil().clamp(1.0, cut.most as f64) as usize;
            TileAxis::new(parts, &rules.part, &rule.nodes)
        });
        let [first, second] = &axes;
        let refined = tensor(&first.matrix, &second.matrix, values, rule.nodes.len());
        let count = refined.len();
        let mut refined = refined.into_iter();
        for (s, first_weight) in first.nodes.iter().zip(&first.weights) {
            for ((t, second_weight), value) in
                second.nodes.iter().zip(&second.weights).zip(&mut refined)
            {
                let (u, area) = self.patch.at([*s, *t]);
                let share = first_weight * second_weight * area * log_standard(u).exp();
                if share > 0.0 {
                    histogram.add(measure.log_weight(u, value), share);
                }
            }
        }
        count
    }
}

/// One axis of a tile cut into parts.
struct TileAxis {
    nodes: Vec<f64>,
    weights: Vec<f64>,
    /// From the polynomial's nodes to these.
    matrix: Vec<f64>,
}

impl TileAxis {
    fn new(parts: usize, rule: &GaussLegendre, from: &[f64]) -> Self {
        let half_width = 1.0 / parts as f64;
        let centers = (0..parts).map(|part| (2 * part + 1) as f64 * half_width - 1.0);
        let nodes: Vec<f64> = centers
            .flat_map(|center| rule.nodes.iter().map(move |node| center + half_width * node))
            .collect();
        let weights =
            (0..parts).flat_map(|_| rule.weights.iter().map(|w| w * half_width)).collect();
        let matrix = interpolation(from, &nodes);
        Self { nodes, weights, matrix }
    }
}

/// Lagrange's polynomials on `from` at `to`, [to, from].
fn interpolation(from: &[f64], to: &[f64]) -> Vec<f64> {
    let others = |index: usize| (0..from.len()).filter(move |&other| other != index);
    let inverses: Vec<f64> = (0..from.len())
        .map(|index| others(index).map(|other| from[index] - from[other]).product::<f64>().recip())
        .collect();
    let mut matrix = Vec::with_capacity(from.len() * to.len());
    for x in to {
        matrix.extend(inverses.iter().enumerate().map(|(index, inverse)| {
            inverse * others(index).map(|other| x - from[other]).product::<f64>()
        }));
    }
    matrix
}

/// A V Bᵀ for square V [order, order] and matrices with `order` columns.
fn tensor(first: &[f64], second: &[f64], values: &[f64], order: usize) -> Vec<f64> {
    let mut result = Vec::with_capacity(first.len() / order * (second.len() / order));
    let mut row = vec![0.0; order];
    for factors in first.chunks_exact(order) {
        row.fill(0.0);
        for (factor, values) in factors.iter().zip(values.chunks_exact(order)) {
            row.iter_mut().zip(values).for_each(|(sum, value)| *sum += factor * value);
        }
        result.extend(
            second
                .chunks_exact(order)
                .map(|factors| factors.iter().zip(&row).map(|(a, b)| a * b).sum::<f64>()),
        );
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn polynomials_are_carried_over() {
        let rules = Rules::new();
        let f = |x: f64, y: f64| 1.0 + x.powi(7) - 2.0 * y.powi(5) * x + 0.5 * y;
        let nodes = &rules.coarse.nodes;
        let values: Vec<f64> =
            nodes.iter().flat_map(|x| nodes.iter().map(move |y| f(*x, *y))).collect();
        let (first, second) =
            (TileAxis::new(3, &rules.part, nodes), TileAxis::new(2, &rules.part, nodes));
        let refined = tensor(&first.matrix, &second.matrix, &values, COARSE);
        let mut refined = refined.into_iter();
        for x in &first.nodes {
            for y in &second.nodes {
                assert!((refined.next().unwrap() - f(*x, *y)).abs() < 1e-13);
            }
        }
        assert!((first.weights.iter().sum::<f64>() - 2.0).abs() < 1e-14);
    }
}
