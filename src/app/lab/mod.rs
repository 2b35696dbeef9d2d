//! The page of a lab: controls, figures, numbers and table, all from the lab's description.

mod code;
mod player;
mod tabs;

use leptos::prelude::*;

use self::code::CodeView;
use self::player::{Player, PlayerControls};
pub use self::tabs::LabTabs;
use crate::app::context::Labs;
use crate::app::shared::shared;
use crate::app::sheet::{Adjustable, sheet_page};
use elboscope::lab::{self, Lab, LabState};

/// The lab that the address names; each lab is built as a page of its own.
#[component]
pub fn LabPage() -> impl IntoView {
    let labs = shared::<Labs>();
    let name = Memo::new(move |_| labs.state.with(|state| state.lab.name));
    move || lab::find(name.get()).map(|lab| view! { <LabView lab /> })
}

/// What can be set in a lab.
fn adjustable(labs: Labs, lab: &'static Lab) -> Adjustable {
    let state_with = move |values: Vec<f64>| {
        let mut state = LabState::new(lab);
        for (place, value) in values.into_iter().enumerate() {
            state.set(place, value);
        }
        state
    };
    Adjustable {
        table: lab.parameters,
        presets: lab.presets,
        applies: lab.applies,
        values: Signal::derive(move || labs.state.with(|state| state.values().to_vec())),
        set: Callback::new(move |values| labs.change(|state| *state = state_with(values))),
        arrive: Callback::new(move |values| labs.arrive(state_with(values))),
    }
}

#[component]
fn LabView(lab: &'static Lab) -> impl IntoView {
    let player = Player::start();
    provide_context(player);
    provide_context(player.display);
    provide_context(adjustable(shared(), lab));
    let play = view! { <PlayerControls /> }.into_any();
    let code = view! { <CodeView lab /> }.into_any();
    sheet_page(lab.name, [lab.title, lab.question], play, code)
}
