"""What a scheme does to people, read from its file alone: every check, in one list.

Each check is a short function whose docstring says what it looks for and why that hurts; its findings name the line
and a number. `info` is worth knowing, `review` is to be looked at before the scheme is announced. None is a judgement.
"""

from __future__ import annotations

from toolkit.core.findings import Finding
from toolkit.rules.lint import legal, limits, measures
from toolkit.rules.lint import tiers as tables
from toolkit.rules.lint.reading import Check
from toolkit.rules.scheme.scheme import Scheme

CHECKS: tuple[Check, ...] = (
    tables.find_cliffs,
    tables.find_all_or_nothing,
    tables.find_falling_pay,
    tables.find_flat_stretches,
    tables.find_caps_reached,
    tables.find_two_readings,
    measures.find_small_volumes,
    measures.find_goods_sent_back,
    measures.find_volume_without_quality,
    measures.find_robot_replies,
    measures.find_movable_measures,
    measures.find_known_words,
    measures.find_overlaps,
    limits.find_uncapped,
    limits.find_awards_beyond_the_fund,
    limits.find_history_across_campaigns,
    limits.find_unannounced,
    legal.find_recruits_pay,
    legal.find_off_platform,
    legal.find_refund_pressure,
    legal.find_discipline,
    legal.find_loss_recovery,
    legal.find_pay_below_base,
)


def lint_scheme(scheme: Scheme) -> tuple[Finding, ...]:
    """Return what a scheme's file alone gives reason to look at, in the order of its lines."""
    found = [finding for check in CHECKS for finding in check(scheme)]
    return tuple(sorted(found, key=lambda f: f.evidence["line"]))
