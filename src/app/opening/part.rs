//! The part of the page that reads files, fetched when a file is first opened.

use std::future::Future;
use std::pin::Pin;

use wasm_split_helpers::{SplitLoaderError, wasm_split};
use web_sys::File;

use super::Opener;

/// Reads, checks and uses the files of one selection.
///
/// # Errors
/// If this part could not be fetched.
#[wasm_split(opening, fallible)]
pub fn open_files(
    opener: Opener,
    files: Vec<File>,
) -> Result<Pin<Box<dyn Future<Output = ()>>>, SplitLoaderError> {
    Ok(Box::pin(opener.read_all(files)))
}
