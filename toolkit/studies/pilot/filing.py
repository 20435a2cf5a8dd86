"""The plan of a pilot as it is filed: a file, a line of a chain that pins it, and the months closed after that do too.

``pilots/<id>.json`` is never changed. ``pilots/filed.jsonl`` says when each plan was filed, as the chains of months do.
Whoever rewrites both still has to rewrite the months closed since: they pin every plan there was.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from toolkit.core.errors import InputError, Problem, UsageError, unreadable
from toolkit.core.files import file_digest
from toolkit.core.period import Month
from toolkit.core.text import Text
from toolkit.data.tables.chain import (
    CLOSED,
    PILOTS,
    ChainLine,
    chained_months,
    name_of,
    read_chain,
    read_lines,
    write_lines,
)
from toolkit.data.tables.states import alone
from toolkit.data.tables.storage import publish_bytes
from toolkit.data.tables.workspace import Workspace
from toolkit.models.comparison.randomised import PilotDesign

FILED = "filed"


@dataclass(frozen=True, slots=True)
class PilotPerson:
    """Who takes part: agent, the shop where their inquiries count, the months in which they get the new scheme."""

    agent: str
    shop: str
    months: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PilotPlan:
    """What is fixed before a pilot begins.

    Parameters
    ----------
    id : also the name of its file.
    filed : UTC, to the second.
    scheme, scheme_sha256 : id and content of the new scheme.
    outcome : conversion, or revenue_per_buyer.
    months, before, placebo : of the pilot; before it that the estimate uses; of these, those in which a pilot is made
        believe.
    people : everybody who takes part, in order.
    seed : of the lots.
    data_until : last day the data reached when it was filed.
    usual : outcome of the people who take part, in the months it was planned on; a share, or minor units.
    smallest : effect found in 8 of 10 such pilots, on the scale of the estimate; None where none of those tried is.
    power : effects in points (of money: as a share), and the share of simulated pilots that found each.
    """

    id: str
    filed: str
    scheme: str
    scheme_sha256: str
    outcome: str
    estimator: str
    design: PilotDesign
    months: tuple[str, ...]
    before: tuple[str, ...]
    placebo: tuple[str, ...]
    people: tuple[PilotPerson, ...]
    seed: int
    data_until: str
    planned_on: tuple[str, ...]
    usual: float
    smallest: float | None
    power: tuple[tuple[float, float], ...]

    @property
    def text(self) -> str:
        """The plan as its file holds it, with a digest of all that stands before it."""
        told = asdict(self)
        return json.dumps(told | {"sha256": _digest(told)}, ensure_ascii=False, indent=1) + "\n"


def _digest(told: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()


def file_plan(workspace: Workspace, plan: PilotPlan, who: str) -> Path:
    """Write a plan and the line that says when it was filed; return its path.

    Raises
    ------
    UsageError
        If a plan of this name is filed.
    InputError
        If the list of filed plans was changed.
    """
    path = workspace.root / PILOTS / f"{plan.id}.json"
    with alone(workspace):
        lines = read_lines(workspace, _register(workspace))
        if path.exists() or any(line.run == plan.id for line in lines):
            en = f"{name_of(workspace, path)} is filed already and stands; plan another start, or another design"
            zh = f"{name_of(workspace, path)} 已备案，不再更改；请另选开始月份或设计"
            raise UsageError(Text(en, zh))
        publish_bytes(path, plan.text.encode())
        pins = {name_of(workspace, path): file_digest(path)}
        previous = lines[-1].sha256 if lines else ""
        line = ChainLine(FILED, who, plan.filed, plan.id, pins=pins, previous=previous)
        write_lines(_register(workspace), [*lines, line])
    return path


def _register(workspace: Workspace) -> Path:
    return workspace.root / PILOTS / "filed.jsonl"


@dataclass(frozen=True, slots=True)
class FiledPlan:
    """A plan that was filed before its pilot began.

    Parameters
    ----------
    witness : the first month that was closed with the plan there, before the pilot began; None where the list of filed
        plans alone says when it was.
    others : other plans of the same scheme.
    """

    plan: PilotPlan
    witness: Month | None
    others: tuple[str, ...]


def read_filed(workspace: Workspace, path: Path) -> FiledPlan:
    """Return a plan that can be evaluated.

    Raises
    ------
    InputError
        If the file cannot be read, is no plan, was changed, or was not filed in this workspace when it says.
    UsageError
        If it was filed after its pilot began.
    """
    plan = _read(path)
    lines = read_lines(workspace, _register(workspace))
    name, digest = f"{PILOTS}/{plan.id}.json", file_digest(path)
    line = next((one for one in lines if one.run == plan.id), None)
    if line is None or line.pins.get(name) != digest or line.when != plan.filed:
        raise _refused(path, NOT_FILED, "plan-not-filed")
    at = lines.index(line)
    if any(one.when > line.when for one in lines[:at]):
        raise _refused(path, OUT_OF_ORDER, "plan-back-dated")
    if _day(workspace, plan.filed) >= str(Month.parse(plan.months[0]).start):
        en = f"{path}: the plan was filed on {plan.filed[:10]}, after the pilot began ({plan.months[0]}): it is not "
        en += "evaluated, as what is looked for could have been chosen by what was seen. Plan a pilot of later months"
        zh = f"{path}：方案试点的计划于 {plan.filed[:10]} 备案，晚于试点开始（{plan.months[0]}）：不予评估，"
        zh += "因为可能是看到结果后才决定比较什么。请为以后的月份另作计划"
        raise UsageError(Text(en, zh))
    witness = _witness(workspace, plan, path, (name, digest))
    others = tuple(one.run for one in lines if one.run != plan.id and _is_of(workspace, one.run, plan.scheme))
    return FiledPlan(plan, witness, others)


NOT_FILED = Text(
    "the plan is not in pilots/filed.jsonl of this workspace as it stands here: it was filed nowhere, or changed "
    "since; restore both from a backup, or plan a pilot of later months",
    "本工作区的 pilots/filed.jsonl 中没有与此文件一致的计划：未备案，或备案后被改动；"
    "请从备份恢复两者，或为以后的月份另作计划",
)
OUT_OF_ORDER = Text(
    "the plan gives an earlier date than a plan filed before it: it was back-dated",
    "该计划的日期早于在它之前备案的计划：日期被倒填",
)
NO_PLAN = Text("is no plan of a pilot as incentive pilot plan writes it", "不是 incentive pilot plan 写出的试点计划")


def _refused(path: Path, why: Text, code: str, got: Text | str = "") -> InputError:
    return InputError([Problem(str(path), why, got=got, code=code)])


def _day(workspace: Workspace, when: str) -> str:
    return str(datetime.fromisoformat(when).astimezone(ZoneInfo(workspace.settings.timezone)).date())


def _witness(workspace: Workspace, plan: PilotPlan, path: Path, pinned: tuple[str, str]) -> Month | None:
    """Return the first month closed with the plan there before the pilot began; refuse one that closes did not find."""
    name, digest = pinned
    closes = [(m, line) for m in chained_months(workspace) for line in read_chain(workspace, m) if line.state == CLOSED]
    since = sorted(((line.when, m, line) for m, line in closes if line.when > plan.filed), key=lambda one: one[:2])
    for when, month, line in since:
        if line.pins.get(name) != digest:
            got = Text(f"{month}, closed on {when[:10]}", f"{month}，{when[:10]} 关账")
            raise _refused(path, _not_there(plan.filed[:10]), "plan-back-dated", got)
    start = str(Month.parse(plan.months[0]).start)
    return next((m for when, m, _ in since if _day(workspace, when) < start), None)


def _not_there(day: str) -> Text:
    return Text(
        f"the plan says it was filed on {day}, but a month closed after that day did not find it: it was back-dated",
        f"计划称于 {day} 备案，但此后关账的月份当时没有这份计划：日期被倒填",
    )


def _is_of(workspace: Workspace, name: str, scheme: str) -> bool:
    """Tell whether a filed plan is of a scheme; one whose file is gone is known by its id, which holds the scheme's."""
    path = workspace.root / PILOTS / f"{name}.json"
    return _read(path).scheme == scheme if path.is_file() else f"-{scheme}-" in name


def _read(path: Path) -> PilotPlan:
    try:
        told = json.loads(path.read_bytes())
    except OSError as error:
        raise InputError([unreadable(path, error)]) from None
    except ValueError:
        raise _refused(path, NO_PLAN, "no-plan") from None
    try:
        digest = told.pop("sha256")
        people = tuple(PilotPerson(p["agent"], p["shop"], tuple(p["months"])) for p in told["people"])
        spans = {name: tuple(told[name]) for name in ("months", "before", "placebo", "planned_on")}
        power = tuple((float(a), float(b)) for a, b in told["power"])
        plan = PilotPlan(**told | spans | {"people": people, "power": power, "design": PilotDesign(**told["design"])})
        Month.parse(plan.months[0])
    except (KeyError, TypeError, AttributeError, ValueError, IndexError, UsageError):
        raise _refused(path, NO_PLAN, "no-plan") from None
    if digest != _digest(json.loads(json.dumps(asdict(plan)))):
        raise _refused(path, NOT_FILED, "plan-not-filed")
    return plan
