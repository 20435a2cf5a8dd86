"""The design report: every block, both languages and editions, the notebook cell by cell, the command's plain files."""

from __future__ import annotations

import ast
import json
import re
from dataclasses import asdict, replace
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from tests.output.study_world import NAMES, make_workspace
from tests.studies.design_world import D02, flat, scheme_text
from toolkit.cli.app import app
from toolkit.core.bundled import bundled
from toolkit.core.errors import UsageError
from toolkit.core.text import LANGUAGES, Text
from toolkit.data.tables.workspace import Workspace
from toolkit.output.publish.notebook import read_notebook
from toolkit.output.render.blocks import SENTINEL
from toolkit.output.render.html import Html, plain
from toolkit.output.reports import design as design_page
from toolkit.output.reports import redteam as redteam_page
from toolkit.output.reports import view as study_view
from toolkit.output.reports.editions import DESIGN, publish_design
from toolkit.output.reports.files import write_design
from toolkit.output.reports.view import open_design
from toolkit.studies.design import study as design_study
from toolkit.studies.design.overlays import read_candidate
from toolkit.studies.design.search import search
from toolkit.studies.design.study import DesignRequest, DesignStudy
from toolkit.studies.redteam.tricks import play_study

MONTH = "2024-04"
BLOCKS = (
    "head", "verdict", "figures", "sentences", "past_totals", "past_parts", "past_people", "coming_cost",
    "coming_parts", "coming_people", "luck", "search", "edges", "one_more", "scenarios", "health", "findings",
)  # fmt: skip


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    found = make_workspace(tmp_path_factory.mktemp("design") / "w")
    (found.root / "schemes" / "now.yaml").write_text(scheme_text("now", D02), "utf-8")
    return found


@pytest.fixture(scope="module")
def request_(workspace: Workspace) -> DesignRequest:
    folder = workspace.root.parent
    (folder / "flat.yaml").write_text(scheme_text("flat", flat("3%")), "utf-8")
    body = "scheme: w/schemes/now.yaml\ntitle: {en: Third tier, zh: 第三档}\n"
    body += 'set: [{at: "components.commission.rate.tiers[2].from", to: 31%}]\n'
    (folder / "o.yaml").write_text(body, "utf-8")
    body = "  - {id: x, pay: sales, rate: 1%, each: order}\n"
    (folder / "later.yaml").write_text(scheme_text("later", body), "utf-8")
    files = ",".join(str(folder / name) for name in ("flat.yaml", "o.yaml", "later.yaml"))
    return DesignRequest(files, replicates="100", budget="3000", margin="40%", average_margin="30%", uplift="8%")


@pytest.fixture(scope="module")
def study(workspace: Workspace, request_: DesignRequest) -> DesignStudy:
    return open_design(str(workspace.root), MONTH, request_, "confidential")


def test_every_block_says_something_in_both_languages(study: DesignStudy) -> None:
    for name in BLOCKS:
        english, chinese = (plain(getattr(design_page, name)(study, lang)) for lang in LANGUAGES)
        assert len(english) > 40, name
        assert not re.search(r"[\u4e00-\u9fff]", english.replace("王小明", "")), name
        assert re.search(r"[\u4e00-\u9fff]", chinese), name
        if name not in ("sentences", "head"):
            assert sorted(re.findall(r"\d+\.\d\d\b", english)) == sorted(re.findall(r"\d+\.\d\d\b", chinese)), name


def test_a_study_is_one_short_line(study: DesignStudy) -> None:
    assert re.fullmatch(rf"<Design {MONTH}: 3 candidates, \d+ people>", repr(study))


def test_what_cannot_be_drawn_is_told_on_the_first_page_and_has_no_figure(study: DesignStudy) -> None:
    assert "later: not paid on drawn months (x: it is paid by order lines)" in plain(design_page.verdict(study, "en"))
    assert "later" not in plain(design_page.figures(study, "en"))


def test_an_internal_report_names_nobody(workspace: Workspace, study: DesignStudy, tmp_path: Path) -> None:
    from toolkit.output.publish.privacy import shown_names

    labels = shown_names(NAMES, NAMES, "internal", workspace.root / ".pseudonyms.key")
    seen = replace(study, names=labels, internal=True)
    told = "".join(plain(b) + b.markup for b in (getattr(design_page, name)(seen, "en") for name in BLOCKS))
    told += design_page.workbook(seen, "en", str(tmp_path)).markup
    book = load_workbook(tmp_path / "report.xlsx")
    told += repr([[cell for row in sheet.values for cell in row] for sheet in book])
    assert "P-" in told
    for agent, name in NAMES.items():
        assert name not in told
        assert not re.search(rf"[>'\s]{re.escape(agent)}[<'\s]", told.replace("null", "") if agent == "null" else told)


def test_small_data_make_sentences_not_errors(study: DesignStudy) -> None:
    poor = replace(
        study, coming=None, why=Text("not enough months", "月份不足"), health=((),) * 4, responses=(None,) * 4
    )
    for name in BLOCKS:
        for lang in LANGUAGES:
            assert plain(getattr(design_page, name)(poor, lang)), name


def test_the_notebook_runs_cell_by_cell(
    workspace: Workspace, study: DesignStudy, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list[object] = []
    monkeypatch.setattr(study_view, "open_design", lambda *words: asked.append(words) or study)
    request_ = study.request
    notebook = read_notebook(bundled(DESIGN))
    given = {**asdict(request_), "workspace": str(workspace.root), "month": MONTH, "lang": "zh"}
    names: dict[str, object] = {}
    shown = [_run(cell.source, names, given | {"output_dir": str(tmp_path)}) for cell in notebook.code]
    told = "".join(block.markup for block in shown if isinstance(block, Html))
    assert told.count('class="chart"') == 3
    assert asked == [(str(workspace.root), MONTH, request_, "confidential")]
    assert isinstance(shown[-1], Html)
    assert shown[-1].facts == (SENTINEL,)
    assert (tmp_path / "report.xlsx").is_file()


def _run(source: str, names: dict[str, object], given: dict[str, str]) -> object:
    *statements, last = ast.parse(source).body
    if not isinstance(last, ast.Expr):
        exec(compile(source, "cell", "exec"), names)
        names |= given if "output_dir:" in source else {}
        return None
    exec(compile(ast.Module(statements, []), "cell", "exec"), names)
    return eval(compile(ast.Expression(last.value), "cell", "eval"), names)


def test_plans_that_would_pay_name_positions_in_both_languages(study: DesignStudy, tmp_path: Path) -> None:
    acts = tmp_path / "acts.yaml"
    acts.write_text("acts:\n  - {act: decline, most: 5, cost: 1}\n  - {act: hold, most: 2, cost: 5}\n", "utf-8")
    assert "red-team" in plain(redteam_page.red_team(None, "en"))
    asked = replace(study, request=replace(study.request, red_team=str(acts)), paid=study.paid[:2])
    teams = play_study(asked)
    assert teams is not None
    for lang in LANGUAGES:
        told = plain(redteam_page.red_team(teams, lang))
        assert not any(name in told for name in NAMES.values())
        assert ("position" in told) == (lang == "en")
    written = [path.name for path in redteam_page.write_red_team(teams, tmp_path)]
    assert {"tricks.csv", "repairs.csv"} <= set(written)
    table = pd.read_csv(tmp_path / "tricks.csv")
    assert set(table["basis"]) <= {"proved", "every plan paid", "searched, not proved"}
    assert (table["witness_difference"].dropna() == 0).all()


def test_the_command_writes_plain_files(
    workspace: Workspace, study: DesignStudy, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list[DesignRequest] = []
    monkeypatch.setattr(design_study, "study_design", lambda folder, month, r: asked.append(r) or study)
    flat_, overlay, later = study.request.files
    words = ["design", workspace.root, flat_, "--overlay", overlay, "--overlay", later, "--month", MONTH,
             "--replicates", 100, "--budget", "3000", "--margin", "40%", "--average-margin", "30%", "--uplift", "8%",
             "--out", tmp_path / "out", "--lang", "en"]  # fmt: skip
    done = CliRunner().invoke(app, [str(w) for w in words])
    assert done.exit_code == 1, done.output  # a candidate that cannot be drawn is to be looked at
    assert asked == [study.request]
    assert "in eight months of ten between" in done.output
    cost = json.loads((tmp_path / "out" / "cost.json").read_text("utf-8"))
    assert set(cost["schemes"]) == {"now", "flat", "Third tier", "later"}
    assert cost["schemes"]["later"]["refused"]
    one = cost["schemes"]["flat"]
    assert {"mean", "p50", "p90", "p95", "mc_sd", "seed", "R", "p_budget_kept", "break_even"} <= one.keys()
    assert (one["seed"], one["R"]) == (20260104, 100)
    assert one["p10"] <= one["p50"] <= one["p90"] <= one["p95"]
    paid = pd.read_csv(tmp_path / "out" / "payouts.csv", dtype={"agent": "str"}, keep_default_na=False)
    assert list(paid.columns) == ["scheme", "month", "agent", "component", "amount"]
    winning = pd.read_csv(tmp_path / "out" / "winners.csv")
    assert set(winning["scheme"]) == {"flat", "Third tier"}
    assert (winning["candidate"] - winning["current"] - winning["difference"]).abs().max() < 0.02
    health = pd.read_csv(tmp_path / "out" / "health.csv")
    assert {"luck_own_volume", "luck_equal_volume", "at_target", "measures"} <= set(health["code"])


def test_what_a_search_found_stands_in_the_report_and_in_files(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    free = workspace.root.parent / "free.yaml"
    at = "components.commission.rate.tiers[{}].{}"
    free.write_text(
        "scheme: w/schemes/now.yaml\ntitle: {en: Tiers, zh: 阶梯}\nfree:\n"
        f'  - {{at: "{at.format(2, "from")}", from: 31%, to: 33%, step: 1%}}\n'
        f'  - {{at: "{at.format(4, "rate")}", from: 5%, to: 6%, step: 1%}}\n',
        "utf-8",
    )
    monkeypatch.setattr(design_study, "search", lambda *asked: search(*asked, (30, 40)))
    request_ = DesignRequest(search=str(free), replicates="100", budget="90000", margin="40%", uplift="5%")
    study = open_design(str(workspace.root), MONTH, request_, "confidential")
    assert study.paid[-1].candidate.name == Text("Tiers, best found", "阶梯（搜索所得）")
    english, chinese = (plain(design_page.search(study, lang)) for lang in LANGUAGES)
    assert "6 of 6 points were tried, every one." in english
    assert "On 40 drawn months it was not chosen on" in english
    assert "效率前沿" in chinese
    assert sorted(re.findall(r"\d+\.\d\d\b", english)) == sorted(re.findall(r"\d+\.\d\d\b", chinese))
    write_design(study, tmp_path / "out")
    frontier = pd.read_csv(tmp_path / "out" / "frontier.csv")
    assert frontier["chosen"].sum() == 1
    for name in frontier["overlay"].dropna():
        assert read_candidate(tmp_path / "out" / name).scheme.id == "now"
    told = json.loads((tmp_path / "out" / "cost.json").read_text("utf-8"))["search"]
    assert (told["for"], told["points"], told["tried"]) == ("luck", 6, 6)
    asked: list[DesignRequest] = []
    monkeypatch.setattr(design_study, "study_design", lambda folder, month, r: asked.append(r) or study)
    words = ["design", workspace.root, "--search", free, "--month", MONTH, "--replicates", 100, "--budget", "90000",
             "--margin", "40%", "--uplift", "5%", "--out", tmp_path / "again", "--lang", "zh"]  # fmt: skip
    done = CliRunner().invoke(app, [str(w) for w in words])
    assert asked == [request_]
    assert "限制内最好的是" in done.output
    for wrong, said in (({"aim": "profit"}, "one of luck, net-gain"), ({"aim": "net-gain", "margin": ""}, "--margin")):
        with pytest.raises(UsageError, match=said):
            publish_design(workspace.root, MONTH, replace(request_, **wrong))


def test_wrong_calls_are_told_before_anything_runs(workspace: Workspace, request_: DesignRequest) -> None:
    with pytest.raises(UsageError, match="from one to 5 candidates"):
        publish_design(workspace.root, MONTH, replace(request_, schemes=""))
    with pytest.raises(UsageError, match="margin is a share"):
        publish_design(workspace.root, MONTH, replace(request_, margin="much"))
    assert not (workspace.root / "reports/design").exists()
