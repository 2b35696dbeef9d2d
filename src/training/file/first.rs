//! The first version of the format of saved runs, before own drawings and a separate width of the decoder.

use serde::Deserialize;

use super::SavedRun;
use crate::model::Activation;
use crate::training::{DataSource, History, Objective, Recipe};

/// The prefix of its text.
pub(super) const VERSION: &str = "1 ";

#[derive(Deserialize)]
struct FirstRun {
    recipe: FirstRecipe,
    step: u32,
    history: History,
}

/// In the order in which they were written.
#[derive(Deserialize)]
struct FirstRecipe {
    data: DataSource,
    drawings: usize,
    hidden: usize,
    latent: usize,
    activation: Activation,
    objective: Objective,
    batch: usize,
    learning_rate: f64,
    warm_up: u32,
    patience: u32,
    seed: u64,
}

/// The run, with the default for what there was not yet.
pub(super) fn read(bytes: &[u8]) -> Option<SavedRun> {
    let FirstRun { recipe, step, history } = postcard::from_bytes(bytes).ok()?;
    let FirstRecipe { data, drawings, hidden, latent, activation, objective, .. } = recipe;
    let FirstRecipe { batch, learning_rate, warm_up, patience, seed, .. } = recipe;
    let recipe = Recipe {
        data,
        drawings,
        hidden,
        decoder_hidden: None,
        latent,
        activation,
        objective,
        batch,
        learning_rate,
        warm_up,
        patience,
        seed,
    };
    Some(SavedRun { recipe, step, history, drawings: Vec::new() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::training::file::{decoded, read_run};

    /// Written by the first version: 64 digits, H = 3, a β of 2.5, a warm-up of 7 steps, seed 42, and 25
    /// steps with points at 0 and 20.
    const TEXT: &str = "1 AEAKAAMCAAAAAAAAAAAEQBD6fmq8dJNoPwfQDyoZFAIAAAAAAAAAAAAAJ4zUYkqvgcD7ITJSP62BwAIZ0kvX\
                        nWS2P4vsf9brFI4/FKuqqqqqqhpAAcU1IL5fFYHAg2kyt2SVgMDwV1a++42AwAJNiNl19MfKP/GGMKSqpMQ/";

    #[test]
    fn a_run_of_the_first_version_is_read() {
        let run = decoded(TEXT).expect("a run");
        let expected = Recipe {
            data: DataSource::PenStrokes { count: 64, seed: 10 },
            hidden: 3,
            objective: Objective::Elbo { kl_weight: 2.5 },
            batch: 16,
            warm_up: 7,
            seed: 42,
            ..Recipe::default()
        };
        assert_eq!((&run.recipe, run.step), (&expected, 25));
        let steps: Vec<u32> = run.history.points().iter().map(|point| point.step).collect();
        assert_eq!(steps, [0, 20]);
        assert_eq!(run.history.points()[1].validation.objective, -530.6741775453996);
    }

    #[test]
    fn what_follows_its_version_must_be_one() {
        assert!(decoded(&TEXT[..TEXT.len() - 8]).is_none());
        assert!(decoded(&TEXT.replace("1 ", "2 ")).is_none_or(|run| run.recipe.check().is_err()));
        assert!(read_run(TEXT.as_bytes()).is_err());
    }
}
