//! The distribution of log-weights in bins that keep four moments each.

use std::collections::BTreeMap;

use crate::exact::WeightNode;

/// Least width of a bin in nats. A bin is replaced by two nodes with its first four moments: for e^{−e^x} the error
/// is less than its fourth derivative times 1e-7.
const LEAST_WIDTH: f64 = 0.125;
/// Bins at most: log-weights over thousands of nats have wider ones, which their density hardly changes in.
const MOST_BINS: f64 = 8_000.0;
/// Bins that are kept together.
const PAGE: i64 = 64;

/// Share, and sums of share times the first three powers of the distance to a bin's centre.
type BinMoments = [f64; 4];

/// The width of the bins for log-weights with this spread in nats.
pub(super) fn bin_width(spread: f64) -> f64 {
    // `max` ignores a spread that is NaN.
    LEAST_WIDTH.max(spread / MOST_BINS)
}

/// Whether bins of this width may cost digits.
pub(super) fn is_wide(width: f64) -> bool {
    width > LEAST_WIDTH
}

#[derive(Clone, Debug)]
pub(super) struct Histogram {
    /// Of a bin, in nats.
    width: f64,
    pages: BTreeMap<i64, Box<[BinMoments; PAGE as usize]>>,
    /// The share of q whose weight is zero or NaN.
    other: Option<WeightNode>,
}

impl Histogram {
    pub(super) fn new(width: f64) -> Self {
        Self { width, pages: BTreeMap::new(), other: None }
    }

    pub(super) fn add(&mut self, log_weight: f64, share: f64) {
        if !log_weight.is_finite() {
            // NaN is kept rather than zero, so that it is reported.
            let other = self.other.get_or_insert(WeightNode { log_weight, share: 0.0 });
            other.share += share;
            if log_weight != f64::NEG_INFINITY {
                other.log_weight = log_weight;
            }
            return;
        }
        let bin = (log_weight / self.width).round();
        let off = log_weight - bin * self.width;
        let bin = bin as i64;
        let page = self
            .pages
            .entry(bin.div_euclid(PAGE))
            .or_insert_with(|| Box::new([[0.0; 4]; PAGE as usize]));
        let moments = &mut page[bin.rem_euclid(PAGE) as usize];
        let mut term = share;
        for moment in moments {
            *moment += term;
            term *= off;
        }
    }

    /// The nodes that represent the distribution.
    pub(super) fn nodes(&self) -> Vec<WeightNode> {
        let mut nodes: Vec<WeightNode> = self.other.into_iter().collect();
        for (page, bins) in &self.pages {
            for (index, moments) in bins.iter().enumerate().filter(|(_, bin)| bin[0] > 0.0) {
                let center = (page * PAGE + index as i64) as f64 * self.width;
                let pair = two_nodes(*moments, self.width);
                nodes.extend(
                    pair.into_iter()
                        .filter(|(_, share)| *share > 0.0)
                        .map(|(off, share)| WeightNode { log_weight: center + off, share }),
                );
            }
        }
        nodes
    }
}

/// The two-point Gauss rule of a measure on an interval of this width, from its moments of order 0 to 3.
fn two_nodes([share, first, second, third]: BinMoments, width: f64) -> [(f64, f64); 2] {
    let mean = first / share;
    let variance = second / share - mean * mean;
    // All at one value up to rounding.
    if variance <= 1e-12 * width * width {
        return [(mean, share), (mean, 0.0)];
    }
    let central = third / share - 3.0 * mean * second / share + 2.0 * mean * mean * mean;
    // The nodes are the roots of t² − skew·t − variance about the mean.
    let half = 0.5 * central / variance;
    let root = (half * half + variance).sqrt();
    let bound = |off: f64| (mean + off).clamp(-0.5 * width, 0.5 * width);
    let upper = share * (root - half) / (2.0 * root);
    [(bound(half - root), share - upper), (bound(half + root), upper)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_nodes_have_the_moments() {
        let points = [(-0.06, 0.2), (-0.01, 0.5), (0.02, 1.0), (0.05, 0.1)];
        let moment = |points: &[(f64, f64)], power: i32| -> f64 {
            points.iter().map(|(off, share)| share * off.powi(power)).sum()
        };
        let pair = two_nodes([0, 1, 2, 3].map(|power| moment(&points, power)), LEAST_WIDTH);
        for power in 0..4 {
            let (found, expected) = (moment(&pair, power), moment(&points, power));
            assert!((found - expected).abs() < 1e-15, "{power}: {found} {expected}");
        }
        let single = two_nodes([2.0, 0.1, 0.005, 0.00025], LEAST_WIDTH);
        assert_eq!(single, [(0.05, 2.0), (0.05, 0.0)]);
    }

    #[test]
    fn there_are_never_more_bins_than_the_curve_can_take() {
        for spread in [10.0, 3_000.0, 1e7] {
            let mut histogram = Histogram::new(bin_width(spread));
            for index in 0..200_000 {
                histogram.add(-spread * f64::from(index) / 200_000.0, 1.0);
            }
            let nodes = histogram.nodes();
            assert!(nodes.len() <= 2 * (MOST_BINS as usize + 2), "{spread}: {}", nodes.len());
            assert!((nodes.iter().map(|node| node.share).sum::<f64>() - 2e5).abs() < 1e-6);
        }
    }

    #[test]
    fn shares_and_means_are_kept_across_bins() {
        let mut histogram = Histogram::new(LEAST_WIDTH);
        let (mut total, mut sum) = (0.0, 0.0);
        for index in 0..1000 {
            let share = 1.0 / f64::from(1 + index);
            let log_weight = -300.0 + 0.37 * f64::from(index);
            histogram.add(log_weight, share);
            total += share;
            sum += share * log_weight;
        }
        histogram.add(f64::NEG_INFINITY, 0.5);
        let nodes = histogram.nodes();
        assert_eq!(nodes[0], WeightNode { log_weight: f64::NEG_INFINITY, share: 0.5 });
        let found: f64 = nodes[1..].iter().map(|node| node.share).sum();
        let mean: f64 = nodes[1..].iter().map(|node| node.share * node.log_weight).sum();
        assert!((found - total).abs() < 1e-12 && (mean - sum).abs() < 1e-9, "{found} {mean}");
    }
}
