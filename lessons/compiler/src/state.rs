//! The parts of a page and the terms that a lesson may name, from the library's own files.

#[path = "../../../src/state/language.rs"]
pub mod language;
#[path = "../../../src/state/part.rs"]
pub mod part;
#[path = "../../../src/state/term.rs"]
pub mod term;
#[path = "../../../src/state/text.rs"]
pub mod text;

pub use language::Language;
pub use part::Part;
pub use term::Term;
pub use text::Text;
