"""The choke point of HTML: whatever words hold, they stay words."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.output.fixture import HOSTILE
from toolkit.core.text import Text
from toolkit.output.render.html import Html, escape, join, plain, said, tag


class Reader(HTMLParser):
    """What a browser would make of a piece of markup: elements with attributes, and the words between."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data


def read(block: Html) -> Reader:
    reader = Reader()
    reader.feed(block.markup)
    reader.close()
    return reader


readable = st.text(st.characters(exclude_categories=["Cc", "Cf", "Cs"]))


@given(readable, readable)
def test_words_and_attributes_come_back_as_they_were(words: str, name: str) -> None:
    seen = read(tag("p", words, title=name))
    assert seen.elements == [("p", {"title": name})]
    assert seen.words == words


def test_a_hostile_name_makes_no_element() -> None:
    seen = read(tag("td", HOSTILE, aria_label=HOSTILE))
    assert [name for name, _ in seen.elements] == ["td"]
    assert seen.words == HOSTILE


@pytest.mark.parametrize("name", ["a\u202eb", "a\u200bb", "a\x00b", "a\ufeffb", "a\u2066b"])
def test_characters_that_hide_or_turn_text_are_shown(name: str) -> None:
    assert escape(name) == "a\ufffdb"


@pytest.mark.parametrize(
    "attributes",
    [
        {"onclick": "alert(1)"},
        {"href": "https://example.org"},
        {"href": "javascript:alert(1)"},
        {"href": "//example.org"},
        {"src": "data:text/html,x"},
        {"href": "/etc/passwd"},
    ],
)
def test_handlers_and_links_that_leave_the_report_are_refused(attributes: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="not allowed in a report"):
        tag("a", "x", **attributes)


@pytest.mark.parametrize("to", ["#differences", "report.xlsx", "../2024-11/shop/report.html"])
def test_links_inside_the_report_are_made(to: str) -> None:
    assert read(tag("a", "x", href=to)).elements == [("a", {"href": to})]


def test_children_may_be_blocks_lists_or_nothing() -> None:
    assert join(tag("br"), ["a", [tag("b", "<")]], None).markup == "<br>a<b>&lt;</b>"


def test_a_notebook_gets_the_mark_that_the_page_asks_for() -> None:
    data, metadata = tag("p", "1 < 2")._repr_mimebundle_()
    assert data == {"text/html": "<p>1 &lt; 2</p>", "text/plain": "1 < 2"}
    assert metadata == {"incentive-toolkit": {}}


def test_plain_words_keep_rows_apart() -> None:
    rows = tag("table", tag("tr", tag("th", "a"), tag("td", "1")), tag("tr", tag("th", "b"), tag("td", "2")))
    assert plain(rows).splitlines() == ["a  1", "b  2"]


def test_data_are_the_same_in_every_language() -> None:
    assert (said("王小明", "en"), said(Text("Rate", "比例"), "zh")) == ("王小明", "比例")
