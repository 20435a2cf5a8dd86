"""A company that is told in stages, without the toolkit: what comes late, and random schemes that make sense there."""

from __future__ import annotations

from random import Random

import yaml

from tests.proofs.generator.world import World
from tests.proofs.oracle.rule import Rule
from tests.proofs.oracle.sequence import Sequence, pay_together
from tests.proofs.oracle.views import Book
from tests.proofs.shelf.drawing import Drawn, groups, settled_in
from tests.proofs.shelf.measured import Clocks, measured
from tests.proofs.shelf.varied import as_told, varied


def test_random_schemes_are_paid_by_the_oracle_in_a_company_told_in_stages() -> None:
    group: list[Drawn] = groups(7, 12)[0][:4]
    worlds = [world for drawn in group for world in drawn.worlds]
    made = varied("small", "2024-09", worlds, moving=not group[0].needs.still, rising=False, changing=False)
    versions = [settled_in(drawn, made.months) for drawn in group]
    assert all(yaml.safe_load(text)["scheme"] == rule["id"] for one in versions for _, rule, text in one)
    sequences = [Sequence([(start, Rule(rule)) for start, rule, _ in one], [], [], {}) for one in versions]
    paid = []
    for stage in (1, 2, 3):
        truth = measured(as_told(made, range(1, stage + 1)), Clocks())
        for sequence in sequences:
            sequence.lines, sequence.refunds = truth.lines, truth.late
        known = Book(row for row in truth.rows if row["month"] <= made.months[stage])
        paid += [row for rows in pay_together(sequences, made.months[stage], known) for row in rows]
    assert any(row.step == "component" and row.amount for row in paid)
    assert any(row.step == "adjustment" and row.amount for row in paid)  # what came late is paid then


def test_the_stages_tell_everything_once() -> None:
    made = varied("once", "2024-03", [World(Random(1))], moving=True, rising=True, changing=False)
    told = [as_told(made, [stage]) for stage in (1, 2, 3)]
    for table in ("orders", "refunds", "inquiries", "days_b", "attendance"):
        rows = [row for stage in told for row in stage[table]]
        assert len(rows) == len([row for row in made[table] if row["told"] <= 3])
        assert rows
    late = [order for order in told[2]["orders"] if f"{order['paid_at']:%Y-%m}" < made.months[2]]
    assert late
