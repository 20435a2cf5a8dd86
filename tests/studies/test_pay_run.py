"""What of a pay run no component explains: payees, fixed pay, lines for other months; each case worked by hand."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pandas as pd
import pytest

from tests.studies.reconcile_world import COMMISSION, case, payroll, scheme
from toolkit.core.findings import Finding
from toolkit.core.text import Text
from toolkit.data.tables.settings import Materiality
from toolkit.studies.audit.month import MonthAudit
from toolkit.studies.reconcile.reconcile import Reconciliation, reconcile

# 1,000 inquiries, 400 buyers and sales of 1,000.00: 40 % reach 6 %, 60.00 are due.
EARNS = {"inquiries": 1000, "buyers": 400, "sales": 100_000}
DUE = 6_000
ITEMS = {**COMMISSION, "底薪": ("roster.base_pay",), "餐补": ()}


def roster(*rows: tuple[str, str, str | None]) -> pd.DataFrame:
    """Return spells (agent, from, to) with a base pay of 4,000.00."""
    frame = pd.DataFrame(rows, columns=["agent", "from", "to"])
    days = {c: pd.to_datetime(frame[c]).astype("datetime64[us]") for c in ("from", "to")}
    return frame.assign(**days, left_on=pd.NaT, base_pay=400_000).astype({"left_on": "datetime64[us]"})


def run(lines: pd.DataFrame, *agents: str, people: pd.DataFrame | None, **more: Any) -> Reconciliation:
    """Reconcile June 2024 of `agents`, who earn the same in June and in May."""
    rows = [{**EARNS, "agent": a, "month": m} for a in agents for m in ("2024-05", "2024-06")]
    return reconcile(case(rows, scheme(), items=ITEMS, roster=people, **more), lines)


def classes(result: Reconciliation) -> list[tuple[str, str, str, int]]:
    rows = result.table[result.table["class"] != "MATCH"]
    return list(zip(rows["agent"], rows["item"], rows["class"], rows["difference"], strict=True))


def codes(result: Reconciliation) -> dict[str, str]:
    return {n.code: n.severity for n in result.notes if n.code != "other-pay-runs"}


def paid_in(lines: pd.DataFrame, *months: str) -> pd.DataFrame:
    return lines.assign(pay_month=list(months))


LI = ("Li", "2024-01-01", None)


def test_a_payee_the_roster_does_not_know_is_a_stranger_even_with_something_due() -> None:
    """An account mapped to a name of one's own earns by the rules, and payroll agrees with them."""
    lines = payroll(("Li", "提成", DUE), ("z99", "提成", DUE))
    assert classes(run(lines, "Li", "z99", people=roster(LI))) == [("z99", "提成", "NOT_ON_ROSTER", 0)]


def test_base_pay_after_leaving_is_found_beside_a_commission_that_is_due() -> None:
    people = roster(LI, ("Wang", "2024-01-01", "2024-05-31"))
    lines = payroll(
        *[("Li", "提成", DUE), ("Li", "底薪", 400_000), ("Wang", "提成", DUE), ("Wang", "底薪", 400_000)],
        *[("Li", "底薪", 400_000, "2024-05"), ("Wang", "底薪", 400_000, "2024-05")],
    )
    result = run(lines, "Li", "Wang", people=people)
    assert classes(result) == []
    assert codes(result) == {"fixed-pay-without-work": "stop"}


@pytest.mark.parametrize("sign", [1, -1])
def test_what_is_taken_from_a_stranger_is_not_paid_to_him(sign: int) -> None:
    """A wide sheet's deductions are kept below 0; plain lines may name them without a sign."""
    gross = [("z99", "提成", 126_840), ("z99", "底薪", 430_000)]
    lines = payroll(("Li", "提成", DUE), *gross, ("z99", "社保", sign * 48_620), ("z99", "个税", sign * 247))
    result = run(lines, "Li", people=roster(LI))
    assert {(item, difference) for _, item, _, difference in classes(result)} == {("提成", 126_840), ("底薪", 430_000)}
    assert result.table["paid"].sum() == DUE + 556_840
    audited = SimpleNamespace(reconciliation=result, people=frozenset({"Li"}))
    people = cast("Any", MonthAudit.by_person).fget(audited).set_index("agent")
    assert people.loc["z99", ["paid", "other", "taken"]].tolist() == [556_840, 0, 48_867]


def test_what_is_taken_is_told_as_such_and_is_no_pay_without_work() -> None:
    people = roster(LI, ("Wang", "2024-01-01", "2024-05-31"))
    items = {**ITEMS, "社保": ()}
    rows = [{**EARNS, "agent": a, "month": "2024-06"} for a in ("Li", "Wang")]
    lines = payroll(("Li", "提成", DUE), ("Wang", "提成", DUE), ("Wang", "社保", -30_000), ("Li", "社保", -30_000))
    notes = reconcile(case(rows, scheme(), items=items, roster=people), lines).notes
    assert [n.code for n in notes] == ["fixed-pay-not-compared"]
    assert "600.00 of deductions" in notes[0].message.en
    assert "扣款 600.00" in notes[0].message.zh


def test_who_left_and_has_nothing_due_is_paid_nothing() -> None:
    people = roster(LI, ("Wang", "2024-01-01", "2024-05-31"))
    lines = payroll(("Li", "提成", DUE), ("Wang", "餐补", 30_000))
    assert classes(run(lines, "Li", people=people)) == [("Wang", "餐补", "AFTER_LEAVING", 30_000)]


def test_a_line_of_nothing_pays_nobody() -> None:
    people = roster(LI, ("Wang", "2024-01-01", "2024-05-31"))
    lines = payroll(("Li", "提成", DUE), ("Wang", "提成", 0), ("Wang", "餐补", 0), ("z99", "提成", 0))
    assert classes(run(lines, "Li", people=people)) == []
    both = payroll(("Li", "提成", DUE), ("z99", "提成", 500), ("z99", "提成", -500))
    assert classes(run(both, "Li", people=people)) == [("z99", "提成", "NOT_ON_ROSTER", 0)]


def test_base_pay_is_the_rosters_whatever_it_was_last_month() -> None:
    lines = payroll(("Li", "提成", DUE), ("Li", "底薪", 400_000), ("Li", "底薪", 350_000, "2024-05"))
    assert codes(run(lines, "Li", people=roster(LI))) == {}
    more = payroll(("Li", "提成", DUE), ("Li", "底薪", 400_100), ("Li", "底薪", 400_100, "2024-05"))
    assert codes(run(more, "Li", people=roster(LI))) == {"fixed-pay-changed": "review"}


def test_an_allowance_is_held_against_last_month() -> None:
    before = ("Li", "餐补", 30_000, "2024-05")
    base = ("Li", "底薪", 400_000)
    same = payroll(("Li", "提成", DUE), base, ("Li", "餐补", 30_000), before)
    assert codes(run(same, "Li", people=roster(LI))) == {}
    less = payroll(("Li", "提成", DUE), base, before)  # nobody is paid it this month
    assert codes(run(less, "Li", people=roster(LI))) == {"fixed-pay-changed": "review"}
    twice = payroll(("Li", "提成", DUE), base, ("Li", "餐补", 15_000), ("Li", "餐补", 15_000), before)
    assert codes(run(twice, "Li", people=roster(LI))) == {"fixed-pay-repeated": "stop"}


@pytest.mark.parametrize(("amount", "found"), [(1_000, []), (DUE, [("Li", "提成", "OTHER_MONTH", 5_000)])])
def test_a_line_for_another_month_is_held_against_what_is_still_due_for_it(amount: int, found: list[object]) -> None:
    """For May 60.00 were due and 50.00 were paid in June: 10.00 are still due in July."""
    lines = payroll(("Li", "提成", DUE), ("Li", "提成", 5_000, "2024-05"), ("Li", "提成", amount, "2024-05"))
    result = run(paid_in(lines, "2024-07", "2024-06", "2024-07"), "Li", people=roster(LI))
    assert classes(result) == found


def test_one_undated_line_for_a_month_whose_payroll_is_unknown_is_no_pay_run() -> None:
    """Exactly what was due for May, which was paid in a run nobody imported."""
    lines = payroll(*[(a, "提成", DUE) for a in ("Li", "Wang", "Zhao")], ("Li", "提成", DUE, "2024-05"))
    people = roster(*[(a, "2024-01-01", None) for a in ("Li", "Wang", "Zhao")])
    dated = paid_in(lines, *["2024-07"] * 3, "")
    assert classes(run(dated, "Li", "Wang", "Zhao", people=people)) == [("Li", "提成", "OTHER_MONTH", DUE)]
    whole = pd.concat([dated, payroll(*[(a, "提成", DUE, "2024-05") for a in ("Wang", "Zhao")]).assign(pay_month="")])
    assert classes(run(whole.reset_index(drop=True), "Li", "Wang", "Zhao", people=people)) == []


def test_without_a_roster_nobody_says_that_the_payees_were_looked_at() -> None:
    assert codes(run(payroll(("Li", "提成", DUE)), "Li", people=None)) == {"payees-not-checked": "info"}


def open_questions(due: int, *worth: tuple[str, int]) -> tuple[Finding, ...]:
    findings = tuple(
        Finding(f"q{i}", cast("Any", s), "", Text("", ""), evidence={"pay": n}) for i, (s, n) in enumerate(worth)
    )
    settings = SimpleNamespace(materiality=Materiality(amount=10, percent=2))
    workspace = SimpleNamespace(settings=settings)
    audit = SimpleNamespace(workspace=workspace, findings=findings, due=due)
    return cast("Any", MonthAudit.at_stake).fget(audit)


def test_questions_are_weighed_together_and_a_reason_has_its_share() -> None:
    assert open_questions(1_000_000, ("review", 999)) == ()
    assert len(open_questions(1_000_000, ("review", 600), ("review", 400))) == 2  # 10.00 in two pieces
    assert open_questions(1_000_000, ("info", 19_999)) == ()
    assert len(open_questions(1_000_000, ("info", 20_000))) == 1  # 2 % of 10,000.00
