"""From the rows of a sheet to typed columns and frames of one table, every cell that cannot be read noted.

Typed columns and frames of one table from the rows of a sheet, with every cell that cannot be read noted.

Whether the paid amounts of an order export are net of its refunds already, so that nothing is subtracted twice.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import cast

import pandas as pd

from toolkit.core.findings import Finding
from toolkit.core.money import format_money
from toolkit.core.text import Text
from toolkit.data.reading.cells import BadCellError, dated, is_month, parse_column, parse_number, parser_for
from toolkit.data.reading.headers import meaning
from toolkit.data.reading.maps import Feed, FileFacts, TableFeed
from toolkit.data.reading.notices import names_for_numbers, repeated_lines, respelled, surrogate_keys
from toolkit.data.reading.rows import REJECT_HEADERS, SheetRows
from toolkit.data.tables.schema import DTYPES, CanonicalTable, Kind, table
from toolkit.data.tables.storage import kind_of

MOST = 0.9
_FIGURES: frozenset[Kind] = frozenset({"count", "whole", "money", "seconds", "hours", "share"})
AWAITED = "_awaited"
"""Column of a layer: names of the columns whose cells of this row are not final yet."""


@dataclass(frozen=True, slots=True)
class Basis:
    """How many rows have a refund, on how many paid + refund = total, on how many paid = total, and the verdict."""

    n_refunded: int
    n_net: int
    n_gross: int
    refunded: int

    @property
    def already_net(self) -> bool:
        """Whether nearly all refunded rows say that paid is what was left after the refund."""
        return self.n_net > 0 and self.n_net >= MOST * self.n_refunded

    @property
    def unclear(self) -> bool:
        """Whether the rows speak neither clearly for net nor for gross."""
        return self.n_net > 0 and not self.already_net and self.n_gross < MOST * self.n_refunded


def find_basis(paid: pd.Series, refund: pd.Series, total: pd.Series) -> Basis:
    """Count what the refunded rows of a file say; all amounts in minor units, blanks allowed.

    Notes
    -----
    A row speaks for net when paid + refund = total, for gross when paid = total.
    """
    rows = (refund > 0).fillna(False)
    p, r, t = (s[rows].astype("Int64") for s in (paid, refund, total))
    return Basis(int(rows.sum()), int((p + r == t).sum()), int((p == t).sum()), int(r.sum()))


def gross_amount(paid: pd.Series, refund: pd.Series, basis: Basis) -> pd.Series:
    """Return what was paid before refunds: paid + refund where the file is net already, else paid."""
    return paid + refund.fillna(0) if basis.already_net else paid


def basis_finding(basis: Basis, file: str) -> Finding | None:
    """Return what to say of a file's basis, None when nothing is refunded or it is plainly gross."""
    evidence = {"n_refunded": basis.n_refunded, "n_net": basis.n_net, "n_gross": basis.n_gross}
    if basis.already_net:
        n, k, money = f"{basis.n_refunded:,}", f"{basis.n_net:,}", format_money(basis.refunded)
        return Finding(
            "already-net",
            "info",
            file,
            Text(
                f"{file}: {n} rows have a refund ({money} in all) and on {k} of them paid + refund = total: the "
                "paid amounts are net of refunds already. Orders are kept gross, refunds apart; nothing is subtracted "
                "twice.",
                f"{file}：{n} 行有退款（合计 {money}），其中 {k} 行“实付 + 退款 = 总金额”：实付金额已扣除退款。"
                "订单按退款前金额保存，退款另列，不会重复扣减。",
            ),
            evidence=evidence,
        )
    if basis.unclear:
        return Finding(
            "refund-basis-unclear",
            "review",
            file,
            Text(
                f"{file}: of {basis.n_refunded:,} refunded rows {basis.n_net:,} look net of the refund and "
                f"{basis.n_gross:,} gross; the paid amounts are taken as gross. Check a few in the shop's books.",
                f"{file}：{basis.n_refunded:,} 行有退款，其中 {basis.n_net:,} 行像已扣退款，{basis.n_gross:,} 行像"
                "未扣；按未扣退款处理，请到店铺后台抽查几笔订单。",
            ),
            evidence=evidence,
        )
    return None


_PART = "\x1f"
_WHOLE = r"(?<![\d.])(-?\d+)\.0+(?=\x1f|$)"
_NAMED = frozenset({"product", "category", "account", "agent", "shop", "customer"})


@dataclass(frozen=True, slots=True)
class FileContext:
    """What is known of a file beside its cells.

    Parameters
    ----------
    file, hash : name, and digest of content, map and shop together.
    facts : what the name says.
    shop : given by the user, "" when not.
    zone, currency : IANA zone and currency of the workspace, "" where they do not matter.
    people : called where names stand for numbers: the numbers the rosters give to each name.
    """

    file: str
    hash: str
    facts: FileFacts
    shop: str = ""
    zone: str = ""
    currency: str = ""
    people: Callable[[], Mapping[str, frozenset[str]]] = dict


@dataclass
class FrameBuilder:
    """Builds the frames of one sheet; keeps what is wrong and what is worth saying.

    Parameters
    ----------
    body, context : the rows, and what is known beside them.
    frames : canonical rows by table, index the row in the file.
    findings : what was noticed on the way.
    """

    body: SheetRows
    context: FileContext
    frames: dict[str, pd.DataFrame] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    _bad: list[pd.DataFrame] = field(default_factory=list)
    _ids: pd.Series | None = None

    def refuse(self, mask: pd.Series, column: str, reason: str) -> None:
        """Reject the rows in `mask` (indexed by row) for a reason, a code of `cells.REASONS`."""
        rows = mask.index[mask.to_numpy(dtype=bool)]
        if len(rows):
            self._bad.append(pd.DataFrame({"row": rows, "column": column, "reason": reason}))

    def rejected(self) -> pd.DataFrame:
        """Return what was refused so far: row, column, reason."""
        empty = pd.DataFrame({"row": [], "column": [], "reason": []}).astype({"row": "int64"})
        bad = pd.concat([empty, *self._bad], ignore_index=True).drop_duplicates()
        return bad.sort_values(["row"], kind="stable", ignore_index=True)

    def refuse_other_currencies(self) -> None:
        """Reject the rows whose currency, as the file states it, is not the workspace's."""
        header = self.body.present(self.body.map.currency)
        if header is None or not self.context.currency:
            return
        stated = self.body.cells(header).str.upper().replace(_CURRENCY_NAMES)
        stated = stated.mask(stated == "").ffill().loc[self.body.rows]
        self.refuse(stated.notna() & (stated != self.context.currency), self.body.headers[header], "other-currency")

    def build(self, feed: TableFeed) -> pd.DataFrame:
        """Return the rows of one table with their provenance, unreadable cells null."""
        spec = table(feed.table)
        rows = self.body.rows[self.body.holds(feed.when).loc[self.body.rows].to_numpy()]
        feeds = [f for f in feed.feeds if f.column in spec.names or any(self.body.present(g) for g in f.groups)]
        columns = {f.column: self.column(f, kind_of(spec, f.column), rows) for f in feeds}
        frame = pd.DataFrame(columns, index=rows)
        for f in feed.feeds:
            if f.origin == "position":
                frame[f.column] = self._positions(frame.drop(columns=f.column), spec)
        if "pending" in spec.names and self.body.map.pending:
            awaited = self._awaited_columns(feeds, rows)
            frame["pending"] = (awaited != "").astype("boolean")
            frame[AWAITED] = awaited
        place = {"_report": self.body.map.id, "_hash": self.context.hash, "_file": self.context.file}
        return frame.assign(**place, _sheet=self.body.sheet.name, _row=rows)

    def column(self, feed: Feed, kind: Kind, rows: pd.Index) -> pd.Series:
        """Return one column, noting the cells that cannot be read."""
        if not (feed.origin or feed.constant or any(self.body.present(g) for g in feed.groups)):
            return pd.Series(index=rows, dtype=DTYPES[kind])
        if feed.how == "gross":
            return self._gross(feed, rows)
        texts = self._texts(feed, rows)
        header = self.label(feed)
        if feed.values:
            texts = self._respell(feed, texts)
        if feed.column == "agent" and self.is_by_name(feed):
            texts = self._numbered(texts, header)
        if kind == "day" and self.in_months(feed):
            feed = replace(feed, unit="month")
        texts = texts.where(~self._awaited(feed, rows), "")
        if kind == "money" and self.context.currency:
            self.refuse(_in_other_currency(texts, self.context.currency), header, "other-currency")
        values, bad = parse_column(texts, _parser(feed, kind, self.context.zone, self._year()), kind)
        if kind in _FIGURES:
            for group in feed.groups:
                shared = self.body.present(group)
                if shared is not None:
                    self.refuse(self.body.shared(shared).loc[rows] & (texts != ""), header, "merged-figure")
        for reason in bad[bad != ""].unique():
            self.refuse(bad == reason, header, reason)
        return values

    def _year(self) -> str:
        """Return the year of the days that sheet, title or file name, "" where they name none or two."""
        first, last = self.context.facts.first[:4], self.context.facts.last[:4]
        return first if first == last else ""

    def in_months(self, feed: Feed) -> bool:
        """Say whether the cells of a column of days are months."""
        header = next((h for g in feed.groups if (h := self.body.present(g))), None)
        if header is None or feed.unit not in ("", "month"):
            return False
        filled = self.body.cells(header).loc[self.body.rows]
        filled = filled[filled != ""]
        return feed.unit == "month" or (len(filled) > 0 and all(map(is_month, filled.unique())))

    def _texts(self, feed: Feed, rows: pd.Index) -> pd.Series:
        default = self._default(feed, rows)
        present = [h for group in feed.groups if (h := self.body.present(group))]
        if not present or len(present) < len(feed.groups):
            return default
        for header in present:
            if self.body.is_twice(header):
                self.refuse(self.body.clashes(header).loc[rows], self.body.headers[header], "columns-differ")
        parts = [self.body.cells(header).loc[rows] for header in present]
        texts = parts[0]
        for part in parts[1:]:
            texts = texts + (" " if feed.how == "joined" else _PART) + part
        if feed.how == "joined":
            texts = texts.str.strip()
        elif len(parts) > 1:
            texts = texts.where(texts.str.strip(_PART) != "", "")
        if feed.how == "sum":  # a blank is not zero
            for part in parts:
                texts = texts.where(part != "", "")
        return texts.where(texts != "", default) if feed.origin or feed.constant else texts

    def _default(self, feed: Feed, rows: pd.Index) -> pd.Series:
        facts = self.context.facts
        constant = {
            "shop": facts.shop or self.context.shop,
            "day": facts.first,
            "month": facts.first[:7],
            "sheet": self.body.sheet.name,
        }.get(feed.origin, feed.constant)
        if feed.origin == "row":
            return pd.Series(rows.astype(str), index=rows, dtype="str")
        if feed.origin == "content":
            return self._surrogates(feed).loc[rows]
        texts = pd.Series(constant, index=rows, dtype="str")
        if feed.origin == "shop":
            shops = self.body.shops().loc[rows]
            texts = texts.where(shops == "", shops)
        return texts

    def _surrogates(self, feed: Feed) -> pd.Series:
        """Return an id made of each row's used cells; equal rows are told apart by their order."""
        if any(self.body.present(g) for g in feed.groups):
            return pd.Series("", index=self.body.rows, dtype="str")
        if self._ids is None:
            used = sorted({h for g in self.body.map.alternatives if (h := self.body.present(g))})
            joined = self.body.cells(used[0]).loc[self.body.rows]
            for header in used[1:]:
                joined = joined + _PART + self.body.cells(header).loc[self.body.rows]
            joined = joined.str.replace(_WHOLE, r"\1", regex=True)
            digests = [hashlib.blake2b(t.encode(), digest_size=8).hexdigest() for t in joined]
            ids = pd.Series(digests, index=joined.index, dtype="str")
            nth = ids.groupby(ids).cumcount() + 1
            again = "~" + nth.astype("str")
            origin = self._original_rows()
            suffix = again.where(nth > 1, "") if origin is None else "~r" + origin
            self._ids = "row-" + ids + suffix
            self.findings.append(surrogate_keys(self.context.file, len(ids), int((nth > 1).sum())))
        return self._ids

    def _original_rows(self) -> pd.Series | None:
        """Return the row in the first file of corrected rejects, None in a file of another kind."""
        if REJECT_HEADERS[1] not in self.body.headers.values():
            return None
        return self.body.raw(REJECT_HEADERS[1]).loc[self.body.rows]

    def _positions(self, frame: pd.DataFrame, spec: CanonicalTable) -> pd.Series:
        """Number the lines of each order in file order; corrected lines keep the number of their old row."""
        origin = self._original_rows()
        if origin is not None:
            return ("r" + origin.loc[frame.index]).astype("str")
        n_repeated = int(frame.duplicated().sum())
        self.findings += [repeated_lines(self.context.file, spec.name, n_repeated)] if n_repeated else []
        return (frame.groupby(spec.key[0], dropna=False).cumcount() + 1).astype("str")

    def _respell(self, feed: Feed, texts: pd.Series) -> pd.Series:
        changed = texts[texts.isin([k for k, v in feed.values.items() if k != v])]
        told = any(f.evidence.get("column") == feed.column for f in self.findings)
        if feed.column in _NAMED and len(changed) and not told:
            seen = {str(k): (feed.values[str(k)], int(n)) for k, n in changed.value_counts(sort=False).items()}
            self.findings.append(respelled(self.context.file, feed.column, seen))
        return texts.replace(dict(feed.values))

    def is_by_name(self, feed: Feed) -> bool:
        """Say whether a column of people is fed by their names."""
        header = next((h for g in feed.groups if (h := self.body.present(g))), None)
        said = meaning(self.body.headers[header]).features if header else frozenset()
        return "name" in said and said <= {"name", "agent"}

    def _numbered(self, texts: pd.Series, header: str) -> pd.Series:
        """Return the numbers that stand for names; a name no roster knows stands for itself."""
        people = self.context.people()
        found = {name: people.get(name, frozenset((name,))) for name in texts.unique()}
        self.refuse(texts.map(lambda name: len(found[name]) > 1), header, "several-people")
        if not any(f.code == "names-for-numbers" for f in self.findings):
            known = [name for name, numbers in people.items() if name not in numbers]
            self.findings.append(names_for_numbers(self.context.file, header, sorted({*found} - {""}), known))
        return texts.map(lambda name: min(found[name])).astype("str")

    def refuse_two_joined(self, feed: TableFeed) -> None:
        """Reject the rows of a name that joined on several days: without numbers nobody can tell these people apart."""
        made = {f.column: f for f in feed.feeds}
        frame = self.frames[feed.table]
        if feed.table == "assignments" and "joined_on" in frame and self.is_by_name(made["agent"]):
            several = frame.groupby("agent")["joined_on"].transform("nunique") > 1
            self.refuse(several, self.label(made["agent"]), "several-people")

    def refuse_wrong_days(self, feed: TableFeed) -> None:
        """Reject attendance in more days than a month has, and hours or minutes that are of several days."""
        if feed.table != "attendance":
            return
        frame, facts = self.frames["attendance"], self.context.facts
        for f in feed.feeds:
            if f.column.endswith("_days"):
                self.refuse((frame[f.column] > 31).fillna(False), self.label(f), "not-days")
            elif f.origin == "day" and f.unit != "month" and facts.first != facts.last:
                stated = any(self.body.present(g) for g in f.groups)
                self.refuse(pd.Series(not stated, index=frame.index), f.column, "several-days")

    def _awaited(self, feed: Feed, rows: pd.Index) -> pd.Series:
        """Say in which rows a cell of this column, or a part of its sum, is not final yet."""
        awaited = pd.Series(False, index=rows)
        for header in (h for g in feed.groups if self.body.map.pending and (h := self.body.present(g))):
            awaited |= self.body.cells(header).loc[rows].isin(list(self.body.map.pending))
        return awaited

    def _awaited_columns(self, feeds: list[Feed], rows: pd.Index) -> pd.Series:
        """Return for each row the names of the columns that are not final yet."""
        names = pd.Series("", index=rows, dtype="str")
        for feed in feeds:
            names = names.where(~self._awaited(feed, rows), names + " " + feed.column)
        return names.str.strip()

    def _gross(self, feed: Feed, rows: pd.Index) -> pd.Series:
        parts = []
        for group in feed.groups:
            part = self.column(Feed(feed.column, groups=(group,), unit=feed.unit), "money", rows)
            parts.append(part if self.body.present(group) else pd.Series(pd.NA, index=rows, dtype="Int64"))
        basis = find_basis(*parts)
        finding = basis_finding(basis, self.context.file)
        self.findings += [finding] if finding else []
        return gross_amount(parts[0], parts[1], basis)

    def label(self, feed: Feed) -> str:
        """Return the headers that feed a column, as written."""
        present = [self.body.headers[h] for g in feed.groups if (h := self.body.present(g))]
        return " + ".join(present) or feed.column


def _parser(feed: Feed, kind: Kind, zone: str, year: str) -> Callable[[str], object]:
    one = parser_for(kind, unit=feed.unit, column=feed.column, zone=zone)
    if kind in ("day", "instant"):
        return lambda text: one(dated(text, year))
    if feed.how == "sum":
        return lambda text: sum(cast("int", one(part)) for part in text.split(_PART))
    if feed.how == "less":
        return lambda text: _without(text.split(_PART), one)
    if feed.how == "times":
        return lambda text: _product(text, kind) * (-1 if feed.unit == "negated" else 1)
    if feed.unit == "negated":
        return lambda text: -cast("int", one(text))
    return one


def _without(parts: list[str], one: Callable[[str], object]) -> int:
    """Return the first part without the others; a blank one takes nothing."""
    return cast("int", one(parts[0])) - sum(cast("int", one(part)) for part in parts[1:] if part)


_CURRENCY_NAMES = {"RMB": "CNY", "人民币": "CNY", "元": "CNY"}
_SIGNS = {"¥": "CNY|JPY", "￥": "CNY|JPY", "€": "EUR", "$": "[A-Z]{2}D"}


def _in_other_currency(texts: pd.Series, currency: str) -> pd.Series:
    """Say which amounts carry the sign of another currency."""
    foreign = "".join(sign for sign, fitting in _SIGNS.items() if not re.fullmatch(fitting, currency))
    return texts.str.contains(f"[{re.escape(foreign)}]")


def _product(text: str, kind: Kind) -> int:
    """Multiply exact numbers; money in minor units."""
    value = Decimal(100 if kind == "money" else 1)
    for part in text.split(_PART):
        value *= parse_number(part)
    if value != int(value):
        raise BadCellError("below-cent" if kind == "money" else "not-whole")
    return int(value)
