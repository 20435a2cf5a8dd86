"""A statement as its reader has it: the lines, sums and figures of one HTML page, and nothing of the toolkit."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Line:
    """One line of a table: what it is for, its amount, the sentence beneath."""

    item: str
    amount: Fraction
    sentence: str


@dataclass(frozen=True)
class Page:
    """What a page says: the amount due, its tables of lines with their sums, figures (now, before), its paragraphs."""

    due: Fraction
    groups: list[tuple[list[Line], Fraction]]
    figures: dict[str, tuple[str, str]]
    paragraphs: list[str]


def words_of(markup: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", " ", re.sub(r"<style>.*?</style>", "", markup, flags=re.S)))


def cells(row: str) -> list[str]:
    return [words_of(cell).strip() for cell in re.findall(r"<t[hd]\b[^>]*>(.*?)</t[hd]>", row, re.S)]


def amount(text: str) -> Fraction:
    return Fraction(text.replace(",", "").replace("−", "-"))


def read_page(markup: str) -> Page:
    said = re.search(r'class="sentence">.*?([\d,]+\.\d\d|-[\d,]+\.\d\d) ', markup, re.S)
    assert said is not None
    groups, figures = [], {}
    for table in re.findall(r"<table>(.*?)</table>", markup, re.S):
        rows = [cells(row) for row in re.findall(r"<tr>(.*?)</tr>|<tr\b[^>]*>(.*?)</tr>", table, re.S) for row in row]
        rows = [row for row in rows if row]
        if "<tfoot>" not in table:
            figures |= {label: (now, before) for label, now, before in rows[1:]}
            continue
        body = rows[1:-1]
        lines = [Line(one[0], amount(one[2]), two[0]) for one, two in zip(body[::2], body[1::2], strict=True)]
        groups.append((lines, amount(rows[-1][2])))
    paragraphs = [words_of(text) for text in re.findall(r"<(?:p|li)\b[^>]*>(.*?)</(?:p|li)>", markup, re.S)]
    return Page(amount(said[1]), groups, figures, paragraphs)
