"""Of which shop and of which days a sheet is: from the sheet's name, the titles above its header, the file's name.

A column of the table says it best and is read elsewhere; then count, in this order, the sheet's name, the titles, the
file's name, and what the user says for what is left open. Where two of them differ the nearer one stands, and the
difference is a finding. A day range inside another is no difference: the narrower one stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from toolkit.core.findings import Finding
from toolkit.core.period import Month
from toolkit.core.text import Text
from toolkit.data.reading.headers import meaning
from toolkit.data.reading.maps import FileFacts, days_in

_NAMED_SHOP = re.compile(
    r"(?:店铺|门店|网店|商家|shop|store)(?:名称|名| name)?\s*[:：]\s*([^\s,，;；|/]+(?: [A-Z][^\s,，;；|/:：]*)*)", re.I
)
_SHOP = re.compile(
    r"[^\s_\-—|,，:：;；/、()（）【】\[\]~至]*?[^\s_\-—|,，:：;；/、()（）【】\[\]~至\d]店(?![铺长员内])"
)
_NO_SHOP = frozenset(
    {"全店", "本店", "各店", "门店", "网店", "多店", "单店", "分店", "全部店", "所有店", "线上店", "按店"}
)
_DEFAULT_NAME = re.compile(r"(sheet|工作表|table|表)\s*\d*", re.I)
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
_BARE_MONTH = re.compile(r"(?<![\d.])(1[0-2]|0?[1-9])\s*月(?:份)?(?!\d)")
_DATES = re.compile(r"[\d.年月日至到~—\-/]{4,}")


@dataclass(frozen=True, slots=True)
class Stated:
    """What one place says.

    Parameters
    ----------
    where : the place, in words.
    shop, first, last : "" where it says nothing; days in ISO.
    """

    where: Text
    shop: str = ""
    first: str = ""
    last: str = ""


def read_places(
    file: FileFacts, name: str, sheet: str, titles: Sequence[str], *, sheets_are_shops: bool
) -> tuple[FileFacts, list[Finding]]:
    """Return what is known of a sheet, and where two places differ.

    Parameters
    ----------
    file, name : what the file's name says, and the name.
    sheet, titles : the sheet's name, "" in a text file, and the texts above its header.
    sheets_are_shops : whether the sheets of the workbook bear names of their own, see `names_of_shops`.
    """
    year = _year([sheet, *titles, name])
    by_sheet = _stated(Text(f"the sheet's name {sheet!r}", f"工作表名“{sheet}”"), sheet, year)
    if sheets_are_shops and not (by_sheet.shop or file.shop):
        by_sheet = replace(by_sheet, shop=sheet.strip())
    above = [_stated(Text(f"the title {t!r}", f"标题“{t}”"), t, year) for t in titles]
    by_file = Stated(Text("the file's name", "文件名"), file.shop, file.first, file.last)
    places = [by_sheet, *above, by_file]
    if sheets_are_shops and any(p.shop for p in above):
        places[0] = replace(by_sheet, shop="")
    shops = [p for p in places if p.shop]
    days = [p for p in places if p.first]
    found = [*_shops_differ(name, sheet, shops), *_days_differ(name, sheet, days)]
    shop = shops[0].shop if shops else ""
    first, last = _narrowest(days)
    return replace(file, shop=shop, first=first, last=last), found


def names_of_shops(sheets: Sequence[str]) -> bool:
    """Say whether the sheets of one workbook bear proper names: no months, no default names, no words of reports."""
    return len(sheets) > 1 and all(_is_proper(name) for name in sheets)


def _is_proper(name: str) -> bool:
    if _DEFAULT_NAME.fullmatch(name.strip()) or days_in(name)[0] or _BARE_MONTH.search(name) or name.strip().isdigit():
        return False
    return bool(meaning(name).unknown) or bool(_SHOP.search(name))


def _stated(where: Text, text: str, year: str) -> Stated:
    first, last = days_in(text)
    bare = _BARE_MONTH.search(text)
    if not first and bare and year:
        month = Month(int(year), int(bare[1]))
        first, last = str(month.start), str(month.last_day)
    return Stated(where, _shop_in(text), first, last)


def _shop_in(text: str) -> str:
    named = _NAMED_SHOP.search(text)
    if named:
        return "" if named[1] in ("全部", "全部店铺", "所有店铺", "全店", "all") else named[1]
    found = [m[0] for m in _SHOP.finditer(_DATES.sub(" ", text))]
    return next((shop for shop in found if shop not in _NO_SHOP), "")


def shop_of_title(title: str) -> str:
    """Return the shop a title between blocks names: a shop in its words, else the title itself without its days."""
    return _shop_in(title) or _DATES.sub("", title).strip(" :：-_") if title else ""


def _year(texts: Sequence[str]) -> str:
    """Return the one year these texts name; "" where they name none or several."""
    years = {y for t in texts for y in _YEAR.findall(t)} | {days_in(t)[0][:4] for t in texts if days_in(t)[0]}
    return years.pop() if len(years) == 1 else ""


def _narrowest(days: Sequence[Stated]) -> tuple[str, str]:
    if not days:
        return "", ""
    stands = days[0]
    for other in days[1:]:
        if stands.first <= other.first and other.last <= stands.last:
            stands = other
    return stands.first, stands.last


def _shops_differ(file: str, sheet: str, places: Sequence[Stated]) -> Iterator[Finding]:
    for other in places[1:]:
        if other.shop != places[0].shop:
            yield _differ(file, sheet, "shop", (places[0].where, places[0].shop), (other.where, other.shop))
            return


def _days_differ(file: str, sheet: str, places: Sequence[Stated]) -> Iterator[Finding]:
    for other in places[1:]:
        first = places[0]
        inside = first.first <= other.first and other.last <= first.last
        around = other.first <= first.first and first.last <= other.last
        one_day = other.first == other.last  # the day a file was made
        if not (inside or around or one_day):
            said = [f"{p.first}..{p.last}" for p in (first, other)]
            yield _differ(file, sheet, "days", (first.where, said[0]), (other.where, said[1]))
            return


def _differ(file: str, sheet: str, what: str, stands: tuple[Text, str], other: tuple[Text, str]) -> Finding:
    thing = {"shop": Text("shop", "店铺"), "days": Text("days", "日期")}[what]
    place = f"{file} ({sheet})" if sheet else file
    return Finding(
        "places-disagree",
        "review",
        file,
        Text(
            f"{place}: {stands[0].en} says the {thing.en} {stands[1]}, {other[0].en} says {other[1]}; "
            f"{stands[1]} stands.",
            f"{place}：{stands[0].zh}的{thing.zh}是 {stands[1]}，{other[0].zh}是 {other[1]}；以 {stands[1]} 为准。",
        ),
        evidence={"sheet": sheet, "what": what, "stands": stands[1], "other": other[1]},
    )


def column_differs(file: str, sheet: str, what: str, column: str, stated: str) -> Finding:
    """Say that a column of the table names another shop, or days outside those, that sheet, title or file name say."""
    return _differ(
        file,
        sheet,
        what,
        (Text("the column", "列"), column),
        (Text("sheet, title or file", "工作表、标题或文件名"), stated),
    )
