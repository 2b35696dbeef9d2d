//! Both directions of KL as functions of m, by quadrature, one m at a time.

use std::cell::RefCell;
use std::rc::Rc;

use super::cache::Cache;
use super::exact_modes::ExactModes;
use super::setting::{Family, Setting};
use crate::exact::LinePosterior;

thread_local! {
    static KEPT: Cache<Divergences> = const { Cache::new() };
}

/// Points on m ≥ 0; p(z|x) is even, so that m and −m are the same.
const POINTS: usize = 61;
const STEP: f64 = 0.05;

/// The divergences at one m.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct DivergencePoint {
    pub mean: f64,
    /// KL(q‖p(z|x)) in nats; `None` if it is infinite or cannot be resolved.
    pub reverse: Option<f64>,
    /// KL(p(z|x)‖q) in nats.
    pub forward: Option<f64>,
}

/// The two curves, as far as they are computed.
pub(super) struct Divergences {
    setting: Setting,
    truth: Rc<LinePosterior>,
    points: Vec<DivergencePoint>,
}

impl Divergences {
    /// The curves for a setting, cached while only m, K, T and the seed change.
    pub(super) fn of(world: &ExactModes) -> Rc<RefCell<Self>> {
        let setting = world.setting;
        let share = match setting.family {
            Family::Mixture | Family::Defensive => setting.share,
            Family::Gaussian | Family::StudentT => 0.0,
        };
        let family = f64::from(setting.family as u8);
        let key = [family, setting.noise_sd, setting.observation, setting.sd, share];
        let new = || Self { setting, truth: world.truth.clone(), points: Vec::new() };
        KEPT.with(|kept| kept.get(&key, new))
    }

    /// Integrates at the next m; false once there is none.
    pub(super) fn advance(&mut self) -> bool {
        if self.points.len() < POINTS {
            let mean = STEP * self.points.len() as f64;
            self.points.push(self.at(mean));
        }
        self.points.len() < POINTS
    }

    pub(super) fn progress(&self) -> f64 {
        self.points.len() as f64 / POINTS as f64
    }

    /// The points so far, from m = 0.
    pub(super) fn points(&self) -> &[DivergencePoint] {
        &self.points
    }

    fn at(&self, mean: f64) -> DivergencePoint {
        let q = self.setting.proposal_at(mean);
        let line = q.as_ref().and_then(|q| q.line());
        let elbo = line.as_ref().and_then(|line| self.truth.elbo(line).ok());
        DivergencePoint {
            mean,
            reverse: elbo.map(|elbo| self.truth.log_evidence() - elbo),
            forward: line.and_then(|line| self.truth.kl_from_posterior(&line).ok()),
        }
    }
}
