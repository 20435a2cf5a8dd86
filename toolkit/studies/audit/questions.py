"""What the audit asks beside the sums: luck, nearness to an edge, the bridge from last month, two groups.

From last month's variable pay to this month's: what inquiries, conversion, value, refunds and the rules did.
Pay due = inquiries x conversion x sales per buyer x share kept after refunds x pay per unit of sales; the change is
split exactly among these five. The last one is what the rules give on the sales: rates, tiers reached, bonuses.

Pay of two groups of people set side by side, as it stands: the first look at fairness in the monthly audit.

Who stands one buyer from a tier: the same month paid again with one buyer more, and with one fewer.
Sales are left as they are, so what changes is what the tiers and conditions alone do. Where pay compares people
(places, means, pools) each is tried in turn, the others as they were; else all are tried in one run.

How much of an award is luck: for each bonus that stands on an edge of conversion, awards expected to miss the skill.
The skill of each person is estimated from the months before the one paid, so this month's luck is not taken for skill.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from toolkit.core.errors import ToolkitError
from toolkit.core.money import format_money, round_to_step
from toolkit.core.period import Month
from toolkit.core.text import Text
from toolkit.models.baseline.conversion import fit_conversion
from toolkit.models.comparison.factors import split_change
from toolkit.models.comparison.two_groups import MeanGap, compare_means
from toolkit.models.outlook.forecast import forecast_month
from toolkit.models.targets.awards import judge_award
from toolkit.rules.formula.expressions import Expression, Name, Number, Operation, parts
from toolkit.rules.settle.payroll import pay
from toolkit.studies.reconcile.due import stands_alone

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolkit.rules.scheme.document import Component
    from toolkit.rules.scheme.scheme import Scheme
    from toolkit.studies.audit.settlement import Settlement


FACTORS: tuple[tuple[str, Text], ...] = (
    ("inquiries", Text("Inquiries", "询单量")),
    ("conversion", Text("Conversion", "转化率")),
    ("sales_per_buyer", Text("Sales per buyer", "客单价")),
    ("kept_share", Text("Refunds", "退款")),
    ("pay_rate", Text("Rules: rates, tiers, bonuses", "规则：提成比例、档位、奖金")),
)


def bridge_of_pay(before: Settlement, after: Settlement) -> Mapping[str, int] | None:
    """Split the change in total pay due among the five factors.

    Returns
    -------
    mapping of factor to minor units, or None
        The parts sum exactly to the change; None where a month has no inquiries, buyers or sales.
    """
    old, new = factors_of_pay(before), factors_of_pay(after)
    if old is None or new is None:
        return None
    parts = dict(split_change(old, new).parts)
    whole = {name: round_to_step(part) for name, part in parts.items()}
    change = int(after.due.sum() - before.due.sum())
    largest = max(whole, key=lambda name: abs(parts[name]))
    return whole | {largest: whole[largest] + change - sum(whole.values())}


def factors_of_pay(settlement: Settlement) -> Mapping[str, Fraction] | None:
    """Return the five factors of a month's pay, None where one of them is undefined."""
    people = settlement.cells.loc[settlement.cells["agent"].notna()]
    names = ("inquiries", "buyers", "gross_sales", "sales")
    inquiries, buyers, gross, net = (int(people[name].sum()) for name in names)
    if not (inquiries and buyers and gross and net):
        return None
    rate = Fraction(int(settlement.due.sum()), net)
    shares = (Fraction(buyers, inquiries), Fraction(gross, buyers), Fraction(net, gross), rate)
    return dict(zip((name for name, _ in FACTORS), (Fraction(inquiries), *shares), strict=True))


@dataclass(frozen=True, slots=True)
class GroupComparison:
    """One group column looked at: the gap in mean pay due, or why there is none to show.

    Parameters
    ----------
    column : the roster's column.
    gap : minor units; None when the groups cannot be compared or one is too small to be shown.
    text : the sentence for the report.
    """

    column: str
    gap: MeanGap | None
    text: Text


def compare_groups(settlement: Settlement, roster: pd.DataFrame, column: str, *, small_cell: int) -> GroupComparison:
    """Compare the mean pay due of the two groups that a roster column makes.

    Parameters
    ----------
    roster : assignments with the column; each person counts in the group of the last spell begun in the month.
    small_cell : fewer people in a group than this are not shown.
    """
    if column not in roster.columns:
        return GroupComparison(column, None, Text(f"The roster has no column {column}.", f"任职表没有“{column}”列。"))
    begun = roster.loc[roster["from"] <= pd.Timestamp(settlement.month.last_day)].sort_values("from", kind="stable")
    group = begun.groupby("agent")[column].last()
    due = settlement.due
    of_payee = group.reindex(due.index)
    sizes = of_payee.value_counts()
    if len(sizes) != 2 or sizes.min() < small_cell:
        return GroupComparison(column, None, _not_compared(column, len(sizes), small_cell))
    gap = compare_means(due, of_payee)
    return GroupComparison(column, gap, _sentence(column, gap))


def _not_compared(column: str, n_groups: int, small_cell: int) -> Text:
    return Text(
        f"By {column}: not compared; this takes two groups of at least {small_cell} people, "
        f"the month has {n_groups} groups.",
        f"按{column}：未比较；需要两组且每组至少 {small_cell} 人，本月有 {n_groups} 组。",
    )


def _sentence(column: str, gap: MeanGap) -> Text:
    size, low, high, least = (format_money(round(x)) for x in (abs(gap.gap), gap.lower, gap.upper, gap.smallest_seen))
    more = gap.gap > 0
    shown_en = "a gap is shown" if gap.shown else "no gap is shown, which is not the same as none"
    shown_zh = "存在差距" if gap.shown else "未显示差距，但不等于没有差距"
    return Text(
        f"By {column}, before any adjustment: {gap.group} ({gap.n} people) is due {size} "
        f"{'more' if more else 'less'} on average than {gap.reference} ({gap.n_reference}); "
        f"95 % interval {low} to {high}: {shown_en}. "
        f"A gap smaller than {least} could be missed.",
        f"按{column}（未作调整）：{gap.group}（{gap.n} 人）平均比 {gap.reference}（{gap.n_reference} 人）"
        f"{'多' if more else '少'} {size}；95% 区间 {low} 至 {high}：{shown_zh}。小于 {least} 的差距可能看不出来。",
    )


NOBODY_NEAR = pd.DataFrame(columns=["agent", "buyers", "now", "then", "difference"])


def near_an_edge(settlement: Settlement) -> pd.DataFrame:
    """Return those whose pay one buyer would change.

    Returns
    -------
    DataFrame
        One row an agent and direction: agent, buyers (+1 or -1), now, then, difference (minor units), sorted by the
        size of the difference.
    """
    now = settlement.due.add(settlement.changed, fill_value=0).astype("int64")
    found = []
    alone = all(stands_alone(scheme) for scheme in settlement.versions)
    largest = _largest_cells(settlement, now.index)
    if largest.empty:
        return NOBODY_NEAR
    tried = [largest] if alone else [largest.loc[[agent]] for agent in largest.index]
    for step in (1, -1):
        then = pd.concat([_due_with(settlement, step, who).reindex(who.index, fill_value=0) for who in tried])
        table = pd.DataFrame({"now": now.loc[then.index], "then": then}).rename_axis("agent")
        found.append(table.reset_index().assign(buyers=step))
    both = pd.concat(found, ignore_index=True)
    both["difference"] = both["then"] - both["now"]
    changed = both.loc[both["difference"] != 0, list(NOBODY_NEAR)]
    order = changed["difference"].abs().sort_values(ascending=False, kind="stable").index
    return changed.loc[order].reset_index(drop=True)


def _largest_cells(settlement: Settlement, agents: pd.Index) -> pd.Series:
    """Return by agent the row of the measures in which most inquiries are, of those whose buyers are known."""
    cells = settlement.measures.table
    here = (cells["month"] == str(settlement.month)) & cells["agent"].isin(agents) & cells["buyers"].notna()
    month = cells.loc[here]
    return month.assign(n=month["inquiries"].fillna(-1)).groupby("agent")["n"].idxmax()


def _due_with(settlement: Settlement, step: int, largest: pd.Series) -> pd.Series:
    """Pay the month with `step` buyers more in some agents' largest cells."""
    moved = settlement.measures.table.copy()
    buyers, inquiries = (moved.loc[largest, "buyers"] + step).clip(lower=0), moved.loc[largest, "inquiries"]
    moved.loc[largest, "buyers"] = buyers.mask((buyers > inquiries).fillna(False), inquiries)
    rows = pay(settlement.versions, moved, month=str(settlement.month), **settlement.tables).table
    return rows.groupby("agent")["amount"].sum()


SEED, FEWEST_MONTHS = 20260101, 6
CONVERSION = ("buyers", "inquiries")


def conversion_edges(scheme: Scheme) -> Iterator[tuple[str, Fraction]]:
    """Yield each fixed amount that is paid from an edge of buyers / inquiries on: component id and edge."""
    for component in scheme.components:
        if component.amount is not None and component.when is not None:
            for node in _below(component.when.node):
                edge = _edge(node, scheme)
                if edge is not None:
                    yield component.id, edge


def _below(node: Expression) -> Iterator[Expression]:
    yield node
    for part in parts(node):
        yield from _below(part)


def _edge(node: Expression, scheme: Scheme) -> Fraction | None:
    if not (isinstance(node, Operation) and node.sign in (">=", ">")):
        return None
    left, right = node.parts
    return right.value if isinstance(right, Number) and _is_conversion(left, scheme) else None


def _is_conversion(node: Expression, scheme: Scheme) -> bool:
    if isinstance(node, Name):
        define = scheme.document.define.get(node.name)
        node = getattr(define, "node", node)
    if not (isinstance(node, Operation) and node.sign == "/"):
        return False
    return tuple(p.name for p in node.parts if isinstance(p, Name)) == CONVERSION


def judge_luck(cells: pd.DataFrame, month: Month, schemes: tuple[Scheme, ...]) -> tuple[Text, ...]:
    """Say for each award at an edge of conversion how many awards of this month are expected to be luck.

    Parameters
    ----------
    cells : measures of the months before `month` and of `month` itself.
    """
    edges = [(scheme.component(c), edge) for scheme in schemes for c, edge in conversion_edges(scheme)]
    if not edges:
        return (Text("No award stands on an edge of conversion.", "没有以转化率为门槛的奖金。"),)
    served = cells.loc[cells["agent"].notna() & (cells["inquiries"].fillna(0) > 0) & (cells["role"] == "agent")]
    known = served[["month", "agent", "shop", "inquiries", "buyers"]].dropna()
    past, now = known.loc[known["month"] < str(month)], known.loc[known["month"] == str(month)]
    if past["month"].nunique() < FEWEST_MONTHS:
        few = past["month"].nunique()
        return (Text(f"Luck is not judged: {few} months before this one, {FEWEST_MONTHS} are needed.",
                     f"未评估运气成分：此前仅有 {few} 个月的数据，需要 {FEWEST_MONTHS} 个月。"),)  # fmt: skip
    try:
        forecast = forecast_month(fit_conversion(past), now.drop(columns="buyers"), np.random.default_rng(SEED))
    except ToolkitError as error:
        why = str(error).splitlines()[0]
        return (Text(f"Luck could not be judged: {why}", f"无法评估运气成分：{why}"),)
    return tuple(_said(component, judge_award(forecast, edge).text) for component, edge in edges)


def _said(component: Component, text: Text) -> Text:
    title = component.title or Text(component.id, component.id)
    return Text(f"{title.en}: {text.en}", f"{title.zh}：{text.zh}")
