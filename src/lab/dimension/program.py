from placeholders import (
    __delta__,
    __dimension__,
    __draws__,
    __noise__,
    __offset__,
    __ratio__,
    __replicates__,
    __seed__,
    __slope__,
    __x__,
)

# %% program
import math

import torch
from torch.distributions import Normal, kl_divergence

torch.set_default_dtype(torch.float64)
torch.manual_seed(__seed__)

# In every dimension z ~ N(0, 1), x|z ~ N(w z + b, s²); the posterior is N(μ, τ²)
w, b, s, x = __slope__, __offset__, __noise__, torch.tensor(__x__)
tau = 1 / math.sqrt(1 + (w / s) ** 2)
mu = tau**2 * w * float(x - b) / s**2
posterior = Normal(mu, tau)
# q = N(μ + δ τ, r τ²)
delta, r = __delta__, __ratio__
q = Normal(mu + delta * tau, math.sqrt(r) * tau)
D, K, R = __dimension__, __draws__, __replicates__

# Exact: everything adds up over the dimensions, log(1 + χ²) too
log_p = D * Normal(b, math.hypot(w, s)).log_prob(x)
kl = D * kl_divergence(q, posterior)
likelihood = Normal(w * q.mean + b, s).log_prob(x) - 0.5 * w**2 * q.variance / s**2
elbo = D * (likelihood - kl_divergence(q, Normal(0.0, 1.0)))
log_moment = math.inf
if 2 * r > 1:
    log_moment = math.log(r) - 0.5 * math.log(2 * r - 1) + delta**2 / (2 * r - 1)
chi_square = torch.expm1(torch.tensor(D * log_moment))
for name, value in [
    ("log-evidence", log_p),
    ("elbo", elbo),
    ("kl-posterior", kl),
    ("chi-square", chi_square),
]:
    print(name, float(value))

# R times K draws, one dimension after the other
log_w = log_p.expand(R, K)
for _ in range(D):
    z = q.sample((R, K))
    log_w = log_w + posterior.log_prob(z) - q.log_prob(z)
L = torch.logsumexp(log_w, 1) - math.log(K)

# The first of the R, with the error it states, and the mean of all
stated = torch.exp(log_w[0] - L[0]).std() / math.sqrt(K)
print("importance", float(L[0]), float(stated))
if R > 1:
    print(f"iwae[{K}]", float(L.mean()), float(L.std() / math.sqrt(R)))
share = torch.softmax(log_w[0], 0)
print("ess", float(1 / (share**2).sum()))
print("max-share", float(share.max()))
