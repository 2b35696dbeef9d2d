//! The posterior as a picture: a heat map, and contours in nats below its peak.

use std::sync::Arc;

use web_sys::HtmlCanvasElement;

use crate::app::canvas::{Extent, HeatMap, Nodes, Palette, cleared};
use elboscope::bench::{Scene, below_the_peak};
use elboscope::bench_worker::Shade;
use elboscope::figure::{Segment, contour};
use elboscope::state::PlaneView;

/// Where the contours run, in nats below the peak, and how strong each is.
const CONTOURS: [(f64, f64); 4] = [(1.0, 0.75), (3.0, 0.6), (10.0, 0.45), (30.0, 0.3)];

/// The picture that was drawn last; it is computed anew for another posterior or theme only.
#[derive(Default)]
pub struct PosteriorPicture(Option<Relief>);

impl PosteriorPicture {
    /// Draws a posterior in a view, or the one before while there is none.
    pub fn draw(
        &mut self,
        canvas: &HtmlCanvasElement,
        view: &PlaneView,
        posterior: Option<Posterior>,
        palette: &Palette,
    ) {
        if let Some(posterior) = posterior
            && !self.0.as_ref().is_some_and(|relief| relief.is_of(&posterior, palette))
        {
            self.0 = Relief::new(posterior, palette.clone());
        }
        // Drawing fails only where the browser gives no context; the next change draws again.
        draw(canvas, Extent::on_screen(view.size), view, self.0.as_ref());
    }
}

/// The scene whose posterior is drawn, and the finer picture that replaces it where the lattice is too coarse.
/// Compared by identity: comparing half a million numbers would cost too much.
#[derive(Clone)]
pub struct Posterior(pub Arc<Scene>, pub Option<Arc<Shade>>);

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
