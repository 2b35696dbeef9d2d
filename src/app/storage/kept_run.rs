//! The last training run, kept in localStorage, so that a reload loses nothing.

use std::cell::Cell;

use base64::prelude::{BASE64_STANDARD, Engine};
use leptos::ev;
use leptos::prelude::{window, window_event_listener};
use web_sys::Storage;

use elboscope::lab::training;

const KEY: &str = "elboscope.run";

/// Which tab's run is kept, as far as this tab knows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Keeper {
    /// No tab's, or that of a page loaded earlier.
    Nobody,
    ThisTab,
    AnotherTab,
}

thread_local! {
    static KEEPER: Cell<Keeper> = const { Cell::new(Keeper::Nobody) };
    /// A random identifier of this tab.
    static TAB: String = format!("{:016x}", js_sys::Math::random().to_bits());
}

/// `None` where the browser forbids storage.
fn storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

/// The result of an attempt to keep a run.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// The run is kept and has replaced the previous one.
    Yes,
    /// The storage is full.
    NoRoom,
    /// Another tab's run is kept, and would be lost.
    AnotherTab,
}

/// Keeps a run in place of the previous one, unless that belongs to another tab.
pub fn keep(values: &[f64], bytes: &[u8]) -> Kept {
    if KEEPER.get() == Keeper::AnotherTab {
        return Kept::AnotherTab;
    }
    let (name, run) = (training::name_of(values), BASE64_STANDARD.encode(bytes));
    let text = TAB.with(|tab| format!("{name}\n{run}\n{tab}"));
    if storage().is_some_and(|storage| storage.set_item(KEY, &text).is_ok()) {
        KEEPER.set(Keeper::ThisTab);
        Kept::Yes
    } else {
        Kept::NoRoom
    }
}

/// Listens to changes by other tabs; `on_loss` is called when this tab's run is no longer the kept one.
pub fn follow(on_loss: impl Fn() + 'static) {
    let _ = window_event_listener(ev::storage, move |event| {
        if event.key().as_deref() != Some(KEY) {
            return;
        }
        // Reads the present entry rather than the event's: several tabs may write in succession.
        let text = storage().and_then(|storage| storage.get_item(KEY).ok().flatten());
        let keeper = match text {
            None => Keeper::Nobody,
            Some(text) if TAB.with(|tab| text.ends_with(tab.as_str())) => Keeper::ThisTab,
            Some(_) => Keeper::AnotherTab,
        };
        if KEEPER.replace(keeper) == Keeper::ThisTab && keeper == Keeper::AnotherTab {
            on_loss();
        }
    });
}

/// The kept run, if it has these settings.
pub fn of(values: &[f64]) -> Option<Vec<u8>> {
    let text = storage()?.get_item(KEY).ok()??;
    let (kept, bytes) = text.split_once('\n')?;
    // The line of the tab; runs kept by older versions lack it.
    let bytes = bytes.lines().next()?;
    if training::values_of_name(kept)? != training::canonical(values) {
        return None;
    }
    BASE64_STANDARD.decode(bytes).ok()
}

/// Whether a run is kept.
pub fn exists() -> bool {
    storage().is_some_and(|storage| matches!(storage.get_item(KEY), Ok(Some(_))))
}

/// Deletes the kept run.
pub fn forget() {
    if let Some(storage) = storage() {
        // Where deleting fails, nothing was kept.
        let _ = storage.remove_item(KEY);
        KEEPER.set(Keeper::Nobody);
    }
}
