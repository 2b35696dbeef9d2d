//! The left column: the image x, its sources, and the decoder's mean image.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::digit::DigitPicture;
use super::files::FileStrip;
use super::sketch::{SketchView, fetch_sketch};
use crate::app::context::{Bench, BenchNumbers, Breakdown, Files, Notices, Preferences};
use crate::app::opening::OpenFiles;
use crate::app::shared::shared;
use crate::app::widgets::number_field::NumberField;
use elboscope::data::BinaryImage;
use elboscope::state::number::typed::Numbers;
use elboscope::state::{BinarizeState, Text, XSource, number, text};

/// Digits of the gallery that have a button; the others can be named in an address.
const SHOWN_DIGITS: usize = 10;

/// x and p(x|z).
#[component]
pub fn ImagePanel() -> impl IntoView {
    let preferences = shared::<Preferences>();
    let bench = shared::<Bench>();
    let files = shared::<Files>();
    let notices = shared::<Notices>();
    let messages = move || preferences.messages();
    let say = move |text: Text| move || text.say(preferences.language.get());
    let (is_sketching, is_fetching) = (RwSignal::new(false), RwSignal::new(false));
    let pad = RwSignal::new(None::<SketchView>);
    let open_pad = move || {
        if pad.get_untracked().is_some() {
            return is_sketching.set(true);
        }
        is_fetching.set(true);
        spawn_local(async move {
            match fetch_sketch().await {
                Ok(view) => {
                    // The page may have been left in the meantime.
                    let _ = pad.try_set(Some(view));
                    let _ = is_sketching.try_set(true);
                }
                Err(error) => notices.breakdown.set(Some(Breakdown::Part(error.to_string()))),
            }
            let _ = is_fetching.try_set(false);
        });
    };
    view! {
        <section class="image" aria-labelledby="x-title">
            <h2 id="x-title">
                <span inner_html=say(text!("the image <i>x</i>"))></span>
                <small>{move || describe(preferences, bench, files)}</small>
            </h2>
            <Picture />
            <h2 class="decoded-title" inner_html=move || match bench.state.get().probe {
                Some(_) => text!("decoder at <i>z</i>"),
                None => text!("decoder at <i>q</i>"),
            }.say(preferences.language.get())></h2>
            <Decoded />
            <h2 class="others">{say(text!("other images"))}</h2>
            <Gallery />
            <FileStrip />
            <BinarizationChoice />
            <div class="buttons">
                <button
                    type="button"
                    data-action="draw"
                    title=move || messages().draw_help
                    aria-busy=move || is_fetching.get().to_string()
                    on:click=move |_| open_pad()
                >
                    {move || messages().draw}
                </button>
                <OpenFiles />
            </div>
            {move || pad.get().map(|view| view(is_sketching))}
        </section>
    }
}

/// The source of the present x, in words.
fn describe(preferences: Preferences, bench: Bench, files: Files) -> String {
    let messages = preferences.messages();
    match (bench.state.get().x, files.opened.get()) {
        (XSource::Digit(index), _) => {
            let label = bench
                .gallery
                .with_value(|gallery| gallery.get(index).map_or(0, |digit| digit.label));
            messages.x_is_digit(label)
        }
        (XSource::Pixels(_), Some(file)) => {
            messages.x_is_from_file(&file.name, file.index + 1, file.images.count())
        }
        (XSource::Pixels(_), None) => messages.x_is_drawn.to_owned(),
    }
}

/// The image x.
#[component]
fn Picture() -> impl IntoView {
    let bench = shared::<Bench>();
    // Memoised, because q changes many times per second while x does not.
    let source = Memo::new(move |_| {
        let state = bench.state.get();
        (state.x, state.bin)
    });
    let shades = Signal::derive(move || {
        // `get` and not `track`: a memo is computed only when it is read, and notifies only after that.
        source.get();
        Some(ink_of(&bench.pixels_of(&bench.state.get_untracked())))
    });
    view! { <DigitPicture class="digit x" shades name=|messages| messages.x_picture_name /> }
}

/// The decoder's mean image at the probe, or at q's mean.
#[component]
fn Decoded() -> impl IntoView {
    let numbers = shared::<BenchNumbers>();
    let shades = Signal::derive(move || numbers.decoded.get());
    view! { <DigitPicture class="digit decoded" shades name=|messages| messages.decoded_picture_name /> }
}

/// Black and white pixels as shades of ink.
fn ink_of(pixels: &BinaryImage) -> Arc<[f32]> {
    pixels.pixels().map(|ink| if ink { 1.0 } else { 0.0 }).collect()
}

/// The first ten pen-stroke digits, one of each class.
#[component]
fn Gallery() -> impl IntoView {
    let preferences = shared::<Preferences>();
    let buttons = (0..SHOWN_DIGITS).map(|index| view! { <GalleryButton index /> }).collect_view();
    view! {
        <div class="gallery" role="group" aria-label=move || preferences.messages().gallery_name>
            {buttons}
        </div>
    }
}

#[component]
fn GalleryButton(index: usize) -> impl IntoView {
    let preferences = shared::<Preferences>();
    let bench = shared::<Bench>();
    let bin = Memo::new(move |_| bench.state.get().bin);
    let shades = Signal::derive(move || {
        let bin = bin.get().binarization();
        bench.gallery.with_value(|gallery| Some(ink_of(&bin.apply(&gallery.get(index)?.image))))
    });
    let label = move || {
        let label = bench.gallery.with_value(|gallery| gallery.get(index).map(|d| d.label));
        label.map(|label| preferences.messages().x_is_digit(label))
    };
    view! {
        <button
            type="button"
            data-digit=index
            aria-label=label
            aria-pressed=move || (bench.state.get().x == XSource::Digit(index)).to_string()
            on:click=move |_| {
                bench.grey_source.set(None);
                bench.change(|state| state.x = XSource::Digit(index));
            }
        >
            <DigitPicture class="digit" shades />
        </button>
    }
}

/// The binarization: its name and its controls.
#[component]
fn BinarizationChoice() -> impl IntoView {
    let preferences = shared::<Preferences>();
    let bench = shared::<Bench>();
    let messages = move || preferences.messages();
    let bin = Memo::new(move |_| bench.state.get().bin);
    let set = move |bin: BinarizeState| {
        // A drawn or opened image is binarized anew from its grey source.
        let source = bench.grey_source.get_untracked();
        bench.change(|state| {
            state.bin = bin;
            if let (XSource::Pixels(_), Some(source)) = (state.x, &source) {
                state.x = XSource::Pixels(bin.binarization().apply(source));
            }
        });
    };
    let level = move || match bin.get() {
        BinarizeState::Threshold(level) => level,
        BinarizeState::Bernoulli(seed) => f64::from(seed),
    };
    // A threshold is of use where there is an image in grey; that of the gallery's strokes changes little.
    let is_settled =
        move || bench.grey_source.get().is_none() && bin.get() == BinarizeState::default();
    let is_threshold = move || matches!(bin.get(), BinarizeState::Threshold(_));
    let written = move |level: f64| {
        if is_threshold() {
            number::decimal(level, 2, preferences.language.get())
        } else {
            level.to_string()
        }
    };
    let help = move || match bin.get() {
        BinarizeState::Threshold(_) => messages().threshold_help,
        BinarizeState::Bernoulli(_) => messages().bernoulli_help,
    };
    view! {
        <div class="binarization" title=help hidden=is_settled>
            <select
                id="binarization"
                aria-label=move || messages().binarization
                prop:value=move || match bin.get() {
                    BinarizeState::Threshold(_) => "threshold",
                    BinarizeState::Bernoulli(_) => "bernoulli",
                }
                on:change:target=move |event| {
                    set(
                        if event.target().value() == "bernoulli" {
                            BinarizeState::Bernoulli(1)
                        } else {
                            BinarizeState::default()
                        },
                    );
                }
            >
                <option value="threshold">{move || messages().threshold}</option>
                <option value="bernoulli">{move || messages().bernoulli}</option>
            </select>
            <NumberField
                id="binarization-value"
                numbers=Signal::derive(move || {
                    if is_threshold() { Numbers::Real } else { Numbers::Whole }
                })
                can_be_negative=false
                label=Signal::derive(move || {
                    let messages = messages();
                    let label = if is_threshold() { messages.threshold } else { messages.bernoulli_seed };
                    label.to_owned()
                })
                value=Signal::derive(level)
                written
                set=move |value: f64| {
                    set(
                        match bin.get_untracked() {
                            BinarizeState::Threshold(_) => BinarizeState::Threshold(value),
                            BinarizeState::Bernoulli(_) => {
                                BinarizeState::Bernoulli(value.max(0.0) as u32)
                            }
                        },
                    );
                }
            />
        </div>
    }
}
