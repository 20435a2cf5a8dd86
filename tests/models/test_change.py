"""Effect of an award: the change by hand, what a comparison must earn, redrawn groups by enumeration, claims."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from tests.models.award_worlds import AwardSpec, make_award_world
from toolkit.core.errors import InputError, UsageError
from toolkit.core.text import Text
from toolkit.models.comparison.award_effect import AwardEffect, MeasureWords, judge_award_effect
from toolkit.models.comparison.claim import check_claim
from toolkit.models.comparison.redrawn import redraw_gaps

REPLY = MeasureWords(Text("average reply", "平均响应时间"), "number", lower_is_better=True)
CONVERSION = MeasureWords(Text("conversion", "询单转化率"), "share")
BEFORE, AFTER = [58, 62, 61, 59, 60], [10, 11, 6, 12, 11]
START = "2024-06"


def replies(
    before: list[int], after: list[int], group: str = "award", months: int = 5, shop: str | None = "s"
) -> pd.DataFrame:
    """Write one agent a pair of mean reply seconds: so many months before June, then June and July with more work."""
    rows = []
    for i, (b, a) in enumerate(zip(before, after, strict=True)):
        for month in range(6 - months, 8):
            value, weight = (b, 100) if month < 6 else (a, 300)
            rows.append((f"2024-{month:02d}", f"{group}{i}", shop, value * weight, weight, group))
    return pd.DataFrame(rows, columns=["month", "agent", "shop", "total", "weight", "group"])


def judge(values: pd.DataFrame, start: str = START, words: MeasureWords = REPLY) -> AwardEffect:
    return judge_award_effect(values, start, words, np.random.default_rng(1))


def test_sixty_to_ten_seconds_is_a_change_not_an_effect() -> None:
    """Systems E8."""
    found = judge(replies(BEFORE, AFTER))
    assert (found.award.before, found.award.after, found.award.best) == (60.0, 10.0, 6.0)
    low, high = stats.ttest_1samp(np.subtract(AFTER, BEFORE), 0).confidence_interval()
    assert found.award.points == pytest.approx((-50, low, high))
    assert found.effect is None
    assert found.award.shown
    assert not found.caused
    assert "from 60.0 (2024-01 to 2024-05) to 10.0 (2024-06 to 2024-07)" in found.text.en
    assert "best 6.0" in found.text.en
    assert (
        "This is a change, not an effect of the award: there is nobody without the award to compare with"
        in found.text.en
    )
    assert "这只是变化，不能说是奖励的效果" in found.text.zh


def test_without_three_months_before_it_is_not_said_that_it_changed() -> None:
    found = judge(replies(BEFORE, AFTER, months=2))
    assert not found.award.shown
    assert "cannot be known from fewer than 3 months before" in found.text.en
    assert "This is a change" not in found.text.en


def test_a_level_that_months_before_had_too_is_not_called_changed() -> None:
    frame = replies([60] * 4, [50] * 4)
    low = (frame["month"] == "2024-02") & (frame["group"] == "award")
    frame.loc[low, "total"] = 40 * 100  # February was lower than June; its people are exactly alike: no error at all
    found = judge(frame)
    assert found.award.points[2] < 0
    assert found.award.usual == (40.0, 60.0)
    assert not found.award.shown
    assert "not shown to have changed" in found.text.en


def test_months_are_weighted_and_shares_are_sums_over_sums() -> None:
    rows = [
        (month, f"a{i}", "s", total, weight, "award")
        for i, (old, new) in enumerate([((10, 100), (30, 60)), ((90, 300), (10, 40)), ((20, 100), (20, 100))])
        for month, (total, weight) in zip(("2024-05", "2024-06"), (old, new), strict=True)
    ]
    frame = pd.DataFrame(rows, columns=["month", "agent", "shop", "total", "weight", "group"])
    award = judge(frame, words=CONVERSION).award
    assert award.before == pytest.approx(120 / 500)
    assert award.after == pytest.approx(60 / 200)
    # by hand: each person's part of a level is (total - level x weight) / mean weight
    old = np.array([10 - 0.24 * 100, 90 - 0.24 * 300, 20 - 0.24 * 100]) / (500 / 3)
    new = np.array([30 - 0.3 * 60, 10 - 0.3 * 40, 20 - 0.3 * 100]) / (200 / 3)
    half = stats.t.ppf(0.975, 2) * np.std(new - old, ddof=1) / 3**0.5
    assert award.points == pytest.approx((0.06, 0.06 - half, 0.06 + half))
    log_half = stats.t.ppf(0.975, 2) * np.std(new / 0.3 - old / 0.24, ddof=1) / 3**0.5
    assert award.ratio == pytest.approx((1.25, 1.25 * np.exp(-log_half), 1.25 * np.exp(log_half)))


def noisy(values: pd.DataFrame, seed: int = 3, by: float = 3.0) -> pd.DataFrame:
    noise = np.random.default_rng(seed).normal(0, by, len(values))
    return values.assign(total=values["total"] + noise * values["weight"])


def long_before(award: list[int], others: list[int], seed: int = 3) -> pd.DataFrame:
    """Fifteen months before June 2024, noise of three seconds a month."""
    frames = [replies([*BEFORE, 60], award, "award"), replies([60] * len(others), others, "comparison")]
    first = pd.concat(frames, ignore_index=True)
    earlier = first[first["month"] < START].assign(month=lambda t: t["month"].str.replace("2024", "2023"))
    autumn = earlier.assign(month=earlier["month"].map(lambda m: f"2023-{int(m[-2:]) + 5:02d}"))
    return noisy(pd.concat([earlier, autumn, first], ignore_index=True), seed)


def test_a_comparison_that_moved_alike_before_earns_the_word_effect() -> None:
    found = judge(long_before([10, 11, 6, 12, 11, 10], [60, 59, 61, 62, 60, 58]))
    assert found.caused, found.text.en
    assert found.effect is not None
    assert found.effect[1] < -50 < found.effect[2]  # 60 to 10 against 60 to 60
    assert "This counts as the award's effect" in found.text.en
    assert "if nothing else came to these people alone from 2024-06" in found.text.en
    assert "可以视为奖励的效果" in found.text.zh


def test_agents_without_the_award_that_changed_alike_show_no_effect() -> None:
    found = judge(long_before([10, 11, 6, 12, 11, 10], [11, 9, 12, 8, 10, 10]))
    assert found.award.shown
    assert not found.shown
    assert not found.caused
    assert "No effect of the award is shown; one smaller than" in found.text.en
    assert "caused" not in found.text.en


AWARD, OTHERS = [10, 11, 6, 12, 11, 10], [60, 59, 61, 62, 60, 58]


def _whole_shop(values: pd.DataFrame) -> pd.DataFrame:
    return values.assign(shop=values["group"])


def _no_shop(values: pd.DataFrame) -> pd.DataFrame:
    return values.assign(shop=None)


def _two_others(values: pd.DataFrame) -> pd.DataFrame:
    return values[(values["group"] == "award") | values["agent"].isin(["comparison0", "comparison1"])]


def _three_months(values: pd.DataFrame) -> pd.DataFrame:
    return values[values["month"] >= "2024-03"]


def _step_before(values: pd.DataFrame) -> pd.DataFrame:
    """Let those with the award fall by 20 s already in January, five months before there was one."""
    early = (values["group"] == "award") & (values["month"] >= "2024-01")
    return values.assign(total=values["total"] - 20 * values["weight"] * early)


def _loud(values: pd.DataFrame) -> pd.DataFrame:
    """Fall by 18 s in June against five months whose noise would hide a drift that makes as much."""
    few = values[values["month"] >= "2024-01"]
    fallen = (few["group"] == "award") & (few["month"] >= START)
    return noisy(few.assign(total=(60.0 - 18 * fallen) * few["weight"]), by=12.0)


def _chosen(values: pd.DataFrame) -> pd.DataFrame:
    """Let May alone have been bad for those who then got the award."""
    may = (values["group"] == "award") & (values["month"] == "2024-05")
    return values.assign(total=values["total"] + 15 * values["weight"] * may)


def _three_by_three(values: pd.DataFrame) -> pd.DataFrame:
    return values[values["agent"].str[-1].isin(["0", "1", "2"])]


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (_whole_shop, "of a whole shop no effect is stated"),
        (_no_shop, "add a column shop"),
        (_two_others, "6 people with and 2 without the award"),
        (_three_months, "cannot be known from 3 months"),
        (_step_before, "had not moved alike before: a start put at 2023-"),
        (_loud, "a steady drift that makes the whole difference would have been seen"),
        (_chosen, "stood worse than others of their shops in 2024-05"),
        (_three_by_three, "so few people can be compared"),
    ],
)
def test_a_comparison_that_does_not_earn_it_gets_no_effect(spoil, why: str) -> None:  # type: ignore[no-untyped-def]
    found = judge(spoil(long_before(AWARD, OTHERS)))
    assert why in found.text.en, found.text.en
    assert not found.caused
    assert "counts as" not in found.text.en
    assert "可以视为" not in found.text.zh


def test_people_who_changed_shops_or_were_seen_once_are_not_compared() -> None:
    frame = long_before(AWARD, OTHERS)
    moved = (frame["agent"] == "comparison0") & (frame["month"] >= START)
    once = (frame["agent"] == "comparison1") & (frame["month"] < START)
    found = judge(frame.assign(shop=np.where(moved, "other", frame["shop"]))[~once])
    shops = found.table.set_index("agent")["shop"]
    assert pd.isna(shops["comparison0"])
    assert "comparison1" not in shops.index
    assert shops["comparison2"] == "s"


def test_wrong_calls_are_told() -> None:
    frame = replies(BEFORE, AFTER)
    with pytest.raises(InputError, match=r"a change takes 3 people with the award.*got 2; name more people"):
        judge(frame[frame["agent"].isin(["award0", "award1"])])
    with pytest.raises(UsageError, match="'control'"):
        judge(frame.assign(group="control"))
    for start in ("2024-01", "2025-01"):
        with pytest.raises(UsageError, match="there are 2024-01 to 2024-07"):
            judge(frame, start)


def test_shop_months_and_absent_months_are_no_effect() -> None:
    """Without noise a person is a level plus the shop's month; whoever misses months must not seem to change."""
    r = np.random.default_rng(5)
    shock = {("s0", m): r.normal(0, 20) for m in range(12)} | {("s1", m): r.normal(0, 20) for m in range(12)}
    rows = []
    for i in range(12):
        shop, level = f"s{i % 2}", 50 + 10 * i
        for m in range(12):
            if r.random() < 0.3:
                continue
            weight = int(r.integers(20, 300))
            value = level + shock[shop, m]
            rows.append(
                (f"2024-{m + 1:02d}", f"a{i:02d}", shop, value * weight, weight, "award" if i < 6 else "comparison")
            )
    values = pd.DataFrame(rows, columns=["month", "agent", "shop", "total", "weight", "group"])
    found = judge(values, "2024-07")
    assert found.effect is not None
    assert found.effect[0] == pytest.approx(0, abs=1e-3)


def test_redrawn_groups_agree_with_every_possible_draw() -> None:
    """Four of eight people of one shop: all 70 ways by hand, weights equal."""
    x = np.array([5.0, 7.5, 9.0, 11.0, 1.0, 2.0, 4.5, 6.0])
    group = np.arange(8) < 4
    ways = np.array([[i in chosen for i in range(8)] for chosen in combinations(range(8), 4)])

    def p_of(shift: float) -> float:
        y = x - shift * group
        gaps = np.array([y[w].mean() - y[~w].mean() for w in ways])
        return float((np.abs(gaps) >= abs(y[group].mean() - y[~group].mean()) - 1e-9).mean())

    found = redraw_gaps(x[:, None], np.ones((8, 1)), group, np.zeros(8, np.int64), np.random.default_rng(2), 5_999)
    assert found.observed[0] == pytest.approx(8.125 - 3.375)
    assert found.p == pytest.approx(p_of(0.0), abs=0.01)
    grid = np.arange(-3, 13, 0.05)
    kept = grid[[p_of(shift) > 0.05 for shift in grid]]
    assert found.interval == pytest.approx((kept.min(), kept.max()), abs=0.11)


def test_lots_are_drawn_within_shops() -> None:
    """Shops differ by 100 and each has half with the award: the gap and every draw must not know the 100."""
    shop = np.repeat([0, 1], 6).astype(np.int64)
    group = np.tile([True, False], 6)
    x = 100.0 * shop + np.tile([1.0, 0.0], 6)
    found = redraw_gaps(x[:, None], np.ones((12, 1)), group, shop, np.random.default_rng(2))
    assert found.observed[0] == pytest.approx(1)
    assert np.abs(found.drawn).max() <= 1 + 1e-9


def test_weights_and_unknown_values_count_as_they_should() -> None:
    x, w = np.array([1.0, 4.0, 0.0, 2.0, 999.0]), np.array([1.0, 2.0, 3.0, 1.0, 0.0])
    group = np.array([True, True, False, False, False])
    found = redraw_gaps(x[:, None], w[:, None], group, np.zeros(5, np.int64), np.random.default_rng(2), 99)
    assert found.observed[0] == pytest.approx((1 + 8) / 3 - 2 / 4)


@pytest.mark.parametrize("given", ["lot", "worst", "shop"])
def test_in_worlds_without_effect_hardly_any_is_stated(given: str) -> None:
    """Six worlds a kind; the proof has hundreds."""
    shown = 0
    for seed in range(6):
        world = make_award_world(100 + seed, AwardSpec(given=given))
        found = judge(world.values, world.start, CONVERSION)
        assert not found.caused
        shown += found.shown
        if given == "worst":
            assert any("stood worse" in why.en for why in found.why_not)
        if given == "shop":
            assert found.effect is None
    assert shown <= 2


def test_intervals_hold_a_known_effect() -> None:
    held = 0
    for seed in range(6):
        world = make_award_world(200 + seed, AwardSpec(effect=0.4))
        found = judge(world.values, world.start, CONVERSION)
        assert found.effect is not None
        held += found.effect[1] <= world.effect <= found.effect[2]
        assert found.shown
    assert held >= 4


def conversion_30_to_40(spread: int = 2) -> AwardEffect:
    """Six people, 100 inquiries a month each; 30 of 100 before and 40 of 100 since, give or take `spread`."""
    rows = []
    for i in range(6):
        off = spread * (-1) ** i
        for m in range(1, 9):
            buyers = 30 if m < 5 else 40 + off
            rows.append((f"2024-{m:02d}", f"a{i}", "s", buyers, 100, "award"))
    return judge(
        pd.DataFrame(rows, columns=["month", "agent", "shop", "total", "weight", "group"]), "2024-05", CONVERSION
    )


def test_conversion_times_three_is_times_one_and_a_third() -> None:
    """Systems E12: 30 % to 40 % is x 1.33, not x 3: +10 points, +33 %."""
    found = conversion_30_to_40()
    claim = check_claim(found.award, 3, CONVERSION)
    assert claim.verdict == "not shown"
    assert claim.text.en.endswith("x 1.33, not x 3.")
    assert "30.0% to 40.0%, +10.0 points" in claim.text.en
    assert "+33% [+" in claim.text.en
    assert claim.text.zh.endswith("是 1.33 倍，不是 3 倍。")
    half = stats.t.ppf(0.975, 5) * np.std([2, -2] * 3, ddof=1) / 40 / 6**0.5
    assert found.award.ratio == pytest.approx((4 / 3, 4 / 3 * np.exp(-half), 4 / 3 * np.exp(half)))
    assert check_claim(found.award, 4 / 3, CONVERSION).verdict == "borne out"
    assert check_claim(found.award, 1, CONVERSION).verdict == "not shown"


def test_a_claim_that_cannot_be_told_from_nothing_is_undecided() -> None:
    claim = check_claim(conversion_30_to_40(spread=25).award, 1.5, CONVERSION)
    assert claim.verdict == "undecided"
    assert "neither the claim nor that nothing changed can be ruled out" in claim.text.en


def test_a_claim_on_a_measure_that_was_nothing_has_no_multiple() -> None:
    rows = [(f"2024-{m:02d}", f"a{i}", "s", 0 if m < 5 else 5, 100, "award") for i in range(3) for m in range(1, 9)]
    frame = pd.DataFrame(rows, columns=["month", "agent", "shop", "total", "weight", "group"])
    found = judge(frame, "2024-05", CONVERSION)
    assert check_claim(found.award, 3, CONVERSION).verdict == "unknown"
    assert "nan" not in found.text.en + check_claim(found.award, 3, CONVERSION).text.en
