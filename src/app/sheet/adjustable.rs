//! What a person can set on a page: a table of parameters, and their values.

use leptos::prelude::*;

use elboscope::parameters::{Parameter, Preset};

/// The parameters of the page around it. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Adjustable {
    /// In the order of the controls.
    pub table: &'static [Parameter],
    /// States worth landing in.
    pub presets: &'static [Preset],
    /// Whether the parameter at an index has an effect for these values; otherwise its control is hidden.
    pub applies: fn(usize, &[f64]) -> bool,
    /// The present values, in the order of the table.
    pub values: Signal<Vec<f64>>,
    /// Moves the page to other values.
    pub set: Callback<Vec<f64>>,
    /// Shows the page at values to which nobody has moved it.
    pub arrive: Callback<Vec<f64>>,
}

impl Adjustable {
    /// Sets some of the parameters, by their places, each to the nearest value that it can take.
    pub fn change(self, changes: impl IntoIterator<Item = (usize, f64)>) {
        let mut values = self.values.get_untracked();
        for (place, value) in changes {
            if let (Some(parameter), Some(slot)) = (self.table.get(place), values.get_mut(place)) {
                *slot = parameter.clamp(value);
            }
        }
        self.set.run(values);
    }
}
