//! What stands still while q moves: the posterior as a heatmap under plotters' axes.

use std::sync::Arc;

use leptos::html::Canvas;
use leptos::prelude::*;
use plotters::prelude::*;
use web_sys::HtmlCanvasElement;

use super::View;
use crate::app::canvas::{Extent, Palette, Surface, draw_heatmap};
use crate::app::store::Store;
use crate::bench::Scene;
use crate::state::{Language, PlaneView, number};

/// Wanted distance between labels, in CSS pixels.
const LABEL_DISTANCE: f64 = 80.0;

/// The canvas below everything else.
#[component]
pub fn Axes(
    /// Space for labels at the left and at the bottom.
    labels: Memo<[f64; 2]>,
    /// Size of the whole plane in CSS pixels.
    size: RwSignal<[f64; 2]>,
) -> impl IntoView {
    let store = expect_context::<Store>();
    let View(view) = expect_context::<View>();
    let canvas = NodeRef::<Canvas>::new();
    // The posterior of the x before stays, faded by the style sheet, until that of the next one is there.
    let posterior = Memo::new(move |previous: Option<&Option<Posterior>>| {
        store.scene.get().map(Posterior).or_else(|| previous.cloned().flatten())
    });
    Effect::new(move |_| {
        store.chosen_theme.track();
        let (view, language) = (view.get(), store.language.get());
        let scene = posterior.get().map(|Posterior(scene)| scene);
        if let Some(canvas) = canvas.get() {
            // A canvas that cannot be drawn on now is drawn at the next change.
            draw(
                &canvas,
                Extent::on_screen(size.get()),
                labels.get(),
                &view,
                scene.as_deref(),
                language,
            );
        }
    });
    view! { <canvas node_ref=canvas aria-hidden="true"></canvas> }
}

/// A scene whose posterior is drawn; compared by identity, for it has half a million numbers.
#[derive(Clone)]
struct Posterior(Arc<Scene>);

impl PartialEq for Posterior {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

fn draw(
    canvas: &HtmlCanvasElement,
    extent: Extent,
    labels: [f64; 2],
    view: &PlaneView,
    scene: Option<&Scene>,
    language: Language,
) -> Option<()> {
    let surface = Surface::fit(canvas, extent)?;
    let palette = Palette::read();

    surface.use_css_pixels();
    let context = &surface.context;
    context.save();
    context.translate(labels[0], 0.0).ok()?;
    context.begin_path();
    context.rect(0.0, 0.0, view.size[0], view.size[1]);
    context.clip();
    if let Some(scene) = scene {
        let field = &scene.field.inner;
        let densities = scene.relative_posterior();
        let colors = [palette.paper, palette.shade];
        draw_heatmap(context, field.lattice(), densities, view, colors)?;
    }
    context.restore();
    context.set_transform(1.0, 0.0, 0.0, 1.0, 0.0, 0.0).ok()?;

    let [first, second] = view.ranges();
    let mut chart = ChartBuilder::on(&surface.area)
        .y_label_area_size(surface.device(labels[0]))
        .x_label_area_size(surface.device(labels[1]))
        .build_cartesian_2d(first[0]..first[1], second[0]..second[1])
        .ok()?;
    let label = move |value: &f64| {
        let decimals = if view.scale > 400.0 { 2 } else { 1 };
        number::decimal(*value, decimals, language)
    };
    let font_size = surface.device(palette.label_size);
    let style = (palette.font.as_str(), font_size).into_font().color(&palette.soft);
    chart
        .configure_mesh()
        .disable_mesh()
        .axis_style(palette.line.stroke_width(surface.device(1.0)))
        .x_labels((view.size[0] / LABEL_DISTANCE).round() as usize)
        .y_labels((view.size[1] / LABEL_DISTANCE).round() as usize)
        .x_label_formatter(&label)
        .y_label_formatter(&label)
        .label_style(style)
        .draw()
        .ok()
}
