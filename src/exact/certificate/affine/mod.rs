//! The mass of a small cell under a ReLU decoder, which is affine between its kinks.
//!
//! # Units
//! Unit j is max(0, u_j) with u_j affine, so its range in a cell is exact. Where u_j does not change sign the
//! unit is u_j or 0. Of the others, those that matter most are *kinks*: the cell is cut along u_j = 0
//! ([`trapezoid`](super::trapezoid)), and in each piece the unit counts as u_j or as 0 by its sign in the
//! piece's middle. The rest are *loose*: with −a ≤ u_j ≤ b, the unit is λu_j + μ + δ_j with λ = b/(a + b),
//! μ = ½aλ and |δ_j| ≤ μ, for the chord lies above the kink by at most aλ. A kink has a δ_j, too: the cut is
//! rounded, and at a corner of the wrong sign |δ_j| is |u_j|, nowhere larger, as u_j is affine.
//!
//! # Formula
//! So in a piece the logits are y_d + Σ_j W_dj δ_j with affine y_d, and log p(x|z) differs by at most
//! **D = Σ_j C_j max|δ_j|**, C_j = Σ_d|W_dj|, from ℓ = −Σ softplus(y_d): the piece's mass lies within e^{±D} of
//! the integral of the analytic e^f, f = ℓ − ½z·z. With the map z(ξ, τ) of the piece, y_d = ȳ_d + e₁ξ + e₂τ +
//! e₃ξτ, where e₁ = g₁p + g₂s, e₂ = g₂k, e₃ = g₂t for the gradient g of y_d.
//!
//! Let one of ξ, τ be complex in the ellipse of half-axes A and B, the other real. z is linear in either, so
//! that y_d = α_d + iβ_d has α_d = y_d(Re z), and:
//!
//! 1. ln|e^f| ≤ f(Re z) + ½|Im z|² + ½Σκβ²/(1 − κβ²), where κ_d = σ(α_d)σ(−α_d), as long as κβ² < 1
//!    (`expansion`, 2).
//! 2. f is concave on the real plane: **f(Re z) ≤ f(c) + |F₁|A + |F₂| + |F₃|A** for complex ξ, **f(c) + |F₁| +
//!    |F₂|A + |F₃|A** for complex τ, with F₁ = −Σσ(ȳ_d)e₁ − c·(p, s), F₂ = −Σσ(ȳ_d)e₂ − c₂k and F₃ =
//!    −Σσ(ȳ_d)e₃ − c₂t, whatever the point c and the slopes σ(ȳ_d) of its tangent.
//! 3. |β| ≤ (|e₁| + |e₃|)B and |Im z|² ≤ (p² + (|s| + |t|)²)B² for complex ξ, |β| ≤ (|e₂| + |e₃|)B and |Im z|² ≤
//!    (k + |t|)²B² for complex τ; κ as in `expansion`, 4.
//!
//! The mass is ∫∫ p (k + tξ) e^f dξ dτ over [−1, 1]²: the factor, too, is analytic, at most A times its largest
//! value for complex ξ, since distances to the foci sum to 2A. On the real piece 2 holds with A = 1 and the
//! true logits, if Σ_j |v_j| max|δ_j| is added, v_j = −Σ_d W_dj σ(ȳ_d): an upper bound without quadrature.
//!
//! # Rounding
//! With M_j, C_j, n, Y of `decoder` and all coordinates at most Z, the logit at a point is off by
//! - (H + 8) u (Σ_j|W_dj| M_j + |b_d|) for the affine function at the cell's centre, λ_j u_j + μ_j being off by
//!   6u M_j;
//! - 3 (H + 1) u Σ_j|W_dj| M_j for its slopes, at a distance of at most three half-widths along either axis;
//! - 20u Σ_j|W_dj| M_j for the point, which is off by 20uZ: each number of the map by 2uZ, the node by u;
//! - 32u Σ_j|W_dj| M_j + 8u |b_d| for eight operations on numbers that sum to less than four times that.
//!
//! That is less than 4u (H + 20) (Σ_j|W_dj| M_j + |b_d|), whose sum is **Y**; for complex points slopes are
//! multiplied by at most A, hence **A Y**. The sums over pixels in F and the error of σ, 12u, add at most
//! **3A n u Σ_j C_j M_j**. Each e is off by at most **4n u w Z Σ_j|W_dj|**. The prior's coordinates, off by 20uZ,
//! and its ten operations add **64u Z²**, and with A² for complex z. The factor k + tξ is relatively off by
//! 32u, as no 1 − |ξ| is less than 0.03.

use super::cell::{Cell, log_joint};
use super::decoder::{
    INFLATION, SignedDecoder, SoftplusSum, log_likelihood_error, softplus_derivatives,
};
use super::expansion::largest_curvature;
use super::gauss::{Ellipse, NODES, POINTS, WEIGHTS, best_ellipse};
use super::interval::{Interval, UNIT, up};
use super::trapezoid::{Bilinear, Trapezoid, cut};
use crate::ordering::sort_pairs;

/// Units along which a cell is cut: k lines make up to (k² + 3k + 2)/2 strips.
const MOST_KINKS: usize = 4;
/// Error, relative to the value in a piece's middle, above which quadrature is not tried; in nats, also the largest
/// contribution of loose units.
const PROMISING: f64 = 0.1;

/// Log of the mass ∫ N(z; 0, I) p(x|z) dz of a cell.
///
/// Without promise of a small error only the upper bound is given that the tangents have.
pub(super) fn log_mass(decoder: &SignedDecoder, cell: Cell) -> Interval {
    let affine = AffineDecoder::new(decoder, cell);
    let lines: Vec<_> = affine.kinks.iter().map(|&kink| decoder.units[kink]).collect();
    let pieces = cut(&cell, &lines);
    let pieces: Vec<TrapezoidBound> =
        pieces.iter().map(|trapezoid| affine.piece(trapezoid)).collect();
    let ellipses =
        || pieces.iter().map(TrapezoidBound::best_ellipse).collect::<Option<Vec<Ellipse>>>();
    let masses: Vec<Interval> = match affine.is_close().then(ellipses).flatten() {
        Some(ellipses) => {
            let pieces = pieces.iter().zip(ellipses);
            pieces.map(|(piece, ellipse)| piece.by_quadrature(&ellipse)).collect()
        }
        None => pieces.iter().map(TrapezoidBound::by_tangent).collect(),
    };
    Interval::log_sum_exp(masses.into_iter())
}

/// One signed logit y_d: its value in the cell's centre, and its gradient.
type AffineLogit = [f64; 3];

/// The decoder in one cell; the kinks are left out of its logits.
#[derive(Debug)]
struct AffineDecoder<'a> {
    decoder: &'a SignedDecoder,
    cell: Cell,
    logits: Vec<AffineLogit>,
    kinks: Vec<usize>,
    /// Bounds on |δ_j|, 0 for units that are not loose.
    loose: Vec<f64>,
    /// Σ C_j max|δ_j| of the loose units.
    distance: f64,
}

/// λ, μ and the bound on |δ| of one unit in a cell.
#[derive(Clone, Copy, Debug)]
struct UnitLinearization {
    slope: f64,
    offset: f64,
    error: f64,
}

impl UnitLinearization {
    fn new(decoder: &SignedDecoder, unit: usize, cell: &Cell) -> Self {
        let unit = &decoder.units[unit];
        let center = unit.pre_activation(cell.center);
        // The centre is off by 3u M_j; what follows is, by less than 5u M_j.
        let slack = 8.0 * UNIT * unit.most(cell.reach());
        let reach = unit.reach([cell.half_width; 2]) * INFLATION + slack;
        if center >= reach {
            return Self { slope: 1.0, offset: 0.0, error: 0.0 };
        }
        if center <= -reach {
            return Self { slope: 0.0, offset: 0.0, error: 0.0 };
        }
        let [below, above] = [reach - center, reach + center];
        let slope = 0.5 * above / reach;
        let offset = 0.5 * below * slope;
        // At −a, 0 and b: max(0, u) − λu − μ is linear between them.
        let ends = [slope * below - offset, -offset, above - slope * above - offset];
        let most = ends.into_iter().fold(0.0_f64, |most, end| most.max(end.abs()));
        Self { slope, offset, error: most * INFLATION + slack }
    }
}

impl<'a> AffineDecoder<'a> {
    fn new(decoder: &'a SignedDecoder, cell: Cell) -> Self {
        let lines: Vec<UnitLinearization> = (0..decoder.hidden())
            .map(|unit| UnitLinearization::new(decoder, unit, &cell))
            .collect();
        let effect = |unit: usize| lines[unit].error * decoder.column_sums[unit] * INFLATION;
        // An effect below rounding, of all units together, does not justify a cut.
        let negligible = decoder.logit_error(cell.reach()) / decoder.hidden() as f64;
        let mut kinks: Vec<(f64, usize)> = (0..lines.len())
            .map(|unit| (-effect(unit), unit))
            .filter(|&(falling, _)| -falling > negligible)
            .collect();
        sort_pairs(&mut kinks);
        let mut kinks: Vec<usize> = kinks.into_iter().map(|(_, unit)| unit).collect();
        let rest = kinks.split_off(kinks.len().min(MOST_KINKS));
        if rest.into_iter().map(effect).sum::<f64>() > PROMISING {
            kinks.clear();
        }

        let mut loose: Vec<f64> = lines.iter().map(|line| line.error).collect();
        let columns = lines.iter().zip(&decoder.units).map(|(line, unit)| {
            let value = line.slope * unit.pre_activation(cell.center) + line.offset;
            [value, line.slope * unit.weight[0], line.slope * unit.weight[1]]
        });
        let mut columns: Vec<[f64; 3]> = columns.collect();
        for &kink in &kinks {
            columns[kink] = [0.0; 3];
            loose[kink] = 0.0;
        }
        let mut logits = Vec::with_capacity(decoder.biases.len());
        decoder.product(
            &columns,
            |weight| weight,
            |pixel, [value, first, second]| {
                logits.push([value + decoder.biases[pixel], first, second]);
            },
        );
        let distances = loose.iter().zip(&decoder.column_sums).map(|(error, sum)| error * sum);
        let distance = distances.sum::<f64>() * INFLATION;
        Self { decoder, cell, logits, kinks, loose, distance }
    }

    /// Whether the loose units leave an integral for which quadrature is useful.
    fn is_close(&self) -> bool {
        self.distance <= PROMISING
    }

    /// The logits where each kink has the sign that it has in the middle of `trapezoid`.
    fn piece(&self, trapezoid: &Trapezoid) -> TrapezoidBound {
        let (decoder, reach) = (self.decoder, self.cell.reach());
        let map = trapezoid.bilinear();
        let mut logits = self.logits.clone();
        let mut cut_error = 0.0;
        for &kink in &self.kinks {
            let unit = &decoder.units[kink];
            let is_on = unit.pre_activation(map.center) > 0.0;
            if is_on {
                let [w1, w2] = unit.weight;
                let column = [unit.pre_activation(self.cell.center), w1, w2];
                for (logit, weight) in logits.iter_mut().zip(decoder.column(kink)) {
                    for (sum, value) in logit.iter_mut().zip(column) {
                        *sum += weight * value;
                    }
                }
            }
            let wrong = |corner: [f64; 2]| {
                let value = unit.pre_activation(corner);
                if is_on { -value } else { value }
            };
            let most = trapezoid.corners().map(wrong).into_iter().fold(0.0, f64::max);
            // The pre-activation is off by 3u M_j.
            let error = most + 4.0 * UNIT * unit.most(reach);
            cut_error += error * decoder.column_sums[kink] * INFLATION;
        }
        TrapezoidBound::new(self, map, &logits, cut_error)
    }
}

/// One signed logit in terms of ξ and τ.
#[derive(Clone, Copy, Debug)]
struct PieceLogit {
    /// ȳ
    value: f64,
    /// e₁, e₂, e₃
    slopes: [f64; 3],
    /// κ(ȳ), an upper bound.
    curvature: f64,
    /// Bounds on the rounding errors of e₁, e₂, e₃.
    slope_error: f64,
}

/// f in one trapezoid.
#[derive(Debug)]
struct TrapezoidBound {
    map: Bilinear,
    logits: Vec<PieceLogit>,
    /// A float near ℓ(c).
    log_likelihood: f64,
    /// |F₁|, |F₂|, |F₃| as computed.
    gradient: [f64; 3],
    /// D
    distance: f64,
    /// Σ|v_j| max|δ_j|, an upper bound.
    tangent_distance: f64,
    /// Z
    reach: f64,
    /// Y
    logit_error: f64,
    /// 3n u Σ_j C_j M_j
    sum_error: f64,
    /// How far one logit is off at most.
    largest_logit_error: f64,
    /// Σκe₁² and Σκe₂², to guess the imaginary part.
    information: [f64; 2],
}

impl TrapezoidBound {
    fn new(
        affine: &AffineDecoder<'_>,
        map: Bilinear,
        logits: &[AffineLogit],
        cut_error: f64,
    ) -> Self {
        let (decoder, cell) = (affine.decoder, affine.cell);
        let reach = cell.reach();
        let slope_error = 4.0 * decoder.sum_rounding() * decoder.largest_weight * reach * INFLATION;
        let from_center = [0, 1].map(|axis: usize| map.center[axis] - cell.center[axis]);
        let mut sum = SoftplusSum::<1>::new();
        let mut gradient = [0.0; 3];
        let mut sigmoids = Vec::with_capacity(logits.len());
        let mut piece_logits = Vec::with_capacity(logits.len());
        for (&[center, first, second], row_sum) in logits.iter().zip(&decoder.row_sums) {
            let value = center + first * from_center[0] + second * from_center[1];
            let slopes = [
                first * map.half_length + second * map.slope,
                second * map.half_height,
                second * map.taper,
            ];
            sum.push([value]);
            let (sigmoid, curvature) = softplus_derivatives(value);
            sigmoids.push([sigmoid]);
            for (total, slope) in gradient.iter_mut().zip(slopes) {
                *total -= sigmoid * slope;
            }
            piece_logits.push(PieceLogit {
                value,
                slopes,
                curvature: curvature * INFLATION,
                slope_error: slope_error * row_sum,
            });
        }
        let log_likelihood = -sum.finish()[0];
        let [c1, c2] = map.center;
        gradient[0] -= c1 * map.half_length + c2 * map.slope;
        gradient[1] -= c2 * map.half_height;
        gradient[2] -= c2 * map.taper;

        // |v_j| ≤ C_j, which is good enough where quadrature can follow.
        let along = if affine.is_close() {
            affine.distance
        } else {
            let pulls = decoder.transposed_product(&sigmoids);
            let rounding = decoder.sum_rounding();
            let along = pulls.iter().zip(&affine.loose).zip(&decoder.column_sums);
            along.map(|(([pull], error), sum)| (pull.abs() + rounding * sum) * error).sum()
        };
        let information = [0, 1].map(|axis: usize| {
            piece_logits.iter().map(|logit| logit.curvature * logit.slopes[axis].powi(2)).sum()
        });
        Self {
            map,
            reach,
            logits: piece_logits,
            log_likelihood,
            gradient: gradient.map(f64::abs),
            distance: (affine.distance + cut_error) * INFLATION,
            tangent_distance: (along + cut_error) * INFLATION,
            sum_error: 3.0 * decoder.sum_rounding() * decoder.carried_magnitude(reach) * INFLATION,
            logit_error: decoder.logit_error(reach),
            largest_logit_error: decoder.largest_logit_error(reach),
            information,
        }
    }

    fn best_ellipse(&self) -> Option<Ellipse> {
        best_ellipse(PROMISING, |ellipse| {
            let square = ellipse.imaginary().powi(2);
            let polynomial = self.polynomial(ellipse);
            let rise = |axis: usize| polynomial[axis] + 0.5 * square * self.information[axis];
            ellipse.error() * (ellipse.real() * rise(0).exp() + rise(1).exp())
        })
    }

    /// Upper bound on f(Re z) − f(c) + ½|Im z|² while ξ is complex, and while τ is; f(c) with the float of
    /// `log_likelihood`.
    fn polynomial(&self, ellipse: &Ellipse) -> [f64; 2] {
        let (real, imaginary) = (ellipse.real(), ellipse.imaginary());
        let Bilinear { half_length, slope, half_height, taper, .. } = self.map;
        let slack = self.log_likelihood_error(self.log_likelihood)
            + real * (self.logit_error + self.sum_error)
            + 64.0 * UNIT * (real * self.reach).powi(2);
        let [first, second, mixed] = self.gradient;
        let mixed = mixed * real + slack;
        let of_prior = [
            half_length * half_length + (slope.abs() + taper.abs()).powi(2),
            (half_height + taper.abs()).powi(2),
        ];
        let along = [first * real + second + mixed, first + second * real + mixed];
        [0, 1].map(|axis: usize| {
            (along[axis] + 0.5 * imaginary * imaginary * of_prior[axis]) * INFLATION
        })
    }

    /// Upper bound on ln|e^f| − f(c), ξ and τ being complex in turn; infinite where there may be a pole.
    fn complex_rise(&self, ellipse: &Ellipse) -> [f64; 2] {
        let (real, imaginary) = (ellipse.real(), ellipse.imaginary());
        let mut rise = self.polynomial(ellipse);
        for logit in &self.logits {
            let [first, second, mixed] = logit.slopes.map(|slope| slope.abs() + logit.slope_error);
            let distance = (mixed + self.largest_logit_error) * real;
            let turns = [[first, second], [second, first]];
            for (total, [own, other]) in rise.iter_mut().zip(turns) {
                let beta = (own + mixed) * imaginary;
                let kappa =
                    largest_curvature(logit.curvature, (own * real + other + distance) * INFLATION);
                let product = kappa * beta * beta * INFLATION;
                // Not a number if it overflowed: then nothing is known.
                let is_analytic = product < 1.0;
                *total += if is_analytic { 0.5 * product / (1.0 - product) } else { f64::INFINITY };
            }
        }
        rise.map(|rise| rise * INFLATION)
    }

    /// By how much a computed ℓ may be off.
    fn log_likelihood_error(&self, log_likelihood: f64) -> f64 {
        log_likelihood_error(self.logit_error, log_likelihood)
    }

    /// Log of the piece's mass, without a lower bound.
    fn by_tangent(&self) -> Interval {
        let [rise, _] = self.polynomial(&Ellipse { rho: 1.0 });
        let rise = up(rise + self.tangent_distance);
        let [left, right] = self.map.half_sides;
        // The area is 2p times the sum of the half sides.
        let log_area = log_of_length(left + right) + log_of_length(2.0 * self.map.half_length);
        Interval::new(f64::NEG_INFINITY, rise) + self.log_joint() + log_area
    }

    /// Log of the piece's mass.
    ///
    /// # Rounding
    /// As for `integral`: the exponents are off by what the head of this file has and 3u (|ℓ(z)| + |ℓ(c)| + Z²);
    /// the exponential is within 16u, k + tξ within 32u, two weights, three products and 64 sums within u
    /// each: less than 128u.
    fn by_quadrature(&self, ellipse: &Ellipse) -> Interval {
        let Bilinear { center: [c1, c2], half_length, slope, half_height, taper, half_sides } =
            self.map;
        let longest = half_sides[0].max(half_sides[1]);
        let [left, right] = half_sides.map(|side| side / longest);
        let (mut sum, mut lowest) = (0.0, 0.0_f64);
        for (xi, first_weight) in NODES.into_iter().zip(WEIGHTS) {
            let factor = 0.5 * (left * (1.0 - xi) + right * (1.0 + xi)) * first_weight;
            let values = self.log_likelihoods(xi);
            let d1 = half_length * xi;
            for ((tau, value), second_weight) in NODES.into_iter().zip(values).zip(WEIGHTS) {
                lowest = lowest.min(value);
                let d2 = slope * xi + (half_height + taper * xi) * tau;
                // ½|c|² − ½|c + d|²
                let log_prior = -(d1 * (c1 + 0.5 * d1) + d2 * (c2 + 0.5 * d2));
                let exponent = value - self.log_likelihood + log_prior;
                sum += factor * second_weight * exponent.exp();
            }
        }
        let rise = self.complex_rise(ellipse).map(|rise| Interval::point(rise).exp().upper());
        let quadrature = ellipse.square_error([ellipse.real() * rise[0], rise[1]]);
        let exponent = self.log_likelihood_error(lowest)
            + 64.0 * UNIT * (self.reach * self.reach + self.log_likelihood.abs());
        if !(sum.is_finite() && quadrature.is_finite() && exponent < 0.1) {
            return self.by_tangent();
        }
        let rounding = (2.0 * exponent + 128.0 * UNIT) * INFLATION;
        // Exponentials too small to have all digits are off by less than this.
        let total = Interval::around(sum, sum * rounding + quadrature + 1e-300);
        let log_mass = total.ln()
            + self.log_joint()
            + log_of_length(longest)
            + log_of_length(half_length)
            + Interval::new(-self.distance, self.distance);
        log_mass.intersection(self.by_tangent())
    }

    /// ℓ at the nodes with this ξ.
    fn log_likelihoods(&self, xi: f64) -> [f64; POINTS] {
        let mut sum = SoftplusSum::<POINTS>::new();
        for PieceLogit { value, slopes: [first, second, mixed], .. } in &self.logits {
            let (value, slope) = (value + first * xi, second + mixed * xi);
            sum.push(NODES.map(|tau| value + slope * tau));
        }
        sum.finish().map(|sum| -sum)
    }

    /// f(c) − ln 2π, ℓ(c) with the float of `log_likelihood`.
    fn log_joint(&self) -> Interval {
        log_joint(self.log_likelihood, self.map.center)
    }
}

/// Log of a length that is off by at most 4u of itself.
fn log_of_length(length: f64) -> Interval {
    Interval::around(length, 4.0 * UNIT * length).ln()
}

#[cfg(test)]
mod tests;
