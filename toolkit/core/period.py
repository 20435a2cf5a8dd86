"""Months and spells. Intervals of instants are half open; spells of days, as people write them, include both ends."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from toolkit.core.errors import UsageError
from toolkit.core.text import Text

# Spreadsheets turn 2024-12 into the first day of December. A point is refused: 2024.1 may be what is left of 2024.10.
_MONTH = re.compile(r"(\d{4})(?:[-/年](\d{1,2})|(\d{2}))(?:月份?|[-/]0?1(?:[ T]00:00:00)?)?")


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month; `start` is its first day, `end` the first day of the next."""

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> Month:
        """Read ``YYYY-MM``, the one form of a month in memory.

        Raises
        ------
        UsageError
            If `text` is not a month in that form.
        """
        month = cls.read(text)
        if str(month) != text.strip():
            raise _no_month(text)
        return month

    @classmethod
    def read(cls, text: str) -> Month:
        """Read a month as people and spreadsheets write it: 2024-12, 2024/12, 202412, 2024年12月, its first day.

        Raises
        ------
        UsageError
            If `text` is not a month in one of these forms.
        """
        match = _MONTH.fullmatch(text.strip())
        year, number = (int(match[1]), int(match[2] or match[3])) if match is not None else (0, 0)
        if not (year and 1 <= number <= 12):
            raise _no_month(text)
        return cls(year, number)

    @classmethod
    def of(cls, day: date) -> Month:
        """Return the month `day` falls in."""
        return cls(day.year, day.month)

    @property
    def start(self) -> date:
        """First day."""
        return date(self.year, self.number, 1)

    @property
    def end(self) -> date:
        """First day of the next month."""
        return self.shift(1).start

    @property
    def last_day(self) -> date:
        """Last day, included."""
        return self.end - timedelta(days=1)

    def shift(self, months: int) -> Month:
        """Return the month `months` later (earlier if negative)."""
        years, index = divmod(self.year * 12 + self.number - 1 + months, 12)
        return Month(years, index + 1)

    def through(self, last: Month) -> Iterator[Month]:
        """Yield the months from this one to `last`, both included."""
        month = self
        while month <= last:
            yield month
            month = month.shift(1)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"


def _no_month(text: str) -> UsageError:
    en = f"not a month: {text!r}; write it as YYYY-MM, e.g. 2024-11"
    return UsageError(Text(en, f"{text!r} 不是月份；请写成 YYYY-MM，例如 2024-11"))
