"""An overlay: a scheme file and the values in it that are read otherwise; with them it is an ordinary scheme.

A candidate that differs from a scheme by a few numbers is kept as these numbers and never as a copy: the values are put
into the scheme's text where they stand, so that comments, lines and whatever is not named stay the scheme's own.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Mapping_
from dataclasses import dataclass, replace
from pathlib import Path

from toolkit.core.documents import Model, validate
from toolkit.core.errors import InputError, Problem, UsageError, nearest
from toolkit.core.text import Text
from toolkit.core.yaml import Items, Mapping, Node, Scalar, read_yaml, read_yaml_file, text_of
from toolkit.rules.scheme.document import ParameterTable
from toolkit.rules.scheme.loading import parse_scheme, read_scheme
from toolkit.rules.scheme.scalars import Title
from toolkit.rules.scheme.scheme import Scheme

MOST = 5
"""Candidates beside the scheme in force: more than these nobody compares."""
_STEP = re.compile(r"([^.\[\]]+)((?:\[\d+\])*)(?:\.|$)")


class Edit(Model):
    """One value read otherwise: where it stands in the scheme, and what stands there instead."""

    at: str
    to: str


class Overlay(Model):
    """A file of changes to a scheme."""

    scheme: str
    title: Title | None = None
    set: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A scheme that is weighed.

    Parameters
    ----------
    name : what it is called beside the others.
    scheme : the scheme itself.
    source : its file: of a scheme, or of an overlay.
    text : the scheme as text.
    """

    name: Text
    scheme: Scheme
    source: str
    text: str

    @property
    def files(self) -> tuple[Path, ...]:
        """The files it is read from: its own, the scheme an overlay changes, tables of parameters."""
        base = Path(self.scheme.source)
        rules = self.scheme.document.parameters.values()
        tables = (base.parent / rule.table for rule in rules if isinstance(rule, ParameterTable))
        return tuple(dict.fromkeys((Path(self.source), base, *tables)))


def read_candidate(path: Path) -> Candidate:
    """Read a scheme file, or an overlay and the scheme it changes.

    Raises
    ------
    InputError
        If a file is neither, a place does not exist, or the scheme cannot be what the overlay makes of it; the file,
        line and column are those of the overlay where it is the cause.
    """
    text = text_of(path)
    node = read_yaml(text, str(path))
    if isinstance(node, Mapping) and node.get("free") is not None:
        at = node.key("free") or node
        message = Text("this leaves values free and is no single candidate", "这里有待定的值（free），不是单个候选方案")
        fix = Text("give it to --search, or write the values under set", "请用 --search 搜索，或在 set 中写出具体值")
        raise InputError([Problem(str(path), message, at.line, at.column, "free", fix, "values-free")])
    if not (isinstance(node, Mapping) and node.get("set") is not None):
        scheme = read_scheme(path)
        return Candidate(scheme.title, scheme, str(path), text)
    overlay = validate(Overlay, node, str(path))
    base = base_of(path, overlay.scheme, node)
    text = resolve(overlay, node, base, str(path))
    scheme = _parsed(text, base, overlay, (node, str(path)))
    return Candidate(overlay.title or Text(path.stem, path.stem), scheme, str(path), text)


def read_candidates(paths: Sequence[Path]) -> tuple[Candidate, ...]:
    """Read up to five candidates; those called alike are told apart by their files.

    Raises
    ------
    UsageError
        If there are none or more than five, or one is named twice.
    """
    if not 1 <= len(paths) <= MOST:
        message = Text(
            f"from one to {MOST} candidates are compared with the scheme in force; got {len(paths)}",
            f"与现行方案比较的候选方案为 1 至 {MOST} 个，这里有 {len(paths)} 个",
        )
        raise UsageError(message)
    if len({path.resolve() for path in paths}) < len(paths):
        raise UsageError(Text("one candidate is named twice", "有候选方案重复列出"))
    return distinct([read_candidate(path) for path in paths])


def distinct(read: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """Return candidates under names of their own: where two are called alike, with their files, else their numbers."""
    stems, found = [Path(one.source).stem for one in read], list[Candidate]()
    for n, (one, stem) in enumerate(zip(read, stems, strict=True)):
        if sum(other.name == one.name for other in read) > 1:
            file = f"{stem} {stems[: n + 1].count(stem)}" if stems.count(stem) > 1 else stem
            one = replace(one, name=Text(f"{one.name.en} ({file})", f"{one.name.zh}（{file}）"))
        found.append(one)
    return tuple(found)


def base_of(path: Path, scheme: str, node: Mapping) -> Path:
    """Return the scheme file an overlay changes, looked for beside the overlay."""
    base, place = path.parent / scheme, node.at(("scheme",))
    if not base.is_file():
        message = Text("there is no such scheme file", "没有这个方案文件")
        fix = Text("it is looked for beside the overlay", "路径从覆盖文件所在的文件夹算起")
        raise InputError([Problem(str(path), message, place.line, place.column, repr(scheme), fix, "no-scheme")])
    inner = read_yaml_file(base)
    if isinstance(inner, Mapping) and inner.get("set") is not None:
        message = Text("this is an overlay itself, not a scheme", "这本身是覆盖文件，不是方案")
        fix = Text("name the scheme, and set all its values here", "请写方案文件，并在此处写全部改动")
        raise InputError([Problem(str(path), message, place.line, place.column, repr(scheme), fix, "no-scheme")])
    return base


def resolve(overlay: Overlay, node: Mapping, base: Path, source: str) -> str:
    """Return the text of the scheme with an overlay's values in their places.

    Raises
    ------
    InputError
        For every place that does not exist, is no single value, or is named twice.
    """
    text = text_of(base)
    asked = [(change.at, change.to, node.at(("set", i, "at"))) for i, change in enumerate(overlay.set)]
    return put(text, find_spots(text, base, asked, source), [change.to for change in overlay.set])


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a value stands in a scheme's text: line and column from 1, the column behind it from 0, what it is now."""

    line: int
    column: int
    end: int
    now: str


def find_spots(text: str, base: Path, asked: Sequence[tuple[str, str, Node]], source: str) -> list[Spot]:
    """Return where the places named in an overlay stand in the text of its scheme.

    Parameters
    ----------
    asked : of each, the place, a new value, and where in the overlay it is named.

    Raises
    ------
    InputError
        For every place that does not exist, is no single value, or is named twice.
    """
    tree, lines = read_yaml(text, str(base)), text.split("\n")
    spots, problems = list[Spot](), list[Problem]()
    for path, value, at in asked:
        try:
            found = _find(tree, path)
            spot = Spot(found.line, found.column, _end(found, lines), found.text)
            if "\n" in value:
                raise LookupError(
                    Text("the new value has several lines", "新的值有多行"), Text("write it on one", "请写成一行")
                )
        except LookupError as error:
            message, fix = error.args
            problems.append(Problem(source, message, at.line, at.column, repr(path), fix, "no-place"))
            continue
        if spot in spots:
            message = Text("this place is set twice", "此处设置了两次")
            problems.append(Problem(source, message, at.line, at.column, repr(path), code="set-twice"))
        spots.append(spot)
    if problems:
        raise InputError(problems)
    return spots


def put(text: str, spots: Sequence[Spot], values: Sequence[str]) -> str:
    """Return a scheme's text with values in their places."""
    lines = text.split("\n")
    new = sorted(zip(spots, values, strict=True), key=lambda one: (one[0].line, one[0].column), reverse=True)
    for spot, value in new:
        row, start = lines[spot.line - 1], spot.column - 1
        lines[spot.line - 1] = row[:start] + _written(value, quoted=row[start] in "'\"") + row[spot.end :]
    return "\n".join(lines)


def overlay_text(base: Path, title: Text | None, edits: Mapping_[str, str], folder: Path) -> str:
    """Return an overlay that stands in `folder`, as text: the scheme it changes, what it is called, place and value."""
    try:
        scheme = Path(os.path.relpath(base.resolve(), folder.resolve())).as_posix()
    except ValueError:  # another drive
        scheme = base.resolve().as_posix()
    rows = [f"  - {{at: {_quoted(at)}, to: {_quoted(to)}}}" for at, to in edits.items()]
    titles = [] if title is None else [f"title: {{en: {_quoted(title.en)}, zh: {_quoted(title.zh)}}}"]
    return "\n".join([f"scheme: {_quoted(scheme)}", *titles, "set:", *rows, ""])


def _quoted(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def scalars_of(node: Node, path: str = "") -> Iterator[tuple[str, Scalar]]:
    """Yield each single value of a scheme with the place an overlay calls it by."""
    if isinstance(node, Scalar):
        yield path, node
    elif isinstance(node, Items):
        for i, item in enumerate(node.items):
            yield from scalars_of(item, f"{path}[{i}]")
    elif isinstance(node, Mapping):
        for key, value in node.entries:
            yield from scalars_of(value, f"{path}.{key.text}" if path else key.text)


def values_of(node: Node) -> dict[str, str]:
    """Return the text of each single value of a scheme by its place, see `scalars_of`."""
    return {at: value.text for at, value in scalars_of(node)}


def _find(node: Node, path: str) -> Scalar:
    """Return the value a place leads to.

    Raises
    ------
    LookupError
        With what is wrong and what to do.
    """
    so_far = ""
    for step in _steps(path):
        node = _below(node, step, so_far or Text("the scheme", "方案").en)
        so_far += f"[{step}]" if isinstance(step, int) else f".{step}" if so_far else step
    if isinstance(node, Scalar):
        return node
    known = _known(node)
    message = Text(f"{so_far} is no single value", f"{so_far} 不是单个值")
    raise LookupError(message, Text(f"it holds {known}", f"其中有 {known}"))


def _steps(path: str) -> Iterator[str | int]:
    end = 0
    for found in _STEP.finditer(path):
        if found.start() != end:
            break
        end = found.end()
        yield found[1]
        yield from map(int, re.findall(r"\d+", found[2]))
    if end != len(path) or path.endswith("."):
        fix = Text("write it as components.commission.rate.tiers[1].from, the first of a list is [0]",
                   "写作 components.commission.rate.tiers[1].from，列表第一项为 [0]")  # fmt: skip
        raise LookupError(Text("this is no place in a scheme", "这不是方案中的位置"), fix)


def _below(node: Node, step: str | int, where: str) -> Node:
    if isinstance(step, int):
        if isinstance(node, Items) and step < len(node.items):
            return node.items[step]
        n = len(node.items) if isinstance(node, Items) else 0
        message = Text(f"there is no [{step}] in {where}", f"{where} 中没有第 [{step}] 项")
        last = Text(f"it has [0] to [{n - 1}]", f"共有 [0] 至 [{n - 1}]")
        raise LookupError(message, last if n else Text("it is no list", "它不是列表"))
    found = node.get(step) if isinstance(node, Mapping) else _called(node, step) if isinstance(node, Items) else None
    if found is None:
        message = Text(f"there is no {step!r} in {where}", f"{where} 中没有 {step!r}")
        raise LookupError(
            message, nearest(step, _names(node)) or Text(f"it has {_known(node)}", f"其中有 {_known(node)}")
        )
    return found


def _called(items: Items, name: str) -> Node | None:
    """Return the entry of a list of components whose id is `name`."""
    for item in items.items:
        own = item.get("id") if isinstance(item, Mapping) else None
        if isinstance(own, Scalar) and own.text == name:
            return item
    return None


def _names(node: Node) -> list[str]:
    if isinstance(node, Mapping):
        return [key.text for key, _ in node.entries]
    if isinstance(node, Items):
        own = [item.get("id") for item in node.items if isinstance(item, Mapping)]
        return [one.text for one in own if isinstance(one, Scalar)]
    return []


def _known(node: Node) -> str:
    names = _names(node)
    if not names and isinstance(node, Items):
        names = [f"[{i}]" for i in range(len(node.items))]
    return ", ".join(names) or "-"


def _end(found: Scalar, lines: Sequence[str]) -> int:
    """Return the column behind a value that stands on one line."""
    row, start = lines[found.line - 1], found.column - 1
    if not found.quoted and row.startswith(found.text, start) and found.text:
        return start + len(found.text)
    quote = row[start : start + 1]
    close = re.compile(r"'(?:[^']|'')*'" if quote == "'" else r'"(?:[^"\\]|\\.)*"').match(row, start)
    if close is None:
        message = Text("this value does not stand on one line", "该值不在同一行内")
        raise LookupError(message, Text("write it on one line of the scheme", "请在方案中写成一行"))
    return close.end()


def _written(value: str, *, quoted: bool) -> str:
    """Return a value as YAML reads it back: in quotation marks where it has signs of its own."""
    if quoted or (re.search(r"[,\[\]{}#]|: |^[\s!&*\-?|>@`%\"']", value) and not re.fullmatch(r"-?[\d.]+%?", value)):
        return "'" + value.replace("'", "''") + "'"
    return value


def _parsed(text: str, base: Path, overlay: Overlay, place: tuple[Mapping, str]) -> Scheme:
    """Read the scheme an overlay makes; what is wrong with it is told as the overlay's doing."""
    node, source = place
    try:
        return parse_scheme(text, str(base))
    except InputError as error:
        read_scheme(base)  # what was wrong before is the scheme's own
        tree = read_yaml(text, str(base))
        set_at = {}
        for i, change in enumerate(overlay.set):
            found = _find(tree, change.at)
            set_at[found.line] = node.at(("set", i, "to"))
        told = [
            replace(p, source=source, line=set_at[p.line].line, column=set_at[p.line].column) if p.line in set_at else p
            for p in error.problems
        ]
        then = Text(f"so the scheme reads with {source}", f"这是应用 {source} 之后的方案")
        raise InputError(told, then) from error
