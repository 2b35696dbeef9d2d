//! The two programs in the background, each a service: it owns its worker, and publishes what that tells.

mod bench;
mod dedicated_worker;
mod lab;

pub use self::bench::BenchWorker;
pub use self::lab::LabWorker;
