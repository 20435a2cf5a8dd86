"""From a drawing to the SVG of a report: no ids that clash, no fonts of this machine, no wall clock.

Text stays text (``svg.fonttype: none``), so a chart can be searched, read aloud and copied, and Chinese is drawn by the
reader's own fonts. Nothing here depends on the fonts installed: room for labels is reckoned by `text_width`.
"""

from __future__ import annotations

import hashlib
import re

from toolkit.core.text import Lang, Text, visible
from toolkit.output.render.html import Html, said, tag, text_width

# The list of report.css; without spaces, because WeasyPrint takes what stands between the commas as it is.
FONTS = (
    "-apple-system,Segoe UI,Roboto,Noto Sans CJK SC,Source Han Sans SC,PingFang SC,Microsoft YaHei,"
    "WenQuanYi Micro Hei,Arial,sans-serif"
)

_ID = re.compile(r' id="([^"]*)"')
_REFERENCE = re.compile(r'(?:url\(#|href="#)([^)"]+)')
_FAMILY = re.compile(r"font-family: [^;\"]*;? ?| transform=\"rotate\(-0 [^\"]*\"")
_BOX = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')


def shorten(words: str, ems: float) -> str:
    """Return `words` on one line, cut with an ellipsis where they are wider than `ems`."""
    line = " ".join(visible(words).split())
    if text_width(line) <= ems:
        return line
    while line and text_width(line) > ems - 1:
        line = line[:-1]
    return line.rstrip() + "…"


def figure_block(svg: str, title: Text | str, alt: str, lang: Lang) -> Html:
    """Show a drawing with its title above it and its words for readers who do not see it.

    Parameters
    ----------
    svg : what matplotlib wrote.
    alt : the figures of the drawing in words, in `lang`.
    """
    key = "c" + hashlib.sha256(svg.encode()).hexdigest()[:8]
    box = _BOX.search(svg)
    if box is None:
        raise ValueError("a drawing without a viewBox")
    drawing = tag(
        "svg",
        Html(_own(svg, key)),
        viewBox=f"0 0 {box[1]} {box[2]}",
        width=box[1],
        role="img",
        aria_label=alt,
        font_family=FONTS,
    )
    caption = tag("figcaption", said(title, lang))
    return Html(tag("figure", caption, drawing, class_="chart").markup, f"{said(title, lang)}\n{alt}")


def _own(svg: str, key: str) -> str:
    """Return what stands inside the ``svg`` element, with ids of its own and without fonts or metadata."""
    inside = svg[svg.index(">", svg.index("<svg ")) + 1 : svg.rindex("</svg>")]
    drawing = re.sub(r"<(metadata|style)\b.*?</\1>|<!--.*?-->", "", inside, flags=re.S)
    wanted = {name: f"{key}-{n}" for n, name in enumerate(sorted(set(_REFERENCE.findall(drawing))))}

    def tidy(element: re.Match[str]) -> str:
        text = _ID.sub(lambda m: f' id="{wanted[m[1]]}"' if m[1] in wanted else "", element[0])
        text = _REFERENCE.sub(lambda m: m[0].replace(m[1], wanted[m[1]]), text)
        return _FAMILY.sub("", text).replace("xlink:href", "href")

    # Only inside tags: a label may hold any words, `id="x"` too.
    return re.sub(r"<[^>]*>", tidy, re.sub(r"\n\s*", "\n", drawing)).strip()
