"""A role, team or shop that nobody has is a finding, with the nearest one there is."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.studies.test_consequences import look
from toolkit.core.findings import Finding

MEASURES = pd.DataFrame(
    {
        "month": pd.Series(["2024-06", "2024-06", "2024-06"], dtype="str"),
        "agent": pd.Series(["a", "b", None], dtype="str"),
        "role": pd.Series(["agent", "supervisor", None], dtype="str"),
        "shop": pd.Series(["旗舰店", "旗舰店", "旗舰店"], dtype="str"),
        "credit": pd.Series([None, None, "silent"], dtype="str"),
        "sales": pd.array([100_000, 0, 5_000], dtype="Int64"),
    }
)


def unknown(body: str) -> list[Finding]:
    return [finding for finding in look(body, MEASURES) if finding.code == "unknown-name"]


@pytest.mark.parametrize(
    ("body", "line", "en", "zh"),
    [
        (
            'components:\n  - {id: c, for: role == "agnt", pay: sales, rate: 1%}\n',
            7,
            "c: in the measures nobody's role is “agnt”: this holds for nobody; did you mean 'agent'?",
            "c：数据中没有人的岗位是“agnt”：这个条件对谁都不成立；是不是 'agent'？",
        ),
        (
            'components:\n  - id: c\n    of: 店铺 == "旗舰" or shop == "旗舰店"\n    pay: sales\n    rate: 1%\n',
            8,
            "c: in the measures nobody's shop is “旗舰”: this holds for nobody; did you mean '旗舰店'?",
            "c：数据中没有人的店铺是“旗舰”：这个条件对谁都不成立；是不是 '旗舰店'？",
        ),
        (
            'components: [{id: c, pay: sales, rate: 1%}]\nlimits:\n  - {for: role != "店长", cap: 10}\n',
            8,
            "Case: in the measures nobody's role is “店长”: this leaves nobody out; known: agent, supervisor",
            "方案：数据中没有人的岗位是“店长”：这个条件没有排除任何人；可用的有：agent、supervisor",
        ),
    ],
)
def test_a_name_nobody_has_is_found_where_it_stands(body: str, line: int, en: str, zh: str) -> None:
    (finding,) = unknown(body)
    assert (finding.severity, finding.evidence["line"]) == ("review", line)
    assert (finding.message.en, finding.message.zh) == (en, zh)


def test_names_somebody_has_and_words_of_the_toolkit_are_none() -> None:
    body = 'components:\n  - {id: c, for: role == "agent", pay: sales, rate: 1%}\n'
    body += '  - {id: d, level: shop, of: credit == "untraceable", pay: sales, rate: 1%}\n'
    assert unknown(body) == []
    assert unknown('components: [{id: c, for: city == "杭州", pay: sales, rate: 1%}]\n') == []  # no such column at all
