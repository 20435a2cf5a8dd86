"""The company's files, as its vendors and its own people write them."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from tests.proofs.shelf.company import OWN_MONEY, PRODUCTS, Company, Row, later, start_of

LONG = "%Y-%m-%d %H:%M:%S"


def yuan(cents: int) -> str:
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def _said(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else ""
    if isinstance(value, datetime):
        return value.strftime(LONG)
    return value.isoformat() if isinstance(value, date) else str(value)


def _csv(path: Path, head: list[str], rows: Iterable[Iterable[Any]], encoding: str = "utf-8-sig") -> Path:
    with path.open("w", newline="", encoding=encoding) as stream:
        writer = csv.writer(stream)
        writer.writerow(head)
        writer.writerows([_said(cell) for cell in row] for row in rows)
    return path


def _xlsx(path: Path, head: list[str], rows: Iterable[Iterable[Any]]) -> Path:
    book = Workbook()
    sheet = book.active
    sheet.append(head)
    for row in rows:
        sheet.append([cell if isinstance(cell, int) and not isinstance(cell, bool) else _said(cell) for cell in row])
    book.save(path)
    return path


def _span(made: Company, month: str) -> tuple[date, date, str]:
    first = start_of(month)
    last = min(start_of(later(month, 1)), made.end.fromordinal(made.end.toordinal() + 1))
    last = date.fromordinal(last.toordinal() - 1)
    return first, last, f"{first}至{last}"


def _in(rows: list[Row], column: str, first: date, last: date) -> list[Row]:
    return [r for r in rows if datetime.combine(first, time()) <= r[column] <= datetime.combine(last, time.max)]


TAOBAO = [
    "订单编号",
    "买家会员名",
    "总金额",
    "买家实际支付金额",
    "订单状态",
    "订单创建时间",
    "订单付款时间",
    "宝贝标题",
]
TAOBAO += ["宝贝种类", "订单备注", "宝贝总数量", "店铺名称", "退款金额", "确认收货时间"]
OWN_ORDER = ["订单号", "下单时间", "付款时间", "确认时间", "店铺", "客户", "金额", "阶段", "定金订单号", "线下"]
ASKED = ["询单编号", "询单时间", "店铺", "旺旺", "买家会员名", "接待方", "首次响应(秒)", "平均响应(秒)", "是否满意"]
DAY_B = ["日期", "旺旺", "聊天人数", "接待人数", "询单人数", "询单->最终付款人数", "订单数", "销售量", "销售额"]
DAY_B += ["完成退款金额", "首次响应(秒)", "平均响应(秒)", "很满意", "满意", "一般", "不满意", "很不满意"]
DAY_C = ["日期", "账户名", "店铺", "咨询人数", "接待人数", "首次响应(秒)", "平均响应(秒)", "收到评价数", "很满意"]
DAY_C += ["满意"]
ROSTER = ["工号", "姓名", "店铺", "团队", "岗位", "主管", "邀请人", "城市", "底薪", "开始日期", "结束日期", "入职日期"]
ROSTER += ["离职日期"]
STAGE = {None: "单次", "deposit": "定金", "final": "尾款"}


def monthly(made: Company, folder: Path, month: str) -> list[Path]:
    """The files of one month, or of the days told after the last."""
    files = exports(made, folder, *_span(made, month))
    return [*files, *by_hand(made, folder, month)] if month in made.months else files


def exports(made: Company, folder: Path, first: date, last: date, said: str) -> list[Path]:
    """What the vendors export of some days; `said` stands in the names of the files."""
    orders = _in(made["orders"], "created_at", first, last)
    lines: dict[str, list[Row]] = {}
    for line in made["lines"]:
        lines.setdefault(line["order_id"], []).append(line)
    taobao = [o for o in orders if not o["offline"] and o["stage"] is None]
    kept = [o for o in orders if o["offline"] or o["stage"] is not None]
    files = [
        _csv(
            folder / f"ExportOrderList_A_{said}.csv",
            TAOBAO,
            (_taobao(o, lines.get(o["order_id"], [])) for o in taobao),
            "gb18030",
        ),
        _csv(
            folder / f"ExportOrderDetailList_A_{said}.csv",
            ["订单编号", "标题", "价格", "购买数量", "订单状态"],
            (
                [f'="{o["order_id"]}"', n["product"], yuan(n["price"]), n["units"], "交易成功"]
                for o in taobao
                for n in lines.get(o["order_id"], [])
            ),
        ),
        _xlsx(folder / f"线下与预售订单_{said}.xlsx", OWN_ORDER, map(_own_order, kept)),
        _csv(
            folder / f"订单商品行_{said}.csv",
            ["订单号", "行号", "商品", "类目", "数量", "金额", "优惠", "成本"],
            (_line(n) for o in kept for n in lines.get(o["order_id"], [])),
        ),
        _csv(
            folder / f"询单明细_{said}.csv",
            ASKED,
            (
                [q["inquiry_id"], q["asked_at"], q["shop"], q["account"], q["customer"],
                 {"human": "人工", "robot": "机器人"}[q["served_by"]], q["first_reply_s"], q["avg_reply_s"],
                 {None: "", True: "是", False: "否"}[q["satisfied"]]]
                for q in _in(made["inquiries"], "asked_at", first, last)
            ),
        ),
        _csv(
            folder / f"退款明细_{said}.csv",
            ["订单编号", "退款时间", "退款金额", "退款类型", "退款原因"],
            (
                [r["order_id"], r["refunded_at"], yuan(r["amount"]), r["kind"], "七天无理由"]
                for r in _in(made["refunds"], "refunded_at", first, last)
            ),
        ),
        _xlsx(
            folder / f"自定义报表_客服数据_下单优先判定_B_{said}.xlsx",
            DAY_B,
            (
                [d["date"], d["account"], d["consultations"], d["receptions"], d["inquiries"], d["buyers"], d["orders"],
                 d["units"], yuan(d["sales"]), yuan(d["refunds"]), d["first_reply_seconds"], d["reply_seconds"],
                 d["satisfied"] // 2, d["satisfied"] - d["satisfied"] // 2, d["rated"] - d["satisfied"], 0, 0]
                for d in made["days_b"] if first <= d["date"] <= last
            ),
        ),
        _xlsx(
            folder / f"售中服务_C_{said}.xlsx",
            DAY_C,
            (
                [d["date"], d["account"], "C", d["consultations"], d["receptions"], d["first_reply_seconds"],
                 d["reply_seconds"], d["rated"], d["satisfied"], 0]
                for d in made["days_c"] if first <= d["date"] <= last
            ),
        ),
        _csv(
            folder / f"考勤_{said}.csv",
            ["工号", "日期", "排班工时", "实际工时", "迟到分钟", "早退分钟"],
            (
                [d["agent"], d["date"], d["scheduled"], d["worked"], d["late"], d["early"]]
                for d in made["attendance"] if first <= d["date"] <= last
            ),
        ),
    ]  # fmt: skip
    credits = [o for o in orders if o["account"] is not None]
    if credits:
        files.append(
            _xlsx(
                folder / f"订单归属_{said}.xlsx",
                ["订单编号", "旺旺", "备注", "审批人"],
                ([o["order_id"], o["account"], o["note"], o["approved_by"]] for o in credits),
            )
        )
    return files


def _taobao(o: Row, lines: list[Row]) -> list[Any]:
    status = "等待买家付款" if o["paid_at"] is None else "交易成功"
    names = "，".join(n["product"] for n in lines)
    amount = yuan(o["amount"])
    row = [f'="{o["order_id"]}"', o["customer"], amount, amount, status, o["created_at"], o["paid_at"], names]
    return [*row, len(lines), "", sum(n["units"] for n in lines), o["shop"], "0.00", o["confirmed_at"]]


def _own_order(o: Row) -> list[Any]:
    times = [o["created_at"], o["paid_at"], o["confirmed_at"]]
    what = [o["shop"], o["customer"], yuan(o["amount"]), STAGE[o["stage"]], o["deposit_id"], o["offline"]]
    return [o["order_id"], *times, *what]


COST = {name: cost for name, _, _, cost in PRODUCTS}
CATEGORY = {name: category for name, category, _, _ in PRODUCTS}


def _line(n: Row) -> list[Any]:
    what = [n["order_id"], n["line"], n["product"], CATEGORY[n["product"]], n["units"], yuan(n["amount"])]
    return [*what, yuan(n.get("discount", 0)), yuan(COST[n["product"]] * n["units"])]


def by_hand(made: Company, folder: Path, month: str) -> list[Path]:
    """What HR and managers keep, a file a month."""
    first, last, _ = _span(made, month)
    return [
        _csv(
            folder / f"质检_{month}.csv",
            ["工号", "日期", "抽检数", "答错数", "漏备注数", "投诉数", "有责投诉"],
            (
                [q["agent"], q["date"], q["checked"], q["answer_errors"], q["note_errors"], q["complaints"],
                 q["complaints_upheld"]]
                for q in made["quality"] if first <= q["date"] <= last
            ),
        ),
        _csv(
            folder / f"自有指标_{month}.csv",
            ["月份", "工号", "指标", "数值"],
            (
                [o["month"], o["agent"], o["measure"], yuan(o["value"]) if o["measure"] in OWN_MONEY else o["value"]]
                for o in made["own"] if o["month"] == month
            ),
        ),
        _csv(
            folder / f"目标_{month}.csv",
            ["范围", "对象", "指标", "目标值", "开始日期", "结束日期"],
            (
                ["客服", t["subject"], t["measure"], t["value"], t["from"], t["to"]]
                for t in made["targets"] if t["from"] == first
            ),
        ),
    ]  # fmt: skip


def lasting(made: Company, folder: Path) -> list[Path]:
    """What stands for all months: the roster, accounts, products, the file of customers."""
    people = ("agent", "name", "shop", "team", "role", "supervisor", "inviter", "city", "base_pay", "from", "to")
    people += ("joined_on", "left_on")
    roles = {"agent": "客服", "supervisor": "主管", "manager": "经理"}
    return [
        _xlsx(
            folder / "花名册.xlsx",
            ROSTER,
            (
                [said[c] for c in people]
                for r in made["assignments"]
                for said in [r | {"role": roles.get(r["role"], r["role"]), "base_pay": yuan(r["base_pay"])}]
            ),
        ),
        _csv(
            folder / "账号表.csv",
            ["店铺", "旺旺", "工号", "开始日期", "结束日期"],
            ([r["shop"], r["account"], r["agent"], r["from"], r["to"]] for r in made["accounts"]),
        ),
        _csv(
            folder / "商品.csv",
            ["商品", "类目", "售价", "成本"],
            ([name, category, yuan(price), yuan(cost)] for name, category, price, cost in PRODUCTS),
        ),
        _csv(
            folder / "客户归属.csv",
            ["客户", "负责人", "开始日期", "结束日期"],
            ([c["customer"], c["agent"], c["from"], c["to"]] for c in made["customers"]),
        ),
    ]  # fmt: skip
