from bits import log_likelihood, n, prior
from placeholders import __draws__, __nearness__, __seed__

# %% start
import math

import torch
from torch.distributions import Bernoulli

torch.set_default_dtype(torch.float64)
torch.manual_seed(__seed__)

# %% rest


def log_joint(z):
    return prior.log_prob(z).sum(1) + log_likelihood(z)


# Exact: every one of the 2ⁿ states, a part at a time
parts = torch.arange(2**n).split(2**15)
bits = [(part[:, None] >> torch.arange(n) & 1).double() for part in parts]
log_pxz = torch.cat([log_joint(z) for z in bits])
log_p = torch.logsumexp(log_pxz, 0)
log_posterior = log_pxz - log_p
marginals = sum(log_posterior[part].exp() @ z for part, z in zip(parts, bits))

# q: a share of the way from fair coins to the posterior's marginals
a, N = __nearness__, __draws__
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

# Monte Carlo: N draws of each kind, each weighed by p(x, z)/q(z)
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
