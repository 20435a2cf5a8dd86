"""What a person could have more of in a month: one more order, one more of a count; and what comes with it.

A lever only changes measures; what the changed month pays is for `pay` to say.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import pandas as pd

from toolkit.core.money import round_to_step
from toolkit.core.text import Text
from toolkit.rules.explain.wording import decimals, equals, money
from toolkit.rules.formula.expressions import Expression, Name, Operation, names, nodes, parts
from toolkit.rules.scheme.scheme import Scheme, formulas

SOLD = ("gross_sales", "sales", "gross_profit", "net_profit", "profit")  # money that comes with an order
_MOST = {
    "inquiries": Text("inquiries", "询单人数"),
    "buyers": Text("buyers", "付款人数"),
    "orders": Text("orders", "订单数"),
}
MORE_OF_WORSE = frozenset({"complaints", "complaints_upheld", "answer_errors", "note_errors", "refunds"})


@dataclass(frozen=True, slots=True)
class Lever:
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


def levers(schemes: Sequence[Scheme], mine: pd.DataFrame) -> list[Lever]:
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


def _sale(schemes: Sequence[Scheme], mine: pd.DataFrame, column: str) -> Lever | None:
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
    said = _sale_assumption(_read(schemes), column, total, sold, where_added)
    return Lever(column, one, many, row, adds | sold, said, most)


def _read(schemes: Sequence[Scheme]) -> dict[str, Text]:
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
                f"each further {one.en} counts at this person's own average, {made.en}, unrounded until added up",
                f"每增加1个{one.zh}，按本人本月均值计：{made.zh}，相加后才舍入到分",
            )
        ]
    if column == "buyers":
        said.append(Text("inquiries stay as they are", "询单人数不变"))
        if "orders" in read:
            said.append(Text("each is one order", "每个付款客户计1笔订单"))
    if where_added:
        en, zh = _MOST[where_added].en, _MOST[where_added].zh
        said.append(Text(f"added to the data row with most {en}", f"计入{zh}最多的一行数据"))
    return Text("; ".join(text.en for text in said), "；".join(text.zh for text in said))


def _plain(schemes: Sequence[Scheme], mine: pd.DataFrame, column: str) -> Lever:
    words = next(s.vocabulary for s in schemes if column in s.vocabulary.measures)
    en, zh = words.label(column, "en"), words.label(column, "zh")
    one = Text(f"of “{en}”", f"{zh}多 {{}}")
    assumption = Text("all other figures stay as they are", "其他数据不变")
    divides = any(column in divisors(scheme) for scheme in schemes)
    return Lever(column, one, one, _row(mine, column), {column: Fraction(1)}, assumption, is_divisor=divides)
