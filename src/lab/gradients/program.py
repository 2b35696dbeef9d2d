from placeholders import (
    __draws__,
    __log_constant__,
    __mean__,
    __noise_sd__,
    __observation__,
    __offset__,
    __replicates__,
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

# z ~ N(0, 1), x|z ~ N(w z + b, s²), q = N(m, sd²); c nats are added to log p(x, z)
w, b, s, x, c = __weight__, __offset__, __noise_sd__, torch.tensor(__observation__), __log_constant__
m, sd = __mean__, math.sqrt(__variance__)
K, R = __draws__, __replicates__
tau2 = 1 / (1 + (w / s) ** 2)
posterior = Normal(tau2 * w * (x - b) / s**2, math.sqrt(tau2))
log_p = Normal(b, math.hypot(w, s)).log_prob(x) + c


def log_joint(z):
    return Normal(0.0, 1.0).log_prob(z) + Normal(w * z + b, s).log_prob(x) + c


# One draw z = m + sd·ε on a grid of its noise ε
noise = torch.linspace(-8.5, 8.5, 1701)
share = torch.softmax(-0.5 * noise**2, 0)
z = (m + sd * noise).requires_grad_()
(slope,) = torch.autograd.grad(log_joint(z).sum(), z)
z = z.detach()
log_w = log_joint(z) - Normal(m, sd).log_prob(z)
score = noise / sd
# %% baseline-mean
baseline = (share * log_w).sum()
# %% baseline-best
baseline = (share * score**2 * log_w).sum() / (share * score**2).sum()
# %% numbers
print("log-evidence", float(log_p))
print("elbo", float((share * log_w).sum()))
print("kl-posterior", float(kl_divergence(Normal(m, sd), posterior)))

# Exact mean and variance of an estimate of ∂/∂m from K draws
# %% term-score
term = log_w * score
# %% term-score-baseline
term = (log_w - baseline) * score
# %% term-pathwise
term = slope
# %% term-stl
term = slope + noise / sd
# %% exact-mean
exact = (share * term).sum()
exact_variance = ((share * term**2).sum() - exact**2) / K
# %% exact-pairs
# A sample covariance is a mean over pairs: its variance is Hoeffding's (1948)
pair = 0.5 * (log_w[:, None] - log_w) * (score[:, None] - score)
exact = share @ pair @ share
of_one = share @ (pair @ share) ** 2 - exact**2
of_pair = share @ pair**2 @ share - exact**2
exact_variance = 2 / (K * (K - 1)) * (2 * (K - 2) * of_one + of_pair)
# %% shares
# Shares have a sum S below: S^-n = ∫ t^(n-1) exp(-t S) dt/(n-1)!, where draws are independent
h = 0.25
u = torch.arange(-45.0, 5 - float((log_w - log_p).min()), h)
t = torch.exp((u[:, None] + log_w - log_p).clamp(max=5.0))
phi = torch.exp(-t) @ share
# %% first-power
first = (t * torch.exp(-t) * term) @ share
second = (t**2 * torch.exp(-t) * term**2) @ share
# %% second-power
first = (t**2 * torch.exp(-t) * term) @ share
second = (t**4 * torch.exp(-t) * term**2) @ share
# %% exact-shares
exact = h * (K * first * phi ** (K - 1)).sum()
others = K * second * phi ** (K - 1) + K * (K - 1) * first**2 * phi ** (K - 2)
# %% variance-first-power
exact_variance = h * others.sum() - exact**2
# %% variance-second-power
exact_variance = h * others.sum() / 6 - exact**2
# %% estimates
print("gradient-exact", float(exact))
print("gradient-variance-exact", float(exact_variance))

# R estimates at once: each row has an m of its own
mean = torch.full((R, 1), m, requires_grad=True)
z = mean + sd * torch.randn(R, K)
# %% score
# Score: the draws do not move with m, log w multiplies ∂ log q/∂m
log_q = Normal(mean, sd).log_prob(z.detach())
objective = ((log_joint(z) - log_q).detach() * log_q).mean(1)
# %% score-baseline
# Score: the draws do not move with m, log w less a constant multiplies ∂ log q/∂m
log_q = Normal(mean, sd).log_prob(z.detach())
objective = ((log_joint(z) - log_q - baseline).detach() * log_q).mean(1)
# %% rloo
# RLOO: each draw's baseline is the mean log w of the others
log_q = Normal(mean, sd).log_prob(z.detach())
log_w = (log_joint(z) - log_q).detach()
others = (log_w.sum(1, keepdim=True) - log_w) / (K - 1)
objective = ((log_w - others) * log_q).mean(1)
# %% pathwise
# Pathwise: the draws move with m
objective = (log_joint(z) - Normal(mean, sd).log_prob(z)).mean(1)
# %% stl
# Sticking the landing: log q is held, only the draws move
objective = (log_joint(z) - Normal(mean.detach(), sd).log_prob(z)).mean(1)
# %% iwae
# IWAE: the log of the mean of K weights
log_w = log_joint(z) - Normal(mean, sd).log_prob(z)
objective = torch.logsumexp(log_w, 1) - math.log(K)
# %% dreg
# DReG: squared shares, and log q held
log_w = log_joint(z) - Normal(mean.detach(), sd).log_prob(z)
objective = (torch.softmax(log_w, 1).detach() ** 2 * log_w).sum(1)
# %% rest
gradient = torch.autograd.grad(objective.sum(), mean)[0].squeeze(1)

deviation = gradient - gradient.mean()
second, third, fourth = ((deviation**power).mean() for power in (2, 3, 4))
variance = gradient.var()
spread = (fourth - variance**2 * (R - 3) / (R - 1)).clamp(min=0.0)
print("gradient-mean", float(gradient.mean()), float((variance / R).sqrt()))
print("gradient-variance", float(variance), float((spread / R).sqrt()))
if exact_variance > 1e-20:
    # Signal-to-noise ratio, its error by the delta method
    ratio = gradient.mean() / variance.sqrt()
    square = 1 - ratio * third / second**1.5 + 0.25 * ratio**2 * (fourth / second**2 - 1)
    print("gradient-snr", float(ratio.abs()), float((square / R).sqrt()))
    print("gradient-snr-exact", float(exact.abs() / exact_variance.sqrt()))
