//! Leafing through the images of an opened file.

use std::sync::Arc;

use leptos::prelude::*;

use super::digit::DigitPicture;
use crate::app::engine::binarization;
use crate::app::number_field::NumberField;
use crate::app::store::{OpenedFile, Store};
use elboscope::data::{GreyImage, IdxImages};
use elboscope::state::XSource;
use elboscope::state::messages::opening;
use elboscope::state::number::typed::Numbers;

/// Puts one image of the opened file on the bench.
pub fn show_index(store: Store, index: usize) {
    let Some(file) = store.opened.get_untracked() else { return };
    let index = index.min(file.images.count() - 1);
    if let Some(grey) = file.images.image(index) {
        store.opened.set(Some(OpenedFile { index, ..file }));
        show_grey(store, grey);
    }
}

/// Makes a grey image x.
pub fn show_grey(store: Store, grey: GreyImage) {
    let bin = store.state.get_untracked().bin;
    let pixels = binarization(bin).apply(&grey);
    store.grey_source.set(Some(grey));
    store.change(|state| state.x = XSource::Pixels(pixels));
}

/// Exchanges rows and columns of all images of the opened file.
fn transpose(store: Store) {
    let Some(file) = store.opened.get_untracked() else { return };
    let (index, images) = (file.index, Arc::new(file.images.transposed()));
    store.opened.set(Some(OpenedFile { images, ..file }));
    show_index(store, index);
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
                    <button
                        type="button"
                        data-action="transpose-images"
                        title=opening::TRANSPOSE_HELP.say(store.language.get())
                        aria-pressed=file.images.is_transposed().to_string()
                        on:click=move |_| transpose(store)
                    >
                        {opening::TRANSPOSE.say(store.language.get())}
                    </button>
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
