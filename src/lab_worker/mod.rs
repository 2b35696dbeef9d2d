//! The second program, loaded when a page asks for it: computes what the labs and Train show, in a worker.

mod protocol;
mod server;

pub use protocol::{
    LabCommand, LabEvent, LabRequest, LabWorkerCommand, LabWorkerEvent, Purpose, Shown,
    TrainCommand, TrainEvent, TrainRequest,
};
pub use server::LabServer;
