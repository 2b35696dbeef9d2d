//! The same in PyTorch: the exact curve by its integral, and the experiment.

use super::{LAB, MODEL, Setting};
use crate::lab::python::heading;
use crate::model::Vae;

pub(in crate::lab) fn program(values: &[f64], _: Option<&Vae>) -> Option<String> {
    let Setting { shift, ratio, largest, replicates, seed } = Setting::of(values);
    let (slope, offset, noise, x) = (MODEL.slope, MODEL.offset, MODEL.noise, MODEL.x);
    let heading = heading(LAB.title, LAB.question);
    Some(format!(
        r#"{heading}
import math

import torch
from torch.distributions import Normal, kl_divergence

torch.set_default_dtype(torch.float64)
torch.manual_seed({seed})

# z ~ N(0, 1), x|z ~ N(w z + b, s²); the posterior is N(μ, τ²) | z ~ N(0, 1), x|z ~ N(w z + b, s²); a posterior é N(μ, τ²)
w, b, s, x = {slope:?}, {offset:?}, {noise:?}, torch.tensor({x:?})
tau = 1 / math.sqrt(1 + (w / s) ** 2)
mu = tau**2 * w * float(x - b) / s**2
posterior = Normal(mu, tau)
# q = N(μ + δ τ, r τ²)
delta, r = {shift:?}, {ratio:?}
q = Normal(mu + delta * tau, math.sqrt(r) * tau)
K, R = {largest}, {replicates}

log_p = Normal(b, math.hypot(w, s)).log_prob(x)
print("log-evidence", float(log_p))
likelihood = Normal(w * q.mean + b, s).log_prob(x) - 0.5 * w**2 * q.variance / s**2
print("elbo", float(likelihood - kl_divergence(q, Normal(0.0, 1.0))))
moment = r / math.sqrt(2 * r - 1) * math.exp(delta**2 / (2 * r - 1)) if 2 * r > 1 else math.inf
print("chi-square", moment - 1)


def log_weight(noise):
    z = q.mean + q.stddev * noise
    return log_p + posterior.log_prob(z) - q.log_prob(z)


# Exact E L_K: log S is an integral of (exp(-t) - exp(-t S))/t, and E exp(-t S) a K-th power | E L_K exato: log S é a integral de (exp(-t) - exp(-t S))/t, e E exp(-t S) uma K-ésima potência
noise = torch.linspace(-8.5, 8.5, 2177)
share = torch.softmax(-0.5 * noise**2, 0)
log_ratio = log_weight(noise) - log_p
h = 0.25
u = torch.arange(-70.0, 5 - float(log_ratio.min()), h)
missing = torch.stack([-torch.expm1(-torch.exp(v + log_ratio)) @ share for v in u])
log_phi = torch.log1p(-missing.clamp(max=1.0))
gap = h * (torch.expm1(-K * u.exp()) - torch.expm1(K * log_phi)).sum()
print(f"iwae-exact[{{K}}]", float(log_p + gap))


def report(name, values):
    # Mean of independent estimates, and its standard error | Média de estimativas independentes, e seu erro-padrão
    print(name, float(values.mean()), float(values.std() / math.sqrt(len(values))))


# R replicates of K draws, each with its corrections (Nowozin 2018) | R réplicas de K amostras, cada uma com suas correções (Nowozin 2018)
log_w = log_weight(torch.randn(R, K))
L = torch.logsumexp(log_w, 1) - math.log(K)
relative = torch.exp(log_w - L[:, None])
without_one = torch.log((K - relative) / (K - 1)).mean(1)


def without_two(y):
    pairs = torch.log((K - y[:, None] - y) / (K - 2)).fill_diagonal_(0.0)
    return pairs.sum() / (K * (K - 1))


without_two = torch.stack([without_two(y) for y in relative])
report(f"iwae[{{K}}]", L)
report("delta", L + relative.var(1) / (2 * K))
report("jackknife-1", L - (K - 1) * without_one)
report("jackknife-2", L - (K - 1) ** 2 * without_one + 0.5 * (K - 2) ** 2 * without_two)

# SUMO: L_1 + Σ (L_{{k+1}} − L_k)/P(terms ≥ k) (Luo et al. 2020) | SUMO: L_1 + Σ (L_{{k+1}} − L_k)/P(termos ≥ k) (Luo et al. 2020)
count = R * math.ceil(K / 8)
k = torch.arange(1.0, 1001.0)
survival = torch.where(k < 80, 1 / k, 0.9 ** (k - 80) / 80)
terms = (survival > torch.rand(count, 1)).sum(1)
most = int(terms.max())
log_w = log_weight(torch.randn(count, most + 1))
L = torch.logcumsumexp(log_w, 1) - torch.arange(1.0, most + 2).log()
steps = L.diff(dim=1) / survival[:most] * (k[:most] <= terms[:, None])
report("sumo", L[:, 0] + steps.sum(1))
"#
    ))
}
