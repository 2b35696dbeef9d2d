//! The two programs in the background, each a service: it owns its worker, and publishes what that tells.

mod bench;
mod lab;
mod link;

pub use self::bench::BenchWorker;
pub use self::lab::LabWorker;
