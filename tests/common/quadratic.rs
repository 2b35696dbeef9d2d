//! A model whose log p(x|z) is quadratic in z: all its results have closed forms.

use elboscope::exact::{Lattice, LatticePair, LogLikelihoodField, LogLikelihoodLattice};
use elboscope::family::BivariateGaussian;

/// Symmetric 2×2 matrix [[a, b], [b, c]] as [a, b, c].
type Symmetric = [f64; 3];

/// log p(x|z) = level − ½ (z − t)ᵀ Λ (z − t) in nats, with prior N(0, I): a linear decoder with Gaussian
/// noise.
#[derive(Clone, Copy, Debug)]
pub struct Quadratic {
    pub level: f64,
    pub t: [f64; 2],
    /// Λ, positive semidefinite.
    pub lambda: Symmetric,
}

fn form([a, b, c]: Symmetric, [x, y]: [f64; 2]) -> f64 {
    a * x * x + 2.0 * b * x * y + c * y * y
}

fn trace_of_product([a, b, c]: Symmetric, [p, q, r]: Symmetric) -> f64 {
    a * p + 2.0 * b * q + c * r
}

fn determinant([a, b, c]: Symmetric) -> f64 {
    a * c - b * b
}

impl Quadratic {
    pub fn log_likelihood(&self, z: [f64; 2]) -> f64 {
        self.level - 0.5 * form(self.lambda, [z[0] - self.t[0], z[1] - self.t[1]])
    }

    pub fn field(&self, pair: LatticePair) -> LogLikelihoodField {
        let table = |lattice: Lattice| {
            let side = lattice.side();
            let node = |index: usize| {
                self.log_likelihood([
                    lattice.coordinate(index / side),
                    lattice.coordinate(index % side),
                ])
            };
            let values = (0..lattice.len()).map(node).collect();
            LogLikelihoodLattice::from_values(lattice, values).unwrap()
        };
        LogLikelihoodField { inner: table(pair.inner), outer: table(pair.outer) }
    }

    /// Precision of the posterior, I + Λ.
    fn precision(&self) -> Symmetric {
        [1.0 + self.lambda[0], self.lambda[1], 1.0 + self.lambda[2]]
    }

    /// The posterior N((I + Λ)⁻¹ Λ t, (I + Λ)⁻¹).
    pub fn posterior(&self) -> BivariateGaussian {
        let [a, b, c] = self.precision();
        let d = determinant(self.precision());
        let [l, m, n] = self.lambda;
        let [x, y] = [l * self.t[0] + m * self.t[1], m * self.t[0] + n * self.t[1]];
        let mean = [(c * x - b * y) / d, (a * y - b * x) / d];
        BivariateGaussian::from_covariance(mean, [c / d, -b / d, a / d]).unwrap()
    }

    /// log p(x) = level − ½ tᵀΛt + ½ mᵀ(I + Λ)m − ½ ln det(I + Λ), m the posterior's mean.
    pub fn log_evidence(&self) -> f64 {
        let mean = self.posterior().mean();
        let squares = form(self.precision(), mean) - form(self.lambda, self.t);
        self.level + 0.5 * squares - 0.5 * determinant(self.precision()).ln()
    }

    /// E_q log p(x|z) = log p(x|μ) − ½ tr ΛΣ.
    pub fn reconstruction(&self, q: &BivariateGaussian) -> f64 {
        self.log_likelihood(q.mean()) - 0.5 * trace_of_product(self.lambda, q.covariance())
    }

    /// KL(q ‖ posterior).
    pub fn kl_posterior(&self, q: &BivariateGaussian) -> f64 {
        let (precision, mean) = (self.precision(), self.posterior().mean());
        let off = [q.mean()[0] - mean[0], q.mean()[1] - mean[1]];
        let [s1, s2] = q.sd();
        let log_determinant = determinant(precision).ln()
            + 2.0 * (s1.ln() + s2.ln())
            + (1.0 - q.rho() * q.rho()).ln();
        0.5 * (trace_of_product(precision, q.covariance()) + form(precision, off) - 2.0)
            - 0.5 * log_determinant
    }
}
