"""The blocks of the design report, in the order of its page: the past, the coming month, if people answer, health."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import pandas as pd

from toolkit.core.findings import worst
from toolkit.core.money import format_money, rough_money
from toolkit.core.text import Lang, Text
from toolkit.output.render import blocks as page
from toolkit.output.render.chart_data import ChartMark, Line
from toolkit.output.render.charts import dot_interval_chart, line_chart
from toolkit.output.render.html import Html, join, tag
from toolkit.output.render.tables import Kind, TableColumn, format_value, render_table
from toolkit.output.render.workbook import WorkbookSheet
from toolkit.output.reports.view import CONFIDENTIAL, INTERNAL, PERSON, show_findings, show_table, show_workbook
from toolkit.rules.explain.scheme_text import render_sentences
from toolkit.studies.design.frontier import said_values, say_search
from toolkit.studies.design.health import BASES, HealthPoint, inversions, near_edges
from toolkit.studies.design.past import say_past
from toolkit.studies.design.search import Figures, Search
from toolkit.studies.design.study import DesignStudy, say_change, say_cost, say_luck, say_response

SCHEME = TableColumn("scheme", Text("Scheme", "方案"))
NOT_GIVEN = Text("not given", "未给出")
CHANGE_COLUMNS = (
    PERSON,
    TableColumn("current", Text("In force", "现行方案"), "money"),
    TableColumn("candidate", Text("Candidate", "候选方案"), "money"),
    TableColumn("difference", Text("Difference", "差额"), "change"),
    TableColumn("lower", Text("9 months of 10: from", "十个月中九个月：自"), "change"),
    TableColumn("upper", Text("to", "至"), "change"),
    TableColumn("p_loses", Text("Loses in", "减少的月份"), "share", 0),
    TableColumn("p_gains", Text("Gains in", "增加的月份"), "share", 0),
)
_UNITS: dict[str, Kind] = {"share": "share", "number": "number", "count": "count"}
LITERATURE = Text(
    "What research found in other trades, one firm each; context, and no figure of it is used here: Lazear 2000 "
    "(American Economic Review 90): output per worker +44 % after piece rates, incentive and selection together; "
    "Misra & Nair 2011 (Quantitative Marketing and Economics 9): revenue +9 % after a redesign; Larkin 2014 (Journal "
    "of Labor Economics 32): gaming of thresholds cost 6 to 8 % of revenue.",
    "其他行业的研究结果（每项仅一家企业，供参考，本报告不采用其数字）：Lazear 2000（American Economic Review 90）：改为"
    "计件后人均产出 +44%，含激励与人员筛选两种作用；Misra & Nair 2011（Quantitative Marketing and Economics 9）："
    "改方案后收入 +9%；Larkin 2014（Journal of Labor Economics 32）：冲门槛的行为损失收入的 6% 至 8%。",
)


def foretold(block: Callable[[DesignStudy, Lang], Html]) -> Callable[[DesignStudy, Lang], Html]:
    """Show a block of the coming month, or why there is none."""

    def make(study: DesignStudy, lang: Lang) -> Html:
        return page.paragraph(study.why, lang) if study.coming is None else block(study, lang)

    make.__doc__, make.__name__ = block.__doc__, block.__name__
    return make


def head(study: DesignStudy, lang: Lang) -> Html:
    """Show what the report is about."""
    request, budget = study.request, study.terms.budget
    names, first, last = [one.name for one in study.paid], study.past.months[0], study.past.last
    facts: list[tuple[Text, Text | str]] = [
        (Text("In force", "现行方案"), names[0]),
        (Text("Candidates", "候选方案"), _listed(names[1:])),
        (Text("History", "历史数据"), Text(f"{first} to {last}", f"{first} 至 {last}")),
        (Text("Drawn months", "模拟月份"), f"{study.terms.replicates:,}"),
        (Text("Budget of the month", "当月预算"), NOT_GIVEN if budget is None else format_money(budget)),
        (Text("Margin of one more sale", "新增销售毛利率"), request.margin or NOT_GIVEN),
        (Text("Average margin", "平均毛利率"), request.average_margin or NOT_GIVEN),
        (Text("Edition", "版本"), INTERNAL if study.internal else CONFIDENTIAL),
    ]
    title = Text(f"Schemes weighed for {study.month}", f"{study.month} 方案比较")
    return page.head(title, study.past.name, facts, lang)


def _listed(names: Sequence[Text]) -> Text:
    return Text(", ".join(n.en for n in names) or "–", "、".join(n.zh for n in names) or "–")


def verdict(study: DesignStudy, lang: Lang) -> Html:
    """Say in one sentence what was weighed, then the cost of each scheme in the coming month."""
    n, open_matters = len(study.paid) - 1, sum(f.severity != "info" for f in study.findings)
    one = Text("candidate", "") if n == 1 else Text("candidates", "")
    matters = "one matter" if open_matters == 1 else f"{open_matters} matters"
    look = Text(f" Look into {matters} first.", f"请先查看 {open_matters} 项事项。") if open_matters else Text("", "")
    words = Text(
        f"{n} {one.en} beside the scheme in force; which one is better is for people to decide.{look.en}",
        f"{n} 个候选方案与现行方案比较；采用哪个由人决定。{look.zh}",
    )
    details = [say_cost(each, study) for each in study.pays] or [study.why]
    block = page.verdict(words, "review" if open_matters else "good", lang, details)
    return page.look_at(block, worst(study.findings) != "info")


@foretold
def figures(study: DesignStudy, lang: Lang) -> Html:
    """Show the median cost of each scheme with its range."""
    items = []
    for each in study.pays:
        if each.cost is not None:
            low, middle, high = (rough_money(each.cost.quantile(q)) for q in (0.1, 0.5, 0.9))
            items.append(
                page.Figure(
                    each.name, middle, Text(f"8 months of 10: {low} to {high}", f"十个月中八个月：{low} 至 {high}")
                )
            )
    return page.figures(items, lang)


def sentences(study: DesignStudy, lang: Lang) -> Html:
    """Read each scheme aloud: what is compared must be understood before its figures."""
    parts = []
    for one in study.paid:
        parts.append(tag("h3", one.name.of(lang)))
        lines = render_sentences(one.candidate.scheme, lang)
        parts.append(page.notes([Text(line, line) for line in lines], lang))
    return join(*parts)


# The past


def past_totals(study: DesignStudy, lang: Lang) -> Html:
    """Show what each scheme would have paid, in all and by month."""
    base, rows = study.paid[0], []
    for one in study.paid:
        counts = one.against.counts if one.against is not None else {}
        known = bool(one.scheme.components)
        change = one.total - base.total if known and one is not base else None
        told = [counts.get(k) for k in ("more", "less", "same")]
        rows.append((one.name.of(lang), one.total if known else None, change, *told))
    table = pd.DataFrame(rows, columns=["scheme", "total", "change", "more", "less", "same"])
    columns = [
        SCHEME,
        TableColumn("total", Text("Would have paid", "应发合计"), "money"),
        TableColumn("change", Text("Against in force", "与现行相比"), "change"),
        TableColumn("more", Text("Get more", "增加人数"), "count"),
        TableColumn("less", Text("Get less", "减少人数"), "count"),
        TableColumn("same", Text("The same", "不变人数"), "count"),
    ]
    caption = Text("All months together", "全部月份合计")
    lines = [
        Line(one.name, study.past.months, [one.by("month").get(m, 0) for m in study.past.months], one is base)
        for one in study.paid
        if one.scheme.components
    ]
    title = Text("What each month would have cost", "各月应发合计")
    drawn = line_chart(lines, title=title, kind="money", lang=lang, from_zero=True)
    return join(page.notes(say_past(study.past, study.paid), lang), render_table(table, columns, caption, lang), drawn)


def past_parts(study: DesignStudy, lang: Lang) -> Html:
    """Show what each component would have paid."""
    rows = []
    for one in study.paid:
        for component, total in one.by("component").items():
            title = next((c.title for c in one.scheme.components if c.id == component), None)
            words = title.of(lang) if title is not None else component or Text("limits, funds", "限额与基金").of(lang)
            rows.append((one.name.of(lang), words, total))
    table = pd.DataFrame(rows, columns=["scheme", "component", "total"])
    columns = [
        SCHEME,
        TableColumn("component", Text("Component", "项目")),
        TableColumn("total", Text("Would have paid", "应发合计"), "money"),
    ]
    return render_table(table, columns, Text("By component", "按项目"), lang)


def past_people(study: DesignStudy, lang: Lang) -> Html:
    """Show who would have got more and less by each candidate, and by which change."""
    parts: list[Html | None] = []
    for one in study.paid[1:]:
        if one.against is None:
            continue
        parts.append(tag("h3", one.name.of(lang)))
        causes = one.against.causes
        effects = pd.DataFrame(
            [(one.against.title_of(c.component).of(lang), c.label.of(lang), c.effect, len(c.by_agent)) for c in causes],
            columns=["component", "change", "effect", "people"],
        )
        columns = [
            TableColumn("component", Text("Component", "项目")),
            TableColumn("change", Text("Change", "变化")),
            TableColumn("effect", Text("Effect", "影响"), "change"),
            TableColumn("people", Text("People", "涉及人数"), "count"),
        ]
        parts.append(render_table(effects, columns, Text("Which change does it", "由哪项变化造成"), lang))
        people = one.against.people[one.against.people["agent"] != ""]
        shown = [
            PERSON,
            TableColumn("old", Text("In force", "现行方案"), "money"),
            TableColumn("new", Text("Candidate", "候选方案"), "money"),
            TableColumn("difference", Text("Difference", "差额"), "change"),
        ]
        moved = people[people["difference"] != 0]
        same = len(people) - len(moved)
        caption = Text(
            f"People, largest loss first; unchanged: {same}, not shown", f"个人，减少最多的在前；不变的 {same} 人未列出"
        )
        parts.append(show_table(study.named(moved), shown, caption, lang) if len(moved) else None)
    return join(*parts)


# The coming month


@foretold
def coming_cost(study: DesignStudy, lang: Lang) -> Html:
    """Show the cost of the coming month: its range, the error of the simulation, and whether a budget holds."""
    known = [(each, each.cost) for each in study.pays if each.cost is not None]
    rows = [
        (
            each.name.of(lang),
            *(cost.shown(q) for q in (0.1, 0.5, 0.9, 0.95)),
            cost.shown(None),
            round(cost.error),
            None if study.terms.budget is None else cost.kept(study.terms.budget),
        )
        for each, cost in known
    ]
    names = ["scheme", "p10", "p50", "p90", "p95", "mean", "error", "kept"]
    columns = [
        SCHEME,
        *(TableColumn(n, Text(n.upper(), n.upper()), "money") for n in ("p10", "p50", "p90", "p95")),
        TableColumn("mean", Text("Mean", "均值"), "money"),
        TableColumn("error", Text("Error of the mean", "均值模拟误差"), "money"),
    ]
    if study.terms.budget is not None:
        columns.append(TableColumn("kept", Text("Budget is enough in", "预算足够的月份"), "share", 0))
    marks = [ChartMark(each.name, cost.quantile(0.5), cost.quantile(0.1), cost.quantile(0.9)) for each, cost in known]
    reference = None if study.terms.budget is None else float(study.terms.budget)
    title = Text(
        f"Cost of {study.month}: median and eight months of ten", f"{study.month} 成本：中位数与十个月中八个月的范围"
    )
    drawn = dot_interval_chart(marks, title=title, kind="money", lang=lang, reference=reference)
    table = pd.DataFrame(rows, columns=names)
    said = page.notes([say_cost(each, study) for each in study.pays], lang)
    caption = Text("Cost of the coming month", "下个月的成本")
    rests = Text(
        "All schemes are paid on the same drawn months: inquiries, buyers, value and refunds of everybody on the "
        "roster, with what is not known of people and of the month. Nobody is taken to leave or to join; attendance is "
        "as it was in the last month. Pay at expected figures is no cost and is shown nowhere.",
        "所有方案都按同一组模拟月份计发：花名册上每个人的询单、成交、客单价与退款，计入对个人和当月的未知。"
        "不计入离职与新入职；出勤沿用上月。按期望值计发得到的数不是成本，本报告不采用。",
    )
    return join(said, drawn, render_table(table, columns, caption, lang), page.paragraph(rests, lang))


@foretold
def coming_parts(study: DesignStudy, lang: Lang) -> Html:
    """Show the cost of each component."""
    frames = [each.cost.by_component.assign(scheme=each.name.of(lang)) for each in study.pays if each.cost is not None]
    if not frames:
        return page.paragraph(Text("No scheme could be paid on drawn months.", "没有方案能按模拟月份计发。"), lang)
    table = _whole(pd.concat(frames, ignore_index=True), "mean", "p10", "p90")
    columns = [
        SCHEME,
        TableColumn(f"component_{lang}", Text("Component", "项目")),
        TableColumn("mean", Text("Mean", "均值"), "money"),
        TableColumn("p10", Text("P10", "P10"), "money"),
        TableColumn("p90", Text("P90", "P90"), "money"),
    ]
    caption = Text("By component, before limits", "按项目（限额之前）")
    return render_table(table, columns, caption, lang)


def _whole(table: pd.DataFrame, *columns: str) -> pd.DataFrame:
    return table.assign(**{c: table[c].round().astype("int64") for c in columns})


@foretold
def coming_people(study: DesignStudy, lang: Lang) -> Html:
    """Show who would gain and lose in the coming month, with its range and its chances."""
    parts: list[Html | None] = []
    for at, each in enumerate(study.pays):
        table, said = study.winners_of(at), say_change(at, study)
        if table is None or said is None:
            continue
        whole = _whole(table, "current", "candidate", "difference", "lower", "upper")
        caption = Text("Means, and the range of nine months of ten", "均值，以及十个月中九个月的范围")
        parts += [tag("h3", each.name.of(lang)), page.paragraph(said, lang)]
        parts.append(show_table(study.named(whole), CHANGE_COLUMNS, caption, lang))
    return join(*parts)


@foretold
def luck(study: DesignStudy, lang: Lang) -> Html:
    """Say how much of a month's pay is luck, in both senses."""
    said = [words for words in map(say_luck, study.pays) if words is not None]
    how = Text(
        "Luck is what remains of the variance of a month's pay between people when the month is drawn twice with the "
        "same skill and the same planned volume. The own volume counts traffic as a difference that is no luck; at "
        "equal volume skill alone stands against luck. The level of the month, which all share, is in neither. Longer "
        "periods have less of it.",
        "运气是指：能力与计划询单量相同、把当月重复抽取两次，个人月应发方差中剩下的部分。按各自询单量计时，"
        "流量差异不算运气；按相同询单量计时，只剩能力与运气。全员共同的当月水平不计入两者。周期越长，运气占比越低。",
    )
    return join(page.notes(said, lang), page.paragraph(how, lang))


def search(study: DesignStudy, lang: Lang) -> Html:
    """Show what a search found: what is said of it, the frontier beside the scheme in force."""
    found = study.search
    if found is None:
        return page.paragraph(
            Text("No values were left free, so nothing was searched.", "没有待定的值，因此没有搜索。"), lang
        )
    rows = [(study.paid[0].name.of(lang), "", found.base), *_found_rows(found, lang)]
    figures_ = [
        (name, values, round(f.mean), round(f.p90), f.kept, f.luck.own_volume, f.luck.equal_volume, f.incentive, f.net)
        for name, values, f in rows
    ]
    names = ["scheme", "values", "mean", "p90", "kept", "own", "equal", "incentive", "net"]
    table = pd.DataFrame(figures_, columns=names)
    columns = [
        SCHEME,
        TableColumn("mean", Text("Mean cost", "平均成本"), "money"),
        TableColumn("p90", Text("P90", "P90"), "money"),
        TableColumn("kept", Text("Budget is enough in", "预算足够的月份"), "share"),
        TableColumn("own", Text("Luck, own volume", "运气占比（各自询单量）"), "share"),
        TableColumn("equal", Text("Luck, equal volume", "运气占比（相同询单量）"), "share"),
        TableColumn("incentive", Text("One more buyer pays", "多一位付款客户的应发"), "money"),
        TableColumn("net", Text("Left to the shop", "店铺净得"), "change"),
        TableColumn("values", Text("Values", "取值"), "sentence"),
    ]
    for name in ("incentive", "net"):
        table[name] = [None if pd.isna(x) else round(x) for x in table[name]]
    shown = [c for c in columns if c.name in ("scheme", "values") or table[c.name].notna().any()]
    caption = Text("More money, a better value: the frontier", "预算越多，结果越好：效率前沿")
    said = page.notes(say_search(found, study.currency), lang)
    return join(said, render_table(table, shown, caption, lang) if found.points else None)


def _found_rows(found: Search, lang: Lang) -> Iterator[tuple[str, str, Figures]]:
    for k, point in enumerate(found.points, 1):
        name, best = point.space.grid.name.of(lang), Text(" (best)", "（最好）").of(lang) if point.chosen else ""
        yield f"{name} {k}{best}", said_values(point), point.figures


@foretold
def edges(study: DesignStudy, lang: Lang) -> Html:
    """Show who stands near which edge."""
    frames = [near_edges(each, study.world).assign(scheme=each.name.of(lang)) for each in study.pays if each.cost]
    table = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()
    if table.empty:
        return page.paragraph(Text("Nobody stands near an edge.", "没有人处在门槛附近。"), lang)
    columns = [
        PERSON,
        SCHEME,
        TableColumn(f"component_{lang}", Text("Component", "项目")),
        TableColumn(f"edge_{lang}", Text("Edge", "门槛")),
        TableColumn("chance", Text("Reaches it in", "达到的月份"), "share", 0),
    ]
    caption = Text("A chance of 25 to 75 %: luck decides the month", "机会在 25% 至 75% 之间：当月由运气决定")
    return show_table(study.named(table), columns, caption, lang)


# If people answer


@foretold
def one_more(study: DesignStudy, lang: Lang) -> Html:
    """Show what one more buyer would pay each person under each scheme."""
    known = [(at, r.reward) for at, r in enumerate(study.responses) if r is not None]
    said = [words for at, _ in known for words in say_response(at, study)]
    if not known:
        return page.paragraph(Text("No scheme could be paid on drawn months.", "没有方案能按模拟月份计发。"), lang)
    table = known[0][1][["agent", "value"]]
    columns = [PERSON, TableColumn("value", Text("Value of a buyer", "客单价"), "money")]
    for at, reward in known:
        mine = reward[["agent", "reward"]].rename(columns={"reward": f"s{at}"})
        table = table.merge(_whole(mine, f"s{at}"), on="agent")
        columns.append(TableColumn(f"s{at}", study.paid[at].name, "money"))
    caption = Text(
        "Mean pay for one more buyer at the person's own average", "按本人平均客单价多一位付款客户的平均应发"
    )
    return join(page.notes(said, lang), show_table(study.named(table), columns, caption, lang))


@foretold
def scenarios(study: DesignStudy, lang: Lang) -> Html:
    """Show what rises of buyers would bring and cost, each an "if" and none a forecast."""
    rows = []
    for one, response in zip(study.paid, study.responses, strict=True):
        for s in () if response is None else response.scenarios:
            gain = s.gain
            rows.append(
                (
                    one.name.of(lang),
                    float(s.rise.buyers),
                    round(s.sales[1] - s.sales[0]),
                    None if gain is None else round(gain.profit_gain),
                    round(s.pay[1] - s.pay[0]),
                    None if gain is None else round(gain.net),
                    None if s.profit_average is None else round(s.profit_average),
                )
            )
    table = pd.DataFrame(rows, columns=["scheme", "rise", "sales", "profit", "pay", "net", "average"])
    columns = [
        SCHEME,
        TableColumn("rise", Text("If buyers rose by", "若付款人数增加"), "share"),
        TableColumn("sales", Text("More sales", "销售额增加"), "change"),
        TableColumn("profit", Text("More profit (incremental)", "利润增加（新增毛利率）"), "change"),
        TableColumn("pay", Text("Extra pay against in force", "比现行多发"), "change"),
        TableColumn("net", Text("Left to the shop", "店铺净得"), "change"),
        TableColumn("average", Text("Profit of all sales (average)", "全部销售的利润（平均毛利率）"), "money"),
    ]
    if study.terms.margins.incremental is None:
        columns = [c for c in columns if c.name not in ("profit", "net")]
    if study.terms.margins.average is None:
        columns = [c for c in columns if c.name != "average"]
    words = Text(
        "How far people answer a scheme is not in these data. Each line says what a rise would mean if it came, "
        "everybody rising alike; the pay is worked out anew.",
        "数据无法说明员工会在多大程度上响应方案。每行只回答：若业绩按此幅度提升（人人相同），结果如何；应发均重新计算。",
    )
    caption = Text("A month's means", "月均值")
    shown_table = render_table(table, columns, caption, lang)
    return join(page.paragraph(words, lang), shown_table, page.paragraph(LITERATURE, lang))


# Health


def health(study: DesignStudy, lang: Lang) -> Html:
    """Show the figures of plan health, each with its definition, band, source and kind of source."""
    rows = list(_health_rows(study, lang))
    if not rows:
        return page.paragraph(study.why if study.coming is None else Text("–", "–"), lang)
    names = ["label", *(f"s{at}" for at in range(len(study.paid))), "customary", "source", "definition"]
    columns = [
        TableColumn("label", Text("Figure", "指标")),
        *(TableColumn(f"s{at}", one.name) for at, one in enumerate(study.paid)),
        TableColumn("customary", Text("Customary", "通行区间")),
        TableColumn("source", Text("Says who", "来源")),
        TableColumn("definition", Text("Definition", "定义"), "sentence"),
    ]
    words = Text(
        "A band that is customary elsewhere is an opinion of the trade and no law; outside it is marked *.",
        "通行区间来自行业经验，并非规律；超出者标 *。",
    )
    table = render_table(pd.DataFrame(rows, columns=names), columns, Text("Plan health", "方案健康度"), lang)
    return join(page.paragraph(words, lang), table, _inverted(study, lang))


def _health_rows(study: DesignStudy, lang: Lang) -> Iterator[tuple[str, ...]]:
    by_code = [{point.code: point for point in points} for points in study.health]
    codes = dict.fromkeys(code for points in by_code for code in points)
    for code in codes:
        point = next(points[code] for points in by_code if code in points)
        values = [_figure(points.get(code)) for points in by_code]
        told = dict.fromkeys(points[code].definition.of(lang) for points in by_code if code in points)
        basis = (
            ""
            if point.basis == "none"
            else Text(f" ({BASES[point.basis].en})", f"（{BASES[point.basis].zh}）").of(lang)
        )
        mark = Text("; ", "；").of(lang)
        yield (point.label.of(lang), *values, point.customary.of(lang), point.source.of(lang) + basis, mark.join(told))


def _figure(point: HealthPoint | None) -> str:
    if point is None or point.value is None:
        return "–"
    return format_value(point.value, _UNITS[point.unit]) + ("*" if point.outside else "")


def _inverted(study: DesignStudy, lang: Lang) -> Html | None:
    frames = [
        inversions(each.cost, study.world).assign(scheme=each.name.of(lang))
        for each in study.pays
        if each.cost is not None
    ]
    table = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()
    if table.empty:
        return None
    columns = [
        TableColumn("agent", Text("Converts and sells more", "转化与销售都更高")),
        TableColumn("pay", Text("is paid", "应发"), "money"),
        TableColumn("other", Text("less than", "低于")),
        TableColumn("other_pay", Text("who is paid", "其应发"), "money"),
        SCHEME,
    ]
    whole = _whole(study.named(table, "agent", "other"), "pay", "other_pay")
    return show_table(whole, columns, Text("Pay against performance: inversions", "业绩与收入倒挂"), lang)


def findings(study: DesignStudy, lang: Lang) -> Html:
    """Show what must be known before the figures are used."""
    return show_findings(study.findings, study, lang)


def workbook(study: DesignStudy, lang: Lang, output_dir: str) -> Html:
    """Write the workbook beside the report and link it."""
    sheets = []
    for at, one in enumerate(study.paid):
        table = study.winners_of(at)
        if table is not None:
            whole = _whole(table, "current", "candidate", "difference", "lower", "upper")
            title = Text(f"{at} {one.name.en}"[:28], f"{at} {one.name.zh}"[:28])
            sheets.append(WorkbookSheet(title, study.named(whole), CHANGE_COLUMNS))
    months = pd.DataFrame(
        [(one.name.of(lang), m, cents) for one in study.paid for m, cents in one.by("month").items()],
        columns=["scheme", "month", "amount"],
    )
    columns = [
        SCHEME,
        TableColumn("month", Text("Month", "月份")),
        TableColumn("amount", Text("Amount", "金额"), "money"),
    ]
    sheets.append(WorkbookSheet(Text("Past months", "历史各月"), months, columns))
    return show_workbook(sheets, study.findings, study, lang, output_dir)
