//! A canvas whose backing store has as many pixels as the screen.

use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use super::Extent;
use crate::app::platform::dom;

/// Fits the canvas to its extent and clears it; one unit of its context is one CSS pixel. `None` if it has no area or
/// no context.
pub fn cleared(canvas: &HtmlCanvasElement, extent: Extent) -> Option<CanvasRenderingContext2d> {
    if !extent.apply(canvas) {
        return None;
    }
    let ([width, height], ratio) = (extent.pixels().map(f64::from), extent.ratio);
    let context = dom::context_2d(canvas)?;
    // A scaled identity is always invertible.
    let _ = context.set_transform(1.0, 0.0, 0.0, 1.0, 0.0, 0.0);
    context.clear_rect(0.0, 0.0, width, height);
    let _ = context.set_transform(ratio, 0.0, 0.0, ratio, 0.0, 0.0);
    Some(context)
}
