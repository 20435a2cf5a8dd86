"""The baseline study: parts or reasons, case-mix by name, the exact split of sales, names put in at the door."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from tests.models.worlds import Spec, make_world
from toolkit.core.errors import UsageError
from toolkit.core.text import Text
from toolkit.models.comparison.factors import FactorSplit
from toolkit.studies.planning.baselines import BaselineStudy, study_baseline, summary_of
from toolkit.studies.planning.history import History
from toolkit.studies.planning.outlook import NotPossible, choose_case_mix

SMALL = Spec(agents=12, months=8, shops=2, few=2)


def history(cells: pd.DataFrame, **more: object) -> History:
    return History(Text("team", "团队"), cells, **more)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def study() -> BaselineStudy:
    cells = make_world(4, SMALL).cells
    return study_baseline(history(cells.assign(sales=cells["buyers"] * 10_000, orders=cells["buyers"])))


def test_every_part_is_there_where_the_data_allow_it(study: BaselineStudy) -> None:
    parts = ("conversion", "funnel", "reliability", "ranking", "forecast", "sales", "value", "change", "backtest")
    assert [p for p in parts if isinstance(getattr(study, p), NotPossible)] == []
    assert study.coming == "2023-09"
    assert study.case_mix == ("shop",)
    assert summary_of(study)["n_agents"] == 12


def test_the_last_change_of_sales_is_split_without_a_rest(study: BaselineStudy) -> None:
    """Systems B1: 10 agents x 100 a day x 30 days; conversion 40 to 48 %, value 100 to 120: +528,000."""
    rows = [("2024-01", "a", 30_000, 12_000, 120_000_000), ("2024-02", "a", 30_000, 14_400, 172_800_000)]
    cells = pd.DataFrame(rows, columns=["month", "agent", "inquiries", "buyers", "sales"])
    change = study_baseline(history(cells)).change
    assert isinstance(change, FactorSplit)
    assert change.after - change.before == 52_800_000
    assert sum(change.parts.values()) == 52_800_000
    assert change.parts["inquiries"] == 0
    # two factors move: each part is its change times the mean of the other
    assert change.parts["conversion"] == 30_000 * Fraction(8, 100) * 11_000
    assert isinstance(study.change, FactorSplit)
    assert sum(study.change.parts.values()) == study.change.after - study.change.before


def test_agents_of_shops_without_rotation_are_not_compared() -> None:
    one_shop_each = Spec(agents=12, months=8, shops=2, few=0, one_shop_each=True)
    study = study_baseline(history(make_world(4, one_shop_each).cells))
    assert not isinstance(study.conversion, NotPossible)
    assert study.conversion.summary["connected"] is False
    assert "shops-not-connected" in {f.code for f in study.findings}
    assert not isinstance(study.ranking, NotPossible)
    assert set(study.ranking.best_is_best) == {0, 1}


def test_the_case_mix_is_what_every_row_knows() -> None:
    cells = make_world(4, SMALL).cells
    late = cells["month"] > "2023-05"
    blank = cells.assign(channel=np.where(late, "app", None), product=np.where(np.arange(len(cells)) % 2, "p", None))
    mix, found = choose_case_mix(history(blank))
    assert mix == ("shop",)
    assert {f.subject: f.severity for f in found} == {"channel": "info", "product": "info"}
    mix, found = choose_case_mix(history(blank), ["shop", "channel", "product"])
    assert mix == ("shop", "product")  # whole months without a channel cannot be told from these months
    assert {f.subject: f.severity for f in found} == {"channel": "review", "product": "review"}
    assert choose_case_mix(history(cells.drop(columns="shop")))[0] == ()


def test_a_column_that_does_not_exist_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="nothing"):
        study_baseline(history(make_world(4, SMALL).cells), ["nothing"])
    with pytest.raises(UsageError, match="not a month"):
        study_baseline(history(make_world(4, SMALL).cells), campaigns=["June"])


def test_names_are_put_in_before_anything_is_computed() -> None:
    cells = make_world(4, SMALL).cells
    labels = {a: f"P-{i}" for i, a in enumerate(sorted(cells["agent"].unique(), reverse=True))}
    shown = study_baseline(history(cells, names=dict.fromkeys(labels, "secret")).shown_as(labels, internal=True))
    plain = study_baseline(history(cells))
    told = repr([getattr(shown, name) for name in BaselineStudy.__dataclass_fields__])
    assert not [a for a in labels if a in told]
    assert "secret" not in told
    assert not isinstance(shown.conversion, NotPossible)
    assert not isinstance(plain.conversion, NotPossible)
    renamed = plain.conversion.agents.assign(agent=plain.conversion.agents["agent"].map(labels))
    both = renamed.merge(shown.conversion.agents, on="agent")
    assert np.allclose(both["rate_x"], both["rate_y"], atol=1e-9)


def test_large_orders_are_cut_in_the_model_and_shown_untouched() -> None:
    r = np.random.default_rng(1)
    amounts = r.integers(5_000, 20_000, 600)
    amounts[0] = 9_000_000
    orders = pd.DataFrame(
        {"month": "2023-08", "agent": [f"a{i % 6:05d}" for i in range(600)], "shop": "s0", "amount": amounts}
    )
    value = study_baseline(history(make_world(4, SMALL).cells, orders=orders)).value
    assert not isinstance(value, NotPossible)
    assert value.tails["sales"].sum() == amounts.sum()
    assert value.tails["sales_winsorised"].sum() < amounts.sum() - 8_000_000
    assert value.tails["largest"].max() == 9_000_000
    found = [f for f in value.findings if f.code == "one-order-dominates"]
    assert [[m["agent"] for m in f.evidence["months"]] for f in found] == [["a00000"]]
