"""Import: every row accounted for, nothing subtracted twice, nothing lost, the same content changes nothing."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.data.declared import pandera_schema
from tests.data.sheets import HOSTILE, write_csv, write_xlsx
from toolkit.core.errors import InputError, UsageError
from toolkit.data.importing.imports import import_files
from toolkit.data.tables.schema import table
from toolkit.data.tables.workspace import Workspace, create_workspace

ORDERS = [
    "订单编号",
    "买家会员名",
    "总金额",
    "买家实际支付金额",
    "订单状态",
    "订单创建时间",
    "订单付款时间 ",
    "店铺名称",
    "退款金额",
]
CHITU = ["日期", "客服昵称", "接待人数", "询单人数", "询单->最终付款人数", "销售额", "平均响应（秒）", "平均接待时长"]


@pytest.fixture
def work(tmp_path: Path) -> Workspace:
    return create_workspace(tmp_path / "w")


def order(number: str, paid: object = "10.00", refund: object = "", **other: object) -> list[object]:
    row = dict.fromkeys(ORDERS, "")
    row |= {"订单编号": f'="{number}"', "买家会员名": "tb1", "总金额": paid, "买家实际支付金额": paid, "店铺名称": "S1"}
    row |= {"订单创建时间": "2024-11-05 10:00:00", "订单付款时间 ": "2024-11-05 10:01:00", "退款金额": refund}
    return list((row | other).values())


def orders_file(path: Path, *rows: Sequence[object], encoding: str = "gb18030") -> Path:
    return write_csv(path, [ORDERS, *rows], encoding)


def tables_bytes(work: Workspace) -> dict[Path, bytes]:
    return {p: p.read_bytes() for p in sorted((work.root / "data").rglob("*")) if p.is_file()}


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def codes(result: Any) -> set[str]:
    return {f.code for f in result.findings}


def test_every_row_is_accepted_rejected_or_set_aside_by_name(work: Workspace, tmp_path: Path) -> None:
    path = orders_file(
        tmp_path / "o.csv",
        order("1"),
        order("2"),
        order("2"),  # identical
        ORDERS,  # the header again
        [""] * len(ORDERS),
        ["合计", *[""] * (len(ORDERS) - 1)],
        order("3", paid="#VALUE!"),
        order("4", 订单创建时间="2024-12-32 08:00:00"),
        order(""),
        order("5", paid="1"),
        order("5", paid="2"),  # contradicts
        ["短", "行"],
    )
    result = import_files(work, [path])
    (file,) = result.files
    assert file.rejected == {
        ("买家实际支付金额", "not-money"): 1,
        ("订单创建时间", "not-date"): 1,
        ("订单编号", "missing"): 1,
        ("order_id", "contradiction"): 2,
        ("", "ragged"): 1,
    }
    assert file.set_aside == {"duplicate": 1, "repeated-header": 1, "blank": 1, "total": 1}
    assert (file.read, file.accepted) == (12, 2)
    assert file.read == file.accepted + file.n_rejected + file.n_set_aside
    assert work.table("orders")["order_id"].tolist() == ["1", "2"]


def test_ids_and_names_that_look_like_nothing_survive(work: Workspace, tmp_path: Path) -> None:
    rows = [[name, f"2024-11-0{k + 1} 10:00", "S1", name, "顾客"] for k, name in enumerate(HOSTILE)]
    path = write_csv(tmp_path / "q.csv", [["inquiry_id", "asked_at", "shop", "account", "customer"], *rows])
    import_files(work, [path])
    back = work.table("inquiries")
    assert sorted(back["account"]) == sorted(HOSTILE) == sorted(back["inquiry_id"])


def test_provenance_names_file_sheet_and_row(work: Workspace, tmp_path: Path) -> None:
    head = ["agent", "date", "worked_hours"]
    path = write_xlsx(tmp_path / "t.xlsx", {"十月": [["考勤表"], head, ["a", "2024-10-01", 8]]})
    result = import_files(work, [path])
    row = work.table("attendance").iloc[0]
    assert (row["_file"], row["_sheet"], row["_row"]) == ("t.xlsx", "十月", 3)
    assert result.files[0].read == 1  # what stands above the header is no row


def test_paid_amounts_net_of_refunds_are_found_and_kept_gross(work: Workspace, tmp_path: Path) -> None:
    path = orders_file(
        tmp_path / "net.csv",
        order("1", "30", 总金额="100", 退款金额="70"),
        order("2", "0", 总金额="9", 退款金额="9"),
        order("3"),
    )
    result = import_files(work, [path])
    assert "already-net" in codes(result)
    assert work.table("orders")["amount"].tolist() == [10000, 900, 1000]
    assert work.table("refunds")[["order_id", "amount"]].to_numpy().tolist() == [["1", 7000], ["2", 900]]


def test_paid_amounts_before_refunds_stay_as_they_are(work: Workspace, tmp_path: Path) -> None:
    result = import_files(work, [orders_file(tmp_path / "gross.csv", order("1", "100", "70"), order("2", "9", "9"))])
    assert codes(result) == set()
    assert work.table("orders")["amount"].tolist() == [10000, 900]


def test_amounts_that_speak_for_both_are_asked_about(work: Workspace, tmp_path: Path) -> None:
    rows = [order("1", "30", "70", 总金额="100"), order("2", "9", "9"), order("3", "8", "3", 总金额="20")]
    result = import_files(work, [orders_file(tmp_path / "mixed.csv", *rows)])
    assert "refund-basis-unclear" in codes(result)
    assert work.table("orders")["amount"].tolist() == [3000, 900, 800]


def test_a_refund_list_takes_the_place_of_the_sums_in_the_order_list(work: Workspace, tmp_path: Path) -> None:
    listed = write_csv(
        tmp_path / "退款明细.csv",
        [
            ["order_id", "refunded_at", "amount", "kind"],
            ["1", "2024-11-08 09:00", "30", "退款"],
            ["1", "2024-11-09", "40", "退款"],
        ],
    )
    orders = orders_file(tmp_path / "o.csv", order("1", "100", "70"), order("2", "9", "9"))
    for first, second in ((orders, listed), (listed, orders)):
        here = create_workspace(tmp_path / first.name.partition(".")[0])
        import_files(here, [first])
        import_files(here, [second])
        refunds = here.table("refunds")
        assert refunds[["order_id", "amount"]].to_numpy().tolist() == [["1", 3000], ["1", 4000], ["2", 900]]


def test_a_deposit_and_its_final_payment_of_one_number_are_two_rows(work: Workspace, tmp_path: Path) -> None:
    head = ["订单号", "下单时间", "付款时间", "店铺", "客户", "金额", "阶段"]
    deposit = ["P1", "2024-10-20 20:00", "2024-10-20 20:01", "S", "c", 50, "定金"]
    final = ["P1", "2024-11-11 00:00", "2024-11-11 01:00", "S", "c", 450, "尾款"]
    result = import_files(work, [write_csv(tmp_path / "o.csv", [head, deposit, final])])
    assert not codes(result)
    rows = work.table("orders")[["order_id", "stage", "amount"]]
    assert rows.to_numpy().tolist() == [["P1", "final", 450_00], ["P1#deposit", "deposit", 50_00]]


def test_an_account_is_handed_over_at_a_time_of_day(work: Workspace, tmp_path: Path) -> None:
    rows = [["a", "Li", "2024-03-01", "2024-03-14 13:00"], ["a", "Wang", "2024/3/14 13:00", ""]]
    import_files(work, [write_csv(tmp_path / "accounts.csv", [["account", "agent", "from", "to"], *rows])])
    held = work.table("accounts").sort_values("from")
    assert held["from"].tolist() == [pd.Timestamp("2024-03-01"), pd.Timestamp("2024-03-14 13:00")]
    assert held["to"].iloc[0] == pd.Timestamp("2024-03-14 13:00")


def test_rows_without_an_id_get_one_from_their_content(work: Workspace, tmp_path: Path) -> None:
    head = ["买家会员名", "买家实际支付金额", "宝贝总数量", "宝贝标题", "订单付款时间"]
    rows = [["a", 269.0, 4, "书", "2018-01-01 10:18:12"], ["b", 1.5, 1, "书", "2018-01-01 10:18:12"]]
    rows += [rows[0]]
    as_csv = write_csv(tmp_path / "o.csv", [head, *rows], "gb18030")
    as_xlsx = write_xlsx(tmp_path / "o.xlsx", [head, *rows])
    result = import_files(work, [as_csv], shop="S1")
    assert "surrogate-keys" in codes(result)
    ids = work.table("orders")["order_id"]
    assert len(ids) == 3 == ids.nunique()
    before = work.table("orders")[["order_id", "amount"]]
    import_files(work, [as_xlsx], shop="S1")  # the same rows, in another format and order of types
    assert work.table("orders")[["order_id", "amount"]].equals(before)


def test_a_file_that_says_no_shop_needs_one(work: Workspace, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "o.csv", [["买家会员名", "买家实际支付金额", "订单付款时间"], ["a", "1", "2024-11-05"]])
    with pytest.raises(InputError, match="--shop"):
        import_files(work, [path])
    assert not work.table_files("orders")


def agents(path: Path, *rows: Sequence[object]) -> Path:
    footers = [["", "汇总", 99, 99, 99, 99, 99, ""], ["", "均值", 9, 9, 9, 9, 9, ""]]
    return write_xlsx(path, [CHITU, *rows, *footers])


REPORT = "自定义报表_{}_下单优先判定_S1_2024-11-01至2024-11-30.xlsx"


def test_a_vendor_report_loses_its_footers_roster_and_pending_marks(work: Workspace, tmp_path: Path) -> None:
    path = agents(
        tmp_path / REPORT.format("日报"),
        ["2024-11-01", "S1:小鹿", 50, 40, 16, 1234.5, 30, "8分36秒"],
        ["2024-11-02", "S1:小鹿", 50, 40, "延迟统计", 100, 30, "-"],
        ["2024-11-02", "S1:阿青", 0, 0, 0, 0, 0, "-"],
    )
    result = import_files(work, [path])
    assert result.files[0].set_aside == {"total": 2, "roster": 1}
    days = work.table("agent_days").astype("object")
    assert days.loc[0, ["account", "shop", "buyers", "sales", "handling_seconds", "pending"]].tolist() == [
        "S1:小鹿", "S1", 16, 123450, 516.0, False,
    ]  # fmt: skip
    assert days.loc[1, "pending"] is True
    assert pd.isna(days.loc[1, "buyers"])


def test_a_report_made_with_another_judging_rule_is_a_finding(work: Workspace, tmp_path: Path) -> None:
    path = agents(
        tmp_path / "自定义报表_日报_付款判定_S1_2024-11-01至2024-11-30.xlsx", ["2024-11-01", "a", 5, 4, 1, 9, 3, ""]
    )
    assert "judging-rule-differs" in codes(import_files(work, [path]))


def test_a_report_over_a_month_says_what_it_counts(work: Workspace, tmp_path: Path) -> None:
    head, row = ["客服昵称", "接待人数", "询单人数"], ["a", 500, 400]
    import_files(work, [write_xlsx(tmp_path / REPORT.format("月报"), [head, row])])
    days = work.table("agent_days")
    assert (str(days["date"][0].date()), days["count_unit"][0]) == ("2024-11-01", "people_by_month")
    across = write_xlsx(tmp_path / "自定义报表_周报_下单优先判定_S1_2024-10-28至2024-11-03.xlsx", [head, row])
    assert import_files(work, [across]).files[0].rejected == {("date", "two-months"): 1}
    with pytest.raises(InputError, match="which days"):
        import_files(work, [write_xlsx(tmp_path / "无日期.xlsx", [head, row])], shop="S1")


def test_reports_of_other_columns_complete_each_other_in_any_order(tmp_path: Path) -> None:
    sales = write_xlsx(
        tmp_path / REPORT.format("销售"),
        [["日期", "旺旺", "接待人数", "销售额"], ["2024-11-01", "a", 50, 12], ["2024-11-02", "a", 9, 1]],
    )
    replies = write_xlsx(
        tmp_path / REPORT.format("响应"), [["日期", "旺旺", "接待人数", "平均响应(秒)"], ["2024-11-01", "a", 50, 31]]
    )
    seen = []
    for k, order_ in enumerate(([sales, replies], [replies, sales], [sales, replies, sales])):
        here = create_workspace(tmp_path / str(k))
        for path in order_:
            import_files(here, [path])
        seen.append(here.table("agent_days").drop(columns=["_row", "_file", "_hash"]))
    assert seen[0][["sales", "reply_seconds"]].astype("object").to_numpy().tolist()[0] == [1200, 31.0]
    assert all(frame.equals(seen[0]) for frame in seen)


def test_reports_of_two_kinds_that_differ_are_a_finding_and_the_first_stands(work: Workspace, tmp_path: Path) -> None:
    for name, n in (("甲", 50), ("乙", 51)):
        path = write_xlsx(tmp_path / REPORT.format(name), [["日期", "旺旺", "接待人数"], ["2024-11-01", "a", n]])
        result = import_files(work, [path])
    assert "exports-disagree" in codes(result)
    assert work.table("agent_days")["receptions"].tolist() == [51]  # 乙 stands before 甲 in code point order


def test_credit_kept_by_hand_completes_orders_and_waits_for_them(work: Workspace, tmp_path: Path) -> None:
    credit = write_xlsx(
        tmp_path / "订单归属.xlsx", [["订单编号", "旺旺", "催付"], ["1", "S1:小鹿", "否"], ["2", "S1:阿青", "是"]]
    )
    assert "waiting-rows" in codes(import_files(work, [credit]))
    assert work.table("orders").empty
    result = import_files(work, [orders_file(tmp_path / "o.csv", order("1"), order("2"), order("3"))])
    assert "waiting-rows" not in codes(result)
    frame = work.table("orders").astype("object")
    assert frame[["account", "reminder"]].where(frame[["account", "reminder"]].notna(), None).to_numpy().tolist() == [
        ["S1:小鹿", False], ["S1:阿青", True], [None, None],
    ]  # fmt: skip
    newer = write_xlsx(tmp_path / "订单归属2.xlsx", [["订单编号", "旺旺"], ["1", "S1:小鹿"], ["3", "S1:小鹿"]])
    import_files(work, [newer], instead_of=["订单归属.xlsx"])
    assert work.table("orders")["account"].isna().tolist() == [False, True, False]  # 2 is no longer credited


def test_the_same_content_again_changes_no_byte(work: Workspace, tmp_path: Path) -> None:
    path = orders_file(tmp_path / "o.csv", order("1", "100", "70"), order("2"), order(""))
    import_files(work, [path])
    before = tables_bytes(work)
    copy = tmp_path / "copy.csv"
    copy.write_bytes(path.read_bytes())
    for again in (path, copy):
        assert import_files(work, [again]).changed_files == ()
        assert tables_bytes(work) == before


def test_a_newer_export_replaces_what_it_says_again_and_tells_the_sums(work: Workspace, tmp_path: Path) -> None:
    name = "ExportOrderList_{}.csv"
    other = order("9", 店铺名称="S2")
    import_files(work, [orders_file(tmp_path / name.format("202411100900"), order("1"), order("2"), order("3"), other)])
    newer = orders_file(tmp_path / name.format("202412080900"), order("1"), order("2", "11"), order("4"))
    result = import_files(work, [newer])
    (finding,) = result.findings
    assert (finding.code, finding.severity) == ("figures-replaced", "info")
    assert "orders: 1 rows added, 1 changed, 0 taken out (amount 40.00 → 41.00)" in finding.message.en
    amounts = {"1": 1000, "2": 1100, "3": 1000, "4": 1000, "9": 1000}
    assert work.table("orders").set_index("order_id")["amount"].to_dict() == amounts


def test_a_file_taken_instead_of_another_takes_its_rows_away(work: Workspace, tmp_path: Path) -> None:
    head = ["agent", "shop", "role", "from"]
    first = [["a", "S1", "agent", "2024-01-01"], ["b", "S2", "agent", "2024-01-01"]]
    import_files(work, [write_csv(tmp_path / "r.csv", [head, *first])])
    second = write_csv(tmp_path / "r.csv", [head, first[1], ["c", "S1", "agent", "2024-01-01"]])
    result = import_files(work, [second], instead_of=["r.csv"])
    assert work.table("assignments")["agent"].tolist() == ["b", "c"]
    (finding,) = result.findings
    assert (finding.code, finding.severity, finding.evidence["removed"]) == ("figures-replaced", "review", 1)
    with pytest.raises(UsageError, match=r"no file 'rr.csv' was imported; did you mean 'r.csv'"):
        import_files(work, [second], instead_of=["rr.csv"])


def read_rejects(work: Workspace) -> list[list[str]]:
    (path,) = (work.root / "imports").glob("rejects-*.csv")
    return list(csv.reader(io.StringIO(path.read_text("utf-8-sig"))))


def test_rejected_rows_are_corrected_and_imported_again(work: Workspace, tmp_path: Path) -> None:
    bad = order("2417277691240000001", paid="1O", 总金额="10", 买家会员名="=cmd|'/c calc'!A1")
    path = orders_file(tmp_path / "o.csv", order("1"), order("2"), bad)
    result = import_files(work, [path])
    assert result.files[0].rejects_file == "imports/rejects-o.csv"
    header, row = read_rejects(work)
    assert header[4:] == ORDERS
    assert row[1:3] == ["4", "买家实际支付金额"]
    assert row[4:6] == ['="2417277691240000001"', "'=cmd|'/c calc'!A1"]
    row[header.index("买家实际支付金额")] = "10"
    corrected = write_csv(tmp_path / "corrected.csv", [header, row])
    again = import_files(work, [corrected])
    assert (again.files[0].accepted, codes(again)) == (1, set())
    assert work.table("orders")["order_id"].tolist() == ["1", "2", "2417277691240000001"]
    assert work.table("orders")["customer"].tolist()[2] == "=cmd|'/c calc'!A1"
    before = tables_bytes(work)
    for same in (corrected, path):  # neither the corrections nor their source, again, change anything
        import_files(work, [same])
        assert tables_bytes(work) == before


def test_lines_that_add_up_are_rejected_and_corrected_as_a_whole(work: Workspace, tmp_path: Path) -> None:
    text = """\
id: invoices
recognise: [[invoice, item]]
tables:
  orders:
    adds_up: yes
    columns:
      {order_id: invoice, shop: {value: S}, created_at: day, paid_at: day, amount: {times: [units, price]}}
  order_lines:
    columns: {order_id: invoice, line: {from: position}, product: item, units: units}
"""
    (tmp_path / "map.yaml").write_text(text, "utf-8")
    rows = [["A", "x", "2", "1.5"], ["A", "y", "1", "0.005"], ["B", "x", "1", "3"], ["B", "x", "1", "3"]]
    path = write_csv(
        tmp_path / "i.csv", [["invoice", "item", "units", "price", "day"], *([*r, "2024-11-05"] for r in rows)]
    )
    result = import_files(work, [path], map_path=tmp_path / "map.yaml")
    assert result.files[0].rejected == {("", "incomplete"): 1, ("units + price", "below-cent"): 1}
    assert codes(result) == {"repeated-lines"}
    assert work.table("orders")[["order_id", "amount"]].to_numpy().tolist() == [["B", 600]]
    header, first, second = read_rejects(work)
    second[header.index("price")] = "0.50"
    import_files(work, [write_csv(tmp_path / "c.csv", [header, first, second])], map_path=tmp_path / "map.yaml")
    assert work.table("orders")[["order_id", "amount"]].to_numpy().tolist() == [["A", 350], ["B", 600]]
    assert work.table("order_lines")["order_id"].tolist() == ["A", "A", "B", "B"]


def test_a_second_column_of_one_name_may_fill_but_not_contradict(work: Workspace, tmp_path: Path) -> None:
    head = ["order_id", "created_at", "amount", "shop", "note", "note "]
    rows = [
        ["1", "2024-11-05", "1", "S", "", "x"],
        ["2", "2024-11-05", "1", "S", "y", "y"],
        ["3", "2024-11-05", "1", "S", "y", "z"],
    ]
    result = import_files(work, [write_csv(tmp_path / "o.csv", [head, *rows])])
    assert result.files[0].rejected == {("note", "columns-differ"): 1}
    assert work.table("orders")["note"].tolist() == ["x", "y"]


def test_a_column_of_currencies_keeps_the_others_out_whatever_map_reads_the_file(
    work: Workspace, tmp_path: Path
) -> None:
    head = ["order_id", "created_at", "amount", "shop", "币种"]
    rows = [[str(k), "2024-11-05", "1", "S", name] for k, name in enumerate(["CNY", "人民币", "", "usd", "", "cny"])]
    rows += [["6", "2024-11-05", "$1", "S", "CNY"], ["7", "2024-11-05", "￥1", "S", "CNY"]]
    result = import_files(work, [write_csv(tmp_path / "o.csv", [head, *rows])])
    assert result.files[0].rejected == {("币种", "other-currency"): 2, ("amount", "other-currency"): 1}
    assert work.table("orders")["order_id"].tolist() == ["0", "1", "2", "5", "7"]  # a blank is as the row above


def test_unknown_columns_and_sheets_are_named(work: Workspace, tmp_path: Path) -> None:
    head = ["agent", "shop", "role", "from", "性别"]
    sheets = {"花名册": [head, ["a", "S1", "agent", "2024-01-01", "女"]], "说明": [["看这里"], ["谢谢"]]}
    result = import_files(work, [write_xlsx(tmp_path / "r.xlsx", sheets)])
    assert codes(result) == {"unread-sheets"}
    assert result.files[0].set_aside == {"unread-sheet": 2}
    assert work.table("assignments")["gender"].tolist() == ["女"]
    path = write_csv(
        tmp_path / "c.csv", [["shop", "month", "kind", "amount", "memo"], ["S1", "2024年11月", "ads", "5", "x"]]
    )
    assert codes(import_files(work, [path])) == {"unknown-headers"}
    assert work.table("costs")["month"].tolist() == ["2024-11"]


def test_group_columns_of_a_roster_are_kept(work: Workspace, tmp_path: Path) -> None:
    path = write_csv(
        tmp_path / "r.csv", [["工号", "店铺", "岗位", "入职日期", "星座"], ["a", "S1", "客服", "2024-01-01", "白羊"]]
    )
    import_files(work, [path])
    row = work.table("assignments").iloc[0]
    assert (row["role"], row["星座"], row["from"]) == ("agent", "白羊", pd.Timestamp("2024-01-01"))


def test_a_file_nobody_knows_stops_the_import_before_anything_is_written(work: Workspace, tmp_path: Path) -> None:
    good = orders_file(tmp_path / "o.csv", order("1"))
    with pytest.raises(InputError) as error:
        import_files(work, [good, write_csv(tmp_path / "x.csv", [["甲", "乙"], ["1", "2"]]), tmp_path / "absent.csv"])
    assert [p.code for p in error.value.problems] == ["unrecognised-file", "missing-file"]
    assert tables_bytes(work) == {}
    with pytest.raises(UsageError, match="there is no map 'nothing'"):
        import_files(work, [good], report="nothing")


def test_the_log_tells_the_same_as_the_result(work: Workspace, tmp_path: Path) -> None:
    result = import_files(work, [orders_file(tmp_path / "o.csv", order("1"), order(""))])
    (log,) = (work.root / "imports").glob("import-*.json")
    told = json.loads(log.read_text("utf-8"))
    assert json.loads(json.dumps(result.to_json(), default=str)).items() <= told.items()
    assert told["sources"] == [
        {"file": "o.csv", "size": (tmp_path / "o.csv").stat().st_size, "sha256": digest(tmp_path / "o.csv")}
    ]
    assert told["user"]
    assert told["host"]
    assert told["when"].startswith("20")
    assert result.table.to_numpy().tolist() == [["o.csv", "taobao-orders", 2, 1, 1, 0]]
    assert "2 rows read = 1 accepted + 1 rejected + 0 set aside" in result.text.en
    assert any("不能为空" in line for line in result.lines("zh"))


def test_what_is_imported_is_canonical(work: Workspace, tmp_path: Path) -> None:
    import_files(work, [orders_file(tmp_path / "o.csv", order("1", "100", "70"), order("2"))])
    import_files(work, [agents(tmp_path / REPORT.format("日报"), ["2024-11-01", "a", 50, 40, 16, 1, 30, ""])])
    for name, n in {"orders": 2, "refunds": 1, "agent_days": 1}.items():
        assert len(pandera_schema(table(name)).validate(work.table(name))) == n


def test_a_sum_of_columns_needs_all_of_them(work: Workspace, tmp_path: Path) -> None:
    head = ["日期", "旺旺", "接待人数", "很满意", "满意"]
    import_files(work, [write_xlsx(tmp_path / REPORT.format("评价"), [head, ["2024-11-01", "a", 50, 20, 9]])])
    day = work.table("agent_days").iloc[0]
    assert day["satisfied"] == 29
    assert pd.isna(day["rated"])  # 一般, 不满 and 很不满 are not in this report


def test_a_header_that_ends_in_blanks_makes_no_row_ragged(work: Workspace, tmp_path: Path) -> None:
    text = "shop,month,kind,amount,,\nS1,2024-11,ads,5\nS1,2024-11,fees,6,,\nS1,2024-11,rent,7,x\nS1,2024-11\n"
    (tmp_path / "costs.csv").write_text(text, "utf-8")
    result = import_files(work, [tmp_path / "costs.csv"])
    assert work.table("costs")["kind"].tolist() == ["ads", "fees", "rent"]
    assert result.files[0].rejected == {("", "ragged"): 1}
