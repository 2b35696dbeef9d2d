//! Reads a file in pieces, so that the page stays responsive.

use js_sys::Uint8Array;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, File};

use super::decode::decode;
use elboscope::data::{self, GreyImage, IdxImages, MAX_IDX_BYTES, OpenError, Opened, Unpacking};
use elboscope::model::{Vae, read_weights};
use elboscope::state::{Language, Messages};

/// Bytes that are read at once: compressed data can become a thousand times as long.
const PIECE: f64 = 65_536.0;

/// The content of a valid file.
pub enum Content {
    /// Images of an IDX file.
    Images(IdxImages),
    /// Labels of an IDX file.
    Labels(Vec<u8>),
    /// A picture of a digit.
    Picture(GreyImage),
    /// A network, and its uncompressed file.
    Weights(Box<Vae>, Vec<u8>),
}

/// Reads a file; calls `progress` with the share that has been read.
///
/// # Errors
/// A sentence in the present language that says what is wrong with the file.
pub async fn content(
    language: Language,
    file: &File,
    progress: impl Fn(f64),
) -> Result<Content, String> {
    let messages = Messages::of(language);
    let say = |error: OpenError| messages.open_error(&error, &file.name());
    if file.size() > MAX_IDX_BYTES as f64 {
        return Err(too_large(messages, file).await);
    }
    let mut unpacking = Unpacking::new(MAX_IDX_BYTES);
    let mut at = 0.0;
    while at < file.size() {
        let end = (at + PIECE).min(file.size());
        let piece = piece(file, at, end).await.ok_or(messages.file_unreadable)?;
        unpacking.take(&piece).map_err(|error| say(OpenError::Idx(error.into())))?;
        at = end;
        progress(at / file.size());
    }
    let bytes = unpacking.finish().map_err(|error| say(OpenError::Idx(error.into())))?;
    Ok(match data::open(bytes).map_err(say)? {
        Opened::Images(images) => Content::Images(images),
        Opened::Labels(labels) => Content::Labels(labels),
        Opened::Weights(bytes) => {
            let model = read_weights(&bytes).map_err(|error| messages.weights_error(&error))?;
            Content::Weights(Box::new(model), bytes)
        }
        Opened::Picture(format, bytes) => {
            let picture = decode(format, &bytes).await;
            Content::Picture(picture.map_err(|error| say(OpenError::Picture(error)))?)
        }
    })
}

/// Describes a file that is too large, as far as its first bytes tell.
async fn too_large(messages: &Messages, file: &File) -> String {
    let beginning = piece(file, 0.0, PIECE).await.unwrap_or_default();
    match data::open(beginning) {
        Err(error @ OpenError::Foreign(_)) => messages.open_error(&error, &file.name()),
        _ => messages.file_too_large(file.size() as u64, MAX_IDX_BYTES),
    }
}

/// Bytes of a file; `None` if the browser cannot read it.
async fn piece(file: &Blob, from: f64, to: f64) -> Option<Vec<u8>> {
    let piece = file.slice_with_f64_and_f64(from, to).ok()?;
    let buffer = JsFuture::from(piece.array_buffer()).await.ok()?;
    Some(Uint8Array::new(&buffer).to_vec())
}
