//! Opening files, links and pictures that are chosen, dropped or pasted, on any page; a bad file changes nothing.

mod chosen_files;
mod decode;
mod part;
mod read;
mod transfer;

use leptos::ev::{self, DragEvent};
use leptos::html::Input;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{ClipboardEvent, Event, File, HtmlElement, HtmlInputElement};

use self::chosen_files::ChosenFiles;
use self::transfer::{Transferred, transferred};
use crate::app::context::{Bench, Files, Notices, Preferences, Stage, Training};
use crate::app::shared::shared;
use crate::app::workers::{BenchWorker, LabWorker};
use elboscope::state::messages::opening;
use elboscope::state::number::percent;
use elboscope::state::{About, Language, Messages, Occasion, Text};

/// The number of bad files whose reasons are listed.
const MOST_REASONS: usize = 5;

/// Drop target and paste target over the whole page.
#[component]
pub fn DropPlace() -> impl IntoView {
    let preferences = shared::<Preferences>();
    let opener = expect_context::<Opener>();
    let is_over = RwSignal::new(false);
    // All of these listeners last as long as the page.
    let _ = window_event_listener(ev::dragover, move |event: DragEvent| {
        if !is_typing(&event) || has_files(&event) {
            event.prevent_default();
            is_over.set(true);
        }
    });
    let _ = window_event_listener(ev::dragleave, move |event: DragEvent| {
        // The drag has left the window only if there is no related target.
        if event.related_target().is_none() {
            is_over.set(false);
        }
    });
    let _ = window_event_listener(ev::drop, move |event: DragEvent| {
        is_over.set(false);
        // A text that is dragged into a text field is not a file.
        if is_typing(&event) && !has_files(&event) {
            return;
        }
        event.prevent_default();
        if let Some(transfer) = event.data_transfer() {
            opener.take(transferred(&transfer), opening::NOTHING_DROPPED);
        }
    });
    let _ = window_event_listener(ev::paste, move |event: ClipboardEvent| {
        let Some(transfer) = event.clipboard_data() else { return };
        let has_files = transfer.files().is_some_and(|files| files.length() > 0);
        if is_typing(&event) && !has_files {
            return;
        }
        event.prevent_default();
        opener.take(transferred(&transfer), opening::NOTHING_PASTED);
    });
    view! {
        <div class="drop" aria-hidden="true" hidden=move || !is_over.get()>
            {move || preferences.messages().drop_here}
        </div>
    }
}

/// The button with its hidden file input; it shows the progress of reading.
#[component]
pub fn OpenFiles() -> impl IntoView {
    let preferences = shared::<Preferences>();
    let files = shared::<Files>();
    let opener = expect_context::<Opener>();
    let messages = move || preferences.messages();
    let input = NodeRef::<Input>::new();
    view! {
        <button
            type="button"
            data-action="open"
            title=move || messages().open_help
            aria-busy=move || files.progress.get().is_some().to_string()
            on:click=move |_| {
                if let Some(input) = input.get_untracked() {
                    input.click();
                }
            }
        >
            {move || match files.progress.get() {
                Some(share) => percent(share, 0, preferences.language.get()),
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
                    opener.open(transfer::list(&files));
                }
                // Reset, so that choosing the same file again fires an event.
                event.target().set_value("");
            }
        />
    }
}

/// Opens files: reads, checks and uses them. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Opener {
    preferences: Preferences,
    notices: Notices,
    bench: Bench,
    stage: Stage,
    training: Training,
    files: Files,
    bench_worker: BenchWorker,
    lab_worker: LabWorker,
}

impl Opener {
    /// Reads the contexts of the page.
    pub fn new() -> Self {
        Self {
            preferences: shared(),
            notices: shared(),
            bench: shared(),
            stage: shared(),
            training: shared(),
            files: shared(),
            bench_worker: shared(),
            lab_worker: shared(),
        }
    }

    fn language(self) -> Language {
        self.preferences.language.get_untracked()
    }

    fn show(self, line: impl Into<String>) {
        self.notices.show(About::Opening, [line.into()]);
    }

    /// Opens what was dropped or pasted, or shows why not; the message `nothing` is for anything else.
    fn take(self, transferred: Transferred, nothing: Text) {
        self.notices.end(Occasion::Opened);
        let language = self.language();
        match transferred {
            Transferred::Files(files) => self.open(files),
            Transferred::Folder(name) => {
                self.show(format!("{name}: {}", opening::folder(language)))
            }
            // The listener of the address bar opens it.
            Transferred::Link(hash) => {
                if window().location().set_hash(&hash).is_err() {
                    self.show(nothing.say(language));
                }
            }
            Transferred::PictureElsewhere => self.show(opening::PICTURE_ELSEWHERE.say(language)),
            Transferred::Nothing => self.show(nothing.say(language)),
        }
    }

    /// Opens the files of one selection; the code that reads files is fetched first.
    fn open(self, files: Vec<File>) {
        if files.is_empty() {
            return;
        }
        self.notices.end(Occasion::Opened);
        self.files.progress.set(Some(0.0));
        spawn_local(async move {
            match part::open_files(self, files).await {
                Ok(opened) => opened.await,
                Err(_) => {
                    self.files.progress.set(None);
                    let messages = Messages::of(self.language());
                    let lines = [messages.part_not_fetched, messages.file_kept];
                    self.notices.show(About::Opening, lines.map(str::to_owned));
                }
            }
        });
    }

    /// Reads and checks all files of one selection before it uses any: labels find their images, and one bad file
    /// changes nothing.
    async fn read_all(self, files: Vec<File>) {
        let mut choice = ChosenFiles::default();
        let mut reasons = Vec::new();
        let count = files.len() as f64;
        for (place, file) in files.iter().enumerate() {
            let name = file.name();
            let progress = |share: f64| {
                self.files.progress.set(Some((place as f64 + share) / count));
            };
            match read::content(self.language(), file, progress).await {
                Ok(content) => choice.add(name, content),
                Err(reason) => reasons.push(format!("{name}: {reason}")),
            }
        }
        self.files.progress.set(None);
        if reasons.is_empty() {
            match choice.check(self) {
                Ok(checked) => return self.apply(checked),
                Err(reason) => reasons.push(reason),
            }
        }
        let more = reasons.len().saturating_sub(MOST_REASONS);
        reasons.truncate(MOST_REASONS);
        if more > 0 {
            reasons.push(opening::more(more, self.language()));
        }
        reasons.push(Messages::of(self.language()).file_kept.to_owned());
        self.notices.show(About::Opening, reasons);
    }
}

/// Whether the event's target takes typed text.
fn is_typing(event: &JsValue) -> bool {
    let Some(target) = event.dyn_ref::<Event>().and_then(Event::target) else { return false };
    if let Some(field) = target.dyn_ref::<HtmlInputElement>() {
        return !["range", "checkbox", "radio", "button", "file"].contains(&field.type_().as_str());
    }
    target
        .dyn_ref::<HtmlElement>()
        .is_some_and(|element| element.tag_name() == "TEXTAREA" || element.is_content_editable())
}

/// Whether the drag contains files, as far as browsers tell before the drop.
fn has_files(event: &DragEvent) -> bool {
    let types = event.data_transfer().map(|transfer| transfer.types());
    types.is_some_and(|types| types.includes(&"Files".into(), 0))
}
