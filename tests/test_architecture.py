"""The structure holds: floors, order, sizes, one owner an outside library, and the map in ARCHITECTURE.md.

`python tests/test_architecture.py` writes the map anew, in an order in which each module imports only from above.
"""

from __future__ import annotations

import ast
import re
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("core", "data", "models", "rules", "studies", "output", "cli")
FLOOR = {"core": 0, "data": 1, "models": 2, "rules": 2, "studies": 3, "output": 4, "cli": 5, "": 6}
OWNERS: dict[str, str | tuple[str, ...]] = {
    "ibis": "data.tables.engine",
    "duckdb": "data.tables.engine",
    "pandera": "data.tables.schema",
    "python_calamine": "core.files",
    "charset_normalizer": "core.files",
    "pyarrow": ("core.files", "data"),
    "ruamel": "core.yaml",
    "statsmodels": "models",
    "scipy": "models",
    "lark": "rules",
    "pydantic": ("core.documents", "rules.scheme", "data.importing.maps", "data.tables.settings"),
    "seaborn": "output.render.charts",
    "matplotlib": "output.render.charts",
    "papermill": "output",
    "nbconvert": "output",
    "nbclient": "output",
    "nbformat": "output",
    "xlsxwriter": "output.render.workbook",
    "weasyprint": "output",
    "typer": "cli",
    "click": "cli",
    "rich": "cli",
}
MAX_LINES, MAX_BODY, MAX_PARAMETERS, MAX_PUBLIC = 300, 40, 6, 25
MAP = re.compile(r"(?m)^\| `([a-z_.0-9]+)` \| (.*) \|$")


@cache
def modules() -> dict[str, ast.Module]:
    """Parse every module of the package, by dotted name below `toolkit` ("" is the package itself)."""
    found = {}
    for path in sorted((ROOT / "toolkit").rglob("*.py")):
        parts = path.relative_to(ROOT / "toolkit").with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found[name] = ast.parse(path.read_text("utf-8"))
    return found


def room(name: str) -> str:
    head = name.partition(".")[0]
    return head if head in ROOMS else ""


def inner_imports(name: str, *, lazy: bool = True) -> set[str]:
    """Return the toolkit modules that `name` imports, those inside functions too."""
    tree, known = modules()[name], modules()
    nodes = ast.walk(tree) if lazy else iter(tree.body)
    found = set()
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "toolkit":
            base = (node.module or "").removeprefix("toolkit").removeprefix(".")
            deeper = {f"{base}.{a.name}".strip(".") for a in node.names}
            found |= (deeper & known.keys()) or {base}
        elif isinstance(node, ast.Import):
            found |= {a.name.removeprefix("toolkit.") for a in node.names if a.name.startswith("toolkit.")}
    return found - {name}


def outer_imports(name: str) -> set[str]:
    found = set()
    for node in ast.walk(modules()[name]):
        if isinstance(node, ast.Import):
            found |= {a.name.partition(".")[0] for a in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            found.add((node.module or "").partition(".")[0])
    return found


def real_modules() -> list[str]:
    return [m for m, tree in modules().items() if m and m not in ROOMS and m != "__main__" and len(tree.body) > 1]


def test_a_module_imports_only_from_rooms_below_or_its_own() -> None:
    wrong = [
        f"{m} imports {i}"
        for m in real_modules()
        for i in inner_imports(m)
        if room(i) != room(m) and FLOOR[room(i)] >= FLOOR[room(m)]
    ]
    assert not wrong


def test_models_and_rules_do_not_know_each_other() -> None:
    pairs = {(room(m), room(i)) for m in modules() for i in inner_imports(m)}
    assert not pairs & {("models", "rules"), ("rules", "models")}


def test_no_import_cycles() -> None:
    order = TopologicalSorter({m: inner_imports(m) & set(real_modules()) for m in real_modules()})
    assert set(order.static_order()) == set(real_modules())  # raises CycleError on a cycle


def test_one_module_or_room_owns_each_outside_library() -> None:
    wrong = [
        f"{m} imports {lib}, owned by {OWNERS[lib]}"
        for m in modules()
        for lib in outer_imports(m) & OWNERS.keys()
        if not any(f"{m}.".startswith(f"{owner}.") for owner in _owners(lib))
    ]
    assert not wrong


def _owners(lib: str) -> tuple[str, ...]:
    owners = OWNERS[lib]
    return (owners,) if isinstance(owners, str) else owners


def test_files_stay_small() -> None:
    sizes = {p: p.read_text("utf-8").count("\n") for p in (ROOT / "toolkit").rglob("*.py")}
    assert not {str(p.relative_to(ROOT)): n for p, n in sizes.items() if n > MAX_LINES}


def _functions() -> list[tuple[str, ast.FunctionDef]]:
    return [(m, n) for m, tree in modules().items() for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)]


def _body_lines(node: ast.FunctionDef) -> int:
    """Lines of a function without its signature and docstring."""
    body = node.body[1:] if ast.get_docstring(node) is not None and len(node.body) > 1 else node.body
    return (node.end_lineno or 0) - body[0].lineno + 1


def test_functions_stay_small() -> None:
    assert not [f"{m}.{n.name}: {_body_lines(n)} lines" for m, n in _functions() if _body_lines(n) > MAX_BODY]


def test_functions_take_few_parameters() -> None:
    counts = {
        f"{m}.{n.name}": len([a for a in (*n.args.posonlyargs, *n.args.args, *n.args.kwonlyargs) if a.arg != "self"])
        for m, n in _functions()
        if not m.startswith("cli")  # a command has as many parameters as options
    }
    assert not {name: n for name, n in counts.items() if n > MAX_PARAMETERS}


def test_the_package_shows_few_names() -> None:
    import toolkit

    assert len(toolkit.__all__) <= MAX_PUBLIC
    assert all(hasattr(toolkit, name) for name in toolkit.__all__)


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


def documented_map() -> list[tuple[str, str]]:
    return MAP.findall((ROOT / "ARCHITECTURE.md").read_text("utf-8"))


def summary(name: str) -> str:
    return (ast.get_docstring(modules()[name]) or "").splitlines()[0].strip()


def test_the_map_names_every_module_with_its_own_words() -> None:
    assert dict(documented_map()) == {m: summary(m) for m in real_modules()}


def test_in_the_map_a_module_imports_only_from_above() -> None:
    place = {name: i for i, (name, _) in enumerate(documented_map())}
    below = [f"{m} imports {i}" for m in place for i in inner_imports(m) & place.keys() if place[i] > place[m]]
    assert not below


def _ordered() -> list[str]:
    """Order the modules by floor, then so that imports point upwards, then by name."""
    graph = {m: inner_imports(m) & set(real_modules()) for m in real_modules()}
    order: list[str] = []
    for r in ROOMS:
        left = sorted(m for m in graph if room(m) == r)
        while left:
            nxt = next(m for m in left if not (graph[m] & set(left) - {m}))
            order.append(nxt)
            left.remove(nxt)
    return order


def write_map() -> None:
    path = ROOT / "ARCHITECTURE.md"
    head, _, tail = path.read_text("utf-8").partition("<!-- map -->")
    tail = tail.partition("<!-- end of map -->")[2]
    rows = "\n".join(f"| `{m}` | {summary(m)} |" for m in _ordered())
    table = f"<!-- map -->\n| module | what it owns |\n|---|---|\n{rows}\n<!-- end of map -->"
    path.write_text(head + table + tail, "utf-8")


if __name__ == "__main__":
    write_map()
