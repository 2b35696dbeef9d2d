//! Arrays of values as pictures, through a colour table and ImageData.

use leptos::prelude::document;
use wasm_bindgen::{Clamped, JsCast, JsValue};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, ImageData};

use super::{Extent, Rgb};
use crate::app::platform::dom;
use elboscope::data::SIDE;
use elboscope::state::PlaneView;

thread_local! {
    /// A reused canvas for the 28×28 pixels before they are enlarged: an image is drawn at every step of a drag.
    static SMALL: Option<HtmlCanvasElement> = offscreen_canvas([SIDE; 2]);
}

/// Draws 28×28 shades of ink, enlarged without smoothing to the whole canvas.
pub fn draw_image(
    canvas: &HtmlCanvasElement,
    extent: Extent,
    shades: impl Iterator<Item = f32>,
    [paper, ink]: [Rgb; 2],
) -> Option<()> {
    if !extent.apply(canvas) {
        return None;
    }
    let table = color_table(paper, ink);
    let bytes: Vec<u8> =
        shades.flat_map(|shade| table[(shade.clamp(0.0, 1.0) * 255.0).round() as usize]).collect();
    SMALL.with(|small| {
        let small = small.as_ref()?;
        put(&dom::context_2d(small)?, &bytes, SIDE).ok()?;
        let [width, height] = extent.pixels().map(f64::from);
        let context = dom::context_2d(canvas)?;
        context.set_image_smoothing_enabled(false);
        context
            .draw_image_with_html_canvas_element_and_dw_and_dh(small, 0.0, 0.0, width, height)
            .ok()
    })
}

/// A canvas that is on no page.
fn offscreen_canvas([width, height]: [usize; 2]) -> Option<HtmlCanvasElement> {
    let canvas: HtmlCanvasElement = document().create_element("canvas").ok()?.dyn_into().ok()?;
    canvas.set_width(width as u32);
    canvas.set_height(height as u32);
    Some(canvas)
}

/// 28×28 shades of ink, 0 to 255, for each of some images, one below the other; where there is no ink one sees through.
pub fn ink_sheet(shades: &[u8], Rgb(red, green, blue): Rgb) -> Option<HtmlCanvasElement> {
    let bytes: Vec<u8> = shades.iter().flat_map(|shade| [red, green, blue, *shade]).collect();
    let canvas = offscreen_canvas([SIDE, shades.len() / SIDE])?;
    put(&dom::context_2d(&canvas)?, &bytes, SIDE).ok()?;
    Some(canvas)
}

/// A square lattice of nodes on the latent plane; the outermost ones lie on its border.
#[derive(Clone, Copy, Debug)]
pub struct Nodes {
    /// The middle of the square.
    pub center: [f64; 2],
    /// Half its side.
    pub half_width: f64,
    /// Nodes along a side.
    pub side: usize,
}

/// A density on a square of nodes as a picture, made once and drawn in every view.
pub struct HeatMap {
    nodes: Nodes,
    pixels: HtmlCanvasElement,
}

impl HeatMap {
    /// A density from paper to shade; `density` is relative to its maximum, the second coordinate running fastest. A
    /// power makes the faint tails of a posterior visible: the picture is not to be read as a measurement.
    pub fn new(
        nodes: Nodes,
        density: impl Iterator<Item = f64>,
        [paper, shade]: [Rgb; 2],
    ) -> Option<Self> {
        let table = color_table(paper, shade);
        Self::colored(nodes, density.map(|value| value.clamp(0.0, 1.0).powf(0.6)), &table)
    }

    /// Values from 0 to 1 as the opacity of one colour, in proportion: equal areas of equal ink are equal integrals.
    pub fn inked(
        nodes: Nodes,
        values: impl Iterator<Item = f64>,
        Rgb(red, green, blue): Rgb,
    ) -> Option<Self> {
        let table: Vec<_> = (0..=255).map(|alpha| [red, green, blue, alpha]).collect();
        Self::colored(nodes, values, &table)
    }

    fn colored(nodes: Nodes, values: impl Iterator<Item = f64>, table: &[[u8; 4]]) -> Option<Self> {
        let side = nodes.side;
        let mut bytes = vec![0; 4 * side * side];
        for (index, value) in values.enumerate() {
            // The first coordinate goes right, the second one up.
            let (column, row) = (index / side, side - 1 - index % side);
            let level = (value.clamp(0.0, 1.0) * 255.0).round() as usize;
            let at = 4 * (row * side + column);
            bytes[at..at + 4].copy_from_slice(&table[level]);
        }
        let pixels = offscreen_canvas([side; 2])?;
        put(&dom::context_2d(&pixels)?, &bytes, side).ok()?;
        Some(Self { nodes, pixels })
    }

    /// Draws it, smoothly enlarged, where it lies in the view.
    pub fn draw(&self, context: &CanvasRenderingContext2d, view: &PlaneView) -> Option<()> {
        // A node is at the centre of its pixel.
        let side = self.nodes.side as f64;
        let [left, top] = view.screen_from_data(self.latent([-0.5, side - 0.5]));
        let length = side * self.step() * view.scale;
        context.set_image_smoothing_enabled(true);
        context
            .draw_image_with_html_canvas_element_and_dw_and_dh(
                &self.pixels,
                left,
                top,
                length,
                length,
            )
            .ok()
    }

    /// The latent point at a place given in units of nodes.
    pub fn latent(&self, node: [f64; 2]) -> [f64; 2] {
        let Nodes { center, half_width, .. } = self.nodes;
        [0, 1].map(|axis| center[axis] - half_width + self.step() * node[axis])
    }

    /// Latent units from one node to the next.
    fn step(&self) -> f64 {
        2.0 * self.nodes.half_width / (self.nodes.side - 1) as f64
    }
}

fn put(context: &CanvasRenderingContext2d, bytes: &[u8], side: usize) -> Result<(), JsValue> {
    let image = ImageData::new_with_u8_clamped_array(Clamped(bytes), side as u32)?;
    context.put_image_data(&image, 0.0, 0.0)
}

/// 256 opaque colours from one to another.
fn color_table(from: Rgb, to: Rgb) -> Vec<[u8; 4]> {
    let mix = |from: u8, to: u8, share: f64| {
        (f64::from(from) + share * (f64::from(to) - f64::from(from))).round() as u8
    };
    (0..256)
        .map(|level| {
            let share = f64::from(level) / 255.0;
            [mix(from.0, to.0, share), mix(from.1, to.1, share), mix(from.2, to.2, share), 255]
        })
        .collect()
}
