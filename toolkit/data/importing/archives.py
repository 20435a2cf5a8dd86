"""Packed files: limits that are looked at before anything is unpacked, and what a workbook's sheets claim to hold.

A zip may be a thousand times smaller than its content, and a workbook of one kilobyte may claim a cell in the last
row and column, for which a reader would fill the memory: sizes are counted here first, in pieces.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections import deque
from collections.abc import Iterator
from xml.etree import ElementTree

from toolkit.core.errors import InputError, Problem
from toolkit.core.text import Text

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
            raise _refused(source, message, fix)
        for entry in entries:
            deque(pieces(archive, entry), maxlen=0)  # read to its end, kept nowhere
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError) as error:
        message = Text("is damaged or locked with a password", "文件损坏或有密码")
        fix = Text("export it again, without a password", "请重新导出，不设密码")
        raise _refused(source, message, fix) from error
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
        raise _refused(source, message, fix)
    content = archive.read(names[0])
    if content[:4] == b"PK\x03\x04" and not is_workbook(open_archive(content, source)):
        raise _refused(source, Text("holds another zip", "里面还有一个压缩包"), Text("unpack it first", "请先解压"))
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
            raise _refused(source, message, fix)
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


def _refused(source: str, message: Text, fix: Text) -> InputError:
    return InputError([Problem(source, message, fix=fix, code="refused-file")])
