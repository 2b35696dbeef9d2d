//! The page of a lab: controls, figures, numbers and table, all from the lab's description.

mod answers;
mod code;
mod controls;
mod figure;
mod moments;
mod player;
mod readings;
mod tabs;
mod trainer;

use leptos::prelude::*;

pub use self::answers::follow as follow_answers;
use self::code::CodeView;
use self::controls::{Controls, Presets};
use self::figure::Figures;
use self::player::{Player, PlayerControls};
use self::readings::{Numbers, Remarks, TableView};
pub use self::tabs::LabTabs;
use self::trainer::TrainerControls;
use crate::app::context::{Bench, Labs, Preferences};
use crate::app::platform::dom;
use crate::app::shared::shared;
use elboscope::lab::{self, Lab};

/// The lab that the address names; each lab is built as a page of its own.
#[component]
pub fn LabPage() -> impl IntoView {
    let labs = shared::<Labs>();
    let name = Memo::new(move |_| labs.state.with(|lab| lab.as_ref().map(|state| state.lab.name)));
    move || name.get().and_then(lab::find).map(|lab| view! { <LabView lab /> })
}

#[component]
fn LabView(lab: &'static Lab) -> impl IntoView {
    let preferences = shared::<Preferences>();
    let bench = shared::<Bench>();
    provide_context(Player::start());
    view! {
        <main
            id=dom::CONTENT
            tabindex="-1"
            class="lab"
            data-lab=lab.name
            data-highlight=move || bench.highlight.get().map(|term| term.name())
        >
            <div class="lab-head">
                <h2 class="visually-hidden">{move || lab.title.say(preferences.language.get())}</h2>
                <p>{move || lab.question.say(preferences.language.get())}</p>
                <Presets lab />
            </div>
            <Figures />
            <aside class="lab-side" data-scrolls="" tabindex="0" aria-label=move || preferences.messages().lab_numbers_name>
                <Controls lab />
                <Numbers />
            </aside>
            <footer class="lab-foot">
                <Remarks />
                {if lab.is_training() {
                    view! { <TrainerControls /> }.into_any()
                } else {
                    view! { <PlayerControls /> }.into_any()
                }}
                <TableView lab />
                {(!lab.is_training()).then(|| view! { <CodeView lab /> })}
            </footer>
        </main>
    }
}
