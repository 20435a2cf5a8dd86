"""Payroll out: the pay of a month as a sheet that payroll, and our own reader, take in without a question."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest

from tests.output.statement_world import ITEMS, MONTH, PEOPLE, PLAIN, make_statement_world
from tests.rules.scenarios import Situation
from tests.rules.test_scenarios import ALL
from tests.sample import copy_sample
from tests.studies.workspace_case import workspace_case
from toolkit.core.errors import UsageError
from toolkit.core.period import Month
from toolkit.core.text import LANGUAGES, Lang
from toolkit.data.importing.imports import import_files
from toolkit.data.tables.workspace import Workspace
from toolkit.output.reports.payroll_sheet import pay_month, write_payroll
from toolkit.studies.audit.settlement import settle
from toolkit.studies.audit.statement import roster_names
from toolkit.studies.reconcile.pay_out import pay_by_component, pay_by_item
from toolkit.studies.reconcile.payroll_lines import read_payroll
from toolkit.studies.reconcile.reconcile import reconcile


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    root = tmp_path_factory.mktemp("payroll") / "w"
    copy_sample(root)
    return Workspace.open(root)


def check_law(workspace: Workspace, month: str, folder: Path) -> None:
    """Pay = sum of components = the file read back, and the file reconciled differs in nothing."""
    settled = settle(workspace, Month.parse(month))
    due = {agent: int(amount) for agent, amount in settled.due.items()}
    assert pay_by_component(settled.rows).total.to_dict() == due
    paid = pay_by_item(settled.rows, settled.schemes, workspace.settings.payroll_items)
    assert paid.total.to_dict() == due
    case = workspace_case(workspace, settled)
    for lang in LANGUAGES:
        path = write_payroll(paid, roster_names(workspace), month, folder / f"{lang}.xlsx", lang)
        lines, found = read_payroll(path, month)
        assert not found
        read = lines.groupby("agent")["amount"].sum().astype(int).to_dict()
        assert read == due
        result = reconcile(case, lines.assign(pay_month=month))
        assert set(result.table["class"]) == {"MATCH"}, result.table


def test_the_sample_s_pay_written_and_read_back_is_the_same(sample: Workspace, tmp_path: Path) -> None:
    check_law(sample, "2024-12", tmp_path)


@pytest.mark.parametrize("seed", range(3))
def test_a_random_month_s_pay_written_and_read_back_is_the_same(seed: int, tmp_path: Path) -> None:
    check_law(make_statement_world(tmp_path / "w", seed, people=PLAIN), MONTH, tmp_path)


def test_payroll_written_is_imported_and_audits_without_a_difference(tmp_path: Path) -> None:
    workspace = make_statement_world(tmp_path / "w", 5, people=PLAIN)
    paid, names = pay_month(workspace, MONTH)
    made = import_files(workspace, [write_payroll(paid, names, MONTH, tmp_path / "工资.xlsx", "zh")])
    assert made.table["rejected"].sum() == 0
    settled = settle(workspace, Month.parse(MONTH))
    result = reconcile(workspace_case(workspace, settled), workspace.table("payroll"))
    assert set(result.table["class"]) == {"MATCH"}
    assert result.table["paid"].sum() == settled.due.sum()


@pytest.mark.parametrize("situation", [s for s in ALL if "refused" not in s.wanted], ids=lambda s: s.name)
def test_components_add_up_to_what_is_due_in_every_situation(situation: Situation, tmp_path: Path) -> None:
    for rows in situation.pay(tmp_path):
        table = rows.table[rows.table["agent"] != ""]
        due = table.groupby("agent")["amount"].sum()
        assert {a: Fraction(n) for a, n in pay_by_component(rows).total.items()} == {
            a: Fraction(str(n)) for a, n in due.items()
        }


@pytest.mark.parametrize(
    ("lang", "head", "last"), [("zh", ["工号", "姓名"], "合计"), ("en", ["Employee ID", "Name"], "Total")]
)
def test_a_row_a_person_a_column_an_item_numbers_as_numbers(
    lang: Lang, head: list[str], last: str, tmp_path: Path
) -> None:
    workspace = make_statement_world(tmp_path / "w", 0)
    paid, names = pay_month(workspace, MONTH)
    assert paid.left_out == ("底薪",)
    book = openpyxl.load_workbook(write_payroll(paid, names, MONTH, tmp_path / "p.xlsx", lang))
    rows = list(book[MONTH].iter_rows(values_only=True))
    assert list(rows[0]) == [*head, "提成", "奖金", "差错扣款", last]
    assert {row[0]: row[1] for row in rows[1:-1]} == PEOPLE
    assert rows[-1][0] == last
    assert all(isinstance(value, int | float) for row in rows[1:] for value in row[2:])
    for place in range(2, 6):
        assert round(sum(float(row[place]) for row in rows[1:-1]), 2) == rows[-1][place]  # type: ignore[arg-type]


def test_what_no_item_pays_is_named_with_its_amount_and_nothing_is_written(tmp_path: Path) -> None:
    items = {"提成": ITEMS["提成"], "差错扣款": ITEMS["差错扣款"]}
    workspace = make_statement_world(tmp_path / "w", 0, items)
    with pytest.raises(UsageError) as caught:
        pay_month(workspace, MONTH)
    assert "team.best (" in caught.value.of("en")
    assert "team.pool (2,000.00)" in caught.value.of("en")
    assert "没有工资项目发放 team.best（" in caught.value.of("zh")
    assert not (workspace.root / "payroll" / f"{MONTH}.xlsx").exists()
