//! The Rényi bounds of every order α (Li & Turner 2016), and the exact expectations of their estimates from K draws.
//!
//! L_α = log E w^{1−α}/(1−α) is the ELBO at α = 1, log p(x) at α = 0 and CUBO₂ (Dieng et al. 2017) at
//! α = −1. Its estimate from K draws is E log (1/K) Σ w^{1−α}/(1−α) on average, the curve of IWAE for
//! weights to the power 1 − α: one draw gives the ELBO at every order, and more draw the curve apart.

use std::num::NonZeroUsize;

use super::setting::Setting;
use crate::exact::{GaussianOracle, IwaeCurve, IwaeCurveError, WeightNode};

/// The range of the orders: CUBO, ELBO and a margin.
pub(super) const ENDS: [f64; 2] = [-1.5, 1.5];
/// The orders at which replicates are evaluated.
pub(super) const PROBES: [f64; 7] = [-1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5];
/// Between these orders the curves are interpolated linearly.
const SPACING: f64 = 0.125;
/// A coarser rule for the picture, accurate to 1e-4 nats.
const COARSE: f64 = 1.0 / 16.0;
/// The integral over the noise ends here; the mass beyond is 2e-17.
const END: f64 = 8.5;
/// This near to α = 1 the limit is used, because the quotient would lose its digits.
const NEAR: f64 = 1e-7;
/// The ratio of K between two curves of the picture.
const FACTOR: usize = 4;

/// The expected estimate of one order from K draws, minus log p(x), as a function of K.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct OrderCurve {
    /// 1 − α; `None` at the ELBO, which is the same for every K.
    power: Option<f64>,
    curve: IwaeCurve,
}

impl OrderCurve {
    /// By the trapezoid rule over the noise, with this step.
    pub(super) fn new(setting: &Setting, order: f64, step: f64) -> Result<Self, IwaeCurveError> {
        let power = Some(1.0 - order).filter(|power| power.abs() > NEAR);
        let ends = (END / step) as i32;
        let node = |index: i32| {
            let noise = f64::from(index) * step;
            let log_weight = power.unwrap_or(1.0) * setting.log_ratio(noise);
            WeightNode { log_weight, share: (-0.5 * noise * noise).exp() }
        };
        let nodes: Vec<WeightNode> = (-ends..=ends).map(node).collect();
        Ok(Self { power, curve: IwaeCurve::new(&nodes)? })
    }

    /// At one K, in nats.
    pub(super) fn at(&self, k: NonZeroUsize) -> f64 {
        match self.power {
            Some(power) => self.curve.at(k) / power,
            None => self.curve.at(NonZeroUsize::MIN),
        }
    }
}

/// The same at one K as a function of the order.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct OrderPoints {
    pub k: usize,
    /// α, and nats relative to log p(x).
    pub points: Vec<[f64; 2]>,
}

/// The curves of the picture.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Orders {
    /// K = 1, 4, 16, … and the largest, which is the last.
    pub drawn: Vec<OrderPoints>,
}

impl Orders {
    pub(super) fn of(setting: &Setting) -> Result<Self, IwaeCurveError> {
        let count = ((ENDS[1] - ENDS[0]) / SPACING).round() as i32;
        let orders = (0..=count).map(|index| ENDS[0] + SPACING * f64::from(index));
        let curve = |order: f64| Ok((order, OrderCurve::new(setting, order, COARSE)?));
        let curves = orders.map(curve).collect::<Result<Vec<_>, _>>()?;
        let largest = NonZeroUsize::new(setting.largest).unwrap_or(NonZeroUsize::MIN);
        let below = std::iter::successors(Some(NonZeroUsize::MIN), |k| {
            k.checked_mul(NonZeroUsize::MIN.saturating_add(FACTOR - 1))
        });
        let ks = below.take_while(|k| *k < largest).chain([largest]);
        let points = |k| curves.iter().map(|(order, curve)| [*order, curve.at(k)]).collect();
        Ok(Self { drawn: ks.map(|k| OrderPoints { k: k.get(), points: points(k) }).collect() })
    }
}

/// The bound of an order minus log p(x), in nats; +∞ or −∞ where its moment is infinite.
pub(super) fn excess(oracle: &GaussianOracle, order: f64) -> f64 {
    oracle.renyi_bound(order) - oracle.log_evidence()
}

/// The order at which the bound becomes infinite, if it is in the range: orders below it are infinite if it is
/// negative, otherwise those above it.
pub(super) fn pole(ratio: f64) -> Option<f64> {
    // E r^{1−α} is finite while 1 + (1 − α)(v/τ² − 1) > 0.
    let pole = ratio / (ratio - 1.0);
    (ENDS[0]..=ENDS[1]).contains(&pole).then_some(pole)
}
