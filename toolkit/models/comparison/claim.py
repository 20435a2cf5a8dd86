"""A claim of how many times as much, held against the change that the data can show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from toolkit.core.text import Text
from toolkit.models.comparison.award_effect import Change, MeasureWords


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim and what the data say of it.

    Parameters
    ----------
    times : how many times as much as before, as claimed.
    verdict : ``borne out`` (the interval of the ratio holds it, and leaves out no change), ``undecided`` (it holds
        both), ``not shown`` (it leaves the claim out), ``unknown`` (no ratio).
    text : the sentence for a report.
    """

    times: float
    verdict: Literal["borne out", "undecided", "not shown", "unknown"]
    text: Text


def check_claim(change: Change, times: float, words: MeasureWords) -> Claim:
    """Hold a claim against a change, in points, in per cent and as a multiple.

    Parameters
    ----------
    times : 3 says that the measure is three times what it was; 1 that nothing changed.
    """
    x, low, high = change.ratio
    before, after, step = words.level(change.before), words.level(change.after), words.step(change.points)
    claim = f"{times:.4g}"
    if not np.isfinite(x):
        return Claim(
            times,
            "unknown",
            Text(
                f"The claim is x {claim}. From {before} to {after} there is no multiple: {step.en}.",
                f"说法：是原来的 {claim} 倍。由 {before} 变为 {after} 算不出倍数：{step.zh}。",
            ),
        )
    parts = (f"{round(100 * (part - 1)):+d}%" for part in (x, low, high))
    per_cent = "{} [{}, {}]".format(*parts)
    en = (
        f"The claim is x {claim}. The data show x {x:.2f} [{low:.2f}, {high:.2f}]: {before} to {after}, {step.en}, "
        f"{per_cent}"
    )
    zh = (
        f"说法：是原来的 {claim} 倍。数据显示为原来的 {x:.2f} 倍 [{low:.2f}, {high:.2f}]：由 {before} 变为 {after}，"
        f"{step.zh}，{per_cent}"
    )
    if not low <= times <= high:
        return Claim(
            times, "not shown", Text(f"{en}; x {x:.2f}, not x {claim}.", f"{zh}；是 {x:.2f} 倍，不是 {claim} 倍。")
        )
    if low <= 1 <= high:
        return Claim(
            times,
            "undecided",
            Text(
                f"{en}; neither the claim nor that nothing changed can be ruled out.",
                f"{zh}；既不能排除这一说法，也不能排除没有变化。",
            ),
        )
    return Claim(times, "borne out", Text(f"{en}; the claim lies within it.", f"{zh}；说法在此范围内。"))
