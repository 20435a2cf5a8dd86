"""The first blocks of the baseline report: who really differs, what was allowed for, who lies outside, the months."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from toolkit.core.text import Lang, Text
from toolkit.models.baseline.conversion import ConversionBaseline
from toolkit.models.baseline.counts import KNOWN_CASE_MIX
from toolkit.output.render import blocks as page
from toolkit.output.render.chart_data import Curve, Line, Mark, Point, Scale
from toolkit.output.render.charts import dot_interval_chart, line_chart, plane_chart
from toolkit.output.render.html import Html, join
from toolkit.output.render.tables import Column, render_table
from toolkit.output.reports.study_view import PERSON, facts, named, show_table
from toolkit.studies.planning.baselines import BaselineStudy
from toolkit.studies.planning.outlook import Lacking

MOST_DRAWN = 60
RATE = Scale(Text("conversion", "转化率"), "share")
INQUIRIES = Scale(Text("inquiries of the month", "当月询单"), "count")
AGENT_COLUMNS = (
    PERSON,
    Column("n_inquiries", Text("Inquiries", "询单"), "count"),
    Column("raw", Text("As counted", "原始转化率"), "share"),
    Column("expected", Text("Average agent, same inquiries", "平均客服接同样询单"), "share"),
    Column("rate", Text("Beyond luck", "剔除运气后"), "share"),
    Column("rate_lower", Text("from", "下限"), "share"),
    Column("rate_upper", Text("to", "上限"), "share"),
    Column("shrinkage", Text("Difference kept", "差异保留"), "share", 0),
)


def head(study: BaselineStudy, lang: Lang) -> Html:
    """Show what the report is about."""
    title = Text(
        f"Who converts better, up to {study.history.months[-1]}", f"谁的转化更好（截至 {study.history.months[-1]}）"
    )
    return page.head(title, study.history.name, facts(study), lang)


def told_apart(conversion: ConversionBaseline) -> tuple[int, int]:
    """Return how many agents lie above and below the average agent with their whole interval."""
    return int((conversion.agents["lower"] > 0).sum()), int((conversion.agents["upper"] < 0).sum())


def verdict(study: BaselineStudy, lang: Lang) -> Html:
    """Say whether agents differ, and for how many it can be said."""
    conversion = study.conversion
    if isinstance(conversion, Lacking):
        return page.verdict(conversion.why, "review", lang)
    details = [part.text for part in (study.sales,) if not isinstance(part, Lacking)]
    details += [_withheld(conversion)] if not conversion.identification.connected else []
    above, below = told_apart(conversion)
    n = len(conversion.agents)
    if above + below == 0:
        none = Text(
            f"Nobody of the {n} agents can be told apart from the average; no best agent is named.",
            f"{n} 名客服中没有一人能与平均水平区分开；不指认最佳客服。",
        )
        return page.verdict(none, "review", lang, details)
    where = "" if conversion.identification.connected else " of their group"
    words = Text(
        f"{above} of {n} agents convert more and {below} less than an average agent{where} would with the same "
        f"inquiries, beyond what luck explains; the other {n - above - below} cannot be told apart.",
        f"{n} 名客服中，{above} 名的转化高于、{below} 名低于平均客服{'（同组内）' if where else ''}接待同样"
        f"询单的水平，且无法用运气解释；其余 {n - above - below} 名无法区分。",
    )
    return page.verdict(words, "good", lang, details)


def _withheld(conversion: ConversionBaseline) -> Text:
    n = int(conversion.identification.group.max()) + 1
    return Text(
        f"Comparison between {n} groups of agents is withheld: nobody worked in two of them, so a difference may be "
        "the shops' as well as the agents'.",
        f"{n} 组客服之间不作比较：没有人在两组都工作过，差异可能来自店铺，也可能来自客服。",
    )


def figures(study: BaselineStudy, lang: Lang) -> Html:
    """Show the team's rate, how many can be told apart, the chance that a month's best is best, months needed."""
    items = [_team(study)]
    if not isinstance(study.conversion, Lacking):
        above, below = told_apart(study.conversion)
        items.append(
            page.Figure(
                Text("Told apart from average", "与平均有别"),
                f"{above + below} / {len(study.conversion.agents)}",
                Text(f"{above} above, {below} below", f"高于 {above} 人，低于 {below} 人"),
            )
        )
    if not isinstance(study.ranking, Lacking):
        chance = min(study.ranking.best_is_best.values())
        items.append(
            page.Figure(
                Text("Month's best is truly best", "当月第一真正最好"),
                f"{chance:.0%}",
                Text("chance, so an award to the best is partly luck", "的概率；排名奖有一部分靠运气"),
            )
        )
    if not isinstance(study.reliability, Lacking):
        months = study.reliability.table["months_needed"].dropna()
        enough = Text(
            f"for skill to be {study.reliability.wanted:.0%} of the differences, middle agent",
            f"才能让差异的 {study.reliability.wanted:.0%} 来自能力（中位客服）",
        )
        value = "–" if months.empty else f"{int(np.ceil(months.median()))}"
        items.append(page.Figure(Text("Months to judge by", "需要看几个月"), value, enough))
    return page.figures(items, lang)


def _team(study: BaselineStudy) -> page.Figure:
    rates = _monthly(study)
    last, label = rates.index[-1], Text("Team's conversion", "团队转化率")
    if len(rates) == 1:
        return page.Figure(label, f"{rates.iloc[-1]:.1%}", Text(f"in {last}", f"{last}"))
    points = 100 * (rates.iloc[-1] - rates.iloc[-2])
    change = Text(f"{points:+.1f} points on {rates.index[-2]}", f"比 {rates.index[-2]} {points:+.1f} 个百分点")
    return page.Figure(label, f"{rates.iloc[-1]:.1%}", change)


def _monthly(study: BaselineStudy) -> pd.Series[float]:
    sums = study.history.cells.groupby("month")[["inquiries", "buyers"]].sum().astype("float64")
    sums = sums[sums["inquiries"] > 0]
    return sums["buyers"] / sums["inquiries"]


def differences(study: BaselineStudy, lang: Lang) -> Html:
    """Show each agent's rate beyond luck with its interval, and say how two of them came about."""
    conversion = study.conversion
    if isinstance(conversion, Lacking):
        return page.paragraph(conversion.why, lang)
    if not np.isfinite(conversion.agents["effect"]).all():
        return page.paragraph(Text("There is nobody to compare with.", "没有可比的人。"), lang)
    ordered = conversion.agents.sort_values("effect", ascending=False, kind="stable")
    sure = ordered.assign(sure=(ordered["lower"] > 0) | (ordered["upper"] < 0))
    charts = [
        _caterpillar(rows, conversion, _where(study, conversion, group), lang) for group, rows in sure.groupby("group")
    ]
    caption = Text("Agents, dark: told apart from the average", "各客服（深色：与平均有别）")
    smallest = ordered.sort_values("n_inquiries", kind="stable")["agent"].iloc[0]
    told = dict.fromkeys([ordered["agent"].iloc[0], smallest])
    words = page.notes([conversion.explain(agent) for agent in told], lang)
    return join(
        page.paragraph(conversion.text, lang),
        *charts,
        words,
        show_table(sure, AGENT_COLUMNS, caption, lang, flag="sure"),
    )


def _where(study: BaselineStudy, conversion: ConversionBaseline, group: object) -> Text:
    """Return which group of comparable agents a chart shows, with its shops where they may be told."""
    if conversion.identification.connected:
        return Text("", "")
    name = Text(f", group {int(str(group)) + 1}", f"，第 {int(str(group)) + 1} 组")
    agents = conversion.agents.loc[conversion.agents["group"] == group, "agent"]
    cells = study.history.cells
    if study.history.shareable or "shop" not in cells:
        return name
    shops = sorted(cells.loc[cells["agent"].isin(agents), "shop"].dropna().unique())
    return Text(f"{name.en} ({', '.join(shops)})", f"{name.zh}（{'、'.join(shops)}）")


def _caterpillar(rows: pd.DataFrame, conversion: ConversionBaseline, where: Text, lang: Lang) -> Html:
    half = MOST_DRAWN // 2
    drawn = rows if len(rows) <= MOST_DRAWN else pd.concat([rows.head(half), rows.tail(half)])
    ends = (drawn[c].astype("float64") for c in ("rate", "rate_lower", "rate_upper"))
    marks = [Mark(str(a), *each) for a, *each in zip(drawn["agent"], *ends, drawn["sure"].tolist(), strict=True)]
    few = Text("", "")
    if len(drawn) < len(rows):
        few = Text(f", highest and lowest {half}", f"，最高和最低各 {half} 人")
    title = Text(
        f"Conversion on the team's mix with 95 % range; line: average agent{where.en}{few.en}",
        f"按团队构成的转化率及 95% 范围；虚线为平均客服{where.zh}{few.zh}",
    )
    return dot_interval_chart(marks, title=title, kind="share", lang=lang, reference=conversion.summary["rate"])


def scope(study: BaselineStudy, lang: Lang) -> Html:
    """Say what is allowed for and what is not, and show the levels."""
    conversion = study.conversion
    mix = ("month", *study.case_mix)
    lines = [
        Text(
            f"Allowed for: {named(mix, 'en')}. A difference between them is not counted for or against anybody.",
            f"已调整：{named(mix, 'zh')}。它们之间的差异不算在客服头上。",
        )
    ]
    out = [c for c in KNOWN_CASE_MIX if c not in mix]
    if out:
        lines.append(
            Text(
                f"Not allowed for: {named(out, 'en')}. Their difference is counted as the agent's.",
                f"未调整：{named(out, 'zh')}。它们之间的差异会算到客服头上。",
            )
        )
    if isinstance(conversion, Lacking):
        return page.notes(lines, lang)
    if not conversion.identification.connected:
        lines.append(_withheld(conversion))
    table = _levels(conversion, study.case_mix, lang)
    columns = [
        Column("column", Text("What", "因素")),
        Column("level", Text("Level", "类别")),
        Column("n_inquiries", Text("Inquiries", "询单"), "count"),
        Column("raw", Text("As counted", "原始转化率"), "share"),
        Column("alike", Text("With the same agents and months", "同样客服和月份下"), "share"),
    ]
    if table.empty:
        return page.notes(lines, lang)
    return join(page.notes(lines, lang), render_table(table, columns, Text("What was allowed for", "已调整因素"), lang))


def _levels(conversion: ConversionBaseline, case_mix: Sequence[str], lang: Lang) -> pd.DataFrame:
    """Return each level of the case-mix with its rate as counted and with all else alike."""
    rows, rate = conversion.coefficients, conversion.summary["rate"]
    tables = []
    for column in case_mix:
        mine = rows[rows["term"].str.startswith(f"{column}=") & rows["status"].isin(["estimated", "reference"])]
        if len(mine) < 2:
            continue
        effect = mine["estimate"] - np.average(mine["estimate"], weights=mine["n_inquiries"])
        tables.append(
            mine.assign(
                column=named([column], lang),
                level=mine["term"].str.removeprefix(f"{column}=").replace("", "–"),
                raw=mine["buyers"] / mine["n_inquiries"],
                alike=1 / (1 + (1 - rate) / rate * np.exp(-effect)),
            )
        )
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()


def funnel(study: BaselineStudy, lang: Lang) -> Html:
    """Show who lies outside the limits that widen as volume falls."""
    found = study.funnel
    if isinstance(found, Lacking):
        return page.paragraph(found.why, lang)
    xs = found.curve["inquiries"].tolist()
    wide, inner, lower = (found.curve[c].tolist() for c in ("lower_998", "lower_95", "chance_lower"))
    curves = [
        Curve("", xs, wide, found.curve["upper_998"].tolist()),
        Curve("", xs, inner, found.curve["upper_95"].tolist(), flagged=True),
        Curve(Text("luck alone", "仅运气"), xs, found.curve["chance_upper"].tolist()),
        Curve("", xs, lower),
    ]
    seen = found.table
    places = zip(seen["agent"], seen["inquiries"].tolist(), seen["rate"], (seen["outside"] > 0).tolist(), strict=True)
    points = [Point(str(agent), x, y, outside) for agent, x, y, outside in places]
    title = Text(
        f"Conversion by volume, {found.month}; bands: luck and the usual spread, 95 % and 99.8 %",
        f"{found.month} 转化率与询单量；色带：运气加正常差异，95% 与 99.8%",
    )
    chart = plane_chart(curves, points, title=title, scales=(INQUIRIES, RATE), lang=lang)
    return join(page.paragraph(found.text, lang), chart)


def season(study: BaselineStudy, lang: Lang) -> Html:
    """Show the team's months and say what the coming one is expected to be like."""
    rates = _monthly(study)
    months = list(rates.index)
    line = Line(Text("team", "团队"), months, rates.tolist(), flagged=True)
    outlook = study.forecast.why if isinstance(study.forecast, Lacking) else study.forecast.outlook.text
    chart = line_chart([line], title=Text("Team's conversion by month", "团队各月转化率"), kind="share", lang=lang)
    apart = page.paragraph(
        Text(
            f"Campaign months, not learnt from: {', '.join(study.campaigns)}.",
            f"大促月份（不用于预测）：{'、'.join(study.campaigns)}。",
        ),
        lang,
    )
    return join(chart, page.paragraph(outlook, lang), apart if study.campaigns else None)
