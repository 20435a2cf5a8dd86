"""What an import did: rows read = accepted + rejected + set aside, for each file, in words and as a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from toolkit.core.errors import check_language
from toolkit.core.figures import counted
from toolkit.core.findings import Finding
from toolkit.core.text import Lang, Text
from toolkit.data.reading.cells import REASONS

RULES: dict[str, Text] = {
    "blank": Text("empty rows", "空行"),
    "repeated-header": Text("the header again", "重复的表头"),
    "title": Text("titles of blocks", "分块标题"),
    "total": Text("totals and averages", "汇总与均值行"),
    "roster": Text("roster rows of zeros", "全为零的名册行"),
    "no-data": Text("days without data", "无数据的日期"),
    "duplicate": Text("identical to another row", "与其他行完全相同"),
    "words": Text("titles, signatures and remarks", "标题、签字与说明"),
    "by-map": Text("rows the map sets aside", "映射搁置的行"),
    "unread-sheet": Text("sheets no map recognises", "未识别的工作表"),
}


@dataclass(frozen=True, slots=True)
class FileReport:
    """The accounting of one file.

    Parameters
    ----------
    file, maps : its name, and the maps that read its sheets.
    read, accepted : rows below the headers, and those kept, from which the tables are made.
    rejected : number of rows by reason (column and code), a row counted under its first wrong cell.
    set_aside : number of rows by rule.
    tables : number of canonical rows by table.
    rejects_file : name of the file with the rejected rows, "" when there is none.
    lost : money of rejected rows that can be read, see `Extract`.
    """

    file: str
    maps: tuple[str, ...]
    read: int
    accepted: int
    rejected: Mapping[tuple[str, str], int] = field(default_factory=dict)
    set_aside: Mapping[str, int] = field(default_factory=dict)
    tables: Mapping[str, int] = field(default_factory=dict)
    rejects_file: str = ""
    lost: tuple[Mapping[str, Any], ...] = ()

    @property
    def n_rejected(self) -> int:
        """Rejected rows."""
        return sum(self.rejected.values())

    @property
    def n_set_aside(self) -> int:
        """Rows set aside."""
        return sum(self.set_aside.values())

    def lines(self, lang: Lang) -> list[str]:
        """Return one line for each reason, rule and reject file."""
        check_language(lang)
        words = {True: ("被拒", "搁置", "更正后再导入"), False: ("rejected", "set aside", "correct and import again")}
        rejected, aside, again = words[lang == "zh"]
        lines = [
            f"{self.file}: {rejected} {n:,}: {reason_of(column, code).of(lang)}"
            for (column, code), n in self.rejected.items()
        ]
        for rule, n in self.set_aside.items():
            title = RULES[rule].of(lang) if rule in RULES else rule
            lines.append(f"{self.file}: {aside} {n:,}: {title}")
        return [*lines, f"{self.file}: {again}: {self.rejects_file}"] if self.rejects_file else lines

    def to_json(self) -> dict[str, Any]:
        """Return the accounting as a JSON object."""
        return {
            "file": self.file,
            "maps": list(self.maps),
            "read": self.read,
            "accepted": self.accepted,
            "rejected": self.n_rejected,
            "rejected_by": [{"column": c, "reason": r, "rows": n} for (c, r), n in self.rejected.items()],
            "set_aside": dict(self.set_aside),
            "tables": dict(self.tables),
            "rejects_file": self.rejects_file,
            "lost": [dict(one) for one in self.lost],
        }


def reason_of(column: str, code: str) -> Text:
    """Return what is wrong with a cell of a column, in words."""
    return Text(f"{column} {REASONS[code].en}".strip(), f"{column} {REASONS[code].zh}".strip())


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import did: one report a file, what was noticed, the table files that changed.

    `interrupted` says whether the import before this one was killed, and left nothing.
    """

    files: tuple[FileReport, ...]
    findings: tuple[Finding, ...]
    changed_files: tuple[str, ...]
    interrupted: bool = False

    def __repr__(self) -> str:
        read, accepted, rejected, _ = (int(n) for n in self.table.iloc[:, 2:].sum())
        found = counted(len(self.findings), "finding")
        rows = f"{read:,} rows read, {accepted:,} accepted, {rejected:,} rejected"
        return f"<Import: {counted(len(self.files), 'file')}, {rows}, {found}>"

    @property
    def table(self) -> pd.DataFrame:
        """One row a file: file, map, read, accepted, rejected, set_aside."""
        return pd.DataFrame(
            [(f.file, ", ".join(f.maps), f.read, f.accepted, f.n_rejected, f.n_set_aside) for f in self.files],
            columns=["file", "map", "read", "accepted", "rejected", "set_aside"],
        )

    @property
    def text(self) -> Text:
        """One sentence with the sums."""
        read, accepted, rejected, aside = (f"{int(n):,}" for n in self.table.iloc[:, 2:].sum())
        n, changed = len(self.files), len(self.changed_files)
        return Text(
            f"{n} files: {read} rows read = {accepted} accepted + {rejected} rejected + {aside} set aside; "
            + (f"{changed} table files changed." if changed else "the tables did not change."),
            f"{n} 个文件：读取 {read} 行 = 接受 {accepted} + 拒绝 {rejected} + 搁置 {aside}；"
            + (f"{changed} 个表文件有变化。" if changed else "表没有变化。"),
        )

    def lines(self, lang: Lang) -> list[str]:
        """Return the reasons and rules of all files, one a line."""
        return [line for f in self.files for line in f.lines(lang)]

    def to_json(self, lang: Lang = "en") -> dict[str, Any]:
        """Return everything as a JSON object."""
        check_language(lang)
        findings = [
            {
                "code": f.code,
                "severity": f.severity,
                "subject": f.subject,
                "period": f.period,
                "message": f.message.of(lang),
                "evidence": dict(f.evidence),
            }
            for f in self.findings
        ]
        return {
            "files": [f.to_json() for f in self.files],
            "findings": findings,
            "changed_files": list(self.changed_files),
        }


@dataclass(frozen=True, slots=True)
class UndoResult:
    """What taking back an import did: the tables that changed, and the number of figures that went or are others now.

    `interrupted` as in `ImportResult`.
    """

    tables: tuple[str, ...]
    figures: int
    interrupted: bool = False

    def __repr__(self) -> str:
        return f"<Undo: {counted(len(self.tables), 'table')}, {counted(self.figures, 'figure')}>"

    @property
    def text(self) -> Text:
        """One sentence."""
        en, zh = ", ".join(self.tables), "、".join(self.tables)
        return Text(
            "the last import was taken back; "
            + (f"{self.figures:,} figures of {en} changed." if en else "the tables did not change."),
            "已撤销上次导入；" + (f"{zh} 中 {self.figures:,} 个数值有变化。" if zh else "表没有变化。"),
        )
