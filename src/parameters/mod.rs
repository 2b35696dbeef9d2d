//! What can be set on a page: each parameter is a control, a word in the address and a field of a typed struct.

mod declaration;
mod parameter;
mod preset;

pub(crate) use declaration::{Field, Listed, SEED, Value, choices, parameters};
pub use parameter::{Choice, Kind, LARGEST_SEED, Parameter};
pub use preset::Preset;
