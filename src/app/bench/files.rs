//! Opening files: MNIST, pictures and weights, chosen or dropped; nothing is lost to a bad one.

use std::sync::Arc;

use js_sys::Uint8Array;
use leptos::ev::{self, DragEvent};
use leptos::html::Input;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, FileList};

use crate::app::engine::{self, binarization};
use crate::app::store::{OpenedFile, Store};
use crate::data::{self, GreyImage, IdxImages, Opened};
use crate::model::{read_weights, tells_activation};
use crate::state::XSource;

/// Larger files are refused before they are read.
const LARGEST_FILE: f64 = 64.0 * 1024.0 * 1024.0;
/// The latent dimension that the bench can show.
const LATENT: usize = 2;

/// The button, its hidden input, and the whole page as a place to drop files.
#[component]
pub fn OpenFiles() -> impl IntoView {
    let store = expect_context::<Store>();
    let messages = move || store.messages();
    let input = NodeRef::<Input>::new();
    let is_over = RwSignal::new(false);
    // These last as long as the page.
    let _ = window_event_listener(ev::dragover, move |event: DragEvent| {
        event.prevent_default();
        is_over.set(true);
    });
    let _ = window_event_listener(ev::dragleave, move |event: DragEvent| {
        // It leaves the window only when it goes to nothing.
        if event.related_target().is_none() {
            is_over.set(false);
        }
    });
    let _ = window_event_listener(ev::drop, move |event: DragEvent| {
        event.prevent_default();
        is_over.set(false);
        if let Some(files) = event.data_transfer().and_then(|transfer| transfer.files()) {
            open_all(store, &files);
        }
    });
    view! {
        <button
            type="button"
            data-action="open"
            title=move || messages().open_help
            on:click=move |_| {
                if let Some(input) = input.get_untracked() {
                    input.click();
                }
            }
        >
            {move || messages().open}
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
                    open_all(store, &files);
                }
                // The same file can then be opened again.
                event.target().set_value("");
            }
        />
        <div class="drop" hidden=move || !is_over.get()>
            {move || messages().drop_here}
        </div>
    }
}

/// Reads all files of one choice together, so that labels find their images.
fn open_all(store: Store, files: &FileList) {
    let files: Vec<File> = (0..files.length()).filter_map(|index| files.get(index)).collect();
    spawn_local(async move {
        let mut labels = None;
        for file in files {
            let name = file.name();
            if let Err(reason) = open_one(store, &file, &mut labels).await {
                let messages = store.language.get_untracked().messages();
                store.tell([format!("{name}: {reason}"), messages.file_kept.to_owned()]);
                return;
            }
        }
        if let Some(labels) = labels {
            attach_labels(store, labels);
        }
    });
}

async fn open_one(store: Store, file: &File, labels: &mut Option<Vec<u8>>) -> Result<(), String> {
    let messages = store.language.get_untracked().messages();
    if file.size() > LARGEST_FILE {
        return Err((messages.file_too_large)(file.size() as u64, LARGEST_FILE as u64));
    }
    let buffer = JsFuture::from(file.array_buffer())
        .await
        .map_err(|_| messages.file_unreadable.to_owned())?;
    let bytes = Uint8Array::new(&buffer).to_vec();
    match data::open(&bytes).map_err(|error| messages.open_error(&error))? {
        Opened::Images(images) => show_images(store, file.name(), images),
        Opened::Labels(found) => *labels = Some(found),
        Opened::Picture(grey) => {
            store.opened.set(None);
            show_grey(store, grey);
        }
        Opened::Weights => open_weights(store, file.name(), bytes)?,
    }
    Ok(())
}

fn open_weights(store: Store, name: String, bytes: Vec<u8>) -> Result<(), String> {
    let messages = store.language.get_untracked().messages();
    let model = read_weights(&bytes).map_err(|error| messages.weights_error(&error))?;
    if model.latent() != LATENT {
        return Err((messages.model_wrong_latent)(model.latent()));
    }
    let mut lines = vec![(messages.model_opened)(&name)];
    if !tells_activation(&bytes) {
        lines.push(messages.model_assumed_tanh.to_owned());
    }
    store.tell(lines);
    engine::use_model(store, model, bytes, Some(name));
    Ok(())
}

fn show_images(store: Store, name: String, images: IdxImages) {
    store.opened.set(Some(OpenedFile { name, images: Arc::new(images), index: 0 }));
    show_index(store, 0);
}

/// Gives the opened images their labels, or says why they do not fit.
fn attach_labels(store: Store, labels: Vec<u8>) {
    let messages = store.language.get_untracked().messages();
    let Some(file) = store.opened.get_untracked() else {
        store.tell([messages.file_labels_alone.to_owned(), messages.file_kept.to_owned()]);
        return;
    };
    let mut images = IdxImages::clone(&file.images);
    match images.attach_labels(labels) {
        Ok(()) => store.opened.set(Some(OpenedFile { images: Arc::new(images), ..file })),
        Err(error) => store.tell([messages.labels_error(&error)]),
    }
}

/// Puts one image of the opened file on the bench.
fn show_index(store: Store, index: usize) {
    let Some(file) = store.opened.get_untracked() else { return };
    let index = index.min(file.images.count() - 1);
    if let Some(grey) = file.images.image(index) {
        store.opened.set(Some(OpenedFile { index, ..file }));
        show_grey(store, grey);
    }
}

fn show_grey(store: Store, grey: GreyImage) {
    let bin = store.state.get_untracked().bin;
    let pixels = binarization(bin).apply(&grey);
    store.grey_source.set(Some(grey));
    store.change(|state| state.x = XSource::Pixels(pixels));
}

/// Leafing through the opened file.
#[component]
pub fn FileStrip() -> impl IntoView {
    let store = expect_context::<Store>();
    let messages = move || store.messages();
    let go = move |to: usize| show_index(store, to);
    move || {
        store.opened.get().map(|file| {
            let (index, count) = (file.index, file.images.count());
            let label = file.images.label(index).map(messages().x_label);
            view! {
                <div class="leaf" data-file-index=index>
                    <button
                        type="button"
                        class="icon"
                        data-action="previous-image"
                        aria-label=messages().previous_image
                        disabled=index == 0
                        on:click=move |_| go(index.saturating_sub(1))
                    >
                        "‹"
                    </button>
                    <input
                        type="text"
                        inputmode="numeric"
                        id="number-image"
                        autocomplete="off"
                        aria-label=messages().next_image
                        prop:value=(index + 1).to_string()
                        on:change:target=move |event| {
                            let wanted = event.target().value().trim().parse::<usize>();
                            go(wanted.unwrap_or(index + 1).saturating_sub(1));
                        }
                    />
                    <button
                        type="button"
                        class="icon"
                        data-action="next-image"
                        aria-label=messages().next_image
                        disabled=index + 1 == count
                        on:click=move |_| go(index + 1)
                    >
                        "›"
                    </button>
                    <span>{label}</span>
                </div>
            }
        })
    }
}
