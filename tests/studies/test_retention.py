"""Who left by conversion and pay, what hangs on few: a team whose every leaver is known; what is withheld."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import pytest

from tests.data.worlds import workspace_of
from toolkit.core.text import Text
from toolkit.models.comparison.equal_work import wilson
from toolkit.studies.planning.history import History, load_history
from toolkit.studies.planning.outlook import NotPossible, fit_baseline
from toolkit.studies.planning.retention import (
    LeftByGroup,
    Retention,
    retention_summary,
    study_key_people,
    study_retention,
)

LEFT = {"a00": "2024-05-31", "a01": "2024-03-15", "a02": "2023-11-30", "a14": "2024-12-31"}


def make_history(n: int = 16, *, pay: Sequence[float | None] | None = None, **more: object) -> History:
    """2023-10 to 2024-12; a00 converts worst, a15 best, everybody in one shop; a02 left before the window begins."""
    rows = []
    for m in range(15):
        month = str(pd.Period("2023-10", "M") + m)
        for i in range(n):
            agent = f"a{i:02d}"
            if month <= LEFT.get(agent, "2099")[:7]:
                rows.append((month, agent, "s", 400, 60 + 8 * i, 100_000 * (i + 1), 300_000 + 1_000 * i))
    columns = ["month", "agent", "shop", "inquiries", "buyers", "sales", "base_pay"]
    agents = [f"a{i:02d}" for i in range(n)]
    people = pd.DataFrame({"agent": agents, "left": pd.to_datetime(pd.Series([LEFT.get(a) for a in agents]))})
    people["pay"] = pd.Series([None] * n if pay is None else list(pay), dtype="float64")
    return History(Text("team", "团队"), pd.DataFrame(rows, columns=columns), people=people, **more)  # type: ignore[arg-type]


def study(history: History) -> Retention:
    found = study_retention(history, fit_baseline(history, ()))
    assert isinstance(found, Retention)
    return found


def test_who_left_is_counted_of_those_there_at_the_beginning() -> None:
    """Fifteen were there in January; a00, a01 and, on the last day, a14 left."""
    found = study(make_history())
    assert (found.first, found.last, found.people, found.left) == ("2024-01", "2024-12", 15, 3)
    low, high = wilson(pd.Series([3.0]).to_numpy(), pd.Series([15.0]).to_numpy(), 0.05)
    assert found.share == pytest.approx((0.2, low[0], high[0]))
    assert found.text.en.startswith("Of the 15 people there in 2024-01, 3 had left by the end of 2024-12: 20% [")
    assert found.text.zh.startswith("2024-01 在岗的 15 人，到 2024-12 底有 3 人离开：20% [")


def test_groups_by_conversion_and_base_pay_are_the_thirds() -> None:
    """a00, a01, a03 to a05 | a06 to a10 | a11 to a15: two, none and one left; base pay has the same order."""
    found = study(make_history())
    for part in (found.performance, found.pay):
        assert isinstance(part, LeftByGroup)
        assert part.table["people"].tolist() == [5, 5, 5]
        assert part.table["left"].tolist() == [2, 0, 1]
        assert "not shown to differ" in part.text.en
    assert isinstance(found.pay, LeftByGroup)
    assert "base pay (roster)" in found.pay.text.en


def test_payroll_goes_before_base_pay_where_it_is_known_of_everybody() -> None:
    found = study(make_history(pay=[1000.0 - i for i in range(16)]))
    assert isinstance(found.pay, LeftByGroup)
    assert found.pay.table["left"].tolist() == [1, 0, 2]  # the order is turned round
    assert "pay (payroll)" in found.pay.text.en
    one_unknown = study(make_history(pay=[1000.0 - i for i in range(15)] + [None]))
    assert isinstance(one_unknown.pay, LeftByGroup)
    assert "base pay (roster)" in one_unknown.pay.text.en


@pytest.mark.parametrize(("n", "sizes"), [(16, [5, 5, 5]), (13, [6, 6]), (9, None)])
def test_groups_too_small_are_not_shown(n: int, sizes: list[int] | None) -> None:
    part = study(make_history(n)).performance
    if sizes is None:
        assert isinstance(part, NotPossible)
        assert "fewer than 5 people" in part.why.en
    else:
        assert isinstance(part, LeftByGroup)
        assert part.table["people"].tolist() == sizes


def test_what_is_not_known_of_everybody_is_not_shown() -> None:
    history = make_history()
    cells = history.cells.assign(base_pay=history.cells["base_pay"].where(history.cells["agent"] != "a05"))
    found = study(History(history.name, cells, people=history.people))
    assert isinstance(found.pay, NotPossible)
    assert "not known of 1 of 15 people" in found.pay.why.en


def test_people_not_seen_who_have_no_leaving_day_are_told() -> None:
    history = make_history()
    kept = history.people.assign(left=pd.NaT)
    found = study(History(history.name, history.cells, people=kept))
    assert found.left == 0
    assert "2 more had no inquiries in the last 2 months" in found.text.en  # a00 and a01; a14 was there to the end
    assert "另有 2 人" in found.text.zh


def test_without_a_roster_nothing_is_said_of_leaving() -> None:
    history = make_history()
    found = study_retention(History(history.name, history.cells), fit_baseline(history, ()))
    assert isinstance(found, NotPossible)
    assert "left_on" in found.why.en


def test_the_best_are_as_many_as_the_smallest_group_where_readers_see_pseudonyms() -> None:
    open_, internal = (study_key_people(make_history(internal=i)) for i in (False, True))
    for found, best in ((open_, 3), (internal, 5)):
        assert not isinstance(found, NotPossible)
        assert not isinstance(found.best, NotPossible)
        assert found.best.best == best
        assert "a15" not in found.text.en
    summary = retention_summary(study(make_history()), open_)
    # the last month: 16 + 15 + 14 of 1 + ... + 16 less those of the three who had left (1 + 2 + 3), in thousands
    assert not isinstance(open_, NotPossible)
    assert not isinstance(open_.best, NotPossible)
    assert open_.best.months["share"].iloc[-1] == pytest.approx(45 / (136 - 6))
    assert summary["key_people"]["share_of_best"]["equal"] == pytest.approx(open_.best.equal)
    assert "agent" not in str(summary)


def test_without_sales_nothing_is_said_of_key_people() -> None:
    history = make_history()
    found = study_key_people(History(history.name, history.cells.drop(columns="sales")))
    assert isinstance(found, NotPossible)


def test_a_workspace_gives_leaving_days_and_payroll(tmp_path) -> None:  # type: ignore[no-untyped-def]
    from datetime import date

    start = date(2023, 1, 1)
    day = {"date": date(2024, 1, 15), "shop": "s", "inquiries": 10, "buyers": 3}
    line = {"pay_month": "2024-01", "item": "提成", "gross": True, "sheet": "", "row": ""}
    workspace = workspace_of(
        tmp_path / "w",
        {
            "agent_days": [{**day, "account": f"s:{a}"} for a in "ab"],
            "accounts": [{"shop": "s", "account": f"s:{a}", "agent": a, "from": start} for a in "ab"],
            "assignments": [
                {"agent": "a", "shop": "s", "role": "agent", "from": start, "left_on": date(2024, 3, 1)},
                {"agent": "b", "shop": "t", "role": "agent", "from": start, "left_on": date(2023, 6, 1)},
                {"agent": "b", "shop": "s", "role": "agent", "from": date(2024, 1, 1)},  # came back
                {"agent": "b", "shop": "u", "role": "agent", "from": date(2024, 1, 1), "left_on": date(2024, 1, 9)},
            ],
            "payroll": [
                {**line, "line_id": "1", "agent": "a", "earned_month": "2024-01", "amount": 100_000},
                {**line, "line_id": "2", "agent": "a", "earned_month": "2024-01", "amount": 20_000},
                {**line, "line_id": "3", "agent": "a", "earned_month": "2024-02", "amount": 60_000},
            ],
        },
    )
    people = load_history(workspace, "2024-01").people.set_index("agent")
    assert people.loc["a", "left"] == pd.Timestamp("2024-03-01")
    assert people.loc["a", "pay"] == pytest.approx(90_000)
    assert pd.isna(people.loc["b", "left"])
    assert pd.isna(people.loc["b", "pay"])
