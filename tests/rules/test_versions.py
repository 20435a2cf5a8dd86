"""Two versions of a scheme, one after the other: what the first left behind is settled as the first said."""

from __future__ import annotations

import pandas as pd
import pytest

from toolkit.rules.scheme.loading import parse_scheme
from toolkit.rules.scheme.scheme import Scheme
from toolkit.rules.settle.payroll import pay

JANUARY, FEBRUARY = "{from: 2024-01-01, to: 2024-01-31}", "{from: 2024-02-01}"


def version(days: str, cap: str) -> Scheme:
    text = f"language: 1\nscheme: case\ntitle: Case\ncurrency: CNY\nin_force: {days}\n"
    return parse_scheme(f"{text}components: [{{id: c, pay: sales, rate: 10%}}]\nlimits: [{{{cap}}}]\n", "s.yaml")


@pytest.mark.parametrize(
    ("before", "after", "carried"),
    [
        ("cap: 1000, carry: true", "cap: 1000, carry: true", 300),
        ("cap: 1000", "cap: 1000, carry: true", 0),
        ("cap: 1000, carry: true", "cap: 1000", 0),
        ("cap: 1000, period: year", "cap: 1000, carry: true", 0),
    ],
)
def test_only_what_a_cap_withheld_to_be_carried_over_is_paid_later(before: str, after: str, carried: int) -> None:
    # January: 1,400 of which 400 are withheld; February: 700, with room for 300 of them
    versions = [version(JANUARY, before), version(FEBRUARY, after)]
    rows = pd.DataFrame({"month": ["2024-01", "2024-02"], "agent": "Li", "sales": [1_400_000, 700_000]})
    measures = rows.astype({"month": "str", "agent": "str", "sales": "Int64"})
    first = pay(versions, measures.iloc[:1], month="2024-01").table
    second = pay(versions, measures, month="2024-02", ledger=first).table
    assert first["amount"].sum() == 1000_00
    assert second.loc[second["step"] == "limit", "amount"].sum() == carried * 100
    assert second["amount"].sum() == (700 + carried) * 100
