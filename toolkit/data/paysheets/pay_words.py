"""How people write pay sheets: the words of heads and rows, numbers as typed, months as named.

Words decide little by themselves: a total is believed when it adds up, a column whose title is unknown when a total
needs it. What no word names is asked.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Literal

Kind = Literal["number", "name", "month", "label", "item", "deduction", "measure", "total", "unknown"]

_WHO = "员工 人员 职工 职员 雇员 客服 坐席 座席 业务员 销售员 导购 顾问 主播 店员"
_WHO_EN = "employee emp staff agent worker personnel associate rep salesrep advisor teammember staffmember"


def _of(who: str, words: str) -> tuple[str, ...]:
    return tuple(w + n for w in who.split() for n in words.split())


NUMBERS = (
    *("工号", *_of(_WHO, "工号 编号 号 号码 代码 id"), "工牌号", "人事编号"),
    *(*_of(_WHO_EN, "id no number num code"), "badgeno", "nik", "nip"),
)
NAMES = (
    *("姓名", "名字", *_of(_WHO, "姓名 名字 名称 名 昵称"), *_WHO.split()),
    *("花名", "昵称", "旺旺", "旺旺昵称", "真实姓名", "领款人"),
    *("name", "fullname", *_of(_WHO_EN, "name fullname"), *_WHO_EN.split(), "worker", "payee", "person"),
    *("nama", "namakaryawan", "karyawan"),
)
_ITEMS = (
    "项目 工资项目 薪资项目 薪酬项目 工资项 薪资项 薪酬项 科目 工资科目 薪资科目 款项 发放项目 item payitem paycode "
    "component paycomponent komponen"
)
_AMOUNTS = "金额 金额元 数额 发放金额 工资金额 发放额 amount payamount jumlah"
_MONTHS = (
    "月份 所属月份 归属月份 业绩月份 工资月份 薪资月份 所属月 归属月 工资月 薪资月 计薪月份 结算月份 核算月份 考勤月份 "
    "所属期 所属期间 工资所属期 结算周期 计薪周期 核算周期 工资周期 month earnedmonth payrollmonth period "
    "payperiod bulan periode"
)
ITEMS, AMOUNTS, MONTHS = (tuple(w.split()) for w in (_ITEMS, _AMOUNTS, _MONTHS))

_LABEL = re.compile(
    r"部门|店铺|门店|网店|岗位$|职位|职务$|职级|组别|小组|团队|班组|班次|班别|事业部|分公司|备注|说明|附言|摘要|用途|签[字名收领]|确认|核对|"
    r"账号|帐号|账户|卡号|^卡$|银行|支行|开户|户名|身份证|证件|手机|电话|邮箱|地址|学历|籍贯|民族|生日|"
    r"入职|离职日|日期|时间|序号|序列|编号|批次|^no\.?$|^id$|^#$|^s/?n$|状态|性别|大写|领取人|^平台$|^类型$|^类别$|^分类$|用工|员工类型|"
    r"上级|^主管$|^组长$|^城市$|渠道|^年$|发放月|支付月|发薪月|发放方式|结算方式|"
    r"remark|note|comment|memo|date|team|^shop|store|dept|department|position|role|^title$|jobtitle|bank|account|iban|"
    r"signature|signed|phone|mobile|email|address|location|^city$|branch|manager|supervisor|^group$|^type$|^status$|gender"
)
_TOTAL = re.compile(
    r"合计|总计|小计|总额|总和|汇总|共计|合共|应发|实发|应付|实付|应得|实得|实领|应领|实收|到手|净发|净额|税前|税后|发放金额|"
    r"工资总|总工资|薪资总|总薪|总收入|总发放|打卡|^应扣$|^代扣$|"
    r"\bnet\b|\bgross\b|total|take-?home|^net|^gross|amountdue|payable|jumlah|gajibersih|gajikotor"
)
_MEASURE = re.compile(
    r"(天数|[应实]出勤|[应实]际?出勤天?|应勤|实勤|业绩额|业绩金额|完成额|工时|时数|小时数?|时长|分钟|次数|人数|单数|单量|订单量?|订单数|"
    r"件数|数量|笔数|人次|咨询量|接待量|询单量|转化|响应|率|"
    r"比例|占比|点数|提点|提成点|系数|百分比|基数|销售额|销售金额|销售总额|成交额|成交金额|成交总额|支付金额|付款金额|营业额|流水|gmv|"
    r"目标|任务额?|指标|单价|客单价|工龄|年龄|司龄|级别|等级|档位|档次|得分|评分|分数|积分|排名|名次|"
    r"%|hours?|hrs|days?|shifts?worked|orders?|rate|ratio|score|rank|target|quota|inquiries|buyers|salesamount|netsales|"
    r"grosssales|revenue|turnover|worked|factor|coefficient|multiplier|qty|quantity|attainment|rating|csat|[a-z]base|"
    r"\((天|日|h|小时|时|分钟|分|次|人|单|件|个|班|%|days?|hours?|hrs?|times|mins?|minutes|pcs|orders)\))$"
)
_DEDUCTION = re.compile(
    r"(扣款|扣除|代扣|代缴|扣罚|扣减|扣回|追回|扣|罚款|罚金|罚|社保|公积金|个税|所得税|个人所得税|养老保险|养老|医疗保险|医保|大病|"
    r"失业保险|生育保险|工伤保险|商业保险|意外险|五险一金|五险|三险|年金|个人(缴纳|缴费|承担|部分|缴)?|预支|预借|借支|借款|欠款|还款|暂支|"
    r"水电费|水费|电费|房租|房费|宿舍费|工装费|工服费|服装费|工会费|会费|押金|保证金|违约金|赔偿|赔款|赔付|"
    r"deductions?|tax|taxes|insurance|ins|pension|penalty|penalties|fines?|advances?|loan|repayment|withholding|contribution|"
    r"socialsecurity|provident|garnishment|dues|recovery|clawback|unpaidleave|potongan|pajak|bpjs|denda|kasbon)"
    r"(\(?(个人|个人部分|个人承担|员工|ee|employee)\)?)?\d?$"
)
_ITEM = re.compile(
    r"(底薪|基本工资|工资|薪资|薪|提成|奖|奖金|奖励|奖惩|补贴|补助|津贴|补|费|佣金|分红|红包|福利|补偿|补偿金|慰问金|礼金|补发|补差|"
    r"salary|wages?|basepay|basic|base|commissions?|bonus|bonuses|allowances?|incentives?|pay|subsidy|transport|"
    r"transportation|housing|stipend|referral|spiff|award|rewards?|gratuity|severance|backpay|premium|reimbursement|"
    r"gajipokok|komisi|tunjangan|insentif|uangmakan|uangtransport|lembur|thr)"
    r"[\dabc一二三]?$"
)
_KINDS = {"measure": _MEASURE, "total": _TOTAL, "deduction": _DEDUCTION, "item": _ITEM, "label": _LABEL}
_BRACKET = re.compile(r"[(\[【].*[)\]】]$")
_BARE = frozenset(["工资", "薪资", "薪酬", "薪水", "收入", "发放", "金额", "本月", "pay", "salary", "wage", "wages"])
_OTHER_PAY = re.compile(  # another month's, a plan, a rate, a part of another column: no pay of this month by its name
    r"上月|上个月|上年|去年|累计|其中|已发|未发|预计|标准|参考|历史|计划|差额|环比|同比|同期|结余|上期|剩余|测算|约定|合同|转正|试用|最低|"
    r"定级|薪级|上限|日薪|时薪|月薪|日工资|时工资|每[单天件]|奖金池|\d月|月均|人力成本|用工成本|ytd|last|perhour|hourly|daily|"
    r"standard|nominal|contract|"
    r"(公司|单位|企业|雇主).{0,3}(社保|公积金|养老|医疗|医保|失业|生育|工伤|保险|五险|年金|承担|缴|部分)|"
    r"(社保|公积金|保险|养老|医疗|失业|五险).{0,3}(公司|单位|企业)|employer|company|\(er\)|cost"
)
_MADE_UP = re.compile(  # what another month owes, paid or taken in this one
    r"(上个?月|上期|\d{1,2}月份?)?补[发扣缴](上个?月|上期|\d{1,2}月份?)?"
)
_ABSENCE = re.compile(  # days, hours or times as a rule, money at times
    r"出勤|旷工|请假|事假|病假|年假|调休|迟到|早退|缺勤|缺卡|加班|值班|夜班|休息|公休|考勤|absen|late|leave|overtime|\bot\b|shift"
)
_SALES = re.compile(r"业绩|销售|成交|销量|接待|咨询|询单|订单|件$|单$|sales|volume|tickets|chats|calls|kpi")
_PERIOD = re.compile(
    r"^\d{1,4}$|\d{1,2}[月日号周]|第.周|周[一二三四五六日]|季度|^q\d|旬|年$|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
)
_ANYTHING = re.compile(r"绩效|调整|调整项|其他|其它|杂项|差异|adjustments?|adj|other|others|misc|miscellaneous|various")
_GROUP = re.compile(
    r"(店|店铺|部|部门|组|小组|队|团队|公司|中心|岗|班|区|门店|平台)\d?$|天猫|淘宝|京东|拼多多|抖音|快手|小红书"
)

_TOTAL_ROW = re.compile(
    r".{0,14}?(合计|小计|总计|汇总|共计|总和|总额|合計|total|subtotal|grandtotal|sum|jumlah)(人民币|\(.*\)|\d+人)?|共\d+人"
)
_MEAN_ROW = re.compile(
    r".{0,8}?(人均|平均|平均值|均值|平均数|最高|最低|最大值?|最小值?|中位数|avg|average|mean|median|rata-rata)"
)
_FOOTER = re.compile(
    r"制表|审核|审批|复核|核准|批准|签字|签名|签收|盖章|财务|备注|说明|注[:：]|^注|打印|填表|日期[:：]|总经理|负责人|主管[:：]|确认|"
    r"prepared|approved|checked|signature|remark|note"
)
_NO_PERSON = re.compile(
    r"总|合计|小计|小记|汇总|累计|^合|合$|^共|^计$|全部|全员|全体|所有|人均|平均|均值|日均|店均|最高|最低|中位|人数|上月|本月|上年|去年|本年|"
    r"较|差异|差额|调整|其他|其它|奖金|公共|预留|备用|未分配|待分配|空缺|费用|提成|工资|底薪|补贴|扣款|年度|月份|占比|比例|同比|环比|说明|"
    r"备注|规则|目标|计划|预算|标准|考核|系数|单价|完成|待定|^\d+[-~—]\d|\d万|以上|以下|档|"
    r"total|average|budget|subtotal|grand|^all$|^sum$|ttl|team|group|shop|store|dept|target|count|n/a"
)
_NAME = re.compile(r"[\u4e00-\u9fff·]{2,6}|[A-Za-z][A-Za-z .'\-]{0,40}|[A-Za-z0-9\u4e00-\u9fff:·._\-]{2,24}")


def plain_word(text: str) -> str:
    """Return a word as it is compared: full-width signs as ASCII, no blanks, colons or units, lower case."""
    bare = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).casefold().strip(":'\"*")
    return re.sub(r"[(\[【](元|rmb|cny|¥|单位:元)[)\]】]$", "", bare)


def title_of(text: str) -> str:
    """Return a head as an item is called by it: no line breaks, no blanks between Chinese characters."""
    bare = " ".join(text.split())
    return re.sub(r"(?<=[^\x00-\x7f]) | (?=[^\x00-\x7f])", "", bare)


def head_word(title: str) -> str:
    """Return a title as the lists of words for people, months and items have it; said in two languages, the first."""
    word = re.sub(r"[_.\-/]", "", plain_word(title)).replace("#", "no")
    halves = re.fullmatch(r"([^a-z]+)([a-z]+)", word) or re.fullmatch(r"([a-z]+)([^a-z]+)", word)
    lists = (NUMBERS, NAMES, ITEMS, AMOUNTS, MONTHS)
    return halves[1] if halves and any(set(halves.groups()) <= set(words) for words in lists) else word


def _of_this_month(word: str) -> str:
    """Return a title without the month that what is paid later, or taken later, belongs to."""
    return _MADE_UP.sub("补", word)


@cache
def kind_of_title(title: str) -> Kind:
    """Return what a column's title says the column is, ``unknown`` where it says nothing sure."""
    word = plain_word(title).replace("_", "")
    for kind, words in (("number", NUMBERS), ("name", NAMES), ("month", MONTHS)):
        if head_word(title) in words:
            return kind  # type: ignore[return-value]
    if not word or word in _BARE or _OTHER_PAY.search(_of_this_month(word)):
        return "unknown"
    found = next((kind for kind, pattern in _KINDS.items() if pattern.search(word.rstrip("."))), "unknown")
    if found == "label" and _BRACKET.search(word) and is_pay(_BRACKET.sub("", word)):
        return "unknown"  # phone allowance (corrected): no phone
    return found  # type: ignore[return-value]


@cache
def kind_of_group(title: str) -> Kind:
    """Return what a title over several columns says each of them is that says nothing itself."""
    word = plain_word(title)
    if re.search(r"扣|减项|deduct|potongan", word):
        return "deduction"
    if re.search(r"考勤|出勤|业绩|attendance", word):
        return "measure"
    return (
        "item"
        if re.search(r"应发|收入|加项|增项|奖金|补贴|津贴|earning|income|allowance|additions", word)
        else "unknown"
    )


def is_pay(title: str) -> bool:
    """Say whether a title names pay or what is taken from it."""
    return kind_of_title(title) in ("item", "deduction")


def is_of_another_month(item: str) -> bool:
    """Say whether an item names another month's pay, a plan, a rate, or a part of another item."""
    return _OTHER_PAY.search(_of_this_month(plain_word(item))) is not None


@cache
def counts_absence(title: str) -> bool:
    """Say whether a title is a word for days, hours or times, or for what is paid or taken for them."""
    return _ABSENCE.search(plain_word(title)) is not None


@cache
def may_be_no_pay(title: str) -> bool:
    """Say whether a column whose title is unknown may count something, or be another month's or the employer's."""
    word = plain_word(title)
    return counts_absence(title) or _SALES.search(word) is not None or is_of_another_month(title)


@cache
def may_be_item(title: str) -> bool:
    """Say whether a column whose title is unknown may be an item: it names no month, week, shop or other pay."""
    word = plain_word(title)
    return not (_PERIOD.search(word) or _GROUP.search(word) or is_of_another_month(title)) and not is_a_date(word)


def may_be_anything(title: str) -> bool:
    """Say whether a title is a word for what has no name, so that a group's title says nothing of it either."""
    return _ANYTHING.fullmatch(plain_word(title)) is not None


def is_a_date(word: str) -> bool:
    """Say whether a word is a date or begins with one."""
    return _DAY.match(word) is not None


@cache
def is_total_row(label: str) -> bool:
    """Say whether a row's label names a total of rows."""
    return _TOTAL_ROW.fullmatch(plain_word(label)) is not None and not _OTHER_PAY.search(label)


@cache
def is_mean_row(label: str) -> bool:
    """Say whether a row's label names a mean, a largest or a smallest."""
    return _MEAN_ROW.fullmatch(plain_word(label)) is not None


@cache
def is_footer(text: str) -> bool:
    """Say whether a text is a signature line or a remark below a sheet."""
    return _FOOTER.search(plain_word(text) if len(text) < 12 else text.casefold()) is not None


@cache
def is_a_name(text: str) -> bool:
    """Say whether a text may be a person's name: no group's, no total's, no rule's."""
    bare = unicodedata.normalize("NFKC", text).strip()
    word = plain_word(text)
    return (
        bool(_NAME.fullmatch(bare))
        and not bare.replace(".", "").isdigit()
        and not (_NO_PERSON.search(word) or _GROUP.search(word))
    )


@dataclass(frozen=True, slots=True)
class TypedNumber:
    """A number as typed: its value in hundredths of what it counts, and the sign or unit beside it."""

    minor: Fraction | int
    mark: str = ""

    @property
    def is_exact(self) -> bool:
        """Whether it is a whole number of cents."""
        return self.minor.denominator == 1


_SIMPLE = re.compile(r"(-?)(\d{1,15})(?:\.(\d{1,2}))?", re.ASCII)
_WRITTEN = re.compile(
    r"(?P<sign>[-+−–]?)(?P<mark>[¥$€£])?(?P<minus>(?<=[¥$€£])-)?(?P<digits>\d{1,3}(?:,\d{3})+|\d+)(?P<decimals>\.\d*)?(?P<power>e[-+]?\d+)?"
    r"(?P<unit>元|天|日|次|小时|时|h|人|单|件|个|分|%|万|万元|千|k|w)?"
)
_NOTHING = frozenset(["-", "--", "---", "—", "——", "–", "−", "¥-", "/"])
_NOISE = Fraction(1, 1_000_000)


@cache
def read_number(text: str) -> TypedNumber | None:
    """Read a number as people type it: ``¥1,234.50``, ``１２００元``, ``（30）``, ``22天``, ``-`` for nothing.

    Returns
    -------
    TypedNumber or None
        None for a word, a blank, and what can be read in two ways (``1,5``; ``4.500`` typed as text).
    """
    if plain := _SIMPLE.fullmatch(text):
        cents = int(plain[2]) * 100 + int((plain[3] or "").ljust(2, "0") or 0)
        return TypedNumber(-cents if plain[1] else cents)
    bare = re.sub(r"(?<!\d)\s+|\s+(?!\d)", "", unicodedata.normalize("NFKC", text)).casefold()
    if bare in _NOTHING:
        return TypedNumber(Fraction(0))
    negative = bare.startswith("(") and bare.endswith(")")
    match = _WRITTEN.fullmatch(bare[1:-1] if negative else bare)
    if match is None or (match["sign"] and (negative or match["minus"])):
        return None
    decimals = (match["decimals"] or "").strip(".")
    if (len(decimals) > 2 and decimals.endswith("0")) or (match["power"] and "," in match["digits"]):
        return None
    digits = f"{match['digits'].replace(',', '')}.{decimals or 0}{match['power'] or ''}"
    if match["power"] and abs(int(match["power"][1:])) > 30:
        return None
    minor = Fraction(Decimal(digits)) * 100
    whole = round(minor)
    if abs(minor - whole) < _NOISE:
        minor = Fraction(whole)
    sign = -1 if negative or match["minus"] or match["sign"] in tuple("-−–") else 1
    return TypedNumber(sign * minor, match["mark"] or match["unit"] or "")


_DAY = re.compile(r"\d{2,4}[-./年]\d{1,2}[-./月]\d{1,2}[日号]?|\d{1,2}月\d{1,2}[日号]|(?<!\d)20\d{6}(?!\d)")
_YEAR_MONTH = re.compile(
    r"(?<!\d)(20\d\d|\d\d(?=年))[-./年](0?[1-9]|1[0-2])(?:月|(?![\d月]))|(?<!\d)(20\d\d)(0[1-9]|1[0-2])(?!\d)"
)
_MONTH_YEAR = re.compile(r"(?<![\d./-])(0?[1-9]|1[0-2])[-./](20\d\d)(?![\d./-])")
_MONTH_ALONE = re.compile(r"(?<!\d)(0?[1-9]|1[0-2])月")
_YEAR_ALONE = re.compile(r"(?<!\d)(20\d\d)年|(?:^|\s)(20[1-4]\d)(?=\s|$)")
_FROM_TO = re.compile(
    r"(20\d\d)[-./年](\d{1,2})[-./月](\d{1,2})[日号]?\s*(?:至|到|to|[-~—–])\s*"
    r"(?:(?:(20\d\d)[-./年])?(\d{1,2})[-./月])?(\d{1,2})[日号]?(?!\d)"
)
_SPAN = re.compile(r"季度|半年|全年|年度|财年|\bfy\d|q[1-4]|\d月?份?[-~—至到]\d{1,2}月|跨月")
_MADE = re.compile(
    r"制表|打印|填表|编制|(发放|发薪|支付)[日月]|导出|生成|更新|日期|时间|printed|date|pay ?day|paid|payment|pay month"
)
_PAID_IN = re.compile(r"(20\d\d年)?\d{1,2}月份?(发|发放|发薪|支付)")
_CHINESE = {name: str(n) for n, name in enumerate([*"一二三四五六七八九十", "十一", "十二"], 1)}
_CHINESE_YEAR = re.compile(r"[〇○零一二三四五六七八九]{4}(?=年)")
_CHINESE_MONTH = re.compile(r"(十[一二]?|[一二三四五六七八九])(?=月)")
_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_NAMED = {
    name: number
    for number, names in enumerate(
        [
            "jan january januari",
            "feb february februari",
            "mar march maret",
            "apr april",
            "may mei",
            "jun june juni",
            "jul july juli",
            "aug august agustus",
            "sep sept september",
            "oct october okt oktober",
            "nov november",
            "dec december des desember",
        ],
        1,
    )
    for name in names.split()
}
_IN_WORDS = re.compile(
    r"\b([a-z]{3,9})\.?[\s,'-]+(20\d\d)\b|\b(20\d\d)[\s,'-]+([a-z]{3,9})\b|\b([a-z]{3,4})['-](2\d)\b"
)


_TWO_IN_WORDS = re.compile(r"\b([a-z]{3,9})\.?(?:\s+20\d\d)?\s*(?:and|&|/|to|through|[-–])\s*([a-z]{3,9})\b")


@dataclass(frozen=True, slots=True)
class MonthTold:
    """What a text says of the month: full months, months without a year, years without a month, several at once."""

    full: frozenset[str] = frozenset()
    months: frozenset[int] = frozenset()
    years: frozenset[str] = frozenset()
    spans: bool = False


def read_months(text: str) -> MonthTold:
    """Read the months a text names; a full date, the day a sheet was made and the month of payment name none."""
    bare = _as_digits(unicodedata.normalize("NFKC", text).casefold().replace("_", " "))
    if _PAID_IN.fullmatch(bare):
        return MonthTold()
    bare = _FROM_TO.sub(_whole_month, bare)
    spans = bool(_SPAN.search(bare)) or any(_is_across(match) for match in _FROM_TO.finditer(bare))
    spans |= any(a in _NAMED and b in _NAMED and a != b for a, b in _TWO_IN_WORDS.findall(bare))
    made = _MADE.search(bare)
    kept = _DAY.sub(" ", bare[: made.start()] if made else bare)
    said = [(a or d or e, b or c or "20" + f) for a, b, c, d, e, f in _IN_WORDS.findall(kept)]
    full = {f"{y}-{_NAMED[m]:02d}" for m, y in said if m in _NAMED}
    full |= {f"{y}-{int(m):02d}" for m, y in _MONTH_YEAR.findall(kept)}
    full |= {
        f"{(a if len(a) == 4 else '20' + a) if a else c}-{int(b or d):02d}" for a, b, c, d in _YEAR_MONTH.findall(kept)
    }
    rest = _YEAR_MONTH.sub(" ", kept)
    months = {int(m) for m in _MONTH_ALONE.findall(rest)} | {n for m, n in _NAMED.items() if m == rest.strip()}
    years = frozenset(() if full else {a or b for a, b in _YEAR_ALONE.findall(rest)})
    return MonthTold(frozenset(full), frozenset(months), years, spans)


def is_about_making(text: str) -> bool:
    """Say whether a text names the day a sheet was made or paid, without saying it: the day stands in the next cell."""
    return _MADE.search(text.casefold()) is not None and not any(ch.isdigit() for ch in text)


def _as_digits(text: str) -> str:
    """Return a text with its years and months in digits, without blanks: ``二〇二四 年三月`` is 2024年3月."""
    close = re.sub(
        r"(?<=[\d〇零一二三四五六七八九十])\s+(?=[年月日])|(?<=[年月])\s+(?=[\d一二三四五六七八九十])", "", text
    )
    years = _CHINESE_YEAR.sub(lambda m: m[0].translate(_DIGITS), close)
    return _CHINESE_MONTH.sub(lambda m: _CHINESE[m[1]], years)


def _is_across(match: re.Match[str]) -> bool:
    """Say whether a text names days of two months, from one to the other."""
    return match[5] is not None and (match[4] or match[1], int(match[5])) != (match[1], int(match[2]))


def _whole_month(match: re.Match[str]) -> str:
    """Return the month of which a text names the first and the last day; other spans stay as they are."""
    year, month, first, last = int(match[1]), int(match[2]), int(match[3]), int(match[6])
    same = (match[4] or match[1], int(match[5] or month)) == (match[1], month) and 1 <= month <= 12
    whole = same and first == 1 and last == monthrange(year, month)[1]
    return f" {year}-{month:02d} " if whole else match[0]
