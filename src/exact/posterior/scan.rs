//! Locates the posterior without a proof: a coarse scan of the plane, and ascents from its peaks.

use super::{Root, log_joint};
use crate::exact::LogLikelihood;
use crate::exact::cubature::Patch;
use crate::ordering::sort_by_f64;

/// Half-widths of the squares that are scanned, each inside the previous one: a decoder of large weights varies most
/// around the origin.
const HALF_WIDTHS: [f64; 3] = [24.0, 3.0, 0.375];
/// Nodes per side of each.
const SIDE: usize = 97;
/// Peaks of each square that are climbed.
const PEAKS: usize = 16;
/// Most moves of one ascent.
const MOVES: usize = 120;
/// An ascent ends where a step changes log p(x, z) by fewer nats: the step is then below the posterior's width.
const WIDTH_DROP: f64 = 1.0;
/// Smallest step of an ascent.
const LEAST_STEP: f64 = 1e-9;
/// Peaks with less than this part of the highest one's mass are left to the refinement.
const LOG_LEAST_MASS: f64 = -40.0;
/// A patch about a peak is at most this many of the peak's widths wide.
const PATCH_WIDTHS: f64 = 3.0;
/// Around it patches may be wider by this part of their distance from it, and from that many widths on as
/// wide as their distance: no part of a ridge that leads to the peak falls between the nodes.
const GRADING: f64 = 0.5;
const FAR: f64 = 40.0;

/// A start of an ascent, and the distance of the points around it.
#[derive(Clone, Copy, Debug)]
struct Peak {
    z: [f64; 2],
    step: f64,
    log_joint: f64,
    moves: usize,
}

impl Peak {
    /// Log of its mass but for a constant.
    fn log_mass(&self) -> f64 {
        self.log_joint + 2.0 * self.step.ln()
    }
}

#[derive(Clone, Debug)]
pub(super) struct Scan {
    /// log p(x, z) at the nodes of the square that is scanned, row by row.
    values: Vec<f64>,
    /// The index of that square in [`HALF_WIDTHS`].
    level: usize,
    /// Peaks that are still to be climbed.
    waiting: Vec<Peak>,
    found: Vec<Peak>,
    evaluations: usize,
}

impl Scan {
    pub(super) fn new() -> Self {
        let values = Vec::with_capacity(SIDE * SIDE);
        Self { values, level: 0, waiting: Vec::new(), found: Vec::new(), evaluations: 0 }
    }

    pub(super) fn evaluations(&self) -> usize {
        self.evaluations
    }

    /// Computes some rows of the scan, or some moves of an ascent; returns whether work remains.
    pub(super) fn advance<L: LogLikelihood + ?Sized>(&mut self, likelihood: &L) -> bool {
        if self.level < HALF_WIDTHS.len() {
            for _ in 0..4 {
                self.add_row(likelihood);
            }
            return true;
        }
        for _ in 0..12 {
            let Some(peak) = self.waiting.pop() else { return false };
            self.climb(peak, likelihood);
        }
        true
    }

    fn add_row<L: LogLikelihood + ?Sized>(&mut self, likelihood: &L) {
        let Some(&half_width) = HALF_WIDTHS.get(self.level) else { return };
        let first = coordinate(half_width, self.values.len() / SIDE);
        let row: Vec<_> = (0..SIDE).map(|index| [first, coordinate(half_width, index)]).collect();
        self.values.extend(log_joints(&row, likelihood));
        self.evaluations += SIDE;
        if self.values.len() == SIDE * SIDE {
            let peaks = self.peaks(half_width);
            self.waiting.extend(peaks);
            self.values.clear();
            self.level += 1;
        }
    }

    /// The highest local maxima of a scanned square, the highest last.
    fn peaks(&self, half_width: f64) -> Vec<Peak> {
        let step = 2.0 * half_width / (SIDE - 1) as f64;
        let mut peaks = Vec::new();
        for (index, &height) in self.values.iter().enumerate() {
            let (row, column) = (index / SIDE, index % SIDE);
            let rows = row.saturating_sub(1)..=(row + 1).min(SIDE - 1);
            let is_peak = rows.into_iter().all(|row| {
                let columns = column.saturating_sub(1)..=(column + 1).min(SIDE - 1);
                self.values[row * SIDE..][columns].iter().all(|near| *near <= height)
            });
            if is_peak {
                let z = [row, column].map(|index| coordinate(half_width, index));
                peaks.push(Peak { z, step, log_joint: height, moves: 0 });
            }
        }
        sort_by_f64(&mut peaks, |peak| peak.log_joint);
        peaks.split_off(peaks.len().saturating_sub(PEAKS))
    }

    /// Moves to the highest of 25 points, or halves the step if that is near the centre.
    fn climb<L: LogLikelihood + ?Sized>(&mut self, peak: Peak, likelihood: &L) {
        const OFFSETS: [f64; 5] = [-1.0, -0.5, 0.0, 0.5, 1.0];
        let places = || OFFSETS.iter().flat_map(|x| OFFSETS.iter().map(move |y| [*x, *y]));
        let points: Vec<_> =
            places().map(|[x, y]| [peak.z[0] + x * peak.step, peak.z[1] + y * peak.step]).collect();
        let values = log_joints(&points, likelihood);
        self.evaluations += points.len();
        let is_border = |[x, y]: [f64; 2]| x.abs().max(y.abs()) == 1.0;
        let (mut best, mut lowest) = (peak, f64::INFINITY);
        let mut is_at_border = false;
        for ((z, value), place) in points.iter().zip(&values).zip(places()) {
            if *value > best.log_joint {
                best = Peak { z: *z, log_joint: *value, ..peak };
                is_at_border = is_border(place);
            }
            lowest = lowest.min(*value);
        }
        best.moves += 1;
        let is_flat = best.log_joint - lowest <= WIDTH_DROP;
        if is_at_border && best.moves < MOVES && !is_flat {
            self.waiting.push(best);
        } else if is_flat || best.step < LEAST_STEP || best.moves >= MOVES {
            self.found.push(best);
        } else {
            best.step *= 0.5;
            self.waiting.push(best);
        }
    }

    /// The whole square in patches that are as small as a peak where one is.
    pub(super) fn roots(&self) -> Vec<Root> {
        let most = self.found.iter().map(Peak::log_mass).fold(f64::NEG_INFINITY, f64::max);
        let peaks: Vec<&Peak> =
            self.found.iter().filter(|peak| peak.log_mass() >= most + LOG_LEAST_MASS).collect();
        let mut roots = Vec::new();
        let mut waiting = vec![Patch::square([0.0; 2], HALF_WIDTHS[0])];
        while let Some(patch) = waiting.pop() {
            let (center, half_width) = patch.bounds();
            let is_too_wide = peaks.iter().any(|peak| {
                let apart = |axis: usize| (peak.z[axis] - center[axis]).abs();
                let distance = (apart(0).max(apart(1)) - half_width).max(0.0);
                let grading = if distance < FAR * peak.step { GRADING } else { 1.0 };
                2.0 * half_width > PATCH_WIDTHS * peak.step + grading * distance
            });
            if is_too_wide {
                waiting.extend(patch.quarters());
            } else {
                roots.push(Root { patch, log_upper: f64::INFINITY });
            }
        }
        roots
    }
}

fn coordinate(half_width: f64, index: usize) -> f64 {
    half_width * (2.0 * index as f64 / (SIDE - 1) as f64 - 1.0)
}

fn log_joints<L: LogLikelihood + ?Sized>(points: &[[f64; 2]], likelihood: &L) -> Vec<f64> {
    let mut values = Vec::with_capacity(points.len());
    likelihood.extend(points, &mut values);
    for (value, z) in values.iter_mut().zip(points) {
        *value = log_joint(*z, *value);
    }
    values
}
