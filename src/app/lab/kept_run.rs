//! The last run of training in the browser's own storage, so that a reload of the page loses nothing.

use base64::prelude::{BASE64_STANDARD, Engine};
use leptos::prelude::window;
use web_sys::Storage;

use crate::lab::training;

const KEY: &str = "elboscope.run";

/// None where the browser forbids it.
fn storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

/// Keeps a run in place of the one before; false if there is no room for it.
pub fn keep(values: &[f64], bytes: &[u8]) -> bool {
    let text = format!("{}\n{}", training::name_of(values), BASE64_STANDARD.encode(bytes));
    storage().is_some_and(|storage| storage.set_item(KEY, &text).is_ok())
}

/// The run with these settings, if it is the one that is kept.
pub fn of(values: &[f64]) -> Option<Vec<u8>> {
    let text = storage()?.get_item(KEY).ok()??;
    let (kept, bytes) = text.split_once('\n')?;
    if training::values_of_name(kept)? != training::canonical(values) {
        return None;
    }
    BASE64_STANDARD.decode(bytes).ok()
}

/// Whether a run is kept.
pub fn exists() -> bool {
    storage().is_some_and(|storage| matches!(storage.get_item(KEY), Ok(Some(_))))
}

/// Deletes what is kept.
pub fn forget() {
    if let Some(storage) = storage() {
        // Where nothing can be deleted nothing was kept.
        let _ = storage.remove_item(KEY);
    }
}
