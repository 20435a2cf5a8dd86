"""Who held an account at a moment: spells and shares of the accounts table, resolved.

A person is not an account. A row of `accounts` with a blank shop holds in every shop (orders and inquiries carry no
platform, so a row holds on any). A row holds from the moment `from` on; `to` is its last day, or, with a time of day,
the moment it ends (23:59 is the end of the day). A vendor's day cannot be divided: it is who held the account at
noon; a vendor's month is who alone held it in the month.

All rows in force at a moment are holders together; money is divided by their shares,
what is counted goes to the largest share, at equal shares to the first agent by id. Shares that leave a part to
nobody, or give more than the whole, are a `stop` finding; the parts are then in proportion, so that nothing is lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from math import gcd
from typing import TYPE_CHECKING

import pandas as pd

from toolkit.core.findings import Finding
from toolkit.core.period import Month
from toolkit.core.text import Text
from toolkit.data.tables.engine import cases, place_in, quotient, stack

if TYPE_CHECKING:
    from toolkit.data.tables.engine import Engine, Relation

WHOLE = 1_000_000  # shares are kept in millionths
FOREVER = datetime(9999, 12, 31)
_TYPES = {
    "held_account": "string",
    "held_shop": "string",
    "held_from": "timestamp(6)",
    "held_until": "timestamp(6)",
    "agent": "string",
    "weight": "int64",
    "weights": "int64",
    "place": "int64",
}


@dataclass(frozen=True, slots=True)
class AccountSpell:
    """The holders of an account in a shop from one moment up to another; `parts`: (agent, millionths)."""

    account: str
    shop: str
    start: datetime
    end: datetime
    parts: tuple[tuple[str, int], ...]

    @property
    def first(self) -> date:
        """First day of which some part belongs to it."""
        return self.start.date()

    @property
    def last(self) -> date:
        """Last day of which some part belongs to it."""
        return (self.end - timedelta(microseconds=1)).date()

    @property
    def total(self) -> int:
        """All parts added, in millionths."""
        return sum(weight for _, weight in self.parts)

    @property
    def step(self) -> int:
        """What all parts are multiples of: small weights leave room for large amounts in 64 bits."""
        return gcd(*(weight for _, weight in self.parts))

    @property
    def is_whole(self) -> bool:
        """Whether the parts are a whole, but for what rounding to millionths may have taken."""
        return abs(self.total - WHOLE) <= len(self.parts)


_Row = tuple[str, str | None, str, datetime, datetime, int]  # account, shop, agent, start, end, millionths
_END_OF_DAY = time(23, 59)


def read_account_spells(accounts: pd.DataFrame, shops: Iterable[str]) -> tuple[AccountSpell, ...]:
    """Resolve the accounts table into holdings that do not overlap, for the shops the data name.

    Returns
    -------
    tuple of AccountSpell
        Sorted by account, shop and day; the largest part first.
    """
    known = set(shops)
    by_account: dict[str, list[_Row]] = {}
    for row in _rows(accounts):
        by_account.setdefault(row[0], []).append(row)
    return tuple(
        holding
        for account, rows in sorted(by_account.items())
        for shop in sorted(_shops_of(rows, known))
        for holding in _without_overlap(account, shop, [r for r in rows if r[1] in (None, shop)])
    )


def _shops_of(rows: list[_Row], known: set[str]) -> set[str]:
    named = {shop for _, shop, *_ in rows if shop is not None}
    return named | known if any(shop is None for _, shop, *_ in rows) else named


def _rows(accounts: pd.DataFrame) -> Iterator[_Row]:
    columns = accounts[["account", "shop", "agent", "from", "to", "share"]]
    for account, shop, agent, first, last, share in columns.itertuples(index=False, name=None):
        weight = WHOLE if pd.isna(share) else round(share * WHOLE)
        start, end = first.to_pydatetime(), FOREVER if pd.isna(last) else _end(last.to_pydatetime())
        if weight and start < end:
            yield account, None if pd.isna(shop) else shop, agent, start, end, weight


def _end(last: datetime) -> datetime:
    """Return the moment a row ends: a day ends with it, a time of day is that moment."""
    if last.time() == time() or last.time() >= _END_OF_DAY:
        return min(FOREVER, datetime.combine(last.date(), time()) + timedelta(days=1))
    return last


def _without_overlap(account: str, shop: str, rows: list[_Row]) -> Iterator[AccountSpell]:
    """Yield the holdings between the moments at which a row begins or ends; equal neighbours are joined."""
    edges = sorted({r[3] for r in rows} | {r[4] for r in rows})
    held: AccountSpell | None = None
    for start, end in pairwise(edges):
        parts = _parts(r for r in rows if r[3] <= start and end <= r[4])
        if held and held.parts == parts and held.end == start:
            held = AccountSpell(account, shop, held.start, end, parts)
            continue
        if held:
            yield held
        held = AccountSpell(account, shop, start, end, parts) if parts else None
    if held:
        yield held


def _parts(rows: Iterable[_Row]) -> tuple[tuple[str, int], ...]:
    """Return the agents' parts, the largest first; an agent alone without a written share has the whole."""
    weights: dict[str, int] = {}
    for _, _, agent, _, _, weight in rows:
        weights[agent] = min(weights.get(agent, 0) + weight, WHOLE)
    return tuple(sorted(weights.items(), key=lambda part: (-part[1], part[0])))


@dataclass(frozen=True, slots=True)
class Accounts:
    """All holdings of a workspace, and the same as rows to join: one a holding and holder, place 1 the largest part."""

    holdings: tuple[AccountSpell, ...]
    relation: Relation

    @property
    def any_shared(self) -> bool:
        """Whether some account has several holders on one day."""
        return any(len(h.parts) > 1 for h in self.holdings)

    @property
    def counted(self) -> Relation:
        """The rows of the holders to whom counts go: one a holding."""
        return self.relation.filter(self.relation.place == 1)


def read_accounts(engine: Engine) -> Accounts:
    """Read who holds which account, for all shops that inquiries, orders and agent days name."""
    tables = [engine.table(name) for name in ("inquiries", "orders", "agent_days")]
    shops = engine.read(stack(*(t.select("shop").distinct() for t in tables)).distinct())["shop"]
    holdings = read_account_spells(engine.read(engine.table("accounts")), shops)
    rows = [
        (h.account, h.shop, h.start, h.end, agent, weight // h.step, h.total // h.step, place)
        for h in holdings
        for place, (agent, weight) in enumerate(h.parts, 1)
    ]
    return Accounts(holdings, engine.rows(pd.DataFrame(rows, columns=list(_TYPES)), _TYPES))


def with_accounts(events: Relation, holders: Relation) -> Relation:
    """Join to rows with `shop`, `account` and `at` their holders, one row each; columns agent, weight, weights, place.

    A row whose account nobody holds at the moment `at` stays, with a blank agent.
    """
    joined = events.left_join(
        holders,
        [
            events.account == holders.held_account,
            events.shop == holders.held_shop,
            events["at"] >= holders.held_from,
            events["at"] < holders.held_until,
        ],
    )
    return joined.select(*events.columns, "agent", "weight", "weights", "place")


def moments_of_months(rows: pd.DataFrame, holdings: Iterable[AccountSpell], assignments: pd.DataFrame) -> pd.DataFrame:
    """Say for figures of a whole month at which moment it is looked up whose they are.

    They are its holder's if nobody else held the account in the month: at the first moment he holds it with an
    assignment in force, one of the shop's before others.

    Parameters
    ----------
    rows : account, shop, and `date`, the first day of the month.

    Returns
    -------
    DataFrame
        The rows with `moment`, null where the account changed hands (`handed_over`) and nobody can say whose they are.
    """
    held: dict[tuple[str, str], list[AccountSpell]] = {}
    for one in holdings:
        held.setdefault((one.account, one.shop), []).append(one)
    hired: dict[str, list[tuple[str, datetime, datetime]]] = {}
    for agent, shop, first, last in assignments[["agent", "shop", "from", "to"]].itertuples(index=False, name=None):
        until = FOREVER if pd.isna(last) else _end(last.to_pydatetime())
        hired.setdefault(agent, []).append((shop, first.to_pydatetime(), until))
    found = []
    for account, shop, day in rows[["account", "shop", "date"]].itertuples(index=False, name=None):
        month = Month.of(day.date())
        start, end = datetime.combine(month.start, time()), datetime.combine(month.end, time())
        mine = [h for h in held.get((account, shop), []) if h.start < end and h.end > start]
        moment = max(mine[0].start, start) if mine else start
        inside = [
            (where != shop, at)
            for h in mine
            for where, first, until in hired.get(h.parts[0][0], [])
            if (at := max(h.start, start, first)) < min(h.end, end, until)
        ]
        found.append(None if len({h.parts for h in mine}) > 1 else min(inside)[1] if inside else moment)
    moments = pd.Series(found, rows.index, dtype="datetime64[us]")
    return rows.assign(moment=moments, handed_over=moments.isna())


def divide(rows: Relation, key: list[str], columns: list[str]) -> Relation:
    """Divide money among the holders of each row, losing nothing (largest remainder).

    Parameters
    ----------
    rows : from `with_accounts`; the rows of one thing agree in `key`.
    columns : money columns, each standing whole on every holder's row.

    Notes
    -----
    Equal remainders go to the larger share, then to the first agent by id.
    """
    exact = rows.mutate(**{f"{c}_exact": rows[c].abs() * rows.weight for c in columns})
    floors = exact.mutate(
        **{f"{c}_part": quotient(exact[f"{c}_exact"], exact.weights) for c in columns},
        **{f"{c}_rest": exact[f"{c}_exact"] % exact.weights for c in columns},
    )
    given = {}
    for c in columns:
        spare = floors[c].abs() - floors[f"{c}_part"].sum().over(group_by=key)
        more = place_in(key, [floors[f"{c}_rest"].desc(), floors.place]) <= spare
        part = floors[f"{c}_part"] + cases((more, 1), otherwise=0)
        given[c] = cases((floors[c] < 0, -part), otherwise=part)
    return floors.mutate(**given).select(*rows.columns)


def check_shares(holdings: Iterable[AccountSpell], months: Iterable[Month]) -> list[Finding]:
    """Find accounts whose holders' shares are not a whole on some day of a month."""
    return [
        Finding(
            code="account-shares",
            severity="stop",
            subject=f"{h.account} ({h.shop})",
            message=_shares_text(h, month),
            period=str(month),
            evidence={"shares": {agent: weight / WHOLE for agent, weight in h.parts}},
        )
        for month in months
        for h in holdings
        if not h.is_whole and h.first <= month.last_day and h.last >= month.start
    ]


def _shares_text(h: AccountSpell, month: Month) -> Text:
    total = f"{h.total / WHOLE:.4%}"
    people = ", ".join(agent for agent, _ in h.parts)
    first, last = max(h.first, month.start), min(h.last, month.last_day)
    return Text(
        f"From {first} to {last} account {h.account} in {h.shop} is held by {people} with shares that sum to {total}; "
        "they must sum to 100 %.",
        f"{first} 至 {last}，店铺 {h.shop} 的账号 {h.account} 由 {people} 持有，份额合计 {total}，应为 100%。",
    )
