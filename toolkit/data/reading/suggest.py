"""A file no map knows → what it seems to be: a table, a header for each column, questions, nearest maps, a map to edit.

Nothing of this is used by itself; a person reads the map, and gives it with ``--map``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from toolkit.core.errors import InputError, Problem, UsageError
from toolkit.core.files import read_source
from toolkit.core.findings import listed
from toolkit.core.text import Lang, Text
from toolkit.data.reading.guessing import BLANKS, DECIDES, PAID_BACK, PENDING, Guess, Question, Reading, header_worth
from toolkit.data.reading.layout import lay_out
from toolkit.data.reading.maps import ExportMap, bundled_maps, column_title, days_in, is_whole_month, plain_header
from toolkit.data.tables.schema import WHOLE_MONTH, CanonicalTable, table
from toolkit.data.tables.storage import publish_bytes

_CLOSE, _FEW, _OTHERS = 0.93, 3, 3
_FROM_FILE = {"shop": "shop", "date": "day", "month": "month"}


@dataclass(frozen=True, slots=True)
class Near:
    """A map that comes near: the headers it knows, and the ones it needs and the file has not."""

    map: str
    matches: tuple[str, ...]
    title: Text
    lacks: tuple[Text, ...]

    @property
    def text(self) -> Text:
        """One sentence."""
        has, lacks = listed(self.matches or ("-",)), self.lacks or (Text("-", "-"),)
        return Text(
            f"{self.map}: matches {has}; lacks {listed([one.en for one in lacks])}",
            f"{self.title.zh}（{self.map}）：有 {has}；缺 {'、'.join(one.zh for one in lacks)}",
        )


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a file seems to be.

    Parameters
    ----------
    file, sheet : where the table stands.
    table : canonical table, "" when none fits.
    columns : canonical column to what feeds it.
    questions : what nobody but a person can say; until then these columns stay empty.
    nearest : the maps that come nearest.
    map_text : a map file ready to edit, in YAML.
    """

    file: str
    sheet: str
    table: str
    columns: Mapping[str, Guess]
    questions: tuple[Question, ...]
    nearest: tuple[Near, ...]
    map_text: str

    def lines(self, lang: Lang) -> list[str]:
        """Return what is guessed, what is asked and what comes near, one a line."""
        words = {"en": ("guess", "question", "nearest map"), "zh": ("推测", "请确认", "最接近的映射")}[lang]
        titles = {c: f"{column_title(self.table, c).zh}（{c}）" if lang == "zh" else c for c in self.columns}
        made = [
            f"{words[0]}: {titles[c]} ← {g.header} ({g.certainty:.0%}): {g.reason.of(lang)}"
            for c, g in self.columns.items()
        ]
        asked = [f"{words[1]}: {q.message.of(lang)}" for q in self.questions]
        return made + asked + [f"{words[2]}: {n.text.of(lang)}" for n in self.nearest]


def suggest(path: Path | str, maps: Sequence[ExportMap] | None = None) -> Suggestion:
    """Say what a file seems to be.

    Parameters
    ----------
    path : any file that imports read; of a workbook the sheet of which most is understood.
    maps : where the nearest are looked for; the bundled ones by default.

    Raises
    ------
    InputError
        If the file cannot be read, or no row of it looks like a header.
    """
    source = read_source(Path(path))
    found = [(sheet, laid) for sheet in source.sheets if (laid := lay_out(sheet, header_worth, best=True))]
    if not found:
        message = Text("no row looks like the header of a table", "没有哪一行像表头")
        raise InputError([Problem(source.name, message, code="no-header")])
    readings = [Reading(laid) for _, laid in found]
    best = max(readings, key=lambda r: (r.score, len(r.body.rows)))
    near = nearest_maps(best.body.headers, bundled_maps() if maps is None else maps)
    return _suggestion(source.name, best, near)


def write_map(suggestion: Suggestion, path: Path) -> Path:
    """Write the map of a suggestion to a file that does not exist yet; return its path.

    Raises
    ------
    UsageError
        If there is a file already: it may hold somebody's corrections.
    """
    if path.exists():
        raise UsageError(Text(f"{path} exists already; name another with --out", f"{path} 已存在；请用 --out 另取名"))
    publish_bytes(path, suggestion.map_text.encode())
    return path


def nearest_maps(headers: Mapping[str, str], maps: Sequence[ExportMap], n: int = 3) -> tuple[Near, ...]:
    """Return the maps that need least beside these headers (plain to as written)."""
    have = frozenset(headers)
    judged = []
    for one in maps:
        groups = {f.column: f.groups[0] for t in reversed(one.tables) for f in t.feeds if f.groups}
        lacking = min(
            ([w for w in wanted if not have & {*groups.get(w, (w,))}] for wanted in one.recognise), key=len, default=[]
        )
        needed = max((len(w) for w in one.recognise), default=1)
        known = [headers[h] for h in headers if h in one.known - one.ignored]
        labels = tuple(_heading(groups.get(w, (w,))) for w in lacking)
        judged.append((len(lacking) / needed, -len(known), one.id, Near(one.id, tuple(known), one.title, labels)))
    judged.sort(key=lambda j: j[:3])
    return tuple(j[3] for j in judged[:n] if j[3].matches)


def _heading(group: Sequence[str]) -> Text:
    """Return the heading to write of those that mean the same, in the reader's language, with the next few."""
    first, *others = [h for h in group if not h.isascii()] or group
    more = f"（或 {'、'.join(others[:_OTHERS])}）" if others else ""
    return Text(next(filter(str.isascii, group), first), first + more)


def _suggestion(file: str, reading: Reading, near: tuple[Near, ...]) -> Suggestion:
    """Return the guesses for the table that explains most, and the questions."""
    sheet = reading.laid.sheet.name
    if not reading.ranked:
        headers = tuple(reading.body.headers.values())
        message = Text(
            f"no table of a workspace has such columns: {listed(headers)}", f"工作区没有含这些列的表：{listed(headers)}"
        )
        return Suggestion(file, sheet, "", {}, (Question("", headers, message),), near, "")
    (score, name), *others = reading.ranked
    guesses, questions = reading.columns(name)
    if others and others[0][0] > _CLOSE * score:
        other = others[0][1]
        message = Text(
            f"the file may be {name} or {other}; the map is written for {name}",
            f"这个文件可能是 {name}，也可能是 {other}；映射按 {name} 写出",
        )
        questions.insert(0, Question("", (), message))
    headers, n = (
        tuple(h for p, h in reading.body.headers.items() if p not in reading.days_across),
        len({*guesses, *(q.column for q in questions)}),
    )
    known = sum(bool(said.features) and not said.unknown for said in reading.said.values())
    if n < _FEW or (n < len(headers) / 3 and known < 2 * len(headers) / 3):
        message = Text(
            f"only {n} of {len(headers)} columns are understood as {name}; is this file {name} at all?",
            f"{len(headers)} 列中只有 {n} 列能按 {name} 理解；这个文件真的是 {name} 吗？",
        )
        questions.insert(0, Question("", headers, message))
    text = _map_text(file, reading, name, guesses, questions)
    return Suggestion(file, sheet, name, guesses, tuple(questions), near, text)


def _map_text(
    file: str,
    reading: Reading,
    name: str,
    guesses: Mapping[str, Guess],
    questions: Sequence[Question],
) -> str:
    """Write the map file."""
    also = reading.also(name, guesses)
    stem = re.sub(r"[\W_]+", "-", Path(file).stem.casefold()).strip("-") or "my-export"
    used = {g.header for g in guesses.values()} | {g.header for t in also.values() for g in t.values()}
    used |= {h for q in questions if q.column == "when" for h in q.headers}
    marks = [g.header for c, g in guesses.items() if c in DECIDES[name]][:5] or [g.header for g in guesses.values()][:3]
    lines = [
        f"# 由 incentive import --suggest 根据 {file} 写出；请逐行核对，修改后用 --map 导入。",
        f"# Written by `incentive import --suggest` from {file}: guesses, none of them used until you give this file",
        "# with --map. Read every line; after each stand its certainty and its reason.",
        *(f"# ? {q.message.en}  /  {q.message.zh}" for q in questions),
        f"id: {stem}",
        f"title: {{en: {_quoted(Path(file).stem)}, zh: {_quoted(Path(file).stem)}}}",
        f"recognise: [[{', '.join(map(_quoted, marks))}]]",
        f"blanks: [{', '.join(map(_quoted, sorted(reading.words & BLANKS)))}]",
        f"pending: [{', '.join(map(_quoted, sorted(reading.words & PENDING)))}]",
        "tables:",
        *_table_lines(file, reading, name, guesses, questions),
    ]
    for other, columns in also.items():
        lines += _table_lines(file, reading, other, columns, (), summary=other != name)
    rest = [h for h in reading.body.headers.values() if h not in used]
    if rest:
        lines += ["ignored:", *(f"  - {_quoted(h)}" for h in rest)]
    return "\n".join(lines) + "\n"


def _table_lines(
    file: str,
    reading: Reading,
    name: str,
    guesses: Mapping[str, Guess],
    questions: Sequence[Question],
    summary: bool = False,
) -> Iterator[str]:
    spec, places = table(name), (Path(file).stem, reading.laid.sheet.name, *reading.laid.titles)
    yield f"  {name}:"
    if summary and name == "refunds":
        yield "    summary: yes"
        yield f"    when: {{header: {_quoted(guesses['amount'].header)}, above: 0}}"
    if name == "orders" and "order_id" in guesses and _repeats(reading, guesses["order_id"]):
        yield "    adds_up: yes      # rows of one order add up / 同一订单的各行相加"
    asked = {q.column: q for q in questions}
    if "when" in asked:
        (header,) = asked["when"].headers
        states = ", ".join(map(_quoted, filter(PAID_BACK.fullmatch, reading.states(header))))
        yield f"    # {asked['when'].message.en} / {asked['when'].message.zh}"
        yield f"    when: {{header: {_quoted(header)}, is: [{states}]}}"
    yield "    columns:"
    for column in spec.columns:
        guess = guesses.get(column.name)
        comment = "" if guess is None else f"      # {guess.certainty:.0%}: {guess.reason.en} / {guess.reason.zh}"
        if guess is not None and column.name not in asked:
            yield f"      {column.name}: {_fed(column.name, guess)}{comment}"
        elif column.name in asked:
            yield f"      # {asked[column.name].message.en} / {asked[column.name].message.zh}"
            for header in asked[column.name].headers:
                yield f"      # {column.name}: {_quoted(header)}"
        elif filler := _filler(spec, column.name, guesses, places):
            yield f"      {column.name}: {filler}"
        elif column.required:
            yield f"      # {column.name}:      # needed, and not found / 必需，没有找到"


def _repeats(reading: Reading, guess: Guess) -> bool:
    ids = reading.cells(plain_header(guess.header))
    return bool((ids.duplicated() & (ids != "")).any())


def _fed(column: str, guess: Guess) -> str:
    if guess.net_of:
        refund, total = map(_quoted, guess.net_of)
        return f"{{gross: {{paid: {_quoted(guess.header)}, refund: {refund}, total: {total}}}}}"
    parts = [f"headers: {_quoted(guess.header)}"]
    parts += [f"from: {_FROM_FILE[column]}"] if column in _FROM_FILE else []
    parts += [f"unit: {guess.unit}"] if guess.unit else []
    return _quoted(guess.header) if len(parts) == 1 else f"{{{', '.join(parts)}}}"


def _filler(spec: CanonicalTable, column: str, guesses: Mapping[str, Guess], places: Sequence[str]) -> str:
    """Return what stands for a needed column that no header brings: what the file says, or a column beside it.

    Parameters
    ----------
    places : name of the file and the sheet, and the titles, which may say that the file is about a whole month.
    """
    if column in _FROM_FILE:
        told = "no column; from the sheet, title or file / 取自工作表名、标题或文件名"
        return f"{{from: {_FROM_FILE[column]}}}      # {told}"
    if column == "created_at" and "paid_at" in guesses:
        told = "no time of creation; the time of payment stands for it / 无下单时间，以付款时间代替"
        return f"{_fed(column, guesses['paid_at'])}      # {told}"
    if column == "order_id" and spec.name == "orders":
        return "{from: content}      # no number; one is made of each row / 无订单号，按每行内容生成"
    if column == "line":
        return "{from: position}"
    if column == "from" and "joined_on" in guesses:
        return f"{_fed(column, guesses['joined_on'])}      # from the first day of work / 自入职日起"
    if column == "kind" and spec.name == "refunds":
        return "{value: return}"
    if column == "count_unit":
        stated = any(is_whole_month(*days) for days in map(days_in, places) if days[0])
        if guesses["date"].unit == "month" if "date" in guesses else stated:
            return f"{{value: {WHOLE_MONTH}}}      # each row is a whole month / 每行是整月数字"
        told = "or people_by_month, conversations: say which / 或 people_by_month、conversations，请确认"
        return f"{{value: people_by_day}}      # {told}"
    if column == "cohort":
        return "{value: asked}      # or ordered, paid: say which / 或 ordered、paid，请确认"
    return ""


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
