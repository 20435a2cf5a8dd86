"""The rows shown as evidence add up to the figures they are evidence of, in any world under any setting."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pandas as pd
import pytest

from tests.data.worlds import random_settings, random_world, workspace_of
from toolkit.core.period import Month
from toolkit.data.crediting.evidence import inquiries_with_sources, orders_with_sources, refunds_with_sources
from toolkit.data.crediting.measures import measure, open_months
from toolkit.data.crediting.rule_text import rule_behind, say_rules

FEBRUARY = Month(2024, 2)


@pytest.mark.parametrize("seed", range(12))
def test_rows_add_up_to_the_measures(seed: int, tmp_path: Path) -> None:
    draw = Random(seed)
    settings = random_settings(draw)
    workspace = workspace_of(tmp_path / "w", random_world(draw, n=60), settings)
    with open_months(workspace, FEBRUARY, FEBRUARY) as opened:
        cells = measure(opened).table
        asked = inquiries_with_sources(opened, FEBRUARY)
        orders, refunds = orders_with_sources(opened, FEBRUARY), refunds_with_sources(opened, FEBRUARY)
    first = asked["inquiry_id"] == asked["counted_as"]
    sold = asked.loc[asked["order_id"].notna() & asked["counted_as"].notna(), "counted_as"].unique()
    counted = asked[first].assign(buyer=asked["inquiry_id"].isin(sold)).groupby("agent")["buyer"].agg(["size", "sum"])
    told = cells.dropna(subset=["agent"]).groupby("agent")[["inquiries", "buyers"]].sum()
    told = told[told["inquiries"] > 0]
    assert counted.to_numpy().tolist() == told.to_numpy().tolist()
    assert counted.index.tolist() == told.index.tolist()
    kept = orders.groupby("order_id")[["amount", "refund_netted", "refund_after"]].sum()
    before = refunds[~refunds["late"].astype(bool)].groupby("whole")["amount"].sum()
    limited = pd.concat([before.reindex(kept.index, fill_value=0), kept["amount"]], axis=1).min(axis=1)
    assert limited.tolist() == kept["refund_netted"].tolist()
    said = len(say_rules(settings))
    assert all(1 <= rule_behind(settings, rule) <= said for rule in orders["source_rule"].unique())
