"""What a search found, in words and as files hold it: the frontier, each row a scheme with an overlay of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from toolkit.core.findings import Finding
from toolkit.core.money import priced, rough_money
from toolkit.core.text import Text
from toolkit.studies.design.search import Figures, FrontierPoint, Search


def say_search(found: Search, currency: str) -> list[Text]:
    """Say what was searched, what was found on which draws, and where nothing keeps the bounds which of them binds."""
    whole = found.tried == found.size
    said = [
        Text(
            f"{found.tried:,} of {found.size:,} points were tried"
            + (", every one." if whole else "; the rest was not: a better one may be among them."),
            f"共 {found.size:,} 个点，试了 {found.tried:,} 个"
            + ("（全部）。" if whole else "；其余未试，可能有更好的。"),
        )
    ]
    if found.months > 1:
        said.append(
            Text(
                "A scheme is paid by the quarter, so all are weighed over three months like the coming one, with the "
                "same people and the same level of all; money is a month's mean of the three.",
                "有方案按季度计发，因此全部按三个与下个月相似的月份比较（人员与整体水平相同）；金额为三个月的月均。",
            )
        )
    if found.terms.budget is None:
        said.append(Text("No budget was given, so none had to be enough.", "未给出预算，因此不检查预算是否足够。"))
    best = found.chosen
    if best is None:
        return [*said, *_say_none(found)]
    money = [priced(rough_money(x), currency) for x in (best.figures.mean, best.figures.p90)]
    values = said_values(best)
    gain = Text("", "")
    if found.terms.aim == "net-gain" and best.figures.net is not None:
        net, rise = priced(rough_money(best.figures.net), currency), float(found.terms.rise.buyers)
        gain = Text(f" If buyers rose by {rise:.1%}, {net.en} a month would be left.",
                    f"若付款人数增加 {rise:.1%}，每月净得 {net.zh}。")  # fmt: skip
    kept = Text("", "")
    if best.figures.kept is not None:
        kept = Text(
            f"; the budget is enough in {best.figures.kept:.1%}", f"，预算在 {best.figures.kept:.1%} 的月份足够"
        )
    said.append(
        Text(
            f"Best within the bounds: {values}. On {found.fresh:,} drawn months it was not chosen on it costs "
            f"{money[0].en} on average, P90 {money[1].en}{kept.en}.{gain.en}",
            f"限制内最好的是：{values}。在 {found.fresh:,} 个未用于挑选的模拟月份中，平均成本 {money[0].zh}，"
            f"P90 为 {money[1].zh}{kept.zh}。{gain.zh}",
        )
    )
    before, after = found.base.luck, best.figures.luck
    if None not in (before.own_volume, before.equal_volume, after.own_volume, after.equal_volume):
        floor = Text("", "")
        if after.floor is not None:
            floor = Text(
                f" The conversion itself is {after.floor:.0%} luck.", f"转化率本身的运气占 {after.floor:.0%}。"
            )
        said.append(
            Text(
                f"Luck: at own volume {after.own_volume:.0%} (in force {before.own_volume:.0%}), at equal volume "
                f"{after.equal_volume:.0%} (in force {before.equal_volume:.0%}).{floor.en}",
                f"运气占比：按各自询单量 {after.own_volume:.0%}（现行 {before.own_volume:.0%}），按相同询单量 "
                f"{after.equal_volume:.0%}（现行 {before.equal_volume:.0%}）。{floor.zh}",
            )
        )
    if best.broken:
        en, zh = "; ".join(b.en for b in best.broken), "；".join(b.zh for b in best.broken)
        said.append(
            Text(
                f"On these draws it does not keep: {en}. It kept them on those it was chosen on.",
                f"在这些月份中它没有守住：{zh}（在挑选它的月份中守住了）。",
            )
        )
    if found.terms.aim == "net-gain":
        said.append(
            Text(
                "Every scheme is given the same rise, so the highest net gain is the lowest pay at that rise: what "
                "keeps pay and its incentive up are the bounds, not the aim.",
                "所有方案按同一提升幅度计算，因此净收益最高即该幅度下应发最少；维持收入与激励的是限制条件，不是目标本身。",
            )
        )
    return said


def _say_none(found: Search) -> list[Text]:
    """Say that nothing keeps the bounds, and how many points break which first."""
    if found.kept:
        message = Text(
            f"{found.kept:,} points keep the bounds on the draws they were tried on, and none of the best does on "
            "fresh ones: nothing is proposed.",
            f"有 {found.kept:,} 个点在试算的月份中守住限制，但其中最好的在新的月份中都没有守住，因此不提出方案。",
        )
        return [message]
    rows = [(name, n) for name, n in found.broken if n]
    en = "; ".join(f"{name.en}: {n:,}" for name, n in rows)
    zh = "；".join(f"{name.zh}：{n:,} 个" for name, n in rows)
    return [
        Text(
            f"No point keeps the bounds. Points by the first bound they break, tried in this order: {en}.",
            f"没有一个点守住全部限制。按最先违反的限制（依次检查）计：{zh}。",
        )
    ]


def said_values(point: FrontierPoint) -> str:
    """Return the free values of a point: place and value, apart by semicolons."""
    return "; ".join(f"{place} {value}" for place, value in point.values.items())


def search_findings(found: Search) -> list[Finding]:
    """Say what must be looked at: nothing found, or a bound that did not hold on fresh draws."""
    if found.chosen is None:
        return [Finding("nothing-found", "review", "search", text) for text in _say_none(found)]
    return [
        Finding(
            "bound-not-kept",
            "review",
            "search",
            Text(
                f"{said_values(point)}: on the draws shown it does not keep {b.en}.",
                f"{said_values(point)}：在所示月份中没有守住{b.zh}。",
            ),
        )
        for point in found.points
        for b in point.broken
    ]


def overlay_texts(found: Search, folder: Path) -> dict[str, str]:
    """Return an overlay for each row of the frontier, by file name; they are to stand in `folder`."""
    texts = {}
    for k, point in enumerate(found.points, 1):
        name = point.space.grid.name
        title = Text(f"{name.en}, point {k}", f"{name.zh}，第 {k} 点")
        texts[f"{k:02d}.yaml"] = point.space.grid.overlay(point.index, title, folder)
    return texts


def frontier_frame(found: Search) -> pd.DataFrame:
    """Return the frontier as files hold it, money in major units; the first row is the scheme in force.

    Returns
    -------
    DataFrame
        overlay (file), search, values, chosen, cost (mean, p50, p90), p_budget_kept, incentive, luck_own_volume,
        luck_equal_volume, luck_floor, net_gain, broken, months, seed, replicates.
    """
    rows = [_row("", "", "", False, found.base, found)]
    for k, p in enumerate(found.points, 1):
        row = _row(f"frontier/{k:02d}.yaml", p.space.grid.source.name, said_values(p), p.chosen, p.figures, found)
        rows.append(row | {"broken": "; ".join(b.en for b in p.broken)})
    return pd.DataFrame(rows)


def _row(file: str, search: str, values: str, chosen: bool, figures: Figures, found: Search) -> dict[str, Any]:
    def major(value: float | None) -> float | None:
        return None if value is None else value / 100

    luck = figures.luck
    return {
        "overlay": file,
        "search": search,
        "values": values,
        "chosen": chosen,
        "mean": major(figures.mean),
        "p50": major(figures.p50),
        "p90": major(figures.p90),
        "p_budget_kept": figures.kept,
        "incentive": major(figures.incentive),
        "luck_own_volume": luck.own_volume,
        "luck_equal_volume": luck.equal_volume,
        "luck_floor": luck.floor,
        "net_gain": major(figures.net),
        "broken": "",
        "months": found.months,
        "seed": found.terms.seed,
        "replicates": found.fresh,
    }


def search_summary(found: Search) -> dict[str, Any]:
    """Return what was searched and found, as files hold it."""
    return {
        "for": found.terms.aim,
        "points": found.size,
        "tried": found.tried,
        "keep_all_bounds": found.kept,
        "broken_first": {name.en: n for name, n in found.broken},
        "chosen": None if found.chosen is None else found.chosen.values,
        "months": found.months,
        "seconds": round(found.seconds, 1),
    }
