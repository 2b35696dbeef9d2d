//! The parameters and presets of the lab "Gradients".

use std::num::NonZeroUsize;

use crate::gradient::MethodKind;
use crate::lab::Preset;
use crate::lab::parameters::{SEED, choices, parameters};
use crate::state::{Range, Text};

/// The range of m; the posterior's mean 0.78 is its centre.
pub(super) const MEANS: [f64; 2] = [-0.75, 2.25];
/// The range of v, in which the exact moments of IWAE and DReG can be computed.
pub(super) const VARIANCES: [f64; 2] = [0.04, 1.5];

choices! {
    impl MethodKind {
        Score: "score", Text::new("Score (REINFORCE)", "Escore (REINFORCE)");
        ScoreMeanBaseline: "score-mean", Text::new("Score − E log w", "Escore − E log w");
        ScoreBestBaseline: "score-best",
            Text::new("Score − best constant", "Escore − melhor constante");
        Rloo: "rloo", Text::new("RLOO (leave one out)", "RLOO (deixa um de fora)");
        Reparameterised: "pathwise", Text::new("Pathwise (reparam.)", "Reparametrização");
        StickingTheLanding: "stl", Text::same("STL (sticking the landing)");
        Iwae: "iwae", Text::same("IWAE");
        DReG: "dreg", Text::same("DReG");
    }
}

choices! {
    /// A constant that is added to log p(x, z).
    enum Shift {
        /// 0 nats.
        None: "none", Text::new("nothing", "nada");
        /// The log-likelihood of an image's pixels.
        Image: "image", Text::new("−170 nats, an image", "−170 nats, uma imagem");
    }
}

choices! {
    /// How the ascents are drawn.
    enum PathView {
        /// As paths over (m, v).
        Paths: "paths", Text::new("paths over (m, v)", "caminhos em (m, v)");
        /// By their gap at every step.
        Gaps: "gaps", Text::new("gap by step", "lacuna por passo");
    }
}

parameters! {
    /// The method whose numbers are shown.
    method: Choice<MethodKind> {
        name: "method",
        symbol: "ĝ",
        label: Text::new("Method", "Método"),
        default: MethodKind::Score,
    },
    /// The method for comparison.
    versus: Choice<MethodKind> {
        name: "versus",
        symbol: "ĝ′",
        label: Text::new("compared with", "comparado com"),
        default: MethodKind::Reparameterised,
    },
    /// A constant that is added to log p(x, z).
    shift: Choice<Shift> {
        name: "shift",
        symbol: "c",
        label: Text::new("log p(x) shifted by", "somado a log p(x)"),
        default: Shift::None,
    },
    /// How the ascents are drawn.
    view: Choice<PathView> {
        name: "view",
        symbol: "",
        label: Text::new("Climbs shown as", "Subidas vistas em"),
        default: PathView::Paths,
    },
    /// m.
    mean: Real {
        name: "m",
        symbol: "m",
        label: Text::new("mean of q", "média de q"),
        values: Range { min: MEANS[0], max: MEANS[1], step: 0.05, fine: 0.01, coarse: 0.5 },
        default: 0.5,
    },
    /// v.
    variance: Ratio {
        name: "v",
        symbol: "v",
        label: Text::new("variance of q", "variância de q"),
        values: VARIANCES,
        default: 0.4,
    },
    /// K.
    draws: Power {
        name: "k",
        symbol: "K",
        label: Text::new("draws per gradient", "amostras por gradiente"),
        values: [1, 64],
        default: 2,
    },
    /// The number of estimates by each method.
    replicates: Power {
        name: "replicates",
        symbol: "R",
        label: Text::new("gradients per cloud", "gradientes por nuvem"),
        values: [64, 4096],
        default: 1024,
    },
    /// The step size of the ascent.
    rate: Ratio {
        name: "rate",
        symbol: "η",
        label: Text::new("learning rate of the climb", "taxa de aprendizado da subida"),
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
        label: Text::new("Wide q", "q larga"),
        help: Text::new(
            "The score cloud is wider than the pathwise one; both are centred on the exact \
             gradient.",
            "A nuvem do escore é mais larga que a da reparametrização; as duas têm o gradiente \
             exato no centro.",
        ),
        values: &[],
    },
    Preset {
        label: Text::same("q = posterior: STL = 0"),
        help: Text::new(
            "At the optimum every STL estimate is zero; the pathwise one keeps shaking the climb.",
            "No ótimo toda estimativa STL é zero; a reparametrização continua sacudindo a subida.",
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
        label: Text::new("Score at −170 nats", "Escore a −170 nats"),
        help: Text::new(
            "log p(x) of an image multiplies the score: its variance goes from 27 to 75,000.",
            "O log p(x) de uma imagem multiplica o escore: sua variância vai de 27 a 75.000.",
        ),
        values: &[FIELDS.shift.at(Shift::Image), FIELDS.draws.at(1)],
    },
    Preset {
        label: Text::new("IWAE K = 64: SNR falls", "IWAE K = 64: SNR cai"),
        help: Text::new(
            "The better the bound, the less its gradient says of q; DReG mends that.",
            "Quanto melhor a cota, menos seu gradiente diz sobre q; o DReG conserta isso.",
        ),
        values: &[
            FIELDS.method.at(MethodKind::Iwae),
            FIELDS.versus.at(MethodKind::DReG),
            FIELDS.draws.at(64),
        ],
    },
    Preset {
        label: Text::new("Eight climbs", "Oito subidas"),
        help: Text::new(
            "The same climb with every method: the gap falls as fast with all, and stays where \
             each one's noise holds it.",
            "A mesma subida com cada método: a lacuna cai igual com todos e estaciona onde o \
             ruído de cada um a segura.",
        ),
        values: &[FIELDS.view.at(PathView::Gaps), FIELDS.variance.at(1.2), FIELDS.mean.at(0.0)],
    },
    Preset {
        label: Text::new("Narrow: STL noisier", "q estreita: STL pior"),
        help: Text::new(
            "Below half of the posterior's variance, STL is noisier than the pathwise gradient.",
            "Abaixo da metade da variância da posterior, o STL tem mais ruído que a \
             reparametrização.",
        ),
        values: &[
            FIELDS.method.at(MethodKind::StickingTheLanding),
            FIELDS.versus.at(MethodKind::Reparameterised),
            FIELDS.variance.at(0.1),
            FIELDS.draws.at(1),
        ],
    },
];
