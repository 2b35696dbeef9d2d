# log p(x) of decoders 2-16-784, ReLU and tanh, by nested Gauss-Legendre rules between the kinks of their units, against
# which the proven intervals are tested (pip install numpy):
# python tests/reference/relu_evidence.py > src/exact/certificate/tests/corpus.csv
import sys

import numpy as np

HIDDEN, PIXELS = 16, 784
INK = np.arange(PIXELS) % 3 == 0
# Weights: hidden times, output times, shift along z1, and what else is done to the decoder.
CASES = [
    ("plain", 1, 1, 0),
    ("hidden", 5, 1, 0),
    ("hidden", 50, 1, 0),
    ("output", 1, 5, 0),
    ("output", 1, 300, 0),
    ("shift", 1, 1, 8),
    ("shift", 1, 1, 14),
    ("origin", 1, 1, 0),
    ("twins", 1, 1, 0),
    ("dead", 1, 1, 0),
    ("constant", 1, 1, 0),
]


def hashed(count, salt):
    """The same numbers in [-1, 1] in every language."""
    index = np.arange(count, dtype=np.int64)
    return ((index * index * 7919 + (index + 1) * salt) % 2003) / 1001.0 - 1.0


def decoder(kind, hidden, output, shift):
    w = 1.5 * hashed(2 * HIDDEN, 104729).reshape(HIDDEN, 2)
    b = hashed(HIDDEN, 1299709)
    v = 0.25 * hashed(HIDDEN * PIXELS, 15485863).reshape(PIXELS, HIDDEN)
    c = hashed(PIXELS, 32452843)
    if kind == "origin":
        b = np.zeros(HIDDEN)
    if kind == "twins":
        w[1::2], b[1::2] = w[::2], b[::2]
    if kind == "dead":
        b = b - 200.0
    if kind == "constant":
        v = np.zeros((PIXELS, HIDDEN))
    w = hidden * w
    v = output * v
    b = b - shift * w[:, 0]
    sign = np.where(INK, -1.0, 1.0)
    return w, b, sign[:, None] * v, sign * c


class Joint:
    """log p(x, z) and its gradient."""

    def __init__(self, activation, w, b, v, c):
        self.activation, self.w, self.b, self.v, self.c = activation, w, b, v, c

    def hidden(self, z):
        u = z @ self.w.T + self.b
        return (np.tanh(u), 1 - np.tanh(u) ** 2) if self.activation == "tanh" else (np.maximum(u, 0), (u > 0) * 1.0)

    def __call__(self, z):
        y = self.hidden(z)[0] @ self.v.T + self.c
        return -np.logaddexp(0, y).sum(1) - 0.5 * (z * z).sum(1) - np.log(2 * np.pi)

    def gradient(self, z):
        h, slope = self.hidden(z)
        y = h @ self.v.T + self.c
        s = 0.5 * (1 + np.tanh(0.5 * y))
        return -((s @ self.v) * slope) @ self.w - z


def boxes(joint, doubt=36.0):
    """Squares that hold all mass but some e^-30 of it, log p(x, z) differing by 8 at most in each."""
    half = 1.0
    grid = np.arange(-31.0, 32.0, 2.0)
    cells = np.stack(np.meshgrid(grid, grid, indexing="ij"), -1).reshape(-1, 2)
    done, best = [], -np.inf
    corners = np.array([[i, j] for i in (-1, -0.5, 0, 0.5, 1) for j in (-1, -0.5, 0, 0.5, 1)])
    while len(cells):
        keep, wide = [], []
        for start in range(0, len(cells), 400):
            chunk = cells[start : start + 400]
            points = (chunk[:, None, :] + half * corners).reshape(-1, 2)
            values = joint(points).reshape(len(chunk), -1)
            slopes = np.abs(joint.gradient(points)).sum(1).reshape(len(chunk), -1).max(1)
            best = max(best, values.max())
            keep.append(values.max(1) + 0.5 * half * slopes)
            wide.append(values.max(1) - values.min(1))
        keep, wide = np.concatenate(keep), np.concatenate(wide)
        kept = keep > best - doubt
        small = kept & (wide < 8.0) & (half < 0.3)
        done += [(cell, half) for cell in cells[small]]
        cells, half = cells[kept & ~small], half / 2
        cells = (cells[:, None, :] + half * np.array([[-1, -1], [-1, 1], [1, -1], [1, 1]])).reshape(-1, 2)
    return done


def mass(joint, box, nodes):
    """Log of the integral over one square. The kinks w.z + b = 0 cut the inner interval, along z2; the outer one is
    cut where a kink meets another or the square's lower or upper edge."""
    (c1, c2), half = box
    left, right, bottom, top = c1 - half, c1 + half, c2 - half, c2 + half
    w, b = (joint.w, joint.b) if joint.activation == "relu" else (np.zeros((0, 2)), np.zeros(0))
    crossing = np.abs(w @ np.array([c1, c2]) + b) < np.abs(w).sum(1) * half
    w, b = w[crossing], b[crossing]
    cuts = {left, right}
    for i in range(len(b)):
        for height in (bottom, top):
            if w[i, 0]:
                cuts.add(-(b[i] + w[i, 1] * height) / w[i, 0])
        for j in range(i):
            matrix = w[[i, j]]
            if abs(np.linalg.det(matrix)) > 1e-12:
                cuts.add(-np.linalg.solve(matrix, b[[i, j]])[0])
    cuts = sorted(cut for cut in cuts if left <= cut <= right)
    x, weight = np.polynomial.legendre.leggauss(nodes)
    points, weights = [], []
    for low, high in zip(cuts, cuts[1:]):
        for xi, wi in zip(x, weight):
            z1 = 0.5 * (low + high) + 0.5 * (high - low) * xi
            heights = [-(bi + wj[0] * z1) / wj[1] for wj, bi in zip(w, b) if wj[1]]
            ends = np.array(sorted([bottom, top] + [h for h in heights if bottom < h < top]))
            middle, radius = 0.5 * (ends[1:] + ends[:-1]), 0.5 * (ends[1:] - ends[:-1])
            z2 = (middle[:, None] + radius[:, None] * x).ravel()
            points.append(np.stack([np.full_like(z2, z1), z2], -1))
            weights.append(0.5 * (high - low) * wi * (radius[:, None] * weight).ravel())
    values = joint(np.concatenate(points)) + np.log(np.concatenate(weights))
    return np.logaddexp.reduce(values)


print("activation,kind,hidden,output,shift,log_evidence,error")
for kind, *scales in CASES:
    for activation in ("relu", "tanh"):
        joint = Joint(activation, *decoder(kind, *scales))
        found = boxes(joint)
        coarse, fine = (np.logaddexp.reduce([mass(joint, box, n) for box in found]) for n in (12, 16))
        print(activation, kind, *scales, f"{fine:.10f}", f"{abs(fine - coarse) + 1e-9:.0e}", sep=",", flush=True)
        print(activation, kind, *scales, len(found), "squares", file=sys.stderr)
