//! The network in use.

use leptos::prelude::*;

/// Size and name of the network in use. Cheap to copy.
#[derive(Clone, Copy)]
pub struct ModelInUse {
    /// Widths of the hidden layers, the encoder's first; `None` until a network is loaded.
    pub hidden: RwSignal<Option<[usize; 2]>>,
    /// The name of its file; `None` for the shipped network.
    pub name: RwSignal<Option<String>>,
}

impl ModelInUse {
    /// No network yet.
    pub fn new() -> Self {
        Self { hidden: RwSignal::new(None), name: RwSignal::new(None) }
    }
}
