//! What the two workers have in common: commands, events, and work in slices.

mod outgoing;
mod serve;

pub use outgoing::Outgoing;
pub use serve::{Patience, Serve, idle_of};
