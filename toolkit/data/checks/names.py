"""Checks on names: spelled in two ways, never seen, or held by two people where a row cannot be divided.

How spelling was tuned: two names are one when they agree after blanks, signs, width and case are dropped, or when they
are at least six ASCII characters long and one word of four letters or more differs by a letter, while one of them
stands on at most one row in fifty of the other. Digits, + and # tell products apart (C++ is not C#) and one Chinese
character tells people apart, so none of them counts as a slip.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import combinations, zip_longest

import pandas as pd

from toolkit.core.findings import Finding, listed
from toolkit.core.text import Text
from toolkit.data.checks.context import TableCache, month_of, records
from toolkit.data.crediting.accounts import read_account_spells
from toolkit.data.tables.schema import RANGES

NAMED: dict[str, tuple[tuple[str, str], ...]] = {
    "product": (("products", "product"), ("order_lines", "product"), ("inquiries", "product")),
    "account": (("accounts", "account"), ("agent_days", "account"), ("inquiries", "account"), ("orders", "account")),
    "agent": (("assignments", "agent"), ("accounts", "agent"), ("attendance", "agent"), ("payroll", "agent")),
    "shop": (("assignments", "shop"), ("agent_days", "shop"), ("inquiries", "shop"), ("orders", "shop")),
}
_KINDS = {"product": "商品", "account": "账号", "agent": "客服", "shop": "店铺"}
SLIP_LENGTH, SLIP_WORD, SLIP_SHARE = 6, 4, 0.02
_SIGNS = re.compile(r"[^\w+#]+|_")


def similar_names(books: TableCache) -> Iterator[Finding]:
    """Names of one kind that differ by case, blanks or signs only, or by one letter, over all tables."""
    for kind, places in NAMED.items():
        counts: dict[str, int] = defaultdict(int)
        for table, column in places:
            for name, n in books.table(table)[column].value_counts().items():
                counts[str(name)] += int(n)
        pairs = sorted({*_same_letters(counts), *_one_letter_apart(counts)})
        told = [" / ".join(sorted(p, key=lambda name: (-counts[name], name))) for p in pairs]
        if told:
            yield Finding(
                "similar-names",
                "review",
                listed(told, 3),
                Text(
                    f"{len(told)} pairs of {kind} names differ by spelling only: {listed(told)}. If they are one, "
                    "spell them as one in the file and import it --instead-of the old one, or with values: in a map.",
                    f"{len(told)} 对{_KINDS[kind]}名称仅写法不同：{listed(told)}。"
                    "如为同一对象，请在文件中统一写法后重新导入（--instead-of 原文件），或在映射的 values: 中统一。",
                ),
                evidence={"kind": kind, "pairs": [{name: counts[name] for name in pair} for pair in pairs[:100]]},
            )


# Letters of Cyrillic and Greek that look like Latin ones: a name with one of them is another name that reads the same.
_LOOK_ALIKE = str.maketrans(
    "аеорсухіјѕԁһкмтвнАВЕКМНОРСТУХІЈЅαορνΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
    "aeopcyxijsdhkmtbhABEKMHOPCTYXIJSaopvABEZHIKMNOPTYX",
)


def _letters(name: str) -> str:
    plain = unicodedata.normalize("NFKC", name).translate(_LOOK_ALIKE)
    return _SIGNS.sub("", plain).casefold()


def _same_letters(counts: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    groups: dict[str, list[str]] = defaultdict(list)
    for name in counts:
        groups[_letters(name)].append(name)
    for letters, names in groups.items():
        if letters:
            yield from combinations(sorted(names), 2)


def _one_letter_apart(counts: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    """Yield names with a common form when one letter is left out, so that no two names are compared needlessly."""
    forms: dict[str, set[str]] = defaultdict(set)
    for name in counts:
        if name.isascii() and len(name) >= SLIP_LENGTH:
            for form in {name.casefold(), *(name[:i].casefold() + name[i + 1 :].casefold() for i in range(len(name)))}:
                forms[form].add(name)
    for names in forms.values():
        for a, b in combinations(sorted(names), 2):
            few, many = sorted((counts[a], counts[b]))
            if few <= SLIP_SHARE * many and _is_slip(a.casefold(), b.casefold()):
                yield a, b


def _is_slip(a: str, b: str) -> bool:
    """Say whether one word of at least four letters differs, by a letter more, less, other, or swapped."""
    differing = [(x, y) for x, y in zip_longest(a.split(), b.split(), fillvalue="") if x != y]
    if len(differing) != 1 or min(map(len, differing[0])) < SLIP_WORD or re.search(r"\d", "".join(differing[0])):
        return False
    short, long = sorted(differing[0], key=len)
    i = next((k for k, (x, y) in enumerate(zip(short, long, strict=False)) if x != y), len(short))
    if len(short) < len(long):
        return short[i:] == long[i + 1 :]
    return short[i + 1 :] == long[i + 1 :] or short[i : i + 2] == long[i : i + 2][::-1]


def idle_agents(books: TableCache) -> Iterator[Finding]:
    """People of a role that sells who were employed while there are data and have nothing in them."""
    roster, accounts = books.table("assignments"), books.table("accounts")
    seen = _seen_accounts(books)
    if not seen:
        return
    first, last = _span(books)
    roster = roster[(roster["from"] <= last) & (roster["to"].isna() | (roster["to"] >= first))]
    active = set(accounts.loc[accounts["account"].isin(seen), "agent"])
    people = roster.drop_duplicates("agent")[["agent", "role"]]
    people = people.assign(active=people["agent"].isin(active))
    selling = people.groupby("role")["active"].transform("mean") >= 0.5
    idle = sorted(people.loc[selling & ~people["active"], "agent"])
    if idle:
        without = sorted(set(idle) - set(accounts["agent"]))
        yield Finding(
            "idle-agents",
            "review",
            listed(idle),
            Text(
                f"{len(idle)} agents of the roster have no inquiry, order or report row: {listed(idle, 20)}"
                + (f"; without any account: {listed(without, 20)}." if without else "."),
                f"花名册中有 {len(idle)} 人没有任何询单、订单或报表数据：{listed(idle, 20)}"
                + (f"；其中没有账号：{listed(without, 20)}。" if without else "。"),
            ),
            evidence={"agents": idle, "without_account": without},
        )


def _span(books: TableCache) -> tuple[pd.Timestamp, pd.Timestamp]:
    """Return the first and last day of inquiries, orders and report days; there is at least one."""
    places = (("inquiries", "asked_at"), ("orders", "created_at"), ("agent_days", "date"))
    days = pd.concat([books.table(table)[column].dropna() for table, column in places])
    return days.min().normalize(), days.max()


def idle_accounts(books: TableCache) -> Iterator[Finding]:
    """Accounts that somebody holds and that have nothing in the data."""
    accounts, seen = books.table("accounts"), _seen_accounts(books)
    idle = sorted(set(accounts["account"]) - seen)
    held = accounts[accounts["account"].isin(idle)]
    known = set(accounts.loc[accounts["account"].isin(seen), "agent"])
    spare = sorted(set(held.loc[held["agent"].isin(known), "account"]))  # the others' holders are idle agents
    if spare and seen:
        yield Finding(
            "idle-accounts",
            "info",
            listed(spare),
            Text(
                f"{len(spare)} accounts are held by somebody and have no data: {listed(spare, 20)}.",
                f"{len(spare)} 个账号有归属但没有数据：{listed(spare, 20)}。",
            ),
            evidence={"accounts": spare},
        )


def _seen_accounts(books: TableCache) -> set[str]:
    tables = ("inquiries", "orders", "agent_days")
    return {str(a) for name in tables for a in books.table(name)["account"].dropna().unique()}


def ranges_over_hand_overs(books: TableCache) -> Iterator[Finding]:
    """A report over several days of an account that changed hands inside them: it cannot be divided."""
    days = books.table("agent_days")
    whole = days[days["count_unit"].isin(RANGES)]
    spells = read_account_spells(books.table("accounts"), set(whole["shop"])) if len(whole) else ()
    for row in records(whole.assign(month=month_of(whole["date"]))):
        first, last = row["date"].date(), (row["date"] + pd.offsets.MonthEnd(0)).date()
        own = [s for s in spells if (s.account, s.shop) == (row["account"], row["shop"])]
        held = [s.parts for s in own if s.first <= last and s.last >= first]
        if len(set(held)) > 1:
            holders = sorted({agent for parts in held for agent, _ in parts})
            who = listed(holders)
            yield Finding(
                "range-over-hand-over",
                "stop",
                row["account"],
                Text(
                    f"{row['account']} changed hands in {row['month']} ({who}), but its report has several days in one "
                    "row; a whole month's is credited to nobody. Import the daily report of the month; --instead-of "
                    "takes this one away.",
                    f"{row['account']} 在 {row['month']} 换人（{who}），但报表一行覆盖多日；整月的行不计入任何人。"
                    "请导入该月的日报，并用 --instead-of 替换这份报表。",
                ),
                row["month"],
                {"agents": holders},
            )


DAY_SUMS = {"inquiries": "inquiries", "buyers": "buyers", "orders": "orders", "sales": "gross_sales"}


def accounts_used_in_absence(books: TableCache) -> Iterator[Finding]:
    """Accounts that served customers on days when their holder was away, by the attendance of that month."""
    present = books.table("attendance")
    present = present[present["worked_days"].isna() | present["worked_hours"].notna()]  # a month's row tells no day
    if present.empty:
        return
    told = set(zip(present["agent"], month_of(present["date"]), strict=True))
    here = set(present.loc[present["worked_hours"] > 0, ["agent", "date"]].itertuples(index=False, name=None))
    days = _served_days(books).merge(books.table("accounts")[["account", "agent", "from", "to"]], on="account")
    held = (days["from"] <= days["date"]) & (days["to"].isna() | (days["to"] >= days["date"]))
    days = days[held].assign(month=lambda d: month_of(d["date"]))
    away = [
        (agent, month) in told and (agent, date) not in here
        for agent, month, date in zip(days["agent"], days["month"], days["date"], strict=True)
    ]
    absent = days[pd.Series(away, days.index, dtype=bool)]
    for (month, shop, account, agent), rows in absent.groupby(["month", "shop", "account", "agent"]):
        dates = [f"{d:%Y-%m-%d}" for d in rows["date"]]
        served = int(rows["served"].sum())
        yield Finding(
            "account-used-in-absence",
            "review",
            str(agent),
            Text(
                f"{account} served {served:,} customers on {len(dates)} days of {month} on which {agent}, who holds "
                f"it, was not at work: {listed(dates)}.",
                f"{account} 的账号持有人 {agent} 在 {month} 有 {len(dates)} 天未出勤，"
                f"该账号当天却接待了 {served:,} 人：{listed(dates)}。",
            ),
            str(month),
            {
                "account": str(account),
                "agent": str(agent),
                "shop": str(shop),
                "dates": dates,
                "sums": {measure: int(rows[column].sum()) for column, measure in DAY_SUMS.items()},
            },
        )


def _served_days(books: TableCache) -> pd.DataFrame:
    """Return shop, account, date, customers served, and what the vendor's report says of the day where there is one."""
    asked = books.table("inquiries").dropna(subset=["account"])
    asked = asked.assign(date=asked["asked_at"].dt.normalize())
    by_day = asked.groupby(["shop", "account", "date"]).size().rename("asked")
    told = books.table("agent_days").groupby(["shop", "account", "date"])[["receptions", *DAY_SUMS]].sum()
    both = pd.concat([by_day, told], axis=1).fillna(0).rename_axis(["shop", "account", "date"]).reset_index()
    both["inquiries"] = both[["inquiries", "asked"]].max(axis=1)
    served = both.assign(served=both[["receptions", "asked"]].max(axis=1))
    return served[served["served"] > 0]
