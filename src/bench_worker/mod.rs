//! The bench's worker: what the page may ask it for, what the page hears back, and the loop that serves it.

mod current;
mod protocol;
mod server;

pub use current::{Change, CurrentReadings, Evidence, ExactRung, Running, Shade, Standing, Terms};
pub use protocol::{Command, Event, Level, Outgoing, ProposalParameters, Square, TilePlace};
pub use server::{LADDER_DRAWS, Server};
