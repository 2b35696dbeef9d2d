//! Evidence: estimates of log p(x), and the diagnostics that say when not to trust them.
//!
//! Almost everything here is a pure function of log-weights ℓ_i = log p(x, z_i) − log q(z_i) in nats, with
//! z_i drawn independently from q. Only [`weigh()`] draws and weighs itself, and [`annealed`] walks
//! further than q and makes log-weights of its own. One method per file, its tests beside it; to add a
//! method is to add a file and its lines below.
//!
//! The log-weights themselves: [`LogWeights`], from densities by [`weigh()`] and
//! [`multiple_importance`]. Arithmetic: [`log_sum_exp()`], [`log_mean_exp`].
//! Estimates: [`elbo()`], [`importance()`], [`RunningImportance`], [`ladder`], [`ladder_of`], and all
//! others that need nothing else in [`ESTIMATORS`].
//! From other draws: [`uniform()`], [`prior()`], [`sumo()`], [`eubo()`]; with stated confidence,
//! [`markov_lower_bound`]. From the density itself: [`laplace()`].
//! Diagnostics: [`effective_sample_size`], [`max_share()`], [`k_hat`]; all together, [`Pool`] and its
//! [`Verdict`].

#[cfg(test)]
mod extremes;
#[cfg(test)]
mod known_weights;
mod sample_mean;

pub mod annealed;
pub mod catalog;
pub mod cubo;
pub mod delta;
pub mod elbo;
pub mod ess;
pub mod eubo;
pub mod importance;
pub mod iwae;
pub mod jackknife;
pub mod laplace;
pub mod log_weights;
pub mod markov;
pub mod max_share;
pub mod pareto;
pub mod prior;
pub mod psis;
pub mod renyi;
pub mod replicates;
pub mod running;
pub mod sumo;
pub mod tvo;
pub mod uniform;
pub mod verdict;
pub mod weigh;

pub use crate::log_sum_exp::{log_add_exp, log_mean_exp, log_sum_exp};
pub use catalog::{Bias, ESTIMATORS, Estimator, estimator};
pub use cubo::{CuboOrder, CuboOrderError, cubo};
pub use delta::delta;
pub use elbo::{ElboEstimate, elbo};
pub use ess::effective_sample_size;
pub use eubo::{EuboEstimate, eubo, eubo_self_normalised};
pub use importance::{ImportanceEstimate, LogInterval, importance};
pub use iwae::{LADDER, LADDER_STEPS, Rung, ladder};
pub use jackknife::{jackknife_1, jackknife_2};
pub use laplace::{LaplaceError, LaplaceEstimate, laplace};
pub use log_weights::{LogWeights, LogWeightsError};
pub use markov::{
    Confidence, ConfidenceError, markov_by_mean, markov_by_minimum, markov_lower_bound,
};
pub use max_share::max_share;
pub use pareto::{KHat, Reliability, k_hat};
pub use prior::prior;
pub use psis::{PsisEstimate, psis};
pub use renyi::{Alpha, AlphaError, renyi};
pub use replicates::ladder_of;
pub use running::RunningImportance;
pub use sumo::{SumoError, SumoLaw, sumo};
pub use tvo::{BetaGrid, BetaGridError, Tvo, tvo};
pub use uniform::{LogSize, uniform};
pub use verdict::{Pool, Tail, Verdict};
pub use weigh::{WeighError, multiple_importance, weigh};
