//! What can be set in the lab, the states worth landing in, and the names of the methods.

use crate::gradient::MethodKind;
use crate::lab::{Choice, Kind, Parameter, Preset};
use crate::state::{Range, Text};

pub(super) const TITLE: Text = Text::new("Gradients", "Gradientes");
pub(super) const QUESTION: Text = Text::new(
    "Eight ways to estimate a gradient: how noisy is each, and where does its climb end?",
    "Oito modos de estimar um gradiente: quanto ruído tem cada um, e onde termina sua subida?",
);

/// The places of the parameters in the list.
pub(super) const METHOD: usize = 0;
pub(super) const VERSUS: usize = 1;
pub(super) const SHIFT: usize = 2;
pub(super) const VIEW: usize = 3;
pub(super) const MEAN: usize = 4;
pub(super) const VARIANCE: usize = 5;
pub(super) const DRAWS: usize = 6;
pub(super) const REPLICATES: usize = 7;
pub(super) const RATE: usize = 8;
pub(super) const SEED: usize = 9;

/// From where to where m can be moved; the posterior's mean 0.78 is in the middle.
pub(super) const MEANS: [f64; 2] = [-0.75, 2.25];
/// From where to where v can be moved; within these bounds the exact moments of IWAE and DReG are known.
pub(super) const VARIANCES: [f64; 2] = [0.04, 1.5];
/// Nats added to log p(x, z) by the entries of the list.
pub(super) const SHIFTS: [f64; 2] = [0.0, -170.0];

pub(super) const PARAMETERS: &[Parameter] = &[
    Parameter {
        name: "method",
        symbol: "ĝ",
        label: Text::new("Method", "Método"),
        kind: Kind::Choice(METHOD_CHOICES),
        default: MethodKind::Score as usize as f64,
    },
    Parameter {
        name: "versus",
        symbol: "ĝ′",
        label: Text::new("compared with", "comparado com"),
        kind: Kind::Choice(METHOD_CHOICES),
        default: MethodKind::Reparameterised as usize as f64,
    },
    Parameter {
        name: "shift",
        symbol: "c",
        label: Text::new("log p(x) shifted by", "somado a log p(x)"),
        kind: Kind::Choice(SHIFT_CHOICES),
        default: 0.0,
    },
    Parameter {
        name: "view",
        symbol: "",
        label: Text::new("Climbs shown as", "Subidas vistas em"),
        kind: Kind::Choice(VIEW_CHOICES),
        default: 0.0,
    },
    Parameter {
        name: "m",
        symbol: "m",
        label: Text::new("mean of q", "média de q"),
        kind: Kind::Real(Range {
            min: MEANS[0],
            max: MEANS[1],
            step: 0.05,
            fine: 0.01,
            coarse: 0.5,
        }),
        default: 0.5,
    },
    Parameter {
        name: "v",
        symbol: "v",
        label: Text::new("variance of q", "variância de q"),
        kind: Kind::Ratio { min: VARIANCES[0], max: VARIANCES[1] },
        default: 0.4,
    },
    Parameter {
        name: "k",
        symbol: "K",
        label: Text::new("draws per gradient", "amostras por gradiente"),
        kind: Kind::Power { min: 1, max: 64 },
        default: 2.0,
    },
    Parameter {
        name: "replicates",
        symbol: "R",
        label: Text::new("gradients per cloud", "gradientes por nuvem"),
        kind: Kind::Power { min: 64, max: 4096 },
        default: 1024.0,
    },
    Parameter {
        name: "rate",
        symbol: "η",
        label: Text::new("learning rate of the climb", "taxa de aprendizado da subida"),
        kind: Kind::Ratio { min: 0.002, max: 0.5 },
        default: 0.02,
    },
    Parameter::seed(1.0),
];

const METHOD_CHOICES: &[Choice] = &[
    Choice { name: "score", label: Text::new("Score (REINFORCE)", "Escore (REINFORCE)") },
    Choice { name: "score-mean", label: Text::new("Score − E log w", "Escore − E log w") },
    Choice {
        name: "score-best",
        label: Text::new("Score − best constant", "Escore − melhor constante"),
    },
    Choice { name: "rloo", label: Text::new("RLOO (leave one out)", "RLOO (deixa um de fora)") },
    Choice { name: "pathwise", label: Text::new("Pathwise (reparam.)", "Reparametrização") },
    Choice { name: "stl", label: Text::same("STL (sticking the landing)") },
    Choice { name: "iwae", label: Text::same("IWAE") },
    Choice { name: "dreg", label: Text::same("DReG") },
];

const SHIFT_CHOICES: &[Choice] = &[
    Choice { name: "none", label: Text::new("nothing", "nada") },
    Choice { name: "image", label: Text::new("−170 nats, an image", "−170 nats, uma imagem") },
];

const VIEW_CHOICES: &[Choice] = &[
    Choice { name: "paths", label: Text::new("paths over (m, v)", "caminhos em (m, v)") },
    Choice { name: "gaps", label: Text::new("gap by step", "lacuna por passo") },
];

/// The name of a method at the end of a line.
pub(super) fn shortest(kind: MethodKind) -> Text {
    match kind {
        MethodKind::ScoreMeanBaseline => Text::new("Score − E", "Escore − E"),
        MethodKind::ScoreBestBaseline => Text::new("Score − c", "Escore − c"),
        MethodKind::Reparameterised => Text::new("Pathwise", "Reparam."),
        _ => short(kind),
    }
}

/// The name of a method where there is little room.
pub(super) fn short(kind: MethodKind) -> Text {
    match kind {
        MethodKind::Score => Text::new("Score", "Escore"),
        MethodKind::ScoreMeanBaseline => Text::new("Score − E log w", "Escore − E log w"),
        MethodKind::ScoreBestBaseline => Text::new("Score − best c", "Escore − melhor c"),
        MethodKind::Rloo => Text::same("RLOO"),
        MethodKind::Reparameterised => Text::new("Pathwise", "Reparametrização"),
        MethodKind::StickingTheLanding => Text::same("STL"),
        MethodKind::Iwae => Text::same("IWAE"),
        MethodKind::DReG => Text::same("DReG"),
    }
}

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
            ("method", 5.0),
            ("versus", 4.0),
            // μ and τ² of SCIENCE §4 to the last digit, so that nothing but rounding is left.
            ("m", 0.778_546_712_802_768_2),
            ("v", 0.221_453_287_197_231_8),
            ("k", 1.0),
        ],
    },
    Preset {
        label: Text::new("Score at −170 nats", "Escore a −170 nats"),
        help: Text::new(
            "log p(x) of an image multiplies the score: its variance goes from 27 to 75,000.",
            "O log p(x) de uma imagem multiplica o escore: sua variância vai de 27 a 75.000.",
        ),
        values: &[("shift", 1.0), ("k", 1.0)],
    },
    Preset {
        label: Text::new("IWAE K = 64: SNR falls", "IWAE K = 64: SNR cai"),
        help: Text::new(
            "The better the bound, the less its gradient says of q; DReG mends that.",
            "Quanto melhor a cota, menos seu gradiente diz sobre q; o DReG conserta isso.",
        ),
        values: &[("method", 6.0), ("versus", 7.0), ("k", 64.0)],
    },
    Preset {
        label: Text::new("Eight climbs", "Oito subidas"),
        help: Text::new(
            "The same climb with every method: the gap falls as fast with all, and stays where \
             each one's noise holds it.",
            "A mesma subida com cada método: a lacuna cai igual com todos e estaciona onde o \
             ruído de cada um a segura.",
        ),
        values: &[("view", 1.0), ("v", 1.2), ("m", 0.0)],
    },
    Preset {
        label: Text::new("Narrow: STL noisier", "q estreita: STL pior"),
        help: Text::new(
            "Below half of the posterior's variance, STL is noisier than the pathwise gradient.",
            "Abaixo da metade da variância da posterior, o STL tem mais ruído que a \
             reparametrização.",
        ),
        values: &[("method", 5.0), ("versus", 4.0), ("v", 0.1), ("k", 1.0)],
    },
];
