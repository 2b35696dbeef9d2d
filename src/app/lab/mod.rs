//! The page of a lab: its controls, pictures, numbers and table, all from the lab's own description.

mod code;
mod controls;
mod export;
mod figure;
pub mod kept_run;
mod moments;
mod player;
mod readings;
mod tabs;
mod trainer;

use leptos::prelude::*;

use self::code::CodeView;
pub use self::code::save_network;
use self::controls::{Controls, Presets};
use self::figure::Figures;
use self::player::{Player, PlayerControls};
use self::readings::{Numbers, Remarks, TableView};
pub use self::tabs::LabTabs;
use self::trainer::TrainerControls;
pub use self::trainer::{check_run, copy_program, receive_weights, say_not_kept, show_run};
use super::dom;
use super::store::Store;
use elboscope::lab::{self, Lab};

/// The lab that the address names; another lab is another page.
#[component]
pub fn LabPage() -> impl IntoView {
    let store = expect_context::<Store>();
    let name = Memo::new(move |_| store.lab.with(|lab| lab.as_ref().map(|state| state.lab.name)));
    move || name.get().and_then(lab::find).map(|lab| view! { <LabView lab /> })
}

#[component]
fn LabView(lab: &'static Lab) -> impl IntoView {
    let store = expect_context::<Store>();
    provide_context(Player::start(store));
    view! {
        <main
            id=dom::CONTENT
            tabindex="-1"
            class="lab"
            data-lab=lab.name
            data-highlight=move || store.highlight.get().map(|term| term.name())
        >
            <div class="lab-head">
                <h2 class="visually-hidden">{move || lab.title.say(store.language.get())}</h2>
                <p>{move || lab.question.say(store.language.get())}</p>
                <Presets lab />
            </div>
            <Figures />
            <aside class="lab-side" data-scrolls="" tabindex="0" aria-label=move || store.messages().lab_numbers_name>
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
