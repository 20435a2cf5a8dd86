"""The blocks of a page: what they say, in both languages, with names that would do harm."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.output.fixture import HOSTILE
from tests.output.test_markup import read
from toolkit.core.findings import Finding
from toolkit.core.text import Lang, Text
from toolkit.output.publish.page import TEMPLATE
from toolkit.output.render import blocks as page
from toolkit.output.render.html import Html

FOUND = [
    Finding("late-refund", "info", "shop", Text("2 refunds", "2 笔退款"), "2024-12"),
    Finding("unmapped-account", "stop", HOSTILE, Text("no holder", "无人持有")),
    Finding("idle-agent", "review", "007", Text("no inquiry", "无咨询")),
]


def elements(block: Html) -> list[str]:
    return [name for name, _ in read(block).elements]


def test_the_head_is_the_one_h1_with_its_facts() -> None:
    block = page.head(Text("Audit", "审核"), Text("December", "12 月"), [(Text("Shop", "店铺"), HOSTILE)], "zh")
    assert elements(block) == ["header", "h1", "p", "dl", "div", "dt", "dd"]
    assert read(block).words == f"审核12 月店铺{HOSTILE}"


@pytest.mark.parametrize("tone", ["good", "review", "stop"])
def test_the_verdict_is_one_sentence_in_its_tone(tone: page.Tone) -> None:
    block = page.verdict(Text("Release.", "可以发放。"), tone, "en", [Text("All agree.", "全部一致。")])
    assert read(block).elements[0] == ("div", {"class": f"verdict {tone}"})
    assert read(block).words == "Release.All agree."


def test_a_figure_tells_its_change_in_words() -> None:
    item = page.Figure(Text("Due", "应付"), "1.00", Text("as in November", "与 11 月相同"), flagged=True)
    assert read(page.figures([item], "zh")).words == "应付1.00与 11 月相同"
    assert ("div", {"class": "card flagged"}) in read(page.figures([item], "en")).elements


def test_a_section_is_linked_by_the_same_name_in_both_languages() -> None:
    title = Text("What to look at", "需要关注")
    for lang in ("en", "zh"):
        assert read(page.section(title, lang)).elements[0] == ("h2", {"id": "what-to-look-at"})


def test_findings_stand_gravest_first_and_what_is_left_out_is_counted() -> None:
    words = read(page.findings(FOUND, "en", limit=2)).words
    assert words.index("no holder") < words.index("no inquiry")
    assert "refunds" not in words
    assert words.endswith("1 more are in the workbook.")
    assert HOSTILE in words
    assert page.findings([], "zh").markup == '<p class="empty">未发现问题。</p>'


def test_nothing_to_decide_is_said() -> None:
    assert "Nothing needs a decision." in page.decisions([], "en").markup
    assert elements(page.decisions([Text(HOSTILE, HOSTILE)], "en")) == ["ol", "li"]


def test_files_are_linked_beside_the_report() -> None:
    block = page.files({"report.xlsx": Text("All differences", "全部差异")}, "zh")
    assert ("a", {"href": "report.xlsx"}) in read(block).elements
    assert read(block).words == "report.xlsx：全部差异"


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_run_by_hand_is_a_draft(lang: Lang) -> None:
    draft = {"en": "Draft", "zh": "草稿"}[lang]
    assert draft in page.sign_off(lang).markup
    assert draft in page.provenance(lang).markup


def test_the_last_block_shows_what_the_report_was_made_from_and_marks_the_end(tmp_path: Path) -> None:
    inputs = {f"schemes/{n:02d}.yaml": "0123456789abcdef" for n in range(15)}
    inputs |= dict.fromkeys(("data/orders/2024-10.parquet", "data/.layers/layers.json"), "0123456789abcdef")
    record = {"run_id": "abc", "notebook": {"name": "05.ipynb"}, "inputs": inputs, "versions": {"python": "3.11"}}
    (tmp_path / "manifest.json").write_text(json.dumps(record), "utf-8")
    block = page.provenance("en", str(tmp_path))
    words = read(block).words
    assert "Run abc of 05.ipynb." in words
    assert "schemes/11.yaml 0123456789ab" in words
    assert "3 more in manifest.json" in words
    assert "And from 2 tables of the workspace" in words
    assert "layers" not in words
    assert "python 3.11" in words
    assert block._repr_mimebundle_()[1] == {"incentive-toolkit": dict([page.SENTINEL])}


def test_every_colour_of_text_can_be_read_on_its_ground() -> None:
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", (TEMPLATE / "report.css").read_text("utf-8")))
    pairs = [("ink", "#ffffff"), ("quiet", "#ffffff"), ("deep", "#ffffff"), ("quiet", colours["pale"])]
    pairs += [(name, colours[f"{name}-tint"]) for name in ("stop", "review", "good")]
    pairs += [(name, colours["tint"]) for name in ("ink", "quiet", "deep")]
    too_faint = [pair for pair in pairs if contrast(colours[pair[0]], pair[1]) < 4.5]
    assert not too_faint
    assert contrast("#ffffff", colours["stop"]) >= 4.5


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours as WCAG 2 defines it."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
