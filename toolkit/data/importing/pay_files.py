"""A file of pay sheets → rows of the table payroll, or the map in which its questions are to be answered.

Nothing of a file is imported while one of its questions is open. The id of a line is made of month, sheet, cell and
person, so that the same file read again changes nothing; what a newer file says of a person and item stands instead.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

import pandas as pd

from toolkit.core.files import SourceSheet
from toolkit.core.text import Text
from toolkit.data.importing.layers import MADE_ID
from toolkit.data.importing.roster_numbers import numbers_of
from toolkit.data.importing.store import FileRead
from toolkit.data.paysheets.answers import DIGEST, PayMap, open_questions, write_pay_map
from toolkit.data.paysheets.doubts import PayQuestion
from toolkit.data.paysheets.pay_layout import PayLayout, RowKind
from toolkit.data.paysheets.pay_sheets import PayLine, PaySheet, read_pay_sheet
from toolkit.data.reading.extract import Extract
from toolkit.data.reading.frames import FileContext
from toolkit.data.reading.maps import ExportMap, Feed, FileFacts, TableFeed
from toolkit.data.reading.notices import unread_sheets
from toolkit.data.tables.schema import DTYPES, table
from toolkit.data.tables.storage import publish_bytes
from toolkit.data.tables.workspace import Workspace

MAPS = "maps"
_OWNED = ("line_id", "agent", "earned_month", "item", "amount", "sheet", "row")
_FEEDS = tuple(Feed(column, "none", origin="content") for column in _OWNED)
_MAP = ExportMap("pay-sheet", Text("Pay sheet", "工资表"), (), (TableFeed("payroll", _FEEDS),))
_RULES: dict[RowKind, str] = {
    "head": "repeated-header",
    "total": "total",
    "nobody": "total",
    "mean": "total",
    "text": "words",
    "empty person": "words",
    "set aside": "by-map",
}


def read_pay_file(
    path: Path, workspace: Workspace, answers: PayMap | None, named: Mapping[str, Collection[str]]
) -> FileRead:
    """Read a file of pay sheets for a workspace, people known by name only as the roster knows them.

    Parameters
    ----------
    answers : what somebody has answered, None at first.
    named : the numbers each name has, in the workspace's roster and in those that come with the file.

    Raises
    ------
    InputError
        If questions are open; at first the map to answer them in is written to the workspace's folder ``maps``.
    """
    sheet = read_pay_sheet(path, answers=answers)
    agents, unknown = _agents_of(sheet, workspace, answers, named)
    questions = (*sheet.questions, *unknown)
    if questions:
        where = _write_map(sheet, questions, workspace) if answers is None else ""
        raise open_questions(questions, path.name, where)
    extracts = tuple(_extract(sheet, layout, agents) for layout in sheet.layouts)
    notices = (*sheet.findings, *([unread_sheets(path.name, list(sheet.unread))] if sheet.unread else ()))
    return FileRead(sheet.source, path.stat().st_size, extracts, sheet.unread, notices)


def look_at_pay_file(
    path: Path, workspace: Workspace | None, answers: PayMap | None
) -> tuple[PaySheet, tuple[PayQuestion, ...]]:
    """Return what a file of pay sheets says and every question it leaves open; nothing is written."""
    sheet = read_pay_sheet(path, answers=answers)
    named = numbers_of(workspace.table("assignments")) if workspace else {}
    unknown = _agents_of(sheet, workspace, answers, named)[1] if workspace else []
    return sheet, (*sheet.questions, *unknown)


def _write_map(sheet: PaySheet, questions: Sequence[PayQuestion], workspace: Workspace) -> str:
    """Write the map of a file, unless it stands there already with somebody's answers; return its path."""
    name = f"{Path(sheet.source.name).stem}-{sheet.source.digest[:DIGEST]}.yaml"
    path = workspace.root / MAPS / name
    if not path.exists():
        text = write_pay_map(sheet.source.name, sheet.source.digest, sheet.layouts, questions, sheet.months)
        publish_bytes(path, text.encode())
    return str(path)


def _agents_of(
    sheet: PaySheet, workspace: Workspace, answers: PayMap | None, named: Mapping[str, Collection[str]]
) -> tuple[dict[PayLine, str], list[PayQuestion]]:
    """Return each line's agent, and a question for each name that is nobody's or several people's.

    Where the people of the sheet are known by their names, one who is not is a payee for the audit to find.
    """
    ids = {str(a) for name in ("assignments", "accounts") for a in workspace.table(name)["agent"].dropna()}
    numbers = {x.name: set(named.get(x.name, {x.name} & ids)) for x in sheet.lines}
    told_apart = [own == {name} for name, own in numbers.items() if own]
    by_name = all(told_apart) if told_apart else not ids and not named
    found: dict[PayLine, str] = {}
    asked: dict[str, PayQuestion] = {}
    for line in sheet.lines:
        told = answers.of(line.sheet) if answers else None
        known = {told.agents[line.name]} if told and line.name in told.agents else numbers[line.name]
        known = known or ({line.name} if by_name else set())
        if line.agent or len(known) == 1:
            found[line] = line.agent or next(iter(known))
        else:
            several = ", ".join(sorted(known))
            asked.setdefault(
                line.name, PayQuestion(line.sheet, line.cell, "agents", _who(line.name, several), line.name)
            )
    return found, list(asked.values())


def _who(name: str, several: str) -> Text:
    """Ask whose number a name stands for."""
    if several:
        return Text(
            f"{name}: the roster has {several} of this name", f"{name}：花名册里同名的有 {several}，请写是哪个工号"
        )
    return Text(
        f"{name}: not in the roster; write the number, or the name again for somebody who is in no roster",
        f"{name}：花名册里没有这个人；请写工号，确实不在花名册的再写一遍姓名",
    )


def _extract(sheet: PaySheet, layout: PayLayout, agents: dict[PayLine, str]) -> Extract:
    """Return the lines of one sheet as an import takes them."""
    source = next(s for s in sheet.source.sheets if s.name == layout.grid.name)
    digest = hashlib.sha256(f"{sheet.source.digest}{_MAP.id}".encode()).hexdigest()[:16]
    context = FileContext(sheet.source.name, digest, FileFacts())
    lines = [line for line in sheet.lines if line.sheet == layout.grid.name]
    frame = _frame(lines, agents).assign(
        _report=_MAP.id, _hash=digest, _file=sheet.source.name, _sheet=layout.grid.name, _row=[x.row for x in lines]
    )
    aside = Counter(_RULES[r.kind] for r in layout.rows if r.kind != "person")
    n_people = len(layout.of_kind("person"))
    rejected = pd.DataFrame({"row": [], "column": [], "reason": []}).astype({"row": "int64"})
    counts = (n_people + sum(aside.values()), n_people, {"payroll": frame})
    return Extract(source, _first_row(source, layout), _MAP, context, *counts, rejected, dict(aside), (), ())


def _first_row(source: SourceSheet, layout: PayLayout) -> int:
    return int(source.cells.index[layout.head[0]])


def _frame(lines: Sequence[PayLine], agents: dict[PayLine, str]) -> pd.DataFrame:
    spec = table("payroll")
    columns: dict[str, list[object]] = {
        "line_id": [f"{MADE_ID}{x.month} {x.sheet}!{x.cell} {agents[x]}" for x in lines],
        "agent": [agents[x] for x in lines],
        "earned_month": [x.month for x in lines],
        "item": [x.item for x in lines],
        "amount": [x.pays for x in lines],
        "sheet": [x.sheet for x in lines],
        "row": [str(x.row) for x in lines],
    }
    frame = pd.DataFrame({c.name: columns.get(c.name, [None] * len(lines)) for c in spec.columns})
    return frame.astype({c.name: DTYPES[c.kind] for c in spec.columns})


def said_of(sheet: PaySheet, questions: Sequence[PayQuestion]) -> Iterator[Text]:
    """Say of each sheet what was read: its head, people, items with their sums, totals, rows set aside, month."""
    for layout in sheet.layouts:
        name = layout.grid.name or sheet.source.name
        mine = [line for line in sheet.lines if line.sheet == layout.grid.name]
        sums: Counter[str] = Counter()
        for line in mine:
            sums[line.item] += line.pays
        yield from _said_of_sheet(name, layout, sums, sheet.months.get(layout.grid.name, ""))
    for q in questions:
        place = f"{q.sheet} {q.cell}".strip()
        yield Text(f"? {place} [{q.line}]: {q.text.en}", f"？{place} [{q.line}]：{q.text.zh}")


def _said_of_sheet(name: str, layout: PayLayout, sums: Counter[str], month: str) -> Iterator[Text]:
    from toolkit.core.money import format_money

    people = {r.person for r in layout.of_kind("person")}
    head = "-".join(str(r + 1) for r in layout.head)
    yield Text(
        f"{name}: head in row {head}, month {month or '?'}, {len(people)} people",
        f"{name}：表头在第 {head} 行，月份 {month or '？'}，{len(people)} 人",
    )
    for item, total in sums.items():
        kind, amount = Text("item", "项目") if total >= 0 else Text("deduction", "扣款"), format_money(abs(total))
        yield Text(f"  {kind.en} {item}: {amount}", f"  {kind.zh} {item}：{amount}")
    titles = {c.at: c.title for c in layout.columns}
    for column in layout.of_role("total"):
        parts = " ".join(f"{'-' if sign < 0 else '+'}{titles[at]}" for at, sign in column.plus.items()).removeprefix(
            "+"
        )
        yield Text(f"  total {column.title} = {parts or '?'}", f"  合计 {column.title} ＝ {parts or '？'}")
    others = [c.title for c in layout.of_role("measure", "label", "month") if c.title]
    if others:
        yield Text(f"  not pay: {', '.join(others)}", f"  不是工资：{'、'.join(others)}")
    aside = [str(r.at + 1) for r in layout.rows if r.kind not in ("person", "head")]
    if aside:
        yield Text(f"  rows that are nobody's pay: {', '.join(aside)}", f"  不是个人工资的行：{'、'.join(aside)}")
