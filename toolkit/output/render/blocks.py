"""The blocks of a report page, each an `Html` value a notebook cell ends with.

Every block takes the report's language last and is made of words and figures the notebook computed. The order of a
first page is in the monthly audit notebook; `provenance` is the last block of every notebook: it proves that the run
came to its end.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

from toolkit.core.findings import Finding, Severity, by_gravity
from toolkit.core.text import Lang, Text
from toolkit.output.render.html import Html, join, said, tag

Tone = Literal["good", "review", "stop"]
SENTINEL = ("end", "complete")
ATTENTION = ("attention", "needed")
VERDICT, FIGURE = "verdict", "figure "
SHOWN_INPUTS = 12
WORDS: Mapping[str, Text] = {
    "info": Text("Worth knowing", "供参考"),
    "review": Text("Look into", "需查看"),
    "stop": Text("Stops the month", "须先处理"),
}
COLON = Text(": ", "：")


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of the first page: its name, its value as written, and in words how it changed."""

    label: Text
    value: str
    change: Text
    flagged: bool = False


def head(title: Text, subtitle: Text, facts: Sequence[tuple[Text, Text | str]], lang: Lang) -> Html:
    """Open the report: its title, one line under it, and what it is about as name and value."""
    pairs = [tag("div", tag("dt", label.of(lang)), tag("dd", said(value, lang))) for label, value in facts]
    top = [tag("h1", title.of(lang)), tag("p", subtitle.of(lang), class_="subtitle")]
    return tag("header", *top, tag("dl", *pairs, class_="facts"))


def verdict(sentence: Text, tone: Tone, lang: Lang, details: Sequence[Text] = ()) -> Html:
    """Say the one thing the reader must know, then at most a few lines that back it."""
    lines = [tag("p", line.of(lang)) for line in details]
    block = tag("div", tag("p", sentence.of(lang), class_="sentence"), *lines, class_=f"verdict {tone}")
    return replace(block, facts=(*block.facts, (VERDICT, sentence.of(lang))))


def look_at(block: Html, needed: bool) -> Html:
    """Return `block`; where it is needed, with the mark that makes the command end with 1: somebody has to look."""
    return replace(block, facts=(*block.facts, ATTENTION)) if needed else block


def tells(block: Html, facts: Mapping[str, int]) -> Html:
    """Return `block` with whole figures that the run's manifest keeps, for a page over several reports."""
    return replace(block, facts=(*block.facts, *((f"{FIGURE}{name}", str(value)) for name, value in facts.items())))


def figures(items: Sequence[Figure], lang: Lang) -> Html:
    """Show the figures of the first page side by side, each with its change in words."""
    cards = [
        tag(
            "div",
            tag("p", item.label.of(lang), class_="label"),
            tag("p", item.value, class_="value"),
            tag("p", item.change.of(lang), class_="change"),
            class_="card flagged" if item.flagged else "card",
        )
        for item in items
    ]
    return tag("div", *cards, class_="cards")


def section(title: Text, lang: Lang, note: Text | None = None) -> Html:
    """Open a section; it enters the contents list. `note` says in one sentence what it shows."""
    heading = tag("h2", title.of(lang), id=anchor(title))
    return join(heading, tag("p", note.of(lang), class_="note") if note else None)


def anchor(title: Text) -> str:
    """Return the name a section is linked by, the same in both languages."""
    return re.sub(r"[^a-z0-9]+", "-", title.en.lower()).strip("-")


def paragraph(words: Text, lang: Lang) -> Html:
    """Show one paragraph."""
    return tag("p", words.of(lang))


def notes(items: Sequence[Text], lang: Lang) -> Html:
    """Show a list of sentences, e.g. what was not checked."""
    return tag("ul", *(tag("li", item.of(lang)) for item in items))


def decisions(items: Sequence[Text], lang: Lang) -> Html:
    """Show what must be decided before approval, numbered, with a box to tick on paper."""
    if not items:
        return tag("p", Text("Nothing needs a decision.", "没有需要决定的事项。").of(lang), class_="empty")
    return tag("ol", *(tag("li", item.of(lang)) for item in items), class_="decisions")


def findings(found: Sequence[Finding], lang: Lang, limit: int = 20) -> Html:
    """List findings, gravest first, at most `limit`; how many more there are is said beneath."""
    if not found:
        return tag("p", Text("Nothing was found.", "未发现问题。").of(lang), class_="empty")
    shown = [_finding(finding, lang) for finding in by_gravity(found)[:limit]]
    left = len(found) - len(shown)
    more = Text(f"{left} more are in the workbook.", f"另有 {left} 条见工作簿。")
    return join(tag("ul", *shown, class_="findings"), tag("p", more.of(lang), class_="note") if left > 0 else None)


def _finding(finding: Finding, lang: Lang) -> Html:
    severity: Severity = finding.severity
    about = " · ".join(part for part in (finding.subject, finding.period) if part)
    return tag(
        "li",
        tag("span", WORDS[severity].of(lang), class_="severity"),
        tag("span", finding.message.of(lang), class_="message"),
        tag("span", about, class_="about") if about else None,
        class_=severity,
    )


def files(names: Mapping[str, Text], lang: Lang) -> Html:
    """Link files that stand beside the report, e.g. ``{"report.xlsx": Text("All differences", "全部差异")}``."""
    links = [tag("li", tag("a", name, href=quote(name)), COLON.of(lang), what.of(lang)) for name, what in names.items()]
    return tag("ul", *links, class_="files")


def sign_off(lang: Lang, output_dir: str = "") -> Html:
    """Show the lines on which people sign: prepared, reviewed, approved; and the run they sign for."""
    roles = (Text("Prepared", "编制"), Text("Reviewed", "复核"), Text("Approved", "批准"))
    heads = (Text("", ""), Text("Name", "姓名"), Text("Date", "日期"), Text("Signature", "签字"))
    top = tag("tr", *(tag("th", h.of(lang), scope="col") if h.en else tag("td") for h in heads))
    rows = [tag("tr", tag("th", r.of(lang), scope="row"), *(tag("td") for _ in range(3))) for r in roles]
    table = tag("table", tag("thead", top), tag("tbody", *rows), class_="sign-off")
    return join(table, tag("p", _run_words(output_dir).of(lang), class_="note"))


def provenance(lang: Lang, output_dir: str = "") -> Html:
    """Close the report: what it was made from. The run is complete only when this block, the last, was shown.

    Parameters
    ----------
    output_dir : the notebook's parameter of that name; empty when the notebook is run by hand.
    """
    record = _record(output_dir)
    about = [tag("p", _run_words(output_dir).of(lang))]
    tables, inputs = _parted(record.get("inputs", {}))
    if inputs:
        listed = [tag("li", name, " ", tag("code", digest[:12])) for name, digest in inputs[:SHOWN_INPUTS]]
        left = len(inputs) - len(listed)
        more = Text(f"{left} more in manifest.json", f"其余 {left} 个见 manifest.json")
        title = Text("Made from (first digits of each SHA-256):", "输入文件（SHA-256 前几位）：")
        about += [tag("p", title.of(lang)), tag("ul", *listed, tag("li", more.of(lang)) if left > 0 else None)]
    if tables:
        about.append(tag("p", _tables_words(tables).of(lang)))
    if record:
        made = " · ".join(f"{name} {version}" for name, version in record["versions"].items())
        about.append(tag("p", Text("Made with: ", "生成环境：").of(lang), made))
    return Html(tag("footer", *about, class_="provenance").markup, facts=(SENTINEL,))


def _parted(inputs: Mapping[str, str]) -> tuple[int, list[tuple[str, str]]]:
    """Return how many inputs are the workspace's own tables, whose names say nothing to others, and the other ones."""
    named = [(name, digest) for name, digest in inputs.items() if not _is_table(name)]
    return len(inputs) - len(named), named


def _is_table(name: str) -> bool:
    return name.endswith(".parquet") or "/." in name


def _tables_words(n: int) -> Text:
    return Text(
        f"And from {n} tables of the workspace (manifest.json), read from the imported files: sources.csv of "
        "`incentive audit --pack` lists these with their SHA-256.",
        f"以及工作区的 {n} 个数据表（见 manifest.json），由导入文件读取而来；`incentive audit --pack` 的 sources.csv "
        "列出这些文件及其 SHA-256。",
    )


def _run_words(output_dir: str) -> Text:
    record = _record(output_dir)
    if not record:
        return Text("Draft: the notebook was run by hand and is not published.", "草稿：手工运行，未发布。")
    run, notebook = record["run_id"], record["notebook"]["name"]
    return Text(f"Run {run} of {notebook}.", f"运行编号 {run}，笔记本 {notebook}。")


def _record(output_dir: str) -> dict[str, Any]:
    """Return what the run wrote down before it started, nothing when the notebook runs by hand."""
    path = Path(output_dir) / "manifest.json"
    found: dict[str, Any] = json.loads(path.read_text("utf-8")) if output_dir and path.exists() else {}
    return found
