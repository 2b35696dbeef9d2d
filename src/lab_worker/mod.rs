//! The second program, loaded when a page asks for it: computes what the labs show, in a worker.

mod protocol;
mod server;

pub use protocol::{LabCommand, LabEvent, Purpose, Request};
pub use server::LabServer;
