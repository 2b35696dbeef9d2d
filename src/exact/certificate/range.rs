//! Coarse cells: the range of every hidden unit, propagated through the output layer.

use super::cell::Cell;
use super::decoder::{INFLATION, SignedDecoder, SoftplusSum, softplus_derivatives};
use super::interval::{Interval, down, up};

/// Cells that are processed together.
pub(super) const CELLS: usize = 4;

/// Log of the mass ∫ N(z; 0, I) p(x|z) dz of each cell.
pub(super) fn log_masses(decoder: &SignedDecoder, cells: &[Cell; CELLS]) -> [Interval; CELLS] {
    let log_likelihoods = log_likelihoods(decoder, cells);
    std::array::from_fn(|lane| {
        log_likelihoods[lane] + cells[lane].log_prior() + cells[lane].log_area()
    })
}

/// log p(x|z) for every z in each cell.
///
/// tanh and ReLU rise, so unit j stays in h̄_j ± ρ_j, and signed logit d in ȳ_d ± Σ_j|W_dj| ρ_j; softplus rises,
/// too, which bounds ℓ on both sides. Beside that, −softplus is concave: its tangent at ȳ gives
/// ℓ ≤ ℓ(ȳ) + Σ_j|v_j| ρ_j with v = −Wᵀσ(ȳ), far tighter once the cell is small.
///
/// Rounding: ρ holds the units' own error. ȳ, its reach and their sum, each a sum over the weights of numbers
/// of at most 1 (of at most M_j for ReLU), are off by at most Y together; so four Y are allowed, and what the
/// sum of softplus adds (see `decoder`). v_j is off by at most n u Σ_d|W_dj|.
fn log_likelihoods(decoder: &SignedDecoder, cells: &[Cell; CELLS]) -> [Interval; CELLS] {
    let (middles, radii) = unit_ranges(decoder, cells);
    let mut logits: Vec<[f64; CELLS]> = decoder.biases.iter().map(|&bias| [bias; CELLS]).collect();
    decoder.product(
        &middles,
        |weight| weight,
        |pixel, sums| {
            for (logit, sum) in logits[pixel].iter_mut().zip(sums) {
                *logit += sum;
            }
        },
    );
    let [mut lowest, mut middle, mut highest] = [SoftplusSum::<CELLS>::new(); 3];
    let mut slopes = Vec::with_capacity(logits.len());
    decoder.product(&radii, f64::abs, |pixel, reach| {
        let logit = logits[pixel];
        lowest.push(std::array::from_fn(|lane| logit[lane] - reach[lane]));
        middle.push(logit);
        highest.push(std::array::from_fn(|lane| logit[lane] + reach[lane]));
        slopes.push(logit.map(|logit| softplus_derivatives(logit).0));
    });
    let [lowest, middle, highest] = [lowest, middle, highest].map(SoftplusSum::finish);
    let tangents = decoder.transposed_product(&slopes);
    let rounding = decoder.sum_rounding();

    std::array::from_fn(|lane| {
        let reach = cells[lane].reach();
        let slack = |sum: f64| {
            up(3.0 * decoder.logit_error(reach) + decoder.log_likelihood_error(reach, sum))
        };
        let along: f64 = tangents
            .iter()
            .zip(&decoder.column_sums)
            .zip(&radii)
            .map(|((v, sum), radius)| (v[lane].abs() + rounding * sum) * radius[lane])
            .sum();
        let by_range = up(slack(lowest[lane]) - lowest[lane]);
        let by_tangent = up(up(along * INFLATION - middle[lane]) + slack(middle[lane]));
        let lower = down(-highest[lane] - slack(highest[lane]));
        // A likelihood of black and white pixels is a probability.
        Interval::new(lower, by_range.min(by_tangent).min(0.0))
    })
}

type Lanes = Vec<[f64; CELLS]>;

/// h̄ and ρ of every unit.
fn unit_ranges(decoder: &SignedDecoder, cells: &[Cell; CELLS]) -> (Lanes, Lanes) {
    let range = |cell: &Cell, index: usize| {
        let unit = &decoder.units[index];
        let center = unit.pre_activation(cell.center);
        let reach = unit.reach([cell.half_width; 2]);
        let [low, high] = [center - reach, center + reach].map(|end| decoder.activate(end));
        // T for an end, and u, far less than T, for the middle.
        let error = 2.0 * decoder.unit_error(cell.reach());
        (0.5 * (low + high), (0.5 * (high - low) + error) * INFLATION)
    };
    let lanes = |index: usize| {
        let ranges = cells.each_ref().map(|cell| range(cell, index));
        (ranges.map(|range| range.0), ranges.map(|range| range.1))
    };
    (0..decoder.hidden()).map(lanes).unzip()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::exact::certificate::decoder::tests::{relu_decoder, small_decoder};

    #[test]
    fn the_bounds_close_with_the_cell() {
        let decoder = small_decoder(1.0);
        let cells = [0, 4, 8, 20]
            .map(|depth| Cell { center: [0.5, -0.75], half_width: 2.0_f64.powi(-depth) });
        let [value] = decoder.log_likelihoods(&[[0.5, -0.75]]);
        let widths = log_likelihoods(&decoder, &cells).map(|range| {
            assert!(range.contains(value));
            range.width()
        });
        // Of first order in the cell's size, down to rounding.
        assert!(widths[1] < widths[0] / 8.0 && widths[2] < widths[1] / 14.0, "{widths:?}");
        assert!(widths[3] < 0.01, "{widths:?}");
    }

    #[test]
    fn a_cell_that_is_a_point_has_the_width_of_rounding() {
        let decoder = small_decoder(1.0);
        let cell = Cell { center: [0.5, -0.75], half_width: 2.0_f64.powi(-50) };
        let [value] = decoder.log_likelihoods(&[cell.center]);
        let error = decoder.log_likelihood_error(cell.reach(), value);
        let range = log_likelihoods(&decoder, &[cell; CELLS])[0];
        assert!(range.contains(value - error) && range.contains(value + error), "{range:?}");
        assert!(range.width() < 10.0 * error, "{} {error}", range.width());
    }

    #[test]
    fn the_whole_plane_has_a_bound() {
        let decoder = small_decoder(1.0);
        let cells = [Cell { center: [0.0; 2], half_width: 1024.0 }; CELLS];
        for range in log_likelihoods(&decoder, &cells) {
            assert!(range.lower() > -1e5 && range.upper() <= 0.0 && range.upper() > -544.0);
        }
    }

    proptest! {
        #[test]
        fn every_point_of_a_cell_is_in_its_range(
            scale in prop_oneof![Just(0.3), Just(1.0), Just(6.0)], is_smooth in any::<bool>(),
            place in [-40_i32..=40, -40_i32..=40], depth in -2..8_i32,
            inside in prop::array::uniform8([-1.0..=1.0_f64, -1.0..=1.0_f64]),
        ) {
            let decoder =
                if is_smooth { small_decoder(scale) } else { relu_decoder(4, scale, 5) };
            let half_width = 2.0_f64.powi(-depth);
            let cell = Cell { center: place.map(|p| f64::from(p) * 0.125), half_width };
            let mut points = inside
                .map(|inside| [0, 1].map(|axis| cell.center[axis] + inside[axis] * half_width));
            // Extremes lie in corners most often.
            points[0] = cell.center.map(|c| c + half_width);
            points[1] = cell.center.map(|c| c - half_width);
            let range = log_likelihoods(&decoder, &[cell; CELLS])[0];
            for value in decoder.log_likelihoods(&points) {
                prop_assert!(range.contains(value), "{value} {range:?}");
            }
        }
    }
}
