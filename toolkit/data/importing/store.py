"""Parsed files → layers, canonical tables, reject files and the log of an import."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pandas as pd

from toolkit.core.files import SourceFile
from toolkit.core.findings import Finding, by_gravity
from toolkit.data.importing.accounting import FileReport, ImportResult
from toolkit.data.importing.extract import Extract, origin_of, render_rejects
from toolkit.data.importing.layers import (
    COMPLETES,
    SUMMARY,
    Changes,
    Scope,
    fold,
    layers_of,
    replace_scopes,
    scope_of,
    scoped,
    write_layer,
)
from toolkit.data.importing.maps import TableFeed
from toolkit.data.importing.notices import replaced_period
from toolkit.data.tables.schema import CanonicalTable, table
from toolkit.data.tables.storage import publish_bytes
from toolkit.data.tables.workspace import Workspace

LOGS = "imports"


@dataclass(frozen=True, slots=True)
class FileRead:
    """One file after parsing: its extracts, the sheets no map knows with their rows, and what was noticed."""

    source: SourceFile
    extracts: tuple[Extract, ...]
    unread: Mapping[str, int]
    notices: tuple[Finding, ...]


@dataclass
class _Batch:
    """What an import brings to one layer of one table: for each extract its file's number, rows and scope."""

    layer: str
    spec: CanonicalTable
    main: bool
    parts: list[tuple[int, Extract, pd.DataFrame]] = field(default_factory=list)

    @property
    def completes(self) -> bool:
        return self.layer.endswith(COMPLETES)


def publish(workspace: Workspace, read: Sequence[FileRead]) -> ImportResult:
    """Replace what the files speak for, write what was rejected, and say what was done."""
    batches = _batches(read)
    aside: list[Counter[str]] = [Counter() for _ in read]
    findings = [f for file in read for f in file.notices]
    layers: dict[str, dict[str, pd.DataFrame]] = {b.spec.name: layers_of(workspace, b.spec.name) for b in batches}
    tables: dict[str, pd.DataFrame] = {}
    for batch in sorted(batches, key=lambda b: b.completes):
        mine = layers[batch.spec.name]
        rows = _settle_files(batch, aside)
        base = (
            fold(batch.spec, {n: f for n, f in mine.items() if not n.endswith(COMPLETES)})[0]
            if batch.completes
            else None
        )
        old = mine.get(batch.layer, pd.DataFrame(columns=list(batch.spec.names)))
        scopes = [_scope(batch.spec, one, frame, base) for _, one, frame in batch.parts if _speaks(one)]
        mine[batch.layer], changes = replace_scopes(batch.spec, old, rows, scopes, base)
        findings += _told(batch, scopes, changes) if len(old) else []
    for name, mine in layers.items():
        tables[name], found = fold(table(name), dict(sorted(mine.items())))
        findings += found
    changed = _write(workspace, batches, layers, tables)
    reports = tuple(_report(workspace, file, aside[n]) for n, file in enumerate(read))
    result = ImportResult(reports, tuple(by_gravity(findings)), tuple(changed))
    _write_log(workspace, result)
    return result


def _batches(read: Iterable[FileRead]) -> list[_Batch]:
    batches: dict[tuple[str, str], _Batch] = {}
    for n, file in enumerate(read):
        for one in file.extracts:
            for feed in one.map.tables:
                key = (_layer_name(one, feed), feed.table)
                new = _Batch(key[0], table(feed.table), feed is one.map.tables[0])
                batches.setdefault(key, new).parts.append((n, one, one.frames[feed.table]))
    return list(batches.values())


def _layer_name(one: Extract, feed: TableFeed) -> str:
    kind = SUMMARY if feed.summary else COMPLETES if feed.completes else ""
    report = re.sub(r'[\\/:*?"<>|~]', "_", one.context.facts.report)
    return one.map.id + (f".{report}" if report else "") + kind


def _speaks(one: Extract) -> bool:
    """Say whether a file speaks for a whole period; a file of corrected rejects only adds rows."""
    return origin_of(one.sheet, one.header) is None


def _scope(spec: CanonicalTable, one: Extract, frame: pd.DataFrame, base: pd.DataFrame | None) -> Scope:
    facts = one.context.facts
    return scope_of(spec, scoped(spec, frame, base), one.context.hash, (facts.first, facts.last))


def _settle_files(batch: _Batch, aside: list[Counter[str]]) -> pd.DataFrame:
    """Put the files of a batch together; of a key the later file's row stands, the earlier is counted as set aside."""
    rows = pd.concat([frame.assign(_file_no=n) for n, _, frame in batch.parts], ignore_index=True)
    keys = [k for k in batch.spec.key if k in rows]
    told = [c for c in rows.columns if not c.startswith("_")]
    identical = rows.duplicated(told, keep="last")
    replaced = rows.duplicated(keys, keep="last") & ~identical
    if batch.main:
        for rule, mask in (("duplicate", identical), ("newer-file", replaced)):
            for n, count in rows.loc[mask, "_file_no"].value_counts().items():
                aside[int(str(n))][rule] += int(count)
    return rows[~(identical | replaced)].drop(columns="_file_no")


def _told(batch: _Batch, scopes: Sequence[Scope], changes: Changes) -> list[Finding]:
    if not changes.removed and not changes.changed:
        return []
    days = [d for s in scopes for d in (s.first, s.last) if d is not None and not pd.isna(d)]
    period = f"{min(days):%Y-%m-%d}..{max(days):%Y-%m-%d}" if days else ""
    evidence = {"added": changes.added, "changed": changes.changed, "removed": changes.removed, "gone": changes.gone}
    counts = (changes.added, changes.changed, changes.removed)
    return [replaced_period(f"{batch.spec.name} ({batch.layer})", period, counts, evidence)]


def _write(
    workspace: Workspace,
    batches: Iterable[_Batch],
    layers: Mapping[str, Mapping[str, pd.DataFrame]],
    tables: Mapping[str, pd.DataFrame],
) -> list[str]:
    """Write layers, then tables; return the table files that changed, relative to the workspace."""
    for batch in batches:
        write_layer(workspace, batch.layer, batch.spec.name, layers[batch.spec.name][batch.layer])
    written = [path for name, frame in tables.items() for path in workspace.write_table(name, frame)]
    return sorted(str(path.relative_to(workspace.root)) for path in written)


def _report(workspace: Workspace, file: FileRead, aside: Counter[str]) -> FileReport:
    """Return the accounting of a file, and write, or take away, its reject file."""
    names = [_write_rejects(workspace, file, one) for one in file.extracts]
    set_aside = Counter(aside)
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
        accepted=sum(one.accepted for one in file.extracts) - sum(aside.values()),
        rejected=dict(rejected),
        set_aside=dict(set_aside),
        tables=dict(tables),
        rejects_file=", ".join(filter(None, names)),
    )


def _write_rejects(workspace: Workspace, file: FileRead, one: Extract) -> str:
    stem = re.sub(r'[\\/:*?"<>|]', "_", " ".join(filter(None, [Path(file.source.name).stem, one.sheet.name])))
    path = workspace.root / LOGS / (f"{stem}.csv" if stem.startswith("rejects-") else f"rejects-{stem}.csv")
    if one.rejected.empty:
        if _speaks(one):
            path.unlink(missing_ok=True)
        return ""
    publish_bytes(path, render_rejects(one))
    return f"{LOGS}/{path.name}"


def _write_log(workspace: Workspace, result: ImportResult) -> None:
    """Write ``imports/import-<date>.json``; a second import of a day gets a number."""
    today = f"import-{date.today().isoformat()}"
    taken = len(list((workspace.root / LOGS).glob(f"{today}*.json")))
    name = f"{today}-{taken + 1}.json" if taken else f"{today}.json"
    content = json.dumps(result.to_json(), ensure_ascii=False, indent=2, default=str)
    publish_bytes(workspace.root / LOGS / name, content.encode())
