//! A lab's pictures: SVG from the description, handles over it, a legend, and files to save.

use std::collections::HashSet;
use std::sync::Arc;

use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::html::Div;
use leptos::prelude::*;
use leptos::svg::Svg;
use wasm_bindgen::JsCast;
use web_sys::Element;

use super::export;
use super::player::Player;
use crate::app::dom;
use crate::app::store::Store;
use crate::figure::{Figure, Frame, Grip, Handle, svg};
use crate::lab::Sheet;
use crate::state::Pace;

/// Radius of a handle, and of the invisible disc around it that takes the pointer.
const RADIUS: f64 = 8.0;
const REACH: f64 = 22.0;

/// All pictures of the sheet, the main one first.
#[component]
pub fn Figures() -> impl IntoView {
    let player = expect_context::<Player>();
    let count = Memo::new(move |_| player.sheet.get().map_or(0, |sheet| sheet.figures.len()));
    view! {
        <div class="figures" data-count=move || count.get()>
            {move || (0..count.get()).map(|index| view! { <FigureView index /> }).collect_view()}
        </div>
    }
}

#[component]
fn FigureView(index: usize) -> impl IntoView {
    let store = expect_context::<Store>();
    let player = expect_context::<Player>();
    let sheet_frame = NodeRef::<Div>::new();
    let node = NodeRef::<Svg>::new();
    let size = dom::size_of(sheet_frame);
    let of = move |sheet: Option<Arc<Sheet>>| sheet.filter(|sheet| index < sheet.figures.len());
    let with = move |read: &dyn Fn(&Figure) -> String| {
        of(player.sheet.get()).map_or_else(String::new, |sheet| read(&sheet.figures[index]))
    };
    // The size of the labels is a token of the style sheet.
    let line = Memo::new(move |_| {
        store.chosen_theme.track();
        size.track();
        dom::token("--plot-label").trim_end_matches("px").parse().unwrap_or(14.0)
    });
    let frame = move || Frame { size: size.get(), line: line.get() };
    let drawn = move || {
        let language = store.language.get();
        with(&|figure| svg(figure, &frame(), language))
    };
    let legend = move || {
        let Some(sheet) = of(player.sheet.get()) else { return Vec::new() };
        let mut seen = HashSet::new();
        let named = sheet.figures[index].marks.iter().filter_map(|mark| {
            let name = mark.name.clone()?;
            seen.insert(name.clone()).then_some((mark.role.name(), name))
        });
        named.collect::<Vec<_>>()
    };
    let handles = Memo::new(move |_| {
        of(player.sheet.get()).map_or(0, |sheet| sheet.figures[index].handles.len())
    });
    view! {
        <figure data-figure=move || with(&|figure| figure.name.to_string())>
            <figcaption>
                <span>{move || with(&|figure| figure.caption.clone())}</span>
                <small class="key">
                    {move || {
                        legend()
                            .into_iter()
                            .map(|(role, name)| view! { <span class=role>{name}</span> })
                            .collect_view()
                    }}
                </small>
                <span class="save">
                    <button
                        type="button"
                        class="link"
                        data-action="save-svg"
                        title=move || store.messages().save_svg_help
                        on:click=move |_| {
                            export::save_svg(node, &with(&|figure| figure.name.to_string()))
                        }
                    >
                        "SVG"
                    </button>
                    <button
                        type="button"
                        class="link"
                        data-action="save-png"
                        title=move || store.messages().save_png_help
                        on:click=move |_| {
                            export::save_png(node, with(&|figure| figure.name.to_string()))
                        }
                    >
                        "PNG"
                    </button>
                </span>
            </figcaption>
            <div class="sheet" node_ref=sheet_frame>
                <svg
                    node_ref=node
                    role="group"
                    aria-label=move || with(&|figure| figure.summary.clone())
                    width=move || size.get()[0]
                    height=move || size.get()[1]
                >
                    <g inner_html=drawn></g>
                    {move || {
                        (0..handles.get())
                            .map(|handle| {
                                let shown = Signal::derive(move || {
                                    let sheet = of(player.sheet.get())?;
                                    let figure = &sheet.figures[index];
                                    let handle = figure.handles.get(handle)?.clone();
                                    let at = frame().screen_from_data(figure, handle.at);
                                    Some((handle, at))
                                });
                                let place = move |at: [f64; 2]| {
                                    let sheet = of(player.sheet.get_untracked())?;
                                    let frame = Frame {
                                        size: size.get_untracked(),
                                        line: line.get_untracked(),
                                    };
                                    Some(frame.data_from_screen(&sheet.figures[index], at))
                                };
                                view! { <HandleMark shown place /> }
                            })
                            .collect_view()
                    }}
                </svg>
            </div>
        </figure>
    }
}

/// One handle: a focusable slider that moves in one or two dimensions.
#[component]
fn HandleMark(
    /// The handle and where it is on the sheet.
    shown: Signal<Option<(Handle, [f64; 2])>>,
    /// The data under a place on the sheet.
    place: impl Fn([f64; 2]) -> Option<[f64; 2]> + Copy + 'static,
) -> impl IntoView {
    let store = expect_context::<Store>();
    // Where in the handle it was grabbed, so that it does not jump to the pointer.
    let grab = StoredValue::new(None::<[f64; 2]>);
    let pointer = |event: &PointerEvent| [f64::from(event.client_x()), f64::from(event.client_y())];
    let on_down = move |event: PointerEvent| {
        if event.button() != 0 {
            return;
        }
        if let Some(target) = event.current_target().and_then(|t| t.dyn_into::<Element>().ok()) {
            // Without capture a fast hand merely loses the handle.
            let _ = target.set_pointer_capture(event.pointer_id());
        }
        if let Some((_, at)) = shown.get_untracked() {
            let [x, y] = pointer(&event);
            grab.set_value(Some([at[0] - x, at[1] - y]));
            store.is_dragging.set(true);
        }
    };
    let on_move = move |event: PointerEvent| {
        let (Some(grab), Some((handle, _))) = (grab.get_value(), shown.get_untracked()) else {
            return;
        };
        let [x, y] = pointer(&event);
        if let Some([x, y]) = place([x + grab[0], y + grab[1]]) {
            store.change_lab(|state| {
                for (grip, coordinate) in [(handle.horizontal, x), (handle.vertical, y)] {
                    if let Some(grip) = grip {
                        state.set(grip.parameter, grip.value(coordinate));
                    }
                }
            });
        }
    };
    let on_up = move |_: PointerEvent| {
        grab.set_value(None);
        store.is_dragging.set(false);
    };
    let on_key = move |event: KeyboardEvent| {
        let Some((handle, _)) = shown.get_untracked() else { return };
        let Some((grip, pace, sign)) = key_of(&event, &handle) else { return };
        event.prevent_default();
        store.change_lab(|state| {
            if let Some(parameter) = state.lab.parameters.get(grip.parameter) {
                let value = state.get(grip.parameter);
                let sign = if grip.slope < 0.0 { -sign } else { sign };
                state.set(grip.parameter, parameter.moved(value, pace, sign));
            }
        });
    };
    let text = move |read: fn(&Handle) -> String| {
        move || shown.get().map_or_else(String::new, |(handle, _)| read(&handle))
    };
    view! {
        <g
            id=text(|handle| format!("handle-{}", handle.name))
            class=text(|handle| format!("handle {}", handle.role.name()))
            role="slider"
            tabindex="0"
            aria-label=text(|handle| handle.label.clone())
            aria-valuenow=text(|handle| {
                let [x, y] = handle.at;
                format!("{:.3}", if handle.horizontal.is_some() { x } else { y })
            })
            aria-valuetext=text(|handle| handle.value_text.clone())
            transform=move || {
                let [x, y] = shown.get().map_or([-99.0; 2], |(_, at)| at);
                format!("translate({x:.2} {y:.2})")
            }
            on:pointerdown=on_down
            on:pointermove=on_move
            on:pointerup=on_up
            on:pointercancel=on_up
            on:keydown=on_key
        >
            <title>{text(|handle| handle.label.clone())}</title>
            <circle class="reach" r=REACH></circle>
            <circle class="mark" r=RADIUS></circle>
        </g>
    }
}

/// Which parameter a key moves, how far and which way.
fn key_of(event: &KeyboardEvent, handle: &Handle) -> Option<(Grip, Pace, i32)> {
    let pace = if event.shift_key() { Pace::Fine } else { Pace::Normal };
    let (first, second) =
        (handle.horizontal.or(handle.vertical), handle.vertical.or(handle.horizontal));
    let (grip, pace, sign) = match event.key().as_str() {
        "ArrowRight" => (first, pace, 1),
        "ArrowLeft" => (first, pace, -1),
        "ArrowUp" => (second, pace, 1),
        "ArrowDown" => (second, pace, -1),
        "PageUp" => (second, Pace::Coarse, 1),
        "PageDown" => (second, Pace::Coarse, -1),
        _ => return None,
    };
    grip.map(|grip| (grip, pace, sign))
}
