from placeholders import (
    __activation__,
    __decoder__,
    __encoder__,
    __images__,
    __latent__,
    __outputs__,
    __simulated__,
)

# %% network
# __weights__ is saved beside the program by the same window, and loaded here
# Needs: pip install safetensors
import base64
import math

import torch
from safetensors.torch import load_file
from torch import nn
from torch.distributions import Normal
from torch.nn import functional

torch.set_default_dtype(torch.float64)
latent = __latent__
encoder = nn.Sequential(nn.Linear(784, __encoder__), __activation__, nn.Linear(__encoder__, __outputs__))
decoder = nn.Sequential(nn.Linear(__latent__, __decoder__), __activation__, nn.Linear(__decoder__, 784))
model = nn.ModuleDict(dict(encoder=encoder, decoder=decoder))
model.load_state_dict(load_file("__weights__"))
model.requires_grad_(False)

# Images of 28 × 28 bits; with more than one, as many networks side by side
images = [__images__]
packed = [base64.urlsafe_b64decode(image + "=") for image in images]
x = torch.tensor([[byte >> bit & 1 for byte in row for bit in range(7, -1, -1)] for row in packed])
x = x.double()
# %% start-prior
mean, sd = torch.zeros(len(x), latent), torch.ones(len(x), latent)
# %% start-encoder
with torch.no_grad():
    mean, log_variance = model["encoder"](x).chunk(2, dim=1)
sd = torch.exp(0.5 * log_variance)
# %% joint
q = Normal(mean.flatten(), sd.flatten())


def log_q(z):
    return q.log_prob(z).sum(1)


def log_joint(z):
    logits = decoder(z.unflatten(1, (len(x), latent)))
    fit = logits * x - functional.softplus(logits)
    return fit.sum((1, 2)) + Normal(0.0, 1.0).log_prob(z).sum(1)


# %% simulated
# x was simulated from this z, which is an exact draw from p(z|x)
simulated = torch.tensor([__simulated__])


def exact_draws(count):
    return simulated.expand(count, -1)

# %% given
# x was not simulated from the model: no exact draw came with it, no BDMC bound

# %% truth

# Exact: the trapezoid rule over the plane of each z, for all images at once
h = 0.06
side = h * torch.arange(-100.0, 101.0)
points = torch.cartesian_prod(side, side)
fits = []
for part in points.split(4096):
    logits = decoder(part)
    fits.append(logits @ x.T - functional.softplus(logits).sum(1, keepdim=True))
points_log_joint = torch.cat(fits) + Normal(0.0, 1.0).log_prob(points).sum(1, keepdim=True)
points_log_q = Normal(mean, sd).log_prob(points[:, None, :]).sum(2)
points_log_w = points_log_joint - points_log_q
log_p = (torch.logsumexp(points_log_joint, 0) + 2 * math.log(h)).sum()


def mean_log_w(beta):
    # Under π_β ∝ q^(1-β) p(x,z)^β
    share = torch.softmax(points_log_q + beta * points_log_w, 0)
    return (share * points_log_w).sum()

