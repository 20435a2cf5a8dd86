"""A grid written to xlsx (with stored results of formulas) or to text, by the standard library only."""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from xml.sax.saxutils import escape, quoteattr


def letter(column: int) -> str:
    """Return the letters of a column, from 1."""
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def at(row: int, column: int) -> str:
    """Return the cell's name, as C5."""
    return f"{letter(column)}{row}"


@dataclass
class Cell:
    """What stands in a cell: the value, the format by which it is shown, and the formula it comes from."""

    value: object
    form: str = "General"
    formula: str = ""


class Fault(str):
    """What an error cell shows, as #REF!"""


@dataclass
class Sheet:
    """One sheet as a sparse grid, rows and columns from 1."""

    name: str = "Sheet1"
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    state: str = "visible"

    def put(self, row: int, column: int, value: object, form: str = "General", formula: str = "") -> str:
        """Write a cell and return its full name."""
        if value is not None and value != "":
            self.cells[row, column] = Cell(value, form, formula)
        return self.name + "!" + at(row, column)

    def line(self, row: int, values, column: int = 1, form: str = "General") -> None:
        """Write several cells beside each other."""
        for place, value in enumerate(values, column):
            self.put(row, place, value, form)

    def merge(self, top: int, left: int, bottom: int, right: int) -> None:
        """Merge a range, unless it is one cell."""
        if (top, left) != (bottom, right):
            self.merges.append((top, left, bottom, right))

    @property
    def height(self) -> int:
        """Return the last row."""
        return max(r for r, _ in self.cells)

    @property
    def width(self) -> int:
        """Return the last column."""
        return max(c for _, c in self.cells)


def serial(moment: date) -> str:
    """Return the day's number as spreadsheets count days."""
    if isinstance(moment, datetime):
        gap = moment - datetime(1899, 12, 30)
        return repr(round(gap.days + gap.seconds / 86400, 9))
    return str((moment - date(1899, 12, 30)).days)


_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACK = "http://schemas.openxmlformats.org/package/2006/relationships"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml."


def _sheet_xml(sheet: Sheet, forms: dict[str, int], strings: dict[str, int]) -> str:
    rows: dict[int, list[str]] = {}
    for (row, column), cell in sorted(sheet.cells.items()):
        value, form, formula = cell.value, cell.form, cell.formula
        kind = ""
        if isinstance(value, Fault):
            kind, text = ' t="e"', str(value)
        elif isinstance(value, bool):
            kind, text = ' t="b"', str(int(value))
        elif isinstance(value, (date, datetime)):
            if form == "General":
                form = "yyyy\\-mm\\-dd hh:mm:ss" if isinstance(value, datetime) else "yyyy\\-mm\\-dd"
            text = serial(value)
        elif isinstance(value, (int, float, Decimal)):
            text = format(value, "f") if isinstance(value, Decimal) else repr(value)
        elif formula:
            kind, text = ' t="str"', escape(str(value))
        else:
            kind, text = ' t="s"', str(strings.setdefault(str(value), len(strings)))
        style = forms.setdefault(form, len(forms))
        mark = f' s="{style}"' if style else ""
        inner = f"<f>{escape(formula)}</f>" if formula else ""
        rows.setdefault(row, []).append(f'<c r="{at(row, column)}"{mark}{kind}>{inner}<v>{text}</v></c>')
    for row in sheet.hidden_rows:
        rows.setdefault(row, [])
    mark = dict.fromkeys(sheet.hidden_rows, ' hidden="1"')
    body = "".join(f'<row r="{n}"{mark.get(n, "")}>{"".join(cells)}</row>' for n, cells in sorted(rows.items()))
    columns = "".join(f'<col min="{c}" max="{c}" width="9" hidden="1"/>' for c in sorted(sheet.hidden_columns))
    columns = f"<cols>{columns}</cols>" if columns else ""
    merges = "".join(f'<mergeCell ref="{at(a, b)}:{at(c, d)}"/>' for a, b, c, d in sheet.merges)
    merges = f'<mergeCells count="{len(sheet.merges)}">{merges}</mergeCells>' if merges else ""
    return f'{_HEAD}<worksheet xmlns="{_MAIN}">{columns}<sheetData>{body}</sheetData>{merges}</worksheet>'


def write_xlsx(path, sheets: list[Sheet]) -> None:
    """Write a workbook; formulas stand with their stored results."""
    forms: dict[str, int] = {"General": 0}
    strings: dict[str, int] = {}
    pages = [_sheet_xml(sheet, forms, strings) for sheet in sheets]
    numbers = {form: 163 + n for form, n in forms.items() if n}
    codes = "".join(f'<numFmt numFmtId="{n}" formatCode={quoteattr(form)}/>' for form, n in numbers.items())
    codes = f'<numFmts count="{len(numbers)}">{codes}</numFmts>' if numbers else ""
    kinds = "".join(f'<xf numFmtId="{numbers.get(f, 0)}" fontId="0" fillId="0" borderId="0" xfId="0"/>' for f in forms)
    styles = (
        f'{_HEAD}<styleSheet xmlns="{_MAIN}">{codes}<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font>'
        '</fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill '
        'patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1">'
        '<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        f'<cellXfs count="{len(forms)}">{kinds}</cellXfs><cellStyles count="1">'
        '<cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    )
    items = "".join(f'<si><t xml:space="preserve">{escape(text)}</t></si>' for text in strings)
    shared = f'{_HEAD}<sst xmlns="{_MAIN}" count="{len(strings)}" uniqueCount="{len(strings)}">{items}</sst>'
    names = "".join(
        f'<sheet name={quoteattr(s.name)} sheetId="{n}"'
        f'{"" if s.state == "visible" else " state=" + quoteattr(s.state)} r:id="rId{n}"/>'
        for n, s in enumerate(sheets, 1)
    )
    book = f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_REL}"><sheets>{names}</sheets></workbook>'
    last = len(sheets)
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{_REL}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, last + 1)
    )
    links += f'<Relationship Id="rId{last + 1}" Type="{_REL}/styles" Target="styles.xml"/>'
    links += f'<Relationship Id="rId{last + 2}" Type="{_REL}/sharedStrings" Target="sharedStrings.xml"/>'
    types = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_KIND}worksheet+xml"/>'
        for n in range(1, last + 1)
    )
    types = (
        f'{_HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
        f'ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="{_KIND}sheet.main+xml"/>'
        f'{types}<Override PartName="/xl/styles.xml" ContentType="{_KIND}styles+xml"/>'
        f'<Override PartName="/xl/sharedStrings.xml" ContentType="{_KIND}sharedStrings+xml"/></Types>'
    )
    root = (
        f'{_HEAD}<Relationships xmlns="{_PACK}"><Relationship Id="rId1" Type="{_REL}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>'
    )
    parts = {
        "[Content_Types].xml": types,
        "_rels/.rels": root,
        "xl/workbook.xml": book,
        "xl/_rels/workbook.xml.rels": f'{_HEAD}<Relationships xmlns="{_PACK}">{links}</Relationships>',
        "xl/styles.xml": styles,
        "xl/sharedStrings.xml": shared,
    } | {f"xl/worksheets/sheet{n}.xml": page for n, page in enumerate(pages, 1)}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, text in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (2025, 12, 1, 0, 0, 0)), text)


def shown(value: object) -> str:
    """Return a value as text files write it."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return value.isoformat()
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def write_text(path, sheet: Sheet, encoding: str = "utf-8", sep: str = ",", quote: int = csv.QUOTE_MINIMAL) -> None:
    """Write the grid as separated text, one record a row, all of one width."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=sep, quoting=quote, lineterminator="\r\n")
    for row in range(1, sheet.height + 1):
        cells = [sheet.cells.get((row, column)) for column in range(1, sheet.width + 1)]
        writer.writerow([shown(cell.value) if cell else "" for cell in cells])
    with open(path, "wb") as file:
        file.write(out.getvalue().encode(encoding))
