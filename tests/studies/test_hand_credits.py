"""Orders credited by hand are priced by what the rest of the rule gives instead; each case worked by hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.data.worlds import World, workspace_of
from tests.studies.test_offline_systems import asked, order, people
from toolkit.core.findings import Finding
from toolkit.core.period import Month
from toolkit.core.text import Text
from toolkit.data.tables.settings import Crediting, Settings
from toolkit.studies.audit.at_stake import _approved_by_another, _priced, at_stake, worth
from toolkit.studies.audit.month import audit_month
from toolkit.studies.audit.settlement import settle

SCHEME = """\
language: 1
scheme: s
title: Scheme
currency: CNY
in_force: {from: 2024-01-01}
components:
  - id: commission
    for: role == "agent"
    pay: sales
    rate: 10%
  - id: bonus
    for: role == "agent"
    when: buyers / inquiries >= 50%
    amount: 100
"""
SILENT = [order(f"s{n}", 20, 10, customer=f"silent{n}") for n in range(4)]


def found(folder: Path, world: World, **crediting: Any) -> Finding:
    workspace = workspace_of(folder / "w", world, Settings(crediting=Crediting.model_validate(crediting)))
    (workspace.root / "schemes" / "s.yaml").write_text(SCHEME, "utf-8")
    (finding,) = (f for f in audit_month(workspace, "2024-06").findings if f.code.startswith("credited-by-hand"))
    return finding


def test_an_order_that_by_the_rule_lifts_another_person_over_an_edge(tmp_path: Path) -> None:
    """Li was asked by c and d: one buyer of two reaches 50 %, but the order of c (200) is credited to Wang by hand.

    So are an order of 300 whose customer e asked Wang anyway, and one of 100 whose customer asked nobody. As if they
    named no account: Li gains 20 + 100; Wang loses 20 and 10 and gains the bonus, as e is a buyer (1 of 1): + 70.
    """
    world = people(Li="agent", Wang="agent") | {
        "inquiries": [
            asked("1", 3, "li"),
            asked("2", 3, "li", customer="d"),
            asked("3", 3, "wang", customer="e"),
        ],
        "orders": [
            order("1", 3, 200, account="wang", note="closed by phone"),
            order("2", 3, 300, customer="e", account="wang", note="closed by phone"),
            order("3", 3, 100, customer="f", account="wang", note="closed by phone"),
            *SILENT,
        ],
    }
    finding = found(tmp_path, world)
    assert (finding.code, finding.severity, finding.evidence["pay"]) == ("credited-by-hand", "info", 19_000)
    assert finding.message.en == (
        "3 orders (600.00 of net sales) are credited by hand with a reason, and approved by nobody else of the roster: "
        "1, 2, 3. If they named no account and the rest of the rule decided them, 1 would stay with the same person, "
        "1 would be another's and 1 nobody's. So decided, pay changes: Li +120.00, Wang +70.00."
    )
    assert finding.message.zh == (
        "3 笔订单（净销售额 600.00）由人工指定归属，注明了原因，但没有花名册中的他人审批：1, 2, 3。"
        "若不看指定账号而按其余规则判定，1 笔仍归同一人，1 笔归他人，1 笔不归任何人。"
        "如此判定，薪酬变动：Li +120.00, Wang +70.00。"
    )


@pytest.mark.parametrize("cycle_days", [0, 30])
def test_an_account_on_the_deposit_is_not_read_either(cycle_days: int, tmp_path: Path) -> None:
    """The deposit names Wang, the customer asked Li: as if it named nobody, Li has 500 of sales and one buyer of one.

    Li gains 50 + 100, Wang loses 50.
    """
    world = people(Li="agent", Wang="agent") | {
        "inquiries": [asked("1", 3, "li")],
        "orders": [
            order("1#deposit", 3, 50, stage="deposit", account="wang"),
            order("1", 5, 450, stage="final"),
            *SILENT,
        ],
    }
    finding = found(tmp_path, world, cycle_days=cycle_days)
    assert (finding.code, finding.severity, finding.evidence["pay"]) == (
        "credited-by-hand-unexplained",
        "review",
        20_000,
    )
    assert finding.message.en.endswith("So decided, pay changes: Li +150.00, Wang -50.00.")


def test_lines_go_with_their_order(tmp_path: Path) -> None:
    """A scheme that pays 1 for each order: the order of c is then Li's, the pay of Wang's goes."""
    world = people(Li="agent", Wang="agent") | {
        "inquiries": [asked("1", 3, "li")],
        "orders": [order("1", 3, 200, account="wang"), *SILENT],
    }
    workspace = workspace_of(tmp_path / "w", world)
    scheme = SCHEME[: SCHEME.index("  - id: commission")] + (
        '  - id: orders\n    for: role == "agent"\n    each: order\n    amount: 1\n'
    )
    (workspace.root / "schemes" / "s.yaml").write_text(scheme, "utf-8")
    (finding,) = (f for f in audit_month(workspace, "2024-06").findings if f.code.startswith("credited-by-hand"))
    assert finding.message.en.endswith("So decided, pay changes: Li +1.00, Wang -1.00.")


@pytest.mark.parametrize("approver", ["老板", "-"])
def test_what_somebody_else_approved_is_decided(approver: str, tmp_path: Path) -> None:
    """The order of c is credited to Wang by hand: 20 + 100 for Li, 20 less for Wang, which is told and not open."""
    world = people(Li="agent", Wang="agent", Manager="manager") | {
        "inquiries": [asked("1", 3, "li")],
        "orders": [order("1", 3, 200, account="wang", note="phone", approved_by=approver), *SILENT],
    }
    for row in world["assignments"]:
        row["name"] = {"Li": "小李", "Wang": "小王", "Manager": "老板"}[row["agent"]]
    finding, decided = found(tmp_path, world), approver == "老板"
    code = "credited-by-hand-approved" if decided else "credited-by-hand"
    assert (finding.code, finding.severity, worth(finding)) == (code, "info", 14_000)
    assert at_stake(finding) == (0 if decided else 14_000)
    if decided:
        assert "is credited by hand with a reason, and approved (老板 1): 1" in finding.message.en


@pytest.mark.parametrize(
    ("approver", "approved"),
    [
        ("Manager", True),
        (" 老板 ", True),
        ("mANAGER", True),
        ("Li", True),
        ("Wang", False),  # whose order it is
        ("王", False),  # the same by name, and another of that name
        ("周", False),  # shares in it
        ("Somebody", False),  # whom the roster does not know
        ("-", False),
        ("同意", False),
        ("", False),
        (None, False),
    ],
)
def test_who_approves_is_of_the_roster_and_has_no_share(approver: str | None, approved: bool) -> None:
    roster = pd.DataFrame(
        {"agent": ["Li", "Wang", "Wang2", "Zhou", "Manager"], "name": ["李", "王", "王", "周", "老板"]}, dtype="str"
    )
    orders = pd.DataFrame({"order_id": ["1", "1", "2"], "agent": ["Wang", "Zhou", "Li"], "approved_by": approver})
    assert _approved_by_another(orders.iloc[:1], orders, roster).tolist() == [approved]


@pytest.mark.parametrize(
    ("part", "severity", "said"),
    [
        ("  - {id: commission, pay: sales, rate: 10%}\n", "review", "Without those days, pay changes: Li -20.00."),
        ("  - {id: sold, amount: checked * 1}\n", "info", "Without those days, nobody's pay changes."),
        (
            "  - {id: orders, each: order, amount: 1}\n",  # what the order pays is not among what measures tell
            "review",
            "Without those days, nobody's pay changes. Pay by single orders is not among this.",
        ),
    ],
)
def test_an_account_used_in_absence_is_open_where_pay_may_hang_on_it(
    part: str, severity: str, said: str, tmp_path: Path
) -> None:
    """Li's account serves c on the 3rd, when Li is away: 200 of sales."""
    world = people(Li="agent") | {
        "inquiries": [asked("1", 3, "li"), asked("2", 4, "li", customer="d")],
        "orders": [order("1", 3, 200), *SILENT],
        "attendance": [
            {"agent": "Li", "date": date(2024, 6, day), "scheduled_hours": 8.0, "worked_hours": 8.0 * (day != 3)}
            for day in (3, 4)
        ],
        "quality": [{"agent": "Li", "date": date(2024, 6, 4), "checked": 5}],
    }
    workspace = workspace_of(tmp_path / "w", world)
    (workspace.root / "schemes" / "s.yaml").write_text(SCHEME[: SCHEME.index("  - id: commission")] + part, "utf-8")
    (finding,) = (f for f in audit_month(workspace, "2024-06").findings if f.code == "account-used-in-absence")
    assert finding.severity == severity
    assert finding.message.en.endswith(said)


def rejected(shop: str) -> Finding:
    lost = [{"table": "orders", "shop": shop, "month": "2024-06", "rows": 1, "amount": 100_00}]
    return Finding("rows-rejected", "review", "f.csv", Text("One row.", "一行。"), evidence={"lost": lost})


def test_lost_money_of_a_shop_without_people_is_tried_with_nobody(tmp_path: Path) -> None:
    """100 of sales more are 10.00 for Li or Wang of shop A; nobody is paid in shop B, so nobody was tried there."""
    world = people(Li="agent", Wang="agent") | {
        "inquiries": [asked("1", 3, "li"), asked("2", 3, "wang", customer="d")],
        "orders": [order("1", 3, 200), order("2", 3, 200, customer="d")],
    }
    workspace = workspace_of(tmp_path / "w", world)
    (workspace.root / "schemes" / "s.yaml").write_text(SCHEME[: SCHEME.index("  - id: bonus")], "utf-8")
    settlement = settle(workspace, Month(2024, 6))
    told = [_priced(settlement, rejected(shop), pd.DataFrame()) for shop in "AB"]
    assert [f.evidence["pay"] for f in told] == [10_00, 0]
    assert told[0].message.en.endswith("pay would change by 10.00 in all at most (each tried).")
    assert told[1].message.en.endswith("of shops where nobody is paid.")


def test_in_turn_where_pay_compares_people(tmp_path: Path) -> None:
    """Two inquiries of nobody: Wang is first by inquiries, 2 to 1; as Li's they make him first, all at once nobody."""
    world = people(Li="agent", Wang="agent") | {
        "inquiries": [
            asked("1", 3, "li"),
            asked("2", 3, "wang", customer="d"),
            asked("3", 3, "wang", customer="e"),
            *(asked(str(n), 3, "li", customer=f"c{n}") | {"account": None} for n in (4, 5)),
        ],
        "orders": SILENT,
    }
    workspace = workspace_of(tmp_path / "w", world)
    contest = "  - {id: best, rank: {by: inquiries, order: highest, ties: split}, amount: [100]}\n"
    (workspace.root / "schemes" / "s.yaml").write_text(SCHEME[: SCHEME.index("  - id: commission")] + contest, "utf-8")
    (finding,) = (f for f in audit_month(workspace, "2024-06").findings if f.code == "inquiries-without-account")
    assert finding.severity == "review"
    assert finding.message.en.endswith("pay would change by 200.00 in all at most (each of the shop tried).")


@pytest.mark.parametrize(
    ("buys", "severity", "said"),
    [
        # Li has one buyer of two, 50 %: an inquiry more, and the bonus is lost
        (True, "review", "pay would change by 100.00 in all at most"),
        # with no buyer at all an inquiry more changes nobody's pay
        (False, "info", "nobody's pay would change"),
    ],
)
def test_inquiries_of_nobody_that_change_nobodys_pay_are_nothing_to_decide(
    buys: bool, severity: str, said: str, tmp_path: Path
) -> None:
    world = people(Li="agent") | {
        "inquiries": [
            asked("1", 3, "li"),
            asked("2", 3, "li", customer="d"),
            asked("3", 3, "li", customer="e") | {"account": None},
        ],
        "orders": [order("1", 3, 200)] if buys else SILENT,
    }
    workspace = workspace_of(tmp_path / "w", world)
    (workspace.root / "schemes" / "s.yaml").write_text(SCHEME, "utf-8")
    (finding,) = (f for f in audit_month(workspace, "2024-06").findings if f.code == "inquiries-without-account")
    assert finding.severity == severity
    assert said in finding.message.en
