//! Where q and the posterior disagree: the gap as a density over the latent plane.

use crate::exact::LogLikelihood;
use crate::family::{BivariateGaussian, log_prior};

/// q log(q/p) − q + p at the nodes of a square, in nats per unit of area, where p is the posterior.
///
/// It is nowhere negative, since t log t − t + 1 is not, and its integral over the plane is KL(q‖p), since q and p
/// integrate to one.
#[derive(Clone, Debug, PartialEq)]
pub struct GapField {
    /// The middle of the square.
    pub center: [f64; 2],
    /// Half its side; the outermost nodes lie on the border.
    pub half_width: f64,
    /// Nodes along a side.
    pub side: usize,
    /// Side × side values, the second coordinate running fastest.
    pub density: Vec<f64>,
    /// Where the density is highest of the points with more of q than of the posterior, and of those with less.
    pub too_much: Option<[f64; 2]>,
    /// See `too_much`.
    pub too_little: Option<[f64; 2]>,
}

impl GapField {
    /// The field of one q on a square. `log_likelihood` is that of the x whose log p(x) is `log_evidence`, in nats.
    pub fn new<L: LogLikelihood + ?Sized>(
        q: &BivariateGaussian,
        log_likelihood: &L,
        log_evidence: f64,
        (center, half_width): ([f64; 2], f64),
        side: usize,
    ) -> Self {
        let step = 2.0 * half_width / (side - 1) as f64;
        let at = |index: usize| {
            let node = [index / side, index % side];
            [0, 1].map(|axis| center[axis] - half_width + step * node[axis] as f64)
        };
        let points: Vec<_> = (0..side * side).map(at).collect();
        let mut log_likelihoods = Vec::with_capacity(points.len());
        log_likelihood.extend(&points, &mut log_likelihoods);
        let mut density = Vec::with_capacity(points.len());
        let mut highest = [(0.0, None); 2];
        for (z, log_likelihood) in points.into_iter().zip(log_likelihoods) {
            let log_q = q.log_density(z);
            let log_p = log_likelihood + log_prior(z) - log_evidence;
            let [q, p] = [log_q.exp(), log_p.exp()];
            // Where q vanishes, q log q does; rounding must not make the sum negative.
            let lost = if q > 0.0 { (q * (log_q - log_p) - q + p).max(0.0) } else { p };
            let side = &mut highest[usize::from(log_q < log_p)];
            if lost > side.0 {
                *side = (lost, Some(z));
            }
            density.push(lost);
        }
        let [(_, too_much), (_, too_little)] = highest;
        Self { center, half_width, side, density, too_much, too_little }
    }

    /// The highest value.
    pub fn peak(&self) -> f64 {
        self.density.iter().copied().fold(0.0, f64::max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The likelihood whose posterior under the standard prior is N(μ, diag(σ²)), with log p(x) = −7.
    struct Known {
        posterior: BivariateGaussian,
    }

    const LOG_EVIDENCE: f64 = -7.0;

    impl LogLikelihood for Known {
        fn extend(&self, points: &[[f64; 2]], values: &mut Vec<f64>) {
            let log_likelihood =
                |z: &[f64; 2]| self.posterior.log_density(*z) - log_prior(*z) + LOG_EVIDENCE;
            values.extend(points.iter().map(log_likelihood));
        }
    }

    fn field(q: &BivariateGaussian, posterior: BivariateGaussian) -> GapField {
        GapField::new(q, &Known { posterior }, LOG_EVIDENCE, ([0.2, -0.1], 8.0), 401)
    }

    /// By the trapezoidal rule: the field vanishes at the border.
    fn integral(field: &GapField) -> f64 {
        let step = 2.0 * field.half_width / (field.side - 1) as f64;
        field.density.iter().sum::<f64>() * step * step
    }

    #[test]
    fn its_integral_is_the_kl_divergence() {
        let q = BivariateGaussian::new([0.4, -0.3], [0.5, 0.8], 0.0).unwrap();
        let posterior = BivariateGaussian::new([0.0, 0.1], [0.7, 0.6], 0.0).unwrap();
        // KL of two Gaussians with independent coordinates, each log(s/σ) + (σ² + (μ−m)²)/2s² − 1/2.
        let one = |mu: f64, sigma: f64, m: f64, s: f64| {
            (s / sigma).ln() + (sigma * sigma + (mu - m).powi(2)) / (2.0 * s * s) - 0.5
        };
        let expected = one(0.4, 0.5, 0.0, 0.7) + one(-0.3, 0.8, 0.1, 0.6);
        let found = field(&q, posterior);
        assert!((integral(&found) - expected).abs() < 1e-9, "{} {expected}", integral(&found));
        assert!(found.density.iter().all(|value| *value >= 0.0));
    }

    #[test]
    fn it_vanishes_where_q_is_the_posterior() {
        let q = BivariateGaussian::new([0.4, -0.3], [0.5, 0.8], 0.3).unwrap();
        assert!(field(&q, q).peak() < 1e-12);
    }

    #[test]
    fn both_kinds_of_disagreement_are_found_where_they_are() {
        let q = BivariateGaussian::new([-2.0, 0.0], [0.3, 0.3], 0.0).unwrap();
        let posterior = BivariateGaussian::new([2.0, 0.0], [0.4, 0.4], 0.0).unwrap();
        let found = field(&q, posterior);
        let [much, little] = [found.too_much.unwrap(), found.too_little.unwrap()];
        assert!((much[0] + 2.0).abs() < 0.2 && much[1].abs() < 0.1, "{much:?}");
        assert!((little[0] - 2.0).abs() < 0.1 && little[1].abs() < 0.1, "{little:?}");
    }

    #[test]
    fn far_from_q_what_is_lost_is_the_posterior() {
        let q = BivariateGaussian::new([0.0, 0.0], [0.01, 0.01], 0.0).unwrap();
        let posterior = BivariateGaussian::standard();
        let found = field(&q, posterior);
        let corner = posterior.log_density([-7.8, -8.1]).exp();
        assert_eq!(found.density[0], corner);
    }
}
