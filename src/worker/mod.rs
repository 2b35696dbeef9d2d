//! The background half: what the page may ask for, what it hears back, and the loop that serves it.

mod current;
mod protocol;
mod serve;
mod server;

pub use current::{Change, CurrentReadings, Evidence, ExactRung, Running, Shade, Standing, Terms};
pub use protocol::{Command, Event, Level, Outgoing, ProposalParameters, Square};
pub use serve::{Patience, Serve, idle_of};
pub use server::{LADDER_DRAWS, Server};
