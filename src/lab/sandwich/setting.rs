//! The parameters and presets of the lab "Sandwich".

use crate::evidence::annealed::Spacing;
use crate::lab::Preset;
use crate::parameters::{SEED, choices, parameters};
use crate::state::text;

choices! {
    /// The model p(x, z).
    enum ModelName {
        /// The Gaussian oracle on the line, its chains moved by exact draws.
        LinePerfect: "line",
            text!("1-D Gaussian, perfect moves");
        /// The Gaussian oracle on the line.
        Line: "line-hmc", text!("1-D Gaussian, HMC");
        /// The VAE with two latents.
        Vae: "vae", text!("the VAE, D = 2");
        /// Five of them as independent blocks.
        FiveVaes: "blocks-5", text!("5 VAEs, D = 10");
        /// Ten of them as independent blocks.
        TenVaes: "blocks-10", text!("10 VAEs, D = 20");
        /// A decoder with random weights and ten latents.
        RandomTen: "random-10",
            text!("random decoder, D = 10");
        /// The same with twenty latents.
        RandomTwenty: "random-20",
            text!("random decoder, D = 20");
    }
}

choices! {
    /// The source of x.
    enum SourceName {
        /// Simulated from the model.
        Simulated: "simulated", text!("from the model itself");
        /// A digit of the gallery.
        Zero: "0", text!("digit 0");
        /// A digit of the gallery.
        One: "1", text!("digit 1");
        /// A digit of the gallery.
        Two: "2", text!("digit 2");
        /// A digit of the gallery.
        Three: "3", text!("digit 3");
        /// A digit of the gallery.
        Four: "4", text!("digit 4");
        /// A digit of the gallery.
        Five: "5", text!("digit 5");
        /// A digit of the gallery.
        Six: "6", text!("digit 6");
        /// A digit of the gallery.
        Seven: "7", text!("digit 7");
        /// A digit of the gallery.
        Eight: "8", text!("digit 8");
        /// A digit of the gallery.
        Nine: "9", text!("digit 9");
    }
}

choices! {
    /// The initial density of the paths.
    enum PathStart {
        /// The encoder's q; "wide" on the line.
        Proposal: "q", text!("q (the encoder's)");
        /// The prior.
        Prior: "prior", text!("the prior");
    }
}

choices! {
    impl Spacing {
        Uniform: "uniform", text!("uniform");
        Sigmoidal: "sigmoidal", text!("denser at the ends");
    }
}

parameters! {
    /// The model p(x, z).
    model: Choice<ModelName> {
        name: "model",
        symbol: "",
        label: text!("Model"),
        default: ModelName::Vae,
    },
    /// The source of x.
    source: Choice<SourceName> {
        name: "x",
        symbol: "x",
        label: text!("Where x comes from"),
        default: SourceName::Simulated,
    },
    /// The initial density of the paths.
    start: Choice<PathStart> {
        name: "start",
        symbol: "",
        label: text!("Paths start from"),
        default: PathStart::Proposal,
    },
    /// The largest T.
    temperatures: Power {
        name: "temperatures",
        symbol: "T",
        label: text!("Largest T"),
        values: [1, 1024],
        default: 64,
    },
    /// The number of chains.
    chains: Power {
        name: "chains",
        symbol: "N",
        label: text!("Chains"),
        values: [4, 4096],
        default: 16,
    },
    /// Leapfrog steps per move.
    leapfrog: Whole {
        name: "leapfrog",
        symbol: "L",
        label: text!("Leapfrog steps"),
        values: [1, 10],
        default: 3,
    },
    /// The spacing of the temperatures.
    spacing: Choice<Spacing> {
        name: "spacing",
        symbol: "β",
        label: text!("Spacing of β"),
        default: Spacing::Uniform,
    },
    /// The seed of x and of the chains.
    seed: Seed { name: "seed", symbol: "", label: SEED, default: 5, },
}

/// In the order of the buttons.
pub(super) const PRESETS: &[Preset] = &[
    Preset {
        label: text!("Oracle: T = 1, 10, 100"),
        help: text!("Perfect moves: the width is 0.4521/T, known in closed form."),
        values: &[
            FIELDS.model.at(ModelName::LinePerfect),
            FIELDS.temperatures.at(100),
            FIELDS.chains.at(4096),
        ],
    },
    Preset {
        label: text!("VAE 2-D"),
        help: text!("An image simulated from the VAE: both bounds close on the lattice's value."),
        values: &[FIELDS.model.at(ModelName::Vae)],
    },
    Preset {
        label: text!("From the prior"),
        help: text!("The paths start a hundred nats away and still arrive."),
        values: &[
            FIELDS.model.at(ModelName::Vae),
            FIELDS.start.at(PathStart::Prior),
            FIELDS.spacing.at(Spacing::Sigmoidal),
            FIELDS.chains.at(8),
            FIELDS.temperatures.at(256),
        ],
    },
    Preset {
        label: text!("D = 20, exact"),
        help: text!(
            "Ten VAEs side by side: twenty latents, and log p(x) is the sum of ten lattices."
        ),
        values: &[
            FIELDS.model.at(ModelName::TenVaes),
            FIELDS.temperatures.at(64),
            FIELDS.chains.at(8),
            FIELDS.leapfrog.at(2),
        ],
    },
    Preset {
        label: text!("D = 20, no truth"),
        help: text!("A random decoder: nobody knows log p(x), and the sandwich is all there is."),
        values: &[
            FIELDS.model.at(ModelName::RandomTwenty),
            FIELDS.temperatures.at(512),
            FIELDS.spacing.at(Spacing::Sigmoidal),
            FIELDS.chains.at(8),
        ],
    },
    Preset {
        label: text!("A digit: the lower side only"),
        help: text!(
            "x was not simulated from the model: no exact draw came with it, so no reverse chain \
             runs."
        ),
        values: &[FIELDS.model.at(ModelName::Vae), FIELDS.source.at(SourceName::Three)],
    },
];
