//! Images at points of the latent plane, drawn where a view shows these points.

use std::sync::Arc;

use web_sys::HtmlCanvasElement;

use crate::app::canvas::{Extent, Rgb, cleared, ink_sheet};
use crate::app::context::TileImages;
use elboscope::data::SIDE;
use elboscope::state::{PlaneView, Tiling};

/// How images are drawn.
#[derive(Clone, Copy, Debug)]
pub struct TileStyle {
    /// Strength of the ink, in [0, 1].
    pub strength: f64,
    /// The part of its tile that an image takes.
    pub part: f64,
}

/// All images below each other on a canvas that is on no page, kept because they are drawn at every step of a gesture.
#[derive(Default)]
pub struct TileSheet(Option<(Arc<TileImages>, Rgb, HtmlCanvasElement)>);

impl TileSheet {
    /// Draws the images where the view shows their points.
    pub fn draw(
        &mut self,
        canvas: &HtmlCanvasElement,
        view: &PlaneView,
        images: &Arc<TileImages>,
        ink: Rgb,
        TileStyle { strength, part }: TileStyle,
    ) -> Option<()> {
        let is_kept =
            |(kept, of, _): &(Arc<TileImages>, Rgb, _)| Arc::ptr_eq(kept, images) && *of == ink;
        if !self.0.as_ref().is_some_and(is_kept) {
            self.0 = Some((images.clone(), ink, ink_sheet(&images.shades, ink)?));
        }
        let (_, _, sheet) = self.0.as_ref()?;
        let context = cleared(canvas, Extent::on_screen(view.size))?;
        let Tiling { side, centres } = &images.tiling;
        let (pixels, length) = (SIDE as f64, part * side * view.scale);
        for (index, centre) in centres.iter().enumerate() {
            let [x, y] = view.screen_from_data(*centre);
            context.set_global_alpha(strength * Tiling::strength(*centre));
            context
                .draw_image_with_html_canvas_element_and_sw_and_sh_and_dx_and_dy_and_dw_and_dh(
                    sheet,
                    0.0,
                    index as f64 * pixels,
                    pixels,
                    pixels,
                    x - 0.5 * length,
                    y - 0.5 * length,
                    length,
                    length,
                )
                .ok()?;
        }
        context.set_global_alpha(1.0);
        Some(())
    }
}
