"""Checks on the vendor's days: figures that cannot be, and figures far from their neighbours.

How the limits were set: a count is far when it is ten times what nine tenths of the account's other days reach, and at
least 50; on the bundled sample and the exports tried, season peaks stay below four times.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import pandas as pd

from toolkit.core.findings import Finding, listed
from toolkit.core.money import format_money
from toolkit.core.text import Text
from toolkit.data.checks.context import TableCache, month_of, records
from toolkit.data.tables.storage import place_of

COUNTS = ("consultations", "receptions", "inquiries", "buyers", "orders", "units")
FAR, LEAST = 10, 50
_RATIO = re.compile(r"(\d+(?:\.(\d+))?)%")


def buyers_exceed_inquiries(books: TableCache) -> Iterator[Finding]:
    """More buyers than inquiries over a month, for an account: one of the two columns is not what it says.

    It stops the month where somebody is paid by it: the account is held, the report counts what those who asked did
    (not those who paid, of whom some asked earlier), and no list of inquiries stands in its place.
    """
    days = books.table("agent_days").dropna(subset=["inquiries", "buyers"])
    days = days.assign(month=month_of(days["date"]), later=days["cohort"].fillna("asked") != "asked")
    columns = {"inquiries": "sum", "buyers": "sum", "sales": "sum", "later": "any"}
    sums = days.groupby(["month", "shop", "account"]).agg(columns).reset_index()
    asked = books.table("inquiries")
    listed_months = set(zip(month_of(asked["asked_at"]), asked["shop"], strict=True))
    held = set(books.table("accounts")["account"])
    for row in records(sums[sums["buyers"] > sums["inquiries"]]):
        buyers, inquiries, month = int(row["buyers"]), int(row["inquiries"]), row["month"]
        who, sales = f"{row['account']} ({row['shop']})", int(row["sales"])
        paid = row["account"] in held and not row["later"] and (month, row["shop"]) not in listed_months
        yield Finding(
            "buyers-exceed-inquiries",
            "stop" if paid else "review",
            row["account"],
            Text(
                f"{who} has {buyers:,} buyers of {inquiries:,} inquiries in {month}: conversion is above 100 %, on "
                f"{format_money(sales)} of sales.",
                f"{who} {month} 有 {buyers:,} 名成交、{inquiries:,} 名询单：转化率超过 100%，涉及销售额 "
                f"{format_money(sales)}。",
            ),
            month,
            {"buyers": buyers, "inquiries": inquiries, "amount": sales},
        )


def count_far_from_others(books: TableCache) -> Iterator[Finding]:
    """A count ten times what the account usually has: an amount, or two days, in the cell of one count."""
    days = books.table("agent_days")
    by_account = days.groupby("account")[list(COUNTS)]
    highs, told = by_account.quantile(0.9).astype("float64"), by_account.count()
    for column in COUNTS:
        usual = days["account"].map(highs[column].where(told[column] >= 10))
        far = (days[column] >= LEAST) & (days[column] > FAR * usual.clip(lower=1))
        for row in records(days.assign(_usual=usual)[far.fillna(False)]):
            yield _far_cell(row, column, float(row["_usual"]))


def _far_cell(row: Mapping[str, Any], column: str, usual: float) -> Finding:
    value, day = int(row[column]), f"{row['date']:%Y-%m-%d}"
    amount = not pd.isna(row["sales"]) and value * 100 == int(row["sales"])
    also, too = (" It equals the sales of the day.", "与当日销售额相同。") if amount else ("", "")
    return Finding(
        "cell-far-from-neighbours",
        "review",
        row["account"],
        Text(
            f"{row['account']} has {value:,} {column} on {day}; nine of ten days have at most {usual:,.0f}.{also}",
            f"{row['account']} 在 {day} 的 {column} 为 {value:,}，九成日期不超过 {usual:,.0f}。{too}",
        ),
        day[:7],
        {"column": column, "value": value, "usual": usual, "place": place_of(row)},
    )


def sales_in_other_unit(books: TableCache) -> Iterator[Finding]:
    """Sales per order fifty times above or below the account's median: fen for yuan, or a slipped decimal point."""
    days = books.table("agent_days")
    days = days[(days["orders"] >= 1) & (days["sales"] > 0)]
    value = (days["sales"] / days["orders"]).astype("float64")
    usual = value.groupby(days["account"]).transform(lambda s: s.median() if len(s) >= 10 else float("nan"))
    days = days.assign(_value=value, _usual=usual)
    for row in records(days[(value > 50 * usual) | (value < usual / 50)]):
        each, median = (format_money(round(row[c])) for c in ("_value", "_usual"))
        day = f"{row['date']:%Y-%m-%d}"
        yield Finding(
            "cell-far-from-neighbours",
            "review",
            row["account"],
            Text(
                f"{row['account']} has {each} of sales an order on {day}; the median of its days is {median}.",
                f"{row['account']} 在 {day} 平均每单 {each}，其各日中位数为 {median}。",
            ),
            day[:7],
            {"column": "sales", "value": int(row["sales"]), "place": place_of(row)},
        )


def odd_ratios(books: TableCache) -> Iterator[Finding]:
    """Ratio cells written unlike the others of their column (28.66, ``6,25%``), or above 100 %."""
    for table in ("agent_days", "shop_days"):
        rows = books.table(table)
        for column in (c for c in rows.columns if c in ("conversion_shown", "satisfaction_shown")):
            told = rows[rows[column].notna()]
            read = told[column].str.fullmatch(_RATIO.pattern).astype(bool)
            high = told[column].str.rstrip("%").where(read).astype("float64") > 100
            odd = told[(high | ~read) & (read.mean() >= 0.5)]
            if len(odd):
                yield _odd(table, column, odd)


def _odd(table: str, column: str, odd: pd.DataFrame) -> Finding:
    cells = [f"{v} ({f'{d:%Y-%m-%d}'})" for v, d in zip(odd[column], odd["date"], strict=True)]
    return Finding(
        "odd-ratio",
        "review",
        f"{table}.{column}",
        Text(
            f"{len(odd):,} cells of {column} are no percentage like the others: {listed(cells)}. They are not used.",
            f"{column} 有 {len(odd):,} 个单元格与其他百分比写法不同：{listed(cells)}。这些值不参与计算。",
        ),
        f"{odd['date'].min():%Y-%m}" if odd["date"].dt.to_period("M").nunique() == 1 else "",
        {"cells": cells[:20], "places": [place_of(row) for row in records(odd.head(20))]},
    )


def ratio_differs_from_parts(books: TableCache) -> Iterator[Finding]:
    """The conversion a report shows is not its buyers by its inquiries, within the digits shown."""
    days = books.table("agent_days")
    if "conversion_shown" not in days:
        return
    days = days[days["conversion_shown"].str.fullmatch(_RATIO.pattern).fillna(False).astype(bool)]
    days = days[(days["inquiries"] > 0) & days["buyers"].notna()]
    parts = zip(days["conversion_shown"], days["buyers"], days["inquiries"], strict=True)
    wrong = days[pd.Series([_differs(*cells) for cells in parts], days.index, dtype=bool)]
    for report, rows in wrong.groupby("_report" if "_report" in wrong else "shop"):
        row = next(records(rows))
        shown = (
            f"{row['account']} {row['date']:%Y-%m-%d}: {row['conversion_shown']}, {row['buyers']}/{row['inquiries']}"
        )
        yield Finding(
            "ratio-differs-from-parts",
            "review",
            str(report),
            Text(
                f"{report}: on {len(rows):,} rows the conversion shown is not buyers by inquiries, first {shown}.",
                f"{report}：{len(rows):,} 行所示转化率不等于成交除以询单，首例 {shown}。",
            ),
            evidence={"n_rows": len(rows), "place": place_of(row)},
        )


def _differs(shown: str, buyers: int, inquiries: int) -> bool:
    match = _RATIO.fullmatch(shown)
    if match is None:
        return False
    step = Decimal(1).scaleb(-len(match[2] or ""))
    return abs(Decimal(match[1]) - Decimal(100) * int(buyers) / int(inquiries)) > step


def sales_without_receptions(books: TableCache) -> Iterator[Finding]:
    """Sales of an account that received nobody on that day, nor on any day from which an order could follow.

    A customer may pay on the agent's day off, so the days of the crediting window before count as well.
    """
    days = books.table("agent_days").dropna(subset=["receptions"])
    window = pd.Timedelta(days=books.workspace.settings.crediting.window_days)
    served = days[days["receptions"] > 0][["account", "date"]].assign(last=lambda d: d["date"]).sort_values("date")
    sold = days[days["sales"] > 0].sort_values("date")
    sold = pd.merge_asof(sold, served, on="date", by="account")
    alone = sold[sold["last"].isna() | (sold["date"] - sold["last"] > window)]
    for (month, account), rows in alone.groupby([month_of(alone["date"]), "account"]):
        sales, dates = format_money(int(rows["sales"].sum())), [f"{d:%Y-%m-%d}" for d in rows["date"]]
        yield Finding(
            "sales-without-receptions",
            "review",
            str(account),
            Text(
                f"{account} has {sales} of sales in {month} without having received anybody then or in the "
                f"{window.days} days before: {listed(dates)}.",
                f"{account} {month} 有 {sales} 销售额，而当日及此前 {window.days} 天都没有接待：{listed(dates)}。",
            ),
            str(month),
            {"sales": int(rows["sales"].sum()), "dates": dates},
        )


def repeated_days(books: TableCache) -> Iterator[Finding]:
    """Two days of an account that agree in every figure: a day that was copied."""
    days = books.table("agent_days")
    told = [c for c in (*COUNTS, "sales", "reply_seconds") if days[c].notna().any()]
    busy = days[(days["sales"] > 0) & (days["receptions"].fillna(0) >= 10)]
    for (account,), rows in busy[busy.duplicated(["account", *told], keep=False)].groupby(["account"]):
        dates = [f"{d:%Y-%m-%d}" for d in rows["date"]]
        yield Finding(
            "repeated-day",
            "review",
            str(account),
            Text(
                f"{account} has the same figures in every column on {listed(dates)}.",
                f"{account} 在 {listed(dates)} 的所有数值完全相同。",
            ),
            dates[0][:7],
            {"dates": dates, "place": place_of(list(records(rows))[-1])},
        )


def manual_figures_shown(books: TableCache) -> Iterator[Finding]:
    """Adjustments made by hand inside a vendor's report, which count only when they are entered as adjustments."""
    days = books.table("agent_days")
    columns = [c for c in ("manual_amount_shown", "manual_factor_shown") if c in days]
    told = pd.Series(False, index=days.index)
    for column in columns:
        told |= days[column].notna() & ~days[column].isin(["0", "0.0", "0.00", "1", "1.0", "100%"])
    for (month, account), rows in days[told].groupby([month_of(days.loc[told, "date"]), "account"]):
        yield Finding(
            "manual-figure-shown",
            "review",
            str(account),
            Text(
                f"The report of {account} in {month} carries adjustments made by hand on {len(rows)} days; they are "
                "not applied. Enter them as adjustments with a reason, or drop them.",
                f"{account} {month} 的报表有 {len(rows)} 天含手工调整，未计入。请作为调整单录入并说明原因。",
            ),
            str(month),
            {"days": len(rows), "place": place_of(next(records(rows)))},
        )
