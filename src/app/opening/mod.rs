//! Opening files, links and pictures: chosen, dropped or pasted, on any page; nothing is lost to a bad one.

mod choice;
mod decode;
mod read;
mod transfer;

use leptos::ev::{self, DragEvent};
use leptos::html::Input;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{ClipboardEvent, Event, File, HtmlElement, HtmlInputElement};

pub use self::choice::LATENT;
use self::choice::{Choice, apply};
use self::transfer::{Transferred, transferred};
use super::lazy;
use super::store::Store;
use elboscope::state::messages::opening;
use elboscope::state::number::percent;
use elboscope::state::{About, Occasion};

/// Of so many bad files it is said what is wrong with them.
const MOST_REASONS: usize = 5;

/// The whole page as a place to drop and to paste.
#[component]
pub fn DropPlace() -> impl IntoView {
    let store = expect_context::<Store>();
    let is_over = RwSignal::new(false);
    // All of these last as long as the page.
    let _ = window_event_listener(ev::dragover, move |event: DragEvent| {
        if !is_typing(&event) || has_files(&event) {
            event.prevent_default();
            is_over.set(true);
        }
    });
    let _ = window_event_listener(ev::dragleave, move |event: DragEvent| {
        // It leaves the window only when it goes to nothing.
        if event.related_target().is_none() {
            is_over.set(false);
        }
    });
    let _ = window_event_listener(ev::drop, move |event: DragEvent| {
        is_over.set(false);
        // What is dragged into a text field is its text.
        if is_typing(&event) && !has_files(&event) {
            return;
        }
        event.prevent_default();
        if let Some(transfer) = event.data_transfer() {
            take(store, transferred(&transfer), opening::NOTHING_DROPPED.say(language(store)));
        }
    });
    let _ = window_event_listener(ev::paste, move |event: ClipboardEvent| {
        let Some(transfer) = event.clipboard_data() else { return };
        let has_files = transfer.files().is_some_and(|files| files.length() > 0);
        if is_typing(&event) && !has_files {
            return;
        }
        event.prevent_default();
        take(store, transferred(&transfer), opening::NOTHING_PASTED.say(language(store)));
    });
    view! {
        <div class="drop" aria-hidden="true" hidden=move || !is_over.get()>
            {move || store.messages().drop_here}
        </div>
    }
}

/// The button and its hidden input; while a file is read it says how far that is.
#[component]
pub fn OpenFiles() -> impl IntoView {
    let store = expect_context::<Store>();
    let messages = move || store.messages();
    let input = NodeRef::<Input>::new();
    view! {
        <button
            type="button"
            data-action="open"
            title=move || messages().open_help
            aria-busy=move || store.opening.get().is_some().to_string()
            on:click=move |_| {
                if let Some(input) = input.get_untracked() {
                    input.click();
                }
            }
        >
            {move || match store.opening.get() {
                Some(share) => percent(share, 0, store.language.get()),
                None => messages().open.to_owned(),
            }}
        </button>
        <input
            id="file"
            node_ref=input
            type="file"
            multiple
            class="visually-hidden"
            tabindex="-1"
            aria-label=move || messages().open_help
            on:change:target=move |event| {
                if let Some(files) = event.target().files() {
                    open_all(store, transfer::list(&files));
                }
                // The same file can then be opened again.
                event.target().set_value("");
            }
        />
    }
}

fn language(store: Store) -> elboscope::state::Language {
    store.language.get_untracked()
}

/// Opens what was dropped or pasted, or says why not; `nothing` is said of what is none of these.
fn take(store: Store, transferred: Transferred, nothing: &str) {
    store.end_notice(Occasion::Opened);
    match transferred {
        Transferred::Files(files) => open_all(store, files),
        Transferred::Folder(name) => {
            store.tell(About::Opening, [format!("{name}: {}", opening::folder(language(store)))]);
        }
        // The address bar is followed, here as everywhere.
        Transferred::Link(hash) => {
            if window().location().set_hash(&hash).is_err() {
                store.tell(About::Opening, [nothing.to_owned()]);
            }
        }
        Transferred::PictureElsewhere => {
            store
                .tell(About::Opening, [opening::PICTURE_ELSEWHERE.say(language(store)).to_owned()]);
        }
        Transferred::Nothing => store.tell(About::Opening, [nothing.to_owned()]),
    }
}

/// Opens the files of one choice, by the part of the page that reads files.
fn open_all(store: Store, files: Vec<File>) {
    if files.is_empty() {
        return;
    }
    store.end_notice(Occasion::Opened);
    store.opening.set(Some(0.0));
    spawn_local(async move {
        match lazy::open_files(store, files).await {
            Ok(opened) => opened.await,
            Err(_) => {
                store.opening.set(None);
                let messages = language(store).messages();
                let lines = [messages.part_not_fetched, messages.file_kept];
                store.tell(About::Opening, lines.map(str::to_owned));
            }
        }
    });
}

/// Reads and checks all files of one choice before it uses any: labels find their images, and a bad file
/// among them loses nothing.
pub async fn read_all(store: Store, files: Vec<File>) {
    let mut choice = Choice::default();
    let mut reasons = Vec::new();
    let count = files.len() as f64;
    for (place, file) in files.iter().enumerate() {
        let name = file.name();
        let progress = |share: f64| store.opening.set(Some((place as f64 + share) / count));
        match read::content(language(store), file, progress).await {
            Ok(content) => choice.add(name, content),
            Err(reason) => reasons.push(format!("{name}: {reason}")),
        }
    }
    store.opening.set(None);
    if reasons.is_empty() {
        match choice.check(store) {
            Ok(checked) => return apply(store, checked),
            Err(reason) => reasons.push(reason),
        }
    }
    let more = reasons.len().saturating_sub(MOST_REASONS);
    reasons.truncate(MOST_REASONS);
    if more > 0 {
        reasons.push(opening::more(more, language(store)));
    }
    reasons.push(language(store).messages().file_kept.to_owned());
    store.tell(About::Opening, reasons);
}

/// Whether something goes into a field that takes text.
fn is_typing(event: &JsValue) -> bool {
    let Some(target) = event.dyn_ref::<Event>().and_then(Event::target) else { return false };
    if let Some(field) = target.dyn_ref::<HtmlInputElement>() {
        return !["range", "checkbox", "radio", "button", "file"].contains(&field.type_().as_str());
    }
    target
        .dyn_ref::<HtmlElement>()
        .is_some_and(|element| element.tag_name() == "TEXTAREA" || element.is_content_editable())
}

/// Whether files are dragged, as far as the browser tells before they are dropped.
fn has_files(event: &DragEvent) -> bool {
    let types = event.data_transfer().map(|transfer| transfer.types());
    types.is_some_and(|types| types.includes(&"Files".into(), 0))
}
