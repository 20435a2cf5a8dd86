"""What would a person have been paid with one more order, one more point of conversion, or at the next tier?

What a person could have more of in a month: one more order, one more of a count, so much more money; or less of what
counts against pay; and what comes with it. A lever only changes measures; what the changed month pays is for `pay`.

Every answer is the same `pay` on changed measures: nobody else's figures change, places and shares are worked out
again. Each comes with the sentence of what was assumed. Only what is within reach and would have paid more is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Unpack

import pandas as pd

from toolkit.core.figures import decimals, equals, money, percent
from toolkit.core.money import format_money, priced, round_to_step
from toolkit.core.text import LANGUAGES, Text
from toolkit.rules.explain.ledger_text import LedgerStep, steps_of
from toolkit.rules.explain.wording import Voice, read_aloud
from toolkit.rules.formula.expressions import Expression, Name, Operation, names, nodes, parts
from toolkit.rules.pay.components import AwardFacts
from toolkit.rules.pay.ledger import PAID, LedgerRows
from toolkit.rules.pay.pools import ShareFacts
from toolkit.rules.scheme.scheme import Scheme, formulas
from toolkit.rules.settle.inputs import SettlementTables
from toolkit.rules.settle.payroll import pay

SOLD = ("gross_sales", "sales", "gross_profit", "net_profit", "profit")  # money that comes with an order
_MOST = {
    "inquiries": Text("inquiries", "询单人数"),
    "buyers": Text("buyers", "付款人数"),
    "orders": Text("orders", "订单数"),
}
MORE_OF_WORSE = frozenset({"complaints", "complaints_upheld", "answer_errors", "note_errors"})
LATE = frozenset({"late_days", "early_leave_days"})
NOT_RAISED = frozenset({"refunds", "refunds_made", "refunds_asked", "discount", "cost", "overhead"})


@dataclass(frozen=True, slots=True)
class Increase:
    """So much more of something, or less, in one row of the measures.

    Parameters
    ----------
    column : what there is more of.
    said : says so many more; of money in minor units.
    row : label of the row it is added to.
    adds : what one more adds, by column; money in minor units.
    assumption : what was taken to come with it.
    reach : how many more are within reach.
    steps : how many more are told in any case, where they pay.
    """

    column: str
    said: Callable[[int], Text]
    row: Any
    adds: dict[str, Fraction]
    assumption: Text
    reach: int
    steps: tuple[int, ...] = (1,)

    def pulled(self, measures: pd.DataFrame, count: int) -> pd.DataFrame:
        """Return the measures with `count` more."""
        changed = measures.copy()
        for column, each in self.adds.items():
            changed.loc[self.row, column] = changed.loc[self.row, column] + round_to_step(each * count)
        return changed


def increases(schemes: Sequence[Scheme], mine: pd.DataFrame) -> list[Increase]:
    """Return the levers of a person; `mine` are the person's rows of the month, labelled as in the measures."""
    read = {n: k for s in schemes for n, k in added_names(s) if n in mine and _row(mine, n) is not None}
    found = []
    for column in ("buyers", "orders"):
        if column in mine and (lever := _sale(schemes, mine, column)) is not None:
            found.append(lever)
            break
    taken = {column for lever in found for column in lever.adds}
    for column, kind in read.items():
        if kind == "money" and column not in NOT_RAISED:
            found.append(_money(schemes, mine, column, column not in taken))
        elif kind == "count" and column not in taken | MORE_OF_WORSE:
            found.append(_plain(schemes, mine, column))
    own = {name for scheme in schemes for name in scheme.document.measures}
    divided = {name for scheme in schemes for name in divisors(scheme)}
    worse = (own - divided) & {name for name, kind in read.items() if kind == "count"} | MORE_OF_WORSE | LATE
    return [*found, *(_fewer(schemes, mine, column) for column in read if column in worse)]


def added_names(scheme: Scheme) -> Iterator[tuple[str, str]]:
    """Yield the additive measures that pay depends on, with their kind; neither divisors nor factors of time."""
    words, elsewhere = scheme.vocabulary, dict.fromkeys(("for_", "of", "prorate", "capacity"))
    for component in scheme.components:
        for formula in formulas(component.model_copy(update=elsewhere)):
            for name in _numerators(scheme, formula.node):
                measure = words.measures.get(name)
                if measure is not None and not measure.average_by:
                    yield name, measure.kind


def divisors(scheme: Scheme) -> frozenset[str]:
    """Return the names a scheme divides by."""
    rules = [*formulas(scheme.components), *(define.formula for define in scheme.vocabulary.defines.values())]
    return frozenset(
        name
        for rule in rules
        for node in nodes(rule.node)
        if isinstance(node, Operation) and node.sign == "/"
        for name in names(node.parts[1])
    )


def _numerators(scheme: Scheme, node: Expression) -> Iterator[str]:
    if isinstance(node, Name):
        define = scheme.vocabulary.defines.get(node.name)
        if define is None:
            yield node.name
        else:
            yield from _numerators(scheme, define.formula.node)
        return
    inner = parts(node)
    if isinstance(node, Operation) and node.sign == "/":
        inner = inner[:1]
    for part in inner:
        yield from _numerators(scheme, part)


def _row(mine: pd.DataFrame, column: str) -> Any:
    """Return the label of the row with the most of a column; it is where one more is added."""
    known = mine[column].dropna()
    return None if known.empty else max(known.index, key=lambda row: known[row])


def _sale(schemes: Sequence[Scheme], mine: pd.DataFrame, column: str) -> Increase | None:
    """Return the lever of one more buyer or order, at the person's own average."""
    where = "inquiries" if column == "buyers" and "inquiries" in mine else column
    row, total = _row(mine, where), int(mine[column].fillna(0).sum())
    if row is None or pd.isna(mine.loc[row, column]):
        return None
    adds = {name: Fraction(1) for name in (column, "orders") if name in mine and not pd.isna(mine.loc[row, name])}
    sold = {}
    for name in SOLD:
        if name in mine and total and not mine[name].isna().any():
            sold[name] = Fraction(int(mine[name].sum()), total)
    reach, steps = _near(total), [1]
    if where == "inquiries":
        inquiries = int(mine[where].fillna(0).sum())
        point, room = max(-(-inquiries // 100), 1), max(int(mine.loc[row, where]) - int(mine.loc[row, column]), 0)
        reach = min(max(point, min(reach, inquiries // 10)), room)
        steps = [1, point] if point > 1 else [1]
    where_added = where if (mine[where].fillna(0) > 0).sum() > 1 else ""
    said = _sale_assumption(names_read(schemes), column, total, sold, where_added)
    return Increase(column, _BOUGHT[column], row, adds | sold, said, reach, tuple(steps))


_BOUGHT: dict[str, Callable[[int], Text]] = {
    "buyers": lambda n: Text(f"{n} more buyer{'s' * (n != 1)}", f"多 {n} 位付款客户"),
    "orders": lambda n: Text(f"{n} more order{'s' * (n != 1)}", f"多 {n} 笔订单"),
}


def names_read(schemes: Sequence[Scheme]) -> dict[str, Text]:
    """Return every name the schemes read, with what it is called."""
    found: dict[str, Text] = {}
    for scheme in schemes:
        words = scheme.vocabulary
        for rule in (*formulas(scheme.components), *(define.formula for define in words.defines.values())):
            found |= {name: Text(words.label(name, "en"), words.label(name, "zh")) for name in names(rule.node)}
    return found


def _sale_assumption(
    read: dict[str, Text], column: str, total: int, sold: dict[str, Fraction], where_added: str
) -> Text:
    """Say what comes with one more buyer or order, as sums of the person's own month."""
    one = Text("buyer", "付款客户") if column == "buyers" else Text("order", "订单")
    per = Text(f"{_MOST[column].en} {total:,}", f"{_MOST[column].zh} {total:,}")
    worth = []
    for name, each in sold.items():
        if name in read:
            label, whole, average = read[name], money(each * total / 100), equals(decimals(each / 100))
            made = Text(f"{label.en} {whole} ÷ {per.en} {average}", f"{label.zh} {whole} ÷ {per.zh} {average}")
            worth.append(made)
    said = [Text(f"each further {one.en} adds no sales", f"每增加1个{one.zh}，销售额不变")]
    if worth:
        made = Text(" and ".join(text.en for text in worth), "、".join(text.zh for text in worth))
        said = [
            Text(
                f"each further {one.en} counts at this month's own average, {made.en}, unrounded until added up",
                f"每增加1个{one.zh}，按本人本月均值计：{made.zh}，相加后才舍入到分",
            )
        ]
    if column == "buyers":
        said.append(Text("inquiries stay as they are", "询单人数不变"))
        if "orders" in read:
            said.append(Text("each is one order", "每个付款客户计1笔订单"))
    if where_added:
        en, zh = _MOST[where_added].en, _MOST[where_added].zh
        said.append(Text(f"added to the shop or spell with most {en}", f"计入{zh}最多的店铺或任职段"))
    return Text("; ".join(text.en for text in said), "；".join(text.zh for text in said))


_ALONE = Text("all other figures stay as they are", "其他数据不变")
_APART = Text("less of what counts against pay, all other figures as they are", "减少扣减因素，其他数据不变")
NEAR, NEAR_MONEY = 5, 100_00
"""So many more (so much, in minor units), or a tenth of what there is, is within reach; of conversion ten points."""


def _near(own: int, least: int = NEAR) -> int:
    return max(least, own // 10)


def _called(schemes: Sequence[Scheme], column: str) -> Text:
    words = next(s.vocabulary for s in schemes if column in s.vocabulary.measures)
    return Text(words.label(column, "en"), words.label(column, "zh"))


def _plain(schemes: Sequence[Scheme], mine: pd.DataFrame, column: str) -> Increase:
    """Return the lever of one more of a count; of what a ratio divides by, only what reaches something is told."""
    name, own = _called(schemes, column), int(mine[column].fillna(0).sum())
    steps = () if any(column in divisors(scheme) for scheme in schemes) else (1,)
    return Increase(
        column,
        lambda n: Text(f"{n} more of “{name.en}”", f"{name.zh}多 {n}"),
        _row(mine, column),
        {column: Fraction(1)},
        _ALONE,
        _near(own),
        steps,
    )


def _money(schemes: Sequence[Scheme], mine: pd.DataFrame, column: str, alone: bool) -> Increase:
    """Return the lever of so much more money, to the cent; a round sum is told where no order brings it."""
    name, own, currency = _called(schemes, column), int(mine[column].fillna(0).sum()), schemes[0].currency
    reach = _near(own, NEAR_MONEY)
    round_sum = 10 ** (len(str(reach)) - 1)

    def said(cents: int) -> Text:
        sum_ = priced(format_money(cents), currency)
        return Text(f"{sum_.en} more of “{name.en}”", f"{name.zh}多 {sum_.zh}")

    both = {c: Fraction(1) for c in (column, *(("gross_sales",) if column == "sales" else ())) if c in mine}
    return Increase(column, said, _row(mine, column), both, _ALONE, reach, (round_sum,) if alone else ())


def _fewer(schemes: Sequence[Scheme], mine: pd.DataFrame, column: str) -> Increase:
    """Return the lever of one less of what counts against pay, or of none of it."""
    name, row = _called(schemes, column), _row(mine, column)
    there = int(mine.loc[row, column])
    return Increase(
        column,
        lambda n: Text(f"{n} fewer of “{name.en}”", f"{name.zh}少 {n}"),
        row,
        {column: Fraction(-1)},
        _APART,
        min(there, NEAR),
        (1, there),
    )


State = dict[tuple[str, str], tuple[tuple[int, int], ...]]


@dataclass(frozen=True, slots=True)
class Estimate:
    """What one change of a person's month would pay.

    Parameters
    ----------
    kind : ``one-more``, ``point`` (of conversion) or ``next-tier``.
    component : of a next tier, else "".
    change : what there is more of.
    count : how many more; of money in minor units.
    currency : of the amounts.
    now, then : what the person is paid in all, minor units.
    assumption : what was taken to come with the change.
    moves : each ledger row that would be another: its sentence, and by how much it differs, minor units.
    """

    kind: str
    component: str
    change: Text
    count: int
    currency: str
    now: int
    then: int
    assumption: Text
    moves: tuple[tuple[Text, Fraction], ...]

    @property
    def gain(self) -> int:
        """Minor units more."""
        return self.then - self.now

    @property
    def text(self) -> Text:
        """The sentence: by how much, and the sum of what changes; `moves` say where each part comes from."""
        by = priced(format_money(self.gain), self.currency)
        made = format_money(self.now) + "".join(signed(by) for _, by in self.moves) + f" = {format_money(self.then)}"
        return Text(
            f"{self.change.en} would have raised this month's pay by {by.en}: {made}.",
            f"{self.change.zh}：可增加 {by.zh}，{made}。",
        )


@dataclass(slots=True, eq=False)
class _Month:
    """One person's month, paid again on changed measures; each change once."""

    schemes: Sequence[Scheme]
    measures: pd.DataFrame
    month: str
    agent: str
    tables: SettlementTables
    _paid: dict[Any, LedgerRows] = field(default_factory=dict)

    @property
    def mine(self) -> pd.DataFrame:
        """The person's rows of the month."""
        return self.measures[(self.measures["month"] == self.month) & (self.measures["agent"] == self.agent)]

    def rows(self, lever: Increase, count: int) -> LedgerRows:
        """Pay the month with `count` more."""
        key = (*lever.adds.items(), count) if count else ()
        if key not in self._paid:
            changed = lever.pulled(self.measures, count) if count else self.measures
            self._paid[key] = pay(self.schemes, changed, month=self.month, **self.tables)
        return self._paid[key]

    def total(self, lever: Increase, count: int) -> int:
        """Return what the person is paid in all, minor units."""
        return total_of(self.rows(lever, count), self.agent)

    def state(self, lever: Increase, count: int) -> State:
        """Return which condition is met and which tier reached, for each of the person's components."""
        found: State = {}
        for part in self.rows(lever, count).parts:
            for block in part.blocks:
                facts, key = block.facts, (part.scheme.id, block.component)
                if not isinstance(facts, AwardFacts | ShareFacts) or facts.found.parts.standing is not None:
                    continue
                for row, person in enumerate(block.person):
                    if part.agent_of(int(person)) == self.agent:
                        found[key] = (*found.get(key, ()), *_reached_in(facts, row))
        return found


def _reached_in(facts: AwardFacts | ShareFacts, row: int) -> tuple[tuple[int, int], ...]:
    """Return the status and tier of each part of a row, of a share those of its pool."""
    if isinstance(facts, ShareFacts):
        return AwardFacts(facts.run, facts.found).reached(int(facts.division.pool[row]))
    return facts.reached(row)


def total_of(rows: LedgerRows, agent: str) -> int:
    """Return what an agent is paid in all, minor units."""
    table = rows.table
    return int(table.loc[table["agent"] == agent, "amount"].sum())


def estimate(
    schemes: Scheme | Sequence[Scheme],
    measures: pd.DataFrame,
    *,
    month: str,
    agent: str,
    **tables: Unpack[SettlementTables],
) -> tuple[Estimate, ...]:
    """Estimate what more would pay a person.

    Parameters
    ----------
    schemes, measures, month, tables : as `pay` takes them.
    agent : the person; without a row in the month there is nothing to estimate.

    Returns
    -------
    tuple of Estimate
        What would have paid more, within reach: for each lever one more; for conversion one point; for each component
        the fewest more (of money to the cent) that reach its next tier or meet its condition; each change once.
    """
    versions = [schemes] if isinstance(schemes, Scheme) else list(schemes)
    person = _Month(versions, measures.reset_index(drop=True), month, agent, tables)
    mine = person.mine
    found: list[Estimate] = []
    for lever in increases(versions, mine) if len(mine) else []:
        if not lever.reach or not person.state(lever, 0):
            continue
        kinds = ("one-more", "point") if lever.column == "buyers" else ("one-more", "one-more")
        told = {n: _of(person, lever, n, kind) for n, kind in zip(lever.steps, kinds, strict=False) if n <= lever.reach}
        told |= {one.count: one for one in _next_tiers(person, lever)}  # which says more of the same count
        most = 0
        for _, one in sorted(told.items()):
            if one.gain > most:  # more than less of it pays already
                most = one.gain
                found.append(one)
    return tuple(found)


def _of(person: _Month, lever: Increase, count: int, kind: str, component: str = "") -> Estimate:
    """Estimate one change."""
    change = lever.said(count)
    if kind == "point":
        buyers, inquiries = (int(person.mine[name].fillna(0).sum()) for name in ("buyers", "inquiries"))
        share = f"{buyers + count:,} ÷ {inquiries:,} {equals(percent(Fraction(buyers + count, inquiries)))}"
        change = Text(
            f"At least one percentage point more of conversion ({change.en}: {share})",
            f"转化率至少提高1个百分点（{change.zh}：{share}）",
        )
    elif kind == "next-tier":
        change = _reached(person, lever, count, component)
    now, then = person.total(lever, 0), person.total(lever, count)
    moves = _moves(person.rows(lever, 0), person.rows(lever, count), person.agent)
    currency, assumption = person.schemes[0].currency, _assumption(person, lever)
    return Estimate(kind, component, change, count, currency, now, then, assumption, moves)


def _reached(person: _Month, lever: Increase, count: int, component_id: str) -> Text:
    """Say that a component reaches another tier, or meets its condition or loses it."""
    scheme = next(s for s in person.schemes if any(c.id == component_id for c in s.components))
    component, change = scheme.component(component_id), lever.said(count)
    voices = [Voice(scheme, lang, component) for lang in LANGUAGES]
    en, zh = (f"“{voice.title(component_id)}”" for voice in voices)
    before, after = ([status for status, _ in person.state(lever, n)[scheme.id, component_id]] for n in (0, count))
    if component.when is None or before == after:
        return Text(f"The next tier of {en} ({change.en})", f"{zh}达到下一档（{change.zh}）")
    needed = [read_aloud(component.when.node, voice) for voice in voices]
    verbs = ("Meeting", "满足") if after.count(PAID) > before.count(PAID) else ("No longer meeting", "不再满足")
    return Text(
        f"{verbs[0]} the condition of {en} ({needed[0]}; {change.en})",
        f"{verbs[1]}{zh}的条件（{needed[1]}；{change.zh}）",
    )


def _moves(now: LedgerRows, then: LedgerRows, agent: str) -> tuple[tuple[Text, Fraction], ...]:
    """Return the sentences of the person's rows that differ, and by how much."""
    before = {step.key: step for step in steps_of(now, agent)}
    after = {step.key: step for step in steps_of(then, agent)}
    moves = []
    for key in dict.fromkeys([*after, *before]):
        old, new = before.get(key), after.get(key)
        by = (new.amount if new else Fraction(0)) - (old.amount if old else Fraction(0))
        if by:
            moves.append((_moved(old, new), by))
    return tuple(moves)


def _moved(old: LedgerStep | None, new: LedgerStep | None) -> Text:
    """Return the sentence of a row as it would be, or as it was where it would fall away."""
    if new is not None or old is None:
        return new.text if new is not None else Text("", "")
    return Text(f"{old.text.en} This row would fall away.", f"{old.text.zh}这一行将不再出现。")


def signed(amount: Fraction) -> str:
    """Return minor units as the next term of a sum."""
    return f" {'+' if amount > 0 else '−'} {money(abs(amount) / 100)}"


def _next_tiers(person: _Month, lever: Increase) -> Iterator[Estimate]:
    """Estimate for each component the fewest more that change which tier or condition is reached."""
    now = person.state(lever, 0)
    for key, before in now.items():
        count = _fewest(person, lever, key, before)
        if count is not None:
            yield _of(person, lever, count, "next-tier", key[1])


def _fewest(person: _Month, lever: Increase, key: tuple[str, str], before: tuple[tuple[int, int], ...]) -> int | None:
    """Return the smallest count within reach that changes a state, found by halving; None for none."""
    low, high = 0, lever.reach
    if person.state(lever, high).get(key) == before:
        return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if person.state(lever, middle).get(key) == before else (low, middle)
    return high


def _assumption(person: _Month, lever: Increase) -> Text:
    """Say what comes with a lever, and that others stay where they are."""
    if not any(c.rank is not None or c.division is not None for s in person.schemes for c in s.components):
        return lever.assumption
    return Text(
        f"{lever.assumption.en}; nobody else's figures change, places and shares are worked out again",
        f"{lever.assumption.zh}；他人数据不变，名次和份额重新计算",
    )
