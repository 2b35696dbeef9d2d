//! Log-weights that are a quadratic in the noise: those of a Gaussian q against a Gaussian posterior.

use thiserror::Error;

use super::baselines::Baselines;
use super::parameters::{GaussianParameters, PerParameter};

/// p(z|x) = N(μ, τ²) on the line, with log p(x): the exact results of a linear-Gaussian model at one x.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GaussianPosterior {
    log_evidence: f64,
    mean: f64,
    variance: f64,
}

/// log w(y) = c0 + c1 y + c2 y² at z = m + σ y, y ~ N(0, 1).
///
/// # Formula
/// c0 = log p(x) + ½ ln(σ²/τ²) − (m − μ)²/2τ², c1 = −(m − μ) σ/τ², c2 = ½ (1 − σ²/τ²).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct QuadraticLogWeight {
    c0: f64,
    c1: f64,
    c2: f64,
    sd: f64,
}

/// Why there is no such posterior or no such log-weight.
#[derive(Clone, Copy, Debug, Error, PartialEq)]
pub enum QuadraticError {
    /// A number that must be finite is not.
    #[error("{name} must be finite, found {found}")]
    NotFinite {
        /// Which.
        name: &'static str,
        /// The value.
        found: f64,
    },
    /// A posterior variance or a σ that is not positive.
    #[error("{name} must be positive, found {found}")]
    NotPositive {
        /// Which.
        name: &'static str,
        /// The value.
        found: f64,
    },
    /// Only q on the line has such a log-weight.
    #[error("q has {dimension} latent dimensions; 1 is needed")]
    Dimension {
        /// D of q.
        dimension: usize,
    },
}

fn finite(name: &'static str, found: f64) -> Result<f64, QuadraticError> {
    if found.is_finite() { Ok(found) } else { Err(QuadraticError::NotFinite { name, found }) }
}

fn positive(name: &'static str, found: f64) -> Result<f64, QuadraticError> {
    if found > 0.0 { finite(name, found) } else { Err(QuadraticError::NotPositive { name, found }) }
}

impl GaussianPosterior {
    /// Takes log p(x) in nats, the posterior's mean μ and its variance τ².
    ///
    /// # Errors
    /// [`QuadraticError`] if one is not finite, or the variance is not positive.
    pub fn new(log_evidence: f64, mean: f64, variance: f64) -> Result<Self, QuadraticError> {
        Ok(Self {
            log_evidence: finite("log p(x)", log_evidence)?,
            mean: finite("the posterior's mean", mean)?,
            variance: positive("the posterior's variance", variance)?,
        })
    }

    /// log p(x) in nats.
    pub fn log_evidence(&self) -> f64 {
        self.log_evidence
    }

    /// μ.
    pub fn mean(&self) -> f64 {
        self.mean
    }

    /// τ².
    pub fn variance(&self) -> f64 {
        self.variance
    }

    /// The log-weight of draws from `q`.
    ///
    /// # Errors
    /// [`QuadraticError`] if q is not one-dimensional, or lies so far off that a coefficient overflows.
    pub fn log_weight(&self, q: &GaussianParameters) -> Result<QuadraticLogWeight, QuadraticError> {
        let (&[mean], &[log_sd], &[sd]) = (q.mean(), q.log_sd(), q.sd()) else {
            return Err(QuadraticError::Dimension { dimension: q.dimension() });
        };
        let off = (mean - self.mean) / self.variance;
        let log_ratio = log_sd - 0.5 * self.variance.ln();
        QuadraticLogWeight::new(
            self.log_evidence + log_ratio - 0.5 * off * (mean - self.mean),
            -off * sd,
            0.5 * (1.0 - sd * sd / self.variance),
            sd,
        )
    }
}

impl QuadraticLogWeight {
    /// Takes c0, c1, c2 in nats and σ > 0.
    ///
    /// # Errors
    /// [`QuadraticError`] if one is not finite, or σ or the precision 1 − 2 c2 is not positive.
    pub fn new(c0: f64, c1: f64, c2: f64, sd: f64) -> Result<Self, QuadraticError> {
        positive("1 − 2 c2", 1.0 - 2.0 * c2)?;
        Ok(Self {
            c0: finite("c0", c0)?,
            c1: finite("c1", c1)?,
            c2: finite("c2", c2)?,
            sd: positive("σ", sd)?,
        })
    }

    /// [c0, c1, c2] in nats.
    pub fn coefficients(&self) -> [f64; 3] {
        [self.c0, self.c1, self.c2]
    }

    /// σ of q.
    pub fn sd(&self) -> f64 {
        self.sd
    }

    /// log w(y) in nats.
    pub fn at(&self, noise: f64) -> f64 {
        self.c0 + noise * (self.c1 + noise * self.c2)
    }

    /// log p(x) = log E w = c0 − ½ ln(1 − 2 c2) + c1²/(2 (1 − 2 c2)), in nats.
    pub fn log_evidence(&self) -> f64 {
        let precision = 1.0 - 2.0 * self.c2;
        self.c0 - 0.5 * precision.ln() + 0.5 * self.c1 * self.c1 / precision
    }

    /// ELBO = E log w = c0 + c2, in nats.
    pub fn elbo(&self) -> f64 {
        self.c0 + self.c2
    }

    /// The constants that the score estimator may subtract: c0 + c2; of least variance c0 + 3 c2 in m
    /// and c0 + 5 c2 in ln σ.
    pub fn baselines(&self) -> Baselines {
        Baselines {
            mean_log_weight: self.elbo(),
            best: PerParameter {
                mean: vec![self.c0 + 3.0 * self.c2],
                log_sd: vec![self.c0 + 5.0 * self.c2],
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::known_joints::{ScalarLinearGaussian, one, oracles};
    use super::super::noise::normals;
    use super::super::pool::DrawPool;
    use super::*;
    use crate::known_gaussian::{LOG_EVIDENCE, PROPOSALS};

    #[test]
    fn evidence_and_elbo_are_those_of_the_model() {
        let posterior = ScalarLinearGaussian::default().posterior();
        assert!((posterior.log_evidence() - LOG_EVIDENCE).abs() < 1e-14);
        for (q, known) in oracles().iter().zip(PROPOSALS) {
            let weight = posterior.log_weight(q).unwrap();
            assert!((weight.elbo() - known.elbo).abs() < 1e-13);
            assert!((weight.log_evidence() - LOG_EVIDENCE).abs() < 1e-13);
        }
    }

    #[test]
    fn the_quadratic_is_the_log_weight_of_every_draw() {
        let joint =
            ScalarLinearGaussian { log_constant: -170.0, ..ScalarLinearGaussian::default() };
        for q in oracles() {
            let weight = joint.posterior().log_weight(&q).unwrap();
            let noise = normals(1, 100);
            let pool = DrawPool::new(&joint, &q, noise.clone()).unwrap();
            for (noise, found) in noise.iter().zip(pool.log_weights().as_slice()) {
                assert!((weight.at(*noise) - found).abs() < 1e-12, "{q:?} {noise}");
            }
        }
    }

    #[test]
    fn baselines_are_the_ratios_of_expectations_that_define_them() {
        // E[ℓ s²]/E[s²] by the trapezoid rule in y, exact to rounding for polynomials.
        for q in oracles() {
            let weight = ScalarLinearGaussian::default().posterior().log_weight(&q).unwrap();
            let ratio = |score: fn(f64) -> f64| {
                let (mut above, mut below) = (0.0, 0.0);
                for index in -120..=120 {
                    let y = 0.1 * f64::from(index);
                    let mass = (-0.5 * y * y).exp() * score(y).powi(2);
                    above += mass * weight.at(y);
                    below += mass;
                }
                above / below
            };
            let found = weight.baselines();
            assert!((found.mean_log_weight - ratio(|_| 1.0)).abs() < 1e-12);
            assert!((found.best.mean[0] - ratio(|y| y)).abs() < 1e-12);
            assert!((found.best.log_sd[0] - ratio(|y| y * y - 1.0)).abs() < 1e-12);
        }
    }

    #[test]
    fn what_is_no_posterior_is_refused() {
        let name = "the posterior's variance";
        assert_eq!(
            GaussianPosterior::new(0.0, 0.0, 0.0),
            Err(QuadraticError::NotPositive { name, found: 0.0 })
        );
        assert_eq!(
            GaussianPosterior::new(f64::NEG_INFINITY, 0.0, 1.0),
            Err(QuadraticError::NotFinite { name: "log p(x)", found: f64::NEG_INFINITY })
        );
        assert!(GaussianPosterior::new(0.0, 0.0, f64::NAN).is_err());
        let plane = GaussianParameters::new(vec![0.0; 2], vec![0.0; 2]).unwrap();
        let posterior = GaussianPosterior::new(0.0, 0.0, 1.0).unwrap();
        assert_eq!(posterior.log_weight(&plane), Err(QuadraticError::Dimension { dimension: 2 }));
        assert!(posterior.log_weight(&one(1e200, 1.0)).is_err());
        assert!(QuadraticLogWeight::new(0.0, 0.0, 0.5, 1.0).is_err());
    }
}
