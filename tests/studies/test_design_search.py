"""The search: free values and their errors, the optimum of an exhaustive loop, figures on draws it was not tried on."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from tests.studies.design_world import COMING, D02, Spec, Team, flat, scheme_text
from tests.studies.test_design import candidate
from toolkit.core.errors import InputError, UsageError
from toolkit.rules.scheme.loading import parse_scheme
from toolkit.studies.design import search as searching
from toolkit.studies.design.bench import Bench, Trial, quarter_from
from toolkit.studies.design.coming import luck_share, pay_coming, pay_world
from toolkit.studies.design.frontier import frontier_frame, overlay_texts, say_search
from toolkit.studies.design.grid import read_grid
from toolkit.studies.design.overlays import read_candidate
from toolkit.studies.design.past import PastMonths, pay_past, payable
from toolkit.studies.design.response import Rise
from toolkit.studies.design.search import Finder, SearchTerms, Tried, best_of, finder_of, frontier_of, search, space_of
from toolkit.studies.design.world import Key, MonthModel, draw_month, read_month

FEW = (("29%", "30%", "31%"), ("5%", "6%"), ("1.25%", "1.5%", "1.75%"))
MANY = (FEW[0], ("4.5%", "5%", "5.5%", "6%", "6.5%"), ("1%", "1.25%", "1.5%", "1.75%", "2%"))
AT = "components.commission.rate.tiers[{}].{}"


def edged(folder: Path, more: str = "", *, free: str = "", many: bool = False) -> Path:
    """A search of the usual tiers over 18 or 75 points: an edge, the top rate, the lowest rate."""
    top, low = (
        ("from: 4.5%, to: 6.5%, step: 0.5%", "from: 1%, to: 2%")
        if many
        else ("from: 5%, to: 6%, step: 1%", "from: 1.25%, to: 1.75%")
    )
    (folder / "now.yaml").write_text(scheme_text("now", D02.replace("from: 30.5%", "from: 32%")), "utf-8")
    body = "scheme: now.yaml\n" + (
        free
        or "free:\n"
        f'  - {{at: "{AT.format(1, "from")}", from: 29%, to: 31%, step: 1%}}\n'
        f'  - {{at: "{AT.format(4, "rate")}", {top}}}\n'
        f'  - {{at: "{AT.format(0, "rate")}", {low}, step: 0.25%}}\n'
    )
    (folder / "o.yaml").write_text(body + more, "utf-8")
    return folder / "o.yaml"


Values = tuple[tuple[str, ...], ...]


def exhaustive(
    bench: Bench, budget: int, near: float, values: Values = FEW
) -> tuple[float | None, tuple[str, ...] | None]:
    """Try all schemes with none of the search's code: cost within a share of D02's, budget enough in 90 %."""
    model, key, past = bench.model, bench.key, bench.past
    world = draw_month(model, key, bench.n)
    now = parse_scheme(scheme_text("now", D02))
    before = pay_world(now, world, past).totals.sum(axis=1).mean()
    asked = world.of_agents("inquiries").mean(axis=0)
    volumes = np.array([asked[world.agents.index(agent)] for agent in model.agents])
    best: tuple[float, float, tuple[str, ...]] | None = None
    for edge, top, low in product(*values):
        tiers = f"{{from: 0%, rate: {low}}}, {{from: {edge}, rate: 3%}}, {{from: 32%, rate: 3.5%}}, "
        tiers += f"{{from: 35%, rate: 4%}}, {{from: 40%, rate: {top}}}"
        body = f"  - {{id: commission, pay: sales, rate: {{by: conversion, mode: slab, tiers: [{tiers}]}}}}\n"
        scheme = parse_scheme(scheme_text("x", body))
        each = pay_world(scheme, world, past).totals.sum(axis=1)
        if abs(each.mean() / before - 1) > near or (each <= budget).mean() < 0.9:
            continue
        luck = luck_share(scheme, model, past, (key, bench.n, volumes))
        assert luck.own_volume is not None
        assert luck.equal_volume is not None
        row = (max(luck.own_volume, luck.equal_volume), float(np.quantile(each, 0.9)), (edge, top, low))
        best = row if best is None else min(best, row)
    return (None, None) if best is None else (best[0], best[2])


@pytest.fixture(scope="module")
def past() -> PastMonths:
    return Team(1, Spec(agents=6)).past(2)


@pytest.fixture(scope="module")
def model(past: PastMonths) -> MonthModel:
    return read_month(past)


@pytest.fixture(scope="module")
def bench(model: MonthModel, past: PastMonths) -> Bench:
    return Bench(model, past, Key(5, COMING), 60)


# Free values


def test_every_point_is_an_overlay_with_exact_values(tmp_path: Path) -> None:
    grid = read_grid(edged(tmp_path))
    assert grid.values == FEW
    assert read_grid(edged(tmp_path, many=True)).values == MANY
    assert grid.size == 18
    (tmp_path / "sub").mkdir()
    point = (2, 0, 2)
    (tmp_path / "sub" / "p.yaml").write_text(grid.overlay(point, grid.name, tmp_path / "sub"), "utf-8")
    again = read_candidate(tmp_path / "sub" / "p.yaml")
    assert again.text == grid.candidate(point).text
    tiers = again.scheme.components[0].rate
    assert "from: 31%, rate: 3%" in again.text
    assert "rate: 5%" in again.text
    assert "rate: 1.75%" in again.text
    assert tiers is not None


def row(at: str, low: str, high: str, step: str) -> str:
    return f'free:\n  - {{at: "{at}", from: {low}, to: {high}, step: {step}}}\n'


@pytest.mark.parametrize(
    ("free", "more", "said"),
    [
        (row(AT.format(9, "from"), "1%", "2%", "1%"), "", "o.yaml:3:10: there is no [9]"),
        (row(AT.format(1, "from"), "2%", "1%", "1%"), "", "no value lies from 2% to 1%"),
        (row(AT.format(1, "from"), "1%", "2%", "0.3%"), "", "the last one would be 1.9%"),
        (row(AT.format(1, "from"), "1%", "2%", "0%"), "", "a step is above 0"),
        (row(AT.format(1, "from"), "1%", "2", "1%"), "", "not all written with %"),
        (row(AT.format(1, "from"), "low", "2%", "1%"), "", "this is no number"),
        (row("title", "1", "2", "1"), "", "this place holds no number"),
        (row(AT.format(1, "from"), "0%", "30%", "0.00001%"), "", "this alone has 3,000,001 values"),
        (row(AT.format(1, "from"), "0%", "30%", "0.03%")
         + f'  - {{at: "{AT.format(2, "from")}", from: 0%, to: 30%, step: 0.03%}}\n', "", "1,002,001 points"),
        ("free: []\n", "", "no value is free"),
        ("", "within: {kept: 120%}\n", "no share from 0 to 100 %"),
        ("", "within: {attainment: [{component: commission, edge: 1, from: 60%, to: 40%}]}\n", "from 60% to 40%"),
        ("", "within: {attainment: [{component: commission, edge: top}]}\n", "an edge is named by its number"),
        ("", "within: {luck: 3%}\n", "this key is not known here"),
    ],
)  # fmt: skip
def test_what_cannot_be_searched_is_told_with_its_place(tmp_path: Path, free: str, more: str, said: str) -> None:
    with pytest.raises(InputError) as error:
        read_grid(edged(tmp_path, more, free=free))
    assert said in error.value.of("en")
    assert "o.yaml:" in error.value.of("en")
    assert error.value.of("zh") != error.value.of("en")


def test_points_that_are_no_scheme_are_counted_and_a_grid_of_none_is_refused(
    tmp_path: Path, bench: Bench, past: PastMonths
) -> None:
    current = payable(candidate("now", D02), past)
    grid = read_grid(edged(tmp_path, free=row(AT.format(1, "from"), "31%", "34%", "1%")))  # the next edge is 32 %
    finder = finder_of(space_of(grid, past), bench, SearchTerms("luck", 1), current)
    finder.run()
    assert [finder.known[k,].broken for k in range(4)] == [-1, -2, -2, -2]
    grid = read_grid(edged(tmp_path, free=row(AT.format(1, "from"), "33%", "34%", "1%")))
    with pytest.raises(InputError, match="no point of"):
        finder_of(space_of(grid, past), bench, SearchTerms("luck", 1), current)


# Finding


def test_the_frontier_and_the_best_worked_by_hand() -> None:
    tried = {
        (0,): Tried(0.5, 100), (1,): Tried(0.4, 120), (2,): Tried(0.45, 130), (3,): Tried(0.3, 150),
        (4,): Tried(0.3, 140), (5,): Tried(None, 90, 0, 0.1), (6,): Tried(None, None, -2),
    }  # fmt: skip
    assert frontier_of(tried) == [(0,), (1,), (4,)]
    assert best_of(tried, 3) == [(4,), (3,), (1,)]


@pytest.mark.parametrize("every", [2_000, 5])
def test_it_finds_what_an_exhaustive_loop_finds(
    tmp_path: Path, bench: Bench, past: PastMonths, monkeypatch: pytest.MonkeyPatch, every: int
) -> None:
    monkeypatch.setattr(searching, "EVERY", every)
    current = payable(candidate("now", D02), past)
    budget = round(Trial(current, bench).quantile(0.9) * 0.99)
    grid = read_grid(edged(tmp_path, "within: {cost: 5%}\n"))
    finder: Finder = finder_of(space_of(grid, past), bench, SearchTerms("luck", 3, budget), current)
    finder.run()
    value, where = exhaustive(bench, budget, 0.05)
    (best,) = best_of(finder.known)
    assert finder.known[best].value == pytest.approx(value, abs=1e-12)
    assert tuple(grid.chosen(best).values()) == where


def test_net_gain_worked_by_hand_and_refused_without_margin_or_rise(
    tmp_path: Path, model: MonthModel, past: PastMonths
) -> None:
    current = payable(candidate("now", flat("3%")), past)
    bench = Bench(model, past, Key(5, COMING), 60, rise=Rise(Fraction(1, 10)))
    base, dear = Trial(current, bench), Trial(payable(candidate("four", flat("4%")), past), bench)
    sales = [float(w.columns["sales"].sum()) / 60 for w in (bench.drawn[0], bench.risen[0])]
    hand = 0.4 * (sales[1] - sales[0]) - (0.04 * sales[1] - 0.03 * sales[0])
    assert dear.net_gain(Fraction(2, 5), base.mean) == pytest.approx(hand, rel=1e-5)
    for terms, word in (
        (SearchTerms("net-gain", 1, rise=Rise(Fraction(1, 10))), "--margin"),
        (SearchTerms("net-gain", 1, margin=Fraction(2, 5)), "--uplift"),
    ):
        with pytest.raises(UsageError, match=word):
            search([read_grid(edged(tmp_path))], current, (model, past), terms)


def test_incentive_attainment_and_gap_worked_by_hand(past: PastMonths, model: MonthModel) -> None:
    team = model.rows.assign(team=["x", "y"] * 3)
    split = replace(model, rows=team)
    bench = Bench(split, past, Key(5, COMING), 60)
    one = Trial(payable(candidate("now", flat("3%")), past), bench)
    world = bench.drawn[0]
    buyers, sales = (world.columns[name].sum(axis=0) for name in ("buyers", "sales"))
    assert one.incentive == pytest.approx(float((0.03 * sales / buyers).mean()), abs=1)
    assert one.gap("team") == pytest.approx(0, abs=1e-6)
    tiers = Trial(payable(candidate("tiers", D02), past), bench)
    rate = world.columns["buyers"] / world.columns["inquiries"]
    assert tiers.attained("commission", 3) == pytest.approx(float((rate >= 0.35 - 1e-12).mean()))
    with pytest.raises(UsageError, match="commission has 4 fixed edges"):
        tiers.attained("commission", 5)
    body = """  - {id: a, for: 'team == "x"', pay: sales, rate: 3%}
  - {id: b, for: 'team == "y"', pay: sales, rate: 4%}
"""
    wide = replace(past, measures=past.measures.assign(team=["x", "y"] * (len(past.measures) // 2)))
    apart = Trial(payable(candidate("apart", body), wide), Bench(split, wide, Key(5, COMING), 60))
    assert apart.gap("team") == pytest.approx(1 / 3.5, abs=1e-4)
    with pytest.raises(UsageError, match="has no column 'sex'"):
        tiers.gap("sex")
    with pytest.raises(UsageError, match="all who serve are in one role"):
        tiers.gap("role")


def test_a_bench_of_a_month_is_the_month_of_the_design_study(model: MonthModel, past: PastMonths) -> None:
    paid = pay_past(past, candidate("now", D02), [])
    coming = pay_coming(past, model, paid, (5, 60))
    trial = Trial(paid[0], Bench(model, past, Key(5, COMING), 60))
    assert coming.base is not None
    assert (trial.totals == coming.base.totals).all()
    assert coming.pay[0].luck == trial.luck


def test_a_quarter_is_paid_once_on_three_drawn_months(model: MonthModel, past: PastMonths) -> None:
    assert quarter_from("2025-02") == ["2025-04", "2025-05", "2025-06"]
    bench = Bench(model, past, Key(5, COMING), 20, months=3)
    quarter = D02.replace("pay: sales,", "pay: sales, period: quarter,")
    trial = Trial(payable(candidate("q", quarter), past), bench)
    buyers, asked, sales = (sum(w.of_agents(n) for w in bench.drawn) for n in ("buyers", "inquiries", "sales"))
    rate = np.select([buyers / asked >= e for e in (0.4, 0.35, 0.305, 0.3)], [0.06, 0.04, 0.035, 0.03], 0.015)
    assert np.abs(trial.totals - rate * sales).max() <= 1
    by_month = Trial(payable(candidate("m", D02), past), bench)
    apart = sum(pay_world(by_month.scheme, world, past).totals for world in bench.drawn)
    assert (by_month.totals == apart).all()
    assert trial.luck.floor is not None
    single = Trial(by_month.paid, Bench(model, past, Key(5, COMING), 20)).luck.floor
    assert single is not None
    assert trial.luck.floor < single


# What is shown


def test_every_figure_is_of_draws_it_was_not_chosen_on_and_its_overlay_pays_it(
    tmp_path: Path, model: MonthModel, past: PastMonths
) -> None:
    now = candidate("now", D02)
    current = payable(now, past)
    budget = round(Trial(current, Bench(model, past, Key(99, COMING), 300)).quantile(0.9))
    terms = SearchTerms("luck", 41, budget)
    found = search(
        [read_grid(edged(tmp_path, "within: {cost: 8%, kept: 75%}\n"))], current, (model, past), terms, (60, 100)
    )
    best = found.chosen
    assert best is not None
    assert best.figures.kept is not None
    assert best.figures.kept >= 0.75 - 3 * (0.1875 / 100) ** 0.5
    frame = frontier_frame(found)
    assert frame["chosen"].tolist()[1:].count(True) == 1
    folder = tmp_path / "frontier"
    folder.mkdir()
    for (name, text), at in zip(overlay_texts(found, folder).items(), range(1, len(frame)), strict=True):
        (folder / name).write_text(text, "utf-8")
        again = read_candidate(folder / name)
        one = pay_coming(past, model, pay_past(past, now, [again]), (41, 100)).pay[1]
        assert one.cost is not None
        assert one.luck is not None
        shown = frame.iloc[at]
        assert (shown["overlay"], shown["seed"], shown["replicates"]) == (f"frontier/{name}", 41, 100)
        figures = (one.cost.mean / 100, one.cost.quantile(0.9) / 100, one.cost.kept(budget), one.luck.equal_volume)
        assert figures == pytest.approx(tuple(shown[["mean", "p90", "p_budget_kept", "luck_equal_volume"]]))
    for text in say_search(found, "CNY"):
        assert text.en
        assert text.zh


def test_where_nothing_keeps_the_bounds_it_is_said_which_binds(
    tmp_path: Path, model: MonthModel, past: PastMonths
) -> None:
    current = payable(candidate("now", D02), past)
    path = edged(tmp_path, "within: {attainment: [{component: commission, edge: 4, from: 99%}]}\n")
    found = search([read_grid(path)], current, (model, past), SearchTerms("luck", 41, 100), (60, 60))
    assert found.chosen is None
    assert found.points == ()
    assert [(name.en, n) for name, n in found.broken] == [
        ("budget enough in 90% of months", 18), ("99% to 100% reach edge 4 of commission", 0)
    ]  # fmt: skip
    said = " ".join(text.en for text in say_search(found, "CNY"))
    assert "No budget was given" not in said
    assert "No point keeps the bounds" in said
    assert "budget enough in 90% of months: 18" in said
    assert "reach edge 4" not in said


def test_what_cannot_be_drawn_is_refused_by_name(tmp_path: Path, model: MonthModel, past: PastMonths) -> None:
    later = "  - {id: x, amount: 100, defer: [{after_months: 1, share: 20%}], leaver: release}\n"
    current = payable(candidate("later", later), past)
    with pytest.raises(UsageError, match="depends on what earlier months paid"):
        search([read_grid(edged(tmp_path))], current, (model, past), SearchTerms("luck", 1))
    year = payable(candidate("year", flat("3%").replace("pay: sales,", "pay: sales, period: year,")), past)
    with pytest.raises(UsageError, match="a period other than month or quarter"):
        search([read_grid(edged(tmp_path))], year, (model, past), SearchTerms("luck", 1))
