//! The labs: small experiments in which an estimator of log p(x) works, or fails, beside the exact value.
//!
//! A lab is a description ([`Lab`]: parameters, presets, texts) and a computation ([`Run`]), which gives the
//! [`Sheet`] to be shown; it does not depend on a browser. Each is a folder of the same layout:
//!
//! | file | content |
//! |---|---|
//! | `mod.rs` | `LAB`, the description, and `start`, which begins the computation |
//! | `setting.rs` | the parameters, declared once, with their typed `Setting`; the presets |
//! | `run.rs` | the computation, a [`Run`] |
//! | `numbers.rs` | the metrics and the table |
//! | `remarks.rs` | the remarks |
//! | `pictures.rs` or `pictures/` | the figures |
//! | `program.py`, `program/*.py` | the PyTorch program, with placeholders |
//! | `program.rs` | the parts of the program for a setting, and the values |
//! | `tests.rs` | known answers |
//!
//! Further files are about the lab's own subject. To add a lab is to add a folder, a line in [`LABS`], one in
//! [`start_of`] and one in [`program_of`]: the page, the address, the table and the exported files follow from the
//! description. There are three lists because the page contains only the descriptions.

pub mod bias;
pub mod dimension;
pub mod discrete;
mod doubt;
pub mod evidence;
pub mod gradients;
pub mod modes;
mod moments;
mod programs;
mod python;
pub mod sandwich;
mod starts;
mod template;

pub use programs::{program_file, program_network, program_of};
pub use starts::{Start, start_of};

pub use crate::parameters::{Choice, LARGEST_SEED, Parameter, ParameterKind, Preset};
pub use crate::sheet::{Metric, Remark, Sheet, Table};
use crate::state::{Language, Text};

/// The beginning of a lab's path.
const PATH: &str = "labs/";

/// Every lab, in the order of the menu.
pub const LABS: &[&Lab] = &[
    &evidence::LAB,
    &discrete::LAB,
    &bias::LAB,
    &dimension::LAB,
    &gradients::LAB,
    &modes::LAB,
    &sandwich::LAB,
];

/// One lab, as data.
#[derive(Debug)]
pub struct Lab {
    /// The name in the address.
    pub name: &'static str,
    /// The name in the menu.
    pub title: Text,
    /// The question it answers, in one sentence above everything else.
    pub question: Text,
    /// The parameters, in the order of the controls.
    pub parameters: &'static [Parameter],
    /// The presets.
    pub presets: &'static [Preset],
    /// Whether the computation needs the VAE.
    pub needs_model: bool,
    /// Whether the parameter at an index has an effect for these values; otherwise its control is hidden.
    pub applies: fn(usize, &[f64]) -> bool,
}

/// A computation, in progress or done, with moments that can be shown.
pub trait Run {
    /// Works for a few milliseconds; false once all is done.
    fn advance(&mut self) -> bool {
        false
    }

    /// The share that is done, in [0, 1].
    fn progress(&self) -> f64 {
        1.0
    }

    /// The number of moments; the last one shows everything.
    fn steps(&self) -> usize;

    /// The sheet after so many steps.
    fn sheet(&self, step: usize, language: Language) -> Sheet;
}

/// A lab with a value for each of its parameters: its whole state.
#[derive(Clone, Debug)]
pub struct LabState {
    /// The lab.
    pub lab: &'static Lab,
    values: Vec<f64>,
}

impl PartialEq for LabState {
    fn eq(&self, other: &Self) -> bool {
        self.lab.name == other.lab.name && self.values == other.values
    }
}

impl LabState {
    /// A lab in its default state.
    pub fn new(lab: &'static Lab) -> Self {
        Self { lab, values: lab.parameters.iter().map(|parameter| parameter.default).collect() }
    }

    /// A lab in one of its presets.
    pub fn preset(lab: &'static Lab, preset: &Preset) -> Self {
        Self { lab, values: preset.values_in(lab.parameters) }
    }

    /// The values, in the order of the parameters.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// The value of one parameter; 0 if the lab does not have it.
    pub fn get(&self, place: usize) -> f64 {
        self.values.get(place).copied().unwrap_or_default()
    }

    /// The value of the parameter with this name; 0 if the lab does not have it.
    pub fn named(&self, name: &str) -> f64 {
        let place = self.lab.parameters.iter().position(|parameter| parameter.name == name);
        place.map_or(0.0, |place| self.get(place))
    }

    /// Sets one parameter, clamped to its range.
    pub fn set(&mut self, place: usize, value: f64) {
        if let (Some(parameter), Some(slot)) =
            (self.lab.parameters.get(place), self.values.get_mut(place))
        {
            *slot = parameter.clamp(value);
        }
    }
}

impl Lab {
    /// The path in the address.
    pub fn path(&self) -> String {
        format!("{PATH}{}", self.name)
    }
}

/// The lab at this path in the address.
pub fn find_path(path: &str) -> Option<&'static Lab> {
    find(path.strip_prefix(PATH)?)
}

/// The lab with this name.
pub fn find(name: &str) -> Option<&'static Lab> {
    LABS.iter().copied().find(|lab| lab.name == name)
}

#[cfg(test)]
mod tests;
