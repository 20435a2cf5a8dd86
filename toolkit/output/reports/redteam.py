"""The block of plans that would pay, in the design report, and its plain files.

It speaks of positions and of schemes, in every edition alike: no person is named, and nobody is said to have done any
of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from toolkit.core.text import Lang, Text
from toolkit.data.tables.storage import publish_bytes
from toolkit.output.render import blocks as page
from toolkit.output.render.html import Html, join
from toolkit.output.render.tables import TableColumn, render_table
from toolkit.output.reports.files import write_frames
from toolkit.rules.pay.measures import kind_of_column
from toolkit.studies.design.overlays import overlay_text
from toolkit.studies.redteam.repertoire import ACTS
from toolkit.studies.redteam.tricks import (
    ALL,
    PAIR,
    RedTeam,
    RepairRow,
    Trick,
    repairs_table,
    say_red_team,
    tricks_table,
)

NOT_ASKED = Text("Not asked for: incentive design --red-team.", "未要求此项：incentive design --red-team。")
WORDS = {
    ALL: Text("acts together, the best found", "各手法合用，所找到的最好方案"),
    PAIR: Text("two together, what both gain", "两人配合，合计得益"),
} | ACTS
BASIS = {
    "proved": Text("proved", "已证明"),
    "every plan paid": Text("every plan paid", "逐一计发"),
    "searched, not proved": Text("searched, not proved", "搜索所得，未证明"),
}
RESTS = Text(
    "A plan is a way to move figures over a month's end that would pay more under a scheme than honest work does; that "
    "anybody does so is neither said nor known. Each position is the usual month of one person under a number, every "
    "order at the mean value, twice over; profit counts as 20 % of sales and a reply as 30 seconds, whatever the data "
    "say. Gain is the pay of both months, less what is taken back for refunds, the stated cost of the acts and honest "
    "pay. Every plan shown was paid by the payroll to the cent. Proved: no plan of the repertoire gains more than the "
    "bound, which two methods found alike. A repair costs honest work as much in all as before; what it moves between "
    "positions stands beside it.",
    "“手法”指月末前后移动数据、在该方案下比如实记录多得的做法；并不表示有人这样做，也无从得知。每个岗位情形取一名人员的"
    "常见月份并编号，每单按均值计，前后两月相同；利润一律按销售额的 20%、回复时长按 30 秒计，不取实际数据。"
    "得益＝两月应发减去退款扣回与手法的设定成本，再减去如实应发。所列手法均经正式计发核对到分。“已证明”指清单内没有手法得益超过上界，"
    "且两种算法结果一致。修改后的方案对如实记录者的总成本不变，各岗位之间的变动列在旁边。",
)


def red_team(teams: Sequence[RedTeam] | None, lang: Lang, edition: str = "confidential") -> Html:
    """Show what plans would pay under each scheme, and the smallest repairs; None where it was not asked for.

    Parameters
    ----------
    edition : an internal one has no row of a position, which is one person's month.
    """
    if teams is None:
        return page.paragraph(NOT_ASKED, lang)
    said = [say_red_team(one, one.scheme.currency) for one in teams]
    parts: list[Html | None] = [page.notes(said, lang), _acts(teams, lang)]
    tricks = [(one, t) for one in teams for t in one.tricks if t.best.gain > 0]
    rows = [_trick(one, t, lang) for one, t in tricks]
    names = ["scheme", "position", "trick", "acts", "gain", "honest", "cost", "loss", "basis", "bound"]
    columns = [
        TableColumn("scheme", Text("Scheme", "方案")),
        TableColumn("position", Text("Position", "岗位情形")),
        TableColumn("trick", Text("Acts allowed", "可用手法")),
        TableColumn("acts", Text("Plan", "做法"), "sentence"),
        TableColumn("gain", Text("Gain", "得益"), "money"),
        TableColumn("honest", Text("Honest pay", "如实应发"), "money"),
        TableColumn("cost", Text("Cost of the acts", "手法成本"), "money"),
        TableColumn("loss", Text("Costs the shop", "店铺损失"), "money"),
        TableColumn("basis", Text("How sure", "依据")),
        TableColumn("bound", Text("Nothing gains more than", "上界"), "money"),
    ]
    if rows and edition != "internal":
        table = pd.DataFrame(rows, columns=names).astype({"bound": "Int64"})
        parts.append(
            render_table(table, columns, Text("Plans that would pay, two months", "两个月内会多得的做法"), lang)
        )
    parts += [_repairs(teams, lang), page.paragraph(RESTS, lang)]
    return join(*parts)


def _trick(one: RedTeam, t: Trick, lang: Lang) -> tuple[object, ...]:
    best = t.best
    words = (one.name.of(lang), t.position, WORDS[t.trick].of(lang), t.acts.of(lang))
    return (*words, best.gain, best.honest, best.cost, t.shop_loss, BASIS[t.basis].of(lang), t.bound)


def _acts(teams: Sequence[RedTeam], lang: Lang) -> Html | None:
    """Say what may be done, how often, at what cost, and whether anybody stated it."""
    if not teams:
        return None
    repertoire = teams[0].repertoire
    source = Text("assumed", "假定") if repertoire.assumed else Text("stated", "给定")
    rows = [(ACTS[a.name].of(lang), a.most, a.cost, source.of(lang)) for a in repertoire.acts]
    columns = [
        TableColumn("act", Text("Act", "手法")),
        TableColumn("most", Text("At most", "最多次数"), "count"),
        TableColumn("cost", Text("Cost of one", "每次成本"), "money"),
        TableColumn("source", Text("Figures", "数字来源")),
    ]
    return render_table(
        pd.DataFrame(rows, columns=["act", "most", "cost", "source"]), columns, Text("The repertoire", "手法清单"), lang
    )


def _repairs(teams: Sequence[RedTeam], lang: Lang) -> Html | None:
    rows = [(one.name.of(lang), row.titles.of(lang), *_repair(row, lang)) for one in teams for row in one.repairs]
    if not rows:
        return None
    columns = [
        TableColumn("scheme", Text("Scheme", "方案")),
        TableColumn("repair", Text("Repair", "修改")),
        TableColumn("gain", Text("Gain left", "剩余得益"), "money"),
        TableColumn("share", Text("of honest pay", "占如实应发"), "share", 1),
        TableColumn("change", Text("Honest cost in all", "如实总成本变化"), "change"),
        TableColumn("moved", Text("Moved by position", "各岗位平均变动"), "money"),
        TableColumn("told", Text("Remark", "说明")),
    ]
    table = pd.DataFrame(rows, columns=[c.name for c in columns])
    table = table.astype({"gain": "Int64", "change": "Int64", "moved": "Int64", "share": "float64"})
    return render_table(table, columns, Text("Repairs, smallest first", "修改方案，改动最小的在前"), lang)


def _repair(row: RepairRow, lang: Lang) -> tuple[object, ...]:
    made = row.repair
    if made is None:
        return None, None, None, None, row.why.of(lang)
    basis = BASIS["proved" if row.proved else "searched, not proved"].of(lang)
    told = f"{basis}；{ENOUGH.zh}" if lang == "zh" and row.is_enough else basis
    told = f"{basis}; {ENOUGH.en}" if lang == "en" and row.is_enough else told
    return row.gain, row.share, made.after - made.before, round(made.moved), told


ENOUGH = Text("enough: at most 2 %", "足够：不超过 2%")


def write_red_team(teams: Sequence[RedTeam], folder: Path) -> list[Path]:
    """Write tricks.csv, repairs.csv, each witness as the tables `pay` takes, and each repair; return their paths."""
    paths = write_frames({"tricks.csv": tricks_table(teams), "repairs.csv": repairs_table(teams)}, folder)
    for n, one in enumerate(teams):
        frames = {}
        for t in one.tricks:
            if t.witness is None:
                continue
            name = f"{n}-{t.position}-{t.trick.replace(' ', '-')}"
            measures = t.witness.measures.dropna(axis=1, how="all")
            money = [c for c in measures if kind_of_column(str(c), one.scheme.vocabulary) == "money"]
            frames[f"witness-{name}.csv"] = measures.assign(**{str(c): measures[c] / 100 for c in money})
            if len(t.witness.refunds):
                frames[f"witness-{name}-refunds.csv"] = t.witness.refunds.assign(
                    amount=t.witness.refunds["amount"] / 100
                )
        paths += write_frames(frames, folder)
        for row in one.repairs:
            made = row.repair
            if made is None or not (made.overlay or made.text):
                continue
            path = folder / f"repair-{n}-{'-'.join(made.codes)}.yaml"
            head = overlay_text(Path(one.scheme.source), None, {}, folder).split("\n", 1)[0]
            publish_bytes(path, (made.text or f"{head}\n{made.overlay.split(chr(10), 1)[1]}").encode())
            paths.append(path)
    return paths
