"""Names a scheme asks for that nobody has: a role, team or shop misspelled pays nobody, and no sum shows it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from toolkit.core.errors import nearest
from toolkit.core.findings import Finding
from toolkit.core.text import Text, Words, wording
from toolkit.rules.formula.dictionary import other_word
from toolkit.rules.formula.expressions import Name, Operation, TextLiteral, nodes
from toolkit.rules.lint.reading import Place
from toolkit.rules.scheme.scalars import Formula
from toolkit.rules.scheme.scheme import Scheme

if TYPE_CHECKING:
    import pandas as pd

CREDITS = frozenset({"inquiry", "reminder", "offline", "silent", "untraceable", "unmapped"})
"""What the column credit may hold: a month without one of them is no mistake of the scheme."""


def unknown_names(scheme: Scheme, measures: pd.DataFrame) -> Iterator[Finding]:
    """Yield the texts in `for` and `of` that no row of the measures has in that column.

    Parameters
    ----------
    measures : in memory form, of all months known; a column that is not there is not looked at.
    """
    for place, formula in _who(scheme):
        for node in nodes(formula.node):
            named = _compared(node)
            if named is None or named[0].name not in measures.columns:
                continue
            name, text, sign = named
            known = {str(value) for value in measures[name.name].dropna()}
            if {text, other_word(name.name, text)} & known or (name.name == "credit" and text in CREDITS):
                continue
            message = _unknown(scheme, name.name, text, nearest(text, sorted(known)), sign)
            told = {"column": name.name, "value": text, "known": sorted(known), "sign": sign}
            yield place.finding("unknown-name", "review", message, **told)


def _who(scheme: Scheme) -> Iterator[tuple[Place, Formula]]:
    """Yield every condition on who is meant and whose rows count, with its place."""
    asked = [(("components", i), component, component) for i, component in enumerate(scheme.components)]
    asked_limits = [(("limits", i), None, limit) for i, limit in enumerate(scheme.limits)]
    for path, component, holder in (*asked, *asked_limits):
        for key, field in (("for", "for_"), ("of", "of")):
            formula = getattr(holder, field, None)
            if formula is not None:
                yield Place(scheme, component, (*path, key)), formula


def _compared(node: object) -> tuple[Name, str, str] | None:
    """Return the column, the text and the sign of a comparison of a column with a text."""
    if not isinstance(node, Operation) or node.sign not in ("==", "!="):
        return None
    column = next((part for part in node.parts if isinstance(part, Name)), None)
    text = next((part for part in node.parts if isinstance(part, TextLiteral)), None)
    return None if column is None or text is None else (column, text.value, node.sign)


def _unknown(scheme: Scheme, name: str, text: str, hint: Words, sign: str) -> Text:
    means = Text("this holds for nobody", "这个条件对谁都不成立")
    if sign == "!=":
        means = Text("this leaves nobody out", "这个条件没有排除任何人")
    column = Text(scheme.vocabulary.label(name, "en"), scheme.vocabulary.label(name, "zh"))
    said = Text(wording(hint, "en"), wording(hint, "zh"))
    return Text(
        f"in the measures nobody's {column.en} is “{text}”: {means.en}" + (f"; {said.en}" if said.en else "."),
        f"数据中没有人的{column.zh}是“{text}”：{means.zh}" + (f"；{said.zh}" if said.zh else "。"),
    )
