"""What the columns of an unknown table may mean: each guess with its reason, and what only a person can say.

A guess stands on three legs, and says on which: the name of a column (`importing.headers`), its values (dates, money,
counts, ids), and its neighbours (paid after created, buyers among inquiries). Where two columns could be meant, or only
a near one is there (ordered for paid, net for gross, planned for actual), nothing is guessed: a question names them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache

import pandas as pd

from toolkit.core.findings import listed
from toolkit.core.text import Text
from toolkit.data.reading.cells import BadCellError, dated, parse_hours, parse_instant, parser_for
from toolkit.data.reading.frames import find_basis
from toolkit.data.reading.headers import Claim, Meaning, Way, meaning, ways
from toolkit.data.reading.layout import Layout, days_across
from toolkit.data.reading.maps import ExportMap, days_in, plain_header
from toolkit.data.reading.rows import SheetRows
from toolkit.data.reading.totals import total_rows
from toolkit.data.tables.schema import TABLE_NAMES, Kind, table

BLANKS = frozenset({"-", "--", "—", "/", "NULL", "null", "'NULL", "'null", "N/A", "n/a", "暂无数据"})
PENDING = frozenset({"延迟统计", "统计中", "待统计", "pending"})
_SAMPLE = 400
_HOURS_OF_A_MONTH = 400
_FIGURE = re.compile(r"[-+¥￥$€£]?\s*[\d,]+(\.\d+)?\s*%?|\d{4}[-/.年]\d{1,2}.*|\d{1,2}:\d{2}.*")
_AGREE, _ALIKE = 0.9, 0.8

DECIDES: dict[str, frozenset[str]] = {
    "orders": frozenset(["order_id", "created_at", "paid_at", "amount", "customer", "account", "status", "shop"]),
    "order_lines": frozenset(["order_id", "product", "units", "amount"]),
    "refunds": frozenset(["order_id", "refunded_at", "amount", "kind"]),
    "agent_days": frozenset(
        [
            "date",
            "account",
            "shop",
            "consultations",
            "receptions",
            "inquiries",
            "buyers",
            "orders",
            "units",
            "sales",
            "refunds",
            "first_reply_seconds",
            "reply_seconds",
            "handling_seconds",
            "rated",
            "satisfied",
        ]
    ),
    "shop_days": frozenset(["date", "shop", "visitors", "inquiries", "buyers", "sales"]),
    "inquiries": frozenset(
        ["inquiry_id", "asked_at", "account", "customer", "shop", "first_reply_s", "avg_reply_s", "satisfied"]
    ),
    "accounts": frozenset(["shop", "account", "agent", "from", "to", "share"]),
    "assignments": frozenset(
        ["agent", "shop", "team", "role", "supervisor", "inviter", "base_pay", "from", "to", "joined_on", "left_on"]
    ),
    "attendance": frozenset(
        ["agent", "date", "leave", "scheduled_hours", "worked_hours", "late_minutes", "early_leave_minutes"]
    ),
    "quality": frozenset(["agent", "date", "checked", "answer_errors", "note_errors", "complaints_upheld"]),
    "targets": frozenset(["subject", "measure", "value", "from", "to"]),
    "customers": frozenset(["customer", "agent", "from", "to"]),
    "products": frozenset(["product", "price", "cost"]),
    "costs": frozenset(["shop", "month", "kind", "amount"]),
}
"""By table the columns that decide pay or who gets it."""

_ANCHORS: dict[str, tuple[tuple[str, ...], ...]] = {
    "orders": (
        ("order_id", "amount"),
        ("order_id", "created_at"),
        ("order_id", "paid_at"),
        ("customer", "amount", "paid_at"),
    ),
    "order_lines": (("order_id", "product", "units"), ("order_id", "line")),
    "refunds": (("order_id", "amount"),),
    "agent_days": (("account", "#"),),
    "shop_days": (("shop", "#"), ("date", "visitors"), ("date", "inquiries"), ("date", "buyers"), ("date", "sales")),
    "inquiries": (("inquiry_id", "asked_at"), ("inquiry_id", "account")),
    "accounts": (("account", "agent", "from"),),
    "assignments": (
        ("agent", "role"),
        ("agent", "joined_on"),
        ("agent", "base_pay"),
        ("agent", "team", "from"),
        ("agent", "supervisor"),
    ),
    "attendance": (
        ("agent", "date", "worked_hours"),
        ("agent", "worked_hours"),
        ("agent", "scheduled_hours"),
        ("agent", "leave"),
        ("agent", "shift"),
    ),
    "quality": (("agent", "checked"), ("agent", "answer_errors"), ("agent", "complaints_upheld")),
    "targets": (("subject", "value"),),
    "customers": (("customer", "agent", "from"),),
    "products": (("product", "price"), ("product", "cost")),
    "costs": (("shop", "kind", "amount"), ("month", "kind", "amount")),
}
"""By table the columns of which one set must be there, asked about or not; ``#`` is any figure."""

_IDS = tuple(map(frozenset, (("id",), ("account",), ("email",), ("nick",))))
_PEOPLE = (frozenset({"people", "customer"}),)
_PREFERRED: dict[str, tuple[frozenset[str], ...]] = {
    **dict.fromkeys(("agent", "customer", "supervisor", "inviter", "subject"), _IDS),
    "account": (_IDS[1], _IDS[0], *_IDS[2:]),
    "order_id": (frozenset({"platform", "main"}),),
    **dict.fromkeys(("consultations", "receptions", "inquiries", "buyers", "rated"), _PEOPLE),
}
"""By column what is taken of several headers that mean the same: an id before a name, people before conversations."""

_CALLED: dict[str, frozenset[str]] = {
    "orders": frozenset({"order", "deal"}), "order_lines": frozenset({"sub"}), "refunds": frozenset({"refund"}),
    "inquiries": frozenset({"session", "ticket", "call"}), "attendance": frozenset({"attend", "shift", "work hour"}),
    "quality": frozenset({"check"}), "targets": frozenset({"target"}), "costs": frozenset({"expense", "cost"}),
}  # fmt: skip
"""By table what its file, sheet or title is called."""

_SAME_HEADER = {("name", "agent"), ("from", "joined_on"), ("confirmed_at", "paid_at")}
_IN_ORDER = (("created_at", "paid_at"), ("paid_at", "shipped_at"), ("shipped_at", "confirmed_at"), ("from", "to"))
_AT_MOST = (("buyers", "inquiries"), ("inquiries", "receptions"), ("inquiries", "consultations"),
            ("satisfied", "rated"), ("answer_errors", "checked"))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Guess:
    """One guess.

    Parameters
    ----------
    header : as written in the file.
    certainty : in (0, 1].
    reason : by which name, values and neighbours.
    unit : how its cells are read, as maps say it; "" for the usual.
    net_of : refund and total, where the amount paid is what was left after the refund.
    """

    header: str
    certainty: float
    reason: Text
    unit: str = ""
    net_of: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """What a person must say: about which column, between which headers, in words."""

    column: str
    headers: tuple[str, ...]
    message: Text


def header_worth(names: Sequence[str]) -> int:
    """Return how many of a row's texts are words of headers; 0 when fewer than two may be columns, or most are not."""
    across = set(days_across(names))
    filled = [n for n in dict.fromkeys(n.strip() for n in names) if n and n not in across]
    known = [n for n in filled if (said := meaning(n)).features and not said.unknown]
    columns = sum(_says(n) for n in known)
    figures = sum(bool(_FIGURE.fullmatch(n)) for n in filled)
    return len(known) + columns if columns >= 2 and 3 * len(known) >= len(filled) and 4 * figures < len(filled) else 0


@cache
def _says(header: str) -> bool:
    """Say whether a header may be a column of some table."""
    features = meaning(header).features
    return any(w.fits(features) for some in ways().values() for w in some)


def deciding_header(header: str, tables: Sequence[str]) -> tuple[str, str] | None:
    """Return table and column that a header would feed, if that column decides pay or who gets it; else None."""
    said = meaning(header)
    if said.unknown:
        return None
    for name in tables:
        for column in sorted(DECIDES.get(name, ())):
            if any(w.claim != "decoy" and w.fits(_reduced(said, _kind(name, column))) for w in ways()[name, column]):
                return name, column
    return None


def _of_customer(features: frozenset[str]) -> frozenset[str]:
    return features - {"user"} | {"customer"} if "user" in features else features


def _of_company(features: frozenset[str]) -> frozenset[str]:
    return features - {"account"} | {"company"} if "account" in features and "agent" not in features else features


def _kind(name: str, column: str) -> Kind:
    found = table(name).column(column)
    return found.kind if found else "text"


def _reduced(said: Meaning, kind: Kind) -> frozenset[str]:
    """Return the meanings of a header without those that only name the unit of its kind."""
    units = {
        "seconds": {"second", "minute", "hour"}, "hours": {"minute"}, "count": {"total"}, "whole": {"total"},
        "money": {"currency"},
    }  # fmt: skip
    return said.features - units.get(kind, set())


_OWN: dict[str, frozenset[str]] = {
    "orders": frozenset({"order", "deal", "sale"}),
    "order_lines": frozenset({"order", "sale"}),
    "refunds": frozenset({"sale"}),
    "inquiries": frozenset({"ticket", "session", "call", "consult"}),
    "attendance": frozenset({"attend", "agent"}),
    "quality": frozenset({"check", "session", "ticket", "call"}),
}
"""What the rows of a table are: a header need not say it."""
_WHO = frozenset({"account", "agent", "name", "customer", "shop", "supervisor", "inviter", "subject"})
_OCCASIONS = frozenset({"order", "deal", "ticket", "session", "call", "sale", "recept", "handle", "assign", "follow"})
_FEW_UNITS = re.compile(r"\d{1,2}")
_SMALL = re.compile(r"\d{0,4}(\.0)?")
_NUMBERED = re.compile(r"#?[A-Z]{0,4}[-_]?\d{3,}[A-Z\d-]*")


@cache
def _fitting(name: str, column: str, said: Meaning) -> list[Way]:
    """Return the ways a header fits; who somebody is may be said of an occasion (``Case Owner`` is an owner)."""
    kind = _kind(name, column)
    own = _reduced(said, kind)
    fitting = [w for w in ways()[name, column] if w.fits(own)]
    if said.unit == "money" and not fitting:
        fitting = [w for w in ways()[name, column] if w.fits(own - {"money"})]
    if not fitting and own - _OWN.get(name, frozenset()):
        rest = own - _OWN.get(name, frozenset())
        fitting = [replace(w, rank=w.rank + 1) for w in ways()[name, column] if w.claim == "means" and w.fits(rest)]
    if not fitting and column in _WHO and ("id" not in own or own & {"agent", "customer"}) and own - _OCCASIONS:
        fitting = [w for w in ways()[name, column] if w.claim == "means" and w.fits(own - _OCCASIONS)]
    return fitting


@dataclass
class _Candidate:
    """A header that may feed a column."""

    header: str
    way: Way
    share: float
    unit: str = ""
    alone: bool = False


class Reading:
    """One sheet: its columns, and what they may mean in each table."""

    def __init__(self, laid: Layout) -> None:
        self.laid = laid
        blank = ExportMap("", Text("", ""), (), (), blanks=BLANKS | PENDING)
        self.body = SheetRows(laid.sheet, laid.header, blank)
        self.body.take(self.body.blank_rows())
        self.body.take(self.body.repeated_headers())
        self.body.take(total_rows(self.body))
        if laid.block_titles:
            self.body.rows = self.body.rows.difference(pd.Index(list(laid.block_titles)))
        self.said = {plain: meaning(written) for plain, written in self.body.headers.items()}
        if any("deal" in said.features for said in self.said.values()):  # in a CRM an account is a customer's company
            self.said = {h: replace(s, features=_of_company(s.features)) for h, s in self.said.items()}
        if any("agent" in said.features for said in self.said.values()):  # beside an agent a user is a customer
            self.said = {h: replace(s, features=_of_customer(s.features)) for h, s in self.said.items()}
        self._cells: dict[str, pd.Series[str]] = {}
        self.year = self._year()
        titles = (laid.sheet.file.rpartition(".")[0], laid.sheet.name, *laid.titles)
        self.called = frozenset[str]().union(*(meaning(t).features for t in titles))
        for header, said in self.said.items():
            if "num" in said.features:
                counts = self.cells(header).str.fullmatch(_SMALL).all()
                self.said[header] = replace(said, features=said.features - {"num"} | {"count" if counts else "id"})
            elif {"product", "id"} <= said.features and self.cells(header).str.fullmatch(_FEW_UNITS).all():
                self.said[header] = replace(said, features=said.features - {"id"} | {"count"})
            if said.features in ({"name"}, {"order", "name"}) and self.cells(header).str.fullmatch(_NUMBERED).all():
                self.said[header] = replace(said, features=said.features | {"numbered"})
        self.days_across = self._calendar()
        self._fits: dict[tuple[str, Kind, str, str], float] = {}
        judged = [(self._judge(name), name) for name in TABLE_NAMES if name in DECIDES]
        self.ranked = sorted((j for j in judged if j[0] > 0), reverse=True)
        self.score = self.ranked[0][0] if self.ranked else 0.0

    @property
    def words(self) -> frozenset[str]:
        """All texts of the table."""
        return frozenset(t for h in self.body.headers for t in self.body.raw(h).str.strip().unique())

    def cells(self, header: str) -> pd.Series[str]:
        """Return the cells of a header in the rows that hold data."""
        if header not in self._cells:
            self._cells[header] = self.body.cells(header).loc[self.body.rows]
        return self._cells[header]

    def _year(self) -> str:
        """Return the one year of the days that sheet, titles and file name; "" where they name none or several."""
        sheet = self.laid.sheet
        named = {day[:4] for text in (sheet.name, *self.laid.titles, sheet.file) for day in days_in(text) if day}
        return named.pop() if len(named) == 1 else ""

    def _calendar(self) -> tuple[str, ...]:
        """Return the headers that are the days of a roster written across: letters, words or hours below them."""
        days = tuple(map(plain_header, days_across(list(self.body.headers.values()))))
        marks = {m for day in days for m in self.cells(day).drop_duplicates()}
        return days if all(not _FIGURE.fullmatch(m) or _reads(m, "hours", "", "") for m in marks) else ()

    def candidates(self, name: str, column: str) -> list[_Candidate]:
        """Return the headers whose meaning may make a column, and whose cells can be read as one, best first."""
        kind = _kind(name, column)
        found = []
        for header, said in self.said.items():
            fitting = _fitting(name, column, said) if said.features else []
            if said.unknown:
                fitting = [replace(w, claim="alone", rank=w.rank + 2) for w in fitting if w.claim == "means"]
            if fitting:
                way = min(fitting, key=lambda w: (w.claim != "means", w.rank))
                alone = way.claim == "alone" and self._alone(header, kind, column)
                if way.claim == "alone":
                    other: Claim = "decoy" if column in _SAYS else "near"
                    way = replace(way, claim="means" if alone else other)
                share, unit = self._read_as(header, kind, column, said)
                found.append(_Candidate(header, way, share, unit, alone))
        return sorted(found, key=lambda c: (c.way.claim != "means", c.way.rank))

    def _alone(self, header: str, kind: Kind, column: str) -> bool:
        """Say whether nothing else can be meant: by its cells, or as the only dates or order numbers there are."""
        if kind == "hours" or column in _SAYS:
            filled = [v for v in self.cells(header).drop_duplicates() if v]
            return all(_SAYS[column].fullmatch(v) if column in _SAYS else _hours_of_a_day(v) for v in filled)
        others = [(h, s) for h, s in self.said.items() if h != header and (self.cells(h) != "").any()]
        if kind in ("day", "instant"):
            return not any(self._read_as(h, "instant", "", s)[0] >= _AGREE for h, s in others)
        return column in ("order_id", "inquiry_id") and not any("id" in s.features for _, s in others)

    def _read_as(self, header: str, kind: Kind, column: str, said: Meaning) -> tuple[float, str]:
        """Return which share of the cells can be read as a kind, in the unit in which most can."""
        units: tuple[str, ...] = ("",)
        if kind in ("day", "instant"):
            units = ("", "mdy", "dmy", "unix") + (("month",) if kind == "day" else ())
        elif kind == "money":
            units = ("", "comma")
        elif kind in ("seconds", "hours"):
            named = said.unit or next((f"{u}s" for u in ("minute", "hour") if u in said.features), "")
            units = (named if named in ("minutes", "hours") else "",)
        if said.unit == "scaled" or (kind == "hours" and "second" in {*said.features, said.unit[:-1]}):
            return 0.0, ""
        return max(((self._share(header, kind, column, u), u) for u in units), key=lambda s: s[0])

    def _share(self, header: str, kind: Kind, column: str, unit: str) -> float:
        key = (header, kind, column, unit)
        if key not in self._fits:
            values = [v for v in self.cells(header).drop_duplicates().head(_SAMPLE) if v]
            values = [dated(v, self.year) for v in values] if kind in ("day", "instant") else values
            good = sum(_reads(v, kind, column, unit) for v in values)
            self._fits[key] = good / len(values) if values else 1.0
        return self._fits[key]

    def _judge(self, name: str) -> float:
        """Return how well a table explains the headers: what decides counts most, strangers count against it."""
        spec = table(name)
        found = {c.name: k for c in spec.columns if (name, c.name) in ways() and (k := self.candidates(name, c.name))}
        found = {c: [k for k in ks if k.share >= _AGREE] or ks for c, ks in found.items()}
        figures = [c for c in found if _kind(name, c) in ("count", "whole", "money", "seconds", "hours")]
        there = {c for c, k in found.items() if k[0].way.claim != "decoy" or name == "attendance"}
        there |= {"shift"} if self.days_across and name == "attendance" else set()
        anchors = [a for a in _ANCHORS[name] if all((figures if w == "#" else w in there) for w in a)]
        if not anchors:
            return 0.0
        read = {c: k[0] for c, k in found.items() if k[0].share >= _AGREE}
        weight = sum(
            (2.0 if c in DECIDES[name] else 0.5) * (1 if k.way.claim == "means" else 0.4) / (1 + k.way.rank / 4)
            for c, k in read.items()
        )
        called = 1.5 * bool(_CALLED.get(name, frozenset()) & self.called)
        return weight + len({k.header for k in read.values()}) + self._bias(name, found) + called

    def _bias(self, name: str, found: Mapping[str, list[_Candidate]]) -> float:
        """Return what tells two kinds of tables with the same columns apart."""
        features = [s.features for s in self.said.values()]
        some = set().union(*features) if features else set()
        refunds = sum("refund" in f for f in features)
        persons = sum(bool({"session", "ticket", "call", "recept", "reply"} & f) for f in features)
        match name:
            case "refunds":
                sold = "create" in some and "pay" in some and refunds < 3
                refunds = refunds or 2 * ("refund" in self.called)
                return 3.0 * (refunds - 1) - 4.0 * sold - 9.0 * (not refunds)
            case "products":
                return -8.0 * any({"order", "id"} <= f for f in features)
            case "orders":
                sold = any(k.way.claim == "means" for k in found.get("amount", ()))
                given_back = (refunds > 0 and not sold) or ("refund" in self.called and "create" not in some)
                return 2.0 * ("deal" in some) - 1.5 * max(0, refunds - 1) - 4.0 * given_back
            case "order_lines":
                whole = ("paid_at", "created_at", "customer", "account", "status")
                known = [s.features for s in self.said.values() if not s.unknown]
                exact = {c: [w for w in ways()["orders", c] if w.claim == "means"] for c in whole}
                return 1.0 - 1.5 * sum(any(w.fits(f) for w in exact[c] for f in known) for c in whole)
            case "agent_days":
                events = any("id" in f and f & {"order", "ticket", "session", "call"} for f in features)
                return 1.0 + 0.3 * persons - 8.0 * events - 6.0 * ("target" in some and len(found) <= 3)
            case "costs":
                return 5.0 * bool({"expense", "item"} & some)
            case "shop_days":
                return -20.0 * bool({"agent", "account", "nick"} & some)
            case "inquiries":
                return 2.0 * bool({"ticket", "session", "call", "reply"} & some) - 4.0 * ("deal" in some)
            case "targets":
                spent = bool({"expense", "cost", "item"} & some)
                return 5.0 * ("target" in some) - 9.0 * (spent or not {"target", "measure"} & some) - 2.0 * persons
            case "quality":
                return 3.0 * ("check" in some) + 1.5 * ("error" in some)
            case "assignments":
                return -4.0 * bool({"hour", "work hour", "late", "check", "session", "recept"} & some)
            case "attendance":
                return 2.0 * bool({"late", "attend", "punch", "scheduled", "overtime", "hour", "work hour"} & some)
            case "accounts" | "customers":
                who = {k[0].header for c, k in found.items() if c in ("account", "customer", "agent")}
                held = {"customer", "contact", "company"} & some
                figures = {"hour", "work hour", "duration", "money", "pay", "base"} & some
                fits = bool(held) == (name == "customers") and not figures
                return -20.0 if len(who) != 2 else 0.0 if fits else -6.0
            case _:
                return 0.0

    def columns(self, name: str) -> tuple[dict[str, Guess], list[Question]]:
        """Return the guesses for the columns of a table, and the questions; what is asked is not guessed."""
        guesses: dict[str, Guess] = {}
        questions: list[Question] = []
        for column in table(name).names:
            if (name, column) not in ways():
                continue
            taken = {
                plain_header(g.header)
                for c, g in guesses.items()
                if (column, c) not in _SAME_HEADER and (c, column) not in _SAME_HEADER
            }
            made = self._decide(name, column, [c for c in self.candidates(name, column) if c.header not in taken])
            if isinstance(made, Guess):
                guesses[column] = made
            elif made is not None:
                questions.append(made)
        if name == "orders" and "amount" in guesses:
            guesses["amount"] = self._gross(guesses["amount"])
        questions += self._dates_open(name, guesses)
        questions += self._contradictions(name, guesses)
        questions += self._repeated(name, guesses)
        questions += self._states(name)
        asked = {q.column for q in questions}
        return {column: guess for column, guess in guesses.items() if column not in asked}, questions

    def _dates_open(self, name: str, guesses: Mapping[str, Guess]) -> Iterator[Question]:
        """Ask about days that stand across the head, and about a first day that may be of work or of a position."""
        if name == "attendance" and self.days_across and "date" not in guesses:
            first, last = (self.body.headers[self.days_across[k]] for k in (0, -1))
            yield Question("date", (first, last), Text(
                f"date: the days stand across the head ({first} to {last}); write a row for each person and day, or a "
                "summary of the month with a row a person: 工号 or 姓名, 应出勤天数, 出勤天数, 迟到次数",
                f"date：日期横排在表头（{first} 至 {last}）；请改为每人每天一行，或改交月汇总，每人一行："
                "工号或姓名、应出勤天数、出勤天数、迟到次数（不用映射）"))  # fmt: skip
        begins = guesses.get("from") if name == "assignments" and not {"to", "joined_on"} & guesses.keys() else None
        if begins and "valid" not in self.said[plain_header(begins.header)].features:
            yield Question("from", (begins.header,), Text(
                f"from: {begins.header} may be the first day of work, or of this position; which is meant?",
                f"from：{begins.header} 可能是入职日期，也可能是本岗位的开始日期，是哪一个？"))  # fmt: skip

    def _decide(self, name: str, column: str, found: list[_Candidate]) -> Guess | Question | None:
        """Return the guess for a column, or the question where there is more than one, or only something near."""
        good = [c for c in found if c.way.claim == "means" and c.share >= _AGREE]
        near = [c for c in found if c.way.claim == "near" and c.share >= _AGREE]
        decoys = [c for c in found if c.way.claim == "decoy" and c.share >= _AGREE]
        strange = [c for c in found if c.way.claim == "means" and c.share < _AGREE]
        if not good:
            if strange and column in DECIDES[name]:
                return self._strange(name, column, strange[0])
            asked = near or decoys
            return self._ask(column, asked) if asked and column in DECIDES[name] else None
        best = [c for c in good if c.way.rank == good[0].way.rank]
        if len(best) > 1:
            filled = [(self.cells(c.header) != "").mean() for c in best]
            whole = max(filled) == 1 and column in {c.name for c in table(name).columns if c.required}
            best = [c for c, share in zip(best, filled, strict=True) if share == 1 or (share and not whole)] or best
        best = self._preferred(column, best)
        if len(best) > 1 and not all(self._same(best[0], c) for c in best[1:]):
            return self._ask(column, best)
        if _kind(name, column) == "money" and best[0].way.rank and self._may_count(best[0]):
            return self._ask(column, best[:1])
        rivals = [c for c in near if not self._same(best[0], c)]
        if best[0].way.rank and rivals and column in DECIDES[name]:
            return self._ask(column, [best[0], *rivals])
        if best[0].unit in ("mdy", "dmy") and self._either_order(best[0], name, column):
            header = best[0].header
            order = self._order_of_dots(header) or self._order_elsewhere() or self._order_by_period(header)
            if order:
                return self._guess(name, column, replace(best[0], unit=order), good)
            return Question(column, (self._written(best[0]),), Text(
                f"{column}: {self._written(best[0])} may have the month first or the day first; no cell tells",
                f"{column}：{self._written(best[0])} 可能月在前，也可能日在前，单元格看不出"))  # fmt: skip
        return self._guess(name, column, best[0], good)

    def _preferred(self, column: str, found: list[_Candidate]) -> list[_Candidate]:
        """Return of several names of one thing the steadiest, and people before their conversations."""
        for wanted in _PREFERRED.get(column, ()):
            some = [c for c in found if wanted & self.said[c.header].features]
            if some and (column not in _WHO or self._tells_apart(some, found)):
                return some
        return found

    def _tells_apart(self, some: list[_Candidate], found: list[_Candidate]) -> bool:
        """Say whether each of some headers is filled as often as the others, and has about as many values."""
        cells = {c.header: self.cells(c.header) for c in found}
        filled, values = ({h: f(t[t != ""]) for h, t in cells.items()} for f in (len, pd.Series.nunique))
        return all(part[c.header] >= _ALIKE * max(part.values()) for c in some for part in (filled, values))

    def _guess(self, name: str, column: str, one: _Candidate, good: list[_Candidate]) -> Guess:
        blank = not (self.cells(one.header) != "").any()
        certainty = 0.7 if blank else round(0.97 - 0.06 * one.way.rank, 2)
        kind = _kind(name, column)
        values = (Text("no cell is filled", "单元格都是空的") if blank
                  else Text(f"{one.share:.0%} of its values read as {_KINDS[kind].en}",
                            f"{one.share:.0%} 的值可读作{_KINDS[kind].zh}"))  # fmt: skip
        named = Text("its name", "名称")
        if one.alone:
            named = Text("a word near it, and no other column can be meant", "名称相近，且没有别的列可能是它")
        others = [self._written(c) for c in good if c is not one and c.header != one.header]
        beside = Text(f"; before {listed(others)}", f"；优先于 {listed(others)}") if others else Text("", "")
        reason = Text(f"{named.en}; {values.en}{beside.en}", f"{named.zh}；{values.zh}{beside.zh}")
        return Guess(self._written(one), certainty, reason, one.unit)

    def _ask(self, column: str, found: Sequence[_Candidate]) -> Question:
        headers = tuple(self._written(c) for c in found)
        if len(headers) == 1:
            return Question(column, headers, Text(
                f"{column}: only {headers[0]} comes near, and it may be something else; is it meant?",
                f"{column}：只有 {headers[0]} 相近，但可能不是同一回事，是它吗？"))  # fmt: skip
        named = listed(headers)
        return Question(column, headers, Text(f"{column}: which is meant: {named}?", f"{column}：是哪一列：{named}？"))

    def _strange(self, name: str, column: str, one: _Candidate) -> Question:
        kind, header = _KINDS[_kind(name, column)], self._written(one)
        if self.said[one.header].unit == "scaled":
            return Question(column, (header,), Text(
                f"{column}: {header} is in tens of thousands or the like, which rounds what pay rests on; is there an "
                "export in full?",
                f"{column}：{header} 以万（或千）为单位，数字已四舍五入，不宜算薪；能否导出完整数字？"))  # fmt: skip
        bad = next(
            (v for v in self.cells(one.header) if v and not _reads(v, _kind(name, column), column, one.unit)), ""
        )
        return Question(column, (header,), Text(
            f"{column}: {header} is named like it, but its cells are not {kind.en} ({bad!r})",
            f"{column}：{header} 名称相符，但单元格不是{kind.zh}（{bad!r}）"))  # fmt: skip

    def _same(self, one: _Candidate, other: _Candidate) -> bool:
        return bool((self.cells(one.header) == self.cells(other.header)).all())

    def _may_count(self, one: _Candidate) -> bool:
        """Say whether a figure whose name says no money may be a count: small whole numbers."""
        if "money" in self.said[one.header].features:
            return False
        cells = [v for v in self.cells(one.header).drop_duplicates() if v]
        return any(v.strip("0") for v in cells) and all(v.isascii() and v.isdigit() and int(v) < 100 for v in cells)

    def _either_order(self, one: _Candidate, name: str, column: str) -> bool:
        kind = _kind(name, column)
        return all(self._share(one.header, kind, column, unit) >= _AGREE for unit in ("mdy", "dmy"))

    def _order_of_dots(self, header: str) -> str:
        """Return ``dmy`` where the dates are written with points: nobody writes the month first with them."""
        return "dmy" if all(v.count(".") == 2 for v in self.cells(header) if v) else ""

    def _order_elsewhere(self) -> str:
        """Return the order of month and day that other dates of the sheet show, "" where none or both do."""
        texts = {*self.laid.titles, *(t for h in self.body.headers for t in self.cells(h).drop_duplicates())}
        dates = [m for t in texts for m in _UNORDERED.finditer(t)]
        found = {"dmy" if int(m[1]) > 12 else "mdy" for m in dates if max(int(m[1]), int(m[2])) > 12}
        return found.pop() if len(found) == 1 else ""

    def _order_by_period(self, header: str) -> str:
        """Return the order in which all dates lie in the days that sheet, title or file name; "" where none or both."""
        sheet = self.laid.sheet
        named = [days for t in (sheet.name, *self.laid.titles, sheet.file) if (days := days_in(t))[0] < days[1]]
        values = [v for v in self.cells(header).drop_duplicates() if v]
        found = []
        for order in ("mdy", "dmy"):
            read = [str(parse_instant(v, order=order).date()) for v in values if _reads(v, "instant", "", order)]
            if read and any(first <= min(read) and max(read) <= last for first, last in named):
                found.append(order)
        return found[0] if len(found) == 1 else ""

    def _written(self, one: _Candidate) -> str:
        return self.body.headers[one.header]

    def _contradictions(self, name: str, guesses: dict[str, Guess]) -> Iterator[Question]:
        """Ask about guesses that their neighbours contradict on more than a tenth of the rows."""
        for first, second in (*_IN_ORDER, *_AT_MOST):
            if first not in guesses or second not in guesses or guesses[first].header == guesses[second].header:
                continue
            a, b = (self._values(name, c, guesses[c]) for c in (first, second))
            both = a.notna() & b.notna()
            wrong = int((a[both] > b[both]).sum())
            if both.sum() >= 3 and wrong > 0.1 * both.sum():
                one, other = headers = guesses[first].header, guesses[second].header
                message = Text(
                    f"{first} ← {one} is larger or later than {second} ← {other} on {wrong:,} rows; which are meant?",
                    f"{first} ← {one} 在 {wrong:,} 行上大于或晚于 {second} ← {other}，分别是哪一列？",
                )
                yield from (Question(column, headers, message) for column in (first, second))

    def _values(self, name: str, column: str, guess: Guess) -> pd.Series[float]:
        parse = parser_for(_kind(name, column), unit=guess.unit, column=column)

        def one(text: str) -> float:
            try:
                value = parse(text) if text else None
            except (BadCellError, ValueError):
                return math.nan
            if isinstance(value, datetime):
                return value.timestamp()
            return float(value) if isinstance(value, int | float) else math.nan

        return self.cells(plain_header(guess.header)).map(one).astype(float)

    def _gross(self, paid: Guess) -> Guess:
        """Say of an amount paid whether it is net of refunds: on nearly all refunded rows paid + refund = total."""
        refunds = [h for h, s in self.said.items() if {"refund", "money"} <= s.features]
        totals = [h for h, s in self.said.items() if {"money", "total"} & s.features and h not in refunds]
        own = plain_header(paid.header)
        for refund, total in ((r, t) for r in refunds for t in totals if t != own):
            amounts = (self._values("orders", "amount", replace(paid, header=self.body.headers[h]))
                       for h in (own, refund, total))  # fmt: skip
            if find_basis(*(a.astype("Int64") for a in amounts)).already_net:
                beside = (self.body.headers[refund], self.body.headers[total])
                en = f"{paid.reason.en}; {paid.header} + {beside[0]} = {beside[1]}, so it is net of refunds"
                zh = f"{paid.reason.zh}；{paid.header} + {beside[0]} = {beside[1]}，已扣退款"
                return replace(paid, reason=Text(en, zh), net_of=beside)
        return paid

    def _repeated(self, name: str, guesses: Mapping[str, Guess]) -> Iterator[Question]:
        """Ask about amounts of orders that stand on several rows: each row's own, or the whole order's each time."""
        if name != "orders" or "order_id" not in guesses:
            return
        ids = self.cells(plain_header(guesses["order_id"].header))
        several = ids.duplicated(keep=False) & (ids != "")
        if not several.any():
            return
        if "amount" not in guesses:
            yield Question("", (guesses["order_id"].header,), Text(
                "orders stand on several rows: is a row an order, or one of its items?",
                "同一订单占多行：每行是一笔订单，还是订单中的一件商品？"))  # fmt: skip
            return
        money = self.cells(plain_header(guesses["amount"].header))
        alike = money[several].groupby(ids[several]).nunique().eq(1).mean()
        if alike > 0.5:
            header = guesses["amount"].header
            yield Question("amount", (header,), Text(
                f"orders stand on several rows, with the same {header} on each; is it the whole order's each time?",
                f"同一订单占多行，每行的 {header} 相同；它是整单金额吗？"))  # fmt: skip

    def states(self, header: str) -> dict[str, int]:
        """Return the values of a column with their numbers of rows, the most frequent first."""
        filled = self.cells(plain_header(header))
        return {str(value): int(n) for value, n in filled[filled != ""].value_counts().items()}

    def _states(self, name: str) -> Iterator[Question]:
        """Ask of a list of refunds which of its states say that money was paid back."""
        stated = [h for h, s in self.said.items() if "status" in s.features and s.features <= {"refund", "status"}]
        for header in sorted(stated, key=lambda h: "refund" not in self.said[h].features)[:1] * (name == "refunds"):
            written = self.body.headers[header]
            found = [f"{value} ({n:,})" for value, n in self.states(written).items()][:_STATES]
            taken = list(filter(PAID_BACK.fullmatch, self.states(written)))
            yield Question("when", (written,), Text(
                f"when: which states of {written} count as refunded: {', '.join(found)}? the map takes "
                f"{', '.join(taken) or 'none yet'}; other rows are no refunds",
                f"when：{written} 中哪些状态算已退款：{'、'.join(found)}？映射中先写了"
                f"{'、'.join(taken) or '（空，请填写）'}，其余状态的行不算退款"))  # fmt: skip

    def also(self, name: str, guesses: Mapping[str, Guess]) -> dict[str, dict[str, Guess]]:
        """Return what the same rows give to other tables: the lines and refunds of orders."""
        if name != "orders" or "order_id" not in guesses:
            return {}
        found: dict[str, dict[str, Guess]] = {}
        lines = self.columns("order_lines")[0]
        if {"product", "units"} <= lines.keys():
            found["order_lines"] = lines
        back = [c for c in self.candidates("refunds", "amount") if "refund" in self.said[c.header].features]
        made = self._decide("refunds", "amount", back)
        if isinstance(made, Guess):
            found["refunds"] = {"order_id": guesses["order_id"], "amount": made}
        return found


_KINDS: dict[Kind, Text] = {
    "text": Text("text", "文本"),
    "day": Text("days", "日期"),
    "instant": Text("times", "时间"),
    "count": Text("counts", "数量"),
    "whole": Text("whole numbers", "整数"),
    "money": Text("amounts", "金额"),
    "seconds": Text("lengths of time", "时长"),
    "hours": Text("hours", "小时"),
    "share": Text("shares", "比例"),
    "flag": Text("yes or no", "是或否"),
}
_VALUE = re.compile(r"[¥￥$€£]?\s*[\d,]+(\.\d+)?\s*[%万元人单件]*")
_MONTH_OF_A_YEAR = re.compile(r"(0?[1-9]|1[0-2])月(份)?")
_LIKE_A_DATE = re.compile(r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?.*|\d{1,2}[-/]\d{1,2}[-/]\d{4}.*")
_UNORDERED = re.compile(r"(?<!\d)(\d{1,2})[-/.](\d{1,2})[-/.]\d{4}(?!\d)")
_STAGES = frozenset(
    {"定金", "订金", "预付", "尾款", "全款", "单次", "一次付清", "deposit", "final", "balance", "single", "full"}
)
_LIKE_MONEY = re.compile(r"[-+]?[¥￥$€£]?\d[\d,]*\.\d+|.*%")


_STATES = 12
PAID_BACK = re.compile(
    r"(?!.*(未|不|没|无|待|关闭|取消|拒|失败|撤|驳|中$|not|un|clos|cancel|reject|fail|declin|pend))"
    r".*(成功|完成|完结|已退|succe|complet|refunded|paid|done).*", re.I
)  # fmt: skip
"""States of a refund that plainly say that the money went back; offered in a map, for a person to check."""
_SAYS: dict[str, re.Pattern[str]] = {
    "kind": re.compile(
        r"(?!.*(原路|余额)).*(退货|退款|换|修|补|赔|价保|refund|return|exchange|replace|repair).*", re.I
    ),
    "served_by": re.compile(r".*(机器人|人工|智能|客服|bot|human|agent|\bai\b).*", re.I),
}
"""What the cells of a column must say where its name does not say enough."""


def _hours_of_a_day(text: str) -> bool:
    """Say whether a figure may be hours of one day, and neither days nor the hours of a month."""
    return _reads(text, "hours", "", "") and (parse_hours(text) == 0 or 3 <= parse_hours(text) <= 16)


def _reads(text: str, kind: Kind, column: str, unit: str) -> bool:
    """Say whether a cell can be read as a kind; a text must not look like a date or an amount."""
    if kind == "hours" and _FIGURE.fullmatch(text):
        figure = float(re.sub(r"[^\d.]", "", text) or 0)
        if figure > _HOURS_OF_A_MONTH * (60 if unit == "minutes" else 1):
            return False
    if column in ("stage", "status") and (column == "stage") != (text.casefold() in _STAGES):
        return False
    if kind == "text" and column not in ("month", "value", "factor"):
        return not (_LIKE_A_DATE.fullmatch(text) or _LIKE_MONEY.fullmatch(text))
    if column == "value":
        return bool(_VALUE.fullmatch(text))
    if column == "month" and _MONTH_OF_A_YEAR.fullmatch(text):
        return True
    if kind == "flag" and column == "satisfied":
        return not _LIKE_A_DATE.fullmatch(text)
    try:
        parser_for("text" if unit == "month" else kind, unit=unit, column=column)(text)
    except (BadCellError, ValueError, OverflowError):
        return False
    return True
