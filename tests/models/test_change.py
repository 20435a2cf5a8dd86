import numpy as np
import pandas as pd
import pytest
from scipy import stats

from toolkit.core.errors import InputError, UsageError
from toolkit.models.comparison.award_effect import judge_award_effect


def replies(before, after, group=None):
    """One agent a pair of mean reply seconds, months before and after June."""
    rows = []
    for i, (b, a) in enumerate(zip(before, after, strict=True)):
        name = f"{group or 'award'}{i}"
        rows += [("2024-05", name, b, 100), ("2024-06", name, a, 300)]
    frame = pd.DataFrame(rows, columns=["month", "agent", "value", "weight"])
    return frame if group is None else frame.assign(group=group)


BEFORE, AFTER = [58, 62, 61, 59, 60], [10, 11, 6, 12, 11]


def test_sixty_to_ten_seconds_is_a_change_not_an_effect():
    found = judge_award_effect(replies(BEFORE, AFTER), "2024-06")  # Systems E8
    assert (found.before, found.after, found.best) == (60.0, 10.0, 6.0)
    assert found.difference is None
    assert "changed from 60.0 to 10.0" in found.text.en
    assert "a change, not an effect of the award" in found.text.en
    assert "不能说是奖励的效果" in found.text.zh
    low, high = stats.ttest_1samp(np.subtract(AFTER, BEFORE), 0).confidence_interval()
    assert found.change == pytest.approx((-50, low, high))


def test_agents_without_the_award_that_changed_alike_show_no_effect():
    frame = pd.concat([replies(BEFORE, AFTER, "award"), replies([60, 63, 57, 61], [11, 9, 12, 8], "comparison")])
    found = judge_award_effect(frame, "2024-06")
    assert found.difference[1] < 0 < found.difference[2]
    assert "no effect of the award is shown" in found.text.en
    assert "caused" not in found.text.en


def test_the_difference_from_a_comparison_group_is_welchs():
    still = [59, 60, 61, 62]
    frame = pd.concat([replies(BEFORE, AFTER, "award"), replies([60, 59, 61, 60], still, "comparison")])
    found = judge_award_effect(frame, "2024-06")
    welch = stats.ttest_ind(np.subtract(AFTER, BEFORE), np.subtract(still, [60, 59, 61, 60]), equal_var=False)
    interval = welch.confidence_interval()
    assert found.difference[1:] == pytest.approx((interval.low, interval.high))
    assert "if both groups would otherwise have moved alike" in found.text.en
    assert "若两组本应同步变化" in found.text.zh


def test_months_are_weighted_by_their_receptions():
    frame = pd.concat([replies(BEFORE, AFTER), replies(BEFORE, AFTER).assign(month="2024-04", value=0.0, weight=100)])
    assert judge_award_effect(frame, "2024-06").before == pytest.approx(
        60 * 100 / 300
    )  # both further rows are before June


def test_agents_seen_once_do_not_count_and_too_few_are_refused():
    frame = replies(BEFORE[:3], AFTER[:3])
    with pytest.raises(InputError, match="fewer than 3 agents of group award"):
        judge_award_effect(frame[(frame["agent"] != "award0") | (frame["month"] < "2024-06")], "2024-06")
    with pytest.raises(UsageError, match="'control'"):
        judge_award_effect(frame.assign(group="control"), "2024-06")
