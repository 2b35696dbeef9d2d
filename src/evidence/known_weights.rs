//! Seeded log-weights whose evidence, bounds and moments are known in closed form, for the tests.

use rand::SeedableRng;
use rand_distr::{Distribution, Exp1, StandardNormal};
use rand_pcg::Pcg64Mcg;

use super::log_weights::LogWeights;

/// A Gaussian proposal q = N(mean, variance) for z ~ N(0, 1), x | z ~ N(1.5 z + 0.25, 0.8²) at
/// x = 1.75, with exact values of what its weights estimate.
#[derive(Clone, Copy)]
pub struct Proposal {
    pub mean: f64,
    pub variance: f64,
    /// KL(q ‖ p(z|x)), nats.
    pub kl: f64,
    /// Var_q ℓ, nats².
    pub log_weight_variance: f64,
    /// (K, E L_K − log p(x)), nats.
    pub iwae_gaps: [(usize, f64); 8],
}

/// log p(x) of the model above, nats.
pub const LOG_EVIDENCE: f64 = -1.838_840_140_668_227;

/// Var_q (w / p(x)) of [`WIDE`].
pub const WIDE_CHI_SQUARED: f64 = 0.277_887_057_954_796_8;

/// Wider than the posterior: bounded weights.
pub const WIDE: Proposal = Proposal {
    mean: 0.5,
    variance: 0.4,
    kl: 0.282_678_332_159_313_3,
    log_weight_variance: 0.957_856_445_312_5,
    iwae_gaps: [
        (1, -0.282_678_332_2),
        (2, -0.098_681_107_0),
        (4, -0.040_523_057_9),
        (8, -0.018_649_904_2),
        (16, -0.008_987_644_4),
        (64, -0.002_189_272_1),
        (256, -0.000_543_880_3),
        (1024, -0.000_135_757_6),
    ],
};

/// Narrower than the posterior by more than half: infinite variance of the weights.
pub const NARROW: Proposal = Proposal {
    mean: 0.5,
    variance: 0.1,
    kl: 0.298_481_762_719_258_6,
    log_weight_variance: 0.308_601_074_218_75,
    iwae_gaps: [
        (1, -0.298_481_762_7),
        (2, -0.230_817_545_9),
        (4, -0.172_456_273_6),
        (8, -0.125_153_248_6),
        (16, -0.088_687_721_1),
        (64, -0.042_194_217_9),
        (256, -0.019_062_261_3),
        (1024, -0.008_304_136_4),
    ],
};

/// The prior itself.
pub const PRIOR: Proposal = Proposal {
    mean: 0.0,
    variance: 1.0,
    kl: 2.372_579_841_222_236,
    log_weight_variance: 18.539_428_710_937_5,
    iwae_gaps: [
        (1, -2.372_579_841_2),
        (2, -0.805_690_013_7),
        (4, -0.259_120_143_6),
        (8, -0.096_088_938_3),
        (16, -0.042_500_987_2),
        (64, -0.009_896_413_2),
        (256, -0.002_435_242_3),
        (1024, -0.000_606_464_0),
    ],
};

/// Log-weights of the Gaussian model above.
pub fn gaussian(proposal: Proposal, draws: usize, seed: u64) -> LogWeights {
    let log_normal = |x: f64, mean: f64, variance: f64| {
        -0.5 * ((std::f64::consts::TAU * variance).ln() + (x - mean).powi(2) / variance)
    };
    normals(draws, seed, |normal| {
        let z = proposal.mean + proposal.variance.sqrt() * normal;
        log_normal(z, 0.0, 1.0) + log_normal(1.75, 1.5 * z + 0.25, 0.64)
            - log_normal(z, proposal.mean, proposal.variance)
    })
}

/// ℓ ~ N(−δ²/2, δ²): weights of mean 1 and variance exp(δ²) − 1.
pub fn lognormal(delta: f64, draws: usize, seed: u64) -> LogWeights {
    normals(draws, seed, |normal| delta * normal - 0.5 * delta * delta)
}

/// Logs of weights ~ Exp(1).
pub fn exponential(draws: usize, seed: u64) -> LogWeights {
    let mut rng = Pcg64Mcg::seed_from_u64(seed);
    let mut draw = || -> f64 { Exp1.sample(&mut rng) };
    LogWeights::new((0..draws).map(|_| draw().ln()).collect()).unwrap()
}

fn normals(draws: usize, seed: u64, log_weight: impl Fn(f64) -> f64) -> LogWeights {
    let mut rng = Pcg64Mcg::seed_from_u64(seed);
    let weights = (0..draws).map(|_| log_weight(StandardNormal.sample(&mut rng))).collect();
    LogWeights::new(weights).unwrap()
}
