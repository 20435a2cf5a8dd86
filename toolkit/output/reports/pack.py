"""What an auditor needs to redo every sum without this toolkit: plain tables, the rules in words, a page on how.

One zip: README (how the tables hang together, the rules, the sources with their SHA-256), measures.csv, orders.csv,
lines.csv (the pay run), ledger.csv (every amount with its sentence), and the scheme files as they are. Money stands in
major units, customers as numbers of this month, people by their ids.
"""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from toolkit.core.money import format_money
from toolkit.core.text import Text
from toolkit.data.tables.states import read_journal
from toolkit.data.tables.storage import publish_bytes
from toolkit.output.render.workbook import csv_bytes
from toolkit.output.reports.evidence import ORDER_COLUMNS, RULES, customer_numbers
from toolkit.rules.explain.ledger_text import ledger_frame
from toolkit.rules.explain.scheme_text import render_sentences
from toolkit.rules.formula.dictionary import MEASURES, label

if TYPE_CHECKING:
    from toolkit.core.text import Lang
    from toolkit.studies.audit.month import MonthAudit

WRITTEN = datetime(2000, 1, 1).timetuple()[:6]
MONEY = {m.name for m in MEASURES if m.kind == "money"} | {"base_pay"}
MONEY |= {f"target_{name}" for name in MONEY}
_ORDER_MONEY = ("amount", "refund_netted", "refund_after")
_ORDERS = (
    *("order_id", "shop", "channel", "customer", "agent", "credit", "source_rule", "account", "inquiry_id"),
    *("asked_at", "paid_at", "earned_on", *_ORDER_MONEY, "counted", "file", "sheet", "row"),
)


def write_pack(audit: MonthAudit, path: Path, lang: Lang) -> Path:
    """Write the pack of an audit as one zip and return its path.

    Parameters
    ----------
    audit : of a month; with a shop, the pack is that of its people.
    path : where the zip is written, whole or not at all; readable for its owner only.
    """
    tables = {
        "measures.csv": _measures(audit),
        "orders.csv": _orders(audit),
        "ledger.csv": ledger_frame(audit.settlement.rows, lang),
    }
    if audit.reconciliation is not None:
        tables["lines.csv"] = _lines(audit.reconciliation.run.lines)
        tables["reconciliation.csv"] = audit.reconciliation.to_frame(lang)
    tables["sources.csv"] = _sources(audit)
    files = {name: csv_bytes(frame.map(_text)) for name, frame in tables.items()}
    files |= {f"schemes/{p.name}": p.read_bytes() for p in audit.workspace.schemes}
    files["README.md"] = _readme(audit, tables, lang).encode()
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name, WRITTEN), files[name])
    publish_bytes(path, target.getvalue())
    return path


def _text(value: object) -> str:
    return "" if pd.isna(value) else str(value)  # type: ignore[call-overload]


def _major(values: pd.Series) -> list[str]:
    return ["" if pd.isna(v) else format_money(int(v), thousands=False) for v in values]


def _measures(audit: MonthAudit) -> pd.DataFrame:
    cells = audit.settlement.cells.dropna(axis="columns", how="all")
    return cells.assign(**{c: _major(cells[c]) for c in cells.columns if c in MONEY})


def _orders(audit: MonthAudit) -> pd.DataFrame:
    orders = audit.orders.assign(customer=customer_numbers(audit.orders))
    return orders[list(_ORDERS)].assign(**{c: _major(orders[c]) for c in _ORDER_MONEY})


def _sources(audit: MonthAudit) -> pd.DataFrame:
    """Return the files imported, each as often as it was, with who, when, size and SHA-256."""
    rows = [
        (source["file"], source["sha256"], source["size"], entry["when"], entry["user"], entry["host"])
        for entry in read_journal(audit.workspace)
        for source in entry.get("sources", ())
    ]
    return pd.DataFrame(rows, columns=["file", "sha256", "bytes", "imported_at", "user", "host"])


def _lines(lines: pd.DataFrame) -> pd.DataFrame:
    columns = ["line_id", "agent", "item", "earned_month", "pay_month", "amount", "status", "sheet", "row"]
    return lines.reindex(columns=columns).assign(amount=_major(lines["amount"]))


def _readme(audit: MonthAudit, tables: dict[str, pd.DataFrame], lang: Lang) -> str:
    month, settings = audit.month, audit.workspace.settings
    lines = [f"# {_TITLE.of(lang)} {month}", "", _HOW.of(lang), ""]
    lines += [f"- `{name}`: {TABLES[name].of(lang)} ({len(frame):,})" for name, frame in tables.items()]
    lines += ["", f"## {_COLUMNS.of(lang)}", ""]
    lines += [f"- `{c}`: {label(str(c), lang)}" for c in tables["measures.csv"].columns]
    lines += ["", *(f"- `{c.name}`: {c.label.of(lang)}" for c in ORDER_COLUMNS if c.name in _ORDERS)]
    lines += [f"- `source_rule` = `{name}`: {text.of(lang)}" for name, text in RULES.items()]
    lines += ["", f"## {_RULES_.of(lang)}", "", *(f"- {text.of(lang)}" for text in audit.crediting_rule), ""]
    lines += [*(f"- {rule.of(lang)}" for rule in audit.crediting_rule), ""]
    for scheme in audit.settlement.schemes:
        lines += [f"### {scheme.title.of(lang)} ({scheme.id})", "", *(f"- {s}" for s in render_sentences(scheme, lang))]
        lines += [""]
    lines += [f"{_ITEMS.of(lang)}", ""]
    lines += [f"- {item}: {', '.join(names) or '–'}" for item, names in settings.payroll_items.items()]
    return "\n".join(lines) + "\n"


_TITLE = Text("What every amount rests on,", "每笔金额的依据：")
_COLUMNS = Text("Columns", "列")
_RULES_ = Text("The rules", "规则")
_ITEMS = Text("Payroll items and what each pays:", "工资项目及其对应：")
_HOW = Text(
    "All amounts are in major units. For each person: add up the rows of `orders.csv` that have this `agent`: `amount` "
    "less `refund_netted` is what the order counts for; `credit` = inquiry gives `sales`, reminder gives "
    "`reminder_sales`, offline gives `offline_sales` in `measures.csv` (rows by spell, shop and channel). Put the "
    "measures into the rules below; the result is the amount in `ledger.csv`, whose `sentence` shows the sum. Amounts "
    "of one payroll item add up to `recomputed` in `reconciliation.csv`.",
    "金额单位为元。对每个人：把 `orders.csv` 中 `agent` 为本人的行相加，`amount` 减 `refund_netted` 为该订单计入的"
    "金额；`credit` 为 inquiry 的合计即 `measures.csv`（按任职段、店铺、渠道分行）中的 `sales`，reminder 即 "
    "`reminder_sales`，offline 即 `offline_sales`。把指标代入下列规则，结果就是 `ledger.csv` 中的金额，其 `sentence` "
    "写出计算过程。同一工资项目的金额之和即 `reconciliation.csv` 的 `recomputed`。",
)
TABLES = {
    "measures.csv": Text("the month's measures by person, spell, shop and channel", "本月指标，按人员和店铺"),
    "orders.csv": Text("the month's orders: whose each is, why, and where it was read", "本月订单：归属、依据、出处"),
    "ledger.csv": Text("every amount with the sentence of its sum", "每笔金额及其计算说明"),
    "lines.csv": Text("every line of the pay run", "本次发放的全部工资明细"),
    "sources.csv": Text("the files imported, with their SHA-256", "导入的文件及其 SHA-256"),
    "reconciliation.csv": Text("what was paid beside what is due", "实发与应发对照"),
}
