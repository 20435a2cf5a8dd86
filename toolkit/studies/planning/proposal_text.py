"""What a target study says of money, in sentences, and its figures for machines."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from toolkit.core.money import format_money
from toolkit.core.text import Text
from toolkit.studies.planning.outlook import Lacking
from toolkit.studies.planning.proposals import TargetStudy


def say_worth(study: TargetStudy) -> tuple[Text, ...]:
    """Say what the planned uplift brings the shop, in sales and, where a margin is given, in profit."""
    if study.sales_gain is None:
        return (
            Text(
                "Not known: sales. Cost and gain for the shop cannot be stated.",
                "没有销售额数据，无法说明店铺的成本与收益。",
            ),
        )
    said = [
        Text(
            f"An uplift of {float(study.terms.uplift):.1%} brings {format_money(study.sales_gain)} more sales a month.",
            f"转化率提升 {float(study.terms.uplift):.1%}，每月销售额增加 {format_money(study.sales_gain)}。",
        )
    ]
    if not study.worth:
        said.append(
            Text("Margin not given: gain in sales only, not in profit.", "未给出毛利率：只说明销售额增加，不说明利润。")
        )
    elif study.terms.incremental_margin is None:
        said.append(
            Text(
                "Only the average margin is given. What one more order earns may be more, because some costs are "
                "already paid, or less; bonuses are not held against it.",
                "只给出了平均毛利率。多成交一单的利润可能更高（部分成本已经发生）或更低，奖金未按它核对。",
            )
        )
    said += [Text(f"{label.en}: {gain.text.en}", f"{label.zh}：{gain.text.zh}") for label, gain in study.worth]
    if study.terms.budget is None and study.terms.bonus is None:
        said.append(Text("Budget and bonus not given: no cost is stated.", "未给出预算或奖金：不说明成本。"))
    return tuple(said)


def targets_summary(study: TargetStudy) -> dict[str, Any]:
    """Return what was asked for and, for machines, the figures beside the tables."""
    proposal = study.proposal
    known = (
        {"why": proposal.why.en}
        if isinstance(proposal, Lacking)
        else {"balance_point": float(proposal.balance_point), "case_mix": list(study.case_mix)}
    )
    return {"month": study.coming, **asdict(study.request), **known}
