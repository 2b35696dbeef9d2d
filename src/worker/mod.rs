//! What both workers are to the page, whatever they compute: commands in, events out, work in slices.

mod outgoing;
mod serve;

pub use outgoing::Outgoing;
pub use serve::{Patience, Serve, idle_of};
