"""Checks on days: pending figures, gaps, months cut short, and days unlike all others.

How the limits were set: a missing day counts only where that weekday usually has at least eight rows, so that chance
empties it less than once in 3,000 days (Poisson); a day is unlike others when it is more than four times, or less than
a quarter of, the median of the same weekday in the four weeks before and after.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from toolkit.core.findings import Finding, listed
from toolkit.core.text import Text
from toolkit.data.checks.context import TableCache, month_of
from toolkit.data.tables.schema import RANGES

DATED = (("inquiries", "asked_at"), ("orders", "created_at"), ("agent_days", "date"))
USUAL_ROWS, USUAL_EVENTS, FAR = 8, 50, 4


def pending_days(books: TableCache) -> Iterator[Finding]:
    """Days whose conversion the vendor had not settled when the report was taken, by shop and month."""
    days = books.table("agent_days")
    pending = days[days["pending"].fillna(False).astype(bool)]
    last = days.groupby("shop")["date"].max()
    for (shop, month), rows in pending.groupby(["shop", month_of(pending["date"])]):
        first, end = rows["date"].min(), rows["date"].max()
        complete = last.at[str(shop)] >= end + pd.offsets.MonthEnd(0)
        yield Finding(
            "pending-days",
            "stop" if complete else "info",
            str(shop),
            Text(
                f"{shop}, {month}: {len(rows)} rows from {first:%Y-%m-%d} to {end:%Y-%m-%d} were not settled when the "
                "report was taken; export the month again after its payment window.",
                f"{shop} {month}：{first:%Y-%m-%d} 至 {end:%Y-%m-%d} 有 {len(rows)} 行在导出时仍在延迟统计，"
                "请在付款窗口结束后重新导出该月。",
            ),
            str(month),
            {"rows": len(rows), "accounts": sorted(set(rows["account"]))},
        )


def missing_days(books: TableCache) -> Iterator[Finding]:
    """Days without a row between the first and last day of a shop, where that weekday usually has many."""
    for table, shop, counts in _daily_rows(books):
        expected = _usual(counts.fillna(0))
        for month, lost in _by_month(counts.index[counts.isna() & (expected >= USUAL_ROWS)]):
            yield Finding(
                "missing-days",
                "review",
                shop,
                Text(
                    f"{shop}, {month}: {table} has no row on {len(lost)} days: {listed(lost)}.",
                    f"{shop} {month}：{table} 有 {len(lost)} 天没有数据：{listed(lost)}。",
                ),
                month,
                {"table": table, "days": lost},
            )


def partial_months(books: TableCache) -> Iterator[Finding]:
    """First and last months that the data do not cover from their first to their last day.

    Where days usually have few rows, up to two days without one say nothing.
    """
    cut: dict[tuple[str, str, bool], dict[str, str]] = {}
    for table, shop, days in _daily_rows(books):
        first, last = days.index[0], days.index[-1]
        before = pd.date_range(first.to_period("M").start_time, first, inclusive="left")
        after = pd.date_range(last, last + pd.offsets.MonthEnd(0), inclusive="right")
        usual = days.fillna(0).groupby(pd.DatetimeIndex(days.index).day_of_week).median()
        busy = usual.index[usual >= USUAL_ROWS]
        for day, lost, begins in ((first, before, True), (last, after, False)):
            if len(lost[lost.day_of_week.isin(busy)] if len(busy) else lost[2:]):
                cut.setdefault((shop, f"{day:%Y-%m}", begins), {})[table] = f"{day:%Y-%m-%d}"
    for (shop, month, begins), tables in cut.items():
        yield _cut_month(shop, month, begins, tables)


def _cut_month(shop: str, month: str, begins: bool, tables: dict[str, str]) -> Finding:
    told = ", ".join(f"{table} {day}" for table, day in tables.items())
    word, zh = ("begin", "开始") if begins else ("end", "截止")
    return Finding(
        "partial-month",
        "info",
        shop,
        Text(
            f"{shop}: {month} is not complete; the data {word} inside it ({told}).",
            f"{shop}：{month} 不完整，数据在月中{zh}（{told}）。",
        ),
        month,
        {"days": tables},
    )


def outlier_days(books: TableCache) -> Iterator[Finding]:
    """Days far above or below the same weekdays around them, which make a month unfit for setting targets."""
    for table, shop, counts in _daily_rows(books):
        around = _usual(counts.fillna(0))
        far = (around >= USUAL_EVENTS) & (counts > 0) & ((counts > FAR * around) | (counts < around / FAR))
        inside = far & (counts.index != counts.index[0]) & (counts.index != counts.index[-1])
        for month, days in _by_month(counts.index[inside]):
            told = [f"{day} ({int(counts[day]):,}, usual {around[day]:,.0f})" for day in days]
            yield Finding(
                "outlier-days",
                "info",
                shop,
                Text(
                    f"{shop}, {month}: {table} on {listed(told)} are unlike the same weekdays around them; think twice "
                    "before targets are set from this month. Nothing is dropped from pay.",
                    f"{shop} {month}：{table} 在 {listed(told)} 与前后同一星期几差异很大；据此月设定目标前请斟酌。"
                    "发薪不受影响。",
                ),
                month,
                {"table": table, "days": days},
            )


def _daily_rows(books: TableCache) -> Iterator[tuple[str, str, pd.Series]]:
    """Yield table, shop and its events (or the inquiries a report counts) a day; null on days without any row."""
    for table, column in DATED:
        rows = books.table(table)
        if table == "agent_days":  # a figure of a whole month or range stands on its first day, and covers the others
            rows = rows[~rows["count_unit"].isin(RANGES)]
        weight = rows["inquiries"].fillna(0) if table == "agent_days" else pd.Series(1, index=rows.index)
        day = rows[column].dt.normalize()
        for shop, counts in weight.groupby([rows["shop"], day]).sum().astype("float64").groupby(level=0):
            mine = counts.droplevel(0)
            mine = mine[mine[mine > 0].index.min() : mine[mine > 0].index.max()]
            if mine.empty:
                continue
            whole = pd.date_range(mine.index.min(), mine.index.max(), freq="D")
            yield table, str(shop), mine.reindex(whole)


def _usual(counts: pd.Series, weeks: int = 9) -> pd.Series:
    """Return for each day the median of the same weekday in the four weeks before and after it, itself included."""
    parts = [
        part.rolling(weeks, center=True, min_periods=1).median()
        for _, part in counts.groupby(counts.index.day_of_week)  # type: ignore[attr-defined]
    ]
    return pd.concat(parts).sort_index() if parts else pd.Series(dtype=np.float64)


def _by_month(days: pd.Index) -> Iterator[tuple[str, list[str]]]:
    texts = pd.Series([f"{day:%Y-%m-%d}" for day in days], dtype="str")
    for month, part in texts.groupby(texts.str[:7]):
        yield str(month), part.tolist()
