//! The start of each lab's computation.
//!
//! The page does not contain this code: it only shows the sheets.

use super::{Run, bias, dimension, discrete, evidence, gradients, modes, sandwich};
use crate::model::Vae;
use crate::state::Text;

/// Begins a computation for the values of a lab's parameters and the VAE, if it is loaded; the error names what is
/// missing or impossible.
pub type Start = fn(&[f64], Option<&Vae>) -> Result<Box<dyn Run>, Text>;

/// Every lab by its name in the address.
const STARTS: &[(&str, Start)] = &[
    (evidence::LAB.name, evidence::start),
    (discrete::LAB.name, discrete::start),
    (bias::LAB.name, bias::start),
    (dimension::LAB.name, dimension::start),
    (gradients::LAB.name, gradients::start),
    (modes::LAB.name, modes::start),
    (sandwich::LAB.name, sandwich::start),
];

/// The start of the computation of the lab with this name.
pub fn start_of(lab: &str) -> Option<Start> {
    STARTS.iter().find(|(name, _)| *name == lab).map(|&(_, start)| start)
}
