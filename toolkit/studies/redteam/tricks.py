"""The red team of schemes: every trick at some positions, proved or searched, replayed by `pay`, and what repairs it.

Positions are months, not people: nobody is said to have done or to be about to do any of this. A plan that would pay
is a property of the scheme.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd

from toolkit.core.errors import InputError, UsageError
from toolkit.core.money import format_money, priced
from toolkit.core.period import Month
from toolkit.core.text import Text
from toolkit.rules.scheme.scheme import Scheme
from toolkit.studies.design.overlays import Candidate
from toolkit.studies.design.past import PastMonths
from toolkit.studies.design.study import DesignStudy
from toolkit.studies.redteam.certificate import Certificate, OutsideError, certify
from toolkit.studies.redteam.months import Person, Position, even_month
from toolkit.studies.redteam.plans import Plan, given_plans
from toolkit.studies.redteam.play import MOST, Best, best_of, best_plan, playable, single_tricks
from toolkit.studies.redteam.repair import ENOUGH, RUNGS, Repaired, Rung, repaired
from toolkit.studies.redteam.repertoire import ACTS, ASSUMED, Repertoire, read_repertoire
from toolkit.studies.redteam.witness import Witness, witness

POSITIONS, TRIED = 3, 3_000
"""Of a workspace: how many positions are played, and how many plans are paid at once."""
ASSUMED_WORD = "assumed"
ALL, PAIR = "all acts together", "two together"


@dataclass(frozen=True, slots=True, eq=False)
class Trick:
    """One plan at one position.

    Parameters
    ----------
    trick : the act, `ALL` for the best of all acts, `PAIR` for the best of two people who share what it brings.
    best : the plan; its gain as `pay_replicates` has it.
    witness : the same paid by `pay`; None where no plan pays.
    bound : no plan of these acts gains more, minor units; None where nothing is proved.
    basis : "proved", or "searched, not proved".
    why : why nothing is proved.
    shop_loss : extra pay and the margin of sales let go, minor units.
    """

    position: str
    trick: str
    best: Best
    witness: Witness | None
    bound: int | None
    why: Text
    shop_loss: int

    @property
    def basis(self) -> str:
        """How sure it is that nothing pays more."""
        if self.bound is not None:
            return "proved"
        return "every plan paid" if self.best.every else "searched, not proved"

    @property
    def acts(self) -> Text:
        """What the plan does, in words."""
        parts = [(ACTS[name], self.best.plan.count(name)) for name in self.best.plan.acts]
        if not parts:
            return Text("none pays more than honest work", "没有手法比如实记录多得")
        return Text("; ".join(f"{t.en}: {k}" for t, k in parts), "；".join(f"{t.zh}：{k}" for t, k in parts))


@dataclass(frozen=True, slots=True, eq=False)
class RepairRow:
    """What a repair leaves.

    Parameters
    ----------
    repair : None where it cannot be written as an overlay, then `why` says it.
    gain, honest : gain left and honest pay over all positions, minor units.
    proved : whether nothing more can be gained at any position.
    """

    titles: Text
    repair: Repaired | None
    gain: int = 0
    honest: int = 0
    proved: bool = False
    why: Text = field(default=Text("", ""))

    @property
    def share(self) -> float | None:
        """Gain left as a share of honest pay."""
        return self.gain / self.honest if self.honest else None

    @property
    def is_enough(self) -> bool:
        """Whether what is left is at most 2 % of honest pay."""
        return self.repair is not None and self.honest > 0 and self.gain <= ENOUGH * self.honest


@dataclass(frozen=True, slots=True, eq=False)
class RedTeam:
    """What was found of one scheme.

    Parameters
    ----------
    name : of the scheme.
    tricks : by position and act.
    repairs : from the smallest on, up to the first that is enough; empty where nothing has to be repaired.
    refused : why plans cannot be paid at all; empty otherwise.
    left_out : components that read what no position holds; no figure is of them.
    """

    name: Text
    scheme: Scheme
    repertoire: Repertoire
    positions: tuple[Position, ...]
    tricks: tuple[Trick, ...]
    repairs: tuple[RepairRow, ...]
    refused: Text = field(default=Text("", ""))
    left_out: tuple[Text, ...] = ()

    @property
    def best(self) -> tuple[Trick, ...]:
        """The best plan of one person at each position."""
        return tuple(t for t in self.tricks if t.trick == ALL)

    @property
    def gain(self) -> int:
        """What one person gains, over all positions, minor units."""
        return sum(t.best.gain for t in self.best)

    @property
    def honest(self) -> int:
        """Honest pay over all positions, minor units."""
        return sum(t.best.honest for t in self.best)

    @property
    def is_open(self) -> bool:
        """Whether plans gain more than 2 % of honest pay."""
        return self.gain > ENOUGH * self.honest

    @property
    def repair(self) -> RepairRow | None:
        """The smallest repair that is enough."""
        return next((row for row in self.repairs if row.is_enough), None)


def strongest(
    scheme: Scheme, position: Position, repertoire: Repertoire, *, most: int = MOST, begin: Sequence[Plan] = ()
) -> tuple[Best, Certificate | None, Text]:
    """Return the best plan of one person, with its bound where one is proved, else why there is none.

    Notes
    -----
    A bound is given only where the plan paid comes within the cents rounding may add; else the search goes on.
    """
    try:
        proof = certify(scheme, position, repertoire)
    except OutsideError as outside:
        return best_plan(scheme, position, repertoire, most=most, begin=begin), None, outside.why
    best = best_of(scheme, position, given_plans(position, repertoire, [Plan(), proof.plan]))
    if not 0 <= proof.bound - best.gain <= 3 * len(scheme.components) + 1:
        why = Text("the bound is not what is paid", "上界与实际计发不符")
        return best_plan(scheme, position, repertoire, most=most, begin=[proof.plan]), None, why
    return best, proof, Text("", "")


def red_team(
    candidate: Candidate,
    positions: Sequence[Position],
    repertoire: Repertoire = ASSUMED,
    *,
    most: int = MOST,
    pairs: bool = True,
    repairs: bool = True,
) -> RedTeam:
    """Play against a scheme at some positions, then look for the smallest repair."""
    scheme = playable(candidate.scheme, positions)
    left_out = tuple(c.title or Text(c.id, c.id) for c in candidate.scheme.components if c not in scheme.components)
    if not scheme.components:
        why = Text("nothing of it is paid on what a position holds", "岗位情形所含指标不足以计发任何项目")
        return RedTeam(candidate.name, scheme, repertoire, tuple(positions), (), (), why, left_out)
    tricks: list[Trick] = []
    try:
        for position in positions:
            tricks += _tricks(scheme, position, repertoire, most, pairs=pairs)
    except (InputError, UsageError) as error:
        refused = Text(error.of("en"), error.of("zh"))
        return RedTeam(candidate.name, scheme, repertoire, tuple(positions), (), (), refused, left_out)
    found = RedTeam(candidate.name, scheme, repertoire, tuple(positions), tuple(tricks), (), left_out=left_out)
    if not (repairs and found.is_open):
        return found
    begin = [t.best.plan for t in found.best]
    return replace(found, repairs=tuple(_repairs(candidate, positions, repertoire, begin, most)))


def _tricks(scheme: Scheme, position: Position, repertoire: Repertoire, most: int, *, pairs: bool) -> list[Trick]:
    name = position.people[0].name
    found = [
        _trick(name, act, best, (scheme, position, repertoire))
        for act, best in single_tricks(scheme, position, repertoire, most=most).items()
    ]
    paying = sorted((t for t in found if t.best.gain > 0), key=lambda t: -t.best.gain)
    best, proof, why = strongest(scheme, position, repertoire, most=most, begin=[t.best.plan for t in paying[:2]])
    better = max(found, key=lambda t: t.best.gain, default=None)
    if better is not None and better.best.gain > best.gain:
        best, proof = better.best, None  # a bound that one act beats is none
    found.append(_trick(name, ALL, best, (scheme, position, repertoire), proof, why))
    if pairs and len(position.people) > 1:
        hands = repertoire.only("hand", "hand-with-order")
        together = best_plan(scheme, position, hands, together=True, most=most)
        found.append(_trick(name, PAIR, together, (scheme, position, repertoire)))
    return found


def _trick(
    name: str,
    act: str,
    best: Best,
    of: tuple[Scheme, Position, Repertoire],
    proof: Certificate | None = None,
    why: Text | None = None,
) -> Trick:
    """Replay a plan by `pay`; a plan that is not paid to the cent as was said is no plan.

    Raises
    ------
    UsageError
        If it is not.
    """
    scheme, position, repertoire = of
    replayed = witness(scheme, position, repertoire, best) if best.gain > 0 else None
    if replayed is not None and replayed.difference:
        off = format_money(replayed.difference)
        raise UsageError(Text(f"a plan is paid otherwise by {off}: {act}", f"方案实际计发相差 {off}：{act}"))
    lost = sum(position.people[0].this.orders[i].sales for (_, i), a in best.plan.orders.items() if a == "forgo")
    loss = best.gain + best.cost + lost * position.margin // 100
    return Trick(name, act, best, replayed, None if proof is None else proof.bound, why or Text("", ""), loss)


def _repairs(
    candidate: Candidate, positions: Sequence[Position], repertoire: Repertoire, begin: Sequence[Plan], most: int
) -> list[RepairRow]:
    """Return the repairs, each with those before it that could be written, up to the first that is enough."""
    rows: list[RepairRow] = []
    kept: list[Rung] = []
    for rung in RUNGS:
        if rung.code == "flat":
            kept = [r for r in kept if r.code not in ("interpolate", "widen")]
        try:
            made = repaired(candidate, [*kept, rung], positions)
        except InputError as error:
            rows.append(RepairRow(rung.title, None, why=Text(error.of("en"), error.of("zh"))))
            continue
        if made is None:
            why = Text("no value of the scheme says it, so no overlay can", "方案中没有对应的值，无法写成覆盖文件")
            rows.append(RepairRow(rung.title, None, why=why))
            continue
        acts = Repertoire(tuple(a for a in repertoire.acts if not (made.settles_late and a.name == "fake")))
        gain, honest, proved = 0, 0, True
        for position, plan in zip(positions, begin, strict=True):
            known = Plan(plan.orders, {k: n for k, n in plan.times.items() if acts.act(k)})
            best, proof, _ = strongest(made.scheme, position, acts, most=most, begin=[known])
            gain, honest, proved = gain + best.gain, honest + best.honest, proved and proof is not None
        row = RepairRow(made.title, made, gain, honest, proved)
        rows.append(row)
        kept.append(rung)
        if row.is_enough:
            break
    return rows


def positions_of(past: PastMonths, n: int = POSITIONS) -> tuple[Position, ...]:
    """Return positions from people's own usual months: of all, sorted by conversion, some evenly spread.

    Notes
    -----
    A usual month is the median of the months with inquiries, every order at the mean value of a buyer, twice over. The
    colleague is the next in the sorted list. Names are of positions, in that order.
    """
    table = past.measures[(past.measures["month"] >= past.first) & (past.measures["month"] <= past.last)]
    table = table[table["inquiries"].fillna(0) > 0]
    sums = table.groupby(["agent", "month"])[["inquiries", "buyers", "sales"]].sum().reset_index()
    usual = sums.groupby("agent").median(numeric_only=True)
    usual = usual[(usual["buyers"] >= 1) & (usual["sales"] > 0)]
    usual = usual.assign(rate=usual["buyers"] / usual["inquiries"]).sort_values(["rate", "inquiries"], kind="stable")
    last = table.sort_values("month").groupby("agent").last()
    people = [_usual(f"P{i + 1:02d}", usual.loc[agent], last.loc[agent]) for i, agent in enumerate(usual.index)]
    if not people:
        raise UsageError(
            Text(
                "nobody has inquiries, buyers and sales, so there is no position to play",
                "没有人有询单、成交与销售额，无法设定岗位情形",
            )
        )
    coming = Month.parse(past.last).shift(1)
    months, n = (str(coming), str(coming.shift(1))), min(n, len(people))
    chosen = sorted({round(i * (len(people) - 1) / max(n - 1, 1)) for i in range(n)})
    found = []
    for at in chosen:
        mates = [people[at + 1 if at + 1 < len(people) else at - 1]] if len(people) > 1 else []
        found.append(Position((people[at], *mates), months))
    return tuple(found)


HELD = (
    "worked_days",
    "scheduled_days",
    "late_days",
    "early_leave_days",
    "rated",
    "satisfied",
    "complaints",
    "base_pay",
)
"""Measures no act moves; a position has those of the person's last month."""
_KEPT = ("role", "shop", "team", "city")


def _usual(name: str, row: pd.Series[Any], last: pd.Series[Any]) -> Person:
    buyers, inquiries = round(row["buyers"]), round(row["inquiries"])
    value = max(round(float(row["sales"]) / max(buyers, 1)), 1)
    this, after = (even_month(max(inquiries, buyers), buyers, [value], f"{name}-{key}") for key in ("this", "next"))
    more: dict[str, object] = {key: last[key] for key in _KEPT if key in last and isinstance(last[key], str)}
    more |= {key: last[key] for key in HELD if key in last and not pd.isna(last[key])}
    return Person(name, this, after, more={"role": "agent", "shop": "S", "team": "T"} | more)


def play_study(study: DesignStudy) -> tuple[RedTeam, ...] | None:
    """Play against every scheme of a design study; None where that was not asked for.

    Raises
    ------
    InputError
        If the file of acts cannot be read.
    UsageError
        If the months hold no position.
    """
    asked = study.request.red_team
    if not asked:
        return None
    repertoire = repertoire_of(asked)
    positions = positions_of(study.past)
    return tuple(red_team(one.candidate, positions, repertoire, most=TRIED) for one in study.paid)


def repertoire_of(asked: str) -> Repertoire:
    """Return the acts a request names: "assumed", or a file."""
    return ASSUMED if asked == ASSUMED_WORD else read_repertoire(Path(asked))


# Plain tables


def tricks_table(found: Sequence[RedTeam]) -> pd.DataFrame:
    """Return one row a scheme, position and trick; money in major units."""
    rows = [
        (
            one.name.en, t.position, t.trick, t.acts.en, t.best.gain / 100, t.best.honest / 100, t.best.share,
            t.best.cost / 100, t.shop_loss / 100, t.basis, None if t.bound is None else t.bound / 100, t.best.tried,
            None if t.witness is None else t.witness.difference / 100, t.why.en,
        )
        for one in found
        for t in one.tricks
    ]  # fmt: skip
    names = "scheme position trick acts gain honest_pay gain_share cost shop_loss basis bound plans_paid"
    return pd.DataFrame(rows, columns=[*names.split(), "witness_difference", "why"])


def repairs_table(found: Sequence[RedTeam]) -> pd.DataFrame:
    """Return one row a scheme and repair; money in major units."""
    rows = []
    for one in found:
        for row in one.repairs:
            made = row.repair
            change = None if made is None else (made.after - made.before) / 100
            moved = None if made is None else round(made.moved / 100, 2)
            told = ("", None, None) if made is None else (",".join(made.codes), row.gain / 100, row.share)
            basis = "" if made is None else "proved" if row.proved else "searched, not proved"
            rows.append((one.name.en, row.titles.en, *told, change, moved, row.is_enough, basis, row.why.en))
    names = "scheme repair codes gain_left gain_left_share honest_cost_change mean_honest_change enough basis why"
    return pd.DataFrame(rows, columns=names.split())


# What is said


def say_red_team(one: RedTeam, currency: str) -> Text:
    """Say what plans would pay, and what repairs it."""
    if one.refused.en:
        return Text(
            f"{one.name.en}: plans cannot be paid here ({one.refused.en}).",
            f"{one.name.zh}：无法在此计发（{one.refused.zh}）。",
        )
    out = Text(", ".join(x.en for x in one.left_out), "、".join(x.zh for x in one.left_out))
    n, apart = len(one.positions), _together(one, currency)
    gain, honest = (priced(format_money(minor), currency) for minor in (one.gain, one.honest))
    sure = all(t.bound is not None for t in one.best) and not one.left_out
    proved = (
        Text("proved: no plan of the repertoire gains more", "已证明：清单内没有手法得益更多")
        if sure
        else Text("searched, not proved", "为搜索所得，未证明")
    )
    if not one.gain:
        alone = Text(
            f"{one.name.en}: at {n} positions no plan of one person pays more than honest work ({proved.en}).",
            f"{one.name.zh}：{n} 个岗位情形下，没有一人的手法比如实记录多得（{proved.zh}）。",
        )
        rest = Text(f" Without {out.en}.", f"不含{out.zh}。") if one.left_out else Text("", "")
        return Text(f"{alone.en}{apart.en}{rest.en}", f"{alone.zh}{apart.zh}{rest.zh}")
    share = f"{one.gain / one.honest:.1%}" if one.honest else "–"
    said = Text(
        f"{one.name.en}: at {n} positions a plan would pay {gain.en} beside {honest.en} of honest pay in two "
        f"months ({share}; {proved.en}).",
        f"{one.name.zh}：{n} 个岗位情形下，两个月如实应发合计 {honest.zh}，"
        f"手法可多得 {gain.zh}（{share}；{proved.zh}）。",
    )
    row = one.repair
    if row is not None and row.repair is not None:
        left = f"{row.share:.1%}" if row.share is not None else "–"
        end = Text(
            f" Smallest repair found: {row.titles.en}; {left} is left.",
            f"找到的最小修改：{row.titles.zh}；剩余 {left}。",
        )
    elif one.repairs:
        end = Text(" No repair of those tried is enough.", "所试修改均不足。")
    else:
        end = Text(" It is too little to ask for a repair.", "数额很小，无需修改。")
    if one.left_out:
        end = Text(f"{end.en} Without {out.en}.", f"{end.zh}不含{out.zh}。")
    return Text(f"{said.en}{apart.en}{end.en}", f"{said.zh}{apart.zh}{end.zh}")


def _together(one: RedTeam, currency: str) -> Text:
    """Say what two people together would gain, where that is more than the best plan of one at the same position."""
    alone = {t.position: t.best.gain for t in one.best}
    most = max(
        (t.best.gain for t in one.tricks if t.trick == PAIR and t.best.gain > alone.get(t.position, 0)), default=0
    )
    if not most:
        return Text("", "")
    money = priced(format_money(most), currency)
    return Text(
        f" Two people together would gain up to {money.en}; repairs are not tried against that.",
        f"两人合谋最多可多得 {money.zh}；修改方案未就此检验。",
    )
