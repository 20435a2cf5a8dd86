"""The files HR and finance keep: accounts, roster, attendance, quality, targets, costs, pay sheets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from itertools import count
from pathlib import Path

from data_samples.generator.calendar import days, first_day, last_day, shift_month, stream
from data_samples.generator.company import CATEGORIES, SHOPS, TEAMS, Company, Spell
from data_samples.generator.files import Row, columns, write_csv, write_xlsx, yuan, yuan_number
from data_samples.generator.payroll import Line
from data_samples.generator.rota import CHANNELS, SEASON, Duty

ACCOUNTS = columns("platform|shop|account|agent|from|to|share")
ASSIGNMENTS = columns(
    "工号|姓名|店铺|团队|岗位|主管|底薪|城市|开始日期|结束日期|入职日期|离职日期|试用期至|性别|年龄段|班次"
)
ROLES = {"agent": "客服", "supervisor": "主管"}
ATTENDANCE = columns("工号|日期|班次|排班工时|实际工时|请假|迟到分钟|早退分钟")
QUALITY = columns("agent|date|checked|answer_errors|note_errors|complaints_upheld")
TARGETS = columns("scope|subject|measure|value|from|to")
COSTS = columns("shop|month|kind|amount")
ADVERTISING = columns("日期|店铺|渠道|花费")
LEGAL_LIMITS = columns("类别|城市|数值|开始日期|依据")
INVENTED = "示例数值，非现行标准"
BENCHMARKS = columns("category|month|conversion|revenue_per_buyer")
PAYROLL = columns("编号|工号|姓名|所属月份|发放月份|项目|金额|税前")


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def write_people(folder: Path, company: Company) -> None:
    """Write who holds which account and who works where, from day to day."""
    held = [h for holdings in company.holdings.values() for h in holdings]
    rows = [("", h.shop, h.account, h.agent, _day(h.first), _day(h.last), "") for h in held]
    write_csv(folder / "accounts.csv", ACCOUNTS, rows)
    spells = [s for own in company.spells.values() for s in own]
    write_xlsx(folder / "assignments.xlsx", {"花名册": (ASSIGNMENTS, [_assignment(company, s) for s in spells])})


def _assignment(company: Company, s: Spell) -> Row:
    a = next((a for a in company.agents if a.id == s.agent), None)
    joined, left = (a.joined, a.left) if a else (s.first, s.last)
    probation = joined.replace(month=(joined.month + 2) % 12 + 1, year=joined.year + (joined.month > 9), day=1)
    person = (a.gender, a.age_band, a.shift) if a else ("", "", "day")
    place = (SHOPS[s.shop], TEAMS[s.shop], ROLES[s.role], s.supervisor, yuan_number(s.base_pay), "杭州")
    return (s.agent, s.name, *place, _day(s.first), _day(s.last), _day(joined), _day(left), _day(probation), *person)


def write_days(folder: Path, seed: int, duties: Iterable[Duty]) -> None:
    """Write attendance day by day and the weekly quality samples."""
    rota, draw = list(duties), stream(seed, "quality")
    rows = []
    for d in rota:
        worked = 0 if d.leave else round(8 - (d.late_minutes + d.early_minutes) / 60, 2)
        rows.append((d.agent, _day(d.day), d.shift, 8, worked, d.leave, d.late_minutes, d.early_minutes))
    write_xlsx(folder / "attendance.xlsx", {"考勤": (ATTENDANCE, rows)})
    sampled = [d for d in rota if d.day.weekday() == 2 and not d.leave]
    errors = draw.poisson((0.5, 0.3, 0.03), (len(sampled), 3))
    write_csv(
        folder / "quality.csv",
        QUALITY,
        [(d.agent, _day(d.day), 20, *(int(k) for k in e)) for d, e in zip(sampled, errors, strict=True)],
    )


def write_plans(folder: Path, seed: int, months: list[str]) -> None:
    """Write targets, costs and the industry's benchmarks."""
    draw, targets = stream(seed, "plans"), []
    for month in months:
        span = _day(first_day(month)), _day(last_day(month))
        targets += [("shop", shop, "conversion", f"{36 - k}%", *span) for k, shop in enumerate(SHOPS)]
        targets.append(("role", "agent", "sales", "30000", *span))
    write_csv(folder / "targets.csv", TARGETS, targets)
    costs, bench = [], []
    for month in months:
        busy = SEASON[int(month[5:])][0]
        for k, shop in enumerate(SHOPS):
            usual = {"ads": 4_000_000, "platform fee": 1_500_000, "logistics": 1_800_000, "affiliate": 600_000}
            for kind, amount in usual.items():
                costs.append((shop, month, kind, yuan(int(amount * busy * draw.uniform(0.9, 1.1)))))
            bench.append((CATEGORIES[k], month, round(0.31 + 0.01 * k, 2), yuan(13_000 + 1_500 * k)))
    write_csv(folder / "costs.csv", COSTS, costs)
    write_csv(folder / "benchmarks.csv", BENCHMARKS, bench)


def write_advertising(folder: Path, seed: int, months: list[str]) -> None:
    """Write what advertising cost by day and channel: most of it in search, though live streams bring few buyers."""
    draw, rows = stream(seed, "advertising"), []
    for day in days(first_day(months[0]), last_day(months[-1])):
        for shop in SHOPS:
            for channel, usual in zip(CHANNELS, (60_000, 20_000, 30_000), strict=True):
                spent = int(usual * SEASON[day.month][0] * draw.uniform(0.8, 1.2))
                rows.append((_day(day), shop, channel, yuan(spent)))
    write_csv(folder / "advertising.csv", ADVERTISING, rows)


def write_legal_limits(folder: Path) -> None:
    """Write limits as a user would state them; the numbers are invented, and their source says so."""
    stated = (("最低工资", "杭州", "2500"), ("标准工时", "", "174"), ("加班倍数", "", "1.5"), ("扣款比例", "", "20%"))
    rows = [(kind, city, value, "2024-01-01", INVENTED) for kind, city, value in stated]
    write_csv(folder / "legal_limits.csv", LEGAL_LIMITS, rows)


def write_payroll(path: Path, company: Company, lines: Iterable[Line]) -> None:
    """Write the pay sheets, one a month of payment."""
    sheets: dict[str, list[Row]] = defaultdict(list)
    numbers: dict[str, count[int]] = defaultdict(lambda: count(1))
    for line in lines:
        paid = shift_month(line.month, 1)
        line_id = f"P{paid.replace('-', '')}-{next(numbers[paid]):03d}"
        name = company.spells[line.agent][0].name
        sheets[paid].append((line_id, line.agent, name, line.month, paid, line.item, yuan_number(line.amount), "是"))
    write_xlsx(path, {month: (PAYROLL, rows) for month, rows in sheets.items()})
