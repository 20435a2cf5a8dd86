"""What a file no map knows seems to be: rightly guessed, asked about, never silently wrong."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.data.sheets import write_csv, write_xlsx
from toolkit.core.errors import InputError, UsageError
from toolkit.core.yaml import read_yaml_file
from toolkit.data.importing.imports import import_files
from toolkit.data.reading.guessing import DECIDES
from toolkit.data.reading.headers import _dictionary, meaning, ways
from toolkit.data.reading.maps import bundled_maps, parse_maps, plain_header
from toolkit.data.reading.suggest import Suggestion, nearest_maps, suggest, write_map
from toolkit.data.tables.schema import table
from toolkit.data.tables.workspace import create_workspace

Cell = Callable[[int], object]
CELLS: dict[str, Cell] = {
    "day": lambda i: f"2024-11-{1 + i % 28:02d}",
    "us": lambda i: f"11/{1 + i % 28:02d}/2024",
    "early": lambda i: f"2024-11-{1 + i % 28:02d} 09:{i % 60:02d}:05",
    "late": lambda i: f"2024-11-{1 + i % 28:02d} 15:{i % 60:02d}:05",
    "month": lambda _: "2024-11",
    "many": lambda i: 90 + i % 7,
    "some": lambda i: 40 + i % 7,
    "few": lambda i: 3 + i % 7,
    "money": lambda i: f"{100 + 3.5 * i:.2f}",
    "more": lambda i: f"{120 + 3.5 * i:.2f}",
    "zero": lambda _: "0.00",
    "order": lambda i: f"2{i:011d}",
    "id": lambda i: f"X{i % 5:04d}",
    "name": lambda i: ("小红", "小明", "阿强")[i % 3],
    "word": lambda i: ("甲", "乙")[i % 2],
    "seconds": lambda i: f"{5 + i % 30}秒",
    "clock": lambda i: f"00:0{1 + i % 5}:12",
    "percent": lambda i: f"{30 + i % 9}.5%",
    "hours": lambda _: "7.5",
    "blank": lambda _: "",
}
LAYOUTS: dict[str, tuple[str, str]] = {
    "daily service report": (
        "agent_days",
        "统计日期=day:date 客服旺旺=name:account 所属店铺=word:shop 咨询人数=many:consultations "
        "接待人数=many:receptions 询单人数=some:inquiries 下单人数=some 最终付款人数=few:buyers 下单金额=more "
        "付款金额=money:sales 退款金额=zero:refunds "
        "客单价=money 首次响应时间(秒)=few:first_reply_seconds 平均响应时长=seconds:reply_seconds 满意率=percent",
    ),
    "orders of an ERP": (
        "orders",
        "系统单号=order 平台订单号=order:order_id 店铺名称=word:shop 买家昵称=id:customer 跟单客服=name:account "
        "下单时间=early:created_at 支付时间=late:paid_at 商品总金额=more 运费=zero 应付金额=more 实付金额=money:amount "
        "退款金额=zero 订单状态=word:status 收货地址=word",
    ),
    "refunds": (
        "refunds",
        "售后编号=id 订单编号=order:order_id 退款申请时间=early 退款成功时间=late:refunded_at 申请退款金额=more "
        "退款金额（元）=money:amount 售后类型=word:kind 退款原因=word:reason",
    ),
    "roster": (
        "assignments",
        "员工工号=order:agent 姓名=name:name 店铺=word:shop 客服组=word:team 职务=word:role 组长=name:supervisor "
        "入职日期=day:joined_on 离职日期=blank:left_on 基本工资=money:base_pay",
    ),
    "attendance": (
        "attendance",
        "工号=id:agent 考勤日期=day:date 班次=word:shift 应出勤小时=hours:scheduled_hours 实际工时=hours:worked_hours "
        "迟到(分钟)=few:late_minutes 早退(分钟)=few:early_leave_minutes 请假类型=blank:leave 加班小时=few",
    ),
    "quality": (
        "quality",
        "质检日期=day:date 坐席工号=id:agent 抽检量=many:checked 答错次数=few:answer_errors 漏备注次数=few:note_errors "
        "有责投诉数=few:complaints_upheld 质检员=name",
    ),
    "deals": (
        "orders",
        "Opportunity_ID=order:order_id Account_Name=id:customer Opportunity_Owner=name:account Amount=money:amount "
        "Expected_Revenue=more Stage=word:status Created_Date=early:created_at Close_Date=late:paid_at",
    ),
    "tickets": (
        "inquiries",
        "Ticket_ID=order:inquiry_id Requester=id:customer Assignee=name:account Created_at=early:asked_at "
        "Solved_at=late First_reply_time_(min)=few:first_reply_s Channel=word:channel",
    ),
    "call centre": (
        "agent_days",
        "Report_Date=us:date Agent=name:account Calls_Offered=many:consultations Calls_Handled=some:receptions "
        "Calls_Abandoned=few AHT=clock:handling_seconds ASA_(s)=few:first_reply_seconds Talk_Time=clock ACW=clock",
    ),
    "targets": ("targets", "Rep=order:subject Month=month:from Sales_Target=money:value Actual=more"),
}  # fmt: skip
"""By name: the table, and ``header=cells:column`` (no column: must not be read)."""


def written(path: Path, spec: str, encoding: str = "utf-8") -> tuple[Path, dict[str, str]]:
    """Write forty rows; return the file, and canonical column to header."""
    columns, expected = [], {}
    for part in spec.split():
        header, _, rest = part.partition("=")
        cells, _, column = rest.partition(":")
        columns.append((header.replace("_", " "), CELLS[cells]))
        if column:
            expected[column] = header.replace("_", " ")
    rows = [[h for h, _ in columns], *([cell(i) for _, cell in columns] for i in range(40))]
    return write_csv(path, rows, encoding), expected


def headers(found: Suggestion) -> dict[str, str]:
    return {column: guess.header for column, guess in found.columns.items()}


@pytest.mark.parametrize("name", LAYOUTS)
def test_layouts_are_guessed_and_the_map_imports_them(tmp_path: Path, name: str) -> None:
    wanted, spec = LAYOUTS[name]
    path, expected = written(tmp_path / "f.csv", spec, "gb18030")
    found = suggest(path)
    assert found.table == wanted
    assert {c: h for c, h in headers(found).items() if c in expected or c in DECIDES[wanted]} == expected
    maps = tmp_path / "m.yaml"
    write_map(found, maps)
    if "complete" not in name and not {c.name for c in table(wanted).columns if c.required} - expected.keys() - {
        "shop"
    }:
        work = create_workspace(tmp_path / "w")
        result = import_files(work, [path], map_path=maps, shop="S")
        assert result.files[0].accepted + result.files[0].n_set_aside == 40


@pytest.mark.parametrize(
    ("spec", "column", "named"),
    [
        ("日期=day 客服=name 接待人数=many 支付金额=money 成交金额=more", "sales", {"支付金额", "成交金额"}),
        ("日期=day 客服=name 接待人数=many 下单金额=money", "sales", {"下单金额"}),
        ("Date=day Agent=name Chats=many Gross_Sales=more Net_Sales=money", "sales", {"Gross Sales", "Net Sales"}),
        ("日期=day 客服=name 接待人数=many 下单人数=few", "buyers", {"下单人数"}),
        ("订单号=order 下单时间=early 应付金额=money 买家昵称=id", "amount", {"应付金额"}),
        ("Invoice_No=order Date=day Net_Amount=money Gross_Amount=more", "amount", {"Net Amount", "Gross Amount"}),
        ("日期=day 客服=name 接待人数延=many 询单人数=some", "receptions", {"接待人数延"}),
        ("订单号=order 退款申请时间=early 退款金额=money 退款原因=word", "refunded_at", {"退款申请时间"}),
    ],
)  # fmt: skip
def test_what_competes_or_only_comes_near_is_asked(tmp_path: Path, spec: str, column: str, named: set[str]) -> None:
    found = suggest(written(tmp_path / "f.csv", spec)[0])
    assert column not in found.columns
    (question,) = [q for q in found.questions if q.column == column]
    assert set(question.headers) == named
    assert all(h in question.message.en and h in question.message.zh for h in named)


def test_cells_that_are_not_what_the_name_says_are_asked_about(tmp_path: Path) -> None:
    found = suggest(written(tmp_path / "f.csv", "日期=day 客服=name 接待人数=word 询单人数=some")[0])
    assert "receptions" not in found.columns
    assert any(q.column == "receptions" and "'甲'" in q.message.en for q in found.questions)


def test_a_figure_in_tens_of_thousands_is_asked_about_because_it_is_rounded(tmp_path: Path) -> None:
    rows = [["日期", "旺旺", "销售额(万)"], ["2024-11-01", "店:甲", "1.23"], ["2024-11-02", "店:乙", "0.98"]]
    (question,) = suggest(write_csv(tmp_path / "f.csv", rows)).questions
    assert (question.column, question.headers) == ("sales", ("销售额(万)",))
    assert "四舍五入" in question.message.zh


def test_neighbours_that_contradict_are_asked_about(tmp_path: Path) -> None:
    found = suggest(written(tmp_path / "f.csv", "日期=day 客服=name 询单人数=few 付款人数=many")[0])
    assert any(set(q.headers) == {"询单人数", "付款人数"} for q in found.questions)


def test_dates_that_may_be_read_two_ways_are_asked_about(tmp_path: Path) -> None:
    rows = [["Date", "Agent", "Chats Handled"], *([f"0{m}/0{d}/2024", "a", 5] for m in (1, 2) for d in (3, 4))]
    found = suggest(write_csv(tmp_path / "f.csv", rows))
    assert [q.column for q in found.questions] == ["date"]
    rows.append(["01/25/2024", "a", 5])
    assert suggest(write_csv(tmp_path / "g.csv", rows)).columns["date"].unit == "mdy"


@pytest.mark.parametrize(
    ("spec", "column"),
    [
        ("工号=id 日期=day 应出勤(天)=few 实出勤(小时)=hours", "scheduled_hours"),
        ("工号=id 日期=day 实出勤(小时)=hours 迟到(次)=few", "late_minutes"),
        ("工号=id 日期=day 应出勤(小时)=hours 工作时长(秒)=many", "worked_hours"),
        ("工号=id 日期=day 迟到(分钟)=few 应出勤=some", "scheduled_hours"),
        ("工号=id 日期=day 实出勤(小时)=hours 请假(小时)=few", "leave"),
        ("日期=day 客服=name 接待人数=many 累计销售额=money", "sales"),
        ("日期=day 客服=name 接待人数=many 转化(%)=percent 满意(%)=percent", "satisfied"),
        ("Date=day Agent=name Chats_Handled=many Sales=few", "sales"),
        ("店铺=word 日期=day 浏览量=many 支付金额=money", "visitors"),
        ("Employee_ID=id Job_Title=word Start_Date=day", "from"),
        ("Employee_ID=id Job_Title=word Salary=money", "base_pay"),
    ],
)
def test_what_another_unit_or_an_open_word_says_is_not_taken(tmp_path: Path, spec: str, column: str) -> None:
    assert column not in suggest(written(tmp_path / "f.csv", spec)[0]).columns


def test_a_unit_in_brackets_says_what_is_counted(tmp_path: Path) -> None:
    spec = (
        "日期=day:date 客服旺旺=name:account 咨询(人)=many:consultations 接待(人)=many:receptions "
        "询单(人)=some:inquiries 成交(人)=few:buyers 成交(元)=money:sales 退款(元)=zero:refunds 转化(%)=percent"
    )
    path, expected = written(tmp_path / "f.csv", spec)
    assert headers(suggest(path)) == expected


def test_dates_are_read_in_the_order_that_the_named_days_or_other_dates_tell(tmp_path: Path) -> None:
    rows = [["Date", "Agent", "Chats Handled"], *([f"03/0{d}/2025", "a", 5] for d in range(3, 9))]
    assert "date" not in suggest(write_csv(tmp_path / "f.csv", rows)).columns
    assert suggest(write_csv(tmp_path / "agents_Mar2025.csv", rows)).columns["date"].unit == "mdy"
    assert suggest(write_csv(tmp_path / "g.csv", [["To 31/08/2025"], *rows])).columns["date"].unit == "dmy"


def test_a_roster_with_its_days_across_is_known_and_its_days_are_asked_about(tmp_path: Path) -> None:
    week = [["", "", *"五六日一二三四" * 4]]
    people = [[f"00{i}", "甲", *"AB休假" * 7] for i in range(4)]
    rows = [["2024年11月排班（A=早 B=晚）"], ["工号", "姓名", *range(1, 29)], *week, *people]
    found = suggest(write_xlsx(tmp_path / "f.xlsx", rows))
    assert (found.table, headers(found)) == ("attendance", {"agent": "工号"})
    assert [(q.column, q.headers) for q in found.questions] == [("", ("工号", "姓名")), ("date", ("1", "28"))]


def test_the_area_above_a_header_counts_only_where_the_header_needs_it(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["日期", "客服", "转化", "", "静默", "", "售后"],
        ["", "", "询单人数", "付款金额", "付款人数", "付款金额", "金额"],
        *([f"2024-11-0{i}", "a", 50, 800.5, 3, 90.5, 20.5] for i in range(1, 9)),
    ]
    assert headers(suggest(write_xlsx(tmp_path / "f.xlsx", rows))) == {
        "date": "日期", "account": "客服", "inquiries": "询单人数", "sales": "付款金额", "refunds": "售后-金额",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("日期=day 客服昵称=name 客服账号=id 接待会话量=many 接待人数=some", "account=客服账号 receptions=接待人数"),
        ("会话ID=order 会话开始时间=early 客服=name 工号=id 访客昵称=name 访客ID=id", "account=工号 customer=访客ID"),
        ("日期=day 客服账号=word 客服工号=id 接待人数=some", "account=客服工号 receptions=接待人数"),
    ],
)  # fmt: skip
def test_an_id_that_tells_as_many_apart_goes_before_a_name_and_people_before_conversations(
    tmp_path: Path, spec: str, expected: str
) -> None:
    found = headers(suggest(written(tmp_path / "f.csv", spec)[0]))
    assert dict(part.split("=") for part in expected.split()).items() <= found.items()


@pytest.mark.parametrize(
    ("cells", "header", "unit"),
    [
        ([f"25-05-0{i} 星期{d}" for i, d in enumerate("四五六日一", 1)], "考勤日期", ""),
        ([f"{d}.05.2025" for d in ("01", "02", "03", "04", "05")], "Datum", "dmy"),
        ([str(1746000000 + 86400 * i) for i in range(5)], "stat_date", "unix"),
    ],
)
def test_days_as_others_write_them_are_read(tmp_path: Path, cells: list[str], header: str, unit: str) -> None:
    rows = [["工号", header, "工作时长(分钟)"], *([f"E{i}", cell, 450] for i, cell in enumerate(cells))]
    found = suggest(write_csv(tmp_path / "f.csv", rows)).columns
    assert (found["date"].unit, found["worked_hours"].unit) == (unit, "minutes")


def test_a_day_without_a_year_needs_the_year_of_the_sheet_or_file(tmp_path: Path) -> None:
    rows = [["日期", "客服", "接待人数"], *([f"5月{i}日", "a", 5] for i in range(1, 6))]
    assert "date" not in suggest(write_csv(tmp_path / "f.csv", rows)).columns
    path = write_csv(tmp_path / "客服_20250501-20250531.csv", rows)
    found = suggest(path)
    work = create_workspace(tmp_path / "w")
    import_files(work, [path], map_path=write_map(found, tmp_path / "m.yaml"), shop="S")
    assert str(work.table("agent_days")["date"].min().date()) == "2025-05-01"


def test_headers_and_amounts_of_other_countries_are_read(tmp_path: Path) -> None:
    rows = [["Bestellnr.", "Bestelldatum", "Kunde", "Zwischensumme (netto)", "Gesamtbetrag (brutto)"]]
    rows += [[f"B-{i:05d}", f"0{i}.05.2025", "K1", "1.000,00", f"1.19{i},50"] for i in range(1, 6)]
    path = write_csv(tmp_path / "f.csv", rows)
    found = suggest(path)
    assert headers(found)["amount"] == "Gesamtbetrag (brutto)"
    work = create_workspace(tmp_path / "w")
    import_files(work, [path], map_path=write_map(found, tmp_path / "m.yaml"), shop="S")
    assert work.table("orders")["amount"].tolist() == [119150, 119250, 119350, 119450, 119550]


@pytest.mark.parametrize(("cells", "taken"), [(("退货", "换新", "价保"), True), (("原返", "支付宝", "微信"), False)])
def test_cells_prove_what_an_open_word_means(tmp_path: Path, cells: tuple[str, ...], taken: bool) -> None:
    rows = [["订单号", "退款方式", "退款金额", "退款完成时间"]]
    rows += [[str(i), cells[i % 3], "9.50", "2025-05-01 10:00"] for i in range(9)]
    assert ("kind" in suggest(write_csv(tmp_path / "f.csv", rows)).columns) == taken


def test_a_name_that_is_a_number_and_stands_on_every_row_is_the_order(tmp_path: Path) -> None:
    rows = [["Name", "Email", "Created at", "Total", "Lineitem name", "Id"]]
    rows += [[f"#10{i // 2:02d}", "a@b.example", "2024-11-05 10:00", "9.50" if i % 2 == 0 else "", "Mug",
              f"55{i:05d}" if i % 2 == 0 else ""] for i in range(20)]  # fmt: skip
    assert headers(suggest(write_csv(tmp_path / "f.csv", rows)))["order_id"] == "Name"


def test_amounts_net_of_refunds_are_told_and_kept_gross_in_the_map(tmp_path: Path) -> None:
    rows: list[list[object]] = [["订单编号", "下单时间", "总金额", "实付金额", "退款金额"]]
    rows += [[str(i), "2024-11-05 10:00:00", 100, 100 - i % 3 * 20, i % 3 * 20] for i in range(30)]
    path = write_csv(tmp_path / "f.csv", rows)
    found = suggest(path)
    assert found.columns["amount"].net_of == ("退款金额", "总金额")
    work = create_workspace(tmp_path / "w")
    import_files(work, [path], map_path=write_map(found, tmp_path / "m.yaml"), shop="S")
    assert set(work.table("orders")["amount"]) == {10000}


def test_titles_and_two_rows_of_headers_are_found_without_a_map(tmp_path: Path) -> None:
    rows = [
        ["客服月报", "", "", ""], ["导出时间", "2024-12-01", "", ""],
        ["日期", "客服", "接待数据", ""], ["", "", "接待客数", "询单客数"],
        ["2024-11-01", "a", 9, 5], ["合计", "", 9, 5],
    ]  # fmt: skip
    found = suggest(write_xlsx(tmp_path / "f.xlsx", {"说明": [["请勿外传"]], "数据": rows}))
    assert (found.sheet, headers(found)) == (
        "数据",
        {"date": "日期", "account": "客服", "receptions": "接待客数", "inquiries": "询单客数"},
    )


def test_the_order_of_columns_and_rows_changes_no_guess(tmp_path: Path) -> None:
    _, spec = LAYOUTS["orders of an ERP"]
    first = headers(suggest(written(tmp_path / "a.csv", spec)[0]))
    parts = spec.split()
    for seed in range(3):
        random.Random(seed).shuffle(parts)
        assert headers(suggest(written(tmp_path / f"b{seed}.csv", " ".join(parts))[0])) == first


def test_an_unknown_file_is_told_the_nearest_maps_and_how_to_get_one(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "f.csv", [["客服昵称", "询单人数", "心情"], ["a", 1, "好"]])
    with pytest.raises(InputError) as error:
        import_files(create_workspace(tmp_path / "w"), [path])
    told = error.value.of("zh")
    assert "--suggest" in told
    assert "赤兔客服报表（chitu-agents）：有 客服昵称, 询单人数；缺" in told


@pytest.mark.parametrize(("dates", "unit"), [("2026-{:02d}", "people_by_month"), ("2026-10-{:02d}", "people_by_day")])
def test_a_report_of_whole_months_counts_by_month_and_is_kept_as_its_map_says(
    dates: str, unit: str, tmp_path: Path
) -> None:
    rows = [["日期", "旺旺昵称", "询单人数", "最终付款人数", "销售额"]]
    rows += [[dates.format(n), f"店:{n}", str(n * 50), str(n * 15), f"{n * 999}.5"] for n in range(1, 9)]
    path = write_csv(tmp_path / "月报.csv", rows)
    found = suggest(path)
    assert f"count_unit: {{value: {unit}}}" in found.map_text
    write_map(found, tmp_path / "m.yaml")
    work = create_workspace(tmp_path / "w")
    import_files(work, [path], map_path=tmp_path / "m.yaml", shop="S")
    assert set(work.table("agent_days")["count_unit"]) == {unit}


def test_a_file_without_days_that_is_about_a_month_counts_by_month(tmp_path: Path) -> None:
    rows = [["旺旺昵称", "询单人数", "最终付款人数", "销售额"]]
    rows += [[f"店:{n}", str(n * 50), str(n * 15), f"{n * 999}.5"] for n in range(1, 9)]
    for name, unit in (("客服2026年10月", "people_by_month"), ("客服2026-10-03", "people_by_day")):
        assert f"count_unit: {{value: {unit}}}" in suggest(write_csv(tmp_path / f"{name}.csv", rows)).map_text


def test_a_map_says_of_each_guess_its_reason_and_is_never_written_over(tmp_path: Path) -> None:
    path, _ = written(tmp_path / "f.csv", LAYOUTS["refunds"][1])
    found = suggest(path)
    assert parse_maps(found.map_text, "m.yaml")[0].tables[0].table == "refunds"
    lines = [line for line in found.map_text.splitlines() if "amount:" in line]
    assert len(lines) == 1
    assert "97%" in lines[0]
    assert "名称" in lines[0]
    write_map(found, tmp_path / "m.yaml")
    with pytest.raises(UsageError, match="exists already"):
        write_map(found, tmp_path / "m.yaml")


def test_nearest_maps_say_what_matches_and_what_lacks() -> None:
    have = {plain_header(h): h for h in ("订单编号", "标题", "价格")}
    near = nearest_maps(have, bundled_maps())[0]
    assert (near.map, [lack.zh for lack in near.lacks]) == ("taobao-order-details", ["购买数量"])
    assert {"订单编号", "标题", "价格"} == set(near.matches)


def test_the_dictionary_has_each_word_once_and_only_known_columns_and_meanings() -> None:
    seen: dict[str, str] = {}
    known = {"numbered"}  # said by cells
    for features, words in _dictionary()["words"].items():
        known |= set(features.split())
        for word in words:
            assert seen.setdefault(str(word).casefold(), features) == features, word
    for (name, column), some in ways().items():
        assert column in table(name).names
        assert all(way.needed | way.may <= known for way in some)
    assert all((name, column) in ways() for name, columns in DECIDES.items() for column in columns)


@pytest.mark.parametrize(
    ("header", "features"),
    [
        ("询单->最终付款人数", {"inquiry", "pay", "people"}),
        ("orderCreateTime", {"order", "create", "time"}),
        ("Avg. Handle Time (sec)", {"avg", "handle", "time"}),
        ("下单金额", {"create", "money"}),
    ],
)
def test_a_header_is_the_set_of_its_meanings(header: str, features: set[str]) -> None:
    assert meaning(header).features == features
    assert not meaning(header).unknown


SYNONYMS: Any = read_yaml_file(Path(__file__).with_name("header_synonyms.yaml")).plain()
ALWAYS = {
    "orders": "order_id amount created_at", "agent_days": "date account receptions", "refunds": "order_id amount",
    "assignments": "agent role", "attendance": "agent date worked_hours", "quality": "agent checked answer_errors",
    "shop_days": "date visitors sales", "inquiries": "inquiry_id asked_at account", "targets": "subject value from",
    "costs": "shop month kind amount", "order_lines": "order_id product units", "accounts": "account agent from",
    "customers": "customer agent from", "products": "product price",
}  # fmt: skip
"""Columns without which a file is hardly of that table."""
FILLED = {
    column: cells
    for cells, columns in {
        "order": "order_id inquiry_id",
        "early": "created_at asked_at",
        "late": "paid_at refunded_at",
        "day": "date from joined_on",
        "month": "month",
        "blank": "to left_on leave",
        "money": "amount sales base_pay cost value",
        "more": "price",
        "zero": "refunds",
        "id": "customer agent",
        "name": "account supervisor inviter subject",
        "word": "shop status kind reason team role product",
        "hours": "scheduled_hours worked_hours",
        "clock": "handling_seconds",
        "many": "consultations receptions checked visitors",
        "some": "inquiries rated",
        "few": "buyers orders units satisfied first_reply_seconds reply_seconds first_reply_s late_minutes "
        "early_leave_minutes answer_errors note_errors complaints_upheld",
    }.items()
    for column in columns.split()
}
"""The cells of each column."""


def recombined(path: Path, name: str, seed: int) -> tuple[Path, dict[str, str]]:
    """Write a file of a table from words drawn for its columns, and others; return it, and column to header."""
    draw = random.Random(f"{name}/{seed}")
    english = draw.random() < 0.4

    def speaks(header: str) -> bool:
        return header.isascii() == english

    words = {c: [w for w in ws if speaks(w)] for c, ws in SYNONYMS[name].items()}
    others = words.pop("others")
    chosen = [c for c in words if words[c] and (c in ALWAYS[name].split() or draw.random() < 0.6)]
    columns: dict[str, str] = {}
    expected = {}
    for column in chosen:
        if free := [w for w in words[column] if plain_header(w) not in map(plain_header, columns)]:
            expected[column] = draw.choice(free)
            columns[expected[column]] = FILLED[column]
    for other in draw.sample(others, min(len(others), draw.randint(0, 8))):
        header, _, cells = other.partition("=")
        columns.setdefault(header, cells)
    order = draw.sample(list(columns), len(columns))
    rows = [order, *([CELLS[columns[h]](i) for h in order] for i in range(12))]
    return write_csv(path, rows, draw.choice(["utf-8", "gb18030"])), expected


def tally(found: Suggestion, name: str, expected: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield for each expected column whether it is right, asked or missing; and what is taken wrongly."""
    asked = {q.column for q in found.questions}
    if found.table != name:
        yield ("asked" if asked & {""} else "wrong"), f"{found.table} for {name}"
        return
    for column, header in expected.items():
        guess = found.columns.get(column)
        told = f"{name}.{column}: {header}"
        if guess is None:
            yield ("asked" if column in asked else "missing"), told
        else:
            yield ("right", told) if guess.header == header else ("wrong", f"{told}, not {guess.header}")
    for column in (found.columns.keys() & DECIDES[name]) - expected.keys():
        yield "wrong", f"{name}.{column}: {found.columns[column].header}"


def test_words_recombined_at_random_are_guessed_and_none_wrongly(tmp_path: Path) -> None:
    counted: Counter[str] = Counter()
    told: list[tuple[str, str]] = []
    for name in SYNONYMS:
        for seed in range(6):
            path, expected = recombined(tmp_path / "f.csv", name, seed)
            for verdict, what in tally(suggest(path), name, expected):
                counted[verdict] += 1
                told += [(verdict, what)] if verdict != "right" else []
    assert counted["wrong"] == 0, [w for v, w in told if v == "wrong"]
    assert counted["right"] >= 0.95 * counted.total(), told


def test_items_of_orders_are_not_settled_as_orders(tmp_path: Path) -> None:
    """One order on two rows, an amount that has to be asked about: an order a row, or an item?"""
    head = ["Order ID", "Order Status", "Seller SKU", "Quantity", "Order Amount", "Created Time", "Buyer Username"]
    rows = [
        [f"57{n // 2:09d}", "Completed", f"K{n}", 1 + n % 2, "see invoice", "2024-11-02 10:00:00", f"b{n}"]
        for n in range(8)
    ]
    found = suggest(write_csv(tmp_path / "Orders.csv", [head, *rows]))
    assert found.table == "orders"
    assert "" in {q.column for q in found.questions}


@pytest.mark.parametrize(
    ("header", "states", "taken"),
    [
        ("退款状态", ("退款成功", "退款关闭", "退款成功", "等待买家退货"), '"退款成功"'),
        ("售后状态", ("甲", "乙", "甲", "甲"), ""),
    ],
)
def test_which_states_of_a_refund_count_is_asked(
    tmp_path: Path, header: str, states: tuple[str, ...], taken: str
) -> None:
    rows = [[f"2{i:011d}", f"2024-10-{10 + i} 08:00:00", f"{20 + i}.50", s] for i, s in enumerate(states)]
    path = write_csv(tmp_path / "退款_甲店_2024-10.csv", [["订单编号", "退款完结时间", "退款金额", header], *rows])
    found = suggest(path)
    (question,) = found.questions
    assert question.column == "when"
    assert all(f"{s} ({states.count(s)})" in question.message.zh for s in states)
    assert f'when: {{header: "{header}", is: [{taken}]}}' in found.map_text
    assert "ignored" not in found.map_text
    if taken:
        assert parse_maps(found.map_text, "m")[0].id == "退款-甲店-2024-10"
        work = create_workspace(tmp_path / "w")
        import_files(work, [path], map_path=write_map(found, tmp_path / "m.yaml"))
        assert work.table("refunds")["amount"].tolist() == [2050, 2250]
    else:
        with pytest.raises(InputError, match="no value"):
            parse_maps(found.map_text, "m")
