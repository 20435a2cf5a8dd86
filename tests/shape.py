"""Sizes, chains and names of the package: `python tests/shape.py [TREE]` measures this tree or another one.

It reads source only, so an older tree can be held beside this one. An inner import is one of a `toolkit` module, those
inside functions and for typing too; `from toolkit.x import y` counts as `toolkit.x.y` where that is a module.
"""

from __future__ import annotations

import ast
import sys
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path
from statistics import median

WORST = 10
Graph = Mapping[str, Collection[str]]
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def sources(tree: Path) -> dict[str, Path]:
    """Return every module of the package by its dotted name."""
    found = {}
    for path in sorted((tree / "toolkit").rglob("*.py")):
        parts = path.relative_to(tree).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def inner_imports(name: str, path: Path, tree: ast.Module, known: Collection[str]) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {a.name for a in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                place = name.split(".") if path.stem == "__init__" else name.split(".")[:-1]
                base = ".".join([*place[: len(place) - node.level + 1], *filter(None, [node.module])])
            deeper = {f"{base}.{a.name}" for a in node.names}
            found |= (deeper & set(known)) or {base}
    return {m for m in found if m in known and m != name}


def longest_chain(graph: Graph) -> tuple[str, ...]:
    """Return the longest chain of imports; what imports each other in a ring is one step of it, told by ``&``."""
    reached = {name: _reached(graph, name) for name in graph}
    ring = {name: " & ".join(sorted({name} | {m for m in reached[name] if name in reached[m]})) for name in graph}
    steps: dict[str, set[str]] = defaultdict(set)
    for name in graph:
        steps[ring[name]] |= {ring[m] for m in graph[name]} - {ring[name]}
    best: dict[str, tuple[str, ...]] = {}
    for step in TopologicalSorter(steps).static_order():
        best[step] = (step, *max((best[below] for below in steps[step]), key=len, default=()))
    return max(best.values(), key=len, default=())


def _reached(graph: Graph, start: str) -> set[str]:
    found: set[str] = set()
    waiting = [start]
    while waiting:
        new = set(graph[waiting.pop()]) - found
        found |= new
        waiting += new
    return found


def folder_of(name: str, path: Path) -> str:
    return name if path.stem == "__init__" else name.rpartition(".")[0]


def body_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count the lines of a function's body, its docstring left out."""
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def parameters(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    named = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    starred = [a for a in (node.args.vararg, node.args.kwarg) if a is not None]
    return len([a for a in named if a.arg not in {"self", "cls"}]) + len(starred)


def show(title: str, sizes: Mapping[str, int]) -> None:
    print(f"\n{title}:")
    for name, size in sorted(sizes.items(), key=lambda item: (-item[1], item[0]))[:WORST]:
        print(f"  {size:5}  {name}")


def chains(graph: Mapping[str, set[str]], home: Mapping[str, str]) -> None:
    inside = {f: {m: graph[m] & members for m in members} for f, members in by_folder(home).items()}
    found = {f: longest_chain(g) for f, g in inside.items()}
    show("deepest import chain inside a folder, in modules", {f: len(c) for f, c in found.items()})
    deepest = max(found.values(), key=len, default=())
    print("  the deepest: " + " > ".join(deepest))
    between: dict[str, set[str]] = defaultdict(set)
    for name, imported in graph.items():
        between[home[name]] |= {home[m] for m in imported} - {home[name]}
    along = longest_chain(between)
    print(f"\nchain of folders: {len(along)}\n  " + " > ".join(along))
    whole = longest_chain(graph)
    print(f"\nchain of modules: {len(whole)}\n  " + " > ".join(whole))


def by_folder(home: Mapping[str, str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for name, folder in home.items():
        found[folder].add(name)
    return found


def twice(trees: Mapping[str, ast.Module]) -> list[dict[str, list[str]]]:
    """Return public class names, and names of modules (the last part), that stand in several places."""
    classes, modules = defaultdict(list), defaultdict(list)
    for name, tree in trees.items():
        modules[name.rpartition(".")[2]].append(name)
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                classes[node.name].append(name)
    return [{n: p for n, p in found.items() if len(p) > 1} for found in (classes, modules)]


def functions(trees: Mapping[str, ast.Module]) -> dict[str, ast.FunctionDef | ast.AsyncFunctionDef]:
    found = {}
    for name, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, FUNCTIONS):
                found[f"{name}.{node.name}:{node.lineno}"] = node
    return found


@cache
def lines(path: Path) -> int:
    return len(path.read_text("utf-8").splitlines())


def main(tree: Path) -> None:
    files = sources(tree)
    trees = {name: ast.parse(path.read_text("utf-8")) for name, path in files.items()}
    home = {name: folder_of(name, path) for name, path in files.items()}
    graph = {name: inner_imports(name, files[name], trees[name], files) for name in files}
    counts = sorted(map(len, graph.values()))
    print(f"modules: {len(files)}\nlines of toolkit: {sum(map(lines, files.values()))}")
    print(f"inner imports a file: median {median(counts):g}, most {counts[-1]}")
    show("largest folders, in modules beside __init__", Counter(home[n] for n in files if files[n].stem != "__init__"))
    chains(graph, home)
    show("most inner imports", {name: len(found) for name, found in graph.items()})
    for kind, found in zip(("public classes", "modules"), twice(trees), strict=True):
        print(f"\n{kind} whose name stands twice: {len(found)}")
        for name, places in sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))[:WORST]:
            print(f"  {name}: {', '.join(places)}")
    show("longest modules, in lines", {str(p.relative_to(tree)): lines(p) for p in files.values()})
    show("longest function bodies, in lines", {n: body_lines(f) for n, f in functions(trees).items()})
    show("most parameters", {n: parameters(f) for n, f in functions(trees).items()})


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parents[1]).resolve())
