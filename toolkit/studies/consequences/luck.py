"""What luck does at the lines of a scheme: how many are expected to reach each without skill, or to miss it with it.

Every line is judged or named with the reason it is not.
"""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.core.findings import Finding, Severity
from toolkit.core.text import Text
from toolkit.models.targets.awards import Odds
from toolkit.rules.explain.wording import quantity
from toolkit.rules.formula.expressions import calls
from toolkit.rules.lint.reading import Place, aloud, both, component_places, kind
from toolkit.studies.consequences.case import SchemeCase
from toolkit.studies.consequences.ratio_baseline import odds_of_ratio, odds_of_worth, ratio_baseline, value_baseline
from toolkit.studies.consequences.thresholds import Threshold, parts_of_ratio, threshold_lines

LUCKY = 0.5
"""From this share of luck in the differences a line makes on, it must be looked at."""
HARDLY = 0.5
"""Where fewer people than this are expected to reach a line, luck has nothing to decide."""

MOVES = Text("the line is not the same for everybody", "这条线因人而异")
SUMS = Text(
    "it follows how many customers a person is sent, which no baseline tells from skill",
    "它取决于分到多少客户，基准无法将其与能力区分开",
)
AVERAGES = Text(
    "it is an average, and how far single customers lie apart is not in the measures",
    "它是平均值，而数据中没有单个客户之间的差异",
)
DAYS = Text("it counts days or hours, which are no luck with customers", "它按天数或小时计，与客户方面的运气无关")
AS_REPORTED = Text("the measures hold the ratio without its two counts", "数据中只有比率，没有分子和分母")
MONEY = Text("there is no baseline for money over money", "金额之比没有基准模型")
FOLLOWS = Text("it repeats what another component decides", "它重复另一项目的判定结果")
NONE = Text("there is no baseline for it", "没有适用的基准模型")
SCORES = Text("a score adds up several measures", "评分由多项指标合成")


def find_luck(case: SchemeCase) -> Iterator[Finding]:
    """Judge each line that pays: how many are expected to miss the skill in both directions; else say why not."""
    for component, place in component_places(case.scheme):
        untold: dict[str, tuple[Text, Text]] = {}
        for line in (line for line in threshold_lines(case.scheme) if line.component is component):
            if calls(line.by, "record", "best"):
                continue  # a prize for the best: see the findings on prizes
            odds = _odds(case, line)
            if isinstance(odds, Text):
                measure = aloud(case.scheme, line.by, component)
                untold.setdefault(measure.en, (measure, odds))
            else:
                yield _finding(case, line, *odds)
        if component.score is not None:
            untold["score"] = (Text("score", "评分"), SCORES)
        if untold:
            yield _untold(place, untold)


def _odds(case: SchemeCase, line: Threshold) -> tuple[Odds, int] | Text:
    """Return the odds of a line and how many people it judges, or why it cannot be judged."""
    if line.at is None:
        return MOVES
    ratio = parts_of_ratio(case.scheme, line.by)
    if ratio is not None:
        known = ratio_baseline(case, line.component, ratio, at_most=line.at_most)
        return known if isinstance(known, Text) else (odds_of_ratio(known, line), len(known.forecast.agents))
    per_count = parts_of_ratio(case.scheme, line.by, "money")
    if per_count is not None:
        if line.at_most:
            return NONE
        value = value_baseline(case, line.component, per_count)
        return value if isinstance(value, Text) else (odds_of_worth(value, line), len(value.agents))
    return _why_not(case, line)


def _why_not(case: SchemeCase, line: Threshold) -> Text:
    """Return why a line of anything but a ratio over a count cannot be judged."""
    words, of = case.scheme.vocabulary, kind(case.scheme, line.by)
    if calls(line.by, "streak"):
        return FOLLOWS
    name = getattr(line.by, "name", "")
    if name in words.measures and words.measures[name].average_by:
        return AS_REPORTED if of == "ratio" else AVERAGES
    if of == "ratio":
        return MONEY
    return SUMS if of in ("count", "money") else DAYS if of == "duration" else NONE


def _finding(case: SchemeCase, line: Threshold, odds: Odds, n: int) -> Finding:
    reached = odds.awards[0] + odds.missed_awards[0] >= HARDLY
    lucky = odds.noise_share is not None and odds.noise_share >= LUCKY
    severity: Severity = "review" if lucky and reached and line.steep else "info"
    triples = {"awards": odds.awards, "false_awards": odds.false_awards, "missed_awards": odds.missed_awards}
    rounded = {name: [round(v, 2) for v in triple] for name, triple in triples.items()}
    message = _words(case, line, odds, n) if reached else _hardly(case, line, odds, n)
    return line.place.finding(
        "reached-by-luck", severity, message, month=str(case.month), edge=line.at, n_people=n, **rounded,
        noise_share=odds.noise_share,
    )  # fmt: skip


def _at(case: SchemeCase, line: Threshold) -> Text:
    """Say the line: to reach conversion 30 %, or to stay within error rate 2 %."""
    at, measure = line.at, aloud(case.scheme, line.by, line.component)
    value = both(lambda lang: "" if at is None else quantity(at, kind(case.scheme, line.by), lang))
    if line.at_most:
        return Text(f"stay within {measure.en} {value.en}", f"{measure.zh}不超过 {value.zh}")
    return Text(f"reach {measure.en} {value.en}", f"达到{measure.zh} {value.zh}")


def _words(case: SchemeCase, line: Threshold, odds: Odds, n: int) -> Text:
    at, (a, f, m) = _at(case, line), (odds.awards, odds.false_awards, odds.missed_awards)
    share = 0.0 if odds.noise_share is None else odds.noise_share
    return Text(
        f"in a month like {case.month} about {a[0]:.1f} of {n} people ({a[1]:.0f} to {a[2]:.0f}) are expected to "
        f"{at.en}, {f[0]:.1f} of them ({f[1]:.0f} to {f[2]:.0f}) by luck, their own level being short of it; "
        f"{m[0]:.1f} ({m[1]:.0f} to {m[2]:.0f}) whose own level is enough miss it by bad luck. {share:.0%} of the "
        "differences this line makes are luck.",
        f"在 {case.month} 这样的月份，{n} 人中预计约 {a[0]:.1f} 人（{a[1]:.0f} 至 {a[2]:.0f}）{at.zh}，其中 "
        f"{f[0]:.1f} 人（{f[1]:.0f} 至 {f[2]:.0f}）真实水平不够、靠运气；另有 {m[0]:.1f} 人（{m[1]:.0f} 至 "
        f"{m[2]:.0f}）真实水平足够、因运气不佳而未达。此线造成的差异有 {share:.0%} 来自运气。",
    )


def _hardly(case: SchemeCase, line: Threshold, odds: Odds, n: int) -> Text:
    at, a = _at(case, line), odds.awards
    return Text(
        f"in a month like {case.month} hardly anybody is expected to {at.en}: {a[0]:.1f} of {n} people, at most "
        f"{a[2]:.0f}.",
        f"在 {case.month} 这样的月份，预计几乎无人{at.zh}：{n} 人中 {a[0]:.1f} 人，至多 {a[2]:.0f} 人。",
    )


def _untold(place: Place, untold: dict[str, tuple[Text, Text]]) -> Finding:
    en = "; ".join(f"{measure.en}, because {why.en}" for measure, why in untold.values())
    zh = "；".join(f"{measure.zh}（{why.zh}）" for measure, why in untold.values())
    message = Text(f"how much luck decides cannot be judged for {en}.", f"以下各项无法评估运气成分：{zh}。")
    return place.finding("luck-not-judged", "info", message, measures=list(untold))
