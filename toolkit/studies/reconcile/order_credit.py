"""Orders that counted for another agent: found from what payroll paid, proved by paying the rules on the moved base.

How much an agent's pay follows the base is probed with `pay` itself; a difference so names the range of sales that
would explain it, a few cents wide. Sales explain it when a colleague of the same shop is short by the same sum, or
when an order of the shop has that amount. Every move found is then paid, and stands only if it gives payroll's amount
to the cent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import ceil, floor

import numpy as np
import pandas as pd

from toolkit.core.money import format_money
from toolkit.core.text import Text
from toolkit.rules.formula.dictionary import SPELL_COLUMNS, label
from toolkit.studies.reconcile.causes import base_columns
from toolkit.studies.reconcile.due import AmountsDue, Key, PaymentCase, pay_items

CREDIT_OF: Mapping[str, str] = {"sales": "inquiry", "reminder_sales": "reminder", "offline_sales": "offline"}
PROBE = 100_000  # minor units: large enough that every rate with five decimals shows exactly
MAX_PAIRED = 20  # people of a shop; among more, a pair that fits is too likely to be chance
POINTS = 5  # sums tried inside a range that two differences leave open
ROUNDS = 12
Shops = Mapping[str, pd.DataFrame]


@dataclass(frozen=True, slots=True)
class MeasureChange:
    """One row of measures by which an agent's pay can be moved.

    Parameters
    ----------
    key : agent and item.
    row : index of the row in the measures.
    column : the measure of sales.
    shop : the row's shop, "" when the table has none.
    low, high : minor units by which the measure would have to change, both included.
    """

    key: Key
    row: int
    column: str
    shop: str
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class CreditMove:
    """Sales moved: `changes` are (row, column, minor units), `keys` whose amounts they must explain."""

    keys: tuple[Key, ...]
    changes: tuple[tuple[int, str, int], ...]
    label: Text


@dataclass(frozen=True, slots=True)
class ProvedMove:
    """A move that gives every amount it must explain, with the dues it was paid by."""

    move: CreditMove
    dues: AmountsDue


def moved_orders(case: PaymentCase, due: AmountsDue, paid: Mapping[Key, int]) -> Iterator[ProvedMove]:
    """Yield moves of sales that explain amounts; at most one an agent and item.

    Parameters
    ----------
    due : what the rules give.
    paid : the amounts to explain.
    """
    levers = [lever for lever in _levers(case, due, paid) if lever.low <= lever.high]
    found: set[Key] = set()
    shops = _by_shop(case.orders)
    for moves in (_pairs(shops, levers), _single_orders(shops, levers)):
        for proved in _prove(case, [m for m in moves if not found & set(m.keys)], paid):
            found |= set(proved.move.keys)
            yield proved


def _levers(case: PaymentCase, due: AmountsDue, paid: Mapping[Key, int]) -> Iterator[MeasureChange]:
    rows = _first_rows(case)
    keys: dict[str, list[Key]] = {}
    for key in paid:
        keys.setdefault(key[0], []).append(key)
    columns = {c for s in case.in_force(case.month) for part in s.components for c in base_columns(s, part)}
    for column in sorted(columns & CREDIT_OF.keys() & set(case.measures.columns)):
        for _, slot in rows.groupby("slot"):
            probed = _pay(case, [(row, column, PROBE) for row in slot.index])
            for row, agent, shop in zip(slot.index, slot["agent"], slot["shop"], strict=True):
                for key in keys.get(agent, []):
                    slope = Fraction(probed.amounts.get(key, 0) - due.amounts.get(key, 0), PROBE)
                    if slope:
                        yield _lever(key, (int(row), column, shop), slope, paid[key] - due.amounts.get(key, 0))


def _lever(key: Key, place: tuple[int, str, str], slope: Fraction, difference: int) -> MeasureChange:
    """Return the range in which the base must move; both amounts were rounded, each by half a cent at most."""
    ends = sorted(((difference - 1) / slope, (difference + 1) / slope))
    return MeasureChange(key, *place, ceil(ends[0]), floor(ends[1]))


def _first_rows(case: PaymentCase) -> pd.DataFrame:
    """Return the first row of each agent and spell of the month: agent, shop, number of the spell."""
    rows = case.measures[(case.measures["month"] == str(case.month)) & case.measures["agent"].notna()]
    spell = ["agent", *(c for c in SPELL_COLUMNS if c in rows)]
    first = rows[~rows.duplicated(spell)]
    shop = first["shop"].fillna("") if "shop" in first else ""
    return pd.DataFrame({"agent": first["agent"], "slot": first.groupby("agent").cumcount()}).assign(shop=shop)


def _pay(case: PaymentCase, changes: Sequence[tuple[int, str, int]]) -> AmountsDue:
    measures = case.measures.copy()
    for column in {c for _, c, _ in changes}:
        mine = [(row, amount) for row, c, amount in changes if c == column]
        moved = pd.Series([a for _, a in mine], index=[row for row, _ in mine]).groupby(level=0).sum()
        rows = moved.index
        measures.loc[rows, column] = measures.loc[rows, column].fillna(0) + moved.astype(measures[column].dtype)
    return pay_items(case, case.in_force(case.month), measures, case.month)


def _pairs(shops: Shops, levers: Sequence[MeasureChange]) -> list[CreditMove]:
    """Return sales that one agent may have instead of a colleague of the shop."""
    groups: dict[tuple[str, str, str], list[MeasureChange]] = {}
    for lever in levers:
        groups.setdefault((lever.key[1], lever.column, lever.shop), []).append(lever)
    small = [group for group in groups.values() if len({v.key for v in group}) <= MAX_PAIRED]
    return [move for group in small for gain, loss in _matches(group) for move in _pair_moves(shops, gain, loss)]


def _matches(group: Sequence[MeasureChange]) -> Iterator[tuple[MeasureChange, MeasureChange]]:
    gains, losses = [v for v in group if v.low > 0], [v for v in group if v.high < 0]
    for gain, loss in product(gains, losses):
        if gain.key != loss.key and max(gain.low, -loss.high) <= min(gain.high, -loss.low):
            yield gain, loss


def _pair_moves(shops: Shops, gain: MeasureChange, loss: MeasureChange) -> Iterator[CreditMove]:
    low, high = max(gain.low, -loss.high), min(gain.high, -loss.low)
    orders = _orders_between(shops, loss, low, high, own=True)
    middle = (low + high) // 2
    spread = {low + (high - low) * i // (POINTS - 1) for i in range(POINTS)} | {middle}
    amounts = [*_amounts(orders), *sorted(spread, key=lambda x: abs(x - middle))]
    for amount in dict.fromkeys(amounts):
        what = _what(gain.column, amount, orders)
        name = Text(
            f"{what.en} counted for {gain.key[0]} and not for {loss.key[0]}",
            f"{what.zh}算给了 {gain.key[0]}，而不是 {loss.key[0]}",
        )
        changes = ((gain.row, gain.column, amount), (loss.row, loss.column, -amount))
        yield CreditMove((gain.key, loss.key), changes, name)


def _by_shop(orders: pd.DataFrame | None) -> Shops:
    """Return the orders of each shop, under "" all of them."""
    if orders is None:
        return {}
    return {"": orders} | ({str(shop): own for shop, own in orders.groupby("shop")} if "shop" in orders else {})


def _orders_between(shops: Shops, lever: MeasureChange, low: int, high: int, *, own: bool) -> pd.DataFrame:
    """Return the shop's orders of an amount in a range: the agent's own that counted, or all others.

    Orders whose customer asked the agent too stand first.
    """
    orders = shops.get(lever.shop)
    if orders is None:
        return pd.DataFrame(columns=["order_id", "agent", "amount", "asked"])
    orders = orders[orders["amount"].between(low, high)]
    mine = orders["agent"].eq(lever.key[0]).fillna(False)
    counted = mine & orders["credit"].eq(CREDIT_OF[lever.column]).fillna(False)
    orders = orders[counted if own else ~counted]
    known = orders["others"] if "others" in orders else [()] * len(orders)
    asked = orders.assign(asked=[lever.key[0] in others for others in known])
    return asked.sort_values("asked", ascending=False, kind="stable")


def _amounts(orders: pd.DataFrame) -> list[int]:
    return [int(amount) for amount in orders["amount"].unique()]


def _what(column: str, amount: int, orders: pd.DataFrame) -> Text:
    """Name the sales moved: the order of this amount where one is known, and how many more are about as large."""
    sum_, same, n_more = format_money(amount), orders[orders["amount"] == amount], len(orders) - 1
    if same.empty:
        return Text(f"{label(column, 'en')} of {sum_}", f"{sum_} 的{label(column, 'zh')}")
    order = same["order_id"].iloc[0]
    others = "another" if n_more == 1 else f"one of {n_more} others"
    more = Text(f", or {others} about as large", f"，或金额相近的另外 {n_more} 笔之一")
    return Text(f"order {order} ({sum_}{more.en * (n_more > 0)})", f"订单 {order}（{sum_}{more.zh * (n_more > 0)}）")


def _single_orders(shops: Shops, levers: Sequence[MeasureChange]) -> list[CreditMove]:
    return [move for lever in levers for move in _order_moves(shops, lever)] if shops else []


def _order_moves(shops: Shops, lever: MeasureChange) -> Iterator[CreditMove]:
    gain = lever.low > 0
    if not gain and lever.high >= 0:
        return
    low, high = (lever.low, lever.high) if gain else (-lever.high, -lever.low)
    orders = _orders_between(shops, lever, low, high, own=not gain)
    luck = _luck(_orders_between(shops, lever, low // 2, 2 * high, own=not gain), low, high) if len(orders) else 0.0
    for amount in _amounts(orders):
        change = (lever.row, lever.column, amount if gain else -amount)
        yield CreditMove((lever.key,), (change,), _with_luck(_order_label(lever, orders, amount), luck))


def _luck(orders: pd.DataFrame, low: int, high: int) -> float:
    """Return the share of sums between half and double this one that some order would fit as well."""
    width = high - low + 1
    starts = np.sort(orders["amount"].unique().astype("int64")) - width // 2
    reached = np.minimum(np.diff(starts, append=starts[-1] + width), width).sum()
    return float(min(1.0, reached / (2 * high - low // 2)))


def _with_luck(name: Text, luck: float) -> Text:
    """Add how likely an order is found for any sum of this size: what is likely anyway proves little."""
    share = f"{100 * luck:.0f}"
    return Text(
        f"{name.en} (for {share} of 100 sums of this size some order would fit)",
        f"{name.zh}（这一量级的金额每 100 个中有 {share} 个能碰巧对上某笔订单）",
    )


def _order_label(lever: MeasureChange, orders: pd.DataFrame, amount: int) -> Text:
    what, who = _what(lever.column, amount, orders), lever.key[0]
    order = orders[orders["amount"] == amount].iloc[0]
    also = Text(f", whose customer asked {who} too", f"（其客户也咨询过 {who}）") if order["asked"] else Text("", "")
    if lever.low <= 0:
        return Text(f"{what.en} not counted for {who}{also.en}", f"{what.zh}{also.zh}未算给 {who}")
    if pd.isna(order["agent"]) or order["agent"] == "":
        return Text(f"{what.en} of nobody counted for {who}{also.en}", f"无归属的{what.zh}{also.zh}算给了 {who}")
    return Text(
        f"{what.en} of {order['agent']} counted for {who}{also.en}",
        f"{order['agent']} 的{what.zh}{also.zh}算给了 {who}",
    )


def _prove(case: PaymentCase, moves: Sequence[CreditMove], paid: Mapping[Key, int]) -> Iterator[ProvedMove]:
    """Pay moves, each agent one at a time, and yield those that give every amount they must explain."""
    waiting, done = list(moves), set[Key]()
    for _ in range(ROUNDS):
        busy: set[str] = set()
        now: list[CreditMove] = []
        for move in waiting:
            people = {agent for agent, _ in move.keys}
            if not busy & people and not done & set(move.keys):
                now.append(move)
                busy |= people
        if not now:
            return
        dues = _pay(case, [change for move in now for change in move.changes])
        for move in now:
            if all(dues.amounts.get(key) == paid[key] for key in move.keys):
                done |= set(move.keys)
                yield ProvedMove(move, dues)
        tried = set(map(id, now))
        waiting = [move for move in waiting if id(move) not in tried]
