//! The same in PyTorch: the exact values where there are any, and the bounds from chains.

use super::LAB;
use super::plan::{Model, Plan, Source};
use super::setting::Start;
use super::world::{LINE, WIDE, World, decoder_of};
use crate::evidence::annealed::Spacing;
use crate::lab::python::{heading, wrapped};
use crate::model::{Activation, Vae, write_weights};

/// The name of the file with the network, beside the program; `None` on the line, which has none.
fn file_of(model: Model) -> Option<&'static str> {
    match model {
        Model::LinePerfect | Model::Line => None,
        Model::Vaes(_) => Some("strokes.safetensors"),
        Model::Random(_) => Some("random-decoder.safetensors"),
    }
}

/// The name of the file that the program loads.
pub(in crate::lab) fn program_file(values: &[f64]) -> Option<&'static str> {
    file_of(Plan::of(values).model)
}

/// That file.
pub(in crate::lab) fn program_network(values: &[f64], vae: Option<&Vae>) -> Option<Vec<u8>> {
    let network = decoder_of(&Plan::of(values), vae).ok()?;
    write_weights(&network).ok()
}

pub(in crate::lab) fn program(values: &[f64], vae: Option<&Vae>) -> Option<String> {
    let plan = Plan::of(values);
    let (model, is_line) = (model(&plan, vae)?, plan.model.is_line());
    let spacing = match plan.spacing {
        Spacing::Uniform => "t / T",
        Spacing::Sigmoidal => "(torch.sigmoid(8 * t / T - 4) - SIGMA) / (1 - 2 * SIGMA)",
    };
    let sigma = match plan.spacing {
        Spacing::Uniform => "",
        Spacing::Sigmoidal => "SIGMA = torch.sigmoid(torch.tensor(-4.0))\n",
    };
    let kernel = if plan.model == Model::LinePerfect { PERFECT } else { HMC };
    // Only on the line the widths of three T are shown, so that their law is seen.
    let rungs = plan.rungs.iter().map(|rung| rung.get());
    let rungs = rungs.filter(|t| *t == plan.most() || (is_line && [1, 10, 100].contains(t)));
    let rungs = rungs.map(|t| t.to_string()).collect::<Vec<_>>().join(", ");
    let (most, seed) = (plan.most(), plan.seed);
    let (chains, populations) = (plan.chains, plan.populations);
    let leapfrog = plan.leapfrog_steps;
    let truth = match plan.model {
        Model::LinePerfect | Model::Line => LINE_TRUTH,
        Model::Vaes(_) => PLANE_TRUTH,
        Model::Random(_) => "",
    };
    let sums = if truth.is_empty() { "" } else { SUMS };
    let has_draws = plan.source == Source::Simulated;
    let reverse = if has_draws { REVERSE } else { "" };
    let ending = match (is_line, has_draws) {
        (true, _) => WIDTHS.replace("RUNGS", &rungs),
        (false, true) => format!("{LOWER}{UPPER}"),
        (false, false) => LOWER.to_owned(),
    };
    let heading = heading(LAB.title, LAB.question);
    Some(format!(
        r#"{heading}
{model}
torch.manual_seed({seed})
chains, populations, leapfrog = {chains}, {populations}, {leapfrog}
most = {most}  # the largest number T of temperatures | o maior número T de temperaturas
{sigma}

def log_w(z):
    return log_joint(z) - log_q(z)


def schedule(T):
    t = torch.arange(T + 1.0)
    return {spacing}

{truth}{sums}{kernel}{FORWARD}{reverse}{ending}"#
    ))
}

/// Imports, p(x, z), q and exact draws.
fn model(plan: &Plan, vae: Option<&Vae>) -> Option<String> {
    let Some(file) = file_of(plan.model) else {
        let (w, b, s, x) = (LINE.slope, LINE.offset, LINE.noise, LINE.x);
        let (m, v) = if plan.start == Start::Prior { (0.0, 1.0) } else { WIDE };
        return Some(format!(
            r#"import math

import torch
from torch.distributions import Normal

torch.set_default_dtype(torch.float64)

# z ~ N(0, 1), x|z ~ N(w z + b, s²), q = N(m, v); the posterior is N(μ, τ²) | z ~ N(0, 1), x|z ~ N(w z + b, s²), q = N(m, v); a posterior é N(μ, τ²)
w, b, s, x = {w:?}, {b:?}, {s:?}, torch.tensor({x:?})
m, v = {m:?}, {v:?}
tau2 = 1 / (1 + (w / s) ** 2)
mu = tau2 * w * float(x - b) / s**2
q = Normal(torch.tensor([m]), math.sqrt(v))
posterior = Normal(torch.tensor([mu]), math.sqrt(tau2))


def log_q(z):
    return q.log_prob(z).sum(1)


def log_joint(z):
    return (Normal(0.0, 1.0).log_prob(z) + Normal(w * z + b, s).log_prob(x)).sum(1)


def exact_draws(count):
    return posterior.sample((count,))

"#
        ));
    };
    let network = decoder_of(plan, vae).ok()?;
    let world = World::new(plan, vae).ok()?;
    let [encoder, decoder] = [network.encoder[0].weight.dim(0).ok()?, network.hidden()];
    let (latent, outputs) = (network.latent(), 2 * network.latent());
    let activation = match network.activation {
        Activation::Tanh => "nn.Tanh()",
        Activation::Relu => "nn.ReLU()",
    };
    let images = wrapped(world.images.iter().map(|image| format!("\"{}\"", image.to_base64())));
    let q = match plan.start {
        Start::Prior => "mean, sd = torch.zeros(len(x), latent), torch.ones(len(x), latent)",
        Start::Proposal => {
            "with torch.no_grad():\n    mean, log_variance = model[\"encoder\"](x).chunk(2, dim=1)\n\
             sd = torch.exp(0.5 * log_variance)"
        }
    };
    let exact = match &world.simulated_latent {
        Some(latent) => {
            let latent = wrapped(latent.iter().map(|value| format!("{value:?}")));
            format!(
                r#"# x was simulated from this z, which is an exact draw from p(z|x) | x foi simulado deste z, que é uma amostra exata de p(z|x)
simulated = torch.tensor([{latent}])


def exact_draws(count):
    return simulated.expand(count, -1)
"#
            )
        }
        None => "# x was not simulated from the model: no exact draw came with it, no BDMC bound | x não foi simulado do modelo: nenhuma amostra exata veio com ele, sem cota BDMC\n".to_owned(),
    };
    Some(format!(
        r#"# {file} is saved beside the program by the same window, and loaded here | {file} é salvo pela mesma janela ao lado do programa, e carregado aqui
# Needs: pip install safetensors | Precisa de: pip install safetensors
import base64
import math

import torch
from safetensors.torch import load_file
from torch import nn
from torch.distributions import Normal
from torch.nn import functional

torch.set_default_dtype(torch.float64)
latent = {latent}
encoder = nn.Sequential(nn.Linear(784, {encoder}), {activation}, nn.Linear({encoder}, {outputs}))
decoder = nn.Sequential(nn.Linear({latent}, {decoder}), {activation}, nn.Linear({decoder}, 784))
model = nn.ModuleDict(dict(encoder=encoder, decoder=decoder))
model.load_state_dict(load_file("{file}"))
model.requires_grad_(False)

# Images of 28 × 28 bits; with more than one, as many networks side by side | Imagens de 28 × 28 bits; com mais de uma, outras tantas redes lado a lado
images = [{images}]
packed = [base64.urlsafe_b64decode(image + "=") for image in images]
x = torch.tensor([[byte >> bit & 1 for byte in row for bit in range(7, -1, -1)] for row in packed])
x = x.double()
{q}
q = Normal(mean.flatten(), sd.flatten())


def log_q(z):
    return q.log_prob(z).sum(1)


def log_joint(z):
    logits = decoder(z.unflatten(1, (len(x), latent)))
    fit = logits * x - functional.softplus(logits)
    return fit.sum((1, 2)) + Normal(0.0, 1.0).log_prob(z).sum(1)


{exact}
"#
    ))
}

/// log p(x) and E log w under every π_β on the line.
const LINE_TRUTH: &str = r#"
# Exact: π_β ∝ q^(1-β) p(x,z)^β is a Gaussian, log w a parabola | Exato: π_β ∝ q^(1-β) p(x,z)^β é uma gaussiana, log w uma parábola
log_p = Normal(b, math.hypot(w, s)).log_prob(x)


def tempered(beta):
    variance = 1 / ((1 - beta) / v + beta / tau2)
    return variance * ((1 - beta) * m / v + beta * mu / tau2), variance


def mean_log_w(beta):
    mean, variance = tempered(beta)
    under_posterior = posterior.log_prob(mean) - 0.5 * variance / tau2
    under_q = q.log_prob(mean) - 0.5 * variance / v
    return (log_p + under_posterior - under_q).sum()

"#;

/// The same by a lattice over the latent plane.
const PLANE_TRUTH: &str = r#"
# Exact: the trapezoid rule over the plane of each z, for all images at once | Exato: a regra do trapézio sobre o plano de cada z, para todas as imagens de uma vez
h = 0.06
side = h * torch.arange(-100.0, 101.0)
points = torch.cartesian_prod(side, side)
fits = []
for part in points.split(4096):
    logits = decoder(part)
    fits.append(logits @ x.T - functional.softplus(logits).sum(1, keepdim=True))
points_log_joint = torch.cat(fits) + Normal(0.0, 1.0).log_prob(points).sum(1, keepdim=True)
points_log_q = Normal(mean, sd).log_prob(points[:, None, :]).sum(2)
points_log_w = points_log_joint - points_log_q
log_p = (torch.logsumexp(points_log_joint, 0) + 2 * math.log(h)).sum()


def mean_log_w(beta):
    # Under π_β ∝ q^(1-β) p(x,z)^β | Sob π_β ∝ q^(1-β) p(x,z)^β
    share = torch.softmax(points_log_q + beta * points_log_w, 0)
    return (share * points_log_w).sum()

"#;

/// What follows from log p(x) and the curve.
const SUMS: &str = r#"
# log p(x) is the integral of the curve from the ELBO to the EUBO | log p(x) é a integral da curva do ELBO ao EUBO
betas = schedule(most)
curve = torch.stack([mean_log_w(beta) for beta in betas])
print("log-evidence", float(log_p))
print("elbo", float(curve[0]))
print("eubo", float(curve[-1]))
print(f"tvo-lower[{most}]", float((betas.diff() * curve[:-1]).sum()))
print(f"tvo-upper[{most}]", float((betas.diff() * curve[1:]).sum()))

"#;

/// The kernel on the line.
const PERFECT: &str = r#"
def move(z, beta, step):
    # A perfect move is a new draw from π_β | Um movimento perfeito é uma nova amostra de π_β
    mean, variance = tempered(beta)
    return mean + torch.sqrt(variance) * torch.randn_like(z), 1.0


def step_sizes(betas):
    return [None] * len(betas)

"#;

/// The kernel everywhere else.
const HMC: &str = r#"
def move(z, beta, step):
    # Hamiltonian Monte Carlo for π_β ∝ q^(1-β) p(x,z)^β | Monte Carlo hamiltoniano para π_β ∝ q^(1-β) p(x,z)^β
    def energy(z):
        z = z.detach().requires_grad_()
        log_pi = (1 - beta) * log_q(z) + beta * log_joint(z)
        return -log_pi.detach(), -torch.autograd.grad(log_pi.sum(), z)[0]

    size = step * (0.8 + 0.4 * torch.rand(len(z), 1))
    first = torch.randn_like(z)
    (before, slope), end, momentum = energy(z), z, first
    for _ in range(leapfrog):
        momentum = momentum - 0.5 * size * slope
        end = end + size * momentum
        after, slope = energy(end)
        momentum = momentum - 0.5 * size * slope
    gain = before - after + 0.5 * (first**2 - momentum**2).sum(1)
    accepted = torch.rand(len(z)).log() < gain
    return torch.where(accepted[:, None], end, z), float(gain.clamp(max=0.0).exp().mean())


def step_sizes(betas):
    # Found by other chains, for 80 % of moves accepted: adapting in the run would bias it | Achados por outras cadeias, para 80 % de movimentos aceitos: adaptar durante a execução a enviesaria
    z, step, steps = q.sample((16,)), 0.3, [None]
    for beta in betas[1:]:
        for _ in range(max(4, 128 // len(betas))):
            z, rate = move(z, beta, step)
            step *= math.exp(rate - 0.8)
        steps.append(step)
    return steps

"#;

/// The two lower bounds.
const FORWARD: &str = r#"
def ais(betas, steps):
    z, total = q.sample((chains,)), torch.zeros(chains)
    for t in range(1, len(betas)):
        total = total + (betas[t] - betas[t - 1]) * log_w(z)
        z, _ = move(z, betas[t], steps[t])
    return total


def smc(betas, steps):
    # AIS in populations, resampled where the weights have become unequal | AIS em populações, reamostradas onde os pesos ficaram desiguais
    size = chains // populations
    z = q.sample((populations * size,))
    total, weights = torch.zeros(populations), torch.zeros(populations, size)
    for t in range(1, len(betas)):
        weights = weights + ((betas[t] - betas[t - 1]) * log_w(z)).reshape(populations, size)
        share = torch.softmax(weights, 1)
        for p in range(populations):
            if t + 1 < len(betas) and 1 / (share[p] ** 2).sum() < 0.5 * size:
                places = (torch.arange(size) + torch.rand(1)) / size
                chosen = torch.searchsorted(share[p].cumsum(0), places).clamp(max=size - 1)
                z[p * size : (p + 1) * size] = z[p * size + chosen]
                total[p] += torch.logsumexp(weights[p], 0) - math.log(size)
                weights[p] = 0.0
        z, _ = move(z, betas[t], steps[t])
    return total + torch.logsumexp(weights, 1) - math.log(size)


def stderr(values):
    return float(values.std() / math.sqrt(len(values)))

"#;

/// The upper bound.
const REVERSE: &str = r#"
def reverse_ais(betas, steps):
    z, total = exact_draws(chains), torch.zeros(chains)
    for t in range(len(betas) - 1, 0, -1):
        total = total + (betas[t] - betas[t - 1]) * log_w(z)
        if t > 1:
            z, _ = move(z, betas[t - 1], steps[t - 1])
    return total

"#;

/// The lower bounds at the largest T.
const LOWER: &str = r#"
betas = schedule(most)
steps = step_sizes(betas)
lower = ais(betas, steps)
print(f"ais-lower[{most}]", float(lower.mean()), stderr(lower))
log_z = smc(betas, steps)
print(f"smc[{most}]", float(log_z.mean()), stderr(log_z))
"#;

/// The upper bound there; its chains all start from one z, whose luck the error does not know.
const UPPER: &str = r#"# All these chains start from the same z, whose luck the error does not know | Todas estas cadeias partem do mesmo z, cuja sorte o erro não conhece
upper = reverse_ais(betas, steps)
print(f"bdmc-upper[{most}]", float(upper.mean()), stderr(upper))
width = float(upper.mean() - lower.mean())
print(f"width[{most}]", width, math.hypot(stderr(upper), stderr(lower)))
"#;

/// All bounds on the line, where the widths of several T show their law.
const WIDTHS: &str = r#"
for T in [RUNGS]:
    betas = schedule(T)
    steps = step_sizes(betas)
    lower, upper = ais(betas, steps), reverse_ais(betas, steps)
    width = float(upper.mean() - lower.mean())
    if T in (1, 10, 100):
        print(f"width[{T}]", width, math.hypot(stderr(upper), stderr(lower)))
log_z = smc(betas, steps)
print(f"ais-lower[{most}]", float(lower.mean()), stderr(lower))
print(f"smc[{most}]", float(log_z.mean()), stderr(log_z))
print(f"bdmc-upper[{most}]", float(upper.mean()), stderr(upper))
"#;
