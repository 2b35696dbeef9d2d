//! Reasons why a run cannot begin or continue, in both languages.

use crate::model::{Activation, Vae};
use crate::state::{Said, Text};
use crate::training::{Recipe, SessionError};

/// No file of images is open.
pub(super) const NO_FILE: Text = Text::new(
    "No file of images is open: choose MNIST or any IDX file with Open…",
    "Nenhum arquivo de imagens está aberto: escolha o MNIST ou outro arquivo IDX em Abrir…",
);
/// Nothing has been drawn.
pub(super) const NO_DRAWING: Text = Text::new(
    "Nothing has been drawn yet: draw an x on the bench with Draw, then come back.",
    "Nada foi desenhado ainda: desenhe um x na bancada com Desenhar e volte aqui.",
);
/// The file contains weights without a run.
pub(super) const NO_RUN: Text = Text::new(
    "The file has weights but no run of training: open it on the bench.",
    "O arquivo tem pesos, mas nenhum treino: abra-o na bancada.",
);
/// Settings that this page does not have.
pub(super) const NOT_ON_OFFER: Text = Text::new(
    "The settings of the run in the file are not on offer here.",
    "As configurações do treino no arquivo não estão disponíveis aqui.",
);

/// The run of a file cannot be resumed; `why` is in English, for the details.
pub(super) fn unreadable(why: &dyn std::fmt::Display) -> Said {
    Said::new(
        format!("The run cannot be gone on with: {why}."),
        format!("O treino não pode continuar: {why}."),
    )
}

/// The run's file of images is not open.
pub(super) fn other_file(name: &str) -> Said {
    Said::new(
        format!("The run learned from {name}: open that first."),
        format!("O treino aprendeu com {name}: abra esse arquivo primeiro."),
    )
}

/// The weights do not fit the settings beside them.
pub(super) fn other_network(recipe: &Recipe, model: &Vae) -> Said {
    let shape = |[encoder, decoder]: [usize; 2], latent: usize, activation: Activation| {
        format!("784–{encoder}–{latent}, {latent}–{decoder}–784, {}", activation.name())
    };
    let widths = [model.encoder_hidden(), model.hidden()];
    let found = shape(widths, model.latent(), model.activation);
    let described = shape(recipe.hidden_widths(), recipe.latent, recipe.activation);
    Said::new(
        format!(
            "The weights in the file do not fit the settings of its run: they are of {found}; the \
             settings describe {described}."
        ),
        format!(
            "Os pesos no arquivo não correspondem às configurações do treino: são de {found}; as \
             configurações descrevem {described}."
        ),
    )
}

/// Why a run cannot begin or continue.
pub(super) fn refusal(error: SessionError) -> Said {
    let text = match error {
        SessionError::TooFewImages(_) => Text::new(
            "At least two images are needed: one to learn from, one to be measured on.",
            "São necessárias ao menos duas imagens: uma para aprender, outra para medir.",
        ),
        SessionError::Labels(_) => {
            Text::new("The labels belong to other images.", "Os rótulos são de outras imagens.")
        }
        SessionError::Model => Text::new(
            "The saved network does not belong to its settings.",
            "A rede salva não pertence às suas configurações.",
        ),
        _ => Text::new(
            "These settings cannot be run.",
            "Estas configurações não podem ser treinadas.",
        ),
    };
    text.into()
}
