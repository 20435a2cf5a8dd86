"""Numbers of a scheme turned by hand: the answer as a block, and in JupyterLab sliders that give it anew.

The published report shows the answer to the scheme as it stands. Sliders take the extra ``lab``; without it the block
is the same, and says what to install.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from toolkit.core.errors import ToolkitError, UsageError
from toolkit.core.money import priced, rough_money
from toolkit.core.text import Lang, Text
from toolkit.data.tables.storage import publish_bytes
from toolkit.output.render import blocks as page
from toolkit.output.render.chart_data import Curve, Scale
from toolkit.output.render.charts import plane_chart
from toolkit.output.render.html import Html, join
from toolkit.rules.scheme.loading import parse_scheme
from toolkit.studies.design.study import DesignStudy
from toolkit.studies.design.tryout import MONTHS, Answer, Tryout

_ALONG = Scale(Text("conversion of the month", "当月转化率"), "share")
_PAY = Scale(Text("pay of the month", "当月应发"), "money")
_SURE = 0.9


def show_answer(tried: Tryout, answer: Answer, lang: Lang) -> Html:
    """Show what some numbers come to: cost, difference, people, luck, and what a month pays along conversion."""
    currency = tried.study.currency
    low, middle, high = (priced(rough_money(answer.trial.quantile(p)), currency) for p in (0.1, 0.5, 0.9))
    change, error = answer.change
    apart, give = (priced(rough_money(x), currency) for x in (change, error))
    people = answer.people
    gain, lose = int((people["difference"] > 0.5).sum()), int((people["difference"] < -0.5).sum())
    surely = int((people["p_loses"] >= _SURE).sum())
    own, equal = (Text("–", "–") if x is None else Text(f"{x:.0%}", f"{x:.0%}") for x in _luck(answer))
    items = [
        page.Figure(
            Text("Cost, half of the months below", "成本中位数"),
            middle.of(lang),
            Text(f"in eight months of ten {low.en} to {high.en}", f"十个月中有八个月在 {low.zh}至 {high.zh}之间"),
        ),
        page.Figure(
            Text("Against the scheme in force", "与现行方案相差"),
            apart.of(lang),
            Text(f"a month on average, give or take {give.en}", f"平均每月，模拟误差约 ±{give.zh}"),
        ),
        page.Figure(
            Text("People who gain / lose", "增加 / 减少人数"),
            f"{gain} / {lose}",
            Text(f"{surely} lose in nine months of ten", f"其中 {surely} 人十个月中至少九个月减少"),
        ),
        page.Figure(
            Text("Pay that is luck", "运气占比"),
            own.of(lang),
            Text(f"at equal volume {equal.en}", f"按相同询单量为 {equal.zh}"),
        ),
    ]
    curve = answer.curve
    xs = curve["conversion"].tolist()
    curves = [
        Curve(Text("in force", "现行"), xs, curve["current"].tolist()),
        Curve(Text("tried", "试算"), xs, curve["candidate"].tolist(), flagged=True),
    ]
    title = Text("What a month pays the person of middle volume", "中等询单量客服的月应发曲线")
    return join(page.figures(items, lang), plane_chart(curves, title=title, scales=(_ALONG, _PAY), lang=lang))


def _luck(answer: Answer) -> tuple[float | None, float | None]:
    return answer.luck.own_volume, answer.luck.equal_volume


def try_numbers(study: DesignStudy, lang: Lang, workspace: str, output_dir: str = "", candidate: int = 1) -> Any:
    """Show what a candidate's numbers come to; run by hand, with a slider for each of them.

    Parameters
    ----------
    workspace : folder in which what was tried is kept, under `tried`.
    output_dir : of the run; empty when the notebook is run by hand.
    candidate : which one, from 1; 0 is the scheme in force.

    Returns
    -------
    Html, or a widget
    """
    try:
        tried = Tryout.of(study, candidate, study.terms.replicates if output_dir else MONTHS)
        still = show_answer(tried, tried.answer(), lang)
    except ToolkitError as error:
        return page.paragraph(Text(error.of("en"), error.of("zh")), lang)
    words = Text(
        f"{tried.paid.name.en}, {tried.bench.n} drawn months. Run the notebook by hand to turn its numbers.",
        f"{tried.paid.name.zh}，{tried.bench.n} 个模拟月份。手动运行笔记本即可调整各个数字。",
    )
    if output_dir:
        return join(page.paragraph(words, lang), still)
    try:
        import ipywidgets
    except ImportError:
        need = Text(
            "Sliders need the extra lab: pip install ipywidgets", "滑块需要安装附加组件：pip install ipywidgets"
        )
        return join(page.paragraph(need, lang), still)
    return _sliders(ipywidgets, (tried, Path(workspace) / "tried"), still, lang)


def _sliders(widgets: Any, what: tuple[Tryout, Path], still: Html, lang: Lang) -> Any:
    """Return a slider for each number, the answer below, and a button that keeps what was tried as an overlay."""
    tried, folder = what
    turned: dict[str, str] = {}
    shown, told = widgets.HTML(still.markup), widgets.HTML()
    sliders = [
        widgets.SelectionSlider(
            options=knob.values,
            value=knob.value if knob.value in knob.values else knob.values[len(knob.values) // 2],
            description=knob.label.of(lang),
            continuous_update=False,
            style={"description_width": "16em"},
            layout={"width": "40em"},
        )
        for knob in tried.knobs
    ]

    def turn(at: str, to: str) -> None:
        turned[at] = to
        try:
            shown.value = show_answer(tried, tried.answer(turned), lang).markup
            told.value = ""
        except ToolkitError as error:  # a lower tier above a higher one: the last answer stays, the reason stands below
            told.value = page.paragraph(Text(error.of("en"), error.of("zh")), lang).markup

    def keep(_: object) -> None:
        try:
            words = Text(f"kept: {(path := keep_overlay(tried, turned, folder))}", f"已保存：{path}")
        except ToolkitError as error:
            words = Text(error.of("en"), error.of("zh"))
        told.value = page.paragraph(words, lang).markup

    for knob, slider in zip(tried.knobs, sliders, strict=True):
        slider.observe(lambda change, at=knob.at: turn(at, change["new"]), names="value")
    button = widgets.Button(description=Text("Keep as overlay", "保存为覆盖文件").of(lang))
    button.on_click(keep)
    return widgets.VBox([*sliders, button, told, shown])


def keep_overlay(tried: Tryout, turned: Mapping[str, str], folder: Path) -> Path:
    """Write what was tried into a folder, under the next free number; return the overlay's path.

    Raises
    ------
    InputError, UsageError
        If it is no scheme, or differs from its file in nothing.
    """
    parse_scheme(tried.text(turned), tried.paid.candidate.scheme.source)
    if not tried.edits(turned):
        raise UsageError(Text("nothing differs from the scheme's file yet", "与方案文件没有任何差别"))
    n = 1
    while (path := folder / f"tried-{n}.yaml").exists():
        n += 1
    publish_bytes(path, tried.overlay(turned, folder).encode())
    return path
