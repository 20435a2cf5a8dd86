"""The later blocks of the baseline report: coming month, value, what moved sales, reliability, backtest, files."""

from __future__ import annotations

import pandas as pd

from toolkit.core.money import round_to_step
from toolkit.core.text import Lang, Text
from toolkit.models.baseline.backtest import Backtest
from toolkit.models.comparison.factors import FACTOR_NAMES
from toolkit.output.render import blocks as page
from toolkit.output.render.chart_data import Curve, Mark, Point, Scale
from toolkit.output.render.charts import bridge_chart, plane_chart
from toolkit.output.render.html import Html, join
from toolkit.output.render.tables import Column, render_table
from toolkit.output.render.workbook import Sheet
from toolkit.output.reports.baseline_page import AGENT_COLUMNS
from toolkit.output.reports.files import baseline_frames
from toolkit.output.reports.study_view import PERSON, show_findings, show_table, show_workbook
from toolkit.studies.planning.baselines import BaselineStudy
from toolkit.studies.planning.outlook import Lacking

METHODS = {
    "baseline": Text("this baseline", "本基线"),
    "raw": Text("agent's rate so far", "客服历史转化率"),
    "last_month": Text("agent's last month", "客服上月转化率"),
    "team": Text("team's mean", "团队均值"),
}
COMING_COLUMNS = (
    PERSON,
    Column("inquiries", Text("Inquiries, as lately", "询单（按近期）"), "count"),
    Column("rate", Text("Conversion", "转化率"), "share"),
    Column("lower", Text("from", "下限"), "share"),
    Column("upper", Text("to", "上限"), "share"),
    Column("buyers", Text("Buyers", "成交人数"), "number"),
    Column("buyers_lower", Text("from", "下限"), "count"),
    Column("buyers_upper", Text("to", "上限"), "count"),
)
SALES_COLUMNS = (
    Column("sales", Text("Sales", "销售额"), "money"),
    Column("sales_lower", Text("from", "下限"), "money"),
    Column("sales_upper", Text("to", "上限"), "money"),
)
RANK_COLUMNS = (
    PERSON,
    Column("inquiries", Text("Inquiries", "询单"), "count"),
    Column("best", Text("Chance to be the best", "真正最佳的概率"), "share", 0),
    Column("rank", Text("Place", "名次"), "count"),
    Column("rank_lower", Text("from", "最好"), "count"),
    Column("rank_upper", Text("to", "最差"), "count"),
)
MOST_RANKED = 8


def coming(study: BaselineStudy, lang: Lang) -> Html:
    """Show the coming month by agent."""
    if isinstance(study.forecast, Lacking):
        return page.paragraph(study.forecast.why, lang)
    table = _coming(study)
    columns = [*COMING_COLUMNS, *(SALES_COLUMNS[:1] if "sales" in table else ())]
    told = study.sales.why if isinstance(study.sales, Lacking) else study.sales.text
    note = Text(
        "Conversion is the agent's own, without the luck of one month; buyers and sales include that luck. All ranges "
        "hold with 95 %; those of sales are in the workbook.",
        "转化率是客服自身水平，不含单月运气；成交人数和销售额包含运气。范围均为 95%；销售额的范围见工作簿。",
    )
    caption = Text(f"Expected in {study.coming}", f"{study.coming} 预期")
    return join(page.paragraph(told, lang), show_table(table, columns, caption, lang), page.paragraph(note, lang))


def _coming(study: BaselineStudy) -> pd.DataFrame:
    """Return the forecast's table with sales in whole minor units."""
    table = baseline_frames(study)["forecast.csv"]
    money = [c.name for c in SALES_COLUMNS if c.name in table]
    whole = table.assign(**{c: (table[c] * 100).round().astype("int64") for c in money})
    return whole.sort_values(["rate", "agent"], ascending=[False, True], kind="stable", ignore_index=True)


def value(study: BaselineStudy, lang: Lang) -> Html:
    """Say how far agents differ in what a sale is worth, and what large orders do, cut and untouched."""
    found = study.value
    if isinstance(found, Lacking):
        return page.paragraph(found.why, lang)
    if found.tails.empty:
        unseen = [f.message for f in found.findings if f.code == "tail-unseen"]
        return page.notes([found.text, *unseen], lang)
    sums = found.tails.groupby("month").agg(
        {found.size: "sum", "sales": "sum", "sales_winsorised": "sum", "largest": "max"}
    )
    table = sums.reset_index().assign(cut=sums["sales"].to_numpy() - sums["sales_winsorised"].to_numpy())
    columns = [
        Column("month", Text("Month", "月份")),
        Column(found.size, Text("Orders", "订单"), "count"),
        Column("sales", Text("Sales, untouched", "销售额（原值）"), "money"),
        Column("sales_winsorised", Text("Large orders cut", "截去大单后"), "money"),
        Column("cut", Text("Cut", "截去"), "money"),
        Column("largest", Text("Largest order", "最大一单"), "money"),
    ]
    note = Text(
        "The model cuts each order above the 99th percentile to it, so that one order cannot make anybody look better; "
        "sales and forecasts are shown with the cut part put back.",
        "模型把超过第 99 百分位的订单截到该值，避免一笔大单抬高任何人；销售额与预测均已加回截去的部分。",
    )
    shown = render_table(table, columns, Text("Sales with and without large orders", "含大单与截去大单的销售额"), lang)
    return join(page.notes([found.text, note], lang), shown)


def moved(study: BaselineStudy, lang: Lang) -> Html:
    """Split the last change in sales among its factors, without a rest."""
    found = study.change
    if isinstance(found, Lacking):
        return page.paragraph(found.why, lang)
    names, last = dict(FACTOR_NAMES), study.history.months[-1]
    changes = [Mark(names.get(name, Text(name, name)), round_to_step(part)) for name, part in found.parts.items()]
    start = Mark(Text("Month before", "上月"), round_to_step(found.before))
    title = Text(f"Sales, from the month before to {last}", f"销售额：从上月到 {last}")
    note = Text(
        "Sales = inquiries x conversion x revenue per buyer. The split is exact and leaves no rest.",
        "销售额 = 询单量 × 转化率 × 客单价。分解精确，没有剩余。",
    )
    chart = bridge_chart(start, changes, Text(last, last), title=title, kind="money", lang=lang)
    return join(page.paragraph(found.text, lang), chart, page.paragraph(note, lang))


def month_tells(study: BaselineStudy, lang: Lang) -> Html:
    """Say how much of a month's differences is skill, and what a ranking of it is worth."""
    words = [
        Text(
            "Reliability is the share of the differences between agents' monthly conversion that is skill; the rest "
            "is luck. At 0.50 half of what a ranking shows is luck.",
            "信度是客服月度转化率差异中属于能力的比例，其余是运气。信度 0.50 意味着排名所显示的差异有一半是运气。",
        )
    ]
    parts = (study.reliability, study.ranking)
    words += [p.why if isinstance(p, Lacking) else p.text for p in parts]
    if isinstance(study.ranking, Lacking):
        return page.notes(list(dict.fromkeys(words)), lang)
    table = study.ranking.table.groupby("group", sort=False).head(MOST_RANKED)
    columns = [*RANK_COLUMNS]
    if table["group"].nunique() > 1:
        table = table.assign(part=table["group"] + 1)
        columns.insert(1, Column("part", Text("Group", "组"), "count"))
    caption = Text("Likeliest best agents, places with 95 % range", "最可能的最佳客服，名次及 95% 范围")
    return join(page.notes(words, lang), render_table(table, columns, caption, lang))


def tried(study: BaselineStudy, lang: Lang) -> Html:
    """Show what the baseline would have forecast of the history's own months."""
    found = study.backtest
    if isinstance(found, Lacking):
        return page.paragraph(found.why, lang)
    how = Text(
        "Each month was forecast from the months before it only. The error is the mean squared distance between "
        "forecast and outcome of an inquiry (Brier score), in ten-thousandths; smaller is better.",
        "每个月只用它之前的月份来预测。误差为每个询单预测与结果之差的平方均值（Brier 分，万分之一），越小越好。",
    )
    return join(page.notes([how, found.text], lang), _calibration(found, lang), _scores(found, lang))


def _calibration(found: Backtest, lang: Lang) -> Html:
    bins = found.calibration
    both = bins[["forecast", "observed"]].to_numpy()
    low, high = float(both.min()), float(both.max())
    points = [Point("", x, y) for x, y in zip(bins["forecast"], bins["observed"], strict=True)]
    line = Curve(Text("as forecast", "与预测一致"), [low, high], [low, high])
    scales = (
        Scale(Text("forecast conversion", "预测转化率"), "share"),
        Scale(Text("what came", "实际转化率"), "share"),
    )
    title = Text("Tenths of the inquiries by forecast: forecast and outcome", "按预测分十组：预测与实际")
    return plane_chart([line], points, title=title, scales=scales, lang=lang)


def _scores(found: Backtest, lang: Lang) -> Html:
    wide = found.differences[found.differences["score"] == "brier"].set_index("method")
    table = found.scores.assign(
        name=[METHODS[m].of(lang) for m in found.scores["method"]],
        brier=1e4 * found.scores["brier"],
        log_score=1e4 * found.scores["log_score"],
        **{c: 1e4 * found.scores["method"].map(wide[c]) for c in ("difference", "lower", "upper")},
    )
    columns = [
        Column("name", Text("Forecast by", "预测方法")),
        Column("brier", Text("Error", "误差"), "number"),
        Column("difference", Text("More than the baseline", "比本基线多"), "number"),
        Column("lower", Text("from", "下限"), "number"),
        Column("upper", Text("to", "上限"), "number"),
        Column("log_score", Text("Log score", "对数分"), "number"),
    ]
    caption = Text("Errors in ten-thousandths, differences with 95 % range", "误差（万分之一）及差异的 95% 范围")
    return render_table(table, columns, caption, lang)


def findings(study: BaselineStudy, lang: Lang) -> Html:
    """Show what must be known before the numbers are used."""
    return show_findings(study.findings, study.history, lang)


def workbook(study: BaselineStudy, lang: Lang, output_dir: str) -> Html:
    """Write the workbook beside the report and link it."""
    sheets = []
    if not isinstance(study.conversion, Lacking):
        sheets.append(Sheet(Text("Agents", "客服"), study.conversion.agents, AGENT_COLUMNS))
    if not isinstance(study.forecast, Lacking):
        table = _coming(study)
        sheets.append(
            Sheet(
                Text("Coming month", "下月"), table, [*COMING_COLUMNS, *(c for c in SALES_COLUMNS if c.name in table)]
            )
        )
    if not isinstance(study.ranking, Lacking):
        sheets.append(Sheet(Text("Places", "名次"), study.ranking.table, RANK_COLUMNS))
    return show_workbook(sheets, study.findings, study.history, lang, output_dir)
