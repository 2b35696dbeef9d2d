"""E log (1/K) Σ e^{s z_i} for K standard normal z_i: known values for src/exact/iwae_ladder/tests.rs.

E log S = ∫ (exp(−e^{−y}) − F(y)^K) dy with F(y) = E exp(−e^{s z − y}), both by the trapezoidal rule, which is
exact to rounding for functions that are analytic about the axis. Checked against E max + E log(1 + e^{−s|d|}),
one dimension, for K = 2. Needs NumPy and SciPy.
"""

import numpy as np
from scipy.integrate import quad

STEP = 0.25


def mean_log(slope, count):
    half = int(np.ceil(9.5 * slope / STEP)) + 200
    grid = STEP * np.arange(-half, half + 1)
    density = np.exp(-0.5 * (grid / slope) ** 2) / np.sqrt(2 * np.pi) * STEP / slope
    gumbel = np.exp(-np.exp(STEP * np.arange(-200, 25)))
    # F at y = Σ density(v) gumbel(v − y); one for v far below y.
    below = np.concatenate([[0.0], np.cumsum(density)])
    transform = np.correlate(np.concatenate([np.zeros(200), density, np.zeros(24)]), gumbel, "valid")
    transform += np.concatenate([np.zeros(200), below[: len(grid) - 200]])
    wide = np.exp(-np.exp(np.minimum(-grid, 700.0)))
    return STEP * np.sum(wide - transform**count) - np.log(count)


def two(slope):
    def tie(d):
        return np.log1p(np.exp(-slope * d)) * np.exp(-d * d / 4) / np.sqrt(np.pi)

    return slope / np.sqrt(np.pi) + quad(tie, 0, 40 / slope, epsabs=1e-14)[0] - np.log(2)


if __name__ == "__main__":
    for slope in (3, 30, 300):
        values = [mean_log(slope, count) for count in (1, 2, 8)]
        assert abs(values[1] - two(slope)) < 1e-9, (values, two(slope))
        print(slope, [f"{value:.12g}" for value in values])
