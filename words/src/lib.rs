//! The languages of ELBOscope. English stands in the code where it is used; every other language is one file in
//! gettext's PO format, `words/pt.po`, which translators have tools for.
//!
//! [`text!`] is a text in every language and [`say!`] a sentence with values in it. Both look the translation up while
//! they are compiled, so that a text without one is an error there, and a program carries only the texts that it uses.
//!
//! ```
//! use elboscope_words::{Language, say, text};
//!
//! const CLOSE: elboscope_words::Text = text!("Close");
//! assert_eq!(CLOSE.say(Language::Pt), "Fechar");
//! let step = 7.to_string();
//! assert_eq!(say!(Language::Pt, "trained, step {step}", step), "treinado, passo 7");
//! ```

#![warn(missing_docs, unreachable_pub)]

mod language;
mod places;
mod said;
mod table;
mod text;

pub use language::Language;
pub use said::Said;
pub use text::Text;
