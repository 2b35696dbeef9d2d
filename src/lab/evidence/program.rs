//! The same in PyTorch: integrals on a grid, and draws.

use super::LAB;
use super::setting::Setting;
use crate::lab::python::heading;
use crate::model::{Link, Vae};

pub(in crate::lab) fn program(values: &[f64], _: Option<&Vae>) -> Option<String> {
    let Setting { link, weight, offset, noise_sd, observation, mean, variance, count, seed } =
        Setting::of(values);
    let mean_of_x = match link {
        Link::Linear => "w * z + b",
        Link::Square => "w * z**2 + b",
        Link::Abs => "w * z.abs() + b",
        Link::Sine => "w * torch.sin(z) + b",
    };
    // p(x, z) falls like exp(−½ tail z²).
    let tail = match link {
        Link::Linear | Link::Abs => "1 + (w / s) ** 2",
        Link::Square if weight != 0.0 => "math.inf",
        Link::Square | Link::Sine => "1.0",
    };
    let heading = heading(LAB.title, LAB.question);
    Some(format!(
        r#"{heading}
import math

import torch
from torch.distributions import Normal, kl_divergence

torch.set_default_dtype(torch.float64)
torch.manual_seed({seed})

# z ~ N(0, 1), x|z ~ N(f(z), s²), q = N(m, v)
w, b, s = {weight:?}, {offset:?}, {noise_sd:?}
x = torch.tensor({observation:?})
m, v, K = {mean:?}, {variance:?}, {count}
prior, q = Normal(0.0, 1.0), Normal(m, math.sqrt(v))


def log_likelihood(z):
    return Normal({mean_of_x}, s).log_prob(x)


def log_joint(z):
    return prior.log_prob(z) + log_likelihood(z)


# Exact: sums over a fine grid | Exato: somas sobre uma grade fina
h = 0.001
z = torch.arange(-40.0, 40.0, h)
log_pxz, log_q = log_joint(z), q.log_prob(z)
log_p = torch.logsumexp(log_pxz, 0) + math.log(h)
log_posterior = log_pxz - log_p
elbo = h * (log_q.exp() * log_likelihood(z)).sum() - kl_divergence(q, prior)
kl = h * (log_q.exp() * (log_q - log_posterior)).sum()
# 1 + χ² = ∫ p(z|x)²/q(z) dz; it is finite if q's tails are heavy enough | 1 + χ² = ∫ p(z|x)²/q(z) dz; é finito se as caudas de q pesam o bastante
tail = {tail}
chi_square = torch.expm1(torch.logsumexp(2 * log_posterior - log_q, 0) + math.log(h))
if 2 * tail * v <= 1:
    chi_square = math.inf

# Laplace: a Gaussian at the highest point, by Newton's method | Laplace: uma gaussiana no ponto mais alto, pelo método de Newton
slope = torch.func.grad(log_joint)
curvature = torch.func.grad(slope)
mode = z[log_pxz.argmax()]
for _ in range(10):
    mode = mode - slope(mode) / curvature(mode)
laplace = log_joint(mode) + 0.5 * torch.log(-2 * math.pi / curvature(mode))

for name, value in [
    ("log-evidence", log_p),
    ("elbo", elbo),
    ("kl-posterior", kl),
    ("chi-square", chi_square),
    ("laplace", laplace),
]:
    print(name, float(value))


def estimate(name, log_w):
    # Log of the mean weight, and its standard error | Log do peso médio, e seu erro-padrão
    log_mean = torch.logsumexp(log_w, 0) - math.log(K)
    stderr = torch.exp(log_w - log_mean).std() / math.sqrt(K)
    print(name, float(log_mean), float(stderr))


z = q.sample((K,))
log_w = log_joint(z) - q.log_prob(z)
estimate("importance", log_w)
estimate("prior-mc", log_likelihood(prior.sample((K,))))
share = torch.softmax(log_w, 0)
print("ess", float(1 / (share**2).sum()))
print("max-share", float(share.max()))
"#
    ))
}
