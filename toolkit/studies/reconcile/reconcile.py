"""Payroll against the rules: each difference of an agent and item, its class, and the sentence that explains it.

Classes are tried in the order of `CAUSES`; the first that explains an amount is its class, and all others that explain
it too are named: one number often fits several causes. Hypotheses must give what was paid to the cent; ROUNDING takes
what is left within the band. Amounts are integer minor units.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from toolkit.core.errors import InputError, check_language
from toolkit.core.figures import counted
from toolkit.core.findings import Finding, Severity, by_gravity
from toolkit.core.money import format_money
from toolkit.core.period import Month
from toolkit.core.text import Lang, Text
from toolkit.rules.lint.unknown_names import unknown_names
from toolkit.rules.scheme.loading import read_scheme
from toolkit.rules.settle.files import read_measures, require_month
from toolkit.studies.reconcile import sentences as say
from toolkit.studies.reconcile.causes import CAUSES, Fit, Hypothesis, hypotheses, hypotheses_of_two
from toolkit.studies.reconcile.due import (
    AmountsDue,
    Key,
    PaymentCase,
    check_items,
    due_for,
    names_of,
    narrow,
    pay_items,
)
from toolkit.studies.reconcile.item_names import likeliest
from toolkit.studies.reconcile.order_credit import moved_orders
from toolkit.studies.reconcile.patterns import across_people, is_split
from toolkit.studies.reconcile.pay_run import (
    PayRun,
    Stranger,
    find_strangers,
    fixed_pay,
    not_looked_at,
    pay_run,
    unknown_items,
)
from toolkit.studies.reconcile.payroll_lines import PayrollAmount, add_up, read_payroll

NOTHING = PayrollAmount(0, 0, 0, (), Text("", ""))
COLUMNS = (
    *("agent", "item", "paid", "recomputed", "difference", "class", "also_fits"),
    *("sentence_en", "sentence_zh", "source_en", "source_zh", "earned_month"),
)


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """A month's payroll held against the rules.

    Parameters
    ----------
    month : the month earned.
    table : one row an agent and item that was paid or is due, columns `COLUMNS`; largest difference first. Lines of
        the pay run that were earned in other months, or paid to somebody who cannot be paid, have rows of their own.
    run : every line of the pay run.
    notes : what else payroll holds, what was not compared or could not be tried.
    """

    month: Month
    table: pd.DataFrame
    run: PayRun
    notes: tuple[Finding, ...] = ()

    def __repr__(self) -> str:
        wrong = counted(int((self.table["class"] != "MATCH").sum()), "difference")
        notes = counted(len(self.notes), "note")
        return f"<Reconciliation {self.month}: {counted(len(self.table), 'line')}, {wrong}, {notes}>"

    @property
    def summary(self) -> pd.DataFrame:
        """One row a class in the order of decision: class, people, lines (agents x items), difference, absolute."""
        groups = self.table.assign(absolute=self.table["difference"].abs()).groupby("class")
        sums = groups.agg(
            people=("agent", "nunique"),
            lines=("agent", "size"),
            difference=("difference", "sum"),
            absolute=("absolute", "sum"),
        )
        return sums.reindex([c for c in CAUSES if c in sums.index]).rename_axis("class").reset_index()

    @property
    def text(self) -> Text:
        """The verdict."""
        return say.verdict(self.table)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """One a class of differences, and the notes; gravest first."""
        return tuple(by_gravity([*_by_class(self.summary, str(self.month)), *self.notes]))

    def to_frame(self, lang: Lang = "en") -> pd.DataFrame:
        """Return the table in file form: money as text in major units, the sentence in `lang`."""
        check_language(lang)
        frame = self.table.assign(
            also_fits=self.table["also_fits"].map(" ".join),
            sentence=self.table[f"sentence_{lang}"],
            source=self.table[f"source_{lang}"],
        )
        for column in ("paid", "recomputed", "difference"):
            frame[column] = [format_money(int(v), thousands=False) for v in frame[column]]
        first = ["agent", "item", "paid", "recomputed", "difference", "class", "sentence"]
        return frame[[*first, "also_fits", "source", "earned_month"]].astype("str")


def reconcile(case: PaymentCase, payroll: pd.DataFrame, *, band_fen: int = 1) -> Reconciliation:
    """Compare the pay lines of a month with what the rules give.

    Parameters
    ----------
    payroll : rows of the canonical table `payroll`, of any months.
    band_fen : the largest difference that counts as rounding.

    Raises
    ------
    UsageError
        If an item stands for a component that does not exist.
    InputError
        If the rules cannot be paid on the measures.
    """
    check_items(case.schemes, case.items)
    run = pay_run(payroll, str(case.month), case.items)
    lines = add_up(run.of("compared"))
    due = due_for(case, case.month)
    keys = sorted({k for k, amount in due.amounts.items() if amount} | set(lines))
    open_ = {k: paid for k in keys if (paid := lines.get(k, NOTHING)).total != due.amounts.get(k, 0)}
    fits, not_tried = _explanations(case, due, open_, band_fen)
    payable = {agent for (agent, _), amount in due.amounts.items() if amount}
    strangers = {} if case.roster is None else find_strangers(run, case.roster, payable)
    decided = [(key, _decide(key, due, lines.get(key, NOTHING), fits, strangers.get(key[0]), band_fen)) for key in keys]
    rows = [_row(case, due, lines, key, decision) for key, decision in decided]
    rows += [*_fixed_pay_of_strangers(case, run, strangers), *_other_months(case, run, strangers)]
    return Reconciliation(case.month, _table(rows), run, tuple(_notes(case, due, run, strangers, not_tried)))


def _explanations(
    case: PaymentCase, due: AmountsDue, open_: Mapping[Key, PayrollAmount], band: int
) -> tuple[dict[tuple[Key, int], list[Fit]], list[Hypothesis]]:
    """Return by agent, item and amount what gives this amount, and the hypotheses that could not be paid.

    Of lines with copies both amounts are asked about: all lines together, and without the copies.
    """
    if not open_:
        return {}, []
    asked = {(k, amount) for k, paid in open_.items() for amount in (paid.total, paid.total - paid.copies)}
    asked -= {(k, due.amounts.get(k, 0)) for k in open_}
    fits: dict[tuple[Key, int], list[Fit]] = {ask: [] for ask in sorted(asked)}
    owed = {k: due.amounts.get(k, 0) for k in open_}
    for (key, amount), found in fits.items():
        if key in due.corrections and amount == owed[key] - due.corrections[key]:
            found.append(Fit("CORRECTION", say.without_correction(due.corrections[key])))
    small = narrow(case, {agent for agent, _ in open_})
    not_tried = _try(small, hypotheses(small), fits, due)
    for key, shared in across_people(open_, owed, band).items():
        fits[key, open_[key].total] += shared
    moving = {k: p.total for k, p in open_.items() if abs(p.total - due.amounts.get(k, 0)) > band}
    for proved in moved_orders(small, due, moving) if moving else ():
        for key in proved.move.keys:
            fits[key, moving[key]].append(Fit("CREDIT", proved.move.label, proved.dues))
    left = {(k, a): found for (k, a), found in fits.items() if not found and owed[k] and abs(a - owed[k]) > band}
    if left:
        few = narrow(replace(small, alternatives=()), {agent for (agent, _), _ in left})
        _try(few, hypotheses_of_two(few), left, due)
    return fits, not_tried


def _try(
    case: PaymentCase,
    asked: Iterator[Hypothesis],
    fits: Mapping[tuple[Key, int], list[Fit]],
    due: AmountsDue,
) -> list[Hypothesis]:
    """Add to `fits` the hypotheses that give an amount; return those that could not be paid."""
    not_tried: list[Hypothesis] = []
    for hypothesis in asked:
        try:
            dues = pay_items(case, hypothesis.schemes, hypothesis.measures, hypothesis.month)
        except InputError:
            not_tried.append(hypothesis)
            continue
        for (key, amount), found in fits.items():
            found += _fit(hypothesis, dues, key, amount, due)
    return not_tried


def _fit(hypothesis: Hypothesis, dues: AmountsDue, key: Key, amount: int, due: AmountsDue) -> list[Fit]:
    """Return the hypothesis if it gives the amount; another month's amount may also be paid on top of this one's.

    What corrects earlier months is due whatever the cause.
    """
    given, owed, label = dues.amounts.get(key), due.amounts.get(key, 0), hypothesis.label_of(key[0])
    late = due.corrections.get(key, 0)
    if hypothesis.cause != "TIMING" and given is not None and late:
        given += late - dues.corrections.get(key, 0)
        label = say.with_correction(label, late)
    if hypothesis.cause == "TIMING" and given and owed and amount == given + owed:
        return [Fit("TIMING", Text(f"{label.en} on top", f"另加{label.zh}"), dues)]
    if given != amount or not (amount or hypothesis.may_be_nothing):
        return []
    return [Fit(hypothesis.cause, label, None if hypothesis.labels else dues)]


@dataclass(frozen=True, slots=True)
class Decision:
    """The class of one amount with what explains it (`why`) and what explains it too."""

    cause: str
    why: Fit | None = None
    also: tuple[Fit, ...] = ()
    left: tuple[Fit, ...] = field(default=())


def _decide(
    key: Key,
    due: AmountsDue,
    paid: PayrollAmount,
    fits: Mapping[tuple[Key, int], list[Fit]],
    stranger: Stranger | None,
    band: int,
) -> Decision:
    """Return the class of one agent and item by the order of decision."""
    owed = due.amounts.get(key, 0)
    if stranger is not None and (owed or any(paid.amounts)):  # a line of nothing pays nobody
        return Decision(stranger.cause, Fit(stranger.cause, stranger.why))
    if paid.total == owed:
        return Decision("SPLIT" if is_split(paid, due, key) else "MATCH")
    found = sorted(fits.get((key, paid.total), []), key=lambda f: CAUSES.index(f.cause))
    if abs(paid.total - owed) <= band:
        found.append(Fit("ROUNDING", Text("rounding", "舍入")))
    if found and found[0].cause in ("SWAPPED", "CORRECTION"):
        return Decision(found[0].cause, found[0], tuple(found[1:]))
    rest = paid.total - paid.copies
    if paid.copies and abs(rest - owed) < abs(paid.total - owed):
        return Decision("DUPLICATE", None, tuple(found), tuple(fits.get((key, rest), [])))
    if not paid.total:
        return Decision("DUE_NOT_PAID", None, tuple(found))
    if not owed:
        return Decision("PAID_NOT_DUE", None, tuple(found))
    return Decision(found[0].cause, found[0], tuple(found[1:])) if found else Decision("UNEXPLAINED")


def _row(
    case: PaymentCase, due: AmountsDue, lines: Mapping[Key, PayrollAmount], key: Key, decision: Decision
) -> dict[str, object]:
    paid, owed = lines.get(key, NOTHING), due.amounts.get(key, 0)
    account = say.ItemDifference(key, case.month, paid, owed, due, decision.cause)
    sentence = say.sentence(account, decision.why, decision.also, decision.left)
    also = [f.cause for f in decision.also if f.cause != decision.cause]
    return _as_row(key, paid, owed, decision.cause, sentence, str(case.month), tuple(dict.fromkeys(also)))


def _as_row(
    key: Key, paid: PayrollAmount, owed: int, cause: str, sentence: Text, month: str, also: tuple[str, ...] = ()
) -> dict[str, object]:
    values = (*key, paid.total, owed, paid.total - owed, cause, also)
    texts = (sentence.en, sentence.zh, paid.source.en, paid.source.zh, month)
    return dict(zip(COLUMNS, (*values, *texts), strict=True))


def _fixed_pay_of_strangers(
    case: PaymentCase, run: PayRun, strangers: Mapping[str, Stranger]
) -> Iterator[dict[str, object]]:
    """Yield the lines that no scheme pays of those who cannot be paid; what is taken from them is not paid to them."""
    unpaid = run.lines["status"].isin(["fixed", "unknown"]) & run.lines["taken"].isna()
    rows = run.lines[unpaid & run.lines["agent"].isin(list(strangers))]
    for key, paid in add_up(rows[rows["amount"] != 0]).items():
        stranger = strangers[key[0]]
        yield _as_row(key, paid, 0, stranger.cause, say.to_stranger(paid, stranger.why), str(case.month))


def _other_months(case: PaymentCase, run: PayRun, strangers: Mapping[str, Stranger]) -> Iterator[dict[str, object]]:
    """Yield the lines earned in other months, each held against what is still due for its month."""
    for earned, rows in run.of("other_month").groupby("earned_month", sort=True):
        month = Month.read(str(earned))
        known = str(month) in set(case.measures["month"]) and month <= case.month
        due = due_for(case, month) if known and case.in_force(month) else None
        before = add_up(run.elsewhere[run.elsewhere["earned_month"] == earned])
        told = bool(before) or (due is not None and _is_a_run(rows, due))
        for key, paid in add_up(rows).items():
            stranger, done = strangers.get(key[0]), before.get(key, NOTHING).total
            owed = due.amounts.get(key, 0) if due is not None and told else None
            left = 0 if owed is None else owed - done
            if stranger is not None and stranger.cause == "NOT_ON_ROSTER":
                yield _as_row(key, paid, 0, stranger.cause, say.to_stranger(paid, stranger.why), str(month))
            else:
                cause = "MATCH" if owed is not None and paid.total == left else "OTHER_MONTH"
                yield _as_row(key, paid, left, cause, say.for_another_month(paid, month, owed, done), str(month))


def _is_a_run(rows: pd.DataFrame, due: AmountsDue) -> bool:
    """Say whether lines of another month are its own pay run, without a month of payment, and not a few added lines."""
    dated = rows["pay_month"].fillna("").ne("").any() if "pay_month" in rows else False
    payees = {agent for (agent, _), amount in due.amounts.items() if amount}
    return not dated and 2 * len(payees & set(rows["agent"])) > len(payees) > 0


def _table(rows: list[dict[str, object]]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=list(COLUMNS)).astype(
        {c: "int64" if c in ("paid", "recomputed", "difference") else "str" for c in COLUMNS if c != "also_fits"}
    )
    order = table["difference"].abs().sort_values(ascending=False, kind="stable").index
    return table.loc[order].reset_index(drop=True)


def _by_class(summary: pd.DataFrame, month: str) -> Iterator[Finding]:
    for cause, people, _, difference, _ in summary.itertuples(index=False):
        if cause != "MATCH":
            severity: Severity = "info" if cause == "ROUNDING" else "review"
            code = "payroll-" + cause.lower().replace("_", "-")
            evidence = {"people": int(people), "difference": int(difference)}
            yield Finding(code, severity, cause, say.class_text(cause, people, difference), month, evidence)


def _notes(
    case: PaymentCase, due: AmountsDue, run: PayRun, strangers: Mapping[str, Stranger], not_tried: list[Hypothesis]
) -> Iterator[Finding]:
    month = str(case.month)
    yield from unknown_items(run, case.items)
    yield from fixed_pay(run, case.items, case.roster, strangers)
    yield from not_looked_at(run, case.roster)
    titles = {
        f"{s.id}.{c.id}": (c.id, *((c.title.en, c.title.zh) if c.title else ()))
        for s in case.schemes
        for c in s.components
    }
    unnamed = sorted(set(run.of("unknown")["item"]))
    for name, (people, total) in due.without_item().items():
        text = say.without_item(name, people, total, likeliest(titles.get(name, ()), unnamed), bool(case.items))
        yield Finding("component-without-item", "review", name, text, month, {"people": people, "amount": total})
    for hypothesis in not_tried:
        yield Finding("cause-not-tried", "info", hypothesis.cause, say.not_tried(hypothesis.label), month)


def reconcile_files(
    scheme: Path, measures: Path, payroll: Path, month: str, band_fen: int = 1, fixed: Collection[str] = ()
) -> Reconciliation:
    """Reconcile plain files: one scheme, one measures file, one payroll file whose items are component ids or titles.

    Parameters
    ----------
    month : the month earned, ``YYYY-MM``; pay lines without a month count as earned in it.
    fixed : items that no scheme pays, such as base pay; every other item must be a component's.

    Raises
    ------
    InputError
        If a file cannot be used, or the measures have no row of `month`.
    UsageError
        If the scheme is not in force in `month`.
    """
    rules = read_scheme(scheme)
    items = {name.partition(".")[2]: (name,) for name in names_of([rules])}
    titles = {t: c.id for c in rules.components if c.title for t in (c.title.en, c.title.zh) if t not in items}
    figures = read_measures(measures, [rules])
    require_month(figures, month, str(measures))
    lines, noticed = read_payroll(payroll, month)
    case = PaymentCase(Month.parse(month), (rules,), figures, items | dict.fromkeys(fixed, ()))
    result = reconcile(case, lines.assign(item=lines["item"].replace(titles)), band_fen=band_fen)
    return replace(result, notes=(*unknown_names(rules, figures), *noticed, *result.notes))
