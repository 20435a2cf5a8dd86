"""The finding on what could not be judged: which columns the measures lack, for what, and which questions stay open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from toolkit.core.findings import Finding
from toolkit.core.text import Text
from toolkit.rules.formula.expressions import calls
from toolkit.rules.lint.facts import Place
from toolkit.rules.lint.gaps import Gap
from toolkit.rules.scheme.document import Component
from toolkit.rules.scheme.scheme import Scheme, formulas
from toolkit.studies.consequences.case import Case

NEAR = Text("who stands near a line", "谁接近门槛")
LUCK = Text("what luck does there", "门槛处的运气成分")
BEST = Text("whether the best is truly the best", "第一名是否真正最佳")
READINGS = Text("what other readings would pay", "其他理解下的应发")
COVERED = Text("whether limits and fund bind", "限额与基金是否起作用")


def find_not_judged(case: Case) -> Iterator[Finding]:
    """Say once what of the scheme the measures do not allow to judge: columns they lack, or another reason."""
    if not case.gaps:
        return
    lacking = [gap for gap in case.gaps if gap.columns]
    others = [gap for gap in case.gaps if not gap.columns]
    columns = sorted({name for gap in lacking for name in gap.columns})
    said = [_columns(case.scheme, columns, lacking)] if lacking else []
    said += [
        Text(f"{gap.title.en} cannot be worked out: {gap.why.en}", f"无法计算{gap.title.zh}：{gap.why.zh}")
        for gap in others
    ]
    open_ = list(dict.fromkeys(q for gap in case.gaps for q in _questions(gap.place.component)))
    message = Text(
        f"{'; '.join(s.en for s in said)}. Not judged there: {', '.join(q.en for q in open_)}.",
        f"{'；'.join(s.zh for s in said)}。因此未评估：{'、'.join(q.zh for q in open_)}。",
    )
    place = case.gaps[0].place
    whole = Place(place.scheme, None, place.path)
    yield whole.finding("not-judged", "review", message, columns=columns,
                        components=[gap.title.en for gap in case.gaps])  # fmt: skip


def _columns(scheme: Scheme, columns: Sequence[str], gaps: Sequence[Gap]) -> Text:
    names = {lang: [_named(scheme, name, lang) for name in columns] for lang in ("en", "zh")}
    is_one = len(columns) == 1
    return Text(
        f"the measures have no column{'' if is_one else 's'} {', '.join(names['en'])}, which "
        f"{', '.join(gap.title.en for gap in gaps)} need{'s' if len(gaps) == 1 else ''}",
        f"数据中没有{'、'.join(names['zh'])}列，而{'、'.join(gap.title.zh for gap in gaps)}需要",
    )


def _named(scheme: Scheme, name: str, lang: str) -> str:
    label = scheme.vocabulary.label(name, "zh" if lang == "zh" else "en")
    if name in label.replace(" ", "_"):
        return name
    return f"{name} ({label})" if lang == "en" else f"{name}（{label}）"


def _questions(component: Component | None) -> list[Text]:
    """Return what is not known of a component that cannot be paid."""
    if component is None:
        return [COVERED]
    turns = bool(component.tables) or component.when is not None
    found = [NEAR, LUCK] if turns else []
    best = component.rank is not None or any(calls(f.node, "record", "best") for f in formulas(component))
    return [*found, *([BEST] if best else []), *([READINGS] if component.tables or not turns else [])]
