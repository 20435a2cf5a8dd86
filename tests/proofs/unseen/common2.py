"""What the three authors' files share: a small writer of .xlsx and of text files, names, and the ledger of a pay sheet.

The writer is made here because a sheet must be written within a few milliseconds and because formulas need the value that
the spreadsheet program kept beside them. Everything is numbered from 1.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from xml.sax.saxutils import escape

EPOCH = datetime(1899, 12, 30)
CENT = Decimal("0.01")
BAD_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
WEEKDAYS = ("一", "二", "三", "四", "五", "六", "日")
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def letters(col: int) -> str:
    """Name a column: 1 is A, 28 is AB."""
    out = ""
    while col:
        col, rest = divmod(col - 1, 26)
        out = chr(65 + rest) + out
    return out


def at(row: int, col: int, sheet: str | None = None) -> str:
    """Name a cell, with its sheet where there is one."""
    name = f"{letters(col)}{row}"
    return f"{sheet}!{name}" if sheet is not None else name


def plain(value: Decimal | int) -> int | float:
    """A number as truths carry it: whole ones as int, others as float with at most a few decimals."""
    value = Decimal(value)
    return int(value) if value == value.to_integral_value() else float(value)


def serial(value: date | datetime | time | timedelta) -> float | int:
    """The number a spreadsheet keeps for a day or time."""
    if isinstance(value, timedelta):
        return value.total_seconds() / 86400
    if isinstance(value, time):
        return (value.hour * 3600 + value.minute * 60 + value.second) / 86400
    if not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day)
    gone = value - EPOCH
    return gone.days if not gone.seconds else round(gone.days + gone.seconds / 86400, 10)


def shown(value: object, fmt: str | None) -> str:
    """The text that a spreadsheet program saves to a text file for a value with this format."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, date):
        return day_text(value, fmt or "yyyy-mm-dd")
    if isinstance(value, time):
        return f"{value.hour}:{value.minute:02d}"
    value = Decimal(str(value))
    if fmt is None:
        return f"{plain(value)}"
    if fmt.endswith("%"):
        return f"{value * 100:.{2 if '.' in fmt else 0}f}%"
    if set(fmt) == {"0"} and len(fmt) > 1:
        return str(int(value)).zfill(len(fmt))
    sign = next((mark for mark in "¥$€" if mark in fmt), "")
    body = f"{abs(value):,.2f}" if "," in fmt else f"{abs(value):.2f}"
    return ("-" if value < 0 else "") + sign + body


def day_text(value: date | datetime, fmt: str) -> str:
    """A day as text in the spelling of a format."""
    hour = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)
    parts = {
        "yyyy": f"{value.year}",
        "yy": f"{value.year % 100:02d}",
        "mmmm": MONTHS[value.month - 1],
        "mmm": MONTHS[value.month - 1][:3],
        "MM": f"{value.month:02d}",
        "mm": f"{value.month:02d}",
        "m": f"{value.month}",
        "dd": f"{value.day:02d}",
        "d": f"{value.day}",
        "hh": f"{hour.hour:02d}",
        "h": f"{hour.hour}",
        "nn": f"{hour.minute:02d}",
        "ss": f"{hour.second:02d}",
        "周": "星期" + WEEKDAYS[value.weekday()],
    }
    if ":" in fmt:
        fmt = re.sub(r"(?<=h:)mm", "nn", fmt)
    return re.sub(r"yyyy|yy|mmmm|mmm|MM|mm|m|dd|d|hh|h|nn|ss|周", lambda hit: parts[hit[0]], fmt.replace('"', ""))


@dataclass
class Sheet:
    """One sheet: cells with a value, a format and perhaps a formula."""

    name: str
    cells: dict[tuple[int, int], tuple[object, str | None, str | None]] = field(default_factory=dict)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden: set[int] = field(default_factory=set)

    def put(self, row: int, col: int, value: object, fmt: str | None = None, formula: str | None = None) -> None:
        """Write one cell; nothing is written for None."""
        if value is not None:
            self.cells[row, col] = (value, fmt, formula)

    def row(self, row: int, values: list | tuple, col: int = 1) -> None:
        """Write values side by side."""
        for place, value in enumerate(values, col):
            self.put(row, place, value)

    def merge(self, top: int, left: int, bottom: int, right: int) -> None:
        """Merge a rectangle of more than one cell."""
        if (top, left) != (bottom, right):
            self.merges.append((top, left, bottom, right))


CONTENT = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Types xmlns="http://schemas.openxmlformats.org/package/'
    '2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/'
    'vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>{sheets}<Override PartName="/xl/styles.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/><Override '
    'PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.'
    'sharedStrings+xml"/></Types>'
)
SHEET_TYPE = (
    '<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'spreadsheetml.worksheet+xml"/>'
)
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
RELS = (
    f'{HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)


def save_xlsx(path: Path, sheets: list[Sheet]) -> None:
    """Write a workbook as a spreadsheet program would: shared strings, number formats, merged cells, kept values."""
    strings: dict[str, int] = {}
    formats: dict[str | None, int] = {None: 0}
    bodies = [sheet_xml(sheet, strings, formats) for sheet in sheets]
    names = "".join(
        f'<sheet name="{escape(s.name, {chr(34): "&quot;"})}" sheetId="{n}" r:id="rId{n}"/>'
        for n, s in enumerate(sheets, 1)
    )
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, len(sheets) + 1)
    )
    n = len(sheets)
    links += (
        f'<Relationship Id="rId{n + 1}" Type="{OFFICE}/styles" Target="styles.xml"/><Relationship Id="rId{n + 2}" '
        f'Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
    )
    custom = [f for f in formats if f is not None]
    numbers = "".join(
        f'<numFmt numFmtId="{164 + k}" formatCode="{escape(f, {chr(34): "&quot;"})}"/>' for k, f in enumerate(custom)
    )
    numbers = f'<numFmts count="{len(custom)}">{numbers}</numFmts>' if custom else ""
    xfs = '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>' + "".join(
        f'<xf numFmtId="{164 + k}" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
        for k in range(len(custom))
    )
    styles = (
        f'{HEAD}<styleSheet xmlns="{MAIN}">{numbers}<fonts count="1"><font><sz val="11"/><name val="宋体"/></font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
        '</fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs '
        'count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        f'<cellXfs count="{len(custom) + 1}">{xfs}</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" '
        'builtinId="0"/></cellStyles></styleSheet>'
    )
    shared = "".join(f'<si><t xml:space="preserve">{escape(BAD_XML.sub("", text))}</t></si>' for text in strings)
    parts = {
        "[Content_Types].xml": CONTENT.format(sheets="".join(SHEET_TYPE.format(n=k) for k in range(1, n + 1))),
        "_rels/.rels": RELS,
        "xl/workbook.xml": f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{names}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'{HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
        f'relationships">{links}</Relationships>',
        **{f"xl/worksheets/sheet{k}.xml": body for k, body in enumerate(bodies, 1)},
        "xl/styles.xml": styles,
        "xl/sharedStrings.xml": f'{HEAD}<sst xmlns="{MAIN}" count="{len(strings)}" uniqueCount="{len(strings)}">{shared}</sst>',
    }
    with zipfile.ZipFile(path, "w") as out:
        for name, text in parts.items():  # a fixed time: the same seed gives the same bytes
            info = zipfile.ZipInfo(name, (2024, 12, 5, 9, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            out.writestr(info, text, compresslevel=1)


def sheet_xml(sheet: Sheet, strings: dict[str, int], formats: dict[str | None, int]) -> str:
    """The text of one sheet's part."""
    rows: dict[int, list[str]] = {}
    for row, col in sorted(sheet.cells):
        value, fmt, formula = sheet.cells[row, col]
        style = formats.setdefault(fmt, len(formats))
        mark = f' s="{style}"' if style else ""
        place = f"{letters(col)}{row}"
        if isinstance(value, str) and formula is None:
            text = f'<c r="{place}"{mark} t="s"><v>{strings.setdefault(value, len(strings))}</v></c>'
        else:
            if isinstance(value, date | time | timedelta):
                value = serial(value)
            kept = f"<v>{plain(value) if isinstance(value, Decimal) else value}</v>"
            text = f'<c r="{place}"{mark}>{f"<f>{escape(formula)}</f>" if formula else ""}{kept}</c>'
        rows.setdefault(row, []).append(text)
    for row in sheet.hidden:
        rows.setdefault(row, [])
    lines = "".join(
        f'<row r="{r}"{" hidden=" + chr(34) + "1" + chr(34) if r in sheet.hidden else ""}>{"".join(rows[r])}</row>'
        for r in sorted(rows)
    )
    merged = "".join(f'<mergeCell ref="{letters(b)}{a}:{letters(d)}{c}"/>' for a, b, c, d in sheet.merges)
    merged = f'<mergeCells count="{len(sheet.merges)}">{merged}</mergeCells>' if merged else ""
    return f'{HEAD}<worksheet xmlns="{MAIN}"><sheetData>{lines}</sheetData>{merged}</worksheet>'


def save_text(path: Path, sheet: Sheet, encoding: str = "utf-8-sig", sep: str = ",") -> None:
    """Write a sheet as a text file: all records equally long, as spreadsheet programs save them."""
    height = max(row for row, _ in sheet.cells)
    width = max(col for _, col in sheet.cells)
    records = []
    for row in range(1, height + 1):
        found = (sheet.cells.get((row, col)) for col in range(1, width + 1))
        records.append([shown(cell[0], cell[1]) if cell else "" for cell in found])
    out = io.StringIO()
    csv.writer(out, delimiter=sep, lineterminator="\r\n").writerows(records)
    path.write_bytes(out.getvalue().encode(encoding))


# --- people ---------------------------------------------------------------------------------------------------------------

SURNAMES = "陈林黄何罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹"
GIVEN = "晓雨思涵子轩梓萱欣怡佳琪浩然嘉宁若溪雅静婉清俊辉志强丽娟海燕小峰文博玉兰春梅建国永康诗瑶可馨一凡亦菲乐天明哲书瑜景行安琪冬青北辰南星知夏念慈如意"
FIRST = (
    "Abigail",
    "Bertram",
    "Cordelia",
    "Desmond",
    "Eloise",
    "Fergus",
    "Greta",
    "Howard",
    "Imogen",
    "Jasper",
    "Katya",
    "Leopold",
    "Marigold",
    "Nestor",
    "Ottilie",
    "Percival",
    "Quentin",
    "Rosalind",
    "Stellan",
    "Tabitha",
    "Ulric",
    "Verity",
    "Wilfred",
    "Xanthe",
    "Yvette",
    "Zachary",
)
LAST = (
    "Ashdown",
    "Birkett",
    "Copperfield",
    "Dunmore",
    "Eastwick",
    "Fairbairn",
    "Garside",
    "Hollis",
    "Ingleby",
    "Jessop",
    "Kettering",
    "Lockhart",
    "Merriweather",
    "Nettles",
    "Oakshott",
    "Pemberton",
    "Quill",
    "Rookwood",
    "Sandys",
    "Thistleton",
    "Underhay",
    "Vance",
    "Whitlock",
    "Yarrow",
)


def zh_names(rnd, count: int) -> list[str]:
    """Invented Chinese names, all different."""
    names: dict[str, None] = {}
    while len(names) < count:
        given = rnd.choice(GIVEN) + (rnd.choice(GIVEN) if rnd.random() < 0.75 else "")
        names[rnd.choice(SURNAMES) + given] = None
    return list(names)


def en_names(rnd, count: int) -> list[str]:
    """Invented English names, all different."""
    names: dict[str, None] = {}
    while len(names) < count:
        names[f"{rnd.choice(FIRST)} {rnd.choice(LAST)}"] = None
    return list(names)


def money(rnd, low: int, high: int, step: str = "0.01") -> Decimal:
    """A random amount that is a multiple of the step."""
    unit = Decimal(step)
    return (Decimal(rnd.randint(int(low / unit), int(high / unit))) * unit).quantize(CENT)


# --- the ledger of a pay sheet -----------------------------------------------------------------------------------------------

WIDE = str.maketrans("0123456789.,-", "０１２３４５６７８９．，－")


class Raw:
    """A cell with a text of its own; its amount is None where nobody can say it."""

    def __init__(self, text: str, amount: Decimal | int | None = None) -> None:
        self.text = text
        self.amount = None if amount is None else Decimal(amount)


@dataclass
class Col:
    """A column of a pay table; sums name the columns they add and take off by their place among the columns."""

    title: str
    kind: str  # item, deduction, sum, plain (number that is no pay, but adds up), rate, text, name, number, serial
    top: str = ""
    added: tuple[int, ...] = ()
    off: tuple[int, ...] = ()
    fmt: str | None = None
    asked: bool = False  # nobody can say whether it is pay: its cells are left out of the lines

    @property
    def full(self) -> str:
        """The title as truths give it."""
        return f"{self.top}/{self.title}" if self.top and self.title else self.title or self.top


class Style:
    """How amounts are written: number, text, yen, yuan, wide; nothing as zero, dash or blank."""

    def __init__(self, kind: str = "number", fmt: str | None = None, zero: str = "zero", sign: str = "minus") -> None:
        self.kind, self.fmt, self.zero, self.sign = kind, fmt, zero, sign

    def cell(self, value: Decimal | Raw | None) -> tuple[object, str | None]:
        """Value and format of a cell."""
        if isinstance(value, Raw):
            return value.text, None
        if value is None:
            return None, None
        if value == 0:
            text = {"zero": None, "dash": "-", "blank": ""}[self.zero]
            if text is not None:
                return text or None, None
        if self.kind == "number":
            return value, self.fmt
        return self.text(value), None

    def text(self, value: Decimal) -> str:
        """An amount as text."""
        size = abs(value)
        body = {
            "text": f"{size:.2f}",
            "comma": f"{size:,.2f}",
            "yen": f"¥{size:,.2f}",
            "yen1": f"￥{size:.2f}",
            "yuan": f"{plain(size)}元",
            "wide": f"{plain(size)}".translate(WIDE),
            "dollar": f"${size:,.2f}",
        }[self.kind]
        if value < 0:
            return {"minus": f"-{body}", "bracket": f"({body})", "wide": f"（{body}）"}[self.sign]
        return body


def amount_of(value: object) -> Decimal:
    """What a cell counts in a sum."""
    if isinstance(value, Raw):
        return value.amount or Decimal(0)
    return Decimal(0) if value is None else Decimal(value)


class Ledger:
    """Collects the truth of a pay sheet while it is written."""

    def __init__(self, text: bool = False) -> None:
        self.text = text
        self.lines: list[tuple] = []
        self.months: list[str | None] = []
        self.totals: dict[str, tuple] = {}

    def cell(self, sheet: Sheet, row: int, col: int) -> str:
        """The name of a cell in this kind of file."""
        return at(row, col, None if self.text else sheet.name)

    def line(
        self,
        sheet: Sheet,
        row: int,
        col: int,
        who: tuple[str | None, str | None],
        title: str,
        value: object,
        month: str | None = None,
    ) -> None:
        """Note an amount of pay; nothing and what nobody can say is left out."""
        value = value.amount if isinstance(value, Raw) else value
        if value is not None and value != 0:
            self.lines.append((*who, title, plain(value), self.cell(sheet, row, col)))
            self.months.append(month)

    def total(self, sheet: Sheet, row: int, col: int, stated: Decimal, added: list[str], off: list[str]) -> None:
        """Note a sum and what it claims to add."""
        self.totals[self.cell(sheet, row, col)] = (plain(stated), added, off)

    def wrong(self, values: dict[str, Decimal]) -> list[str]:
        """The cells of sums that do not hold, given what every cell counts."""
        return [
            cell
            for cell, (stated, added, off) in self.totals.items()
            if Decimal(str(stated))
            != sum((values.get(c, Decimal(0)) for c in added), Decimal(0))
            - sum((values.get(c, Decimal(0)) for c in off), Decimal(0))
        ]


class Writer:
    """Writes the rows of people and sums of one table into a sheet and the ledger."""

    def __init__(
        self, ledger: Ledger, sheet: Sheet, cols: list[Col], style: Style, left: int = 1, formulas: bool = False
    ) -> None:
        self.ledger, self.sheet, self.cols, self.style, self.left, self.formulas = (
            ledger,
            sheet,
            cols,
            style,
            left,
            formulas,
        )
        self.counts: dict[tuple[int, int], Decimal] = {}  # row, place -> what the cell counts

    def place(self, row: int, k: int) -> str:
        """The name of a cell by its place among the columns."""
        return self.ledger.cell(self.sheet, row, self.left + k)

    def head(self, row: int) -> None:
        """One row of heads."""
        for k, col in enumerate(self.cols):
            self.sheet.put(row, self.left + k, col.title or None)

    def two_heads(self, row: int, merged: bool = True) -> None:
        """Two rows of heads: groups above, lone titles over both."""
        k = 0
        while k < len(self.cols):
            col = self.cols[k]
            if not col.top:
                self.sheet.put(row, self.left + k, col.title)
                if merged:
                    self.sheet.merge(row, self.left + k, row + 1, self.left + k)
                k += 1
                continue
            end = k
            while end + 1 < len(self.cols) and self.cols[end + 1].top == col.top:
                end += 1
            self.sheet.put(row, self.left + k, col.top)
            if merged:
                self.sheet.merge(row, self.left + k, row, self.left + end)
            for place in range(k, end + 1):
                self.sheet.put(row + 1, self.left + place, self.cols[place].title)
            k = end + 1

    def person(
        self,
        row: int,
        values: list,
        who: tuple[str | None, str | None],
        month: str | None = None,
        off_by: dict[int, Decimal] | None = None,
    ) -> None:
        """One person's row: values by place (those of sums are worked out), sums off by a difference where asked for."""
        for k, col in enumerate(self.cols):
            value = values[k]
            formula = None
            if col.kind == "sum":
                value = sum((self.counts.get((row, a), Decimal(0)) for a in col.added), Decimal(0))
                value -= sum((self.counts.get((row, a), Decimal(0)) for a in col.off), Decimal(0))
                if off_by and k in off_by:
                    value += off_by[k]
                elif self.formulas and self.style.kind == "number":
                    formula = self.formula(row, col)
                self.ledger.total(
                    self.sheet,
                    row,
                    self.left + k,
                    value,
                    [self.place(row, a) for a in col.added],
                    [self.place(row, a) for a in col.off],
                )
            if col.kind in {"item", "deduction", "sum"}:
                self.counts[row, k] = amount_of(value)
                if col.kind == "sum" and formula:
                    self.sheet.put(row, self.left + k, value, self.style.fmt, formula)
                else:
                    self.sheet.put(row, self.left + k, *self.style.cell(value))
                if col.kind != "sum" and not col.asked:
                    self.ledger.line(self.sheet, row, self.left + k, who, col.full, value, month)
            elif col.kind == "plain":
                self.counts[row, k] = amount_of(value)
                self.sheet.put(row, self.left + k, value.text if isinstance(value, Raw) else value, col.fmt)
            else:
                self.sheet.put(row, self.left + k, value.text if isinstance(value, Raw) else value, col.fmt)

    def formula(self, row: int, col: Col) -> str:
        """The formula of a sum within a row."""
        added = [self.left + a for a in col.added]
        if len(added) > 1 and added == list(range(added[0], added[-1] + 1)):
            text = f"SUM({at(row, added[0])}:{at(row, added[-1])})"
        else:
            text = "+".join(at(row, a) for a in added)
        return text + "".join(f"-{at(row, self.left + a)}" for a in col.off)

    def sums(
        self,
        row: int,
        rows: list[int],
        label: str | None,
        label_at: int,
        places: list[int] | None = None,
        off_by: dict[int, Decimal] | None = None,
        short: set[int] | None = None,
    ) -> None:
        """A row of sums over rows; `short`: places whose SUM leaves out the last row."""
        if label:
            self.sheet.put(row, self.left + label_at, label)
        for k, col in enumerate(self.cols):
            if col.kind not in {"item", "deduction", "sum", "plain"} or (places is not None and k not in places):
                continue
            over = rows[:-1] if short and k in short else rows
            value = sum((self.counts.get((r, k), Decimal(0)) for r in over), Decimal(0))
            if off_by and k in off_by:
                value += off_by[k]
            self.counts[row, k] = value
            self.ledger.total(self.sheet, row, self.left + k, value, [self.place(r, k) for r in rows], [])
            fits = self.formulas and self.style.kind == "number" and not (off_by and k in off_by)
            whole = over == list(range(over[0], over[-1] + 1))
            if fits:
                c = self.left + k
                text = f"SUM({at(over[0], c)}:{at(over[-1], c)})" if whole else "+".join(at(r, c) for r in over)
                self.sheet.put(row, c, value, col.fmt if col.kind == "plain" else self.style.fmt, text)
            elif col.kind == "plain":
                self.sheet.put(row, self.left + k, value, col.fmt)
            else:
                self.sheet.put(row, self.left + k, *self.style.cell(value))

    def values(self) -> dict[str, Decimal]:
        """What every cell counts, by name."""
        return {self.place(row, k): value for (row, k), value in self.counts.items()}

    def not_items(self) -> list[str]:
        """Titles that are no items."""
        return unique(col.full for col in self.cols if col.kind not in {"item", "deduction"} and col.full)

    def deductions(self) -> list[str]:
        """Titles whose positive figures are taken off."""
        return unique(col.full for col in self.cols if col.kind == "deduction" and not col.asked)


def unique(values) -> list:
    """The values in their order, each once."""
    return list(dict.fromkeys(values))
