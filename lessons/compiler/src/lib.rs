//! The lessons of ELBOscope as the app shows them: Markdown and LaTeX become HTML and MathML when it is built.
//!
//! The data types of a lesson, and the names that it may use, are files of the library that are compiled here as well
//! (`course`, `quantity`, `state`): an unknown name stops the build, and the library reads what is written here.

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
