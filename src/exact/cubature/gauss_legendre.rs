//! Gauss–Legendre rules of any order on [−1, 1].

/// Nodes in ascending order and their weights, which sum to 2.
#[derive(Clone, Debug)]
pub(in crate::exact) struct GaussLegendre {
    pub nodes: Vec<f64>,
    pub weights: Vec<f64>,
}

impl GaussLegendre {
    /// The rule with `order` nodes, exact for polynomials up to degree 2·order − 1.
    pub(crate) fn new(order: usize) -> Self {
        let (mut nodes, mut weights) = (vec![0.0; order], vec![0.0; order]);
        for index in 0..order {
            // Newton's method from the usual first guess (Abramowitz & Stegun 22.16.6).
            let mut x =
                -(std::f64::consts::PI * (index as f64 + 0.75) / (order as f64 + 0.5)).cos();
            let mut slope = 1.0;
            for _ in 0..8 {
                let (value, derivative) = legendre(order, x);
                slope = derivative;
                x -= value / slope;
            }
            nodes[index] = x;
            weights[index] = 2.0 / ((1.0 - x * x) * slope * slope);
        }
        Self { nodes, weights }
    }
}

/// P_n(x) and its derivative, for |x| < 1.
fn legendre(order: usize, x: f64) -> (f64, f64) {
    let (mut before, mut value) = (0.0, 1.0);
    for degree in 1..=order {
        let n = degree as f64;
        (before, value) = (value, ((2.0 * n - 1.0) * x * value - (n - 1.0) * before) / n);
    }
    (value, order as f64 * (before - x * value) / (1.0 - x * x))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers_up_to_twice_the_order_are_integrated() {
        for order in [1, 2, 5, 8, 12, 16] {
            let rule = GaussLegendre::new(order);
            assert!(rule.nodes.is_sorted());
            for power in 0..2 * order as i32 {
                let sum: f64 =
                    rule.nodes.iter().zip(&rule.weights).map(|(x, w)| w * x.powi(power)).sum();
                let expected = if power % 2 == 0 { 2.0 / f64::from(power + 1) } else { 0.0 };
                assert!((sum - expected).abs() < 1e-14, "{order} {power}: {sum}");
            }
        }
        // By mpmath.
        assert!((GaussLegendre::new(5).nodes[4] - 0.906_179_845_938_664).abs() < 1e-15);
    }
}
