"""Columns of text: codes that follow the texts, whatever their order and however many there are."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.rules.formula import labels
from toolkit.rules.formula.labels import Labels

HOSTILE = "=cmd|'/c calc'!A1<img src=x onerror=alert(1)>"
TEXTS = st.sampled_from(["NA", "null", "007", HOSTILE, "小美", "é", "z", "Z", " a", "", "  ", "\u3000", "\t", None])


def read(column: Labels, n: int) -> list[str | None]:
    return [column.value(row) for row in range(n)]


def written(values: Sequence[str | None]) -> list[str | None]:
    """Blank texts are no text."""
    return [value if value is not None and value.strip() else None for value in values]


@pytest.mark.parametrize("few", [0, 1000])
@given(values=st.lists(TEXTS, max_size=9), ordered=st.booleans(), times=st.integers(1, 3))
def test_every_text_is_kept_and_codes_follow_the_texts(
    few: int, values: list[str | None], ordered: bool, times: int
) -> None:
    if ordered:
        values = sorted(values, key=lambda value: value or "")
    values = [value for value in values for _ in range(times)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(labels, "FEW", few)  # the way of many texts gives what the way of few gives
        column = Labels.of(values)
    assert read(column, len(values)) == written(values)
    assert list(column.names) == sorted({value for value in written(values) if value is not None})


def test_a_column_of_many_different_texts_in_order_is_not_looked_up() -> None:
    texts = [f"a{number:05d}" for number in range(labels.FEW + 1)]
    column = Labels.of(texts)
    assert column.codes.tolist() == list(range(len(texts)))
    assert (column.names[0], column.names[-1], len(column.names)) == (texts[0], texts[-1], len(texts))
    assert column.code(texts[7]) == 7
    assert column.code("nobody") == -2
