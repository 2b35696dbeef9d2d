//! The lessons of ELBOscope as the app shows them: Markdown and LaTeX become HTML and MathML when it is built.
//!
//! What a lesson may name, and what is made of it, are files of the library that are compiled here as well (`course`,
//! `quantity`, `state`): a name that the app does not have stops its build, and what is written here is read there.

pub mod course;
mod files;
mod formula;
mod prose;
pub mod quantity;
mod read;
mod shown;
pub mod state;

pub use files::{Mistake, compile, files_of};
pub use formula::{FormulaError, Formulas};
pub use prose::{ProseError, html_of};
pub use read::{Fault, ReadError, lesson_of, page_of};
