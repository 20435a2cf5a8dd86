"""A candidate that was chosen becomes a version in force from a month on: a scheme file of its own, with its dates.

The version so far ends the day before, and nothing else of it changes; closed months are paid again by the copy they
keep. Beside the file stand what people are told and what they are asked: the letter, the points of `lint`, and the list
on which each acknowledges the version.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from toolkit.core.errors import InputError, UsageError
from toolkit.core.findings import Finding, by_gravity
from toolkit.core.period import Month
from toolkit.core.text import Text
from toolkit.data.tables.chain import closed_months
from toolkit.rules.lint.registry import lint_scheme
from toolkit.rules.scheme.canonical import format_scheme
from toolkit.rules.scheme.document import ParameterTable
from toolkit.rules.scheme.loading import parse_scheme, read_scheme
from toolkit.studies.consequences.registry import consequences
from toolkit.studies.design.overlays import read_candidate
from toolkit.studies.design.past import PastMonths, open_past, payable
from toolkit.studies.scheme_change.compare import SchemeDiff, diff_schemes
from toolkit.studies.scheme_change.letter import render_letter

if TYPE_CHECKING:
    from toolkit.data.tables.workspace import Workspace
    from toolkit.rules.scheme.scheme import Scheme
    from toolkit.studies.design.overlays import Candidate

_DATES = re.compile(r"^in_force: \{[^{}]*\}", re.M)
_ID = re.compile(r"^scheme: \S+", re.M)
_AGREED = re.compile(r"^acknowledged: .*\n", re.M)
ACKNOWLEDGED = ("agent", "name", "scheme", "month", "acknowledged_on")
"""Columns of the list, as the import of acknowledgements knows them."""


@dataclass(frozen=True, slots=True, eq=False)
class Adoption:
    """A version to come.

    Parameters
    ----------
    scheme : the version, with its dates.
    text : its file.
    tables : files of parameters it reads, by name, to stand beside it.
    before : the version it comes after; None where the scheme is new.
    ended : file and text of that version with its last day, where it would have gone on.
    against : both beside each other on the last month; None with it.
    findings : of `lint` and of this step, gravest first.
    people : agent, name: whom it would have paid in the last month.
    """

    scheme: Scheme
    text: str
    tables: Mapping[str, bytes]
    before: Scheme | None
    ended: tuple[Path, str] | None
    against: SchemeDiff | None
    findings: tuple[Finding, ...]
    people: pd.DataFrame

    @property
    def first(self) -> str:
        """The first month in force."""
        return str(Month.of(self.scheme.in_force.from_))

    @property
    def stem(self) -> str:
        """What its files are called."""
        return f"{self.scheme.id}-{self.first}"

    @property
    def letter(self) -> Text:
        """The letter to the people; of a scheme that is new, that there is none to compare it with."""
        if self.against is None:
            return Text(
                f"{self.scheme.id} is new here: there is no earlier version to write a letter about. Hand out what "
                "`incentive read` says.",
                f"{self.scheme.id} 是新方案，没有可比较的前一版本，因此没有致员工信；"
                "请发放 `incentive read` 的朗读全文。",
            )
        return render_letter(self.against)

    def acknowledgements(self) -> pd.DataFrame:
        """Return the list to sign, in the form it is imported in: the day is blank until somebody agrees."""
        known = self.people.assign(scheme=self.scheme.id, month=self.first, acknowledged_on="")
        return known[list(ACKNOWLEDGED)]


def adopt(
    workspace: Workspace, path: Path, first: str, last: str = "", *, replaces: str = "", month: str = ""
) -> Adoption:
    """Make a candidate the version of a scheme from a month on; nothing is written.

    Parameters
    ----------
    path : a scheme, or an overlay.
    first, last : months in force, YYYY-MM; no last one: until a later version begins.
    replaces : id of the scheme it is a version of; default its own.
    month : the last month it is compared on.

    Raises
    ------
    UsageError
        If the first month is closed, the last lies before it, or the workspace has another file of this version.
    InputError
        If the candidate is no scheme.
    """
    begins, ends = Month.parse(first), Month.parse(last) if last else None
    _check_months(workspace, begins, ends)
    candidate = read_candidate(path)
    scheme_id = replaces or candidate.scheme.id
    place = workspace.root / "schemes" / f"{scheme_id}-{begins}.yaml"
    versions = [read_scheme(one) for one in workspace.schemes if one != place]
    mine = sorted((one for one in versions if one.id == scheme_id), key=lambda one: one.in_force.from_)
    until = _until(mine, begins, ends)
    tables = _tables(candidate, place)
    text = _dated(candidate, begins.start, until, replaces)
    if place.exists() and place.read_text("utf-8") != text:
        message = Text(
            f"{place.name} is there already and says something else; take another month, or take the file away",
            f"{place.name} 已存在且内容不同；请改用其他月份，或先移走该文件",
        )
        raise UsageError(message)
    scheme = parse_scheme(text, candidate.scheme.source)
    before = next((one for one in reversed(mine) if one.in_force.from_ < begins.start), None)
    past = open_past(workspace, month, [scheme, *([before] if before is not None else [])])
    against = None if before is None else _against(before, scheme, past)
    found = [*lint_scheme(scheme), *consequences(scheme, past.measures, month=month)]
    found += _beside(scheme, [one for one in versions if one.id != scheme_id])
    people = _people(candidate, past, begins)
    return Adoption(scheme, text, tables, before, _ended(before, begins), against, tuple(by_gravity(found)), people)


def _check_months(workspace: Workspace, begins: Month, ends: Month | None) -> None:
    closed = max(closed_months(workspace), default=None)
    if closed is not None and begins <= closed:
        message = Text(
            f"{closed} is closed: a new version begins after it, not in {begins}",
            f"{closed} 已关账：新版本须在其后生效，不能从 {begins} 开始",
        )
        raise UsageError(message)
    if ends is not None and ends < begins:
        raise UsageError(Text(f"{ends} is before {begins}", f"{ends} 早于 {begins}"))


def _until(mine: Sequence[Scheme], begins: Month, ends: Month | None) -> date | None:
    """Return the last day of a version: as asked, or the day before a later version begins."""
    later = next((one.in_force.from_ for one in mine if one.in_force.from_ >= begins.start), None)
    asked = None if ends is None else ends.last_day
    if later is None:
        return asked
    if later == begins.start or (asked is not None and asked >= later):
        message = Text(
            f"a version of this scheme begins on {later} already; end the new one before it, or take its file away",
            f"该方案已有 {later} 开始的版本；请让新版本在其之前结束，或先移走该文件",
        )
        raise UsageError(message)
    return asked or later - timedelta(days=1)


def _dated(candidate: Candidate, first: date, last: date | None, replaces: str) -> str:
    """Return the text of a candidate with its id and dates; that people agreed to another version is taken out."""
    text = format_scheme(candidate.text, candidate.scheme.source)
    text = _AGREED.sub("", _with_dates(text, first, last))
    return _ID.sub(f"scheme: {replaces}", text, count=1) if replaces else text


def _with_dates(text: str, first: date, last: date | None) -> str:
    until = "" if last is None else f", to: {last}"
    text, n = _DATES.subn(f"in_force: {{from: {first}{until}}}", text)
    if n != 1:
        message = Text(
            "in_force is not written as in_force: {from: ..., to: ...}; run incentive fmt on the file",
            "in_force 未写作 in_force: {from: ..., to: ...}；请先对该文件运行 incentive fmt",
        )
        raise UsageError(message)
    return text


def _ended(before: Scheme | None, begins: Month) -> tuple[Path, str] | None:
    """Return the file of the version so far, ended the day before; None where it has ended by then."""
    if before is None or (before.in_force.to is not None and before.in_force.to < begins.start):
        return None
    path = Path(before.source)
    return path, _with_dates(path.read_text("utf-8"), before.in_force.from_, begins.start - timedelta(days=1))


def _tables(candidate: Candidate, place: Path) -> dict[str, bytes]:
    """Return the tables of parameters that must stand beside the new file.

    Raises
    ------
    UsageError
        If another table of this name stands there.
    """
    base, found = Path(candidate.scheme.source).parent, dict[str, bytes]()
    for rule in candidate.scheme.document.parameters.values():
        if not isinstance(rule, ParameterTable):
            continue
        content, there = (base / rule.table).read_bytes(), place.parent / rule.table
        if there.exists() and there.read_bytes() != content:
            message = Text(
                f"{there.name} is there already and holds something else; give the candidate's table another name",
                f"{there.name} 已存在且内容不同；请为候选方案的参数表另起名称",
            )
            raise UsageError(message)
        found[rule.table] = content
    return found


def _against(before: Scheme, after: Scheme, past: PastMonths) -> SchemeDiff:
    """Hold the version beside the one before it on the last month; in words only where it cannot be paid by both."""
    try:
        return diff_schemes(
            before,
            after,
            past.measures,
            month=past.last,
            roster=past.roster.drop_duplicates("agent"),
            tables=past.tables,
        )
    except InputError:
        return diff_schemes(before, after)


def _beside(scheme: Scheme, others: Sequence[Scheme]) -> list[Finding]:
    """Say what other scheme is in force then and paid beside it."""
    first, last = scheme.in_force.from_, scheme.in_force.to or date.max
    names = ", ".join(sorted({one.id for one in others if one.in_force.touches(first, last)}))
    if not names:
        return []
    message = Text(
        f"Also in force from {first} and paid beside it: {names}. If it is to come in the place of one of these, say "
        "--replaces.",
        f"{first} 起同时生效、与其并行发放的还有：{names}。如要取代其中之一，请用 --replaces 指明。",
    )
    return [Finding("paid-beside", "review", scheme.id, message, str(first)[:7])]


def _people(candidate: Candidate, past: PastMonths, begins: Month) -> pd.DataFrame:
    """Return whom it would have paid in the last month and who has not left by then, with names."""
    ledger = payable(candidate, past).ledger
    agents = set(ledger.loc[ledger["month"] == past.last, "agent"]) - {""} if len(ledger) else set()
    roster = past.roster.sort_values("from")
    left = set(roster.loc[roster["left_on"] < pd.Timestamp(begins.start), "agent"]) if "left_on" in roster else set()
    named = dict(zip(roster["agent"], roster["name"], strict=True)) if "name" in roster else {}
    mine = sorted(agents - left)
    return pd.DataFrame({"agent": mine, "name": [named.get(a) if named.get(a) == named.get(a) else "" for a in mine]})
