"""Layers: what each sheet said, kept as it was read, and the canonical table folded from all of them.

A layer (``data/.layers``) holds the rows of one sheet for one table and owns only the columns its header has. The table
is a function of the set of layers: in which order, in how many imports or from which sheet they came changes no figure.
For each row and column:

* Of layers of one *kind* (map, and report as its name or its columns tell) the newer speaks, and newer is what the
  files say: the time of their export, else the end of their period; a final row over one with pending figures. Files
  that say neither, or the same, are equals.
* A pending cell says nothing, nor does a blank where a number could stand; any other blank says that there is none.
* Where equals, or reports of two kinds, say different things, one value stands (of the later period, then the first by
  kind) and the difference is a finding: `stop` between equals, until one is taken instead of the other.
* What an *owner* comprises (`OWNERS`: the lines of an order; rows that have no id) is one thing said: of two files the
  rows of one stand, never both together.
* A layer may be a *summary* (order lists sum an order's refunds without their dates): its rows yield to another
  layer's rows of the same order. It may *complete* rows of other layers (credit kept by hand), whose columns it
  overrides; what it names and nobody has brought waits.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from toolkit.core.findings import Finding
from toolkit.core.period import Month
from toolkit.data.reading.frames import AWAITED
from toolkit.data.reading.notices import Disagreement, exports_disagree, no_longer_there, undated_differ, waiting_rows
from toolkit.data.tables.schema import RANGES, CanonicalTable, Kind
from toolkit.data.tables.storage import conform, encode, kind_of, publish_bytes, read_parquet_table, stands_among

OWNERS: dict[str, tuple[str, ...]] = {"order_lines": ("order_id",), "refunds": ("order_id", "refunded_at")}
"""What rows say together, where it is more than one row; elsewhere a row speaks for itself."""
WITHOUT_ID: dict[str, tuple[str, ...]] = {
    "inquiries": ("shop", "account", "customer", "asked_at"),
    "orders": ("shop", "customer", "created_at"),
    "payroll": ("agent", "earned_month", "pay_month", "item"),
    "adjustments": ("agent", "month", "component"),
}
"""The same for rows whose id was made from their content, and changes with it."""
FORMS = frozenset({"acknowledgements", "objections", "opening"})
"""Tables of forms that are filled in bit by bit: a file comes in place of the one of its name imported before."""
Role = Literal["", "summary", "completes"]
FOLDER, INDEX, MADE_ID = ".layers", "layers.json", "row-"
PLACES = frozenset({"sheet", "row"})  # say where a row stood, not what it says
_FIGURES: frozenset[Kind] = frozenset({"count", "whole", "money", "seconds", "hours", "share"})


@dataclass(frozen=True, slots=True)
class Layer:
    """One sheet's rows for one table.

    Parameters
    ----------
    id : digest of the file's content, of what its name says, and of the sheet's place.
    table, role, kind : for what it speaks, how, and with what other layers it can be compared in age.
    file, source : its name, and the digest its rows carry (of the source, where it corrects rejected rows of one).
    columns : the canonical columns its header has.
    shop, first, last : what its name says: shop, first and last day, each "" when it says nothing.
    exported : when it says to have been exported, ISO, "" when it does not.
    corrects : whether it holds corrected rejects, which stand over the row they correct.
    """

    id: str
    table: str
    role: Role
    kind: str
    file: str
    source: str
    columns: tuple[str, ...]
    shop: str = ""
    first: str = ""
    last: str = ""
    exported: str = ""
    corrects: bool = False

    @property
    def said(self) -> str:
        """What it says of its age, "" for nothing."""
        return self.exported or self.last

    @property
    def path(self) -> str:
        """Where its rows are, below the folder of layers."""
        return f"{self.id}.{self.table}.parquet"


Rows = Mapping[Layer, pd.DataFrame]


def read_layers(data: Path) -> list[Layer]:
    """Return the layers below a folder of tables, by id."""
    index = data / FOLDER / INDEX
    told = json.loads(index.read_text("utf-8")) if index.is_file() else []
    return [Layer(**one | {"columns": tuple(one["columns"])}) for one in told]


def exported_on(data: Path, name: str, month: Month) -> date | None:
    """Return when the files of a table that speak of a month say to be exported, of all shops the first; else None."""
    latest: dict[str, str] = {}
    for one in read_layers(data):
        if one.table == name and one.first and one.first <= str(month.last_day) and one.last >= str(month.start):
            latest[one.shop] = max(latest.get(one.shop, ""), one.exported[:10])
    first = min(latest.values(), default="")
    return date.fromisoformat(first) if first else None


def read_rows(data: Path, spec: CanonicalTable, layer: Layer) -> pd.DataFrame:
    """Return the rows of a layer."""
    return read_parquet_table(spec, [data / FOLDER / layer.path])


def write_rows(data: Path, spec: CanonicalTable, layer: Layer, rows: pd.DataFrame) -> None:
    """Keep the rows of a layer, conformed."""
    publish_bytes(data / FOLDER / layer.path, encode(spec, rows))


def write_index(data: Path, layers: Iterable[Layer]) -> None:
    """Keep which layers there are; rows of others are taken away."""
    kept = sorted(layers, key=lambda one: (one.id, one.table))
    text = json.dumps([asdict(one) for one in kept], ensure_ascii=False, indent=1)
    publish_bytes(data / FOLDER / INDEX, text.encode())
    paths = {one.path for one in kept}
    for file in (data / FOLDER).glob("*.parquet"):
        if file.name not in paths:
            file.unlink()


def fold(spec: CanonicalTable, layers: Rows) -> tuple[pd.DataFrame, list[Finding]]:
    """Return the canonical table of these layers, and where they disagree or wait for one another."""
    roles: dict[Role, dict[Layer, pd.DataFrame]] = {"": {}, "summary": {}, "completes": {}}
    for layer in _standing(layers):
        roles[layer.role][layer] = layers[layer]
    base, findings = _together(spec, roles[""])
    summed, more = _together(spec, roles["summary"])
    if len(summed):
        owner = spec.key[0]
        base = pd.concat([base, summed[~stands_among(summed[owner], base[owner])]], ignore_index=True)
    base = conform(spec, base)
    completing, still_more = _together(spec, roles["completes"])
    findings += [*more, *still_more, *_waiting(spec, base, roles["completes"])]
    return (_complete(spec, base, completing) if len(completing) else base), findings


def _standing(layers: Iterable[Layer]) -> list[Layer]:
    """Return layers in the order in which they are asked where nothing else decides."""
    by_kind = sorted(layers, key=lambda one: (one.kind, one.id))
    return sorted(by_kind, key=lambda one: one.said, reverse=True)


def _together(spec: CanonicalTable, layers: Rows) -> tuple[pd.DataFrame, list[Finding]]:
    """Return one row a key out of layers in standing order, and where these disagree."""
    if not layers:
        return conform(spec, pd.DataFrame()), []
    rows = pd.concat([f.assign(_layer=n) for n, f in enumerate(layers.values())], ignore_index=True)
    rows, overlapping = _wider_ranges(spec, list(layers), rows)
    owners = _owners(spec, rows)
    said_by = rows.groupby(owners)["_layer"]
    shared = (said_by.transform("min") != said_by.transform("max")).to_numpy(dtype=bool)
    findings = [*overlapping, *_no_longer_there(spec, list(layers), rows, owners)]
    if not shared.any():
        return rows.drop(columns=["_layer", AWAITED], errors="ignore"), findings
    resolving = _Resolving(spec, list(layers), rows[shared].assign(_owner=owners[shared]))
    resolved = resolving.rows()
    apart = rows[~shared].drop(columns=["_layer", AWAITED], errors="ignore")
    return pd.concat([apart, resolved], ignore_index=True), findings + resolving.findings()


def _wider_ranges(spec: CanonicalTable, layers: list[Layer], rows: pd.DataFrame) -> tuple[pd.DataFrame, list[Finding]]:
    """Leave out figures over days that a wider range of the same kind and account holds already.

    Ranges that only share some days cannot be taken apart: the first stands, and they are a finding.
    """
    if "count_unit" not in rows or not rows["count_unit"].isin(RANGES).any():
        return rows, []
    over = rows["count_unit"].isin(RANGES)
    ranged = [n for n in rows.loc[over, "_layer"].unique() if layers[n].first]
    who = pd.Series(_numbered(rows, ["shop", "account", "channel"]), index=rows.index)
    gone, findings = pd.Series(False, index=rows.index), []
    for one, other in combinations(sorted(ranged), 2):
        a, b = layers[one], layers[other]
        if a.kind != b.kind or (a.first, a.last) == (b.first, b.last) or not (a.first <= b.last and b.first <= a.last):
            continue
        within = b.first <= a.first and a.last <= b.last
        apart = not within and not (a.first <= b.first and b.last <= a.last)
        less, more = (one, other) if within else (other, one)
        again = over & (rows["_layer"] == less) & who.isin(who[over & (rows["_layer"] == more)])
        gone |= again
        if apart and again.any():
            files = (layers[more].file, layers[less].file)
            money, span = int(rows.loc[again, "sales"].fillna(0).sum()), (max(a.first, b.first), min(a.last, b.last))
            findings.append(undated_differ(Disagreement(spec.name, files, {"": int(again.sum())}, money, span)))
    return rows[~gone], findings


def _owners(spec: CanonicalTable, rows: pd.DataFrame) -> np.ndarray:
    """Return a number for each row, equal where one thing is said."""
    owner = pd.Series(_numbered(rows, OWNERS.get(spec.name, spec.key)), index=rows.index)
    if spec.name in WITHOUT_ID:
        made = rows[spec.key[0]].str.startswith(MADE_ID).fillna(False).to_numpy(dtype=bool)
        owner = owner.where(~made, pd.Series(-1 - _numbered(rows, WITHOUT_ID[spec.name]), index=rows.index))
    return owner.to_numpy()


def _numbered(rows: pd.DataFrame, columns: Sequence[str]) -> np.ndarray:
    """Return a number for each row, equal where all these columns are equal; blanks are equal."""
    return rows.groupby(list(columns), dropna=False, sort=False).ngroup().to_numpy()


class _Resolving:
    """Rows of which several layers speak: which of them, and which of their cells, stand."""

    def __init__(self, spec: CanonicalTable, layers: list[Layer], rows: pd.DataFrame) -> None:
        """Take rows with the number of their layer, in standing order, and of their owner."""
        self.spec, self.layers = spec, layers
        self.differences: list[pd.DataFrame] = []
        number = rows["_layer"].to_numpy()
        kinds = {kind: n for n, kind in enumerate(dict.fromkeys(one.kind for one in layers))}
        # Only layers of one kind that tell their age in the same way can be compared: by export, by period, not at all.
        ages = sorted({one.said for one in layers})
        final = ~rows["pending"].fillna(False).to_numpy(dtype=bool) if "pending" in rows else True
        told = rows.assign(
            _key=_numbered(rows, spec.key),
            _kind=np.array([kinds[one.kind] for one in layers])[number],
            _way=np.array([1 if one.exported else 2 if one.last else 0 for one in layers])[number],
            _age=np.array([2 * ages.index(one.said) for one in layers])[number] + final,
            _source=pd.factorize(np.array([one.source for one in layers], dtype=object)[number])[0],
            _corrects=np.array([one.corrects for one in layers])[number],
        )
        self.told = self._one_owner(self._not_outdated(self._corrected(told)))

    def _corrected(self, told: pd.DataFrame) -> pd.DataFrame:
        """Leave out rows that a correction of their own file brings again."""
        if not told["_corrects"].any():
            return told
        again = told.groupby(["_source", "_key"])["_corrects"].transform("any")
        return told[told["_corrects"] | ~again]

    def _not_outdated(self, told: pd.DataFrame) -> pd.DataFrame:
        """Leave out rows of an owner that a newer layer no longer has; others lend the newer ones further columns."""
        newest = told.groupby(["_owner", "_kind", "_way"])["_age"].transform("max")
        told = told.assign(_outdated=told["_age"] < newest)
        named = told.loc[~told["_outdated"], ["_owner", "_kind", "_key"]].drop_duplicates()
        kept = told[["_owner", "_kind", "_key"]].merge(named, how="left", indicator="_in")["_in"] == "both"
        return told[kept.to_numpy()]

    def _one_owner(self, told: pd.DataFrame) -> pd.DataFrame:
        """Where files bring different rows of one owner, keep those of the first."""
        now = told[~told["_outdated"]]
        n_sources = now.groupby("_owner")["_source"].transform("nunique")
        n_bringing = now.groupby(["_owner", "_key"])["_source"].transform("nunique")
        differing = now.loc[(n_bringing < n_sources).to_numpy(), "_owner"].unique()
        if not len(differing):
            return told
        among = now[now["_owner"].isin(differing)]
        first = among.groupby("_owner")["_source"].transform("first")
        named = among.loc[among["_source"] == first, ["_owner", "_key"]].drop_duplicates()
        self._differ(among, "", among["_owner"], self._money_apart(among))
        stands = told[["_owner", "_key"]].merge(named, how="left", indicator="_in")["_in"] == "both"
        return told[stands.to_numpy() | ~told["_owner"].isin(differing).to_numpy()]

    def _money_apart(self, among: pd.DataFrame) -> pd.Series:
        """Return, for each owner, by how much the sums of its files differ."""
        column = next((c.name for c in self.spec.columns if c.kind == "money"), None)
        if column is None:
            return pd.Series(0, index=among["_owner"].unique())
        sums = among.groupby(["_owner", "_source"])[column].sum().astype("int64")
        return sums.groupby("_owner").max() - sums.groupby("_owner").min()

    def rows(self) -> pd.DataFrame:
        """Return one row a key."""
        told = self.told
        first = told.sort_values("_outdated", kind="stable").drop_duplicates("_key").set_index("_key")
        out = first[[c for c in first if c in self.spec.key or c in ("_report", "_hash", "_file", "_sheet", "_row")]]
        waits = pd.Series(False, index=out.index)
        awaited = told.get(AWAITED, pd.Series("", index=told.index)).fillna("")
        columns = {c: out[c] for c in out}
        for column in (
            c for c in map(str, told) if c not in self.spec.key and not c.startswith("_") and c != "pending"
        ):
            pending = awaited.str.split().map(lambda names, c=column: c in names).astype(bool)
            columns[column] = self._column(column, pending).reindex(out.index)
            open_ = told.loc[pending, "_key"].unique()
            waits |= waits.index.isin(open_) & columns[column].isna()
        if "pending" in told:
            known = told.groupby("_key")["pending"].first().reindex(out.index)
            columns["pending"] = waits.astype("boolean").where(known.notna())
        return pd.DataFrame(columns).reset_index(drop=True)

    def _column(self, column: str, pending: pd.Series) -> pd.Series:
        """Return the value of a column for each key that has one."""
        has = np.array([column in one.columns for one in self.layers])[self.told["_layer"].to_numpy()]
        if not has.any():
            return pd.Series(dtype=self.told[column].dtype)
        speaks = has & ~pending.to_numpy()
        if kind_of(self.spec, column) in _FIGURES:
            speaks &= self.told[column].notna().to_numpy()
        told = self.told[speaks]
        newest = told.groupby(["_key", "_kind", "_way"])["_age"].transform("max")
        told = told[(told["_age"] == newest) & told[column].notna()]
        several = told.groupby("_key")[column].transform("nunique") > 1
        if column not in PLACES and several.any():
            among = told[several]
            apart = pd.Series(0, index=among["_key"].unique())
            if kind_of(self.spec, column) == "money":
                grouped = among.groupby("_key")[column]
                apart = (grouped.max() - grouped.min()).astype("int64")
            self._differ(among, column, among["_key"], apart)
        value: pd.Series = told.drop_duplicates("_key").set_index("_key")[column]
        return value

    def _differ(self, among: pd.DataFrame, column: str, unit: pd.Series, apart: pd.Series) -> None:
        """Note by unit: the column ("" for which rows there are), the layers, whether equals differ, by how much."""
        told = among.assign(_unit=unit)
        by, word = told.groupby("_unit"), column or "_source"
        equals = (told.groupby(["_unit", "_kind"])[word].nunique() > 1).groupby("_unit").any()
        days = by[self.spec.period].first() if self.spec.period else pd.Series(pd.NaT, index=equals.index)
        layers = by["_layer"].apply(lambda numbers: tuple(sorted(set(numbers))))
        noted = pd.DataFrame({"layers": layers, "equals": equals, "days": days})
        self.differences.append(noted.assign(column=column, apart=apart.reindex(equals.index)))

    def findings(self) -> list[Finding]:
        """Return one finding for each set of files that differ."""
        if not self.differences:
            return []
        found = pd.concat(self.differences)
        found["files"] = [tuple(dict.fromkeys(self.layers[n].file for n in numbers)) for numbers in found["layers"]]
        made = []
        for (_, equals), part in found.groupby(["files", "equals"], sort=True):
            files = part["files"].iloc[0]
            figures = {
                str(column): int(n) for column, n in part["column"].value_counts(sort=False).sort_index().items()
            }
            days = part["days"].dropna()
            span = (days.min().date().isoformat(), days.max().date().isoformat()) if len(days) else ("", "")
            what = Disagreement(self.spec.name, files, figures, int(part["apart"].sum()), span)
            made.append(undated_differ(what) if equals else exports_disagree(what))
        return made


def _no_longer_there(
    spec: CanonicalTable, layers: list[Layer], rows: pd.DataFrame, owners: np.ndarray
) -> Iterator[Finding]:
    """Find rows that a newer layer of their kind, which states that it covers their shop and day, does not have."""
    if not spec.period or "shop" not in spec.names:
        return
    for n, new in enumerate(layers):
        older = [k for k, one in enumerate(layers) if new.first and _older(one, new) and _meet(one, new)]
        if not older:
            continue
        mine = rows["_layer"] == n
        days = rows[spec.period].dt.normalize()
        left = rows["_layer"].isin(older) & rows["shop"].isin(rows.loc[mine, "shop"].unique())
        left &= days.between(pd.Timestamp(new.first), pd.Timestamp(new.last))
        left &= ~pd.Series(owners, index=rows.index).isin(owners[mine.to_numpy()])
        if left.any():
            money = next((c.name for c in spec.columns if c.kind == "money"), None)
            total = int(rows.loc[left, money].fillna(0).sum()) if money else 0
            files = tuple(dict.fromkeys(layers[k].file for k in rows.loc[left, "_layer"].unique()))
            span = (days[left].min().date().isoformat(), days[left].max().date().isoformat())
            yield no_longer_there(Disagreement(spec.name, files, {"": int(left.sum())}, total, span), new.file)


def _older(one: Layer, new: Layer) -> bool:
    same_way = bool(one.exported) == bool(new.exported)
    return one.kind == new.kind and same_way and bool(one.said) and one.said < new.said


def _meet(one: Layer, new: Layer) -> bool:
    return one.first <= new.last and (one.last or new.first) >= new.first


def row_names(spec: CanonicalTable, frame: pd.DataFrame) -> pd.Series:
    """Return the key of each row as one text."""
    return _joined(frame, spec.key)


def lasting_names(spec: CanonicalTable, frame: pd.DataFrame) -> pd.Series:
    """Return a text a row, no two equal, that stays where a newer file says the row otherwise or in another place."""
    names = row_names(spec, frame)
    if spec.name in WITHOUT_ID:
        made = frame[spec.key[0]].str.startswith(MADE_ID).fillna(False).astype(bool)
        names = names.where(~made, _joined(frame, WITHOUT_ID[spec.name]))
    nth = names.groupby(names).cumcount() + 1
    return names.where(nth == 1, names + " #" + nth.astype("str"))


def _joined(frame: pd.DataFrame, columns: Sequence[str]) -> pd.Series:
    joined = frame[columns[0]].astype("str").fillna("")
    for column in columns[1:]:
        joined = joined + " | " + frame[column].astype("str").fillna("")
    return joined


def _waiting(spec: CanonicalTable, base: pd.DataFrame, layers: Rows) -> list[Finding]:
    """Find the rows of completing layers that nobody has brought."""
    known, waiting = set(row_names(spec, base)) if layers else set(), dict[str, set[str]]()
    for layer, rows in layers.items():
        waiting.setdefault(layer.kind, set()).update(set(row_names(spec, rows)) - known)
    return [waiting_rows(spec.name, kind, len(keys), sorted(keys)) for kind, keys in sorted(waiting.items()) if keys]


def _complete(spec: CanonicalTable, base: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Override the columns a completing layer fills."""
    keys, given = row_names(spec, base), rows.set_axis(pd.Index(row_names(spec, rows)))
    out = base.copy()
    for column in (c for c in rows.columns if c not in spec.key and not c.startswith("_")):
        values = given[column].reindex(keys).set_axis(base.index)
        out[column] = values.where(values.notna(), out[column]) if column in out else values
    return out
