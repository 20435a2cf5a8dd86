"""What an import notices about a file beside its rejected rows: one function, one kind of finding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from toolkit.core.findings import Finding, listed
from toolkit.core.money import format_money
from toolkit.core.text import LANGUAGES, Text, typed
from toolkit.data.reading.maps import column_title, table_title


def surrogate_keys(file: str, n_rows: int, n_repeated: int) -> Finding:
    """Say that a file has no id, how ids were made, and how many rows are equal to an earlier one."""
    return Finding(
        "surrogate-keys",
        "info",
        file,
        Text(
            f"{file} has no id column: each of its {n_rows:,} rows got an id made from its content "
            f"({n_repeated:,} rows repeat an earlier row in all used cells and count as rows of their own).",
            f"{file} 没有编号列：{n_rows:,} 行各按内容生成编号"
            f"（其中 {n_repeated:,} 行与前面的行完全相同，仍各算一行）。",
        ),
        evidence={"n_rows": n_rows, "n_repeated": n_repeated},
    )


def respelled(file: str, column: str, seen: Mapping[str, tuple[str, int]]) -> Finding:
    """Say which names the map spells otherwise, and on how many rows."""
    pairs = [f"{old} → {new} ({n:,})" for old, (new, n) in seen.items()]
    return Finding(
        "spelling-mapped",
        "info",
        file,
        Text(
            f"{file}: the map spells {column} otherwise on {sum(n for _, n in seen.values()):,} rows: {listed(pairs)}.",
            f"{file}：映射改写了 {sum(n for _, n in seen.values()):,} 行的 {column}：{listed(pairs)}。",
        ),
        evidence={"column": column, "spellings": {old: new for old, (new, _) in seen.items()}},
    )


def names_for_numbers(file: str, header: str, names: Sequence[str], known: Sequence[str]) -> Finding:
    """Say that a file has no numbers of people, and of whom the roster does not say which they are."""
    strange = [name for name in names if name not in known] if known else []
    en = f" The roster has no number for {len(strange)} of them: {listed(strange)}." if strange else ""
    zh = f"其中 {len(strange)} 人在花名册中没有工号：{listed(strange)}。" if strange else ""
    return Finding(
        "names-for-numbers",
        "info",
        file,
        Text(
            f"{file} has no column of numbers: {header} says who is meant, each name one person ({len(names)} people), "
            f"by the number the roster gives to the name, where it gives one.{en}",
            f"{file} 没有工号列：以“{header}”认人，每个姓名算一个人（{len(names)} 人）；"
            f"花名册给了工号的，按该工号。{zh}",
        ),
        evidence={"header": header, "names": len(names), "unknown": strange},
    )


def repeated_lines(file: str, table: str, n_repeated: int) -> Finding:
    """Say that lines without a number of their own repeat an earlier one in every column."""
    return Finding(
        "repeated-lines",
        "info",
        file,
        Text(
            f"{file}: {n_repeated:,} lines of {table} repeat an earlier line of the same order in every used column. "
            "Lines have no number in this file, so a repeated line may be meant; all are counted.",
            f"{file}：{n_repeated:,} 行与同一单内前面的行完全相同。文件中没有行号，重复可能是真实的，均已计入。",
        ),
        evidence={"n_repeated": n_repeated},
    )


def repeated_amounts(file: str, n_same: int, n_orders: int) -> Finding:
    """Say that amounts which are added up are the same on all rows of nearly every order."""
    return Finding(
        "amounts-repeated",
        "review",
        file,
        Text(
            f"{file}: {n_same:,} of {n_orders:,} orders with several rows have the same amount on each row. These rows "
            "are added up; if each shows the total of its order, it is counted several times. Look one of them up; if "
            "it is so, import the file with a map that says repeats: yes in place of adds_up: yes.",
            f"{file}：有多行的 {n_orders:,} 笔订单中，{n_same:,} 笔各行金额相同。各行金额是相加的；"
            "如果每行写的都是整单金额，就会重复计算。请核对其中一笔；"
            "若确实如此，请用写 repeats: yes（而不是 adds_up: yes）的映射导入。",
        ),
        evidence={"n_same": n_same, "n_orders": n_orders},
    )


def unknown_headers(file: str, headers: Sequence[str]) -> Finding:
    """Name the headers that the map neither uses nor ignores on purpose."""
    return Finding(
        "unknown-headers",
        "info",
        file,
        Text(
            f"{file}: {len(headers)} columns are not read, because the map does not know them: {listed(headers)}.",
            f"{file}：{len(headers)} 列未读取，映射中没有这些表头：{listed(headers)}。",
        ),
        evidence={"headers": list(headers)},
    )


def deciding_headers_unread(file: str, headers: Mapping[str, tuple[str, str]], typed: str, workspace: str) -> Finding:
    """Name the headers no map reads that seem to decide pay, or who gets it, with the column each seems to be.

    Parameters
    ----------
    typed, workspace : the file and the workspace as they are typed in a command.
    """
    titles = {header: column_title(*at) for header, at in headers.items()}
    en, zh = ([f"{h} ({t.of(lang)})" for h, t in titles.items()] for lang in LANGUAGES)
    suggest = f"incentive import {typed} --suggest"
    again = f"incentive import {typed} --map {typed.rpartition('.')[0]}.map.yaml --into {workspace}"
    return Finding(
        "deciding-headers-unread",
        "review",
        file,
        Text(
            f"{file}: {len(en)} columns that seem to decide pay are not read, because the map does not know them: "
            f"{listed(en)}. Let a map be written with {suggest}, read and correct it (what is not meant goes under "
            f"ignored), then import with {again}",
            f"{file}：有 {len(zh)} 列似乎影响工资，但映射中没有这些表头，未读取：{listed(zh)}。"
            f"请用 {suggest} 写出映射，核对修改（不需要的列入 ignored），再用 {again} 导入",
        ),
        evidence={"headers": list(headers)},
    )


def other_judging_rule(file: str, stated: str, used: str) -> Finding:
    """Say that the vendor's report credits orders by another rule than the workspace."""
    return Finding(
        "judging-rule-differs",
        "review",
        file,
        Text(
            f"{file} was made with the judging rule {stated}; the workspace credits by {used}. Its sales are not "
            "comparable with those credited here: export it again with the same rule, or change crediting.judged_by.",
            f"{file} 按 {stated} 判定，工作区按 {used} 判定，两者销售额不可比：请按同一规则重新导出，或修改 "
            "crediting.judged_by。",
        ),
        evidence={"stated": stated, "used": used},
    )


def unread_sheets(file: str, names: Sequence[str]) -> Finding:
    """Name the sheets of a workbook in which no map found its headers."""
    return Finding(
        "unread-sheets",
        "review",
        file,
        Text(
            f"{file}: no map recognises the sheets {listed(names)}; their rows are counted as set aside.",
            f"{file}：没有映射能识别工作表 {listed(names)}，其行计入“搁置”。",
        ),
        evidence={"sheets": list(names)},
    )


def replaced_figures(table: str, counts: tuple[int, int, int], money: Mapping[str, tuple[int, int]]) -> Finding:
    """Say how many rows a table got, of how many the figures changed, how many left it, and what its sums became.

    Parameters
    ----------
    counts : rows added, changed and taken out.
    money : for each column of money whose sum over rows that stood before changed, the sum before and after.
    """
    added, changed, removed = counts
    told = {column_title(table, c): f"{format_money(old)} → {format_money(new)}" for c, (old, new) in money.items()}
    en, zh = (listed([f"{title.of(lang)} {change}" for title, change in told.items()]) for lang in LANGUAGES)
    en, zh = (f" ({en})", f"（{zh}）") if told else ("", "")
    return Finding(
        "figures-replaced",
        "review" if removed or any(new < old for old, new in money.values()) else "info",
        table,
        Text(
            f"{table}: {added:,} rows added, {changed:,} changed, {removed:,} taken out{en}. Old and new values are in "
            "the journal (imports).",
            f"{table_title(table).zh}：新增 {added:,} 行，变更 {changed:,} 行，移除 {removed:,} 行{zh}。"
            "新旧数值见导入日志（imports）。",
        ),
        evidence={"added": added, "changed": changed, "removed": removed, "money": dict(money)},
    )


def earlier_rows_stay(file: str, table: str, n_rows: int) -> Finding:
    """Say that rows of an earlier file of the same name still hold, and how to have them replaced."""
    return Finding(
        "earlier-rows-stay",
        "review",
        file,
        Text(
            f"{file} was imported before, and {n_rows} {'row' if n_rows == 1 else 'rows'} of {table} that it had then "
            f"still hold. If this file corrects it, import it again with --instead-of {typed(file)}.",
            f"{file} 以前导入过，当时有、这次没有的 {n_rows} 行（{table_title(table).zh}）仍然有效。"
            f"如果这次是更正，请加上 --instead-of {typed(file)} 再导入一次。",
        ),
        evidence={"table": table, "n": n_rows},
    )


@dataclass(frozen=True, slots=True)
class Disagreement:
    """What files say differently of one table.

    Parameters
    ----------
    table, files : of what, and who; the first stands.
    figures : number of figures by column; "" counts things of which the files bring different rows.
    money : by how much they differ, minor units, in all.
    days : first and last day concerned, "" where the table has none.
    """

    table: str
    files: tuple[str, ...]
    figures: Mapping[str, int]
    money: int
    days: tuple[str, str]

    @property
    def period(self) -> str:
        """The month concerned, else the range of days."""
        first, last = self.days
        return first[:7] if first[:7] == last[:7] else f"{first}..{last}"

    @property
    def what(self) -> Text:
        """Columns and numbers, and the money."""
        en = listed([f"{c or 'rows'} {n:,}" for c, n in self.figures.items()])
        zh = listed([f"{column_title(self.table, c).zh if c else '行'} {n:,}" for c, n in self.figures.items()])
        money = format_money(self.money)
        return Text(f"{en}; {money} in money" if self.money else en, f"{zh}；金额 {money}" if self.money else zh)

    @property
    def evidence(self) -> dict[str, object]:
        """The same, for machines."""
        return {"files": list(self.files), "figures": dict(self.figures), "money": self.money}


def undated_differ(what: Disagreement) -> Finding:
    """Say that files of one kind differ, that nothing says which is newer, and how to choose."""
    names, first = listed(what.files), what.files[0]
    return Finding(
        "undated-files-differ",
        "stop",
        f"{what.table} ({names})",
        Text(
            f"{what.table}: {names} say different things ({what.what.en}), and neither name says which is newer. Both "
            f"are kept; {first} stands until you choose: incentive import RIGHT_FILE --instead-of WRONG_FILE.",
            f"{table_title(what.table).zh}：{names} 内容不一致（{what.what.zh}），文件名都没有说明哪个更新。"
            f"两者都已保留，在您选定前以 {first} 为准：incentive import 正确的文件 --instead-of 错误的文件。",
        ),
        what.period,
        what.evidence,
    )


def exports_disagree(what: Disagreement) -> Finding:
    """Say that reports of two kinds give different figures, and which stands."""
    names, first = listed(what.files), what.files[0]
    return Finding(
        "exports-disagree",
        "review",
        f"{what.table} ({names})",
        Text(
            f"{what.table}: the reports {names} differ ({what.what.en}); {first} stands.",
            f"{table_title(what.table).zh}：报表 {names} 不一致（{what.what.zh}），以 {first} 为准。",
        ),
        what.period,
        what.evidence,
    )


def no_longer_there(what: Disagreement, newer: str) -> Finding:
    """Say that a newer export leaves out rows of its shops and days, which stay."""
    n, names, money = what.figures[""], listed(what.files), format_money(what.money)
    return Finding(
        "no-longer-there",
        "review",
        f"{what.table} ({newer})",
        Text(
            f"{what.table}: {newer} is newer than {names} and leaves out {n:,} of their rows ({money} in money). They "
            f"stay; where they should go: incentive import {newer} --instead-of {what.files[0]}.",
            f"{table_title(what.table).zh}：{newer} 比 {names} 新，但缺少其中 {n:,} 行（金额 {money}）。"
            f"这些行仍然保留；如应去掉：incentive import {newer} --instead-of {what.files[0]}。",
        ),
        what.period,
        what.evidence,
    )


def waiting_rows(table: str, report: str, n_rows: int, keys: Sequence[str]) -> Finding:
    """Say that a completing list names rows no export has brought yet."""
    return Finding(
        "waiting-rows",
        "review",
        f"{table} {report}",
        Text(
            f"{report} names {n_rows:,} rows of {table} that no export has brought: {listed(keys)}. They take effect "
            "when these arrive.",
            f"{report} 中有 {n_rows:,} 行在{table_title(table).zh}中尚不存在：{listed(keys)}。相应导出导入后即生效。",
        ),
        evidence={"n_rows": n_rows, "keys": list(keys[:20])},
    )
