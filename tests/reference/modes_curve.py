"""E log (1/K) sum w of narrow and far q in the lab on modes, apart from the program: z ~ N(0, 1),
x | z ~ N(z^2, s^2), q = N(m, sd^2). Prints log p(x), the values for each K, and the ELBO by a sum of its own.

    python3 tests/reference/modes_curve.py
"""

import numpy as np

S, X, KS = 0.3, 2.25, (1, 2, 8, 64, 1024)


def log_joint(z):
    return -0.5 * z * z - 0.5 * ((X - z * z) / S) ** 2 - np.log(2 * np.pi * S)


def curve(mean, sd, step=0.05):
    grid = np.linspace(-9, 9, 400_001)
    heights = log_joint(grid)
    log_evidence = heights.max() + np.log(np.exp(heights - heights.max()).sum() * (grid[1] - grid[0]))
    z = mean + sd * np.linspace(-37, 37, 60_001)
    log_q = -0.5 * ((z - mean) / sd) ** 2 - np.log(sd) - 0.5 * np.log(2 * np.pi)
    share = np.exp(log_q)
    share /= share.sum()
    log_ratio = log_joint(z) - log_evidence - log_q
    # E log (1/K) sum r = integral over u of e^{-K e^u} - phi(e^u)^K, phi(s) = E_q e^{-s r}
    places = np.arange(-log_ratio.max() - 60, -log_ratio.min() + 6, step)
    lack = np.array([-(share * np.expm1(-np.exp(np.clip(u + log_ratio, -700, 6.5)))).sum() for u in places])
    values = []
    for k in KS:
        first = np.expm1(-k * np.exp(np.minimum(places, 700 - np.log(k))))
        second = np.where(lack < 1, np.expm1(k * np.log1p(-np.minimum(lack, 1 - 1e-16))), -1)
        values.append(log_evidence + step * (first - second).sum())
    return log_evidence, values, log_evidence + (share * log_ratio).sum()


for mean, sd in [(1.474432, 0.101734), (1.4, 0.02), (1.474432, 0.05), (0.5, 0.1), (-1.0, 0.05)]:
    print(mean, sd, curve(mean, sd))
