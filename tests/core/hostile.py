"""Files that would cost a naive reader its time or memory."""

import io
import zipfile
from collections.abc import Callable

from toolkit.core.files import MAX_ENTRIES, MAX_UNPACKED
from toolkit.core.yaml import MAX_BYTES

HOSTILE: dict[str, str] = {
    "ten megabytes": "a: 1\n" * 2_500_000,
    "nested": "[" * (MAX_BYTES - 1),
    "many values": "- 1\n" * (MAX_BYTES // 4),
    "aliases": "a: &a [x]\nb: &b [" + "*a," * 300_000 + "]",
}


def zipped(**sizes: int) -> bytes:
    """Return a zip of files of zeroes."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, size in sizes.items():
            with archive.open(name, "w") as entry:
                entry.write(bytes(size))
    return sink.getvalue()


def far_apart() -> bytes:
    """Return a workbook with one cell in its first and one in its last corner."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        cells = "".join(f'<row r="{r}"><c r="{c}{r}"><v>1</v></c></row>' for r, c in ((1, "A"), (1048576, "XFD")))
        archive.writestr("xl/worksheets/sheet1.xml", f"<worksheet><sheetData>{cells}</sheetData></worksheet>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/_rels/workbook.xml.rels", "<Relationships/>")
    return sink.getvalue()


BOMBS: dict[str, Callable[[], bytes]] = {
    "unpacks to too much": lambda: zipped(a=5_000).replace(
        (5_000).to_bytes(4, "little"), (MAX_UNPACKED + 1).to_bytes(4, "little")
    ),
    "too many entries": lambda: zipped(**{f"f{k}": 0 for k in range(MAX_ENTRIES + 1)}),
    "cells far apart": far_apart,
    "workbook in name only": lambda: zipped(**{"xl/workbook.xml": 10}),
}
