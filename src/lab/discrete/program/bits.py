import torch
from placeholders import __probabilities__
from torch.distributions import Bernoulli

# %% bits
# Fair coins z, each reported as it is with probability π or 1 − π; x is all ones
pi = torch.tensor([__probabilities__])
n = len(pi)
prior = Bernoulli(torch.full((n,), 0.5))


def log_likelihood(z):
    return Bernoulli(pi).log_prob(z).sum(1)
