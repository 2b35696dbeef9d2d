//! The bench's worker: its commands, its events, its loop, and the readings that the page keeps of them.

mod current;
mod protocol;
mod server;

pub use current::{Accuracy, Change, CurrentReadings, Evidence, ExactRung, Running, Shade, Terms};
pub use protocol::{
    BenchCommand, BenchEvent, BenchOutgoing, LatticeRole, Level, ProposalParameters, TilePlace,
};
pub use server::{BenchServer, LADDER_DRAWS};
