from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from tests.models.worlds import Spec, make_world
from toolkit.core.errors import InputError
from toolkit.core.period import Month
from toolkit.models.baseline.conversion import fit_conversion
from toolkit.models.targets.references import benchmark_references, check_ratchet, history_references, reference_table


def team(rates):
    rows = [
        (str(Month(2023, 1).shift(t)), f"a{a}", 500, round(500 * rate) + a - 1)
        for t, rate in enumerate(rates)
        for a in range(3)
    ]
    return pd.DataFrame(rows, columns=["month", "agent", "inquiries", "buyers"])


def references(rates):
    return {r.code: r for r in history_references(fit_conversion(team(rates), case_mix=()))}


def test_last_month_of_42_percent_gives_45_to_48():
    found = references([0.40, 0.42])  # Systems C1
    assert found["last-month"].low == Fraction(42, 100)
    assert (found["last-month-plus"].low, found["last-month-plus"].high) == (Fraction(45, 100), Fraction(48, 100))
    assert set(found) == {"last-month", "last-month-plus"}


def test_the_coming_month_a_year_ago_is_named():
    found = references([0.30, 0.40] + [0.42] * 11)
    assert found["year-before"].low == Fraction(40, 100)
    assert found["last-twelve-months"].low == Fraction(40 + 11 * 42, 1200)


def test_what_the_fit_set_aside_is_in_the_teams_rate():
    frame = team([0.40, 0.42]).assign(shop="open")
    closed = frame.assign(shop="closed", inquiries=100, buyers=0)
    found = history_references(fit_conversion(pd.concat([frame, closed])))
    assert found[0].low == Fraction(42 * 5 * 3, 100 * 6 * 3)


def test_the_benchmark_is_the_latest_of_the_category():
    table = pd.DataFrame(
        {
            "category": ["tea", "tea", "toys"],
            "month": ["2024-01", "2024-03", "2024-04"],
            "conversion": [0.31, 0.35, 0.5],
        }
    )
    (found,) = benchmark_references(table, "tea")
    assert found.low == Fraction(35, 100)
    assert "2024-03" in found.label.zh
    with pytest.raises(InputError, match="shoes"):
        benchmark_references(table, "shoes")


def test_edges_are_counted_against_each_reference():
    table = reference_table(
        history_references(fit_conversion(team([0.40, 0.42]), case_mix=())), (Fraction(2, 5), Fraction(1, 2))
    )
    assert table.set_index("code").loc["last-month", ["edges_at_or_below", "edges_above"]].tolist() == [1, 1]


@pytest.fixture(scope="module")
def cells():
    return make_world(2, Spec(agents=40, months=8, few=2)).cells


def own_rates(cells):
    sums = cells.groupby(["month", "agent"])[["inquiries", "buyers"]].sum().reset_index()
    following = sums["month"].map(lambda m: str(Month.parse(m).shift(1)))
    return sums.assign(month=following, own=sums["buyers"] / sums["inquiries"])


def test_a_target_that_follows_the_own_last_month_is_found(cells):
    targets = own_rates(cells).assign(target=lambda f: 0.05 + 0.8 * f["own"])[["month", "agent", "target"]]
    (finding,) = check_ratchet(targets, cells)
    assert finding.code == "ratchet"
    assert finding.evidence["slope"] == pytest.approx(0.8)


def test_the_same_target_for_all_or_one_by_chance_is_no_ratchet(cells):
    own = own_rates(cells)
    assert check_ratchet(own.assign(target=0.3)[["month", "agent", "target"]], cells) == ()
    random = np.random.default_rng(4).normal(0.3, 0.02, len(own))
    assert check_ratchet(own.assign(target=random)[["month", "agent", "target"]], cells) == ()
