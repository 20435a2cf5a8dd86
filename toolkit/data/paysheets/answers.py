"""The map of a pay sheet: what its reader took each sheet for, and what a person answered; written, and read again.

A word that ends in ``?`` is not answered yet: without the question mark it means yes, taken out it means no; a lone
``?`` is replaced by the answer. While one stands in a map, nothing is read with it. Form of a map::

    pay_sheet: 工资表.xlsx
    sha256: 3f2a91c0d2b4                        # of the file these answers are about
    sheets:                                     # a sheet that is not here is not read
    - sheet: 12月
      head: 3
      person: [工号, 姓名]
      items: [底薪, 提成]                       # each column becomes lines of payroll, its head is the item
      totals: {合计: [底薪, 提成], 实发: [合计, -社保]}
      set_aside: [15]                           # rows that are nobody's pay
      month: 2024-12
      unit: yuan                                # or fen, wan
      rounding: half_up                         # of fractions of a cent
      cells: {D7: 0}                            # what a cell means
      agents: {张三: a01}                       # who somebody is whom the roster does not know by this name

With another version of the file only what the columns are still holds; rows, cells and the month are asked again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from toolkit.core.documents import Model, refusal, validate
from toolkit.core.errors import InputError, Problem
from toolkit.core.money import Rounding
from toolkit.core.period import Month
from toolkit.core.text import Text
from toolkit.core.yaml import Mapping as YamlMapping
from toolkit.core.yaml import Node, read_yaml_file
from toolkit.data.paysheets.doubts import Line, PayQuestion
from toolkit.data.paysheets.pay_layout import PayLayout

OPEN = "?"
DIGEST = 12
_OF_THE_FILE: frozenset[Line] = frozenset({"set_aside", "cells", "month"})
_UNITS: Mapping[str, int] = {"yuan": 100, "fen": 1, "wan": 1_000_000}


def _answered(value: Any) -> Any:
    """Refuse what still ends in a question mark."""
    if isinstance(value, str) and value.endswith(OPEN):
        message = Text(
            "this is not answered yet: without ? it means yes, taken out it means no",
            "这里还没有回答：去掉 ? 表示“是”，整个删掉表示“否”",
        )
        raise refusal("open-question", message, got=repr(value))
    return value


def _listed(value: Any) -> Any:
    return value if isinstance(value, list) else [value]


def _whole(value: Any) -> int:
    if not re.fullmatch(r"[1-9]\d{0,6}", str(value)):
        raise refusal("wrong-shape", Text("the number of a row is expected here", "这里应是行号"), got=repr(value))
    return int(value)


def _month(value: Any) -> str:
    try:
        return str(Month.read(str(value)))
    except Exception as error:
        raise refusal("bad-month", Text("a month is expected here: 2024-12", "这里应是月份：2024-12")) from error


_Word = Annotated[str, BeforeValidator(_answered)]
_Words = Annotated[tuple[_Word, ...], BeforeValidator(_listed)]
_Row = Annotated[int, BeforeValidator(_whole), BeforeValidator(_answered)]


class SheetAnswers(Model):
    """What one sheet is."""

    sheet: _Word
    head: _Row
    person: _Words
    items: _Words
    totals: dict[str, _Words] = Field(default_factory=dict)
    set_aside: tuple[_Row, ...] = ()
    month: Annotated[str, BeforeValidator(_month), BeforeValidator(_answered)] = ""
    unit: Annotated[Literal["yuan", "fen", "wan", ""], BeforeValidator(_answered)] = ""
    rounding: Annotated[Rounding | Literal[""], BeforeValidator(_answered)] = ""
    cells: dict[str, _Word] = Field(default_factory=dict)
    agents: dict[str, _Word] = Field(default_factory=dict)

    @property
    def scale(self) -> int:
        """Minor units of one unit of the sheet."""
        return _UNITS[self.unit or "yuan"]


class PayMap(Model):
    """A map of a pay sheet."""

    pay_sheet: str
    sha256: str = ""
    sheets: tuple[SheetAnswers, ...]

    def is_about(self, digest: str) -> bool:
        """Say whether the answers are about this version of the file."""
        return bool(self.sha256) and digest.startswith(self.sha256)

    def of(self, sheet: str) -> SheetAnswers | None:
        """Return the answers on a sheet, None where the map leaves it out."""
        return next((one for one in self.sheets if one.sheet == sheet), None)

    def settles(self, question: PayQuestion, digest: str) -> bool:
        """Say whether the map answers a question on this version of the file."""
        one = self.of(question.sheet)
        line = question.line
        if one is None or line in ("file", "agents", "cells"):
            return False
        if not self.is_about(digest) and line in _OF_THE_FILE:
            return False
        return bool(getattr(one, line)) if line in ("month", "unit", "rounding") else True


def is_pay_map(path: Path) -> bool:
    """Say whether a map file is one of a pay sheet; raises InputError if it is no YAML."""
    return _is_pay_map(read_yaml_file(path))


def _is_pay_map(root: Node) -> bool:
    return isinstance(root, YamlMapping) and any(key.text == "pay_sheet" for key, _ in root.entries)


def read_pay_map(path: Path) -> PayMap:
    """Read the map of a pay sheet.

    Raises
    ------
    InputError
        If it is none, or a question in it is not answered; all problems at once.
    """
    return validate(PayMap, read_yaml_file(path), str(path))


def write_pay_map(
    file: str, digest: str, layouts: Sequence[PayLayout], questions: Sequence[PayQuestion], months: Mapping[str, str]
) -> str:
    """Return a map as YAML: what each sheet was taken for, and above each line what is open about it.

    Parameters
    ----------
    months : month found, by sheet.
    """
    lines = [
        "# 每个问题写在它那一行的上方：去掉 ? 表示“是”，整个删掉表示“否”，单独的 ? 换成答案；然后用 --map 再导入。",
        "# A question stands above its line: without ? it means yes, taken out no; a lone ? is replaced by the answer;",
        "# then import again with --map.",
        f"pay_sheet: {_quoted(file)}",
        f"sha256: {_quoted(digest[:DIGEST])}",
        "sheets:",
    ]
    told = {layout.grid.name: layout for layout in layouts}
    for name in dict.fromkeys([*told, *(q.sheet for q in questions)]):
        mine = [q for q in questions if q.sheet == name]
        lines += _entry(name, told.get(name), mine, months.get(name, ""))
    return "\n".join(lines) + "\n"


def _entry(name: str, layout: PayLayout | None, questions: Sequence[PayQuestion], month: str) -> list[str]:
    """Return one sheet's lines; a word with a question has a question mark."""
    open_ = {(q.line, q.about) for q in questions} | {(q.line, "") for q in questions}

    def mark(line: Line, word: str) -> str:
        return _quoted(word + OPEN) if (line, word) in open_ else _quoted(word)

    found: dict[Line, str] = {"sheet": _quoted(name + OPEN * (("sheet", "") in open_))}
    asked = {line: [q for q in questions if q.line == line] for line in dict.fromkeys(q.line for q in questions)}
    if layout is None:
        found |= {"head": _quoted(OPEN), "person": _flow([_quoted(OPEN)]), "items": _flow([_quoted(OPEN)])}
    else:
        found |= _told(layout, asked, mark)
        found["month"] = _quoted(month or OPEN)
    named = sorted({q.about for q in questions if q.line == "agents"})
    if named:
        found["agents"] = "{" + ", ".join(f"{_quoted(n)}: {_quoted(OPEN)}" for n in named) + "}"
    lines: list[str] = []
    for line, words in found.items():
        lines += [
            f"  # {q.cell + ': ' if q.cell else ''}{_one_line(words_)}"
            for q in asked.get(line, ())
            for words_ in (q.text.zh, q.text.en)
        ]
        lines.append(f"  {line}: {words}")
    notes = [f"  # {q.cell}: {_one_line(t)}" for q in asked.get("file", ()) for t in (q.text.zh, q.text.en)]
    lines[_first(lines)] = "- " + lines[_first(lines)][2:]
    return [*notes, *lines]


def _first(lines: Sequence[str]) -> int:
    return next(n for n, line in enumerate(lines) if line.startswith("  sheet:"))


def _told(layout: PayLayout, asked: Mapping[Line, Sequence[PayQuestion]], mark: Any) -> dict[Line, str]:
    titles = {c.at: c.title for c in layout.columns}
    about = list(dict.fromkeys(q.about for q in asked.get("items", ()) if q.about))
    pay = [c.title for c in layout.of_role("item")]
    totals = {
        c.title: [("-" if sign < 0 else "") + titles[at] for at, sign in c.plus.items()]
        for c in layout.of_role("total")
        if c.plus and c.title not in about
    }
    rows = sorted(
        {str(r.at + 1) for r in layout.of_kind("set aside")} | {q.about for q in asked.get("set_aside", ())}, key=int
    )
    found: dict[Line, str] = {
        "head": _quoted(f"{layout.head[0] + 1}{OPEN}") if "head" in asked else str(layout.head[0] + 1),
        "person": _flow(
            [_quoted(c.title + OPEN * ("person" in asked)) for c in layout.of_role("number", "name")] or [_quoted(OPEN)]
        ),
        "items": _flow([mark("items", t) for t in dict.fromkeys([*pay, *about])]),
    }
    if totals:
        found["totals"] = _mapping({t: _flow(list(map(_quoted, parts))) for t, parts in totals.items()})
    if rows:
        found["set_aside"] = _flow([mark("set_aside", r) if ("set_aside" in asked) else r for r in rows])
    if "unit" in asked:
        found["unit"] = _quoted(OPEN)
    if "rounding" in asked:
        found["rounding"] = _quoted("half_up" + OPEN)
    if "cells" in asked:
        found["cells"] = _mapping({q.about: _quoted(OPEN) for q in asked["cells"]})
    return found


_PLAIN = re.compile(r"[A-Za-z\u4e00-\u9fff][\w\u4e00-\u9fff()（）.-]*|\d{4}-\d\d|\d+")


def _quoted(word: str) -> str:
    return word if _PLAIN.fullmatch(word) else json.dumps(word, ensure_ascii=False)


def _flow(words: Iterable[str]) -> str:
    return "[" + ", ".join(words) + "]"


def _mapping(entries: Mapping[str, str]) -> str:
    return "{" + ", ".join(f"{_quoted(k)}: {v}" for k, v in entries.items()) + "}"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def open_questions(questions: Sequence[PayQuestion], source: str, map_path: str) -> InputError:
    """Return the error of a pay sheet that leaves questions open: each with its place, and where to answer."""
    problems = []
    for q in questions:
        place = Text(
            f"sheet {q.sheet}" + f", {q.cell}" * bool(q.cell), f"工作表 {q.sheet}" + f" {q.cell}" * bool(q.cell)
        )
        fix: Text | str = ""
        if q.line != "file" and map_path:
            fix = Text(f"answer the line {q.line} in {map_path}", f"请在 {map_path} 的 {q.line} 一行回答")
        elif q.line == "file":
            fix = Text("correct it in the file", "请在文件里改正")
        message = Text(f"{place.en}: {q.text.en}", f"{place.zh}：{q.text.zh}")
        problems.append(Problem(source, message, fix=fix, code="open-question"))
    return InputError(problems)
