"""Payroll with planted errors from the sample's generator, and what was planted held against what was found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from data_samples.generate import Size, draw_errors
from data_samples.generator import company, payroll, rota, scheme
from data_samples.generator.calendar import LAST_DAY, LAST_MONTH, first_day, months_to, shift_month, stream
from data_samples.generator.causes import CLASSES, COMMISSION, JUDGINGS, Case, open_case
from data_samples.generator.crediting import credit_orders
from data_samples.generator.measures import Month as Measured
from data_samples.generator.measures import measure
from data_samples.generator.scheme import pay
from data_samples.generator.settle import keep_books
from toolkit.core.period import Month
from toolkit.core.text import Text
from toolkit.rules.scheme.loading import parse_scheme
from toolkit.studies.reconcile.due import PaymentCase
from toolkit.studies.reconcile.reconcile import Reconciliation, reconcile

ITEMS = {"提成": ("presales.commission",), "催付提成": ("presales.reminder",), "达标奖": ("presales.target-bonus",)}
ACROSS_PEOPLE = ("SWAPPED", "SCALED", "ROUNDING_SKIM")  # the generator judges each person alone
OUTCOMES = ("found", "misclassified", "missed")


@dataclass(frozen=True, slots=True)
class Sample:
    """A month's books and payroll without any file.

    Parameters
    ----------
    case, payroll : what is reconciled.
    planted : the errors planted in the payroll.
    causes : the generator's own account of what could explain an amount.
    """

    case: PaymentCase
    payroll: pd.DataFrame
    planted: list[dict[str, Any]]
    causes: Case


def draw_sample(seed: int, most: int, size: Size) -> Sample:
    """Draw a sample with 0 to `most` errors of each class, measured and credited by the generator itself."""
    months = months_to(LAST_MONTH, size.event_months)
    people = company.hire(seed, size.agents)
    duties = rota.draw_rota(seed, people, LAST_MONTH, size.months, LAST_DAY)
    recent = [d for d in duties if d.day >= first_day(months[0])]
    books, _ = keep_books(seed, people, recent, months, size.volume)
    credits = credit_orders(people, books)
    measured = measure(people, books, credits)
    case = open_case(people, books, credits, measured, LAST_MONTH)
    right = payroll.right_lines(people, measured, LAST_MONTH)
    lines, planted = payroll.plant(stream(seed, "errors"), people, case, right, draw_errors(seed, most))
    return Sample(_case(case, measured), _payroll(lines), [asdict(p) for p in planted], case)


def _case(case: Case, measured: Mapping[str, Measured]) -> PaymentCase:
    orders = pd.DataFrame(
        [(e.credit.order.id, e.credit.order.shop, e.credit.agent, e.credit.status, e.net) for e in case.earned],
        columns=["order_id", "shop", "agent", "credit", "amount"],
    )
    return PaymentCase(
        month=Month.parse(case.month),
        schemes=tuple(parse_scheme(scheme.render(version)) for version in (scheme.BEFORE, scheme.CURRENT)),
        measures=_measures(measured.items()),
        items=ITEMS,
        alternatives=tuple(
            (Text(str(judging), str(judging)), _measures([(case.month, month)]))
            for judging, month in zip(JUDGINGS, case.judged, strict=True)
        ),
        orders=orders.replace({"agent": {"": None}}).astype({"amount": "Int64"}),
    )


def _measures(months: Iterable[tuple[str, Measured]]) -> pd.DataFrame:
    rows = []
    for month, measured in months:
        for (agent, (shop, role, team, supervisor, base_pay)), p in measured.parts.items():
            counts = p.inquiries, p.buyers, p.orders, p.gross, p.refunds, p.sales, p.reminder, p.offline
            rows.append((month, agent, role, team, shop, supervisor or None, base_pay, *counts))
    texts, numbers = ("month", "agent", "role", "team", "shop", "supervisor"), ("base_pay", "inquiries", "buyers")
    money = ("orders", "gross_sales", "refunds", "sales", "reminder_sales", "offline_sales")
    frame = pd.DataFrame(rows, columns=[*texts, *numbers, *money])
    return frame.astype(dict.fromkeys(texts, "str") | dict.fromkeys((*numbers, *money), "Int64"))


def _payroll(lines: Iterable[payroll.Line]) -> pd.DataFrame:
    rows = [(f"P{i}", line.agent, line.month, line.item, line.amount) for i, line in enumerate(lines)]
    return pd.DataFrame(rows, columns=["line_id", "agent", "earned_month", "item", "amount"])


def explainable(sample: Sample) -> list[dict[str, int]]:
    """Return commissions by agent, one amount each, until every amount that the books explain was in one of them."""
    causes, month = sample.causes, sample.causes.month
    amounts: dict[str, list[int]] = {}
    for agent in sorted({agent for agent, _ in causes.months[month].parts}):
        due = causes.due(agent, COMMISSION)
        found = [causes.due(agent, COMMISSION, shift_month(month, k)) for k in (-1, 1)]
        found += [pay(judged.of(agent).values())[COMMISSION] for judged in causes.judged]
        found += [
            *causes.other_bases(agent, COMMISSION).values(),
            *causes.other_rates(agent).values(),
            due - 1,
            due + 1,
        ]
        wrong = [amount for amount in dict.fromkeys(found) if amount > 0 and amount != due]
        amounts |= {agent: wrong} if due and wrong else {}
    most = max(map(len, amounts.values()))
    return [{agent: wrong[k % len(wrong)] for agent, wrong in amounts.items()} for k in range(most)]


def compare_causes(sample: Sample, paid: Mapping[str, int]) -> tuple[int, int, list[str]]:
    """Pay these commissions, and return how many amounts fit one class and several, and where the accounts disagree.

    The generator takes any order of the month for CREDIT, also those of other shops and before refunds, and knows no
    single spell at another rate; so CREDIT may be missing beside other classes, and RATE may come on top of them.
    """
    result = reconcile(
        sample.case, _payroll(payroll.Line(a, sample.causes.month, COMMISSION, n) for a, n in paid.items())
    )
    rows = result.table[result.table["item"] == COMMISSION].set_index("agent")
    judged = {a: {pay(m.of(a).values())[COMMISSION] for m in sample.causes.judged} for a in paid}
    single, several, complaints = 0, 0, []
    for agent, amount in paid.items():
        told = [c for c in (rows.loc[agent, "class"], *rows.loc[agent, "also_fits"]) if c not in ACROSS_PEOPLE]
        expected = list(sample.causes.fits(agent, COMMISSION, amount))
        spells = len(sample.causes.parts(agent))
        loose = {"CREDIT", "UNEXPLAINED"} | ({"RATE"} if spells > 1 else set())
        agree = [c for c in told if c not in loose] == [c for c in expected if c not in loose]
        agree &= "CREDIT" in told or amount not in judged[agent]
        agree &= "CREDIT" not in told or "CREDIT" in expected
        single, several = single + (len(told) == 1), several + (len(told) > 1)
        complaints += [] if agree else [f"{agent} {amount}: told {told}, expected {expected}"]
    return single, several, complaints


@dataclass(frozen=True, slots=True)
class Score:
    """What became of planted errors: counts by (class, outcome), and every disagreement in words."""

    counts: Counter[tuple[str, str]]
    complaints: list[str]


def score(planted: Iterable[Mapping[str, Any]], result: Reconciliation) -> Score:
    """Compare what was planted with what was found.

    Outcomes by planted class: planted, found (class, paid and due agree), misclassified, missed, ambiguous (found, and
    other causes fit as well); by reported class: false (nothing was planted there).
    """
    found = {(row["agent"], row["item"]): row for row in result.table.to_dict("records") if row["class"] != "MATCH"}
    counts: Counter[tuple[str, str]] = Counter()
    complaints = []
    for error in planted:
        name, row = error["error"], found.pop((error["agent"], error["item"]), None)
        told = None if row is None else (row["class"], row["paid"], row["recomputed"])
        outcome = OUTCOMES[2 if told is None else int(told != (name, error["paid"], error["correct"]))]
        counts.update([(name, "planted"), (name, outcome)])
        counts.update([(name, "ambiguous")] if outcome == "found" and row["also_fits"] else [])
        complaints += [f"{outcome}: planted {error}, told {told}"] if outcome != "found" else []
    for row in found.values():
        counts[row["class"], "false"] += 1
        complaints.append(f"false: {row['class']} {row['sentence_en']}")
    return Score(counts, complaints)


def as_markdown(counts: Counter[tuple[str, str]]) -> list[str]:
    """Write counts as a table, one row a class and one for all."""
    columns = ("planted", *OUTCOMES, "false", "ambiguous")
    rows = [(name, *(counts[name, column] for column in columns)) for name in CLASSES]
    rows.append(("all", *(sum(row[i] for row in rows) for i in range(1, len(columns) + 1))))
    titles = ("class", "planted", "found", "misclassified", "missed", "falsely reported", "found, other causes fit too")
    return [f"| {' | '.join(map(str, row))} |" for row in (titles, ["---", *["--:"] * len(columns)], *rows)]
