"""Second set of thirty exports of shops, CRMs, help desks, call centres, ERPs and HR systems, each with its truth.

`write(folder)` writes the files and returns the truths in the format of the first set's README. How the open parts of that
format are filled here:

- `shop`, `period`: {"value", "where"}; `where` is "title", "sheet", "file name", "block" or "column"; days of single rows are no
  period. A period is `YYYY-MM` or [first day, last day].
- `set_aside`: list of {"what", "rows", "at"}; `at` names the rows as `Sheet!12`, in text files as `12`.
- `where`: sheet, head (rows), data ([first, last]) of the first part; `parts` lists all of them where there are several.
- numbers of `totals` are exact (at most two decimals, or what the file has); `units` names the unit where it is not the table's.
- `pending`: spellings that mean "not known yet" in this file.
"""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from common2 import CENT, Sheet, day_text, en_names, money, plain, save_text, save_xlsx, serial, zh_names

ZERO = Decimal(0)
ITEMS_ZH = (
    "北欧落地灯",
    "陶瓷盖碗套装",
    "婴儿连体衣",
    "双人帐篷",
    "实木边几",
    "便携炉头",
    "紫砂壶200ml",
    "儿童雨靴",
    "吸顶灯36W",
    "亚麻窗帘",
)
KINDS_ZH = {
    "灯": "灯具",
    "帐篷": "户外",
    "炉头": "户外",
    "茶": "茶具",
    "壶": "茶具",
    "盖碗": "茶具",
    "婴儿": "母婴",
    "儿童": "母婴",
}
ITEMS_EN = (
    "Canvas tote",
    "Trail lamp",
    "Enamel mug set",
    "Wool throw",
    "Camp chair",
    "Cast-iron pan",
    "Linen apron",
    "Desk planter",
)
SHOPS = ("青禾家居旗舰店", "云栖茶具专卖店", "木棉朵母婴专营店", "北屿户外旗舰店", "拾光灯饰旗舰店")
NICKS = ("小麦", "阿栗", "青团", "豆包", "桃子", "山药", "芋圆", "松果", "年糕", "木耳", "海苔", "银杏")


def dec(value: str | int | float) -> Decimal:
    """A decimal of what is written."""
    return Decimal(str(value))


def cents(value: Decimal) -> Decimal:
    """Rounded to cents."""
    return value.quantize(CENT, ROUND_HALF_UP)


def total(values: list) -> int | float:
    """The exact sum of the known values."""
    return plain(sum((dec(v) for v in values if v is not None), ZERO))


def moment(rnd: random.Random, first: date, days: int) -> datetime:
    """A random second within some days."""
    start = datetime(first.year, first.month, first.day, 8)
    return start + timedelta(days=rnd.randrange(days), seconds=rnd.randrange(15 * 3600))


def clock(seconds: int) -> str:
    """hh:mm:ss."""
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


class Table:
    """Rows of one table with its heads; remembers where they were written."""

    def __init__(self, heads: list[str]) -> None:
        self.heads = heads
        self.rows: list[list] = []
        self.formats: dict[str, str] = {}
        self.known: dict[str, list] = {}

    def add(self, *values: object, **known: object) -> None:
        """One row as it is written, and the true figures of it by canonical column."""
        assert len(values) == len(self.heads), (len(values), len(self.heads))
        self.rows.append(list(values))
        for name, value in known.items():
            self.known.setdefault(name, []).append(value)

    def put(
        self, sheet: Sheet, row: int, first: int = 0, last: int | None = None, head: bool = True, left: int = 1
    ) -> int:
        """Write the head and some of the rows; the row after."""
        if head:
            sheet.row(row, self.heads, left)
            row += 1
        for values in self.rows[first:last]:
            for k, value in enumerate(values):
                if value == "":
                    continue
                sheet.put(row, left + k, value, self.formats.get(self.heads[k]) if not isinstance(value, str) else None)
            row += 1
        return row

    def totals(self) -> dict[str, int | float]:
        """Sums of the true figures."""
        return {name: total(values) for name, values in self.known.items()}


def truth(file: str, table: str, columns: dict, data: Table, where: dict, **more: object) -> dict:
    """A truth with nothing where nothing was said."""
    out = {
        "file": file,
        "table": table,
        "columns": columns,
        "also": {},
        "decoys": [],
        "unsayable": {},
        "shop": None,
        "period": None,
        "rows": len(data.rows),
        "totals": data.totals(),
        "units": {},
        "set_aside": [],
        "where": where,
        "note": "",
        "pending": [],
    }
    out.update(more)
    return out


def spot(sheet: str | None, head: list[int], data: list[int], **more: object) -> dict:
    """Where a table stands."""
    return {"sheet": sheet, "head": head, "data": data, **more}


def save_csv(
    folder: Path,
    file: str,
    data: Table,
    above: list[list[str]] | None = None,
    below: list[list] | None = None,
    encoding: str = "utf-8-sig",
    sep: str = ",",
) -> dict:
    """Write one table as a text file; where it stands."""
    sheet = Sheet("x")
    row = 1
    for line in above or []:
        sheet.row(row, line)
        row += 1
    end = data.put(sheet, row)
    for k, line in enumerate(below or []):
        sheet.row(end + k, line)
    save_text(folder / file, sheet, encoding, sep)
    return spot(None, [row], [row + 1, end - 1], encoding=encoding, sep=sep)


# --- Chinese -------------------------------------------------------------------------------------------------------------------


def paid_net(folder: Path) -> dict:
    """Orders of a marketplace with a column for the agent added; paid is net of what went back."""
    rnd = random.Random(301)
    file = "ExportOrderDetail_青禾_整理.csv"
    data = Table(
        [
            "订单编号",
            "买家会员名",
            "买家应付货款",
            "买家应付邮费",
            "总金额",
            "买家实际支付金额",
            "订单状态",
            "收货人姓名",
            "运送方式",
            "订单创建时间",
            "订单付款时间 ",
            "宝贝标题 ",
            "宝贝总数量",
            "店铺名称",
            "退款金额",
            "确认收货时间",
            "打款商家金额",
            "跟单客服",
            "客服备注",
        ]
    )
    data.formats = dict.fromkeys(["买家应付货款", "买家应付邮费", "总金额", "买家实际支付金额", "退款金额"], "0.00")
    agents = ["青禾家居旗舰店:" + nick for nick in NICKS[:5]]
    names = zh_names(rnd, 60)
    for n in range(60):
        made = moment(rnd, date(2024, 11, 1), 29)
        goods, post = money(rnd, 39, 1290), dec(rnd.choice([0, 0, 8, 12]))
        whole = goods + post
        state = rnd.choices(["交易成功", "卖家已发货，等待买家确认", "交易关闭", "等待买家付款"], [60, 18, 14, 8])[0]
        unpaid = state == "等待买家付款" or (state == "交易关闭" and rnd.random() < 0.4)
        back = ZERO
        if not unpaid:
            back = whole if state == "交易关闭" else (cents(whole * dec("0.2")) if rnd.random() < 0.12 else ZERO)
        paid = ZERO if unpaid else whole - back
        when = None if unpaid else made + timedelta(seconds=rnd.randint(20, 5000))
        done = day_text(made + timedelta(days=5), "yyyy-mm-dd hh:mm:ss") if state == "交易成功" else None
        data.add(
            f'="{4112000000000000000 + n * 7919 * 10**9 + rnd.randrange(10**9)}"',
            f"tb{rnd.randint(10**6, 10**7)}",
            goods,
            post,
            whole,
            paid,
            state,
            names[n],
            "快递",
            day_text(made, "yyyy-mm-dd hh:mm:ss"),
            when and day_text(when, "yyyy-mm-dd hh:mm:ss"),
            rnd.choice(ITEMS_ZH),
            rnd.randint(1, 3),
            "青禾家居旗舰店",
            back,
            done,
            f"{cents(paid * dec('0.98'))}元" if done else "0元",
            rnd.choice([*agents, None]),
            rnd.choice([None, None, "已提醒付款", "改地址"]),
            amount=paid,
        )
    where = save_csv(folder, file, data, encoding="gbk")
    unpaid = [str(2 + k) for k, row in enumerate(data.rows) if row[10] is None]
    return truth(
        file,
        "orders",
        {
            "order_id": "订单编号",
            "paid_at": "订单付款时间 ",
            "amount": "买家实际支付金额",
            "account": "跟单客服",
            "status": "订单状态",
            "shop": "店铺名称",
        },
        data,
        where,
        also={
            "created_at": "订单创建时间",
            "customer": "买家会员名",
            "confirmed_at": "确认收货时间",
            "note": "客服备注",
        },
        decoys=["买家应付货款", "总金额", "退款金额", "打款商家金额", "订单创建时间", "确认收货时间"],
        shop={"value": "青禾家居旗舰店", "where": "column"},
        set_aside=[{"what": "never paid: 订单付款时间 blank", "rows": len(unpaid), "at": unpaid}],
        note='paid + refund = total on every paid row: paid is net already, nothing may be taken off again; ids as ="..."',
    )


def two_shops_pending(folder: Path) -> dict:
    """Agents by day, a sheet a shop, pending days and rows of sums and means."""
    rnd = random.Random(302)
    file = "客服绩效明细_最终付款判定_2024-11-21至2024-11-30.xlsx"
    data = Table(
        [
            "日期",
            "客服昵称",
            "咨询人数",
            "接待人数",
            "询单人数",
            "询单→最终下单人数",
            "询单→最终付款人数",
            "销售额",
            "销售量",
            "销售订单数",
            "客单价",
            "退款金额",
            "平均响应(秒)",
        ]
    )
    data.formats = dict.fromkeys(["销售额", "客单价", "退款金额"], "0.00") | {"平均响应(秒)": "0.00"}
    sheets, parts, aside = [], [], []
    for s, shop in enumerate(SHOPS[:2]):
        first = len(data.rows)
        for day in range(21, 31):
            for nick in NICKS[4 * s : 4 * s + 3]:
                if rnd.random() < 0.2:
                    continue
                asked = rnd.randint(20, 70)
                ordered = rnd.randint(8, asked // 2 + 6)
                buyers = ordered - rnd.randint(0, 4)
                late = day >= 28
                sales = cents(buyers * money(rnd, 90, 260))
                data.add(
                    f"2024-11-{day}",
                    f"{shop}:{nick}",
                    asked + 14,
                    asked + 9,
                    asked,
                    ordered,
                    "延迟统计" if late else buyers,
                    "延迟统计" if late else sales,
                    "--" if late else buyers + 3,
                    "--" if late else buyers + 1,
                    "--" if late else cents(sales / buyers),
                    money(rnd, 0, 400) if rnd.random() < 0.5 else 0,
                    dec(rnd.randint(1800, 5200)) / 100,
                    inquiries=asked,
                    buyers=None if late else buyers,
                    sales=None if late else sales,
                    orders=None if late else buyers + 1,
                    consultations=asked + 14,
                    receptions=asked + 9,
                    units=None if late else buyers + 3,
                )
                data.known.setdefault("refunds", []).append(data.rows[-1][11])
        sheet = Sheet(shop)
        end = data.put(sheet, 1, first)
        mine = data.rows[first:]
        sheet.row(
            end,
            [
                "汇总",
                "-",
                *(total([r[k] for r in mine if not isinstance(r[k], str)]) for k in range(2, 10)),
                "--",
                total([r[11] for r in mine]),
                "--",
            ],
        )
        sheet.row(
            end + 1,
            [
                "均值",
                "-",
                *(round(total([r[k] for r in mine if not isinstance(r[k], str)]) / len(mine), 2) for k in range(2, 10)),
                "--",
                round(total([r[11] for r in mine]) / len(mine), 2),
                "--",
            ],
        )
        sheets.append(sheet)
        parts.append(spot(shop, [1], [2, end - 1]))
        aside.append({"what": "rows 汇总 and 均值", "rows": 2, "at": [f"{shop}!{end}", f"{shop}!{end + 1}"]})
    save_xlsx(folder / file, sheets)
    return truth(
        file,
        "agent_days",
        {
            "date": "日期",
            "account": "客服昵称",
            "inquiries": "询单人数",
            "buyers": "询单→最终付款人数",
            "sales": "销售额",
            "orders": "销售订单数",
            "refunds": "退款金额",
        },
        data,
        parts[0] | {"parts": parts},
        also={"consultations": "咨询人数", "receptions": "接待人数", "units": "销售量"},
        decoys=["询单→最终下单人数", "客单价", "咨询人数", "接待人数"],
        shop={"value": list(SHOPS[:2]), "where": "sheet"},
        period={"value": ["2024-11-21", "2024-11-30"], "where": "file name"},
        set_aside=aside,
        pending=["延迟统计", "--"],
        note="the last three days are not final",
    )


def after_sales(folder: Path) -> dict:
    """Refund slips with asked and paid-back amounts and several times."""
    rnd = random.Random(303)
    file = "售后单导出_2024年11月.csv"
    data = Table(
        [
            "售后编号",
            "关联订单号",
            "商品名称",
            "售后类型",
            "申请金额(元)",
            "实际退款金额(元)",
            "其中运费(元)",
            "申请时间",
            "商家同意时间",
            "退款到账时间",
            "售后原因",
            "售后状态",
            "经办客服",
            "店铺",
        ]
    )
    data.formats = dict.fromkeys(["申请金额(元)", "实际退款金额(元)", "其中运费(元)"], "0.00")
    for n in range(42):
        asked = moment(rnd, date(2024, 11, 1), 27)
        want = money(rnd, 15, 690)
        state = rnd.choices(["退款成功", "已关闭", "处理中"], [75, 15, 10])[0]
        kind = rnd.choice(["仅退款", "退货退款", "退货退款", "价保补差", "赔付"])
        got = want - dec(rnd.choice([0, 0, 0, 8, 12])) if state == "退款成功" else ZERO
        data.add(
            f"AS2411{1000 + n * 3}",
            f"{690411000000 + rnd.randrange(10**9)}",
            rnd.choice(ITEMS_ZH),
            kind,
            want,
            "--" if state == "处理中" else got,
            dec(rnd.choice([0, 0, 6])),
            day_text(asked, "yyyy-mm-dd hh:mm:ss"),
            day_text(asked + timedelta(hours=3), "yyyy-mm-dd hh:mm:ss") if state == "退款成功" else None,
            day_text(asked + timedelta(hours=rnd.randint(5, 70)), "yyyy-mm-dd hh:mm:ss")
            if state == "退款成功"
            else None,
            rnd.choice(["不想要了", "质量问题", "降价", "少件", "七天无理由"]),
            state,
            rnd.choice(NICKS[:6]),
            rnd.choice(SHOPS[:3]),
            amount=None if state == "处理中" else got,
        )
    where = save_csv(folder, file, data)
    shut = [str(2 + k) for k, row in enumerate(data.rows) if row[11] != "退款成功"]
    return truth(
        file,
        "refunds",
        {"order_id": "关联订单号", "refunded_at": "退款到账时间", "amount": "实际退款金额(元)", "kind": "售后类型"},
        data,
        where,
        also={"reason": "售后原因"},
        decoys=["售后编号", "申请金额(元)", "其中运费(元)", "申请时间", "商家同意时间"],
        shop={"value": list(SHOPS[:3]), "where": "column"},
        period={"value": "2024-11", "where": "file name"},
        pending=["--"],
        set_aside=[{"what": "售后状态 is not 退款成功", "rows": len(shut), "at": shut}],
    )


def punch_clock(folder: Path) -> dict:
    """Attendance by day from a punch clock app: title, time of export, two-row head."""
    rnd = random.Random(304)
    file = "客服中心_每日统计_20241201.xlsx"
    heads = [
        "姓名",
        "考勤组",
        "部门",
        "工号",
        "职位",
        "日期",
        "班次",
        "打卡时间",
        "打卡结果",
        "打卡时间",
        "打卡结果",
        "应出勤时长(小时)",
        "实际工作时长(小时)",
        "迟到时长(分钟)",
        "早退时长(分钟)",
        "请假",
    ]
    data = Table(heads)
    names = zh_names(rnd, 6)
    names[4] = names[1]
    for n, name in enumerate(names):
        for day in (25, 26, 27, 28, 29):
            when = date(2024, 11, day)
            away = rnd.choice([None] * 9 + ["年假", "事假"])
            late = 0 if away else rnd.choice([0, 0, 0, 7, 12])
            early = 0 if away else rnd.choice([0, 0, 0, 0, 15])
            start, end_hour = (9, 18) if n < 3 else (15, 24)
            worked = ZERO if away else dec(8) - (dec("0.25") if late else 0) - (dec("0.25") if early else 0)
            data.add(
                name,
                "客服早班组" if n < 3 else "客服晚班组",
                "客服中心",
                f"00{372 + 6 * n}",
                "在线客服",
                day_text(when, "yy-mm-dd 周"),
                "休息" if away else ("早班 09:00-18:00" if n < 3 else "晚班 15:00-24:00"),
                None if away else f"{start}:{late:02d}" if late else f"{start - 1}:{52 + rnd.randint(0, 7)}",
                "请假" if away else ("迟到" if late else "正常"),
                None if away else (f"{end_hour - 1}:45" if early else f"{end_hour}:03" if n < 3 else "次日 00:02"),
                "请假" if away else ("早退" if early else "正常"),
                8,
                worked,
                late,
                early,
                away,
                scheduled_hours=8,
                worked_hours=worked,
                late_minutes=late,
                early_leave_minutes=early,
            )
    sheet = Sheet("每日统计")
    sheet.put(1, 1, "每日统计表 统计日期：2024-11-25 至 2024-11-29")
    sheet.merge(1, 1, 1, 16)
    sheet.put(2, 1, "报表生成时间：2024-12-01 09:12")
    for k, text in enumerate(heads, 1):
        if k in {8, 9, 10, 11}:
            sheet.put(4, k, text)
        else:
            sheet.put(3, k, text)
            sheet.merge(3, k, 4, k)
    for k, text in ((8, "上班1"), (10, "下班1")):
        sheet.put(3, k, text)
        sheet.merge(3, k, 3, k + 1)
    end = data.put(sheet, 5, head=False)
    save_xlsx(folder / file, [sheet])
    return truth(
        file,
        "attendance",
        {
            "agent": "工号",
            "date": "日期",
            "worked_hours": "实际工作时长(小时)",
            "late_minutes": "迟到时长(分钟)",
            "early_leave_minutes": "早退时长(分钟)",
        },
        data,
        spot("每日统计", [3, 4], [5, end - 1]),
        also={"shift": "班次", "scheduled_hours": "应出勤时长(小时)", "leave": "请假"},
        decoys=["上班1/打卡时间", "下班1/打卡时间", "应出勤时长(小时)", "考勤组"],
        period={"value": ["2024-11-25", "2024-11-29"], "where": "title"},
        note="dates as 24-11-25 星期一; two people of one name, so that only 工号 tells who it is; the time of export is no period",
    )


def staff_list(folder: Path) -> dict:
    """The list of staff with several dates and amounts."""
    rnd = random.Random(305)
    file = "员工花名册（客服）.xlsx"
    data = Table(
        [
            "序号",
            "工号",
            "姓名",
            "性别",
            "事业部",
            "小组",
            "岗位",
            "直属主管",
            "负责店铺",
            "入职时间",
            "试用期截止",
            "劳动合同起始",
            "离职时间",
            "基本工资",
            "岗位补贴",
            "工作城市",
            "内推人",
            "联系电话",
        ]
    )
    data.formats = {
        "入职时间": "yyyy/m/d",
        "试用期截止": "yyyy/m/d",
        "劳动合同起始": "yyyy/m/d",
        "离职时间": "yyyy/m/d",
        "基本工资": "#,##0",
        "岗位补贴": "#,##0",
    }
    names = zh_names(rnd, 22)
    names[17] = names[6]
    for n in range(20):
        joined = date(2021, 3, 1) + timedelta(days=rnd.randrange(1300))
        pay = dec(rnd.choice([3000, 3200, 3500, 3800, 4500]))
        gone = date(2024, 11, rnd.randint(2, 29)) if n in {5, 13} else "在职"
        data.add(
            n + 1,
            f"0{1208 + 11 * n}",
            names[n],
            rnd.choice("男女"),
            "电商事业部",
            f"售前{'一二三'[n % 3]}组" if n < 14 else "售后组",
            "组长" if n % 7 == 0 else "客服",
            names[20] if n < 14 else names[21],
            SHOPS[n % 5],
            joined,
            joined + timedelta(days=90),
            joined + timedelta(days=rnd.choice([0, 1, 30])),
            gone,
            pay,
            dec(rnd.choice([200, 300, 500])),
            rnd.choice(["杭州", "成都", "武汉"]),
            rnd.choice([None, None, names[3], names[8]]),
            f"1{rnd.randint(10**9, 10**10 - 1)}",
            base_pay=pay,
        )
    sheet = Sheet("花名册")
    sheet.put(1, 1, "客服中心员工花名册（含离职，截至2024-12-01）")
    sheet.merge(1, 1, 1, 18)
    end = data.put(sheet, 2)
    save_xlsx(folder / file, [sheet])
    return truth(
        file,
        "assignments",
        {
            "agent": "工号",
            "shop": "负责店铺",
            "team": "小组",
            "role": "岗位",
            "supervisor": "直属主管",
            "inviter": "内推人",
            "base_pay": "基本工资",
            "joined_on": "入职时间",
            "probation_until": "试用期截止",
            "left_on": "离职时间",
        },
        data,
        spot("花名册", [2], [3, end - 1]),
        also={"city": "工作城市"},
        decoys=["序号", "事业部", "劳动合同起始", "岗位补贴"],
        shop={"value": list(SHOPS), "where": "column"},
        note="在职 in 离职时间 means nobody left; two people of one name; as of 2024-12-01 is no period",
    )


def unicode_text(folder: Path) -> dict:
    """Agents by day as UTF-16 text with tabs; dates as 20241101."""
    rnd = random.Random(306)
    file = "客服日报_木棉朵母婴专营店.tsv"
    data = Table(
        [
            "统计日期",
            "客服账号",
            "客服姓名",
            "上线时长(分)",
            "会话量",
            "询单客户数",
            "下单客户数",
            "支付客户数",
            "下单金额",
            "支付金额",
            "成功退款金额",
            "支付转化率",
            "首响(秒)",
            "平响(秒)",
            "评价总数",
            "满意评价数",
        ]
    )
    data.formats = dict.fromkeys(["下单金额", "支付金额", "成功退款金额"], "#,##0.00")
    names = zh_names(rnd, 4)
    for day in range(1, 13):
        for n in range(4):
            if rnd.random() < 0.25:
                continue
            asked = rnd.randint(18, 66)
            ordered = rnd.randint(7, asked // 2 + 5)
            buyers = ordered - rnd.randint(0, 3)
            sales = cents(buyers * money(rnd, 70, 190))
            rated = rnd.randint(3, 20)
            back = money(rnd, 0, 260) if rnd.random() < 0.4 else ZERO
            data.add(
                f"202411{day:02d}",
                f"mumianduo0{n + 1}",
                names[n],
                rnd.randint(380, 520),
                asked + rnd.randint(5, 30),
                asked,
                ordered,
                buyers,
                sales + money(rnd, 0, 600),
                sales,
                back,
                f"{cents(dec(100 * buyers) / asked)}%",
                rnd.randint(4, 15),
                rnd.randint(18, 44),
                rated,
                rated - rnd.randint(0, 3),
                inquiries=asked,
                buyers=buyers,
                sales=sales,
                refunds=back,
            )
            data.known.setdefault("rated", []).append(rated)
            data.known.setdefault("satisfied", []).append(data.rows[-1][15])
    where = save_csv(folder, file, data, encoding="utf-16", sep="\t")
    return truth(
        file,
        "agent_days",
        {
            "date": "统计日期",
            "account": "客服账号",
            "inquiries": "询单客户数",
            "buyers": "支付客户数",
            "sales": "支付金额",
            "refunds": "成功退款金额",
        },
        data,
        where,
        also={"rated": "评价总数", "satisfied": "满意评价数"},
        decoys=["下单客户数", "下单金额", "客服姓名", "会话量"],
        shop={"value": "木棉朵母婴专营店", "where": "file name"},
        note="amounts with thousands separators as text",
    )


def blocks_of_lines(folder: Path) -> dict:
    """Order lines of an ERP in blocks by shop with sums."""
    rnd = random.Random(307)
    file = "销售出库明细_分店铺.xlsx"
    data = Table(
        [
            "原始单号",
            "行号",
            "商家编码",
            "货品名称",
            "类别",
            "发货数量",
            "标价",
            "货款合计",
            "优惠分摊",
            "分摊后金额",
            "成本金额",
            "发货时间",
            "仓库",
        ]
    )
    data.formats = dict.fromkeys(["标价", "货款合计", "优惠分摊", "分摊后金额", "成本金额"], "0.00") | {
        "发货时间": "yyyy-mm-dd hh:mm"
    }
    sheet = Sheet("明细")
    sheet.put(1, 1, "销售出库明细表   发货日期：2024-11-01 ~ 2024-11-15")
    sheet.merge(1, 1, 1, 13)
    row, parts, aside = 3, [], []
    for shop in (SHOPS[0], SHOPS[3], SHOPS[4]):
        first = len(data.rows)
        for _ in range(rnd.randint(7, 10)):
            number = f"{2411 * 10**9 + rnd.randrange(10**9)}"
            when = moment(rnd, date(2024, 11, 1), 15)
            for line in range(1, rnd.choice([2, 2, 3, 4])):
                units, price = rnd.randint(1, 4), money(rnd, 19, 320, "0.1")
                goods = units * price
                cut = cents(goods * dec(rnd.choice(["0", "0.05", "0.1"])))
                cost = cents(goods * dec("0.46"))
                title = rnd.choice(ITEMS_ZH)
                kind = next((kind for word, kind in KINDS_ZH.items() if word in title), "家居")
                data.add(
                    number,
                    line,
                    f"HH-{rnd.randint(100, 999)}",
                    title,
                    kind,
                    units,
                    price,
                    goods,
                    cut,
                    goods - cut,
                    cost,
                    when,
                    rnd.choice(["华东仓", "西南仓"]),
                    units=units,
                    amount=goods - cut,
                    discount=cut,
                    cost=cost,
                )
        sheet.put(row, 1, f"店铺：{shop}")
        end = data.put(sheet, row + 1, first)
        mine = data.rows[first:]
        sheet.put(end, 1, "小计")
        for k in (5, 7, 8, 9, 10):
            sheet.put(end, k + 1, sum((dec(r[k]) for r in mine), ZERO), data.formats.get(data.heads[k]))
        parts.append(spot("明细", [row + 1], [row + 2, end - 1], shop=shop))
        aside.append({"what": f"小计 of {shop}", "rows": 1, "at": [f"明细!{end}"]})
        row = end + 2
    sheet.put(row, 1, "总计")
    for k in (5, 7, 8, 9, 10):
        sheet.put(row, k + 1, sum((dec(r[k]) for r in data.rows), ZERO), data.formats.get(data.heads[k]))
    aside.append({"what": "总计", "rows": 1, "at": [f"明细!{row}"]})
    save_xlsx(folder / file, [sheet])
    return truth(
        file,
        "order_lines",
        {"order_id": "原始单号", "line": "行号", "units": "发货数量", "amount": "分摊后金额"},
        data,
        parts[0] | {"parts": parts},
        also={"product": "货品名称", "category": "类别", "discount": "优惠分摊", "cost": "成本金额"},
        decoys=["标价", "货款合计", "成本金额", "商家编码"],
        shop={"value": [SHOPS[0], SHOPS[3], SHOPS[4]], "where": "block"},
        period={"value": ["2024-11-01", "2024-11-15"], "where": "title"},
        set_aside=aside,
    )


def conversations(folder: Path) -> dict:
    """Conversations of a chat desk that name a first and a last agent."""
    rnd = random.Random(308)
    file = "在线会话记录_20241101-20241107.csv"
    data = Table(
        [
            "会话编号",
            "店铺",
            "渠道",
            "访客ID",
            "访客昵称",
            "进线时间",
            "排队时长(秒)",
            "首次接入客服",
            "结束客服",
            "转接次数",
            "首响时长(秒)",
            "平均响应(秒)",
            "结束时间",
            "接待方式",
            "满意度",
            "咨询分类",
        ]
    )
    for n in range(48):
        begun = moment(rnd, date(2024, 11, 1), 7)
        robot = rnd.random() < 0.15
        first, last = rnd.choice(NICKS[:6]), rnd.choice(NICKS[:6])
        moved = not robot and first != last and rnd.random() < 0.5
        reply = rnd.randint(3, 60)
        data.add(
            f"S{20241101000 + n * 17}",
            rnd.choice(SHOPS[:2]),
            rnd.choice(["网页", "小程序", "公众号"]),
            f"u{rnd.randint(10**7, 10**8)}",
            f"访客{n + 31}",
            day_text(begun, "yyyy/m/d h:mm"),
            rnd.randint(0, 40),
            None if robot else first,
            None if robot else (last if moved else first),
            int(moved),
            None if robot else reply,
            None if robot else reply + 11,
            day_text(begun + timedelta(minutes=rnd.randint(2, 40)), "yyyy/m/d h:mm"),
            "机器人" if robot else "人工",
            rnd.choice(["满意", "非常满意", "一般", "未评价", "未评价"]),
            rnd.choice(["售前", "物流", "售后"]),
            first_reply_s=None if robot else reply,
        )
    where = save_csv(folder, file, data, encoding="gb18030")
    return truth(
        file,
        "inquiries",
        {
            "inquiry_id": "会话编号",
            "asked_at": "进线时间",
            "shop": "店铺",
            "customer": "访客ID",
            "served_by": "接待方式",
        },
        data,
        where,
        also={"channel": "渠道", "first_reply_s": "首响时长(秒)", "avg_reply_s": "平均响应(秒)", "satisfied": "满意度"},
        decoys=["结束时间", "访客昵称", "排队时长(秒)"],
        unsayable={
            "account": "the conversation has a first agent (首次接入客服) and a last one (结束客服): whose it is, is the shop's rule"
        },
        shop={"value": list(SHOPS[:2]), "where": "column"},
        period={"value": ["2024-11-01", "2024-11-07"], "where": "file name"},
    )


def account_list(folder: Path) -> dict:
    """Who uses which account from when to when, shops merged, shares in percent."""
    rnd = random.Random(309)
    file = "子账号使用登记表.xlsx"
    data = Table(
        [
            "序号",
            "平台",
            "店铺名称",
            "主账号",
            "子账号昵称",
            "使用人",
            "开始使用",
            "停止使用",
            "业绩占比",
            "登记人",
            "登记日期",
            "备注",
        ]
    )
    data.formats = {"业绩占比": "0%", "开始使用": "yyyy-mm-dd", "停止使用": "yyyy-mm-dd", "登记日期": "yyyy-mm-dd"}
    names = zh_names(rnd, 12)
    sheet = Sheet("登记")
    sheet.put(1, 1, "客服子账号使用登记表")
    sheet.merge(1, 1, 1, 12)
    merges, n = [], 0
    for shop, platform, size in ((SHOPS[0], "天猫", 5), (SHOPS[3], "京东", 3), (SHOPS[4], "拼多多", 3)):
        first = len(data.rows)
        for k in range(size):
            begun = date(2024, 1 + rnd.randrange(9), rnd.randint(1, 28))
            share, nick, end, note = dec(1), NICKS[n % 12], "至今", None
            if n == 2:
                share, note = dec("0.6"), "两人共用"
            elif n == 3:
                share, nick, note = dec("0.4"), NICKS[2], "两人共用"
            elif n == 6:
                end = date(2024, 11, 12)
            data.add(
                n + 1,
                platform if k == 0 else None,
                shop if k == 0 else None,
                shop.replace("旗舰店", "") if k == 0 else None,
                f"{shop[:2]}:{nick}",
                names[n],
                begun,
                end,
                share,
                names[11],
                begun - timedelta(days=2),
                note,
                share=share,
            )
            n += 1
        merges += [(first + 3, c, first + 2 + size, c) for c in (2, 3, 4)]
    end = data.put(sheet, 2)
    sheet.merges += merges
    save_xlsx(folder / file, [sheet])
    return truth(
        file,
        "accounts",
        {
            "platform": "平台",
            "shop": "店铺名称",
            "account": "子账号昵称",
            "agent": "使用人",
            "from": "开始使用",
            "to": "停止使用",
            "share": "业绩占比",
        },
        data,
        spot("登记", [2], [3, end - 1]),
        decoys=["主账号", "登记人", "登记日期", "序号"],
        shop={"value": [SHOPS[0], SHOPS[3], SHOPS[4]], "where": "column"},
        note="至今 means no end; platform, shop and main account are merged down; share as a fraction (0.6 is 60 %)",
    )


def erp_orders(folder: Path) -> dict:
    """ERP orders: a row an item, the order's amount repeated on each."""
    rnd = random.Random(310)
    file = "订单列表导出20241203.xlsx"
    data = Table(
        [
            "内部单号",
            "来源平台",
            "店铺",
            "线上单号",
            "订单状态",
            "下单时间",
            "付款时间",
            "发货日期",
            "商品编码",
            "商品名称",
            "数量",
            "单价",
            "商品金额",
            "应付金额",
            "已付金额",
            "业务员",
            "标签",
        ]
    )
    data.formats = (
        dict.fromkeys(["单价", "商品金额", "应付金额", "已付金额"], "0.00")
        | dict.fromkeys(["下单时间", "付款时间"], "yyyy-mm-dd hh:mm:ss")
        | {"发货日期": "yyyy-mm-dd"}
    )
    names = zh_names(rnd, 5)
    for n in range(26):
        made = moment(rnd, date(2024, 11, 2), 26)
        state = rnd.choices(["已发货", "已付款待审核", "取消", "待付款"], [70, 12, 10, 8])[0]
        lines = [
            (rnd.choice(ITEMS_ZH), rnd.randint(1, 3), money(rnd, 29, 400, "0.1"))
            for _ in range(rnd.choice([1, 1, 2, 3]))
        ]
        due = sum((u * p for _, u, p in lines), ZERO) - dec(rnd.choice([0, 0, 5, 20]))
        paid = ZERO if state in {"待付款", "取消"} else due
        number, seller = f"{58800000000 + rnd.randrange(10**9)}", rnd.choice(names)
        when = None if paid == 0 else made + timedelta(minutes=rnd.randint(1, 90))
        for title, units, price in lines:
            data.add(
                710200 + n,
                "抖音" if n % 3 else "天猫",
                SHOPS[n % 3],
                number,
                state,
                made,
                when,
                (made + timedelta(days=1)).date() if state == "已发货" else None,
                f"SKU{rnd.randint(1000, 9999)}",
                title,
                units,
                price,
                units * price,
                due,
                paid,
                seller,
                rnd.choice([None, "赠品", "加急"]),
                amount=paid,
            )
    sheet = Sheet("sheet1")
    end = data.put(sheet, 1)
    save_xlsx(folder / file, [sheet])
    off = [f"sheet1!{2 + k}" for k, row in enumerate(data.rows) if row[4] in {"取消", "待付款"}]
    return truth(
        file,
        "orders",
        {
            "order_id": "线上单号",
            "paid_at": "付款时间",
            "amount": "已付金额",
            "account": "业务员",
            "shop": "店铺",
            "status": "订单状态",
        },
        data,
        spot("sheet1", [1], [2, end - 1]),
        also={"created_at": "下单时间", "shipped_at": "发货日期", "channel": "来源平台"},
        decoys=["内部单号", "应付金额", "商品金额", "单价", "下单时间", "发货日期"],
        shop={"value": list(SHOPS[:3]), "where": "column"},
        set_aside=[{"what": "订单状态 is 取消 or 待付款", "rows": len(off), "at": off}],
        note="已付金额 is the order's and stands on each of its items: once an order; the total here is that of all rows as they stand. The platform's own "
        "number joins refunds and other exports",
    )


def opportunities(folder: Path) -> dict:
    """Opportunities of a CRM, amounts in ten thousands."""
    rnd = random.Random(311)
    file = "商机列表-2024Q4.csv"
    data = Table(
        [
            "商机编号",
            "商机名称",
            "客户名称",
            "负责人",
            "创建人",
            "协作成员",
            "销售阶段",
            "预计金额(万元)",
            "赢单金额(万元)",
            "赢率",
            "预计成交日期",
            "实际成交日期",
            "创建日期",
            "最近跟进时间",
        ]
    )
    names = zh_names(rnd, 7)
    for n in range(34):
        made = date(2024, 10, 1) + timedelta(days=rnd.randrange(58))
        stage = rnd.choice(["赢单", "赢单", "输单", "方案报价", "商务谈判", "需求确认"])
        want = money(rnd, 1, 48, "0.1")
        won = cents(want * dec(rnd.choice(["1", "0.92", "1.1"]))) if stage == "赢单" else None
        shut = made + timedelta(days=rnd.randint(4, 30)) if stage in {"赢单", "输单"} else None
        data.add(
            f"SJ-{20241000 + n * 3}",
            f"{rnd.choice(['年度', '门店', '礼品', '试点'])}采购{n + 1}",
            f"{rnd.choice(SURE_FIRMS)}有限公司",
            rnd.choice(names[:5]),
            rnd.choice(names[5:]),
            rnd.choice([None, names[0], names[6]]),
            stage,
            plain(want),
            won and plain(won),
            "100%" if won else "0%" if shut else f"{rnd.choice([10, 30, 60])}%",
            day_text(made + timedelta(days=45), "yyyy-mm-dd"),
            shut and day_text(shut, "yyyy-mm-dd"),
            day_text(made, "yyyy-mm-dd"),
            day_text(made + timedelta(days=5), "yyyy-mm-dd"),
            amount=won,
        )
    where = save_csv(folder, file, data, encoding="utf-8")
    lost = [str(2 + k) for k, row in enumerate(data.rows) if row[6] != "赢单"]
    return truth(
        file,
        "orders",
        {
            "order_id": "商机编号",
            "paid_at": "实际成交日期",
            "amount": "赢单金额(万元)",
            "account": "负责人",
            "status": "销售阶段",
        },
        data,
        where,
        also={"created_at": "创建日期", "customer": "客户名称"},
        decoys=["预计金额(万元)", "预计成交日期", "创建日期", "创建人", "协作成员", "最近跟进时间"],
        period={"value": ["2024-10-01", "2024-12-31"], "where": "file name"},
        units={"amount": "万元"},
        set_aside=[{"what": "销售阶段 is not 赢单", "rows": len(lost), "at": lost}],
        note="one deal a row; paid_at stands for the day it was won",
    )


SURE_FIRMS = ("远岫", "澄海路", "百棠", "北辰里", "墨竹", "栖云", "临溪")


def monthly_by_shop(folder: Path) -> dict:
    """Agents of a month, two-row head, shops merged with sums, sales in ten thousands."""
    rnd = random.Random(312)
    file = "客服业绩汇总（终版）.xlsx"
    data = Table(
        [
            "店铺",
            "客服",
            "咨询人数",
            "接待人数",
            "询单人数",
            "付款人数",
            "付款订单数",
            "付款金额(万)",
            "笔数",
            "金额(元)",
            "询单转化率",
        ]
    )
    data.formats = {"付款金额(万)": "0.00", "金额(元)": "#,##0.00", "询单转化率": "0.0%"}
    tops = [None, None, "接待情况", None, None, "成交情况", None, None, "退款情况", None, None]
    sheet = Sheet("11月")
    sheet.put(1, 1, "2024年11月客服业绩汇总表")
    sheet.merge(1, 1, 1, 11)
    for k, text in enumerate(data.heads, 1):
        if 3 <= k <= 10:
            sheet.put(3, k, text)
        else:
            sheet.put(2, k, text)
            sheet.merge(2, k, 3, k)
    for k, text in enumerate(tops, 1):
        if text:
            sheet.put(2, k, text)
            sheet.merge(2, k, 2, k + (1 if text == "退款情况" else 2))
    row, parts, aside = 4, [], []
    for s, shop in enumerate(SHOPS[:3]):
        first = len(data.rows)
        size = 3 + s % 2
        for k in range(size):
            asked = rnd.randint(310, 940)
            buyers = int(asked * rnd.uniform(0.3, 0.6))
            sales = cents(dec(buyers) * money(rnd, 80, 240) / 10000)
            back, count = money(rnd, 600, 5200), rnd.randint(5, 30)
            data.add(
                shop if k == 0 else None,
                f"{shop[:2]}-{NICKS[4 * s + k]}",
                asked + 160,
                asked + 70,
                asked,
                buyers,
                buyers + rnd.randint(3, 40),
                sales,
                count,
                back,
                round(buyers / asked, 4),
                inquiries=asked,
                buyers=buyers,
                orders=None,
                sales=sales,
                refunds=back,
                consultations=asked + 160,
                receptions=asked + 70,
            )
            data.known["orders"][-1] = data.rows[-1][6]
        end = data.put(sheet, row, first, head=False)
        sheet.merge(row, 1, end - 1, 1)
        sheet.put(end, 1, "小计")
        for k in range(2, 10):
            sheet.put(end, k + 1, sum((dec(r[k]) for r in data.rows[first:]), ZERO), data.formats.get(data.heads[k]))
        parts.append(spot("11月", [2, 3], [row, end - 1]))
        aside.append({"what": f"小计 of {shop}", "rows": 1, "at": [f"11月!{end}"]})
        row = end + 1
    sheet.put(row, 1, "合计")
    for k in range(2, 10):
        sheet.put(row, k + 1, sum((dec(r[k]) for r in data.rows), ZERO), data.formats.get(data.heads[k]))
    aside.append({"what": "合计", "rows": 1, "at": [f"11月!{row}"]})
    sheet.put(row + 1, 1, "注：付款金额以次月8日最终数据为准。")
    save_xlsx(folder / file, [sheet])
    return truth(
        file,
        "agent_days",
        {
            "shop": "店铺",
            "account": "客服",
            "inquiries": "接待情况/询单人数",
            "buyers": "成交情况/付款人数",
            "orders": "成交情况/付款订单数",
            "sales": "成交情况/付款金额(万)",
            "refunds": "退款情况/金额(元)",
        },
        data,
        parts[0] | {"parts": parts},
        also={"consultations": "接待情况/咨询人数", "receptions": "接待情况/接待人数"},
        decoys=["接待情况/咨询人数", "接待情况/接待人数", "退款情况/笔数", "询单转化率"],
        shop={"value": list(SHOPS[:3]), "where": "column"},
        period={"value": "2024-11", "where": "title"},
        units={"sales": "万元"},
        set_aside=aside,
        note="no column of days: one row is an agent's month; shops merged down",
    )


def call_records(folder: Path) -> dict:
    """Calls one by one; agents by a number with zeros."""
    rnd = random.Random(313)
    file = "通话明细_20241118.csv"
    data = Table(
        [
            "通话流水号",
            "呼叫类型",
            "主叫号码",
            "被叫号码",
            "呼叫时间",
            "排队时长",
            "接听时间",
            "挂断时间",
            "通话时长",
            "坐席工号",
            "坐席姓名",
            "技能组",
            "质检员",
            "接听状态",
            "满意度评分",
        ]
    )
    names = zh_names(rnd, 7)
    names[5], quality = names[0], names[6]
    for n in range(44):
        begun = moment(rnd, date(2024, 11, 18), 1)
        out, agent = rnd.random() < 0.2, rnd.randrange(6)
        got = rnd.random() < 0.85
        wait, talk = rnd.randint(2, 95), rnd.randint(25, 900)
        data.add(
            f"2024111800{rnd.randint(1000, 9999)}{n:02d}",
            "呼出" if out else "呼入",
            "4008000000" if out else f"1{rnd.randint(10**9, 10**10 - 1)}",
            f"1{rnd.randint(10**9, 10**10 - 1)}" if out else "4008000000",
            day_text(begun, "yyyy-mm-dd hh:mm:ss"),
            clock(wait),
            day_text(begun + timedelta(seconds=wait), "yyyy-mm-dd hh:mm:ss") if got else "--",
            day_text(begun + timedelta(seconds=wait + (talk if got else 0)), "yyyy-mm-dd hh:mm:ss"),
            clock(talk) if got else "00:00:00",
            f"00{801 + agent}" if got or out else None,
            names[agent] if got or out else None,
            rnd.choice(["售前热线", "售后热线"]),
            rnd.choice([None, None, None, quality]) if got else None,
            "已接听" if got else "未接听",
            rnd.choice([None, 5, 5, 4, 1]) if got else None,
        )
    where = save_csv(folder, file, data, encoding="gbk")
    return truth(
        file,
        "inquiries",
        {"inquiry_id": "通话流水号", "asked_at": "呼叫时间", "account": "坐席工号"},
        data,
        where,
        also={"channel": "技能组"},
        decoys=["坐席姓名", "质检员", "接听时间", "挂断时间", "主叫号码", "被叫号码"],
        unsayable={
            "customer": "the customer is 主叫号码 of an inbound call and 被叫号码 of an outbound one; no single column"
        },
        period={"value": ["2024-11-18", "2024-11-18"], "where": "file name"},
        set_aside=[
            {
                "what": "呼叫类型 is 呼出: no inquiry of a customer, to be confirmed",
                "rows": sum(r[1] == "呼出" for r in data.rows),
                "at": [str(2 + k) for k, r in enumerate(data.rows) if r[1] == "呼出"],
            }
        ],
        note="two agents of one name, so that only the number tells; calls nobody took have no agent",
    )


def refund_book(folder: Path) -> dict:
    """A book of refunds kept by hand: day numbers without a format, ¥ as text, a sum below."""
    rnd = random.Random(314)
    file = "退款登记.xlsx"
    data = Table(
        [
            "登记日期",
            "原订单号",
            "买家昵称",
            "退款完成日期",
            "应退金额",
            "已退金额",
            "退款方式",
            "性质",
            "责任客服",
            "备注",
        ]
    )
    for n in range(31):
        day = date(2024, 10, 1) + timedelta(days=n + rnd.randint(0, 1))
        want = money(rnd, 9, 560)
        got = want if rnd.random() < 0.8 else cents(want / 2)
        data.add(
            serial(day),
            f"{3120000000 + rnd.randrange(10**8)}-{rnd.randint(1, 9)}",
            f"买家{rnd.randint(100, 999)}",
            serial(day + timedelta(days=rnd.randint(0, 4))),
            f"¥{want:.2f}",
            f"¥{got:.2f}",
            rnd.choice(["原路", "支付宝", "原路"]),
            rnd.choice(["退货", "价保", "补偿", "退货"]),
            rnd.choice(NICKS[:5]),
            rnd.choice([None, None, "分两次退", "已补发"]),
            amount=got,
        )
    sheet = Sheet("10月")
    sheet.put(1, 1, "拾光灯饰旗舰店 退款登记 2024年10月")
    sheet.merge(1, 1, 1, 10)
    end = data.put(sheet, 3)
    sheet.put(end, 1, "合计")
    sheet.put(end, 5, f"¥{sum((dec(r[4][1:]) for r in data.rows), ZERO):,.2f}")
    sheet.put(end, 6, f"¥{sum((dec(r[5][1:]) for r in data.rows), ZERO):,.2f}")
    save_xlsx(folder / file, [sheet])
    return truth(
        file,
        "refunds",
        {"order_id": "原订单号", "refunded_at": "退款完成日期", "amount": "已退金额", "kind": "性质"},
        data,
        spot("10月", [3], [4, end - 1]),
        decoys=["登记日期", "应退金额", "退款方式"],
        shop={"value": "拾光灯饰旗舰店", "where": "title"},
        period={"value": "2024-10", "where": "title"},
        set_aside=[{"what": "合计", "rows": 1, "at": [f"10月!{end}"]}],
        note="days are bare numbers such as 45570; some refunds end in the next month",
    )


def shops_in_blocks(folder: Path) -> dict:
    """Agents of a month by shop, the head again before each, shop and days in a line above."""
    rnd = random.Random(315)
    file = "多店客服数据下载.xlsx"
    data = Table(
        [
            "客服账号",
            "咨询人数",
            "人工接待人数",
            "询单人数",
            "下单人数",
            "成团人数",
            "询单转化率",
            "下单金额(元)",
            "客服销售额(元)",
            "30秒应答率",
            "平均响应时长",
            "服务分",
        ]
    )
    sheet = Sheet("Sheet1")
    row, parts = 1, []
    for s, shop in enumerate((SHOPS[3], SHOPS[4], SHOPS[2])):
        first = len(data.rows)
        sheet.put(row, 1, f"店铺：{shop}   统计周期：2024-11-01~2024-11-30")
        for k in range(3 + s):
            asked = rnd.randint(200, 800)
            ordered = int(asked * rnd.uniform(0.3, 0.5))
            buyers = ordered - rnd.randint(2, 20)
            sales = cents(dec(buyers) * money(rnd, 25, 90))
            data.add(
                f"pdd{61077 + s}客服{k + 1}",
                asked + 88,
                asked + 40,
                asked,
                ordered,
                buyers,
                f"{cents(dec(100 * buyers) / asked)}%",
                f"{sales + money(rnd, 200, 900):.2f}",
                f"{sales:.2f}",
                f"{rnd.randint(70, 99)}.{rnd.randint(10, 99)}%",
                f"{rnd.randint(8, 40)}秒",
                f"4.{rnd.randint(60, 99)}",
                inquiries=asked,
                buyers=buyers,
                sales=sales,
                consultations=asked + 88,
                receptions=asked + 40,
            )
        end = data.put(sheet, row + 1, first)
        parts.append(spot("Sheet1", [row + 1], [row + 2, end - 1], shop=shop))
        row = end + 1
    save_xlsx(folder / file, [sheet])
    return truth(
        file,
        "agent_days",
        {"account": "客服账号", "inquiries": "询单人数", "buyers": "成团人数", "sales": "客服销售额(元)"},
        data,
        parts[0] | {"parts": parts},
        also={"consultations": "咨询人数", "receptions": "人工接待人数"},
        decoys=["下单人数", "下单金额(元)", "咨询人数", "人工接待人数"],
        shop={"value": [SHOPS[3], SHOPS[4], SHOPS[2]], "where": "block"},
        period={"value": ["2024-11-01", "2024-11-30"], "where": "block"},
        note="a whole month an agent and shop; money and rates are text",
    )


def mini_shop(folder: Path) -> dict:
    """Orders of a shop app with three kinds of helpers, ¥ and short times, a sum below."""
    rnd = random.Random(316)
    file = "全部订单-导出.csv"
    data = Table(
        [
            "订单号",
            "支付流水号",
            "订单类型",
            "商品合计",
            "运费",
            "店铺优惠",
            "订单应收",
            "订单实收",
            "订单状态",
            "下单时间",
            "支付时间",
            "成交导购",
            "专属导购",
            "核销员",
            "归属门店",
            "买家手机",
        ]
    )
    names = zh_names(rnd, 6)
    for n in range(40):
        made = moment(rnd, date(2024, 11, 1), 29)
        goods, post, cut = money(rnd, 59, 2600), dec(rnd.choice([0, 10])), dec(rnd.choice([0, 0, 20, 50]))
        state = rnd.choices(["已完成", "待发货", "待付款", "已取消"], [70, 12, 8, 10])[0]
        due = goods + post - cut
        got = due if state in {"已完成", "待发货"} else ZERO
        data.add(
            f"E2024{n:04d}{rnd.randint(10**7, 10**8)}",
            f"4200{rnd.randint(10**14, 10**15)}" if got else None,
            rnd.choice(["普通", "拼团", "到店自提"]),
            f"¥{goods:,.2f}",
            f"¥{post:.2f}",
            f"-¥{cut:.2f}" if cut else "¥0.00",
            f"¥{due:,.2f}",
            f"¥{got:,.2f}",
            state,
            day_text(made, "yyyy/m/d h:mm"),
            day_text(made + timedelta(minutes=rnd.randint(0, 30)), "yyyy/m/d h:mm") if got else None,
            rnd.choice([*names[:3], None]),
            rnd.choice(names),
            rnd.choice([None, None, names[5]]),
            rnd.choice(["城西门店", "湖滨门店"]),
            f"1{rnd.randint(30, 89)}****{rnd.randint(1000, 9999)}",
            amount=got,
        )
    below = [
        [
            "合计",
            None,
            None,
            None,
            None,
            None,
            f"¥{sum((dec(r[6][1:].replace(',', '')) for r in data.rows), ZERO):,.2f}",
            f"¥{sum((dec(r[7][1:].replace(',', '')) for r in data.rows), ZERO):,.2f}",
        ]
    ]
    where = save_csv(folder, file, data, below=below, encoding="utf-8")
    off = [str(2 + k) for k, r in enumerate(data.rows) if r[8] in {"待付款", "已取消"}]
    return truth(
        file,
        "orders",
        {
            "order_id": "订单号",
            "paid_at": "支付时间",
            "amount": "订单实收",
            "account": "成交导购",
            "shop": "归属门店",
            "status": "订单状态",
        },
        data,
        where,
        also={"created_at": "下单时间"},
        decoys=["支付流水号", "商品合计", "订单应收", "下单时间", "专属导购", "核销员"],
        shop={"value": ["城西门店", "湖滨门店"], "where": "column"},
        set_aside=[
            {"what": "合计", "rows": 1, "at": ["42"]},
            {"what": "订单状态 is 待付款 or 已取消", "rows": len(off), "at": off},
        ],
    )


def quality_checks(folder: Path) -> dict:
    """Quality checks by day: days without a year, the year in the title."""
    rnd = random.Random(317)
    file = "质检日报表.xlsx"
    data = Table(
        [
            "质检日期",
            "店铺",
            "客服姓名",
            "质检专员",
            "抽检会话数",
            "应答差错",
            "备注差错",
            "投诉总数",
            "有责投诉",
            "扣分",
            "得分",
        ]
    )
    names = zh_names(rnd, 8)
    for day in (4, 5, 6, 7, 8):
        for n in range(6):
            checked, wrong, noted = rnd.choice([20, 20, 30]), rnd.choice([0, 0, 1, 2]), rnd.choice([0, 0, 0, 1])
            told = rnd.choice([0, 0, 1, 2])
            upheld = rnd.randint(0, told)
            data.add(
                f"11月{day}日",
                SHOPS[n % 2],
                names[n],
                names[6 + n % 2],
                checked,
                wrong,
                noted,
                told,
                upheld,
                2 * wrong + noted + 5 * upheld,
                100 - 2 * wrong - noted - 5 * upheld,
                checked=checked,
                answer_errors=wrong,
                note_errors=noted,
                complaints_upheld=upheld,
            )
    sheet = Sheet("质检")
    sheet.put(1, 1, "2024年11月客服质检日报")
    sheet.merge(1, 1, 1, 11)
    end = data.put(sheet, 2)
    sheet.put(end, 1, "合计")
    for k in range(4, 10):
        sheet.put(end, k + 1, sum(r[k] for r in data.rows))
    save_xlsx(folder / file, [sheet])
    return truth(
        file,
        "quality",
        {
            "agent": "客服姓名",
            "date": "质检日期",
            "checked": "抽检会话数",
            "answer_errors": "应答差错",
            "note_errors": "备注差错",
            "complaints_upheld": "有责投诉",
        },
        data,
        spot("质检", [2], [3, end - 1]),
        decoys=["质检专员", "投诉总数", "扣分", "得分"],
        shop={"value": list(SHOPS[:2]), "where": "column"},
        period={"value": "2024-11", "where": "title"},
        set_aside=[{"what": "合计", "rows": 1, "at": [f"质检!{end}"]}],
        note="11月4日 has no year: the title says it",
    )


def transfers(folder: Path) -> dict:
    """Who moved to which shop and team from when, old and new beside each other."""
    rnd = random.Random(318)
    file = "人员异动审批明细.xlsx"
    data = Table(
        [
            "流程编号",
            "工号",
            "姓名",
            "原店铺",
            "原小组",
            "原底薪",
            "调入店铺",
            "调入小组",
            "调入岗位",
            "调后底薪",
            "申请日期",
            "生效日期",
            "截止日期",
            "直接上级",
            "经办人",
        ]
    )
    data.formats = {"原底薪": "0", "调后底薪": "0"}
    names = zh_names(rnd, 18)
    names[9] = names[4]
    for n in range(15):
        filed = date(2024, 10, 8) + timedelta(days=3 * n)
        start = filed + timedelta(days=rnd.randint(3, 12))
        old = dec(rnd.choice([3000, 3200, 3500]))
        new = old + dec(rnd.choice([0, 200, 300]))
        data.add(
            f"YD2410{n + 21:03d}",
            f"H{(n * 37) % 900 + 100}",
            names[n],
            SHOPS[n % 5],
            f"{'一二三'[n % 3]}组",
            old,
            SHOPS[(n + 2) % 5],
            f"{'一二三'[(n + 1) % 3]}组",
            rnd.choice(["客服", "客服", "组长"]),
            new,
            day_text(filed, "yyyy.m.d"),
            day_text(start, "yyyy.m.d"),
            day_text(start + timedelta(days=60), "yyyy.m.d") if n % 5 == 1 else "长期",
            names[15 + n % 2],
            names[17],
            base_pay=new,
        )
    sheet = Sheet("明细")
    sheet.put(1, 1, "人员异动（调店）明细")
    end = data.put(sheet, 2)
    save_xlsx(folder / file, [sheet])
    return truth(
        file,
        "assignments",
        {
            "agent": "工号",
            "shop": "调入店铺",
            "team": "调入小组",
            "role": "调入岗位",
            "base_pay": "调后底薪",
            "from": "生效日期",
            "to": "截止日期",
            "supervisor": "直接上级",
        },
        data,
        spot("明细", [2], [3, end - 1]),
        decoys=["流程编号", "原店铺", "原小组", "原底薪", "申请日期", "经办人"],
        shop={"value": list(SHOPS), "where": "column"},
        note="长期 means no end; two people of one name",
    )


def month_attendance(folder: Path) -> dict:
    """Attendance of a month in days, which the table wants in hours by day."""
    rnd = random.Random(319)
    file = "客服部考勤月报_2024-11.xlsx"
    data = Table(
        [
            "工号",
            "姓名",
            "部门",
            "应出勤(天)",
            "实际出勤(天)",
            "事假(天)",
            "病假(天)",
            "迟到次数",
            "迟到分钟数",
            "早退分钟数",
            "加班(小时)",
            "是否全勤",
        ]
    )
    for n, name in enumerate(zh_names(rnd, 14)):
        away, ill = rnd.choice([0, 0, 0, dec("0.5"), 1]), rnd.choice([0, 0, 0, 1])
        late = rnd.choice([0, 0, 1, 2])
        minutes, early = late * rnd.randint(3, 15), rnd.choice([0, 0, 0, 10])
        data.add(
            f"00{51 + n}",
            name,
            "售前" if n < 8 else "售后",
            26,
            26 - dec(away) - ill,
            away,
            ill,
            late,
            minutes,
            early,
            rnd.choice([0, dec("2.5"), 4]),
            "否" if away or ill or late or early else "是",
            late_minutes=minutes,
            early_leave_minutes=early,
        )
    sheet = Sheet("月度汇总")
    sheet.put(1, 1, "月度汇总")
    end = data.put(sheet, 2)
    save_xlsx(folder / file, [sheet])
    return truth(
        file,
        "attendance",
        {"agent": "工号", "late_minutes": "迟到分钟数", "early_leave_minutes": "早退分钟数"},
        data,
        spot("月度汇总", [2], [3, end - 1]),
        decoys=["迟到次数", "加班(小时)"],
        unsayable={
            "worked_hours": "实际出勤(天) counts days and nothing says the hours of a day",
            "scheduled_hours": "应出勤(天) counts days as well",
            "leave": "事假(天) and 病假(天) are two columns of days",
        },
        period={"value": "2024-11", "where": "file name"},
        note="one row is a person's month, not a day",
    )


def settled(folder: Path) -> dict:
    """Orders with an ordered and a settled amount, and no time of payment."""
    rnd = random.Random(341)
    file = "订单查询结果_自营店.xlsx"
    data = Table(
        [
            "订单号",
            "店铺",
            "下单时间",
            "完成时间",
            "订单状态",
            "订单金额",
            "结算金额",
            "客户账号",
            "服务客服",
            "配送方式",
            "商家备注",
        ]
    )
    data.formats = dict.fromkeys(["订单金额", "结算金额"], "#,##0.00") | dict.fromkeys(
        ["下单时间", "完成时间"], "yyyy/mm/dd hh:mm:ss"
    )
    for _ in range(36):
        made = moment(rnd, date(2024, 11, 1), 29)
        state = rnd.choices(["完成", "配送中", "已取消"], [75, 15, 10])[0]
        value = money(rnd, 49, 1900)
        data.add(
            f"{295000000000 + rnd.randrange(10**10)}",
            SHOPS[3],
            made,
            made + timedelta(days=4) if state == "完成" else None,
            state,
            value,
            cents(value * dec("0.92")) if state == "完成" else "-",
            f"jd_{rnd.randint(10**5, 10**6)}",
            rnd.choice(NICKS[:4]),
            "快递",
            rnd.choice([None, None, "赠运费险"]),
        )
    sheet = Sheet("订单")
    end = data.put(sheet, 1)
    save_xlsx(folder / file, [sheet])
    off = [f"订单!{2 + k}" for k, r in enumerate(data.rows) if r[4] == "已取消"]
    return truth(
        file,
        "orders",
        {"order_id": "订单号", "shop": "店铺", "account": "服务客服", "status": "订单状态", "created_at": "下单时间"},
        data,
        spot("订单", [1], [2, end - 1]),
        also={"confirmed_at": "完成时间", "customer": "客户账号", "note": "商家备注"},
        decoys=[],
        unsayable={
            "amount": "订单金额 is what was ordered, 结算金额 what the platform settled after its share: neither is said to be what was paid",
            "paid_at": "there are only 下单时间 and 完成时间",
        },
        shop={"value": SHOPS[3], "where": "column"},
        pending=["-"],
        set_aside=[{"what": "订单状态 is 已取消", "rows": len(off), "at": off}],
    )


# --- English -------------------------------------------------------------------------------------------------------------------


def tickets(folder: Path) -> dict:
    """Help desk tickets with several people and times."""
    rnd = random.Random(321)
    file = "tickets_oct2024.xlsx"
    data = Table(
        [
            "Ticket #",
            "Subject",
            "Channel",
            "Store",
            "Requester",
            "Submitted by",
            "Assigned agent",
            "Assigned team",
            "Status",
            "Priority",
            "Created on",
            "First response (min)",
            "Solved on",
            "Last updated",
            "Satisfaction",
            "Reopens",
        ]
    )
    data.formats = dict.fromkeys(["Created on", "Solved on", "Last updated"], "yyyy-mm-dd hh:mm")
    people, staff = en_names(rnd, 30), ["Agent " + n for n in ("Ada", "Boris", "Carmen", "Dilip", "Esme")]
    for n in range(40):
        made = moment(rnd, date(2024, 10, 1), 30)
        status = rnd.choice(["Solved", "Solved", "Closed", "Pending", "Open"])
        reply = rnd.randint(2, 300)
        data.add(
            88400 + 7 * n,
            rnd.choice(["Where is my order", "Wrong size", "Discount code", "Broken on arrival"]),
            rnd.choice(["Email", "Chat", "Web form"]),
            rnd.choice(["Marlow & Pike US", "Marlow & Pike UK"]),
            rnd.choice(people),
            rnd.choice([people[0], staff[0], people[7]]),
            rnd.choice([*staff, None]),
            rnd.choice(["Tier 1", "Returns"]),
            status,
            rnd.choice(["Normal", "High"]),
            made,
            reply,
            made + timedelta(hours=rnd.randint(2, 90)) if status in {"Solved", "Closed"} else None,
            made + timedelta(hours=100),
            rnd.choice(["Good", "Bad", "Offered", "Not offered"]),
            rnd.choice([0, 0, 1]),
            first_reply_s=reply,
        )
    sheet = Sheet("Tickets")
    sheet.put(1, 1, "Helpdesk - ticket list")
    sheet.put(2, 1, "View: created between 1 Oct 2024 and 31 Oct 2024")
    end = data.put(sheet, 4)
    save_xlsx(folder / file, [sheet])
    return truth(
        file,
        "inquiries",
        {"inquiry_id": "Ticket #", "asked_at": "Created on", "account": "Assigned agent", "shop": "Store"},
        data,
        spot("Tickets", [4], [5, end - 1]),
        also={
            "customer": "Requester",
            "channel": "Channel",
            "first_reply_s": "First response (min)",
            "satisfied": "Satisfaction",
        },
        decoys=["Requester", "Submitted by", "Assigned team", "Solved on", "Last updated"],
        units={"first_reply_s": "minutes"},
        shop={"value": ["Marlow & Pike US", "Marlow & Pike UK"], "where": "column"},
        period={"value": ["2024-10-01", "2024-10-31"], "where": "title"},
        note="some tickets are assigned to nobody",
    )


def captured(folder: Path) -> dict:
    """Shop orders: ordered, captured and refunded amounts, times with an offset."""
    rnd = random.Random(322)
    file = "orders_marlow-and-pike_2024-11.csv"
    data = Table(
        [
            "Order no.",
            "Customer ref",
            "Placed at",
            "Captured at",
            "Financial status",
            "Fulfilment",
            "Currency",
            "Items subtotal",
            "Discount",
            "Shipping",
            "Tax",
            "Order total",
            "Amount captured",
            "Amount refunded",
            "Served by",
            "Sales channel",
            "Internal note",
        ]
    )
    staff = ["esme", "dilip", "carmen", "boris"]
    for n in range(45):
        made = moment(rnd, date(2024, 11, 1), 29)
        goods, cut, post = money(rnd, 18, 420), dec(rnd.choice([0, 0, 5, 10])), dec(rnd.choice(["0", "6.95"]))
        tax = cents((goods - cut) * dec("0.08"))
        whole = goods - cut + post + tax
        status = rnd.choices(["paid", "refunded", "partially_refunded", "pending", "voided"], [70, 8, 8, 8, 6])[0]
        got = ZERO if status in {"pending", "voided"} else whole
        back = (
            whole if status == "refunded" else (cents(whole * dec("0.3")) if status == "partially_refunded" else ZERO)
        )
        data.add(
            f"#MP{10240 + n}",
            f"C{rnd.randint(1000, 9999)}",
            day_text(made, "yyyy-mm-dd hh:mm:ss") + " +0000",
            day_text(made + timedelta(minutes=rnd.randint(0, 200)), "yyyy-mm-dd hh:mm:ss") + " +0000" if got else None,
            status,
            rnd.choice(["fulfilled", "unfulfilled"]),
            "USD",
            goods,
            cut,
            post,
            tax,
            whole,
            got,
            back,
            rnd.choice([*staff, None]),
            rnd.choice(["web", "pos", "chat"]),
            rnd.choice([None, None, "gift wrap"]),
            amount=got,
        )
    data.formats = dict.fromkeys(
        ["Items subtotal", "Discount", "Shipping", "Tax", "Order total", "Amount captured", "Amount refunded"], "0.00"
    )
    where = save_csv(folder, file, data, encoding="utf-8")
    off = [str(2 + k) for k, r in enumerate(data.rows) if r[4] in {"pending", "voided"}]
    return truth(
        file,
        "orders",
        {
            "order_id": "Order no.",
            "paid_at": "Captured at",
            "amount": "Amount captured",
            "account": "Served by",
            "status": "Financial status",
        },
        data,
        where,
        also={
            "created_at": "Placed at",
            "customer": "Customer ref",
            "channel": "Sales channel",
            "note": "Internal note",
        },
        decoys=["Items subtotal", "Order total", "Amount refunded", "Placed at"],
        shop={"value": "marlow-and-pike", "where": "file name"},
        period={"value": "2024-11", "where": "file name"},
        set_aside=[{"what": "pending or voided", "rows": len(off), "at": off}],
        note="captured stays whole where something was refunded: gross; times are UTC",
    )


def crm_deals(folder: Path) -> dict:
    """Deals of a CRM with owner and creator, value and weighted value."""
    rnd = random.Random(323)
    file = "All deals 2024-12-02.csv"
    data = Table(
        [
            "Record ID",
            "Deal title",
            "Organisation",
            "Deal owner",
            "Created by",
            "Pipeline",
            "Stage",
            "Deal value",
            "Weighted value",
            "Probability",
            "Added on",
            "Expected close",
            "Closed on",
            "Last activity",
            "Lost reason",
        ]
    )
    data.formats = dict.fromkeys(["Deal value", "Weighted value"], "0.00")
    staff = en_names(rnd, 6)
    for n in range(38):
        made = moment(rnd, date(2024, 9, 20), 60)
        stage = rnd.choice(["Won", "Won", "Lost", "Proposal sent", "Negotiation"])
        value, chance = money(rnd, 300, 18000, "50"), rnd.choice([20, 50, 80])
        shut = made + timedelta(days=rnd.randint(2, 12)) if stage in {"Won", "Lost"} else None
        data.add(
            30011 + 13 * n,
            f"{rnd.choice(['Gift boxes', 'Store fit-out', 'Wholesale'])} {n + 1}",
            f"{rnd.choice(['Aldergate', 'Brindle', 'Cask & Co', 'Dovetail'])} Ltd",
            rnd.choice(staff[:4]),
            rnd.choice(staff[3:]),
            "Wholesale",
            stage,
            value,
            cents(value * chance / 100),
            f"{chance}%",
            day_text(made, "yyyy-mm-dd hh:mm"),
            day_text(made + timedelta(days=40), "yyyy-mm-dd"),
            shut and day_text(shut, "yyyy-mm-dd hh:mm"),
            day_text(made + timedelta(days=1), "yyyy-mm-dd"),
            "Price" if stage == "Lost" else None,
            amount=value,
        )
    where = save_csv(folder, file, data)
    off = [str(2 + k) for k, r in enumerate(data.rows) if r[6] != "Won"]
    return truth(
        file,
        "orders",
        {
            "order_id": "Record ID",
            "paid_at": "Closed on",
            "amount": "Deal value",
            "account": "Deal owner",
            "status": "Stage",
        },
        data,
        where,
        also={"created_at": "Added on", "customer": "Organisation"},
        decoys=["Weighted value", "Created by", "Added on", "Expected close", "Last activity"],
        set_aside=[{"what": "Stage is not Won", "rows": len(off), "at": off}],
        note="the day in the file's name is that of the export",
    )


def agent_activity(folder: Path) -> dict:
    """A call centre's agents by day, month first, lines above and a total below."""
    rnd = random.Random(324)
    file = "Agent Activity Summary.csv"
    data = Table(
        [
            "Date",
            "Agent login",
            "Agent name",
            "Skill group",
            "Offered",
            "Handled",
            "Transferred out",
            "Abandoned",
            "Avg handle time",
            "Talk time",
            "After call work",
            "Logged in",
        ]
    )
    names = en_names(rnd, 5)
    for day in range(1, 16):
        for n in range(5):
            if rnd.random() < 0.3:
                continue
            offered = rnd.randint(18, 70)
            gone, handle = rnd.randint(0, 5), rnd.randint(180, 420)
            handled = offered - gone
            data.add(
                f"11/{day:02d}/2024",
                f"agt0{41 + n}",
                names[n],
                "Sales" if n < 3 else "Service",
                offered,
                handled,
                rnd.randint(0, 6),
                gone,
                clock(handle),
                clock(handled * (handle - 40)),
                clock(handled * 40),
                clock(8 * 3600 - rnd.randint(0, 1500)),
                receptions=handled,
            )
    above = [
        ["Agent Activity Summary"],
        ["Date range:", "11/01/2024 - 11/15/2024"],
        ["Time zone:", "America/Chicago"],
        [None],
    ]
    below = [["Grand total", None, None, None, *(sum(r[k] for r in data.rows) for k in (4, 5, 6, 7))]]
    where = save_csv(folder, file, data, above, below, encoding="utf-8")
    last = where["data"][1] + 1
    return truth(
        file,
        "agent_days",
        {"date": "Date", "account": "Agent login", "receptions": "Handled"},
        data,
        where,
        decoys=["Agent name", "Offered", "Abandoned", "Transferred out"],
        unsayable={"inquiries": "the report counts calls; whether every handled call is an inquiry is the shop's rule"},
        period={"value": ["2024-11-01", "2024-11-15"], "where": "title"},
        set_aside=[{"what": "Grand total", "rows": 1, "at": [str(last)]}],
        note="month first: the range ends on 11/15. Reading handled calls as inquiries by a stated rule of the program is to be asked, not wrong in itself",
    )


def timesheets(folder: Path) -> dict:
    """Timesheets, a sheet a week, with elapsed and worked hours and a total."""
    rnd = random.Random(325)
    file = "Timesheets Nov 2024.xlsx"
    data = Table(
        [
            "Emp. no.",
            "Employee",
            "Work date",
            "Shift",
            "Scheduled hrs",
            "Clock-in",
            "Clock-out",
            "Elapsed hrs",
            "Unpaid break (min)",
            "Hours worked",
            "Late (min)",
            "Left early (min)",
            "Absence",
        ]
    )
    data.formats = {"Elapsed hrs": "0.00", "Hours worked": "0.00"}
    names, sheets, parts, aside = en_names(rnd, 4), [], [], []
    for week, first_day in ((45, 4), (46, 11)):
        first = len(data.rows)
        for n in range(4):
            for day in range(first_day, first_day + 5):
                when = date(2024, 11, day)
                away = rnd.choice([None] * 9 + ["Annual leave"])
                late, early = (0, 0) if away else (rnd.choice([0, 0, 6, 11]), rnd.choice([0, 0, 0, 20]))
                elapsed = ZERO if away else cents(dec(540 - late - early) / 60)
                worked = ZERO if away else elapsed - dec("0.75")
                data.add(
                    f"{417 + 9 * n:05d}",
                    names[n],
                    day_text(when, "dd-mmm-yy"),
                    rnd.choice(["Early", "Late"]),
                    8,
                    None if away else f"09:{late:02d}",
                    None if away else ("17:40" if early else "18:00"),
                    elapsed,
                    0 if away else 45,
                    worked,
                    late,
                    early,
                    away,
                    scheduled_hours=8,
                    worked_hours=worked,
                    late_minutes=late,
                    early_leave_minutes=early,
                )
        sheet = Sheet(f"Week {week}")
        sheet.put(1, 1, f"Timesheet week {week}")
        end = data.put(sheet, 2, first)
        sheet.put(end, 1, "Week total")
        for k in (4, 7, 9):
            sheet.put(end, k + 1, sum((dec(r[k]) for r in data.rows[first:]), ZERO), "0.00")
        sheets.append(sheet)
        parts.append(spot(sheet.name, [2], [3, end - 1]))
        aside.append({"what": "Week total", "rows": 1, "at": [f"{sheet.name}!{end}"]})
    save_xlsx(folder / file, sheets)
    return truth(
        file,
        "attendance",
        {
            "agent": "Emp. no.",
            "date": "Work date",
            "worked_hours": "Hours worked",
            "late_minutes": "Late (min)",
            "early_leave_minutes": "Left early (min)",
        },
        data,
        parts[0] | {"parts": parts},
        also={"shift": "Shift", "scheduled_hours": "Scheduled hrs", "leave": "Absence"},
        decoys=["Elapsed hrs", "Scheduled hrs", "Unpaid break (min)"],
        period={"value": "2024-11", "where": "file name"},
        set_aside=aside,
        note="a sheet a week; leading zeros in the number; Employee as agent is not wrong here, names being different",
    )


def sales_lines(folder: Path) -> dict:
    """Order lines of an ERP, a sheet a month, amounts with and without tax."""
    rnd = random.Random(326)
    file = "sales_order_lines.xlsx"
    data = Table(
        [
            "SO number",
            "Line",
            "Item code",
            "Item",
            "Category",
            "Quantity",
            "Backordered",
            "List price",
            "Discount %",
            "Amount excl. tax",
            "Tax",
            "Amount incl. tax",
            "Ext. cost",
            "Invoice date",
        ]
    )
    data.formats = dict.fromkeys(
        ["List price", "Amount excl. tax", "Tax", "Amount incl. tax", "Ext. cost"], "#,##0.00"
    ) | {"Invoice date": "mm/dd/yyyy", "Discount %": "0%"}
    sheets, parts, order = [], [], 5001
    for month, name in ((10, "Oct 2024"), (11, "Nov 2024")):
        first = len(data.rows)
        for _ in range(11):
            when = date(2024, month, rnd.randint(1, 28))
            for line in range(1, rnd.choice([2, 3, 4])):
                units, price, cut = rnd.randint(1, 12), money(rnd, 6, 140, "0.05"), dec(rnd.choice(["0", "0.1"]))
                net = cents(units * price * (1 - cut))
                tax, cost = cents(net * dec("0.2")), cents(units * price * dec("0.44"))
                data.add(
                    f"SO-00{order}",
                    line,
                    f"MP{rnd.randint(100, 999)}",
                    rnd.choice(ITEMS_EN),
                    rnd.choice(["Home", "Outdoor"]),
                    units,
                    rnd.choice([0, 0, 2]),
                    price,
                    cut,
                    net,
                    tax,
                    net + tax,
                    cost,
                    when,
                    units=units,
                    cost=cost,
                )
            order += rnd.randint(1, 3)
        sheet = Sheet(name)
        end = data.put(sheet, 1, first)
        sheets.append(sheet)
        parts.append(spot(name, [1], [2, end - 1]))
    save_xlsx(folder / file, sheets)
    return truth(
        file,
        "order_lines",
        {"order_id": "SO number", "line": "Line", "units": "Quantity"},
        data,
        parts[0] | {"parts": parts},
        also={"product": "Item", "category": "Category", "cost": "Ext. cost"},
        decoys=["Backordered", "List price", "Tax", "Ext. cost", "Item code"],
        unsayable={
            "amount": "Amount excl. tax and Amount incl. tax are both there: which one pays is the firm's rule",
            "discount": "Discount % is a rate; the table wants an amount",
        },
        period={"value": ["2024-10", "2024-11"], "where": "sheet"},
    )


def teammates(folder: Path) -> dict:
    """Chats with assigned, first and closing teammate."""
    rnd = random.Random(327)
    file = "conversations_export_1129.csv"
    data = Table(
        [
            "Conversation ID",
            "Started (UTC)",
            "Ended (UTC)",
            "Visitor ID",
            "Visitor",
            "Inbox",
            "Assigned teammate",
            "First responder",
            "Closed by",
            "Handled by",
            "First response (s)",
            "Median response (s)",
            "CSAT (1-5)",
            "Tags",
        ]
    )
    staff, guests = ["ana.q", "bo.r", "cy.t", "dee.w"], en_names(rnd, 40)
    for _ in range(46):
        made = moment(rnd, date(2024, 11, 18), 10)
        bot = rnd.random() < 0.2
        mine = None if bot else rnd.choice(staff)
        reply = None if bot else rnd.randint(4, 140)
        data.add(
            f"{215470000000000 + rnd.randrange(10**11)}",
            made.isoformat() + "Z",
            (made + timedelta(minutes=rnd.randint(2, 55))).isoformat() + "Z",
            f"v_{rnd.randrange(16**8):08x}",
            rnd.choice(guests),
            rnd.choice(["Pre-sale", "Orders"]),
            mine,
            None if bot else rnd.choice([mine, mine, staff[0]]),
            None if bot else rnd.choice([mine, mine, staff[3]]),
            "bot" if bot else "human",
            reply,
            None if bot else reply + 9,
            rnd.choice([None, None, 5, 4, 2]),
            rnd.choice([None, "shipping", "size"]),
            first_reply_s=reply,
        )
    where = save_csv(folder, file, data, encoding="utf-8-sig")
    return truth(
        file,
        "inquiries",
        {
            "inquiry_id": "Conversation ID",
            "asked_at": "Started (UTC)",
            "account": "Assigned teammate",
            "customer": "Visitor ID",
            "served_by": "Handled by",
        },
        data,
        where,
        also={"first_reply_s": "First response (s)", "channel": "Inbox"},
        decoys=["First responder", "Closed by", "Ended (UTC)", "Visitor"],
        note="the one it is assigned to is credited; 15-digit ids; conversations of the bot have no teammate. Asking whether first or assigned counts is not wrong",
    )


def scorecard(folder: Path) -> dict:
    """Reps of a month: gross and net sales, quota."""
    rnd = random.Random(328)
    file = "Sales desk scorecard.xlsx"
    data = Table(
        [
            "Rep",
            "Store",
            "Chats",
            "Qualified inquiries",
            "Buyers",
            "Orders",
            "Gross sales",
            "Returns",
            "Net sales",
            "Quota",
            "Attainment",
            "Conv. %",
        ]
    )
    data.formats = dict.fromkeys(["Gross sales", "Returns", "Net sales", "Quota"], "$#,##0.00") | {
        "Attainment": "0.0%",
        "Conv. %": "0.0%",
    }
    for n, name in enumerate(en_names(rnd, 9)):
        asked = rnd.randint(180, 520)
        buyers = int(asked * rnd.uniform(0.2, 0.4))
        gross, quota = cents(dec(buyers) * money(rnd, 30, 110)), dec(9000)
        back, orders = cents(gross * dec(rnd.choice(["0.02", "0.05", "0.08"]))), buyers + rnd.randint(2, 20)
        data.add(
            name,
            "Fiddlehead Online" if n < 5 else "Fiddlehead Outlet",
            asked + 240,
            asked,
            buyers,
            orders,
            gross,
            back,
            gross - back,
            quota,
            round(float((gross - back) / quota), 4),
            round(buyers / asked, 4),
            inquiries=asked,
            buyers=buyers,
            orders=orders,
            sales=gross,
            refunds=back,
        )
    sheet = Sheet("Scorecard")
    sheet.put(1, 1, "Sales desk scorecard")
    sheet.put(2, 1, "Month: Nov-24")
    end = data.put(sheet, 4)
    sheet.put(end, 1, "Team total")
    for k in range(2, 10):
        sheet.put(end, k + 1, sum((dec(r[k]) for r in data.rows), ZERO), data.formats.get(data.heads[k]))
    save_xlsx(folder / file, [sheet])
    return truth(
        file,
        "agent_days",
        {
            "account": "Rep",
            "shop": "Store",
            "inquiries": "Qualified inquiries",
            "buyers": "Buyers",
            "orders": "Orders",
            "sales": "Gross sales",
            "refunds": "Returns",
        },
        data,
        spot("Scorecard", [4], [5, end - 1]),
        decoys=["Net sales", "Quota", "Chats"],
        shop={"value": ["Fiddlehead Online", "Fiddlehead Outlet"], "where": "column"},
        period={"value": "2024-11", "where": "title"},
        set_aside=[{"what": "Team total", "rows": 1, "at": [f"Scorecard!{end}"]}],
        note="gross less returns is net: whoever takes net sales together with returns takes them off twice",
    )


def hr_list(folder: Path) -> dict:
    """Staff of an HR system: semicolons, decimal commas, day first, salaries of a year."""
    rnd = random.Random(329)
    file = "employees_export.csv"
    data = Table(
        [
            "Personnel no.",
            "Last name",
            "First name",
            "Department",
            "Team",
            "Position",
            "Line manager",
            "Entry date",
            "Contract start",
            "Probation end",
            "Exit date",
            "Weekly hours",
            "FTE",
            "Annual base salary",
            "Variable target",
            "Work location",
        ]
    )
    names = [n.split(" ") for n in en_names(rnd, 18)]
    for n in range(16):
        entry = date(2019, 2, 1) + timedelta(days=rnd.randrange(1900))
        pay = dec(rnd.choice([29400, 31200, 34800, 42000]))
        text = f"{pay:,.2f}".translate(str.maketrans(",.", ".,"))
        data.add(
            f"000{261 + 8 * n}",
            names[n][1],
            names[n][0],
            "Customer Service",
            rnd.choice(["Chat A", "Chat B", "Phone"]),
            "Team lead" if n % 6 == 0 else "Agent",
            " ".join(names[16 + n % 2]),
            day_text(entry, "dd.mm.yyyy"),
            day_text(entry + timedelta(days=rnd.choice([0, 365])), "dd.mm.yyyy"),
            day_text(entry + timedelta(days=180), "dd.mm.yyyy"),
            "30.11.2024" if n in {4, 11} else None,
            "40,0" if n % 4 else "20,0",
            "1,0" if n % 4 else "0,5",
            text,
            "2.400,00",
            rnd.choice(["Leeds", "Utrecht"]),
            base_pay=pay,
        )
    where = save_csv(folder, file, data, encoding="utf-8", sep=";")
    return truth(
        file,
        "assignments",
        {
            "agent": "Personnel no.",
            "team": "Team",
            "role": "Position",
            "supervisor": "Line manager",
            "base_pay": "Annual base salary",
            "joined_on": "Entry date",
            "probation_until": "Probation end",
            "left_on": "Exit date",
        },
        data,
        where | {"decimal": ","},
        also={"city": "Work location"},
        decoys=["Contract start", "Variable target", "Department", "Weekly hours"],
        unsayable={
            "base_pay": "the head is certain, but it is a year's salary: in how many payments, and whether of a full position (FTE), is not said"
        },
        units={"base_pay": "a year"},
        note="day first; 42.000,00 is forty-two thousand",
    )


def payouts_back(folder: Path) -> dict:
    """Refunds of a payment service, negative, days in words."""
    rnd = random.Random(330)
    file = "refund report Q4.csv"
    data = Table(
        [
            "Refund ref",
            "Charge ref",
            "Order",
            "Charge date",
            "Refund date",
            "Charged",
            "Refunded",
            "Fee kept",
            "Type",
            "Reason",
            "Status",
            "Currency",
        ]
    )
    for n in range(33):
        charged = date(2024, 10, 1) + timedelta(days=rnd.randrange(55))
        whole = money(rnd, 12, 390)
        part = whole if rnd.random() < 0.7 else cents(whole * dec("0.4"))
        failed = rnd.random() < 0.1
        data.add(
            f"re_{rnd.randrange(16**10):010x}",
            f"ch_{rnd.randrange(16**10):010x}",
            f"#MP{9800 + 11 * n}",
            f"{day_text(charged, 'mmm d')}, {charged.year}",
            _later(charged, rnd),
            f"{whole:.2f}",
            f"-{part:.2f}",
            f"{cents(whole * dec('0.029')):.2f}",
            rnd.choice(["Return", "Return", "Price match", "Goodwill"]),
            rnd.choice(["wrong size", "damaged", "late", None]),
            "failed" if failed else "succeeded",
            "USD",
            amount=-part,
        )
    where = save_csv(folder, file, data, encoding="utf-8-sig")
    off = [str(2 + k) for k, r in enumerate(data.rows) if r[10] == "failed"]
    return truth(
        file,
        "refunds",
        {"order_id": "Order", "refunded_at": "Refund date", "amount": "Refunded", "kind": "Type"},
        data,
        where,
        also={"reason": "Reason"},
        decoys=["Refund ref", "Charge ref", "Charge date", "Charged", "Fee kept"],
        units={"amount": "negative: what went back stands as -12.30"},
        set_aside=[{"what": "Status is failed", "rows": len(off), "at": off}],
        note="Q4 in the file's name says no year; days as Nov 3, 2024",
    )


def _later(day: date, rnd: random.Random) -> str:
    """A day some days later, in words."""
    day += timedelta(days=rnd.randint(1, 20))
    return f"{day_text(day, 'mmm d')}, {day.year}"


LAYOUTS = (
    paid_net,
    tickets,
    two_shops_pending,
    after_sales,
    captured,
    punch_clock,
    staff_list,
    crm_deals,
    unicode_text,
    blocks_of_lines,
    agent_activity,
    conversations,
    account_list,
    timesheets,
    erp_orders,
    opportunities,
    sales_lines,
    monthly_by_shop,
    call_records,
    teammates,
    refund_book,
    shops_in_blocks,
    scorecard,
    mini_shop,
    quality_checks,
    hr_list,
    transfers,
    month_attendance,
    payouts_back,
    settled,
)


def write(folder: str | Path) -> list[dict]:
    """Write the thirty files into a folder and return their truths."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    return [layout(folder) for layout in LAYOUTS]
