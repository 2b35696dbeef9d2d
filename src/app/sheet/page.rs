//! The frame of a page that shows a sheet.

use leptos::prelude::*;

use super::{Controls, Figures, Numbers, Presets, Remarks, TableView};
use crate::app::context::{Bench, Preferences};
use crate::app::platform::dom;
use crate::app::shared::shared;
use elboscope::state::Text;

/// What is said above everything else, presets, pictures, controls, numbers, and at the foot what plays (`play`), the
/// table, and `more`. It takes `Adjustable` and `Display` from the page around it.
pub fn sheet_page(
    name: &'static str,
    [title, question]: [Text; 2],
    play: AnyView,
    more: AnyView,
) -> AnyView {
    let preferences = shared::<Preferences>();
    let bench = shared::<Bench>();
    view! {
        <main
            id=dom::CONTENT
            tabindex="-1"
            class="lab"
            data-lab=name
            data-highlight=move || bench.highlight.get().map(|term| term.name())
        >
            <div class="lab-head">
                <h2 class="visually-hidden">{move || preferences.say(title)}</h2>
                <p>{move || preferences.say(question)}</p>
                <Presets />
            </div>
            <Figures />
            <aside class="lab-side" data-scrolls="" tabindex="0" aria-label=move || preferences.messages().lab_numbers_name>
                <Controls />
                <Numbers />
            </aside>
            <footer class="lab-foot">
                <Remarks />
                {play}
                <TableView name title />
                {more}
            </footer>
        </main>
    }
    .into_any()
}
