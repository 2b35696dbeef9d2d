//! The links to the labs, below the bar at the top.

use leptos::prelude::*;

use crate::app::context::{Labs, Preferences, Stage, StagePage};
use crate::app::navigation::Navigation;
use crate::app::shared::shared;
use elboscope::address::{self, Page};
use elboscope::lab::{LABS, LabState};

/// A link to each lab.
#[component]
pub fn LabTabs() -> impl IntoView {
    let preferences = shared::<Preferences>();
    let stage = shared::<Stage>();
    let labs = shared::<Labs>();
    let navigation = shared::<Navigation>();
    let shown = Memo::new(move |_| labs.state.with(|state| state.lab.name));
    let links = LABS.iter().map(|lab| {
        view! {
            <a
                href=move || address::format(&navigation.address_of(Page::Lab(LabState::new(lab))))
                aria-current=move || (shown.get() == lab.name).then_some("page")
            >
                {move || lab.title.say(preferences.language.get())}
            </a>
        }
    });
    view! {
        <nav class="tabs" hidden=move || !stage.is_on(StagePage::Lab) aria-label=move || preferences.messages().labs>
            {links.collect_view()}
        </nav>
    }
}
