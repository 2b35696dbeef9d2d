//! The numbers that a lesson may name, in the library's own files.

#[path = "../../../src/quantity/measure.rs"]
pub mod measure;
#[path = "../../../src/quantity/name.rs"]
pub mod name;
#[path = "../../../src/quantity/standing.rs"]
pub mod standing;
#[path = "../../../src/quantity/table.rs"]
pub mod table;
#[path = "../../../src/quantity/unit.rs"]
pub mod unit;

pub use measure::Measure;
pub use standing::Standing;
pub use table::Quantity;
pub use unit::Unit;
