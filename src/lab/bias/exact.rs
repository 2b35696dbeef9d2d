//! The exact bias of the log of the mean weight, of its jackknives, of CUBO and of a Rényi bound, for
//! every K, without Monte Carlo.

use std::num::NonZeroUsize;

use super::orders::OrderCurve;
use super::setting::Setting;
use crate::evidence::Alpha;
use crate::exact::IwaeCurveError;

/// Step of the rule over the noise: up to four deviations the steepest weights of the controls have an error of
/// e^{−30}; beyond that there are almost no draws.
const STEP: f64 = 1.0 / 128.0;
/// The Rényi order of CUBO₂.
pub(super) const CUBO_ORDER: f64 = -1.0;
/// Bound on the rounding error of E L_K, in nats.
const ROUNDING: f64 = 2e-14;

/// The bias at one K, in nats.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Gaps {
    pub k: usize,
    /// E L_K − log p(x).
    pub iwae: f64,
    /// The same for JVI-1 and JVI-2; `None` for too few draws, or where the value is below rounding.
    pub jackknife_1: Option<f64>,
    pub jackknife_2: Option<f64>,
    /// The same for the estimates of CUBO and of the Rényi bound of the chosen order.
    pub cubo: f64,
    pub renyi: f64,
}

/// The bias as a function of K.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Exact {
    /// At 1, 2, 3, 4, 6, 8, 12, … up to the largest K.
    pub gaps: Vec<Gaps>,
}

impl Exact {
    pub(super) fn of(setting: &Setting) -> Result<Self, IwaeCurveError> {
        let curve = |order: f64| OrderCurve::new(setting, order, STEP);
        let curves = [Alpha::EVIDENCE.get(), CUBO_ORDER, setting.alpha].map(curve);
        let [iwae, cubo, renyi] = curves;
        let curves = [iwae?, cubo?, renyi?];
        let ks = setting.rungs().flat_map(|k| [k, k + k / 2]);
        let ks = ks.filter(|k| *k <= setting.largest && *k > 0);
        let mut gaps: Vec<Gaps> = ks.map(|k| Gaps::at(&curves, k)).collect();
        gaps.dedup_by_key(|gap| gap.k);
        Ok(Self { gaps })
    }

    /// The bias at one of these K.
    pub(super) fn at(&self, k: usize) -> Option<&Gaps> {
        self.gaps.iter().find(|gap| gap.k == k)
    }
}

impl Gaps {
    fn at([iwae, cubo, renyi]: &[OrderCurve; 3], k: usize) -> Self {
        let of = |curve: &OrderCurve, k: usize| NonZeroUsize::new(k).map_or(0.0, |k| curve.at(k));
        let gap = |k: usize| of(iwae, k);
        let count = k as f64;
        let (full, one, two) = (gap(k), gap(k.saturating_sub(1)), gap(k.saturating_sub(2)));
        // Nowozin 2018; leaving any draw out gives the expectation of K − 1 draws.
        let first = count * full - (count - 1.0) * one;
        let second = 0.5 * count * count * full - (count - 1.0).powi(2) * one
            + 0.5 * (count - 2.0).powi(2) * two;
        let known = |value: f64, least: usize, factor: f64| {
            (k >= least && value.abs() > factor * ROUNDING).then_some(value)
        };
        Self {
            k,
            iwae: full,
            jackknife_1: known(first, 2, count),
            jackknife_2: known(second, 3, count * count),
            cubo: of(cubo, k),
            renyi: of(renyi, k),
        }
    }
}
