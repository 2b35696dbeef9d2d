//! A model with known results, for the tests of all folders: z ~ N(0, 1),
//! x|z ~ N(1.5 z + 0.25, 0.8²) at x = 1.75, under three Gaussian proposals.
//!
//! The values: mpmath, 30 digits.

use std::f64::consts::TAU;

use crate::model::LinearGaussian;

pub(crate) const WEIGHT: f64 = 1.5;
pub(crate) const OFFSET: f64 = 0.25;
pub(crate) const NOISE_SD: f64 = 0.8;
pub(crate) const OBSERVATION: f64 = 1.75;

/// log p(x), nats.
pub(crate) const LOG_EVIDENCE: f64 = -1.838_840_140_668_227;
/// μ of p(z|x).
pub(crate) const POSTERIOR_MEAN: f64 = 0.778_546_712_802_768_2;
/// τ² of p(z|x).
pub(crate) const POSTERIOR_VARIANCE: f64 = 0.221_453_287_197_231_8;

/// The model itself.
pub(crate) fn model() -> LinearGaussian {
    LinearGaussian::independent(1, WEIGHT, OFFSET, NOISE_SD, OBSERVATION).unwrap()
}

/// log N(z; mean, variance), nats.
pub(crate) fn log_normal(z: f64, mean: f64, variance: f64) -> f64 {
    -0.5 * ((TAU * variance).ln() + (z - mean).powi(2) / variance)
}

/// q = N(mean, variance) with its known results, in nats.
#[derive(Clone, Copy)]
pub(crate) struct KnownProposal {
    pub mean: f64,
    pub variance: f64,
    pub elbo: f64,
    pub eubo: f64,
    /// KL(q ‖ p(z|x)).
    pub kl: f64,
    /// KL(p(z|x) ‖ q).
    pub reverse_kl: f64,
    /// E_q log p(x|z).
    pub reconstruction: f64,
    /// KL(q ‖ p(z)).
    pub kl_prior: f64,
    pub entropy: f64,
    /// Var_q ℓ, nats².
    pub log_weight_variance: f64,
    /// Var_q r, r = w / p(x).
    pub chi_squared: f64,
    /// E_q r³.
    pub third_moment: f64,
    /// The χ upper bound of order 2.
    pub cubo_2: f64,
    /// The Rényi bound of order ½.
    pub renyi_half: f64,
    /// The shape k of the weights' tail.
    pub tail_index: f64,
    /// (K, E L_K − log p(x)), ten decimals.
    pub iwae_gaps: [(usize, f64); 8],
}

/// Wider than the posterior: bounded weights.
pub(crate) const WIDE: KnownProposal = KnownProposal {
    mean: 0.5,
    variance: 0.4,
    elbo: -2.121_518_472_827_541,
    eubo: -1.669_411_756_215_85,
    kl: 0.282_678_332_159_313_3,
    reverse_kl: 0.169_428_384_452_377_2,
    reconstruction: -1.838_373_106_890_463,
    kl_prior: 0.283_145_365_937_077_5,
    entropy: 0.960_793_167_267_595_2,
    log_weight_variance: 0.957_856_445_312_5,
    chi_squared: 0.277_887_057_954_796_8,
    third_moment: 1.785_479_690_757_943,
    cubo_2: -1.716_236_151_671_804,
    renyi_half: -1.944_340_458_038_829,
    tail_index: 0.0,
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

/// E_{π_β} ℓ under [`WIDE`] at β = 0, ¼, ½, ¾ and 1, nats: from its ELBO to its EUBO.
pub(crate) const WIDE_PATH_MEANS: [f64; 5] = [
    -2.121_518_472_827_541,
    -1.933_268_351_365_142_8,
    -1.812_583_844_139_562_8,
    -1.729_562_794_446_53,
    -1.669_411_756_215_85,
];

/// Narrower than the posterior by more than half: infinite variance of the weights.
pub(crate) const NARROW: KnownProposal = KnownProposal {
    mean: 0.5,
    variance: 0.1,
    elbo: -2.137_321_903_387_486,
    eubo: -1.241_153_092_736_572,
    kl: 0.298_481_762_719_258_6,
    reverse_kl: 0.597_687_047_931_655_5,
    reconstruction: -1.311_029_356_890_463,
    kl_prior: 0.826_292_546_497_022_8,
    entropy: 0.267_645_986_707_649_9,
    log_weight_variance: 0.308_601_074_218_75,
    chi_squared: f64::INFINITY,
    third_moment: f64::INFINITY,
    cubo_2: f64::INFINITY,
    renyi_half: -2.036_537_853_237_069,
    tail_index: 0.548_437_5,
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
pub(crate) const PRIOR: KnownProposal = KnownProposal {
    mean: 0.0,
    variance: 1.0,
    elbo: -4.211_419_981_890_463,
    eubo: -1.171_274_202_685_233,
    kl: 2.372_579_841_222_236,
    reverse_kl: 0.667_565_937_982_994_1,
    reconstruction: -4.211_419_981_890_463,
    kl_prior: 0.0,
    entropy: 1.418_938_533_204_673,
    log_weight_variance: 18.539_428_710_937_5,
    chi_squared: 1.240_450_666_082_478,
    third_moment: 5.750_172_283_297_419,
    cubo_2: -1.435_501_622_745_076,
    renyi_half: -2.347_626_542_609_525,
    tail_index: 0.0,
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

/// Wide, narrow and prior.
pub(crate) const PROPOSALS: [KnownProposal; 3] = [WIDE, NARROW, PRIOR];
