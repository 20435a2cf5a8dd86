"""Parsed files → layers, canonical tables, reject files and the journal of an import, in the draft of a state."""

from __future__ import annotations

import getpass
import gzip
import hashlib
import json
import re
import socket
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from toolkit.core.errors import UsageError, nearest
from toolkit.core.files import SourceFile
from toolkit.core.findings import Finding, by_gravity
from toolkit.core.text import Text, wording
from toolkit.data.importing.accounting import FileReport, ImportResult
from toolkit.data.importing.columns import columns_read
from toolkit.data.importing.layers import (
    FOLDER,
    FORMS,
    Layer,
    Role,
    fold,
    read_layers,
    read_rows,
    write_index,
    write_rows,
)
from toolkit.data.importing.replaced import Changes, changes_between
from toolkit.data.reading.extract import Extract, origin_of, render_rejects
from toolkit.data.reading.frames import AWAITED
from toolkit.data.reading.maps import Feed, TableFeed
from toolkit.data.reading.notices import earlier_rows_stay, replaced_figures
from toolkit.data.reading.rows import SheetRows
from toolkit.data.tables.schema import TABLES, CanonicalTable, table
from toolkit.data.tables.states import LOGS, Draft
from toolkit.data.tables.storage import conform, publish_bytes, read_parquet_table, table_files, write_table_files

DISAGREEMENTS = "disagreements.json"
WRITTEN = "written"


@dataclass(frozen=True, slots=True)
class FileRead:
    """One file after parsing: size in bytes, extracts, the sheets no map knows with their rows, what was noticed."""

    source: SourceFile
    size: int
    extracts: tuple[Extract, ...]
    unread: Mapping[str, int]
    notices: tuple[Finding, ...]


def publish(draft: Draft, tables: str, read: Sequence[FileRead], instead_of: Sequence[str] = ()) -> ImportResult:
    """Add what the files say, fold the tables anew, write what was rejected, and say what was done.

    Parameters
    ----------
    tables : what the folder of tables is called in the workspace.
    instead_of : names of imported files whose rows go.

    Raises
    ------
    UsageError
        If no file of such a name was imported.
    """
    before = read_layers(draft.data)
    new = {layer: rows for file in read for layer, rows in _layers(file)}
    gone = _taken_out(before, instead_of, {layer.id for layer in new}) | _forms_again(before, new)
    after = {(one.id, one.table): one for one in before if one not in gone}
    for layer, rows in new.items():
        spec, known = table(layer.table), after.get((layer.id, layer.table))
        if known is None or not _same(rows, read_rows(draft.data, spec, known)):
            write_rows(draft.data, spec, layer, rows)
            after[layer.id, layer.table] = layer
    touched = sorted({one.table for one in (*new, *gone)})
    for name in touched:
        written = None if any(one.table == name for one in before) else _written(draft.data, table(name))
        if written is not None:
            write_rows(draft.data, table(name), *written)
            after[WRITTEN, name] = written[0]
    findings = [f for file in read for f in file.notices]
    kept, changed, changes = _disagreements(draft.data), list[Path](), list[Changes]()
    for name in touched:
        spec = table(name)
        old = read_parquet_table(spec, table_files(draft.data, spec))
        mine = [one for one in after.values() if one.table == name]
        layers = {one: new[one] if one in new else read_rows(draft.data, spec, one) for one in mine}
        folded, found = fold(spec, layers)
        kept[name] = found
        changed += write_table_files(draft.data, spec, folded)
        changes.append(changes_between(spec, old, folded))
        findings += [*found, *_told(changes[-1]), *_left_of_before(spec, new, mine, layers)]
    write_index(draft.data, after.values())
    _keep_disagreements(draft.data, kept)
    reports = tuple(_report(draft, file) for file in read)
    names = sorted(f"{tables}/{path.relative_to(draft.data).as_posix()}" for path in changed)
    result = ImportResult(reports, tuple(by_gravity(findings)), tuple(names))
    sources = [{"file": f.source.name, "size": f.size, "sha256": f.source.digest} for f in read]
    columns = [one._asdict() for one in columns_read(one for file in read for one in file.extracts)]
    told = {"sources": sources, "instead_of": list(instead_of), **result.to_json(), "columns": columns}
    _journal(draft, "import", changes, told)
    return result


def disagreements(data: Path) -> list[Finding]:
    """Return where the imported files below a folder of tables disagree or wait for one another."""
    return [finding for found in _disagreements(data).values() for finding in found]


def note_taken_back(draft: Draft, before: Path) -> list[Changes]:
    """Write into the journal of a draft that an import was taken back; return what that changed."""
    changes = []
    for spec in TABLES:
        old, new = (read_parquet_table(spec, table_files(folder, spec)) for folder in (before, draft.data))
        changes.append(changes_between(spec, old, new))
    _journal(draft, "undo", changes, {})
    return changes


def _layers(file: FileRead) -> Iterator[tuple[Layer, pd.DataFrame]]:
    """Yield what each sheet of a file says of each table it has rows for."""
    for n, one in enumerate(file.extracts):
        facts, name = one.context.facts, one.context.file
        exported = exported_at(name, (facts.first, facts.last))
        named = "|".join((file.source.digest, str(n), facts.shop, facts.first, facts.last, facts.report, exported))
        body = SheetRows(one.sheet, one.header, one.map, one.laid)
        for feed in (f for f in one.map.tables if len(one.frames[f.table])):
            rows = conform(table(feed.table), one.frames[feed.table])
            columns = _columns(body, feed, rows)
            yield (
                Layer(
                    id=hashlib.sha256(named.encode()).hexdigest()[:16],
                    table=feed.table,
                    role=_role(feed),
                    kind=_kind(one, columns),
                    file=name,
                    source=one.context.hash,
                    columns=columns,
                    shop=facts.shop,
                    first=facts.first,
                    last=facts.last,
                    exported=exported,
                    corrects=origin_of(one.sheet, one.header) is not None,
                ),
                rows,
            )


_DAY = r"\d{4}[-./年]?\d{2}[-./月]?\d{2}日?"
_RANGE = re.compile(rf"{_DAY}\s*(?:至|到|~|—|_|-)+\s*{_DAY}")
_MOMENT = re.compile(
    r"(?<!\d)(20\d\d)[-./年]?(0[1-9]|1[0-2])[-./月]?(0[1-9]|[12]\d|3[01])日?"
    r"(?:[ _T-]*([01]\d|2[0-3])[-:.时]?([0-5]\d)(?:[-:.分]?([0-5]\d))?)?(?!\d)"
)


def exported_at(name: str, days: tuple[str, str]) -> str:
    """Return when a file's name says it was exported: a time, or a day beside the `days` it is about; else "".

    Notes
    -----
    A name with one day only says that it is about that day.
    """
    stem = _RANGE.sub(" ", name.rpartition(".")[0] or name)
    moments = []
    for match in _MOMENT.finditer(stem):
        year, month, day, hour, minute, second = match.groups()
        on = f"{year}-{month}-{day}"
        if hour or on not in days:
            moments.append(on + (f"T{hour}:{minute}:{second or '00'}" if hour else ""))
    return max(moments, default="")


def _columns(body: SheetRows, feed: TableFeed, made: pd.DataFrame) -> tuple[str, ...]:
    """Return the columns of a table that a sheet speaks of."""

    def has(column: Feed) -> bool:
        needed = column.groups[:1] if column.how == "gross" else column.groups
        told = bool(needed) and all(body.present(group) for group in needed)
        return told or bool(column.origin or column.constant)

    return tuple(f.column for f in feed.feeds if has(f)) + (("pending",) if AWAITED in made else ())


def _role(feed: TableFeed) -> Role:
    return "summary" if feed.summary else "completes" if feed.completes else ""


def _kind(one: Extract, columns: Sequence[str]) -> str:
    """Return with which reports a sheet can be compared in age.

    Where a shop chooses the columns of its reports, those of one title are of one kind, else those of one header.
    """
    if not any("(?P<report>" in pattern for pattern in one.map.file_names):
        return one.map.id
    return f"{one.map.id}.{one.context.facts.report or '+'.join(sorted(columns))}"


def _same(new: pd.DataFrame, old: pd.DataFrame) -> bool:
    """Say whether a file says what it said under another name."""
    return new.drop(columns="_file").equals(old.drop(columns="_file"))


def _taken_out(layers: Sequence[Layer], names: Sequence[str], new: set[str]) -> set[Layer]:
    known = sorted({one.file for one in layers})
    for name in names:
        if name not in known:
            hint = nearest(name, known)
            en, zh = (f"; {wording(hint, 'en')}", f"；{wording(hint, 'zh')}") if hint else ("", "")
            raise UsageError(Text(f"no file {name!r} was imported{en}", f"没有导入过文件 {name!r}{zh}"))
    return {one for one in layers if one.file in names and one.id not in new}


def _forms_again(before: Sequence[Layer], new: Collection[Layer]) -> set[Layer]:
    """Return the layers of forms that come again under their name."""
    names = {(one.table, one.file) for one in new if one.table in FORMS}
    return {one for one in before if (one.table, one.file) in names and one not in new}


def _written(data: Path, spec: CanonicalTable) -> tuple[Layer, pd.DataFrame] | None:
    """Return a table that was written without an import as a layer of its own."""
    rows = read_parquet_table(spec, table_files(data, spec))
    if rows.empty:
        return None
    columns = tuple(c for c in map(str, rows) if not c.startswith("_"))
    return Layer(WRITTEN, spec.name, "", WRITTEN, WRITTEN, WRITTEN, columns), rows


def _told(changes: Changes) -> Iterator[Finding]:
    if changes.changed or changes.removed:
        yield replaced_figures(changes.table, changes.counts, changes.money)


def _left_of_before(
    spec: CanonicalTable, new: Iterable[Layer], mine: Sequence[Layer], rows: Mapping[Layer, pd.DataFrame]
) -> Iterator[Finding]:
    """Say how many spells only an earlier file of the same name has: what it no longer lists did not end by that."""
    ids = {one.id for one in new}
    for name in sorted({one.file for one in new if one.table == spec.name} if "from" in spec.key else ()):
        now, then = ([rows[one] for one in mine if one.file == name and (one.id in ids) is it] for it in (True, False))
        if then:
            has, had = (pd.MultiIndex.from_frame(pd.concat(parts)[list(spec.key)]) for parts in (now, then))
            if n := len(had.difference(has)):
                yield earlier_rows_stay(name, spec.name, n)


def _disagreements(data: Path) -> dict[str, list[Finding]]:
    path = data / FOLDER / DISAGREEMENTS
    told = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    return {
        name: [Finding(**one | {"message": Text(*one["message"])}) for one in found] for name, found in told.items()
    }


def _keep_disagreements(data: Path, kept: Mapping[str, Sequence[Finding]]) -> None:
    told = {
        name: [_plain(f) | {"message": [f.message.en, f.message.zh]} for f in found]
        for name, found in sorted(kept.items())
        if found
    }
    publish_bytes(data / FOLDER / DISAGREEMENTS, json.dumps(told, ensure_ascii=False, indent=1).encode())


def _plain(finding: Finding) -> dict[str, Any]:
    names = ("code", "severity", "subject", "period", "evidence")
    return {name: getattr(finding, name) for name in names}


def _report(draft: Draft, file: FileRead) -> FileReport:
    """Return the accounting of a file, and write, or take away, its reject file."""
    names = [_write_rejects(draft, file, one) for one in file.extracts]
    set_aside: Counter[str] = Counter()
    rejected: Counter[tuple[str, str]] = Counter()
    tables: Counter[str] = Counter()
    for one in file.extracts:
        set_aside.update(one.set_aside)
        first = one.rejected.drop_duplicates("row")
        rejected.update(zip(first["column"], first["reason"], strict=True))
        tables.update({name: len(frame) for name, frame in one.frames.items()})
    if file.unread:
        set_aside["unread-sheet"] += sum(file.unread.values())
    return FileReport(
        file=file.source.name,
        maps=tuple(dict.fromkeys(one.map.id for one in file.extracts)),
        read=sum(one.read for one in file.extracts) + sum(file.unread.values()),
        accepted=sum(one.accepted for one in file.extracts),
        rejected=dict(rejected),
        set_aside=dict(set_aside),
        tables=dict(tables),
        rejects_file=", ".join(filter(None, names)),
        lost=tuple(lost for one in file.extracts for lost in one.lost),
    )


def _write_rejects(draft: Draft, file: FileRead, one: Extract) -> str:
    stem = re.sub(r'[\\/:*?"<>|]', "_", " ".join(filter(None, [Path(file.source.name).stem, one.sheet.name])))
    path = draft.imports / (f"{stem}.csv" if stem.startswith("rejects-") else f"rejects-{stem}.csv")
    if one.rejected.empty:
        if origin_of(one.sheet, one.header) is None:
            path.unlink(missing_ok=True)
        return ""
    publish_bytes(path, render_rejects(one))
    return f"{LOGS}/{path.name}"


def _journal(draft: Draft, what: str, changes: Sequence[Changes], told: Mapping[str, Any]) -> None:
    """Write ``<what>-<date>.json`` (the second of a day gets a number): who, when, what; beside it what it replaced."""
    today = f"{what}-{date.today().isoformat()}"
    taken = len(list(draft.imports.glob(f"{today}*.json")))
    name = f"{today}-{taken + 1}" if taken else today
    replaced = pd.concat([c.replaced for c in changes], ignore_index=True) if changes else pd.DataFrame()
    entry: dict[str, Any] = {
        "when": datetime.now(UTC).isoformat(timespec="microseconds"),
        "user": getpass.getuser(),
        "host": socket.gethostname(),
        **told,
        "replaced": {"figures": len(replaced), "file": f"{name}.replaced.jsonl.gz" if len(replaced) else ""},
    }
    publish_bytes(draft.imports / f"{name}.json", json.dumps(entry, ensure_ascii=False, indent=2, default=str).encode())
    if len(replaced):
        lines = replaced.to_json(orient="records", lines=True, force_ascii=False)
        publish_bytes(draft.imports / f"{name}.replaced.jsonl.gz", gzip.compress(lines.encode(), 6, mtime=0))
