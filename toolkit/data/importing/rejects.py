"""The reject file: rejected rows in the shape of their source, with what is wrong, to be corrected and imported again.

It is a csv with the source's own header and four columns in front: where the row comes from, its row there, the
column, the reason. Imported again, its rows are added to what their source brought and replace nothing else. Cells a
spreadsheet would run as a formula get an apostrophe, which the reader takes off.
"""

from __future__ import annotations

import csv
import io
import re

import pandas as pd

from toolkit.data.importing.cells import REASONS
from toolkit.data.importing.exports import plain_header
from toolkit.data.importing.extract import Extract
from toolkit.data.importing.readers import Sheet
from toolkit.data.importing.rows import REJECT_HEADERS

_FORMULA = re.compile(r"[=+@\-\t]")
_HARMLESS = re.compile(r'="[^"]*"|[+-]?[\d,.]+%?|-+')
_LONG_NUMBER = re.compile(r"\d{12,}")


def render_rejects(extract: Extract) -> bytes:
    """Return the rejected rows of a sheet as the bytes of a csv file (UTF-8 with byte order mark)."""
    cells = extract.sheet.cells
    origin = "|".join((extract.context.file, extract.context.hash, extract.context.shop))
    header = [*REJECT_HEADERS, *(t for t in cells.loc[extract.header])]
    sink = io.StringIO(newline="")
    writer = csv.writer(sink, lineterminator="\r\n")
    writer.writerow([_guarded(str(t)) for t in header])
    for row, wrong in extract.rejected.groupby("row", sort=True):
        columns = "; ".join(dict.fromkeys(filter(None, wrong["column"])))
        reasons = "; ".join(dict.fromkeys(f"{REASONS[r].zh} {REASONS[r].en}" for r in wrong["reason"]))
        lead = [_guarded(origin), str(row), _guarded(columns), reasons]
        writer.writerow([*lead, *(_guarded(str(t)) for t in cells.loc[row])])
    return sink.getvalue().encode("utf-8-sig")


def _guarded(text: str) -> str:
    """Return a cell that a spreadsheet shows as it is: no formula, no long number turned into 1.2E+18."""
    if _LONG_NUMBER.fullmatch(text):
        return f'="{text}"'
    return "'" + text if _FORMULA.match(text) and not _HARMLESS.fullmatch(text) else text


def origin_of(sheet: Sheet, header: int) -> tuple[str, str, str] | None:
    """Return file, digest and shop of the source when a sheet is a reject file, else None."""
    titles = [plain_header(str(t)) for t in sheet.cells.loc[header]]
    wanted = plain_header(REJECT_HEADERS[0])
    if wanted not in titles:
        return None
    below: pd.Series = sheet.cells.loc[sheet.cells.index > header, titles.index(wanted)]
    stated = below.str.strip()
    parts = stated[stated != ""].iloc[0].split("|") if (stated != "").any() else ["", "", ""]
    return parts[0], parts[1] if len(parts) > 1 else "", parts[2] if len(parts) > 2 else ""
