"""Daily facts and spells added up to the cells of the measures table.

A cell is a month, an agent's spell, a shop and a channel; blank-agent rows are what a shop sold to nobody's credit.
What a shop and month has no data for stays blank, and so does the sum of a column some of whose days are blank; zero
means that there was nothing. Days worked, and all that is known by person and not by shop, stand on one cell of the
spell: its first channel.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Literal

import pandas as pd

from toolkit.core.period import Month
from toolkit.data.crediting.credit import NOBODY
from toolkit.data.crediting.facts import AVERAGES, BY, DAY_COUNTS, DAY_MONEY
from toolkit.data.crediting.spells import (
    ATTENDANCE,
    ATTRIBUTES,
    HOURS,
    QUALITY,
    attendance_facts,
    last_spells,
    quality_facts,
    roster,
    with_spells,
)

Kind = Literal["events", "agent_days", "orders"]

ASKED: tuple[str, ...] = ("consultations", "receptions", "inquiries", "buyers")
SOLD: tuple[str, ...] = ("orders", "units", "gross_sales", "refunds")
LINED: tuple[str, ...] = ("discount", "cost")
UPSOLD = "upsells"
PROFIT = "gross_profit"
OTHER_SALES: tuple[str, ...] = ("reminder_sales", "offline_sales", "offline_orders")
RATED: tuple[str, ...] = ("rated", "satisfied")
PERSONAL: tuple[str, ...] = (*ATTENDANCE, *HOURS, *QUALITY)
_PARTS = tuple(f"{part}_{of}" for part in AVERAGES.values() for of in ("ms", "n"))
_COUNTED = (*ASKED, *SOLD, *LINED, *OTHER_SALES, *RATED, UPSOLD)
_SPELL = ["way", "month", "agent", *ATTRIBUTES, "shop", "piece"]
_CELL = [*_SPELL, "channel", "credit"]
COLUMNS: tuple[str, ...] = (
    *("month", "agent", "role", "team", "shop", "supervisor", "inviter", "city", "channel", "credit"),
    *("base_pay", "from", "to"),
    *(*ASKED, "orders", "units", "gross_sales", "refunds", "sales", *LINED, PROFIT, *OTHER_SALES),
    *(*AVERAGES, *RATED, *PERSONAL),
)


@dataclass(frozen=True, slots=True)
class Source:
    """Where the measures of a shop's month come from: its inquiries, the vendor's days, or its orders alone."""

    month: str
    shop: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class DailyFacts:
    """Daily facts as read from the engine, and what is known of the people; see `toolkit.data.crediting.facts`.

    Of several ways of crediting (`n_ways`), `units`, `sales` and `upsold` say in the column `way` whose a row is.
    """

    inquiries: pd.DataFrame
    units: pd.DataFrame
    sales: pd.DataFrame
    agent_days: pd.DataFrame
    order_days: pd.DataFrame
    assignments: pd.DataFrame
    attendance: pd.DataFrame
    quality: pd.DataFrame
    upsold: pd.DataFrame | None = None
    n_ways: int = 1

    def each_way(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return rows that are the same in every way of crediting once a way."""
        if "way" in frame:
            return frame
        return pd.concat([frame.assign(way=way) for way in range(self.n_ways)], ignore_index=True)


def months_of_days(days: pd.Series) -> pd.Series:
    """Return the month ``YYYY-MM`` of each day."""
    codes, known = pd.factorize(days)  # few days stand in many rows
    months = pd.Series([*pd.DatetimeIndex(known).strftime("%Y-%m"), None], dtype="str")
    return months.take(codes).set_axis(days.index)


def sources_of(facts: DailyFacts) -> tuple[Source, ...]:
    """Return the source of each month and shop that has data: inquiries, else the vendor's days, else orders."""
    found: dict[tuple[str, str], Kind] = {}
    kinds: tuple[tuple[Kind, pd.DataFrame], ...] = (
        ("events", facts.inquiries),
        ("agent_days", facts.agent_days),
        ("orders", facts.sales),
        ("orders", facts.order_days),
    )
    for kind, frame in kinds:
        for month, shop in sorted(set(zip(months_of_days(frame["day"]), frame["shop"], strict=True))):
            found.setdefault((month, shop), kind)
    return tuple(Source(month, shop, kind) for (month, shop), kind in sorted(found.items()))


def tally(
    facts: DailyFacts, sources: Iterable[Source], months: Iterable[Month], cuts: Sequence[date] = ()
) -> pd.DataFrame:
    """Return the measures table: columns `way`, `COLUMNS`, upsells if counted; a row a cell of a month with data.

    Parameters
    ----------
    cuts : days on which rows begin anew, so that each lies before or after them: of a campaign the first day and the
        day after the last.
    """
    chosen = pd.DataFrame([(s.month, s.shop, s.kind) for s in sources], columns=["month", "shop", "kind"], dtype="str")
    with_data = [m for m in months if str(m) in set(chosen["month"])]
    if not with_data:
        return _finished(pd.DataFrame(columns=[*_CELL, "from", "to", *_PARTS, *_COUNTED, *PERSONAL]))
    events = _monthly(with_spells(_events(facts, chosen), facts.assignments, afterwards=True), cuts)
    people = _in_first_channel(_monthly(_people(facts, with_data), cuts), events)
    cells = _added(pd.concat([events, people], ignore_index=True))
    cells = _only_what_is_known(cells, _knowledge(facts, chosen))
    return _finished(_of_persons(cells), () if facts.upsold is None else (UPSOLD,))


def _events(facts: DailyFacts, chosen: pd.DataFrame) -> pd.DataFrame:
    """Return the facts of each month and shop from its source, under the names of the measures."""
    vendor = chosen.loc[chosen["kind"] == "agent_days", ["month", "shop"]].assign(vendor=True)
    sales, days = (
        frame.assign(month=months_of_days(frame["day"]))
        .merge(vendor, on=["month", "shop"], how="left")
        .drop(columns="month")
        for frame in (facts.sales, facts.agent_days)
    )
    replaced = sales["vendor"].notna() & sales["credit"].isin(["inquiry", "unmapped"])
    parts = [
        facts.inquiries.dropna(subset=["agent"]),
        facts.units,
        *([] if facts.upsold is None else [facts.upsold]),
        _sales(sales.loc[~replaced]),
        _agent_days(days.loc[days["vendor"].notna()]),
        _ratings(facts, chosen),
    ]
    whole = [facts.each_way(p) for p in [q for q in parts if len(q)] or parts[:1]]
    return pd.concat(whole, ignore_index=True).drop(columns="vendor", errors="ignore")


def _sales(sales: pd.DataFrame) -> pd.DataFrame:
    nobody, net = sales["credit"].isin(NOBODY), sales["gross_sales"] - sales["refunds"]
    own = nobody | (sales["credit"] == "inquiry")
    way = ["way"] if "way" in sales else []
    return sales[[*way, "agent", "day", "shop", "channel"]].assign(
        credit=sales["credit"].where(nobody),
        **{c: sales[c].where(own) for c in (*SOLD, *LINED, "blank_cost")},
        reminder_sales=net.where(sales["credit"] == "reminder"),
        offline_sales=net.where(sales["credit"] == "offline"),
        offline_orders=sales["orders"].where(sales["credit"] == "offline"),
    )


def _agent_days(days: pd.DataFrame) -> pd.DataFrame:
    """Return the vendor's days; `blank_<column>` marks what a day leaves blank, which makes the sum blank."""
    names = {c: c for c in DAY_COUNTS} | {"sales": "gross_sales", "refunds": "refunds"}
    values = {name: days[c] for c, name in names.items()}
    mine = {c: days["counted"] | (c in DAY_MONEY) for c in names}  # money is divided, a count is the first holder's
    blanks = {f"blank_{name}": (days[c].isna() & mine[c]).astype("Int64") for c, name in names.items()}
    unmapped = pd.Series("unmapped", index=days.index, dtype="str").where(days["agent"].isna())
    replies = {c: days[c].where(days["agent"].notna()) for c in _PARTS}
    return days[["agent", "day", "shop", "channel"]].assign(credit=unmapped, **values, **replies, **blanks)


def rated_by_vendor(facts: DailyFacts, chosen: pd.DataFrame) -> pd.DataFrame:
    """Return the months and shops (of `chosen`: month, shop, kind) whose inquiries carry no rating, but whose days do.

    Ratings are then the vendor's, everything else stays counted from the inquiries.
    """
    asked, days = (
        f.assign(month=months_of_days(f["day"])).groupby(["month", "shop"]) for f in (facts.inquiries, facts.agent_days)
    )
    rated, told = asked["rated"].sum() > 0, days["rated"].count() > 0
    at = pd.MultiIndex.from_frame(chosen[["month", "shop"]])
    lacks = ~rated.reindex(at, fill_value=False).to_numpy(bool) & told.reindex(at, fill_value=False).to_numpy(bool)
    return chosen.loc[lacks & (chosen["kind"] == "events").to_numpy(), ["month", "shop"]]


def _ratings(facts: DailyFacts, chosen: pd.DataFrame) -> pd.DataFrame:
    """Return what the vendor's days say of ratings where the inquiries say nothing, of people only."""
    places = rated_by_vendor(facts, chosen).assign(rates=True)
    days = facts.agent_days.assign(month=months_of_days(facts.agent_days["day"])).merge(places, on=["month", "shop"])
    known = _agent_days(days.loc[days["agent"].notna()].drop(columns=["month", "rates"]))
    return known[[*BY, "credit", *RATED, *(f"blank_{c}" for c in RATED)]]


def _people(facts: DailyFacts, months: list[Month]) -> pd.DataFrame:
    """Return what is known by person: a row a spell of the roster, and the days of attendance and quality checks."""
    spells = last_spells(facts.assignments, months)
    by_day = [attendance_facts(facts.attendance, spells), quality_facts(facts.quality)]
    frame = pd.concat(by_day, ignore_index=True).assign(shop=pd.Series(dtype="str"))
    placed = with_spells(frame, facts.assignments).dropna(subset=["spell_from"])
    present = roster(facts.assignments, months).drop(columns=["month", "until"])
    return facts.each_way(pd.concat([present, placed], ignore_index=True))


def _monthly(rows: pd.DataFrame, cuts: Sequence[date]) -> pd.DataFrame:
    """Add the month, and from when to when the spell lies in it (the whole month where no assignment is known).

    Of `cuts` inside the month only the part in which the day lies counts; `piece` says which that is.
    """
    start = rows["day"].dt.to_period("M").dt.start_time.astype("datetime64[us]")
    end = (start + pd.offsets.MonthEnd(1)).astype("datetime64[us]")
    piece = pd.Series(0, index=rows.index)
    for cut in map(pd.Timestamp, sorted(set(cuts))):
        after = rows["day"] >= cut
        piece += after.astype("int64")
        start = start.where(~(after & (start < cut)), cut)
        end = end.where(after | (end < cut), cut - pd.Timedelta(days=1))
    return rows.assign(
        month=months_of_days(rows["day"]),
        piece=piece,
        **{
            "from": start.where(~(rows["spell_from"] > start), rows["spell_from"]),
            "to": end.where(~(rows["spell_to"] < end), rows["spell_to"]),
        },
    )


def _in_first_channel(people: pd.DataFrame, events: pd.DataFrame) -> pd.DataFrame:
    """Put what is known by person beside their events: who is of no shop in particular, into the first shop of them."""
    by = ["way", "month", "agent"]
    shops = people[by].merge(events.groupby(by)["shop"].min().rename("shop").reset_index(), on=by, how="left")["shop"]
    people = people.assign(shop=people["shop"].fillna(shops.set_axis(people.index)))
    first = events.groupby(_SPELL, dropna=False, as_index=False)["channel"].min()
    return people.merge(first, on=_SPELL, how="left")


def _added(rows: pd.DataFrame) -> pd.DataFrame:
    """Add up the rows of each cell; null where no row has a value. The days are those of the whole spell."""
    blanks = [c for c in rows.columns if c.startswith("blank_")]
    values = [*_PARTS, *_COUNTED, *PERSONAL, *blanks]
    numbers = rows.reindex(columns=[*_CELL, "from", "to", *values]).astype(dict.fromkeys(values, "Int64"))
    grouped = numbers.astype({"credit": "str", "channel": "str"}).groupby(_CELL, dropna=False, as_index=False)
    cells = grouped[values].sum(min_count=1)
    cells = cells.merge(grouped.agg({"from": "min", "to": "max"}), on=_CELL)
    spell = cells.groupby(_SPELL, dropna=False)
    return cells.assign(**{"from": spell["from"].transform("min"), "to": spell["to"].transform("max")})


def _knowledge(facts: DailyFacts, chosen: pd.DataFrame) -> pd.DataFrame:
    """Say for each month and shop which columns it has data for."""
    by = ["month", "shop"]
    sales, asked, days, made = (
        f.assign(month=months_of_days(f["day"])).groupby(by)
        for f in (facts.sales, facts.inquiries, facts.agent_days, facts.order_days)
    )
    ordered = sales.size().index.union(made.size().index)
    told_by = {"units": "lined", "discount": "discounted", "cost": "costed"}
    lined = {c: (sales[marks].sum() > 0).reindex for c, marks in told_by.items()}
    rated = asked["rated"].sum() > 0
    at = pd.MultiIndex.from_frame(chosen[by])
    events, vendor = (chosen["kind"] == "events").to_numpy(), (chosen["kind"] == "agent_days").to_numpy()
    has_orders = at.isin(ordered)
    known = pd.DataFrame({c: events if c in ASKED else has_orders & ~vendor for c in _COUNTED}, index=at)
    known = known.assign(
        buyers=events & has_orders,
        **{c: of(at, fill_value=False).to_numpy(bool) & ~vendor for c, of in lined.items()},
        **dict.fromkeys(OTHER_SALES, has_orders),
        upsells=has_orders & (facts.upsold is not None),
        **dict.fromkeys(RATED, rated.reindex(at, fill_value=False).to_numpy() & events),
    )
    told = days[[*DAY_COUNTS, *DAY_MONEY]].count().rename(columns={"sales": "gross_sales"}) > 0
    told = told.reindex(at, fill_value=False).loc[vendor]
    known.loc[vendor, told.columns] = told
    theirs = pd.MultiIndex.from_frame(rated_by_vendor(facts, chosen))
    known.loc[at.isin(theirs), list(RATED)] = True
    return known.reset_index()


def _only_what_is_known(cells: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """Write 0 where there was nothing, blank where nobody can know; then what is left of sales after refunds."""
    here = cells[["month", "shop"]].merge(known, on=["month", "shop"], how="left")
    here = here[list(_COUNTED)].fillna(False).astype(bool)
    blank = {c: cells[f"blank_{c}"].fillna(0) > 0 for c in _COUNTED if f"blank_{c}" in cells}
    out = {c: cells[c].fillna(0).mask(~here[c] | blank.get(c, False)) for c in _COUNTED}
    shop_row = cells["agent"].isna()
    for c in set(_COUNTED) - {"orders", "gross_sales", "refunds", "cost"}:
        out[c] = out[c].mask(shop_row)
    unknown = ~here["refunds"] & here["gross_sales"]
    sales = out["gross_sales"] - out["refunds"].mask(unknown, 0)
    return cells.assign(**out, sales=sales, **{PROFIT: sales - out["cost"]})


def _of_persons(cells: pd.DataFrame) -> pd.DataFrame:
    """Write 0 beside what is known of a person on another row of the month."""
    by_person = cells.groupby(["way", "month", "agent"], dropna=False)
    known = {c: (by_person[c].transform("count") > 0) & cells["agent"].notna() for c in PERSONAL}
    return cells.assign(**{c: cells[c].mask(cells[c].isna() & known[c], 0) for c in PERSONAL})


def _finished(cells: pd.DataFrame, further: tuple[str, ...] = ()) -> pd.DataFrame:
    """Put columns (and `further` ones) and rows in order and make exact averages of their parts."""
    exact: dict[str, list[Any]] = {
        name: _quotients(cells[f"{p}_ms"], 1000 * cells[f"{p}_n"]) for name, p in AVERAGES.items()
    }
    exact |= {c: exact_objects(cells[c]) for c in ATTENDANCE}
    exact |= {c: _quotients(cells[c], pd.Series(100, index=cells.index)) for c in HOURS}
    text = [c for c in _CELL if c not in ("way", "base_pay", "piece")]
    columns = ["way", *COLUMNS, *further]
    whole = [c for c in (*_COUNTED, "sales", PROFIT, *QUALITY, "base_pay") if c in cells and c in columns]
    out = cells.assign(**{c: pd.Series(v, index=cells.index, dtype="object") for c, v in exact.items()})
    out = out.reindex(columns=columns)
    dtypes = dict.fromkeys(text, "str") | dict.fromkeys(whole, "Int64") | {"sales": "Int64"}
    dtypes |= {"from": "datetime64[us]", "to": "datetime64[us]", "way": "int64"}
    order = ["way", "month", "agent", "from", "shop", "credit", "channel", *ATTRIBUTES]
    return out.astype(dtypes).sort_values(order, na_position="last", ignore_index=True)


def _quotients(parts: pd.Series, of: pd.Series) -> list[Fraction | None]:
    """Return exact quotients, None where there is nothing to divide or to divide by."""
    pairs = zip(parts, of, strict=True)
    return [None if pd.isna(a) or pd.isna(n) or not n else Fraction(int(a), int(n)) for a, n in pairs]


def exact_objects(values: pd.Series) -> list[int | None]:
    """Return whole numbers as Python's own, None for null."""
    return [None if pd.isna(v) else int(v) for v in values]
