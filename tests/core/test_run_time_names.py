"""A name imported for type checking only is not used at run time: it would end a command in NameError."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2] / "toolkit"


def _for_types_only(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def _names(node: ast.AST) -> set[str]:
    imports = isinstance(node, ast.Import | ast.ImportFrom)
    return {(a.asname or a.name).partition(".")[0] for a in node.names} if imports else set()  # type: ignore[attr-defined]


class _RunTime(ast.NodeVisitor):
    """Names that are imported, and names that are read, when the module runs; annotations are not evaluated."""

    def __init__(self) -> None:
        self.imported: set[str] = set()
        self.typed: set[str] = set()
        self.read: dict[str, int] = {}
        self.local: frozenset[str] = frozenset()

    def visit_If(self, node: ast.If) -> None:
        if _for_types_only(node):
            self.typed |= {name for statement in node.body for name in _names(statement)}
        else:
            self.generic_visit(node)

    def visit_Import(self, node: ast.Import | ast.ImportFrom) -> None:
        self.imported |= _names(node)

    visit_ImportFrom = visit_Import  # noqa: N815

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load) and node.id not in self.local:
            self.read.setdefault(node.id, node.lineno)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.visit(node.value)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        outside, module = self.local, set(self.imported)
        self.local = outside | {name for inner in ast.walk(node) for name in _names(inner)}
        for part in (*node.decorator_list, *node.args.defaults, *filter(None, node.args.kw_defaults), *node.body):
            self.visit(part)
        self.local, self.imported = outside, module


def wrong_names(source: str) -> list[str]:
    """Return what is wrong with the imports for type checking of a module."""
    seen = _RunTime()
    seen.visit(ast.parse(source))
    unknown = [f"line {seen.read[n]}: {n}" for n in sorted(seen.typed - seen.imported) if n in seen.read]
    return unknown + [f"{n} is imported twice" for n in sorted(seen.typed & seen.imported)]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("if TYPE_CHECKING:\n    from x import Text\ndef f() -> Text: ...", []),
        ("if TYPE_CHECKING:\n    from x import Text\ndef f():\n    raise E(Text(1))", ["line 4: Text"]),
        ("if TYPE_CHECKING:\n    from x import Text\ndef f():\n    from x import Text\n    raise E(Text(1))", []),
        ("from x import Text\nif TYPE_CHECKING:\n    from x import Text", ["Text is imported twice"]),
    ],
)
def test_the_search_finds_what_it_should(source: str, found: list[str]) -> None:
    assert wrong_names(source) == found


def test_no_name_for_type_checking_is_used_at_run_time() -> None:
    wrong = {
        str(p.relative_to(ROOT)): found for p in ROOT.rglob("*.py") if (found := wrong_names(p.read_text("utf-8")))
    }
    assert wrong == {}
