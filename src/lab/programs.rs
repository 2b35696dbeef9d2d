//! The program of each lab: its computation once more in PyTorch, with the present values in place. The
//! page does without: the labs' worker writes it.

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

/// A program for PyTorch that computes what the lab with this name shows for `values`, and prints it: a
/// line for each number, its name in the page, for some with K or T in brackets, its value and, if it is
/// an estimate, its standard error.
///
/// Values out of their bounds are clamped. `None` if there is no such lab, or if it needs the VAE and that
/// has not come.
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

/// The name of the safetensors file that the program of a lab loads from its own folder; `None` if it
/// loads none.
pub fn program_file(lab: &str, values: &[f64]) -> Option<&'static str> {
    if lab == sandwich::LAB.name { sandwich::program_file(values) } else { None }
}

/// That file; `None` also while the VAE has not come.
pub fn program_network(lab: &str, values: &[f64], model: Option<&Vae>) -> Option<Vec<u8>> {
    program_file(lab, values)?;
    sandwich::program_network(values, model)
}
