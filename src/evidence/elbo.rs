//! The Monte-Carlo ELBO: the mean log-weight (Jordan et al. 1999, An introduction to variational
//! methods for graphical models; as a Monte-Carlo objective, Kingma & Welling 2014).

use std::num::NonZeroUsize;

use super::log_weights::LogWeights;
use super::sample_mean::SampleMean;

/// An estimate of the ELBO.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ElboEstimate {
    /// Number of draws K.
    pub draws: NonZeroUsize,
    /// The mean log-weight, in nats; −∞ if a log-weight is −∞.
    pub elbo: f64,
    /// Its standard error, in nats; `None` if there is one draw only or the mean is −∞.
    pub stderr: Option<f64>,
}

/// Estimates ELBO = E_q log p(x, z) − log q(z), in nats.
///
/// # Formula
/// (1/K) Σ ℓ_i with standard error √(s²/K), s² the sample variance of ℓ.
///
/// # Bias
/// None for the ELBO. As an estimate of log p(x) it is biased **down**, by KL(q ‖ p(z|x)), for
/// every K. At q = p(z|x) all ℓ_i are equal and the variance is zero.
///
/// # Errors
/// None: a single draw, or a draw of weight zero, leaves the standard error `None`.
pub fn elbo(log_weights: &LogWeights) -> ElboEstimate {
    let SampleMean { mean, stderr } = SampleMean::of(log_weights.as_slice());
    ElboEstimate { draws: log_weights.len(), elbo: mean, stderr }
}

#[cfg(test)]
mod tests {
    use approx::assert_abs_diff_eq;

    use super::super::known_weights::{self, LOG_EVIDENCE, NARROW, PRIOR, WIDE};
    use super::*;

    #[test]
    fn by_hand() {
        let estimate = elbo(&LogWeights::new(vec![-1.0, -3.0]).unwrap());
        assert_eq!(estimate.elbo, -2.0);
        assert_eq!(estimate.draws.get(), 2);
        assert_eq!(estimate.stderr, Some(1.0));
    }

    #[test]
    fn one_draw_has_no_error() {
        let estimate = elbo(&LogWeights::new(vec![-1e5]).unwrap());
        assert_eq!((estimate.elbo, estimate.stderr), (-1e5, None));
    }

    #[test]
    fn a_weight_of_zero_costs_everything() {
        let estimate = elbo(&LogWeights::new(vec![-1.0, f64::NEG_INFINITY]).unwrap());
        assert_eq!((estimate.elbo, estimate.stderr), (f64::NEG_INFINITY, None));
    }

    #[test]
    fn gaussian_oracle() {
        // Exact ELBO and Var ℓ in closed form. Each mean is within 5 exact standard errors, and
        // s within 3 % of the exact one: ℓ is quadratic in a Gaussian, of kurtosis at most 15, so
        // the relative deviation of s at 2¹⁸ draws is at most √(14/2¹⁸)/2 = 0.37 % and 3 % is 8
        // deviations. False-alarm rate below 1e-6 for each.
        for proposal in [WIDE, NARROW, PRIOR] {
            let draws = 1 << 18;
            let estimate = elbo(&known_weights::gaussian(proposal, draws, 1));
            let exact_stderr = (proposal.log_weight_variance / draws as f64).sqrt();
            let exact = LOG_EVIDENCE - proposal.kl;
            assert_abs_diff_eq!(estimate.elbo, exact, epsilon = 5.0 * exact_stderr);
            let ratio = estimate.stderr.unwrap() / exact_stderr;
            assert_abs_diff_eq!(ratio, 1.0, epsilon = 0.03);
        }
    }

    #[test]
    fn lognormal_weights() {
        // ℓ ~ N(−δ²/2, δ²): the mean is within 5 standard errors. False-alarm rate 6e-7.
        let estimate = elbo(&known_weights::lognormal(1.5, 100_000, 2));
        let exact_stderr = 1.5 / 100_000_f64.sqrt();
        assert_abs_diff_eq!(estimate.elbo, -1.125, epsilon = 5.0 * exact_stderr);
    }
}
