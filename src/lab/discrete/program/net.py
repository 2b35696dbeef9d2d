import torch
from placeholders import __bits__, __offset__, __pixels__, __prior__, __weights__
from torch.distributions import Bernoulli

# %% net
# Causes z, effects x with P(x = 1) = sigmoid(W z + b)
prior = Bernoulli(torch.tensor([__prior__]))
n = __bits__
W = torch.tensor([__weights__]).reshape(-1, n)
b = torch.tensor([__offset__])
x = torch.tensor([__pixels__])


def log_likelihood(z):
    return Bernoulli(logits=z @ W.T + b).log_prob(x).sum(1)
