//! The parameters and presets of the lab "Bias".

use super::MODEL;
use super::orders::ENDS;
use crate::evidence::Alpha;
use crate::exact::{GaussianOracle, Normal, OracleError};
use crate::lab::Preset;
use crate::parameters::{SEED, parameters};
use crate::state::{Range, text};

/// δ and v/τ² of the oracle's proposals "wide" (0.5, 0.4), "narrow" (0.5, 0.1) and of the prior.
const OFF: f64 = -0.591_911_764_705_882_4;
const WIDE: f64 = 1.806_25;
const NARROW: f64 = 0.451_562_5;
const PRIOR: [f64; 2] = [-1.654_411_764_705_882_3, 4.515_625];

parameters! {
    /// δ.
    shift: Real {
        name: "shift",
        symbol: "δ",
        label: text!("shift of q, (m − μ)/τ"),
        values: Range { min: -3.0, max: 3.0, step: 0.05, fine: 0.01, coarse: 0.5 },
        default: OFF,
    },
    /// v/τ².
    ratio: Ratio {
        name: "ratio",
        symbol: "v/τ²",
        label: text!("variance of q, v/τ²"),
        values: [0.1, 10.0],
        default: WIDE,
    },
    /// The largest K.
    largest: Power {
        name: "k",
        symbol: "K",
        label: text!("largest K"),
        values: [4, 1024],
        default: 1024,
    },
    /// The number of replicates at the largest K.
    replicates: Power {
        name: "replicates",
        symbol: "R",
        label: text!("replicates"),
        values: [1, 1024],
        default: 128,
    },
    /// α.
    alpha: Real {
        name: "alpha",
        symbol: "α",
        label: text!("order of the Rényi bound"),
        values: Range { min: ENDS[0], max: ENDS[1], step: 0.1, fine: 0.05, coarse: 0.5 },
        default: 0.5,
    },
    /// The seed of the replicates and of SUMO.
    seed: Seed { name: "seed", symbol: "", label: SEED, default: 1, },
}

impl Setting {
    /// α as the order of a bound.
    pub(super) fn order(&self) -> Alpha {
        Alpha::new(self.alpha).unwrap_or(Alpha::HALF)
    }

    /// The model with its q.
    ///
    /// # Errors
    /// [`OracleError`] if there is no such Gaussian.
    pub(super) fn oracle(&self) -> Result<GaussianOracle, OracleError> {
        let any = GaussianOracle::of_model(MODEL, Normal::new(0.0, 1.0)?)?;
        let (mean, variance) = (any.posterior().mean(), any.posterior().variance());
        let mean = mean + self.shift * variance.sqrt();
        GaussianOracle::of_model(MODEL, Normal::new(mean, self.ratio * variance)?)
    }

    /// 1, 2, 4, … up to the largest K, which is a power of two.
    pub(super) fn rungs(&self) -> impl Iterator<Item = usize> + Clone + use<> {
        let largest = self.largest;
        std::iter::successors(Some(1), |k| Some(2 * k)).take_while(move |k| *k <= largest)
    }

    /// log w/p(x) in nats where the noise of the draw is ε: z = μ + τ(δ + ε √(v/τ²)).
    pub(super) fn log_ratio(&self, noise: f64) -> f64 {
        let place = self.shift + self.ratio.sqrt() * noise;
        0.5 * ((noise - place) * (noise + place) + self.ratio.ln())
    }
}

/// In the order of the buttons.
pub(super) const PRESETS: &[Preset] = &[
    Preset {
        label: text!("Wide q"),
        help: text!("Finite variance: the gap soon falls like χ²/2K."),
        values: &[FIELDS.shift.at(OFF), FIELDS.ratio.at(WIDE)],
    },
    Preset {
        label: text!("Narrow q"),
        help: text!("Nearly the same ELBO, infinite variance: the gap falls more slowly than 1/K."),
        values: &[FIELDS.shift.at(OFF), FIELDS.ratio.at(NARROW)],
    },
    Preset {
        label: text!("Needle q"),
        help: text!(
            "A tail index of 0.85: even 1024 draws leave 0.1 nats, and no correction mends it."
        ),
        values: &[FIELDS.shift.at(0.0), FIELDS.ratio.at(0.15)],
    },
    Preset {
        label: text!("q = prior"),
        help: text!("The ELBO lacks 2.4 nats, 1024 draws only 0.0006."),
        values: &[FIELDS.shift.at(PRIOR[0]), FIELDS.ratio.at(PRIOR[1])],
    },
    Preset {
        label: text!("Near the posterior"),
        help: text!("A gap of 0.01 nats: there is little to correct."),
        values: &[FIELDS.shift.at(0.1), FIELDS.ratio.at(1.1)],
    },
    Preset {
        label: text!("Lognormal weights"),
        help: text!("The right width in the wrong place: χ² = e^δ² − 1, and 1/K is reached late."),
        values: &[FIELDS.shift.at(1.5), FIELDS.ratio.at(1.0)],
    },
];
