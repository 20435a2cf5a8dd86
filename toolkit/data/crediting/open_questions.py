"""What the month's data leave open: findings that come with the measures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import get_args

import pandas as pd

from toolkit.core.figures import counted
from toolkit.core.findings import Finding, by_gravity, listed, look
from toolkit.core.money import format_money
from toolkit.core.text import LANGUAGES, Text
from toolkit.data.crediting.tally import DailyFacts, Source, months_of_days, rated_by_vendor
from toolkit.data.tables.schema import WHOLE_MONTH
from toolkit.data.tables.settings import CountUnit

COMPARED: dict[str, str] = {
    "inquiries": "inquiries",
    "buyers": "buyers",
    "orders": "orders",
    "gross_sales": "sales",
    "refunds": "refunds",
}
"""Measures counted from events, and the column of the vendor's days that says the same."""
_AGENT = ["month", "shop", "agent"]
_LABELS: dict[str, Text] = {
    "inquiries": Text("inquiries", "询单人数"),
    "buyers": Text("buyers", "付款人数"),
    "orders": Text("orders", "订单数"),
    "gross_sales": Text("sales before refunds", "退款前销售额"),
    "refunds": Text("refunds", "退款金额"),
}


@dataclass(frozen=True, slots=True)
class OpenQuestions:
    """What the measures leave out or take in without knowing enough, see `toolkit.data.crediting.facts`.

    Parameters
    ----------
    inquiries, orders : on accounts nobody held, by shop, account and day.
    unnamed : inquiries without account or customer, by shop and day.
    undated, deposits : refunds without a day, deposits whose rest is not paid, by shop and day.
    closed : orders closed after payment without a refund.
    large : large orders of nobody.
    """

    inquiries: pd.DataFrame
    orders: pd.DataFrame
    unnamed: pd.DataFrame
    undated: pd.DataFrame
    closed: pd.DataFrame
    large: pd.DataFrame
    deposits: pd.DataFrame


def check_measures(facts: DailyFacts, sources: Iterable[Source], left: OpenQuestions, count_unit: str) -> list[Finding]:
    """Return all findings about the measures, gravest first."""
    kinds = {(s.month, s.shop): s.kind for s in sources}
    return by_gravity(
        [
            *look(_unmapped, facts, left),
            *look(_unnamed, left.unnamed),
            *look(_assumed, left),
            *look(_closed, left.closed, kinds),
            *look(_large, left.large),
            *look(_disagreements, facts, kinds),
            *look(_count_units, facts.agent_days, kinds, count_unit),
            *look(_blank_days, facts.agent_days, kinds),
            *look(_vendor_ratings, facts, kinds),
        ]
    )


def _vendor_ratings(facts: DailyFacts, kinds: Mapping[tuple[str, str], str]) -> list[Finding]:
    """Say where ratings are the vendor's while everything else is counted from inquiries."""
    chosen = pd.DataFrame(
        [(m, s, kind) for (m, s), kind in kinds.items()], columns=["month", "shop", "kind"], dtype="str"
    )
    return [
        Finding(
            code="ratings-from-days",
            severity="info",
            subject=str(shop),
            message=Text(
                f"In {month} the inquiries of {shop} carry no rating; ratings are those of the daily report.",
                f"{month} {shop} 的询单没有评价；评价取自每日报表。",
            ),
            period=str(month),
        )
        for month, shop in rated_by_vendor(facts, chosen).itertuples(index=False)
    ]


def check_assignments(cells: pd.DataFrame) -> list[Finding]:
    """Find agents with measures on days for which no assignment says what they were."""
    lost = cells.loc[cells["agent"].notna() & cells["role"].isna()]
    return [
        Finding(
            code="no-assignment",
            severity="review",
            subject=str(agent),
            message=Text(
                f"{agent} has measures in {month} on days without an assignment; role and base pay are blank there.",
                f"{agent} 在 {month} 有数据的部分日期没有任职记录，岗位和底薪为空。",
            ),
            period=str(month),
            evidence={"rows": len(rows)},
        )
        for (month, agent), rows in lost.groupby(["month", "agent"])
    ]


def _unmapped(facts: DailyFacts, left: OpenQuestions) -> Iterator[Finding]:
    days = facts.agent_days  # a month of an account that changed hands is a finding of its own: range-over-hand-over
    nobody = days["agent"].isna() & ~days["handed_over"]
    vendor = days.loc[nobody, ["day", "shop", "account", "count_unit", "inquiries", "orders", "sales"]]
    rows = pd.concat(
        [
            left.inquiries.rename(columns={"n": "inquiries"}),
            left.orders.assign(orders=1),
            vendor.rename(columns={"sales": "amount"}),
        ],
        ignore_index=True,
    ).reindex(columns=["day", "shop", "account", "count_unit", "inquiries", "orders", "amount"])
    rows = rows.assign(month=months_of_days(rows["day"]))
    names = set(facts.assignments["name"].dropna())
    alike: dict[tuple[str, tuple[str, ...], str], list[pd.DataFrame]] = {}
    for (month, account), part in rows.groupby(["month", "account"]):
        figures = part[["inquiries", "orders", "amount"]].sum().any()
        kind = "named" if account in names else "silent" if not figures else ""
        alike.setdefault((str(month), tuple(sorted(set(part["shop"]))), kind), []).append(part)
    for (month, shops, kind), parts in alike.items():
        together = [pd.concat(parts)] if len(parts) > _SEVERAL else parts
        yield from (_of_nobody(month, shops, kind, part) for part in together)


_SEVERAL = 3  # so many accounts of a shop without a holder are told one by one; more in one sentence


def _of_nobody(month: str, shops: tuple[str, ...], kind: str, part: pd.DataFrame) -> Finding:
    """Return the finding of one account that belongs to nobody, or of several of a shop."""
    accounts = [str(a) for a in dict.fromkeys(part["account"])]
    inquiries, orders, amount = (int(part[c].sum()) for c in ("inquiries", "orders", "amount"))
    first, last = part["day"].min().date(), part["day"].max().date()
    when = Text(f"on days from {first} to {last}", f"{first} 至 {last} 的部分日期")
    if (part["count_unit"] == WHOLE_MONTH).all():
        when = Text(f"in {month}", month)
    counts = [(inquiries, Text("inquiries", "次询单")), (orders, Text("orders", "笔订单"))]
    told = [(n, what) for n, what in counts if n] or counts[:1]
    en, zh = " and ".join(f"{n} {w.en}" for n, w in told), "、".join(f"{n} {w.zh}" for n, w in told)
    n, some, one = len(accounts), accounts[:_SEVERAL], accounts[0]
    who = Text(f"Account {one} belongs", f"账号 {one} ")
    if n > 1:
        listed_zh = f"{'、'.join(shops)}：{n} 个账号（{'、'.join(some)} 等）"
        who = Text(f"{', '.join(shops)}: {n} accounts ({', '.join(some)}, ...) belong", listed_zh)
    shared = Text("", "")
    if kind == "named":  # reports that name the person have no other account
        shared = Text(
            f" {one} is a name of the roster: write it as the account, too.",
            f"“{one}”是花名册里的姓名：账号一列也照写这个姓名。",
        )
    elif kind == "silent":  # after-sales accounts: many use them, none is paid for them
        shared = Text(
            " An account many share may be held by somebody no scheme pays.",
            "多人共用、不计个人业绩的账号，可登记在不参与提成的人（如主管）名下。",
        )
    money = format_money(amount)
    message = Text(
        f"{who.en} to nobody {when.en}: {en}, {money} of sales; next: import the list of accounts (shop, account, "
        f"agent, from).{shared.en}",
        f"{who.zh}在 {when.zh} 没有对应客服：有 {zh}、销售额 {money}；下一步：导入账号归属表（店铺、旺旺、工号或姓名、"
        f"开始日期）。{shared.zh}",
    )
    evidence = {"shops": list(shops), "inquiries": inquiries, "orders": orders, "amount": amount}
    evidence |= {"accounts": accounts} if n > 1 else {}
    return Finding("unmapped-account", "stop", one if n == 1 else ", ".join(shops), message, month, evidence)


def _unnamed(unnamed: pd.DataFrame) -> Iterator[Finding]:
    totals = unnamed.assign(month=months_of_days(unnamed["day"])).groupby(["month", "shop"])
    what = {"without_account": ("account", "账号", "count for nobody", "不计入任何人"),
            "without_customer": ("customer", "客户", "cannot become buyers", "无法计为成交")}  # fmt: skip
    for (month, shop), rows in totals:
        for column, (name, named, so, hence) in what.items():
            if n := int(rows[column].sum()):
                yield Finding(
                    code=f"inquiries-{column.replace('_', '-')}",
                    severity="review",
                    subject=str(shop),
                    message=Text(
                        f"{n} inquiries of {shop} in {month} name no {name}; they {so}.",
                        f"{shop} 在 {month} 有 {n} 次询单没有{named}，{hence}。",
                    ),
                    period=str(month),
                    evidence={"n": n},
                )


def _assumed(left: OpenQuestions) -> Iterator[Finding]:
    """Yield what was assumed of refunds without a day and of deposits."""
    for code, rows in (("undated-refunds", left.undated), ("open-deposits", left.deposits)):
        sums = rows.assign(month=months_of_days(rows["day"])).groupby(["month", "shop"])[["n", "amount"]].sum()
        for (month, shop), n, amount in zip(sums.index, sums["n"], sums["amount"], strict=True):
            money = format_money(int(amount))
            texts = {
                "undated-refunds": Text(
                    f"{n} refunds of {shop} in {month} ({money}) have no date; they are taken off the month.",
                    f"{shop} {month} 的订单有 {n} 笔退款（{money}）没有日期，已在当月扣减。",
                ),
                "open-deposits": Text(
                    f"{n} deposits of {shop} in {month} ({money}) do not count until the rest is paid.",
                    f"{shop} {month} 有 {n} 笔定金（{money}）尚未付尾款，暂不计入。",
                ),
            }
            yield Finding(code, "info", str(shop), texts[code], str(month), {"n": int(n), "amount": int(amount)})


def _closed(closed: pd.DataFrame, kinds: Mapping[tuple[str, str], str]) -> Iterator[Finding]:
    """Yield orders that count although they were closed: a stop where somebody is paid for them."""
    rows = closed.assign(month=months_of_days(closed["day"]))
    told = [kinds.get((str(m), str(s))) == "agent_days" for m, s in zip(rows["month"], rows["shop"], strict=True)]
    rows["paid"] = rows["agent"].notna() & ~(pd.Series(told, rows.index, dtype=bool) & (rows["credit"] == "inquiry"))
    for (month, shop, paid), part in rows.groupby(["month", "shop", "paid"]):
        orders, amount = part["order_id"].tolist(), int(part["amount"].sum())
        money, n, whose = format_money(amount), len(orders), sorted(set(part["agent"].dropna())) if paid else []
        who = Text(f"in the sales of {listed(whose)}", f"计入 {listed(whose)} 的销售额")
        so = who if paid else Text("in nobody's pay", "不影响任何人的薪酬")
        yield Finding(
            "closed-without-refund",
            "stop" if paid else "review",
            str(shop),
            Text(
                f"{shop}, {month}: {counted(n, 'paid order')} ({money}) {'was' if n == 1 else 'were'} closed or "
                f"cancelled, but no refund is known: {listed(orders)}; they still count, {so.en}. Import the refund "
                "list or correct their state.",
                f"{shop} {month}：{n} 笔已付款订单（{money}）已关闭或取消，但没有退款记录：{listed(orders)}；"
                f"目前仍计入，{so.zh}。请导入退款明细，或更正订单状态。",
            ),
            str(month),
            {"n": n, "amount": amount, "agents": whose, "orders": orders[:20]},
        )


def _large(large: pd.DataFrame) -> Iterator[Finding]:
    """Yield the large orders of nobody, to be traced by hand: a list of credits names the account of each."""
    rows = large.assign(month=months_of_days(large["day"])).sort_values(["amount", "order_id"], ascending=[False, True])
    for (month, shop), part in rows.groupby(["month", "shop"]):
        n, amount, orders = len(part), int(part["amount"].sum()), part["order_id"].tolist()
        money = format_money(amount)
        yield Finding(
            "large-order-untraced",
            "review",
            str(shop),
            Text(
                f"{shop}, {month}: {counted(n, 'large order')} ({money}) {'is' if n == 1 else 'are'} nobody's: "
                f"{listed(orders)}. Trace by hand whose {'it is' if n == 1 else 'they are'} and import a list of "
                "credits (order, account).",
                f"{shop} {month}：{n} 笔大额订单（{money}）没有归属：{listed(orders)}。"
                "请人工核实归属，并导入订单归属表（订单编号、账号）。",
            ),
            str(month),
            {"n": n, "amount": amount, "orders": orders},
        )


def _disagreements(facts: DailyFacts, kinds: Mapping[tuple[str, str], str]) -> Iterator[Finding]:
    """Yield where the vendor's days and the events, both present, give other totals for some agent."""
    own = facts.sales.loc[facts.sales["credit"] == "inquiry"]
    vendor, events = _by_month(facts.agent_days), _by_month(pd.concat([facts.units, own], ignore_index=True))
    said = vendor.groupby(_AGENT)[list(COMPARED.values())].sum(min_count=1).set_axis(list(COMPARED), axis="columns")
    ours = events.reindex(columns=[*_AGENT, *COMPARED]).groupby(_AGENT)[list(COMPARED)].sum()
    gaps = said - ours.reindex(said.index).fillna(0)
    both = set(zip(events["month"], events["shop"], strict=True)) & {(month, shop) for month, shop, _ in gaps.index}
    for month, shop in sorted(both & kinds.keys()):
        rows, kind = gaps.loc[(month, shop)], kinds[month, shop]
        measures = COMPARED if kind == "events" else ("orders", "gross_sales", "refunds")
        known = {measure: rows[measure].dropna() for measure in measures}
        differing = {measure: gap[gap != 0] for measure, gap in known.items() if (gap != 0).any()}
        if differing:
            yield _disagreement(month, shop, differing)


def _by_month(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(month=months_of_days(rows["day"]))


def _disagreement(month: str, shop: str, gaps: Mapping[str, pd.Series]) -> Finding:
    agents = len(set().union(*(gap.index for gap in gaps.values())))
    told = {
        lang: "; ".join(f"{_LABELS[m].of(lang)} {_widest(m, gap)}" for m, gap in gaps.items()) for lang in LANGUAGES
    }
    return Finding(
        code="sources-disagree",
        severity="review",
        subject=shop,
        message=Text(
            f"In {shop}, {month}, the vendor's report and the events differ for {agents} agents; "
            f"report minus events: {told['en']}.",
            f"{shop} {month} 的报表与明细有 {agents} 名客服不一致；报表减明细：{told['zh']}。",
        ),
        period=month,
        evidence={measure: {str(a): int(v) for a, v in gap.items()} for measure, gap in gaps.items()},
    )


def _widest(measure: str, gap: pd.Series) -> str:
    """Return the differences of the three agents that differ most."""
    order = gap.abs().sort_values(ascending=False, kind="stable").index[:3]
    money = measure in ("gross_sales", "refunds")
    told = [
        f"{agent} {'+' * int(gap[agent] > 0)}{format_money(int(gap[agent])) if money else gap[agent]}"
        for agent in order
    ]
    return ", ".join([*told, *["..."] * (len(gap) > len(order))])


def _count_units(days: pd.DataFrame, kinds: Mapping[tuple[str, str], str], count_unit: str) -> Iterator[Finding]:
    """Yield the shops whose report counts otherwise than a month's other reports, or than what is counted here.

    A row that does not say how it counts is taken to count as the workspace does.
    """
    told = days.assign(month=months_of_days(days["day"]), count_unit=days["count_unit"].fillna(count_unit))
    said: dict[str, dict[str, set[str]]] = {}
    for (month, shop), rows in told.groupby(["month", "shop"]):
        if kinds.get((str(month), str(shop))) == "agent_days":
            said.setdefault(str(month), {})[str(shop)] = set(rows["count_unit"])
    for month, shops in said.items():
        counted_here = any(kind == "events" and when == month for (when, _), kind in kinds.items())
        others = {count_unit} if counted_here else set()
        if len(others.union(*shops.values())) > 1:
            for shop, units in shops.items():
                if units != {count_unit}:
                    yield _count_unit(month, shop, sorted(units), count_unit, counted_here=counted_here)


def _count_unit(month: str, shop: str, units: list[str], setting: str, *, counted_here: bool) -> Finding:
    own = Text(", ".join(units), "、".join(units))
    what = Text("other reports of the month", "本月其他报表")
    if len(units) > 1:
        what = Text("itself", "其自身")
    elif counted_here:
        what = Text(f"the inquiries counted here by {setting}", f"按 {setting} 统计的询单明细")
    export = Text(
        "Export the reports again in one unit and import them with --instead-of",
        "请按同一口径重新导出并用 --instead-of 导入",
    )
    setting_too = Text(
        f", or write count_unit: {units[0]} under crediting in workspace.yaml to count the others so.",
        f"，或在 workspace.yaml 的 crediting 下写 count_unit: {units[0]}，使其余询单也按此统计。",
    )
    more = setting_too if counted_here and len(units) == 1 and units[0] in get_args(CountUnit) else Text(".", "。")
    return Finding(
        code="mixed-count-units",
        severity="review",
        subject=shop,
        message=Text(
            f"The report of {shop} counts inquiries in {month} by {own.en}, which does not compare with {what.en}. "
            f"{export.en}{more.en}",
            f"{shop} 在 {month} 的询单口径为 {own.zh}，与{what.zh}不可直接比较。{export.zh}{more.zh}",
        ),
        period=month,
        evidence={"units": units},
    )


def _blank_days(days: pd.DataFrame, kinds: Mapping[tuple[str, str], str]) -> Iterator[Finding]:
    """Yield where some of the vendor's days leave blank what others tell, and where refunds are not told at all."""
    by_shop = days.loc[days["counted"]]
    for (month, shop), rows in by_shop.groupby([months_of_days(by_shop["day"]), "shop"]):
        if kinds.get((str(month), str(shop))) != "agent_days":
            continue
        blank = {c: int(rows[c].isna().sum()) for c in COMPARED.values()}
        partly = {c: n for c, n in blank.items() if 0 < n < len(rows)}
        place = f"{shop}, {month}"
        if partly:
            names = {column: _LABELS[measure] for measure, column in COMPARED.items()}
            told = {lang: ", ".join(f"{names[c].of(lang)} {n}" for c, n in partly.items()) for lang in LANGUAGES}
            yield Finding("blank-days", "review", str(shop), Text(
                f"In {place}, days are blank in: {told['en']} (of {len(rows)}); their agents' sums are blank too.",
                f"{place} 的报表有空白：{told['zh']}（共 {len(rows)} 行），相关客服的合计也为空。",
            ), str(month), partly)  # fmt: skip
        if blank["refunds"] == len(rows) and blank["sales"] < len(rows):
            yield Finding("refunds-not-reported", "review", str(shop), Text(
                f"The report of {place} tells no refunds; sales are taken as they stand.",
                f"{place} 的报表没有退款数据，销售额按原数采用。",
            ), str(month))  # fmt: skip
