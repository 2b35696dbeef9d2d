//! What can be set on a page: each parameter is a control, a word in the address and a field of a typed struct.

mod declaration;
mod parameter;
mod preset;

pub(crate) use declaration::{Field, Listed, ParameterValue, SEED, choices, parameters};
pub use parameter::{Choice, LARGEST_SEED, Parameter, ParameterKind};
pub use preset::Preset;
