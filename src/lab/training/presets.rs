//! The presets of a run.

use super::description::{FIELDS, Goal};
use crate::lab::Preset;
use crate::model::Activation;
use crate::state::Text;

/// In the order of the buttons.
pub(super) const PRESETS: &[Preset] = &[
    Preset {
        label: Text::new("Small and quick", "Pequeno e rápido"),
        help: Text::new(
            "Two latent dimensions, so that log p(x) is exact: learned within seconds.",
            "Duas dimensões latentes, logo log p(x) é exato: aprende em segundos.",
        ),
        values: &[],
    },
    Preset {
        label: Text::new("The usual first VAE", "O primeiro VAE de sempre"),
        help: Text::new(
            "784-400-40 and 20-400-784, ReLU, Adam at 0.001, as in PyTorch's examples.",
            "784-400-40 e 20-400-784, ReLU, Adam a 0,001, como nos exemplos do PyTorch.",
        ),
        values: &[
            FIELDS.hidden.at(400),
            FIELDS.activation.at(Activation::Relu),
            FIELDS.latent.at(20),
            FIELDS.rate.at(1e-3),
        ],
    },
    Preset {
        label: Text::new("Collapse", "Colapso"),
        help: Text::new(
            "Ten latent dimensions and β = 20: most of them end up as the prior.",
            "Dez dimensões latentes e β = 20: a maioria acaba igual à priori.",
        ),
        values: &[FIELDS.latent.at(10), FIELDS.goal.at(Goal::Beta), FIELDS.beta.at(20.0)],
    },
    Preset {
        label: Text::same("IWAE"),
        help: Text::new(
            "Climbs the bound of eight draws, with DReG for the encoder.",
            "Sobe a cota de oito amostras, com DReG para o codificador.",
        ),
        values: &[FIELDS.goal.at(Goal::Dreg)],
    },
    Preset {
        label: Text::new("Wrong sign", "Sinal trocado"),
        help: Text::new(
            "The notes' code maximises BCE + KL: what it reports rises above the exact log p(x), which no \
             lower bound can.",
            "O código das notas maximiza BCE + KL: o que ele informa passa do log p(x) exato, o que nenhuma \
             cota inferior pode.",
        ),
        values: &[FIELDS.goal.at(Goal::WrongSign)],
    },
    Preset {
        label: Text::new("Too fast", "Rápido demais"),
        help: Text::new(
            "A learning rate of 1: the run breaks, and says so.",
            "Taxa de aprendizado 1: o treino quebra e avisa.",
        ),
        values: &[FIELDS.rate.at(1.0)],
    },
];
