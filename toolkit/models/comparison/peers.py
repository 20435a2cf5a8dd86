"""What a group of people converts on the customers that one of them had: conversion with the same mix.

Indirect standardisation: the group's conversion in each part of the mix (a channel, say), weighted by the person's own
inquiries there. Where the mix is one part the group's conversion is the same for everybody.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd


def expected_buyers(cells: pd.DataFrame, mix: Sequence[str], *, without_own: bool) -> pd.Series:
    """Return the buyers the group would have made of each cell's inquiries; blank where there is nobody to say so.

    Parameters
    ----------
    cells : agent, inquiries, buyers, the columns of `mix`; several cells of an agent may share a part of the mix.
    mix : columns that together name a part, the group (shop, month) among them; blanks are a part of their own.
    without_own : whether the group is the others only, so that nobody is held against oneself.

    References
    ----------
    Inskip, Beral, Fraser & Haskey (1983), Statist. Med. 2, 455 (indirect standardisation).
    """
    counts = cells[["inquiries", "buyers"]].astype("float64")
    parts = [cells[name].astype("str").fillna("") for name in mix]
    whole = counts.groupby(parts).transform("sum")
    if without_own:
        whole -= counts.groupby([*parts, cells["agent"]]).transform("sum")
    rate = whole["buyers"] / whole["inquiries"].where(whole["inquiries"] > 0)
    return counts["inquiries"] * rate
