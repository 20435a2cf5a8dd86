"""Order lines: each line counts in at most one component that writes `lines`."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from tests.proofs.oracle.views import OracleError

KEYS = ("product", "category", "discount")


def matches(restriction: dict[str, Any], line: dict[str, Any]) -> bool:
    """Whether a line satisfies every key of a restriction; texts are given as sets of allowed values."""
    for key, wanted in restriction.items():
        if key == "discount":
            if not _discounted(wanted, line):
                return False
        elif line[key] not in wanted:
            return False
    return True


def _discounted(wanted: tuple[Any, Any], line: dict[str, Any]) -> bool:
    """Whether discount over what the line would have cost without it lies in [from, to)."""
    full = line["amount"] + line["discount"]
    if full == 0:
        return False
    share = Fraction(line["discount"], full)
    return (wanted[0] is None or share >= wanted[0]) and (wanted[1] is None or share < wanted[1])


def assigned(line: dict[str, Any], rivals: Sequence[Any]) -> str | None:
    """The id of the most specific of the rivals (components with `lines`) that matches."""
    ranked = sorted(
        ((len(c.lines), *(key in c.lines for key in KEYS), c.id) for c in rivals if matches(c.lines, line)),
        reverse=True,
    )
    if len(ranked) > 1 and ranked[0][:-1] == ranked[1][:-1]:
        raise OracleError(f"{ranked[0][-1]} and {ranked[1][-1]} both claim a line")
    return ranked[0][-1] if ranked else None


def measured(lines: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The measures that come from lines, in major units."""
    return {
        "sales": Fraction(sum(line["amount"] for line in lines), 100),
        "discount": Fraction(sum(line["discount"] for line in lines), 100),
        "cost": Fraction(sum(line["cost"] for line in lines), 100),
        "units": None if any(line["units"] is None for line in lines) else sum(line["units"] for line in lines),
        "orders": len({line["order_id"] for line in lines}),
    }
