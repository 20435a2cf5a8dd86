"""What a target is compared with: own history, the industry, and whether it punishes a good month."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pandas as pd

from toolkit.core.errors import InputError, Problem
from toolkit.core.findings import Finding
from toolkit.core.period import Month
from toolkit.core.text import Text
from toolkit.models.baseline.conversion import ConversionBaseline

BAND = (Fraction(3, 100), Fraction(6, 100))
"""Points above the team's last month between which managers set the next target: 42 % gives 45 to 48 %."""


@dataclass(frozen=True, slots=True)
class Reference:
    """One line a target is held against: what it is, and its range of rates (exact)."""

    code: str
    low: Fraction
    high: Fraction
    label: Text


def history_references(baseline: ConversionBaseline, band: tuple[Fraction, Fraction] = BAND) -> tuple[Reference, ...]:
    """Return the team's last month, that plus `band` points, the last twelve months and the same month a year ago.

    Notes
    -----
    The team's rate is the ratio of sums over all agents' inquiries, those the fit set aside too. References known for
    fewer months than they need are left out.
    """
    cells = baseline.cells
    aside = cells.dropped[~cells.dropped["reason"].isin(["no agent", f"no {cells.size}"])]
    rows = pd.concat([part[["month", "inquiries", "buyers"]].astype({"month": "str"}) for part in (cells.frame, aside)])
    sums = rows.groupby("month")[["inquiries", "buyers"]].sum()
    rate = {str(m): Fraction(int(r["buyers"]), int(r["inquiries"])) for m, r in sums.iterrows()}
    last = max(rate)
    now = rate[last]
    found = [
        Reference("last-month", now, now, Text(f"team's rate in {last}", f"团队 {last} 转化率")),
        Reference(
            "last-month-plus",
            now + band[0],
            now + band[1],
            Text(f"{last} plus {_points(band)} points", f"{last} 加 {_points(band)} 个百分点"),
        ),
    ]
    year = [str(Month.parse(last).shift(-i)) for i in range(12)]
    if all(m in rate for m in year):
        total = sums.loc[year].sum()
        mean = Fraction(int(total["buyers"]), int(total["inquiries"]))
        found.append(
            Reference(
                "last-twelve-months",
                mean,
                mean,
                Text("team's rate of the last twelve months", "团队最近 12 个月转化率"),
            )
        )
    before = str(Month.parse(last).shift(-11))
    if before in rate:
        found.append(
            Reference(
                "year-before",
                rate[before],
                rate[before],
                Text(f"team's rate in {before}, the coming month a year ago", f"团队 {before}（去年同月）转化率"),
            )
        )
    return tuple(found)


def _points(band: tuple[Fraction, Fraction]) -> str:
    return f"{float(band[0] * 100):g}-{float(band[1] * 100):g}"


def benchmark_references(benchmarks: pd.DataFrame, category: str) -> tuple[Reference, ...]:
    """Return the industry's conversion of `category`, latest month of the user's benchmark table.

    Parameters
    ----------
    benchmarks : category, month, conversion (share).

    Raises
    ------
    InputError
        If the table has no conversion for the category.
    """
    rows = benchmarks[(benchmarks["category"] == category) & benchmarks["conversion"].notna()].sort_values("month")
    if rows.empty:
        raise InputError(
            [
                Problem(
                    "benchmarks",
                    "no conversion for this category",
                    got=repr(category),
                    fix="add a row",
                    code="no-benchmark",
                )
            ]
        )
    last = rows.iloc[-1]
    value = Fraction(str(last["conversion"]))
    return (
        Reference(
            "benchmark",
            value,
            value,
            Text(f"mean of {category} in {last['month']}", f"{category} {last['month']} 行业均值"),
        ),
    )


def reference_table(references: tuple[Reference, ...], edges: tuple[Fraction, ...]) -> pd.DataFrame:
    """Return code, low, high and how many of `edges` lie at or below `low` and above `high`."""
    rows = [
        {
            "code": r.code,
            "label_en": r.label.en,
            "label_zh": r.label.zh,
            "low": float(r.low),
            "high": float(r.high),
            "edges_at_or_below": sum(e <= r.low for e in edges),
            "edges_above": sum(e > r.high for e in edges),
        }
        for r in references
    ]
    return pd.DataFrame(rows)


def check_ratchet(targets: pd.DataFrame, cells: pd.DataFrame) -> tuple[Finding, ...]:
    """Find whether an agent's target follows the agent's own last month.

    Parameters
    ----------
    targets : month, agent, target (share).
    cells : month, agent, inquiries, buyers.

    Notes
    -----
    Slope of (target less the month's mean target) on (own rate of the month before less the team's mean), clustered by
    agent. A slope whose 95 % interval lies above 0 means that a good month raises the next target.

    References
    ----------
    Weitzman (1980), Bell J. Economics 11, 302 (the ratchet principle).
    """
    rate = cells.groupby(["month", "agent"])[["inquiries", "buyers"]].sum().reset_index()
    rate = rate[rate["inquiries"] > 0]
    following = {m: str(Month.parse(str(m)).shift(1)) for m in rate["month"].drop_duplicates()}
    own = rate.assign(own=rate["buyers"] / rate["inquiries"], month=rate["month"].map(following))[
        ["month", "agent", "own"]
    ]
    both = targets.merge(own, on=["month", "agent"])
    both = both.assign(
        **{
            c: both[c].astype("float64") - both.groupby("month")[c].transform("mean").astype("float64")
            for c in ("target", "own")
        }
    )
    square = float((both["own"] ** 2).sum())
    if both["agent"].nunique() < 3 or square == 0:
        return ()
    slope = float((both["own"] * both["target"]).sum()) / square
    score = (both["own"] * (both["target"] - slope * both["own"])).groupby(both["agent"]).sum()
    error = float(np.sqrt((score**2).sum() * len(score) / (len(score) - 1))) / square
    low, high = slope - 1.96 * error, slope + 1.96 * error
    return (_ratchet_finding(slope, low, high, len(both)),) if low > 0 and slope > 1e-9 else ()


def _ratchet_finding(slope: float, low: float, high: float, n: int) -> Finding:
    message = Text(
        f"One point more this month raises the agent's own next target by {slope:.2f} points ({low:.2f} to "
        f"{high:.2f}, {n} targets): a good month is "
        "punished. Set targets from the pooled baseline.",
        f"本月多 1 个百分点，该客服下月目标就提高 {slope:.2f} 个百分点（{low:.2f} 至 {high:.2f}，共 {n} 个目标）"
        "：做得好反而吃亏。请按团队基线定目标。",
    )
    return Finding(
        "ratchet", "review", "targets", message, evidence={"slope": slope, "lower": low, "upper": high, "n": n}
    )
