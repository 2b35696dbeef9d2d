//! Decodes pictures with the browser's decoders, off the main thread: own decoders would enlarge the download.

use js_sys::{Array, Uint8Array};
use leptos::prelude::{document, window};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, BlobPropertyBag, HtmlCanvasElement, HtmlImageElement, ImageBitmap, ImageBitmapOptions,
    Url,
};

use crate::app::platform::dom::context_2d;
use elboscope::data::{
    GreyImage, MAX_PICTURE_BYTES, PictureError, PictureFormat, WORKING_SIDE, check_picture_size,
    picture_of_pixels, picture_size, read_picture,
};

/// The longer side of a decoded picture; the result is 28×28 in the end.
const LONGEST_SIDE: f64 = WORKING_SIDE as f64;
/// The side of an SVG drawing that has no size of its own.
const DRAWN_SIDE: f64 = 512.0;

/// The digit in a picture.
///
/// # Errors
/// See [`PictureError`].
pub async fn decode(format: PictureFormat, bytes: &[u8]) -> Result<GreyImage, PictureError> {
    let found = bytes.len() as u64;
    if found > MAX_PICTURE_BYTES {
        return Err(PictureError::FileTooLarge { found });
    }
    let size = picture_size(format, bytes);
    if let Some(size) = size {
        check_picture_size(size)?;
    }
    let is_small = |size: [u32; 2]| size.into_iter().all(|side| f64::from(side) <= LONGEST_SIDE);
    // A small PNG is decoded by our own code: a browser may change its colours slightly.
    if format == PictureFormat::Png && size.is_some_and(is_small) {
        return read_picture(bytes);
    }
    let undecodable = |_: JsValue| PictureError::Undecodable(format);
    let (width, pixels) = if format == PictureFormat::Svg {
        drawing(bytes).await.map_err(undecodable)?
    } else {
        bitmap(format, bytes, size.filter(|&size| !is_small(size))).await.map_err(undecodable)?
    };
    picture_of_pixels(width, &pixels)
}

/// Width and pixels of a picture, scaled down while it is decoded if it is known to be large.
async fn bitmap(
    format: PictureFormat,
    bytes: &[u8],
    large: Option<[u32; 2]>,
) -> Result<(u32, Vec<u8>), JsValue> {
    let blob = blob(format, bytes)?;
    let promise = match large {
        Some([width, height]) => {
            let options = ImageBitmapOptions::new();
            // The other side is scaled in proportion.
            if width >= height {
                options.set_resize_width(LONGEST_SIDE as u32);
            } else {
                options.set_resize_height(LONGEST_SIDE as u32);
            }
            window().create_image_bitmap_with_blob_and_image_bitmap_options(&blob, &options)?
        }
        None => window().create_image_bitmap_with_blob(&blob)?,
    };
    let bitmap: ImageBitmap = JsFuture::from(promise).await?.dyn_into()?;
    let sides = [bitmap.width(), bitmap.height()].map(f64::from);
    let pixels = pixels(sides, |canvas, [width, height]| {
        let context = context_2d(canvas).ok_or(JsValue::NULL)?;
        context.draw_image_with_image_bitmap_and_dw_and_dh(&bitmap, 0.0, 0.0, width, height)
    });
    bitmap.close();
    pixels
}

/// Width and pixels of an SVG drawing, which browsers decode only as an `<img>`.
async fn drawing(bytes: &[u8]) -> Result<(u32, Vec<u8>), JsValue> {
    let address = Url::create_object_url_with_blob(&blob(PictureFormat::Svg, bytes)?)?;
    let image = HtmlImageElement::new()?;
    image.set_src(&address);
    let drawn = JsFuture::from(image.decode()).await;
    // The image is loaded or has failed by now, so that its address is not needed any more.
    Url::revoke_object_url(&address)?;
    drawn?;
    let sides = [image.natural_width(), image.natural_height()].map(|side| match side {
        0 => DRAWN_SIDE,
        side => f64::from(side),
    });
    pixels(sides, |canvas, [width, height]| {
        let context = context_2d(canvas).ok_or(JsValue::NULL)?;
        context.draw_image_with_html_image_element_and_dw_and_dh(&image, 0.0, 0.0, width, height)
    })
}

/// Draws a picture of these sides, no larger than needed; returns width and pixels.
fn pixels(
    sides: [f64; 2],
    draw: impl Fn(&HtmlCanvasElement, [f64; 2]) -> Result<(), JsValue>,
) -> Result<(u32, Vec<u8>), JsValue> {
    let scale = (LONGEST_SIDE / sides[0].max(sides[1])).min(1.0);
    let sides @ [width, height] = sides.map(|side| (side * scale).round().max(1.0));
    let canvas: HtmlCanvasElement = document().create_element("canvas")?.dyn_into()?;
    canvas.set_width(width as u32);
    canvas.set_height(height as u32);
    draw(&canvas, sides)?;
    let context = context_2d(&canvas).ok_or(JsValue::NULL)?;
    let pixels = context.get_image_data(0.0, 0.0, width, height)?.data();
    Ok((width as u32, pixels.0))
}

fn blob(format: PictureFormat, bytes: &[u8]) -> Result<Blob, JsValue> {
    let options = BlobPropertyBag::new();
    options.set_type(format.media_type());
    let parts = Array::of1(&Uint8Array::from(bytes));
    Blob::new_with_u8_array_sequence_and_options(&parts, &options)
}
