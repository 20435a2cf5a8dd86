"""From a notebook that ran to one HTML page: the page's own template, and only what the choke point has made.

Code is hidden. An output is shown as HTML only where it carries the mark of `output.render.html`; printed and other
outputs appear as the plain words they are. A markdown cell appears in the language it is tagged with.
"""

from __future__ import annotations

import html
import re
from functools import cache
from pathlib import Path
from typing import Any

from toolkit.core.text import Lang, Text
from toolkit.output.render.html import MARK, Html, escape, tag

TEMPLATE = Path(__file__).parent / "template"
_SECTION = re.compile(r'<h2 id="([\w-]+)">(.*?)</h2>', re.S)
_TITLE = re.compile(r"<h1>(.*?)</h1>", re.S)
_BARE = re.compile(r"<h([23])>(.*?)</h\1>", re.S)


def render_page(run: Any, lang: Lang) -> str:
    """Return the page of an executed notebook (a nbformat node) in `lang`."""
    blocks = "".join(block for cell in run["cells"] for block in _blocks(cell, lang))
    title = _TITLE.search(blocks)
    page = {
        "lang": {"en": "en", "zh": "zh-CN"}[lang],
        "title": title[1] if title else Text("Report", "报告").of(lang),
        "style": (TEMPLATE / "report.css").read_text("utf-8"),
        "contents": _SECTION.findall(blocks),
        "contents_label": Text("Contents", "目录").of(lang),
        "language": lang,
    }
    body, _ = _exporter().from_notebook_node(run, resources={"page": page})
    return str(body)


def make_page(block: Html, lang: Lang) -> str:
    """Return the page of one block that no notebook made."""
    data, mark = block._repr_mimebundle_()
    shown = {"output_type": "display_data", "data": data, "metadata": mark}
    from nbformat import v4

    cell = v4.new_code_cell(outputs=[v4.output_from_msg({"header": {"msg_type": "display_data"}, "content": shown})])
    return render_page(v4.new_notebook(cells=[cell]), lang)


def prepare_page() -> None:
    """Import what `render_page` needs."""
    _exporter()


def show_output(output: Any) -> str:
    """Return one output as HTML: blocks of the choke point as they are, all else escaped, warnings not at all."""
    if output["output_type"] == "stream":
        return tag("pre", output["text"]).markup if output["name"] == "stdout" else ""
    data = output.get("data", {})
    if MARK in output.get("metadata", {}) and "text/html" in data:
        return str(data["text/html"])
    return tag("pre", data.get("text/plain", "")).markup


def show_markdown(source: str) -> str:
    """Return markdown as HTML; HTML inside it is shown as the characters it is, headings can be linked to."""
    import mistune

    made = mistune.create_markdown(escape=True, plugins=["table"])(source)
    return _BARE.sub(lambda m: f'<h{m[1]} id="{_slug(m[2])}">{m[2]}</h{m[1]}>', str(made))


def _blocks(cell: Any, lang: Lang) -> list[str]:
    if cell["cell_type"] == "markdown":
        return [show_markdown(cell["source"])] if lang in cell["metadata"].get("tags", ()) else []
    return [show_output(output) for output in cell.get("outputs", ())]


def _slug(heading: str) -> str:
    words = html.unescape(re.sub(r"<[^>]*>", "", heading)).lower()
    return re.sub(r"[^\w]+", "-", words).strip("-") or "section"


@cache
def _exporter() -> Any:
    from nbconvert.exporters.templateexporter import TemplateExporter

    exporter = TemplateExporter(template_name="template", extra_template_basedirs=[str(TEMPLATE.parent)])
    exporter.template_file = "index.html.j2"
    exporter.register_filter("blocks", lambda cell, lang: _blocks(cell, lang))
    exporter.register_filter("words", escape)
    return exporter
