"""Opening balances: what the months before the first one paid here leave to it, as ledger rows and measures.

A row of the table is about one person, one item (a component, a scheme or a measure) and one month before the first:

========  ==================  ========================================================================================
kind      item                value
========  ==================  ========================================================================================
measure   measure             the person's figure of the month
earned    component           what it came to in the month, before caps and funds, what was held back of it included
withheld  scheme              what caps and funds took of the month; where a cap carries over, what is still to come
deferred  component           what of the month is still held back, to be paid in the month `due`
owed      component, scheme   what is still to be recovered; of a guarantee (scheme), beside what was `guaranteed`
========  ==================  ========================================================================================

Money stands in major units. Such a month is not paid again, whatever is known of it (`EarlierGroup.is_opening`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any, TypeAlias

import pandas as pd

from toolkit.core.errors import InputError, Problem, UsageError, nearest
from toolkit.core.period import Month
from toolkit.core.text import LANGUAGES, Text, Words
from toolkit.rules.formula.dictionary import canonical
from toolkit.rules.pay.earlier_ledger import DEFERRED, EARNED, KINDS, MEASURE, OPENING, OWED, WITHHELD
from toolkit.rules.pay.limits import cap_scope
from toolkit.rules.scheme.document import Cap, Component, Fund, Guarantee
from toolkit.rules.scheme.scheme import Scheme, version_of
from toolkit.rules.settle.files import exact_number, kind_of_measure

COLUMNS: Mapping[str, str] = {
    "agent": "工号",
    "kind": "类别",
    "item": "项目",
    "month": "月份",
    "due": "到期月份",
    "value": "数值",
    "guaranteed": "保底额",
}
People: TypeAlias = Mapping[str, Sequence[tuple[date, date | None]]]
_TEXTS = ("month", "origin_month", "agent", "component", "step", "status", "scope", "scheme")
_MONEY = ("by_value", "amount", "owed")


@dataclass(frozen=True, slots=True)
class OpeningBalances:
    """What was brought.

    Parameters
    ----------
    first : the first month paid here.
    ledger : rows as `pay` reads them; columns month, origin_month, agent, component, step, status, scope, scheme, and
        by_value, amount, owed in minor units.
    measures : a row a figure; columns month, agent, measure, value in the unit of the measure in memory.
    known : kind and item of every row: ``scheme.component``, scheme, or measure.
    """

    first: Month
    ledger: pd.DataFrame
    measures: pd.DataFrame
    known: frozenset[tuple[str, str]]


def read_opening(rows: pd.DataFrame, versions: Sequence[Scheme], *, first: Month, people: People) -> OpeningBalances:
    """Read a table of opening balances.

    Parameters
    ----------
    rows : texts in the columns `COLUMNS`, blanks null; perhaps with ``_file`` and ``_row``, where each was read.
    versions : all schemes and versions there are.
    first : the first month paid here.
    people : by number, the spells of the roster, each with its first and last day (None: not ended).

    Raises
    ------
    InputError
        Naming every row that cannot be used, its column, what was found and what to do.
    """
    reader = _Reader(versions, first, people)
    places = [name for name in ("_file", "_row") if name in rows]
    for row in (rows.sort_values(places) if places else rows).to_dict("records"):
        reader.read({str(name): value for name, value in row.items()})
    if reader.problems:
        raise InputError(reader.problems)
    ledger = pd.DataFrame(reader.ledger, columns=[*_TEXTS, *_MONEY])
    ledger = ledger.astype({**dict.fromkeys(_TEXTS, "str"), **dict.fromkeys(_MONEY, "object")})
    measures = pd.DataFrame(reader.figures, columns=["month", "agent", "measure", "value"], dtype="object")
    return OpeningBalances(first, ledger, measures, frozenset((kind, item) for kind, item, *_ in reader.seen))


class _Refused(Exception):  # noqa: N818 - becomes a problem, never leaves the module
    """A cell that cannot be used."""

    def __init__(self, column: str, en: str, zh: str, fix: Words, code: str = "opening-cell") -> None:
        super().__init__(en)
        self.column, self.message, self.fix, self.code = column, Text(en, zh), fix, code


@dataclass(slots=True)
class _Row:
    """One row of the table, read as far as no scheme is needed."""

    cells: Mapping[str, str]
    agent: str
    month: Month

    def money(self, name: str = "value", *, whole: bool = True) -> Fraction:
        """Return an amount in minor units, `whole` ones unless the scheme rounds totals only."""
        value = self.number(name) * 100
        if whole and value.denominator != 1:
            fix = Text("round it as it was paid", "请按实际金额填写")
            raise _Refused(name, "an amount has at most two decimals", "金额最多两位小数", fix)
        return value

    def amount(self, name: str = "value") -> Fraction:
        """Return an amount above 0, in whole minor units."""
        value = self.money(name)
        if value <= 0:
            raise _below(name, above=True)
        return value

    def number(self, name: str = "value") -> Fraction:
        """Return a number."""
        try:
            return exact_number(self.cells[name])
        except ValueError as error:
            fix = Text("write the number alone, e.g. 1200.50", "请只写数字，例如 1200.50")
            raise _Refused(name, "not a number", "不是数", fix) from error

    def month_of(self, name: str) -> Month:
        """Return a month."""
        return _month(self.cells, name)


def _below(name: str, *, above: bool) -> _Refused:
    fix = Text("write it without the sign, or delete the row", "请去掉负号，或删去这一行")
    en, zh = ("it is above 0", "应大于 0") if above else ("it is never below 0", "不能为负")
    return _Refused(name, en, zh, fix, "opening-sign")


def _month(cells: Mapping[str, str], name: str) -> Month:
    try:
        return Month.read(cells[name])
    except UsageError as error:
        fix = Text("write it as YYYY-MM", "请写成 YYYY-MM")
        raise _Refused(name, "not a month", "不是月份", fix) from error


@dataclass(slots=True)
class _Reader:
    """Reads rows one by one; keeps what they give, and what is wrong with them."""

    versions: Sequence[Scheme]
    first: Month
    people: People
    problems: list[Problem] = field(default_factory=list)
    ledger: list[dict[str, Any]] = field(default_factory=list)
    figures: list[tuple[str, str, str, Any]] = field(default_factory=list)
    seen: dict[tuple[str, ...], int] = field(default_factory=dict)

    def read(self, row: Mapping[str, Any]) -> None:
        """Read one row."""
        cells = {name: row[name].strip() if isinstance(row.get(name), str) else "" for name in COLUMNS}
        file, line = row.get("_file"), row.get("_row")
        number = 0 if line is None or line is pd.NA or line != line else int(line)
        try:
            self._read(self._row(cells), number)
        except _Refused as told:
            message = Text(f"{told.column}: {told.message.en}", f"{COLUMNS[told.column]}：{told.message.zh}")
            source, got = file if isinstance(file, str) else OPENING, repr(cells[told.column])
            self.problems.append(Problem(source, message, number, got=got, fix=told.fix, code=told.code))

    def _row(self, cells: Mapping[str, str]) -> _Row:
        """Check what is the same of every kind."""
        agent, kind = cells["agent"], cells["kind"]
        if agent not in self.people:
            hint = nearest(agent, sorted(self.people)) or Text("import the roster first", "请先导入花名册")
            raise _Refused(
                "agent", "nobody on the roster has this number", "花名册中没有这个工号", hint, "opening-person"
            )
        if kind not in KINDS:
            fix = Text(f"known: {', '.join(KINDS)}", f"可用的有：{'、'.join(KINDS.values())}")
            raise _Refused("kind", "there is no such kind of balance", "没有这种类别", fix)
        month = _month(cells, "month")
        if month >= self.first:
            en = f"{month} is paid here by its own data; a balance is of a month before {self.first} (first_month)"
            zh = f"{month} 由本工具按数据计发；期初余额只能属于 {self.first}（first_month）之前的月份"
            fix = Text("correct the month, or delete the row", "请更正月份，或删去这一行")
            raise _Refused("month", en, zh, fix, "opening-month")
        for name, only in (("due", DEFERRED), ("guaranteed", OWED)):
            if cells[name] and kind != only:
                fix = Text("leave it blank", "请留空")
                raise _Refused(name, f"stands beside {only} only", f"只用于“{KINDS[only]}”", fix)
        return _Row(cells, agent, month)

    def _read(self, row: _Row, number: int) -> None:
        """Read what is of one kind; the same balance a second time is refused."""
        kind = row.cells["kind"]
        if kind == MEASURE:
            name, value = self._figure(row)
            self._once(number, kind, name, row)
            self.figures.append((str(row.month), row.agent, name, value))
            return
        make = {EARNED: self._earned, WITHHELD: self._withheld, DEFERRED: self._deferred, OWED: self._owed}[kind]
        made = make(row)
        item = ".".join(filter(None, (made["scheme"], made["component"])))
        self._once(number, kind, item, row, made["scope"])
        basis = {"month": str(row.month), "origin_month": str(row.month), "agent": row.agent, "status": OPENING}
        self.ledger.append({"by_value": None, "amount": Fraction(0), "owed": Fraction(0), **basis, **made})

    def _once(self, number: int, kind: str, item: str, row: _Row, scope: str = "") -> None:
        key = (kind, item, row.agent, str(row.month), scope)
        if key in self.seen:
            en, zh = f"row {self.seen[key]} brings the same balance", f"与第 {self.seen[key]} 行是同一笔余额"
            fix = Text("delete one of the two, or write their sum", "请删去其中一行，或合并为一行")
            raise _Refused("item", en, zh, fix, "opening-twice")
        self.seen[key] = number

    def _figure(self, row: _Row) -> tuple[str, Any]:
        """Return the name and the value of a measure."""
        text, month = row.cells["item"], row.month
        if not any(a <= month.last_day and (b is None or b >= month.start) for a, b in self.people[row.agent]):
            fix = Text("correct the month, or add the spell to the roster", "请更正月份，或在花名册补上这段任职")
            en, zh = f"this person is not on the roster in {month}", f"花名册中此人 {month} 不在职"
            raise _Refused("month", en, zh, fix, "opening-person")
        titles = {t.of(lang): n for s in self.versions for n, t in s.vocabulary.titles.items() for lang in LANGUAGES}
        name = titles.get(text, canonical(text))
        kind = kind_of_measure(name, self.versions)
        of = next((s.vocabulary.measures[name] for s in self.versions if name in s.vocabulary.measures), None)
        if kind is None or of is None:
            hint = nearest(text, sorted({n for s in self.versions for n in s.vocabulary.measures}))
            en = "no such measure is counted; what a scheme derives is brought by the measures it is made of"
            raise _Refused("item", en, "没有这个指标；方案自行推算的指标，请填写其组成部分", hint, "opening-item")
        value = row.number() * (100 if kind == "money" else 1)
        if value < 0 and not of.may_be_negative:
            raise _below("value", above=False)
        if kind in ("money", "count"):
            if value.denominator != 1:
                fix = Text("write the figure as it was counted", "请按实际统计的数填写")
                raise _Refused("value", "too many decimals", "小数位过多", fix)
            return name, int(value)
        return name, value

    def _earned(self, row: _Row) -> dict[str, Any]:
        scheme, component = self._component(row)
        if component.deduct is not None:
            fix = Text("what is still to be taken is a row of kind owed", "尚未扣完的，请按“待扣回”填写")
            raise _Refused("item", "a deduction earns nothing", "扣款项没有已计金额", fix, "opening-item")
        if component.accumulate and (component.undivided or component.division is not None):
            en = "what a pool paid to date is kept by its parts, which this table does not have"
            fix = Text(
                "let the toolkit pay those months from their data", "请导入这些月份的数据，由本工具从年初（季初）起计发"
            )
            raise _Refused("item", en, "奖金池累计发放按各部分记录，本表无法表示", fix, "opening-item")
        value = row.money(whole=not scheme.rounds_total)
        if value < 0 and not component.accumulate and component.floor is None:
            raise _below("value", above=False)
        return {"step": "component", "scheme": scheme.id, "component": component.id, "scope": "", "amount": value}

    def _withheld(self, row: _Row) -> dict[str, Any]:
        scheme = self._scheme(row, _has_cap, "cap or fund", "限额")
        carried = [cap_scope(c, i) for i, c in enumerate(scheme.limits) if isinstance(c, Cap) and c.carry]
        self._one_limit(row, carried)
        scope, value = carried[0] if carried else "", row.amount()
        return {"step": "limit", "scheme": scheme.id, "component": "", "scope": scope, "amount": -value}

    def _deferred(self, row: _Row) -> dict[str, Any]:
        scheme, component = self._component(row)
        if not component.defer:
            fix = Text("correct the item, or delete the row", "请更正项目，或删去这一行")
            raise _Refused("item", "this component defers nothing", "该项目没有递延", fix, "opening-item")
        due = row.month_of("due")
        if due < self.first and component.leaver != "hold":
            en = f"it was due before {self.first}, when it was paid elsewhere"
            zh = f"在 {self.first} 之前已到期，应已发放"
            fix = Text(
                "delete the row; what was not paid in time is an adjustment of the first month",
                "请删去这一行；到期未发的，请在首月录入手工调整",
            )
            raise _Refused("due", en, zh, fix, "opening-due")
        if due <= row.month:
            fix = Text("write the month in which it is to be paid", "请填写将要发放的月份")
            raise _Refused("due", f"it is due after {row.month}, its own month", f"应晚于所属月份 {row.month}", fix)
        at, value = {"scheme": scheme.id, "component": component.id, "scope": str(due)}, row.amount()
        return {"step": "defer", **at, "amount": -value}

    def _owed(self, row: _Row) -> dict[str, Any]:
        value, guaranteed = row.amount(), row.cells["guaranteed"]
        if not guaranteed and self._components(row.cells["item"]):
            scheme, component = self._component(row)
            step = "clawback" if component.deduct is None else "deduct"
            return {"step": step, "scheme": scheme.id, "component": component.id, "scope": "", "owed": value}
        scheme = self._scheme(row, _has_draw, "recoverable guarantee", "可追回的保底（recoverable）")
        scopes = [f"limit {i + 1}" for i, limit in enumerate(scheme.limits) if _is_draw(limit)]
        self._one_limit(row, scopes)
        at = {"scheme": scheme.id, "component": "", "scope": scopes[0]}
        return {"step": "guarantee", **at, "owed": value, "by_value": row.amount("guaranteed")}

    def _one_limit(self, row: _Row, scopes: Sequence[str]) -> None:
        if len(scopes) > 1:
            fix = Text("pay these months from their data", "请导入这些月份的数据，由本工具计发")
            en = f"this table cannot say of which one it is: {', '.join(scopes)}"
            raise _Refused("item", en, f"无法区分属于哪一条：{'、'.join(scopes)}", fix, "opening-item")

    def _components(self, text: str) -> dict[tuple[str, str], str]:
        """Return the components called so, ``scheme.component`` by (scheme, component)."""
        return {
            (scheme.id, c.id): f"{scheme.id}.{c.id}"
            for scheme in self.versions
            for c in scheme.components
            if text in (c.id, f"{scheme.id}.{c.id}", *_titles(c.title))
        }

    def _component(self, row: _Row) -> tuple[Scheme, Component]:
        """Return the component a row is about, and the version of its scheme in force in the row's month."""
        found = self._components(row.cells["item"])
        every = [f"{scheme.id}.{c.id}" for scheme in self.versions for c in scheme.components]
        if len(found) != 1:
            en, zh = ("several components are called so", "有多个项目叫这个名称") if found else (
                "no scheme has such a component", "没有方案有这个项目")  # fmt: skip
            known = list(found.values()) or list(dict.fromkeys(every))
            raise _Refused("item", en, zh, nearest(row.cells["item"], known) or _known(known), "opening-item")
        ((scheme_id, component_id),) = found
        scheme = self._in_force(row, scheme_id)
        component = next((c for c in scheme.components if c.id == component_id), None)
        if component is None:
            en, zh = f"the version of {row.month} has no such component", f"{row.month} 的方案版本没有这个项目"
            raise _Refused("item", en, zh, _known([c.id for c in scheme.components]), "opening-item")
        return scheme, component

    def _scheme(self, row: _Row, fits: Callable[[Scheme], bool], what: str, zh: str) -> Scheme:
        """Return the scheme a row is about, as it was in force in the row's month; blank is the only one that fits."""
        text = row.cells["item"]
        fitting = list(dict.fromkeys(s.id for s in self.versions if fits(s)))
        named = dict.fromkeys(s.id for s in self.versions if text in (s.id, *_titles(s.title)))
        found = [name for name in (named if text else fitting) if name in fitting]
        if len(found) != 1:
            en, no = f"a scheme with a {what} is meant here", f"这里应填有{zh}的方案"
            raise _Refused("item", en, no, _known(fitting), "opening-item")
        scheme = self._in_force(row, found[0])
        if not fits(scheme):
            en, no = f"the version of {row.month} has no {what}", f"{row.month} 的方案版本没有{zh}"
            fix = Text("correct the month, or delete the row", "请更正月份，或删去这一行")
            raise _Refused("item", en, no, fix, "opening-item")
        return scheme

    def _in_force(self, row: _Row, scheme_id: str) -> Scheme:
        versions = [scheme for scheme in self.versions if scheme.id == scheme_id]
        scheme = version_of(versions, str(row.month))
        if scheme is None:
            begins = min(s.in_force.from_ for s in versions)
            en = f"no version of {scheme_id} was in force in {row.month}: the earliest begins on {begins}"
            zh = f"{row.month} 没有生效的 {scheme_id} 版本，最早的自 {begins} 起生效"
            fix = Text(
                "add the version that paid then, or let in_force begin when the rule did",
                "请加入当时的方案版本，或把 in_force 的起始日写成规则实际开始的日期",
            )
            raise _Refused("month", en, zh, fix, "opening-version")
        return scheme


def _titles(title: Text | None) -> Iterable[str]:
    return () if title is None else (title.of(lang) for lang in LANGUAGES)


def _known(names: Sequence[str]) -> Words:
    return Text(f"known: {', '.join(names)}", f"可用的有：{'、'.join(names)}") if names else ""


def _is_draw(limit: object) -> bool:
    return isinstance(limit, Guarantee) and limit.recoverable


def _has_draw(scheme: Scheme) -> bool:
    return any(map(_is_draw, scheme.limits))


def _has_cap(scheme: Scheme) -> bool:
    return any(isinstance(limit, Cap | Fund) for limit in scheme.limits)
