//! The Gaussian oracle: a normal posterior and a normal proposal in one dimension, for which everything that
//! log-weights can estimate has a closed form (Rényi divergences: Gil, Alajaji & Linder 2013, Rényi divergence measures
//! for commonly used univariate continuous distributions).

use std::f64::consts::TAU;

use thiserror::Error;

/// p(z|x) = N(μ, τ²) with a known log p(x), weighed against q = N(m, v).
///
/// Everything below is a function of these; r = w/p(x) = p(z|x)/q(z) under q.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GaussianOracle {
    log_evidence: f64,
    posterior: Normal,
    proposal: Normal,
}

/// A normal distribution on the line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Normal {
    mean: f64,
    variance: f64,
}

/// z ~ N(0, 1), x|z ~ N(slope·z + offset, noise²), and one x.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LinearModel {
    /// w, in units of x per unit of z.
    pub slope: f64,
    /// b, in units of x.
    pub offset: f64,
    /// s > 0, in units of x.
    pub noise: f64,
    /// The observation.
    pub x: f64,
}

/// Which parameter is not one of an oracle.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum OracleError {
    /// A mean, slope, offset or observation that is not finite.
    #[error("{0} is not a finite number")]
    NotFinite(f64),
    /// A variance or noise that is not positive and finite.
    #[error("a variance and the noise must be positive and finite, found {0}")]
    Variance(f64),
}

impl Normal {
    /// N(mean, variance).
    ///
    /// # Errors
    /// [`OracleError`] if the mean is not finite or the variance not positive and finite.
    pub fn new(mean: f64, variance: f64) -> Result<Self, OracleError> {
        if !mean.is_finite() {
            return Err(OracleError::NotFinite(mean));
        }
        if !(variance.is_finite() && variance > 0.0) {
            return Err(OracleError::Variance(variance));
        }
        Ok(Self { mean, variance })
    }

    /// Its mean.
    pub fn mean(&self) -> f64 {
        self.mean
    }

    /// Its variance.
    pub fn variance(&self) -> f64 {
        self.variance
    }

    /// Its log-density at z, in nats.
    pub fn log_density(&self, z: f64) -> f64 {
        -0.5 * ((z - self.mean).powi(2) / self.variance + (TAU * self.variance).ln())
    }

    /// KL(self ‖ other), in nats.
    fn divergence_from(&self, other: &Self) -> f64 {
        // a − 1 − ln a with a = self/other, without cancellation where they are nearly equal.
        let excess = (self.variance - other.variance) / other.variance;
        let shift = (self.mean - other.mean).powi(2) / other.variance;
        0.5 * (excess - excess.ln_1p() + shift)
    }
}

impl GaussianOracle {
    /// From a posterior, the log of its evidence, and a proposal.
    ///
    /// # Errors
    /// [`OracleError::NotFinite`] if the log-evidence is not finite.
    pub fn new(
        log_evidence: f64,
        posterior: Normal,
        proposal: Normal,
    ) -> Result<Self, OracleError> {
        if !log_evidence.is_finite() {
            return Err(OracleError::NotFinite(log_evidence));
        }
        Ok(Self { log_evidence, posterior, proposal })
    }

    /// From a linear model: τ² = 1/(1 + w²/s²), μ = τ² w (x − b)/s², p(x) = N(x; b, w² + s²).
    ///
    /// # Errors
    /// [`OracleError`] says which parameter is out of its domain.
    pub fn of_model(model: LinearModel, proposal: Normal) -> Result<Self, OracleError> {
        let LinearModel { slope, offset, noise, x } = model;
        if let Some(bad) = [slope, offset, x].into_iter().find(|value| !value.is_finite()) {
            return Err(OracleError::NotFinite(bad));
        }
        if !(noise > 0.0 && noise.is_finite()) {
            return Err(OracleError::Variance(noise));
        }
        let noise_variance = noise * noise;
        let variance = 1.0 / (1.0 + slope * slope / noise_variance);
        let mean = variance * slope * (x - offset) / noise_variance;
        let marginal = Normal::new(offset, slope * slope + noise_variance)?;
        Self::new(marginal.log_density(x), Normal::new(mean, variance)?, proposal)
    }

    /// log p(x), in nats.
    pub fn log_evidence(&self) -> f64 {
        self.log_evidence
    }

    /// p(z|x).
    pub fn posterior(&self) -> Normal {
        self.posterior
    }

    /// q.
    pub fn proposal(&self) -> Normal {
        self.proposal
    }

    /// ℓ(z) = log p(x, z) − log q(z), in nats.
    pub fn log_weight(&self, z: f64) -> f64 {
        self.log_evidence + self.posterior.log_density(z) - self.proposal.log_density(z)
    }

    /// KL(q ‖ p(z|x)), in nats: log p(x) minus the ELBO.
    pub fn kl(&self) -> f64 {
        self.proposal.divergence_from(&self.posterior)
    }

    /// KL(p(z|x) ‖ q), in nats: the EUBO minus log p(x).
    pub fn reverse_kl(&self) -> f64 {
        self.posterior.divergence_from(&self.proposal)
    }

    /// log p(x) − KL(q ‖ p(z|x)), in nats.
    pub fn elbo(&self) -> f64 {
        self.log_evidence - self.kl()
    }

    /// log p(x) + KL(p(z|x) ‖ q), in nats.
    pub fn eubo(&self) -> f64 {
        self.log_evidence + self.reverse_kl()
    }

    /// Var_q ℓ, in nats².
    ///
    /// ℓ is a quadratic in ε ~ N(0, 1), z = m + √v ε: (1 − v/τ²) ε²/2 − (m − μ)√v ε/τ² up to a
    /// constant, of variance (1 − v/τ²)²/2 + (m − μ)² v/τ⁴.
    pub fn log_weight_variance(&self) -> f64 {
        let ratio = self.proposal.variance / self.posterior.variance;
        let shift = (self.proposal.mean - self.posterior.mean).powi(2) / self.posterior.variance;
        0.5 * (1.0 - ratio).powi(2) + shift * ratio
    }

    /// The tail index k of the weights, a pure number: 1/k moments are finite.
    ///
    /// 1 − v/τ² for v < τ², else 0: the weights are bounded, or lognormal at v = τ².
    pub fn tail_index(&self) -> f64 {
        (1.0 - self.proposal.variance / self.posterior.variance).max(0.0)
    }

    /// log E_q r^α, in nats; +∞ where the moment is, which is where (1 − α)τ² + αv ≤ 0.
    pub fn log_ratio_moment(&self, alpha: f64) -> f64 {
        let (tau, v) = (self.posterior.variance, self.proposal.variance);
        let mixed = (1.0 - alpha) * tau + alpha * v;
        if mixed <= 0.0 {
            return f64::INFINITY;
        }
        // (α − 1) D_α = (α − 1) ln(√v/τ) + ½ ln(v/σ_α²) + α(α − 1)(m − μ)²/2σ_α².
        let shift = (self.proposal.mean - self.posterior.mean).powi(2);
        let (log_v_over_tau, log_v_over_mixed) =
            (((v - tau) / tau).ln_1p(), -((1.0 - alpha) * (tau - v) / v).ln_1p());
        0.5 * ((alpha - 1.0) * log_v_over_tau
            + log_v_over_mixed
            + alpha * (alpha - 1.0) * shift / mixed)
    }

    /// χ² = Var_q r, a pure number; +∞ iff v ≤ τ²/2.
    pub fn chi_squared(&self) -> f64 {
        self.log_ratio_moment(2.0).exp_m1()
    }

    /// CUBO_n = log p(x) + (1/n) log E_q rⁿ, in nats, n ≥ 1; +∞ where the moment is.
    pub fn cubo(&self, order: f64) -> f64 {
        self.log_evidence + self.log_ratio_moment(order) / order
    }

    /// VR_α = log p(x) + log E_q r^{1−α}/(1 − α), in nats; the ELBO at α = 1.
    ///
    /// +∞ for α < 0 and −∞ for α > 1 where the moment is infinite.
    pub fn renyi_bound(&self, alpha: f64) -> f64 {
        if alpha == 1.0 {
            return self.elbo();
        }
        self.log_evidence + self.log_ratio_moment(1.0 - alpha) / (1.0 - alpha)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use approx::{assert_abs_diff_eq, assert_relative_eq};
    use proptest::prelude::*;

    use super::*;
    use crate::known_gaussian::{
        LOG_EVIDENCE, NOISE_SD, OBSERVATION, OFFSET, POSTERIOR_MEAN, POSTERIOR_VARIANCE, PROPOSALS,
        WEIGHT,
    };

    const MODEL: LinearModel =
        LinearModel { slope: WEIGHT, offset: OFFSET, noise: NOISE_SD, x: OBSERVATION };

    /// The model of which every number is known, under N(mean, variance).
    pub(crate) fn known_oracle(mean: f64, variance: f64) -> GaussianOracle {
        GaussianOracle::of_model(MODEL, Normal::new(mean, variance).unwrap()).unwrap()
    }

    #[test]
    fn every_closed_form_against_mpmath() {
        for known in PROPOSALS {
            let found = known_oracle(known.mean, known.variance);
            assert_abs_diff_eq!(found.log_evidence(), LOG_EVIDENCE, epsilon = 1e-14);
            assert_abs_diff_eq!(found.posterior().mean(), POSTERIOR_MEAN, epsilon = 1e-15);
            let variance = found.posterior().variance();
            assert_abs_diff_eq!(variance, POSTERIOR_VARIANCE, epsilon = 1e-15);
            let pairs = [
                (found.kl(), known.kl),
                (found.reverse_kl(), known.reverse_kl),
                (found.elbo(), known.elbo),
                (found.eubo(), known.eubo),
                (found.chi_squared(), known.chi_squared),
                (found.log_ratio_moment(3.0).exp(), known.third_moment),
                (found.log_weight_variance(), known.log_weight_variance),
                (found.cubo(2.0), known.cubo_2),
                (found.renyi_bound(0.5), known.renyi_half),
                (found.tail_index(), known.tail_index),
            ];
            for (index, (found, known)) in pairs.into_iter().enumerate() {
                assert_relative_eq!(found, known, max_relative = 1e-12, epsilon = 1e-13);
                assert!(!found.is_nan(), "{index}");
            }
        }
    }

    #[test]
    fn orders_beyond_one_and_below_zero_against_mpmath() {
        let [wide, narrow, prior] = PROPOSALS.map(|q| known_oracle(q.mean, q.variance));
        let pairs = [
            (wide.renyi_bound(2.0), -4.172_114_298_363_171),
            (wide.renyi_bound(1.5), -2.499_503_622_380_961),
            (wide.renyi_bound(-0.5), -1.767_805_617_399_756),
            (narrow.renyi_bound(2.0), -2.244_004_208_127_906_5),
            (narrow.renyi_bound(-0.5), -1.165_906_864_582_606),
            (prior.renyi_bound(-0.5), -1.588_102_384_701_503_7),
            (prior.renyi_bound(2.0), f64::NEG_INFINITY),
            (narrow.renyi_bound(-1.0), f64::INFINITY),
        ];
        for (found, known) in pairs {
            assert_relative_eq!(found, known, max_relative = 1e-12);
        }
    }

    #[test]
    fn equal_variances_make_lognormal_weights() {
        // δ = (m − μ)/τ: χ² = e^{δ²} − 1, KL = δ²/2, Var ℓ = δ².
        let posterior = Normal::new(0.3, 0.49).unwrap();
        let proposal = Normal::new(0.3 + 0.7 * 1.25, 0.49).unwrap();
        let found = GaussianOracle::new(-7.0, posterior, proposal).unwrap();
        let square = 1.25_f64.powi(2);
        assert_relative_eq!(found.chi_squared(), square.exp_m1(), max_relative = 1e-13);
        assert_relative_eq!(found.kl(), 0.5 * square, max_relative = 1e-13);
        assert_relative_eq!(found.log_weight_variance(), square, max_relative = 1e-13);
        assert_eq!(found.tail_index(), 0.0);
    }

    #[test]
    fn at_the_posterior_nothing_is_left() {
        let posterior = known_oracle(0.0, 1.0).posterior();
        let found = known_oracle(posterior.mean(), posterior.variance());
        let log_evidence = found.log_evidence();
        assert_eq!((found.kl(), found.reverse_kl(), found.chi_squared()), (0.0, 0.0, 0.0));
        assert_eq!(
            (found.elbo(), found.eubo(), found.cubo(2.0)),
            (log_evidence, log_evidence, log_evidence)
        );
        assert_abs_diff_eq!(found.log_weight(1.234), log_evidence, epsilon = 1e-15);
    }

    #[test]
    fn half_the_variance_is_where_the_weights_lose_theirs() {
        // Great ELBO, infinite variance: gap ½(ln 2 − ½), Var ℓ = 1/8, χ² = ∞.
        let posterior = Normal::new(0.0, 1.0).unwrap();
        let at =
            |v: f64| GaussianOracle::new(0.0, posterior, Normal::new(0.0, v).unwrap()).unwrap();
        assert_abs_diff_eq!(at(0.5).kl(), 0.5 * (2.0_f64.ln() - 0.5), epsilon = 1e-15);
        assert_eq!(at(0.5).log_weight_variance(), 0.125);
        assert_eq!(at(0.5).chi_squared(), f64::INFINITY);
        // 1 + χ² = v/√(2v − 1) just above.
        assert_relative_eq!(1.0 + at(0.52).chi_squared(), 0.52 / 0.2, max_relative = 1e-12);
    }

    #[test]
    fn bad_parameters_are_named() {
        let q = Normal::new(0.0, 1.0).unwrap();
        assert_eq!(Normal::new(0.0, 0.0), Err(OracleError::Variance(0.0)));
        assert!(Normal::new(f64::NAN, 1.0).is_err() && Normal::new(0.0, f64::INFINITY).is_err());
        let of = |model| GaussianOracle::of_model(model, q);
        assert_eq!(of(LinearModel { noise: -1.0, ..MODEL }), Err(OracleError::Variance(-1.0)));
        assert!(of(LinearModel { x: f64::NAN, ..MODEL }).is_err());
        assert!(GaussianOracle::new(f64::NEG_INFINITY, q, q).is_err());
    }

    proptest! {
        #[test]
        fn bounds_are_in_order(mean in -3.0..3.0_f64, log_v in -4.0..2.0_f64) {
            let found = known_oracle(mean, log_v.exp());
            let log_evidence = found.log_evidence();
            let rising = [
                found.renyi_bound(2.0), found.elbo(), found.renyi_bound(0.5), log_evidence,
                found.renyi_bound(-0.5), found.cubo(2.0), found.cubo(3.0),
            ];
            prop_assert!(rising.windows(2).all(|pair| pair[0] <= pair[1] + 1e-12), "{rising:?}");
            prop_assert!(found.eubo() >= log_evidence);
            prop_assert!(found.eubo() <= found.cubo(2.0) * 2.0 - log_evidence + 1e-12);
        }
    }
}
