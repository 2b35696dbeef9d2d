//! The posterior, below everything else: a heat map, and contours in nats below its peak.

use std::sync::Arc;

use leptos::html::Canvas;
use leptos::prelude::*;
use web_sys::HtmlCanvasElement;

use super::PlaneWindow;
use crate::app::canvas::{Extent, HeatMap, Nodes, Palette, cleared};
use crate::app::context::{BenchNumbers, Preferences};
use crate::app::shared::shared;
use elboscope::bench::{Scene, below_the_peak};
use elboscope::bench_worker::Shade;
use elboscope::figure::{Segment, contour};
use elboscope::state::PlaneView;

/// Where the contours run, in nats below the peak, and how strong each is.
const CONTOURS: [(f64, f64); 4] = [(1.0, 0.75), (3.0, 0.6), (10.0, 0.45), (30.0, 0.3)];

/// The heat map with its contours.
#[component]
pub fn PosteriorLayer(
    /// Space for labels at the left and at the bottom.
    labels: Memo<[f64; 2]>,
) -> impl IntoView {
    let preferences = shared::<Preferences>();
    let numbers = shared::<BenchNumbers>();
    let PlaneWindow(view) = expect_context::<PlaneWindow>();
    let canvas = NodeRef::<Canvas>::new();
    // The old posterior stays visible, faded by the style sheet, until the new one is computed.
    let posterior = Memo::new(move |previous: Option<&Option<Posterior>>| {
        let present = numbers.scene.get().map(|scene| Posterior(scene, numbers.shade.get()));
        present.or_else(|| previous.cloned().flatten())
    });
    let relief = StoredValue::new_local(None::<Relief>);
    Effect::new(move |_| {
        preferences.chosen_theme.track();
        let (view, posterior) = (view.get(), posterior.get());
        let Some(canvas) = canvas.get() else { return };
        let palette = Palette::read();
        relief.update_value(|relief| {
            if let Some(posterior) = posterior
                && !relief.as_ref().is_some_and(|relief| relief.is_of(&posterior, &palette))
            {
                *relief = Relief::new(posterior, palette);
            }
            // Drawing fails only where the browser gives no context; the next change draws again.
            draw(&canvas, Extent::on_screen(view.size), &view, relief.as_ref());
        });
    });
    view! {
        <canvas
            node_ref=canvas
            aria-hidden="true"
            style:left=move || format!("{}px", labels.get()[0])
        ></canvas>
    }
}

/// The scene whose posterior is drawn, and the finer picture that replaces it where the lattice is too coarse.
/// Compared by identity: comparing half a million numbers would cost too much.
#[derive(Clone)]
struct Posterior(Arc<Scene>, Option<Arc<Shade>>);

impl PartialEq for Posterior {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
            && self.1.as_ref().map(Arc::as_ptr) == other.1.as_ref().map(Arc::as_ptr)
    }
}

/// What is computed once for a posterior and a theme, and drawn in every view.
struct Relief {
    posterior: Posterior,
    palette: Palette,
    heat: HeatMap,
    contours: Vec<(f64, Vec<Segment>)>,
}

impl Relief {
    fn new(posterior: Posterior, palette: Palette) -> Option<Self> {
        let Posterior(scene, shade) = &posterior;
        let (nodes, depths) = match shade {
            Some(shade) => {
                let side = (shade.log_joints.len() as f64).sqrt().round() as usize;
                let nodes = Nodes { center: shade.center, half_width: shade.half_width, side };
                (nodes, below_the_peak(shade.log_joints.clone()))
            }
            None => {
                let lattice = scene.field.inner.lattice();
                let half_width = lattice.half_width();
                let nodes = Nodes { center: [0.0; 2], half_width, side: lattice.side() };
                (nodes, scene.relative_log_posterior())
            }
        };
        let contours = CONTOURS
            .map(|(nats, strength)| (strength, contour(&depths, nodes.side, -nats)))
            .into_iter()
            .collect();
        let density = depths.iter().map(|depth| depth.exp());
        let heat = HeatMap::new(nodes, density, [palette.paper, palette.shade])?;
        Some(Self { posterior, palette, heat, contours })
    }

    fn is_of(&self, posterior: &Posterior, palette: &Palette) -> bool {
        self.posterior == *posterior && self.palette == *palette
    }
}

fn draw(
    canvas: &HtmlCanvasElement,
    extent: Extent,
    view: &PlaneView,
    relief: Option<&Relief>,
) -> Option<()> {
    let context = cleared(canvas, extent)?;
    let relief = relief?;
    relief.heat.draw(&context, view)?;
    context.set_stroke_style_str(&relief.palette.shade.css());
    context.set_line_width(1.0);
    for (strength, segments) in &relief.contours {
        context.begin_path();
        for ends in segments {
            let [[x0, y0], [x1, y1]] =
                ends.map(|node| view.screen_from_data(relief.heat.latent(node)));
            context.move_to(x0, y0);
            context.line_to(x1, y1);
        }
        context.set_global_alpha(*strength);
        context.stroke();
    }
    context.set_global_alpha(1.0);
    Some(())
}
