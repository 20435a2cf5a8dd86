"""The rows behind an audit from which somebody redoes it: orders, inquiries, refunds, and how the files were read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from toolkit.data.crediting.evidence import decided_by_rule, inquiries_with_sources, refunds_with_sources
from toolkit.data.crediting.measures import open_months, orders_earned
from toolkit.data.crediting.named import plain_customer
from toolkit.data.crediting.rule_text import rule_behind
from toolkit.data.tables.states import read_journal
from toolkit.studies.audit.at_stake import credited_by_hand

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolkit.studies.audit.month import MonthAudit


@dataclass(frozen=True, slots=True)
class Evidence:
    """The rows behind an audit; customers stand as numbers of this month, the same in orders and inquiries.

    Parameters
    ----------
    orders : those of the audit; of orders credited by hand also whose the rest of the rule would make them:
        `credit_by_rule`, `agent_by_rule`, `inquiry_by_rule`.
    inquiries : every row of the month's list of inquiries, see `asked_rows`.
    refunds : of these orders, see `refunds_of`.
    files : each file imported, as often as it was: size, SHA-256, when, by whom, and what became of its rows.
    columns : which header of which kind of file fed which column, see `ColumnRead`.
    rules : which sentence of the rule of crediting, from 1, gives the orders of each `source_rule`.
    """

    orders: pd.DataFrame
    inquiries: pd.DataFrame
    refunds: pd.DataFrame
    files: pd.DataFrame
    columns: pd.DataFrame
    rules: Mapping[str, int]


def gather_evidence(audit: MonthAudit) -> Evidence:
    """Read the rows behind an audit."""
    month, settings = audit.month, audit.workspace.settings
    by_hand = credited_by_hand(audit.orders)["order_id"].unique().tolist()
    with open_months(audit.workspace, month, month) as opened:
        inquiries, refunds = inquiries_with_sources(opened, month), refunds_with_sources(opened, month)
        by_rule = orders_earned(decided_by_rule(opened, month, by_hand))
    told = by_rule.loc[by_rule["order_id"].isin(by_hand)].groupby("order_id", as_index=False)
    instead = told.agg(
        credit_by_rule=("credit", "first"), agent_by_rule=("agent", _each), inquiry_by_rule=("inquiry_id", _each)
    )
    orders = audit.orders.merge(instead, on="order_id", how="left")
    inquiries = inquiries.loc[inquiries["shop"] == audit.shop] if audit.shop else inquiries
    numbers = customer_numbers(pd.concat([orders["customer"], inquiries["customer"]]))
    return Evidence(
        orders.assign(customer=numbers[: len(orders)]),
        inquiries.assign(customer=numbers[len(orders) :]),
        refunds.loc[refunds["whole"].isin(orders["order_id"])],
        _files(audit),
        _columns(audit),
        {name: rule_behind(settings, name) for name in sorted(orders["source_rule"].unique())},
    )


def _each(values: pd.Series) -> str:
    return ", ".join(dict.fromkeys(values.dropna()))


def customer_numbers(customers: pd.Series) -> list[str]:
    """Return a number in place of each customer, the same for all rows of one, "" where none is known."""
    numbers, _ = pd.factorize(plain_customer(customers))
    return [f"C{n + 1:05d}" if n >= 0 else "" for n in numbers]


def _files(audit: MonthAudit) -> pd.DataFrame:
    names = ["file", "sha256", "bytes", "map", "read", "accepted", "rejected", "repeated", "set_aside"]
    rows = []
    for entry in read_journal(audit.workspace):
        for source, file in zip(entry["sources"], entry["files"], strict=True):
            aside = dict(file["set_aside"])
            counts = (file["read"], file["accepted"], file["rejected"], aside.pop("duplicate", 0), sum(aside.values()))
            about = (source["file"], source["sha256"], source["size"], ", ".join(file["maps"]))
            rows.append((*about, *counts, entry["when"], entry["user"], entry["host"]))
    return pd.DataFrame(rows, columns=[*names, "imported_at", "user", "host"])


def _columns(audit: MonthAudit) -> pd.DataFrame:
    told = [row for entry in read_journal(audit.workspace) for row in entry.get("columns", ())]
    names = ["map", "header", "table", "column", "how", "values"]
    return pd.DataFrame(told, columns=names).drop_duplicates(ignore_index=True)
