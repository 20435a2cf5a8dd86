"""Numbers turned by hand: the answer is what weighing the same overlay says, and what was tried is an overlay."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from tests.studies.design_world import D02, Team, flat, scheme_text
from toolkit.core.errors import InputError, UsageError
from toolkit.core.text import LANGUAGES, Text
from toolkit.output.render.html import Html, plain
from toolkit.output.reports import tryout as page
from toolkit.rules.scheme.loading import parse_scheme
from toolkit.studies.design.overlays import Candidate, read_candidate
from toolkit.studies.design.study import DesignRequest, DesignStudy, weigh
from toolkit.studies.design.tryout import Tryout, _values

EDGE = "components.commission.rate.tiers[1].from"


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> DesignStudy:
    folder = tmp_path_factory.mktemp("tried")
    (folder / "s.yaml").write_text(scheme_text("s", D02), "utf-8")
    request = DesignRequest(replicates="200", seed="7")
    now = candidate("now", scheme_text("now", flat("3%")), "now.yaml")
    tiers = candidate("s", scheme_text("s", D02), str(folder / "s.yaml"))
    return weigh(Team(1).past(2), now, [tiers], request, request.terms())


def candidate(name: str, text: str, source: str) -> Candidate:
    return Candidate(Text(name, name), parse_scheme(text, source), source, text)


def test_an_answer_is_what_the_overlay_costs_when_it_is_weighed(study: DesignStudy) -> None:
    tried = Tryout.of(study)
    folder = Path(tried.paid.candidate.scheme.source).parent
    turned = {EDGE: "29%"}
    (folder / "o.yaml").write_text(tried.overlay(turned, folder), "utf-8")
    again = weigh(study.past, study.paid[0].candidate, [read_candidate(folder / "o.yaml")], study.request, study.terms)
    cost, answer = again.pays[1].cost, tried.answer(turned)
    assert cost is not None
    assert np.array_equal(answer.trial.each, cost.each)
    luck = again.pays[1].luck
    assert luck is not None
    assert answer.luck.own_volume == pytest.approx(luck.own_volume, abs=1e-9)
    table = again.winners_of(1)
    assert table is not None
    assert dict(zip(answer.people["agent"], answer.people["difference"], strict=True)) == pytest.approx(
        dict(zip(table["agent"], table["difference"], strict=True))
    )


def test_the_curve_is_what_pay_pays_along_conversion(study: DesignStudy) -> None:
    """Under D02 pay per unit of sales is 1.5 % below 30 %, 4 % from 35 %; the flat 3 % is the scheme in force."""
    curve = Tryout.of(study).answer().curve
    sold = curve["current"] / 0.03
    rates = curve["candidate"] / sold.clip(lower=1)
    low, high = curve["conversion"].between(0.05, 0.299), curve["conversion"].between(0.351, 0.39)
    assert rates[low].to_numpy() == pytest.approx(0.015, rel=1e-3)
    assert rates[high].to_numpy() == pytest.approx(0.04, rel=1e-3)


def test_numbers_are_named_and_turned_within_reach(study: DesignStudy) -> None:
    tried = Tryout.of(study)
    knob = next(one for one in tried.knobs if one.at == EDGE)
    assert (knob.value, knob.values[0], knob.values[-1], len(knob.values)) == ("30%", "25%", "35%", 21)
    assert all(one.label.en != one.label.zh for one in tried.knobs)
    assert tried.answer({EDGE: "30%"}).turned == {}, "a number at its own value is not turned"
    with pytest.raises(InputError, match="above the one before"):
        tried.answer({EDGE: "36%"})


def test_what_cannot_be_answered_is_refused(study: DesignStudy) -> None:
    with pytest.raises(UsageError, match="not enough"):
        Tryout.of(replace(study, coming=None, why=Text("not enough months", "月份不足")))
    later = scheme_text("l", "  - {id: x, pay: sales, rate: 1%, defer: [{after_months: 1, share: 20%}]}\n")
    one = replace(study.paid[1], scheme=parse_scheme(later))
    with pytest.raises(UsageError, match="depends on what earlier months paid"):
        Tryout.of(replace(study, paid=(study.paid[0], one)))


def test_the_page_shows_the_answer_and_lab_a_slider_for_each_number(study: DesignStudy, tmp_path: Path) -> None:
    for lang in LANGUAGES:
        shown = page.try_numbers(study, lang, str(tmp_path), "out")
        assert isinstance(shown, Html)
        assert shown.markup.count('class="chart"') == 1
        assert len(plain(shown)) > 100
    widgets = pytest.importorskip("ipywidgets")
    box = page.try_numbers(study, "en", str(tmp_path))
    sliders = [one for one in box.children if isinstance(one, widgets.SelectionSlider)]
    assert len(sliders) == len(Tryout.of(study).knobs)
    answer, told, button = box.children[-1], box.children[-2], box.children[-3]
    before = answer.value
    sliders[1].value = "29%"
    assert answer.value != before
    sliders[1].value = "35%"
    assert "above the one before" in told.value, "the last answer stays and the reason is told"
    sliders[1].value = "29%"
    button.click()
    kept = tmp_path / "tried" / "tried-1.yaml"
    assert kept.is_file()
    assert read_candidate(kept).scheme.document.components[0].rate.tiers[1].from_.text == "29%"  # type: ignore[union-attr]


def test_what_is_kept_is_what_was_tried_and_nothing_broken_or_empty_is(study: DesignStudy, tmp_path: Path) -> None:
    """A candidate that is an overlay itself keeps what it changes elsewhere: here the measure that is paid on."""
    base = Path(study.paid[1].candidate.scheme.source)
    text = base.read_text("utf-8")
    changed = text.replace("pay: sales", "pay: gross_sales", 1)
    paid = replace(study.paid[1], candidate=candidate("s", changed, str(base)))
    tried = Tryout.of(replace(study, paid=(study.paid[0], paid)))
    kept = page.keep_overlay(tried, {EDGE: "29%"}, tmp_path / "tried")
    found = read_candidate(kept).scheme.components[0]
    assert found.pay is not None
    assert found.pay.text == "gross_sales", "not only the numbers that have a slider"
    with pytest.raises(InputError):
        page.keep_overlay(tried, {EDGE: "36%"}, tmp_path / "tried")
    with pytest.raises(UsageError, match="nothing differs"):
        page.keep_overlay(Tryout.of(study), {}, tmp_path / "tried")
    assert sorted(path.name for path in (tmp_path / "tried").iterdir()) == ["tried-1.yaml"]


def test_a_number_stands_among_its_values_as_it_is_written() -> None:
    assert "0.50%" in _values("0.50%", Decimal("0.50"), "%")
    assert "1000.00" in _values("1000.00", Decimal("1000.00"), "")
