"""The later blocks of the target report: references, balance between groups, small volumes, findings, files."""

from __future__ import annotations

import pandas as pd

from toolkit.core.text import Lang, Text
from toolkit.models.targets.target_text import GROUPS_ZH
from toolkit.models.targets.targets import LEVELS, TargetProposal
from toolkit.output.render import blocks as page
from toolkit.output.render.html import Html, join
from toolkit.output.render.tables import Column, render_table
from toolkit.output.render.workbook import Sheet
from toolkit.output.reports.study_view import PERSON, show_findings, show_table, show_workbook
from toolkit.output.reports.targets_page import ALONG, CHANCE_COLUMNS, NAMES, REACH, seen_part, shown
from toolkit.studies.planning.outlook import Lacking
from toolkit.studies.planning.proposals import TargetStudy

GROUPS_EN = {
    "volume": "volume",
    "shop": "shop",
    "tenure": "tenure",
    "new": "new (6 months or less)",
    "settled": "longer here",
}
REMEDIES = {
    "flat": Text("same edge", "同一条线"),
    "edge": Text("edge by volume", "按量定线"),
    "pool": Text("pool months", "合并月份"),
    "ramp": Text("ramp", "按比例付"),
}


@shown
def references(study: TargetStudy, proposal: TargetProposal, lang: Lang) -> Html:
    """Hold the edges against the team's own history and against other shops."""
    table = study.references.assign(label=study.references[f"label_{lang}"])
    columns = [
        Column("label", Text("Compared with", "对照")),
        Column("low", Text("From", "自"), "share"),
        Column("high", Text("To", "至"), "share"),
        Column("edges_at_or_below", Text("Edges at or below", "不高于它的线"), "count"),
        Column("edges_above", Text("Edges above", "高于它的线"), "count"),
    ]
    words = [study.ratchet]
    words.append(
        Text(
            "These edges are the same for everybody and come from the whole team's months, so a good month raises "
            "nobody's own next target.",
            "这些线对所有人相同，来自全队各月数据，因此做得好不会抬高任何人自己的下月目标。",
        )
    )
    if "benchmark" not in set(table["code"]):
        words.append(Text("Benchmark of other shops: not given.", "行业对标：未给出。"))
    caption = Text("Own history and other shops", "自身历史与行业")
    return join(render_table(table, columns, caption, lang), page.notes(words, lang))


@shown
def balance(study: TargetStudy, proposal: TargetProposal, lang: Lang) -> Html:
    """Show whether groups have like chances, and the level most people reach."""
    point = float(proposal.balance_point)
    words = Text(
        f"Balance point: at {point:.1%} more than half of the agents are more likely than not to get there. A target "
        "far above it is felt as a trick, one far below pays for nothing.",
        f"平衡点：在 {point:.1%}，超过一半的客服更可能达到。目标远高于它会被当成骗局，远低于它则白花钱。",
    )
    table = balance_rows(study, lang)
    columns = [
        Column("column", Text("By", "按")),
        Column("value", Text("Group", "组别")),
        Column("n_agents", Text("Agents", "人数"), "count"),
        *(Column(name, NAMES[name], "share", 0) for name in LEVELS),
    ]
    caption = Text("Mean chance to reach each level", "各组达到各档位的平均机会")
    return join(page.paragraph(words, lang), render_table(table, columns, caption, lang))


def balance_rows(study: TargetStudy, lang: Lang) -> pd.DataFrame:
    """Return the groups' chances; in a shareable report a column with a group of too few people is left out whole."""
    names = GROUPS_ZH if lang == "zh" else GROUPS_EN
    order = ("volume", "shop", "tenure", "low", "middle", "high")
    place = {word: at for at, word in enumerate(order)}
    table = study.balance.sort_values(
        ["column", "value"], key=lambda words: words.map(place).fillna(len(place)), kind="stable"
    )
    if study.history.shareable:
        small = set(table.loc[table["n_agents"] < study.history.small_cell, "column"])
        table = table[~table["column"].isin(small)]
    return table.assign(
        column=[names.get(c, c) for c in table["column"]],
        value=[v if c == "shop" else names.get(v, v) for c, v in zip(table["column"], table["value"], strict=True)],
    )


@shown
def small_volumes(study: TargetStudy, proposal: TargetProposal, lang: Lang) -> Html:
    """Say what luck and whole buyers do at the target, and what each volume needs."""
    parts = (study.award, study.remedies, study.ramp)
    words = page.notes([p.why if isinstance(p, Lacking) else p.text for p in parts], lang)
    if isinstance(study.remedies, Lacking):
        return words
    table = study.remedies.table.sort_values(["inquiries", "agent"], kind="stable")
    table = table.assign(remedy=[REMEDIES[r].of(lang) for r in table["remedy"]])
    columns = [
        PERSON,
        Column("inquiries", Text("Inquiries", "询单"), "count"),
        Column("need", Text("Buyers needed", "需成交人数"), "count"),
        Column("flat_edge", Text("which is", "即"), "share"),
        Column("flat_chance", Text("Chance of an average agent", "平均客服的机会"), "share", 0),
        Column("remedy", Text("What fits", "适用办法")),
        Column("adjusted_need", Text("Buyers, edge by volume", "按量定线需成交"), "count"),
        Column("months", Text("Months to pool", "合并月数"), "count"),
    ]
    reference = study.remedies.reference
    caption = Text(
        f"The target at each volume, smallest first; at the middle volume an average agent's chance is {reference:.0%}",
        f"各询单量下的目标（由小到大）；中位询单量下平均客服的机会为 {reference:.0%}",
    )
    return join(words, show_table(table, columns, caption, lang))


def findings(study: TargetStudy, lang: Lang) -> Html:
    """Show what must be looked at before agreeing."""
    return show_findings(study.findings, study.history, lang)


def workbook(study: TargetStudy, lang: Lang, output_dir: str) -> Html:
    """Write the workbook beside the report and link it."""
    sheets = []
    if not isinstance(study.proposal, Lacking):
        along = [
            Column("threshold", ALONG.label, "share"),
            Column("mean_attainment", REACH.label, "share"),
            Column("lower", Text("from", "下限"), "share"),
            Column("upper", Text("to", "上限"), "share"),
            Column("expected_awards", Text("Expected awards", "预计获奖人数"), "number"),
            Column("expected_cost", Text("Cost", "成本"), "money"),
            Column("net", Text("Profit less cost", "利润减成本"), "change"),
        ]
        curve = seen_part(study.proposal).round({"expected_cost": 0, "net": 0})
        sheets.append(Sheet(Text("Chances", "机会"), study.proposal.agents, CHANCE_COLUMNS))
        sheets.append(Sheet(Text("Along the edge", "各门槛"), curve, along))
    return show_workbook(sheets, study.findings, study.history, lang, output_dir)
