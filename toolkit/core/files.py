"""Files → sheets of text, with the row each line stood in; nothing is turned into numbers here.

What a file is, its encoding and its delimiter are judged by its content and not by its name. Packed files: limits that
are looked at before anything is unpacked, and what a workbook's sheets claim to hold.

Vendors' exports (`read_source`) have their headers anywhere and their numbers as a spreadsheet shows them. The tables
people keep (`read_table`) have their headers in the first row and their numbers with every digit.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
import re
import stat
import zipfile
import zlib
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import chain
from pathlib import Path
from typing import IO, TYPE_CHECKING
from xml.etree import ElementTree

import numpy as np
import pandas as pd

from toolkit.core.errors import InputError, Problem, unreadable
from toolkit.core.text import Text, Words

if TYPE_CHECKING:
    import pyarrow as pa

MAX_UNPACKED = 2_000_000_000
MAX_ENTRIES = 10_000
MAX_CELLS = 30_000_000
MAX_COLUMNS = 16_384
_FEW_CELLS, _SPARSE = 2_000_000, 50  # a sheet may span many cells that hold nothing, but not nearly all
_PIECE = 1 << 20
_LONGEST_CELL = 1 << 15
_CELL = re.compile(rb'<(?:c|row)\b[^<>]*?\br="([A-Z]{0,3})(\d{1,7})"([^<>]*)>')
_ERROR = re.compile(rb'\bt="e"')
_NO_VALUE = re.compile(
    rb'<c\b[^<>]*?\br="([A-Z]{1,3})(\d{1,7})"[^<>]*>\s*<f\b(?:[^<>]*/>|[^<>]*>[^<]*</f>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>'
)
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_UNKNOWN = b"formula without value"
_OPEN_DOCUMENT = b"application/vnd.oasis.opendocument.spreadsheet"
_ODS = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_DAMAGED = Text("is damaged or locked with a password", "文件损坏或有密码")
_SAVE_AGAIN = Text("save it again, without a password", "请重新保存，不设密码")
_SPLIT = Text("split it by month", "请按月拆分")


def open_archive(content: bytes, source: str) -> zipfile.ZipFile:
    """Open a zip whose whole content, counted piece by piece, stays within the limits.

    Raises
    ------
    InputError
        If it is damaged, encrypted, or larger than `MAX_UNPACKED` bytes or `MAX_ENTRIES` entries.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        entries = archive.infolist()
        if len(entries) > MAX_ENTRIES or sum(e.file_size for e in entries) > MAX_UNPACKED:
            message = Text("unpacks to more than is allowed", "解压后超过允许的大小")
            fix = Text(f"at most {MAX_UNPACKED:,} bytes", f"最多 {MAX_UNPACKED:,} 字节")
            raise _refused(source, message, fix)
        for entry in entries:
            deque(pieces(archive, entry), maxlen=0)  # read to its end, kept nowhere
    except (zipfile.BadZipFile, zlib.error, ValueError, RuntimeError, NotImplementedError, EOFError, OSError) as error:
        fix = Text("export it again, without a password", "请重新导出，不设密码")
        raise _refused(source, _DAMAGED, fix) from error
    return archive


def pieces(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield the content of an entry piece by piece."""
    with archive.open(entry) as stream:
        while piece := stream.read(_PIECE):
            yield piece


def is_workbook(archive: zipfile.ZipFile) -> bool:
    """Say whether the zip is a workbook: xlsx, xlsb or ods."""
    names = archive.namelist()
    return "xl/workbook.xml" in names or "xl/workbook.bin" in names or _is_open_document(archive)


def _is_open_document(archive: zipfile.ZipFile) -> bool:
    return "mimetype" in archive.namelist() and archive.read("mimetype").startswith(_OPEN_DOCUMENT)


def only_file(archive: zipfile.ZipFile, source: str) -> tuple[str, bytes]:
    """Return name and content of the one file in a zip.

    Raises
    ------
    InputError
        If the zip holds several files, none, or another zip.
    """
    names = [e for e in archive.infolist() if not e.is_dir() and not re.search(r"(^|/)(\.|__MACOSX/)", e.filename)]
    if not names:
        fix = Text("zip it again, or give the file itself", "请重新压缩，或直接使用文件本身")
        raise _refused(source, Text("is a zip with no file in it", "是空的压缩包，里面没有文件"), fix)
    if len(names) != 1:
        message = Text(f"holds {len(names)} files", f"含有 {len(names)} 个文件")
        fix = Text("unpack it and import the files you need", "请解压后只导入需要的文件")
        raise _refused(source, message, fix)
    content = archive.read(names[0])
    if content[:4] in _ZIP and not is_workbook(open_archive(content, source)):
        raise _refused(source, Text("holds another zip", "里面还有一个压缩包"), Text("unpack it first", "请先解压"))
    return _readable_name(names[0]), content


def _readable_name(entry: zipfile.ZipInfo) -> str:
    """Return the name of an entry; Chinese Windows writes names in GBK without saying so."""
    name = entry.filename
    if not entry.flag_bits & 0x800:
        try:
            name = name.encode("cp437").decode("gb18030")
        except UnicodeError:  # not GBK either: the name stands as the archive has it
            return entry.filename.rpartition("/")[2]
    return name.rpartition("/")[2]


Place = tuple[int, int, str]
"""A 0-based row and column, and the text that stands there."""


def look_at_sheets(archive: zipfile.ZipFile, source: str) -> dict[str, list[Place]]:
    """Return, by sheet name, the cells whose formula failed (``#DIV/0!``) or was never calculated.

    Raises
    ------
    InputError
        If a sheet spans more than `MAX_CELLS` cells, or the workbook is damaged.
    """
    try:
        if _is_open_document(archive):
            _look_at_open_document(archive, source)
            return {}
        for path in _sheets_of(archive, ".bin"):
            with archive.open(path) as stream:
                _check_span(_binary_cells(stream), source)
        if "xl/workbook.xml" not in archive.namelist():
            return {}
        names = {path: name for name, path in sheet_paths(archive).items()}
        found = {path: _check_span(_cells(archive, path), source) for path in _sheets_of(archive, ".xml")}
        return {names.get(path, path): failed for path, failed in found.items()}
    except (ElementTree.ParseError, KeyError, ValueError) as error:
        raise _refused(source, _DAMAGED, _SAVE_AGAIN) from error


def _sheets_of(archive: zipfile.ZipFile, ending: str) -> list[str]:
    return [n for n in archive.namelist() if n.startswith("xl/worksheets/") and n.endswith(ending)]


def _check_span(cells: Iterator[tuple[int, int, bytes]], source: str) -> list[Place]:
    """Refuse a sheet that spans too much; return the cells whose formula has no value."""
    rows = columns = n_cells = 0
    failed = []
    for row, column, attributes in cells:
        rows, columns, n_cells = max(rows, row + 1), max(columns, column + 1), n_cells + 1
        if attributes == _UNKNOWN:
            failed.append((row, column, UNCALCULATED))
        elif _ERROR.search(attributes):
            failed.append((row, column, FAILED_FORMULA))
    _refuse_span(rows, columns, source, most=max(_FEW_CELLS, _SPARSE * n_cells))
    return failed


def _refuse_span(rows: int, columns: int, source: str, most: int = MAX_CELLS) -> None:
    if rows * columns > min(most, MAX_CELLS):
        message = Text(
            f"a sheet spans {rows:,} rows x {columns:,} columns", f"有一个工作表占 {rows:,} 行 x {columns:,} 列"
        )
        raise _refused(source, message, Text("cut it to its data", "请只保留有数据的部分"))


def _look_at_open_document(archive: zipfile.ZipFile, source: str) -> None:
    """Refuse an ods whose cells, written once and repeated, span too much; blank ones at the ends do not count."""
    rows = columns = row = column = 0
    filled = False
    with archive.open("content.xml") as stream:
        for event, item in ElementTree.iterparse(stream, ("start", "end")):
            if event == "start":
                if item.tag == f"{_ODS}table":
                    rows = columns = row = 0
                elif item.tag == f"{_ODS}table-row":
                    column, filled = 0, False
            elif item.tag in (f"{_ODS}table-cell", f"{_ODS}covered-table-cell"):
                column += int(item.get(f"{_ODS}number-columns-repeated", 1))
                if len(item) or any(key.endswith("value-type") for key in item.attrib):
                    columns, filled = max(columns, column), True
                item.clear()
            elif item.tag == f"{_ODS}table-row":
                row += int(item.get(f"{_ODS}number-rows-repeated", 1))
                rows = row if filled else rows
                _refuse_span(rows, columns, source)
                item.clear()


def _binary_cells(stream: IO[bytes]) -> Iterator[tuple[int, int, bytes]]:
    """Yield row, column (-1 for a row itself) and nothing of each cell of an xlsb sheet, record by record."""
    row = -1
    while head := stream.read(1):
        kind = head[0]
        if kind & 0x80:
            kind = (kind & 0x7F) | (stream.read(1) or b"\0")[0] << 7
        length = shift = 0
        for _ in range(4):
            byte = (stream.read(1) or b"\0")[0]
            length |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                break
        number = int.from_bytes(stream.read(length)[:4], "little")
        if kind == 0:
            row = number
            yield row, -1, b""
        elif 1 <= kind <= 11 or kind == 62:
            yield row, number, b""


def sheet_paths(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return the path of each sheet's cells by the sheet's name."""
    targets = {
        str(r.get("Id")): str(r.get("Target"))
        for r in ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    }
    found = {}
    for sheet in ElementTree.fromstring(archive.read("xl/workbook.xml")).findall(".//{*}sheet"):
        target = targets.get(str(sheet.get(_RELATION)), "").removeprefix("/")
        path = target if target.startswith("xl/") else f"xl/{target}"
        found[str(sheet.get("name"))] = path
    return found


def _cells(archive: zipfile.ZipFile, path: str) -> Iterator[tuple[int, int, bytes]]:
    """Yield row, column (-1 for a row itself) and attributes of each cell, reading the sheet piece by piece.

    A cell whose formula was never calculated comes a second time, its attributes being `_UNKNOWN`.
    """
    rest = b""
    for piece in pieces(archive, archive.getinfo(path)):
        text = rest + piece
        begin = 0
        for match in _CELL.finditer(text):
            yield int(match[2]) - 1, _column_number(match[1]), match[3]
            begin = match.start()
        if b"<f" in text:
            for match in _NO_VALUE.finditer(text):
                yield int(match[2]) - 1, _column_number(match[1]), _UNKNOWN
        rest = text[max(begin, len(text) - _LONGEST_CELL) :]


def column_letters(place: int) -> str:
    """Return the name of a 0-based column: A, B, ..., AA."""
    name = ""
    while place >= 0:
        place, letter = divmod(place, 26)
        name, place = chr(65 + letter) + name, place - 1
    return name


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


MAX_BYTES = 1_000_000_000
MAX_ROWS = 20_000_000
DELIMITERS = ("\t", ",", ";", "|")
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_SAMPLE = 1 << 16
_ROW_NAMES = re.compile(r"__index_level_\d+__")  # what pandas writes of row numbers
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")  # with files, empty, in several parts
_XLS = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_GUARD = r"^'(?=[=+\-@\t\r\n＝＋－＠])"
_END = "\ue000"  # a line of its own after the last one, unless a quotation is open there
FAILED_FORMULA = "#ERROR!"
UNCALCULATED = "#UNCALCULATED!"


@dataclass(frozen=True, slots=True)
class SourceSheet:
    """One rectangle of text.

    Parameters
    ----------
    file : name of the file.
    name : name of the sheet, "" for a text file.
    cells : str columns 0..k-1, index the 1-based row in the file; a blank is "".
    widths : number of cells each row really has, in row order.
    encoding : of a text file, "" else.
    merges : merged ranges of a workbook: first row, first column, last row, last column, numbered as in `cells`; the
        text stands in the first cell of each.
    """

    file: str
    name: str
    cells: pd.DataFrame
    widths: np.ndarray
    encoding: str = ""
    merges: tuple[tuple[int, int, int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file as it was read: its name, the SHA-256 of its bytes, and its sheets."""

    name: str
    digest: str
    sheets: tuple[SourceSheet, ...]


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file's bytes."""
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def read_source(path: Path) -> SourceFile:
    """Read a csv, tsv, xlsx, xlsb, xls, ods or parquet file, or a zip that holds one of them.

    Raises
    ------
    InputError
        If the file is missing, too large, damaged, or none of these.
    """
    content = _bytes_of(path, path.name)
    return SourceFile(path.name, hashlib.sha256(content).hexdigest(), _read_content(path.name, content))


def read_table(path: Path) -> pd.DataFrame:
    """Read a table people keep, its headers in the first row that is not blank, of a workbook in the first sheet.

    Returns
    -------
    DataFrame
        Every cell as text without outer blanks, a blank is the empty text; columns: the headers as written, two that
        are equal stay equal; index: the row's number in the file. Blank rows, and blank columns without a header, are
        left out.

    Raises
    ------
    InputError
        If the file cannot be read, holds nothing, or a row has more cells than there are headers.
    """
    source = str(path)
    sheets = _read_content(source, _bytes_of(path, source), kept=True)
    cells = sheets[0].cells.apply(_plain) if sheets else pd.DataFrame()
    filled = (cells != "").any(axis=1)
    if not filled.any():
        raise _refused(source, Text("holds no table", "里面没有表格"), "")
    cells, width = cells[filled], int(sheets[0].widths[filled.to_numpy()][0])
    beyond = cells.iloc[:, width:]
    problems = [
        Problem(source, _TOO_LONG, row, width + 1, repr(next(filter(None, texts))), _QUOTE, "long-row")
        for row, *texts in beyond[(beyond != "").any(axis=1)].itertuples()
    ]
    if problems:
        raise InputError(problems)
    headers, body = cells.iloc[0, :width], cells.iloc[1:, :width]
    told = (headers != "") | (body != "").any(axis=0)
    return body.loc[:, told].set_axis(pd.Index(headers[told].tolist(), dtype="object"), axis=1)


_TOO_LONG = Text("this row has more cells than there are headers", "这一行的单元格比表头多")
_QUOTE = Text(
    "put a cell that holds the separator in double quotation marks", "单元格里有分隔符时，用双引号括住整个单元格"
)


def _plain(column: pd.Series[str]) -> pd.Series[str]:
    """Return texts without outer blanks, and as they were before our own files guarded them from being formulas."""
    texts = column.str.strip()
    return texts.str.replace(_GUARD, "", regex=True) if texts.str.startswith("'").any() else texts


def open_xlsx(path: Path) -> zipfile.ZipFile | None:
    """Open a workbook for what it holds beside its values; None for a file of another kind than xlsx."""
    content = _bytes_of(path, path.name)
    archive = open_archive(content, path.name) if content[:4] == b"PK\x03\x04" else None
    return archive if archive is not None and "xl/workbook.xml" in archive.namelist() else None


def _bytes_of(path: Path, source: str) -> bytes:
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            message = Text("is a folder, a pipe or a device, and no file", "是文件夹、管道或设备，不是文件")
            raise _refused(source, message, Text("name the files themselves", "请写出文件本身"))
        if found.st_size > MAX_BYTES:
            message = Text(f"is larger than {MAX_BYTES:,} bytes", f"文件大于 {MAX_BYTES:,} 字节")
            raise _refused(source, message, _SPLIT)
        return path.read_bytes()
    except OSError as error:
        raise InputError([unreadable(path, error)]) from error


def _read_content(name: str, content: bytes, kept: bool = False) -> tuple[SourceSheet, ...]:
    """Read what a file holds; `kept`: its headers are in the first row, its numbers are needed with every digit."""
    written = exact_text if kept else number_text
    if content[:4] in _ZIP:
        archive = open_archive(content, name)
        if not is_workbook(archive):
            inner, unpacked = only_file(archive, name)
            return _read_content(inner, unpacked, kept)
        return _read_workbook(name, content, look_at_sheets(archive, name), written)
    if content[:8] == _XLS:
        return _read_workbook(name, content, {}, written)
    if content[:4] == b"PAR1":
        return (_read_parquet(name, content, written),)
    return (_read_text(name, content, kept),)


_Written = Callable[[float], str]


def _read_workbook(
    name: str, content: bytes, failed: dict[str, list[Place]], written: _Written
) -> tuple[SourceSheet, ...]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = [book.get_sheet_by_name(title) for title in book.sheet_names]
        for sheet in sheets if content[:8] == _XLS else ():
            _refuse_span(sheet.total_height, sheet.total_width, name, most=max(_FEW_CELLS, len(content)))
        rows = [sheet.to_python(skip_empty_area=False) for sheet in sheets]
    except BaseException as error:
        if isinstance(error, CalamineError | ValueError | OverflowError | TypeError) or _is_panic(error):
            raise _refused(name, _DAMAGED, _SAVE_AGAIN) from error
        raise
    return tuple(
        _sheet_of(name, sheet.name, cells, failed.get(sheet.name, []), sheet.merged_cell_ranges or [], written)
        for sheet, cells in zip(sheets, rows, strict=True)
        if cells
    )


def _is_panic(error: BaseException) -> bool:
    """Say whether the workbook reader gave up on bytes it did not expect; its exception has no public class."""
    return type(error).__name__ == "PanicException"


def _sheet_of(
    file: str,
    title: str,
    rows: list[list[object]],
    failed: list[Place],
    merged: list[tuple[tuple[int, int], tuple[int, int]]],
    written: _Written,
) -> SourceSheet:
    columns = [[_text_of(cell, written) for cell in column] for column in zip(*rows, strict=True)]
    for row, column, text in failed:
        if column < len(columns) and row < len(rows):
            columns[column][row] = text
    cells = pd.DataFrame({k: pd.Series(c, dtype="str") for k, c in enumerate(columns)})
    merges = tuple((top + 1, left, bottom + 1, right) for (top, left), (bottom, right) in merged)
    widths = np.full(len(rows), len(columns))
    return SourceSheet(file, title, cells.set_axis(range(1, len(rows) + 1)), widths, merges=merges)


def _text_of(cell: object, written: _Written) -> str:
    """Write a workbook cell as text: whole numbers without point, instants as ``2024-01-31 23:59:59``."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, int | float):
        return written(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        minutes, seconds = divmod(round(cell.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02d}:{seconds:02d}"
    return str(cell)


def number_text(value: float) -> str:
    """Write a binary number with the 15 digits a spreadsheet keeps; larger whole numbers show as shortened."""
    return format(value, ".15g") if isinstance(value, float) else str(value)


def exact_text(value: float) -> str:
    """Write a binary number with every digit it has."""
    return repr(value) if isinstance(value, float) and not value.is_integer() else str(int(value))


def _read_parquet(name: str, content: bytes, written: _Written) -> SourceSheet:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(io.BytesIO(content))
        if file.metadata.num_rows > MAX_ROWS:
            raise _too_many_rows(name)
        table = file.read()
        titles = table.column_names
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:  # a title that is no UTF-8
        message = Text("is a damaged Parquet file", "Parquet 文件已损坏")
        fix = Text("export it again", "请重新导出")
        raise _refused(name, message, fix) from error
    table = table.drop_columns([n for n in titles if _ROW_NAMES.fullmatch(n)])
    nested = [field.name for field in table.schema if pa.types.is_nested(field.type)]
    if nested:
        message = Text(f"the column {nested[0]!r} holds lists", f"列 {nested[0]!r} 里是列表")
        raise _refused(name, message, Text("write one value a cell", "每格只写一个值"))
    body = {
        k: _column_texts(name, t, c, written)
        for k, (t, c) in enumerate(zip(table.column_names, table.columns, strict=True))
    }
    header = pd.DataFrame({k: pd.Series([title], dtype="str") for k, title in enumerate(table.column_names)})
    cells = pd.concat([header, pd.DataFrame(body)], ignore_index=True)
    return SourceSheet(name, "", cells.set_axis(range(1, len(cells) + 1)), np.full(len(cells), len(body)))


def _column_texts(name: str, title: str, column: pa.ChunkedArray, written: _Written) -> pd.Series[str]:
    """Return a column as text, or say which cannot be written as text."""
    import pyarrow as pa

    try:
        return _texts(column.cast(pa.string()) if _is_bytes(column.type) else column, written)
    except (pa.ArrowException, ValueError, OverflowError, TypeError, AttributeError) as error:
        message = Text(
            f"the column {title!r} is of a kind that cannot be read: {column.type}",
            f"列 {title!r} 的类型无法读取：{column.type}",
        )
        raise _refused(name, message, Text("write it as text, numbers or dates", "请写成文本、数字或日期")) from error


def _is_bytes(kind: pa.DataType) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind))


def _texts(column: pa.ChunkedArray, written: _Written) -> pd.Series[str]:
    """Return a typed column as text, each different value written once; whole numbers keep their digits."""
    parts = [np.array([], dtype=object)]
    for chunk in column.chunks:
        encoded = chunk.dictionary_encode()
        texts = [_text_of(v, written) if v is not None and v == v else "" for v in encoded.dictionary.to_pylist()]
        codes = encoded.indices.fill_null(len(texts)).to_numpy(zero_copy_only=False)
        parts.append(np.array([*texts, ""], dtype=object)[codes])
    return pd.Series(np.concatenate(parts), dtype="str")


def _read_text(name: str, content: bytes, kept: bool) -> SourceSheet:
    encoding = detect_encoding(content, name)
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        message = Text(
            f"is not text in {encoding} at byte {error.start:,}", f"第 {error.start:,} 字节处不是 {encoding} 文本"
        )
        fix = Text("save it as UTF-8", "请另存为 UTF-8")
        raise _refused(name, message, fix) from error
    if text.lstrip()[:200].lower().startswith(("<html", "<!doctype", "<table", "<?xml")):
        message = Text("is a web page, whatever its name says", "不管文件名怎么写，内容是网页")
        fix = Text("open it in Excel and save it as xlsx", "请用 Excel 打开并另存为 xlsx")
        raise _refused(name, message, fix)
    rows = _split(text, find_delimiter(text, kept), name)
    widths = np.array([len(row) for row in rows], dtype=int)
    width = int(widths.max(initial=0))
    padded = [row + [""] * (width - len(row)) if len(row) < width else row for row in rows]
    cells = pd.DataFrame({k: pd.Series(c, dtype="str") for k, c in enumerate(zip(*padded, strict=True))})
    return SourceSheet(name, "", cells.set_axis(range(1, len(rows) + 1)), widths, encoding)


def _split(text: str, delimiter: str, name: str) -> list[list[str]]:
    rows: list[list[str]] = []
    try:
        for row in csv.reader(chain(io.StringIO(text, newline=""), [_END]), delimiter=delimiter, strict=False):
            rows.append(row)
            if len(row) > MAX_COLUMNS:
                message = Text(f"has more than {MAX_COLUMNS:,} columns", f"超过 {MAX_COLUMNS:,} 列")
                raise _refused(name, message, Text("cut it to its data", "请只保留有数据的部分"))
            if len(rows) > MAX_ROWS + 1:
                raise _too_many_rows(name)
    except csv.Error as error:
        message = Text(f"cannot be split into cells: {error}", f"无法拆成单元格：{error}")
        fix = Text("export it again", "请重新导出")
        raise _refused(name, message, fix) from error
    if rows.pop() != [_END]:
        message = Text("a quotation mark opened in this row is not closed", "这一行的双引号没有闭合")
        fix = Text("close it, or export the file again", "请补上双引号，或重新导出")
        raise InputError([Problem(name, message, len(rows) + 1, fix=fix, code="refused-file")])
    width = max(map(len, rows), default=0)
    if len(rows) * width > max(MAX_CELLS, 2 * sum(map(len, rows))):  # some rows are far longer than the others
        _refuse_span(len(rows), width, name)
    return rows


def _too_many_rows(name: str) -> InputError:
    return _refused(name, Text(f"has more than {MAX_ROWS:,} rows", f"超过 {MAX_ROWS:,} 行"), _SPLIT)


def find_delimiter(text: str, headed: bool = False) -> str:
    """Return the delimiter of a text table, judged on thirty lines; `headed`: one that stands in the first."""
    head = text[:_SAMPLE].splitlines()[:30]
    among = [d for d in DELIMITERS if d in head[0]] or [","] if headed and head else DELIMITERS
    lines = "\n".join(head)
    return max(among, key=lambda d: _evenness(lines, d))


def _evenness(head: str, delimiter: str) -> tuple[int, int]:
    widths = Counter(len(row) for row in csv.reader(io.StringIO(head), delimiter=delimiter) if len(row) > 1)
    return max(((n, width) for width, n in widths.items()), default=(0, 0))


def detect_encoding(content: bytes, name: str) -> str:
    """Return the encoding of a text by the rule stated above.

    Raises
    ------
    InputError
        If no encoding fits.
    """
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return encoding
    for encoding, fits in (("utf-8", _is_no_utf_16), ("gb18030", _is_common_chinese)):
        try:
            if fits(content.decode(encoding)):
                return encoding
        except UnicodeDecodeError:
            continue
    from charset_normalizer import from_bytes

    best = from_bytes(content[:_SAMPLE]).best()
    if best is None:
        message = Text("is no text in an encoding that could be recognised", "无法识别文本的编码")
        fix = Text("save it as UTF-8", "请另存为 UTF-8")
        raise _refused(name, message, fix)
    return best.encoding


def _is_no_utf_16(text: str) -> bool:
    """Say whether few characters are zero: UTF-16 without its mark is half of them, a stray one makes no UTF-16."""
    return 20 * text.count("\0") <= len(text)


def _is_common_chinese(text: str) -> bool:
    """Say whether most characters beyond ASCII are of GB2312, as in Chinese text and in no other.

    In a short table, that may hold one rare name and no other Chinese, it is enough that they do not look like the
    accented letters of western text with the letters behind them.
    """
    counts = {c: n for c, n in Counter(text).items() if c > "\x7f" or c == "\0"}
    total = sum(counts.values())
    rare = {c: n for c, n in counts.items() if not c.encode("gb2312", "ignore")}
    accented = sum(n for c, n in rare.items() if (b := c.encode("gb18030"))[0] >= 0xC0 and b[1] < 0x80)
    is_chinese = sum(rare.values()) <= 0.25 * total or (total < 100 and accented <= 0.25 * total)
    return "\0" not in counts and is_chinese


def _refused(source: str, message: Text, fix: Words) -> InputError:
    return InputError([Problem(source, message, fix=fix, code="refused-file")])
