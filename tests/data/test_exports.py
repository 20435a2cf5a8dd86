"""Vendor maps: every header of every known report has a meaning, or is ignored on purpose."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.data.sheets import write_csv
from toolkit.core.errors import InputError
from toolkit.core.files import read_source
from toolkit.data.reading.maps import FileFacts, bundled_maps, parse_maps, plain_header, read_file_name, read_maps
from toolkit.data.reading.rows import find_header

ROOT = Path(__file__).resolve().parents[2]
HEADERS = ROOT / "../shared/data/cn_headers/cn_headers.csv"
EXAMPLES = sorted((ROOT / "data_samples" / "maps").glob("*.yaml"))
KNOWN_REPORTS = {
    "Taobao/Tmall ExportOrderList (2018": "taobao-orders",
    "Taobao ExportOrderList (2016": "taobao-orders",
    "Taobao ExportOrderDetailList": "taobao-order-details",
    "Taobao seller xlsx": "taobao-orders",
    "Tmall order sample": "taobao-orders",
    "Pinduoduo order export": "pinduoduo-orders",
    "赤兔": "chitu-agents",
    "CS upload template": "cs-upload",
    "售中服务": "cs-service",
    "CS agency team report": "agency-team",
    "JD POP": "jd-shop",
    "Pinduoduo CS per agent": "pinduoduo-agents",
    "生意参谋": "sycm-conversion",
    "闲鱼": "xianyu-agents",
}


def reports() -> dict[str, list[str]]:
    """Return the headers of each known report, in order; none where the collection is absent."""
    found: dict[str, list[str]] = {}
    if HEADERS.exists():
        with HEADERS.open(encoding="utf-8-sig", newline="") as lines:
            for row in csv.DictReader(lines):
                found.setdefault(row["report"], []).append(row["header"])
    return found


@pytest.mark.parametrize(("name", "headers"), reports().items(), ids=lambda x: x if isinstance(x, str) else "")
def test_each_known_report_is_recognised_and_each_header_mapped_or_ignored(
    tmp_path: Path, name: str, headers: list[str]
) -> None:
    sheet = read_source(write_csv(tmp_path / "t.csv", [headers, ["1"] * len(headers)], "gb18030")).sheets[0]
    found = find_header(sheet, bundled_maps())
    assert found is not None
    assert found[0].id == next(i for start, i in KNOWN_REPORTS.items() if name.startswith(start))
    assert [h for h in headers if plain_header(h) not in found[0].known] == []


def test_all_known_reports_are_held() -> None:
    if not HEADERS.exists():
        pytest.skip("the collection of headers is not here")
    assert (len(reports()), sum(map(len, reports().values()))) == (19, 375)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.stem)
def test_the_example_maps_are_maps(path: Path) -> None:
    assert all(m.tables or m.set_aside for m in read_maps(path))


def test_the_maps_have_names_of_their_own() -> None:
    ids = [m.id for m in bundled_maps()]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    ("written", "compared"),
    [
        ("订单付款时间 ", "订单付款时间"),
        ("平均响应（秒）", "平均响应(秒)"),
        ("询单→最终付款人数", "询单->最终付款人数"),
        ("询单 -> 最终付款人数", "询单->最终付款人数"),
        ("\ufeff订单编号", "订单编号"),
        ("首次平均响应（s）", "首次平均响应(s)"),
        ("Call Id", "callid"),
    ],
)
def test_headers_are_compared_without_vendor_typography(written: str, compared: str) -> None:
    assert plain_header(written) == compared


@pytest.mark.parametrize(
    ("name", "facts"),
    [
        (
            "自定义报表_人均日接入_下单优先判定_2023-01-01至2023-01-31.xlsx",
            FileFacts("", "2023-01-01", "2023-01-31", "order_first", "人均日接入"),
        ),
        (
            "自定义报表_客服数据新_付款判定_demo旗舰店_2024-10-01至2024-10-31.xlsx",
            FileFacts("demo旗舰店", "2024-10-01", "2024-10-31", "payment_time", "客服数据新"),
        ),
        (
            "自定义报表_客服日报_下单判定_全部店铺_2024-07-01至2024-07-31.xlsx",
            FileFacts("", "2024-07-01", "2024-07-31", "order_time", "客服日报"),
        ),
        ("客服数据 2024年11月.xlsx", FileFacts("", "2024-11-01", "2024-11-30")),
        ("客服数据_20241105.xlsx", FileFacts("", "2024-11-05", "2024-11-05")),
        ("汇总.xlsx", FileFacts()),
    ],
)
def test_a_file_name_says_shop_days_rule_and_report(name: str, facts: FileFacts) -> None:
    chitu = next(m for m in bundled_maps() if m.id == "chitu-agents")
    assert read_file_name(name, chitu.file_names) == facts


def test_all_that_is_wrong_in_a_map_is_told_with_its_place() -> None:
    text = """\
id: mine
recognise: [[a]]
tables:
  orders:
    columns:
      order_id: a
      Amount!: b
      paid_at: {headers: c, sum: [d]}
      status: {headers: e, unit: miles}
  nowhere:
    columns: {}
set_aside:
  odd: {header: a, is: x, starts: y}
colour: red
"""
    with pytest.raises(InputError) as error:
        parse_maps(text, "mine.yaml")
    told = {(p.line, p.column) for p in error.value.problems}
    assert told == {(6, 7), (7, 7), (8, 16), (9, 34), (10, 3), (13, 8), (14, 1)}


def test_a_map_needs_what_its_table_needs() -> None:
    with pytest.raises(InputError, match="orders needs amount, created_at, shop"):
        parse_maps("id: x\nrecognise: [[a]]\ntables: {orders: {columns: {order_id: a}}}\n", "x")


def test_an_unknown_word_of_a_map_is_told_with_its_place_and_the_nearest_known() -> None:
    text = """\
id: mine
recognise: [[a]]
tables:
  attendances: {columns: {}}
  attendance:
    colums: {agent: {headers: a, unit: minuts}}
ignord: [b]
"""
    with pytest.raises(InputError) as error:
        parse_maps(text, "mine.yaml")
    assert error.value.of("en").splitlines() == [
        "mine.yaml:4:3: this word is not known here; got 'attendances'; did you mean 'attendance'?",
        "mine.yaml:5:3: the key 'columns' is missing here",
        "mine.yaml:6:5: this key is not known here; got 'colums'; did you mean 'columns'?",
        "mine.yaml:7:1: this key is not known here; got 'ignord'; did you mean 'ignored'?",
    ]
    assert "7:1: 这里没有这个键；这里是 'ignord'；是不是 'ignored'？" in error.value.of("zh")


def test_a_header_in_a_deep_list_is_told_with_its_place() -> None:
    with pytest.raises(InputError) as error:
        parse_maps("id: x\nrecognise: [[a, {b: c}]]\ntables: {}\nfile_names: ['(']\n", "x")
    assert [(p.line, p.column, p.code) for p in error.value.problems] == [(2, 17, "bad-map"), (4, 14, "bad-map")]


@pytest.mark.parametrize(
    ("line", "en"),
    [
        ("set_aside: {a: }", "m:3:15: the word all, for every row, or a condition is expected here; got ''"),
        ("set_aside: {a: every}", "got 'every'; a condition has header (or all: counts) and one of is, is_not"),
        ("set_aside: {a: []}", "m:3:16: at least one is expected here"),
        ("set_aside: {a: {header: h, below: [1, 2]}}", "m:3:35: must be one number; got '1', '2'"),
        ("set_aside: {a: {header: h, above: '1.5.0'}}", "m:3:35: must be one number; got '1.5.0'"),
        ("set_aside: {a: {header: h, above: []}}", "m:3:35: must be one number"),
        ("blanks: {a: b}", "m:3:9: must be one word or number"),
    ],
)
def test_a_rule_that_says_nothing_is_refused_with_what_it_may_say(line: str, en: str) -> None:
    with pytest.raises(InputError) as error:
        parse_maps(f"id: x\nrecognise: [[a]]\n{line}\ntables: {{}}\n", "m")
    assert en in error.value.of("en")


def test_a_file_without_a_map_is_refused() -> None:
    with pytest.raises(InputError, match="m:1:1: there is no map in this file"):
        parse_maps("[]", "m")


def of_months(unit: str) -> str:
    columns = f"date: {{headers: 日期, unit: month}}, account: 客服, shop: 店铺, count_unit: {{value: {unit}}}"
    return f"id: x\nrecognise: [[客服]]\ntables:\n  agent_days: {{columns: {{{columns}}}}}\n"


@pytest.mark.parametrize("unit", ["people_by_day", "conversations"])
def test_a_map_that_counts_whole_months_otherwise_is_refused_with_the_reason(unit: str) -> None:
    assert parse_maps(of_months("people_by_month"), "m.yaml")
    with pytest.raises(InputError) as error:
        parse_maps(of_months(unit), "m.yaml")
    (problem,) = error.value.problems
    assert (problem.line, problem.code, problem.got) == (4, "bad-map", unit)
    assert "people_by_month" in problem.of("zh")
