//! Annealed estimators of log p(x): chains move from a proposal q(z) to the joint p(x, z) through intermediate
//! densities.
//!
//! [`GeometricPath`] has the intermediate densities, [`Schedule`] the temperatures, and a [`Kernel`] ([`Hmc`], tuned
//! beforehand by [`TuningRun`]) moves the chains. [`AnnealedRun`] (AIS) and [`SmcRun`] bound log p(x) from below,
//! [`ReverseRun`] (BDMC) from above, and [`Sandwich`] combines them. All chains advance together, one temperature at
//! a time, so that a network evaluates many points at once and a page can stop in between.

#[cfg(test)]
mod known_densities;
mod resample;
#[cfg(test)]
mod run_parts;
mod walkers;

pub mod ais;
pub mod bdmc;
pub mod chains;
pub mod error;
pub mod hmc;
pub mod kernel;
pub mod path;
pub mod sandwich;
pub mod schedule;
pub mod smc;
pub mod step_sizes;
pub mod tune;

pub use ais::{AnnealedRun, ChainSnapshot};
pub use bdmc::{EvidenceUpperBound, ExactDraws, ReverseRun, upper_bound};
pub use chains::Chains;
pub use error::AnnealedError;
pub use hmc::{Hmc, JITTER};
pub use kernel::{Acceptance, AnnealingProgress, Kernel, TemperatureStage};
pub use path::{GeometricPath, InitialDensity};
pub use sandwich::{Bound, Sandwich, SandwichPlan, SandwichRung};
pub use schedule::{Schedule, ScheduleError, Spacing};
pub use smc::{SmcPlan, SmcRun, SmcStage};
pub use step_sizes::{StepSizes, StepSizesError};
pub use tune::{Tuning, TuningRun};
