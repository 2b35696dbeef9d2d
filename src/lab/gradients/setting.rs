//! The parameters and presets of the lab "Gradients".

use std::num::NonZeroUsize;

use crate::gradient::MethodKind;
use crate::lab::Preset;
use crate::parameters::{SEED, choices, parameters};
use crate::state::{Range, Text, text};

/// The range of m; the posterior's mean 0.78 is its centre.
pub(super) const MEANS: [f64; 2] = [-0.75, 2.25];
/// The range of v, in which the exact moments of IWAE and DReG can be computed.
pub(super) const VARIANCES: [f64; 2] = [0.04, 1.5];

choices! {
    impl MethodKind {
        Score: "score", text!("Score (REINFORCE)");
        ScoreMeanBaseline: "score-mean", text!("Score − E log w");
        ScoreBestBaseline: "score-best",
            text!("Score − best constant");
        Rloo: "rloo", text!("RLOO (leave one out)");
        Reparameterised: "pathwise", text!("Pathwise (reparam.)");
        StickingTheLanding: "stl", Text::same("STL (sticking the landing)");
        Iwae: "iwae", Text::same("IWAE");
        DReG: "dreg", Text::same("DReG");
    }
}

choices! {
    /// A constant that is added to log p(x, z).
    enum Shift {
        /// 0 nats.
        None: "none", text!("nothing");
        /// The log-likelihood of an image's pixels.
        Image: "image", text!("−170 nats, an image");
    }
}

choices! {
    /// How the ascents are drawn.
    enum PathView {
        /// As paths over (m, v).
        Paths: "paths", text!("paths over (m, v)");
        /// By their gap at every step.
        Gaps: "gaps", text!("gap by step");
    }
}

parameters! {
    /// The method whose numbers are shown.
    method: Choice<MethodKind> {
        name: "method",
        symbol: "ĝ",
        label: text!("Method"),
        default: MethodKind::Score,
    },
    /// The method for comparison.
    versus: Choice<MethodKind> {
        name: "versus",
        symbol: "ĝ′",
        label: text!("compared with"),
        default: MethodKind::Reparameterised,
    },
    /// A constant that is added to log p(x, z).
    shift: Choice<Shift> {
        name: "shift",
        symbol: "c",
        label: text!("log p(x) shifted by"),
        default: Shift::None,
    },
    /// How the ascents are drawn.
    view: Choice<PathView> {
        name: "view",
        symbol: "",
        label: text!("Climbs shown as"),
        default: PathView::Paths,
    },
    /// m.
    mean: Real {
        name: "m",
        symbol: "m",
        label: text!("mean of q"),
        values: Range { min: MEANS[0], max: MEANS[1], step: 0.05, fine: 0.01, coarse: 0.5 },
        default: 0.5,
    },
    /// v.
    variance: Ratio {
        name: "v",
        symbol: "v",
        label: text!("variance of q"),
        values: VARIANCES,
        default: 0.4,
    },
    /// K.
    draws: Power {
        name: "k",
        symbol: "K",
        label: text!("draws per gradient"),
        values: [1, 64],
        default: 2,
    },
    /// The number of estimates by each method.
    replicates: Power {
        name: "replicates",
        symbol: "R",
        label: text!("gradients per cloud"),
        values: [64, 4096],
        default: 1024,
    },
    /// The step size of the ascent.
    rate: Ratio {
        name: "rate",
        symbol: "η",
        label: text!("learning rate of the climb"),
        values: [0.002, 0.5],
        default: 0.02,
    },
    /// The seed of the clouds and of the ascents.
    seed: Seed { name: "seed", symbol: "", label: SEED, default: 1, },
}

impl Shift {
    /// In nats.
    pub(super) fn nats(self) -> f64 {
        match self {
            Self::None => 0.0,
            Self::Image => -170.0,
        }
    }
}

impl Setting {
    /// K as a count that is never 0.
    pub(super) fn count(&self) -> NonZeroUsize {
        NonZeroUsize::new(self.draws).unwrap_or(NonZeroUsize::MIN)
    }

    /// The two methods, once if they are the same.
    pub(super) fn chosen(&self) -> Vec<MethodKind> {
        if self.method == self.versus { vec![self.method] } else { vec![self.method, self.versus] }
    }
}

/// In the order of the buttons.
pub(super) const PRESETS: &[Preset] = &[
    Preset {
        label: text!("Wide q"),
        help: text!(
            "The score cloud is wider than the pathwise one; both are centred on the exact \
             gradient.",
        ),
        values: &[],
    },
    Preset {
        label: Text::same("q = posterior: STL = 0"),
        help: text!(
            "At the optimum every STL estimate is zero; the pathwise one keeps shaking the climb."
        ),
        values: &[
            FIELDS.method.at(MethodKind::StickingTheLanding),
            FIELDS.versus.at(MethodKind::Reparameterised),
            // μ and τ² to the last digit, so that only rounding remains.
            FIELDS.mean.at(0.778_546_712_802_768_2),
            FIELDS.variance.at(0.221_453_287_197_231_8),
            FIELDS.draws.at(1),
        ],
    },
    Preset {
        label: text!("Score at −170 nats"),
        help: text!(
            "log p(x) of an image multiplies the score: its variance goes from 27 to 75,000."
        ),
        values: &[FIELDS.shift.at(Shift::Image), FIELDS.draws.at(1)],
    },
    Preset {
        label: text!("IWAE K = 64: SNR falls"),
        help: text!("The better the bound, the less its gradient says of q; DReG mends that."),
        values: &[
            FIELDS.method.at(MethodKind::Iwae),
            FIELDS.versus.at(MethodKind::DReG),
            FIELDS.draws.at(64),
        ],
    },
    Preset {
        label: text!("Eight climbs"),
        help: text!(
            "The same climb with every method: the gap falls as fast with all, and stays where \
             each one's noise holds it.",
        ),
        values: &[FIELDS.view.at(PathView::Gaps), FIELDS.variance.at(1.2), FIELDS.mean.at(0.0)],
    },
    Preset {
        label: text!("Narrow: STL noisier"),
        help: text!(
            "Below half of the posterior's variance, STL is noisier than the pathwise gradient."
        ),
        values: &[
            FIELDS.method.at(MethodKind::StickingTheLanding),
            FIELDS.versus.at(MethodKind::Reparameterised),
            FIELDS.variance.at(0.1),
            FIELDS.draws.at(1),
        ],
    },
];
