//! Interpolation on equidistant nodes by Lagrange polynomials of degree 11.

/// Nodes in a stencil. For a decoder of the size of the shipped one this many bring log p(x|z) between
/// the nodes to 1e-7 nats; eight stop at 1e-5.
const NODES: usize = 12;

/// Nodes and weights for one coordinate.
pub(super) enum Stencil {
    /// The coordinate is a node.
    Node(usize),
    /// Neighbouring nodes, the first of them by index.
    Between(usize, [f64; NODES]),
}

/// 1 / Π_{j≠k} (k − j) for k, j = 0 … NODES − 1.
const INVERSE_DENOMINATORS: [f64; NODES] = {
    let mut inverse = [1.0; NODES];
    let mut k = 0;
    while k < NODES {
        let mut j = 0;
        while j < NODES {
            if j != k {
                inverse[k] /= k as f64 - j as f64;
            }
            j += 1;
        }
        k += 1;
    }
    inverse
};

impl Stencil {
    /// How many steps from the border the stencil is still centred.
    pub(super) const REACH: f64 = (NODES / 2) as f64;

    /// The stencil for a position in units of steps from the first of `side` ≥ 12 nodes.
    pub(super) fn new(position: f64, side: usize) -> Self {
        let position = position.clamp(0.0, (side - 1) as f64);
        let nearest = position.round();
        // Rounding of multiples of the step must not cost a pass through all the weights.
        if (position - nearest).abs() < 1e-9 {
            return Self::Node(nearest as usize);
        }
        let first = (position as usize).saturating_sub(NODES / 2 - 1).min(side - NODES);
        let offset = position - first as f64;
        let mut weights = INVERSE_DENOMINATORS;
        let mut before = 1.0;
        let mut after = 1.0;
        for index in 0..NODES {
            weights[index] *= before;
            before *= offset - index as f64;
            let mirrored = NODES - 1 - index;
            weights[mirrored] *= after;
            after *= offset - mirrored as f64;
        }
        Self::Between(first, weights)
    }

    /// Σ weight · value over the nodes of the stencil.
    pub(super) fn sum(&self, value: impl Fn(usize) -> f64) -> f64 {
        match self {
            Self::Node(index) => value(*index),
            Self::Between(first, weights) => {
                weights.iter().enumerate().map(|(offset, w)| w * value(first + offset)).sum()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Stencil;

    #[test]
    fn polynomials_of_degree_seven_are_exact_everywhere() {
        let polynomial = |x: f64| {
            let t = x / 20.0 - 0.3;
            ((((((3.0 * t - 1.0) * t + 2.0) * t - 0.5) * t + 4.0) * t - 2.0) * t + 1.0) * t + 0.25
        };
        for step in 0..380 {
            let position = step as f64 * 0.05;
            let found = Stencil::new(position, 20).sum(|index| polynomial(index as f64));
            assert!((found - polynomial(position)).abs() < 1e-12, "{position}");
        }
    }

    #[test]
    fn nodes_are_returned_to_the_last_bit() {
        let found = Stencil::new(7.0 + 1e-13, 20).sum(|index| (index as f64).exp());
        assert_eq!(found, 7.0_f64.exp());
    }
}
