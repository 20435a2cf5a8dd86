"""Repairs: the smallest change of a scheme that leaves little to gain, at the same cost of honest work.

Each is an overlay of the scheme and nothing else; its rates and sums are rescaled so that the honest months cost what
they cost before. What no overlay can say (when a workspace settles) is told in words and weighed all the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from toolkit.core.documents import validate
from toolkit.core.errors import InputError
from toolkit.core.text import Text
from toolkit.core.yaml import Mapping, read_yaml, read_yaml_file
from toolkit.rules.scheme.loading import parse_scheme
from toolkit.rules.scheme.scheme import Scheme
from toolkit.studies.design.overlays import Candidate, Overlay, overlay_text, resolve, scalars_of, values_of
from toolkit.studies.redteam.months import Position
from toolkit.studies.redteam.play import honest_pay, playable

ENOUGH = Fraction(2, 100)
"""A repair is enough where no plan found gains more than this share of honest pay."""
_RATIO = re.compile(r"(/\s*)(inquiries|询单人数)\b")
_LITERAL = re.compile(r"\d+(\.\d+)?\s*%?")
Edits = dict[str, str]
GONE = ""
"""What a value becomes that is taken away."""


@dataclass(frozen=True, slots=True)
class Rung:
    """One repair: what it is called, what it edits; whether it lies in the workspace's settings instead."""

    code: str
    title: Text
    edits: Callable[[Sequence[tuple[str, str]]], Edits]
    settles_late: bool = False


@dataclass(frozen=True, slots=True)
class Repaired:
    """A scheme with some repairs.

    Parameters
    ----------
    codes : of the repairs in it.
    scheme : as it reads with them.
    overlay : the overlay as text; "" where nothing of the scheme changes.
    text : the scheme as it reads with them, where a word has to go, which no overlay can say; else "".
    settles_late : whether months are settled after the refund window, so that no late refund is left.
    before, after : what the honest months cost, minor units.
    moved : mean of what an honest position gets more or less, without its sign, minor units.
    """

    codes: tuple[str, ...]
    titles: tuple[Text, ...]
    scheme: Scheme
    overlay: str
    text: str
    settles_late: bool
    before: int
    after: int
    moved: float

    @property
    def title(self) -> Text:
        """What was repaired."""
        return Text(" + ".join(t.en for t in self.titles), "＋".join(t.zh for t in self.titles))


def _assigned(values: Sequence[tuple[str, str]]) -> Edits:
    return {at: _RATIO.sub(r"\1consultations", text) for at, text in values if _RATIO.search(text) and _is_rule(at)}


def _nothing(_: Sequence[tuple[str, str]]) -> Edits:
    return {}


def _interpolated(values: Sequence[tuple[str, str]]) -> Edits:
    """Let rates rise steadily between the edges; a table that says which side an edge belongs to says it no more."""
    modes = [
        at for at, text in values if at.endswith(".mode") and text == "slab" and _is_rule(at) and "score" not in at
    ]
    tables = tuple(at.removesuffix("mode") for at in modes)
    bounds = {at: GONE for at, _ in values if at.startswith(tables) and at.endswith("bound")} if tables else {}
    return dict.fromkeys(modes, "interpolated") | bounds


def _widened(values: Sequence[tuple[str, str]]) -> Edits:
    """Draw the edges of tables without jumps apart from their middle; of others it would only move the jumps."""
    found: Edits = {}
    if not any(at.endswith(".mode") and text == "interpolated" for at, text in values):
        return found
    edges = [(at, text) for at, text in values if re.search(r"\.tiers\[\d+\]\.from$", at) and _LITERAL.fullmatch(text)]
    for table in dict.fromkeys(at.rsplit(".tiers[", 1)[0] for at, _ in edges):
        mine = [(at, text, _number(text)) for at, text in edges if at.startswith(f"{table}.tiers[")]
        inner = [x for _, _, x in mine if x > 0]
        if len(inner) < 2:
            continue
        middle = (min(inner) + max(inner)) / 2
        spread = (
            min(Fraction(5, 2), middle / (middle - min(inner)) * Fraction(3, 4)) if middle > min(inner) else Fraction(1)
        )
        found |= {at: _written(middle + (x - middle) * max(spread, Fraction(1)), text) for at, text, x in mine if x > 0}
    return found


def _quarterly(values: Sequence[tuple[str, str]]) -> Edits:
    return {at: "quarter" for at, text in values if at.split(".")[-1] == "period" and text == "month"}


def _flat(values: Sequence[tuple[str, str]]) -> Edits:
    """Give every tier of a table the mean of its values."""
    found: Edits = {}
    tiers = [
        (at, text)
        for at, text in values
        if re.search(r"\.tiers\[\d+\]\.(rate|amount)$", at) and _LITERAL.fullmatch(text)
    ]
    for table in dict.fromkeys(at.rsplit(".tiers[", 1)[0] for at, _ in tiers):
        mine = [(at, text) for at, text in tiers if at.startswith(f"{table}.tiers[")]
        mean = sum((_number(text) for _, text in mine), Fraction(0)) / len(mine)
        found |= {at: _written(mean, text) for at, text in mine}
    return found


RUNGS = (
    Rung("assigned", Text("inquiries as assigned, not as counted", "分母改为分配的询单"), _assigned),
    Rung("settle-late", Text("months settled after the refund window", "退款期后再结算"), _nothing, settles_late=True),
    Rung("interpolate", Text("rates rise steadily between the edges", "档位之间线性过渡"), _interpolated),
    Rung("widen", Text("edges drawn apart", "拉宽档距"), _widened),
    Rung("quarter", Text("paid by the quarter", "按季计发"), _quarterly),
    Rung("flat", Text("one rate for all", "单一提点"), _flat),
)
"""The repairs, smallest edit first."""


def _is_rule(at: str) -> bool:
    return at.startswith(("define.", "components"))


def _number(text: str) -> Fraction:
    plain = Fraction(text.replace("%", "").strip())
    return plain / 100 if "%" in text else plain


def _written(value: Fraction, like: str) -> str:
    """Return a number as the scheme writes it, to four digits of a percentage or of money."""
    scaled = value * 100 if "%" in like else value
    digits = 4 if "%" in like else 2
    text = f"{float(round(scaled, digits)):.{digits}f}".rstrip("0").rstrip(".")
    return f"{text}%" if "%" in like else text


def repaired(
    candidate: Candidate, rungs: Sequence[Rung], positions: Sequence[Position], base: Path | None = None
) -> Repaired | None:
    """Return a candidate with some repairs, rescaled to what the honest months cost; None where they change nothing.

    Of both, what cannot be paid at the positions is left out, see `playable`.

    Raises
    ------
    InputError
        If the scheme cannot be what the repairs make of it.
    """
    base = base or Path(candidate.scheme.source)
    given = list(values_of(read_yaml(candidate.text, candidate.source)).items())
    overlay = text = ""
    edits: Edits = {}
    for rung in rungs:
        now = [(at, edits.get(at, text)) for at, text in given]
        mine = rung.edits(now)
        if not mine and not rung.settles_late and rung is rungs[-1]:
            return None
        edits |= mine
    before = [sum(int(x) for x in honest_pay(playable(candidate.scheme, positions), p)) for p in positions]
    scheme, overlay, text = _made(candidate, edits, base)
    after = [sum(int(x) for x in honest_pay(playable(scheme, positions), p)) for p in positions]
    if edits and sum(after) != sum(before) and sum(after) > 0 and sum(before) > 0:
        factor = Fraction(sum(before), sum(after))
        now = [(at, edits.get(at, old)) for at, old in given]
        edits |= {at: _written(_number(value) * factor, value) for at, value in now if _is_pay(at, value)}
        scheme, overlay, text = _made(candidate, edits, base)
        after = [sum(int(x) for x in honest_pay(playable(scheme, positions), p)) for p in positions]
    moved = sum(abs(a - b) for a, b in zip(after, before, strict=True)) / max(len(before), 1)
    codes, titles = tuple(r.code for r in rungs), tuple(r.title for r in rungs)
    late = any(r.settles_late for r in rungs)
    return Repaired(codes, titles, playable(scheme, positions), overlay, text, late, sum(before), sum(after), moved)


def _is_pay(at: str, value: str) -> bool:
    pays = re.search(r"^components.*\.(rate|amount|below)$|^components.*\.amount\[\d+\]$", at)
    return bool(pays and _LITERAL.fullmatch(value) and ".score." not in at)


def _made(candidate: Candidate, edits: Edits, base: Path) -> tuple[Scheme, str, str]:
    """Return the scheme some edits make, the overlay of them, and the scheme as text where no overlay can say it."""
    if not edits:
        return candidate.scheme, "", ""
    wanted = values_of(read_yaml(candidate.text, candidate.source)) | edits
    written = values_of(read_yaml_file(base))  # of an overlay: the scheme below it, so its own changes stay
    changed = {at: to for at, to in wanted.items() if written.get(at) != to and to != GONE}
    gone = [at for at, to in wanted.items() if to == GONE and at in edits]
    if not changed:
        return candidate.scheme, "", ""
    text = overlay_text(base, None, changed, base.parent)
    node = read_yaml(text, "repair.yaml")
    if not isinstance(node, Mapping):
        raise InputError([])
    overlay = validate(Overlay, node, "repair.yaml")
    made = resolve(overlay, node, base, "repair.yaml")
    for at in gone:
        made = _without(made, at)
    return parse_scheme(made, str(base)), "" if gone else text, made if gone else ""


def _without(text: str, at: str) -> str:
    """Return a scheme without one value and the word before it."""
    found = dict(scalars_of(read_yaml(text, "repair.yaml")))[at]
    lines = text.split("\n")
    row, word, end = lines[found.line - 1], at.rsplit(".", 1)[-1], found.column - 1 + len(found.text)
    start = row.rindex(word, 0, found.column - 1)
    if not row[:start].strip():
        del lines[found.line - 1]
        return "\n".join(lines)
    before, after = row[:start], row[end:]
    after = after.lstrip(", ") if after.lstrip().startswith(",") else after
    before = before.rstrip(", ") if after.lstrip().startswith("}") else before
    lines[found.line - 1] = before + after
    return "\n".join(lines)
