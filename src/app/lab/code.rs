//! The lab's computation as a program in PyTorch: a button, and the text that opens.

use leptos::html::Dialog;
use leptos::prelude::*;

use super::export;
use super::player::Player;
use crate::app::copy_button::CopyButton;
use crate::app::store::Store;
use crate::app::workshop_link;
use elboscope::lab::Lab;
use elboscope::workshop::Command;

/// What kind of file a program is.
const KIND: &str = "text/x-python";

/// Saves the network that a program loads.
pub fn save_network(file: &str, bytes: &[u8]) {
    export::save_bytes(bytes, file);
}

/// A button for the program, and the program, which follows what is set.
#[component]
pub fn CodeView(lab: &'static Lab) -> impl IntoView {
    let store = expect_context::<Store>();
    let player = expect_context::<Player>();
    let messages = move || store.messages();
    let dialog = NodeRef::<Dialog>::new();
    let is_open = RwSignal::new(false);
    let text = move || player.program.get().map(|program| program.text).unwrap_or_default();
    let file = move || player.program.get().and_then(|program| program.file);
    let name = format!("{}.py", lab.name);

    // A lab that needs the model has a program once that has come, as it then has a sheet.
    let has_sheet = Memo::new(move |_| player.sheet.with(Option::is_some));
    Effect::new(move |_| {
        store.language.track();
        store.hidden.track();
        has_sheet.track();
        let state = store.lab.get().filter(|state| state.lab.name == lab.name);
        // A closed program costs nothing while a handle moves.
        if let Some(state) = state.filter(|_| is_open.get()) {
            workshop_link::ask_program(store, &state);
        }
    });
    let save = move |_| export::save_text(&untrack(text), KIND, &name);
    let ask_network = move |_| {
        if let Some(state) = store.lab.get_untracked() {
            let (lab, values) = (lab.name.to_owned(), state.values().to_vec());
            workshop_link::send(store, Command::LabNetwork { lab, values });
        }
    };
    view! {
        <button
            type="button"
            data-action="code"
            title=move || messages().code_help
            on:click=move |_| {
                is_open.set(true);
                if let Some(dialog) = dialog.get_untracked() {
                    // It fails only for a dialog that is open already.
                    let _ = dialog.show_modal();
                }
            }
        >
            {move || messages().code}
        </button>
        <dialog
            id="lab-code"
            node_ref=dialog
            aria-labelledby="lab-code-title"
            on:close=move |_| is_open.set(false)
        >
            <h2 id="lab-code-title">{move || lab.title.say(store.language.get())}" · PyTorch"</h2>
            <p>{move || messages().code_note}</p>
            // It scrolls, so that the keyboard must reach it.
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
        </dialog>
    }
}
