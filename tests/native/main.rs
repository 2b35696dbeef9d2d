//! The native suites as one program, whose tests run in parallel.
#![cfg(not(target_arch = "wasm32"))]

mod bench_worker;
mod claims;
mod course;
mod current_readings;
mod exact;
mod first_epoch;
mod gradient;
mod imports;
mod lab_worker;
mod labels;
mod names;
mod narrow_posteriors;
mod numerics;
mod openings;
mod programs;
mod python_files;
mod pytorch;
mod quadratic_oracle;
mod scenes;
mod snapshots;
mod trained_evidence;
mod verdict;
mod weights;
mod words;

#[path = "../common"]
mod common {
    pub mod everywhere;
    pub mod first_epoch;
    pub mod python;
    pub mod quadratic;
    pub mod readings;
    pub mod scalar_decoder;
    pub mod shipped;
    pub mod small_model;
}
