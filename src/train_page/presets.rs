//! The presets of a run.

use super::setting::{FIELDS, Goal};
use crate::model::Activation;
use crate::parameters::Preset;
use crate::state::{Text, text};

/// In the order of the buttons.
pub(super) const PRESETS: &[Preset] = &[
    Preset {
        label: text!("Small and quick"),
        help: text!("Two latent dimensions, so that log p(x) is exact: learned within seconds."),
        values: &[],
    },
    Preset {
        label: text!("The usual first VAE"),
        help: text!("784-400-40 and 20-400-784, ReLU, Adam at 0.001, as in PyTorch's examples."),
        values: &[
            FIELDS.hidden.at(400),
            FIELDS.activation.at(Activation::Relu),
            FIELDS.latent.at(20),
            FIELDS.rate.at(1e-3),
        ],
    },
    Preset {
        label: text!("Collapse"),
        help: text!("Ten latent dimensions and β = 20: most of them end up as the prior."),
        values: &[FIELDS.latent.at(10), FIELDS.goal.at(Goal::Beta), FIELDS.beta.at(20.0)],
    },
    Preset {
        label: Text::same("IWAE"),
        help: text!("Climbs the bound of eight draws, with DReG for the encoder."),
        values: &[FIELDS.goal.at(Goal::Dreg)],
    },
    Preset {
        label: text!("Wrong sign"),
        help: text!(
            "The notes' code maximises BCE + KL: what it reports rises above the exact log p(x), \
             which no lower bound can.",
        ),
        values: &[FIELDS.goal.at(Goal::WrongSign)],
    },
    Preset {
        label: text!("Too fast"),
        help: text!("A learning rate of 1: the run breaks, and says so."),
        values: &[FIELDS.rate.at(1.0)],
    },
];
