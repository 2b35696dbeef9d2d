//! JPEG by the browser's own decoder: it is there already, ours would be downloaded by every visitor.

use js_sys::Uint8Array;
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, ImageBitmap, OffscreenCanvas, OffscreenCanvasRenderingContext2d};

/// The longer side of what is handed on; the picture becomes 28×28 in the end.
const LONGEST_SIDE: f64 = 2048.0;

/// The picture in a JPEG file, the right way up, as a PNG file.
///
/// # Errors
/// Passes on the browser's refusal.
pub async fn to_png(file: &Blob) -> Result<Vec<u8>, JsValue> {
    let bitmap = JsFuture::from(window().create_image_bitmap_with_blob(file)?).await?;
    let bitmap: ImageBitmap = bitmap.dyn_into()?;
    let sides = [bitmap.width(), bitmap.height()].map(f64::from);
    let scale = (LONGEST_SIDE / sides[0].max(sides[1])).min(1.0);
    let [width, height] = sides.map(|side| (side * scale).round().max(1.0));
    let canvas = OffscreenCanvas::new(width as u32, height as u32)?;
    let context = canvas.get_context("2d")?.ok_or(JsValue::NULL)?;
    let context: OffscreenCanvasRenderingContext2d = context.dyn_into()?;
    context.draw_image_with_image_bitmap_and_dw_and_dh(&bitmap, 0.0, 0.0, width, height)?;
    let png: Blob = JsFuture::from(canvas.convert_to_blob()?).await?.dyn_into()?;
    let buffer = JsFuture::from(png.array_buffer()).await?;
    Ok(Uint8Array::new(&buffer).to_vec())
}
