import pandas as pd
import pytest

from toolkit.core.errors import InputError, UsageError
from toolkit.models.baseline.counts import prepare_counts


def cells(**columns):
    base = {
        "month": ["2024-01", "2024-02"],
        "agent": ["A", "A"],
        "shop": ["x", "x"],
        "inquiries": [10, 20],
        "buyers": [3, 5],
    }
    return pd.DataFrame({**base, **columns})


def prepare(frame):
    return prepare_counts(frame, ["shop"], "inquiries", "buyers")


def test_rows_of_one_cell_are_summed_and_sorted_by_agent_and_month():
    frame = cells(month=["2024-02", "2024-02"], agent=["A", "A"])
    ready = prepare(pd.concat([frame, cells(agent=["007", "007"])]))
    assert ready.agents == ("007", "A")
    assert ready.frame[["agent", "month", "inquiries", "buyers"]].values.tolist() == [
        ["007", "2024-01", 10, 3],
        ["007", "2024-02", 20, 5],
        ["A", "2024-02", 30, 8],
    ]
    assert ready.month_start.tolist() == [0, 1, 2]
    assert ready.agent_start.tolist() == [0, 2]


def test_names_that_look_like_nothing_are_names():
    names = ["NA", "null", "=cmd|'/c calc'!A1<img src=x onerror=alert(1)>", "nan"]
    frame = pd.DataFrame({"month": "2024-01", "agent": names, "shop": "x", "inquiries": 5, "buyers": 1})
    assert prepare(frame).agents == tuple(sorted(names))


def test_rows_without_agent_or_inquiries_are_listed_with_the_reason():
    frame = pd.concat([cells(), cells(agent=[None, " "]), cells(inquiries=[0, 1], buyers=[0, 1])])
    ready = prepare(frame)
    assert ready.dropped["reason"].tolist() == ["no agent", "no agent", "no inquiries"]
    assert ready.findings[0].evidence == {"no agent": 2, "no inquiries": 1}
    assert ready.n.sum() == 31


def test_a_measures_table_with_blanks_is_taken_as_it_is():
    rows = cells(agent=["A", None], inquiries=pd.array([10, None], "Int64"), buyers=pd.array([3, None], "Int64"))
    blank = rows.assign(agent="B", inquiries=pd.array([None, None], "Int64"), buyers=pd.array([None, None], "Int64"))
    ready = prepare(pd.concat([rows, blank]))
    assert ready.agents == ("A",)
    assert ready.dropped["reason"].tolist() == ["no agent", "no inquiries", "no inquiries"]


def test_a_blank_shop_is_a_level_of_its_own():
    assert prepare(cells(shop=["x", None])).frame["shop"].tolist() == ["x", ""]


def test_columns_left_out_of_the_case_mix_are_named():
    finding = prepare(cells(channel="web")).findings[-1]
    assert finding.code == "case-mix-left-out"
    assert finding.subject == "channel,product"
    assert finding.evidence == {"in_table": ["channel"]}


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"buyers": [11, 5]}, "row 0: more buyers than inquiries (10); got 11"),
        ({"buyers": [-1, 5]}, "row 0: buyers is not a whole number of at least 0; got -1"),
        ({"inquiries": [10.5, 20]}, "row 0: inquiries is not a whole number"),
        ({"inquiries": ["many", 20]}, "got many"),
        ({"buyers": [None, 5]}, "row 0: buyers is not"),
        ({"month": ["2024-13", "2024-02"]}, "not a month; got '2024-13'"),
        ({"inquiries": [0, 0], "buyers": [0, 0]}, "no row has an agent and any inquiries"),
    ],
)
def test_wrong_input_is_refused_with_its_place(columns, message):
    with pytest.raises(InputError) as error:
        prepare(cells(**columns))
    assert message in str(error.value)


def test_a_missing_column_is_a_wrong_call():
    with pytest.raises(UsageError, match="no column shop"):
        prepare(cells().drop(columns="shop"))


def test_the_input_is_not_changed():
    frame = cells()
    prepare(frame)
    pd.testing.assert_frame_equal(frame, cells())
