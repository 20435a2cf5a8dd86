"""Checks on orders and refunds: what was reversed at once, what a refund belongs to, and times that cannot be."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from toolkit.core.figures import counted
from toolkit.core.findings import Finding, listed
from toolkit.core.money import format_money
from toolkit.core.text import Text
from toolkit.data.checks.context import TableCache, month_of, records, today
from toolkit.data.crediting.named import BLANKS
from toolkit.data.tables.schema import DEPOSIT_MARK
from toolkit.data.tables.storage import place_of, stands_among

DATED = (
    ("inquiries", "asked_at", ""),
    ("orders", "created_at", ""),
    ("orders", "paid_at", "amount"),
    ("agent_days", "date", "sales"),
    ("refunds", "refunded_at", "amount"),
)
AT_ONCE_MINUTES = 60
NEARLY_ALL = 0.9


def reversed_at_once(books: TableCache) -> Iterator[Finding]:
    """Orders of which nine tenths or more were refunded within an hour of payment, a finding a shop and month.

    A refund that names no known order is matched to an order of the same customer and amount, where it tells one.
    """
    pairs = _reversed(books.table("orders"), books.table("refunds"))
    for (month, shop), rows in pairs.groupby([month_of(pairs["paid_at"]), "shop"]):
        largest = rows.sort_values(["amount", "order_id"], ascending=[False, True]).iloc[0]
        total, top = format_money(int(rows["amount"].sum())), format_money(int(largest["amount"]))
        minutes = f"{largest['minutes']:.0f}"
        yield Finding(
            "reversed-at-once",
            "review" if rows["large"].any() else "info",
            str(shop),
            Text(
                f"{shop}, {month}: {len(rows):,} orders ({total}) were reversed within an hour of payment; the "
                f"largest, {largest['order_id']} of {top}, after {minutes} minutes.",
                f"{shop} {month}：{len(rows):,} 笔订单（{total}）付款后一小时内被撤销；"
                f"最大一笔 {largest['order_id']}，{top}，{minutes} 分钟后撤销。",
            ),
            str(month),
            {"orders": rows["order_id"].head(20).tolist(), "amount": int(rows["amount"].sum())},
        )


def _reversed(orders: pd.DataFrame, refunds: pd.DataFrame) -> pd.DataFrame:
    """Return the orders reversed at once with `minutes`, and whether they are large (twenty times the median)."""
    paid = orders[orders["paid_at"].notna() & (orders["amount"] > 0)]
    paid = paid.assign(large=paid["amount"] >= 20 * paid["amount"].median() if len(paid) else False)
    dated = refunds[refunds["refunded_at"].notna()]
    columns = ["order_id", "shop", "customer", "paid_at", "amount", "large"]
    by_id = paid[columns].merge(dated[["order_id", "refunded_at", "amount"]], on="order_id", suffixes=("", "_back"))
    found = [by_id]
    if "customer" in dated:
        loose = dated[~stands_among(dated["order_id"], orders["order_id"]) & dated["customer"].notna()]
        loose = loose[["customer", "refunded_at", "amount"]].assign(amount_back=loose["amount"])
        found.append(paid[columns].merge(loose, on=["customer", "amount"]))
    pairs = pd.concat(found, ignore_index=True)
    minutes = (pairs["refunded_at"] - pairs["paid_at"]).dt.total_seconds() / 60
    at_once = minutes.between(0, AT_ONCE_MINUTES) & (pairs["amount_back"] >= NEARLY_ALL * pairs["amount"])
    return pairs.assign(minutes=minutes)[at_once].drop_duplicates("order_id")


def refunds_without_order(books: TableCache) -> Iterator[Finding]:
    """Refunds that name no order of the workspace: they lower nobody's sales."""
    refunds, orders = books.table("refunds"), books.table("orders")
    known = orders["order_id"].str.removesuffix(DEPOSIT_MARK)
    loose = refunds[~stands_among(refunds["order_id"], known)]
    for month, rows in loose.groupby(month_of(loose["refunded_at"]).fillna("")):
        total = format_money(int(rows["amount"].sum()))
        yield Finding(
            "refund-without-order",
            "review",
            "refunds",
            Text(
                f"{len(rows):,} refunds ({total}) in {month or 'no stated month'} name no order that was imported; "
                "they are not taken off anybody's sales.",
                f"{month or '未注明月份'} 有 {len(rows):,} 笔退款（{total}）找不到对应订单，未从任何人的销售额中扣减。",
            ),
            str(month),
            {"n": len(rows), "amount": int(rows["amount"].sum()), "orders": rows["order_id"].head(20).tolist()},
        )


def refunds_exceed_order(books: TableCache) -> Iterator[Finding]:
    """Orders of which more was refunded than was paid, by the month of the last refund; what is above lowers no sales.

    A refund of a pre-sale's final payment may be of its deposit too, so those are left out.
    """
    refunds = books.table("refunds")
    back = refunds.groupby("order_id").agg(back=("amount", "sum"), last=("refunded_at", "max")).reset_index()
    orders = books.table("orders")
    both = back.merge(orders.loc[~orders["stage"].isin(["deposit", "final"]), ["order_id", "amount"]], on="order_id")
    above = both[both["back"] > both["amount"]]
    for month, rows in above.groupby(month_of(above["last"]).fillna("")):
        over, extra = rows["order_id"].tolist(), int((rows["back"] - rows["amount"]).sum())
        one = len(over) == 1
        en = f"{len(over):,} {'order has' if one else 'orders have'} refunds above {'its' if one else 'their'} amount: "
        en += f"{listed(over)}; {'it falls' if one else 'they fall'} to 0, and the {format_money(extra)} above it "
        zh = f"{len(over):,} 笔订单的退款超过订单金额：{listed(over)}；订单扣到 0 为止，"
        text = Text(
            f"{en}{'is' if one else 'are'} taken off nobody's sales.",
            f"{zh}超出的 {format_money(extra)} 不从任何人的销售额中扣减。",
        )
        evidence = {"orders": over[:20], "amount": extra}
        yield Finding("refund-exceeds-order", "review", "refunds", text, str(month), evidence)


def refunded_amount_unknown(books: TableCache) -> Iterator[Finding]:
    """Orders whose after-sales state says refunded, without an amount."""
    orders = books.table("orders")
    if "after_sales" not in orders:
        return
    said = orders["after_sales"].str.contains("退款成功", regex=False).fillna(False).astype(bool)
    blank = orders[said & ~stands_among(orders["order_id"], books.table("refunds")["order_id"])]
    for (month, shop), rows in blank.groupby([month_of(blank["created_at"]), "shop"]):
        total = format_money(int(rows["amount"].sum()))
        yield Finding(
            "refund-amount-unknown",
            "review",
            str(shop),
            Text(
                f"{shop}, {month}: {len(rows):,} orders ({total}) are refunded, but the export does not say how much. "
                "Import the refund list.",
                f"{shop} {month}：{len(rows):,} 笔订单（{total}）已退款，但导出文件没有退款金额。请导入退款明细。",
            ),
            str(month),
            {"n": len(rows), "amount": int(rows["amount"].sum()), "orders": rows["order_id"].head(20).tolist()},
        )


def times_in_wrong_order(books: TableCache) -> Iterator[Finding]:
    """Orders paid before they were made, or confirmed before they were paid."""
    orders = books.table("orders")
    early = (orders["paid_at"] < orders["created_at"]) | (orders["confirmed_at"] < orders["paid_at"])
    for (month, shop), rows in orders[early].groupby([month_of(orders.loc[early, "created_at"]), "shop"]):
        yield Finding(
            "times-in-wrong-order",
            "review",
            str(shop),
            Text(
                f"{shop}, {month}: {len(rows):,} orders are paid before they were made, or confirmed before paid: "
                f"{listed(rows['order_id'].tolist())}.",
                f"{shop} {month}：{len(rows):,} 笔订单付款早于下单，或确认早于付款："
                f"{listed(rows['order_id'].tolist())}。",
            ),
            str(month),
            {"orders": rows["order_id"].head(20).tolist()},
        )


def customers_written_apart(books: TableCache) -> Iterator[Finding]:
    """Customers whose name is written in several ways, case and blanks aside the same; they are taken for one."""
    names = pd.concat([books.table(name)["customer"] for name in ("inquiries", "orders")], ignore_index=True)
    names = names.dropna().drop_duplicates()
    key = names.str.lower()
    for sign in BLANKS:
        key = key.str.replace(sign, "", regex=False)
    twice = names[key.duplicated(keep=False)]
    groups = [" / ".join(sorted(group)) for _, group in twice.groupby(key)]
    if groups:
        n, some = len(groups), listed([repr(g) for g in groups], 3)
        yield Finding(
            "customers-written-apart",
            "info",
            "customers",
            Text(
                f"{counted(n, 'customer is', 'customers are')} written in several ways that differ by capitals or "
                f"blanks and taken for one: {some}.",
                f"{n} 位客户有多种写法，仅大小写或空格不同，按同一客户处理：{some}。",
            ),
            evidence={"n": n, "customers": groups[:20]},
        )


def dates_after_today(books: TableCache) -> Iterator[Finding]:
    """Days that have not come yet: what stands on them is missing in the month it belongs to."""
    tomorrow = pd.Timestamp(today(books.workspace.settings.timezone)) + pd.Timedelta(days=1)
    for name, column, money in DATED:
        rows = books.table(name)
        ahead = rows[rows[column] >= tomorrow]
        if ahead.empty:
            continue
        amount, last = int(ahead[money].sum()) if money else 0, f"{ahead[column].max():%Y-%m-%d}"
        places = [place for row in records(ahead.head(3)) if (place := place_of(row))]
        where = f" ({'; '.join(places)})" if places else ""
        yield Finding(
            "date-after-today",
            "stop",
            f"{name}.{column}",
            Text(
                f"{counted(len(ahead), f'row of {name} has', f'rows of {name} have')} a day in {column} that has not "
                f"come yet, up to {last}{where}: {format_money(amount)} is missing in the month it belongs to.",
                f"{name} 有 {len(ahead):,} 行的 {column} 在今天之后，最晚 {last}{where}："
                f"{format_money(amount)} 没有计入所属月份。",
            ),
            evidence={"n": len(ahead), "amount": amount, "places": places},
        )


def dates_before_the_shop(books: TableCache) -> Iterator[Finding]:
    """Orders and days before anybody worked in their shop, by roster and accounts: nobody can be paid for them."""
    roster = books.table("assignments")
    opened = roster.groupby("shop", as_index=False).agg(opened=("from", "min"))
    for name, column, money in (("orders", "paid_at", "amount"), ("agent_days", "date", "sales")):
        rows = books.table(name)
        both = rows[["shop", column, money]].merge(opened, on="shop")
        early = both[both[column] < both["opened"]]
        for shop, part in early.groupby("shop"):
            amount = int(part[money].sum())
            first, since = (f"{part[c].min():%Y-%m-%d}" for c in (column, "opened"))
            yield Finding(
                "date-before-shop",
                "review",
                str(shop),
                Text(
                    f"{shop}: {counted(len(part), f'row of {name}', f'rows of {name}')} ({format_money(amount)}), from "
                    f"{first} on, before the roster's first day there, {since}: nobody is paid for it.",
                    f"{shop}：{name} 有 {len(part):,} 行（{format_money(amount)}），最早 {first}，"
                    f"早于花名册中该店铺的首日 {since}：无人因此计薪。",
                ),
                evidence={"n": len(part), "amount": amount},
            )


def agents_exceed_shop(books: TableCache) -> Iterator[Finding]:
    """The agents together sold more in a month than the shop's own report says the shop did."""
    shop, agents = books.table("shop_days"), books.table("agent_days")
    whole, mine = (
        days.groupby([month_of(days["date"]).rename("month"), "shop"])["sales"].sum(min_count=1)
        for days in (shop, agents)
    )
    both = pd.concat({"shop_sales": whole, "agent_sales": mine}, axis=1).dropna()
    for row in records(both[both["agent_sales"] > both["shop_sales"]].reset_index()):
        ours, theirs = (format_money(int(row[c])) for c in ("agent_sales", "shop_sales"))
        yield Finding(
            "agents-exceed-shop",
            "review",
            row["shop"],
            Text(
                f"{row['shop']}, {row['month']}: the agents' sales come to {ours}, the shop's report says {theirs}.",
                f"{row['shop']} {row['month']}：客服销售额合计 {ours}，店铺报表仅 {theirs}。",
            ),
            row["month"],
            {"agents": int(row["agent_sales"]), "shop": int(row["shop_sales"])},
        )
