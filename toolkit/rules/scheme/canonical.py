"""The canonical form of a scheme file: fixed key order, one tier a line, comments kept beside what they were beside."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from toolkit.core.documents import Model
from toolkit.core.yaml import Items, Mapping, Node, Scalar, read_yaml
from toolkit.rules.scheme.document import (
    Campaign,
    Cap,
    Capacity,
    Component,
    Deferral,
    Document,
    Fund,
    Guarantee,
    InForce,
    Lines,
    Prorate,
    Rank,
    RoundingRule,
    Score,
    ScoreItem,
    Share,
    Table,
    Tier,
)
from toolkit.rules.scheme.loading import parse_scheme

WIDTH = 110
_ORDERS: dict[str, tuple[type[Model], ...]] = {
    "": (Document,),
    "components": (Component,),
    "limits": (Cap, Fund, Guarantee),
    "rate": (Table,),
    "amount": (Table,),
    "deduct": (Table,),
    "defer": (Deferral,),
    "clawback": (Table,),
    "tiers": (Tier,),
    "rank": (Rank,),
    "score": (Score,),
    "items": (ScoreItem,),
    "share": (Share,),
    "prorate": (Prorate,),
    "capacity": (Capacity,),
    "lines": (Lines,),
    "rounding": (RoundingRule,),
    "in_force": (InForce,),
    "period": (Campaign,),
    "campaign": (InForce,),
}
# Mappings and lists under these keys, and whatever holds them, are written one entry a line.
_TALL = frozenset({"components", "limits", "parameters", "define", "measures", "tiers", "items", "grades", "forced"})
_UNSAFE = re.compile(r"""^[\s!&*\-?|>@`%"'#,\[\]{}:]|[,\[\]{}\n]|:\s|\s#|:$|\s$""")


def format_scheme(text: str, source: str = "scheme.yaml") -> str:
    """Return a scheme file in its canonical form; formatting it again changes nothing.

    Raises
    ------
    InputError
        If the scheme is not valid.
    """
    parse_scheme(text, source)
    writer = _Writer(_Comments.of(text))
    writer.mapping(_ordered(read_yaml(text, source)), 0)
    writer.lines += writer.comments.rest()
    return "\n".join(writer.lines) + "\n"


def _ordered(node: Node, key: str = "") -> Node:
    """Return the node with the keys of every mapping in canonical order."""
    if isinstance(node, Items):
        return Items(tuple(_ordered(item, key) for item in node.items), node.line, node.column)
    if isinstance(node, Scalar):
        return node
    names = node.plain().keys()
    order = next((m.keys() for m in _ORDERS.get(key, ()) if names <= set(m.keys())), ())
    place = {name: i for i, name in enumerate(order)}
    entries = [(k, _ordered(v, k.text)) for k, v in node.entries]
    entries.sort(key=lambda entry: place.get(entry[0].text, 0))
    return Mapping(tuple(entries), node.line, node.column)


@dataclass(slots=True)
class _Comments:
    """Comments not written yet, by line: those alone on their line, and those after something."""

    alone: dict[int, str]
    after: dict[int, str]

    @classmethod
    def of(cls, text: str) -> _Comments:
        """Find the comments of a YAML text."""
        alone: dict[int, str] = {}
        after: dict[int, str] = {}
        for number, line in enumerate(text.splitlines(), 1):
            at = _comment_at(line)
            if at is not None:
                (after if line[:at].strip() else alone)[number] = line[at:].rstrip()
        return cls(alone, after)

    def before(self, line: int) -> list[str]:
        """Take the comments that stand alone above a line."""
        return [self.alone.pop(n) for n in sorted(n for n in self.alone if n < line)]

    def within(self, first: int, last: int) -> list[str]:
        """Take the comments after something on some lines."""
        return [self.after.pop(n) for n in sorted(n for n in self.after if first <= n <= last)]

    def rest(self) -> list[str]:
        """Take what is left at the end of the file."""
        return self.before(10**9) + self.within(0, 10**9)


def _comment_at(line: str) -> int | None:
    quote = ""
    for i, char in enumerate(line):
        if quote:
            quote = "" if char == quote else quote
        elif char in "\"'" and (i == 0 or line[i - 1] in " [{,:("):
            quote = char
        elif char == "#" and (i == 0 or line[i - 1].isspace()):
            return i
    return None


@dataclass(slots=True)
class _Writer:
    """Writes nodes as lines."""

    comments: _Comments
    lines: list[str] = field(default_factory=list)

    def mapping(self, node: Node, indent: int, lead: str = "") -> None:
        """Write a mapping, one entry a line; `lead` stands before the first."""
        entries = node.entries if isinstance(node, Mapping) else ()
        for i, (key, value) in enumerate(entries):
            pad = " " * indent
            start = pad[: len(pad) - len(lead)] + lead if lead and i == 0 else pad
            self._entry(f"{start}{_written(key)}:", key.text, key.line, value, indent)

    def _entry(self, head: str, key: str, line: int, value: Node, indent: int) -> None:
        above = self.comments.before(line)
        self.lines += [" " * (len(head) - len(head.lstrip())) + text for text in above]
        flow = _flow(value)
        if isinstance(value, Scalar) or (not _is_tall(value, key) and len(head) + len(flow) < WIDTH):
            self._line(f"{head} {flow}".rstrip(), line, _last_line(value, line))
            return
        self._line(head, line, line)
        if isinstance(value, Mapping):
            self.mapping(value, indent + 2)
        else:
            self._items(value, indent + 2)

    def _items(self, node: Node, indent: int) -> None:
        for item in node.items if isinstance(node, Items) else ():
            self.lines += [" " * indent + text for text in self.comments.before(item.line)]
            flow = " " * indent + "- " + _flow(item)
            if isinstance(item, Mapping) and (_is_tall(item, "") or len(flow) > WIDTH or _is_component(item)):
                self.mapping(item, indent + 2, "- ")
            else:
                self._line(flow, item.line, _last_line(item, item.line))

    def _line(self, text: str, first: int, last: int) -> None:
        """Write a line with the comments of the source lines it stands for; those above further lines go above it."""
        inner = self.comments.before(last + 1)
        pad = " " * (len(text) - len(text.lstrip()))
        self.lines += [pad + comment for comment in inner]
        after = self.comments.within(first, last)
        self.lines.append(text + "".join(f"  {comment}" for comment in after))


def _is_component(node: Mapping) -> bool:
    return node.get("id") is not None


def _is_tall(node: Node, key: str) -> bool:
    if key in _TALL:
        return True
    children = node.entries if isinstance(node, Mapping) else ()
    return any(_is_tall(value, name.text) for name, value in children)


def _flow(node: Node) -> str:
    if isinstance(node, Scalar):
        return _written(node)
    if isinstance(node, Items):
        return f"[{', '.join(_flow(item) for item in node.items)}]"
    return "{" + ", ".join(f"{_written(key)}: {_flow(value)}" for key, value in node.entries) + "}"


def _written(scalar: Scalar) -> str:
    text = scalar.text
    if text and not _UNSAFE.search(text):
        return text
    if "\n" in text or ('"' not in text and "\\" not in text):
        escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        return f'"{escaped}"'
    return "'" + text.replace("'", "''") + "'"


def _last_line(node: Node, line: int) -> int:
    return max([line, *_line_numbers(node)])


def _line_numbers(node: Node) -> Iterator[int]:
    yield node.line
    children: tuple[Node, ...] = node.items if isinstance(node, Items) else ()
    if isinstance(node, Mapping):
        children = tuple(value for _, value in node.entries)
    for child in children:
        yield from _line_numbers(child)
