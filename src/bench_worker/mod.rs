//! The bench's worker: what the page may ask it for, what the page hears back, and the loop that serves it.

mod current;
mod protocol;
mod server;

pub use current::{Accuracy, Change, CurrentReadings, Evidence, ExactRung, Running, Shade, Terms};
pub use protocol::{
    BenchCommand, BenchEvent, BenchOutgoing, LatticeRole, Level, ProposalParameters,
};
pub use server::{BenchServer, LADDER_DRAWS};
