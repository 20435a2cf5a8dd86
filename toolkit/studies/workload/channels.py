"""Inquiries, conversion and what they cost, by channel and hour of the day; calls answered and resolved where told.

What no table brings is None, and the report says what would bring it; it is never 0.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from toolkit.core.period import Month
    from toolkit.data.tables.workspace import Workspace

SUMS = ("inquiries", "buyers", "reached", "reached_buyers", "spend", "told", "answered", "closed", "resolved")
_AT = ["channel", "hour"]


@dataclass(frozen=True, slots=True)
class Channels:
    """A month's channels by hour of the day, in columns that add up.

    Parameters
    ----------
    cells : channel ("" for none), hour (0 to 23; null of spend whose hour is not told), and `SUMS`: inquiries and
        buyers; reached, reached_buyers: those of the shops and days whose spend is known; spend (minor units); told,
        answered: contacts of which it is told whether they were answered, and those that were; closed, resolved: of
        which it is told whether they were resolved at once (none that nobody answered), and those that were.
    n_days, n_known : days of a shop with inquiries, and those whose spend is known.
    """

    cells: pd.DataFrame
    n_days: int
    n_known: int

    @property
    def by_hour_known(self) -> bool:
        """Whether all spend of the month is known by its hour."""
        return self.n_known > 0 and bool(self.cells["hour"].notna().all())

    def in_bands(self, width: int) -> Channels:
        """Return the same with every `width` hours of the day as one, named by the first."""
        hour = self.cells["hour"] // width * width
        return replace(self, cells=self.cells.assign(hour=hour))

    def by(self, *names: str) -> pd.DataFrame:
        """Return the sums by channel, hour or both; then conversion, cost per inquiry and per buyer, and shares.

        Returns
        -------
        DataFrame
            `names`, `SUMS`, conversion, each (minor units of spend an inquiry), each_buyer, answered_share,
            resolved_share; null where nothing is known to divide or to divide by.
        """
        sums = self.cells.groupby(list(names), as_index=False, dropna=False)[list(SUMS)].sum()
        spent = sums["spend"].where(sums["spend"] > 0)
        ratios = {
            "conversion": sums["buyers"] / sums["inquiries"].where(sums["inquiries"] > 0),
            "each": (spent / sums["reached"].where(sums["reached"] > 0)).round(),
            "each_buyer": (spent / sums["reached_buyers"].where(sums["reached_buyers"] > 0)).round(),
            "answered_share": sums["answered"] / sums["told"].where(sums["told"] > 0),
            "resolved_share": sums["resolved"] / sums["closed"].where(sums["closed"] > 0),
        }
        return sums.assign(spend=spent, **ratios)


def gather_channels(workspace: Workspace, month: Month, shop: str, rows: pd.DataFrame, asked: pd.DataFrame) -> Channels:
    """Read what came by each channel and hour of a month, and what it cost.

    Parameters
    ----------
    rows : shop, channel, asked_at, answered, resolved; every row of the list of inquiries.
    asked : shop, channel, asked_at, bought; those that count, each once.
    """
    table = workspace.table("advertising")
    spent = table.loc[(table["date"].dt.strftime("%Y-%m") == str(month)) & (table["shop"] == (shop or table["shop"]))]
    known = pd.MultiIndex.from_frame(spent[["shop", "date"]])
    days = pd.MultiIndex.from_arrays([asked["shop"], asked["asked_at"].dt.normalize()])
    reached = pd.Series(days.isin(known), asked.index)
    closed = rows["resolved"].notna() & rows["answered"].fillna(True)
    parts = (
        _at(
            asked,
            inquiries=1,
            buyers=asked["bought"],
            reached=reached,
            reached_buyers=asked["bought"].where(reached, 0),
        ),
        _at(rows, told=rows["answered"].notna(), answered=rows["answered"].fillna(False)),
        _at(rows, closed=closed, resolved=rows["resolved"].fillna(False) & closed),
        spent[["channel", "hour", "spend"]].assign(channel=spent["channel"].fillna("")),
    )
    cells = pd.concat(parts, ignore_index=True).reindex(columns=[*_AT, *SUMS])
    whole = dict.fromkeys(SUMS, "int64") | {"hour": "Int64"}
    cells = cells.fillna(dict.fromkeys(SUMS, 0)).astype(whole).groupby(_AT, dropna=False, as_index=False).sum()
    return Channels(cells, days.nunique(), int(days.unique().isin(known).sum()))


def _at(rows: pd.DataFrame, **sums: pd.Series | int) -> pd.DataFrame:
    """Return channel, hour and columns that add up, a row of `rows` each."""
    at = pd.DataFrame({"channel": rows["channel"].fillna(""), "hour": rows["asked_at"].dt.hour.astype("Int64")})
    return at.assign(**{name: pd.Series(value, rows.index).astype("int64") for name, value in sums.items()})
