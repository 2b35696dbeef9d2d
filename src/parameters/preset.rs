//! A state of the parameters that has a name.

use super::Parameter;
use crate::state::Text;

/// A state worth landing in.
#[derive(Clone, Copy, Debug)]
pub struct Preset {
    /// What the button says.
    pub label: Text,
    /// The tooltip: what can be seen in this state.
    pub help: Text,
    /// The indices of the parameters that it sets, with their values; the others get their defaults.
    pub values: &'static [(usize, f64)],
}

impl Preset {
    /// A value for each parameter of a table.
    pub fn values_in(&self, table: &[Parameter]) -> Vec<f64> {
        let mut values: Vec<f64> = table.iter().map(|parameter| parameter.default).collect();
        for &(place, value) in self.values {
            values[place] = table[place].clamp(value);
        }
        values
    }
}
