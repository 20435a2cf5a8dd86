"""The one place where words become HTML.

Everything shown in a report is an `Html` value made by `tag`, which escapes every string it is given; nothing else
reaches the page. A notebook shows such a value as its result: it carries a mark the report's template asks for, so that
HTML of any other origin (a bare DataFrame, a Styler, ``display(HTML(...))``) is never published.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from toolkit.core.text import Lang, Text, visible

MARK = "incentive-toolkit"
VOID = frozenset({"br", "hr", "img", "meta", "link"})

_LOCAL_LINK = re.compile(r"#[\w-]+|(?:\.\./)*[\w][\w./%-]*")


@dataclass(frozen=True, slots=True)
class Html:
    """Markup known to be safe, the plain words shown where HTML cannot be, and what it tells the run it is made in."""

    markup: str
    words: str = ""
    facts: tuple[tuple[str, str], ...] = ()

    def _repr_mimebundle_(self, **_: object) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
        data = {"text/html": self.markup, "text/plain": self.words or plain(self)}
        return data, {MARK: dict(self.facts)}


Child: TypeAlias = "str | Html | Iterable[Child] | None"


def escape(value: str) -> str:
    """Return `value` as HTML text that is also safe inside a quoted attribute."""
    return html.escape(visible(value), quote=True)


def tag(name: str, *children: Child, **attributes: str | int | None) -> Html:
    """Build one element: strings are escaped, an attribute of None is left out, ``class_`` stands for ``class``.

    Raises
    ------
    ValueError
        If an attribute is an event handler, or a link leaves the report's own folder.
    """
    parts = [name]
    for key, value in attributes.items():
        attribute = key.rstrip("_").replace("_", "-")
        if attribute.startswith("on") or (attribute in {"href", "src"} and not _LOCAL_LINK.fullmatch(str(value))):
            raise ValueError(f"attribute {attribute!r} is not allowed in a report")
        if value is not None:
            parts.append(f'{attribute}="{escape(str(value))}"')
    opening = f"<{' '.join(parts)}>"
    inner = join(*children)
    return Html(opening if name in VOID else f"{opening}{inner.markup}</{name}>", facts=inner.facts)


def join(*children: Child) -> Html:
    """Return the children one after the other, as `tag` would hold them, with what each of them tells."""
    parts = list(_leaves(children))
    return Html("".join(p.markup for p in parts), facts=tuple(dict.fromkeys(f for p in parts for f in p.facts)))


def plain(block: Html) -> str:
    """Return the words of `block` without its markup, one line an element that stands by itself."""
    lined = re.sub(r"</(?:p|h\d|li|tr|caption|div|dt|dd|text)>", "\n", block.markup)
    spaced = re.sub(r"</t[hd]>", "  ", lined)
    lines = html.unescape(re.sub(r"<[^>]*>", "", spaced)).splitlines()
    return "\n".join(line.strip() for line in lines if line.strip())


def text_width(words: str) -> float:
    """Return the width of `words` in ems: a Chinese character takes one, a Latin one 0.56, a capital 0.68."""
    return sum(1.0 if unicodedata.east_asian_width(c) in "WF" else 0.68 if c.isupper() else 0.56 for c in words)


def said(words: Text | str, lang: Lang) -> str:
    """Return `words` in `lang`; a plain string (a name, an id) is the same in every language."""
    return words.of(lang) if isinstance(words, Text) else words


def nothing(title: Text, lang: Lang) -> Html:
    """Say that there is nothing to show under `title`."""
    return tag("p", title.of(lang), Text(": none.", "：无。").of(lang), class_="empty")


def _leaves(children: Iterable[Child]) -> Iterator[Html]:
    for child in children:
        if isinstance(child, Html):
            yield child
        elif isinstance(child, str):
            yield Html(escape(child))
        elif child is not None:
            yield from _leaves(child)
