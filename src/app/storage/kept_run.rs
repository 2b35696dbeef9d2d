//! The last run of training in the browser's own storage, so that a reload of the page loses nothing.

use std::cell::Cell;

use base64::prelude::{BASE64_STANDARD, Engine};
use leptos::ev;
use leptos::prelude::{window, window_event_listener};
use web_sys::Storage;

use elboscope::train_page::RunSettings;

const KEY: &str = "elboscope.run";

/// Whose run the browser keeps, as far as this tab knows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Keeper {
    /// Nobody's, or one from before this page was loaded.
    Nobody,
    ThisTab,
    AnotherTab,
}

thread_local! {
    static KEEPER: Cell<Keeper> = const { Cell::new(Keeper::Nobody) };
    /// Tells this tab from others.
    static TAB: String = format!("{:016x}", js_sys::Math::random().to_bits());
}

/// None where the browser forbids it.
fn storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

/// What became of a run that was to be kept.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// It is kept, in place of the one before.
    Yes,
    /// There is no room for it.
    NoRoom,
    /// Another tab keeps its run, and would lose it.
    AnotherTab,
}

/// Keeps a run in place of the one before, unless that is one of another tab.
pub fn keep(settings: RunSettings, bytes: &[u8]) -> Kept {
    if KEEPER.get() == Keeper::AnotherTab {
        return Kept::AnotherTab;
    }
    let (name, run) = (settings.name(), BASE64_STANDARD.encode(bytes));
    let text = TAB.with(|tab| format!("{name}\n{run}\n{tab}"));
    if storage().is_some_and(|storage| storage.set_item(KEY, &text).is_ok()) {
        KEEPER.set(Keeper::ThisTab);
        Kept::Yes
    } else {
        Kept::NoRoom
    }
}

/// Follows what other tabs do. `on_loss` is called when the run of this tab is no longer the one that is kept.
pub fn follow(on_loss: impl Fn() + 'static) {
    let _ = window_event_listener(ev::storage, move |event| {
        if event.key().as_deref() != Some(KEY) {
            return;
        }
        // The text that is there by now, not the one of the event: tabs may write one after the other.
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

/// The run with these settings, if it is the one that is kept.
pub fn of(settings: RunSettings) -> Option<Vec<u8>> {
    let text = storage()?.get_item(KEY).ok()??;
    let (kept, bytes) = text.split_once('\n')?;
    // The tab that kept it, which those of before do not name.
    let bytes = bytes.lines().next()?;
    if RunSettings::from_name(kept)? != settings.canonical() {
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
        KEEPER.set(Keeper::Nobody);
    }
}
