"""What a scheme reads of months before the first one paid: figures, and what was paid, held back or left owed then."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from toolkit.core.figures import counted
from toolkit.core.findings import Finding, listed
from toolkit.core.period import Month
from toolkit.core.text import Text
from toolkit.rules.formula.expressions import calls
from toolkit.rules.lint.reading import Place
from toolkit.rules.pay.earlier_ledger import DEFERRED, EARNED, KINDS, MEASURE, OWED, WITHHELD
from toolkit.rules.pay.run import span_around
from toolkit.rules.scheme.document import Cap, Component, Guarantee
from toolkit.rules.scheme.loading import streaks_read
from toolkit.rules.scheme.scheme import Scheme, formulas


@dataclass(frozen=True, slots=True)
class LookBack:
    """What a component or a limit reads of earlier months.

    Parameters
    ----------
    place : where it stands.
    kind : what of them, a kind of opening balance.
    since : the first month it reads; None where no month is the first (any may have left something).
    item : whose pay it reads, ``scheme.component``; the scheme of a limit; "" for measures.
    """

    place: Place
    kind: str
    since: Month | None
    item: str = ""


def look_back(scheme: Scheme, first: Month, month: Month) -> Iterator[LookBack]:
    """Yield what a scheme reads, when it pays a month, of the months before the first one paid.

    Parameters
    ----------
    first, month : the first month paid, and the one paid.
    """
    began = scheme.in_force.from_ < first.start
    for index, component in enumerate(scheme.components):
        place = Place(scheme, component, ("components", index))
        yield from _figures(place, component, first, month)
        if began:
            yield from _pay(place, component, first, month)
    for index, limit in enumerate(scheme.limits if began else ()):
        place = Place(scheme, None, ("limits", index))
        if isinstance(limit, Cap) and limit.period == "year" and Month(month.year, 1) < first:
            yield LookBack(place, EARNED, Month(month.year, 1), scheme.id)
        elif isinstance(limit, Cap) and limit.carry:
            yield LookBack(place, WITHHELD, None, scheme.id)
        elif isinstance(limit, Guarantee) and limit.recoverable:
            yield LookBack(place, OWED, None, scheme.id)


def _figures(place: Place, component: Component, first: Month, month: Month) -> Iterator[LookBack]:
    """Yield the first month whose figures a component reads, if it lies before the first one paid."""
    span = span_around(place.scheme, component, month)
    begins = month if span is None else span.first
    starts = [begins]
    for formula in formulas(component):
        to_date = [12 if call.word("over") == "year" else 3 for call in calls(formula.node, "to_date")]
        starts += [month.shift(-((month.number - 1) % length)) for length in to_date]
        starts += [begins.shift(-1) for _ in calls(formula.node, "record", "best")]
    if min(starts) < first:
        yield LookBack(place, MEASURE, min(starts))


def _pay(place: Place, component: Component, first: Month, month: Month) -> Iterator[LookBack]:
    """Yield what a component reads of what was paid before."""
    item = f"{place.scheme.id}.{component.id}"
    span = span_around(place.scheme, component, month)
    if component.accumulate and span is not None and span.first < first:
        yield LookBack(place, EARNED, span.first, item)
    if component.defer:
        yield LookBack(place, DEFERRED, None, item)
    if component.carry:
        yield LookBack(place, OWED, None, item)
    for other in sorted(streaks_read([component])):
        yield LookBack(place, EARNED, None, f"{place.scheme.id}.{other}")


def unbrought(found: LookBack, first: Month) -> Finding:
    """Say what a scheme reads of months before the first one paid, and that nothing was brought."""
    kind, since = found.kind, found.since
    what, how = _WHAT[kind], Text(f"opening balances of kind {kind}", f"期初余额（类别“{KINDS[kind]}”）")
    if kind == MEASURE:
        how = Text(f"{how.en}, or exports of those months", f"{how.zh}，或导入这些月份的报表")
    if since is None:
        message = Text(
            f"{what.en} before {first}, the first month paid here, is not known; if there is any, import {how.en}.",
            f"启用月份 {first} 之前{what.zh}未知；如有，请导入{how.zh}。",
        )
        return found.place.finding(CODE, "info", message, kind=kind)
    message = Text(
        f"it reads {what.en} from {since} on; of the months before {first}, the first paid here, there is none, and it "
        f"counts as nothing. To bring it: import {how.en}.",
        f"需要 {since} 起{what.zh}；启用月份 {first} 之前没有，按没有计算。补充方式：导入{how.zh}。",
    )
    return found.place.finding(CODE, "review", message, kind=kind)


def half_brought(found: LookBack, first: Month, people: Sequence[str]) -> Finding:
    """Say who has figures of months before the first one paid, and no pay: it counts as not paid."""
    n, who = counted(len(people), "person", "people"), listed(people)
    message = Text(
        f"{n} with figures of months before {first} and no opening balance of kind {EARNED} for them, as if nothing "
        f"had been paid: {who}. Who was paid nothing has a row with 0.",
        f"{len(people)} 人有 {first} 之前的数据，却没有“{KINDS[EARNED]}”的期初余额，按从未发放计算：{who}。"
        "确实没有的请填 0。",
    )
    return found.place.finding(CODE, "review", message, kind=EARNED, agents=list(people))


CODE = "opening-missing"
_WHAT = {
    MEASURE: Text("the figures", "的数据"),
    EARNED: Text("what was paid", "已计发的金额"),
    WITHHELD: Text("what a cap withheld and pays later", "限额结转的金额"),
    DEFERRED: Text("what was held back", "递延未发的金额"),
    OWED: Text("what was left to be recovered", "尚待扣回的金额"),
}
