"""Reads scheme files: shape first, then names and kinds; every problem of a file at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from toolkit.core.documents import in_order, validate
from toolkit.core.errors import InputError, Problem
from toolkit.core.text import Text
from toolkit.core.yaml import Mapping, Node, read_yaml, read_yaml_file
from toolkit.rules.formula.expressions import TextLiteral, calls
from toolkit.rules.scheme.checks import check_component, check_header
from toolkit.rules.scheme.document import Component, Document
from toolkit.rules.scheme.parameters import Parameter, read_parameter
from toolkit.rules.scheme.problems import SchemeProblems
from toolkit.rules.scheme.scheme import Scheme, formulas
from toolkit.rules.scheme.vocabulary import build_vocabulary


def read_scheme(path: str | Path) -> Scheme:
    """Read a scheme file and check it.

    Raises
    ------
    InputError
        With every problem found, each with line and column.
    """
    return _build(read_yaml_file(Path(path)), str(path))


def parse_scheme(text: str, source: str = "scheme.yaml") -> Scheme:
    """Read a scheme from its text; parameter tables are looked for beside `source`.

    Raises
    ------
    InputError
        With every problem found, each with line and column.
    """
    return _build(read_yaml(text, source), source)


def _build(node: Node, source: str) -> Scheme:
    if not isinstance(node, Mapping):
        message = Text("a scheme is a mapping", "方案文件应是一组键值（键: 值）")
        raise InputError([Problem(source, message, node.line, node.column, code="wrong-shape")])
    document = validate(Document, node, source)
    parameters, problems = _parameters(document, node, source)
    ids = tuple(c.id for c in document.components)
    try:
        vocabulary = build_vocabulary(document.measures, document.define, parameters, ids)
    except CycleError as error:
        raise InputError([*problems, _cycle(error, node, source)]) from error
    streaked = streaks_read(document.components)
    scheme = Scheme(document, vocabulary, tuple(range(len(ids))), streaked, source, node)
    problems += _check(scheme)
    if problems:
        raise InputError(in_order(problems))
    try:
        return replace(scheme, order=component_order(document.components))
    except CycleError as error:
        raise InputError([_cycle(error, node, source)]) from error


def _check(scheme: Scheme) -> list[Problem]:
    book = SchemeProblems(scheme)
    check_header(book)
    for index, component in enumerate(scheme.components):
        check_component(book, ("components", index), component)
    return book.problems


def _parameters(document: Document, node: Mapping, source: str) -> tuple[dict[str, Parameter], list[Problem]]:
    found: dict[str, Parameter] = {}
    problems: list[Problem] = []
    for name, rule in document.parameters.items():
        try:
            found[name] = read_parameter(name, rule, node.at(("parameters", name)), source)
        except InputError as error:
            problems += error.problems
            found[name] = Parameter(name, (), {}, False)
    return found, problems


def component_order(components: Sequence[Component]) -> tuple[int, ...]:
    """Return the positions of components in dependency order, file order where nothing depends.

    Raises
    ------
    CycleError
        If streaks read one another in a circle.
    """
    ids = [c.id for c in components]
    graph = {c.id: sorted(_reads(c), key=ids.index) for c in components}
    return tuple(ids.index(name) for name in TopologicalSorter(graph).static_order())


def streaks_read(components: Sequence[Component]) -> frozenset[str]:
    """Return the components whose streak some component reads."""
    return frozenset(name for component in components for name in _reads(component))


def _reads(component: Component) -> set[str]:
    streaks = [call for formula in formulas(component) for call in calls(formula.node, "streak")]
    return {part.value for call in streaks for part in call.parts if isinstance(part, TextLiteral)}


def _cycle(error: CycleError, node: Mapping, source: str) -> Problem:
    circle = list(error.args[1])
    define = node.get("define")
    at = define.key(circle[0]) if isinstance(define, Mapping) else None
    place = at or node.key("components") or node
    names = " → ".join(circle)
    message = Text(f"these read one another in a circle: {names}", f"它们互相引用，成了循环：{names}")
    return Problem(source, message, place.line, place.column, code="cycle")
