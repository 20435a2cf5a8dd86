"""A month of the CRM sample, with a user's map and scheme, against a plain calculation from the csv files."""

from __future__ import annotations

import shutil
from collections import defaultdict
from csv import DictReader
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from typer.testing import CliRunner

from toolkit import audit_month
from toolkit.cli.app import app

ROOT = Path(__file__).resolve().parents[2]
CRM = ROOT / "../shared/data/maven_crm"
MONTH = "2017-06"

pytestmark = pytest.mark.skipif(not CRM.is_dir(), reason="the CRM data set is not on this machine")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("crm") / "w"
    run = CliRunner().invoke
    assert run(app, ["init", str(folder), "--currency", "USD", "--timezone", "America/New_York"]).exit_code == 0
    files = [str(CRM / name) for name in ("sales_pipeline.csv", "sales_teams.csv")]
    result = run(
        app, ["import", *files, "--into", str(folder), "--map", str(ROOT / "data_samples/maps/crm_deals.yaml")]
    )
    assert result.exit_code == 0, result.output
    shutil.copy(Path(__file__).with_name("crm-commission.yaml"), folder / "schemes")
    return folder


def plainly_due() -> tuple[int, int, dict[str, int]]:
    """Count closed and won deals of the month and pay each agent, from the csv alone; cents."""
    closed, won, sales = defaultdict(int), defaultdict(int), defaultdict(int)
    with (CRM / "sales_pipeline.csv").open(encoding="utf-8") as lines:
        for deal in DictReader(lines):
            if deal["close_date"].startswith(MONTH):
                agent = deal["sales_agent"]
                closed[agent] += 1
                won[agent] += deal["deal_stage"] == "Won"
                sales[agent] += int(deal["close_value"]) * 100
    return sum(closed.values()), sum(won.values()), {a: _pay(closed[a], won[a], sales[a]) for a in closed}


def _pay(closed: int, won: int, cents: int) -> int:
    ratio = Fraction(won, closed)
    per_mille = 30 if ratio >= Fraction(4, 5) else 25 if ratio >= Fraction(3, 5) else 20
    commission = int((Decimal(cents * per_mille) / 1000).quantize(Decimal(1), ROUND_HALF_UP))
    return commission + (30_000 if ratio >= Fraction(9, 10) and closed >= 15 else 0)


def test_the_month_is_counted_and_paid_as_by_hand(workspace: Path) -> None:
    audit = audit_month(workspace, MONTH)
    n_closed, n_won, due = plainly_due()
    assert (n_closed, n_won) == (641, 531)
    assert audit.settlement.cells[["inquiries", "buyers"]].sum().tolist() == [641, 531]
    paid = audit.settlement.due.to_dict()
    assert {agent: amount for agent, amount in paid.items() if agent in due} == due
    assert [amount for agent, amount in paid.items() if agent not in due] == [0] * 5  # the five who never sell
    assert audit.workspace.settings.currency == "USD"
