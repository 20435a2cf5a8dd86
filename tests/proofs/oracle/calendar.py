"""Months written as ``YYYY-MM``."""

from __future__ import annotations

from datetime import date, timedelta


def shifted(month: str, by: int) -> str:
    """The month `by` months later."""
    year, number = int(month[:4]), int(month[5:])
    while by:
        number += 1 if by > 0 else -1
        by += -1 if by > 0 else 1
        if number == 13:
            year, number = year + 1, 1
        elif number == 0:
            year, number = year - 1, 12
    return f"{year:04d}-{number:02d}"


def month_start(month: str) -> date:
    return date(int(month[:4]), int(month[5:]), 1)


def month_end(month: str) -> date:
    """The last day of `month`."""
    return month_start(shifted(month, 1)) - timedelta(days=1)


def quarter(month: str) -> tuple[str, ...]:
    """The three months of the calendar quarter of `month`."""
    first = 3 * ((int(month[5:]) - 1) // 3) + 1
    return tuple(f"{month[:4]}-{first + k:02d}" for k in range(3))


def year(month: str) -> tuple[str, ...]:
    """The twelve months of the calendar year of `month`."""
    return tuple(f"{month[:4]}-{k:02d}" for k in range(1, 13))
