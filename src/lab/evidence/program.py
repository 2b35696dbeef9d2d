from placeholders import (
    __count__,
    __mean__,
    __noise_sd__,
    __observation__,
    __offset__,
    __seed__,
    __variance__,
    __weight__,
)

# %% start
import math

import torch
from torch.distributions import Normal, kl_divergence

torch.set_default_dtype(torch.float64)
torch.manual_seed(__seed__)

# z ~ N(0, 1), x|z ~ N(f(z), s²), q = N(m, v)
w, b, s = __weight__, __offset__, __noise_sd__
x = torch.tensor(__observation__)
m, v, K = __mean__, __variance__, __count__
prior, q = Normal(0.0, 1.0), Normal(m, math.sqrt(v))


def log_likelihood(z):
# %% linear
    return Normal(w * z + b, s).log_prob(x)
# %% square
    return Normal(w * z**2 + b, s).log_prob(x)
# %% abs
    return Normal(w * z.abs() + b, s).log_prob(x)
# %% sine
    return Normal(w * torch.sin(z) + b, s).log_prob(x)
# %% exact


def log_joint(z):
    return prior.log_prob(z) + log_likelihood(z)


# Exact: sums over a fine grid
h = 0.001
z = torch.arange(-40.0, 40.0, h)
log_pxz, log_q = log_joint(z), q.log_prob(z)
log_p = torch.logsumexp(log_pxz, 0) + math.log(h)
log_posterior = log_pxz - log_p
elbo = h * (log_q.exp() * log_likelihood(z)).sum() - kl_divergence(q, prior)
kl = h * (log_q.exp() * (log_q - log_posterior)).sum()
# 1 + χ² = ∫ p(z|x)²/q(z) dz; it is finite if q's tails are heavy enough
# %% tail-quadratic
tail = 1 + (w / s) ** 2
# %% tail-quartic
tail = math.inf
# %% tail-prior
tail = 1.0
# %% draws
chi_square = torch.expm1(torch.logsumexp(2 * log_posterior - log_q, 0) + math.log(h))
if 2 * tail * v <= 1:
    chi_square = math.inf

# Laplace: a Gaussian at the highest point, by Newton's method
slope = torch.func.grad(log_joint)
curvature = torch.func.grad(slope)
mode = z[log_pxz.argmax()]
for _ in range(10):
    mode = mode - slope(mode) / curvature(mode)
laplace = log_joint(mode) + 0.5 * torch.log(-2 * math.pi / curvature(mode))

for name, value in [
    ("log-evidence", log_p),
    ("elbo", elbo),
    ("kl-posterior", kl),
    ("chi-square", chi_square),
    ("laplace", laplace),
]:
    print(name, float(value))


def estimate(name, log_w):
    # Log of the mean weight, and its standard error
    log_mean = torch.logsumexp(log_w, 0) - math.log(K)
    stderr = torch.exp(log_w - log_mean).std() / math.sqrt(K)
    print(name, float(log_mean), float(stderr))


z = q.sample((K,))
log_w = log_joint(z) - q.log_prob(z)
estimate("importance", log_w)
estimate("prior-mc", log_likelihood(prior.sample((K,))))
share = torch.softmax(log_w, 0)
print("ess", float(1 / (share**2).sum()))
print("max-share", float(share.max()))
