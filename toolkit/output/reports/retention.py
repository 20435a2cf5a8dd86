"""The part of the baseline report on keeping people: who left, what hangs on the best, what a departure costs."""

from __future__ import annotations

from toolkit.core.text import Lang, Text
from toolkit.output.render import blocks as page
from toolkit.output.render.html import Html, join
from toolkit.output.render.tables import TableColumn, render_table
from toolkit.studies.planning.baselines import BaselineStudy
from toolkit.studies.planning.outlook import NotPossible
from toolkit.studies.planning.retention import LeftByGroup

LEFT_COLUMNS = (
    TableColumn("name", Text("Group", "组")),
    TableColumn("people", Text("People", "人数"), "count"),
    TableColumn("left", Text("Left", "离开"), "count"),
    TableColumn("share", Text("Share", "比例"), "share", 0),
    TableColumn("lower", Text("from", "下限"), "share", 0),
    TableColumn("upper", Text("to", "上限"), "share", 0),
)
NO_FORECAST = Text(
    "Shares of groups with 95 % range. They say nothing of why anybody left, and nothing of who will leave.",
    "各组比例及 95% 范围；既不说明任何人离开的原因，也不预测谁会离开。",
)


def keeping(study: BaselineStudy, lang: Lang) -> Html:
    """Show who left by conversion and pay, how much of sales hangs on the best, and what a departure would cost."""
    found, key = study.retention, study.key_people
    blocks = [page.paragraph(found.why if isinstance(found, NotPossible) else found.text, lang)]
    if not isinstance(found, NotPossible):
        parts = (found.performance, found.pay)
        blocks += [_groups(part, lang) for part in parts]
        if any(not isinstance(part, NotPossible) for part in parts):
            blocks.append(page.paragraph(NO_FORECAST, lang))
    if isinstance(key, NotPossible):
        return join(*blocks, page.paragraph(key.why, lang))
    said = [part.why if isinstance(part, NotPossible) else part.text for part in (key.best, key.departure)]
    return join(*blocks, page.notes(said, lang))


def _groups(part: LeftByGroup | NotPossible, lang: Lang) -> Html:
    if isinstance(part, NotPossible):
        return page.paragraph(part.why, lang)
    table = part.table.assign(name=[part.names[g].of(lang) for g in part.table["group"]])
    caption = Text(f"Who left, by {part.by.en}", f"离开的人，按{part.by.zh}")
    return join(page.paragraph(part.text, lang), render_table(table, LEFT_COLUMNS, caption, lang))
