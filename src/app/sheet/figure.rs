//! The pictures of a sheet: SVG from the description, handles over it, a legend, and files to save.

use std::collections::HashSet;
use std::sync::Arc;

use leptos::html::Div;
use leptos::prelude::*;
use leptos::svg::Svg;

use super::{Adjustable, Display};
use crate::app::context::Preferences;
use crate::app::platform::dom;
use crate::app::platform::export;
use crate::app::shared::shared;
use crate::app::widgets::handle::{HandleMark, RADIUS};
use elboscope::figure::{Figure, Frame, Handle, svg};
use elboscope::sheet::Sheet;
use elboscope::state::keys::HandleKey;
use elboscope::state::{Theme, text};

/// All figures of the sheet, the main one first.
#[component]
pub fn Figures() -> impl IntoView {
    let display = expect_context::<Display>();
    let preferences = shared::<Preferences>();
    // Large type may make the figures scroll, and what scrolls must be reachable by keyboard.
    let scrolls = move || preferences.chosen_theme.get() == Some(Theme::Projector);
    let count = Memo::new(move |_| display.sheet.get().map_or(0, |sheet| sheet.figures.len()));
    view! {
        <div
            class="figures"
            data-count=move || count.get()
            tabindex=move || scrolls().then_some("0")
            role="group"
            aria-label=move || preferences.messages().figures_name
        >
            {move || (0..count.get()).map(|index| view! { <FigureView index /> }).collect_view()}
        </div>
    }
}

#[component]
fn FigureView(index: usize) -> impl IntoView {
    let preferences = shared::<Preferences>();
    let display = expect_context::<Display>();
    let sheet_frame = NodeRef::<Div>::new();
    let node = NodeRef::<Svg>::new();
    let size = dom::size_of(sheet_frame);
    let of = move |sheet: Option<Arc<Sheet>>| sheet.filter(|sheet| index < sheet.figures.len());
    let with = move |read: &dyn Fn(&Figure) -> String| {
        of(display.sheet.get()).map_or_else(String::new, |sheet| read(&sheet.figures[index]))
    };
    // The font size of the labels is a token of the style sheet.
    let line = Memo::new(move |_| {
        preferences.chosen_theme.track();
        size.track();
        dom::pixels("--plot-label").unwrap_or(14.0)
    });
    let frame = move || Frame { size: size.get(), line: line.get() };
    let drawn = move || {
        let language = preferences.language.get();
        with(&|figure| svg(figure, &frame(), language))
    };
    let legend = move || {
        let Some(sheet) = of(display.sheet.get()) else { return Vec::new() };
        let mut seen = HashSet::new();
        let named = sheet.figures[index].marks.iter().filter_map(|mark| {
            let name = mark.name.clone()?;
            seen.insert(name.clone()).then_some((mark.role.name(), name))
        });
        named.collect::<Vec<_>>()
    };
    let could_fit = move || display.could_fit.with(|figures| figures.get(index) == Some(&true));
    let handles = Memo::new(move |_| {
        of(display.sheet.get()).map_or(0, |sheet| sheet.figures[index].handles.len())
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
                        title=move || preferences.messages().save_svg_help
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
                        title=move || preferences.messages().save_png_help
                        on:click=move |_| {
                            export::save_png(node, with(&|figure| figure.name.to_string()))
                        }
                    >
                        "PNG"
                    </button>
                </span>
            </figcaption>
            <div class="sheet" node_ref=sheet_frame>
                <button
                    type="button"
                    class="fit"
                    data-action="fit-axes"
                    hidden=move || !could_fit()
                    title=move || text!("Take axes that fit what is shown now").say(preferences.language.get())
                    on:click=move |_| display.fit(index)
                >
                    {move || text!("Fit axes").say(preferences.language.get())}
                </button>
                <svg
                    node_ref=node
                    role="group"
                    aria-label=move || with(&|figure| figure.description(preferences.language.get()))
                    width=move || size.get()[0]
                    height=move || size.get()[1]
                >
                    <g inner_html=drawn></g>
                    {move || {
                        (0..handles.get())
                            .map(|handle| {
                                let shown = Signal::derive(move || {
                                    let sheet = of(display.sheet.get())?;
                                    let figure = &sheet.figures[index];
                                    let handle = figure.handles.get(handle)?.clone();
                                    let at = frame().screen_from_data(figure, handle.at);
                                    Some((handle, at))
                                });
                                let place = move |at: [f64; 2]| {
                                    let sheet = of(display.sheet.get_untracked())?;
                                    let frame = Frame {
                                        size: size.get_untracked(),
                                        line: line.get_untracked(),
                                    };
                                    Some(frame.data_from_screen(&sheet.figures[index], at))
                                };
                                view! { <FigureHandle shown place /> }
                            })
                            .collect_view()
                    }}
                </svg>
            </div>
        </figure>
    }
}

/// A handle that moves in one or two dimensions.
#[component]
fn FigureHandle(
    /// The handle and its position in the picture.
    shown: Signal<Option<(Handle, [f64; 2])>>,
    /// The data coordinates of a position in the picture.
    place: impl Fn([f64; 2]) -> Option<[f64; 2]> + Copy + 'static,
) -> impl IntoView {
    let adjustable = expect_context::<Adjustable>();
    let on_drag = move |screen: [f64; 2]| {
        let (Some((handle, _)), Some([x, y])) = (shown.get_untracked(), place(screen)) else {
            return;
        };
        let moved = [(handle.horizontal, x), (handle.vertical, y)]
            .map(|(grip, coordinate)| grip.map(|grip| (grip.parameter, grip.value(coordinate))));
        adjustable.change(moved.into_iter().flatten());
    };
    let on_key = move |key: HandleKey| {
        let grip = shown.get_untracked().and_then(|(handle, _)| handle.grip_for(key));
        if let Some(grip) = grip {
            let place = grip.parameter;
            let value = adjustable.values.with_untracked(|values| values.get(place).copied());
            if let (Some(parameter), Some(value)) = (adjustable.table.get(place), value) {
                adjustable.change([(place, parameter.after_key(value, key, grip.slope))]);
            }
        }
        grip.is_some()
    };
    let text = move |read: fn(&Handle) -> String| {
        Signal::derive(move || shown.get().map_or_else(String::new, |(handle, _)| read(&handle)))
    };
    // The value for a screen reader is the coordinate that represents the handle.
    let value = move || shown.get().map_or(0.0, |(handle, _)| handle.coordinate());
    let orientation = move || {
        let (handle, _) = shown.get()?;
        match (handle.horizontal, handle.vertical) {
            (Some(_), None) => Some("horizontal"),
            (None, Some(_)) => Some("vertical"),
            _ => None,
        }
    };
    let range = move || {
        let (handle, _) = shown.get()?;
        let grip = handle.horizontal.or(handle.vertical)?;
        let bounds = adjustable.table.get(grip.parameter)?.bounds();
        let [first, second] = bounds.map(|bound| grip.coordinate(bound));
        Some([first.min(second), first.max(second)])
    };
    view! {
        <HandleMark
            id=text(|handle| format!("handle-{}", handle.name))
            class=text(|handle| format!("handle {}", handle.role.name()))
            label=text(|handle| handle.label.clone())
            value=Signal::derive(value)
            range=Signal::derive(move || range().unwrap_or_default())
            value_text=text(|handle| handle.value_text.clone())
            orientation=Signal::derive(orientation)
            // A handle that is gone is placed outside of the picture.
            position=Signal::derive(move || shown.get().map_or([-99.0; 2], |(_, at)| at))
            on_grab=|| {}
            on_drag
            on_key
        >
            <circle class="mark" r=RADIUS></circle>
        </HandleMark>
    }
}
