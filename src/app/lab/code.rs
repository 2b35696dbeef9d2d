//! The PyTorch program of a lab: a button, and the text that it shows.

use leptos::prelude::*;

use super::player::Player;
use crate::app::context::{Labs, ModelInUse, Preferences};
use crate::app::platform::export;
use crate::app::shared::shared;
use crate::app::widgets::copy_button::CopyButton;
use crate::app::widgets::modal::modal;
use crate::app::workers::LabWorker;
use elboscope::lab::Lab;

/// The media type of a program.
const KIND: &str = "text/x-python";

/// The button and the program, which follows the lab's state.
#[component]
pub fn CodeView(lab: &'static Lab) -> impl IntoView {
    let preferences = shared::<Preferences>();
    let model = shared::<ModelInUse>();
    let labs = shared::<Labs>();
    let lab_worker = shared::<LabWorker>();
    let player = expect_context::<Player>();
    let messages = move || preferences.messages();
    let is_open = RwSignal::new(false);
    let text = move || player.program.get().map(|program| program.text).unwrap_or_default();
    let file = move || player.program.get().and_then(|program| program.file);
    let name = format!("{}.py", lab.name);

    // A lab that needs a model has a program as soon as it has a sheet: both need the model.
    let has_sheet = Memo::new(move |_| player.display.sheet.with(Option::is_some));
    Effect::new(move |_| {
        preferences.language.track();
        model.hidden.track();
        has_sheet.track();
        let state = labs.state.get();
        // A closed program is not requested, so that it costs nothing during a drag.
        if state.lab.name == lab.name && is_open.get() {
            lab_worker.ask_program(&state);
        }
    });
    let save = move |_| export::save_text(&untrack(text), KIND, &name);
    let ask_network = move |_| {
        labs.state.with_untracked(|state| lab_worker.ask_network(state));
    };
    let title = Signal::derive(move || format!("{} · PyTorch", preferences.say(lab.title)));
    let content = view! {
        <p>{move || messages().code_note}</p>
        // It scrolls, so that it must be reachable by keyboard.
        <pre class="program" tabindex="0" role="region" aria-label=move || messages().code_name>
            <code>{text}</code>
        </pre>
        <form method="dialog" class="buttons">
            <CopyButton
                action="copy-code"
                label=Signal::derive(move || messages().copy_code)
                text=move || untrack(text)
            />
            <button
                type="button"
                data-action="save-code"
                title=move || messages().save_code_help
                on:click=save
            >
                {move || messages().save_code}
            </button>
            <button
                type="button"
                data-action="save-network"
                hidden=move || file().is_none()
                title=move || messages().save_network_help
                on:click=ask_network
            >
                {file}
            </button>
            <button class="primary">{move || messages().close}</button>
        </form>
    }
    .into_any();
    view! {
        <button
            type="button"
            data-action="code"
            title=move || messages().code_help
            on:click=move |_| is_open.set(true)
        >
            {move || messages().code}
        </button>
        {modal("lab-code", title, is_open, |_| {}, content)}
    }
}
