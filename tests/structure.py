"""The source as a graph: modules, what they import, definitions, and which of them something a user has reaches.

It reads source only. A door is a command, a notebook, or a name of `toolkit.__all__`.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
Place = tuple[str, str]  # module, definition ("" for the module's own statements)


@cache
def modules() -> dict[str, ast.Module]:
    """Parse every module of the package, by dotted name below `toolkit` ("" is the package itself)."""
    found = {}
    for path in sorted((ROOT / "toolkit").rglob("*.py")):
        parts = path.relative_to(ROOT / "toolkit").with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = ast.parse(path.read_text("utf-8"))
    return found


@cache
def folders() -> frozenset[str]:
    """Return the packages, by dotted name below `toolkit`."""
    inits = (ROOT / "toolkit").rglob("__init__.py")
    return frozenset(".".join(path.parent.relative_to(ROOT / "toolkit").parts) for path in inits)


def folder(name: str) -> str:
    """Return the folder a module stands in; a package stands in itself."""
    return name if name in folders() else name.rpartition(".")[0]


def imported_from(node: ast.ImportFrom) -> str | None:
    """Return the module below `toolkit` that a statement imports from, None for an outside library."""
    head, _, rest = (node.module or "").partition(".")
    return rest if head == "toolkit" and node.level == 0 else None


def inner_imports(name: str) -> set[str]:
    """Return the toolkit modules that `name` imports, those inside functions and for types too."""
    known, found = modules(), set[str]()
    for node in ast.walk(known[name]):
        if isinstance(node, ast.ImportFrom) and (base := imported_from(node)) is not None:
            deeper = {f"{base}.{a.name}".strip(".") for a in node.names}
            found |= (deeper & known.keys()) or {base}
        elif isinstance(node, ast.Import):
            found |= {a.name.removeprefix("toolkit.") for a in node.names if a.name.startswith("toolkit.")}
    return found - {name}


def outer_imports(name: str) -> set[str]:
    """Return the first names of the outside libraries that a module imports."""
    found = set()
    for node in ast.walk(modules()[name]):
        if isinstance(node, ast.Import):
            found |= {a.name.partition(".")[0] for a in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            found.add((node.module or "").partition(".")[0])
    return found


def _names(tree: ast.AST) -> dict[str, Place]:
    """Return what imported names stand for: (module, "") or (module, definition)."""
    found: dict[str, Place] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (base := imported_from(node)) is not None:
            for a in node.names:
                deeper = f"{base}.{a.name}".strip(".")
                found[a.asname or a.name] = (deeper, "") if deeper in modules() else (base, a.name)
    return found


def _read(names: dict[str, Place], own: Iterable[str], home: str, nodes: Iterable[ast.AST]) -> Iterator[Place]:
    """Yield the definitions that some statements read."""
    own = set(own)
    for node in (inner for outer in nodes for inner in ast.walk(outer)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in names:
            module, definition = names[node.value.id]
            if not definition:
                yield module, node.attr
        elif isinstance(node, ast.Name):
            if node.id in names and names[node.id][1]:
                yield names[node.id]
            elif node.id in own:
                yield home, node.id


@cache
def definitions() -> dict[Place, tuple[Place, ...]]:
    """Return what each definition at the top of a module reads; "" are the module's own statements."""
    found: dict[Place, tuple[Place, ...]] = {}
    for home, tree in modules().items():
        names = _names(tree)
        defined: dict[str, list[ast.AST]] = {"": []}
        for node in tree.body:
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                defined[node.name] = [node]
            elif isinstance(node, (ast.Assign, ast.AnnAssign)):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                for target in targets:
                    for name in (n.id for n in ast.walk(target) if isinstance(n, ast.Name)):
                        defined[name] = [*([node.value] if node.value is not None else []), node]
            elif not isinstance(node, (ast.Import, ast.ImportFrom)):
                defined[""].append(node)
        for name, nodes in defined.items():
            found[home, name] = tuple(set(_read(names, defined, home, nodes)) - {(home, name)})
    return found


def doors() -> set[Place]:
    """Return the definitions that a command, a notebook or `toolkit.__all__` names."""
    found = {place for place in definitions() if place[0].partition(".")[0] in ("cli", "__main__")}
    homes = re.findall(r'"(\w+)": "([\w.]+)"', (ROOT / "toolkit" / "__init__.py").read_text("utf-8"))
    found |= {(home, name) for name, home in homes} | {("output.publish.kernel", "main")}  # python -m
    modules_shown = {name: (home, "") for name, home in homes if (home, name) not in definitions()}
    found |= {place for place in definitions() if (place[0], "") in modules_shown.values()}
    for path in (ROOT / "notebooks").glob("*.ipynb"):
        cells = json.loads(path.read_text("utf-8"))["cells"]
        code = [ast.parse("".join(c["source"])) for c in cells if c["cell_type"] == "code"]
        names = {name: place for tree in code for name, place in _names(tree).items()}
        names |= {name: modules_shown[name] for name in names if name in modules_shown and names[name][0] == ""}
        found |= set(_read(names, (), "", code)) | {place for place in names.values() if place[1]}
    return found


def without_door() -> list[str]:
    """Return the public functions and classes that nothing a user has ever reaches."""
    waiting, reached = list(doors()), set[Place]()
    while waiting:
        place = waiting.pop()
        if place not in reached:
            reached.add(place)
            waiting += [*definitions().get(place, ()), (place[0], "")]
    kinds = {
        (home, node.name)
        for home, tree in modules().items()
        for node in tree.body
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_")
    }
    return sorted(f"{home}.{name}" for home, name in kinds - reached)
