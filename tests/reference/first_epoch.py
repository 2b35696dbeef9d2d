# The first epoch of a VAE in PyTorch (pip install torch safetensors), against which the app's is tested:
# cargo test --test native -- --ignored first_epoch:: && python tests/reference/first_epoch.py > tests/reference/first_epoch.csv
import sys

import torch
from safetensors.torch import load_file
from torch import nn
from torch.nn import functional

start = load_file("target/first_epoch.safetensors")
pixels, noise = start.pop("pixels"), start.pop("noise")


def epoch(dtype):
    """ELBO per image in nats before each step."""
    model = nn.ModuleDict({
        "encoder": nn.Sequential(nn.Linear(784, 400), nn.ReLU(), nn.Linear(400, 40)),
        "decoder": nn.Sequential(nn.Linear(20, 400), nn.ReLU(), nn.Linear(400, 784)),
    })
    model.load_state_dict(start)
    model.to(dtype)
    adam = torch.optim.Adam(model.parameters(), lr=1e-3)
    elbos = []
    for x, e in zip(pixels.to(dtype), noise.to(dtype)):
        mean, log_variance = model["encoder"](x).chunk(2, dim=1)
        logits = model["decoder"](mean + torch.exp(0.5 * log_variance) * e)
        bce = functional.binary_cross_entropy_with_logits(logits, x, reduction="sum")
        kl = -0.5 * torch.sum(1 + log_variance - mean**2 - log_variance.exp())
        loss = (bce + kl) / len(x)
        adam.zero_grad()
        loss.backward()
        adam.step()
        elbos.append(-loss.item())
    return elbos


double, single = epoch(torch.float64), epoch(torch.float32)
print("step,elbo")
for step, elbo in enumerate(double):
    print(f"{step},{elbo:.6f}")
off = max(abs(a - b) for a, b in zip(double, single))
print(f"PyTorch's f32 is off by up to {off:.1e} nats", file=sys.stderr)
