"""The coming month as one would meet it a thousand times: joint draws of what everybody is paid on.

Inquiries, buyers, orders, sales and refunds of everybody the roster has in the month, from the baselines of volume,
conversion and value. Every draw is keyed by seed, agent, month and measure: another scheme is paid on the same draws
(common random numbers), and one more person moves nobody else's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import NamedTuple

import numpy as np
import pandas as pd

from toolkit.core.errors import InputError, Problem
from toolkit.core.period import Month
from toolkit.core.text import Text
from toolkit.models.baseline.conversion import ConversionBaseline, fit_conversion
from toolkit.models.baseline.counts import Floats, Ints
from toolkit.models.baseline.effects import sample_effects
from toolkit.models.baseline.level import sample_levels
from toolkit.models.baseline.order_value import OrderValueBaseline, fit_order_value
from toolkit.models.outlook.draws import keyed_generator
from toolkit.models.outlook.forecast import check_plan, plan_matrix
from toolkit.models.outlook.season import Outlook, month_outlook
from toolkit.models.outlook.volume import Volume, draw_level, fit_volume
from toolkit.rules.formula.dictionary import MEASURES, SPELL_COLUMNS
from toolkit.studies.design.past import PastMonths

CASE_MIX = ("shop",)
SERVED = ("inquiries", "buyers", "orders", "gross_sales", "refunds", "sales")
"""What is drawn from baselines, in the order in which each follows from those before."""
_MOST = 10_000_000
_OWN_MONTHS = 3
_AVERAGED = {measure.name: measure.average_by for measure in MEASURES}


class Key(NamedTuple):
    """What draws are keyed by beside agent and measure; `luck` tells one month from another of the same skill."""

    seed: int
    month: str
    luck: str = ""

    def rng(self, agent: str, measure: str) -> np.random.Generator:
        """Return the generator of one agent's draws of one measure; "" is the month itself."""
        return keyed_generator(self.seed, agent, self.month, measure)

    def lucky(self, agent: str, measure: str) -> np.random.Generator:
        """Return the generator of what is luck."""
        return self.rng(agent, f"{measure}\x1f{self.luck}" if self.luck else measure)


@dataclass(frozen=True, slots=True, eq=False)
class MonthModel:
    """What is known of the coming month.

    Parameters
    ----------
    month : YYYY-MM.
    rows : one row each person and place, as pay reads them; those who serve first, then others and nobody's.
    served : how many of them serve.
    conversion, volume, value : fitted to the months before.
    outlooks : of the month's conversion and value.
    share : of each row in its agent's inquiries.
    orders : orders a buyer.
    refunded : share of sales refunded before settlement, of each agent-month of the past.
    carried : of other measures, per inquiry in past months, by name and agent; "" are everybody's.
    """

    month: str
    rows: pd.DataFrame
    served: int
    conversion: ConversionBaseline
    volume: Volume
    value: OrderValueBaseline
    outlooks: tuple[Outlook, Outlook]
    share: Floats
    orders: float
    refunded: Floats
    carried: Mapping[str, Mapping[str, Floats]]

    @property
    def agents(self) -> tuple[str, ...]:
        """Those who serve, sorted."""
        return tuple(sorted(set(self.rows["agent"].iloc[: self.served])))


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """Replicates of a month.

    Parameters
    ----------
    month : YYYY-MM.
    rows : rows of the month, in memory form.
    columns : what is drawn, by measure, int64 (replicates, rows), money in minor units.
    skill : each agent's own conversion, (replicates, agents); empty where it is not known.
    """

    month: str
    rows: pd.DataFrame
    columns: Mapping[str, Ints]
    skill: Floats

    @property
    def n(self) -> int:
        """How many replicates there are."""
        return len(next(iter(self.columns.values())))

    @property
    def agents(self) -> tuple[str, ...]:
        """Everybody with a row."""
        return tuple(sorted(set(self.rows["agent"].dropna())))

    def of_agents(self, name: str) -> Ints:
        """Return a measure of each agent, (replicates, agents)."""
        code = pd.Categorical(self.rows["agent"], self.agents).codes
        known = np.flatnonzero(code >= 0)
        sums = np.zeros((self.n, len(self.agents)), np.int64)
        np.add.at(sums.T, code[known], self.columns[name].T[known])
        return sums


def read_month(past: PastMonths, columns: Iterable[str] = (), campaigns: Sequence[str] = ()) -> MonthModel:
    """Fit what is known of the month after the past.

    Parameters
    ----------
    columns : other measures that are to be drawn, where they add up.
    campaigns : months not to learn from.

    Raises
    ------
    InputError
        If the past does not allow to foretell the month.
    """
    month = str(Month.parse(past.last).shift(1))
    cells = _cells(past.measures)
    conversion = fit_conversion(cells, CASE_MIX)
    value = fit_order_value(cells.assign(sales=cells["gross"]), CASE_MIX, size="buyers")
    volume = fit_volume(conversion.cells, month, campaigns)
    rows, served = coming_rows(past, month)
    plan = rows.iloc[:served].assign(inquiries=1)
    for fitted in (conversion, value):
        new = sorted(set(plan["agent"]) - set(fitted.cells.agents))
        check_plan(fitted.cells, fitted.fit, plan, new)
    fixed = conversion.level or conversion.fit.solution
    outlooks = (
        month_outlook(conversion.fit.design, fixed, month, campaigns),
        month_outlook(value.fit.design, value.fit.solution, month, campaigns),
    )
    gross, back = (cells.groupby(["month", "agent"])[c].sum() for c in ("gross", "refunds"))
    known = gross > 0
    refunded = np.clip((back[known] / gross[known]).to_numpy(np.float64), 0, 1)
    orders = float(cells["orders"].sum() / cells["buyers"].sum()) if cells["orders"].sum() else 1.0
    carried = {name: found for name in columns if (found := _per_inquiry(past.measures, name))}
    share = _shares(past, plan)
    return MonthModel(month, rows, served, conversion, volume, value, outlooks, share, orders, refunded, carried)


def _cells(measures: pd.DataFrame) -> pd.DataFrame:
    """Return month, agent, shop, inquiries, buyers, orders, gross sales and refunds of everybody who was asked."""
    table = measures if "shop" in measures else measures.assign(shop="-")
    unknown = (table["inquiries"].fillna(0) > 0) & table["buyers"].isna()
    mine = table.loc[table["agent"].notna() & ~unknown]
    gross = mine["gross_sales"] if "gross_sales" in mine else mine["sales"]
    zero = pd.Series(0, index=mine.index)
    counts = {
        "inquiries": mine["inquiries"],
        "buyers": mine["buyers"],
        "orders": mine.get("orders", zero),
        "gross": gross,
        "refunds": mine.get("refunds", zero),
    }
    frame = mine[["month", "agent", "shop"]].assign(
        **{name: values.fillna(0).astype("int64") for name, values in counts.items()}
    )
    cells = frame.assign(shop=frame["shop"].fillna("-")).groupby(["month", "agent", "shop"], as_index=False).sum()
    cells = cells[(cells["inquiries"] > 0) & (cells["buyers"] <= cells["inquiries"])].reset_index(drop=True)
    if cells.empty:
        message = Text("nobody has inquiries whose buyers are known", "没有人有已知付款人数的询单")
        raise InputError([Problem("measures", message, code="no-cells")])
    return cells


def coming_rows(past: PastMonths, month: str) -> tuple[pd.DataFrame, int]:
    """Return the rows of the coming month, and how many of them serve: who is there at the end of the last one.

    Whoever the roster says has left before it begins is not in it. What is not drawn stays as it was in the last month.
    """
    when, last = Month.parse(month), Month.parse(past.last)
    table = past.measures[past.measures["month"] == past.last]
    if "to" in table:
        table = table[table["to"].isna() | (table["to"] >= pd.Timestamp(last.last_day))]
    table = table[~table["agent"].isin(_gone(past.roster, when))]
    keys = [c for c in ("agent", "credit", *SPELL_COLUMNS, "city") if c in table]
    rows = _added(table.drop(columns=["channel"], errors="ignore"), keys)
    days = {"from": pd.Timestamp(when.start), "to": pd.Timestamp(when.last_day)}
    rows = rows.assign(month=month, **{name: day for name, day in days.items() if name in rows})
    if "tenure_months" in rows:
        rows["tenure_months"] = [None if pd.isna(n) else n + 1 for n in rows["tenure_months"]]
    serves = rows["agent"].notna() & (rows["inquiries"].fillna(0) > 0)
    elsewhere = ~serves & rows["agent"].isin(rows.loc[serves, "agent"])  # what an earlier place left behind
    rows, serves = rows[~elsewhere], serves[~elsewhere]
    ordered = pd.concat([rows[serves].sort_values("agent", kind="stable"), rows[~serves]], ignore_index=True)
    if "shop" in ordered:
        blank = ordered["shop"].isna() & (ordered.index < serves.sum())
        ordered["shop"] = ordered["shop"].mask(blank, "-")
    else:
        ordered["shop"] = "-"
    if not serves.any():
        message = Text(
            f"nobody who served in {past.last} is there in {month}", f"{past.last} 有询单的人在 {month} 都已不在"
        )
        raise InputError([Problem("roster", message, code="nobody-left")])
    return ordered, int(serves.sum())


def _gone(roster: pd.DataFrame, when: Month) -> set[str]:
    """Return whom the roster says to have left before a month."""
    if "left_on" not in roster:
        return set()
    left = roster.dropna(subset=["left_on"]).groupby("agent")["left_on"].max()
    return set(left.index[left < pd.Timestamp(when.start)])


def _added(table: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """Return one row each place of a person: what adds up added, averages weighed, the rest as the last row has it."""
    code = table.groupby(list(keys), dropna=False, sort=True).ngroup().to_numpy()
    groups, columns = table.groupby(code), dict[str, pd.Series]()
    for name in table.columns:
        weight = _AVERAGED.get(name)
        if name in keys or weight is None:
            columns[name] = groups[name].last()
        elif weight or table[name].dtype == "object":
            weights = table[weight] if weight in table else pd.Series(1, index=table.index)
            exact = {k: _exact(of, weights[of.index], mean=bool(weight)) for k, of in groups[name]}
            columns[name] = pd.Series(exact, dtype="object")
        else:
            columns[name] = groups[name].sum(min_count=1)
    return pd.DataFrame(columns).reset_index(drop=True).astype({c: table[c].dtype for c in table.columns})


def _exact(values: pd.Series, weights: pd.Series, *, mean: bool) -> object:
    """Return the exact sum or mean of what is known; None where nothing is."""
    known = [(v, int(w)) for v, w in zip(values, weights.fillna(0), strict=True) if not pd.isna(v) and w]
    total = sum((v * w for v, w in known), Fraction(0))
    return None if not known else total / sum(w for _, w in known) if mean else total


def _shares(past: PastMonths, plan: pd.DataFrame) -> Floats:
    """Return the share of each row in its agent's inquiries: as in the last month, of those who serve two places."""
    had = past.measures[past.measures["month"] == past.last].groupby(["agent", "shop"])["inquiries"].sum()
    keys = list(zip(plan["agent"], plan["shop"], strict=True))
    weight = np.array([float(had.get(key, 0) or 0) for key in keys])
    each = pd.Series(keys).map(pd.Series(keys).value_counts()).to_numpy(np.float64)
    weight = np.maximum(weight / each, 1e-9)
    total: Floats = pd.Series(weight).groupby(plan["agent"].to_numpy()).transform("sum").to_numpy(np.float64)
    shares: Floats = weight / total
    return shares


def _per_inquiry(measures: pd.DataFrame, name: str) -> dict[str, Floats]:
    """Return a measure per inquiry of each agent's past months; of everybody under "". Nothing where it is unknown."""
    if name not in measures or name in SERVED or _AVERAGED.get(name, "?") or measures[name].dtype != "Int64":
        return {}
    mine = measures[measures["agent"].notna()]
    sums = mine.groupby(["agent", "month"])[[name, "inquiries"]].sum(min_count=1).dropna()
    sums = sums[sums["inquiries"] > 0]
    ratio = sums[name].astype("float64") / sums["inquiries"].astype("float64")
    if ratio.empty:
        return {}
    found: dict[str, Floats] = {"": np.asarray(ratio, np.float64)}
    for agent, part in ratio.groupby(level="agent"):
        if len(part) >= _OWN_MONTHS:
            found[str(agent)] = np.asarray(part, np.float64)
    return found


def draw_month(model: MonthModel, key: Key, n: int, volumes: Floats | None = None) -> World:
    """Draw replicates of the month.

    Parameters
    ----------
    n : replicates.
    volumes : inquiries of each agent, (agents,), where they are given; then the month's own levels of conversion and
        value, which all share, stand at their mean as well, and what differs is skill and luck.

    Notes
    -----
    A replicate draws the fixed effects and each agent's level, the month's own level once for all, then agent-months,
    rows, whole buyers, the mean value of so many buyers (Gamma), the share refunded (that of some agent-month of the
    past). Other measures are those per inquiry of one of the person's own past months, the same for all of them.
    """
    agents, plan = model.agents, model.rows.iloc[: model.served]
    code = pd.Categorical(plan["agent"], agents).codes.astype(np.int64)
    inquiries = _inquiries(model, key, n, (agents, code), volumes)
    own, eta, level = _conversion(model, key, n, (agents, code), level=volumes is None)
    buyers, gross = np.zeros_like(inquiries), np.zeros_like(inquiries)
    log_value = _log_value(model, key, n, (agents, code), level=volumes is None)
    dispersion = model.value.fit.dispersion
    for row, (agent, place) in enumerate(_places(plan)):
        rate = 1 / (1 + np.exp(-eta[:, row]))
        bought = key.lucky(agent, f"buyers{place}").binomial(inquiries[:, row], rate)
        shape = np.maximum(bought, 1) / dispersion
        each = np.exp(log_value[:, row]) * model.value.tail
        drawn = key.lucky(agent, f"value{place}").gamma(shape) / shape
        buyers[:, row], gross[:, row] = bought, np.rint(bought * each * drawn)
    back = np.rint(gross * _refunded(model, key, n, (agents, code)))
    columns = {
        "inquiries": inquiries,
        "buyers": buyers,
        "orders": np.rint(buyers * model.orders),
        "gross_sales": gross,
        "refunds": back,
        "sales": gross - back,
        **_carried(model, key, inquiries, (agents, code)),
    }
    mean = 1 / (1 + np.exp(-(own + level)))
    starts = np.flatnonzero(np.r_[True, code[1:] != code[:-1]])
    skill: Floats = np.add.reduceat(mean * model.share, starts, axis=1)
    return World(model.month, model.rows, _whole(model, columns), skill)


Places = tuple[tuple[str, ...], Ints]


def _places(plan: pd.DataFrame) -> list[tuple[str, str]]:
    """Return agent and place of each row; an agent's only place has no name, so that a second one moves no draw."""
    nth = plan.groupby("agent").cumcount()
    return [(str(agent), f" {k}" if k else "") for agent, k in zip(plan["agent"], nth, strict=True)]


def _inquiries(model: MonthModel, key: Key, n: int, places: Places, volumes: Floats | None) -> Ints:
    agents, code = places
    found = np.empty((n, len(code)), np.int64)
    volume, at = model.volume, {a: i for i, a in enumerate(model.volume.agents)}
    level = draw_level(volume, key.rng("", "volume"), n)
    typical, spread = float(np.mean(volume.usual)), float(np.std(volume.usual))
    for i, agent in enumerate(agents):
        rows = np.flatnonzero(code == i)
        if volumes is not None:
            total = np.full(n, round(volumes[i]), np.int64)
        else:
            k = at.get(agent)
            usual, error = (typical, spread) if k is None else (volume.usual[k], volume.usual_sd[k])
            rng = key.lucky(agent, "inquiries")
            log = usual + rng.standard_normal(n) * np.hypot(error, volume.luck) + level
            total = rng.poisson(np.minimum(np.exp(log), _MOST))
        if len(rows) == 1:
            found[:, rows[0]] = total
        else:
            found[:, rows] = key.lucky(agent, "places").multinomial(total, model.share[rows])
    return found


def _conversion(model: MonthModel, key: Key, n: int, places: Places, *, level: bool) -> tuple[Floats, Floats, Floats]:
    """Return each row's own level, its log odds in the month, and the month's level, (replicates, rows or 1)."""
    (agents, code), fitted, plan = places, model.conversion, model.rows.iloc[: model.served]
    own = _normals(key, fitted.cells.agents, "conversion", n)
    rng = key.rng("", "conversion")
    if fitted.level is None:
        beta, u, variance = sample_effects(fitted.fit, rng, n, own)
        mean, luck = np.zeros(n), fitted.fit.variances.month
    else:
        beta, u, mean, variance = sample_levels(fitted.level, rng, n, own)
        luck = fitted.level.moves.month
    skill = _of_agents(key, agents, fitted.cells.agents, (u, mean, variance, "conversion"))
    month = model.outlooks[0].draw(beta, key.rng("", "conversion month"))
    month = month if level else np.full(n, month.mean())
    x = beta @ plan_matrix(fitted.cells, fitted.fit, plan).T
    base = x + skill[:, code]
    moved = np.column_stack([key.lucky(a, "conversion luck").standard_normal(n) for a in agents]) * np.sqrt(luck)
    cell = np.column_stack([key.lucky(a, f"conversion row{k}").standard_normal(n) for a, k in _places(plan)])
    eta = base + month[:, None] + moved[:, code] + cell * np.sqrt(fitted.fit.variances.cell)
    return base, eta, month[:, None]


def _log_value(model: MonthModel, key: Key, n: int, places: Places, *, level: bool) -> Floats:
    """Return the log of the mean value of a buyer of each row, (replicates, rows)."""
    (agents, code), fitted, plan = places, model.value, model.rows.iloc[: model.served]
    own = _normals(key, fitted.cells.agents, "value", n)
    beta, u, variance = sample_effects(fitted.fit, key.rng("", "value"), n, own)
    skill = _of_agents(key, agents, fitted.cells.agents, (u, np.zeros(n), variance, "value"))
    luck = np.column_stack([key.lucky(a, "value luck").standard_normal(n) for a in agents])
    each = skill + luck * np.sqrt(fitted.fit.variances.month)
    month = model.outlooks[1].draw(beta, key.rng("", "value month"))
    month = month if level else np.full(n, month.mean())
    found: Floats = beta @ plan_matrix(fitted.cells, fitted.fit, plan).T + each[:, code] + month[:, None]
    return found


def _normals(key: Key, agents: Sequence[str], measure: str, n: int) -> Floats:
    return np.column_stack([key.rng(agent, measure).standard_normal(n) for agent in agents])


def _of_agents(
    key: Key, agents: Sequence[str], known: Sequence[str], drawn: tuple[Floats, Floats, Floats, str]
) -> Floats:
    """Return the drawn effect of each agent; one without history is anybody."""
    (u, mean, variance, measure), at = drawn, {a: i for i, a in enumerate(known)}
    columns = [
        u[:, at[a]] if a in at else mean + key.rng(a, measure).standard_normal(len(u)) * np.sqrt(variance)
        for a in agents
    ]
    return np.column_stack(columns)


def _refunded(model: MonthModel, key: Key, n: int, places: Places) -> Floats:
    """Return the share refunded of each row, (replicates, rows)."""
    agents, code = places
    if not len(model.refunded):
        return np.zeros((n, len(code)))
    each = [key.lucky(a, "refunds").integers(len(model.refunded), size=n) for a in agents]
    found: Floats = model.refunded[np.column_stack(each)][:, code]
    return found


def _carried(model: MonthModel, key: Key, inquiries: Ints, places: Places) -> dict[str, Floats]:
    agents, code = places
    pick = np.column_stack([key.lucky(a, "other measures").random(len(inquiries)) for a in agents])
    found = {}
    for name, per_inquiry in model.carried.items():
        ratios = [per_inquiry.get(a, per_inquiry[""]) for a in agents]
        each = np.column_stack([r[(pick[:, i] * len(r)).astype(np.int64)] for i, r in enumerate(ratios)])
        found[name] = np.rint(each[:, code] * inquiries)
    return found


def _whole(model: MonthModel, drawn: Mapping[str, Ints | Floats]) -> dict[str, Ints]:
    """Return the drawn columns of all rows the measures have; rows that do not serve stay as they are."""
    columns = {}
    for name, values in drawn.items():
        if name in model.rows:
            others = model.rows[name].iloc[model.served :].fillna(0).to_numpy(np.int64)
            columns[name] = np.concatenate(
                [np.asarray(values, np.int64), np.broadcast_to(others, (len(values), len(others)))], axis=1
            )
    return columns


def with_rows_before(world: World, measures: pd.DataFrame, first: str) -> World:
    """Return the month with the rows of months before it, which schemes with a memory read; they are as they were."""
    before = measures[(measures["month"] >= first) & (measures["month"] < world.month)]
    if before.empty:
        return world
    rows = pd.concat([world.rows, before], ignore_index=True)
    columns = {
        name: np.concatenate(
            [values, np.broadcast_to(before[name].fillna(0).to_numpy(np.int64), (len(values), len(before)))], axis=1
        )
        for name, values in world.columns.items()
    }
    return replace(world, rows=rows, columns=columns)
