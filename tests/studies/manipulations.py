"""Ways to be paid what is not due, each planted alone in a correct month of the bundled sample.

A plan is drawn with a seed: whom it concerns and how large it is. What is planted in payroll leaves the data as they
are; what is planted in the data is paid by the rules, so that payroll agrees with the manipulated month.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import pandas as pd

MONTH, BEFORE, PAID_IN = "2024-11", "2024-10", "2024-12"
COMMISSION, BASE = "提成", "底薪"
Lines: TypeAlias = pd.DataFrame
Tables: TypeAlias = dict[str, pd.DataFrame]


@dataclass(frozen=True, slots=True)
class Attack:
    """What is planted, and the classes or codes any of which names it; `tones` are the verdicts it may end in."""

    plant: Callable[[np.random.Generator, Lines], Lines]
    named: frozenset[str]
    tones: frozenset[str] = frozenset({"stop"})


def of_month(lines: Lines, item: str = COMMISSION, month: str = MONTH) -> Lines:
    return lines[(lines["earned_month"] == month) & (lines["item"] == item)]


def draw(rng: np.random.Generator, lines: Lines, n: int = 1) -> list[int]:
    """Return row labels of commissions worth more than 100."""
    own = of_month(lines)
    large = own[own["amount"] > 10_000]
    return [int(i) for i in rng.choice(large.index, n, replace=False)]


def added(lines: Lines, row: int, **changes: object) -> Lines:
    """Return the lines and one more, like `row` but for `changes`."""
    one = lines.loc[[row]].assign(line_id=f"X{len(lines)}", row=str(9_000 + len(lines)), **changes)
    return pd.concat([lines, one], ignore_index=True)


def changed(lines: Lines, rows: list[int], column: str, values: list[object]) -> Lines:
    out = lines.copy()
    for row, value in zip(rows, values, strict=True):
        out.loc[row, column] = value
    return out


def ghost_base(rng: np.random.Generator, lines: Lines) -> Lines:
    row = int(rng.choice(of_month(lines, BASE).index))
    return added(lines, row, agent=f"z{rng.integers(10, 99)}")


def ghost_commission(rng: np.random.Generator, lines: Lines) -> Lines:
    (row,) = draw(rng, lines)
    return added(lines, row, agent=f"z{rng.integers(10, 99)}")


def leaver(rng: np.random.Generator, lines: Lines) -> Lines:
    row = int(rng.choice(of_month(lines, BASE if rng.random() < 0.5 else COMMISSION).index))
    return added(lines, row, agent=str(rng.choice(["a04", "a13", "a16"])))


def unknown_item(rng: np.random.Generator, lines: Lines) -> Lines:
    (row,) = draw(rng, lines)
    return added(lines, row, item="团队奖", amount=int(rng.integers(1_000, 90_000)))


def retitled_item(rng: np.random.Generator, lines: Lines) -> Lines:
    rows = draw(rng, lines)
    return changed(lines, rows, "item", ["业绩奖"])


def back_dated(rng: np.random.Generator, lines: Lines) -> Lines:
    (row,) = draw(rng, lines)
    return added(lines, row, earned_month=BEFORE, amount=int(rng.integers(500, 50_000)))


def fixed_raised(rng: np.random.Generator, lines: Lines) -> Lines:
    row = int(rng.choice(of_month(lines, BASE).index))
    return changed(lines, [row], "amount", [int(lines.loc[row, "amount"]) + int(rng.integers(100, 200_000))])


def fixed_twice(rng: np.random.Generator, lines: Lines) -> Lines:
    return added(lines, int(rng.choice(of_month(lines, BASE).index)))


def twice(rng: np.random.Generator, lines: Lines) -> Lines:
    return added(lines, draw(rng, lines)[0])


def twice_other_spelling(rng: np.random.Generator, lines: Lines) -> Lines:
    (row,) = draw(rng, lines)
    agent, item = str(lines.loc[row, "agent"]), COMMISSION
    spelled = [{"item": "提　成"}, {"item": "提成奖"}, {"agent": agent.upper()}, {"agent": "а" + agent[1:]}]
    return added(lines, row, **{"agent": agent, "item": item, **spelled[int(rng.integers(4))]})


def split(rng: np.random.Generator, lines: Lines) -> Lines:
    (row,) = draw(rng, lines)
    whole = int(lines.loc[row, "amount"])
    part = int(rng.integers(1, whole))
    return added(changed(lines, [row], "amount", [whole - part]), row, amount=part)


def swap(rng: np.random.Generator, lines: Lines) -> Lines:
    rows = draw(rng, lines, 2)
    amounts: list[object] = [int(lines.loc[r, "amount"]) for r in rows]
    return changed(lines, rows, "amount", amounts[::-1])


def one_tier_up(rng: np.random.Generator, lines: Lines) -> Lines:
    """Pay one commission at the rate of the next tier; rates are 1.5, 3, 3.5, 4 and 6 %, known from the scheme."""
    (row,) = draw(rng, lines)
    amount = int(lines.loc[row, "amount"])
    return changed(lines, [row], "amount", [round(amount * float(rng.choice([2, 3.5 / 3, 4 / 3.5, 1.5])))])


def last_months_amount(rng: np.random.Generator, lines: Lines) -> Lines:
    old = of_month(lines, month=BEFORE).set_index("agent")["amount"]
    own = of_month(lines)
    both = own[own["agent"].isin(old.index) & (own["amount"] > 0)]
    row = int(rng.choice(both.index))
    return changed(lines, [row], "amount", [int(old[lines.loc[row, "agent"]])])


def rounding_skim(rng: np.random.Generator, lines: Lines) -> Lines:
    rows = draw(rng, lines, int(rng.integers(3, 9)))
    sign = int(rng.choice([-1, 1]))
    return changed(lines, rows, "amount", [int(lines.loc[r, "amount"]) + sign for r in rows])


def one_percent_for_all(rng: np.random.Generator, lines: Lines) -> Lines:
    rows = [int(i) for i in of_month(lines).index]
    factor = int(rng.choice([99, 101]))
    return changed(lines, rows, "amount", [(int(lines.loc[r, "amount"]) * factor + 50) // 100 for r in rows])


def deduction_twice(rng: np.random.Generator, lines: Lines) -> Lines:
    """The deduction of one person at twice its size, in one line or in two."""
    rows = of_month(lines, "质检扣款").index
    row = int(rng.choice(rows))
    amount = int(lines.loc[row, "amount"])
    if rng.random() < 0.5:
        return added(lines, row)
    return changed(lines, [row], "amount", [2 * amount])


ANY = frozenset(
    {
        "RATE",
        "TIMING",
        "CREDIT",
        "BASE",
        "BASE_AND_RATE",
        "UNEXPLAINED",
        "DUPLICATE",
        "SWAPPED",
        "ROUNDING",
        "SCALED",
        "ROUNDING_SKIM",
    }
)
IN_PAYROLL: Mapping[str, Attack] = {
    "ghost base pay": Attack(ghost_base, frozenset({"NOT_ON_ROSTER"})),
    "ghost commission": Attack(ghost_commission, frozenset({"NOT_ON_ROSTER"})),
    "leaver": Attack(leaver, frozenset({"AFTER_LEAVING"})),
    "unknown item": Attack(unknown_item, frozenset({"payroll-item-unknown"}), frozenset({"review"})),
    "retitled item": Attack(retitled_item, frozenset({"DUE_NOT_PAID"})),
    "back-dated line": Attack(back_dated, frozenset({"OTHER_MONTH"})),
    "base pay raised": Attack(fixed_raised, frozenset({"fixed-pay-changed"}), frozenset({"review"})),
    "base pay twice": Attack(fixed_twice, frozenset({"fixed-pay-repeated"})),
    "identical line twice, other id": Attack(twice, frozenset({"DUPLICATE"})),
    "identical line twice, other spelling": Attack(
        twice_other_spelling, frozenset({"NOT_ON_ROSTER", "payroll-item-unknown"}), frozenset({"stop", "review"})
    ),
    "split line": Attack(split, frozenset({"SPLIT"})),
    "swap": Attack(swap, frozenset({"SWAPPED"})),
    "one tier up": Attack(one_tier_up, ANY),
    "last month's amount": Attack(last_months_amount, frozenset({"TIMING", "SWAPPED"})),
    "rounding skim": Attack(rounding_skim, frozenset({"ROUNDING_SKIM"})),
    "one per cent for all": Attack(one_percent_for_all, frozenset({"SCALED"})),
    "deduction doubled": Attack(deduction_twice, frozenset({"DUPLICATE", "UNEXPLAINED", "TIMING"})),
}


# In the data


EDGES = (0.30, 0.305, 0.35, 0.40)  # of conversion, known from the scheme


def inquiries_removed(rng: np.random.Generator, tables: Tables) -> Tables:
    """Take so many unsuccessful inquiries of one person out of their list that the next tier is reached.

    Ten more than the report's counts ask for, and of people with one account only: else no tier may be reached.
    """
    asked, days = tables["inquiries"], tables["agent_days"]
    mine = asked[(asked["asked_at"].dt.strftime("%Y-%m") == MONTH)]
    lost = mine[~mine["customer"].isin(tables["orders"]["customer"]) & (mine["served_by"].fillna("human") != "robot")]
    own = days[days["date"].dt.strftime("%Y-%m") == MONTH].groupby("account")[["inquiries", "buyers"]].sum()
    held = tables["accounts"]
    alone = held.loc[~held["agent"].duplicated(keep=False), "account"]
    own = own[own.index.isin(alone)]
    for account in rng.permutation(own[own["inquiries"] > 200].index.to_numpy()):
        n, buyers = (int(own.loc[account, c]) for c in ("inquiries", "buyers"))
        edge = next((e for e in EDGES if buyers / n < e), None)
        rows = lost.index[lost["account"] == account]
        needed = 0 if edge is None else n - int(buyers / edge) + 10
        if edge is not None and needed <= len(rows):
            return tables | {"inquiries": asked.drop(index=rng.choice(rows, needed, replace=False))}
    raise AssertionError("no account is within reach of a tier")


def account_remapped(rng: np.random.Generator, tables: Tables) -> Tables:
    """Give one person's account to a colleague of the shop from the first day of the month."""
    accounts = tables["accounts"]
    held = accounts[accounts["to"].isna() & (accounts["from"] < pd.Timestamp(f"{MONTH}-01"))]
    seen = set(tables["agent_days"].loc[tables["agent_days"]["date"] >= f"{MONTH}-01", "account"])
    held = held[held["account"].isin(seen) & ~held["account"].duplicated(keep=False)]
    row = int(rng.choice(held.index))
    others = held[(held["shop"] == held.loc[row, "shop"]) & (held.index != row)]
    new = accounts.loc[[row]].assign(agent=str(rng.choice(others["agent"])), **{"from": pd.Timestamp(f"{MONTH}-01")})
    old = accounts.copy()
    old.loc[row, "to"] = pd.Timestamp("2024-10-31")
    return tables | {"accounts": pd.concat([old, new], ignore_index=True)}


def order_moved(rng: np.random.Generator, tables: Tables) -> Tables:
    """Name a colleague's account on large orders of one other person's customers, without a word why."""
    orders, asked = tables["orders"], tables["inquiries"]
    open_ = orders["account"].isna() & ~orders["offline"].fillna(False).astype(bool)
    paid = orders[(orders["paid_at"].dt.strftime("%Y-%m") == MONTH) & open_]
    kept = paid[~paid["order_id"].isin(tables["refunds"]["order_id"]) & paid["customer"].isin(asked["customer"])]
    row = int(rng.choice(kept.nlargest(60, "amount").index))
    own = set(asked.loc[asked["customer"] == orders.loc[row, "customer"], "account"])
    accounts, days = tables["accounts"], tables["agent_days"]
    busy = set(days.loc[(days["date"].dt.strftime("%Y-%m") == MONTH) & (days["buyers"] > 0), "account"])
    here = accounts[(accounts["shop"] == orders.loc[row, "shop"]) & accounts["to"].isna()]
    others = sorted(set(here["account"]) & busy - own)
    out = orders.copy()
    out.loc[row, ["account", "note", "approved_by"]] = [str(rng.choice(others)), None, None]
    return tables | {"orders": out}


def order_moved_and_approved_by_its_winner(rng: np.random.Generator, tables: Tables) -> Tables:
    """Name one account on large orders of other people's customers, with a reason, approved by whoever holds it."""
    moved, order = order_moved(rng, tables)["orders"], tables["orders"]
    account = moved.loc[moved["account"].notna() & order["account"].isna(), "account"].iloc[0]
    held = tables["accounts"].loc[tables["accounts"]["account"] == account, "agent"].iloc[-1]
    here = order["paid_at"].dt.strftime("%Y-%m").eq(MONTH) & order["account"].isna() & order["customer"].notna()
    rows = order[here & order["shop"].eq(account.partition(":")[0])].nlargest(60, "amount").index
    out = order.copy()
    out.loc[rows, "account"] = account
    out.loc[rows, "note"] = "改判"
    out.loc[rows, "approved_by"] = held
    return tables | {"orders": out}


def refund_delayed(rng: np.random.Generator, tables: Tables) -> Tables:
    """Date the refunds of one large order of the month after the day on which refunds settle."""
    orders, refunds = tables["orders"], tables["refunds"]
    paid = set(orders.loc[orders["paid_at"].dt.strftime("%Y-%m") == MONTH, "order_id"])
    early = refunds[refunds["order_id"].isin(paid) & (refunds["refunded_at"] < "2024-12-08")]
    some = early.nlargest(60, "amount").sample(25, random_state=int(rng.integers(1 << 30))).index
    out = refunds.copy()
    out.loc[some, "refunded_at"] = pd.Timestamp("2024-12-08 10:00:00")
    return tables | {"refunds": out}


IN_DATA: Mapping[str, tuple[Callable[[np.random.Generator, Tables], Tables], frozenset[str]]] = {
    "inquiries removed": (inquiries_removed, frozenset({"sources-disagree"})),
    "account remapped": (account_remapped, frozenset({"account-used-in-absence"})),
    "orders moved, approved by their winner": (
        order_moved_and_approved_by_its_winner,
        frozenset({"credited-by-hand"}),
    ),
    "order moved": (order_moved, frozenset({"credited-by-hand-unexplained", "sources-disagree"})),
    "refund delayed past the clock": (refund_delayed, frozenset({"sources-disagree"})),
}
CHANGED_TABLES = ("inquiries", "accounts", "orders", "refunds")
