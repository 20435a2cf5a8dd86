"""The pay run: everything payroll pays together with a month, so that no line and no payee goes unlooked at.

The run of a month is every line earned in it and every line paid in the same months as those. Each line is one of
`STATUSES`; each payee is somebody the roster knows and who works in the month, or has something due. Amounts are
integer minor units.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from toolkit.core.errors import closest
from toolkit.core.findings import Finding, listed
from toolkit.core.money import format_money
from toolkit.core.period import Month
from toolkit.core.text import Text
from toolkit.data.paysheets.pay_words import kind_of_title

BASE_PAY = "roster.base_pay"
"""What an item stands for that is the base pay of the roster; an item of no name at all is fixed pay of its own."""
STATUSES = ("compared", "fixed", "other_month", "unknown")


@dataclass(frozen=True, slots=True)
class PayRun:
    """The lines of one pay run.

    Parameters
    ----------
    month : the month earned, ``YYYY-MM``.
    lines : rows of the table `payroll` with `status`, one of `STATUSES`: held against a component; by the map no
        variable pay; earned in another month; of an item the map does not name. `taken`: of a line that takes from
        what is paid (tax, insurance) the minor units taken, null of one that pays.
    elsewhere : the other rows of the table.
    """

    month: str
    lines: pd.DataFrame
    elsewhere: pd.DataFrame

    def of(self, status: str) -> pd.DataFrame:
        """Return the lines of one status."""
        return self.lines[self.lines["status"] == status]


def pay_run(payroll: pd.DataFrame, month: str, items: Mapping[str, tuple[str, ...]]) -> PayRun:
    """Return what is paid together with `month`.

    Parameters
    ----------
    payroll : rows of the table `payroll`, of any months; a line without a month of payment is in every run.
    items : payroll item to what it stands for; () says that no scheme pays it.
    """
    paid_in = payroll["pay_month"] if "pay_month" in payroll else pd.Series(pd.NA, payroll.index, dtype="str")
    paid_in = paid_in.where(paid_in.fillna("") != "")
    earned = payroll["earned_month"] == month
    runs = set(paid_in[earned].dropna())
    here = earned | paid_in.isin(runs) | (paid_in.isna() & bool(runs))
    lines = payroll[here]
    variable = lines["item"].isin([i for i, names in items.items() if is_variable(names)])
    status = pd.Series("unknown", lines.index, dtype="str")
    status[lines["item"].isin(list(items))] = "fixed"
    status[variable] = "compared"
    status[(status != "unknown") & (lines["earned_month"] != month)] = "other_month"
    taken = _taken(lines).where(status.isin(["fixed", "unknown"]))
    return PayRun(month, lines.assign(status=status, taken=taken), payroll[~here])


def _taken(lines: pd.DataFrame) -> pd.Series:
    """Return what lines take from pay: amounts below 0, and items named as deductions, which may lack a sign."""
    named = lines["item"].map(kind_of_title).eq("deduction")
    signed = (lines["amount"] < 0).groupby(lines["item"]).transform("any")
    return lines["amount"].where(named & ~signed, -lines["amount"]).where(named | (lines["amount"] < 0))


def is_variable(names: Collection[str]) -> bool:
    """Say whether an item stands for components of schemes."""
    return bool(names) and BASE_PAY not in names


# Payees


@dataclass(frozen=True, slots=True)
class Stranger:
    """A payee who cannot be paid for the month: the class of every line, and why."""

    cause: str
    why: Text


def find_strangers(run: PayRun, roster: pd.DataFrame, due: Collection[str]) -> dict[str, Stranger]:
    """Return the payees whom the roster does not know, and those who do not work in the month and have nothing due.

    Parameters
    ----------
    roster : rows of the table `assignments`.
    due : agents to whom the rules give something. That is no excuse for somebody the roster does not know: whoever
        maps an account to a name of his own has something due, too.
    """
    month = Month.parse(run.month)
    names = run.lines["agent"].dropna().unique().tolist()
    spells = {str(agent): rows for agent, rows in roster[roster["agent"].isin(names)].groupby("agent")}
    known = [str(a) for a in roster["agent"].dropna().unique()]
    numbers = {str(n): str(a) for a, n in roster.reindex(columns=["agent", "name"]).dropna().itertuples(index=False)}
    found = {}
    for agent in sorted(map(str, names)):
        stranger = _judge(agent, spells[agent], month) if agent in spells else _unknown(agent, known, numbers)
        if stranger is not None and (agent not in spells or agent not in due):
            found[agent] = stranger
    return found


def _unknown(agent: str, known: list[str], numbers: Mapping[str, str]) -> Stranger:
    if agent in numbers:
        number = numbers[agent]
        return Stranger(
            "NOT_ON_ROSTER",
            Text(
                f"The roster knows {agent} as {number}, and came after the pay sheet: import the pay sheet again.",
                f"花名册中 {agent} 的工号是 {number}，而花名册导入在工资表之后：请重新导入工资表。",
            ),
        )
    hint = closest(agent, known)
    en = f"{agent} does not stand in the roster" + (f"; {hint.en}" if hint.en else ".")
    return Stranger("NOT_ON_ROSTER", Text(en, f"花名册中没有 {agent}" + (f"；{hint.zh}" if hint.zh else "。")))


def _judge(agent: str, spells: pd.DataFrame, month: Month) -> Stranger | None:
    """Return why somebody of the roster is not paid for a month, None when at least one day of it was worked."""
    first, last = pd.Timestamp(month.start), pd.Timestamp(month.last_day)
    ends = _ends(spells)
    if ((spells["from"] <= last) & (ends.isna() | (ends >= first))).any():
        return None
    if (spells["from"] > last).all():
        day = f"{spells['from'].min():%Y-%m-%d}"
        text = Text(f"{agent} begins only on {day}.", f"{agent} 于 {day} 才任职。")
        return Stranger("BEFORE_JOINING", text)
    day = f"{ends[spells['from'] <= last].max():%Y-%m-%d}"
    text = Text(
        f"{agent} worked until {day} and has nothing due for {month}.", f"{agent} 任职至 {day}，{month} 没有应发项目。"
    )
    return Stranger("AFTER_LEAVING", text)


# Lines that no component stands for


def unknown_items(run: PayRun, items: Collection[str]) -> Iterator[Finding]:
    """Yield each item that ``payroll_items`` does not name: nobody knows what it pays."""
    for item, rows in run.of("unknown").groupby("item", sort=True):
        total, people = int(rows["amount"].sum()), sorted(set(rows["agent"]))
        hint = closest(str(item), list(items))
        n, amount = len(rows), _amount(rows)
        yield Finding(
            "payroll-item-unknown",
            "review",
            str(item),
            Text(
                f"{n} pay {'line' if n == 1 else 'lines'} of the item {item!r}, {amount.en} ({listed(people)}): "
                f"nothing says what it pays, so it was not compared. Name it under payroll_items: the component it "
                f"pays, or [] if no scheme pays it. {hint.en}".rstrip(),
                f"工资项目“{item}”共 {n} 行，{amount.zh}（{listed(people)}）：未说明它发的是什么，因此未核对。"
                f"请在 payroll_items 中写明：对应的组成部分；如不由任何方案发放，写 []。{hint.zh}",
            ),
            run.month,
            {"lines": n, "amount": total, "agents": people},
        )


def fixed_pay(
    run: PayRun, items: Mapping[str, tuple[str, ...]], roster: pd.DataFrame | None, strangers: Collection[str]
) -> Iterator[Finding]:
    """Yield what is unlike last month, or unlike the roster, in the items that no scheme pays, but for strangers."""
    before = str(Month.parse(run.month).shift(-1))
    everything = pd.concat([run.lines, run.elsewhere])
    fixed = run.of("fixed")
    fixed = fixed[~fixed["agent"].isin(list(strangers))]
    known = everything[everything["earned_month"].isin([before, run.month])]
    for item in sorted(i for i, names in items.items() if not is_variable(names) and (known["item"] == i).any()):
        rows = fixed[fixed["item"] == item]
        now = rows.groupby("agent")["amount"].agg(["sum", "size"])
        old = everything[(everything["item"] == item) & (everything["earned_month"] == before)]
        usual = {str(a): int(n) for a, n in old.groupby("agent")["amount"].sum().items()}
        paid = {str(a): int(n) for a, n in now["sum"].items()}
        base = _base_pay(roster, run.month) if BASE_PAY in items[item] and roster is not None else {}
        yield from _repeated(run.month, item, rows, now["size"])
        expected = {*base, *(a for a in usual if roster is None or a in _active(roster, run.month))}
        people = [(a, paid.get(a, 0), usual.get(a), base.get(a)) for a in sorted({*paid, *expected})]
        yield from _changed(run.month, item, people, compared=bool(usual))
        if roster is not None:
            pays = set(rows.loc[rows["taken"].isna(), "agent"])
            yield from _of_the_gone(run.month, item, {a: n for a, n in paid.items() if n and a in pays}, roster)
        if not usual and not base:
            amount = _amount(rows)
            yield Finding(
                "fixed-pay-not-compared",
                "info",
                item,
                Text(
                    f"{item}, {amount.en}: there is no line of {before} yet; next month is compared with this one.",
                    f"{item}，{amount.zh}：还没有 {before} 的明细，下月起与本月比较。",
                ),
                run.month,
                {"amount": int(rows["amount"].sum())},
            )


def _amount(rows: pd.DataFrame) -> Text:
    """Say what the lines of one item pay, or take, in all."""
    pays, taken = int(rows["amount"].where(rows["taken"].isna(), 0).sum()), int(rows["taken"].sum())
    if not rows["taken"].notna().any():
        return Text(format_money(pays), format_money(pays))
    said = Text(f"{format_money(taken)} of deductions", f"扣款 {format_money(taken)}")
    return said if not pays else Text(f"{format_money(pays)} and {said.en}", f"{format_money(pays)}，另{said.zh}")


def _active(roster: pd.DataFrame, month: str) -> frozenset[str]:
    return frozenset(map(str, _spells_in(roster, month)["agent"]))


def _spells_in(roster: pd.DataFrame, month: str) -> pd.DataFrame:
    """Return the rows of the roster that hold on a day of a month."""
    first, last = pd.Timestamp(Month.parse(month).start), pd.Timestamp(Month.parse(month).last_day)
    ends = _ends(roster)
    return roster[(roster["from"] <= last) & (ends.isna() | (ends >= first))]


def _ends(spells: pd.DataFrame) -> pd.Series:
    """Return the last day of each spell: its own, or the day the person left."""
    return spells.reindex(columns=["to", "left_on"]).min(axis=1)


def _base_pay(roster: pd.DataFrame, month: str) -> dict[str, frozenset[int]]:
    """Return by agent the base pays of the spells of a month, minor units."""
    told = _spells_in(roster, month).dropna(subset=["base_pay"]).groupby("agent")["base_pay"]
    return {str(agent): frozenset(int(v) for v in values) for agent, values in told}


def _repeated(month: str, item: str, rows: pd.DataFrame, times: pd.Series) -> Iterator[Finding]:
    twice = rows[rows["agent"].isin(times[times > 1].index)]
    for agent, own in twice.groupby("agent", sort=True):
        total, n = int(own["amount"].sum()), len(own)
        yield Finding(
            "fixed-pay-repeated",
            "stop",
            str(agent),
            Text(
                f"{item} stands {n} times for {agent} in {month}, {format_money(total)} in all.",
                f"{agent} 在 {month} 的“{item}”有 {n} 行，合计 {format_money(total)}。",
            ),
            month,
            {"item": item, "lines": n, "amount": total},
        )


def _of_the_gone(month: str, item: str, paid: Mapping[str, int], roster: pd.DataFrame) -> Iterator[Finding]:
    """Yield who is paid an item of those at work without having worked a day of the month; something due is none."""
    gone = sorted(set(paid) - _active(roster, month))
    if gone:
        total, people = sum(paid[a] for a in gone), listed(gone)
        yield Finding(
            "fixed-pay-without-work",
            "stop",
            item,
            Text(
                f"{item}, {format_money(total)}, is paid to people who did not work a day of {month}: {people}.",
                f"“{item}”{format_money(total)} 发给了 {month} 没有任职的人：{people}。",
            ),
            month,
            {"amount": total, "agents": gone},
        )


_FixedPay = tuple[str, int, int | None, frozenset[int] | None]  # agent, paid, last month, roster


def _changed(month: str, item: str, people: list[_FixedPay], *, compared: bool) -> Iterator[Finding]:
    """Yield one finding an item: whose amount is neither that of the roster nor that of the month before."""
    odd = [p for p in people if not _as_known(*p[1:], compared=compared)]
    if not odd:
        return
    en, zh = [], []
    for agent, now, before, base in odd:
        roster = "/".join(format_money(b) for b in sorted(base or ()))
        en.append(f"{agent} {format_money(now)}, " + _known(before, roster, "last month", "roster", "nothing known"))
        zh.append(f"{agent} {format_money(now)}，" + _known(before, roster, "上月", "花名册", "无可比"))
    total = sum(abs(now - (before or 0)) for _, now, before, _ in odd)
    yield Finding(
        "fixed-pay-changed",
        "review",
        item,
        Text(
            f"{item} is not what it was for {len(odd)} {'person' if len(odd) == 1 else 'people'}: {listed(en)}.",
            f"{len(odd)} 人的“{item}”与上月或花名册不同：{listed(zh)}。",
        ),
        month,
        {"amount": total, "agents": [agent for agent, *_ in odd]},
    )


def _as_known(now: int, before: int | None, base: frozenset[int] | None, *, compared: bool) -> bool:
    if base:
        return now in base
    return now == before if before is not None else not compared


def _known(before: int | None, base: str, last: str, roster: str, nothing: str) -> str:
    told = [] if before is None else [f"{last} {format_money(before)}"]
    return " / ".join(told + [f"{roster} {base}"] * bool(base)) or nothing


def not_looked_at(run: PayRun, roster: pd.DataFrame | None) -> Iterator[Finding]:
    """Yield what of payroll this reconciliation does not cover."""
    away = run.elsewhere
    if len(away):
        total = format_money(int(away["amount"].sum()))
        yield Finding(
            "other-pay-runs",
            "info",
            "payroll",
            Text(
                f"{len(away):,} lines of other pay runs ({total}) are not part of this one.",
                f"其他发放批次的 {len(away):,} 行（{total}）不在本次核对范围内。",
            ),
            run.month,
            {"lines": len(away)},
        )
    if roster is None:
        text = Text("There is no roster: whether each payee works here was not looked at.",
                    "没有花名册：未核对每位领薪人是否在职。")  # fmt: skip
        yield Finding("payees-not-checked", "info", "payroll", text, run.month)
