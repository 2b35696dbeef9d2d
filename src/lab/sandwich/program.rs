//! The PyTorch program: the exact values where they are known, and the bounds from chains.

use super::observed_model::{LINE, ObservedModel, WIDE, decoder_of};
use super::plan::{ModelPlan, Plan, Source};
use super::setting::PathStart;
use crate::evidence::annealed::Spacing;
use crate::lab::python::wrapped;
use crate::lab::template::write;
use crate::model::{Activation, Vae, write_weights};

const PROGRAM: &str = include_str!("program.py");
const ON_THE_LINE: &str = include_str!("program/line.py");
const NETWORK: &str = include_str!("program/network.py");
const HMC: &str = include_str!("program/hmc.py");

/// The name of the file with the network, beside the program; `None` on the line, which has none.
fn file_of(model: ModelPlan) -> Option<&'static str> {
    match model {
        ModelPlan::LinePerfect | ModelPlan::Line => None,
        ModelPlan::Vaes(_) => Some("strokes.safetensors"),
        ModelPlan::Random(_) => Some("random-decoder.safetensors"),
    }
}

/// The name of the file that the program loads.
pub(in crate::lab) fn program_file(values: &[f64]) -> Option<&'static str> {
    file_of(Plan::of(values).model)
}

/// The content of that file.
pub(in crate::lab) fn program_network(values: &[f64], vae: Option<&Vae>) -> Option<Vec<u8>> {
    let network = decoder_of(&Plan::of(values), vae).ok()?;
    write_weights(&network).ok()
}

pub(in crate::lab) fn program(values: &[f64], vae: Option<&Vae>) -> Option<String> {
    let plan = Plan::of(values);
    let model = match file_of(plan.model) {
        Some(file) => on_network(&plan, vae, file)?,
        None => on_line(&plan),
    };
    let schedule = match plan.spacing {
        Spacing::Uniform => &["start", "schedule", "uniform"][..],
        Spacing::Sigmoidal => &["start", "sigma", "schedule", "sigmoidal"],
    };
    let truth = match plan.model {
        ModelPlan::LinePerfect | ModelPlan::Line => write(ON_THE_LINE, &["truth"], &[]),
        ModelPlan::Vaes(_) => write(NETWORK, &["truth"], &[]),
        ModelPlan::Random(_) => String::new(),
    };
    let sums = if truth.is_empty() { &[][..] } else { &["sums"] };
    let moves = match plan.model {
        ModelPlan::LinePerfect => write(ON_THE_LINE, &["moves"], &[]),
        _ => write(HMC, &["hmc"], &[]),
    };
    let bounds = match (plan.model.is_line(), plan.source) {
        (true, _) => &["forward", "reverse", "widths"][..],
        (false, Source::Simulated) => &["forward", "reverse", "lower", "upper"],
        (false, Source::Digit(_)) => &["forward", "lower"],
    };
    let (chains, populations) = (plan.chains.get(), plan.populations.get());
    let (leapfrog, most, rungs) = (plan.leapfrog_steps.get(), plan.most(), rungs(&plan));
    let part = |cells: &[&str]| {
        write(
            PROGRAM,
            cells,
            &[
                ("seed", &plan.seed),
                ("chains", &chains),
                ("populations", &populations),
                ("leapfrog", &leapfrog),
                ("most", &most),
                ("rungs", &rungs),
            ],
        )
    };
    Some([model, part(schedule), truth, part(sums), moves, part(bounds)].concat())
}

/// The T whose bounds are printed: three on the line, where the widths show the law; otherwise one.
fn rungs(plan: &Plan) -> String {
    let is_line = plan.model.is_line();
    let rungs = plan.rungs.iter().map(|rung| rung.get());
    let rungs = rungs.filter(|t| *t == plan.most() || (is_line && [1, 10, 100].contains(t)));
    rungs.map(|t| t.to_string()).collect::<Vec<_>>().join(", ")
}

/// Imports, p(x, z), q and exact draws on the line.
fn on_line(plan: &Plan) -> String {
    let (m, v) = if plan.start == PathStart::Prior { (0.0, 1.0) } else { WIDE };
    write(
        ON_THE_LINE,
        &["model"],
        &[
            ("w", &LINE.slope),
            ("b", &LINE.offset),
            ("s", &LINE.noise),
            ("x", &LINE.x),
            ("m", &m),
            ("v", &v),
        ],
    )
}

/// The same with the network in a file.
fn on_network(plan: &Plan, vae: Option<&Vae>, file: &str) -> Option<String> {
    let network = decoder_of(plan, vae).ok()?;
    let world = ObservedModel::new(plan, vae).ok()?;
    let start = match plan.start {
        PathStart::Prior => "start-prior",
        PathStart::Proposal => "start-encoder",
    };
    let draws = if world.simulated_latent.is_some() { "simulated" } else { "given" };
    let activation = match network.activation {
        Activation::Tanh => "nn.Tanh()",
        Activation::Relu => "nn.ReLU()",
    };
    let images = world.images.iter().map(|image| format!("\"{}\"", image.to_base64()));
    let simulated = world.simulated_latent.iter().flatten().map(|value| format!("{value:?}"));
    Some(write(
        NETWORK,
        &["network", start, "joint", draws],
        &[
            ("weights", &file),
            ("latent", &network.latent()),
            ("encoder", &network.encoder[0].weight.dim(0).ok()?),
            ("outputs", &(2 * network.latent())),
            ("decoder", &network.hidden()),
            ("activation", &activation),
            ("images", &wrapped(images)),
            ("simulated", &wrapped(simulated)),
        ],
    ))
}
