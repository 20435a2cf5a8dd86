"""One cell of text → one typed value, exactly; a column at a time, each different text once.

A parser returns the value, or raises `BadCellError` with a code of `REASONS`. Accepted are the ways people and vendors
write: ``1,234.50``, ``¥12``, ``8分36秒``, ``00:08:36``, ``35.2%``, ``2024/1/5 9:26``, ``是``. Nothing is
guessed: a day-month order that is not year first must be stated by the map, an amount below a minor unit is refused.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from toolkit.core.files import FAILED_FORMULA, UNCALCULATED
from toolkit.core.money import LARGEST, parse_money
from toolkit.core.text import Text
from toolkit.data.tables.schema import DTYPES, NOT_NEGATIVE, Kind

REASONS: dict[str, Text] = {
    "missing": Text("must not be blank", "不能为空"),
    "not-money": Text("is not an amount of money", "不是金额"),
    "below-cent": Text("has more than two decimals", "小数多于两位"),
    "not-number": Text("is not a number", "不是数字"),
    "not-whole": Text("is not a whole number", "不是整数"),
    "negative": Text("must not be negative", "不能为负"),
    "not-share": Text("is not a share between 0 and 100 %", "不是 0 到 100% 之间的比例"),
    "not-duration": Text("is not a length of time", "不是时长"),
    "not-date": Text("is not a date that exists, year first", "不是存在的日期（年份在前）"),
    "not-month": Text("is not a month", "不是月份"),
    "not-flag": Text("is neither yes nor no", "不是“是”或“否”"),
    "shortened-id": Text(
        "is a number that Excel has shortened; export it as text", "是被 Excel 截短的编号，请以文本格式导出"
    ),
    "columns-differ": Text("stands in two columns of this name with two values", "在同名的两列中数值不同"),
    "too-large": Text(
        "is larger than can be kept exactly (more than 15 digits)", "数值过大，无法精确保存（超过 15 位）"
    ),
    "formula-failed": Text("holds a formula that failed; correct it in the workbook", "公式出错，请在工作簿中更正"),
    "formula-uncalculated": Text(
        "holds a formula that was never calculated; open the workbook and save it", "公式未计算，请打开工作簿并保存"
    ),
    "merged-figure": Text(
        "is one figure over several rows (a merged cell); write each row's own", "一个合并单元格横跨多行，请逐行写出"
    ),
    "ragged": Text("has more or fewer cells than the header", "单元格数与表头不一致"),
    "contradiction": Text("the same key stands in another row with other values", "同一主键在另一行中数值不同"),
    "incomplete": Text("belongs to rows that add up, of which one is rejected", "属于合并计算的一组行，其中有一行被拒"),
    "two-months": Text("the report covers two months and has no date in its rows", "报表跨两个月且行内没有日期"),
    "other-currency": Text("is not in the currency of this workspace", "不是本工作区的币种"),
    "not-days": Text("is more than a month has days", "超过一个月的天数"),
    "several-days": Text(
        "the row stands for several days: write days of the month (scheduled_days, worked_days, late_days), or a row "
        "for each day",
        "一行是多天的合计：请用按月的“应出勤天数、实出勤天数、迟到天数”，或每人每天一行",
    ),
    "several-people": Text(
        "is the name of several people; add a column with their numbers", "是多个人的姓名，请加一列工号"
    ),
    "no-shop": Text("no shop is stated; name it with --shop", "没有店铺名称，请用 --shop 指定"),
}
MONTH_COLUMNS: frozenset[str] = frozenset({"month", "earned_month", "pay_month"})

_NUMBER = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)(\.\d*)?")
_WITH_COMMA = re.compile(r"[^\d,.]*(\d{1,3}(\.\d{3})+|\d+)(,\d{1,2})?[^\d,.]*")
_SCIENTIFIC = re.compile(r"\d(\.\d+)?[eE]\+?\d+")
_UNIT_WORDS = re.compile(r"[人单件个笔次条天]$")
_CLOCK = re.compile(r"(?:(\d+):)?(\d{1,3}):(\d{2}(?:\.\d+)?)")
_HOURS = re.compile(r"(\d{1,3}):([0-5]\d)(?::00)?")
_SPOKEN = re.compile(r"(?:(\d+)(?:小时|时|h))?(?:(\d+)(?:分钟|分|m))?(?:(\d+(?:\.\d+)?)(?:秒钟|秒|s))?")
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]*(\d{1,2}):(\d{2})(?::(\d{2})(\.\d{1,6})?)?)?")
_ISO = re.compile(r"\d{4}-\d\d-\d\d(?: \d\d:\d\d:\d\d)?")
_OTHER_DATE = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?:[ T]*(\d{1,2}):(\d{2})(?::(\d{2})(\.\d{1,6})?)?)?")
_UNIX = re.compile(r"[1-9]\d{9}(\d{3})?")
_WITH_WEEKDAY = re.compile(r"((?:20)?\d\d)([-/.])(\d{1,2})\2(\d{1,2}) ?[(]?(?:星期|周)([一二三四五六日天])[)]?")
_SPACED_OFFSET = re.compile(r"(?<=\d) +(?=[+-]\d\d:?\d\d$)")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_MONTH_AND_DAY = re.compile(r"(0?[1-9]|1[0-2])月(0?[1-9]|[12]\d|3[01])日")
_SERIAL = re.compile(r"[2-7]\d{4}(\.\d+)?")
_MONTH = re.compile(r"(\d{4})[-/.年]?(0?[1-9]|1[0-2])月?")
_RANGE = re.compile(r"\s*(?:~|～|至|到|—|–)+\s*|\s+-\s+")
_TRUE = frozenset({"是", "y", "yes", "true", "1", "√", "t"})
_FALSE = frozenset({"否", "n", "no", "false", "0", "×", "f"})
_SECONDS_IN = {"milliseconds": Decimal("0.001"), "minutes": Decimal(60), "hours": Decimal(3600)}
_EXCEL_EPOCH = datetime(1899, 12, 30)


class BadCellError(ValueError):
    """A cell that cannot be read; its text is a code of `REASONS`."""


def plain(text: str) -> str:
    """Return a cell without outer blanks, full-width digits and signs as ASCII."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text).strip()


def parse_amount(text: str, *, scale: int = 1, comma: bool = False) -> int:
    """Read money as minor units.

    Parameters
    ----------
    scale : 100 for a column in fen, whose numbers are minor units already.
    comma : whether a comma stands before the cents and points between the thousands (``1.234,56``).
    """
    bare = plain(text).removesuffix("元").strip()
    if comma and not _WITH_COMMA.fullmatch(bare):
        raise BadCellError("not-money")
    bare = bare.replace(".", "").replace(",", ".") if comma else bare
    try:
        return parse_money(bare) if scale == 1 else parse_whole(bare)
    except BadCellError:
        raise
    except ValueError as error:
        raise BadCellError("below-cent" if "decimals" in str(error) else "not-money") from error


def parse_number(text: str) -> Decimal:
    """Read an exact number, thousands separators allowed."""
    bare = plain(text)
    if not _NUMBER.fullmatch(bare):
        raise BadCellError("not-number")
    return Decimal(bare.replace(",", ""))


def parse_whole(text: str) -> int:
    """Read a whole number; ``12.0`` and ``12人`` are 12."""
    value = parse_number(_UNIT_WORDS.sub("", plain(text)))
    if value != int(value):
        raise BadCellError("not-whole")
    return int(value)


def parse_share(text: str) -> float:
    """Read ``35.2%`` or ``0.352``."""
    bare = plain(text)
    percent = bare.endswith("%")
    value = parse_number(bare.removesuffix("%").strip()) / (100 if percent else 1)
    if not 0 <= value <= 1:
        raise BadCellError("not-share")
    return float(value)


def parse_duration(text: str, *, unit: int | Decimal = 1) -> float:
    """Read a length of time as seconds; `unit` is how many seconds a bare number counts (60 for minutes)."""
    bare = plain(text).replace(" ", "").lower()
    if _NUMBER.fullmatch(bare):
        return float(Decimal(bare.replace(",", "")) * unit)
    match = _CLOCK.fullmatch(bare) or (_SPOKEN.fullmatch(bare) if bare else None)
    if match is None:
        raise BadCellError("not-duration")
    hours, minutes, seconds = (Decimal(part or 0) for part in match.groups())
    return float(hours * 3600 + minutes * 60 + seconds)


def parse_hours(text: str, *, unit: int | Decimal = 3600) -> float:
    """Read hours: a bare number of `unit` seconds, ``7:30``, or a length of time in words."""
    clock = _HOURS.fullmatch(plain(text))
    seconds = int(clock[1]) * 3600 + int(clock[2]) * 60 if clock else parse_duration(text, unit=unit)
    return round(seconds / 3600, 2)


def parse_flag(text: str) -> bool:
    """Read yes or no."""
    bare = plain(text).lower()
    if bare not in _TRUE | _FALSE:
        raise BadCellError("not-flag")
    return bare in _TRUE


def parse_instant(text: str, *, order: str = "ymd", zone: str = "") -> datetime:
    """Read a local instant.

    Parameters
    ----------
    order : ``ymd``, or ``mdy`` or ``dmy`` where the map says so; ``unix`` for seconds or milliseconds since 1970.
    zone : IANA zone into which a time with an offset (``Z``, ``+08:00``) is turned.
    """
    bare = plain(text)
    try:
        if order == "unix":
            bare = _of_unix(bare)
        if order == "ymd" and _ISO.fullmatch(bare):
            return datetime.fromisoformat(bare)
        worded = _usual_form(bare)
        order, bare = ("ymd" if worded[:4].isdigit() else order, worded) if worded != bare else (order, bare)
        parts = _date_parts(bare, order)
        if parts is not None:
            return datetime(*parts)
        if _SERIAL.fullmatch(bare):
            return _EXCEL_EPOCH + timedelta(seconds=round(float(bare) * 86400))
        stated = datetime.fromisoformat(_SPACED_OFFSET.sub("", bare))
    except (ValueError, OverflowError) as error:
        raise BadCellError("not-date") from error
    return stated.astimezone(ZoneInfo(zone)).replace(tzinfo=None) if stated.tzinfo and zone else stated


def _of_unix(text: str) -> str:
    """Return seconds or milliseconds since 1970 as a time of UTC; an export of a database holds them as they are."""
    if not _UNIX.fullmatch(text):
        raise BadCellError("not-date")
    return datetime.fromtimestamp(int(text) / (1 if len(text) == 10 else 1000), UTC).isoformat()


def _parse_unix(text: str, *, zone: str) -> datetime | None:
    """Read a time since 1970; a database writes 0 where nothing has happened."""
    return None if text == "0" else parse_instant(text, order="unix", zone=zone)


def _without_weekday(text: str) -> str:
    """Return a date without the day of the week behind it, which proves a year of two digits (``25-05-05 星期一``)."""
    found = _WITH_WEEKDAY.fullmatch(text)
    if found is None:
        return text
    day = datetime(int(found[1]) + 2000 * (len(found[1]) == 2), int(found[3]), int(found[4]))
    if "一二三四五六日".index(found[5].replace("天", "日")) != day.weekday():
        raise BadCellError("not-date")
    return f"{day:%Y-%m-%d}"


_NAMED_MONTH = re.compile(
    r"(?:(\d{1,2})[ -]([a-z]{3})[a-z]*\.?[ ,-]+(\d{4}|\d{2})|([a-z]{3})[a-z]*\.? (\d{1,2}),? (\d{4}))(?:,? (.*))?",
    re.IGNORECASE,
)
MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_HALF_DAY = re.compile(r"(.*?)(\d{1,2}):(\d{2}(?::\d{2})?) ?([ap])\.?m\.?", re.IGNORECASE)
_MONTHS = {name: n for n, name in enumerate(MONTH_NAMES, 1)}


def dated(text: str, year: str) -> str:
    """Return a day that is written without its year (``5月1日``) with it, where the year is known."""
    return f"{year}年{text}" if year and _MONTH_AND_DAY.fullmatch(text) else text


def _usual_form(text: str) -> str:
    """Return a date with its month as a word (``5 Nov 2024``), or a time of a half day (``3:05 PM``), in figures."""
    text = _without_weekday(text)
    half = _HALF_DAY.fullmatch(text)
    if half and 1 <= int(half[2]) <= 12:
        hour = int(half[2]) % 12 + (12 if half[4].lower() == "p" else 0)
        text = f"{half[1]}{hour:02d}:{half[3]}"
    named = _NAMED_MONTH.fullmatch(text)
    if named is None:
        return text
    day, month, year = (named[1], named[2], named[3]) if named[1] else (named[5], named[4], named[6])
    number = _MONTHS.get(month.lower())
    year = f"20{year}" if len(year) == 2 else year  # the day stands before the month's name, the year behind it
    return f"{year}-{number:02d}-{int(day):02d} {named[7] or ''}".strip() if number else text


def _date_parts(text: str, order: str) -> tuple[int, int, int, int, int, int, int] | None:
    match = (_DATE.fullmatch(text) or _COMPACT.fullmatch(text)) if order == "ymd" else _OTHER_DATE.fullmatch(text)
    if match is None:
        return None
    groups = [*match.groups(), None, None, None, None][:7]
    a, b, c, hour, minute, second = (int(g or 0) for g in groups[:6])
    micro = int(Decimal(groups[6] or 0) * 1_000_000)
    year, month, day = {"ymd": (a, b, c), "mdy": (c, a, b), "dmy": (c, b, a)}[order]
    return year, month, day, hour, minute, second, micro


def parse_day(text: str, *, order: str = "ymd", zone: str = "") -> datetime:
    """Read a day; a time of day behind it is dropped."""
    return parse_instant(text, order=order, zone=zone).replace(hour=0, minute=0, second=0, microsecond=0)


def parse_month(text: str) -> str:
    """Read ``2024-11``, ``2024年11月``, ``202411``, its first to its last day, or a day of it as ``2024-11``."""
    match = _MONTH.fullmatch(plain(text))
    if match:
        return f"{match[1]}-{int(match[2]):02d}"
    if month := _whole_month(text):
        return month
    try:
        return parse_day(text).strftime("%Y-%m")
    except BadCellError as error:
        raise BadCellError("not-month") from error


def is_month(text: str) -> bool:
    """Say whether a cell is a month and no day: ``2024-11``, ``2024年11月``, ``202411``, ``2024-11-01~2024-11-30``."""
    return bool(_MONTH.fullmatch(plain(text)) or _whole_month(text))


def _whole_month(text: str) -> str:
    """Return the month of which a text names the first and the last day, "" where it names none."""
    ends = _RANGE.split(plain(text))
    if len(ends) != 2:
        return ""
    try:
        first, last = map(parse_day, ends)
    except BadCellError:
        return ""
    whole = first.day == 1 and (last + timedelta(days=1)).day == 1 and first.strftime("%Y%m") == last.strftime("%Y%m")
    return first.strftime("%Y-%m") if whole else ""


def _parse_first_day(text: str) -> datetime:
    """Read a month as its first day."""
    try:
        return datetime.fromisoformat(f"{parse_month(text)}-01")
    except ValueError as error:
        raise BadCellError("not-month") from error


def parse_id(text: str) -> str:
    """Read a name that others refer to; a number in scientific notation has lost its digits."""
    if _SCIENTIFIC.fullmatch(text):
        raise BadCellError("shortened-id")
    return text


def parser_for(kind: Kind, *, unit: str = "", column: str = "", zone: str = "") -> Callable[[str], object]:
    """Return the parser of a kind of column.

    Parameters
    ----------
    unit : ``fen`` or ``comma`` for money; ``milliseconds``, ``minutes`` or ``hours`` for lengths of time; ``mdy``,
        ``dmy`` or ``unix`` for dates; ``month`` for text and days; "" else.
    column : canonical name: months and ids are recognised by it.
    """
    order = unit if unit in ("mdy", "dmy", "unix") else "ymd"
    instant = partial(_parse_unix, zone=zone) if order == "unix" else partial(parse_instant, order=order, zone=zone)
    parsers: Mapping[Kind, Callable[[str], object]] = {
        "text": parse_month if unit == "month" or column in MONTH_COLUMNS else _parser_of_text(column),
        "money": partial(parse_amount, scale=100 if unit == "fen" else 1, comma=unit == "comma"),
        "count": parse_whole,
        "whole": parse_whole,
        "seconds": partial(parse_duration, unit=_SECONDS_IN.get(unit, 1)),
        "hours": partial(parse_hours, unit=_SECONDS_IN.get(unit, 3600)),
        "share": parse_share,
        "flag": parse_flag,
        "instant": instant,
        "day": _parse_first_day if unit == "month" else partial(parse_day, order=order, zone=zone),
    }
    if column in _ENDS:
        return _open_ended(parsers[kind])
    return _not_negative(parsers[kind]) if kind in NOT_NEGATIVE else parsers[kind]


_ENDS = ("to", "left_on")
_OPEN_ENDED = frozenset(
    [
        "至今",
        "现在",
        "在职",
        "在岗",
        "长期",
        "长期有效",
        "永久",
        "无限期",
        "使用中",
        "present",
        "current",
        "now",
        "ongoing",
        "open",
        "active",
        "permanent",
        "indefinite",
    ]
)
"""What is written for an end that has not come, and means the same as a blank."""


def _open_ended(parse: Callable[[str], object]) -> Callable[[str], object]:
    return lambda text: None if plain(text).casefold() in _OPEN_ENDED else parse(text)


def _parser_of_text(column: str) -> Callable[[str], object]:
    return parse_id if column.endswith("_id") or column in ("account", "agent", "customer") else str


def _not_negative(parse: Callable[[str], object]) -> Callable[[str], object]:
    def parse_checked(text: str) -> object:
        value = parse(text)
        if isinstance(value, int | float) and value < 0:
            raise BadCellError("negative")
        return value

    return parse_checked


def parse_column(texts: pd.Series, parse: Callable[[str], object], kind: Kind) -> tuple[pd.Series, pd.Series]:
    """Parse a column of text, each different text once.

    Returns
    -------
    values : Series of the canonical dtype of `kind`, null where the text is blank or cannot be read.
    bad : Series of str, the code of what is wrong, "" where nothing is.
    """
    codes, uniques = pd.factorize(texts)
    parse = _within_limits(parse)
    values: list[object] = []
    faults: list[str] = []
    for text in uniques:
        value, fault = _try(parse, text)
        values.append(value)
        faults.append(fault)
    typed = pd.DataFrame({0: pd.Series(values, dtype="object")}).astype({0: DTYPES[kind]})[0]
    bad = np.array([*faults, ""], dtype=object)[codes]
    taken = typed.take(codes) if len(uniques) else pd.Series(pd.NA, index=texts.index, dtype=DTYPES[kind])
    return taken.set_axis(texts.index), pd.Series(bad, index=texts.index, dtype="str")


_NO_VALUE = {FAILED_FORMULA: "formula-failed", UNCALCULATED: "formula-uncalculated"}


def _within_limits(parse: Callable[[str], object]) -> Callable[[str], object]:
    """Refuse formulas without a value, and numbers whose sums would leave 64 bits or be inexact."""

    def parse_limited(text: str) -> object:
        if text in _NO_VALUE:
            raise BadCellError(_NO_VALUE[text])
        value = parse(text)
        if isinstance(value, int | float) and not abs(value) <= LARGEST:
            raise BadCellError("too-large")
        return value

    return parse_limited


def _try(parse: Callable[[str], object], text: str) -> tuple[object, str]:
    if not text:
        return None, ""
    try:
        return parse(text), ""
    except BadCellError as error:
        return None, str(error)
