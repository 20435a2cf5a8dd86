"""The numbers of a scheme that a search may move: a file of free values with bounds and steps, and every point of it.

A point is an overlay: the values it sets are put into the scheme's text as any overlay's are, so that what a search
finds is read, linted and paid like every other candidate.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import product
from math import prod
from pathlib import Path

from pydantic import Field

from toolkit.core.documents import Model, validate
from toolkit.core.errors import InputError, Problem
from toolkit.core.text import Text
from toolkit.core.yaml import Mapping, read_yaml, text_of
from toolkit.rules.scheme.loading import parse_scheme, read_scheme
from toolkit.rules.scheme.scalars import Title
from toolkit.studies.design.overlays import Candidate, Edit, Spot, base_of, find_spots, overlay_text, put

MOST_POINTS = 1_000_000
"""Points a search may choose among; with more, coarser steps say as much."""
_NUMBER = re.compile(r"(-?\d+(?:\.\d+)?)\s*(%?)")

Index = tuple[int, ...]
"""Which value each free place has, from 0."""


class Free(Model):
    """One value that may be chosen: where it stands, its bounds and its step."""

    at: str
    from_: str = Field(alias="from")
    to: str
    step: str


class Attain(Model):
    """Bounds on the share of people that reach an edge of a component; edges are counted from the lowest, from 1."""

    component: str
    edge: str
    from_: str = Field("0%", alias="from")
    to: str = "100%"


class Gap(Model):
    """The most that groups of people may be apart at equal measures; `groups` is a column of the roster."""

    groups: str
    most: str


class Within(Model):
    """What a scheme must keep to be chosen.

    `kept` is the chance that the budget must be enough in, `cost` and `incentive` how far mean cost and mean pay for
    one more buyer may lie from those of the scheme in force, as shares.
    """

    kept: str = "90%"
    cost: str | None = None
    incentive: str | None = None
    attainment: tuple[Attain, ...] = ()
    gap: Gap | None = None


class SearchFile(Model):
    """A file of free values."""

    scheme: str
    title: Title | None = None
    set: tuple[Edit, ...] = ()
    free: tuple[Free, ...]
    within: Within = Within()


@dataclass(frozen=True, slots=True)
class Limits:
    """`Within` in exact numbers; None where nothing is asked.

    Parameters
    ----------
    attained : of each edge: component, number, least and largest share.
    """

    kept: Fraction = Fraction(9, 10)
    cost: Fraction | None = None
    incentive: Fraction | None = None
    attained: tuple[tuple[str, int, Fraction, Fraction], ...] = ()
    groups: str = ""
    gap: Fraction | None = None


@dataclass(frozen=True, slots=True, eq=False)
class SearchGrid:
    """Every scheme a file of free values allows.

    Parameters
    ----------
    name : what the search is called.
    source, base : the file and the scheme it changes.
    text : of that scheme.
    spots : where the values stand: those that are set, then the free ones.
    edits : what is set.
    places : the free ones.
    values : of each free place, as they are written.
    limits : what must be kept.
    """

    name: Text
    source: Path
    base: Path
    text: str
    spots: tuple[Spot, ...]
    edits: tuple[Edit, ...]
    places: tuple[str, ...]
    values: tuple[tuple[str, ...], ...]
    limits: Limits

    @property
    def size(self) -> int:
        """How many points there are."""
        return prod(map(len, self.values))

    @property
    def points(self) -> Iterator[Index]:
        """Every point; the last place moves first."""
        return product(*(range(len(v)) for v in self.values))

    def chosen(self, index: Index) -> dict[str, str]:
        """Return the value of each free place at a point."""
        return {place: v[i] for place, v, i in zip(self.places, self.values, index, strict=True)}

    def candidate(self, index: Index) -> Candidate:
        """Return the scheme of a point.

        Raises
        ------
        InputError
            If there is no such scheme: a lower tier above a higher one.
        """
        new = [*(edit.to for edit in self.edits), *self.chosen(index).values()]
        text = put(self.text, self.spots, new)
        return Candidate(self.name, parse_scheme(text, str(self.base)), str(self.source), text)

    def overlay(self, index: Index, title: Text, folder: Path) -> str:
        """Return a point as the text of an overlay that stands in `folder`."""
        return overlay_text(self.base, title, {**{e.at: e.to for e in self.edits}, **self.chosen(index)}, folder)


def read_grid(path: Path) -> SearchGrid:
    """Read a file of free values.

    Raises
    ------
    InputError
        If a place does not exist or holds no number, a range is empty, a step does not divide it, a bound is no share,
        or there are more than a million points; with file, line and column.
    """
    node = read_yaml(text_of(path), str(path))
    document = validate(SearchFile, node, str(path))
    assert isinstance(node, Mapping)
    base = base_of(path, document.scheme, node)
    read_scheme(base)
    text = text_of(base)
    asked = [(e.at, e.to, node.at(("set", i, "at"))) for i, e in enumerate(document.set)]
    asked += [(f.at, f.from_, node.at(("free", i, "at"))) for i, f in enumerate(document.free)]
    spots = find_spots(text, base, asked, str(path))
    place = _Place(node, str(path))
    if not document.free:
        place.wrong(("free",), Text("no value is free", "没有待定的值"), "[]", _FREE)
    values = [_values(free, i, place) for i, free in enumerate(document.free)]
    for i, (free, spot) in enumerate(zip(document.free, spots[len(document.set) :], strict=True)):
        if not _NUMBER.fullmatch(spot.now):
            message = Text("this place holds no number", "此处不是数字")
            fix = Text(f"it holds {spot.now!r}; only numbers can be searched", f"此处是 {spot.now!r}，只能搜索数字")
            place.wrong(("free", i, "at"), message, repr(free.at), fix)
    limits = _limits(document.within, place)
    if not place.problems and (n := prod(map(len, values))) > MOST_POINTS:
        message = Text(f"there are {n:,} points, more than {MOST_POINTS:,}", f"共 {n:,} 个点，超过 {MOST_POINTS:,} 个")
        sizes = " x ".join(str(len(v)) for v in values)
        fix = Text("take larger steps or free fewer values", "请加大步长，或减少待定的值")
        place.wrong(("free",), message, sizes, fix)
    if place.problems:
        raise InputError(place.problems)
    name = document.title or Text(path.stem, path.stem)
    return SearchGrid(
        name, path, base, text, tuple(spots), document.set, tuple(f.at for f in document.free), tuple(values), limits
    )


_FREE = Text("write {at, from, to, step} for each value that may move", "请为每个可变的值写 {at, from, to, step}")


class _Place:
    """Collects what is wrong in a file, with its place."""

    def __init__(self, node: Mapping, source: str) -> None:
        self.node, self.source, self.problems = node, source, list[Problem]()

    def wrong(self, path: tuple[str | int, ...], message: Text, got: str, fix: Text) -> None:
        at = self.node.at(path)
        self.problems.append(Problem(self.source, message, at.line, at.column, got, fix, "bad-search"))


def _values(free: Free, i: int, place: _Place) -> tuple[str, ...]:
    """Return every value from the first to the last, as they are written in a scheme."""
    numbers, signs = list[Decimal](), list[str]()
    for key, word in (("from", free.from_), ("to", free.to), ("step", free.step)):
        found = _NUMBER.fullmatch(word.strip())
        if found is None:
            message, fix = (
                Text("this is no number", "这不是数字"),
                Text("write 30%, 0.3 or 1000", "写作 30%、0.3 或 1000"),
            )
            place.wrong(("free", i, key), message, repr(word), fix)
            return ()
        numbers.append(Decimal(found[1]))
        signs.append(found[2])
    low, high, step = numbers
    if len(set(signs)) > 1:
        message = Text("from, to and step are not all written with %", "from、to、step 有的带 %，有的不带")
        fix = Text("write all three with % or none", "三者要么都带 %，要么都不带")
        place.wrong(("free", i, "step"), message, f"{free.from_}, {free.to}, {free.step}", fix)
        return ()
    if step <= 0:
        message, fix = Text("a step is above 0", "步长应大于 0"), Text("e.g. 0.5%", "例如 0.5%")
        place.wrong(("free", i, "step"), message, repr(free.step), fix)
        return ()
    if high < low:
        message = Text(f"no value lies from {free.from_} to {free.to}", f"{free.from_} 至 {free.to} 之间没有值")
        place.wrong(("free", i, "to"), message, repr(free.to), Text("write the smaller one first", "请先写较小的值"))
        return ()
    n, left = divmod(high - low, step)
    if left:
        last = f"{_plain(low + n * step)}{signs[0]}"
        message = Text(
            f"steps of {free.step} from {free.from_} do not end at {free.to}",
            f"从 {free.from_} 起每步 {free.step}，到不了 {free.to}",
        )
        place.wrong(
            ("free", i, "step"), message, repr(free.step), Text(f"the last one would be {last}", f"最后一个值为 {last}")
        )
        return ()
    if n >= MOST_POINTS:
        message = Text(f"this alone has {n + 1:,} values", f"仅此一处就有 {n + 1:,} 个值")
        place.wrong(("free", i, "step"), message, repr(free.step), Text("take larger steps", "请加大步长"))
        return ()
    return tuple(f"{_plain(low + k * step)}{signs[0]}" for k in range(int(n) + 1))


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _limits(within: Within, place: _Place) -> Limits:
    def share(path: Sequence[str | int], word: str, most: Fraction | None = Fraction(1)) -> Fraction:
        found = _NUMBER.fullmatch(word.strip())
        value = None if found is None else Fraction(found[1]) / (100 if found[2] else 1)
        if value is None or value < 0 or (most is not None and value > most):
            message = Text("this is no share from 0 to 100 %", "应是 0 至 100% 之间的比例")
            place.wrong(("within", *path), message, repr(word), Text("e.g. 90%", "例如 90%"))
            return Fraction(0)
        return value

    attained = []
    for i, one in enumerate(within.attainment):
        if not re.fullmatch(r"[1-9]\d*", one.edge):
            message = Text("an edge is named by its number", "门槛用序号指明")
            fix = Text("1 is the lowest edge above 0", "1 是高于 0 的最低一档")
            place.wrong(("within", "attainment", i, "edge"), message, repr(one.edge), fix)
            continue
        low, high = (share(("attainment", i, key), w) for key, w in (("from", one.from_), ("to", one.to)))
        if high < low:
            message = Text(f"no share lies from {one.from_} to {one.to}", f"{one.from_} 至 {one.to} 之间没有值")
            fix = Text("write the smaller one first", "请先写较小的值")
            place.wrong(("within", "attainment", i, "to"), message, repr(one.to), fix)
        attained.append((one.component, int(one.edge), low, high))
    return Limits(
        share(("kept",), within.kept),
        None if within.cost is None else share(("cost",), within.cost, None),
        None if within.incentive is None else share(("incentive",), within.incentive, None),
        tuple(attained),
        "" if within.gap is None else within.gap.groups,
        None if within.gap is None else share(("gap", "most"), within.gap.most, None),
    )
