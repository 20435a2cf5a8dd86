"""Public data and the results others published for them, each with its source.

What R can compute is held against R itself in `tests/benchmarks/test_baseline_bench.py`.
"""

import numpy as np
import pandas as pd

SURGICAL_OPERATIONS = (47, 148, 119, 810, 211, 196, 148, 215, 207, 97, 256, 360)
SURGICAL_DEATHS = (0, 18, 8, 46, 8, 13, 9, 31, 14, 8, 29, 24)
"""Deaths after heart operations on infants, 12 hospitals: BUGS Examples volume I, "Surgical: institutional ranking"
(openbugs.net/Examples/Surgical.html)."""
SURGICAL_MEAN = (
    0.052805725, 0.104001890, 0.070669708, 0.059118030, 0.051504980, 0.069199820,
    0.067117588, 0.123097365, 0.070410452, 0.078694851, 0.102801934, 0.068715136,
)  # fmt: skip
SURGICAL_SD = (
    0.0198027, 0.0219549, 0.0176251, 0.0079059, 0.0132372, 0.0147703,
    0.0160309, 0.0219326, 0.0148534, 0.0198460, 0.0176951, 0.0119246,
)  # fmt: skip
SURGICAL_POPULATION_MEAN, SURGICAL_VARIANCE_MEDIAN = 0.073072811, 0.147636980
"""Posterior of its random-effects model, p[1] to p[12], pop_mean and the median of s2: Mamba.jl (B. J. Smith),
doc/examples/surgical.rst."""

BASEBALL_HITS = (18, 17, 16, 15, 14, 14, 13, 12, 11, 11, 10, 10, 10, 10, 10, 9, 8, 7)
BASEBALL_AT_BATS, BASEBALL_KEPT = 45, 0.212
"""Hits of 18 players in their first 45 at-bats of 1970, and the share c of the spread that James and Stein's estimator
keeps: Efron & Morris (1977), Scientific American 236(5), 119; the averages and c are quoted in question 5727 of
stats.stackexchange.com."""

DYESTUFF = (
    (1545, 1440, 1440, 1520, 1580), (1540, 1555, 1490, 1560, 1495), (1595, 1550, 1605, 1510, 1560),
    (1445, 1440, 1595, 1465, 1545), (1595, 1630, 1515, 1635, 1625), (1520, 1455, 1450, 1480, 1445),
)  # fmt: skip
DYESTUFF_BATCH, DYESTUFF_RESIDUAL = 1764.05, 2451.25
DYESTUFF_EFFECTS = (-17.606851, 0.391263, 28.562226, -23.084538, 56.733188, -44.995287)
"""Yield of dyestuff, six batches of five (Davies & Goldsmith 1972, 6.4): lme4's Dyestuff, and VarCorr and ranef of
lmer(Yield ~ 1 + (1 | Batch)), lme4 1.1-31."""

CBPP_HERD_CASES_SIZE_PERIOD = """
1 2 14 1 1 3 12 2 1 4 9 3 1 0 5 4 2 3 22 1 2 1 18 2 2 1 21 3 3 8 22 1 3 2 16 2 3 0 16 3 3 2 20 4 4 2 10 1 4 0
10 2 4 2 9 3 4 0 6 4 5 5 18 1 5 0 25 2 5 0 24 3 5 1 4 4 6 3 17 1 6 0 17 2 6 0 18 3 6 1 20 4 7 8 16 1 7 1 10 2
7 3 9 3 7 0 5 4 8 12 34 1 9 2 9 1 9 0 6 2 9 0 8 3 9 0 6 4 10 1 22 1 10 1 22 2 10 0 18 3 10 2 22 4 11 0 25 1 11
5 27 2 11 3 22 3 11 1 22 4 12 2 10 1 12 1 8 2 12 0 6 3 12 0 5 4 13 1 21 1 13 2 24 2 13 0 19 3 13 0 23 4 14 11
19 1 14 0 2 2 14 0 3 3 14 0 2 4 15 1 19 1 15 1 15 2 15 1 15 3 15 0 15 4
"""
CBPP_FIXED = (-1.398343, -0.991925, -1.128216, -1.579745)
CBPP_ERRORS = (0.231214, 0.303151, 0.322830, 0.422049)
CBPP_HERD_SD, CBPP_HERD_SD_BESIDE_CELLS = 0.642070, 0.183956
"""Cases of pleuropneumonia by herd and period (Lesnoff et al. 2004): lme4's cbpp; intercept and periods 2 to 4 of
glmer(cbind(incidence, size - incidence) ~ period + (1 | herd), binomial), and the herd sd without and with a term for
each cell, lme4 1.1-31."""

SLEEP = {
    "1": (0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0),
    "2": (1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4),
}
SLEEP_INTERVAL = (-3.3654832, 0.2054832)
"""Extra hours of sleep (Student 1908, Biometrika 6, 1): R's sleep, and the interval of t.test(extra ~ group), R 4.2."""


def cbpp() -> pd.DataFrame:
    """Return cbpp as a table of herd, cases, size and period."""
    values = np.array(CBPP_HERD_CASES_SIZE_PERIOD.split(), int).reshape(-1, 4)
    return pd.DataFrame(values, columns=["herd", "cases", "size", "period"])
