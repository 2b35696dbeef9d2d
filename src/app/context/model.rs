//! Which network is in use.

use leptos::prelude::*;

/// The network in use, in words. Cheap to copy.
#[derive(Clone, Copy)]
pub struct ModelInUse {
    /// Hidden widths, the encoder's first; `None` until a network has come.
    pub hidden: RwSignal<Option<[usize; 2]>>,
    /// The name of the file that it came from; `None` for the shipped one.
    pub name: RwSignal<Option<String>>,
}

impl ModelInUse {
    /// None yet.
    pub fn new() -> Self {
        Self { hidden: RwSignal::new(None), name: RwSignal::new(None) }
    }
}
