"""Layers: what each report said, kept apart, and the canonical table folded from them.

Two reports often speak of the same rows: one brings receptions, another sales of the same account and day. Each
report's rows are kept in a layer of their own (``data/.layers/<report>/<table>``), so that a newer export replaces
exactly what the report said before, in any order of imports:

* A newer export replaces its *scope*: the shops (or orders, or agents, see `SCOPES`) it names, in the days it covers.
  Rows of the scope that it no longer has are taken out, unless they come from the same content - then they are the
  user's corrections of rejected rows.
* The canonical table is the fold of all layers by key. Where several reports fill one column, the first by name
  stands, and a difference is a finding.
* A layer may be a *summary* (order lists sum an order's refunds without their dates): its rows yield to another
  layer's rows of the same order. It may *complete* rows of other layers (credit kept by hand), whose columns it
  overrides; what it names and nobody has brought waits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from toolkit.core.findings import Finding
from toolkit.data.importing.notices import exports_disagree, waiting_rows
from toolkit.data.tables.schema import CanonicalTable, table
from toolkit.data.tables.storage import conform, read_parquet_table, stands_among, table_files, write_table_files
from toolkit.data.tables.workspace import Workspace

SCOPES: dict[str, tuple[str, ...]] = {
    "inquiries": ("shop",),
    "orders": ("shop",),
    "order_lines": ("order_id",),
    "refunds": ("order_id",),
    "agent_days": ("shop",),
    "shop_days": ("shop",),
    "accounts": ("shop",),
    "assignments": ("shop",),
    "attendance": ("agent",),
    "quality": ("agent",),
    "targets": ("scope", "subject"),
    "costs": ("shop", "month"),
    "customers": ("customer",),
    "payroll": ("earned_month", "pay_month"),
    "adjustments": ("month",),
    "products": ("product",),
    "benchmarks": ("month",),
}
SUMMARY, COMPLETES, WRITTEN = "~summary", "~completes", "written"
_RANGED = frozenset({"inquiries", "orders", "agent_days", "shop_days", "attendance", "quality"})


@dataclass(frozen=True, slots=True)
class Scope:
    """What one file speaks for: the values of the table's scope columns, its days, and the digest of its content."""

    hash: str
    values: pd.DataFrame
    first: pd.Timestamp | None = None
    last: pd.Timestamp | None = None


@dataclass(frozen=True, slots=True)
class Changes:
    """How many rows a file added, changed and took out, and the keys of those taken out."""

    added: int
    changed: int
    removed: int
    gone: tuple[str, ...] = ()


def scope_of(spec: CanonicalTable, frame: pd.DataFrame, digest: str, days: tuple[str, str]) -> Scope:
    """Return what a file with these rows speaks for; `days` is the range its name states, blank when it states none."""
    values = frame[list(SCOPES[spec.name])].drop_duplicates()
    if spec.name not in _RANGED:
        return Scope(digest, values)
    stated = pd.Series([pd.Timestamp(d) for d in days if d], dtype="datetime64[us]")
    covered = pd.concat([frame[spec.period].dt.normalize(), stated])
    return Scope(digest, values, covered.min(), covered.max())


def scoped(spec: CanonicalTable, rows: pd.DataFrame, base: pd.DataFrame | None) -> pd.DataFrame:
    """Return rows of a completing layer with the scope columns and days of the rows they complete."""
    if base is None:
        return rows
    columns = [*SCOPES[spec.name], *filter(None, [spec.period])]
    known = base.set_index(pd.Index(_keys(spec, base)))[columns]
    return rows.assign(**{c: known[c].reindex(_keys(spec, rows)).set_axis(rows.index) for c in columns})


def replace_scopes(
    spec: CanonicalTable,
    old: pd.DataFrame,
    new: pd.DataFrame,
    scopes: Sequence[Scope],
    base: pd.DataFrame | None = None,
) -> tuple[pd.DataFrame, Changes]:
    """Return a layer after an import, and what changed; rows that say the same keep their first provenance.

    `base` holds the rows a completing layer completes, else None.
    """
    new = conform(spec, new)
    if old.empty:
        return new, Changes(len(new), 0, 0)
    old = conform(spec, old)
    old_ids, new_ids = _key_ids(spec, old, new)
    gone = _out_of_date(spec, old, scopes, base) & ~np.isin(old_ids, new_ids)
    known = np.isin(new_ids, old_ids)
    same = known & _same_rows(old.iloc[_places(old_ids, new_ids)], new)
    kept = old[(~np.isin(old_ids, new_ids) | np.isin(old_ids, new_ids[same])) & ~gone]
    keys = tuple(_keys(spec, old)[gone][:20])
    changes = Changes(int((~known).sum()), int((known & ~same).sum()), int(gone.sum()), keys)
    return conform(spec, pd.concat([kept, new[~same]], ignore_index=True)), changes


def _out_of_date(
    spec: CanonicalTable, old: pd.DataFrame, scopes: Sequence[Scope], base: pd.DataFrame | None
) -> np.ndarray:
    """Say which old rows the new files speak for and did not bring from the same content.

    The same content imported for another shop than before moves with it.
    """
    placed = scoped(spec, old, base)
    stale = pd.Series(False, index=old.index)
    for scope in scopes:
        inside = _inside(spec, placed, scope)
        same_content = old["_hash"].eq(scope.hash) if "_hash" in old else pd.Series(False, index=old.index)
        moved = ~inside & same_content if "shop" in SCOPES[spec.name] else False
        stale |= inside & ~same_content | moved
    return np.asarray(stale, dtype=bool)


def _key_ids(spec: CanonicalTable, old: pd.DataFrame, new: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Return a number for each row of both, equal where the keys are equal."""
    codes, _ = pd.factorize(pd.concat([_keys(spec, old), _keys(spec, new)], ignore_index=True))
    return codes[: len(old)], codes[len(old) :]


def _places(old_ids: np.ndarray, new_ids: np.ndarray) -> np.ndarray:
    """Return for each new row the place of the old row with its key, -1 where there is none."""
    places = np.full(int(max(old_ids.max(initial=-1), new_ids.max(initial=-1))) + 1, -1)
    places[old_ids] = np.arange(len(old_ids))
    return np.asarray(places[new_ids])


def _same_rows(old: pd.DataFrame, new: pd.DataFrame) -> np.ndarray:
    """Compare two equally long tables row by row, provenance apart; two blanks are equal."""
    same = np.ones(len(new), dtype=bool)
    for column in {*old.columns, *new.columns}:
        if column.startswith("_"):
            continue
        a, b = (f[column] if column in f else pd.Series(index=f.index, dtype="str") for f in (old, new))
        equal = a.reset_index(drop=True).astype(b.dtype).eq(b.reset_index(drop=True)).fillna(False)
        both_blank = a.isna().to_numpy() & b.isna().to_numpy()
        same &= equal.to_numpy(dtype=bool) | both_blank
    return same


def _inside(spec: CanonicalTable, rows: pd.DataFrame, scope: Scope) -> pd.Series:
    columns = list(SCOPES[spec.name])
    named = (
        rows[columns].merge(scope.values.drop_duplicates(), on=columns, how="left", indicator="_in")["_in"] == "both"
    )
    inside = pd.Series(named.to_numpy(), index=rows.index)
    if scope.first is not None and scope.last is not None:
        days = rows[spec.period].dt.normalize()
        inside &= (days >= scope.first) & (days <= scope.last)
    return inside


def _keys(spec: CanonicalTable, frame: pd.DataFrame) -> pd.Series:
    """Return the key of each row as one text."""
    parts = [frame[k].astype("str").fillna("") for k in spec.key]
    joined = parts[0]
    for part in parts[1:]:
        joined = joined + " | " + part
    return joined


def layer_names(workspace: Workspace, name: str) -> list[str]:
    """Return the reports that have a layer of a table, in order."""
    folder = _layers_folder(workspace)
    paths = sorted(folder.iterdir()) if folder.is_dir() else []
    return [path.name for path in paths if table_files(path, table(name))]


def layers_of(workspace: Workspace, name: str) -> dict[str, pd.DataFrame]:
    """Return the layers of a table by report, in order; a table written without an import is its own first layer."""
    spec, folder = table(name), _layers_folder(workspace)
    found = {
        layer: read_parquet_table(spec, table_files(folder / layer, spec)) for layer in layer_names(workspace, name)
    }
    if not found and workspace.table_files(name):
        found[WRITTEN] = workspace.table(name)
    return found


def write_layer(workspace: Workspace, report: str, name: str, frame: pd.DataFrame) -> list[Path]:
    """Replace a layer; return the files that changed."""
    return write_table_files(_layers_folder(workspace) / report, table(name), frame)


def _layers_folder(workspace: Workspace) -> Path:
    return workspace.data_dir / ".layers"


def fold(spec: CanonicalTable, layers: dict[str, pd.DataFrame]) -> tuple[pd.DataFrame, list[Finding]]:
    """Return the canonical table of these layers, and where they disagree or wait for one another."""
    base, findings = _brought(spec, layers)
    base = conform(spec, base)
    for name, rows in layers.items():
        if name.endswith(COMPLETES):
            findings += _waiting(spec, base, name, rows)
            base = _complete(spec, base, rows)
    return base, findings


def check_layers(spec: CanonicalTable, layers: dict[str, pd.DataFrame]) -> list[Finding]:
    """Find where layers disagree or wait for one another."""
    base, findings = _brought(spec, layers)
    return findings + [f for n, rows in layers.items() if n.endswith(COMPLETES) for f in _waiting(spec, base, n, rows)]


def _brought(spec: CanonicalTable, layers: dict[str, pd.DataFrame]) -> tuple[pd.DataFrame, list[Finding]]:
    """Return the rows all layers brought, those of a summary only where no other has rows, and where they disagree."""
    plain = {n: f for n, f in layers.items() if not n.endswith((SUMMARY, COMPLETES))}
    base, findings = _join(spec, plain)
    for name, rows in layers.items():
        if name.endswith(SUMMARY):
            owner = spec.key[0]
            base = pd.concat([base, rows[~stands_among(rows[owner], base[owner])]], ignore_index=True)
    return base, findings


def _join(spec: CanonicalTable, layers: dict[str, pd.DataFrame]) -> tuple[pd.DataFrame, list[Finding]]:
    """Put the rows of all layers together, one a key; the first layer that fills a column stands."""
    if not layers:
        return conform(spec, pd.DataFrame()), []
    rows = pd.concat([f.assign(_layer=n) for n, f in layers.items()], ignore_index=True)
    shared = rows.duplicated(list(spec.key), keep=False)
    if not shared.any():
        return rows.drop(columns="_layer"), []
    several = rows[shared].groupby(list(spec.key), sort=False, dropna=False)
    columns = [c for c in rows.columns if c not in spec.key and not c.startswith("_")]
    differing = several[columns].nunique() > 1
    reports = sorted(rows.loc[shared, "_layer"].unique())
    findings = [
        exports_disagree(spec.name, str(column), int(n), (reports[0], ", ".join(reports[1:])))
        for column, n in differing.sum().items()
        if n
    ]
    return pd.concat([rows[~shared], several.first().reset_index()], ignore_index=True).drop(columns="_layer"), findings


def _waiting(spec: CanonicalTable, base: pd.DataFrame, name: str, rows: pd.DataFrame) -> list[Finding]:
    """Find the rows of a completing layer that nobody has brought."""
    keys = sorted(set(_keys(spec, rows)) - set(_keys(spec, base)))
    return [waiting_rows(spec.name, name.removesuffix(COMPLETES), len(keys), keys)] if keys else []


def _complete(spec: CanonicalTable, base: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Override the columns a completing layer fills."""
    keys, given = _keys(spec, base), rows.set_axis(pd.Index(_keys(spec, rows)))
    out = base.copy()
    for column in (c for c in rows.columns if c not in spec.key and not c.startswith("_")):
        values = given[column].reindex(keys).set_axis(base.index)
        out[column] = values.where(values.notna(), out[column]) if column in out else values
    return out
