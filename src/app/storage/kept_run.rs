//! The last run of training, so that a reload of the page loses nothing: its bytes in the database, and in
//! `localStorage` a short text that says whose it is, of whose changes the browser tells every tab.

use std::cell::Cell;

use base64::prelude::{BASE64_STANDARD, Engine};
use leptos::ev;
use leptos::prelude::{window, window_event_listener};
use leptos::task::spawn_local;
use web_sys::Storage;

use super::database;
use elboscope::train_page::{Keeper, KeptPlace, KeptRun, RunSettings};

const KEY: &str = "elboscope.run";

thread_local! {
    static KEEPER: Cell<Keeper> = const { Cell::new(Keeper::Nobody) };
    /// How often the run was forgotten.
    static FORGOTTEN: Cell<u32> = const { Cell::new(0) };
    /// A random identifier of this tab.
    static TAB: String = format!("{:016x}", js_sys::Math::random().to_bits());
}

fn tab() -> String {
    TAB.with(Clone::clone)
}

/// `None` where the browser forbids storage.
fn storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

fn text() -> Option<String> {
    storage()?.get_item(KEY).ok()?
}

fn set_text(run: &KeptRun) -> bool {
    let written = run.text().zip(storage());
    written.is_some_and(|(text, storage)| storage.set_item(KEY, &text).is_ok())
}

/// Where nothing can be deleted nothing was kept.
fn remove_text() {
    _ = storage().map(|storage| storage.remove_item(KEY));
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
    /// It was to be forgotten meanwhile.
    Forgotten,
}

/// Keeps a run in place of the previous one, unless that belongs to another tab.
pub async fn keep(settings: RunSettings, bytes: Vec<u8>) -> Kept {
    if KEEPER.get() == Keeper::AnotherTab {
        return Kept::AnotherTab;
    }
    let (tab, forgotten) = (tab(), FORGOTTEN.get());
    if database::put(&tab, &bytes).await.is_err() {
        return Kept::NoRoom;
    }
    // Meanwhile the person, or another tab, may have done something.
    let before = text().map(|text| KeptRun::read(&text));
    let kept = if FORGOTTEN.get() != forgotten {
        Kept::Forgotten
    } else if KEEPER.get() == Keeper::AnotherTab {
        Kept::AnotherTab
    } else if set_text(&KeptRun::new(settings, &tab)) {
        KEEPER.set(Keeper::ThisTab);
        Kept::Yes
    } else {
        Kept::NoRoom
    };
    // The text names one run, and the bytes of no other stay.
    let before = before.filter(|run| run.place == KeptPlace::Database).map(|run| run.tab);
    let [named, unnamed] =
        if kept == Kept::Yes { [Some(tab), before] } else { [before, Some(tab)] };
    if let Some(unnamed) = unnamed.filter(|unnamed| named.as_ref() != Some(unnamed)) {
        delete(&unnamed).await;
    }
    kept
}

/// What cannot be deleted is not there, or is of no use and replaced by the next run of its tab.
async fn delete(tab: &str) {
    let _ = database::delete(tab).await;
}

/// Listens to changes by other tabs; `on_loss` is called when this tab's run is no longer the kept one.
pub fn follow(on_loss: impl Fn() + 'static) {
    spawn_local(take_over());
    let _ = window_event_listener(ev::storage, move |event| {
        if event.key().as_deref() != Some(KEY) {
            return;
        }
        // Reads the present entry rather than the event's: several tabs may write in succession.
        let keeper = Keeper::of(text().as_deref(), &tab());
        if KEEPER.replace(keeper) == Keeper::ThisTab && keeper == Keeper::AnotherTab {
            on_loss();
        }
    });
}

/// Moves a run that an earlier version of this page kept in the text into the database.
async fn take_over() {
    let Some(found) = text() else { return };
    let mut run = KeptRun::read(&found);
    let KeptPlace::Text(bytes) = &run.place else { return };
    let Ok(bytes) = BASE64_STANDARD.decode(bytes) else { return };
    if run.settings.is_none() || database::put(&run.tab, &bytes).await.is_err() {
        return;
    }
    run.place = KeptPlace::Database;
    // Unless another run was kept meanwhile.
    if text() == Some(found) {
        set_text(&run);
    } else {
        delete(&run.tab).await;
    }
}

/// Whether the run with these settings is the one that is kept.
pub fn is_of(settings: RunSettings) -> bool {
    text().is_some_and(|text| KeptRun::read(&text).is_of(settings))
}

/// The run with these settings, if it is the one that is kept. One whose bytes the browser has deleted is kept no
/// longer.
pub async fn of(settings: RunSettings) -> Option<Vec<u8>> {
    let found = text()?;
    let run = KeptRun::read(&found);
    if !run.is_of(settings) {
        return None;
    }
    let bytes = match &run.place {
        KeptPlace::Database => database::get(&run.tab).await.ok().flatten(),
        KeptPlace::Text(bytes) => BASE64_STANDARD.decode(bytes).ok(),
    };
    if bytes.is_none() && text() == Some(found) {
        remove_text();
    }
    bytes
}

/// Whether a run is kept.
pub fn exists() -> bool {
    text().is_some()
}

/// Deletes the kept run.
pub fn forget() {
    FORGOTTEN.set(FORGOTTEN.get().wrapping_add(1));
    let kept = text().map(|text| KeptRun::read(&text).tab);
    remove_text();
    KEEPER.set(Keeper::Nobody);
    spawn_local(async move {
        for tab in kept.into_iter().chain([tab()]) {
            delete(&tab).await;
        }
    });
}
