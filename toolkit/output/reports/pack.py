"""What an auditor needs to redo every sum without this toolkit: plain tables, the rules in words, a page on how.

One zip: README (how the tables hang together, every column, the rules), the tables `TABLES`, and the scheme files in
force as they are. Money stands in major units, customers as numbers of this month, people by their ids.
"""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from toolkit.core.figures import decimals
from toolkit.core.money import format_money
from toolkit.core.text import Text
from toolkit.data.tables.storage import publish_bytes
from toolkit.output.render.workbook import csv_bytes
from toolkit.output.reports.evidence import RULES
from toolkit.output.reports.pack_columns import COLUMNS, describe_column
from toolkit.rules.explain.ledger_text import ledger_frame
from toolkit.rules.explain.scheme_text import render_sentences
from toolkit.rules.formula.dictionary import MEASURES
from toolkit.rules.scheme.loading import read_scheme
from toolkit.studies.audit.evidence import gather_evidence
from toolkit.studies.audit.settlement import require_as_closed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolkit.core.text import Lang
    from toolkit.studies.audit.evidence import Evidence
    from toolkit.studies.audit.month import MonthAudit

WRITTEN = datetime(2000, 1, 1).timetuple()[:6]
MONEY = {m.name for m in MEASURES if m.kind == "money"} | {"base_pay"}
MONEY |= {f"target_{name}" for name in MONEY}
_ORDER_MONEY = ("amount", "refund_netted", "refund_after")


def write_pack(audit: MonthAudit, path: Path, lang: Lang) -> Path:
    """Write the pack of an audit as one zip and return its path.

    Parameters
    ----------
    audit : of a month; with a shop, the pack is that of its people.
    path : where the zip is written, whole or not at all; readable for its owner only.
    """
    require_as_closed(audit.settlement)
    evidence = gather_evidence(audit)
    tables = {
        "measures.csv": _measures(audit),
        "orders.csv": _orders(evidence),
        "inquiries.csv": _inquiries(evidence),
        "refunds.csv": _refunds(evidence),
        "ledger.csv": _of_its_people(audit, ledger_frame(audit.settlement.rows, lang)),
    }
    if audit.reconciliation is not None:
        tables["lines.csv"] = _lines(_of_its_people(audit, audit.reconciliation.run.lines))
        tables["reconciliation.csv"] = audit.reconciliation.to_frame(lang)
    tables |= {"sources.csv": evidence.files, "columns.csv": evidence.columns}
    files = {name: csv_bytes(frame.map(_text)) for name, frame in tables.items()}
    files |= {f"schemes/{p.name}": p.read_bytes() for p in _in_force(audit)}
    files["README.md"] = _readme(audit, evidence, tables, lang).encode()
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name, WRITTEN), files[name])
    publish_bytes(path, target.getvalue())
    return path


def _text(value: object) -> str:
    if isinstance(value, Fraction):  # a decimal where one is exact
        told = decimals(value, 12).replace(",", "")
        return str(value) if told.startswith("≈") else told
    return "" if pd.isna(value) else str(value)  # type: ignore[call-overload]


def _major(values: pd.Series) -> list[str]:
    return ["" if pd.isna(v) else format_money(int(v), thousands=False) for v in values]


def _days(values: pd.Series) -> list[str]:
    return ["" if pd.isna(v) else f"{v:%Y-%m-%d}" for v in values]


def _in_force(audit: MonthAudit) -> list[Path]:
    """Return the scheme files in force in the month; another one in the pack could be taken for the rule."""
    first, last = audit.month.start, audit.month.last_day
    return [p for p in audit.workspace.schemes if read_scheme(p).in_force.touches(first, last)]


def _of_its_people(audit: MonthAudit, rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the people of the audit: all, or those of its shop and whom no roster knows."""
    people = audit.settlement.people
    return rows if people is None else rows.loc[rows["agent"].isin(people | audit.outsiders)]


def _measures(audit: MonthAudit) -> pd.DataFrame:
    cells = audit.settlement.cells.dropna(axis="columns", how="all")
    days = {c: _days(cells[c]) for c in ("from", "to") if c in cells}
    return cells.assign(**{c: _major(cells[c]) for c in cells.columns if c in MONEY}, **days)


def _orders(evidence: Evidence) -> pd.DataFrame:
    orders, money = evidence.orders, {c: _major(evidence.orders[c]) for c in _ORDER_MONEY}
    return orders[list(COLUMNS["orders.csv"])].assign(earned_on=_days(orders["earned_on"]), **money)


def _inquiries(evidence: Evidence) -> pd.DataFrame:
    asked = evidence.inquiries
    sold = asked.loc[asked["order_id"].notna(), "counted_as"].dropna().unique()
    first = asked["inquiry_id"] == asked["counted_as"]
    buyer = (first & asked["inquiry_id"].isin(sold)).astype("int64")
    by = asked["by_person"].map({True: "person", False: "robot"})
    return asked.assign(answered_by=by, buyer=buyer)[list(COLUMNS["inquiries.csv"])]


def _refunds(evidence: Evidence) -> pd.DataFrame:
    back = evidence.refunds.rename(columns={"order_id": "refund_of", "whole": "order_id"})
    counts = back["late"].map({True: "after", False: "netted"})
    return back.assign(counts=counts, amount=_major(back["amount"]))[list(COLUMNS["refunds.csv"])]


def _lines(lines: pd.DataFrame) -> pd.DataFrame:
    told = lines.rename(columns={"_file": "file"}).reindex(columns=list(COLUMNS["lines.csv"]))
    return told.assign(amount=_major(lines["amount"]))


def _readme(audit: MonthAudit, evidence: Evidence, tables: dict[str, pd.DataFrame], lang: Lang) -> str:
    month, settings = audit.month, audit.workspace.settings
    lines = [f"# {_TITLE.of(lang)} {month}", "", _HOW.of(lang), "", _FORM.of(lang), ""]
    for name, frame in tables.items():
        lines += [f"## {name}", "", f"{TABLES[name].of(lang)} ({len(frame):,})", ""]
        lines += [*(f"- `{c}`: {describe_column(name, str(c)).of(lang)}" for c in frame.columns), ""]
    lines += [f"## {_RULES_.of(lang)}", ""]
    lines += [*(f"{n}. {rule.of(lang)}" for n, rule in enumerate(audit.crediting_rule, 1)), "", _BY_RULE.of(lang), ""]
    lines += [f"- `{name}`: {RULES[name].of(lang)} → {n}" for name, n in evidence.rules.items()] + [""]
    for scheme in audit.settlement.schemes:
        lines += [f"### {scheme.title.of(lang)} ({scheme.id})", "", *(f"- {s}" for s in render_sentences(scheme, lang))]
        lines += [""]
    left = [p.name for p in audit.workspace.schemes if p not in _in_force(audit)]
    lines += [f"{_NOT_IN_FORCE.of(lang)} {', '.join(left)}", ""] if left else []
    lines += [f"{_ITEMS.of(lang)}", ""]
    lines += [f"- {item}: {_pays(names).of(lang)}" for item, names in settings.payroll_items.items()]
    return "\n".join(lines) + "\n"


def _pays(names: Sequence[str]) -> Text:
    if not names:
        return Text("no scheme pays it; not compared with one", "非方案发放，不与方案核对")
    if tuple(names) == ("roster.base_pay",):
        return Text("no scheme pays it; compared with the base pay of the roster", "非方案发放，与花名册底薪核对")
    return Text(", ".join(names), "、".join(names))


_TITLE = Text("What every amount rests on,", "每笔金额的依据：")
_RULES_ = Text("The rules", "规则")
_ITEMS = Text("Payroll items and what each pays:", "工资项目及其对应：")
_HOW = Text(
    "To redo everybody's pay: (1) `orders.csv`, the rows that have this `agent`: `amount` less `refund_netted` is what "
    "an order counts for; `credit` inquiry adds up to `sales`, reminder to `reminder_sales`, offline to "
    "`offline_sales` in `measures.csv`. (2) `inquiries.csv`, the rows that have this `agent`: those that are their own "
    "`counted_as` are `inquiries`, those of them with `buyer` 1 are `buyers`. (3) Put the measures, added up over the "
    "rows of a spell, into the rules below: the result is the amount in `ledger.csv`, whose `sentence` shows the sum. "
    "(4) Amounts of one payroll item add up to `recomputed` in `reconciliation.csv`. Which inquiry an order follows, "
    "and which refunds are taken off it, is redone from `made_at`, `inquiries.csv` and `refunds.csv`. To begin with "
    "the raw files instead, `columns.csv` says what each of their columns feeds.",
    "重算每个人薪酬的步骤：（1）取 `orders.csv` 中 `agent` 为本人的行，`amount` 减 `refund_netted` 为该订单计入的金额；"
    "`credit` 为 inquiry 的合计即 `measures.csv` 的 `sales`，reminder 即 `reminder_sales`，offline 即 `offline_sales`。"
    "（2）取 `inquiries.csv` 中 `agent` 为本人的行：`counted_as` 为自身的行数即 `inquiries`，其中 `buyer` 为 1 的即 "
    "`buyers`。（3）把同一任职段各行的指标相加，代入下列规则，结果就是 `ledger.csv` 中的金额，其 `sentence` 写出计算"
    "过程。（4）同一工资项目的金额之和即 `reconciliation.csv` 的 `recomputed`。订单归哪条询单、扣减哪些退款，可由 "
    "`made_at`、`inquiries.csv` 和 `refunds.csv` 重算。如从原始文件开始，`columns.csv` 说明其每一列的去向。",
)
_FORM = Text(
    "Money is in major units. Numbers of orders and inquiries are text: a spreadsheet that reads them as numbers loses "
    "digits. Ratios and averages are decimals, or fractions such as 1/3 where no decimal is exact. Customers stand as "
    "numbers, as they first come in the month's orders, then in its inquiries; the raw files, by `file` and `row`, "
    "tell who they are. Columns of measures in which nobody has a figure are left out.",
    "金额单位为元。订单号、询单号是文本，电子表格若读成数字会丢失末位。比率和平均数为小数，小数不能精确表示的写成分数"
    "（如 1/3）。"
    "客户以编号表示，先按本月订单、再按询单中出现的先后编号；凭 `file` 和 `row` 可在原始文件中查到是谁。"
    "所有人都没有数值的指标列不列出。",
)
_BY_RULE = Text("Which rule decided, by `source_rule` in `orders.csv`:", "`orders.csv` 的 `source_rule` 所对应的规则：")
_NOT_IN_FORCE = Text("Schemes not in force in this month, left out:", "本月未生效、未列入的方案：")
TABLES = {
    "measures.csv": Text(
        "the month's measures by person, spell, shop and channel, also of people whom no scheme pays; where a daily "
        "report stands in for the list of inquiries they are the report's",
        "本月指标，按人员、任职段、店铺和渠道，含不按方案计薪的人员；以日报代替询单明细之处为日报数字",
    ),
    "orders.csv": Text("the month's orders: whose each is, why, and where it was read", "本月订单：归属、依据、出处"),
    "inquiries.csv": Text("the rows of the month's list of inquiries", "本月询单明细的各行"),
    "refunds.csv": Text("the refunds of these orders", "这些订单的退款"),
    "ledger.csv": Text("every amount with the sentence of its sum", "每笔金额及其计算说明"),
    "lines.csv": Text("every line of the pay run", "本次发放的全部工资明细"),
    "reconciliation.csv": Text("what was paid beside what is due", "实发与应发对照"),
    "sources.csv": Text(
        "the files imported, with their SHA-256 and what became of their rows", "导入的文件、SHA-256 及各行去向"
    ),
    "columns.csv": Text("which header of which kind of file feeds what", "各类文件的表头与去向"),
}
