"""Long proofs in pieces: what a piece found is kept in pytest's cache, so that a stopped proof goes on where it was.

A kept piece counts only while the evaluator and the proof itself are, byte for byte, what they were.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from tests.evidence import ROOT

PARTS = ("toolkit/core", "toolkit/rules", "tests/proofs/generator", "tests/proofs/oracle")


@dataclass
class Outcome:
    """What comparing one case gave: differences in words, and counts of what was compared."""

    index: int
    differences: list[str] = field(default_factory=list)
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)


def outcomes(
    cache: Any, name: str, compare: Callable[[int], Outcome], n_cases: int, piece: int, parts: Sequence[str] = PARTS
) -> Iterator[Outcome]:
    """Compare the cases 0 to `n_cases` - 1 on all processors; what comes is the sum of a piece of them.

    Parameters
    ----------
    parts : folders of the code the proof is about.
    """
    key = f"proofs/{name}/{code(parts)}"
    kept = {start: cache.get(f"{key}/{start}", None) for start in range(0, n_cases, piece)}
    yield from (_read(start, saved) for start, saved in kept.items() if saved)
    open_ = [range(start, min(start + piece, n_cases)) for start, saved in kept.items() if not saved]
    with multiprocessing.get_context("spawn").Pool(os.cpu_count()) as pool:
        for found in pool.imap_unordered(partial(_piece, compare), open_):
            if not found.differences:
                cache.set(f"{key}/{found.index}", [[*what, n] for what, n in found.counts.items()])
            yield found


def _piece(compare: Callable[[int], Outcome], indices: range) -> Outcome:
    total = Outcome(indices[0])
    for index in indices:
        try:
            one = compare(index)
        except Exception as error:  # an error is a difference, too
            one = Outcome(index, [f"case {index}: {type(error).__name__}: {error}"])
        total.differences += one.differences[:2]
        total.counts += one.counts
    return total


def _read(start: int, saved: list[Any]) -> Outcome:
    return Outcome(start, [], Counter({(kind, what): n for kind, what, n in saved}))


def code(parts: Sequence[str] = PARTS) -> str:
    """What the proof is about, in a few letters: the evaluator and the proof itself."""
    files = [path for part in parts for path in (ROOT / part).rglob("*.py")]
    files += [path for path in (ROOT / "tests/proofs").glob("*.py") if not path.name.startswith("test_")]
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in sorted(files))).hexdigest()[:16]


def counted(counts: Counter[tuple[str, str]]) -> list[str]:
    """The counts as Markdown, a table for each kind."""
    lines: list[str] = []
    for kind in dict.fromkeys(kind for kind, _ in sorted(counts)):
        lines += ["", f"| {kind} | count |", "|---|---:|"]
        lines += [f"| {what} | {n:,} |" for (of, what), n in sorted(counts.items()) if of == kind]
    return lines
