"""Files → sheets of text, with the row each line stood in; nothing is turned into numbers here.

Packed files: limits that are looked at before anything is unpacked, and what a workbook's sheets claim to hold.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
import re
import zipfile
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pandas as pd

from toolkit.core.errors import InputError, Problem
from toolkit.core.text import Text, Words

MAX_UNPACKED = 2_000_000_000
MAX_ENTRIES = 10_000
MAX_CELLS = 30_000_000
_PIECE = 1 << 20
_CELL = re.compile(rb'<(?:c|row)\b[^>]*?\br="([A-Z]{0,3})(\d{1,7})"([^>]*)>')
_ERROR = re.compile(rb'\bt="e"')
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


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
            raise _refused_archive(source, message, fix)
        for entry in entries:
            deque(pieces(archive, entry), maxlen=0)  # read to its end, kept nowhere
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError) as error:
        message = Text("is damaged or locked with a password", "文件损坏或有密码")
        fix = Text("export it again, without a password", "请重新导出，不设密码")
        raise _refused_archive(source, message, fix) from error
    return archive


def pieces(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield the content of an entry piece by piece."""
    with archive.open(entry) as stream:
        while piece := stream.read(_PIECE):
            yield piece


def is_workbook(archive: zipfile.ZipFile) -> bool:
    """Say whether the zip is an xlsx workbook."""
    return "xl/workbook.xml" in archive.namelist()


def only_file(archive: zipfile.ZipFile, source: str) -> tuple[str, bytes]:
    """Return name and content of the one file in a zip.

    Raises
    ------
    InputError
        If the zip holds several files, none, or another zip.
    """
    names = [e for e in archive.infolist() if not e.is_dir() and not re.search(r"(^|/)(\.|__MACOSX/)", e.filename)]
    if len(names) != 1:
        message = Text(f"holds {len(names)} files", f"含有 {len(names)} 个文件")
        fix = Text("unpack it and import the files you need", "请解压后只导入需要的文件")
        raise _refused_archive(source, message, fix)
    content = archive.read(names[0])
    if content[:4] == b"PK\x03\x04" and not is_workbook(open_archive(content, source)):
        raise _refused_archive(
            source, Text("holds another zip", "里面还有一个压缩包"), Text("unpack it first", "请先解压")
        )
    return _readable_name(names[0]), content


def _readable_name(entry: zipfile.ZipInfo) -> str:
    """Return the name of an entry; Chinese Windows writes names in GBK without saying so."""
    name = entry.filename
    if not entry.flag_bits & 0x800:
        try:
            name = name.encode("cp437").decode("gb18030")
        except UnicodeError:
            return entry.filename.rpartition("/")[2]
    return name.rpartition("/")[2]


def look_at_sheets(archive: zipfile.ZipFile, source: str) -> dict[str, list[tuple[int, int]]]:
    """Return, by sheet name, the 0-based places (row, column) of cells whose formula failed (``#DIV/0!``).

    Raises
    ------
    InputError
        If a sheet spans more than `MAX_CELLS` cells.
    """
    failed = {}
    names = {path: name for name, path in _sheet_paths(archive).items()}
    for path in (n for n in archive.namelist() if n.startswith("xl/worksheets/") and n.endswith(".xml")):
        rows = columns = 0
        places = []
        for row, column, attributes in _cells(archive, path):
            rows, columns = max(rows, row + 1), max(columns, column + 1)
            if _ERROR.search(attributes):
                places.append((row, column))
        if rows * columns > MAX_CELLS:
            message = Text(
                f"a sheet spans {rows:,} rows x {columns:,} columns", f"有一个工作表占 {rows:,} 行 x {columns:,} 列"
            )
            fix = Text("cut it to its data", "请只保留有数据的部分")
            raise _refused_archive(source, message, fix)
        failed[names.get(path, path)] = places
    return failed


def _sheet_paths(archive: zipfile.ZipFile) -> dict[str, str]:
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
    """Yield row, column (-1 for a row itself) and attributes of each cell, reading the sheet piece by piece."""
    rest = b""
    for piece in pieces(archive, archive.getinfo(path)):
        text = rest + piece
        end = 0
        for match in _CELL.finditer(text):
            yield int(match[2]) - 1, _column_number(match[1]), match[3]
            end = match.end()
        rest = text[max(end, len(text) - 1000) :]


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def _refused_archive(source: str, message: Text, fix: Text) -> InputError:
    return InputError([Problem(source, message, fix=fix, code="refused-file")])


MAX_BYTES = 1_000_000_000
MAX_ROWS = 20_000_000
DELIMITERS = ("\t", ",", ";", "|")
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_SAMPLE = 1 << 16
_XLS = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
FAILED_FORMULA = "#ERROR!"


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
    """

    file: str
    name: str
    cells: pd.DataFrame
    widths: np.ndarray
    encoding: str = ""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file as it was read: its name, the SHA-256 of its bytes, and its sheets."""

    name: str
    digest: str
    sheets: tuple[SourceSheet, ...]


def read_source(path: Path) -> SourceFile:
    """Read a csv, tsv, xlsx, xls or parquet file, or a zip that holds one of them.

    Raises
    ------
    InputError
        If the file is missing, too large, damaged, or none of these.
    """
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            message = Text(f"is larger than {MAX_BYTES:,} bytes", f"文件大于 {MAX_BYTES:,} 字节")
            fix = Text("split it by month", "请按月拆分")
            raise _refused(path.name, message, fix)
        content = path.read_bytes()
    except OSError as error:
        message = Text(f"cannot be read: {error.strerror}", f"无法读取：{error.strerror}")
        raise _refused(str(path), message, "") from error
    return SourceFile(path.name, hashlib.sha256(content).hexdigest(), _read_content(path.name, content))


def _read_content(name: str, content: bytes) -> tuple[SourceSheet, ...]:
    if content[:4] == b"PK\x03\x04":
        archive = open_archive(content, name)
        if not is_workbook(archive):
            inner, unpacked = only_file(archive, name)
            return _read_content(inner, unpacked)
        return _read_workbook(name, content, look_at_sheets(archive, name))
    if content[:8] == _XLS:
        return _read_workbook(name, content, {})
    if content[:4] == b"PAR1":
        return (_read_parquet(name, content),)
    return (_read_text(name, content),)


def _read_workbook(name: str, content: bytes, failed: dict[str, list[tuple[int, int]]]) -> tuple[SourceSheet, ...]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        rows = {s: book.get_sheet_by_name(s).to_python(skip_empty_area=False) for s in book.sheet_names}
    except CalamineError as error:
        message = Text("is damaged or locked with a password", "文件损坏或有密码")
        fix = Text("save it again, without a password", "请重新保存，不设密码")
        raise _refused(name, message, fix) from error
    return tuple(_sheet_of(name, title, cells, failed.get(title, [])) for title, cells in rows.items() if cells)


def _sheet_of(file: str, title: str, rows: list[list[object]], failed: list[tuple[int, int]]) -> SourceSheet:
    columns = [[_text_of(cell) for cell in column] for column in zip(*rows, strict=True)]
    for row, column in failed:
        columns[column][row] = FAILED_FORMULA
    cells = pd.DataFrame({k: pd.Series(c, dtype="str") for k, c in enumerate(columns)})
    return SourceSheet(file, title, cells.set_axis(range(1, len(rows) + 1)), np.full(len(rows), len(columns)))


def _text_of(cell: object) -> str:
    """Write a workbook cell as text: whole numbers without point, instants as ``2024-01-31 23:59:59``."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, int | float):
        return number_text(cell)
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


def _read_parquet(name: str, content: bytes) -> SourceSheet:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(io.BytesIO(content))
    except (pa.ArrowException, OSError) as error:
        message = Text("is a damaged Parquet file", "Parquet 文件已损坏")
        fix = Text("export it again", "请重新导出")
        raise _refused(name, message, fix) from error
    if table.num_rows > MAX_ROWS:
        message = Text(f"has more than {MAX_ROWS:,} rows", f"超过 {MAX_ROWS:,} 行")
        fix = Text("split it by month", "请按月拆分")
        raise _refused(name, message, fix)
    body = {k: _texts(column.to_pandas()) for k, column in enumerate(table.columns)}
    header = pd.DataFrame({k: pd.Series([title], dtype="str") for k, title in enumerate(table.column_names)})
    cells = pd.concat([header, pd.DataFrame(body)], ignore_index=True)
    return SourceSheet(name, "", cells.set_axis(range(1, len(cells) + 1)), np.full(len(cells), len(body)))


def _texts(values: pd.Series) -> pd.Series:
    """Return a typed column as text, each different value written once."""
    codes, uniques = pd.factorize(values)
    texts = np.array([*(_text_of(u.item() if isinstance(u, np.generic) else u) for u in uniques), ""], dtype=object)
    return pd.Series(texts[codes], dtype="str")


def _read_text(name: str, content: bytes) -> SourceSheet:
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
    rows = _split(text, find_delimiter(text), name)
    widths = np.array([len(row) for row in rows], dtype=int)
    width = int(widths.max(initial=0))
    padded = [row + [""] * (width - len(row)) if len(row) < width else row for row in rows]
    cells = pd.DataFrame({k: pd.Series(c, dtype="str") for k, c in enumerate(zip(*padded, strict=True))})
    return SourceSheet(name, "", cells.set_axis(range(1, len(rows) + 1)), widths, encoding)


def _split(text: str, delimiter: str, name: str) -> list[list[str]]:
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=False))
    except csv.Error as error:
        message = Text(f"cannot be split into cells: {error}", f"无法拆成单元格：{error}")
        fix = Text("export it again", "请重新导出")
        raise _refused(name, message, fix) from error
    if len(rows) > MAX_ROWS:
        message = Text(f"has more than {MAX_ROWS:,} rows", f"超过 {MAX_ROWS:,} 行")
        fix = Text("split it by month", "请按月拆分")
        raise _refused(name, message, fix)
    return rows


def find_delimiter(text: str) -> str:
    """Return the delimiter of a text table, judged on its first thirty lines."""
    head = "\n".join(text[:_SAMPLE].splitlines()[:30])
    return max(DELIMITERS, key=lambda d: _evenness(head, d))


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
    for encoding, fits in (("utf-8", lambda text: "\0" not in text), ("gb18030", _is_common_chinese)):
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


def _is_common_chinese(text: str) -> bool:
    """Say whether nearly all characters beyond ASCII are of GB2312, as in Chinese text and in no other."""
    counts = {c: n for c, n in Counter(text).items() if c > "\x7f" or c == "\0"}
    rare = sum(n for c, n in counts.items() if not c.encode("gb2312", "ignore"))
    return "\0" not in counts and rare <= 0.05 * sum(counts.values())


def _refused(source: str, message: Text, fix: Words) -> InputError:
    return InputError([Problem(source, message, fix=fix, code="refused-file")])
