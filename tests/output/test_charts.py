"""Charts: the figures given, text as text, nothing of this machine, the same bytes every time."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from itertools import pairwise

import matplotlib
import pytest

from tests.output.fixture import HOSTILE
from toolkit.core.text import Lang, Text
from toolkit.output.render import charts
from toolkit.output.render.chart_data import (
    ChartMark,
    Curve,
    Line,
    Point,
    Scale,
    spoken_marks,
    spoken_plane,
    tick_words,
)
from toolkit.output.render.html import Html, text_width
from toolkit.output.render.svg import shorten

TITLE = Text("Title <of> the chart", "图表标题")
MARKS = [ChartMark(HOSTILE, 120_00, flagged=True), ChartMark("NA", -50_00), ChartMark("NA", 7), ChartMark("$x_1$", 0)]
DOTS = [ChartMark("王小明", 0.3, 0.2, 0.4), ChartMark("007", 0.25, flagged=True)]
MONTHS = ["2024-11", "2024-12", "2025-01"]

CHARTS: dict[str, Callable[[Lang], Html]] = {
    "bars": lambda lang: charts.bars_of_classes(MARKS, title=TITLE, kind="money", lang=lang),
    "bridge": lambda lang: charts.bridge_chart(
        ChartMark("a", 5000), MARKS, Text("end", "终"), title=TITLE, kind="money", lang=lang
    ),
    "dots": lambda lang: charts.dot_interval_chart(DOTS, title=TITLE, kind="share", lang=lang, reference=0.28),
    "lines": lambda lang: charts.line_chart(
        [Line("王小明", MONTHS, [0.1, None, 0.3], flagged=True), Line("007", MONTHS[1:], [0.2, 0.25])],
        title=TITLE, kind="share", lang=lang,
    ),
    "plane": lambda lang: charts.plane_chart(
        [
            Curve("", [1, 5], [0.1, 0.2], [0.4, 0.3]),
            Curve(Text("middle", "中线"), [1, 5], [0.25, 0.25]),
            Curve(HOSTILE, [1, 5], [0.2, 0.3], flagged=True),
        ],
        [Point(HOSTILE, 2, 0.22, flagged=True), Point("王小明", 2.1, 0.221, flagged=True), Point("$x_1$", 4, 0.3)],
        title=TITLE,
        scales=(Scale(Text("inquiries", "询单"), "count"), Scale(Text("conversion", "转化率"), "share")),
        lang=lang,
    ),
    "tiers": lambda lang: charts.tier_chart(DOTS, [ChartMark("3%", 0.27)], title=TITLE, kind="share", lang=lang),
    "shares": lambda lang: charts.share_bar(
        [ChartMark("王小明", 300, flagged=True), ChartMark(HOSTILE, 100)], title=TITLE, kind="money", lang=lang
    ),
}  # fmt: skip


def drawing(block: Html) -> ET.Element:
    found = re.search(r"<svg .*</svg>", block.markup, re.S)
    assert found is not None
    return ET.fromstring(found[0])


def texts(block: Html) -> list[str]:
    return ["".join(e.itertext()) for e in drawing(block).iter() if e.tag.endswith("text")]


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_is_a_titled_figure_with_its_figures_in_words(name: str) -> None:
    for lang, title in (("en", "Title &lt;of&gt; the chart"), ("zh", "图表标题")):
        block = CHARTS[name](lang)
        assert f"<figcaption>{title}</figcaption>" in block.markup
        element = drawing(block)
        assert element.attrib["role"] == "img"
        assert len(element.attrib["aria-label"]) > 20


@pytest.mark.parametrize("name", CHARTS)
def test_nothing_runs_asks_or_tells_of_the_machine(name: str) -> None:
    block = CHARTS[name]("zh")
    assert not re.search(r"<(script|style|image|metadata|foreignObject|!)", block.markup)
    assert not re.search(r"xlink|https?:|matplotlib|DejaVu", block.markup)
    assert not re.search(r"\bon[a-z]+=", re.sub(r">[^<]*<", "><", block.markup).replace(" onerror=alert(1)", ""))


@pytest.mark.parametrize("name", CHARTS)
def test_the_same_figures_give_the_same_bytes(name: str) -> None:
    assert CHARTS[name]("zh").markup == CHARTS[name]("zh").markup


def test_ids_are_resolved_and_no_two_charts_share_one() -> None:
    taken: set[str] = set()
    for make in CHARTS.values():
        markup = make("en").markup
        ids = re.findall(r' id="([^"]+)"', markup)
        assert set(re.findall(r'(?:url\(#|href="#)([^)"]+)', markup)) == set(ids)
        assert len(ids) == len(set(ids))
        assert not taken & set(ids)
        taken |= set(ids)


def test_names_stay_words_and_equal_names_stay_two_bars() -> None:
    seen = texts(CHARTS["bars"]("en"))
    assert seen.count("NA") == 2
    assert {"$x_1$", "120.00", "-50.00", "0.07", "0.00"} <= set(seen)
    assert shorten(HOSTILE, charts.LONGEST) in seen


def test_a_bridge_ends_at_the_sum() -> None:
    seen = texts(CHARTS["bridge"]("zh"))
    assert {"终", "50.00", "+120.00", "-50.00", "+0.07", "120.07"} <= set(seen)


def test_a_month_without_a_value_is_no_zero() -> None:
    styles = {e.attrib.get("style", ""): e for e in drawing(CHARTS["lines"]("en")).iter()}
    line = next(e for style, e in styles.items() if style.startswith(f"fill: none; stroke: {charts.DEEP}"))
    assert len(re.findall(r"[ML] ", line.attrib["d"])) == 2


def test_many_people_fit_a_page_and_only_the_flagged_are_named() -> None:
    people = [ChartMark(f"agent {n}", n / 300, flagged=n == 42) for n in range(300)]
    block = charts.dot_interval_chart(people, title=TITLE, kind="share", lang="en")
    assert [t for t in texts(block) if t.startswith("agent")] == ["agent 42"]
    height = float(drawing(block).attrib["viewBox"].split()[3])
    assert height <= (charts.TALLEST + 0.5) * 72
    assert block.words.count(";") < 12


def test_the_users_own_matplotlib_is_left_alone() -> None:
    before = dict(matplotlib.rcParams)
    with matplotlib.rc_context({"font.size": 30, "svg.fonttype": "path"}):
        large = CHARTS["bars"]("en").markup
        assert matplotlib.rcParams["font.size"] == 30
    assert large == CHARTS["bars"]("en").markup
    assert dict(matplotlib.rcParams) == before


@pytest.mark.parametrize("name", CHARTS)
def test_no_chart_stays_open(name: str) -> None:
    CHARTS[name]("en")
    from matplotlib import pyplot

    assert pyplot.get_fignums() == []


def test_of_nothing_nothing_is_drawn_and_that_is_said() -> None:
    for make in (charts.bars_of_classes, charts.dot_interval_chart, charts.share_bar):
        block = make([], title=TITLE, kind="money", lang="en")
        assert block.markup == '<p class="empty">Title &lt;of&gt; the chart: none.</p>'


def test_a_chinese_character_is_wider_than_a_latin_one() -> None:
    assert text_width("王小明") == 3
    assert text_width("abc") < 2
    assert shorten("王小明和李雷", 4) == "王小明…"
    assert shorten("a\nb", 9) == "a b"


def test_an_axis_is_written_as_short_as_its_figures_allow() -> None:
    assert tick_words([0, 100_00], "money") == ["0", "100"]
    assert tick_words([0, 50], "money") == ["0.00", "0.50"]
    assert tick_words([0.2, 0.25], "share") == ["20%", "25%"]
    assert tick_words([0.2, 0.255], "share") == ["20.0%", "25.5%"]


def test_the_words_of_a_chart_name_every_mark_and_its_interval() -> None:
    assert spoken_marks(DOTS, "share", "en") == "王小明 30.0% (20.0% to 40.0%); 007 25.0%."
    assert spoken_marks(DOTS, "share", "zh") == "王小明 30.0%（20.0% 至 40.0%）；007 25.0%。"


def test_names_in_a_plane_do_not_overlap() -> None:
    points = [Point(f"agent {n}", 0.5 + n / 1000, 0.3 + n / 2000, flagged=True) for n in range(6)]
    scales = (Scale(Text("x", "x"), "count"), Scale(Text("y", "y"), "share"))
    block = charts.plane_chart([Curve("", [0, 1], [0, 1])], points, title=TITLE, scales=scales, lang="en")
    heights = sorted(float(e.attrib["y"]) for e in drawing(block).iter() if (e.text or "").startswith("agent"))
    assert len(heights) == 6
    assert min(b - a for a, b in pairwise(heights)) > 9  # points: a line of text is 9 high


def test_a_plane_is_said_in_words() -> None:
    scales = (Scale(Text("inquiries", "询单"), "count"), Scale(Text("conversion", "转化率"), "share"))
    curves = [Curve(Text("limit", "界限"), [10, 1000], [0.5, 0.3]), Curve("", [0, 1], [0, 1])]
    points = [Point("李", 120, 0.45, flagged=True)]
    assert spoken_plane(points, curves, scales, "en") == (
        "inquiries across, conversion upwards. limit from 50.0% at 10 to 30.0% at 1,000; 李 45.0% at 120."
    )
    assert spoken_plane(points, [], scales, "zh") == "横轴为询单，纵轴为转化率。李 45.0%（120）。"
