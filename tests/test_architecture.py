"""What is a law of the structure: who may import whom, one owner an outside library, one name a thing, words and doors.

Sizes are for judgement, not for a test: `make shape` prints them.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from graphlib import TopologicalSorter

import pytest

from tests.structure import folder, folders, inner_imports, modules, outer_imports, without_door
from toolkit.rules.explain.ledger_text import BLOCKS, ENTRIES
from toolkit.rules.pay.ledger import Facts

ROOMS = ("core", "data", "models", "rules", "studies", "output", "cli")
MAY_IMPORT = {
    "core": "",
    "data.tables": "",
    "data.paysheets": "",
    "data.reading": "data.tables",
    "data.importing": "data.tables data.paysheets data.reading",
    "data.crediting": "data.tables",
    "data.checks": "data.tables data.importing data.crediting",
    "models.baseline": "",
    "models.outlook": "models.baseline",
    "models.standing": "models.baseline",
    "models.targets": "models.baseline models.outlook",
    "models.comparison": "models.baseline",
    "rules.formula": "",
    "rules.scheme": "rules.formula",
    "rules.pay": "rules.formula rules.scheme",
    "rules.settle": "rules.formula rules.scheme rules.pay",
    "rules.explain": "rules.formula rules.scheme rules.pay rules.settle",
    "rules.lint": "rules.formula rules.scheme rules.pay rules.explain",
    "studies.reconcile": "data.paysheets rules",
    "studies.audit": "data models rules studies.reconcile",
    "studies.workload": "data models rules studies.audit",
    "studies.closing": "data studies.audit",
    "studies.consequences": "data models rules",
    "studies.scheme_change": "rules",
    "studies.planning": "data models rules",
    "studies.design": "data models rules studies.audit studies.consequences studies.planning studies.scheme_change",
    "studies.redteam": "rules studies.consequences studies.design studies.scheme_change",
    "studies.pilot": "data models rules studies.planning",
    "output.render": "data.tables",
    "output.publish": "output.render",
    "output.reports": "data.tables models rules studies output.render output.publish",
    "cli": "data models rules studies output",
}
"""What each folder may import beside itself and `core`: ARCHITECTURE.md's table."""

OWNERS: dict[str, str] = {
    "ibis": "data.tables.engine",
    "duckdb": "data.tables.engine",
    "python_calamine": "core.files",
    "charset_normalizer": "core.files",
    "pyarrow": "core.files data",
    "ruamel": "core.yaml",
    "statsmodels": "models",
    "scipy": "models studies.design.search studies.redteam.certificate",
    "lark": "rules.formula.expressions",
    "pydantic": "core.documents rules.scheme data.reading.maps data.paysheets.answers data.tables.settings "
    "studies.design.grid",
    "seaborn": "output.render.charts",
    "matplotlib": "output.render",
    "papermill": "output.publish",
    "nbconvert": "output.publish",
    "nbclient": "output.publish",
    "nbformat": "output.publish",
    "xlsxwriter": "output.render.workbook",
    "weasyprint": "output.publish.pdf",
    "typer": "cli",
    "click": "cli",
    "rich": "cli",
}
ONE_THING = {
    "activity": "what happened in a month; its chapter of the report",
    "audit": "the commands; the pages of the report",
    "baselines": "the commands; the study behind them",
    "channels": "what came by each channel, and its cost; its part of the report",
    "components": "made in pay, said in explain",
    "design": "the command; the pages of the report",
    "evidence": "the rows behind a month's figures; gathered for an audit; the sheets of the report",
    "files": "one reader; plain files of the reports; the tables a month is settled with",
    "legal": "points for counsel: of a scheme's text; of a month's pay",
    "limits": "made in pay, said in explain, warned of in lint",
    "measures": "the table; its columns in pay; what lint says of them",
    "tryout": "numbers turned by hand; their answer as a block and sliders",
    "opening": "opening balances as ledger rows and measures; those of a workspace",
    "person": "a person's month in words; found in a workspace",
    "registry": "every check of its folder",
    "retention": "who left and what hangs on few; its part of the report",
    "rota": "chances to earn by shift; their part of the report",
    "targets": "the models; the study; the pages of the report",
    "tiers": "read in pay, said in explain, warned of in lint",
    "work": "pay beside work: its figures; its chapter of the report",
    "workspace": "the folder itself; the commands on it",
}
"""Module names that stand in several folders: one thing there, made, said, warned of, studied or shown."""

AWAITING: dict[str, str] = {}
"""Public names without a door yet, and the study that will use them."""

MAX_PUBLIC = 25


def real_modules() -> list[str]:
    return [m for m in modules() if m and m not in folders() and m != "__main__"]


def test_every_folder_with_modules_stands_in_the_table() -> None:
    assert {folder(m) for m in real_modules()} == MAY_IMPORT.keys()


def test_a_module_imports_only_what_its_folder_may() -> None:
    wrong = []
    for name in real_modules():
        allowed = {folder(name), "core", *MAY_IMPORT[folder(name)].split()}
        for other in inner_imports(name):
            if not {folder(other), folder(other).partition(".")[0]} & allowed:
                wrong.append(f"{name} imports {other}")
    assert not wrong


def test_no_ring_of_modules_or_folders() -> None:
    graph = {m: inner_imports(m) & set(real_modules()) for m in real_modules()}
    between: dict[str, set[str]] = defaultdict(set)
    for name, others in graph.items():
        between[folder(name)] |= {folder(other) for other in others} - {folder(name)}
    for one in (graph, between):
        assert set(TopologicalSorter(one).static_order()) >= set(one)  # raises CycleError on a ring


def test_one_module_or_folder_owns_each_outside_library() -> None:
    wrong = [
        f"{m} imports {lib}, owned by {OWNERS[lib]}"
        for m in modules()
        for lib in outer_imports(m) & OWNERS.keys()
        if not any(f"{m}.".startswith(f"{owner}.") for owner in OWNERS[lib].split())
    ]
    assert not wrong


def test_no_public_class_stands_twice() -> None:
    homes = defaultdict(list)
    for name, tree in modules().items():
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                homes[node.name].append(name)
    assert not {name: found for name, found in homes.items() if len(found) > 1}


def test_a_module_name_that_stands_twice_is_one_thing() -> None:
    homes = defaultdict(list)
    for name in real_modules():
        homes[name.rpartition(".")[2]].append(name)
    assert {name for name, found in homes.items() if len(found) > 1} == ONE_THING.keys()


def test_the_package_shows_few_names() -> None:
    import toolkit

    assert len(toolkit.__all__) <= MAX_PUBLIC
    assert all(hasattr(toolkit, name) for name in toolkit.__all__)


def test_every_public_function_and_class_has_a_door() -> None:
    assert without_door() == sorted(AWAITING)


def test_every_class_of_facts_has_words() -> None:
    known = {one.__qualname__ for one in _below(Facts) if one.__module__.startswith("toolkit.")}
    assert known == {one.__qualname__ for one in (*BLOCKS, *ENTRIES)}
    assert not BLOCKS.keys() & ENTRIES.keys()


def _below(one: type) -> set[type]:
    return {c for sub in one.__subclasses__() for c in {sub, *_below(sub)}}


def test_languages_are_never_concatenated_outside_core() -> None:
    wrong = [
        f"{m}:{node.lineno}"
        for m, tree in modules().items()
        if folder(m) != "core"
        for node in ast.walk(tree)
        if isinstance(node, ast.BinOp)
        and isinstance(node.op, ast.Add)
        and any(isinstance(side, ast.Attribute) and side.attr in ("en", "zh") for side in (node.left, node.right))
    ]
    assert not wrong


@pytest.mark.parametrize("forbidden", ["read_pickle", "pickle", "eval", "exec"])
def test_nothing_runs_data_as_code(forbidden: str) -> None:
    calls = [
        m
        for m, tree in modules().items()
        for n in ast.walk(tree)
        if isinstance(n, ast.Call)
        and forbidden == (n.func.id if isinstance(n.func, ast.Name) else getattr(n.func, "attr", ""))
        and not (forbidden in ("eval", "exec") and isinstance(n.func, ast.Attribute))
    ]
    assert not calls
