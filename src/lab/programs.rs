//! The PyTorch program of each lab: the same computation with the present values.
//!
//! The page does not contain this code: the labs' worker writes the programs.

use super::python::{heading, spoken};
use super::{bias, dimension, discrete, evidence, find, gradients, modes, sandwich};
use crate::model::Vae;
use crate::state::Language;

/// A lab's computation in Python, below its heading, comments in every language; `None` without the VAE where one
/// is needed, or where the values make no model.
type Write = fn(&[f64], Option<&Vae>) -> Option<String>;

/// Every lab by its name in the address.
const PROGRAMS: &[(&str, Write)] = &[
    (evidence::LAB.name, evidence::program),
    (discrete::LAB.name, discrete::program),
    (bias::LAB.name, bias::program),
    (dimension::LAB.name, dimension::program),
    (gradients::LAB.name, gradients::program),
    (modes::LAB.name, modes::program),
    (sandwich::LAB.name, sandwich::program),
];

/// A PyTorch program that computes what the lab with this name shows for `values`, and prints it: a line for each
/// number, with its name on the page, for some with K or T in brackets, its value and, for an estimate, its standard
/// error.
///
/// Values are clamped to their bounds. `None` if there is no such lab, or if it needs the VAE and that is missing.
pub fn program_of(
    lab: &str,
    values: &[f64],
    model: Option<&Vae>,
    language: Language,
) -> Option<String> {
    let (_, write) = PROGRAMS.iter().find(|(name, _)| *name == lab)?;
    let lab = find(lab)?;
    let program = [heading(lab.title, lab.question), write(values, model)?].concat();
    Some(spoken(&program, language))
}

/// The name of the safetensors file that the program of a lab loads from its own folder; `None` if it loads none.
pub fn program_file(lab: &str, values: &[f64]) -> Option<&'static str> {
    if lab == sandwich::LAB.name { sandwich::program_file(values) } else { None }
}

/// The content of that file; `None` also while the VAE is missing.
pub fn program_network(lab: &str, values: &[f64], model: Option<&Vae>) -> Option<Vec<u8>> {
    program_file(lab, values)?;
    sandwich::program_network(values, model)
}
