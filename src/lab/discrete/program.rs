//! The same in PyTorch: all states at once, and draws.

use super::LAB;
use super::setting::{Model, Setting};
use super::world::World;
use crate::lab::python::{heading, numbers};
use crate::model::{IndependentBits, SigmoidBeliefNet, Vae};

/// p(x, z) of the chosen model, as Python's `prior` and `log_likelihood`.
fn model(setting: &Setting) -> Option<String> {
    let Setting { model, bits, sharpness, seed, .. } = *setting;
    if model == Model::Bits {
        let model = <IndependentBits as World>::new(bits, sharpness, seed).ok()?;
        let probabilities: Vec<f64> = World::posterior(&model)?.probabilities().collect();
        let probabilities = numbers(&probabilities);
        return Some(format!(
            r#"# Fair coins z, each reported as it is with probability π or 1 − π; x is all ones | Moedas honestas z, cada uma relatada como é com probabilidade π ou 1 − π; x é só uns
pi = torch.tensor([{probabilities}])
n = len(pi)
prior = Bernoulli(torch.full((n,), 0.5))


def log_likelihood(z):
    return Bernoulli(pi).log_prob(z).sum(1)"#
        ));
    }
    let net = <SigmoidBeliefNet as World>::new(bits, sharpness, seed).ok()?;
    let prior: Vec<f64> = net.prior().probabilities().collect();
    let pixels: Vec<f64> = net.observation().iter().map(|on| f64::from(u8::from(*on))).collect();
    let [prior, weights, offset, pixels] =
        [&*prior, &net.weights(), net.offset(), &pixels].map(numbers);
    Some(format!(
        r#"# Causes z, effects x with P(x = 1) = sigmoid(W z + b) | Causas z, efeitos x com P(x = 1) = sigmoide(W z + b)
prior = Bernoulli(torch.tensor([{prior}]))
n = {bits}
W = torch.tensor([{weights}]).reshape(-1, n)
b = torch.tensor([{offset}])
x = torch.tensor([{pixels}])


def log_likelihood(z):
    return Bernoulli(logits=z @ W.T + b).log_prob(x).sum(1)"#
    ))
}

pub(in crate::lab) fn program(values: &[f64], _: Option<&Vae>) -> Option<String> {
    let setting = Setting::of(values);
    let Setting { nearness, draws, seed, .. } = setting;
    let (heading, model) = (heading(LAB.title, LAB.question), model(&setting)?);
    Some(format!(
        r#"{heading}
import math

import torch
from torch.distributions import Bernoulli

torch.set_default_dtype(torch.float64)
torch.manual_seed({seed})

{model}


def log_joint(z):
    return prior.log_prob(z).sum(1) + log_likelihood(z)


# Exact: every one of the 2ⁿ states, a part at a time | Exato: todos os 2ⁿ estados, uma parte de cada vez
parts = torch.arange(2**n).split(2**15)
bits = [(part[:, None] >> torch.arange(n) & 1).double() for part in parts]
log_pxz = torch.cat([log_joint(z) for z in bits])
log_p = torch.logsumexp(log_pxz, 0)
log_posterior = log_pxz - log_p
marginals = sum(log_posterior[part].exp() @ z for part, z in zip(parts, bits))

# q: a share of the way from fair coins to the posterior's marginals | q: uma fração do caminho entre moedas honestas e as marginais da posterior
a, N = {nearness:?}, {draws}
q = Bernoulli(((1 - a) * 0.5 + a * marginals).clamp(1e-12, 1 - 1e-12))
log_q = torch.cat([q.log_prob(z).sum(1) for z in bits])
log_prior = torch.cat([prior.log_prob(z).sum(1) for z in bits])
for name, value in [
    ("log-evidence", log_p),
    ("elbo", (log_q.exp() * (log_pxz - log_q)).sum()),
    ("kl-posterior", (log_q.exp() * (log_q - log_posterior)).sum()),
    ("uniform-variance", torch.expm1(torch.logsumexp(2 * log_posterior, 0) + n * math.log(2))),
    ("prior-variance", torch.expm1(torch.logsumexp(2 * log_posterior - log_prior, 0))),
    ("chi-square", torch.expm1(torch.logsumexp(2 * log_posterior - log_q, 0))),
]:
    print(name, float(value))

# Monte Carlo: N draws of each kind, each weighed by p(x, z)/q(z) | Monte Carlo: N amostras de cada tipo, cada uma com peso p(x, z)/q(z)
for name, proposal in [
    ("uniform-mc", Bernoulli(torch.full((n,), 0.5))),
    ("prior-mc", prior),
    ("importance", q),
]:
    z = proposal.sample((N,))
    log_w = log_joint(z) - proposal.log_prob(z).sum(1)
    log_mean = torch.logsumexp(log_w, 0) - math.log(N)
    stderr = torch.exp(log_w - log_mean).std() / math.sqrt(N)
    print(name, float(log_mean), float(stderr))
share = torch.softmax(log_w, 0)
print("ess", float(1 / (share**2).sum()))
print("max-share", float(share.max()))
"#
    ))
}
