"""Effect of an award on a history: measures, who has it, claims as people write them; what is refused."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pandas as pd
import pytest

from toolkit.core.errors import InputError, UsageError
from toolkit.core.text import Text
from toolkit.studies.planning.effect import award_given, effect_summary, study_effect
from toolkit.studies.planning.history import History

PEOPLE = [f"a{i}" for i in range(8)]


def make_history(**more: object) -> History:
    """Eight people of two shops, 2024-01 to 2024-08: from June replies take 10 s, not 60, and 40 % buy, not 30."""
    rows: list[dict[str, object]] = []
    for m in range(1, 9):
        for i, agent in enumerate(PEOPLE):
            old, off = m < 6, (-1) ** i
            cell = {"month": f"2024-{m:02d}", "agent": agent, "shop": "A" if i < 5 else "B", "team": "t1"}
            counts = {"inquiries": 100, "buyers": 30 if old else 40 + off, "receptions": 200}
            reply = Fraction(60 + off) if old else Fraction(10 + off)
            rows.append({**cell, **counts, "reply_seconds": reply, "sales": 0, "orders": 0})
            # sales stand on a row of their own, as a workspace has them
            none = {"inquiries": 0, "buyers": 0, "receptions": None, "reply_seconds": None}
            rows.append({**cell, **none, "sales": 300_000 + 10_000 * off, "orders": 30})
    rows.append({**rows[-1], "agent": "a0", "month": "2024-09", "sales": 999})  # paid after the last inquiry: no month
    cells = pd.DataFrame(rows).astype({"shop": "str", "team": "str", "agent": "str", "sales": "Int64"})
    return History(Text("team", "团队"), cells, **more)  # type: ignore[arg-type]


def test_sixty_to_ten_seconds_weighs_by_receptions_and_lower_is_better() -> None:
    award = study_effect(make_history(), "reply_seconds", "2024-06").effect.award
    assert (award.before, award.after, award.best) == (60, 10, 9)


@pytest.mark.parametrize("measure", ["conversion", "询单转化率"])
def test_conversion_is_buyers_over_inquiries_and_a_claim_is_checked(measure: str) -> None:
    study = study_effect(make_history(), measure, "2024-06", "3")
    assert study.measure == "conversion"
    assert (study.effect.award.before, study.effect.award.after) == pytest.approx((0.3, 0.4))
    assert study.claim is not None
    assert study.claim.text.en.endswith("x 1.33, not x 3.")
    assert [(f.code, f.severity) for f in study.findings] == [("claim-not-shown", "review")]
    assert study_effect(make_history(), measure, "2024-06", "+33%").findings == ()
    assert effect_summary(study)["award"]["ratio"]["estimate"] == pytest.approx(4 / 3)


def test_amounts_are_those_of_a_mean_month_of_a_person() -> None:
    study = study_effect(make_history(), "sales", "2024-06")
    assert study.effect.award.before == pytest.approx(300_000)
    assert "Sales of the 8 people with the award went from 3,000" in study.effect.text.en
    assert effect_summary(study)["award"]["before"] == pytest.approx(3_000)
    assert study.months["month"].max() == "2024-08"
    assert study_effect(make_history(), "revenue_per_buyer", "2024-06").effect.award.before == pytest.approx(10_000)
    assert study_effect(make_history(), "订单数", "2024-06").effect.award.before == pytest.approx(30)


def test_people_seen_on_one_side_only_are_told() -> None:
    history = make_history()
    late = (history.cells["agent"] == "a7") & (history.cells["month"] < "2024-06")
    study = study_effect(History(history.name, history.cells[~late]), "conversion", "2024-06")
    assert study.effect.award.n == 7
    assert [f.code for f in study.findings] == ["not-seen-on-both-sides"]
    assert study.findings[0].message.en.startswith("1 of 8 people with the award are not seen both before and since")


def test_a_month_of_which_a_part_is_not_known_is_left_out() -> None:
    history = make_history()
    part = (history.cells["agent"] == "a0") & (history.cells["month"] == "2024-03") & (history.cells["inquiries"] > 0)
    cells = history.cells.assign(sales=history.cells["sales"].mask(part))
    months = study_effect(History(history.name, cells), "sales", "2024-06").months
    assert months.set_index("month")["people"].loc[["2024-02", "2024-03"]].tolist() == [8, 7]


def test_who_has_the_award_by_shop_file_or_name(tmp_path: Path) -> None:
    history = make_history(names={a: f"王{a}" if a == "a3" else a for a in PEOPLE})
    assert award_given(history, "", "2024-06").award == frozenset()
    assert award_given(history, "shop=A", "2024-06").award == set(PEOPLE[:5])
    assert award_given(history, "店铺＝B", "2024-06").award == set(PEOPLE[5:])
    path = tmp_path / "who.csv"
    path.write_text("客服\na0\n王a3\n\na5\n", "utf-8")
    assert award_given(history, str(path), "2024-06").award == {"a0", "a3", "a5"}


def test_a_whole_shop_is_refused_an_effect_and_names_go_first() -> None:
    history = award_given(make_history(), "shop=A", "2024-06").shown_as(
        {a: f"P-{a[-1]}" for a in PEOPLE}, internal=True
    )
    study = study_effect(history, "conversion", "2024-06")
    assert study.effect.award.n == 5
    assert study.effect.others is not None
    assert study.effect.others.n == 3
    assert "of a whole shop no effect is stated" in study.effect.text.en
    assert set(study.effect.table["agent"]) == {f"P-{a[-1]}" for a in PEOPLE}


@pytest.mark.parametrize(
    ("who", "message"),
    [
        ("colour=red", "no column 'colour' to name people by; there are shop, team"),
        ("shop=C", "nobody has shop = 'C' since 2024-06; there are A, B"),
    ],
)
def test_who_cannot_be_told_is_refused(who: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        award_given(make_history(), who, "2024-06")


def test_a_file_that_names_a_stranger_or_nobody_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "who.csv"
    path.write_text("shop,agent\nA,a0\nA,a9\n", "utf-8")
    with pytest.raises(InputError, match=r"who\.csv:3:2: nobody of this name.*got 'a9'; known: a0, a1"):
        award_given(make_history(), str(path), "2024-06")
    path.write_text("name\na0\n", "utf-8")
    with pytest.raises(InputError, match="the column 'agent' is missing"):
        award_given(make_history(), str(path), "2024-06")
    path.write_text("agent,shop\n,A\n", "utf-8")
    with pytest.raises(InputError, match="it names nobody"):
        award_given(make_history(), str(path), "2024-06")
    with pytest.raises(InputError, match="no such file"):
        award_given(make_history(), str(tmp_path / "none.csv"), "2024-06")


@pytest.mark.parametrize(
    ("measure", "start", "claim", "message"),
    [
        ("charm", "2024-06", "", "no 'charm'; there are .*reply_seconds"),
        ("satisfaction", "2024-06", "", r"no 'satisfaction' \(satisfied / rated\)"),
        ("conversion", "June", "", "not a month"),
        ("conversion", "2024-01", "", "there are 2024-01 to 2024-08"),
        ("conversion", "2024-06", "much", "a claim is a multiple"),
        ("conversion", "2024-06", "30%", "a claim is a multiple"),
        ("conversion", "2024-06", "-100%", "a claim is a multiple"),
    ],
)
def test_wrong_words_are_told(measure: str, start: str, claim: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        study_effect(make_history(), measure, start, claim)


@pytest.mark.parametrize(
    ("claim", "times"), [("3", 3), ("x3", 3), ("×1.5", 1.5), ("3倍", 3), ("+30%", 1.3), ("-50 %", 0.5)]
)
def test_claims_as_people_write_them(claim: str, times: float) -> None:
    found = study_effect(make_history(), "conversion", "2024-06", claim).claim
    assert found is not None
    assert found.times == pytest.approx(times)
