"""What would a person have been paid with one more order, one more point of conversion, or at the next tier?

What a person could have more of in a month: one more order, one more of a count; and what comes with it.
A lever only changes measures; what the changed month pays is for `pay` to say.

Every answer is the same `pay` on changed measures: nobody else's figures change, places and shares are worked out
again. Each comes with the sentence of what was assumed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
from toolkit.rules.scheme.scheme import Scheme, formulas
from toolkit.rules.settle.inputs import SettlementTables
from toolkit.rules.settle.payroll import pay

SOLD = ("gross_sales", "sales", "gross_profit", "net_profit", "profit")  # money that comes with an order
_MOST = {
    "inquiries": Text("inquiries", "询单人数"),
    "buyers": Text("buyers", "付款人数"),
    "orders": Text("orders", "订单数"),
}
MORE_OF_WORSE = frozenset({"complaints", "complaints_upheld", "answer_errors", "note_errors", "refunds"})


@dataclass(frozen=True, slots=True)
class Increase:
    """One more of something, in one row of the measures.

    Parameters
    ----------
    column : what there is more of.
    one, many : what one and several of it are called.
    row : label of the row it is added to.
    adds : what one more adds, by column; money in minor units.
    assumption : what was taken to come with it.
    most : how many more there can be; None for no limit.
    is_divisor : whether some ratio divides by it, so that more of it may pay less.
    """

    column: str
    one: Text
    many: Text
    row: Any
    adds: dict[str, Fraction]
    assumption: Text
    most: int | None = None
    is_divisor: bool = False

    def pulled(self, measures: pd.DataFrame, count: int) -> pd.DataFrame:
        """Return the measures with `count` more."""
        changed = measures.copy()
        for column, each in self.adds.items():
            changed.loc[self.row, column] = changed.loc[self.row, column] + round_to_step(each * count)
        return changed

    def counted(self, count: int) -> Text:
        """Say so many more."""
        name = self.one if count == 1 else self.many
        return Text(f"{count} more {name.en}", name.zh.format(count))


def increases(schemes: Sequence[Scheme], mine: pd.DataFrame) -> list[Increase]:
    """Return the levers of a person; `mine` are the person's rows of the month, labelled as in the measures."""
    read = [name for scheme in schemes for name in counted_names(scheme) if name in mine]
    found = []
    for column in ("buyers", "orders"):
        if column in mine and (lever := _sale(schemes, mine, column)) is not None:
            found.append(lever)
            break
    taken = {column for lever in found for column in lever.adds}
    for column in dict.fromkeys(read):
        if column not in taken and column not in MORE_OF_WORSE and _row(mine, column) is not None:
            found.append(_plain(schemes, mine, column))
    return found


def counted_names(scheme: Scheme) -> Iterator[str]:
    """Yield the additive counts that pay depends on otherwise than as a divisor."""
    words = scheme.vocabulary
    for component in scheme.components:
        for formula in formulas(component.model_copy(update={"for_": None, "of": None, "prorate": None})):
            for name in _numerators(scheme, formula.node):
                measure = words.measures.get(name)
                if measure is not None and measure.kind == "count" and not measure.average_by:
                    yield name


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
    return None if known.empty else known.astype("int64").idxmax()


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
    most = None
    if where == "inquiries":
        most = max(int(mine.loc[row, where]) - int(mine.loc[row, column]), 0)
    one = Text("buyer", "多 {} 位付款客户") if column == "buyers" else Text("order", "多 {} 笔订单")
    many = Text(f"{one.en}s", one.zh)
    where_added = where if len(mine) > 1 else ""
    said = _sale_assumption(names_read(schemes), column, total, sold, where_added)
    return Increase(column, one, many, row, adds | sold, said, most)


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
        said.append(Text(f"added where there are most {en}", f"计入{zh}最多之处"))
    return Text("; ".join(text.en for text in said), "；".join(text.zh for text in said))


def _plain(schemes: Sequence[Scheme], mine: pd.DataFrame, column: str) -> Increase:
    words = next(s.vocabulary for s in schemes if column in s.vocabulary.measures)
    en, zh = words.label(column, "en"), words.label(column, "zh")
    one = Text(f"of “{en}”", f"{zh}多 {{}}")
    assumption = Text("all other figures stay as they are", "其他数据不变")
    divides = any(column in divisors(scheme) for scheme in schemes)
    return Increase(column, one, one, _row(mine, column), {column: Fraction(1)}, assumption, is_divisor=divides)


FARTHEST = 512
"""A next tier farther than so many orders (or so many of a count) is not looked for."""
NEAR = 5
"""So many more, or a tenth of what there is, may be called within reach."""

State = dict[tuple[str, str], tuple[tuple[int, int], ...]]


@dataclass(frozen=True, slots=True)
class Estimate:
    """What one change of a person's month would pay.

    Parameters
    ----------
    kind : ``one-more``, ``point`` or ``next-tier``.
    component : of a next tier, else "".
    change : what there is more of.
    count : how many more.
    currency : of the amounts.
    now, then : what the person is paid in all, minor units.
    assumption : what was taken to come with the change.
    moves : each ledger row that would be another: its sentence, and by how much it differs, minor units.
    own : how many there are now.
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
    own: int = 0

    @property
    def is_near(self) -> bool:
        """Whether so many more are within reach of somebody who has `own`."""
        return self.count <= max(NEAR, self.own // 10)

    @property
    def gain(self) -> int:
        """Minor units more (or less)."""
        return self.then - self.now

    @property
    def text(self) -> Text:
        """The sentence: by how much, and the sum of what changes; `moves` say where each part comes from."""
        by, then = (priced(format_money(amount), self.currency) for amount in (abs(self.gain), self.then))
        moved = "".join(signed(by) for _, by in self.moves)
        made = f"{format_money(self.now)}{moved} = " if moved else ""
        if not self.gain:
            return Text(
                f"{self.change.en} would have changed nothing: {made}{then.en}.",
                f"{self.change.zh}：应发金额不变：{made}{then.zh}。",
            )
        word = Text("raised", "可增加") if self.gain > 0 else Text("lowered", "将减少")
        made += format_money(self.then)
        return Text(
            f"{self.change.en} would have {word.en} this month's pay by {by.en}: {made}.",
            f"{self.change.zh}：{word.zh} {by.zh}，{made}。",
        )


@dataclass(slots=True, eq=False)
class _Month:
    """One person's month, paid again on changed measures; each change once."""

    schemes: Sequence[Scheme]
    measures: pd.DataFrame
    month: str
    agent: str
    tables: SettlementTables
    _paid: dict[tuple[str, int], LedgerRows] = field(default_factory=dict)

    @property
    def mine(self) -> pd.DataFrame:
        """The person's rows of the month."""
        return self.measures[(self.measures["month"] == self.month) & (self.measures["agent"] == self.agent)]

    def rows(self, lever: Increase, count: int) -> LedgerRows:
        """Pay the month with `count` more."""
        key = (lever.column if count else "", count)
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
                facts = block.facts
                if not isinstance(facts, AwardFacts) or facts.found.parts.standing is not None:
                    continue
                for row, person in enumerate(block.person):
                    if part.agent_of(int(person)) == self.agent:
                        found[part.scheme.id, block.component] = facts.reached(row)
        return found


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
        For each lever one more; for conversion one point; for each component the fewest more that reach its next tier
        or meet its condition, if `FARTHEST` or fewer do. What also divides, as inquiries do, only where more pays more.
    """
    versions = [schemes] if isinstance(schemes, Scheme) else list(schemes)
    person = _Month(versions, measures.reset_index(drop=True), month, agent, tables)
    mine = person.mine
    found: list[Estimate] = []
    for lever in increases(versions, mine) if len(mine) else []:
        if lever.most == 0 or not person.state(lever, 0):
            continue
        next_tiers = list(_next_tiers(person, lever))
        if lever.is_divisor:
            found += [one for one in next_tiers if one.gain > 0]
        else:
            found += [_of(person, lever, 1, "one-more"), *_one_point(person, lever, mine), *next_tiers]
    return tuple(found)


def _of(person: _Month, lever: Increase, count: int, kind: str, component: str = "") -> Estimate:
    """Estimate one change."""
    change = lever.counted(count)
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
    own = int(person.mine[lever.column].fillna(0).sum())
    return Estimate(kind, component, change, count, currency, now, then, assumption, moves, own)


def _reached(person: _Month, lever: Increase, count: int, component_id: str) -> Text:
    """Say that a component reaches another tier, or meets its condition or loses it."""
    scheme = next(s for s in person.schemes if any(c.id == component_id for c in s.components))
    component, change = scheme.component(component_id), lever.counted(count)
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


def _one_point(person: _Month, lever: Increase, mine: pd.DataFrame) -> list[Estimate]:
    """Estimate one point of conversion: a hundredth of the inquiries, in whole buyers."""
    if lever.column != "buyers" or "inquiries" not in mine:
        return []
    hundredth = Fraction(int(mine["inquiries"].fillna(0).sum()), 100)
    count = -(-hundredth.numerator // hundredth.denominator)
    if count <= 1 or (lever.most is not None and count > lever.most):
        return []
    return [_of(person, lever, count, "point")]


def _next_tiers(person: _Month, lever: Increase) -> Iterator[Estimate]:
    """Estimate for each component the fewest more that change which tier or condition is reached."""
    now = person.state(lever, 0)
    farthest = FARTHEST if lever.most is None else min(lever.most, FARTHEST)
    for key, before in now.items():
        count = _fewest(person, lever, key, before, farthest)
        if count is not None:
            yield _of(person, lever, count, "next-tier", key[1])


def _fewest(
    person: _Month, lever: Increase, key: tuple[str, str], before: tuple[tuple[int, int], ...], farthest: int
) -> int | None:
    """Return the smallest count that changes a state, found by doubling and then halving; None for none."""
    low, high = 0, 1
    while person.state(lever, min(high, farthest)).get(key) == before:
        if high >= farthest:
            return None
        low, high = high, high * 2
    high = min(high, farthest)
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
