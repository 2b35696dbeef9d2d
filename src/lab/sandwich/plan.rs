//! The computation for a setting, limited to what takes seconds.

use std::num::NonZeroUsize;

use super::setting::{ModelName, PathStart, Setting, SourceName};
use crate::evidence::annealed::Spacing;

/// Rows that may go through a decoder in one move of all chains: some 20 ms.
pub(super) const MOST_ROWS_PER_MOVE: usize = 640;
/// Rows that may go through a decoder in all: some ten seconds.
const MOST_ROWS: usize = 300_000;
/// AIS, SMC and the reverse chains.
const METHODS: usize = 3;

/// The model p(x, z).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ModelPlan {
    /// The Gaussian oracle on the line, its chains moved by exact draws.
    LinePerfect,
    /// The Gaussian oracle on the line.
    Line,
    /// This number of copies of the 2-D VAE as independent blocks; one is the VAE itself.
    Vaes(usize),
    /// A decoder with random weights and this number of latents, whose log p(x) is unknown.
    Random(usize),
}

/// The source of x.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// From the model itself.
    Simulated,
    /// A digit of the gallery; the blocks after the first take the digits after it.
    Digit(usize),
}

/// Everything that determines the run.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Plan {
    /// The model p(x, z).
    pub model: ModelPlan,
    /// The source of x.
    pub source: Source,
    /// The initial density of the paths.
    pub start: PathStart,
    /// The numbers of temperatures, increasing.
    pub rungs: Vec<NonZeroUsize>,
    /// Chains of every method.
    pub chains: NonZeroUsize,
    /// Populations into which the chains of SMC are divided.
    pub populations: NonZeroUsize,
    /// Leapfrog steps per move.
    pub leapfrog_steps: NonZeroUsize,
    /// The spacing of the temperatures.
    pub spacing: Spacing,
    /// Seed of x and of the chains.
    pub seed: u64,
    /// Whether fewer chains or temperatures are used than were set.
    pub is_cut: bool,
}

impl ModelPlan {
    fn of(name: ModelName) -> Self {
        match name {
            ModelName::LinePerfect => Self::LinePerfect,
            ModelName::Line => Self::Line,
            ModelName::Vae => Self::Vaes(1),
            ModelName::FiveVaes => Self::Vaes(5),
            ModelName::TenVaes => Self::Vaes(10),
            ModelName::RandomTen => Self::Random(10),
            ModelName::RandomTwenty => Self::Random(20),
        }
    }

    /// D, the number of latent coordinates.
    pub(super) fn dimension(self) -> usize {
        match self {
            Self::LinePerfect | Self::Line => 1,
            Self::Vaes(blocks) => 2 * blocks,
            Self::Random(dimension) => dimension,
        }
    }

    /// Whether z is one-dimensional and everything has a closed form.
    pub(super) fn is_line(self) -> bool {
        matches!(self, Self::LinePerfect | Self::Line)
    }
}

impl Plan {
    /// The plan for the values of the parameters, in their order.
    pub(super) fn of(values: &[f64]) -> Self {
        Self::new(&Setting::of(values))
    }

    /// As much of the setting as can be computed in time.
    fn new(setting: &Setting) -> Self {
        let Setting { temperatures: asked_most, chains: asked_chains, leapfrog, .. } = *setting;
        let model = ModelPlan::of(setting.model);
        // On the line there is one x with a known posterior: exact draws are independent.
        let source = match setting.source {
            SourceName::Simulated => Source::Simulated,
            _ if model.is_line() => Source::Simulated,
            digit => Source::Digit(digit as usize - SourceName::Zero as usize),
        };
        let has_encoder = !matches!(model, ModelPlan::Random(_));
        let [chains, most] = within_reach(model, leapfrog, asked_chains, asked_most);
        Self {
            model,
            source,
            start: if has_encoder { setting.start } else { PathStart::Prior },
            rungs: ladder(model, most),
            chains: at_least_one(chains),
            populations: at_least_one((chains / 4).clamp(2, 16)),
            leapfrog_steps: at_least_one(leapfrog),
            spacing: setting.spacing,
            seed: setting.seed,
            is_cut: chains < asked_chains || most < asked_most,
        }
    }

    /// The largest T.
    pub(super) fn most(&self) -> usize {
        self.rungs.last().map_or(1, |rung| rung.get())
    }
}

/// Reduces chains and temperatures so that the run takes seconds and not minutes.
fn within_reach(model: ModelPlan, leapfrog: usize, chains: usize, most: usize) -> [usize; 2] {
    let networks = match model {
        ModelPlan::LinePerfect | ModelPlan::Line => return [chains, most],
        ModelPlan::Vaes(blocks) => blocks,
        ModelPlan::Random(_) => 1,
    };
    let chains = chains.min(MOST_ROWS_PER_MOVE / (networks * leapfrog)).max(4);
    // Rungs of powers of two have twice the largest T in sum.
    let rows_per_temperature = 2 * METHODS * networks * leapfrog * chains;
    [chains, most.min(MOST_ROWS / rows_per_temperature).max(1)]
}

/// Powers of two up to `most`, and `most` itself; on the line also 10 and 100.
fn ladder(model: ModelPlan, most: usize) -> Vec<NonZeroUsize> {
    let mut rungs: Vec<usize> =
        (0..usize::BITS).map(|power| 1 << power).take_while(|t| *t < most).collect();
    rungs.push(most);
    if model.is_line() {
        rungs.extend([10, 100].into_iter().filter(|t| *t < most));
        rungs.sort_unstable();
        rungs.dedup();
    }
    rungs.into_iter().map(at_least_one).collect()
}

fn at_least_one(count: usize) -> NonZeroUsize {
    NonZeroUsize::new(count).unwrap_or(NonZeroUsize::MIN)
}
