"""Months in a row below a line of conversion, and the chance that luck alone puts somebody there."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pandas as pd


@dataclass(frozen=True, slots=True)
class BelowLine:
    """Who stood below the line in every month.

    Parameters
    ----------
    people : agent, inquiries, conversion, peers (conversion of the peers on the same customers), line, chance (that
        somebody who converts as the peers do stands below the line in every one of these months), below (in all of
        them); a row a person watched.
    line : the share of the peers' conversion below which one stands.
    n_months : in a row.
    """

    people: pd.DataFrame
    line: Fraction
    n_months: int

    @property
    def by_luck(self) -> float:
        """The number of people expected below the line in every month where everybody converts as the peers do."""
        return float(self.people["chance"].sum())

    @property
    def any_by_luck(self) -> float:
        """The chance that luck alone puts at least one of those watched below the line in every month."""
        return float(1 - np.prod(1 - self.people["chance"].to_numpy(np.float64)))


def watch_line(months: pd.DataFrame, line: Fraction, n_months: int) -> BelowLine:
    """Hold everybody with inquiries in each of the months against the line.

    Parameters
    ----------
    months : agent, month, inquiries, buyers, expected (buyers the peers would have made); a row an agent and month;
        one with a blank or without inquiries is no month of record.
    line : below so much of the peers' conversion, e.g. 9/10.

    Notes
    -----
    Chance = product over months of P(X < line x expected), X binomial(inquiries, expected / inquiries); of a mix of
    parts that is a little too much. Customers are taken to decide each by themselves and the peers' conversion to be
    known; where days differ for all of one person's customers, luck does more than this.
    """
    from scipy.special import bdtr

    known = months[(months["inquiries"] > 0) & months["expected"].notna()].dropna(subset=["buyers"])
    known = known.astype(dict.fromkeys(("inquiries", "buyers", "expected"), "float64"))
    edge = known["expected"] * float(line)
    most = np.ceil(edge - 1e-9) - 1  # buyers one may have and stand below
    rate = (known["expected"] / known["inquiries"]).clip(0, 1)
    known = known.assign(
        below=known["buyers"] <= most,
        chance=np.where(most < 0, 0.0, bdtr(most.clip(lower=0), known["inquiries"], rate)),
    )
    by_agent = known.groupby("agent")
    sums = by_agent[["inquiries", "buyers", "expected"]].sum()
    people = pd.DataFrame(
        {
            "inquiries": sums["inquiries"].astype("int64"),
            "conversion": sums["buyers"] / sums["inquiries"],
            "peers": sums["expected"] / sums["inquiries"],
            "line": float(line) * sums["expected"] / sums["inquiries"],
            "chance": by_agent["chance"].prod(),
            "below": by_agent["below"].all(),
        }
    )
    watched = people[by_agent["month"].nunique() == n_months]
    return BelowLine(watched.rename_axis("agent").reset_index(), line, n_months)
