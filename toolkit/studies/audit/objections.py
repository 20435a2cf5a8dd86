"""Objections of people to their month: what was said, what was decided, and what it pays.

One is decided when it is refused with a reason, or granted with a reason, a component, an amount and who decided. What
is granted is an adjustment entered by whoever decided it: it is paid in its `pay_month` once somebody else approves it.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from toolkit.core.errors import UsageError
from toolkit.core.figures import counted
from toolkit.core.findings import Finding
from toolkit.core.money import format_money, priced
from toolkit.core.period import Month
from toolkit.core.text import Text
from toolkit.data.tables.chain import closed_months
from toolkit.data.tables.schema import table as schema

if TYPE_CHECKING:
    from toolkit.data.tables.workspace import Workspace

OBJECTIONS, ADJUSTMENTS = "objections", "adjustments"
GRANTED, REFUSED, OPEN = "granted", "refused", ""
LINE = ["month", "agent", "component"]
_TEXTS = [c.name for c in schema(OBJECTIONS).columns if c.kind == "text"]
_NEEDED = {
    REFUSED: {"reason": Text("a reason", "理由")},
    GRANTED: {
        "reason": Text("a reason", "理由"),
        "component": Text("the component it is paid as", "按哪个组成部分发放"),
        "amount": Text("an amount", "金额"),
        "decided_by": Text("who decided it", "处理人"),
    },
}


def read_objections(workspace: Workspace) -> pd.DataFrame:
    """Return the objections, blanks as "", with `state` (granted, refused, or "" while open) and what it `lacks`."""
    table = workspace.table(OBJECTIONS)
    for name in _TEXTS:
        table[name] = table[name].fillna("").str.strip()
    table["month"] = table["month"].map(_as_month)
    paid = table["pay_month"].map(_as_month)
    table["pay_month"] = paid.where(paid != "", table["month"])
    lacks = pd.Series([_lacks(row) for row in table.to_dict("records")], index=table.index, dtype="object")
    return table.assign(lacks=lacks, state=table["decision"].where(lacks.isna(), OPEN))


def _as_month(text: str) -> str:
    try:
        return str(Month.read(text)) if text else ""
    except UsageError:
        return text


def _lacks(row: Mapping[Hashable, Any]) -> Text | None:
    needed = _NEEDED.get(str(row["decision"]))
    if needed is None:
        said = Text("a decision, granted or refused", "决定：同意或驳回")
        given = row["decision"]
        return Text(f"{said.en} ({given})", f"{said.zh}（{given}）") if given else said
    absent = [text for name, text in needed.items() if pd.isna(row[name]) or row[name] == ""]
    return Text(", ".join(t.en for t in absent), "、".join(t.zh for t in absent)) if absent else None


def by_hand(workspace: Workspace) -> pd.DataFrame:
    """Return what is entered by hand as adjustments: their own table, and the objections that were granted."""
    rows = read_objections(workspace)
    granted = rows[rows["state"] == GRANTED]
    made = pd.DataFrame(
        {
            "adjustment_id": granted[LINE].agg(" ".join, axis=1) if len(granted) else granted["month"],
            "origin_month": granted["month"],
            "month": granted["pay_month"],
            "requested_by": granted["decided_by"],
            "approved_by": granted["approved_by"].replace("", pd.NA),
            **{c: granted[c] for c in ("agent", "component", "amount", "reason", "_file", "_row") if c in granted},
        }
    )
    entered = workspace.table(ADJUSTMENTS)
    if made.empty:
        return entered
    if len(entered):
        return pd.concat([entered, made], ignore_index=True)
    for name in entered.columns.difference(made.columns):
        made[name] = pd.Series(index=made.index, dtype=entered[name].dtype)
    return made


def undecided(workspace: Workspace) -> Iterator[Finding]:
    """Yield the objections that nobody decided, or not wholly: they stop the month in which they would be paid."""
    rows = read_objections(workspace)
    for row in rows[rows["state"] == OPEN].to_dict("records"):
        part = row["component"]
        about = Text(f" ({part})", f"（{part}）") if part else Text("", "")
        en = f"The objection of {row['agent']} to {row['month']}{about.en} is not decided; it lacks {row['lacks'].en}."
        zh = f"{row['agent']} 对 {row['month']} 的异议{about.zh}尚未处理完：缺少{row['lacks'].zh}。"
        yield Finding("objection-undecided", "stop", row["agent"], Text(en, zh), row["pay_month"])


def left_unpaid(ledger: pd.DataFrame, month: Month, workspace: Workspace) -> Iterator[Finding]:
    """Yield the amounts entered by hand for a month that was closed without them: no month pays them.

    Parameters
    ----------
    ledger : of the closed months, before the open `month`.
    """
    entered = ledger.loc[ledger["step"] == "adjustment", ["month", "agent", "component", "amount"]]
    paid = set(entered.astype("str").itertuples(index=False, name=None))
    rows = by_hand(workspace).dropna(subset=["amount", "approved_by"])
    closed = set(ledger["month"])
    for row in rows[rows["month"].isin(closed)].to_dict("records"):
        if (row["month"], row["agent"], row["component"], str(row["amount"])) in paid:
            continue
        money = format_money(int(str(row["amount"])))
        en = f"{money} entered by hand for {row['agent']} ({row['reason']}) is not paid: {row['month']} was closed "
        en += f"without it. Enter it for {month}."
        zh = f"{row['agent']} 手工录入的 {money}（{row['reason']}）未发放：{row['month']} 关账时不含此项。"
        text = Text(en, f"{zh}请改录入 {month}。")
        yield Finding("adjustment-after-closing", "stop", row["agent"], text, str(month))


@dataclass(frozen=True, slots=True)
class ObjectionCount:
    """What became of the objections to one month; `amount` is what was granted, minor units."""

    month: Month
    raised: int
    people: int
    granted: int
    refused: int
    amount: int

    @property
    def undecided(self) -> int:
        """How many are still to be decided."""
        return self.raised - self.granted - self.refused

    def text(self, currency: str) -> Text:
        """Say it in one sentence."""
        if not self.raised:
            return Text(f"Nobody objected to {self.month}.", f"{self.month} 没有人提出异议。")
        money = priced(format_money(self.amount), currency)
        raised, people = counted(self.raised, "objection"), counted(self.people, "person", "people")
        en = f"{raised} of {people} to {self.month}: {self.granted} granted ({money.en}), {self.refused} refused"
        zh = f"{self.month}：{self.people} 人提出 {self.raised} 项异议，同意 {self.granted} 项（{money.zh}），"
        zh += f"驳回 {self.refused} 项"
        if self.undecided:
            en, zh = f"{en}, {self.undecided} undecided", f"{zh}，未处理 {self.undecided} 项"
        return Text(f"{en}.", f"{zh}。")


def count_objections(
    workspace: Workspace, months: Iterable[Month], people: frozenset[str] | None = None
) -> tuple[ObjectionCount, ...]:
    """Count what became of the objections to some months, of some people or of everybody."""
    rows = read_objections(workspace)
    rows = rows if people is None else rows[rows["agent"].isin(people)]
    return tuple(_counted(month, rows[rows["month"] == str(month)]) for month in months)


def _counted(month: Month, rows: pd.DataFrame) -> ObjectionCount:
    granted = rows[rows["state"] == GRANTED]
    refused = int((rows["state"] == REFUSED).sum())
    return ObjectionCount(
        month, len(rows), int(rows["agent"].nunique()), len(granted), refused, int(granted["amount"].sum())
    )


def objection_form(workspace: Workspace, month: Month, lines: pd.DataFrame) -> pd.DataFrame:
    """Return the form of a month: a row a person and component with what is due and why, and what was entered so far.

    Parameters
    ----------
    lines : ledger rows with their `sentence`.
    """
    lines = lines.assign(component=lines["component"].fillna(""), month=str(month))
    lines = lines[(lines["agent"].fillna("") != "") & (lines["amount"] != 0)]
    due = lines.groupby(LINE, sort=True).agg(due=("amount", "sum"), sentence=("sentence", " ".join)).reset_index()
    known = read_objections(workspace)
    form = due.merge(known[known["month"] == str(month)], on=LINE, how="outer", sort=True)
    closed = closed_months(workspace)
    pays = max(closed).shift(1) if month in closed else month
    form["pay_month"] = form["pay_month"].fillna(str(pays))
    return form
