import math

import torch
from line import exact_draws, log_joint, log_p, log_q, mean_log_w, move, q, step_sizes
from placeholders import (
    __chains__,
    __leapfrog__,
    __most__,
    __populations__,
    __rungs__,
    __seed__,
)

# %% start

torch.manual_seed(__seed__)
chains, populations, leapfrog = __chains__, __populations__, __leapfrog__
most = __most__  # the largest number T of temperatures
# %% sigma
SIGMA = torch.sigmoid(torch.tensor(-4.0))
# %% schedule


def log_w(z):
    return log_joint(z) - log_q(z)


def schedule(T):
    t = torch.arange(T + 1.0)
# %% uniform
    return t / T

# %% sigmoidal
    return (torch.sigmoid(8 * t / T - 4) - SIGMA) / (1 - 2 * SIGMA)

# %% sums

# log p(x) is the integral of the curve from the ELBO to the EUBO
betas = schedule(most)
curve = torch.stack([mean_log_w(beta) for beta in betas])
print("log-evidence", float(log_p))
print("elbo", float(curve[0]))
print("eubo", float(curve[-1]))
print(f"tvo-lower[{most}]", float((betas.diff() * curve[:-1]).sum()))
print(f"tvo-upper[{most}]", float((betas.diff() * curve[1:]).sum()))

# %% forward

def ais(betas, steps):
    z, total = q.sample((chains,)), torch.zeros(chains)
    for t in range(1, len(betas)):
        total = total + (betas[t] - betas[t - 1]) * log_w(z)
        z, _ = move(z, betas[t], steps[t])
    return total


def smc(betas, steps):
    # AIS in populations, resampled where the weights have become unequal
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

# %% reverse

def reverse_ais(betas, steps):
    z, total = exact_draws(chains), torch.zeros(chains)
    for t in range(len(betas) - 1, 0, -1):
        total = total + (betas[t] - betas[t - 1]) * log_w(z)
        if t > 1:
            z, _ = move(z, betas[t - 1], steps[t - 1])
    return total

# %% lower

betas = schedule(most)
steps = step_sizes(betas)
lower = ais(betas, steps)
print(f"ais-lower[{most}]", float(lower.mean()), stderr(lower))
log_z = smc(betas, steps)
print(f"smc[{most}]", float(log_z.mean()), stderr(log_z))
# %% upper
# All these chains start from the same z, whose luck the error does not know
upper = reverse_ais(betas, steps)
print(f"bdmc-upper[{most}]", float(upper.mean()), stderr(upper))
width = float(upper.mean() - lower.mean())
print(f"width[{most}]", width, math.hypot(stderr(upper), stderr(lower)))
# %% widths

for T in [__rungs__]:
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
