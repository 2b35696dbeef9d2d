//! The parts of a page and the terms that a lesson may name, from the library's own files.

#[path = "../../../src/state/part.rs"]
pub mod part;
#[path = "../../../src/state/term.rs"]
pub mod term;

pub use elboscope_words::{Language, Text, text};
pub use part::Part;
pub use term::Term;
