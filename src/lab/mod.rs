//! The labs: small worlds in which an estimator of log p(x) works, or fails, beside the exact value.
//!
//! A lab is a description ([`Lab`]: parameters, presets, words) and a computation ([`Run`]) that gives
//! the [`Sheet`] to be shown; it knows no browser. Each is a folder of the same layout:
//!
//! | file | what is in it |
//! |---|---|
//! | `mod.rs` | `LAB`, the description, and `start`, where the computation begins |
//! | `setting.rs` | the parameters, declared once, with their typed `Setting`; the presets |
//! | `run.rs` | the computation, a [`Run`] |
//! | `numbers.rs` | the metrics and the table |
//! | `remarks.rs` | what is to be noticed |
//! | `pictures.rs` or `pictures/` | the figures |
//! | `program.py`, `program/*.py` | the same in PyTorch, with places for values |
//! | `program.rs` | which parts of it a setting takes, and the values |
//! | `tests.rs` | known answers |
//!
//! Beside these are files of the lab's own subject. To add a lab is to add a folder, a line in [`LABS`],
//! one in [`start_of`] and one in [`program_of`]: the page, the address, the table and the files to save
//! follow from the description. The three are apart because the page holds the descriptions alone.

pub mod bias;
pub mod dimension;
pub mod discrete;
mod doubt;
pub mod evidence;
pub mod gradients;
pub mod modes;
mod moments;
mod parameter;
mod parameters;
mod playback;
mod programs;
mod python;
pub mod sandwich;
mod sheet;
mod starts;
mod template;
pub mod training;

pub use parameter::{Choice, LARGEST_SEED, Parameter, ParameterKind};
pub use playback::Playback;
pub use programs::{program_file, program_network, program_of};
pub use sheet::{Basis, Csv, Metric, Remark, Sheet, Table};
pub use starts::{Start, start_of};

use crate::state::{Language, Text};

/// What the path of a lab begins with.
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
    /// What can be set, in the order of the controls.
    pub parameters: &'static [Parameter],
    /// States worth landing in.
    pub presets: &'static [Preset],
    /// Whether the computation needs the VAE.
    pub needs_model: bool,
    /// Whether the parameter at a place changes anything for these values; otherwise it is not shown.
    pub applies: fn(usize, &[f64]) -> bool,
}

/// A state with a name.
#[derive(Clone, Copy, Debug)]
pub struct Preset {
    /// What the button says.
    pub label: Text,
    /// What is to be seen there, for its tooltip.
    pub help: Text,
    /// The places of the parameters that it sets, with their values; the others get their defaults.
    pub values: &'static [(usize, f64)],
}

/// A computation in progress or done, of which any moment can be shown.
pub trait Run {
    /// Works for a few milliseconds; false once nothing is left to do.
    fn advance(&mut self) -> bool {
        false
    }

    /// The share that is done, in [0, 1].
    fn progress(&self) -> f64 {
        1.0
    }

    /// After how many milliseconds of work an unfinished computation is shown, if there is a reason to
    /// wait longer or shorter than usual.
    fn patience(&self) -> Option<f64> {
        None
    }

    /// Whether it goes on by itself until it is told otherwise, as training does.
    fn is_playing(&self) -> bool {
        false
    }

    /// How many moments there are to play; at the last one everything is shown.
    fn steps(&self) -> usize;

    /// What is seen after so many steps.
    fn sheet(&self, step: usize, language: Language) -> Sheet;
}

/// A lab with a value for each of its parameters: its whole state.
#[derive(Clone, Debug)]
pub struct LabState {
    /// Which lab.
    pub lab: &'static Lab,
    values: Vec<f64>,
}

impl PartialEq for LabState {
    fn eq(&self, other: &Self) -> bool {
        self.lab.name == other.lab.name && self.values == other.values
    }
}

impl LabState {
    /// A lab as it opens.
    pub fn new(lab: &'static Lab) -> Self {
        Self { lab, values: lab.parameters.iter().map(|parameter| parameter.default).collect() }
    }

    /// A lab in one of its presets.
    pub fn preset(lab: &'static Lab, preset: &Preset) -> Self {
        let mut state = Self::new(lab);
        for &(place, value) in preset.values {
            state.set(place, value);
        }
        state
    }

    /// The values, in the order of the parameters.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// The value of one parameter; that of a lab without it is 0.
    pub fn get(&self, place: usize) -> f64 {
        self.values.get(place).copied().unwrap_or_default()
    }

    /// The value of the parameter with this name; that of a lab without it is 0.
    pub fn named(&self, name: &str) -> f64 {
        let place = self.lab.parameters.iter().position(|parameter| parameter.name == name);
        place.map_or(0.0, |place| self.get(place))
    }

    /// Sets one parameter to the nearest value that it can take.
    pub fn set(&mut self, place: usize, value: f64) {
        if let (Some(parameter), Some(slot)) =
            (self.lab.parameters.get(place), self.values.get_mut(place))
        {
            *slot = parameter.clamp(value);
        }
    }
}

impl Lab {
    /// Whether this is the page Train, which is described like a lab but goes on as it is told.
    pub fn is_training(&self) -> bool {
        self.name == training::LAB.name
    }

    /// The path in the address, which is also how it is found.
    pub fn path(&self) -> String {
        if self.is_training() { self.name.to_owned() } else { format!("{PATH}{}", self.name) }
    }
}

/// The lab, or the page described like one, at this path in the address.
pub fn find_path(path: &str) -> Option<&'static Lab> {
    match path.strip_prefix(PATH) {
        Some(name) => find(name).filter(|lab| !lab.is_training()),
        None => (path == training::LAB.name).then_some(&training::LAB),
    }
}

/// The lab with this name, or the page described like one.
pub fn find(name: &str) -> Option<&'static Lab> {
    LABS.iter().copied().chain([&training::LAB]).find(|lab| lab.name == name)
}

#[cfg(test)]
mod tests;
