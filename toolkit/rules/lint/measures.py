"""Checks of what is measured: small volumes, goods sent back, quality, robots, what moves without serving anyone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from math import ceil

from toolkit.core.figures import percent
from toolkit.core.findings import Finding, Severity
from toolkit.core.text import Text
from toolkit.rules.formula.dictionary import ALIASES, OTHER_WORDS, label
from toolkit.rules.formula.expressions import Expression, Name, Number, TextLiteral, names, nodes
from toolkit.rules.lint.reading import (
    QUALITY,
    RESULTS,
    SPEED,
    Place,
    aloud,
    amounts,
    columns,
    comparisons,
    component_places,
    conditions_read,
    constant,
    deciders,
    kind,
    measure_names,
)
from toolkit.rules.scheme.document import Component, Table
from toolkit.rules.scheme.scalars import Formula
from toolkit.rules.scheme.scheme import Scheme, formulas

FEW = 7
"""Inquiries of the example of a small month: 7 need 3 buyers to reach 30 %, which is 42.9 %."""
MOST_COMPONENTS = 3
VOLUME = frozenset({"sales", "gross_sales", "orders", "units", "buyers", "deals", "customers", "upsells", "receptions",
                    "consultations", "inquiries", "calls", "offline_sales", "offline_orders", "reminder_sales",
                    "gross_profit", "net_profit", "profit"})  # fmt: skip
SERVED = frozenset({"inquiries", "receptions", "consultations", "customers"})
SENT_BACK = frozenset({"orders", "units", "buyers", "deals", "upsells"})
ROBOT_WORDS = ("robot", "human", "person", "机器人", "人工")

# How each measure can be moved without serving anyone; those that pay by the piece must be looked at.
MOVED: Mapping[str, Text] = {
    "orders": Text("one order placed as three counts three", "一单拆成三单就计三单"),
    "offline_orders": Text("one order written down as three counts three", "一单拆成三单登记就计三单"),
    "deals": Text("one deal written down as three counts three", "一笔拆成三笔登记就计三笔"),
    "upsells": Text("a small item added and sent back later counts as well", "加购小件随后退回也照计"),
    "receptions": Text("a customer passed back and forth is received several times", "来回转接同一客户会多次计接待"),
    "consultations": Text("a colleague's or friend's account asking counts as well", "同事或亲友的账号来询也照计"),
    "calls": Text("a call nobody needed counts as well", "无必要的通话也照计"),
    "rated": Text("only the pleased are asked to rate", "只邀请满意的客户评价"),
    "satisfied": Text("only the pleased are asked to rate", "只邀请满意的客户评价"),
    "checked": Text("easy conversations are put forward to be checked", "挑容易的会话送检"),
    "buyers": Text("a purchase of 9.90 by a friend counts as a buyer", "亲友下一笔 9.90 元的单也计为成交"),
    "inquiries": Text(
        "with 297 buyers of 1,000, not answering 10 who would not buy makes 29.7% into 30%",
        "1,000 个询单成交 297 个时，不接 10 个不会买的客户，29.7% 就成了 30%",
    ),
    "worked_hours": Text("hours of presence count without a customer", "在岗时长不接客户也照计"),
}


def find_small_volumes(scheme: Scheme) -> Iterator[Finding]:
    """Look for ratios and averages that decide pay at any volume: with few customers luck decides.

    Where the prize is the same for few customers as for many it must be looked at; a rate of small sales is small.
    """
    for component, place in component_places(scheme):
        guarded = frozenset[str]().union(*(_guarded(scheme, f) for f in conditions_read(component)))
        for name in dict.fromkeys(name for formula in deciders(component) for name in names(formula.node)):
            over = _counted(scheme, name)
            if over and not over & guarded:
                severity: Severity = "info" if component.pay is not None else "review"
                edge = _edge(scheme, component, name)
                yield place.finding(
                    "no-minimum-volume", severity, _small(scheme, name, over, edge), measure=name, edge=edge
                )
                guarded |= over  # once a component and denominator


def _counted(scheme: Scheme, name: str) -> frozenset[str]:
    """Return the counts a ratio or average is over; nothing for other names."""
    over = scheme.vocabulary.denominator(scheme.vocabulary.target_of(name) or name)
    if over is None or kind(scheme, over) != "count":
        return frozenset()
    return columns(scheme, over)


def _guarded(scheme: Scheme, condition: Formula) -> frozenset[str]:
    """Return the counts a condition asks a least number of."""
    found = frozenset[str]()
    for node in comparisons(condition):
        high, low = node.parts if node.sign in (">", ">=") else reversed(node.parts)
        if node.sign != "==" and kind(scheme, high) == "count" and not isinstance(high, Number) and low != high:
            found |= columns(scheme, high)
    return found | SERVED if found & SERVED else found


def _edge(scheme: Scheme, component: Component, name: str) -> Fraction | None:
    """Return the first edge above 0 a ratio is held against, None where it has no fixed one."""
    tables = [table for _, table in component.tables if name in names(_node(table, component))]
    edges = [constant(scheme, tier.from_) for table in tables for tier in table.tiers]
    if component.when is not None:
        edges += [constant(scheme, part) for node in comparisons(component.when)
                  if name in names(node) for part in node.parts]  # fmt: skip
    return next((edge for edge in edges if edge is not None and 0 < edge < 1), None)


def _node(table: Table, component: Component) -> Expression:
    by = component.by(table)
    return Number(Fraction(0), False) if by is None else by.node


def _small(scheme: Scheme, name: str, over: frozenset[str], edge: Fraction | None) -> Text:
    measure, counted = aloud(scheme, Name(name, name)), measure_names(scheme, over)
    start = Text(
        f"{measure.en} decides without a least number of {counted.en}: ",
        f"{measure.zh}起决定作用，却未规定最低{counted.zh}：",
    )
    if name not in scheme.vocabulary.defines:
        return Text(f"{start.en}one customer can make the average.", f"{start.zh}一个客户就能成为平均值。")
    if edge is None:
        return Text(f"{start.en}one of one is 100%.", f"{start.zh}1 个里成 1 个就是 100%。")
    need = ceil(edge * FEW)
    shown, share = percent(edge), f"{need / FEW:.1%}"
    return Text(
        f"{start.en}one of one is 100%, and of {FEW} it takes {need} ({share}) to reach {shown}.",
        f"{start.zh}1 个里成 1 个就是 100%，{FEW} 个中要 {need} 个（{share}）才够 {shown}。",
    )


def find_goods_sent_back(scheme: Scheme) -> Iterator[Finding]:
    """Look for pay on sales before refunds, or on orders that still count when sent back: it pays to oversell."""
    for component, place in component_places(scheme):
        read = columns(scheme, *amounts(component))
        if read & {"refunds", "sales"}:
            continue
        if "gross_sales" in read:
            rate = constant(scheme, component.rate) if isinstance(component.rate, Formula) else None
            message = Text(
                "pays on sales before refunds: of 100,000.00 with 10% sent back, 10,000.00 is paid on what nobody "
                "kept. The measure sales is net of refunds.",
                "按退款前的销售额计发：100,000.00 中退回 10% 时，其中 10,000.00 也付了酬。销售额一列已扣除退款。",
            )
            paid = None if rate is None else rate * 10_000
            yield place.finding("refunds-not-netted", "review", message, paid_on_returns=paid)
        elif read & SENT_BACK:
            counted = measure_names(scheme, read & SENT_BACK)
            message = Text(
                f"counts {counted.en}, which do not go down when goods are sent back.",
                f"按{counted.zh}计发，退货后不减少。",
            )
            yield place.finding("returns-still-count", "info", message, measures=sorted(read & SENT_BACK))


def find_volume_without_quality(scheme: Scheme) -> Iterator[Finding]:
    """Look for schemes that pay for volume and read no measure of quality: the work is hurried, customers pay for it.

    Where a ratio of results to customers decides as well, hurried work costs the payee too, and it is named only.
    """
    paid = [(c, place) for c, place in component_places(scheme) if columns(scheme, *amounts(c)) & VOLUME]
    if not paid or columns(scheme, *formulas(scheme.components)) & QUALITY:
        return
    tempered = any(_is_result_ratio(scheme, name) for c, _ in paid for f in deciders(c) for name in names(f.node))
    component, place = paid[0]
    volume = measure_names(scheme, columns(scheme, *amounts(component)) & VOLUME)
    message = Text(
        f"the scheme pays for {volume.en} and reads no measure of quality (satisfaction, complaints, errors).",
        f"方案按{volume.zh}计发，却不看任何质量指标（满意、投诉、差错）。",
    )
    severity: Severity = "info" if tempered else "review"
    yield place.finding("volume-without-quality", severity, message, n_components=len(paid))


def _is_result_ratio(scheme: Scheme, name: str) -> bool:
    define = scheme.vocabulary.defines.get(name)
    return define is not None and bool(_counted(scheme, name)) and bool(columns(scheme, define.formula) & RESULTS)


def find_robot_replies(scheme: Scheme) -> Iterator[Finding]:
    """Look for awards on reply speed with nothing that leaves out a robot's replies: the robot is then rewarded."""
    for component, place in component_places(scheme):
        read = columns(scheme, *amounts(component), *deciders(component)) & set(SPEED)
        if not read or _asks_about_robots(component):
            continue
        what = measure_names(scheme, read)
        message = Text(
            f"rewards {what.en}, and nothing leaves out a robot's replies: if a robot answers 30% of customers "
            "after 1 s, an average of 60 s is shown as 42.3 s.",
            f"奖励{what.zh}，却没有排除机器人的回复：若机器人用 1 秒回复三成客户，60 秒的平均会显示为 42.3 秒。",
        )
        yield place.finding("robot-replies", "review", message, shown_seconds=42.3)


def _asks_about_robots(component: Component) -> bool:
    written = [n.value if isinstance(n, TextLiteral) else n.written for f in formulas(component)
               for n in nodes(f.node) if isinstance(n, TextLiteral | Name)]  # fmt: skip
    return any(word in text.lower() for text in written for word in ROBOT_WORDS)


def find_movable_measures(scheme: Scheme) -> Iterator[Finding]:
    """Look for measures the payee can move without serving anyone: they end up measuring that."""
    for name, how in MOVED.items():
        read = [
            (c, place) for c, place in component_places(scheme) if name in columns(scheme, *amounts(c), *deciders(c))
        ]
        by_piece = [(c, place) for c, place in read if name in columns(scheme, *amounts(c))]
        for _, place in (by_piece or read)[:1]:
            what = measure_names(scheme, {name})
            message = Text(
                f"{what.en} can change without anyone being served: {how.en}.",
                f"{what.zh}不服务客户也能改变：{how.zh}。",
            )
            severity: Severity = "review" if by_piece else "info"
            yield place.finding("movable-measure", severity, message, measure=name, n_components=len(read))


def find_known_words(scheme: Scheme) -> Iterator[Finding]:
    """Look for own measures declared under a word of ours: only a table of own figures feeds them, else they are 0."""
    for name in scheme.document.measures:
        ours = OTHER_WORDS.get(name, ALIASES.get(name))
        if ours is not None:
            message = Text(
                f"{name!r} is declared as a measure of its own, which no export feeds; for what exports bring, write "
                f"{ours} ({label(ours, 'en')}).",
                f"{name!r} 声明成了自有指标，任何导出都不会填它；要用导出里的数字，请写作 {ours}"
                f"（{label(ours, 'zh')}）。",
            )
            yield Place(scheme, None, ("measures", name)).finding("known-word", "review", message, measure=ours)


def find_overlaps(scheme: Scheme) -> Iterator[Finding]:
    """Look for more than three components that pay the same people by the same measure: nobody knows what counts."""
    groups: dict[str, list[tuple[Component, Place]]] = {}
    for component, place in component_places(scheme):
        who = f"{component.level} {'' if component.for_ is None else component.for_.text}"
        groups.setdefault(who, []).append((component, place))
    for members in groups.values():
        read = {c.id: columns(scheme, *amounts(c), *deciders(c)) for c, _ in members}
        for name in sorted(frozenset[str]().union(*read.values())):
            paid = [(c, place) for c, place in members if name in read[c.id]]
            if len(paid) > MOST_COMPONENTS:
                ids, what = [c.id for c, _ in paid], measure_names(scheme, {name})
                message = Text(
                    f"{len(ids)} components pay the same people by {what.en}: {', '.join(ids)}.",
                    f"{len(ids)} 个项目按{what.zh}重复奖励同一批人：{'、'.join(ids)}。",
                )
                yield paid[0][1].finding(
                    "overlapping-components", "review", message, measure=name, n_components=len(ids)
                )
