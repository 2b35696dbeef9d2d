//! log p(x, z) around the centre of a small cell, bounded for complex z as well.
//!
//! # Formula
//! Let f = log p(x|z) − ½z·z, t_j = tanh u_j the hidden units at the centre c, and Δ = z − c with one
//! coordinate Δ_a in the ellipse of half-axes A (real) and B (imaginary), the other real, |Δ_b| ≤ r.
//! With η_j = w_j·Δ, e_j = |w_ja| A + |w_jb| r ≥ |η_j| and τ_j = tan e_j:
//!
//! 1. tanh(u + η) − t = (1 − t²) q/(1 + tq), q = tanh η. The series of tan is that of tanh with every sign
//!    positive, so |q| ≤ τ and |q − η| ≤ τ − e. With q/(1 + tq) = q − tq² + t²q³/(1 + tq):
//!    **Δh = h'η + ½h''η² + R, |R| ≤ (1 − t²) [(τ − e)(1 + |t|(τ + e)) + t²τ³/(1 − |t|τ)]**.
//! 2. For a logit y = α + iβ, |1 + e^y|² = (1 + e^α)² (1 − 4κ sin²(β/2)) with κ = σ(α)σ(−α). So where
//!    κβ² < 1 there is no pole, and **−ln|1 + e^y| ≤ −softplus(α) + ½κβ²/(1 − κβ²)**.
//! 3. −softplus is concave on the real line: with v = −Wᵀσ(y(c)),
//!    **−Σ softplus(α_d) ≤ log p(x|c) + Σ_j v_j Re Δh_j**.
//! 4. |d ln κ/dα| < 1: **κ(α) ≤ min(¼, κ(y(c)) e^{|α − y(c)|})**.
//!
//! Together ln|e^f| ≤ f(c) + |G_a|A + |G_b|r + |Re ½ΔᵀKΔ| + Σ|v_j||R_j| + ½Σκβ²/(1 − κβ²), with the exact
//! gradient G of f at c, and K = Σ v_j h''_j w_j w_jᵀ − I. The first five terms are the *polynomial* part
//! here, the last one the *imaginary* part.

use super::cell::Cell;
use super::decoder::{HiddenUnit, INFLATION, SignedDecoder, SoftplusSum, softplus_derivatives};
use super::gauss::Ellipse;
use super::interval::UNIT;

/// One unit at the centre; upper bounds on magnitudes.
#[derive(Clone, Copy, Debug)]
struct ExpandedUnit {
    /// |t|
    tanh: f64,
    /// 1 − t²
    slope: f64,
    /// |v|
    pull: f64,
    weight: [f64; 2],
}

impl ExpandedUnit {
    /// The bound on |R|; infinite where the argument does not hold.
    fn remainder(&self, along: f64, r: f64) -> f64 {
        let [w1, w2] = self.weight;
        // Whichever coordinate is the complex one.
        let reach = (w1 * along + w2 * r).max(w1 * r + w2 * along) * INFLATION;
        if reach >= 1.5 {
            return f64::INFINITY;
        }
        let (t, tan) = (self.tanh, reach.tan() * INFLATION);
        let rest = 1.0 - t * tan * INFLATION;
        if rest <= 0.0 {
            return f64::INFINITY;
        }
        let third = (tan - reach) * (1.0 + t * (tan + reach)) + t * t * tan * tan * tan / rest;
        self.slope * third * INFLATION
    }
}

/// One signed logit at the centre.
#[derive(Clone, Copy, Debug)]
struct ExpandedLogit {
    /// Upper bounds on the magnitudes of Σ W_dj h'_j w_ja.
    gradient: [f64; 2],
    /// Upper bounds on the magnitudes of Σ W_dj h''_j w_ja w_jb: 11, 12, 22.
    hessian: [f64; 3],
    /// κ, an upper bound.
    curvature: f64,
}

/// σ(y)σ(−y) at most, where y differs by at most `distance` from a logit with this one.
pub(super) fn largest_curvature(curvature: f64, distance: f64) -> f64 {
    (curvature * distance.exp() * INFLATION).min(0.25)
}

/// Bounds on rounding errors, for coordinates up to Z.
///
/// T, n·u, S and w are those of `decoder`; one logit is off by ε = max_d [Σ_j|W_dj| (T + n u) + n u |b_d|].
/// Then h' = (1 − t)(1 + t) is off by 3T, for 2T + 3u is less; h'' = −2t h' by 2T + 2·3T and its rounding,
/// 9T at most; σ(y) by ¼ε + 12u, and v_j by (ε + n u) Σ_d|W_dj|, while |v_j| ≤ Σ_d|W_dj|. What the products
/// with w round is a few u, less than T.
#[derive(Clone, Copy, Debug)]
struct Slack {
    /// Of t: T.
    unit: f64,
    /// Of a logit: ε.
    logit: f64,
    /// Of v_j, per Σ_d|W_dj|: ε + n u.
    pull: f64,
    /// Of Σ_j W_dj h'_j w_ja, per Σ_j|W_dj|: w (4T + n u).
    logit_gradient: f64,
    /// Of Σ_j W_dj h''_j w_ja w_jb, per Σ_j|W_dj|: w² (10T + n u).
    logit_hessian: f64,
    /// Of G_a = Σ v_j h'_j w_ja − c_a: S w (ε + n u + 4T + n u), and 4u of c.
    gradient: f64,
    /// Of an entry of K: S w² (ε + n u + 10T + n u), and 4u of 1.
    hessian: f64,
}

impl Slack {
    fn new(decoder: &SignedDecoder, reach: f64) -> Self {
        let (unit, rounding) = (decoder.unit_error(reach), decoder.sum_rounding());
        let (w, sum) = (decoder.largest_weight, decoder.weight_sum);
        let logit = decoder.largest_logit_error(reach);
        Self {
            unit,
            logit,
            pull: logit + rounding,
            logit_gradient: w * (4.0 * unit + rounding) * INFLATION,
            logit_hessian: w * w * (10.0 * unit + rounding) * INFLATION,
            gradient: (sum * w * (logit + 4.0 * unit + 2.0 * rounding) + 4.0 * UNIT * reach)
                * INFLATION,
            hessian: (sum * w * w * (logit + 10.0 * unit + 2.0 * rounding) + 4.0 * UNIT)
                * INFLATION,
        }
    }
}

/// f around the centre of a cell.
#[derive(Clone, Debug)]
pub(super) struct Expansion {
    cell: Cell,
    log_likelihood: f64,
    log_likelihood_error: f64,
    units: Vec<ExpandedUnit>,
    logits: Vec<ExpandedLogit>,
    /// |G|, an upper bound.
    gradient: [f64; 2],
    /// K: 11, 12, 22, as computed.
    hessian: [f64; 3],
    slack: Slack,
    /// Σ κ (∂y/∂z_a)², to guess the imaginary part.
    information: [f64; 2],
}

impl Expansion {
    pub(super) fn new(decoder: &SignedDecoder, cell: Cell) -> Self {
        let slack = Slack::new(decoder, cell.reach());
        let activation = |unit: &HiddenUnit| unit.pre_activation(cell.center).tanh();
        let tanhs: Vec<f64> = decoder.units.iter().map(activation).collect();
        let columns = decoder.units.iter().zip(&tanhs).map(|(unit, &t)| {
            let [w1, w2] = unit.weight;
            let slope = (1.0 - t) * (1.0 + t);
            let bend = -2.0 * t * slope;
            [t, slope * w1, slope * w2, bend * w1 * w1, bend * w1 * w2, bend * w2 * w2]
        });
        let columns: Vec<[f64; 6]> = columns.collect();

        let mut sum = SoftplusSum::<1>::new();
        let mut sigmoids = Vec::with_capacity(decoder.biases.len());
        let mut logits = Vec::with_capacity(decoder.biases.len());
        decoder.product(
            &columns,
            |weight| weight,
            |pixel, [logit, d1, d2, d11, d12, d22]| {
                let logit = logit + decoder.biases[pixel];
                let (sigmoid, curvature) = softplus_derivatives(logit);
                let row_sum = decoder.row_sums[pixel];
                sum.push([logit]);
                sigmoids.push([sigmoid]);
                logits.push(ExpandedLogit {
                    gradient: [d1, d2].map(|d| d.abs() + row_sum * slack.logit_gradient),
                    hessian: [d11, d12, d22].map(|d| d.abs() + row_sum * slack.logit_hessian),
                    // |dκ/dy| < 0.1, and κ's own rounding.
                    curvature: curvature + slack.logit + 32.0 * UNIT,
                });
            },
        );
        let log_likelihood = -sum.finish()[0];

        // −Σ_d W_dj σ_d is v_j, hence the signs.
        let (mut gradient, mut hessian) = (cell.center.map(|c| -c), [-1.0, 0.0, -1.0]);
        let mut units = Vec::with_capacity(decoder.hidden());
        for (index, [minus_pull]) in decoder.transposed_product(&sigmoids).into_iter().enumerate() {
            let [t, d1, d2, d11, d12, d22] = columns[index];
            for (sum, d) in gradient.iter_mut().zip([d1, d2]) {
                *sum -= minus_pull * d;
            }
            for (sum, d) in hessian.iter_mut().zip([d11, d12, d22]) {
                *sum -= minus_pull * d;
            }
            units.push(ExpandedUnit {
                tanh: (t.abs() + slack.unit).min(1.0),
                slope: (1.0 - t) * (1.0 + t) + 3.0 * slack.unit,
                pull: (minus_pull.abs() + decoder.column_sums[index] * slack.pull) * INFLATION,
                weight: decoder.units[index].weight.map(f64::abs),
            });
        }
        let information = [0, 1].map(|axis: usize| {
            logits.iter().map(|logit| logit.curvature * logit.gradient[axis].powi(2)).sum()
        });
        Self {
            cell,
            log_likelihood,
            log_likelihood_error: decoder.log_likelihood_error(cell.reach(), log_likelihood),
            units,
            logits,
            gradient: gradient.map(|g| g.abs() + slack.gradient),
            hessian,
            slack,
            information,
        }
    }

    /// A float near log p(x|c).
    pub(super) fn log_likelihood(&self) -> f64 {
        self.log_likelihood
    }

    /// Upper bound on f(z) − f(c) for real z in the cell, f(c) with the float of
    /// [`Self::log_likelihood`].
    pub(super) fn rise(&self) -> f64 {
        let [first, second] = self.polynomial(&Ellipse { rho: 1.0 });
        first.max(second)
    }

    /// The same for ln|e^f|, each coordinate in turn being complex; infinite where there may be a pole.
    pub(super) fn complex_rise(&self, decoder: &SignedDecoder, ellipse: &Ellipse) -> [f64; 2] {
        let (polynomial, imaginary) = (self.polynomial(ellipse), self.imaginary(decoder, ellipse));
        [0, 1].map(|axis| (polynomial[axis] + imaginary[axis]) * INFLATION)
    }

    /// A cheap guess at [`Self::complex_rise`].
    pub(super) fn guessed_rise(&self, ellipse: &Ellipse) -> [f64; 2] {
        let square = (self.cell.half_width * ellipse.imaginary()).powi(2);
        let polynomial = self.polynomial(ellipse);
        [0, 1].map(|axis| polynomial[axis] + 0.5 * square * self.information[axis])
    }

    fn polynomial(&self, ellipse: &Ellipse) -> [f64; 2] {
        let r = self.cell.half_width;
        let (along, across) = (r * ellipse.real(), r * ellipse.imaginary());
        // A unit without pull is outside of the sum, however far it may go.
        let pulling = self.units.iter().filter(|unit| unit.pull > 0.0);
        let remainders: f64 = pulling.map(|unit| unit.pull * unit.remainder(along, r)).sum();
        let slack = self.slack.hessian;
        // Re ½k(x + iy)² = ½k(x² − y²), with k off by the slack.
        let square = |k: f64, real: f64, imaginary: f64| {
            let (convex, concave) = ((k + slack).max(0.0), (slack - k).max(0.0));
            0.5 * (convex * real * real).max(concave * imaginary * imaginary)
        };
        let [k11, k12, k22] = self.hessian;
        [0, 1].map(|axis| {
            let [own, other] = [self.gradient[axis], self.gradient[1 - axis]];
            let [own_square, other_square] = if axis == 0 { [k11, k22] } else { [k22, k11] };
            let linear = own * along + other * r;
            let quadratic = square(own_square, along, across)
                + square(other_square, r, 0.0)
                + (k12.abs() + slack) * along * r;
            (self.log_likelihood_error + linear + quadratic + remainders) * INFLATION
        })
    }

    /// ½Σ κβ²/(1 − κβ²), each coordinate in turn being complex.
    fn imaginary(&self, decoder: &SignedDecoder, ellipse: &Ellipse) -> [f64; 2] {
        let r = self.cell.half_width;
        let (along, across) = (r * ellipse.real(), r * ellipse.imaginary());
        // Finite, so that a weight of zero takes an unbounded unit out of the sum; any other weight makes
        // of it more than κβ² may be.
        let remainder = |unit: &ExpandedUnit| [unit.remainder(along, r).min(1e300)];
        let remainders: Vec<[f64; 1]> = self.units.iter().map(remainder).collect();
        let mut totals = [0.0; 2];
        decoder.product(&remainders, f64::abs, |pixel, [remainder]| {
            let ExpandedLogit { gradient: [d1, d2], hessian: [d11, d12, d22], curvature } =
                self.logits[pixel];
            let axes = [[d1, d2, d11, d22], [d2, d1, d22, d11]];
            for (total, [own, other, own2, other2]) in totals.iter_mut().zip(axes) {
                // Im η and Im ½η²; Re η and Re ½η², x² − y² being at most A².
                let beta = (own + own2 * along + d12 * r) * across + remainder;
                let alpha = own * along
                    + other * r
                    + 0.5 * (own2 * along * along + other2 * r * r)
                    + d12 * along * r
                    + remainder;
                let kappa = largest_curvature(curvature, alpha * INFLATION);
                let product = kappa * beta * beta * INFLATION;
                // Not a number if it overflowed: then nothing is known.
                let is_analytic = product < 1.0;
                *total += if is_analytic { 0.5 * product / (1.0 - product) } else { f64::INFINITY };
            }
        });
        totals
    }
}

#[cfg(test)]
mod tests;
