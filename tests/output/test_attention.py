"""A report that found something to look at says so to whoever asked for it: the command ends with 1, then and again."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.data.worlds import frame_of
from tests.output.fixture import code, write_notebook
from tests.output.study_world import LAST, make_workspace
from tests.sample import copy_sample
from toolkit import audit_month, study_baseline
from toolkit.cli import doctor
from toolkit.cli.app import app
from toolkit.core.bundled import bundled
from toolkit.core.text import Text
from toolkit.data.tables.workspace import Workspace
from toolkit.output.publish import runner
from toolkit.output.publish.manifest import verify_report
from toolkit.output.publish.report import Published, publish_report
from toolkit.output.render import blocks as page
from toolkit.output.render.blocks import ATTENTION, look_at
from toolkit.output.render.html import Html, join, tag
from toolkit.output.reports import audit as audit_page
from toolkit.output.reports import baseline as baseline_page
from toolkit.output.reports import view as study_view
from toolkit.studies.audit.verdict import say_beside

ROOT = Path(__file__).resolve().parents[2]


def test_a_block_asks_to_be_looked_at_only_where_it_should() -> None:
    assert look_at(tag("p", "x"), False) == tag("p", "x")
    asked = look_at(tag("p", "x"), True)
    assert asked.facts == (ATTENTION,)
    assert asked.markup == "<p>x</p>"


@pytest.mark.parametrize("within", [lambda b: join(b, tag("p", "y")), lambda b: tag("div", ["z", (b,)])])
def test_what_a_block_tells_is_not_lost_beside_or_inside_another(within: Callable[[Html], Html]) -> None:
    asked = within(look_at(page.verdict(Text("Wait.", "请等待。"), "review", "zh"), True))
    assert asked.facts == (("verdict", "请等待。"), ATTENTION)


@pytest.mark.parametrize("asks", [True, False])
def test_it_is_kept_with_the_report(asks: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "NEEDED", ())
    cells = [
        code('lang: str = "en"\noutput_dir: str = ""', "parameters"),
        code("from toolkit.output.render import blocks as page\nfrom toolkit.output.render.html import tag"),
        code(f"page.look_at(tag('p', 'x'), {asks})"),
        code("page.provenance(lang, output_dir)"),
    ]
    stored = write_notebook(tmp_path / "n.ipynb", cells)
    made, again = (publish_report(stored, {}, tmp_path / "r") for _ in range(2))
    assert (made.attention, made.reused, again.attention, again.reused) == (asks, False, asks, True)
    assert json.loads((made.html.parent / "manifest.json").read_text())["attention"] is asks
    assert verify_report(tmp_path / "r") == []


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    made = make_workspace(tmp_path_factory.mktemp("attention") / "w")
    shutil.copy(bundled("data_samples/shelf/D02-conversion-tiers.yaml"), made.root / "schemes" / "s.yaml")
    return made


def test_a_month_nothing_can_be_compared_in_asks_to_be_looked_at(workspace: Workspace) -> None:
    view = study_view.view(audit_month(workspace, LAST), "en", "confidential")
    assert ATTENTION in audit_page.verdict(view).facts


def test_payroll_that_differs_ends_with_1_whatever_stands_beside_the_verdict(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sentence beside the verdict (here: base pay without a month to compare with) once took its mark away."""
    made = make_workspace(tmp_path / "w")
    shutil.copy(bundled("data_samples/shelf/D02-conversion-tiers.yaml"), made.root / "schemes" / "s.yaml")
    items = "payroll_items: {commission: [conversion-tiers.commission], base: []}\n"
    settings = (made.root / "workspace.yaml").read_text().replace("payroll_items: {}\n", items)
    (made.root / "workspace.yaml").write_text(settings)
    lines = [
        {"line_id": item, "agent": "e", "earned_month": LAST, "item": item, "amount": 100}
        for item in ("commission", "base")
    ]
    made.write_table("payroll", frame_of("payroll", lines))
    done = CliRunner().invoke(app, ["audit", str(made.root), "--month", LAST, "--lang", "zh"])
    assert done.exit_code == 1, done.output
    verdict, path = done.output.splitlines()
    assert verdict.startswith("暂不发放：")
    assert Path(path).is_file()


def test_the_bundled_month_with_planted_errors_asks_to_be_looked_at(tmp_path: Path) -> None:
    copy_sample(root := tmp_path / "demo")
    view = study_view.view(audit_month(root, "2024-12"), "en", "confidential")
    assert view.audit.compared
    assert say_beside(view.audit) is not None
    assert ATTENTION in audit_page.verdict(view).facts


def test_a_baseline_asks_as_its_findings_do(workspace: Workspace) -> None:
    study = study_baseline(study_view.open_history(str(workspace.root), LAST, "confidential"))
    asks = any(f.severity != "info" for f in study.findings)
    assert (ATTENTION in baseline_page.verdict(study, "en").facts) == asks


def test_the_audit_ends_with_1_and_still_shows_every_report(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def published(*_: object, shop: str, **__: object) -> Published:
        (path := tmp_path / f"{shop}.html").touch()
        return Published(path, "id", (), reused=False, attention=shop == "s1", verdict=f"of {shop}")

    monkeypatch.setattr("toolkit.output.reports.editions.publish_audit", published)
    done = CliRunner().invoke(app, ["audit", str(workspace.root), "--month", LAST, "--shop", "s1", "--shop", "s2"])
    assert done.exit_code == 1, done.output
    assert [Path(line).is_file() for line in done.stdout.splitlines()] == [True, True]
    assert len(done.stderr.splitlines()) == 2  # the verdict of each


def test_an_audit_with_nothing_to_look_at_ends_with_0(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    published = Published(Path("r.html"), "id", (), reused=False)
    monkeypatch.setattr("toolkit.output.reports.editions.publish_audit", lambda *_, **__: published)
    assert CliRunner().invoke(app, ["audit", str(workspace.root)]).exit_code == 0


@pytest.mark.parametrize(("lacking", "needed", "code"), [((), (), 0), (("pdf",), (), 1), (("pdf",), ("pdf",), 4)])
def test_the_doctor_ends_with_1_where_something_optional_lacks(
    lacking: tuple[str, ...], needed: tuple[str, ...], code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    states = [
        doctor.State(Text(n, n), n not in lacking, Text("install", "安装"), n in needed) for n in ("python", "pdf")
    ]
    monkeypatch.setattr(doctor, "examine_machine", lambda: states)
    done = CliRunner().invoke(app, ["doctor"])
    assert (getattr(done.exception, "exit_code", None) or done.exit_code) == code


@pytest.mark.parametrize(("ended", "made"), [(0, True), (1, True), (2, False), (5, False)])
def test_make_report_succeeds_where_the_audit_found_something(ended: int, made: bool, tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "ready").touch()
    command = tmp_path / "bin" / "incentive"
    command.write_text(f"#!/bin/sh\ntest $1 = demo || exit {ended}\n")
    command.chmod(0o755)
    given = [f"BIN={tmp_path}/bin", f"READY={tmp_path}/ready", f"DEMO={tmp_path}/demo", "-o", f"{tmp_path}/ready"]
    done = subprocess.run(["make", "-C", str(ROOT), "report", *given], capture_output=True, check=False)
    assert (done.returncode == 0) == made, done.stderr
