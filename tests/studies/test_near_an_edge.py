"""Who stands one buyer from other pay: where people are compared, each is tried while the others stay as they were."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from tests.rules.test_lint import HEADING, component
from toolkit.core.period import Month
from toolkit.rules.scheme.loading import parse_scheme
from toolkit.rules.settle.payroll import pay
from toolkit.studies.audit.questions import near_an_edge

RATIO = "define: {conversion: buyers / inquiries}\n"
PLACES = component("rank: {by: conversion, order: highest, ties: split}, amount: [200]", RATIO)
BONUS = component("when: conversion >= 50%, amount: 200", RATIO)


def near(text: str) -> list[tuple[Any, ...]]:
    cells = pd.DataFrame(
        [("2024-10", "Li", "S", 10, 5), ("2024-10", "Wu", "S", 100, 49)],
        columns=["month", "agent", "shop", "inquiries", "buyers"],
    ).astype({"inquiries": "Int64", "buyers": "Int64"})
    versions = (parse_scheme(HEADING + text),)
    due = pay(versions, cells, month="2024-10").table.groupby("agent")["amount"].sum()
    due["Gone"] = 500  # paid a correction, and in none of the month's rows
    measures, unchanged = SimpleNamespace(table=cells), pd.Series(dtype="Int64")
    month: Any = SimpleNamespace(
        month=Month(2024, 10), measures=measures, versions=versions, tables={}, due=due, changed=unchanged
    )
    found = near_an_edge(month)
    return [tuple(row) for row in found[["agent", "buyers", "difference"]].itertuples(index=False)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # 4 of 10 fall behind 49 of 100; 50 of 100 share the place with 5 of 10. One fewer each would crown Wu.
        (PLACES, [("Li", -1, -20000), ("Wu", 1, 10000)]),
        (BONUS, [("Wu", 1, 20000), ("Li", -1, -20000)]),
    ],
    ids=["places", "a bonus of one's own"],
)
def test_one_buyer_is_tried_as_if_nobody_else_changed(text: str, expected: list[tuple[Any, ...]]) -> None:
    assert near(text) == expected
