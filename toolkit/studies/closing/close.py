"""A month is brought one step further, or refused with reasons; closed, it leaves a book; reopened, its book is kept.

Killed at any moment a month is closed with all that belongs to it or is not closed: its book is written first, the line
of the chain that makes it one last. A book without such a line is what a killed close left, and is written over.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from toolkit.core.errors import UsageError, nearest
from toolkit.core.findings import Finding
from toolkit.core.period import Month
from toolkit.core.text import Text, wording
from toolkit.data.tables.books import REFUNDS, book_run, encode_book, encode_refunds, require_pinned
from toolkit.data.tables.chain import (
    APPROVED,
    CALCULATED,
    CLOSED,
    REOPENED,
    SETTLED,
    STATES,
    ChainLine,
    append_line,
    book_file,
    chain_file,
    closed_months,
    digests,
    kept_file,
    plan_files,
    read_chain,
    refunds_file,
    state_of,
)
from toolkit.data.tables.states import alone
from toolkit.data.tables.storage import publish_bytes
from toolkit.data.tables.workspace import SETTINGS_FILE, Workspace
from toolkit.studies.audit.month import audit_month
from toolkit.studies.audit.objections import by_hand
from toolkit.studies.audit.opening import opening_digest
from toolkit.studies.audit.verdict import conclude, say_final
from toolkit.studies.closing.dates import too_early

if TYPE_CHECKING:
    from toolkit.studies.audit.month import MonthAudit

ORDER = tuple(STATES)
NEVER_OPEN = ("pending-days", "unmapped-account")
"""Findings that keep a month from being settled however grave they are."""


@dataclass(frozen=True, slots=True)
class ClosingStep:
    """What came of bringing a month further: the line written, or why not.

    Parameters
    ----------
    line : of the chain; None where `refused` says why there is none.
    """

    month: Month
    line: ChainLine | None
    refused: tuple[Finding, ...] = ()

    @property
    def text(self) -> Text:
        """What was done, in one sentence."""
        if self.line is None:
            return Text(f"{self.month}: nothing was changed.", f"{self.month}：没有任何更改。")
        name, line = STATES.get(self.line.state, Text("open again", "已反关账")), self.line
        en = f"{self.month} is {name.en} (run {line.run}, seal {line.sha256[:12]})."
        zh = f"{self.month} {name.zh}（计算编号 {line.run}，封印 {line.sha256[:12]}）。"
        if line.alone:
            en += (
                " One person calculated or adjusted it and approved it: the workspace allows it (approval.two_people)."
            )
            zh += "计算或调整与审批为同一人：工作区设置允许（approval.two_people）。"
        return Text(en, zh)


def close_month(folder: Path | str, month: str, who: str, *, state: str | None = None, reason: str = "") -> ClosingStep:
    """Bring a month to a state, one step further than it is or back to one it had; by default the next.

    Raises
    ------
    UsageError
        If the month is closed, the state is none or steps before it are lacking, or nobody is named.
    InputError
        If the chain or a book was changed, or the month cannot be paid.
    """
    workspace, asked = Workspace.open(folder), Month.parse(month)
    name = _named(who)
    with alone(workspace) as data:
        lines = read_chain(workspace, asked)
        target = _target(asked, lines, state)
        rules = _rules(workspace)
        if early := too_early(workspace, asked, target):
            return ClosingStep(asked, None, tuple(early))
        audit = audit_month(workspace, str(asked))
        rows, refunds = audit.settlement.as_book, audit.settlement.tables.get("refunds")
        refunds = pd.DataFrame(columns=list(REFUNDS)) if refunds is None else refunds
        run = book_run(rows, refunds)
        both = _both(audit, lines, name) if target == APPROVED else ()
        refused = [*_open(audit, target, reason), *_other_run(lines, target, run), *_out_of_order(audit, target)]
        if both and workspace.settings.approval.two_people:
            refused += both
        if refused:
            return ClosingStep(asked, None, tuple(refused))
        previous = lines[-1].sha256 if lines else ""
        line = ChainLine(target, name, _now(), run, reason, alone=bool(both), previous=previous)
        if target == CLOSED:
            publish_bytes(book_file(workspace, asked), encode_book(rows, run))
            publish_bytes(refunds_file(workspace, asked), encode_refunds(refunds))
            pins = rules | _pins(workspace, asked, data)
            if _rules(workspace) != rules:
                en = "a scheme or setting was changed while the month was closed; run again"
                raise UsageError(Text(en, "关账期间方案或设置有改动；请重新运行"))
            version = metadata.version("incentive-toolkit")
            line = replace(line, toolkit=version, opening=opening_digest(workspace), pins=pins)
        append_line(workspace, asked, lines, line)
    return ClosingStep(asked, line)


def reopen_month(folder: Path | str, month: str, who: str, other: str, reason: str) -> ClosingStep:
    """Open the latest closed month again; its book is kept under a name with its run.

    Raises
    ------
    UsageError
        If it is not the latest closed month, the two names are one, or no reason is given.
    InputError
        If the chain or the book was changed.
    """
    workspace, asked = Workspace.open(folder), Month.parse(month)
    names = _named(who), _named(other)
    if _folded(names[0]) == _folded(names[1]):
        raise UsageError(Text("a month is reopened by two different people", "反关账须由两位不同的人共同进行"))
    if not reason.strip():
        raise UsageError(Text("say why, with --reason", "请用 --reason 写明原因"))
    with alone(workspace):
        lines, closed = read_chain(workspace, asked), closed_months(workspace)
        if asked not in closed:
            raise UsageError(Text(f"{asked} is not closed", f"{asked} 尚未关账"))
        if (last := max(closed)) != asked:
            en = f"only the latest closed month can be reopened, and that is {last}"
            raise UsageError(Text(en, f"只能对最近一个已关账的月份反关账，即 {last}"))
        run = lines[-1].run
        for place in (book_file, refunds_file):
            require_pinned(workspace, lines[-1], place(workspace, asked))
            publish_bytes(place(workspace, asked, run), place(workspace, asked).read_bytes())
        line = ChainLine(REOPENED, names[0], _now(), run, reason, other=names[1], previous=lines[-1].sha256)
        append_line(workspace, asked, lines, line)
        for place in (book_file, refunds_file):
            place(workspace, asked).unlink()
    return ClosingStep(asked, line)


def _named(who: str) -> str:
    name = who.strip()
    if not name:
        raise UsageError(Text("name who does it, with --as", "请用 --as 写明由谁进行"))
    return name


def _folded(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _target(month: Month, lines: list[ChainLine], state: str | None) -> str:
    """Return the state asked for, or the next.

    Raises
    ------
    UsageError
        If there is no such state, or it cannot be reached from where the month is.
    """
    now = state_of(lines)
    if now == CLOSED:
        en = f"{month} is closed; what changes it stands in the open month, or: incentive reopen"
        raise UsageError(Text(en, f"{month} 已关账；之后的改动计入未关账的月份，或使用 incentive reopen 反关账"))
    target = state or ORDER[ORDER.index(now) + 1]
    if target not in ORDER[1:]:
        hint = nearest(target, ORDER[1:])
        en, zh = f"there is no state {target!r}", f"没有状态 {target!r}"
        raise UsageError(Text(f"{en}; {wording(hint, 'en')}", f"{zh}；{wording(hint, 'zh')}"))
    lacking = ORDER[ORDER.index(now) + 1 : ORDER.index(target)]
    if lacking:
        en = f"{month} is {now}; before {target} it must be {', then '.join(lacking)}"
        zh = f"{month} 目前{STATES[now].zh}；在{STATES[target].zh}之前还须：{'、'.join(STATES[s].zh for s in lacking)}"
        raise UsageError(Text(en, zh))
    return target


def _open(audit: MonthAudit, target: str, reason: str) -> Iterator[Finding]:
    """Yield what keeps a month from a state: open questions from `settled` on, the verdict from `approved` on."""
    if ORDER.index(target) < ORDER.index(SETTLED):
        return
    if not audit.final:
        yield _refusal("month-not-final", audit.month, say_final(audit))
    stops = [f for f in audit.findings if f.severity == "stop" or f.code in NEVER_OPEN]
    yield from (replace(f, severity="stop") for f in stops)
    said, tone = conclude(audit)
    if ORDER.index(target) >= ORDER.index(APPROVED) and tone != "good" and audit.final and not stops and not reason:
        en = f"{said.en} Where it is closed all the same, say why with --reason."
        yield _refusal("not-ready", audit.month, Text(en, f"{said.zh}如仍要继续，请用 --reason 写明原因。"))


def _other_run(lines: Sequence[ChainLine], target: str, run: str) -> Iterator[Finding]:
    """Yield that figures are no longer those that were settled, or approved."""
    if target in (APPROVED, CLOSED) and lines[-1].run != run and ORDER.index(lines[-1].state) < ORDER.index(target):
        before = lines[-1]
        text = Text(
            f"the figures (run {run}) are not those that were {before.state} (run {before.run}): "
            f"begin again with --state {CALCULATED}",
            f"当前数字（计算编号 {run}）与{STATES[before.state].zh}时（{before.run}）不同："
            f"请用 --state {CALCULATED} 重新开始",
        )
        yield Finding("other-figures", "stop", run, text)


def _both(audit: MonthAudit, lines: Sequence[ChainLine], who: str) -> tuple[Finding, ...]:
    """Return why somebody is not the one to approve: calculated the month, or entered an adjustment of it."""
    begun = max((i for i, line in enumerate(lines) if line.state == REOPENED), default=-1) + 1
    made = {_folded(line.who) for line in lines[begun:] if line.state == CALCULATED}
    adjusted = by_hand(audit.workspace)
    authors = adjusted.loc[adjusted["month"] == str(audit.month), "requested_by"].dropna()
    why = {
        Text("calculated it", "计算了本月"): _folded(who) in made,
        Text("entered an adjustment of it", "录入了本月的调整"): _folded(who) in set(map(_folded, authors)),
    }
    return tuple(
        _refusal(
            "same-person",
            audit.month,
            Text(
                f"{who} {what.en} and cannot approve {audit.month}: somebody else approves it, or workspace.yaml says "
                "approval: {two_people: no}",
                f"{who} {what.zh}，不能审批 {audit.month}：请由他人审批，"
                "或在 workspace.yaml 写 approval: {two_people: no}",
            ),
        )
        for what, is_so in why.items()
        if is_so
    )


def _out_of_order(audit: MonthAudit, target: str) -> Iterator[Finding]:
    """Yield that a later month is closed, or an earlier one with data since the last closed one is not."""
    first = audit.workspace.settings.first_month
    last = max(closed_months(audit.workspace), default=Month.parse(first).shift(-1) if first else None)
    if target != CLOSED or last is None:
        return
    if last > audit.month:
        text = Text(f"{last}, a later month, is closed already", f"更晚的 {last} 已经关账")
        yield _refusal("out-of-order", audit.month, text)
    known = {Month.parse(m) for m in audit.settlement.measures.table["month"].dropna().unique()}
    for between in sorted(m for m in known if last < m < audit.month):
        text = Text(
            f"{between}, an earlier month, is not closed yet: close it first", f"{between} 尚未关账：请先对它关账"
        )
        yield _refusal("out-of-order", audit.month, text)


def _refusal(code: str, month: Month, text: Text) -> Finding:
    return Finding(code, "stop", str(month), text, str(month))


def rule_files(workspace: Workspace) -> list[Path]:
    """Return the settings and whatever lies in the folder of the schemes."""
    return [workspace.root / SETTINGS_FILE, *(p for p in (workspace.root / "schemes").rglob("*") if p.is_file())]


def input_files(state: Path) -> list[Path]:
    """Return the tables and layers of a state, and its journal; rejects are for people to correct."""
    return [p for p in (*(state / "data").rglob("*"), *(state / "imports").glob("import-*.json")) if p.is_file()]


def _rules(workspace: Workspace) -> dict[str, str]:
    """Return the SHA-256 of settings and schemes, of whose content a copy is kept once a month is closed."""
    return digests(workspace, rule_files(workspace))


def _pins(workspace: Workspace, month: Month, state: Path) -> dict[str, str]:
    """Return the SHA-256 of what a month rests on beside its rules; keep the rules as they are now."""
    for name, digest in _rules(workspace).items():
        publish_bytes(kept_file(workspace, digest), (workspace.root / name).read_bytes())
    earlier = [chain_file(workspace, m) for m in closed_months(workspace) if m < month]
    reports = [p for f in workspace.report_folders for p in (f / str(month)).rglob("runs/[!.]*/manifest.json")]
    books = [place(workspace, month) for place in (book_file, refunds_file)]
    return digests(workspace, [*books, *input_files(state), *earlier, *reports, *plan_files(workspace)])
