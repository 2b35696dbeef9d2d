//! A debounced call: it is made once no newer one was requested for a while.

use std::time::Duration;

use leptos::prelude::*;

/// Of several calls requested in quick succession only the last is made. Cheap to copy. After the requesting
/// component is gone, its pending call is dropped.
#[derive(Clone, Copy)]
pub struct Debounce {
    version: StoredValue<u32>,
}

impl Debounce {
    /// No call is pending.
    pub fn new() -> Self {
        Self { version: StoredValue::new(0) }
    }

    /// Requests a call after a pause; it replaces the pending one.
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

    /// Cancels the pending call.
    pub fn cancel(self) {
        self.version.update_value(|version| *version = version.wrapping_add(1));
    }
}
