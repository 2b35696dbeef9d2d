//! Opening files: MNIST, pictures and weights, chosen or dropped; nothing is lost to a bad one.

use std::sync::Arc;

use js_sys::Uint8Array;
use leptos::ev::{self, DragEvent};
use leptos::html::Input;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, FileList};

use super::digit::DigitPicture;
use super::jpeg;
use crate::app::engine::{self, binarization};
use crate::app::lab::check_run;
use crate::app::number_field::NumberField;
use crate::app::store::{OpenedFile, Store};
use crate::app::workshop_link;
use crate::data::{self, GreyImage, IdxImages, Opened};
use crate::model::{read_weights, tells_activation};
use crate::state::XSource;
use crate::state::number::typed::Numbers;

/// Larger files are refused before they are read.
const LARGEST_FILE: f64 = 64.0 * 1024.0 * 1024.0;
/// The latent dimension that the bench can show.
pub const LATENT: usize = 2;

/// The button, its hidden input, and the whole page as a place to drop files.
#[component]
pub fn OpenFiles() -> impl IntoView {
    let store = expect_context::<Store>();
    let messages = move || store.messages();
    let input = NodeRef::<Input>::new();
    let is_over = RwSignal::new(false);
    let over = window_event_listener(ev::dragover, move |event: DragEvent| {
        event.prevent_default();
        is_over.set(true);
    });
    let leave = window_event_listener(ev::dragleave, move |event: DragEvent| {
        // It leaves the window only when it goes to nothing.
        if event.related_target().is_none() {
            is_over.set(false);
        }
    });
    let dropped = window_event_listener(ev::drop, move |event: DragEvent| {
        event.prevent_default();
        is_over.set(false);
        if let Some(files) = event.data_transfer().and_then(|transfer| transfer.files()) {
            open_all(store, &files);
        }
    });
    // Otherwise a file would be opened once for every time that this page was shown.
    on_cleanup(move || {
        over.remove();
        leave.remove();
        dropped.remove();
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

/// What the files of one choice come to, before anything on the bench changes.
#[derive(Default)]
struct Choice {
    images: Option<(String, IdxImages)>,
    labels: Option<Vec<u8>>,
    picture: Option<GreyImage>,
    weights: Option<(String, Vec<u8>)>,
}

/// Reads all files of one choice before it uses any: labels find their images, and a bad file among
/// them loses nothing.
fn open_all(store: Store, files: &FileList) {
    let files: Vec<File> = (0..files.length()).filter_map(|index| files.get(index)).collect();
    spawn_local(async move {
        let messages = store.language.get_untracked().messages();
        let mut choice = Choice::default();
        for file in files {
            if let Err(reason) = read(store, &file, &mut choice).await {
                let reason = format!("{}: {reason}", file.name());
                store.tell([reason, messages.file_kept.to_owned()]);
                return;
            }
        }
        if let Err(reason) = take(store, choice) {
            store.tell([reason, messages.file_kept.to_owned()]);
        }
    });
}

async fn read(store: Store, file: &File, choice: &mut Choice) -> Result<(), String> {
    let messages = store.language.get_untracked().messages();
    if file.size() > LARGEST_FILE {
        return Err((messages.file_too_large)(file.size() as u64, LARGEST_FILE as u64));
    }
    let buffer = JsFuture::from(file.array_buffer())
        .await
        .map_err(|_| messages.file_unreadable.to_owned())?;
    let mut bytes = Uint8Array::new(&buffer).to_vec();
    if data::is_jpeg(&bytes) {
        let png = jpeg::to_png(file).await;
        bytes = png.map_err(|_| messages.file_unreadable.to_owned())?;
    }
    match data::open(&bytes).map_err(|error| messages.open_error(&error))? {
        Opened::Images(images) => choice.images = Some((file.name(), images)),
        Opened::Labels(labels) => choice.labels = Some(labels),
        Opened::Picture(grey) => choice.picture = Some(grey),
        Opened::Weights => choice.weights = Some((file.name(), bytes)),
    }
    Ok(())
}

/// Puts what was read on the bench. Labels alone belong to the images that are open already.
fn take(store: Store, choice: Choice) -> Result<(), String> {
    let messages = store.language.get_untracked().messages();
    let Choice { images, labels, picture, weights } = choice;
    let is_new = images.is_some();
    let open = store.opened.get_untracked();
    let images = images.or_else(|| {
        let file = open.as_ref().filter(|_| labels.is_some())?;
        Some((file.name.clone(), IdxImages::clone(&file.images)))
    });
    match (images, labels) {
        (Some((name, mut images)), labels) => {
            if let Some(labels) = labels {
                images.attach_labels(labels).map_err(|error| messages.labels_error(&error))?;
            }
            // Whatever was missing is there now.
            store.notice.set(None);
            let index = open.filter(|_| !is_new).map_or(0, |file| file.index);
            store.opened.set(Some(OpenedFile { name, images: Arc::new(images), index }));
            if is_new {
                show_index(store, 0);
            }
        }
        (None, Some(_)) => return Err(messages.file_labels_alone.to_owned()),
        (None, None) => {}
    }
    if let Some(grey) = picture {
        store.opened.set(None);
        show_grey(store, grey);
    }
    weights.map_or(Ok(()), |(name, bytes)| open_weights(store, name, bytes))
}

fn open_weights(store: Store, name: String, bytes: Vec<u8>) -> Result<(), String> {
    let messages = store.language.get_untracked().messages();
    let model = read_weights(&bytes).map_err(|error| messages.weights_error(&error))?;
    if store.lab.with_untracked(Option::is_some) {
        let images = store.opened.with_untracked(|file| file.as_ref().map(|it| it.name.clone()));
        check_run(store, &bytes, images.as_deref())?;
        workshop_link::resume(store, bytes);
        return Ok(());
    }
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

/// Images of the opened file that are offered at once.
const LEAF: usize = 5;

/// Leafing through the opened file.
#[component]
pub fn FileStrip() -> impl IntoView {
    let store = expect_context::<Store>();
    let messages = move || store.messages();
    let go = move |to: usize| show_index(store, to);
    move || {
        store.opened.get().map(|file| {
            let (index, count) = (file.index, file.images.count());
            let first = index - index % LEAF;
            let thumbnails = (first..count.min(first + LEAF))
                .map(|at| view! { <Thumbnail images=file.images.clone() at=at chosen=at == index /> })
                .collect_view();
            view! {
                <div class="strip">{thumbnails}</div>
                <div class="leaf">
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
                    <NumberField
                        id="number-image"
                        numbers=Numbers::Whole
                        can_be_negative=false
                        label=(messages().x_is_from_file)(&file.name, index + 1, count)
                        value=Signal::derive(move || {
                            store.opened.with(|file| {
                                file.as_ref().map_or(0.0, |file| (file.index + 1) as f64)
                            })
                        })
                        written=|image: f64| image.to_string()
                        set=move |image: f64| go((image.max(1.0) as usize - 1).min(count - 1))
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
                    <span>{file.images.label(index).map(messages().x_label)}</span>
                </div>
            }
        })
    }
}

/// One image of the opened file as a button.
#[component]
fn Thumbnail(images: Arc<IdxImages>, at: usize, chosen: bool) -> impl IntoView {
    let store = expect_context::<Store>();
    let label = images.label(at).map(store.messages().x_label);
    let name = format!("{} {}", at + 1, label.unwrap_or_default());
    let shades = images.image(at).map(|grey| Arc::<[f32]>::from(grey.pixels().as_slice()));
    view! {
        <button
            type="button"
            data-file-index=at
            aria-label=name
            aria-pressed=chosen.to_string()
            on:click=move |_| show_index(store, at)
        >
            <DigitPicture class="digit" shades />
        </button>
    }
}
