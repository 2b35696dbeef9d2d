//! log p(x|z) of one x as a function of z: the interface between integrals and decoders.

/// log p(x|z) of one x over the latent plane, from a lattice or from a decoder.
pub trait LogLikelihood {
    /// Appends log p(x|z) in nats at each of `points` to `values`.
    fn extend(&self, points: &[[f64; 2]], values: &mut Vec<f64>);

    /// The step of the lattice whose nodes need no interpolation; `None` where every point is evaluated separately.
    fn lattice_step(&self) -> Option<f64> {
        None
    }

    /// The lines across which the gradient jumps.
    fn kinks(&self) -> &[Kink] {
        &[]
    }

    /// Local maxima of log p(x, z) that are known without a search, the highest first.
    fn modes(&self) -> Vec<[f64; 2]> {
        Vec::new()
    }

    /// log p(x|z) in nats at one point.
    fn at(&self, z: [f64; 2]) -> f64 {
        let mut values = Vec::with_capacity(1);
        self.extend(&[z], &mut values);
        values.first().copied().unwrap_or(f64::NAN)
    }
}

/// The line normal·z + offset = 0, on which a rectified unit begins.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Kink {
    /// Normal to the line, of any length but zero.
    pub normal: [f64; 2],
    /// Value at the origin.
    pub offset: f64,
}

impl Kink {
    /// Positive on one side of the line, negative on the other.
    pub fn side(&self, [z1, z2]: [f64; 2]) -> f64 {
        self.normal[0] * z1 + self.normal[1] * z2 + self.offset
    }
}
