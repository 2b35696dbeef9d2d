from placeholders import (
    __draws__,
    __mean__,
    __mirrored__,
    __noise_sd__,
    __observation__,
    __rest__,
    __sd__,
    __seed__,
    __share__,
    __temperatures__,
)

# %% start
import math

import torch
from torch.distributions import Categorical, MixtureSameFamily, Normal, StudentT

torch.set_default_dtype(torch.float64)
torch.manual_seed(__seed__)

# z ~ N(0, 1), x|z ~ N(z², s²)
s, x = __noise_sd__, torch.tensor(__observation__)
prior = Normal(0.0, 1.0)
# %% gaussian
q = Normal(__mean__, __sd__)
# %% mixture
parts = Normal(torch.tensor([__mean__, __mirrored__]), __sd__)
q = MixtureSameFamily(Categorical(torch.tensor([__rest__, __share__])), parts)
# %% defensive
parts = Normal(torch.tensor([__mean__, 0.0]), torch.tensor([__sd__, 1.0]))
q = MixtureSameFamily(Categorical(torch.tensor([__rest__, __share__])), parts)
# %% student
q = StudentT(5.0, __mean__, __sd__)
# %% rest
K, T = __draws__, __temperatures__


def log_likelihood(z):
    return Normal(z**2, s).log_prob(x)


def log_joint(z):
    return prior.log_prob(z) + log_likelihood(z)


# Exact: sums over a grid that widens, for the tails of every q
u = torch.arange(-40.0, 40.0, 0.002)
z, dz = torch.sinh(u), 0.002 * torch.cosh(u)
log_pxz, log_q = log_joint(z), q.log_prob(z)
log_p = torch.logsumexp(log_pxz + dz.log(), 0)
log_posterior = log_pxz - log_p
share = dz * log_q.exp()
print("log-evidence", float(log_p))
print("elbo", float((share * (log_pxz - log_q)).sum()))
print("kl-posterior", float((share * (log_q - log_posterior)).sum()))
print("eubo", float((dz * log_posterior.exp() * (log_pxz - log_q)).sum()))

# The best Gaussian: E z² and E z⁴ give the ELBO of every N(m, v), and the best v at every m
m = torch.linspace(0.0, 3.0, 300001)
curved = 1 + (6 * m**2 - 2 * x) / s**2
v = (torch.sqrt(curved**2 + 24 / s**2) - curved) * s**2 / 12
residual = x**2 - 2 * x * (m**2 + v) + m**4 + 6 * m**2 * v + 3 * v**2
elbo = -math.log(2 * math.pi * s) - 0.5 * residual / s**2 - 0.5 * (m**2 + v)
elbo = elbo + 0.5 * torch.log(2 * math.pi * math.e * v)
print("best-q-elbo", float(elbo.max()))

# Exact E L_K: log S is an integral of (exp(-t) - exp(-t S))/t, and E exp(-t S) a K-th power
seen = share > 1e-30  # what no draw will ever see is left out
share, log_w = share[seen] / share[seen].sum(), (log_pxz - log_q)[seen]
level = torch.logsumexp(log_w + share.log(), 0)
log_r, order = torch.sort(log_w - level)
middle = log_r[torch.searchsorted(share[order].cumsum(0), torch.tensor(0.5))]
log_r, share = log_r.clamp(min=float(middle) - 40), share[order]  # among K draws these never matter
h = 0.25
u = torch.arange(-63 - max(float(log_r.max()), 0.0), 5 - float(log_r.min()), h)
missing = torch.stack([-torch.expm1(-torch.exp((v + log_r).clamp(max=9.0))) @ share for v in u])
log_phi = torch.log1p(-missing.clamp(max=1.0))
gap = h * (torch.expm1(-K * torch.exp(u.clamp(max=9.0))) - torch.expm1(K * log_phi)).sum()
print(f"iwae-exact[{K}]", float(level + gap))


def estimate(name, log_w):
    # Log of the mean weight, and its standard error
    log_mean = torch.logsumexp(log_w, 0) - math.log(len(log_w))
    stderr = torch.exp(log_w - log_mean).std() / math.sqrt(len(log_w))
    print(name, float(log_mean), float(stderr))


z = q.sample((K,))
log_w = log_joint(z) - q.log_prob(z)
estimate("importance", log_w)
share = torch.softmax(log_w, 0)
print("ess", float(1 / (share**2).sum()))
print("max-share", float(share.max()))

# AIS from the prior: 256 chains, Metropolis steps of every size at each temperature
betas = torch.sigmoid(4 * torch.linspace(-1.0, 1.0, T + 1))
betas = (betas - betas[0]) / (betas[-1] - betas[0])
z = prior.sample((256,))
log_w = torch.zeros(256)
for low, high in zip(betas, betas[1:]):
    log_w += (high - low) * log_likelihood(z)
    for _ in range(10):
        moved = z + 10 ** (-2 * torch.rand(256)) * torch.randn(256)
        gain = prior.log_prob(moved) - prior.log_prob(z)
        gain += high * (log_likelihood(moved) - log_likelihood(z))
        z = torch.where(torch.rand(256).log() < gain, moved, z)
estimate("ais", log_w)
