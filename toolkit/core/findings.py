"""A question the data raises: a value, not an exception."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

from toolkit.core.text import Text, ToolkitError

Severity = Literal["info", "review", "stop"]
SEVERITIES: tuple[Severity, ...] = ("info", "review", "stop")


@dataclass(frozen=True, slots=True)
class Finding:
    """One neutral sentence about the user's data or scheme, with its evidence.

    Parameters
    ----------
    code : stable kebab-case name, e.g. ``unmapped-account``.
    severity : ``info`` (worth knowing), ``review`` (a person must look), ``stop`` (the month cannot be closed).
    period : month ``YYYY-MM``, a range, or "" when it has none.
    subject : the agent, account, order, table or component it is about.
    message : the sentence, in both languages, with its numbers.
    evidence : figures and source places (file, sheet, row), JSON-able.
    """

    code: str
    severity: Severity
    subject: str
    message: Text
    period: str = ""
    evidence: Mapping[str, Any] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"<Finding {' '.join(filter(None, [self.code, self.period]))}: {self.severity}>"


def worst(findings: Iterable[Finding]) -> Severity:
    """Return the gravest severity among `findings`, ``info`` when there is none."""
    return max((f.severity for f in findings), key=SEVERITIES.index, default="info")


def by_gravity(findings: Iterable[Finding]) -> list[Finding]:
    """Return `findings`, gravest first, then by code, period and subject."""
    return sorted(findings, key=lambda f: (-SEVERITIES.index(f.severity), f.code, f.period, f.subject))


SHOWN = 6


def listed(names: Sequence[object], most: int = SHOWN) -> str:
    """Return names separated by commas, the first few and how many more there are."""
    more = len(names) - most
    return ", ".join(map(str, names[:most])) + (f", +{more}" if more > 0 else "")


T = TypeVar("T")


def attempt(name: str, work: Callable[[], T], instead: T, failed: list[Finding]) -> T:
    """Return what a look at the data gives; where it fails by itself, `instead`, and a finding says so among `failed`.

    For what stands beside the figures: one check that fails must not keep the others, or the month, from the user. What
    is told to the user on purpose, and what the machine lacks, is raised as ever; with INCENTIVE_DEBUG all is.
    """
    try:
        return work()
    except (ToolkitError, OSError, MemoryError):
        raise
    except Exception as error:
        if os.environ.get("INCENTIVE_DEBUG"):
            raise
        kind = type(error).__name__
        text = Text(
            f"This could not be looked at: {name} ({kind}); everything else was. INCENTIVE_DEBUG=1 shows where.",
            f"“{name}”未能核查（{kind}），其余均已核查。设置 INCENTIVE_DEBUG=1 可查看出错位置。",
        )
        failed.append(Finding("not-looked-at", "review", name, text))
        return instead


def look(check: Callable[..., Iterable[Finding]], *given: Any) -> list[Finding]:
    """Return what a check finds in what it is given; one that fails by itself is a finding, see `attempt`."""
    failed: list[Finding] = []
    return attempt(check.__name__.strip("_"), lambda: list(check(*given)), failed, failed)
