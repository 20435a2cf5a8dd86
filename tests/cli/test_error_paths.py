"""What the user sees of every command when what is given is wrong: words in both languages, exit code, nothing written.

A command without a line in the table fails: the commands are asked of the application.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest
import typer

from tests.output.study_world import make_workspace
from toolkit.cli import app as application
from toolkit.core.bundled import bundled

# In {room}: w is a workspace with data of 2024-01 to 2024-08, empty one without, s.yaml a scheme, bad.yaml one with a
# mistake, m.csv measures of 2024-08, odd.csv a table nobody knows, file a plain file.
CASES: list[tuple[str, int, str, str]] = [
    ("demo {room}", 2, "is not empty and not a workspace", "不是空文件夹，也不是工作区"),
    ("demo {room}/file/x", 3, "file/x: cannot be used: Not a directory", "file/x：无法使用：不是文件夹"),
    ("init {room}/w", 2, "holds a workspace already", "已经是工作区"),
    ("init {room}/new --currency yuan", 2, "got 'yuan'", "这里是 'yuan'"),
    ("init {room}/new --currency ", 2, "new: currency must be three capital letters", "new: currency 应是三个大写字母"),
    ("init {room}/new --timezone Mars", 2, "got 'Mars'", "这里是 'Mars'"),
    ("init {room}/file/x", 3, "cannot be used: Not a directory", "无法使用：不是文件夹"),
    ("import {room}/odd.csv --into {room}/w", 3, "no map recognises this file", "没有映射认得这个文件"),
    ("import {room}/absent.csv --into {room}/w", 3, "absent.csv", "absent.csv"),
    ("import {room}/odd.csv --into {room}", 2, "is no workspace", "不是工作区"),
    (
        "import {room}/odd.csv --into {room}/w --map {room}/nomap.yaml",
        3,
        "nomap.yaml:1:1: there is no map in this file",
        "nomap.yaml:1:1: 文件里没有映射",
    ),
    (
        "import {room}/odd.csv --into {room}/w --map {room}/above.yaml",
        3,
        "above.yaml:3:39: must be one number; got 'x'",
        "above.yaml:3:39: 这里应是一个数；这里是 'x'",
    ),
    ("import {room}/none.csv --into {room}/w", 3, "none.csv: holds no table", "none.csv: 里面没有表格"),
    ("import {room}/none.csv --into {room}/w --suggest", 3, "no row looks like the header", "没有哪一行像表头"),
    (
        "pay {room}/s.yaml --measures {room}/large.csv --month 2024-08",
        3,
        "large.csv:2: buyers: larger than can be kept exactly",
        "large.csv:2: buyers：数值过大",
    ),
    ("undo {room}/empty", 2, "there is no import to take back", "没有可以撤销的导入"),
    ("check {room}", 2, "is no workspace", "不是工作区"),
    ("doctor --lang fr", 2, "'fr' is not one of 'en', 'zh'", "'fr' 不在可用的值之内"),
    ("audit {room}", 2, "is no workspace", "不是工作区"),
    ("audit {room}/empty --month 2024-08", 2, "holds no data yet; first: incentive import", "还没有数据；请先导入"),
    ("audit {room}/w --month 2019-01", 2, "there are 2024-01 to 2024-08", "现有 2024-01 至 2024-08"),
    ("audit {room}/w --month 2024-13", 2, "not a month: '2024-13'", "'2024-13' 不是月份"),
    ("audit {room}/w --edition public", 2, "no edition: 'public'; known: confidential", "没有版本 'public'"),
    ("audit {room}/w --edition shareable", 2, "there is no shareable edition", "没有可分享版"),
    ("audit {room}/w --from 2024-08 --month 2024-08", 2, "several months take --from", "多个月份用 --from"),
    ("audit {room}/w --month 2024-08 --shop s3", 2, "no data of shop 's3'", "店铺 's3' 在 2024-08 没有数据"),
    (
        "reconcile {room}/s.yaml --measures {room}/m.csv --payroll {room}/absent --month 2024-08",
        3,
        "absent: there is no such file",
        "absent: 没有这个文件",
    ),
    (
        "reconcile {room}/s.yaml --measures {room}/m.csv --payroll {room}/m.csv --month 2024-08 --band x",
        2,
        "--band is an amount like 0.01; got 'x'",
        "--band 应是 0.01 这样的金额；这里是 'x'",
    ),
    ("close {room} --month 2024-08 --as A", 2, "is no workspace", "不是工作区"),
    ("reopen {room} --month 2024-08 --as A --and B --reason x", 2, "is no workspace", "不是工作区"),
    ("calendar {room}", 2, "is no workspace", "不是工作区"),
    ("calendar {room}/empty", 2, "holds no complete month of data", "没有完整月份的数据"),
    ("objections {room}", 2, "is no workspace", "不是工作区"),
    ("objections {room}/w --month 2019-01", 2, "there are 2024-01 to 2024-08", "现有 2024-01 至 2024-08"),
    ("verify {room}", 2, "is no workspace", "不是工作区"),
    ("statements {room} --month 2024-08", 2, "is no workspace", "不是工作区"),
    (
        "statements {room}/empty --month 2024-08",
        2,
        "holds no data yet; first: incentive import",
        "还没有数据；请先导入",
    ),
    ("payroll {room} --month 2024-08", 2, "is no workspace", "不是工作区"),
    ("payroll {room}/w --month 2019-01", 2, "there are 2024-01 to 2024-08", "现有 2024-01 至 2024-08"),
    ("baseline {room}/absent", 3, "absent: there is no such file", "absent: 没有这个文件"),
    ("baseline {room}/w --month 2019-01", 2, "there are 2024-01 to 2024-08", "现有 2024-01 至 2024-08"),
    ("baseline {room}/w --case-mix moon", 2, "has no column moon", "数据里没有列 moon"),
    ("targets {room}/w --uplift much", 2, "uplift is a share like 5%", "uplift 应是 5% 或 0.05 这样的比例"),
    ("targets {room}/w --month 2030-01", 2, "there are 2024-01 to 2024-08", "现有 2024-01 至 2024-08"),
    ("targets {room}/w --scheme {room}/s.yaml", 2, "--scheme needs --out", "--scheme 要与 --out"),
    ("targets {room}/w --shop moon", 2, "no shop 'moon' in these months", "这些月份没有店铺 moon"),
    ("effect {room}/absent --start 2024-05", 3, "absent: there is no such file", "absent: 没有这个文件"),
    ("effect {room}/w --start 2024-13", 2, "not a month: '2024-13'", "'2024-13' 不是月份"),
    ("effect {room}/w --start 2024-05 --measure moon", 2, "moon", "moon"),
    ("design {room} {room}/s.yaml", 2, "is no workspace", "不是工作区"),
    ("design {room}/w {room}/bad.yaml", 3, "did you mean 'slab'?", "是不是 'slab'？"),
    ("design {room}/w {room}/s.yaml --budget much", 2, "much", "much"),
    ("adopt {room}/w {room}/s.yaml --from 2024-02 --to 2024-01", 2, "2024-01 is before", "2024-01 早于"),
    ("adopt {room}/w {room}/bad.yaml --from 2024-02", 3, "did you mean 'slab'?", "是不是 'slab'？"),
    (
        "pilot plan {room}/w --scheme {room}/s.yaml --design rollout",
        2,
        "can only be said what changed, never what it did",
        "只能说“有变化”，不能说效果",
    ),
    ("pilot plan {room}/w --scheme {room}/s.yaml --from 2024-08", 2, "2024-08 has begun", "2024-08 已经开始"),
    ("pilot plan {room}/w --scheme {room}/bad.yaml", 3, "did you mean 'slab'?", "是不是 'slab'？"),
    ("pilot evaluate {room}/w --plan {room}/absent.json", 3, "absent.json: there is no such file", "没有这个文件"),
    ("pilot evaluate {room}/w --plan {room}/file", 3, "is no plan of a pilot", "不是 incentive pilot plan 写出的"),
    ("pay {room}/bad.yaml --measures {room}/m.csv --month 2024-08", 3, "did you mean 'slab'?", "是不是 'slab'？"),
    (
        "pay {room}/s.yaml --measures {room}/m.csv --month 2024-09 --out {room}/out.csv",
        3,
        "the measures have no row of 2024-09",
        "指标表没有 2024-09 的行",
    ),
    (
        "pay {room}/s.yaml --measures {room}/m.csv --month 2024-08 --ledger {room}/none.zip",
        3,
        "none.zip: is a zip with no file in it",
        "none.zip: 是空的压缩包",
    ),
    (
        "pay {room}/s.yaml --measures {room}/m.csv --month 2024-08 --lines {room}/blank.csv",
        3,
        "blank.csv:3: month: the month is missing",
        "blank.csv:3: month：缺少月份",
    ),
    (
        "pay {room}/s.yaml --measures {room}/m.csv --month 2024-08 --ledger {room}/blank.csv",
        3,
        "blank.csv:3: month: the month is missing",
        "blank.csv:3: month：缺少月份",
    ),
    ("read {room}/bad.yaml", 3, "did you mean 'slab'?", "是不是 'slab'？"),
    ("fmt {room}/bad.yaml", 3, "did you mean 'slab'?", "是不是 'slab'？"),
    ("fmt {room}/absent.yaml", 3, "absent.yaml: there is no such file", "absent.yaml: 没有这个文件"),
    ("schema x", 2, "Got unexpected extra argument(s) (x)", "多出了 x"),
    ("lint {room}/bad.yaml", 3, "did you mean 'slab'?", "是不是 'slab'？"),
    ("lint {room}/s.yaml --month 2024-08", 2, "--month needs --measures", "--month 要与 --measures 一起用"),
    ("explain {room}/s.yaml --agent e --month 2024-08", 2, "--measures is needed", "用方案文件时要有 --measures"),
    ("explain {room}/w --agent nobody --month 2024-08", 2, "nobody has the id or the name", "没有工号或姓名为"),
    ("diff {room}/s.yaml {room}/bad.yaml", 3, "did you mean 'slab'?", "是不是 'slab'？"),
    ("diff {room}/s.yaml {room}/s.yaml --measures {room}/header.csv", 2, "have no row", "指标表里一行也没有"),
    ("diff {room}/s.yaml {room}/s.yaml --month 2024-08", 2, "need --measures", "要与 --measures 一起用"),
]

# What every command that takes measures says of measures it cannot use.
MEASURED = [
    "pay {room}/s.yaml --measures {file} --month 2024-08",
    "lint {room}/s.yaml --measures {file}",
    "diff {room}/s.yaml {room}/s.yaml --measures {file}",
    "reconcile {room}/s.yaml --measures {file} --payroll {room}/m.csv --month 2024-08",
    "explain {room}/s.yaml --measures {file} --month 2024-08 --agent e",
]
UNUSABLE = [
    ("none.zip", "is a zip with no file in it; zip it again", "是空的压缩包，里面没有文件；请重新压缩"),
    ("nomonth.csv", ":1: the column 'month' is missing; got agent, role", ":1: 缺少列 'month'；这里是 agent, role"),
    ("blank.csv", ":3: month: the month is missing; write it as YYYY-MM", ":3: month：缺少月份；请写成 YYYY-MM"),
]
CASES += [(words.replace("{file}", f"{{room}}/{file}"), 3, en, zh) for words in MEASURED for file, en, zh in UNUSABLE]


def commands() -> set[str]:
    return set(typer.main.get_command(application.app).commands)  # type: ignore[attr-defined]


def test_every_command_has_a_line() -> None:
    assert {words.split()[0] for words, *_ in CASES} == commands()


ABOVE = """\
id: above
recognise: [[甲]]
set_aside: {total: {header: 甲, above: x}}
tables: {orders: {columns: {order_id: 甲, created_at: 甲, shop: 甲, amount: 乙}}}
"""


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("errors")
    scheme = bundled("data_samples/shelf/D02-conversion-tiers.yaml")
    make_workspace(made / "w")
    shutil.copy(scheme, made / "w" / "schemes" / "s.yaml")
    shutil.copy(scheme, made / "s.yaml")
    (made / "bad.yaml").write_text(scheme.read_text("utf-8").replace("mode: slab", "mode: slap"), "utf-8")
    (made / "m.csv").write_text(
        "month,agent,role,shop,inquiries,buyers,orders,sales\n2024-08,e,agent,s1,100,40,40,9000.00\n"
    )
    (made / "none.zip").write_bytes(b"PK\5\6" + bytes(18))
    (made / "nomonth.csv").write_text("agent,role,inquiries,buyers,sales\ne,agent,100,40,9000.00\n")
    (made / "none.csv").write_bytes(b"")
    (made / "large.csv").write_text(f"month,agent,role,inquiries,buyers,sales\n2024-08,e,agent,1,{10**20},9\n")
    (made / "header.csv").write_text("month,agent,role,inquiries,buyers,sales\n")
    (made / "blank.csv").write_text(
        "month,agent,role,inquiries,buyers,sales,order_id,component,step,amount\n"
        "2024-07,e,agent,100,40,9000.00,1,commission,component,1\n,f,agent,100,40,9000.00,2,commission,component,1\n"
    )
    (made / "nomap.yaml").write_text("[]\n")
    (made / "above.yaml").write_text(ABOVE, "utf-8")
    (made / "odd.csv").write_text("甲,乙\n1,2\n", "utf-8")
    (made / "file").write_text("x")
    assert run(["init", str(made / "empty")]) == 0
    return made


def run(words: list[str]) -> int:
    before = sys.argv
    sys.argv = ["incentive", *words]
    try:
        application.main()
    except SystemExit as left:
        return int(left.code or 0)
    finally:
        sys.argv = before
    raise AssertionError("the command did not exit")


IN_KERNEL = {
    "audit {room}/w --month 2024-08 --shop s3": "zh",
    "baseline {room}/w --case-mix moon": "en",
    "targets {room}/w --shop moon": "zh",
}
"""Of what only the notebook or all months find out, which takes ten seconds: one language each."""
ASKED = [(*case, lang) for case in CASES for lang in ("en", "zh") if IN_KERNEL.get(case[0], lang) == lang]


@pytest.mark.parametrize(("words", "code", "en", "zh", "lang"), ASKED, ids=[f"{one[0]}-{one[-1]}" for one in ASKED])
def test_what_is_wrong_is_told_and_nothing_is_written(
    words: str,
    code: int,
    en: str,
    zh: str,
    lang: str,
    room: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("LC_ALL", {"en": "C.UTF-8", "zh": "zh_CN.UTF-8"}[lang])
    before = {p: p.stat().st_mtime_ns for p in room.rglob("*")}
    assert run([word.format(room=room) for word in words.split(" ")]) == code
    out, err = capfd.readouterr()
    assert {"en": en, "zh": zh}[lang] in err
    assert "Traceback" not in err
    assert out == ""
    after = {p: p.stat().st_mtime_ns for p in room.rglob("*") if p.is_file()}
    assert after == {p: when for p, when in before.items() if p.is_file()}
    assert set(room.rglob("*")) == set(before)
