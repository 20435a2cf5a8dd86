"""One scheme of the shelf on the company's own exports: import, pay, payroll, audit, close, three months running."""

from __future__ import annotations

import csv
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any
from unittest.mock import patch

from tests.proofs.oracle.rule import Rule
from tests.proofs.oracle.sequence import Sequence, pay_together
from tests.proofs.oracle.views import FROM_LINES, Book
from tests.proofs.shelf.company import Company, company
from tests.proofs.shelf.files import lasting, monthly, yuan
from tests.proofs.shelf.measured import Clocks, Measured, measured
from tests.proofs.shelf.reading import rule_of
from tests.proofs.years import differences
from tests.studies import closing_world

SHELF = Path(__file__).parents[3] / "data_samples" / "shelf"
ROLES = ("agent", "senior", "supervisor", "manager", "operations", "after-sales")


@dataclass(frozen=True)
class Feed:
    """What a scheme's comments ask of the company and of its workspace."""

    first: str = "2024-03"
    movers: bool = True
    clocks: Clocks = field(default_factory=Clocks)
    settings: tuple[tuple[str, str], ...] = ()  # lines of workspace.yaml: what stands there, what is to stand there
    campaign: tuple[date, date] | None = None
    busy: float = 1.0


@dataclass
class Told:
    """What came of one scheme."""

    name: str
    differences: list[str] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def equal(self) -> bool:
        return not self.differences and not self.refusals


ONE_SHOP = Feed(movers=False)
YEAR_END = Feed(first="2024-09", movers=False)
FEEDS: dict[str, Feed] = {
    "A03-large-order": Feed(
        settings=(("large_amount: 0", "large_amount: 20000"), ("large_units: 0", "large_units: 100"))
    ),
    "A04-offline-closing": Feed(
        clocks=Clocks(customer_owner="offline"), settings=(("customer_owner: nobody", "customer_owner: offline"),)
    ),
    "D05-record-award": ONE_SHOP,
    "D05-record-award-all-history": ONE_SHOP,
    "D06-champion": YEAR_END,
    "D07-upsell": Feed(clocks=Clocks(upsell_hours=24), settings=(("upsell_hours: 0", "upsell_hours: 24"),)),
    "D12-role-caps": Feed(first="2024-09"),
    "D13-break-even-guard": ONE_SHOP,
    "D14-referral": Feed(
        clocks=Clocks(earned_on="confirmed", earned_after_days=7),
        settings=(("earned_on: paid", "earned_on: confirmed"), ("earned_after_days: 0", "earned_after_days: 7")),
    ),
    "D17-challenge-bonus": Feed(campaign=(date(2024, 6, 16), date(2024, 6, 18))),
}


def names() -> list[str]:
    """Every scheme file of the shelf."""
    return sorted(p.stem for p in SHELF.glob("*.yaml") if not p.name.endswith(".scenario.yaml"))


_MADE: dict[Any, Company] = {}
_MEASURED: dict[Any, Measured] = {}


def company_of(seed: int, feed: Feed) -> Company:
    key = (seed, feed.first, feed.movers, feed.busy)
    if key not in _MADE:
        _MADE[key] = company(seed, feed.first, movers=feed.movers, busy=feed.busy)
    return _MADE[key]


def truth_of(seed: int, feed: Feed) -> Measured:
    key = (seed, feed.first, feed.movers, feed.busy, feed.clocks, feed.campaign)
    if key not in _MEASURED:
        _MEASURED[key] = measured(company_of(seed, feed), feed.clocks, feed.campaign)
    return _MEASURED[key]


def imported(seed: int, feed: Feed, kept: Path, months: int) -> Path:
    """The folder of a workspace with the exports of `months` to be paid, made once for each kind of company."""
    from toolkit.data.importing.imports import import_files
    from toolkit.data.tables.workspace import create_workspace

    root = kept / f"{seed}-{feed.first}-{feed.movers}-{feed.busy}-{months}"
    if not root.exists():
        made = company_of(seed, feed)
        exports = kept / f"exports-{root.name}"
        exports.mkdir(parents=True)
        workspace = create_workspace(kept / f"new-{root.name}")
        files = lasting(made, exports)
        for month in [*made.months, made.after][: months + 2]:
            files += monthly(made, exports, month)
        reports = import_files(workspace, files)
        rejected = [f"{r}" for r in _rejected(reports)]
        assert not rejected, rejected
        (kept / f"new-{root.name}").rename(root)
    return root


def _rejected(report: Any) -> Iterator[str]:
    for one in getattr(report, "files", []):
        if getattr(one, "rejected", 0):
            yield f"{one}"


def workspace_for(name: str, seed: int, feed: Feed, kept: Path, root: Path, months: int = 3) -> Path:
    """A copy of the workspace with the scheme and what its comments ask for."""
    shutil.copytree(imported(seed, feed, kept, months), root, symlinks=True)
    text = (SHELF / f"{name}.yaml").read_text("utf-8")
    (root / "schemes").mkdir(exist_ok=True)
    (root / "schemes" / f"{name}.yaml").write_text(text, "utf-8")
    for table, key in re.findall(r"table: ([\w.-]+), key: (\w+)", text):
        _with_every_role(SHELF / table, root / "schemes" / table, key)
    settings = (root / "workspace.yaml").read_text("utf-8")
    for old, new in feed.settings:
        assert old in settings, old
        settings = settings.replace(old, new)
    (root / "workspace.yaml").write_text(settings, "utf-8")
    name_items(root, [rule_of(root / "schemes" / f"{name}.yaml")])
    return root


def name_items(root: Path, rules: list[dict[str, Any]]) -> None:
    """Say in the settings that one payroll item pays all that the schemes pay."""
    settings = (root / "workspace.yaml").read_text("utf-8")
    parts = [f"{rule['id']}.{part['id']}" for rule in rules for part in rule["components"]]
    parts += [f"{rule['id']}.{step}" for rule in rules for step in _steps(rule)]
    items = f"payroll_items: {{绩效: [{', '.join(dict.fromkeys(parts))}], 底薪: [roster.base_pay]}}"
    assert "payroll_items: {}" in settings
    (root / "workspace.yaml").write_text(settings.replace("payroll_items: {}", items), "utf-8")


def _steps(scheme: dict[str, Any]) -> list[str]:
    kinds = {k for limit in scheme["limits"] for k in ("cap", "fund", "guarantee") if k in limit}
    found = [{"cap": "limit"}.get(kind, kind) for kind in sorted(kinds)]
    found += ["rounding"] if scheme["at"] == "total" else []
    return [*found, "adjustment", *(["recovery"] if kinds else [])]


def _with_every_role(source: Path, target: Path, key: str) -> None:
    """A parameter table; where it goes by role, roles this company has and the file lacks get a row each."""
    with source.open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    if key == "role":
        known = {row["role"] for row in rows}
        rows += [
            {"role": r, "from": "2024-01-01", "value": str(500 * n + 3000)}
            for n, r in enumerate(ROLES)
            if r not in known
        ]
    with target.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def run(
    name: str, seed: int, kept: Path, root: Path, months: int = 3, *, audit: bool = True, busy: float = 1.0
) -> Told:
    """Bring a scheme through its months; what differs, is refused or pays nobody without a word is told.

    Without `audit` no payroll is written and no audit made; the months are closed all the same.
    """
    feed, told = replace(FEEDS.get(name, Feed()), busy=busy), Told(name)
    made, truth = company_of(seed, feed), truth_of(seed, feed)
    workspace_for(name, seed, feed, kept, root, months)
    rule = rule_of(root / "schemes" / f"{name}.yaml")
    left = {r["agent"]: r["left_on"] for r in made["assignments"] if r["left_on"]}
    sequence = Sequence([("2024-01", Rule(rule))], truth.late, [], left)
    sequence.lines = list(truth.lines)
    for month in made.months[1 : 1 + months]:
        known = Book(row for row in truth.rows if row["month"] <= month)
        if not bring(told, root, month, [(rule, pay_together([sequence], month, known)[0])], known, audit):
            break
    return told


Due = list[tuple[dict[str, Any], list[Any]]]
"""What each rule pays in a month, by the oracle."""


def bring(told: Told, root: Path, month: str, due: Due, known: Book, audit: bool = True) -> bool:
    """Close one more month, telling what differs; whether it could be closed."""
    from toolkit.core.errors import ToolkitError
    from toolkit.core.period import Month
    from toolkit.data.tables.workspace import Workspace
    from toolkit.studies.audit.settlement import settle

    for _, expected in due:
        told.counts["agent-months"] += len({r.agent for r in expected if r.agent and r.eligible})
        told.counts["people paid"] += len({r.agent for r in expected if r.agent and r.amount})
        told.counts["rows"] += sum(r.amount != 0 for r in expected)
    told.counts["months"] += 1
    try:
        if audit:
            return _closed(told, root, month, due, known)
        settlement = settle(Workspace.open(root), Month.parse(month))
        told.differences += _unlike(month, due, settlement.ledger)
        closing_world.close(Workspace.open(root), month, settlement)
    except ToolkitError as error:
        told.refusals.append(f"{month}: {error}")
        return False
    return True


def _unlike(month: str, due: Due, ledger: Any) -> list[str]:
    """What a ledger holds otherwise than the oracle, scheme by scheme."""
    found = []
    for rule, expected in due:
        mine = ledger[ledger["scheme"] == rule["id"]]
        found += [f"{rule['id']}, {month}: {one}" for one in differences(expected, mine)]
    return found


def _closed(told: Told, root: Path, month: str, due: Due, known: Book) -> bool:
    """Pay what the oracle says, audit and close; the audit must find payroll right."""
    from toolkit.data.importing.imports import import_files
    from toolkit.data.tables.workspace import Workspace
    from toolkit.studies.audit.month import audit_month
    from toolkit.studies.audit.verdict import conclude
    from toolkit.studies.closing import close as closing

    import_files(Workspace.open(root), [_pay_sheet(root, month, due)])
    audit = audit_month(Workspace.open(root), month)
    told.differences += _unlike(month, due, audit.settlement.ledger)
    told.silent += [f"{month}: {one}" for rule, _ in due for one in _silent(audit, month, rule, known)]
    said, tone = conclude(audit)
    told.counts[f"verdict {tone}"] += 1
    stops = [f"{f.code} {f.message.en}" for f in audit.findings if f.severity == "stop"]
    if tone == "stop" or stops:
        told.differences += [f"{month}: audit: {said.en} {stops}"]
        return False
    names = {"approved": "钱", "closed": "钱"}
    with patch.object(closing, "audit_month", lambda *_: audit):
        for state in ("calculated", "shown", "settled", "approved", "closed"):
            reason = "proof" if tone != "good" else ""
            step = closing.close_month(root, month, names.get(state, "赵"), state=state, reason=reason)
            if step.line is None:
                told.differences.append(f"{month}: not {state}: {[f.message.en for f in step.refused]}")
                return False
    told.counts["months closed"] += 1
    return True


def _pay_sheet(root: Path, month: str, due: Due) -> Path:
    paid: dict[str, Fraction] = {}
    for row in (row for _, expected in due for row in expected):
        if row.agent and row.amount:
            paid[row.agent] = paid.get(row.agent, Fraction(0)) + row.amount
    sheet = root.parent / f"工资表_{root.name}_{month}.csv"
    with sheet.open("w", newline="", encoding="utf-8-sig") as stream:
        writer = csv.writer(stream)
        writer.writerow(["编号", "工号", "所属月份", "发放月份", "项目", "金额", "税前"])
        for agent, amount in sorted(paid.items()):
            writer.writerow([f"{month}-{agent}", agent, month, month, "绩效", yuan(int(amount * 100)), "是"])
    return sheet


def _silent(audit: Any, month: str, rule: dict[str, Any], known: Book) -> Iterator[str]:
    """Components that are due in the month and pay everybody, or somebody for want of a figure, nothing unsaid."""
    table, said = audit.settlement.ledger, {f.subject for f in audit.findings}
    table = table[table["scheme"] == rule["id"]]
    for part in rule["components"]:
        rows = table[table["component"] == part["id"]]
        if not _is_due(part, month, rule) or part["id"] in said:
            continue
        if not (rows["amount"] != 0).any():
            yield f"{part['id']} pays nobody: {dict(Counter(rows['status']))}"
        lost = set(rows.loc[rows["status"] == "no_value", "agent"])
        read = _names(part, rule) & set(rule["columns"])
        if "lines" in part or part.get("each") == "order":
            read -= set(FROM_LINES)
        if part.get("level", "self") == "self":
            blank = {r["agent"] for r in known.months[month] if r["agent"] in lost and any(r[n] is None for n in read)}
            if blank:
                yield f"{part['id']} has no value for {sorted(blank)}"


def _names(value: Any, rule: dict[str, Any]) -> set[str]:
    """Every name that expressions of a component read, through definitions; an average goes by its weight."""
    if isinstance(value, dict | list | set):
        inner = value.values() if isinstance(value, dict) else value
        return set().union(set(), *(_names(one, rule) for one in inner))
    if not isinstance(value, tuple):
        return set()
    if value[:1] == ("name",):
        name = value[1]
        if name in rule["define"]:
            return _names(rule["define"][name], rule)
        return set() if "average_by" in rule["columns"].get(name, {}) else {name}
    return set().union(set(), *(_names(one, rule) for one in value))


def _is_due(part: dict[str, Any], month: str, rule: dict[str, Any]) -> bool:
    if "campaign" in part:
        return f"{part['campaign'][1]:%Y-%m}" == month
    last = {"month": 1, "quarter": 3, "year": 12}[part.get("period", rule["period"])]
    return "deduct" not in part and (part.get("accumulate", False) or int(month[5:]) % last == 0)


__all__ = ["FEEDS", "Feed", "Told", "names", "replace", "run"]
