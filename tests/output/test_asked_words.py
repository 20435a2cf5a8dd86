"""An edition or a language outside its values is an error at every door, naming the values; never silently English."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pandas as pd
import pytest

from tests.output.fixture import code, write_notebook
from tests.output.study_world import LAST, make_workspace
from toolkit import audit_month, page, read_scheme, settle, study_baseline, study_targets
from toolkit.core.bundled import bundled
from toolkit.core.errors import UsageError
from toolkit.core.figures import say
from toolkit.core.period import Month
from toolkit.core.text import LANGUAGES, Lang, Text
from toolkit.data.importing.accounting import FileReport, ImportResult
from toolkit.data.tables.workspace import Workspace
from toolkit.output.publish.privacy import EDITIONS, shown_names
from toolkit.output.publish.report import publish_report
from toolkit.output.reports import audit as audit_page
from toolkit.output.reports import baseline as baseline_page
from toolkit.output.reports import targets as targets_page
from toolkit.output.reports import view as study_view
from toolkit.output.reports.editions import publish_audit, publish_baseline, publish_targets
from toolkit.rules.explain.ledger_text import ledger_frame
from toolkit.rules.explain.person import explain_pay
from toolkit.rules.explain.scheme_text import render_sentences
from toolkit.rules.formula.dictionary import label
from toolkit.rules.lint.registry import lint_scheme
from toolkit.studies.planning.targets import TargetRequest
from toolkit.studies.reconcile.pay_run import PayRun
from toolkit.studies.reconcile.reconcile import Reconciliation
from toolkit.studies.scheme_change.compare import diff_schemes

SCHEME = "data_samples/shelf/D02-conversion-tiers.yaml"
INTERNAL = {"edition": "internal"}
LANGS = ("fr", "", "EN", "zh-CN")
EDITION_WORDS = ("public", "", "Internal")


class Seen:
    """What the doors are asked with: a workspace, studied once."""

    def __init__(self, root: Path) -> None:
        self.workspace: Workspace = make_workspace(root)
        shutil.copy(bundled(SCHEME), root / "schemes" / "s.yaml")
        self.scheme = read_scheme(bundled(SCHEME))
        self.settled = settle(self.workspace, Month.parse(LAST))
        self.audit = audit_month(self.workspace, LAST)
        history = study_view.open_history(str(root), LAST, "confidential")
        self.baseline, self.targets = study_baseline(history), study_targets(history, TargetRequest())
        measures = self.settled.measures.table
        self.diff = diff_schemes(self.scheme, self.scheme, measures)
        self.person = explain_pay([self.scheme], measures, month=LAST, agent="e")
        self.notebook = write_notebook(
            root / "n.ipynb",
            [
                code('edition: str = "confidential"\nlang: str = "en"\noutput_dir: str = ""', "parameters"),
                code("from toolkit.output.render import blocks as page\npage.provenance(lang, output_dir)"),
            ],
        )


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    return Seen(tmp_path_factory.mktemp("asked") / "w")


DOORS: dict[str, Callable[[Seen, Any], object]] = {
    "Text.of": lambda _, lang: Text("a", "b").of(lang),
    "say": lambda _, lang: say(lang, "a", "b"),
    "label": lambda _, lang: label("sales", lang),
    "publish_report": lambda s, lang: publish_report(
        s.notebook, {"edition": "internal"}, s.workspace.root / "r", lang=lang
    ),
    "publish_audit": lambda s, lang: publish_audit(s.workspace.root, LAST, lang=lang),
    "publish_baseline": lambda s, lang: publish_baseline(s.workspace.root, LAST, lang=lang),
    "publish_targets": lambda s, lang: publish_targets(s.workspace.root, LAST, TargetRequest(), lang=lang),
    "audit_view": lambda s, lang: study_view.view(s.audit, lang, "confidential"),
    "MonthAudit.explained": lambda s, lang: s.audit.explained(lang),
    "Settlement.explained": lambda s, lang: s.settled.explained(lang),
    "ledger_frame": lambda s, lang: ledger_frame(s.settled.rows, lang),
    "Reconciliation.to_frame": lambda s, lang: Reconciliation(
        Month.parse(LAST), pd.DataFrame(), PayRun(LAST, pd.DataFrame(), pd.DataFrame())
    ).to_frame(lang),
    "ImportResult.lines": lambda s, lang: ImportResult((FileReport("f", (), 0, 0),), (), ()).lines(lang),
    "ImportResult.to_json": lambda s, lang: ImportResult((), (), ()).to_json(lang),
    "SchemeDiff.to_json": lambda s, lang: s.diff.to_json(lang),
    "SchemeDiff.people_table": lambda s, lang: s.diff.people_table(lang),
    "SchemeDiff.causes_table": lambda s, lang: s.diff.causes_table(lang),
    "Explanation.lines": lambda s, lang: s.person.lines(lang),
    "Explanation.to_json": lambda s, lang: s.person.to_json(lang),
    "render_sentences": lambda s, lang: render_sentences(s.scheme, lang),
    "lint": lambda s, lang: [f.message.of(lang) for f in lint_scheme(s.scheme)],
    "page.section": lambda _, lang: page.section(Text("a", "b"), lang),
    "page.provenance": lambda _, lang: page.provenance(lang),
    "audit head": lambda s, lang: audit_page.head(study_view.View(s.audit, lang, {}, False)),
    "baseline head": lambda s, lang: baseline_page.head(s.baseline, lang),
    "targets head": lambda s, lang: targets_page.head(s.targets, lang),
    "named": lambda _, lang: study_view.named(["shop"], lang),
}
EDITION_DOORS: dict[str, Callable[[Seen, Any], object]] = {
    "publish_report": lambda s, edition: publish_report(s.notebook, {"edition": edition}, s.workspace.root / "r"),
    "publish_audit": lambda s, edition: publish_audit(s.workspace.root, LAST, edition=edition),
    "publish_baseline": lambda s, edition: publish_baseline(s.workspace.root, LAST, edition=edition),
    "publish_targets": lambda s, edition: publish_targets(s.workspace.root, LAST, TargetRequest(), edition=edition),
    "audit_view": lambda s, edition: study_view.view(s.audit, "en", edition),
    "open_history": lambda s, edition: study_view.open_history(str(s.workspace.root), LAST, edition),
    "shown_names": lambda s, edition: shown_names(["e"], {}, edition, s.workspace.root / "key"),
}


@pytest.mark.parametrize("door", DOORS)
def test_a_language_that_is_none(door: str, seen: Seen) -> None:
    for lang in LANGS:
        with pytest.raises(UsageError) as caught:
            DOORS[door](seen, lang)
        assert caught.value.of("en") == f"no language: {lang!r}; known: en, zh"
        assert caught.value.of("zh") == f"没有语言 {lang!r}；可用的有：en、zh"
    assert not (seen.workspace.root / "r").exists()
    assert not list((seen.workspace.root / "reports").iterdir())


@pytest.mark.parametrize("door", EDITION_DOORS)
def test_an_edition_that_is_none(door: str, seen: Seen) -> None:
    for edition in EDITION_WORDS:
        with pytest.raises(UsageError) as caught:
            EDITION_DOORS[door](seen, edition)
        assert caught.value.of("en") == f"no edition: {edition!r}; known: confidential, internal"
        assert caught.value.of("zh") == f"没有版本 {edition!r}；可用的有：confidential、internal"
    assert not (seen.workspace.root / "r").exists()
    assert not list((seen.workspace.root / "reports").iterdir())


@pytest.mark.parametrize("door", EDITION_DOORS)
def test_a_shareable_edition_is_refused_with_the_reason(door: str, seen: Seen) -> None:
    with pytest.raises(UsageError) as caught:
        EDITION_DOORS[door](seen, "shareable")
    assert "whoever knows one figure of a colleague" in caught.value.of("en")
    assert "--edition internal（内部版）" in caught.value.of("zh")
    assert not (seen.workspace.root / "r").exists()


def test_the_values_are_no_errors(seen: Seen) -> None:
    for lang in LANGUAGES:
        for edition in EDITIONS:
            assert study_view.view(seen.audit, cast("Lang", lang), edition).lang == lang
