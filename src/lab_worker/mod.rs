//! The labs' worker, a second program that is loaded when a page needs it.

mod protocol;
mod server;

pub use protocol::{LabCommand, LabEvent, Purpose, Request};
pub use server::LabServer;
