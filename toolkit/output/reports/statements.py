"""Statements: one page a person, what it is printed from, and the workbook for mail merge; nothing of others in any.

A person's files are named by the employee id. Each file is written whole or not at all; who could not be told is named.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from re import Pattern

import pandas as pd

from toolkit.core.errors import InputError, MissingToolError, Problem, ToolkitError
from toolkit.core.money import format_money, priced
from toolkit.core.text import LANGUAGES, Lang, Text
from toolkit.data.tables.storage import publish_bytes
from toolkit.output.publish.page import make_page
from toolkit.output.publish.pdf import make_pdf
from toolkit.output.publish.privacy import pattern_of_others, without_others
from toolkit.output.render import blocks
from toolkit.output.render.html import Html, tag
from toolkit.output.render.tables import TableColumn, render_table
from toolkit.output.render.workbook import WorkbookSheet, write_workbook
from toolkit.output.reports.editions import folder_name
from toolkit.output.reports.evidence import ORDER_COLUMNS, said_orders
from toolkit.output.reports.payroll_sheet import NAME, NUMBER, people_table
from toolkit.rules.explain.ledger_text import LedgerStep
from toolkit.rules.explain.person import status_of
from toolkit.rules.explain.scheme_text import render_sentences
from toolkit.rules.explain.what_if import Estimate
from toolkit.studies.audit.statement import Statement, StatementLine, StatementMonth
from toolkit.studies.reconcile.pay_out import pay_by_component

WORKBOOK, PACKET = "statements.xlsx", "-packet.xlsx"
TITLE = Text("Statement of incentive pay", "激励薪酬说明")
EARNED, TAKEN, HELD = (
    Text("What you earned", "应得"),
    Text("What was taken, and why", "扣减及原因"),
    Text("What is held back, and when it comes", "暂缓发放及发放时间"),
)
MEASURES = Text("Your figures and those of the month before", "本月与上月数据")
MORE = Text("What a small change would have paid", "如果业绩略好，可多得多少")
STEP_NAMES = {
    "limit": Text("Cap", "封顶"),
    "fund": Text("Fund", "奖金总额控制"),
    "guarantee": Text("Guarantee", "保底"),
    "rounding": Text("Rounding", "取整"),
    "adjustment": Text("Limits and guarantees, corrected", "限额和保底更正"),
    "recovery": Text("Guarantee, paid back", "保底扣回"),
}


@dataclass(frozen=True, slots=True)
class StatementFiles:
    """What was written.

    Parameters
    ----------
    people : how many have a statement.
    failed : who has none, by the name shown, and why.
    notes : what is missing of the others.
    """

    folder: Path
    people: int
    failed: dict[str, Text] = field(default_factory=dict)
    notes: tuple[Text, ...] = ()


def write_statements(
    month: StatementMonth, folder: Path, lang: Lang, agents: Sequence[str] | None = None
) -> StatementFiles:
    """Write the statements of a month below `folder`, readable for its owner only, and return what became of them.

    Parameters
    ----------
    agents : whose; everybody's by default, which also takes away the files of a run before.

    Raises
    ------
    InputError
        If an id gives no file name of its own.
    """
    names = file_names(month.people)
    place = folder / str(month.settlement.month) / lang
    for one in (folder, place.parent, place):
        one.mkdir(mode=0o700, exist_ok=True)
    written, failed, notes = {place / WORKBOOK}, dict[str, Text](), dict[Text, None]()
    wanted = list(month.people if agents is None else agents)
    for agent in wanted:
        try:
            written |= set(_write_one(month, agent, place / names[agent], lang, notes))
        except Exception as error:  # whatever is wrong with one must not hide the others
            internal = Text(f"internal error: {type(error).__name__}", f"内部错误：{type(error).__name__}")
            words = error.message if isinstance(error, ToolkitError) else internal
            shown = month.names.get(agent, agent)
            failed[shown if shown == agent else f"{shown} ({agent})"] = (
                words if isinstance(words, Text) else Text(words, words)
            )
    out = pay_by_component(month.settlement.rows)
    frame, columns = people_table(out, month.names, component_names(month))
    write_workbook(place / WORKBOOK, [WorkbookSheet(TITLE, frame, columns)], lang)
    stems = [names[agent] for agent in wanted]
    for path in [p for s in stems for p in (place / f"{s}{end}" for end in (".html", ".pdf", PACKET))] + (
        list(place.iterdir()) if agents is None else []
    ):
        if path not in written:
            path.unlink(missing_ok=True)
    return StatementFiles(place, len(wanted) - len(failed), failed, tuple(notes))


def file_names(agents: Sequence[str]) -> dict[str, str]:
    """Return the name of each person's files: the id without what no file name holds.

    Raises
    ------
    InputError
        If an id leaves nothing, or two leave the same; all of them.
    """
    names = {agent: folder_name(agent).rstrip(". ") for agent in agents}
    alike = [name.casefold() for name in names.values()]
    problems = [
        Problem("assignments", Text(f"the id {a!r} gives no file name of its own", f"工号 {a!r} 不能作为文件名"),
                fix=Text("give the person another id", "请更换工号"), code="no-file-name")
        for a, name in names.items() if not name or alike.count(name.casefold()) > 1
    ]  # fmt: skip
    if problems:
        raise InputError(problems)
    return names


def component_names(month: StatementMonth) -> dict[str, Text]:
    """Return what ``scheme.component`` and ``scheme.step`` are called; with the scheme where two are called alike."""
    found: dict[str, tuple[Text, Text]] = {}
    for scheme in month.settlement.schemes:
        titles = {c.id: c.title or Text(c.id, c.id) for c in scheme.components} | STEP_NAMES
        found |= {f"{scheme.id}.{name}": (title, scheme.title) for name, title in titles.items()}
    alike = [title for title, _ in found.values()]
    return {
        name: title if alike.count(title) == 1 else Text(f"{title.en} ({scheme.en})", f"{title.zh}（{scheme.zh}）")
        for name, (title, scheme) in found.items()
    }


def _write_one(month: StatementMonth, agent: str, stem: Path, lang: Lang, notes: dict[Text, None]) -> Iterator[Path]:
    """Write one person's files and yield their paths; what is missing of them goes into `notes`."""
    statement = month.of(agent)
    orders = month.orders_of(agent)
    others = pattern_of_others(month.others(agent), [*statement.places, statement.name, agent])
    full, short = (statement_page(month, statement, others, lang, worked=worked) for worked in (True, False))
    page = make_page(tag("article", *full, class_="statement"), lang)
    publish_bytes(path := stem.with_name(f"{stem.name}.html"), page.encode())
    yield path
    try:
        printed, n_pages = make_pdf(page)
        for parts in (full, short):  # what does not fit on a page is set closer, then without the sums of what-ifs
            if n_pages > 1:
                printed, n_pages = make_pdf(make_page(tag("article", *parts, class_="statement compact"), lang))
        publish_bytes(path := stem.with_name(f"{stem.name}.pdf"), printed)
        yield path
        if n_pages > 1:
            notes[Text("Some statements are longer than one page.", "有的说明超过一页。")] = None
    except MissingToolError as error:
        notes[error.message if isinstance(error.message, Text) else Text(error.message, error.message)] = None
    if orders is not None:
        yield _write_packet(month, statement, orders, stem.with_name(f"{stem.name}{PACKET}"), others, lang)


def statement_page(
    month: StatementMonth, s: Statement, others: Pattern[str] | None, lang: Lang, *, worked: bool = True
) -> list[Html]:
    """Return the blocks of one person's page, in their order; `worked` with the sums of what would have paid more."""
    total = priced(format_money(s.pay.total), s.pay.currency)
    due = Text(f"Due to you for {s.pay.month}: {total.en}", f"{s.pay.month} 应发合计：{total.zh}")
    return [
        _head(month, s, lang),
        blocks.verdict(due, "good", lang, [*_sum(s), _apart(month)]),
        _lines(s, s.earned, EARNED, others, lang),
        *(_lines(s, lines, title, others, lang) for lines, title in ((s.taken, TAKEN), (s.held, HELD)) if lines),
        _measures(month, s, others, lang),
        *_more(s, others, lang, worked),
        blocks.paragraph(_ask(month), lang),
    ]


def _head(month: StatementMonth, s: Statement, lang: Lang) -> Html:
    facts: list[tuple[Text, Text | str]] = [(NAME, s.name), (NUMBER, s.agent)]
    if s.places:
        facts.append((Text("Shop, team", "店铺、小组"), Text(", ".join(s.places), "、".join(s.places))))
    if month.data_until is not None:
        facts.append((Text("Data up to", "数据截至"), str(month.data_until)))
    for title, day in month.acknowledged(s.agent):
        said = Text(f"acknowledged on {day}", f"{day} 已确认") if day else Text("not acknowledged yet", "尚未确认")
        facts.append((Text("Scheme", "方案"), Text(f"{title.en}: {said.en}", f"{title.zh}：{said.zh}")))
    when = month.settlement.month
    subtitle = Text(f"Earned in {when}", f"{when.year}年{when.number}月")
    return blocks.head(TITLE, subtitle, facts, lang)


def _sum(s: Statement) -> Iterator[Text]:
    """Yield the sum from what was earned to what is due, where something was taken or held back."""
    if s.taken or s.held:
        earned, taken, held = (format_money(abs(_together(lines))) for lines in (s.earned, s.taken, s.held))
        total = format_money(s.pay.total)
        yield Text(
            f"Earned {earned} − taken {taken} − held back {held} = {total}.",
            f"应得 {earned} − 扣减 {taken} − 暂缓发放 {held} = {total}。",
        )


def _together(lines: Sequence[StatementLine]) -> int:
    return sum(line.amount for line in lines)


def _apart(month: StatementMonth) -> Text:
    titles = list(dict.fromkeys(scheme.title for scheme in month.settlement.schemes))
    en, zh = ", ".join(t.en for t in titles), "、".join(f"《{t.zh}》" for t in titles)
    return Text(
        f"Scheme: {en}. Base pay, social insurance and tax are not part of it.",
        f"方案：{zh}。不含底薪、社保和个税。",
    )


def _lines(s: Statement, lines: Sequence[StatementLine], title: Text, others: Pattern[str] | None, lang: Lang) -> Html:
    """Show ledger rows, each with the sentence that redoes its sum, and what they add up to."""
    unit = priced("", s.pay.currency)
    rows = [
        (*_headed(without_others(x.step.text, others).of(lang), lang), _note(x.step).of(lang), x.amount) for x in lines
    ]
    frame = pd.DataFrame(rows, columns=["item", "sentence", "note", "amount"])
    columns = [
        TableColumn("item", Text("Item", "项目")),
        TableColumn("note", Text("Note", "说明")),
        TableColumn("amount", Text(f"Amount ({unit.en.strip()})", f"金额（{unit.zh.strip()}）"), "money"),
        TableColumn("sentence", Text("", ""), "sentence"),
    ]
    total = {"item": Text("Total", "合计").of(lang), "amount": _together(lines)}
    return render_table(frame, columns, title, lang, total=total)


def _note(step: LedgerStep) -> Text:
    """Say what became of a row that is not simply paid."""
    return Text("", "") if step.status == "paid" and step.amount >= 0 else status_of(step)


def _headed(sentence: str, lang: Lang) -> tuple[str, str]:
    """Return what a sentence is about, and the rest of it."""
    head, colon, rest = sentence.partition("：" if lang == "zh" else ": ")
    return (head, rest) if colon else ("", sentence)


def _measures(month: StatementMonth, s: Statement, others: Pattern[str] | None, lang: Lang) -> Html:
    rows = [(m.label.of(lang), m.value.of(lang), m.before.of(lang) or "–") for m in s.measures]
    now, before = str(month.settlement.month), str(month.settlement.month.shift(-1))
    columns = [
        TableColumn("label", Text("Figure", "数据")),
        TableColumn("now", Text(now, now)),
        TableColumn("before", Text(before, before)),
    ]
    frame = pd.DataFrame(rows, columns=[c.name for c in columns])
    table = tag("div", render_table(frame, columns, MEASURES, lang), class_="values")
    won = [without_others(text, others) for text in s.winners]
    return tag("div", table, blocks.notes(won, lang) if won else None)


def _more(s: Statement, others: Pattern[str] | None, lang: Lang, worked: bool) -> Iterator[Html]:
    """Yield what more would have paid, each assumption once above what rests on it."""
    if s.more:
        yield tag("h3", MORE.of(lang))
    for assumption, found in groupby(s.more, key=lambda one: one.assumption):
        yield blocks.notes([without_others(_worked(one) if worked else one.text, others) for one in found], lang)
        said = without_others(Text(f"Assumed: {assumption.en}.", f"假设：{assumption.zh}。"), others)
        yield tag("p", said.of(lang), class_="note")


def _worked(one: Estimate) -> Text:
    """Return what one change would have paid, and how the rows would read that would be others."""
    rows = [text for text, _ in one.moves]
    return Text(
        " ".join([one.text.en, *(f"It would read: {row.en}" for row in rows)]),
        "".join([one.text.zh, *(f"届时：{row.zh}" for row in rows)]),
    )


def _ask(month: StatementMonth) -> Text:
    settings = month.workspace.settings.statements
    until = month.settlement.month.shift(1).start.replace(day=settings.until_day)
    return Text(
        f"Is something wrong or missing? Ask {settings.ask.en} by {until}, that day included.",
        f"如有疑问或遗漏，请在 {until}（含当日）之前联系{settings.ask.zh}。",
    )


def _write_packet(
    month: StatementMonth, s: Statement, orders: pd.DataFrame, path: Path, others: Pattern[str] | None, lang: Lang
) -> Path:
    """Write what a dispute is about: the person's own orders with rule and place, and the rules in words."""
    own = month.accounts_of(s.agent)
    told = said_orders(orders, lang)
    told["account"] = told["account"].where(told["account"].isin(list(own)))
    for name in ("file", "sheet"):
        told[name] = [without_others(Text(v, v), others).of(lang) if isinstance(v, str) else v for v in told[name]]
    rules = [text.of(lang) for text in month.crediting_rules]
    rules += [sentence for scheme in month.settlement.schemes for sentence in render_sentences(scheme, lang)]
    said = [without_others(Text(*(rule for _ in LANGUAGES)), others).of(lang) for rule in rules]
    paid = [
        (*_headed(without_others(x.step.text, others).of(lang), lang), x.amount) for x in (*s.earned, *s.taken, *s.held)
    ]
    lines = [
        TableColumn("item", Text("Item", "项目")),
        TableColumn("amount", Text("Amount", "金额"), "money"),
        TableColumn("sentence", Text("How it came about", "计算过程")),
    ]
    sheets = [
        WorkbookSheet(Text("Pay", "应发"), pd.DataFrame(paid, columns=["item", "sentence", "amount"]), lines),
        WorkbookSheet(Text("Orders", "订单"), told, [c for c in ORDER_COLUMNS if c.name != "person"]),
        WorkbookSheet(Text("Rules", "规则"), pd.DataFrame({"rule": said}), [TableColumn("rule", Text("Rule", "规则"))]),
    ]
    return write_workbook(path, sheets, lang)
