//! The page Train: the settings of a run, its controls, pictures, numbers and table, and what becomes of its network.

mod answers;
mod controls;
mod trainer;

use leptos::prelude::*;

pub use self::answers::follow as follow_answers;
use self::controls::TrainerControls;
use self::trainer::Trainer;
use crate::app::context::Training;
use crate::app::shared::shared;
use crate::app::sheet::{Adjustable, sheet_page};
use elboscope::train_page::{NAME, PARAMETERS, PRESETS, QUESTION, RunSettings, TITLE};

/// What can be set before a run.
fn adjustable(training: Training) -> Adjustable {
    Adjustable {
        table: PARAMETERS,
        presets: PRESETS,
        applies: |place, values| RunSettings::from(values.to_vec()).applies(place),
        values: Signal::derive(move || training.settings.get().values()),
        set: Callback::new(move |values: Vec<f64>| training.set(values.into())),
        arrive: Callback::new(move |values: Vec<f64>| training.arrive(values.into())),
    }
}

/// The run with the settings that the address names.
#[component]
pub fn TrainPage() -> impl IntoView {
    let trainer = Trainer::start();
    provide_context(trainer);
    provide_context(trainer.display);
    provide_context(adjustable(shared()));
    let play = view! { <TrainerControls /> }.into_any();
    sheet_page(NAME, [TITLE, QUESTION], play, ().into_any())
}
