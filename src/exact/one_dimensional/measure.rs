//! A positive function on the line, known by its logarithm, with panels that resolve all of it.

use super::density::Landmark;
use super::kronrod::{Panel, QuadratureError, for_each_node, integrate_line};
use crate::ordering::sort_by_f64;

/// The line ends this many scales from the landmarks, 2⁵²: far enough that even 1/z² has ended.
const FAR: f64 = 4_503_599_627_370_496.0;
/// Peaks this many nats below the highest are not refined.
const NEGLIGIBLE: f64 = 60.0;
/// Nats below the median at which a weight counts as nothing.
const FAR_BELOW: f64 = 1000.0;
/// Nodes after which no panel is cut any more.
const MOST_NODES: usize = 200_000;
/// Rounds of looking for peaks between the panels of the round before.
const ROUNDS: usize = 4;

/// exp(log_weight) dz on the line, and panels on which its integral is resolved.
pub(super) struct LineMeasure<F> {
    log_weight: F,
    /// The largest log-weight found, in nats: everything is scaled by it.
    log_scale: f64,
    panels: Vec<Panel>,
    /// ∫ exp(log_weight − log_scale).
    scaled_mass: f64,
}

/// A node of a quadrature rule for a normalised density.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LineNode {
    /// Place on the line.
    pub z: f64,
    /// Its weight; over all nodes they sum to one.
    pub weight: f64,
}

impl<F: Fn(f64) -> f64> LineMeasure<F> {
    /// Lays panels that are short near the landmarks and near every peak that shows between them.
    pub(super) fn new(
        log_weight: F,
        landmarks: impl IntoIterator<Item = Landmark>,
        kinks: &[f64],
    ) -> Result<Self, QuadratureError> {
        let mut landmarks: Vec<Landmark> = landmarks.into_iter().collect();
        let mut edges = graded(&landmarks, kinks);
        for _ in 0..ROUNDS {
            let peaks = peaks(&log_weight, &edges);
            if peaks.is_empty() {
                break;
            }
            landmarks.extend(peaks);
            edges = graded(&landmarks, kinks);
        }
        let log_scale = edges.iter().map(|z| log_weight(*z)).fold(f64::NEG_INFINITY, f64::max);
        if log_scale == f64::NEG_INFINITY {
            return Err(QuadratureError::NoMass);
        }
        // Highest at an end of the line: it grows without limit.
        for end in [edges.first(), edges.last()].into_iter().flatten() {
            if log_weight(*end) == log_scale {
                return Err(QuadratureError::Infinite { at: *end });
            }
        }
        let noise = f64::EPSILON * (1.0 + log_scale.abs());
        let panels = integrate_line(|z| (log_weight(z) - log_scale).exp(), &edges, noise)?;
        let scaled_mass: f64 = panels.iter().map(|panel| panel.value).sum();
        if scaled_mass <= 0.0 {
            return Err(QuadratureError::NoMass);
        }
        Ok(Self { log_weight, log_scale, panels, scaled_mass })
    }

    /// log ∫ exp(log_weight) in nats.
    pub(super) fn log_mass(&self) -> f64 {
        self.log_scale + self.scaled_mass.ln()
    }

    /// Panels in order, each with its share of the mass as `value`.
    pub(super) fn shares(&self) -> impl Iterator<Item = Panel> + '_ {
        self.panels.iter().map(|panel| Panel { value: panel.value / self.scaled_mass, ..*panel })
    }

    /// The normalised density at z.
    pub(super) fn density(&self, z: f64) -> f64 {
        ((self.log_weight)(z) - self.log_scale).exp() / self.scaled_mass
    }

    /// E f under the normalised measure. f is not evaluated where the measure is zero to rounding.
    pub(super) fn mean(&self, f: impl Fn(f64) -> f64) -> Result<f64, QuadratureError> {
        let mut edges: Vec<f64> = self.panels.iter().map(|panel| panel.low).collect();
        edges.extend(self.panels.last().map(|panel| panel.high));
        let integrand = |z| {
            let density = self.density(z);
            if density > 0.0 { density * f(z) } else { 0.0 }
        };
        let noise = f64::EPSILON * (1.0 + self.log_scale.abs());
        let panels = integrate_line(integrand, &edges, noise)?;
        Ok(panels.iter().map(|panel| panel.value).sum())
    }

    /// E f for an f in nats that may be zero everywhere up to rounding, as a difference of two equal
    /// log-densities is: resolved to 1e-11 nats and not relative to its own size, which has no digit.
    pub(super) fn mean_nats(&self, f: impl Fn(f64) -> f64) -> Result<f64, QuadratureError> {
        Ok(self.mean(|z| 1.0 + f(z))? - 1.0)
    }

    /// Nodes z_i and weights w_i with Σ w_i f(z_i) ≈ E f for smooth f; Σ w_i = 1.
    pub(super) fn nodes(&self) -> Vec<LineNode> {
        let mut nodes = Vec::with_capacity(15 * self.panels.len());
        for panel in &self.panels {
            self.push_nodes(panel.low, panel.high, &mut nodes);
        }
        nodes
    }

    /// The same on panels so short that `exponent` changes by no more than `nats` on each, for an f that
    /// changes with e^exponent.
    ///
    /// Panels on which it lies [`FAR_BELOW`] its median stay as they are: e^exponent is nothing there, and
    /// the tail of a Student t, on which it falls like −z⁴, would have no end.
    pub(super) fn nodes_for(&self, exponent: impl Fn(f64) -> f64, nats: f64) -> Vec<LineNode> {
        let mut heights: Vec<(f64, f64)> =
            self.nodes().iter().map(|node| (exponent(node.z), node.weight)).collect();
        sort_by_f64(&mut heights, |height| height.0);
        let mut below = 0.0;
        let median = heights.iter().find(|(_, weight)| {
            below += weight;
            below >= 0.5
        });
        let floor = median.map_or(f64::INFINITY, |(height, _)| height - FAR_BELOW);

        let mut nodes = Vec::with_capacity(15 * self.panels.len());
        let mut waiting: Vec<(f64, f64)> =
            self.panels.iter().rev().map(|panel| (panel.low, panel.high)).collect();
        while let Some((low, high)) = waiting.pop() {
            let middle = 0.5 * low + 0.5 * high;
            let heights = [low, middle, high].map(&exponent);
            let change = (heights[0] - heights[1]).abs() + (heights[1] - heights[2]).abs();
            let is_low = heights.iter().all(|height| *height < floor);
            // Panels where the density underflows are not refined.
            let has_mass = [low, middle, high].iter().any(|z| self.density(*z) > 0.0);
            let is_steep = has_mass && !is_low && change > nats && nodes.len() < MOST_NODES;
            if is_steep && low < middle && middle < high {
                waiting.push((middle, high));
                waiting.push((low, middle));
            } else {
                self.push_nodes(low, high, &mut nodes);
            }
        }
        nodes
    }

    fn push_nodes(&self, low: f64, high: f64, nodes: &mut Vec<LineNode>) {
        for_each_node(low, high, |z, length, _| {
            let weight = length * self.density(z);
            if weight > 0.0 {
                nodes.push(LineNode { z, weight });
            }
        });
    }
}

/// Edges of panels over the whole line, none longer than its distance from a landmark or the
/// landmark's scale, whichever is larger.
fn graded(landmarks: &[Landmark], kinks: &[f64]) -> Vec<f64> {
    let reach = landmarks.iter().map(|mark| mark.at.abs() + mark.scale).fold(1.0, f64::max) * FAR;
    let mut coarse: Vec<f64> = kinks.to_vec();
    coarse.extend(landmarks.iter().map(|mark| mark.at));
    coarse.extend([-reach, reach]);
    coarse.sort_by(f64::total_cmp);
    coarse.dedup();

    let mut edges = vec![-reach];
    let mut waiting: Vec<(f64, f64)> =
        coarse.windows(2).map(|pair| (pair[0], pair[1])).rev().collect();
    while let Some((low, high)) = waiting.pop() {
        let middle = 0.5 * low + 0.5 * high;
        let is_long = landmarks.iter().any(|mark| {
            let distance = (low - mark.at).max(mark.at - high).max(0.0);
            high - low > mark.scale.max(distance)
        });
        if is_long && low < middle && middle < high {
            waiting.push((middle, high));
            waiting.push((low, middle));
        } else {
            edges.push(high);
        }
    }
    edges
}

/// The local maxima of `log_weight` that the panels between `edges` are too long to resolve.
fn peaks(log_weight: &impl Fn(f64) -> f64, edges: &[f64]) -> Vec<Landmark> {
    let points: Vec<f64> = edges
        .windows(2)
        .flat_map(|pair| [pair[0], 0.5 * pair[0] + 0.5 * pair[1]])
        .chain(edges.last().copied())
        .collect();
    let heights: Vec<f64> = points.iter().map(|z| log_weight(*z)).collect();
    let highest = heights.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    (1..points.len() - 1)
        .filter(|&index| {
            let height = heights[index];
            height.is_finite()
                && height > highest - NEGLIGIBLE
                && height >= heights[index - 1]
                && height >= heights[index + 1]
        })
        .filter_map(|index| {
            let (low, high) = (points[index - 1], points[index + 1]);
            let at = climb(log_weight, low, high);
            let scale = width(log_weight, at);
            // Panels of twice the width are resolved by fifteen nodes.
            (scale > 0.0 && high - low > 4.0 * scale).then_some(Landmark { at, scale })
        })
        .collect()
}

/// The highest point between low and high by golden sections.
fn climb(log_weight: &impl Fn(f64) -> f64, mut low: f64, mut high: f64) -> f64 {
    const SECTION: f64 = 0.618_033_988_749_894_9;
    // 2⁵² distances shrink to rounding in 75 sections.
    for _ in 0..75 {
        let left = high - SECTION * (high - low);
        let right = low + SECTION * (high - low);
        if !(low < left && left < right && right < high) {
            break;
        }
        if log_weight(left) < log_weight(right) {
            low = left;
        } else {
            high = right;
        }
    }
    0.5 * low + 0.5 * high
}

/// The distance from a peak within which the log-weight falls by half a nat on the steeper side, to a
/// factor of two; 0 if it does not fall within reach.
fn width(log_weight: &impl Fn(f64) -> f64, at: f64) -> f64 {
    let height = log_weight(at);
    // A fall must be more than rounding.
    let fall = 0.5 + 64.0 * f64::EPSILON * height.abs();
    let smallest = 1e-13 * at.abs().max(1e-13);
    std::iter::successors(Some(smallest), |step| Some(2.0 * step))
        .take(160)
        .find(|step| [at - step, at + step].iter().any(|z| height - log_weight(*z) >= fall))
        .unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use approx::assert_abs_diff_eq;

    use super::*;

    fn log_normal(z: f64, mean: f64, sd: f64) -> f64 {
        -0.5 * ((z - mean) / sd).powi(2) - sd.ln() - 0.5 * std::f64::consts::TAU.ln()
    }

    const ORIGIN: Landmark = Landmark { at: 0.0, scale: 1.0 };

    #[test]
    fn a_gaussian_is_found_from_far_away_however_thin() {
        for (mean, sd) in [(0.0, 1.0), (300.0, 1.0), (-7.3, 1e-5), (1e4, 1e-3), (5.0, 1e4)] {
            let measure =
                LineMeasure::new(|z| log_normal(z, mean, sd) - 1e3, [ORIGIN], &[]).unwrap();
            // z itself is rounded, by up to 1e-9 deviations.
            assert_abs_diff_eq!(measure.log_mass(), -1e3, epsilon = 1e-9);
            let found = measure.mean(|z| (z - mean) / sd).unwrap();
            assert_abs_diff_eq!(found, 0.0, epsilon = 1e-6);
            let found = measure.mean(|z| ((z - mean) / sd).powi(2)).unwrap();
            assert_abs_diff_eq!(found, 1.0, epsilon = 1e-6);
            assert!(measure.panels.len() < 2000, "{}", measure.panels.len());
        }
    }

    #[test]
    fn heavy_tails_are_followed_to_their_end() {
        // Cauchy: mass 1, E min(z², 1) = 2/π (of it ½ from beyond 1), and no mean square.
        let log_cauchy = |z: f64| -(std::f64::consts::PI * (1.0 + z * z)).ln();
        let measure = LineMeasure::new(log_cauchy, [ORIGIN], &[-1.0, 1.0]).unwrap();
        assert_abs_diff_eq!(measure.log_mass(), 0.0, epsilon = 1e-12);
        let expected = std::f64::consts::FRAC_2_PI;
        let found = measure.mean(|z| (z * z).min(1.0)).unwrap();
        assert_abs_diff_eq!(found, expected, epsilon = 1e-12);
        let square = measure.mean(|z| z * z);
        assert!(matches!(square, Err(QuadratureError::Infinite { .. })), "{square:?}");
    }

    #[test]
    fn a_density_with_an_end_is_cut_at_its_kink() {
        let log_uniform = |z: f64| if (0.0..=1.0).contains(&z) { 0.0 } else { f64::NEG_INFINITY };
        let inside = Landmark { at: 0.3, scale: 1.0 };
        let measure = LineMeasure::new(log_uniform, [inside], &[0.0, 1.0]).unwrap();
        assert_abs_diff_eq!(measure.log_mass(), 0.0, epsilon = 1e-14);
        assert_abs_diff_eq!(measure.mean(|z| z * z).unwrap(), 1.0 / 3.0, epsilon = 1e-14);
    }

    #[test]
    fn nodes_are_a_rule_for_the_density() {
        let measure = LineMeasure::new(|z| 3.0 + log_normal(z, 0.4, 0.2), [ORIGIN], &[]).unwrap();
        let nodes = measure.nodes();
        let sum = |f: &dyn Fn(f64) -> f64| nodes.iter().map(|n| n.weight * f(n.z)).sum::<f64>();
        assert_abs_diff_eq!(sum(&|_| 1.0), 1.0, epsilon = 1e-13);
        assert_abs_diff_eq!(sum(&|z| z), 0.4, epsilon = 1e-13);
        assert_abs_diff_eq!(sum(&|z| z * z), 0.2, epsilon = 1e-13);
    }

    #[test]
    fn nothing_at_all_is_an_error() {
        let measure = LineMeasure::new(|_| f64::NEG_INFINITY, [ORIGIN], &[]);
        assert_eq!(measure.err(), Some(QuadratureError::NoMass));
        let measure = LineMeasure::new(|_| f64::NAN, [ORIGIN], &[]);
        assert!(measure.is_err());
        for endless in [|_| 0.0, |z: f64| z, |z: f64| z * z, |_| f64::INFINITY] {
            let measure = LineMeasure::new(endless, [ORIGIN], &[]).err();
            assert!(matches!(measure, Some(QuadratureError::Infinite { .. })), "{measure:?}");
        }
    }
}
