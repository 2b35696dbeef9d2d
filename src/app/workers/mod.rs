//! The two workers, each a service that owns its worker and publishes its results.

mod bench;
mod dedicated_worker;
mod lab;

pub use self::bench::BenchWorker;
pub use self::lab::LabWorker;
