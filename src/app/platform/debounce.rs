//! A call that waits until nothing has asked for it anew for a while.

use std::time::Duration;

use leptos::prelude::*;

/// Of the calls that are asked for in quick succession only the last is made. Cheap to copy; what was asked for by a
/// component that is gone is not called.
#[derive(Clone, Copy)]
pub struct Debounce {
    version: StoredValue<u32>,
}

impl Debounce {
    /// Nothing is asked for.
    pub fn new() -> Self {
        Self { version: StoredValue::new(0) }
    }

    /// Asks for a call after a pause, in place of the one asked for before.
    pub fn call(self, pause: Duration, call: impl FnOnce() + 'static) {
        self.cancel();
        let version = self.version.get_value();
        set_timeout(
            move || {
                if self.version.try_get_value() == Some(version) {
                    call();
                }
            },
            pause,
        );
    }

    /// Takes back what was asked for.
    pub fn cancel(self) {
        self.version.update_value(|version| *version = version.wrapping_add(1));
    }
}
