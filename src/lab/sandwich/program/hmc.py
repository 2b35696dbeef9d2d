import math

import torch
from line import log_joint, log_q, q
from program import leapfrog

# %% hmc

def move(z, beta, step):
    # Hamiltonian Monte Carlo for π_β ∝ q^(1-β) p(x,z)^β
    def energy(z):
        z = z.detach().requires_grad_()
        log_pi = (1 - beta) * log_q(z) + beta * log_joint(z)
        return -log_pi.detach(), -torch.autograd.grad(log_pi.sum(), z)[0]

    size = step * (0.8 + 0.4 * torch.rand(len(z), 1))
    first = torch.randn_like(z)
    (before, slope), end, momentum = energy(z), z, first
    for _ in range(leapfrog):
        momentum = momentum - 0.5 * size * slope
        end = end + size * momentum
        after, slope = energy(end)
        momentum = momentum - 0.5 * size * slope
    gain = before - after + 0.5 * (first**2 - momentum**2).sum(1)
    accepted = torch.rand(len(z)).log() < gain
    return torch.where(accepted[:, None], end, z), float(gain.clamp(max=0.0).exp().mean())


def step_sizes(betas):
    # Found by other chains, for 80 % of moves accepted: adapting in the run would bias it
    z, step, steps = q.sample((16,)), 0.3, [None]
    for beta in betas[1:]:
        for _ in range(max(4, 128 // len(betas))):
            z, rate = move(z, beta, step)
            step *= math.exp(rate - 0.8)
        steps.append(step)
    return steps

