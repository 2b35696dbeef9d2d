//! The labs beside each other, under the bar at the top.

use leptos::prelude::*;

use crate::app::store::Store;
use elboscope::address::{self, Page};
use elboscope::lab::{LABS, LabState};

/// A link to each lab.
#[component]
pub fn LabTabs() -> impl IntoView {
    let store = expect_context::<Store>();
    let shown = Memo::new(move |_| store.lab.with(|lab| lab.as_ref().map(|state| state.lab.name)));
    let links = LABS.iter().map(|lab| {
        view! {
            <a
                href=move || address::format(&store.address_of(Page::Lab(LabState::new(lab))))
                aria-current=move || (shown.get() == Some(lab.name)).then_some("page")
            >
                {move || lab.title.say(store.language.get())}
            </a>
        }
    });
    // What is described like a lab but is not among them has no tabs.
    let is_shown = move || LABS.iter().any(|lab| Some(lab.name) == shown.get());
    view! {
        <nav class="tabs" hidden=move || !is_shown() aria-label=move || store.messages().labs>
            {links.collect_view()}
        </nav>
    }
}
