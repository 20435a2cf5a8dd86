"""The blocks of the target report, in the order of its pages.

The first blocks of the target report: the proposal, each agent's chance, what it costs and brings.

The later blocks of the target report: references, balance between groups, small volumes, findings, files.
"""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from toolkit.core.findings import worst
from toolkit.core.money import format_money
from toolkit.core.text import Lang, Text
from toolkit.models.targets.average_lines import AverageLines
from toolkit.models.targets.lines import FEWEST
from toolkit.models.targets.targets import GROUPS_ZH, LEVELS, TargetProposal
from toolkit.output.render import blocks as page
from toolkit.output.render.chart_data import ChartMark, Curve, Point, Scale
from toolkit.output.render.charts import dot_interval_chart, plane_chart
from toolkit.output.render.html import Html, join
from toolkit.output.render.tables import TableColumn, render_table
from toolkit.output.render.workbook import WorkbookSheet
from toolkit.output.reports.view import PERSON, by_group, facts, groups_of, show_findings, show_table, show_workbook
from toolkit.studies.planning.outlook import NotPossible
from toolkit.studies.planning.targets import NEW, TargetStudy, agent_groups, measures_known, say_without_rise, say_worth

NAMES = {
    "threshold": Text("Threshold", "起付线"),
    "target": Text("Target", "目标"),
    "stretch": Text("Stretch", "挑战线"),
}
MOST_DRAWN = 60
ALONG = Scale(Text("edge", "门槛"), "share")
REACH = Scale(Text("share of agents who reach it", "达到者占比"), "share")
MONEY = Scale(Text("a month", "每月"), "money")
PLANNED = Text("Agents planned for", "列入计划的客服人数")
CHANCE_COLUMNS = (
    PERSON,
    TableColumn("inquiries", Text("Inquiries", "询单"), "count"),
    TableColumn("rate", Text("Expected", "预期转化率"), "share"),
    TableColumn("chance_threshold", Text("Reaches threshold", "达起付线"), "share", 0),
    TableColumn("chance_target", Text("Reaches target", "达目标"), "share", 0),
    TableColumn("lower_target", Text("from", "下限"), "share", 0),
    TableColumn("upper_target", Text("to", "上限"), "share", 0),
    TableColumn("usual_target", Text("Target, usual month", "如常月份达目标"), "share", 0),
    TableColumn("need_target", Text("Buyers needed", "需成交人数"), "count"),
    TableColumn("chance_stretch", Text("Reaches stretch", "达挑战线"), "share", 0),
)


def shown(block: Callable[[TargetStudy, TargetProposal, Lang], Html]) -> Callable[[TargetStudy, Lang], Html]:
    """Show a block of a proposal, or why there is none."""

    def make(study: TargetStudy, lang: Lang) -> Html:
        if isinstance(study.proposal, NotPossible):
            return page.paragraph(study.proposal.why, lang)
        return block(study, study.proposal, lang)

    make.__doc__, make.__name__ = block.__doc__, block.__name__
    return make


def head(study: TargetStudy, lang: Lang) -> Html:
    """Show what the report is about."""
    request, none = study.request, Text("not given", "未给出")
    asked: list[tuple[Text, Text | str]] = [
        (Text("For", "适用对象"), _for_whom(study)),
        *([] if isinstance(study.proposal, NotPossible) else [(PLANNED, f"{len(study.proposal.agents):,}")]),
        (Text("Planned uplift", "计划提升"), _uplift(float(study.terms.uplift))),
        (Text("Shares meant to reach", "计划达成率"), ", ".join(f"{float(share):.0%}" for share in study.terms.shares)),
        (Text("Budget a month", "每月预算"), none if study.terms.budget is None else format_money(study.terms.budget)),
        (Text("Margin of one more sale", "新增销售毛利率"), request.margin or none),
        (Text("Average margin", "平均毛利率"), request.average_margin or none),
    ]
    title = Text(f"Targets for {study.coming}", f"{study.coming} 目标建议")
    return page.head(title, study.history.name, [*facts(study), *asked], lang)


def _uplift(share: float) -> Text:
    """Say that a rise is a share of the rate itself, by an example."""
    then = 0.3 * (1 + share)
    return Text(
        f"{share:.1%} of each rate (30.0% becomes {then:.1%})", f"每人转化率的 {share:.1%}（30.0% 变为 {then:.1%}）"
    )


def _for_whom(study: TargetStudy) -> Text:
    """Say which shops and roles the targets are for."""
    chosen = [part for part in (study.request.shop, study.request.role) if part]
    return Text(", ".join(chosen), "、".join(chosen)) if chosen else Text("everybody who serves", "所有接待客服")


def verdict(study: TargetStudy, lang: Lang) -> Html:
    """Say the one sentence, and whether somebody has to look at what was found."""
    return page.look_at(_verdict(study, lang), worst(study.findings) != "info")


def _verdict(study: TargetStudy, lang: Lang) -> Html:
    """Say the proposal in one sentence, and both sides' view of it."""
    proposal = study.proposal
    if isinstance(proposal, NotPossible):
        return page.verdict(proposal.why, "review", lang)
    open_matters = sum(f.severity != "info" for f in study.findings)
    edges = [f"{float(edge):.1%}" for edge in proposal.edges]
    more = Text("", "")
    if open_matters:
        more = Text(f" Look into {open_matters} matters first.", f"请先查看 {open_matters} 项事项。")
        if open_matters == 1:
            more = Text(" Look into one matter first.", more.zh)
    rise = Text("", "")
    if uplift := float(study.terms.uplift):
        rise = Text(
            f", each after a {uplift:.1%} rise of everybody's rate", f"（均以每人转化率提升 {uplift:.1%} 为前提）"
        )
    words = Text(
        f"Proposed for {study.coming}: threshold {edges[0]}, target {edges[1]}, stretch {edges[2]}{rise.en}.{more.en}",
        f"{study.coming} 建议：起付线 {edges[0]}，目标 {edges[1]}，挑战线 {edges[2]}{rise.zh}。{more.zh}",
    )
    off = [f.message for f in study.findings if f.code == "attainment-off"]
    return page.verdict(words, "review" if open_matters else "good", lang, [proposal.month, proposal.text, *off])


def figures(study: TargetStudy, lang: Lang) -> Html:
    """Show the three edges with the share expected to reach each, and the balance point."""
    proposal = study.proposal
    if isinstance(proposal, NotPossible):
        return page.figures([], lang)
    outlook = proposal.forecast.outlook
    rows = proposal.table[["name", "threshold", "mean_attainment", "lower", "upper", "usual_attainment"]]
    items = []
    for name, edge, mean, low, high, usual in rows.itertuples(index=False, name=None):
        words = Text(
            f"{mean:.0%} reach it ({low:.0%} to {high:.0%})",
            f"预计 {mean:.0%} 的人达到（{low:.0%} 至 {high:.0%}）",
        )
        if outlook.source == "unknown":
            words = Text(
                f"{usual:.0%} reach it in a month like the last {outlook.n_usual}; as the month turns out, {low:.0%} "
                f"to {high:.0%}",
                f"若与最近 {outlook.n_usual} 个月相似，{usual:.0%} 的人达到；视当月情况，{low:.0%} 至 {high:.0%}",
            )
        items.append(page.Figure(NAMES[str(name)], f"{edge:.1%}", words))
    balance = Text("most are more likely than not to reach", "多数人更可能达到的最高水平")
    items.append(page.Figure(Text("Balance point", "平衡点"), f"{float(proposal.balance_point):.1%}", balance))
    return page.figures(items, lang)


@shown
def attainment(study: TargetStudy, proposal: TargetProposal, lang: Lang) -> Html:
    """Show how many would reach each possible edge."""
    curve = seen_part(proposal)
    xs = curve["threshold"].tolist()
    curves = [
        Curve("", xs, curve["lower"].tolist(), curve["upper"].tolist(), flagged=True),
        Curve("", xs, curve["mean_attainment"].tolist(), flagged=True),
    ]
    rows = proposal.table
    points = [
        Point(Text(f"{NAMES[str(n)].en} {x:.1%}", f"{NAMES[str(n)].zh} {x:.1%}"), x, y, True)
        for n, x, y in zip(rows["name"], rows["threshold"], rows["mean_attainment"], strict=True)
    ]
    title = Text("Who reaches an edge: mean and 95 % range of a month", "各门槛的达成率：均值与单月 95% 范围")
    apart = (
        Text(
            f"Campaign months are set apart: {', '.join(study.campaigns)}.",
            f"大促月份不参与估计：{'、'.join(study.campaigns)}。",
        ),
    )
    outlook = study.forecast.why if isinstance(study.forecast, NotPossible) else study.forecast.outlook.text
    words = page.notes([outlook, *(apart if study.campaigns else ())], lang)
    return join(plane_chart(curves, points, title=title, scales=(ALONG, REACH), lang=lang), words)


def seen_part(proposal: TargetProposal) -> pd.DataFrame:
    """Return the part of the curve in which anything happens."""
    mean = proposal.curve["mean_attainment"]
    return proposal.curve[(mean < 0.995).shift(-1, fill_value=True) & (mean > 0.005).shift(1, fill_value=True)]


@shown
def both_sides(study: TargetStudy, proposal: TargetProposal, lang: Lang) -> Html:
    """Show what the proposal costs and brings, level by level, and along the edge."""
    table = proposal.table.assign(
        name=[NAMES[str(n)].of(lang) for n in proposal.table["name"]],
        **{c: proposal.table[c].round() for c in ("expected_cost", "expected_gain", "bonus")},
    )
    columns = [
        TableColumn("name", Text("Level", "档位")),
        TableColumn("threshold", Text("From", "门槛"), "share"),
        TableColumn("mean_attainment", Text("Reached by", "达到者"), "share", 0),
        TableColumn("without_uplift", Text("without the rise", "若无提升"), "share", 0),
        TableColumn("people", Text("People whose highest it is", "以此为最高档的人数"), "number", 1),
        TableColumn("people_lower", Text("from", "下限"), "count"),
        TableColumn("people_upper", Text("to", "上限"), "count"),
        TableColumn("bonus", Text("Bonus", "奖金"), "money"),
        TableColumn("expected_cost", Text("Expected cost", "预计成本"), "money"),
        TableColumn("expected_gain", Text("Profit its reachers bring", "达到者带来的利润"), "money"),
    ]
    total = None
    if table["expected_cost"].notna().all():
        total = {"name": Text("All", "合计").of(lang), "expected_cost": table["expected_cost"].sum()}
    share = Text(
        f"At most {study.request.gain_share} of the uplift's profit goes to the agents. The bonus paid is that of the "
        "highest level reached.",
        f"最多将提升带来利润的 {study.request.gain_share} 分给客服。奖金按达到的最高档支付。",
    )
    caption = Text(
        f"Level by level, over all that {study.coming} may turn out to be",
        f"各档位（按 {study.coming} 可能出现的各种情况）",
    )
    shown_table = render_table(table, columns, caption, lang, total=total)
    words = page.notes([*say_worth(study), *say_without_rise(proposal), share], lang)
    return join(words, shown_table, _what_if(proposal, lang))


def _what_if(proposal: TargetProposal, lang: Lang) -> Html | None:
    """Draw what a target bonus would cost at each possible edge, against the profit of the uplift."""
    curve = seen_part(proposal)
    if curve["expected_cost"].isna().any():
        return None
    xs = curve["threshold"].tolist()
    curves = [Curve(Text("cost", "成本"), xs, curve["expected_cost"].tolist(), flagged=True)]
    if curve["expected_gain"].notna().all():
        curves.append(Curve(Text("profit of the uplift", "提升带来的利润"), xs, curve["expected_gain"].tolist()))
    edge = float(proposal.edges[1])
    cost = float(curve["expected_cost"].iloc[int((curve["threshold"] - edge).abs().to_numpy().argmin())])
    label = Text(f"Target {edge:.1%}", f"目标 {edge:.1%}")
    bonus = format_money(round(float(proposal.table["bonus"].iloc[1])))
    title = Text(
        f"What if the edge were another: cost of {bonus} to each who reaches it",
        f"若改用其他门槛：每位达到者奖 {bonus} 的成本",
    )
    points = [Point(label, edge, cost, True)]
    return plane_chart(curves, points, title=title, scales=(ALONG, MONEY), lang=lang)


@shown
def chances(study: TargetStudy, proposal: TargetProposal, lang: Lang) -> Html:
    """Show each agent's chance to reach the target, with its range."""
    ordered = proposal.agents.sort_values(["chance_target", "agent"], ascending=[False, True], kind="stable")
    half = MOST_DRAWN // 2
    drawn = ordered if len(ordered) <= MOST_DRAWN else pd.concat([ordered.head(half), ordered.tail(half)])
    ends = (drawn[c].astype("float64") for c in ("chance_target", "lower_target", "upper_target"))
    marks = [ChartMark(str(agent), *each) for agent, *each in zip(drawn["agent"], *ends, strict=True)]
    title = Text(
        f"Chance to reach the target of {float(proposal.edges[1]):.1%}, with 95 % range",
        f"达到目标 {float(proposal.edges[1]):.1%} 的机会及 95% 范围",
    )
    chart = dot_interval_chart(marks, title=title, kind="share", lang=lang, reference=0.5)
    note = Text(
        "The range says how well the agent's level and the month's are known; the chance already counts luck. A usual "
        f"month is like the last {proposal.forecast.outlook.n_usual} on average.",
        "范围反映对客服水平和当月水平了解的程度；机会本身已计入运气。如常指与最近 "
        f"{proposal.forecast.outlook.n_usual} 个月的平均相同。",
    )
    caption = Text("Chances after the planned uplift", "计划提升后的机会")
    groups = agent_groups(study.history)
    new = set(groups.loc[groups["tenure"] == "new", "agent"]) if "tenure" in groups else set[str]()
    columns, word = list(CHANCE_COLUMNS), Text("new", "新人").of(lang)
    if new & set(ordered["agent"]) and not study.history.internal:  # one new person is known by being new
        ordered = ordered.assign(tenure=[word if a in new else "" for a in ordered["agent"]])
        columns.insert(1, TableColumn("tenure", Text(f"{NEW} months or less", f"{NEW} 个月以内")))
    table = show_table(*by_group(ordered, columns, groups_of(study.conversion)), caption, lang)
    return join(chart, page.paragraph(note, lang), table)


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
        TableColumn("label", Text("Compared with", "对照")),
        TableColumn("low", Text("From", "自"), "share"),
        TableColumn("high", Text("To", "至"), "share"),
        TableColumn("edges_at_or_below", Text("Edges at or below", "不高于它的线"), "count"),
        TableColumn("edges_above", Text("Edges above", "高于它的线"), "count"),
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
        "far above it is felt to be out of reach, one far below pays for nothing.",
        f"平衡点：在 {point:.1%}，超过一半的客服更可能达到。目标远高于它，多数人会觉得够不着；远低于它则白花钱。",
    )
    table = balance_rows(study, lang)
    columns = [
        TableColumn("column", Text("By", "按")),
        TableColumn("value", Text("Group", "组别")),
        TableColumn("n_agents", Text("Agents", "人数"), "count"),
        *(TableColumn(name, NAMES[name], "share", 0) for name in LEVELS),
    ]
    caption = Text("Mean chance to reach each level", "各组达到各档位的平均机会")
    return join(page.paragraph(words, lang), render_table(table, columns, caption, lang), _own_lines(study, lang))


def _own_lines(study: TargetStudy, lang: Lang) -> Html | None:
    """Show the lines each group would have of its own, and what deciding between them means."""
    table = balance_rows(study, lang, study.lines)
    if table.empty or (table := table.loc[table["column"].isin(balance_rows(study, lang)["column"])]).empty:
        return None
    columns = [
        TableColumn("column", Text("By", "按")),
        TableColumn("value", Text("Group", "组别")),
        TableColumn("n_agents", Text("Agents", "人数"), "count"),
        TableColumn("common", Text("Reach the one target", "同一目标的达成率"), "share", 0),
        *(
            TableColumn(name, Text(f"Own {NAMES[name].en.lower()}", f"本组{NAMES[name].zh}"), "share")
            for name in LEVELS
        ),
        TableColumn("own", Text("Reach their own target", "本组目标的达成率"), "share", 0),
    ]
    unequal = [
        f.subject for f in study.findings if f.code == "unequal-chances" and f.subject in set(study.lines["column"])
    ]
    words = Text(
        "The same rule on each group alone gives every group the chances asked for. Where customers differ one line "
        "asks more effort of some; where people differ, lines of each group's own pay the same result differently. "
        "These data cannot decide which of the two it is for groups whose people do not change places.",
        "按同一规则对各组单独定线，各组的机会就都是计划的比例。若差别来自客户，同一条线对一些人要求更高；若差别来自人员，"
        "分组定线就是同样的成绩得到不同的报酬。人员不在组间流动时，数据无法判断是哪一种。",
    )
    if unequal:
        names = [(GROUPS_EN.get(c, c), GROUPS_ZH.get(c, c)) for c in unequal]
        by = Text(" and ".join(n for n, _ in names), "、".join(n for _, n in names))
        words = Text(f"One line is not fair by {by.en}. {words.en}", f"同一条线按{by.zh}不公平。{words.zh}")
    if (study.balance["n_agents"] < FEWEST).any():
        few = Text(" Groups of fewer than three people have no line of their own.", "不足三人的组不单独定线。")
        words = Text(f"{words.en}{few.en}", f"{words.zh}{few.zh}")
    caption = Text("A line of each group's own", "分组定线")
    return join(page.paragraph(words, lang), render_table(table, columns, caption, lang))


MEASURES = {
    "revenue_per_buyer": (Text("Revenue per buyer", "客单价"), "money"),
    "reply_seconds": (Text("Reply time, seconds (lower is better)", "平均响应时间（秒，越低越好）"), "number"),
}


def other_measures(study: TargetStudy, lang: Lang) -> Html:
    """Show lines on revenue per buyer and reply time, and what came of the same rule on past months."""
    if not measures_known(study.history):
        words = Text(
            "Not known: sales and buyers, or reply times and receptions. No line on another measure is proposed.",
            "没有销售额与付款人数，也没有响应时间与接待量，无法对其他指标定线。",
        )
        return page.paragraph(words, lang)
    rows, notes = [], []
    for lines in study.averages:
        name, kind = MEASURES[lines.measure]
        edges = [_amount(edge, kind) for edge in lines.table["edge"]]
        target = lines.table.iloc[1]
        rows.append(
            {
                "measure": name.of(lang),
                **dict(zip(LEVELS, edges, strict=True)),
                "mean": target["mean_attainment"],
                "lower": target["lower"],
                "upper": target["upper"],
                "balance": _amount(lines.balance_point, kind),
            }
        )
        notes.append(_held(lines, name))
    found = [lines.measure for lines in study.averages]
    notes += [_no_line(MEASURES[m][0]) for m in measures_known(study.history) if m not in found]
    columns = [
        TableColumn("measure", Text("Measure", "指标")),
        *(TableColumn(name, NAMES[name]) for name in LEVELS),
        TableColumn("mean", Text("Reach the target", "达到目标者"), "share", 0),
        TableColumn("lower", Text("from", "下限"), "share", 0),
        TableColumn("upper", Text("to", "上限"), "share", 0),
        TableColumn("balance", Text("Balance point", "平衡点")),
    ]
    words = Text(
        "As things are: no rise is planned for. The same shares of people as above are meant to reach each level.",
        "按现状估计，不含计划提升；各档位计划的达成率与上文相同。",
    )
    caption = Text("Lines on other measures", "其他指标的目标")
    table = render_table(pd.DataFrame(rows), columns, caption, lang) if rows else None
    return join(page.paragraph(words, lang), table, page.notes(notes, lang))


def _no_line(name: Text) -> Text:
    return Text(
        f"{name.en}: no line can be set; fewer than two ordinary months or two people, or values too alike for three "
        "lines.",
        f"{name.zh}：无法定线；普通月份或人员不足两个，或数值过于接近，分不出三条线。",
    )


def _amount(value: float, kind: str) -> str:
    return format_money(round(value)) if kind == "money" else f"{value:g}"


def _held(lines: AverageLines, name: Text) -> Text:
    """Say how the same rule fared on past months."""
    if lines.gap is None:
        return Text(
            f"{name.en}: too few months to try the rule on; the shares are not checked.",
            f"{name.zh}：月份太少，无法用历史检验，达成率未经核对。",
        )
    mean, low, high = (100 * x for x in lines.gap)
    n, stated, realised = len(lines.tried), lines.tried["stated"].mean(), lines.tried["realised"].mean()
    more = Text("", "")
    if low > 0 or high < 0:
        more = Text(" That is more than chance: do not trust these shares.", "这超出偶然：这些达成率不可全信。")
    return Text(
        f"{name.en}, tried on the last {n} months: {stated:.0%} were said to reach the target, {realised:.0%} did "
        f"({mean:+.0f} points, 95 % range {low:+.0f} to {high:+.0f}).{more.en}",
        f"{name.zh}：用最近 {n} 个月检验，预计 {stated:.0%} 的人达到目标，实际 {realised:.0%}（相差 {mean:+.0f} "
        f"个百分点，95% 范围 {low:+.0f} 至 {high:+.0f}）。{more.zh}",
    )


def balance_rows(study: TargetStudy, lang: Lang, of: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return groups in words; in an internal report a column with a group of too few people is left out whole.

    Parameters
    ----------
    of : rows by column and value, with `n_agents`; without it the groups' chances.
    """
    table = study.balance if of is None else of
    if table.empty:
        return table
    names = GROUPS_ZH if lang == "zh" else GROUPS_EN
    order = ("volume", "shop", "tenure", "low", "middle", "high")
    place = {word: at for at, word in enumerate(order)}
    table = table.sort_values(["column", "value"], key=lambda words: words.map(place).fillna(len(place)), kind="stable")
    if study.history.internal:
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
    words = page.notes([p.why if isinstance(p, NotPossible) else p.text for p in parts], lang)
    if isinstance(study.remedies, NotPossible):
        return words
    table = study.remedies.table.sort_values(["inquiries", "agent"], kind="stable")
    table = table.assign(remedy=[REMEDIES[r].of(lang) for r in table["remedy"]])
    columns = [
        PERSON,
        TableColumn("inquiries", Text("Inquiries", "询单"), "count"),
        TableColumn("need", Text("Buyers needed", "需成交人数"), "count"),
        TableColumn("flat_edge", Text("which is", "即"), "share"),
        TableColumn("flat_chance", Text("Chance of an average agent", "平均客服的机会"), "share", 0),
        TableColumn("remedy", Text("What fits", "适用办法")),
        TableColumn("adjusted_need", Text("Buyers, edge by volume", "按量定线需成交"), "count"),
        TableColumn("months", Text("Months to pool", "合并月数"), "count"),
    ]
    reference = study.remedies.reference
    caption = Text(
        f"The target at each volume, smallest first; at the middle volume an average agent's chance is {reference:.0%}",
        f"各询单量下的目标（由小到大）；中位询单量下平均客服的机会为 {reference:.0%}",
    )
    return join(words, show_table(table, columns, caption, lang))


def tried(study: TargetStudy, lang: Lang) -> Html:
    """Show how many reached the targets that would have been proposed for past months."""
    found = study.attainment
    if isinstance(found, NotPossible):
        return page.paragraph(found.why, lang)
    how = Text(
        "For each month targets are proposed from the months before it, at the volumes that came, without an uplift. "
        f"The mean squared distance between an agent's chance and what came is {found.error:.3f}, with the agent's own "
        f"rate so far in place of this baseline {found.own_error:.3f}; smaller is better.",
        "每个月只用之前的月份、按实际询单量提出目标，不含提升。个人机会与结果之差的平方均值为 "
        f"{found.error:.3f}，若改用客服历史转化率则为 {found.own_error:.3f}；越小越好。",
    )
    columns = [
        TableColumn("month", Text("Month", "月份")),
        TableColumn("n_agents", Text("Agents", "人数"), "count"),
        TableColumn("target", Text("Target", "目标"), "share"),
        *GAP_COLUMNS,
    ]
    months = render_table(found.months, columns, Text("Share that reaches the target", "达到目标者占比"), lang)
    names = GROUPS_ZH if lang == "zh" else {**GROUPS_EN, "new": "new (6 months or less)"}
    groups = found.groups
    if study.history.internal and (found.agents.groupby("volume")["agent"].nunique() < study.history.small_cell).any():
        groups = groups.iloc[:0]
    place = {word: at for at, word in enumerate(("volume", "tenure", "low", "middle", "high"))}
    groups = groups.sort_values(["column", "value"], key=lambda words: words.map(place).fillna(9), kind="stable")
    groups = groups.assign(
        value=[names.get(v, v) for v in groups["value"]], column=[names[c] for c in groups["column"]]
    )
    columns = [
        TableColumn("column", Text("By", "按")),
        TableColumn("value", Text("Group", "组别")),
        TableColumn("n", Text("Agents x months", "客服 × 月"), "count"),
        *GAP_COLUMNS,
    ]
    by = render_table(groups, columns, Text("The same by group", "分组情况"), lang) if len(groups) else None
    return join(page.notes([found.text, how], lang), months, by)


GAP_COLUMNS = (
    TableColumn("stated", Text("Said to reach it", "预计达到"), "share", 0),
    TableColumn("realised", Text("Reached it", "实际达到"), "share", 0),
    TableColumn("gap", Text("Difference, points", "相差（百分点）"), "points", 0),
)


def findings(study: TargetStudy, lang: Lang) -> Html:
    """Show what must be looked at before agreeing."""
    return show_findings(study.findings, study.history, lang)


def workbook(study: TargetStudy, lang: Lang, output_dir: str) -> Html:
    """Write the workbook beside the report and link it."""
    sheets = []
    if not isinstance(study.proposal, NotPossible):
        along = [
            TableColumn("threshold", ALONG.label, "share"),
            TableColumn("mean_attainment", REACH.label, "share"),
            TableColumn("lower", Text("from", "下限"), "share"),
            TableColumn("upper", Text("to", "上限"), "share"),
            TableColumn("expected_awards", Text("Expected awards", "预计获奖人数"), "number"),
            TableColumn("expected_cost", Text("Cost", "成本"), "money"),
            TableColumn("net", Text("Profit less cost", "利润减成本"), "change"),
        ]
        curve = seen_part(study.proposal).round({"expected_cost": 0, "net": 0})
        chances_by_group = by_group(study.proposal.agents, CHANCE_COLUMNS, groups_of(study.conversion))
        sheets.append(WorkbookSheet(Text("Chances", "机会"), *chances_by_group))
        sheets.append(WorkbookSheet(Text("Along the edge", "各门槛"), curve, along))
    return show_workbook(sheets, study.findings, study.history, lang, output_dir)
