from placeholders import (
    __alpha__,
    __largest__,
    __noise__,
    __offset__,
    __ratio__,
    __replicates__,
    __seed__,
    __shift__,
    __slope__,
    __x__,
)

# %% program
import math

import torch
from torch.distributions import Normal, kl_divergence

torch.set_default_dtype(torch.float64)
torch.manual_seed(__seed__)

# z ~ N(0, 1), x|z ~ N(w z + b, s²); the posterior is N(μ, τ²)
w, b, s, x = __slope__, __offset__, __noise__, torch.tensor(__x__)
tau = 1 / math.sqrt(1 + (w / s) ** 2)
mu = tau**2 * w * float(x - b) / s**2
posterior = Normal(mu, tau)
# q = N(μ + δ τ, r τ²)
delta, r = __shift__, __ratio__
q = Normal(mu + delta * tau, math.sqrt(r) * tau)
K, R = __largest__, __replicates__

log_p = Normal(b, math.hypot(w, s)).log_prob(x)
print("log-evidence", float(log_p))
likelihood = Normal(w * q.mean + b, s).log_prob(x) - 0.5 * w**2 * q.variance / s**2
elbo = likelihood - kl_divergence(q, Normal(0.0, 1.0))
print("elbo", float(elbo))


def log_moment(power):
    # log E (w/p(x))^power: infinite if q's tails are too thin for it
    spread = 1 + power * (r - 1)
    if spread <= 0:
        return math.inf
    return 0.5 * (power * math.log(r) - math.log(spread) + power * (power - 1) * delta**2 / spread)


def renyi_bound(alpha):
    # α = 1: the ELBO, 0: log p(x), −1: CUBO (Li & Turner 2016)
    return elbo if alpha == 1 else log_p + log_moment(1 - alpha) / (1 - alpha)


alpha = __alpha__
print("chi-square", math.expm1(log_moment(2)))
print("renyi-bound", float(renyi_bound(alpha)))
print("cubo-bound", float(renyi_bound(-1)))


def log_weight(noise):
    z = q.mean + q.stddev * noise
    return log_p + posterior.log_prob(z) - q.log_prob(z)


# Exact E L_K: log S is an integral of (exp(-t) - exp(-t S))/t, and E exp(-t S) a K-th power
noise = torch.linspace(-8.5, 8.5, 2177)
share = torch.softmax(-0.5 * noise**2, 0)
log_ratio = log_weight(noise) - log_p
h = 0.25
u = torch.arange(-70.0, 5 - float(log_ratio.min()), h)
missing = torch.stack([-torch.expm1(-torch.exp(v + log_ratio)) @ share for v in u])
log_phi = torch.log1p(-missing.clamp(max=1.0))
gap = h * (torch.expm1(-K * u.exp()) - torch.expm1(K * log_phi)).sum()
print(f"iwae-exact[{K}]", float(log_p + gap))


def report(name, values):
    # Mean of independent estimates, and its standard error
    print(name, float(values.mean()), float(values.std() / math.sqrt(len(values))))


# R replicates of K draws, each with its corrections (Nowozin 2018)
log_w = log_weight(torch.randn(R, K))
L = torch.logsumexp(log_w, 1) - math.log(K)
relative = torch.exp(log_w - L[:, None])
without_one = torch.log((K - relative) / (K - 1)).mean(1)


def without_two(y):
    pairs = torch.log((K - y[:, None] - y) / (K - 2)).fill_diagonal_(0.0)
    return pairs.sum() / (K * (K - 1))


without_two = torch.stack([without_two(y) for y in relative])
report(f"iwae[{K}]", L)
report("delta", L + relative.var(1) / (2 * K))
report("jackknife-1", L - (K - 1) * without_one)
report("jackknife-2", L - (K - 1) ** 2 * without_one + 0.5 * (K - 2) ** 2 * without_two)


def renyi(log_w, alpha):
    # From K draws; biased down for α < 1, so that CUBO's estimate is no upper bound
    if alpha == 1:
        return log_w.mean(1)
    return (torch.logsumexp((1 - alpha) * log_w, 1) - math.log(K)) / (1 - alpha)


report("renyi", renyi(log_w, alpha))
report("cubo", renyi(log_w, -1))

# SUMO: L_1 + Σ (L_{k+1} − L_k)/P(terms ≥ k) (Luo et al. 2020)
count = R * math.ceil(K / 8)
k = torch.arange(1.0, 1001.0)
survival = torch.where(k < 80, 1 / k, 0.9 ** (k - 80) / 80)
terms = (survival > torch.rand(count, 1)).sum(1)
most = int(terms.max())
log_w = log_weight(torch.randn(count, most + 1))
L = torch.logcumsumexp(log_w, 1) - torch.arange(1.0, most + 2).log()
steps = L.diff(dim=1) / survival[:most] * (k[:most] <= terms[:, None])
report("sumo", L[:, 0] + steps.sum(1))
