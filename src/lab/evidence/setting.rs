//! The parameters and presets of the lab "Evidence".

use std::f64::consts::TAU;

use crate::lab::Preset;
use crate::model::{Link, NonlinearGaussian};
use crate::parameters::{SEED, choices, parameters};
use crate::state::{Range, Text, text};

choices! {
    impl Link {
        Linear: "linear", Text::same("w z + b");
        Square: "square", Text::same("w z² + b");
        Abs: "abs", Text::same("w |z| + b");
        Sine: "sine", text!("w sin z + b");
    }
}

const fn range(min: f64, max: f64) -> Range {
    Range { min, max, step: 0.05, fine: 0.01, coarse: 0.5 }
}

parameters! {
    /// g in x|z ~ N(w g(z) + b, s²).
    link: Choice<Link> {
        name: "model",
        symbol: "f",
        label: text!("mean of x given z"),
        default: Link::Linear,
    },
    /// w.
    weight: Real {
        name: "w",
        symbol: "w",
        label: text!("coefficient of z"),
        values: range(-3.0, 3.0),
        default: 1.5,
    },
    /// b.
    offset: Real {
        name: "b",
        symbol: "b",
        label: text!("offset of x"),
        values: range(-2.0, 2.0),
        default: 0.25,
    },
    /// s.
    noise_sd: Ratio {
        name: "s",
        symbol: "s",
        label: text!("noise of x"),
        values: [0.1, 3.0],
        default: 0.8,
    },
    /// x.
    observation: Real {
        name: "x",
        symbol: "x",
        label: text!("observation x"),
        values: range(-4.0, 4.0),
        default: 1.75,
    },
    /// m.
    mean: Real {
        name: "m",
        symbol: "m",
        label: text!("mean of q"),
        values: range(-4.0, 4.0),
        default: 0.5,
    },
    /// v.
    variance: Ratio {
        name: "v",
        symbol: "v",
        label: text!("variance of q"),
        values: [0.005, 9.0],
        default: 0.4,
    },
    /// K.
    count: Power {
        name: "k",
        symbol: "K",
        label: text!("draws from q"),
        values: [1, 131_072],
        default: 256,
    },
    /// The seed of the draws from q and from the prior.
    seed: Seed { name: "seed", symbol: "", label: SEED, default: 1, },
}

impl Setting {
    /// √v.
    pub(super) fn sd(&self) -> f64 {
        self.variance.sqrt()
    }

    /// log q(z) in nats.
    pub(super) fn log_q(&self, z: f64) -> f64 {
        let sd = self.sd();
        -0.5 * (((z - self.mean) / sd).powi(2) + TAU.ln()) - sd.ln()
    }

    /// p(x, z) at its x; `None` for invalid parameters.
    pub(super) fn model(&self) -> Option<NonlinearGaussian> {
        let Self { link, weight, offset, noise_sd, observation, .. } = *self;
        NonlinearGaussian::new(link, weight, offset, noise_sd, observation).ok()
    }
}

/// τ² and μ of the default model.
const POSTERIOR_VARIANCE: f64 = 0.221_453_287_197_231_84;
const POSTERIOR_MEAN: f64 = 0.778_546_712_802_768_2;

/// In the order of the buttons.
pub(super) const PRESETS: &[Preset] = &[
    Preset {
        label: text!("Wide q"),
        help: text!("The ELBO lacks 0.28 nats; 256 draws are enough to make it good."),
        values: &[FIELDS.mean.at(0.5), FIELDS.variance.at(0.4)],
    },
    Preset {
        label: text!("Narrow q"),
        help: text!("Nearly the same ELBO as the wide q, but weights of infinite variance."),
        values: &[FIELDS.mean.at(0.5), FIELDS.variance.at(0.1), FIELDS.count.at(1024)],
    },
    Preset {
        label: text!("Good ELBO, variance ∞"),
        help: text!(
            "v just below half the posterior's: the ELBO lacks 0.1 nats, the variance is infinite."
        ),
        values: &[FIELDS.mean.at(POSTERIOR_MEAN), FIELDS.variance.at(0.11), FIELDS.count.at(4096)],
    },
    Preset {
        label: text!("q = prior"),
        help: text!("An ELBO 2.4 nats too low, and importance sampling that hardly minds."),
        values: &[FIELDS.mean.at(0.0), FIELDS.variance.at(1.0)],
    },
    Preset {
        label: text!("q = posterior"),
        help: text!("Every weight is p(x): one draw would do."),
        values: &[
            FIELDS.mean.at(POSTERIOR_MEAN),
            FIELDS.variance.at(POSTERIOR_VARIANCE),
            FIELDS.count.at(64),
        ],
    },
    Preset {
        label: text!("Missed mode"),
        help: text!(
            "x can come from z or −z; q knows one of them, and nothing in its draws tells."
        ),
        values: &[
            FIELDS.link.at(Link::Square),
            FIELDS.weight.at(1.0),
            FIELDS.offset.at(0.0),
            FIELDS.noise_sd.at(0.3),
            FIELDS.observation.at(2.25),
            FIELDS.mean.at(1.474_432),
            FIELDS.variance.at(0.010_35),
            FIELDS.count.at(65_536),
        ],
    },
];
