//! Adaptive integration over panels by the Gauss–Kronrod rule of 7 and 15 nodes (Kronrod 1965; nodes
//! and weights as in QUADPACK, Piessens et al. 1983).

use thiserror::Error;

/// Kronrod's nodes on [−1, 1] that are not negative, outermost first, and their weights. Every second
/// one is a node of Gauss's rule.
const NODES: [(f64, f64); 8] = [
    (0.991_455_371_120_812_6, 0.022_935_322_010_529_224),
    (0.949_107_912_342_758_5, 0.063_092_092_629_978_56),
    (0.864_864_423_359_769_1, 0.104_790_010_322_250_18),
    (0.741_531_185_599_394_4, 0.140_653_259_715_525_92),
    (0.586_087_235_467_691_1, 0.169_004_726_639_267_9),
    (0.405_845_151_377_397_2, 0.190_350_578_064_785_4),
    (0.207_784_955_007_898_47, 0.204_432_940_075_298_9),
    (0.0, 0.209_482_141_084_727_82),
];

/// Gauss's weights of nodes 1, 3, 5 and 7.
const GAUSS: [f64; 4] = [
    0.129_484_966_168_869_7,
    0.279_705_391_489_276_64,
    0.381_830_050_505_118_9,
    0.417_959_183_673_469_4,
];

/// Largest |Kronrod − Gauss| of an accepted panel, relative to the whole integral. The Kronrod value,
/// which is the one taken, has by then about twice as many digits.
const TOLERANCE: f64 = 1e-11;
/// More panels than this mean that the integrand cannot be resolved.
const MOST_PANELS: usize = 20_000;

/// Why an integral has no value.
#[derive(Clone, Copy, Debug, Error, PartialEq)]
pub enum QuadratureError {
    /// The integrand was NaN.
    #[error("the integrand is not a number near z = {at}")]
    NotANumber {
        /// A nearby point.
        at: f64,
    },
    /// The integrand was infinite, or the integral over the tail does not converge.
    #[error("the integral is infinite: the integrand grows without limit near z = {at}")]
    Infinite {
        /// A nearby point.
        at: f64,
    },
    /// The density is zero wherever it was looked for.
    #[error("no probability was found at any of the landmarks")]
    NoMass,
    /// Too many panels.
    #[error("the integrand could not be resolved with {MOST_PANELS} panels")]
    Unresolved,
}

/// A stretch of the line with the integral over it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Panel {
    pub low: f64,
    pub high: f64,
    /// ∫ f over it.
    pub value: f64,
    /// ∫ |f| over it.
    pub absolute: f64,
    /// |Kronrod − Gauss|.
    pub error: f64,
}

/// Calls `visit(z, Kronrod weight, Gauss weight)` on the 15 nodes of [low, high].
pub(super) fn for_each_node(low: f64, high: f64, mut visit: impl FnMut(f64, f64, f64)) {
    // Halved first: the panels at the ends of the line are near the largest numbers there are.
    let (centre, half) = (0.5 * low + 0.5 * high, 0.5 * high - 0.5 * low);
    for (index, (node, kronrod)) in NODES.into_iter().enumerate() {
        let gauss = if index % 2 == 1 { half * GAUSS[index / 2] } else { 0.0 };
        visit(centre - half * node, half * kronrod, gauss);
        if node > 0.0 {
            visit(centre + half * node, half * kronrod, gauss);
        }
    }
}

impl Panel {
    pub(super) fn new(
        f: &impl Fn(f64) -> f64,
        low: f64,
        high: f64,
    ) -> Result<Self, QuadratureError> {
        let (mut value, mut absolute, mut gauss) = (0.0, 0.0, 0.0);
        for_each_node(low, high, |z, kronrod_weight, gauss_weight| {
            let y = f(z);
            value += kronrod_weight * y;
            absolute += kronrod_weight * y.abs();
            gauss += gauss_weight * y;
        });
        let at = 0.5 * low + 0.5 * high;
        if absolute.is_nan() {
            return Err(QuadratureError::NotANumber { at });
        }
        if absolute.is_infinite() {
            return Err(QuadratureError::Infinite { at });
        }
        Ok(Self { low, high, value, absolute, error: (value - gauss).abs() })
    }
}

/// Integrates f over panels between ascending `edges`, halving them until all are resolved.
///
/// `noise` is the relative rounding error of f; differences below it do not refine a panel. The panels are in order.
pub(super) fn integrate(
    f: impl Fn(f64) -> f64,
    edges: &[f64],
    noise: f64,
) -> Result<Vec<Panel>, QuadratureError> {
    let first: Vec<Panel> =
        edges.windows(2).map(|edge| Panel::new(&f, edge[0], edge[1])).collect::<Result<_, _>>()?;
    let whole: f64 = first.iter().map(|panel| panel.absolute).sum();
    let threshold = whole * TOLERANCE.max(8.0 * noise);
    let mut waiting = first;
    waiting.reverse();
    let mut resolved: Vec<Panel> = Vec::with_capacity(waiting.len());
    while let Some(panel) = waiting.pop() {
        let middle = 0.5 * panel.low + 0.5 * panel.high;
        let is_splittable = panel.low < middle && middle < panel.high;
        if panel.error <= threshold || !is_splittable {
            resolved.push(panel);
        } else if resolved.len() + waiting.len() >= MOST_PANELS {
            return Err(QuadratureError::Unresolved);
        } else {
            waiting.push(Panel::new(&f, middle, panel.high)?);
            waiting.push(Panel::new(&f, panel.low, middle)?);
        }
    }
    Ok(resolved)
}

/// [`integrate`] over the whole line, the first and last panels reaching so far out that only a tail
/// without end is felt there.
pub(super) fn integrate_line(
    f: impl Fn(f64) -> f64,
    edges: &[f64],
    noise: f64,
) -> Result<Vec<Panel>, QuadratureError> {
    let panels = integrate(f, edges, noise)?;
    let total: f64 = panels.iter().map(|panel| panel.absolute).sum();
    for end in [panels.first(), panels.last()].into_iter().flatten() {
        if end.absolute > total * 1e-9 {
            return Err(QuadratureError::Infinite { at: 0.5 * end.low + 0.5 * end.high });
        }
    }
    Ok(panels)
}

#[cfg(test)]
mod tests {
    use approx::assert_abs_diff_eq;

    use super::*;

    fn value(panels: &[Panel]) -> f64 {
        panels.iter().map(|panel| panel.value).sum()
    }

    #[test]
    fn the_rules_are_exact_for_their_polynomials() {
        // Kronrod's 15 nodes to degree 23, Gauss's 7 to degree 13; on [−1, 3] odd powers count too.
        for degree in 0..=23 {
            let f = |z: f64| (0.5 * z).powi(degree);
            let exact = 2.0 * (1.5_f64.powi(degree + 1) - (-0.5_f64).powi(degree + 1))
                / f64::from(degree + 1);
            let panel = Panel::new(&f, -1.0, 3.0).unwrap();
            assert_abs_diff_eq!(panel.value, exact, epsilon = 1e-14 * exact);
            assert_eq!(panel.error < 1e-13 * exact, degree <= 13, "{degree} {panel:?}");
        }
    }

    #[test]
    fn a_root_at_an_edge_is_resolved() {
        let panels = integrate(|z: f64| z.abs().sqrt(), &[0.0, 0.5, 1.0], 0.0).unwrap();
        assert_abs_diff_eq!(value(&panels), 2.0 / 3.0, epsilon = 1e-10);
        assert!(panels.windows(2).all(|pair| pair[0].high == pair[1].low));
    }

    #[test]
    fn a_kink_without_an_edge_is_resolved() {
        let edges = [-2.0, -1.0, 1.0, 2.0];
        let panels = integrate(|z: f64| (-(z - 0.3).abs() * 40.0).exp(), &edges, 0.0).unwrap();
        assert_abs_diff_eq!(value(&panels), 0.05, epsilon = 1e-12);
    }

    #[test]
    fn what_has_no_value_is_an_error() {
        let of = |f: fn(f64) -> f64| integrate_line(f, &[-4.0, -1.0, 0.0, 1.0, 4.0], 0.0).err();
        assert!(matches!(of(|z| z.sqrt()), Some(QuadratureError::NotANumber { .. })));
        assert!(matches!(of(|z| 1.0 / z.max(0.0)), Some(QuadratureError::Infinite { .. })));
        assert!(matches!(of(|z| z * z), Some(QuadratureError::Infinite { .. })));
        assert_eq!(of(|_| 0.0), None);
    }
}
