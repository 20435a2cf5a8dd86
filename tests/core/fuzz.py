"""Valid files of every kind, mutated as people and disks damage them, and the doors that read them.

A case is a number: the same number gives the same bytes. A door reads them, or refuses them with a sentence; an import
accounts for every row it read.
"""

from __future__ import annotations

import io
import random
import shutil
import signal
import tempfile
import traceback
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import FrameType

import pandas as pd
from openpyxl import Workbook

from toolkit.core.bundled import bundled
from toolkit.core.errors import ToolkitError
from toolkit.core.files import read_table
from toolkit.data.importing.imports import import_files
from toolkit.data.reading.maps import parse_maps, read_maps
from toolkit.data.tables.settings import Settings, parse_settings, render_settings
from toolkit.data.tables.workspace import Workspace, create_workspace
from toolkit.rules.lint.registry import lint_scheme
from toolkit.rules.scheme.loading import read_scheme
from toolkit.rules.settle.files import pay_files

LIMIT = 2.0
"""Seconds of computing after which a door hangs."""

HEADERS = ["月份", "客服", "角色", "店铺", "询单人数", "付款人数", "销售额", "日期", "订单号"]
ROWS = [
    ["2024-08", "小鹿", "agent", "旗舰店", "100", "40", "9000.00", "2024-08-01 10:00:00", '="001"'],
    ["2024-08", "阿青", "agent", "旗舰店", "586", "199", "¥66500.00", "2024-08-02", "002"],
    ["2024-08", "Zoë", "supervisor", "专卖店", "", "", "-", "2024/8/3", "'003"],
    ["合计", "", "", "", "686", "239", "75500.00", "", ""],
]
MAP = """\
id: fuzz
recognise: [[订单号, 日期]]
blanks: ['-']
set_aside: {total: {header: 月份, is: 合计}}
tables:
  orders:
    columns:
      order_id: 订单号
      created_at: 日期
      paid_at: 日期
      shop: 店铺
      amount: 销售额
      account: 客服
      channel: {headers: 角色, values: {agent: chat}}
    when: {header: 销售额, above: 0}
ignored: [月份, 询单人数, 付款人数]
"""
ODD = (
    "9" * 400,
    "-" + "9" * 25,
    "1e999",
    "NaN",
    "inf",
    "\0",
    "\x1b[2J",
    "\u202e",
    "\ufeff",
    "=1+1",
    "2024-13-45",
    "是",
    "%",
)
SIGNS = (
    "'",
    '"',
    "[",
    "]",
    "{",
    "}",
    ":",
    "- ",
    "&a ",
    "*a ",
    "!!x ",
    "\t",
    "#",
    "|",
    ">",
    ",",
    "\n",
    "：",
    "%",
    "\\",
    "?",
)
ENCODINGS = ("gb18030", "utf-16", "utf-16-le", "utf-8-sig", "cp1252", "shift_jis", "big5", "utf-32")


def table_rows(rng: random.Random) -> list[list[str]]:
    """Return headers and rows with what people do to a table: columns missing or twice, odd cells, ragged rows."""
    people = [
        [row[0], row[1] + str(n), *row[2:-1], row[-1] + str(n)] for row in ROWS[:-1] for n in range(rng.randint(1, 3))
    ]
    rows = [list(HEADERS), *people, *(list(row) for row in ROWS[-1:] if rng.random() < 0.3)]
    for _ in range(rng.choice((0, 0, 1, 1, 2, 3))):
        row, column = rng.choice(rows), rng.randrange(len(HEADERS))
        match rng.randrange(6):
            case 0:
                for each in rows:
                    del each[column : column + 1]
            case 1:
                rows[0].extend(rows[0][:1])
            case 2:
                row.insert(min(column, len(row)), rng.choice(ODD))
            case 3:
                del row[column:]
            case 4:
                rows.insert(rng.randrange(len(rows)), [rng.choice(["", "销售报表", *ODD])])
            case _:
                if column < len(row):
                    row[column] = rng.choice([*ODD, row[column] * 50])
    return rows


def damaged(rng: random.Random, content: bytes) -> bytes:
    """Return bytes with some flipped, cut, left out, repeated or put in; often they stay as they are."""
    for _ in range(rng.choice((0, 0, 0, 1, 1, 2, 8))):
        at, length = rng.randrange(len(content) + 1), rng.randint(1, 40)
        match rng.randrange(5):
            case 0 if at < len(content):
                content = content[:at] + bytes([content[at] ^ 1 << rng.randrange(8)]) + content[at + 1 :]
            case 1:
                content = content[:at]
            case 2:
                content = content[:at] + content[at + length :]
            case 3:
                content = content[:at] + content[at : at + length] * rng.randint(2, 9) + content[at + length :]
            case _:
                content = content[:at] + rng.randbytes(length) + content[at:]
    return content


def recoded(rng: random.Random, text: str) -> bytes:
    """Return a text as UTF-8, or as an editor with another habit saves it."""
    return text.encode(rng.choice((*["utf-8"] * 16, *ENCODINGS)), "replace")


def csv_bytes(rng: random.Random) -> bytes:
    """Return a damaged text table."""
    delimiter = rng.choice(",,,\t;|")
    text = "".join(delimiter.join(row) + rng.choice(("\n", "\n", "\r\n")) for row in table_rows(rng))
    return damaged(rng, recoded(rng, text))


def xlsx_bytes(rng: random.Random) -> bytes:
    """Return a damaged workbook: its cells, the parts in its zip, or the zip itself."""
    book = Workbook()
    sheet = book.active
    for row in table_rows(rng):
        sheet.append([_typed(rng, "".join(c for c in cell if c >= " ")) for cell in row])
    if rng.random() < 0.2:
        sheet.merge_cells(start_row=1, end_row=rng.randint(1, 3), start_column=1, end_column=rng.randint(2, 5))
    sink, again = io.BytesIO(), io.BytesIO()
    book.save(sink)
    if rng.random() < 0.5:
        return damaged(rng, sink.getvalue())
    with zipfile.ZipFile(sink) as packed, zipfile.ZipFile(again, "w", zipfile.ZIP_DEFLATED) as archive:
        chosen = rng.choice(packed.namelist())
        for name in packed.namelist():
            part = packed.read(name)
            if name != chosen or rng.random() < 0.9:
                archive.writestr(name, damaged(rng, part) if name == chosen else part)
    return again.getvalue()


def _typed(rng: random.Random, cell: str) -> object:
    if rng.random() < 0.5:
        return cell
    try:
        return min(float(cell), 1e300)
    except ValueError:
        return pd.Timestamp("2024-08-01") if cell.startswith("2024-08-") else cell


def parquet_bytes(rng: random.Random) -> bytes:
    """Return a damaged Parquet file of one of the types a program writes."""
    rows = table_rows(rng)
    width = len(rows[0])
    frame = pd.DataFrame([(row + [""] * width)[:width] for row in rows[1:]])
    frame.columns = pd.Index([*dict.fromkeys(rows[0]), *(f"x{n}" for n in range(width))][:width])
    for name in frame.columns[: rng.randrange(width + 1)]:
        match rng.randrange(6):
            case 0:
                frame[name] = pd.to_numeric(frame[name], errors="coerce")
            case 1:
                frame[name] = pd.to_datetime(frame[name], errors="coerce", format="ISO8601")
            case 2:
                frame[name] = frame[name].astype("category")
            case 3:
                frame[name] = [cell.encode("gb18030", "replace") for cell in frame[name]]
            case 4:
                frame[name] = [rng.choice((True, False, None)) for _ in frame[name]]
            case _:
                frame[name] = [[cell] for cell in frame[name]]
    return damaged(rng, frame.to_parquet())


def yaml_bytes(rng: random.Random, text: str) -> bytes:
    """Return a damaged YAML text: lines moved, words exchanged, signs put in, deep nesting, then its bytes."""
    lines = text.splitlines()
    for _ in range(rng.choice((0, 1, 1, 1, 2, 4))):
        at = rng.randrange(len(lines))
        match rng.randrange(8):
            case 0:
                del lines[at : at + rng.randint(1, 3)]
            case 1:
                lines.insert(at, rng.choice(lines))
            case 2:
                lines[at] = " " * rng.randint(1, 5) + lines[at]
            case 3:
                words = lines[at].split(" ")
                words[rng.randrange(len(words))] = rng.choice(
                    (*ODD, "[]", "{}", "''", "[[]]", *rng.choice(lines).split())
                )
                lines[at] = " ".join(words)
            case 4:
                column = rng.randint(0, len(lines[at]))
                lines[at] = lines[at][:column] + rng.choice(SIGNS) + lines[at][column:]
            case 5:
                key, colon, _ = lines[at].partition(": ")
                lines[at] = key + colon + rng.choice(("", "[]", "{}", "[a, [b]]", "{a: {b: c}}", *ODD))
            case 6:
                depth = rng.choice((3, 40, 2000))
                lines[at] += " " + rng.choice("[{(-") * depth
            case _:
                other = rng.randrange(len(lines))
                lines[at], lines[other] = lines[other], lines[at]
        lines = lines or [""]
    return damaged(rng, recoded(rng, "\n".join(lines) + "\n")) if rng.random() < 0.3 else recoded(rng, "\n".join(lines))


@cache
def _texts(pattern: str) -> tuple[str, ...]:
    folder = bundled("data_samples/shelf")
    return tuple(p.read_text("utf-8") for p in sorted(folder.glob(pattern)) if "scenario" not in p.name)


@cache
def _map_texts() -> tuple[str, ...]:
    folder = bundled("data_samples/maps")
    return (MAP, MAP, *(p.read_text("utf-8") for p in sorted(folder.glob("*.yaml"))))


def map_bytes(rng: random.Random) -> bytes:
    """Return a damaged map."""
    return yaml_bytes(rng, rng.choice(_map_texts()))


def scheme_bytes(rng: random.Random) -> bytes:
    """Return a damaged scheme of the shelf."""
    return yaml_bytes(rng, rng.choice(_texts("*.yaml")))


def settings_bytes(rng: random.Random) -> bytes:
    """Return a damaged workspace.yaml."""
    return yaml_bytes(rng, render_settings(Settings(payroll_items={"提成": ("presales.commission",), "餐补": ()})))


@dataclass(frozen=True)
class Room:
    """A folder to read in: a workspace that reads orders by `MAP`, a scheme and a file of measures."""

    folder: Path

    @classmethod
    def make(cls, folder: Path) -> Room:
        """Make the room."""
        create_workspace(folder / "w")
        (folder / "map.yaml").write_text(MAP, "utf-8")
        shutil.copy(bundled("data_samples/shelf/D02-conversion-tiers.yaml"), folder / "scheme.yaml")
        (folder / "orders.csv").write_text("\n".join(",".join(row) for row in [HEADERS, *ROWS]), "utf-8")
        (folder / "m.csv").write_text("\n".join(",".join(row) for row in [HEADERS, *ROWS[:-1]]), "utf-8")
        room = cls(folder)
        room.take(folder / "orders.csv", folder / "map.yaml")  # what is right is read
        _pay(room, folder / "m.csv")
        return room

    def put(self, name: str, content: bytes) -> Path:
        """Write a file."""
        path = self.folder / name
        path.write_bytes(content)
        return path

    def take(self, path: Path, map_path: Path) -> None:
        """Import a file; every row that was read must be accounted for."""
        with tempfile.TemporaryDirectory(dir=self.folder) as work:
            shutil.copytree(self.folder / "w", work, dirs_exist_ok=True)
            done = import_files(Workspace.open(work), [path], map_path=map_path)
        for one in done.files:
            if one.read != one.accepted + one.n_rejected + one.n_set_aside:
                raise AssertionError(f"read {one.read}, accounted {one.accepted}, {one.rejected}, {one.set_aside}")


Door = Callable[[Room, Path], object]


def _take(room: Room, path: Path) -> None:
    room.take(path, room.folder / "map.yaml")


def _take_by(room: Room, path: Path) -> None:
    read_maps(path)
    room.take(room.folder / "orders.csv", path)


def _pay(room: Room, path: Path) -> None:
    pay_files(room.folder / "scheme.yaml", path, month="2024-08")


def _scheme(_: Room, path: Path) -> None:
    list(lint_scheme(read_scheme(path)))


def _settings(_: Room, path: Path) -> None:
    text = path.read_bytes().decode("utf-8", "surrogateescape")
    parse_settings(text, "workspace.yaml")


def _opened(room: Room, path: Path) -> None:
    with tempfile.TemporaryDirectory(dir=room.folder) as work:
        shutil.copy(path, Path(work) / "workspace.yaml")
        parse_settings(render_settings(Workspace.open(work).settings), "workspace.yaml")


def _parse_map(_: Room, path: Path) -> None:
    parse_maps(path.read_bytes().decode("utf-8", "replace"), "map.yaml")


TABLE_DOORS: tuple[Door, ...] = (lambda _, path: read_table(path), _take, _pay)
KINDS: dict[str, tuple[str, Callable[[random.Random], bytes], tuple[Door, ...]]] = {
    "csv": ("t.csv", csv_bytes, TABLE_DOORS),
    "xlsx": ("t.xlsx", xlsx_bytes, TABLE_DOORS),
    "parquet": ("t.parquet", parquet_bytes, TABLE_DOORS),
    "map": ("m.yaml", map_bytes, (_take_by, _parse_map)),
    "scheme": ("s.yaml", scheme_bytes, (_scheme,)),
    "settings": ("workspace.yaml", settings_bytes, (_settings, _opened)),
}


class HangError(BaseException):
    """A door took longer than `LIMIT`; no door may catch it."""


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Interrupt what takes longer, in seconds of this process, whatever else the machine does."""

    def ring(_: int, frame: FrameType | None) -> None:
        raise HangError("".join(traceback.format_stack(frame, limit=1)))

    before = signal.signal(signal.SIGPROF, ring)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def faults(kind: str, index: int, room: Room) -> tuple[list[str], int]:
    """Read one case through its doors; return what went wrong, and how many doors read it to the end."""
    name, made, doors = KINDS[kind]
    path = room.put(name, made(random.Random(f"{kind} {index}")))
    wrong, read = [], 0
    for door in doors:
        try:
            with limited(LIMIT):
                door(room, path)
            read += 1
        except ToolkitError:
            continue
        except (Exception, HangError) as error:
            at = [f for f in traceback.extract_tb(error.__traceback__) if "toolkit" in f.filename][-1:]
            where = " ".join(f"{Path(f.filename).name}:{f.lineno}" for f in at)
            wrong.append(f"{kind} {index}: {type(error).__name__}: {error} {where}")
    return wrong, read
