//! The parameters and presets of the lab "Sandwich".

use crate::evidence::annealed::Spacing;
use crate::lab::Preset;
use crate::lab::parameters::{SEED, choices, parameters};
use crate::state::Text;

choices! {
    /// The model p(x, z).
    enum ModelName {
        /// The Gaussian oracle on the line, its chains moved by exact draws.
        LinePerfect: "line",
            Text::new("1-D Gaussian, perfect moves", "Gaussiana 1-D, movimentos perfeitos");
        /// The Gaussian oracle on the line.
        Line: "line-hmc", Text::new("1-D Gaussian, HMC", "Gaussiana 1-D, HMC");
        /// The VAE with two latents.
        Vae: "vae", Text::new("the VAE, D = 2", "o VAE, D = 2");
        /// Five of them as independent blocks.
        FiveVaes: "blocks-5", Text::new("5 VAEs, D = 10", "5 VAEs, D = 10");
        /// Ten of them as independent blocks.
        TenVaes: "blocks-10", Text::new("10 VAEs, D = 20", "10 VAEs, D = 20");
        /// A decoder with random weights and ten latents.
        RandomTen: "random-10",
            Text::new("random decoder, D = 10", "decodificador aleatório, D = 10");
        /// The same with twenty latents.
        RandomTwenty: "random-20",
            Text::new("random decoder, D = 20", "decodificador aleatório, D = 20");
    }
}

choices! {
    /// The source of x.
    enum SourceName {
        /// Simulated from the model.
        Simulated: "simulated", Text::new("from the model itself", "do próprio modelo");
        /// A digit of the gallery.
        Zero: "0", Text::new("digit 0", "dígito 0");
        /// A digit of the gallery.
        One: "1", Text::new("digit 1", "dígito 1");
        /// A digit of the gallery.
        Two: "2", Text::new("digit 2", "dígito 2");
        /// A digit of the gallery.
        Three: "3", Text::new("digit 3", "dígito 3");
        /// A digit of the gallery.
        Four: "4", Text::new("digit 4", "dígito 4");
        /// A digit of the gallery.
        Five: "5", Text::new("digit 5", "dígito 5");
        /// A digit of the gallery.
        Six: "6", Text::new("digit 6", "dígito 6");
        /// A digit of the gallery.
        Seven: "7", Text::new("digit 7", "dígito 7");
        /// A digit of the gallery.
        Eight: "8", Text::new("digit 8", "dígito 8");
        /// A digit of the gallery.
        Nine: "9", Text::new("digit 9", "dígito 9");
    }
}

choices! {
    /// The initial density of the paths.
    enum PathStart {
        /// The encoder's q; "wide" on the line.
        Proposal: "q", Text::new("q (the encoder's)", "q (do codificador)");
        /// The prior.
        Prior: "prior", Text::new("the prior", "a priori");
    }
}

choices! {
    impl Spacing {
        Uniform: "uniform", Text::new("uniform", "uniforme");
        Sigmoidal: "sigmoidal", Text::new("denser at the ends", "mais denso nos extremos");
    }
}

parameters! {
    /// The model p(x, z).
    model: Choice<ModelName> {
        name: "model",
        symbol: "",
        label: Text::new("Model", "Modelo"),
        default: ModelName::Vae,
    },
    /// The source of x.
    source: Choice<SourceName> {
        name: "x",
        symbol: "x",
        label: Text::new("Where x comes from", "De onde vem x"),
        default: SourceName::Simulated,
    },
    /// The initial density of the paths.
    start: Choice<PathStart> {
        name: "start",
        symbol: "",
        label: Text::new("Paths start from", "Caminhos partem de"),
        default: PathStart::Proposal,
    },
    /// The largest T.
    temperatures: Power {
        name: "temperatures",
        symbol: "T",
        label: Text::new("Largest T", "Maior T"),
        values: [1, 1024],
        default: 64,
    },
    /// The number of chains.
    chains: Power {
        name: "chains",
        symbol: "N",
        label: Text::new("Chains", "Cadeias"),
        values: [4, 4096],
        default: 16,
    },
    /// Leapfrog steps per move.
    leapfrog: Whole {
        name: "leapfrog",
        symbol: "L",
        label: Text::new("Leapfrog steps", "Passos leapfrog"),
        values: [1, 10],
        default: 3,
    },
    /// The spacing of the temperatures.
    spacing: Choice<Spacing> {
        name: "spacing",
        symbol: "β",
        label: Text::new("Spacing of β", "Espaçamento de β"),
        default: Spacing::Uniform,
    },
    /// The seed of x and of the chains.
    seed: Seed { name: "seed", symbol: "", label: SEED, default: 5, },
}

/// In the order of the buttons.
pub(super) const PRESETS: &[Preset] = &[
    Preset {
        label: Text::new("Oracle: T = 1, 10, 100", "Oráculo: T = 1, 10, 100"),
        help: Text::new(
            "Perfect moves: the width is 0.4521/T, known in closed form.",
            "Movimentos perfeitos: a largura é 0,4521/T, conhecida em forma fechada.",
        ),
        values: &[
            FIELDS.model.at(ModelName::LinePerfect),
            FIELDS.temperatures.at(100),
            FIELDS.chains.at(4096),
        ],
    },
    Preset {
        label: Text::new("VAE 2-D", "VAE 2-D"),
        help: Text::new(
            "An image simulated from the VAE: both bounds close on the lattice's value.",
            "Uma imagem simulada do VAE: as duas cotas se fecham sobre o valor da grade.",
        ),
        values: &[FIELDS.model.at(ModelName::Vae)],
    },
    Preset {
        label: Text::new("From the prior", "Da priori à posterior"),
        help: Text::new(
            "The paths start a hundred nats away and still arrive.",
            "Os caminhos partem a mais de cem nats de distância e ainda assim chegam.",
        ),
        values: &[
            FIELDS.model.at(ModelName::Vae),
            FIELDS.start.at(PathStart::Prior),
            FIELDS.spacing.at(Spacing::Sigmoidal),
            FIELDS.chains.at(8),
            FIELDS.temperatures.at(256),
        ],
    },
    Preset {
        label: Text::new("D = 20, exact", "D = 20, exato"),
        help: Text::new(
            "Ten VAEs side by side: twenty latents, and log p(x) is the sum of ten lattices.",
            "Dez VAEs lado a lado: vinte variáveis latentes, e log p(x) é a soma de dez grades.",
        ),
        values: &[
            FIELDS.model.at(ModelName::TenVaes),
            FIELDS.temperatures.at(64),
            FIELDS.chains.at(8),
            FIELDS.leapfrog.at(2),
        ],
    },
    Preset {
        label: Text::new("D = 20, no truth", "D = 20, sem gabarito"),
        help: Text::new(
            "A random decoder: nobody knows log p(x), and the sandwich is all there is.",
            "Um decodificador aleatório: ninguém conhece log p(x), e só resta o sanduíche.",
        ),
        values: &[
            FIELDS.model.at(ModelName::RandomTwenty),
            FIELDS.temperatures.at(512),
            FIELDS.spacing.at(Spacing::Sigmoidal),
            FIELDS.chains.at(8),
        ],
    },
    Preset {
        label: Text::new("A digit: the lower side only", "Um dígito: só o lado de baixo"),
        help: Text::new(
            "x was not simulated from the model: no exact draw came with it, so no reverse chain runs.",
            "x não foi simulado do modelo: nenhuma amostra exata veio com ele, e nenhuma cadeia \
            reversa corre.",
        ),
        values: &[FIELDS.model.at(ModelName::Vae), FIELDS.source.at(SourceName::Three)],
    },
];
