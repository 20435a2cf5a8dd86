"""A letter about a new scheme that an HR manager could send: what changes from when, and what it would have meant."""

from __future__ import annotations

from toolkit.core.text import LANGUAGES, Text
from toolkit.studies.scheme_change.compare import SchemeDiff

SMALL = 5
"""A group of fewer people is not counted in a letter that everybody reads."""

_SOME = {
    (True, True): Text("Some would have got more, others less.", "其中有人增加，有人减少。"),
    (True, False): Text("Some would have got more, nobody less.", "其中有人增加，无人减少。"),
    (False, True): Text("Some would have got less, nobody more.", "其中有人减少，无人增加。"),
    (False, False): Text("Nobody's pay would have changed.", "各人金额均不变。"),
}


def render_letter(diff: SchemeDiff) -> Text:
    """Return the letter, no names, no promise; where nothing changes, that there is none to write."""
    if not diff.changes and not (diff.counts["more"] or diff.counts["less"]):
        return Text(
            "The two schemes are the same: nothing changes, and there is no letter to write.",
            "两份方案相同：没有任何变化，不需要致员工信。",
        )
    parts = [_opening(diff), _changes(diff), *([_figures(diff)] if diff.month else []), _closing(diff)]
    return Text("\n\n".join(p.en for p in parts), "\n\n".join(p.zh for p in parts))


def _opening(diff: SchemeDiff) -> Text:
    title, day = diff.new.title, diff.new.in_force.from_
    days = f"{day.year} 年 {day.month} 月 {day.day} 日"
    return Text(
        f"Subject: {title.en} from {day}\n\nDear colleagues,\n\n"
        f"From {day} on, your pay by “{title.en}” follows a new version of the scheme. This is what changes:",
        f"主题：{title.zh}调整（{day} 起）\n\n各位同事：\n\n“{title.zh}”将自 {days}起执行新版本，具体调整如下：",
    )


def _changes(diff: SchemeDiff) -> Text:
    shown = [change for change in diff.changes if change.about != "heading"]
    if not shown:
        return Text("Nothing that is paid changes.", "各项计发规则均不变。")
    lines = list(enumerate((line for change in shown for line in change.lines), 1))
    en, zh = ("\n".join(f"{i}. {line.of(lang)}" for i, line in lines) for lang in LANGUAGES)
    return Text(f"{en}\n\nEverything else stays as it is.", f"{zh}\n\n其余规定不变。")


def _figures(diff: SchemeDiff) -> Text:
    """Say how many the new version would have moved; what all cost together is no matter of a letter."""
    moved = _moved(diff.counts)
    return Text(
        f"What it would have meant, on the figures of {diff.months.en}: {moved.en} This is a calculation on past "
        "figures, not a promise: what later months pay depends on what happens in them.",
        f"测算影响（按 {diff.months.zh} 的实际数据）：{moved.zh}"
        "以上仅为按历史数据所作的测算，不构成承诺；以后各月的金额以当月实际情况为准。",
    )


def _moved(counts: dict[str, int]) -> Text:
    """Count who would have got more and less, unless a group is so small that it points at people."""
    groups = [counts["more"], counts["less"], counts["same"]]
    if any(0 < n < SMALL for n in groups):
        return _SOME[bool(groups[0]), bool(groups[1])]
    more, less, same = groups
    return Text(
        f"{more} people would have got more, {less} less, {same} the same.",
        f"其中 {more} 人增加，{less} 人减少，{same} 人不变。",
    )


def _closing(diff: SchemeDiff) -> Text:
    own = Text("", "")
    if diff.month:
        own = Text(
            "You may ask to see your own month worked out under both versions, step by step. ",
            "如需了解本人当月在新旧两个版本下的逐项计算，可向人力资源部索取。",
        )
    return Text(
        f"{own.en}If anything is unclear, please ask before {diff.new.in_force.from_}.\n\nHuman resources",
        f"{own.zh}如有疑问，请在 {diff.new.in_force.from_} 之前提出。\n\n人力资源部",
    )
