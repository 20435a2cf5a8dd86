"""The rule of crediting in words: every setting is said, in both languages, with its number."""

from __future__ import annotations

from typing import Any

import pytest

from toolkit.core.text import LANGUAGES
from toolkit.data.crediting.rule_text import say_rules
from toolkit.data.tables.settings import Clocks, Crediting, Settings

USUAL = Settings()
CHANGED: list[tuple[dict[str, Any], dict[str, Any], str, str]] = [
    # crediting, clocks, and what must stand in the sentences then and not before
    ({"judged_by": "payment_time"}, {}, "before the order was paid", "付款前 3 天"),
    ({"judged_by": "order_time", "window_days": 5}, {}, "at most 5 days of 24 hours before", "下单前 5 天"),
    ({"count_unit": "people_by_month"}, {}, "one calendar month", "同一自然月"),
    ({"count_unit": "conversations"}, {}, "one conversation", "会话数"),
    ({"which": "first"}, {}, "the first one has the order", "归最早一条"),
    ({"which": "split"}, {}, "an equal part of the amount", "平分"),
    ({"across_shops": True}, {}, "in any shop", "任一店铺"),
    ({"note_mark": "客服:"}, {}, "“客服:”", "“客服:”"),
    ({"customer_owner": "offline"}, {}, "an offline order is the customer's owner's", "线下订单归客户归属表"),
    ({"customer_owner": "all"}, {}, "an order is the customer's owner's", "订单归客户归属表"),
    ({"cycle_days": 30}, {}, "cycles of 30 days", "每 30 天"),
    ({}, {"conversion_days": 9}, "at most 9 days of 24 hours later", "9 天"),
    ({}, {"earned_on": "confirmed", "earned_after_days": 15}, "confirmed, 15 days later", "确认收货 15 天后"),
    ({}, {"settlement_day": 11}, "before day 11, 00:00, of the month after", "11 日 00:00"),
]


@pytest.mark.parametrize(("crediting", "clocks", "en", "zh"), CHANGED)
def test_each_setting_is_said(crediting: dict[str, Any], clocks: dict[str, Any], en: str, zh: str) -> None:
    given = Settings(crediting=Crediting.model_validate(crediting), clocks=Clocks.model_validate(clocks))
    usual, changed = ({lang: " ".join(t.of(lang) for t in say_rules(s)) for lang in LANGUAGES} for s in (USUAL, given))
    assert (en in changed["en"], zh in changed["zh"]) == (True, True), changed
    assert (en in usual["en"], zh in usual["zh"]) == (False, False)


def test_the_reminder_is_said_where_there_is_one() -> None:
    assert "as a reminder" in " ".join(t.en for t in say_rules(USUAL))
    by_payment = Settings(crediting=Crediting(judged_by="payment_time"))
    assert "as a reminder: its amount" not in " ".join(t.en for t in say_rules(by_payment))
