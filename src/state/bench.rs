//! The state of the bench: x, q, the draws, and what is shown.

use std::num::NonZeroUsize;
use std::ops::RangeInclusive;

use super::nats_scale::Loupe;
use super::range::Range;
use crate::data::{Binarization, BinaryImage, GALLERY_LEN, Threshold};

/// Each coordinate of q's mean, in latent units; wide enough for the posteriors of networks trained elsewhere.
pub const MU_RANGE: Range = Range { min: -20.0, max: 20.0, step: 0.05, fine: 0.01, coarse: 0.5 };
/// Each marginal standard deviation of q, in latent units; small enough for the posteriors of such networks.
pub const SIGMA_RANGE: Range = Range { min: 1e-4, max: 3.0, step: 0.05, fine: 0.01, coarse: 0.25 };
/// The range of the mean's sliders unless q or the posterior lies outside: four standard deviations of the prior.
pub const MU_SLIDER: Range = Range { min: -4.0, max: 4.0, ..MU_RANGE };
/// The range of the deviations' sliders unless q lies outside.
pub const SIGMA_SLIDER: Range = Range { min: 0.02, ..SIGMA_RANGE };
/// The correlation of q's two coordinates.
pub const RHO_RANGE: Range = Range { min: -0.99, max: 0.99, step: 0.05, fine: 0.01, coarse: 0.25 };
/// Each coordinate of the probe z, in latent units.
pub const PROBE_RANGE: Range = MU_RANGE;
/// Grey level from which a gallery pixel is ink.
pub const THRESHOLD_RANGE: Range =
    Range { min: 0.05, max: 0.95, step: 0.05, fine: 0.01, coarse: 0.2 };
/// Draws per estimate.
pub const K_RANGE: RangeInclusive<NonZeroUsize> = NonZeroUsize::MIN..=LARGEST_K;
/// Seeds of draws and of Bernoulli pixels; six digits fit a number field.
pub const SEED_RANGE: RangeInclusive<u32> = 0..=999_999;
/// Places in the gallery.
pub const DIGIT_RANGE: RangeInclusive<usize> = 0..=GALLERY_LEN - 1;

const LARGEST_K: NonZeroUsize = NonZeroUsize::new(1024).unwrap(); // checked by the compiler
const DEFAULT_K: NonZeroUsize = NonZeroUsize::new(64).unwrap(); // checked by the compiler

/// Together with the model's weights it determines everything that the bench shows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BenchState {
    /// The source of x.
    pub x: XSource,
    /// The binarization of a grey gallery digit.
    pub bin: BinarizeState,
    /// Mean of q, each in [`MU_RANGE`].
    pub mu: [f64; 2],
    /// Marginal standard deviations of q, each in [`SIGMA_RANGE`].
    pub sigma: [f64; 2],
    /// Correlation of q, in [`RHO_RANGE`].
    pub rho: f64,
    /// The z whose p(x|z) is shown, each coordinate in [`PROBE_RANGE`]; `None` is q's mean.
    pub probe: Option<[f64; 2]>,
    /// Draws per estimate, in [`K_RANGE`].
    pub k: NonZeroUsize,
    /// Seed of the draws, in [`SEED_RANGE`].
    pub seed: u32,
    /// The decomposition of log p(x) or the ELBO in the equation strip.
    pub identity: Identity,
    /// How closely the thermometer is looked at.
    pub loupe: Loupe,
}

/// The source of x.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum XSource {
    /// An index into the gallery of procedural digits, in [`DIGIT_RANGE`].
    Digit(usize),
    /// A drawn or opened image, already black and white.
    Pixels(BinaryImage),
}

/// The binarization of a grey gallery digit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum BinarizeState {
    /// Ink from this grey level on, in [`THRESHOLD_RANGE`].
    Threshold(f64),
    /// Each pixel is ink with its grey level as probability; the seed is in [`SEED_RANGE`].
    Bernoulli(u32),
}

impl BinarizeState {
    /// The operation on a grey image.
    pub fn binarization(self) -> Binarization {
        match self {
            // The range lies inside (0, 1), so that the default is never used.
            Self::Threshold(level) => Threshold::new(level as f32)
                .map_or_else(|_| Binarization::default(), Binarization::Threshold),
            Self::Bernoulli(seed) => Binarization::Bernoulli { seed: u64::from(seed) },
        }
    }
}

/// Which decomposition the equation strip shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Identity {
    /// log p(x) = ELBO + KL(q ‖ p(z|x)).
    Gap,
    /// ELBO = E_q log p(x|z) − KL(q ‖ p(z)).
    Prior,
    /// ELBO = E_q log p(x,z) + H(q).
    Energy,
}

impl Default for BenchState {
    /// A q that fits a legible digit badly, so that there is a gap to close.
    fn default() -> Self {
        Self {
            x: XSource::Digit(3),
            bin: BinarizeState::default(),
            mu: [0.9, -1.4],
            sigma: [0.2, 0.12],
            rho: -0.5,
            probe: None,
            k: DEFAULT_K,
            seed: 7,
            identity: Identity::Gap,
            loupe: Loupe::X1,
        }
    }
}

impl BenchState {
    /// The state with every value clamped to its range.
    pub fn clamped(self) -> Self {
        Self {
            x: match self.x {
                XSource::Digit(index) => XSource::Digit(index.min(GALLERY_LEN - 1)),
                pixels @ XSource::Pixels(_) => pixels,
            },
            bin: match self.bin {
                BinarizeState::Threshold(level) => {
                    BinarizeState::Threshold(THRESHOLD_RANGE.clamp(level))
                }
                BinarizeState::Bernoulli(seed) => {
                    BinarizeState::Bernoulli(seed.min(*SEED_RANGE.end()))
                }
            },
            mu: self.mu.map(|value| MU_RANGE.clamp(value)),
            sigma: self.sigma.map(|value| SIGMA_RANGE.clamp(value)),
            rho: RHO_RANGE.clamp(self.rho),
            probe: self.probe.map(|probe| probe.map(|value| PROBE_RANGE.clamp(value))),
            k: self.k.min(LARGEST_K),
            seed: self.seed.min(*SEED_RANGE.end()),
            identity: self.identity,
            loupe: self.loupe,
        }
    }
}

impl Default for BinarizeState {
    fn default() -> Self {
        Self::Threshold(0.5)
    }
}

impl Identity {
    /// Every decomposition, in the order of the switch.
    pub const ALL: [Self; 3] = [Self::Gap, Self::Prior, Self::Energy];

    /// The name in the address.
    pub fn name(self) -> &'static str {
        match self {
            Self::Gap => "gap",
            Self::Prior => "prior",
            Self::Energy => "energy",
        }
    }

    /// The decomposition called `name`.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|identity| identity.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_is_inside_every_range() {
        let state = BenchState::default();
        assert_eq!(state.clamped(), state);
    }

    #[test]
    fn clamping_repairs_every_field() {
        let wild = BenchState {
            x: XSource::Digit(usize::MAX),
            bin: BinarizeState::Threshold(f64::INFINITY),
            mu: [f64::NAN, -90.0],
            sigma: [0.0, 99.0],
            rho: 1.0,
            probe: Some([50.0, f64::NEG_INFINITY]),
            k: NonZeroUsize::MAX,
            seed: u32::MAX,
            identity: Identity::Energy,
            loupe: Loupe::X10,
        };
        let expected = BenchState {
            x: XSource::Digit(29),
            bin: BinarizeState::Threshold(0.95),
            mu: [0.0, -20.0],
            sigma: [1e-4, 3.0],
            rho: 0.99,
            probe: Some([20.0, -20.0]),
            k: LARGEST_K,
            seed: 999_999,
            identity: Identity::Energy,
            loupe: Loupe::X10,
        };
        assert_eq!(wild.clamped(), expected);
        let seed = BenchState { bin: BinarizeState::Bernoulli(u32::MAX), ..expected };
        assert_eq!(seed.clamped().bin, BinarizeState::Bernoulli(999_999));
    }
}
