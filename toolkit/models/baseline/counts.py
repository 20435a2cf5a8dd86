"""The plain table every baseline starts from: one row a month, agent and case-mix combination.

A *cell* carries sufficient statistics (inquiries and buyers, orders and sales), never single events: a binomial
model on cells has exactly the coefficients of one row an inquiry. Cells are sorted by agent and month, so that
sums over an agent-month and over an agent are sums of runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from toolkit.core.errors import InputError, Problem, UsageError
from toolkit.core.findings import Finding
from toolkit.core.period import Month
from toolkit.core.text import Text

KNOWN_CASE_MIX = ("shop", "channel", "product")
_KEYS = ("month", "agent")

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class CaseCounts:
    """Cells in the order the models need.

    Parameters
    ----------
    frame : month, agent, the case-mix columns, `size` and `total` (counts or minor units), sorted by agent and month.
    case_mix : case-mix columns, without month.
    agents, months : distinct values, sorted.
    month_start : first cell of each agent-month, (agent-months,).
    agent_start : first agent-month of each agent, (agents,).
    dropped : rows set aside, with column `reason`.
    findings : what the rows left out or the columns left out mean.
    """

    frame: pd.DataFrame
    case_mix: tuple[str, ...]
    size: str
    total: str
    agents: tuple[str, ...]
    months: tuple[str, ...]
    month_start: Ints
    agent_start: Ints
    dropped: pd.DataFrame
    findings: tuple[Finding, ...]

    @property
    def n(self) -> Floats:
        """Inquiries (or orders) of each cell."""
        return self.frame[self.size].to_numpy(np.float64)

    @property
    def y(self) -> Floats:
        """Buyers (or sales in minor units) of each cell."""
        return self.frame[self.total].to_numpy(np.float64)


def prepare_counts(
    table: pd.DataFrame, case_mix: Sequence[str], size: str, total: str, *, source: str = "cells"
) -> CaseCounts:
    """Check a table of cells and put it in order.

    Parameters
    ----------
    table : month (YYYY-MM), agent, the case-mix columns, `size`, `total`; several rows of one cell are summed.
    case_mix : columns whose difference is not the agent's; month is always one of them and need not be named.
    size, total : names of the two columns of counts, e.g. ``inquiries`` and ``buyers``.

    Raises
    ------
    UsageError
        If a named column does not exist.
    InputError
        If a count is missing, negative or not whole, a month is not one, or nothing is left to model.
    """
    mix = tuple(dict.fromkeys(c for c in case_mix if c != "month"))
    missing = [c for c in (*_KEYS, *mix, size, total) if c not in table.columns]
    if missing:
        lacks, has = ", ".join(missing), ", ".join(map(str, table.columns))
        raise UsageError(
            Text(f"the table of cells has no column {lacks}; it has {has}", f"数据里没有列 {lacks}；现有 {has}")
        )
    frame = table[[*_KEYS, *mix, size, total]].reset_index(drop=True)
    named = frame["agent"].notna() & (frame["agent"].astype("str").str.strip() != "")
    told = frame[size].notna() | frame[total].notna()
    _raise_on(_problems(frame[named & told], size, total, source))
    used = named & told & (frame[size].fillna(0) != 0)
    dropped = frame[~used].assign(reason=np.where(~named[~used], "no agent", f"no {size}"))
    if not used.any():
        raise InputError(
            [
                Problem(
                    source,
                    f"no row has an agent and any {size}",
                    fix="check the month and the columns",
                    code="no-cells",
                )
            ]
        )
    kept = _summed(frame[used], mix, size, total)
    return _ordered(kept, mix, size, total, (dropped.reset_index(drop=True), _findings(table, mix, dropped, size)))


def without_counts(cells: CaseCounts, unused: npt.NDArray[np.bool_], reason: str) -> CaseCounts:
    """Return the cells less those marked, which move to `dropped` with the reason; nothing may be left."""
    gone = cells.frame[unused].assign(reason=reason)
    frame = cells.frame[~unused].reset_index(drop=True)
    for column in (*_KEYS, *cells.case_mix):
        frame[column] = frame[column].cat.remove_unused_categories()
    dropped = pd.concat(
        [cells.dropped, gone.astype(dict.fromkeys((*_KEYS, *cells.case_mix), "str"))], ignore_index=True
    )
    return _ordered(frame, cells.case_mix, cells.size, cells.total, (dropped, cells.findings))


def _problems(frame: pd.DataFrame, size: str, total: str, source: str) -> list[Problem]:
    found = []
    for column in (size, total):
        numbers = pd.to_numeric(frame[column], errors="coerce").astype("float64")
        wrong = ~(np.isfinite(numbers) & (numbers == np.floor(numbers)) & ((numbers >= 0) | (column == "sales")))
        found += [
            _bad(source, i, f"{column} is not a whole number of at least 0", frame[column][i])
            for i in frame.index[wrong][:50]
        ]
    if not found and total == "buyers":
        above = frame.index[frame[total].astype("float64") > frame[size].astype("float64")]
        found += [_bad(source, i, f"more buyers than {size} ({frame[size][i]})", frame[total][i]) for i in above[:50]]
    strange = [m for m in frame["month"].drop_duplicates() if not _is_month(m)]
    return found + [
        Problem(source, "not a month", got=repr(m), fix="write YYYY-MM", code="bad-month") for m in strange[:50]
    ]


def _bad(source: str, row: object, message: str, got: object) -> Problem:
    return Problem(source, f"row {row}: {message}", got=str(got), fix="correct the count", code="bad-count")


def _is_month(value: object) -> bool:
    try:
        Month.parse(str(value))
    except UsageError:
        return False
    return True


def _raise_on(problems: list[Problem]) -> None:
    if problems:
        raise InputError(problems)


def _summed(frame: pd.DataFrame, mix: tuple[str, ...], size: str, total: str) -> pd.DataFrame:
    """One row a cell; a blank case-mix value is a level of its own, shown as an empty name."""
    text = frame.assign(
        **{c: frame[c].astype("object").where(frame[c].notna(), "").astype("str") for c in (*_KEYS, *mix)}
    )
    text = text.assign(
        **{c: pd.Categorical(text[c]) for c in (*_KEYS, *mix)}, **{c: text[c].astype("int64") for c in (size, total)}
    )
    return text.groupby(["agent", "month", *mix], observed=True, sort=True)[[size, total]].sum().reset_index()


def _ordered(
    kept: pd.DataFrame, mix: tuple[str, ...], size: str, total: str, notes: tuple[pd.DataFrame, tuple[Finding, ...]]
) -> CaseCounts:
    agent, month = kept["agent"].cat.codes.to_numpy(), kept["month"].cat.codes.to_numpy()
    new_agent = np.r_[True, agent[1:] != agent[:-1]]
    month_start = np.flatnonzero(new_agent | np.r_[True, month[1:] != month[:-1]])
    agent_start = np.flatnonzero(new_agent[month_start])
    agents, months = (tuple(map(str, kept[c].cat.categories)) for c in ("agent", "month"))
    return CaseCounts(kept, mix, size, total, agents, months, month_start, agent_start, *notes)


def _findings(table: pd.DataFrame, mix: tuple[str, ...], dropped: pd.DataFrame, size: str) -> tuple[Finding, ...]:
    found = []
    if len(dropped):
        counts = dropped["reason"].value_counts().to_dict()
        en = ", ".join(f"{n:,} {reason}" for reason, n in counts.items())
        zh = "，".join(f"{'无客服' if reason == 'no agent' else '数量为零'}的 {n:,} 行" for reason, n in counts.items())
        message = Text(f"Rows set aside before the fit: {en}.", f"拟合前剔除的行：{zh}。")
        found.append(
            Finding("cells-set-aside", "info", size, message, evidence={str(k): int(v) for k, v in counts.items()})
        )
    left_out = [c for c in KNOWN_CASE_MIX if c not in mix]
    if left_out:
        zh_names = {"shop": "店铺", "channel": "渠道", "product": "商品"}
        message = Text(
            f"Not in the case-mix: {', '.join(left_out)}. A difference between them is counted as the agent's.",
            f"未纳入构成调整：{'、'.join(zh_names[c] for c in left_out)}。它们之间的差异会算到客服头上。",
        )
        found.append(
            Finding(
                "case-mix-left-out",
                "info",
                ",".join(left_out),
                message,
                evidence={"in_table": [c for c in left_out if c in table]},
            )
        )
    return tuple(found)
