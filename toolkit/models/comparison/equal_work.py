"""Equal pay for unequal work, and the reverse: how pay and performance spread among people of one kind of work.

Performance is conversion on the group's own mix of customers, with the interval that counts of this size leave.
Nothing here says why pay differs; how many inquiries a person had stands beside it because it is often the reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import NormalDist

import numpy as np
import pandas as pd

from toolkit.models.baseline.counts import Floats

FEWEST_PEOPLE = 6
FEWEST_INQUIRIES = 100
"""Fewer of either and nothing is said: intervals this wide hold everything."""
FAR, NEAR = 0.25, 0.05
"""Pay or conversion is far apart from a quarter on; pay is the same up to a twentieth."""
PAIR_COLUMNS = ("kind", "one", "other", "pay", "other_pay", "inquiries", "other_inquiries", "gap", "lower", "upper")


@dataclass(frozen=True, slots=True)
class PayAndWork:
    """Pay beside performance of the people of one group.

    Parameters
    ----------
    people : agent, pay, inquiries, conversion (on the group's mix), lower, upper (95 % interval).
    pay_spread, work_spread : standard deviation over mean, of pay and of conversion.
    luck_spread : the `work_spread` that counts of this size show where everybody converts alike.
    chance : of as much difference in conversion by luck alone (chi-square).
    by_work, by_volume : rank correlation of pay with conversion, with the number of inquiries; each with its 95 %
        interval; None where all are paid, or convert, the same.
    pairs : kind (``pay``: far apart in pay, not in conversion; ``work``: apart in conversion, not in pay), one, other
        (agents; `one` is paid more in the first kind, converts better in the second), pay and inquiries of
        both, gap of conversion with lower and upper; most telling first.
    """

    people: pd.DataFrame
    pay_spread: float
    work_spread: float
    luck_spread: float
    chance: float
    by_work: tuple[float, float, float] | None
    by_volume: tuple[float, float, float] | None
    pairs: pd.DataFrame


def compare_pay_and_work(people: pd.DataFrame) -> PayAndWork | None:
    """Set the spread of pay beside the spread of performance; None for fewer than `FEWEST_PEOPLE` to say it of.

    Parameters
    ----------
    people : agent, pay (minor units), inquiries, buyers, expected (buyers of the group on the person's mix), a row a
        person of one group; those with fewer than `FEWEST_INQUIRIES` are left out.

    Notes
    -----
    conversion = group rate x buyers / expected. A pair is ``pay`` where pay is `FAR` apart (of the higher) and the 95 %
    interval of the gap lies within `FAR` of the group's rate; it is ``work`` where the interval at 95 % for all pairs
    together (Bonferroni) leaves out 0 and the better of the two is paid at most `NEAR` more.
    """
    known = people[(people["inquiries"] >= FEWEST_INQUIRIES) & (people["expected"] > 0) & people["pay"].notna()]
    if len(known) < FEWEST_PEOPLE or not known["buyers"].sum() or known["pay"].mean() <= 0:
        return None
    n, y, expected, pay = (known[c].to_numpy(np.float64) for c in ("inquiries", "buyers", "expected", "pay"))
    rate = float(y.sum() / n.sum())
    scale = rate * n / expected
    conversion = scale * y / n
    lower, upper = wilson(y, n, 0.05)
    luck = expected * (1 - expected / n)
    shown = (
        known[["agent", "pay", "inquiries"]]
        .astype({"pay": "int64", "inquiries": "int64"})
        .assign(conversion=conversion, lower=lower * scale, upper=upper * scale)
    )
    return PayAndWork(
        people=shown.sort_values("pay", ascending=False, kind="stable", ignore_index=True),
        pay_spread=float(pay.std(ddof=1) / pay.mean()),
        work_spread=float(conversion.std(ddof=1) / conversion.mean()),
        luck_spread=float(np.sqrt(np.mean(luck / expected**2))),
        chance=_chance(float(np.sum((y - expected) ** 2 / luck)), len(known) - 1),
        by_work=rank_correlation(pay, conversion),
        by_volume=rank_correlation(pay, n),
        pairs=_pairs(known["agent"].tolist(), pay, y, n, scale, rate),
    )


def expected_buyers(cells: pd.DataFrame, mix: Sequence[str]) -> pd.Series:
    """Return the buyers the whole group would have made of each cell's inquiries (indirect standardisation).

    Parameters
    ----------
    cells : agent, inquiries, buyers, the columns of `mix`.
    mix : columns that together name a part of the mix, the group among them; blanks are a part of their own.
    """
    parts = [cells[name].astype("str").fillna("") for name in mix]
    whole = cells[["inquiries", "buyers"]].astype("float64").groupby(parts).transform("sum")
    return cells["inquiries"].astype("float64") * whole["buyers"] / whole["inquiries"]


def wilson(y: Floats, n: Floats, error: float) -> tuple[Floats, Floats]:
    """Return the score interval of rates y / n that is wrong with probability `error` (Wilson 1927, JASA 22, 209)."""
    z = NormalDist().inv_cdf(1 - error / 2)
    middle, half = y + z * z / 2, z * np.sqrt(y * (n - y) / n + z * z / 4)
    return (middle - half) / (n + z * z), (middle + half) / (n + z * z)


def rank_correlation(a: Floats, b: Floats) -> tuple[float, float, float] | None:
    """Return Spearman's rank correlation with its 95 % interval; None where one of the two is the same throughout.

    A perfect order has the interval of the nearest that is not (two neighbours change places), up to 1: few people in
    order prove no certainty.

    References
    ----------
    Bonett & Wright (2000), Psychometrika 65, 23: Fisher's z with variance (1 + r^2 / 2) / (n - 3).
    """
    if min(np.ptp(a), np.ptp(b)) == 0:
        return None
    r = float(np.clip(pd.Series(a).rank().corr(pd.Series(b).rank()), -1, 1))
    nearest = 1 - 12 / (len(a) * (len(a) ** 2 - 1))
    z, half = np.arctanh(np.clip(r, -nearest, nearest)), 1.96 * np.sqrt((1 + r * r / 2) / (len(a) - 3))
    return r, min(r, float(np.tanh(z - half))), max(r, float(np.tanh(z + half)))


def _chance(q: float, freedom: int) -> float:
    from scipy.special import chdtrc

    return float(chdtrc(freedom, q))


def gap_interval(
    y: tuple[float, float], n: tuple[float, float], scale: tuple[float, float], error: float
) -> tuple[float, float, float]:
    """Return the gap of two (scaled) rates with the interval that is wrong with probability `error`.

    References
    ----------
    Newcombe (1998), Statist. Med. 17, 873, method 10; of scaled rates Zou & Donner (2008), Statist. Med. 27, 1693.
    """
    of = np.array(scale)
    low, high = (bound * of for bound in wilson(np.array(y), np.array(n), error))
    p = of * np.array(y) / np.array(n)
    gap = float(p[0] - p[1])
    return (
        gap,
        gap - float(np.hypot(p[0] - low[0], high[1] - p[1])),
        gap + float(np.hypot(high[0] - p[0], p[1] - low[1])),
    )


def _pairs(agents: list[str], pay: Floats, y: Floats, n: Floats, scale: Floats, rate: float) -> pd.DataFrame:
    found = []
    both = list(combinations(np.argsort(-pay, kind="stable").tolist(), 2))
    for i, j in both:  # i is paid no less than j
        counts = (y[i], y[j]), (n[i], n[j]), (scale[i], scale[j])
        gap, low, high = gap_interval(*counts, 0.05)
        if pay[i] - pay[j] >= FAR * pay[i] > 0 and -FAR * rate < low and high < FAR * rate:
            found.append(("pay", i, j, gap, low, high))
        gap, low, high = gap_interval(*counts, 0.05 / len(both))
        if high < 0:
            found.append(("work", j, i, -gap, -high, -low))
        elif low > 0 and pay[i] - pay[j] <= NEAR * pay[i]:
            found.append(("work", i, j, gap, low, high))
    rows = [
        (kind, agents[a], agents[b], int(pay[a]), int(pay[b]), int(n[a]), int(n[b]), *gap) for kind, a, b, *gap in found
    ]
    return by_size(pd.DataFrame(rows, columns=list(PAIR_COLUMNS)))


def by_size(pairs: pd.DataFrame) -> pd.DataFrame:
    """Return pairs of both kinds, in each the largest gap of what differs first."""
    size = (pairs["pay"] - pairs["other_pay"]).where(pairs["kind"] == "pay", pairs["gap"]).astype("float64")
    sized = pairs.assign(size=size).sort_values(["kind", "size"], ascending=[True, False], kind="stable")
    return sized.drop(columns="size").reset_index(drop=True)
