"""From the pack alone, with the csv module and fractions, everybody's pay of the sample comes out to the cent."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections import defaultdict
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path

import pytest

from tests.sample import copy_sample
from toolkit.core.text import LANGUAGES
from toolkit.output.reports.editions import publish_pack

Pack = dict[str, list[dict[str, str]]]
TIERS = ((Fraction(40, 100), 6), (Fraction(35, 100), 4), (Fraction(305, 1000), Fraction(7, 2)), (Fraction(30, 100), 3))


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The files of the pack of October in English, and the README in Chinese."""
    folder = tmp_path_factory.mktemp("work")
    copy_sample(folder / "w")
    found = {}
    for lang in ("zh", "en"):
        with zipfile.ZipFile(publish_pack(folder / "w", folder / f"{lang}.zip", "2024-10", lang=lang)) as archive:
            found |= {name: archive.read(name).decode("utf-8-sig") for name in archive.namelist()}
        found[f"README.{lang}.md"] = found.pop("README.md")
    return found


@pytest.fixture(scope="module")
def pack(texts: dict[str, str]) -> Pack:
    return {name: list(csv.DictReader(io.StringIO(text))) for name, text in texts.items() if name.endswith(".csv")}


def fen(text: str) -> int:
    return int(Fraction(text or "0") * 100)


def by_person(pack: Pack, *names: str) -> dict[str, list[int]]:
    """Return the measures of each person, added up; amounts in fen."""
    sums: dict[str, list[int]] = {}
    for row in pack["measures.csv"]:
        if row["agent"]:
            told = [fen(row[n]) if "sales" in n else int(row[n] or 0) for n in names]
            sums[row["agent"]] = [a + b for a, b in zip(sums.get(row["agent"], [0] * len(names)), told, strict=True)]
    return {agent: told for agent, told in sums.items() if any(told)}


def redone(pack: Pack) -> dict[str, list[int]]:
    """Return inquiries, buyers, sales, reminder and offline sales of each person from orders and inquiries alone."""
    sums: dict[str, list[int]] = defaultdict(lambda: [0] * 5)
    for row in pack["inquiries.csv"]:
        if row["agent"] and row["inquiry_id"] == row["counted_as"]:
            sums[row["agent"]][0] += 1
            sums[row["agent"]][1] += int(row["buyer"])
    for order in pack["orders.csv"]:
        if order["agent"]:
            place = 2 + ("inquiry", "reminder", "offline").index(order["credit"])
            sums[order["agent"]][place] += fen(order["amount"]) - fen(order["refund_netted"])
    return {agent: told for agent, told in sums.items() if any(told)}


def test_measures_follow_from_inquiries_and_orders(pack: Pack) -> None:
    told = by_person(pack, "inquiries", "buyers", "sales", "reminder_sales", "offline_sales")
    assert redone(pack) == told
    assert len(told) >= 20


def test_all_pay_follows_from_inquiries_and_orders_by_the_rules_in_words(pack: Pack) -> None:
    """Commission by tier, 1 % of reminders, 1,000 at 36 % of at least 200: October has no change of spell."""
    due: dict[tuple[str, str], int] = {}
    agents = {row["agent"] for row in pack["measures.csv"] if row["role"] == "agent"}
    for agent, (inquiries, buyers, sales, reminders, _) in redone(pack).items():
        if agent in agents and inquiries:
            ratio = Fraction(buyers, inquiries)
            rate = next((r for edge, r in TIERS if ratio >= edge), Fraction(3, 2))
            due[agent, "commission"] = int(Fraction(sales) * rate / 100 + Fraction(1, 2))
            due[agent, "reminder"] = int(Fraction(reminders, 100) + Fraction(1, 2))
            due[agent, "target-bonus"] = 100_000 if ratio >= Fraction(36, 100) and inquiries >= 200 else 0
    told = {(row["agent"], row["component"]): fen(row["amount"]) for row in pack["ledger.csv"]}
    assert {k: v for k, v in told.items() if v} == {k: v for k, v in due.items() if v}
    assert len({agent for agent, _ in told}) == 21


def test_counted_inquiries_follow_from_the_rows(pack: Pack) -> None:
    """One inquiry is one customer of one person in one shop on one day: the first row stands for all of them."""
    rows = [r for r in pack["inquiries.csv"] if r["agent"] and r["answered_by"] == "person"]
    units: dict[tuple[str, ...], list[dict[str, str]]] = defaultdict(list)
    for r in rows:
        units[r["agent"], r["shop"], r["customer"] or r["inquiry_id"], r["asked_at"][:10]].append(r)
    firsts = {id(r): min(unit, key=lambda r: (r["asked_at"], r["inquiry_id"])) for unit in units.values() for r in unit}
    assert all(r["counted_as"] == firsts[id(r)]["inquiry_id"] for r in rows)
    assert all(not r["counted_as"] for r in pack["inquiries.csv"] if not r["agent"] or r["answered_by"] == "robot")
    assert all(
        (r["buyer"] == "1") == any(s["order_id"] for s in unit)
        for unit in units.values()
        for r in unit
        if r["inquiry_id"] == r["counted_as"]
    )


def test_the_inquiry_of_each_order_follows_from_the_rows(pack: Pack) -> None:
    """The last one at most three days before the order was made; else, as a reminder, up to its payment."""
    asked: dict[tuple[str, str], list[tuple[datetime, int, str]]] = defaultdict(list)
    for r in pack["inquiries.csv"]:
        if r["answered_by"] == "person" and r["customer"]:
            row = (datetime.fromisoformat(r["asked_at"]), int(r["inquiry_id"].strip("Q")), r["inquiry_id"])
            asked[r["shop"], r["customer"]].append(row)
    first_asked = datetime.fromisoformat(min(r["asked_at"] for r in pack["inquiries.csv"]))
    n = 0
    for order in pack["orders.csv"]:
        made, paid = (datetime.fromisoformat(order[c]) for c in ("made_at", "paid_at"))
        by = order["source_rule"]
        if made - timedelta(days=3) < first_asked or not order["customer"]:
            continue  # what was asked in September is not in October's rows
        rows = asked[order["shop"], order["customer"]]
        before = [r for r in rows if made - timedelta(days=3) <= r[0] <= made]
        between = [r for r in rows if made <= r[0] <= paid]
        expected = max(before or between, default=(made, 0, ""))[2]
        told = order["inquiry_by_rule"] if by == "explicit-account" and order["credit"] != "offline" else None
        if by == "explicit-account" and told is None:
            continue
        assert (order["inquiry_id"] if told is None else told) == expected, order
        n += 1
    assert n > 4_000


def test_refunds_of_each_order_follow_from_the_rows(pack: Pack) -> None:
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for row in pack["refunds.csv"]:
        late = row["refunded_at"] >= "2024-11-08"  # an undated one is not
        assert row["counts"] == ("after" if late else "netted")
        sums[row["order_id"], row["counts"]] += fen(row["amount"])
    for order in pack["orders.csv"]:
        amount = fen(order["amount"])
        netted = min(amount, sums[order["order_id"], "netted"])
        assert fen(order["refund_netted"]) == netted
        assert fen(order["refund_after"]) == min(amount, netted + sums[order["order_id"], "after"]) - netted


def described(readme: str) -> dict[str, list[str]]:
    """Return by table of the pack the columns that the README describes."""
    parts = re.split(r"^## (\S+\.csv)$", readme, flags=re.MULTILINE)
    bodies = {name: body.split("\n## ")[0] for name, body in zip(parts[1::2], parts[2::2], strict=True)}
    return {name: re.findall(r"^- `(.+?)`[:：] \S", body, re.MULTILINE) for name, body in bodies.items()}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_column_of_every_table_is_described_once(texts: dict[str, str], lang: str) -> None:
    heads = {name: next(csv.reader(io.StringIO(text))) for name, text in texts.items() if name.endswith(".csv")}
    assert described(texts[f"README.{lang}.md"]) == heads


def test_every_source_rule_has_its_sentence(pack: Pack, texts: dict[str, str]) -> None:
    readme = texts["README.en.md"]
    told = dict(re.findall(r"^- `(\S+)`: .* → (\d+)$", readme, re.MULTILINE))
    assert told.keys() == {order["source_rule"] for order in pack["orders.csv"]}
    numbers = re.findall(r"^(\d+)\. ", readme, re.MULTILINE)
    assert len(set(numbers)) == len(numbers)
    assert set(told.values()) <= set(numbers)


def test_the_map_of_columns_leads_from_raw_headers_to_amounts(pack: Pack) -> None:
    fed = {(r["map"], r["header"], r["table"], r["column"], r["how"]) for r in pack["columns.csv"]}
    assert ("taobao-orders", "买家实际支付金额", "orders", "amount", "gross: paid") in fed
    assert ("refunds", "退款时间", "refunds", "refunded_at", "") in fed
    served = next(r for r in pack["columns.csv"] if r["column"] == "served_by")
    assert (served["header"], served["values"]) == ("接待方", "人工 = human; 机器人 = robot")
    assert {m for r in pack["sources.csv"] for m in r["map"].split(", ")} >= {r["map"] for r in pack["columns.csv"]}
    assert sum(int(r["repeated"]) for r in pack["sources.csv"]) == 41


def test_only_schemes_in_force_are_in_the_pack_and_the_others_are_named(texts: dict[str, str]) -> None:
    assert [name for name in texts if name.startswith("schemes/")] == ["schemes/presales.yaml"]
    assert "Schemes not in force in this month, left out: presales-2023.yaml" in texts["README.en.md"]


def test_pay_follows_from_the_measures_by_the_rules_in_words(pack: Pack) -> None:
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


def test_every_order_says_where_it_was_read(pack: Pack) -> None:
    assert all(order["file"] and order["row"] for order in pack["orders.csv"])


def test_the_pack_of_one_shop_holds_the_pay_of_its_people_only(tmp_path: Path) -> None:
    copy_sample(tmp_path / "w")
    made = publish_pack(tmp_path / "w", tmp_path / "pack.zip", "2024-10", shops=["demo数码店"], lang="en")
    with zipfile.ZipFile(made) as archive:
        tables = {n: archive.read(n).decode("utf-8-sig") for n in archive.namelist() if n.endswith(".csv")}
    rows = {name: list(csv.DictReader(io.StringIO(text))) for name, text in tables.items()}
    here = {row["agent"] for row in rows["measures.csv"] if row["agent"]}
    assert all({row["agent"] for row in rows[name]} <= here for name in ("ledger.csv", "lines.csv"))
    assert {row["shop"] for name in ("orders.csv", "inquiries.csv") for row in rows[name]} == {"demo数码店"}
