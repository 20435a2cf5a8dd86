"""Extraction: laws that hold for any rows below a header."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.core.files import SourceSheet
from toolkit.data.reading.extract import Extract, extract
from toolkit.data.reading.frames import FileContext
from toolkit.data.reading.maps import ExportMap, FileFacts, bundled_maps

HEADER = ["订单编号", "买家实际支付金额", "订单创建时间", "订单付款时间", "退款金额", "宝贝总数量", "总金额"]
CELL = st.one_of(
    st.sampled_from(["", "1", "2", '="3"', "合计", "10.5", "NULL", "2024-11-05 10:00:00", "2024-13-01", "x", *HEADER]),
    st.text(max_size=4),
)
ROW = st.lists(CELL, min_size=len(HEADER), max_size=len(HEADER))
GOOD = st.tuples(
    st.sampled_from("abc"), st.sampled_from(["1", "2.50"]), st.just("2024-11-05"), st.sampled_from(["", "2024-11-06"]),
    st.sampled_from(["", "1"]), st.sampled_from(["", "3"]), st.just("2.50"),
).map(list)  # fmt: skip
TAOBAO: ExportMap = next(m for m in bundled_maps() if m.id == "taobao-orders")


def taken(rows: list[list[str]]) -> Extract:
    cells = pd.DataFrame([HEADER, *rows], index=range(1, len(rows) + 2), dtype="str")
    sheet = SourceSheet("t.csv", "", cells, np.full(len(cells), len(HEADER)))
    return extract(sheet, 1, TAOBAO, FileContext("t.csv", "0", FileFacts(), "S", "Asia/Shanghai"))


def orders_of(one: Extract) -> set[tuple[str, ...]]:
    frame = one.frames["orders"]
    told = [c for c in frame.columns if not c.startswith("_")]
    return set(frame[told].astype("str").fillna("").itertuples(index=False, name=None))


@settings(max_examples=25, deadline=None)
@given(st.lists(st.one_of(ROW, GOOD), min_size=1, max_size=8))
def test_every_row_counts_once_and_what_is_accepted_is_whole(rows: list[list[str]]) -> None:
    one = taken(rows)
    rejected = set(one.rejected["row"])
    assert one.read == len(rows) == one.accepted + len(rejected) + sum(one.set_aside.values())
    orders = one.frames["orders"]
    assert len(orders) == one.accepted
    assert orders["order_id"].is_unique
    assert not orders[["order_id", "shop", "created_at", "amount"]].isna().any(axis=None)
    for frame in one.frames.values():
        assert not set(frame.index) & rejected
        assert set(frame["order_id"]) <= set(orders["order_id"])


@settings(max_examples=10, deadline=None)
@given(st.lists(GOOD, min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(rows: list[list[str]], random: object) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert orders_of(taken(rows)) == orders_of(taken(shuffled))


@settings(max_examples=8, deadline=None)
@given(st.lists(GOOD, min_size=1, max_size=6))
def test_rows_given_twice_count_once(rows: list[list[str]]) -> None:
    assert orders_of(taken(rows + rows)) == orders_of(taken(rows))
