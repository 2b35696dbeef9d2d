//! What the pages share: contexts of one subject each, with signals and the operations that keep them consistent.
//!
//! A view takes them with `shared`. Nothing in this folder knows a view, a worker or the address bar.

mod bench;
mod course;
mod files;
mod labs;
mod model;
mod notices;
mod numbers;
mod preferences;
mod quantities;
mod stage;
mod training;
mod undo;

pub use self::bench::{Bench, LATENT, Phase};
pub use self::course::CoursePages;
pub use self::files::{Files, OpenedFile};
pub use self::labs::Labs;
pub use self::model::ModelInUse;
pub use self::notices::{Breakdown, Notices};
pub use self::numbers::{BenchNumbers, TileImages};
pub use self::preferences::Preferences;
pub use self::stage::{SheetPhase, ShownSheet, Stage, StagePage};
pub use self::training::Training;
pub use self::undo::{Movement, Undo};
