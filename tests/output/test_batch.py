"""Several audits at once: those that can be made are, the others are told, a page shows all; nothing is made twice."""

from __future__ import annotations

import re
import shutil
import stat
from html import unescape
from pathlib import Path
from urllib.parse import quote

import pytest
from typer.testing import CliRunner, Result

from tests.output.study_world import LAST, make_workspace
from toolkit.cli.app import app
from toolkit.core.bundled import bundled
from toolkit.core.errors import RenderError, UsageError
from toolkit.core.period import Month
from toolkit.core.text import Text
from toolkit.data.tables.workspace import Workspace
from toolkit.output.publish.report import Published
from toolkit.output.render.html import Html
from toolkit.output.reports import batch
from toolkit.output.reports.batch import AuditOfBatch, audit_months, shops_of, write_index

JUNE, JULY = Month(2024, 6), Month(2024, 7)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    made = make_workspace(tmp_path_factory.mktemp("batch") / "w")
    shutil.copy(bundled("data_samples/shelf/D02-conversion-tiers.yaml"), made.root / "schemes" / "s.yaml")
    return made


def run(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def words_of(path: Path) -> str:
    return unescape(re.sub(r"\s*<[^>]+>\s*", " ", path.read_text("utf-8")))


def test_what_can_be_published_is_and_only_once(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = ("audit", workspace.root, "--from", LAST, "--to", LAST, "--shop", "s1,nowhere", "--lang", "en")
    done = run(*asked)
    assert done.exit_code == 1, done.output
    index = workspace.root / "reports" / "index.html"
    assert done.stdout.splitlines() == [str(workspace.root / "reports" / LAST / "s1" / "report.html"), str(index)]
    assert f"{LAST}, nowhere: no data of shop 'nowhere'" in done.stderr
    assert stat.S_IMODE(index.stat().st_mode) == 0o600
    assert "1 of 2 audits published; 1 to be looked at." in words_of(index)
    assert "Nothing to compare yet: no payroll line is imported" in words_of(index)
    assert f'href="{LAST}/s1/report.html"' in index.read_text("utf-8")
    monkeypatch.setattr("toolkit.output.publish.report.started_kernel", lambda *_: pytest.fail("made again"))
    assert run(*asked[:6], "--shop", "s1", "--lang", "en").stdout == done.stdout


def test_the_page_shows_a_row_an_audit_in_the_folder_of_its_edition(workspace: Workspace) -> None:
    home = workspace.root.resolve() / "internal"

    def made(shop: str, figures: dict[str, int], *, attention: bool = False) -> Published:
        told = {name: str(value) for name, value in figures.items()}
        place = home / "2024-06" / shop / "report.html"
        return Published(place, "id", (), reused=True, attention=attention, verdict="结论。", figures=told)

    full = {"due": 100_00, "paid": 90_00, "people": 2, "objections": 3}
    audits = [
        AuditOfBatch(JUNE, "a b 店", made("a b 店", full, attention=True)),
        AuditOfBatch(JUNE, "", made("all", {"due": 50_00, "people": 0, "objections": 0})),
        AuditOfBatch(JULY, "", why_not=Text("no data", "没有数据")),
    ]
    index = write_index(workspace, audits, "zh", "internal")
    assert index == home / "index.html"
    said = words_of(index)
    assert "2024-06 至 2024-07 审计汇总" in said
    assert "3 份审计中已发布 2 份，其中 1 份需要查看。" in said
    assert "2024-07 全部店铺：没有数据" in said
    assert "2024-06 a b 店 100.00 90.00 -10.00 2 3" in re.sub(" +", " ", said)
    assert "2024-06 全部店铺 50.00 – – 0 0" in re.sub(" +", " ", said)
    assert f'href="2024-06/{quote("a b 店")}/report.html"' in index.read_text("utf-8")


def test_who_stands_in_two_shops_is_said_where_several_are_shown(workspace: Workspace) -> None:
    def said(*shops: str) -> str:
        published = Published(workspace.root.resolve() / "reports" / "r.html", "id", (), reused=True)
        audits = [AuditOfBatch(JUNE, shop, published) for shop in shops]
        return words_of(write_index(workspace, audits, "en", "confidential"))

    assert "stands whole in the report of each" in said("", "s1", "s2")
    assert "stands whole in the report of each" not in said("", "s1")


def test_shops_are_named_listed_or_each(workspace: Workspace) -> None:
    last = Month.parse(LAST)
    assert shops_of(workspace, last, []) == [""]
    assert shops_of(workspace, last, ["s2", "s1，x"]) == ["s2", "s1", "x"]
    assert shops_of(workspace, last, ["each"]) == ["s1", "s2"]
    assert shops_of(workspace, Month(1999, 1), ["each"]) == []


def test_one_that_fails_keeps_no_other_from_being_published(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    published = Published(Path("r.html"), "id", (), reused=False)

    def publish(_: object, month: str, **__: object) -> Published:
        if month == "2024-06":
            raise RenderError(Text("the process died", "进程中断"))
        return published

    monkeypatch.setattr(batch, "publish_audit", publish)
    june, july = audit_months(workspace, [JUNE, JULY], [], "en", "confidential")
    assert (june.why_not, july.published) == (Text("the process died", "进程中断"), published)


@pytest.mark.parametrize(
    "words",
    [
        ("--from", "2024-06", "--month", "2024-06"),
        ("--to", "2024-06"),
        ("--from", "2024-06", "--pack", "p.zip"),
        ("--from", "2024-08", "--to", "2024-06"),
    ],
)
def test_what_makes_no_sense_together_is_refused(words: tuple[str, ...], workspace: Workspace) -> None:
    assert isinstance(run("audit", workspace.root, *words).exception, UsageError)


def test_a_shop_of_any_name_can_be_linked() -> None:
    assert isinstance(batch.page.files({"2024-06/a b (c)/report.html": Text("x", "x")}, "en"), Html)
