# log p(x), posterior moments, expectations under q, the best Gaussian and E log (1/K) sum w where one lattice
# does not resolve the posterior (pip install numpy scipy), by trapezoid sums in the axes of a mode's Hessian:
# python tests/reference/narrow_posteriors.py > tests/reference/narrow_posteriors.csv
#
# Sums on two steps are compared; their difference is printed to stderr.
import json
import struct
import sys

import numpy as np
from scipy.optimize import minimize

LADDER = [8, 64, 1024]
# Case: factor of the hidden weights, factor of the output weights, shift of the plane, activation.
CASES = {
    "shipped": (1, 1, 0, "tanh"),
    "hidden x 5": (5, 1, 0, "tanh"),
    "hidden x 50": (50, 1, 0, "tanh"),
    "output x 5": (1, 5, 0, "tanh"),
    "output x 300": (1, 300, 0, "tanh"),
    "shift 8": (1, 1, 8, "tanh"),
    "shift 14": (1, 1, 14, "tanh"),
    "relu": (1, 1, 0, "relu"),
}


def tensors(path):
    data = open(path, "rb").read()
    size = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8 : 8 + size])
    header.pop("__metadata__", None)
    types = {"F16": np.float16, "F32": np.float32}
    return {
        name: np.frombuffer(data[8 + size :][slice(*entry["data_offsets"])], types[entry["dtype"]])
        .reshape(entry["shape"])
        .astype(float)
        for name, entry in header.items()
    }


WEIGHTS = tensors("public/models/strokes.safetensors")
# A ring, as wide as a zero.
ROW, COLUMN = np.divmod(np.arange(784), 28)
RADIUS = np.hypot((ROW - 13.5) / 1.25, COLUMN - 13.5)
X = (RADIUS > 4.5) & (RADIUS < 7.0)


class Case:
    def __init__(self, hidden, output, shift, activation):
        weight = WEIGHTS["decoder.0.weight"]
        self.bias = WEIGHTS["decoder.0.bias"] - shift * weight.sum(1) / np.sqrt(2)
        self.weight = weight * hidden
        sign = np.where(X, -1.0, 1.0)
        self.output = WEIGHTS["decoder.2.weight"] * output * sign[:, None]
        self.output_bias = WEIGHTS["decoder.2.bias"] * sign
        self.activation = np.tanh if activation == "tanh" else lambda u: np.maximum(u, 0)

    def log_likelihood(self, z):
        """Of every row of z."""
        values = []
        for part in np.array_split(z, len(z) // 4096 + 1):
            y = self.activation(part @ self.weight.T + self.bias) @ self.output.T + self.output_bias
            values.append(-np.logaddexp(0, y).sum(1))
        return np.concatenate(values)

    def log_joint(self, z):
        return self.log_likelihood(z) - 0.5 * (z**2).sum(1) - np.log(2 * np.pi)


def grid(center, half_width, side):
    line = np.linspace(-half_width, half_width, side)
    first, second = np.meshgrid(line, line, indexing="ij")
    return center + np.stack([first.ravel(), second.ravel()], 1)


def mode(case):
    """The highest mode, by nested grids about the best points of scans of several sizes."""
    best = (-np.inf, None)
    for half_width in (24, 3, 0.3):
        z = grid(np.zeros(2), half_width, 241)
        values = case.log_joint(z)
        for start in z[np.argsort(values)[-12:]]:
            step = half_width / 60
            while step > 1e-11:
                near = grid(start, step, 9)
                values = case.log_joint(near)
                start = near[values.argmax()]
                step *= 0.6
            best = max(best, (values.max(), start), key=lambda pair: pair[0])
    return best[1]


def covariance(case, z):
    """About a mode: moments of nested trapezoid sums, each in the frame of the last."""
    frame = np.eye(2) * 1e-5
    for _ in range(60):
        nodes = grid(np.zeros(2), 4, 41) @ frame.T + z
        values = case.log_joint(nodes)
        shares = np.exp(values - values.max())
        shares /= shares.sum()
        mean = shares @ nodes
        off = nodes - mean
        found = (shares[:, None] * off).T @ off
        # Grow at most threefold: the frame is too small until the shares fall off in it.
        new = np.linalg.cholesky(found)
        done = np.allclose(new, frame, rtol=1e-3, atol=0)
        frame, z = new * 1.0, mean
        frame = np.linalg.cholesky(found) if done else new * 1.3
        if done:
            break
    return z, frame


def sums(case, z, frame, reach, step):
    """log p(x), mean, covariance by the trapezoid rule at z + frame u."""
    side = 2 * round(reach / step) + 1
    nodes = grid(np.zeros(2), reach, side) @ frame.T + z
    values = case.log_joint(nodes)
    most = values.max()
    shares = np.exp(values - most)
    log_evidence = most + np.log(shares.sum()) + 2 * np.log(step) + np.log(abs(np.linalg.det(frame)))
    shares /= shares.sum()
    mean = shares @ nodes
    off = nodes - mean
    return log_evidence, mean, (shares[:, None] * off).T @ off


def nodes_of(q, step, reach=7.5):
    m, s, rho = np.array(q[:2]), np.array(q[2:4]), q[4]
    lower = np.array([[s[0], 0], [rho * s[1], s[1] * np.sqrt(1 - rho**2)]])
    u = grid(np.zeros(2), reach, 2 * round(reach / step) + 1)
    weights = np.exp(-0.5 * (u**2).sum(1))
    weights /= weights.sum()
    log_q = -0.5 * (u**2).sum(1) - np.log(2 * np.pi) - np.log(lower[0, 0] * lower[1, 1])
    return u @ lower.T + m, weights, log_q


def elbo(case, q, step=0.5):
    z, weights, log_q = nodes_of(q, step)
    return weights @ (case.log_joint(z) - log_q)


def best_gaussian(case, start, step):
    """With the deviations as logarithms and the correlation as its hyperbolic area tangent."""

    def q_of(t):
        return [*(start[:2] + t[:2] * start[2:4]), *(start[2:4] * np.exp(t[2:4])), np.tanh(t[4])]

    def loss(t):
        return -elbo(case, q_of(t), step)

    first = np.array([0, 0, 0, 0, np.arctanh(start[4])])
    found = minimize(loss, first, method="Nelder-Mead", options={"xatol": 1e-5, "fatol": 1e-9, "maxfev": 900})
    found = minimize(loss, found.x, method="BFGS", options={"gtol": 1e-6})
    return elbo(case, q_of(found.x), 0.2)


def ladder(case, q, step):
    z, weights, log_q = nodes_of(q, step)
    log_w = case.log_joint(z) - log_q
    keep = weights > 1e-22
    log_w, weights = log_w[keep], weights[keep]
    log_mean = log_w.max() + np.log(weights @ np.exp(log_w - log_w.max()))
    # Nodes in bins of 1/512 nat, each bin at its mean: off by (1/512)^2/24 of the curvature, whose
    # integral over u is zero.
    log_r = log_w - log_mean
    bins = np.round(log_r * 512).astype(int)
    order, place = np.unique(bins, return_inverse=True)
    shares = np.bincount(place, weights)
    log_r = np.bincount(place, weights * log_r) / shares
    h = 0.25
    u = np.arange(-60, 45 - log_r.min(), h)
    lack = np.array([shares @ -np.expm1(-np.exp(np.minimum(s + log_r, 700))) for s in u])
    phi = np.array([shares @ np.exp(-np.exp(np.minimum(s + log_r, 700))) for s in u])
    log_phi = np.where(lack < 0.5, np.log1p(-np.minimum(lack, 0.5)), np.log(np.maximum(phi, 1e-300)))
    with np.errstate(over="ignore"):
        terms = [np.expm1(-k * np.exp(u)) - np.expm1(k * log_phi) for k in LADDER]
    return np.array([log_mean + h * term.sum() for term in terms])


def rounded(values, digits=6):
    return [float(f"{value:.{digits}g}") for value in values]


def main():
    print("case,log_evidence,mean_1,mean_2,cov_11,cov_12,cov_22,best_elbo,"
          "q,m_1,m_2,s_1,s_2,rho,reconstruction,kl_posterior,l_8,l_64,l_1024")
    for name, parameters in CASES.items():
        if len(sys.argv) > 1 and name not in sys.argv[1:]:
            continue
        case = Case(*parameters)
        smooth = parameters[3] == "tanh"
        steps, reach = ((0.25, 0.125), 13) if smooth else ((1 / 17, 1 / 29), 9)
        z, frame = covariance(case, mode(case))
        (coarse, *_), (log_evidence, mean, cov) = (sums(case, z, frame, reach, step) for step in steps)
        sd = np.sqrt(np.diag(cov))
        rho = cov[0, 1] / sd.prod()
        # Across kinks the rule is too coarse to be differentiated.
        best = best_gaussian(case, np.array([*mean, *sd, rho]), 0.5) if smooth else np.nan
        print(name, "log p(x) off by", log_evidence - coarse, file=sys.stderr)
        for q_name, shift, width, q_rho in (("near", (1.0, -0.5), (1.5, 1.0), 0.4), ("far", (7.0, 4.0), (1.2, 0.8), -0.6)):
            q = rounded([*(mean + np.array(shift) * sd), *(sd * width), q_rho])
            means = [elbo(case, q, step) for step in ((0.25, 0.2) if smooth else (1 / 17, 1 / 29))]
            z_q, weights, _ = nodes_of(q, 0.2 if smooth else 1 / 29)
            reconstruction = weights @ case.log_likelihood(z_q)
            rungs = [ladder(case, q, step) for step in ((1 / 24, 1 / 37) if smooth else (1 / 17, 1 / 24))]
            print(name, q_name, "ELBO off by", means[1] - means[0], "ladder", rungs[1] - rungs[0], file=sys.stderr)
            row = [log_evidence, *mean, cov[0, 0], cov[0, 1], cov[1, 1], best]
            row = [f"{value:.13g}" for value in row] + [q_name] + [repr(value) for value in q]
            row += [f"{value:.13g}" for value in (reconstruction, log_evidence - means[1], *rungs[1])]
            print(",".join([name, *row]), flush=True)


main()
