"""Checks on what a workspace lacks before anything can be found in its data; each says the next step."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.core.findings import Finding, Severity, listed
from toolkit.core.text import LANGUAGES, Text
from toolkit.data.checks.context import TableCache
from toolkit.data.importing.accounting import reason_of
from toolkit.data.tables.states import last_imports

EVENTS = ("inquiries", "orders", "agent_days")


def nothing_imported(books: TableCache) -> Iterator[Finding]:
    """No table of what happened has a row."""
    if all(books.table(name).empty for name in EVENTS):
        root = books.workspace.root
        en = f"no export is imported yet; next: incentive import FILE... --into {root}"
        yield _lacking(
            "nothing-imported",
            "review",
            Text(en, f"还没有导入任何报表；下一步：incentive import 文件... --into {root}"),
        )


def nobody_known(books: TableCache) -> Iterator[Finding]:
    """Something happened, and nobody's role, shop or team is known."""
    if books.table("assignments").empty and not all(books.table(name).empty for name in EVENTS):
        en = "nobody's role and shop are known; next: import HR's list of assignments (agent, name, role, shop, from)"
        zh = "还不知道谁是什么岗位、在哪个店铺；下一步：导入人事的任职表（工号、姓名、岗位、店铺、开始日期）"
        yield _lacking("no-assignments", "review", Text(en, zh))


def no_schemes(books: TableCache) -> Iterator[Finding]:
    """There is no scheme to pay by."""
    if not books.workspace.schemes:
        folder = books.workspace.root / "schemes"
        en = f"there is no scheme to pay by; next: put a scheme file into {folder} (copy the nearest one of the shelf)"
        zh = f"没有可用来计发的方案；下一步：把方案文件放进 {folder}（可从样例方案中复制最接近的一份）"
        yield _lacking("no-schemes", "review", Text(en, zh))


def payroll_not_compared(books: TableCache) -> Iterator[Finding]:
    """Payroll is not imported, or no item of it is said to be a component's."""
    items, lines = books.workspace.settings.payroll_items, books.table("payroll")
    if lines.empty:
        en = "no payroll is imported: nothing can be compared with it; next: import the payroll (agent, item, amount)"
        zh = "没有导入工资表：无法核对；下一步：导入工资表（工号、项目、金额）"
        yield _lacking("no-payroll", "info", Text(en, zh))
    if not items:
        found = listed(sorted(lines["item"].dropna().unique()))
        there = Text(f" (the payroll has {found})", f"（工资表有：{found}）") if found else Text("", "")
        text = Text(
            f"payroll_items is empty: no item of the payroll is compared{there.en}; next: write in workspace.yaml "
            "which component each item pays, [] for what no scheme pays, e.g. "
            "payroll_items: {提成: [scheme.component], 餐补: []}",
            f"payroll_items 为空：工资表没有一项会核对{there.zh}；下一步：在 workspace.yaml 写明每个工资项目发的是"
            "哪个方案的哪个组成部分，不由方案发放的写 []，例如 "
            "payroll_items: {提成: [方案的 scheme.组成部分的 id], 餐补: []}",
        )
        yield _lacking("no-payroll-items", "info" if lines.empty else "review", text)


def rows_rejected(books: TableCache) -> Iterator[Finding]:
    """Rows that no import has accepted yet: of payroll or opening balances they stop it: it may be anybody's pay."""
    for file, told in sorted(last_imports(books.workspace).items()):
        if not told["rejected"]:
            continue
        pays = bool({"payroll", "opening"} & {*told["tables"], *told["maps"]})
        reasons = [(reason_of(r["column"], r["reason"]), r["rows"]) for r in told["rejected_by"]]
        en, zh = (", ".join(f"{reason.of(lang)} ({rows})" for reason, rows in reasons) for lang in LANGUAGES)
        n, where = int(told["rejected"]), str(told["rejects_file"])
        yield Finding(
            "rows-rejected",
            "stop" if pays else "review",
            file,
            Text(
                f"{n} {'row' if n == 1 else 'rows'} of {file} {'is' if n == 1 else 'are'} not in the tables "
                f"({en}): correct {where} and import it.",
                f"{file} 有 {n} 行未入库（{zh}）：请更正 {where} 后导入。",
            ),
            evidence={"n": n, "rejects": where, "lost": told.get("lost", [])},
        )


def _lacking(code: str, severity: Severity, message: Text) -> Finding:
    return Finding(code, severity, "", message)
