"""From the pack alone, with the csv module and fractions, everybody's pay of the sample comes out to the cent."""

from __future__ import annotations

import csv
import io
import zipfile
from collections import defaultdict
from fractions import Fraction

import pytest

from toolkit.data.importing.demo import make_demo
from toolkit.output.reports.editions import publish_pack

TIERS = ((Fraction(40, 100), 6), (Fraction(35, 100), 4), (Fraction(305, 1000), Fraction(7, 2)), (Fraction(30, 100), 3))


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, str]]]:
    folder = tmp_path_factory.mktemp("work")
    make_demo(folder / "w")
    with zipfile.ZipFile(publish_pack(folder / "w", folder / "pack.zip", "2024-11", lang="en")) as archive:
        return {
            name: list(csv.DictReader(io.StringIO(archive.read(name).decode("utf-8-sig"))))
            for name in archive.namelist()
            if name.endswith(".csv")
        }


def fen(text: str) -> int:
    return int(Fraction(text or "0") * 100)


def test_sales_are_the_sums_of_orders(pack: dict[str, list[dict[str, str]]]) -> None:
    by_person: dict[str, int] = defaultdict(int)
    for order in pack["orders.csv"]:
        if order["agent"] and order["credit"] == "inquiry":
            by_person[order["agent"]] += fen(order["amount"]) - fen(order["refund_netted"])
    told: dict[str, int] = defaultdict(int)
    for row in pack["measures.csv"]:
        if row["agent"]:
            told[row["agent"]] += fen(row["sales"])
    assert {a: n for a, n in told.items() if n} == {a: n for a, n in by_person.items() if n}
    assert len(by_person) >= 20


def test_pay_follows_from_the_measures_by_the_rules_in_words(pack: dict[str, list[dict[str, str]]]) -> None:
    """The sample's commission: sales x the rate of the tier that buyers / inquiries reach, by spell, halves up."""
    spells: dict[tuple[str, ...], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in pack["measures.csv"]:
        if row["agent"] and row["role"] == "agent":
            key = tuple(row[c] for c in ("agent", "team", "shop", "supervisor", "base_pay"))
            for name in ("inquiries", "buyers"):
                spells[key][name] += int(row[name] or 0)
            spells[key]["sales"] += fen(row["sales"])
    due: dict[str, int] = defaultdict(int)
    for (agent, *_), sums in spells.items():
        if sums["inquiries"]:
            ratio = Fraction(sums["buyers"], sums["inquiries"])
            rate = next((r for edge, r in TIERS if ratio >= edge), Fraction(3, 2))
            due[agent] += int(Fraction(sums["sales"]) * rate / 100 + Fraction(1, 2))
    told = {r["agent"]: fen(r["recomputed"]) for r in pack["reconciliation.csv"] if r["item"] == "提成"}
    assert told == {agent: amount for agent, amount in due.items() if amount}
    assert len(told) >= 20


def test_every_order_says_where_it_was_read(pack: dict[str, list[dict[str, str]]]) -> None:
    assert all(order["file"] and order["row"] for order in pack["orders.csv"])
