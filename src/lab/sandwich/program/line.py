from placeholders import __b__, __m__, __s__, __v__, __w__, __x__

# %% model
import math

import torch
from torch.distributions import Normal

torch.set_default_dtype(torch.float64)

# z ~ N(0, 1), x|z ~ N(w z + b, s²), q = N(m, v); the posterior is N(μ, τ²)
w, b, s, x = __w__, __b__, __s__, torch.tensor(__x__)
m, v = __m__, __v__
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

# %% truth

# Exact: π_β ∝ q^(1-β) p(x,z)^β is a Gaussian, log w a parabola
log_p = Normal(b, math.hypot(w, s)).log_prob(x)


def tempered(beta):
    variance = 1 / ((1 - beta) / v + beta / tau2)
    return variance * ((1 - beta) * m / v + beta * mu / tau2), variance


def mean_log_w(beta):
    mean, variance = tempered(beta)
    under_posterior = posterior.log_prob(mean) - 0.5 * variance / tau2
    under_q = q.log_prob(mean) - 0.5 * variance / v
    return (log_p + under_posterior - under_q).sum()

# %% moves

def move(z, beta, step):
    # A perfect move is a new draw from π_β
    mean, variance = tempered(beta)
    return mean + torch.sqrt(variance) * torch.randn_like(z), 1.0


def step_sizes(betas):
    return [None] * len(betas)

