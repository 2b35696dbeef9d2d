//! Choosing an image of the opened file.

use std::sync::Arc;

use leptos::prelude::*;

use super::digit::DigitPicture;
use crate::app::context::{Bench, Files, Preferences};
use crate::app::shared::shared;
use crate::app::widgets::number_field::NumberField;
use elboscope::data::IdxImages;
use elboscope::state::messages::opening;
use elboscope::state::number::typed::Numbers;

/// Number of images that are offered at once.
const LEAF: usize = 5;

/// Buttons for a few images of the opened file, and buttons to the next and the previous ones.
#[component]
pub fn FileStrip() -> impl IntoView {
    let preferences = shared::<Preferences>();
    let bench = shared::<Bench>();
    let files = shared::<Files>();
    let messages = move || preferences.messages();
    let go = move |to: usize| files.show_index(bench, to);
    move || {
        files.opened.get().map(|file| {
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
                        label=messages().x_is_from_file(&file.name, index + 1, count)
                        value=Signal::derive(move || {
                            files.opened.with(|file| {
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
                    <span>{file.images.label(index).map(|label| messages().x_label(label))}</span>
                    <button
                        type="button"
                        data-action="transpose-images"
                        title=opening::TRANSPOSE_HELP.say(preferences.language.get())
                        aria-pressed=file.images.is_transposed().to_string()
                        on:click=move |_| files.transpose(bench)
                    >
                        {opening::TRANSPOSE.say(preferences.language.get())}
                    </button>
                </div>
            }
        })
    }
}

/// One image of the opened file as a button.
#[component]
fn Thumbnail(images: Arc<IdxImages>, at: usize, chosen: bool) -> impl IntoView {
    let preferences = shared::<Preferences>();
    let bench = shared::<Bench>();
    let files = shared::<Files>();
    let label = images.label(at).map(|label| preferences.messages().x_label(label));
    let name = format!("{} {}", at + 1, label.unwrap_or_default());
    let shades = images.image(at).map(|grey| Arc::<[f32]>::from(grey.pixels().as_slice()));
    view! {
        <button
            type="button"
            data-file-index=at
            aria-label=name
            aria-pressed=chosen.to_string()
            on:click=move |_| files.show_index(bench, at)
        >
            <DigitPicture class="digit" shades />
        </button>
    }
}
