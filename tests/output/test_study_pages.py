"""The reports of baselines and targets: every block, both languages and editions, small data, and the whole run."""

from __future__ import annotations

import ast
import re
import stat
from dataclasses import asdict
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
from openpyxl import load_workbook

from tests.output.study_world import LAST, NAMES, make_workspace
from toolkit import study_baseline, study_targets
from toolkit.core.bundled import bundled
from toolkit.core.errors import UsageError
from toolkit.core.text import LANGUAGES, Lang, Text
from toolkit.data.tables.workspace import Workspace
from toolkit.output.publish.notebook import read_notebook
from toolkit.output.render.blocks import SENTINEL
from toolkit.output.render.html import Html, plain
from toolkit.output.reports import baseline as baseline_details
from toolkit.output.reports import baseline as baseline_page
from toolkit.output.reports import retention as retention_page
from toolkit.output.reports import targets as targets_details
from toolkit.output.reports import targets as targets_page
from toolkit.output.reports import view as study_view
from toolkit.output.reports.editions import TARGETS as TARGETS_NOTEBOOK
from toolkit.output.reports.editions import publish_baseline, publish_targets
from toolkit.studies.planning.baselines import BaselineStudy
from toolkit.studies.planning.history import History
from toolkit.studies.planning.targets import TargetRequest, TargetStudy, say_without_rise

REQUEST = TargetRequest(budget="2000", margin="30%", average_margin="40%", category="shoes")
BASELINE = (
    *(
        getattr(baseline_page, n)
        for n in ["head", "verdict", "figures", "differences", "scope", "funnel", "fell", "season"]
    ),
    *(getattr(baseline_details, n) for n in ["coming", "value", "moved", "month_tells", "tried", "findings"]),
    retention_page.keeping,
)
TARGETS = (
    *(getattr(targets_page, n) for n in ["head", "verdict", "figures", "attainment", "chances", "both_sides"]),
    *(getattr(targets_details, n) for n in ["references", "balance", "small_volumes", "findings"]),
)
REQUEST_SMALL = TargetRequest(budget="2000", margin="30%")
Blocks = dict[str, Html]


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return make_workspace(tmp_path_factory.mktemp("studies") / "w")


@pytest.fixture(scope="module")
def open_edition(workspace: Workspace) -> tuple[BaselineStudy, TargetStudy]:
    history = study_view.open_history(str(workspace.root), LAST, "confidential")
    return study_baseline(history), study_targets(history, REQUEST)


@pytest.fixture(scope="module")
def shared_edition(workspace: Workspace) -> tuple[BaselineStudy, TargetStudy]:
    history = study_view.open_history(str(workspace.root), LAST, "internal")
    return study_baseline(history), study_targets(history, REQUEST)


def blocks(studies: tuple[BaselineStudy, TargetStudy], lang: Lang) -> Blocks:
    baseline, targets = studies
    first = {f"baseline.{make.__name__}": make(baseline, lang) for make in BASELINE}
    return first | {f"targets.{make.__name__}": make(targets, lang) for make in TARGETS}


def test_every_block_says_something_in_both_languages(open_edition: tuple[BaselineStudy, TargetStudy]) -> None:
    english, chinese = (blocks(open_edition, lang) for lang in LANGUAGES)
    for name, block in english.items():
        assert len(plain(block)) > 40, name
        assert not re.search(r"[\u4e00-\u9fff]", plain(block).replace("王小明", "")), name
        assert re.search(r"[\u4e00-\u9fff]", plain(chinese[name])), name
        figures = [re.findall(r"\d+\.\d+%", plain(b).replace(" %", "%")) for b in (block, chinese[name])]
        assert sorted(figures[0]) == sorted(figures[1]), name


def test_no_english_is_left_in_the_chinese_report(open_edition: tuple[BaselineStudy, TargetStudy]) -> None:
    allowed = r"Person \d <b>|shoes|Brier|logit|[a-z]+(-[a-z]+)+|\bs[12]\b|[\w',|/!=]*cmd[^（]*|NA|null|CNY|[efg]\b"
    for name, block in blocks(open_edition, "zh").items():
        about = r"channel,product|inquiries|sales|agents|target|volume|tenure|shop" if "findings" in name else allowed
        shown = re.sub(allowed, "", re.sub(about, "", plain(block)))
        assert not re.findall(r"[A-Za-z]{2,}", shown), name


def test_names_are_escaped_and_the_best_is_told_apart(open_edition: tuple[BaselineStudy, TargetStudy]) -> None:
    shown = blocks(open_edition, "en")
    assert not any("<b>" in block.markup or "<img" in block.markup for block in shown.values())
    assert re.search(r"\d of 8 agents convert more and \d less than an average agent", plain(shown["baseline.verdict"]))
    assert "Person 0 <b>" in plain(shown["baseline.differences"])


def test_a_internal_report_names_nobody(
    open_edition: tuple[BaselineStudy, TargetStudy], shared_edition: tuple[BaselineStudy, TargetStudy], tmp_path: Path
) -> None:
    told = "".join(plain(block) + block.markup for block in blocks(shared_edition, "en").values())
    baseline, targets = shared_edition
    told += baseline_details.workbook(baseline, "en", str(tmp_path)).markup
    book = load_workbook(tmp_path / "report.xlsx")
    told += repr([[cell for row in sheet.values for cell in row] for sheet in book])
    targets_details.workbook(targets, "en", str(tmp_path))
    book = load_workbook(tmp_path / "report.xlsx")
    told += repr([[cell for row in sheet.values for cell in row] for sheet in book])
    assert "P-" in told
    for agent, name in NAMES.items():
        assert name not in told
        assert not re.search(rf"[>'\s]{re.escape(agent)}[<'\s]", told)
    # one agent is new: a group of one is not shown, nor what it could be computed from
    assert "tenure" not in plain(targets_details.balance(targets, "en"))
    assert "tenure" in plain(targets_details.balance(open_edition[1], "en"))


SMALL: dict[str, list[tuple[str, str, int, int, int]]] = {
    "one agent": [("2024-01", "a", 100, 30, 300_000), ("2024-02", "a", 90, 20, 200_000), ("2024-03", "a", 80, 30, 1)],
    "one month": [("2024-01", a, 100, 20 + k, 100_000) for k, a in enumerate("abcd")],
    "nobody bought": [("2024-01", "a", 100, 0, 0), ("2024-02", "b", 90, 0, 0)],
    "everybody bought": [("2024-01", "a", 100, 100, 9), ("2024-02", "b", 90, 90, 9)],
    "one inquiry": [("2024-01", "a", 1, 1, 100)],
    "two agents": [(f"2024-0{m}", a, 50, 10 + m, 5_000) for m in range(1, 6) for a in "ab"],
}


@pytest.mark.parametrize("case", SMALL)
def test_small_data_make_sentences_not_errors(case: str, tmp_path: Path) -> None:
    cells = pd.DataFrame(SMALL[case], columns=["month", "agent", "inquiries", "buyers", "sales"]).assign(shop="s")
    history = History(Text("team", "团队"), cells)
    studies = study_baseline(history), study_targets(history, REQUEST_SMALL)
    for lang in LANGUAGES:
        for name, block in blocks(studies, lang).items():
            assert plain(block) or name == "targets.figures", name
        baseline_details.workbook(studies[0], lang, str(tmp_path))
        targets_details.workbook(studies[1], lang, str(tmp_path))


def test_the_baseline_is_published_whole(workspace: Workspace) -> None:
    published = publish_baseline(workspace.root, LAST, edition="internal")
    assert published.html == workspace.root / "internal/baseline" / LAST / "report.html"
    assert {p.name for p in published.files} >= {"manifest.json", "report.html", "report.xlsx"}
    for path in (workspace.root / "internal", *(workspace.root / "internal").rglob("*")):
        assert path.is_symlink() or stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path
        assert path.suffix not in {".html", ".json"} or "reports/" not in path.read_text("utf-8"), path
    shown = published.html.read_text("utf-8")
    assert '<html lang="en"' in shown
    assert shown.count('class="chart"') >= 4
    assert "P-" in shown
    assert not [name for name in NAMES.values() if name.replace("<b>", "&lt;b&gt;") in shown]


def test_the_targets_notebook_runs_cell_by_cell(workspace: Workspace, tmp_path: Path) -> None:
    notebook = read_notebook(bundled(TARGETS_NOTEBOOK))
    given = {**asdict(REQUEST), "workspace": str(workspace.root), "month": LAST, "lang": "zh"}
    names: dict[str, object] = {}
    shown = [_run(cell.source, names, given | {"output_dir": str(tmp_path)}) for cell in notebook.code]
    told = "".join(block.markup for block in shown if isinstance(block, Html))
    assert told.count('class="chart"') == 3
    assert all(name.replace("<b>", "&lt;b&gt;") in told for name in NAMES.values())
    assert isinstance(shown[-1], Html)
    assert shown[-1].facts == (SENTINEL,)
    assert (tmp_path / "report.xlsx").is_file()


def _run(source: str, names: dict[str, object], given: dict[str, str]) -> object:
    """Run a cell as a kernel does and return what its last line shows; after the parameters `given` is put in."""
    *statements, last = ast.parse(source).body
    if not isinstance(last, ast.Expr):
        exec(compile(source, "cell", "exec"), names)
        names |= given if "output_dir:" in source else {}
        return None
    exec(compile(ast.Module(statements, []), "cell", "exec"), names)
    return eval(compile(ast.Expression(last.value), "cell", "eval"), names)


@pytest.mark.parametrize("word", ["uplift", "budget", "shares"])
def test_a_word_that_cannot_be_read_is_told_before_a_kernel_starts(workspace: Workspace, word: str) -> None:
    with pytest.raises(UsageError, match=word):
        publish_targets(workspace.root, LAST, TargetRequest(**{word: "much"}))
    with pytest.raises(UsageError, match="not a month: 'June'"):
        publish_targets(workspace.root, LAST, REQUEST, scope=("", "June"))
    assert not (workspace.root / "reports/targets").exists()


def test_bonuses_cost_without_a_rise_too() -> None:
    """Of 20 people 15 reach the first line, 9 the second, 3 the third: 6 x 100 + 6 x 200 + 3 x 300 = 2,700."""
    reached, bonus = [0.75, 0.45, 0.15], [100_00, 200_00, 300_00]
    table = pd.DataFrame({"without_uplift": reached, "bonus": bonus, "expected_cost": bonus})
    asked = SimpleNamespace(table=table, agents=pd.DataFrame({"agent": range(20)}), terms=SimpleNamespace(uplift=0.05))
    (said,) = say_without_rise(asked)  # type: ignore[arg-type]
    assert "about 2,700" in said.en
    assert "2,700" in said.zh
    asked.terms.uplift = 0
    assert list(say_without_rise(asked)) == []  # type: ignore[arg-type]
