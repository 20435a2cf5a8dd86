"""Random schemes in companies that differ by seed: exports that come in stages, months paid, audited, closed."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

from tests.proofs.comparison import write_parameters
from tests.proofs.generator.schemes import Case
from tests.proofs.oracle.rule import Rule
from tests.proofs.oracle.sequence import Sequence, pay_together
from tests.proofs.oracle.views import Book
from tests.proofs.shelf.company import Company
from tests.proofs.shelf.drawing import Drawn, Version, campaign_of, first_month, settled_in, takes_back, words
from tests.proofs.shelf.files import by_hand, exports, lasting
from tests.proofs.shelf.measured import Clocks, Measured, measured
from tests.proofs.shelf.running import Told, bring, name_items
from tests.proofs.shelf.varied import as_told, end_of, period_of, stage_of, varied

PAID = (1, 2, 3)
"""The stages, and the places of the months that are closed with each."""


def told_of(group: list[Drawn], seed: int, root: Path, *, audit: bool = True) -> Told:
    """Bring the schemes of one company through its three months; without `audit` they are closed all the same."""
    told, draw = Told(f"random-{group[0].index}"), random.Random(f"told-{seed}-{group[0].index}")
    made = _company(group, seed, draw)
    versions = [settled_in(drawn, made.months) for drawn in group]
    sequences = [Sequence([(start, Rule(rule)) for start, rule, _ in one], [], [], _left(made)) for one in versions]
    _workspace(made, root, group, versions)
    back = takes_back([rule for one in versions for _, rule, _ in one])
    for stage in PAID:
        month = made.months[stage]
        _import(made, root, stage)
        truth = _truth(group, made, stage)
        for sequence in sequences:
            sequence.lines, sequence.refunds = truth.lines, truth.late if back else []
        known = Book(row for row in truth.rows if row["month"] <= month)
        paid = pay_together(sequences, month, known)
        rules = [[rule for start, rule, _ in one if start <= month][-1] for one in versions]
        if not bring(told, root, month, list(zip(rules, paid, strict=True)), known, audit):
            break
        _count(told.counts, rules, paid, stage)
    told.counts["schemes"] += len(group)
    told.counts["companies"] += 1
    told.counts += _late(made)
    return told


def _company(group: list[Drawn], seed: int, draw: random.Random) -> Company:
    needs, worlds = group[0].needs, [world for drawn in group for world in drawn.worlds]
    return varied(
        f"{seed}-{group[0].index}",
        first_month(group, draw),
        worlds,
        moving=not needs.still,
        rising=not needs.long,
        changing=needs.spells,
    )


def _left(made: Company) -> dict[str, date]:
    return {row["agent"]: row["left_on"] for row in made["assignments"] if row["left_on"]}


def _workspace(made: Company, root: Path, group: list[Drawn], versions: list[list[Version]]) -> None:
    """A new workspace with the schemes, their parameter files and what stands for all months."""
    from toolkit.data.importing.imports import import_files
    from toolkit.data.tables.workspace import create_workspace

    workspace = create_workspace(root)
    folder = root / "schemes"
    folder.mkdir(exist_ok=True)
    for drawn, one in zip(group, versions, strict=True):
        for n, (case, (_, rule, text)) in enumerate(zip(drawn.cases, one, strict=True)):
            (folder / f"{drawn.index:03d}-{n}.yaml").write_text(text, "utf-8")
            write_parameters(Case(drawn.index, rule, text, case.world, made.months, case.features), folder)
    name_items(root, [rule for one in versions for _, rule, _ in one])
    (root.parent / "exports").mkdir()
    import_files(workspace, lasting(made, root.parent / "exports"))


def _import(made: Company, root: Path, stage: int) -> None:
    """What is exported for one stage, and what people keep of its months; nothing of it may be rejected."""
    from toolkit.data.importing.imports import import_files
    from toolkit.data.tables.workspace import Workspace

    news, folder = as_told(made, [stage]), root.parent / "exports"
    files = exports(news, folder, made.first, end_of(made, stage), period_of(made, stage))
    for month in made.months[stage - 1 if stage == 1 else stage : stage + 1]:
        files += by_hand(news, folder, month)
    for report in import_files(Workspace.open(root), files).files:
        assert not report.rejected, f"{report}"


def _truth(group: list[Drawn], made: Company, stage: int) -> Measured:
    campaign = campaign_of(made.months) if group[0].needs.campaign else None
    return measured(as_told(made, range(1, stage + 1)), Clocks(), campaign)


def _count(told: Counter[str], rules: list[dict[str, Any]], paid: list[list[Any]], stage: int) -> None:
    """Count the words each scheme uses, once and by the people of each month, and what became of the rows."""
    for rule, rows in zip(rules, paid, strict=True):
        people = len({row.agent for row in rows if row.agent and row.eligible})
        for word in words(rule):
            told[f"agent-months: {word}"] += people
            told[f"schemes: {word}"] += stage == PAID[-1]
        for row in rows:
            of = ", of an earlier month" if row.origin != row.month else ""
            told[f"rows: {row.step}{of}"] += row.amount != 0 or row.owed != 0


def _late(made: Company) -> Counter[str]:
    """What came after its month was closed, and what became of people."""
    found = Counter[str]()
    for table in ("orders", "refunds"):
        column = {"orders": "paid_at", "refunds": "refunded_at"}[table]
        rows = [r for r in made[table] if r[column] and 0 < r["told"] <= PAID[-1]]
        found[table] += len(rows)
        found[f"{table} told late"] += sum(r["told"] > stage_of(made, r[column]) for r in rows)
    spells = Counter(row["agent"] for row in made["assignments"])
    found["people"] += len(spells)
    found["people who move, rise or change"] += sum(n > 1 for n in spells.values())
    found["people who leave"] += sum(row["left_on"] is not None for row in made["assignments"])
    found["people who join"] += sum(row["joined_on"] > made.first for row in made["assignments"])
    return found
