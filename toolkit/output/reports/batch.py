"""Audits of several months and shops at once: each published or said why not, and one page over all of them.

The page is made of what each report tells of itself in its manifest, so that one published before is not made again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from toolkit.core.errors import ToolkitError
from toolkit.core.figures import counted
from toolkit.core.period import Month
from toolkit.core.text import Lang, Text
from toolkit.data.tables.storage import publish_bytes
from toolkit.data.tables.workspace import REPORTS, Workspace, shops_with_data
from toolkit.output.publish.page import make_page
from toolkit.output.publish.privacy import Edition
from toolkit.output.publish.report import Published
from toolkit.output.render import blocks as page
from toolkit.output.render.html import Html, join
from toolkit.output.render.tables import TableColumn, render_table
from toolkit.output.reports.editions import publish_audit

INDEX, EACH = "index.html", "each"
ALL = Text("all shops", "全部店铺")
_WHOLE = Text(
    "Who worked in several of these shops stands whole in the report of each: the shops' amounts need not add up to "
    "those of all shops.",
    "在多家店铺工作过的人在各店报告中均按全部金额列出：各店金额之和不一定等于全部店铺的金额。",
)
_COLUMNS = (
    TableColumn("month", Text("Month", "月份")),
    TableColumn("shop", Text("Shop", "店铺")),
    TableColumn("due", Text("Due", "应发"), "money"),
    TableColumn("paid", Text("Paid", "实发"), "money"),
    TableColumn("difference", Text("Difference", "差异"), "change"),
    TableColumn("people", Text("People", "差异人数"), "count"),
    TableColumn("objections", Text("Objections", "异议"), "count"),
    TableColumn("verdict", Text("Verdict", "结论"), "sentence"),
)


@dataclass(frozen=True, slots=True)
class AuditOfBatch:
    """One audit of a batch: published, or why not."""

    month: Month
    shop: str
    published: Published | None = None
    why_not: Text | None = None

    @property
    def name(self) -> Text:
        """Which it is."""
        shop = Text(self.shop, self.shop) if self.shop else ALL
        return Text(f"{self.month}, {shop.en}", f"{self.month} {shop.zh}")


def audit_months(
    workspace: Workspace, months: Sequence[Month], shops: Sequence[str], lang: Lang, edition: Edition
) -> Iterator[AuditOfBatch]:
    """Publish the audits of some months one by one; what cannot be published keeps no other from it.

    Parameters
    ----------
    shops : a report each; `EACH` for each shop with data of the month, none for all shops together.
    """
    for month in months:
        for shop in shops_of(workspace, month, shops):
            try:
                made = publish_audit(
                    workspace.root, str(month), shop=shop, lang=lang, edition=edition, may_be_published=True
                )
            except ToolkitError as error:
                words = error.message
                yield AuditOfBatch(month, shop, why_not=words if isinstance(words, Text) else Text(words, words))
            else:
                yield AuditOfBatch(month, shop, made)


def shops_of(workspace: Workspace, month: Month, asked: Sequence[str]) -> list[str]:
    """Return the shops asked for: names, several with commas between them, or each that has data of the month."""
    if EACH in asked:
        return shops_with_data(workspace, month)
    known = set(shops_with_data(workspace, month))
    parts = [part.strip() for one in asked for part in ([one] if one in known else one.replace("，", ",").split(","))]
    return [part for part in dict.fromkeys(parts) if part] or [""]


def write_index(workspace: Workspace, audits: Sequence[AuditOfBatch], lang: Lang, edition: Edition) -> Path:
    """Write the page over the audits of a batch into the folder of their edition, and return where it is."""
    home = workspace.root.resolve() / REPORTS[edition]
    publish_bytes(home / INDEX, make_page(index_page(workspace, audits, home, lang), lang).encode())
    return home / INDEX


def index_page(workspace: Workspace, audits: Sequence[AuditOfBatch], home: Path, lang: Lang) -> Html:
    """Show what each audit says in a row, where it is, and which could not be published."""
    made = [one for one in audits if one.published]
    failed = [one for one in audits if one.why_not]
    months = sorted({one.month for one in audits})
    title = Text(f"Audits, {months[0]} to {months[-1]}", f"{months[0]} 至 {months[-1]} 审计汇总")
    looks = sum(one.published is not None and one.published.attention for one in made)
    sentence = Text(
        f"{len(made)} of {counted(len(audits), 'audit')} published; {looks} to be looked at.",
        f"{len(audits)} 份审计中已发布 {len(made)} 份，其中 {looks} 份需要查看。",
    )
    notes = [Text(f"{one.name.en}: {one.why_not.en}", f"{one.name.zh}：{one.why_not.zh}") for one in failed]  # type: ignore[union-attr]
    if any(len({one.shop for one in made if one.shop and one.month == month}) > 1 for month in months):
        notes.append(_WHOLE)
    places = {_place(one, home): one.name for one in made}
    return join(
        page.head(title, workspace.settings.name, [], lang),
        page.verdict(sentence, "stop" if failed else "review" if looks else "good", lang, notes),
        render_table(_rows(made, lang), _COLUMNS, Text("By month and shop", "按月份与店铺"), lang),
        page.files(places, lang),
    )


def _place(one: AuditOfBatch, home: Path) -> str:
    assert one.published is not None
    return one.published.html.relative_to(home).as_posix()


def _rows(made: Sequence[AuditOfBatch], lang: Lang) -> pd.DataFrame:
    rows = []
    for one in made:
        assert one.published is not None
        told = {name: int(value) for name, value in one.published.figures.items()}
        row = {"month": str(one.month), "shop": one.shop or ALL.of(lang), "verdict": one.published.verdict, **told}
        rows.append(row | {"difference": told["paid"] - told["due"] if "paid" in told else None})
    return pd.DataFrame(rows, columns=[column.name for column in _COLUMNS])
