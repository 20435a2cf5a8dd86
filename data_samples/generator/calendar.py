"""Days and seconds: the sample's time is whole seconds since 1970-01-01 on the shop's own wall clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np

DAY = 86_400
LAST_MONTH = "2024-12"
TAKEN_ON = date(2025, 1, 12)  # the day on which all files were taken: December's payments and refunds are final
LAST_DAY = TAKEN_ON - timedelta(days=1)  # the last day in them


def first_day(month: str) -> date:
    """Return the first day of a month written ``2024-12``."""
    return date.fromisoformat(f"{month}-01")


def shift_month(month: str, by: int) -> str:
    """Return the month `by` months later."""
    index = int(month[:4]) * 12 + int(month[5:]) - 1 + by
    return f"{index // 12:04d}-{index % 12 + 1:02d}"


def last_day(month: str) -> date:
    """Return the last day of a month."""
    return first_day(shift_month(month, 1)) - timedelta(days=1)


def months_to(last: str, count: int) -> list[str]:
    """Return `count` months ending with `last`, oldest first."""
    return [shift_month(last, k - count + 1) for k in range(count)]


def month_of(second: int) -> str:
    """Return the month of a moment."""
    return day_of(second).isoformat()[:7]


def day_of(second: int) -> date:
    """Return the day of a moment."""
    return date.fromordinal(int(second) // DAY + 719_163)


def seconds(day: date) -> int:
    """Return the first second of a day."""
    return (day.toordinal() - 719_163) * DAY


def days(first: date, last: date) -> list[date]:
    """Return all days from `first` to `last`, both included."""
    return [first + timedelta(days=k) for k in range((last - first).days + 1)]


def stamp(second: int | None) -> str:
    """Write a moment as exports do, ``2024-12-31 23:59:59``; a missing one is empty."""
    return "" if second is None else datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%d %H:%M:%S")


def stream(seed: int, name: str) -> np.random.Generator:
    """Return the generator of one part of the sample: a change in one part leaves the others as they are."""
    return np.random.default_rng([seed, *name.encode()])
