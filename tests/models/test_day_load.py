"""What busy days do to conversion: nothing is claimed where they do nothing, and a planted fall is found."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from toolkit.models.comparison.day_load import LoadEffect, fit_load


def days(seed: int, n_agents: int = 8, *, slope: float = 0.0, own: float = 0.2) -> pd.DataFrame:
    """Thirty days; better people are sent more, busy days of the shop convert otherwise, and single days scatter."""
    rng = np.random.default_rng(seed)
    skill, day = rng.normal(0, 0.3, n_agents), rng.normal(0, 0.2, 30)
    usual = 40 * np.exp(0.8 * skill)
    busy = np.exp(rng.normal(0, 0.25, 30) + 0.5 * day)
    g, d = (a.ravel() for a in np.meshgrid(range(n_agents), range(30), indexing="ij"))
    load = rng.poisson(usual[g] * busy[d] * np.exp(rng.normal(0, own, len(g)))) + 1
    inquiries = rng.binomial(load, 0.8)
    logit = -0.9 + skill[g] + day[d] + rng.normal(0, 0.15, len(g)) + slope * (load / usual[g] - 1)
    return pd.DataFrame(
        {
            "agent": [f"a{i}" for i in g],
            "shop": "S",
            "day": pd.Timestamp(2024, 6, 1) + pd.to_timedelta(d, "D"),
            "load": load,
            "inquiries": inquiries,
            "buyers": rng.binomial(inquiries, 1 / (1 + np.exp(-logit))),
        }
    )[rng.random(len(g)) < 0.75]


def claims(found: LoadEffect) -> bool:
    return found.upper < 0 or found.lower > 0


@pytest.mark.parametrize("n_agents", [5, 8, 20])
def test_no_effect_is_claimed_at_most_once_in_twenty(n_agents: int) -> None:
    found = [fit_load(days(seed, n_agents)) for seed in range(200)]
    told = [claims(f) for f in found if f.change is not None]
    assert len(told) > 190
    assert sum(told) <= 14  # of 200 at 5 %: more than 14 is worse luck than 1 in 20
    assert abs(np.mean([f.change for f in found if f.change is not None])) < 0.001


def test_without_the_persons_own_level_load_would_seem_to_help() -> None:
    rows = days(3, 20)
    rate = rows["buyers"] / rows["inquiries"]
    assert np.corrcoef(rows["load"], rate)[0, 1] > 0.2
    assert not claims(fit_load(rows))


def test_a_planted_fall_is_found() -> None:
    """A logit 0.8 lower at twice the usual load is about 0.8 x p(1 - p) x 0.1 = 1.5 points for a tenth more."""
    found = [fit_load(days(seed, slope=-0.8)) for seed in range(60)]
    assert sum(f.upper < 0 for f in found) >= 54
    assert np.mean([f.change for f in found]) == pytest.approx(-0.015, abs=0.002)


def test_by_hand() -> None:
    """Two days, two people each in a shop of their own pair: a tenth more of 10 customers is one customer.

    Every pair: one has 8 then 12 customers and converts 6 then 5 of 10, the other has 10 on both days and converts 4.
    The first falls by 1/10 over 4 customers beside a day that does nothing: 2.5 points for each.
    """
    rows = [
        (f"{who}{k}", f"S{k}", pd.Timestamp(2024, 6, 1 + d), load, 10, buyers)
        for k in range(30)
        for who, d, load, buyers in (("a", 0, 8, 6), ("a", 1, 12, 5), ("b", 0, 10, 4), ("b", 1, 10, 4))
    ]
    found = fit_load(pd.DataFrame(rows, columns=["agent", "shop", "day", "load", "inquiries", "buyers"]))
    assert (found.n_agents, found.n_days, found.usual) == (60, 120, 10)
    assert (found.change, found.lower, found.upper) == pytest.approx((-0.025, -0.025, -0.025))


def test_a_load_that_all_share_tells_nothing() -> None:
    rows = days(5)
    shared = rows.assign(load=rows.groupby("day")["load"].transform("first"))
    assert fit_load(shared).change is None


@pytest.mark.parametrize("rows", [days(1, 4), days(1).head(99), days(1).head(0)])
def test_few_people_or_days_tell_nothing(rows: pd.DataFrame) -> None:
    assert fit_load(rows).change is None


def waits(seed: int, slope: float = 0.0) -> pd.DataFrame:
    """Seconds to reply, skewed as they are: each reply lognormal about 20 s, `slope` longer (log) at twice the load."""
    rng = np.random.default_rng(seed)
    rows = days(seed)
    usual = rows.groupby("agent")["load"].transform("mean")
    level = np.log(20) + rng.normal(0, 0.15, len(rows)) + slope * (rows["load"] / usual - 1)
    own = [float(rng.lognormal(mean, 0.8, n).sum()) for mean, n in zip(level, rows["load"], strict=True)]
    return rows.assign(seconds=own, replies=rows["load"])


def test_replies_that_wait_no_longer_are_claimed_at_most_once_in_twenty_and_a_planted_wait_is_found() -> None:
    """A reply 0.5 longer (log) at twice the load is about 20 x exp(0.8^2 / 2) x 0.05 = 1.4 s for a tenth more."""
    none = [fit_load(waits(seed), "seconds", "replies") for seed in range(60)]
    assert sum(claims(f) for f in none) <= 7
    found = [fit_load(waits(seed, 0.5), "seconds", "replies") for seed in range(15)]
    assert sum(f.lower > 0 for f in found) >= 13
    assert np.mean([f.change for f in found]) == pytest.approx(1.4, abs=0.2)


def test_days_without_a_reply_are_left_out() -> None:
    rows = waits(2)
    blank = rows.assign(seconds=rows["seconds"].where(rows.index % 2 > 0))
    assert fit_load(blank, "seconds", "replies").n_days == int((rows.index % 2 > 0).sum())
