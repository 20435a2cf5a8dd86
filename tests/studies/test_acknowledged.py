"""Who acknowledged which version of a scheme: the audit names who has not, the statement says when."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.data.sheets import write_xlsx
from tests.output.statement_page import words_of
from tests.studies.closing_world import SCHEME, late, shop
from toolkit.core.errors import MissingToolError
from toolkit.core.period import Month
from toolkit.data.importing.imports import import_files
from toolkit.data.tables.workspace import Workspace
from toolkit.output.reports import statements
from toolkit.output.reports.statements import write_statements
from toolkit.studies.audit.acknowledged import NOT_KEPT, not_acknowledged
from toolkit.studies.audit.month import audit_month
from toolkit.studies.audit.settlement import settle
from toolkit.studies.audit.statement import statement_month
from toolkit.studies.audit.verdict import list_unchecked

JUNE = Month(2024, 6)


def missing(work: Workspace) -> list[tuple[str, ...]]:
    return [tuple(f.evidence["agents"]) for f in not_acknowledged(work, settle(work, JUNE))]


def row(agent: str, scheme: str, month: str, on: date) -> dict[str, object]:
    return {"agent": agent, "scheme": scheme, "month": month, "acknowledged_on": on}


def test_a_workspace_that_keeps_none_is_not_asked(tmp_path: Path) -> None:
    work = shop(tmp_path / "w")
    audit = audit_month(work, "2024-06")
    assert "scheme-not-acknowledged" not in {f.code for f in audit.findings}
    assert NOT_KEPT in list_unchecked(audit)
    assert statement_month(work, "2024-06").acknowledged("Li") == []


def test_who_has_not_acknowledged_the_version_in_force_is_named(tmp_path: Path) -> None:
    work = shop(tmp_path / "w")
    first = date(2024, 1, 2)
    late(work, "acknowledgements", [row("Li", "presales", "2024-01", first), row("Wang", "售前", "2023-01", first)])
    (found,) = not_acknowledged(work, settle(work, JUNE))
    en = "1 of 2 payees had not acknowledged presales (in force from 2024-01-01) by 2024-06-30: Wang."
    assert (found.message.en, found.severity) == (en, "review")
    assert found.message.zh == "截至 2024-06-30，2 人中有 1 人未确认方案《售前》（2024-01-01 起生效）：Wang。"
    late(work, "acknowledgements", [row(a, "售前", "2024-01", first) for a in ("Li", "Wang")])
    assert missing(work) == [], "its title names it too"
    late(work, "acknowledgements", [row(a, "presales", "2024-01", date(2024, 7, 1)) for a in ("Li", "Wang")])
    assert missing(work) == [("Li", "Wang")], "not before the month was over"
    audit = audit_month(work, "2024-06")
    assert "scheme-not-acknowledged" in {f.code for f in audit.findings}
    assert NOT_KEPT not in list_unchecked(audit)


def test_a_new_version_is_to_be_acknowledged_anew(tmp_path: Path) -> None:
    work = shop(tmp_path / "w", scheme=SCHEME.replace("{from: 2024-01-01}", "{from: 2024-06-01}"))
    late(work, "acknowledgements", [row("Li", "presales", "2024-01", date(2024, 1, 2))])
    assert missing(work) == [("Li", "Wang")]


def test_people_keep_it_as_a_table_and_the_statement_shows_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_pdf(_: str) -> tuple[bytes, int]:
        raise MissingToolError("none")

    monkeypatch.setattr(statements, "make_pdf", no_pdf)
    work = shop(tmp_path / "w")
    head = ["工号", "方案", "生效月份", "确认日期"]
    file = write_xlsx(tmp_path / "方案确认.xlsx", [head, ["Li", "售前", "2024年1月", "2024-01-03"]])
    assert import_files(work, [file]).files[0].accepted == 1
    told = statement_month(work, "2024-06")
    folder = write_statements(told, work.root / "statements", "zh").folder
    assert "售前：2024-01-03 已确认" in words_of((folder / "Li.html").read_text("utf-8"))
    assert "售前：尚未确认" in words_of((folder / "Wang.html").read_text("utf-8"))
