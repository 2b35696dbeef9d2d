//! The exact values, by quadrature.

use super::setting::Setting;
use crate::evidence::laplace;
use crate::exact::{LineDensity, LinePosterior};

/// Posterior mass within so many standard deviations of q counts as covered; 7e-6 of its draws are beyond.
const REACH: f64 = 4.5;

/// The exact results.
#[derive(Debug)]
pub(super) struct LineTruth {
    pub posterior: LinePosterior,
    pub elbo: Option<f64>,
    pub kl: Option<f64>,
    /// log(1 + χ²) = log E_q (w/p(x))² in nats, +∞ where χ² is infinite.
    pub log_second_moment: Option<f64>,
    /// `None` where the joint has no Hessian at its mode.
    pub laplace: Option<f64>,
    /// The share of p(z|x) that q covers.
    pub covered: f64,
}

impl LineTruth {
    /// By quadrature; `None` if p(x, z) cannot be integrated.
    pub(super) fn of(setting: &Setting) -> Option<Self> {
        let posterior = LinePosterior::new(setting.model()?).ok()?;
        let sd = setting.sd();
        let q = LineDensity::gaussian(setting.mean, sd * sd).ok()?;
        let terms = posterior.decomposition(&q).ok();
        let model = posterior.model();
        // Starts at the best of enough points that the highest mode is not missed.
        let start = (-1200..=1200)
            .map(|step| f64::from(step) * 0.005)
            .max_by(|a, b| model.log_joint(*a).total_cmp(&model.log_joint(*b)))?;
        let laplace = laplace(model, &[start]).ok().map(|found| found.log_evidence);
        let reach = REACH * sd;
        let covered = posterior.cdf(setting.mean + reach) - posterior.cdf(setting.mean - reach);
        Some(Self {
            elbo: terms.map(|terms| terms.elbo()),
            kl: terms.map(|terms| terms.kl_posterior),
            log_second_moment: posterior.ratio_moment(&q, 2.0).ok().and_then(|m| m.log_value()),
            laplace,
            covered,
            posterior,
        })
    }

    pub(super) fn log_evidence(&self) -> f64 {
        self.posterior.log_evidence()
    }

    pub(super) fn log_joint(&self, z: f64) -> f64 {
        self.posterior.model().log_joint(z)
    }
}
