"""Files of independent authors, unseen by who built the readers: what is read right, asked, or silently wrong."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.evidence import record
from toolkit.core.errors import ToolkitError
from toolkit.data.paysheets.pay_sheets import read_pay_sheet
from toolkit.data.reading.suggest import suggest

UNSEEN = Path(__file__).with_name("unseen")
COMMAND = "pytest -m prove tests/proofs/test_unseen_proof.py"
SHEETS = 10_000


@pytest.fixture(autouse=True)
def _authors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(UNSEEN))


def plain(value: object) -> str:
    """Return a name or title without blanks and without a unit in brackets at its end."""
    return re.sub(r"[（(][^（）()]*[)）]$", "", re.sub(r"\s+", "", str(value or "")))


def judge_export(truth: Mapping[str, Any], path: Path) -> Counter[str]:
    """Return how many deciding columns are right, asked, missing and silently wrong."""
    n = len(truth["columns"])
    try:
        found = suggest(path)
    except ToolkitError:
        return Counter({"asked": n})
    asked = {q.column for q in found.questions}
    if found.table != truth["table"]:
        return Counter({"asked" if not found.table or "" in asked else "wrong": n})
    score: Counter[str] = Counter()
    for column, head in truth["columns"].items():
        guess = found.columns.get(column)
        if guess is None:
            score["asked" if column in asked else "missing"] += 1
        else:
            ours, theirs = plain(guess.header).replace("/", ""), plain(head).replace("/", "")
            score["right" if ours.endswith(theirs) or theirs.endswith(ours) else "wrong"] += 1
    return score


def judge_sheet(truth: Mapping[str, Any], path: Path) -> str:
    """Return what became of a pay sheet: read, asked, wrong, or read although a wrong total was missed."""
    months = [m for m in (truth["month"], *(truth.get("line_months") or ())) if m]
    try:
        sheet = read_pay_sheet(path, "" if months else "2024-12")
    except ToolkitError:
        return "asked"
    if sheet.questions or not sheet.lines:
        return "asked"
    if truth["must_ask"] or (truth["month"] and sheet.month and sheet.month != truth["month"]):
        return "wrong"
    left: Counter[tuple[str, str, str]] = Counter()
    for line in sheet.lines:
        left[plain(line.agent), plain(line.name), plain(line.item)] += line.amount
    due: Counter[tuple[str, str, str]] = Counter()
    for number, name, item, amount, _ in truth["lines"]:
        due[plain(number), plain(name), plain(item)] += int(Decimal(str(amount)) * 100)
    rest = {key: amount for key, amount in left.items() if amount}
    for (number, name, item), amount in due.items():
        if amount:
            same = next(_same(rest, (number, name, item), amount), None)
            if same is None:
                return "wrong"
            del rest[same]
    if rest:
        return "wrong"
    return "read, wrong total missed" if truth.get("wrong_totals") and not sheet.findings else "read"


def _same(
    rest: Mapping[tuple[str, str, str], int], due: tuple[str, str, str], amount: int
) -> Iterator[tuple[str, str, str]]:
    number, name, item = due
    for key, paid in rest.items():
        person = (number and key[0] == number) or (name and name in (key[0], key[1]))
        title = key[2].split("/")[-1], item.split("/")[-1]
        if person and paid == amount and (key[2].endswith(title[1]) or item.endswith(title[0])):
            yield key


@pytest.mark.prove
def test_unseen_exports_are_never_settled_wrongly(tmp_path: Path) -> None:
    import exports

    halves = {"unseen (even)": Counter[str](), "developed on (odd)": Counter[str]()}
    for n, truth in enumerate(exports.write(tmp_path)):
        halves["developed on (odd)" if n % 2 else "unseen (even)"] += judge_export(truth, tmp_path / truth["file"])
    lines = [f"- {half}: " + ", ".join(f"{k} {n}" for k, n in score.most_common()) for half, score in halves.items()]
    record("Unseen exports", COMMAND, ["Deciding columns of 30 export layouts of an independent author.", "", *lines])
    assert halves["unseen (even)"]["wrong"] == 0


@pytest.mark.prove
def test_unseen_pay_sheets_are_never_read_wrong(tmp_path: Path) -> None:
    import pay_sheets
    import random_sheets

    layouts = Counter(judge_sheet(t, tmp_path / t["file"]) for t in pay_sheets.write(tmp_path))
    score: Counter[str] = Counter()
    for seed in range(SHEETS):
        truth = random_sheets.make(seed, tmp_path / "sheet")
        path = tmp_path / Path(truth["file"]).name
        score[judge_sheet(truth, path) + (", must be asked" if truth["must_ask"] else "")] += 1
        path.unlink()
    told = [", ".join(f"{k} {n:,}" for k, n in found.most_common()) for found in (layouts, score)]
    record("Unseen pay sheets", COMMAND, [f"- 30 layouts: {told[0]}", f"- {SHEETS:,} random sheets: {told[1]}"])
    assert sum(n for found in (layouts, score) for k, n in found.items() if k.startswith("wrong")) == 0
