"""Teams whose truth is known, drawn by the story the design study tells but with none of its code."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.core.text import Text
from toolkit.studies.design.past import PastMonths

COMING = "2025-01"
SHARED = {"inquiries": (0.01, 0.04, 0.20), "rate": (0.01, 0.03, 0.10), "value": (0.005, 0.02, 0.05)}
"""Sd of the trend a month, of a step of the walk, and of calendar months, on the log scale (rate: logit)."""


def months_before(n: int) -> list[str]:
    """The last n months up to 2024-12."""
    return [f"{2024 - k // 12}-{12 - k % 12:02d}" for k in range(n)][::-1]


@dataclass(frozen=True)
class Spec:
    agents: int = 25
    rate: float = -0.9
    sd: float = 0.30
    month_sd: float = 0.15
    volume: float = 300.0
    volume_sd: float = 0.4
    own_volume_sd: float = 0.15
    all_volume_sd: float = 0.10
    all_rate_sd: float = 0.05
    value: float = 20_000.0
    value_sd: float = 0.10
    months: int = 12
    moving: bool = False  # whether what all share has a trend, a walk and a season


class Team:
    """People with a skill, a usual volume and a usual value of a buyer."""

    def __init__(self, seed: int, spec: Spec | None = None) -> None:
        self.spec = spec or Spec()
        s, r = self.spec, np.random.default_rng(seed)
        self.skill = r.normal(0, s.sd, s.agents)
        self.volume = s.volume * np.exp(r.normal(0, s.volume_sd, s.agents))
        self.value = s.value * np.exp(r.normal(0, s.value_sd, s.agents))
        self.names = [f"a{i:02d}" for i in range(s.agents)]
        self.paths = {name: self._path(r, sds) * s.moving for name, sds in SHARED.items()}
        self.days = [monthrange(int(m[:4]), int(m[5:]))[1] / 30.4 for m in (*months_before(s.months), COMING)]

    def _path(self, r: np.random.Generator, sds: tuple[float, float, float]) -> np.ndarray:
        """What all share in each month of the history, and in the coming one."""
        at, (trend, walk, season) = np.arange(self.spec.months + 1), sds
        return r.normal(0, trend) * at + np.cumsum(r.normal(0, walk, len(at))) + r.normal(0, season, 12)[at % 12]

    def months(self, r: np.random.Generator, n: int, volumes: np.ndarray | None = None) -> dict[str, np.ndarray]:
        """Draw n months like the coming one, (n, agents); with `volumes` what all share stands still."""
        shared = {name: np.full(n, path[-1] * (volumes is None)) for name, path in self.paths.items()}
        return self._drawn(r, shared, np.full((n, 1), self.days[-1]), volumes)

    def _drawn(
        self,
        r: np.random.Generator,
        shared: dict[str, np.ndarray],
        days: np.ndarray,
        volumes: np.ndarray | None = None,
    ) -> dict[str, np.ndarray]:
        s, n = self.spec, len(shared["rate"])
        size, moving = (n, s.agents), volumes is None
        of_all = {name: values[:, None] for name, values in shared.items()}
        all_rate = of_all["rate"] + moving * r.normal(0, s.all_rate_sd, (n, 1))
        if volumes is None:
            luck = r.normal(0, s.own_volume_sd, size) + r.normal(0, s.all_volume_sd, (n, 1)) + of_all["inquiries"]
            inquiries = r.poisson(self.volume * days * np.exp(luck))
        else:
            inquiries = np.broadcast_to(np.rint(volumes).astype(int), size)
        eta = s.rate + self.skill + all_rate + r.normal(0, s.month_sd, size)
        buyers = r.binomial(inquiries, 1 / (1 + np.exp(-eta)))
        each = self.value * np.exp(of_all["value"])
        gross = np.rint(r.gamma(np.maximum(buyers, 1)) * (buyers > 0) * each).astype(int)
        refunds = np.rint(gross * r.uniform(0.02, 0.06, size)).astype(int)
        return {
            "inquiries": inquiries, "buyers": buyers, "orders": buyers,
            "gross_sales": gross, "refunds": refunds, "sales": gross - refunds,
        }  # fmt: skip

    def rows(self, month: str, figures: dict[str, np.ndarray]) -> pd.DataFrame:
        """One month as rows in memory form."""
        texts = {"month": month, "agent": self.names, "role": "agent", "shop": "s"}
        numbers = {name: pd.array(values, dtype="Int64") for name, values in figures.items()}
        return (
            pd.DataFrame(texts)
            .astype("str")
            .assign(base_pay=pd.array([300_000] * len(self.names), dtype="Int64"), **numbers)
        )

    def past(self, seed: int, roster: pd.DataFrame | None = None) -> PastMonths:
        """The months of 2024."""
        shared = {name: path[:-1] for name, path in self.paths.items()}
        drawn = self._drawn(np.random.default_rng(seed), shared, np.array(self.days[:-1])[:, None])
        months = months_before(self.spec.months)
        rows = [self.rows(m, {name: v[i] for name, v in drawn.items()}) for i, m in enumerate(months)]
        return past_of(pd.concat(rows, ignore_index=True), roster)


def past_of(measures: pd.DataFrame, roster: pd.DataFrame | None = None) -> PastMonths:
    months = sorted(set(measures["month"]))
    more = {} if roster is None else {"roster": roster}
    return PastMonths(Text("team", "团队"), "CNY", months[0], months[-1], measures, **more)


HEAD = """\
language: 1
scheme: {name}
title: {name}
currency: CNY
in_force: {{from: 2024-01-01}}
define: {{conversion: buyers / inquiries}}
components:
"""
TIERS = ", ".join(
    f"{{from: {edge}%, rate: {rate}%}}" for edge, rate in ((0, 1.5), (30, 3), (30.5, 3.5), (35, 4), (40, 6))
)
D02 = f"  - {{id: commission, pay: sales, rate: {{by: conversion, mode: slab, tiers: [{TIERS}]}}}}\n"


def flat(rate: str) -> str:
    return f"  - {{id: commission, pay: sales, rate: {rate}}}\n"


def scheme_text(name: str, body: str) -> str:
    return HEAD.format(name=name) + body
