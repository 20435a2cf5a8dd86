"""Statements: each page redone from itself alone, nothing of others in any file, and files that stand alone."""

from __future__ import annotations

import re
import shutil
import stat
import subprocess
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from tests.output.statement_page import Page, read_page, words_of
from tests.output.statement_world import BOSS, MONTH, PEOPLE, make_statement_world
from tests.rules.test_redo import TOKEN, equations, number
from tests.sample import copy_sample
from toolkit.core.errors import InputError, MissingToolError, UsageError
from toolkit.core.text import LANGUAGES, Lang, Text
from toolkit.data.tables.workspace import Workspace
from toolkit.output.publish.pdf import pdf_maker
from toolkit.output.publish.privacy import pattern_of_others
from toolkit.output.reports import statements
from toolkit.output.reports.statements import file_names, statement_page, write_statements
from toolkit.rules.explain.own_month import winning_values
from toolkit.studies.audit.statement import StatementMonth, statement_month

SAMPLE_MONTH = "2024-12"
SEEDS = range(2)
CENT = Fraction(1, 100)


def no_pdf(page: str) -> tuple[bytes, int]:
    raise MissingToolError("No PDF here.")


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> tuple[StatementMonth, dict[Lang, Path]]:
    """Every statement of the sample with its packet: PDF in Chinese, HTML alone in English."""
    root = tmp_path_factory.mktemp("statements") / "w"
    copy_sample(root)
    told, made = statement_month(Workspace.open(root), SAMPLE_MONTH, with_orders=True), {}
    once = cache(StatementMonth.of.__get__(told))  # a statement is in both languages
    for lang in LANGUAGES:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(StatementMonth, "of", lambda _, agent: once(agent))
            if lang == "en":
                patch.setattr(statements, "make_pdf", no_pdf)
            files = write_statements(told, root / "statements", lang)
        assert (files.people, files.failed) == (21, {})
        assert [note.en for note in files.notes] == (["No PDF here."] if lang == "en" else []) or not HAS_PDF
        made[lang] = files.folder
    return told, made


HAS_PDF = pdf_maker() != "absent"


def texts(path: Path) -> str:
    """Return every word of a file."""
    if path.suffix == ".html":
        return words_of(path.read_text("utf-8"))
    if path.suffix == ".pdf":
        return subprocess.run(["pdftotext", path, "-"], capture_output=True, text=True, check=True).stdout
    book = openpyxl.load_workbook(path)
    return "\n".join(str(v) for page in book for row in page.iter_rows(values_only=True) for v in row if v is not None)


def stands(word: str, text: str) -> bool:
    """Say whether an id, name or account stands in a text, not only within a longer word or number."""
    return re.search(rf"(?<![A-Za-z0-9_]){re.escape(word)}(?![A-Za-z0-9_])", text) is not None


def own_files(folder: Path, stem: str) -> list[Path]:
    readable = [".html", "-packet.xlsx", *([".pdf"] if shutil.which("pdftotext") else [])]
    return [path for end in readable if (path := folder / f"{stem}{end}").exists()]


def test_nothing_of_others_stands_in_any_file_of_the_sample(
    sample: tuple[StatementMonth, dict[Lang, Path]],
) -> None:
    told, folders = sample
    roster, accounts = told.workspace.table("assignments"), told.workspace.table("accounts")
    looked = 0
    for agent in told.people:
        mine = accounts.loc[accounts["agent"] == agent, "account"]
        others = {*roster.loc[roster["agent"] != agent, "agent"], *roster.loc[roster["agent"] != agent, "name"]}
        others |= {*accounts["account"]} - {*mine}
        others -= {told.names[agent]}
        for lang in LANGUAGES:
            files = own_files(folders[lang], agent)
            assert len(files) >= 2
            for path in files:
                text = texts(path)
                assert told.names[agent] in text or path.suffix == ".xlsx"
                assert [word for word in others if stands(word, text)] == [], path
                looked += 1
    assert looked >= 21 * 4


def check_page(page: Page) -> None:
    """Redo a page from itself: equations, the amount of each line in its sentence, sums, the amount due."""
    for lines, total in page.groups:
        assert sum(line.amount for line in lines) == total
        for line in lines:
            for clause, made, said, slack in equations(line.sentence):
                assert abs(made - said) <= slack, (clause, line)
            assert abs(line.amount) in {number(t) for t in TOKEN.findall(line.sentence) if t[0].isdigit()}, line
    assert sum(total for _, total in page.groups) == page.due
    assert len(page.groups) == 1 or any(re.match("Earned .* = |应得 .* = ", p) for p in page.paragraphs)
    for clause, made, said, slack in (one for text in page.paragraphs for one in equations(text)):
        assert abs(made - said) <= slack, clause


RATES = ((Fraction(40, 100), 6), (Fraction(35, 100), 4), (Fraction(305, 1000), Fraction(7, 2)), (Fraction(30, 100), 3))


def commission_of(page: Page, labels: tuple[str, str, str]) -> Fraction:
    """Work out the sample's commission of one who worked in one place from the figures of the page."""
    buyers, inquiries, sales = (Fraction(page.figures[name][0].replace(",", "")) for name in labels)
    rate = next((r for edge, r in RATES if buyers / inquiries >= edge), Fraction(3, 2))
    return Fraction(int(sales * rate + Fraction(1, 2)), 100)


@pytest.mark.parametrize(
    ("lang", "labels"),
    [("en", ("buyers", "inquiries", "sales")), ("zh", ("付款人数", "询单人数", "销售额"))],
)
def test_the_figures_of_everybody_can_be_redone_from_the_page_alone(
    lang: Lang, labels: tuple[str, str, str], sample: tuple[StatementMonth, dict[Lang, Path]]
) -> None:
    told, folders = sample
    redone = 0
    for agent in told.people:
        page = read_page((folders[lang] / f"{agent}.html").read_text("utf-8"))
        check_page(page)
        assert page.due * 100 == told.settlement.due[agent]
        commission = page.groups[0][0][0]
        if ";" not in commission.sentence and "；" not in commission.sentence:
            assert commission.amount == commission_of(page, labels)
            redone += 1
    assert redone >= 10


def test_one_a4_page_each(sample: tuple[StatementMonth, dict[Lang, Path]]) -> None:
    if not HAS_PDF or shutil.which("pdfinfo") is None:
        pytest.skip("no PDF on this machine")
    for path in sample[1]["zh"].glob("*.pdf"):
        said = subprocess.run(["pdfinfo", path], capture_output=True, text=True, check=True).stdout
        assert re.search(r"Pages:\s+1\n", said), path
        assert "(A4)" in said


def test_the_workbook_for_mail_merge_has_everybody_and_adds_up(
    sample: tuple[StatementMonth, dict[Lang, Path]],
) -> None:
    told, folders = sample
    frame = pd.read_excel(folders["zh"] / "statements.xlsx", dtype={"工号": str}, engine="openpyxl")
    assert list(frame.columns) == ["工号", "姓名", "提成", "催付提成", "达标奖", "合计"]
    due = (frame.set_index("工号")["合计"] * 100).round().astype(int)
    assert due.to_dict() == told.settlement.due.to_dict()
    assert ((frame[["提成", "催付提成", "达标奖"]].sum(axis=1) - frame["合计"]).abs() < 0.001).all()


def test_a_packet_has_the_persons_orders_with_rule_and_place(sample: tuple[StatementMonth, dict[Lang, Path]]) -> None:
    told, folders = sample
    orders = pd.read_excel(folders["en"] / "a03-packet.xlsx", sheet_name="Orders", dtype=str, engine="openpyxl")
    assert told.orders is not None
    mine = told.orders[told.orders["agent"] == "a03"]
    assert sorted(orders["Order"]) == sorted(mine["order_id"])
    known = {"the customer's inquiry", "an inquiry between order and payment", "an account named on the order"}
    assert set(orders["By"]) <= known
    assert orders[["File", "Row"]].notna().all().all()
    assert mine["customer"].isin(orders["Customer"]).sum() == 0


# Everything that can happen to pay, in random months


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[StatementMonth, dict[Lang, Path]]]:
    found = []
    for seed in SEEDS:
        made = make_statement_world(tmp_path_factory.mktemp("world") / "w", seed)
        told = statement_month(made, MONTH, with_orders=True)
        once = cache(StatementMonth.of.__get__(told))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(StatementMonth, "of", lambda _, agent, once=once: once(agent))
            patch.setattr(statements, "make_pdf", no_pdf)
            folders = {x: write_statements(told, made.root / "statements", x).folder for x in LANGUAGES}
        found.append((told, folders))
    return found


def pages(worlds: list[tuple[StatementMonth, dict[Lang, Path]]]) -> Iterator[tuple[StatementMonth, str, Lang, Path]]:
    for told, folders in worlds:
        yield from ((told, agent, x, folders[x] / f"{agent}.html") for agent in told.people for x in LANGUAGES)


def test_each_what_if_shows_how_it_is_worked(worlds: list[tuple[StatementMonth, dict[Lang, Path]]]) -> None:
    shown = 0
    for told, agent, lang, path in pages(worlds):
        n = sum(len(one.moves) for one in told.of(agent).more)
        assert path.read_text("utf-8").count({"en": "It would read: ", "zh": "届时："}[lang]) == n
        shown += n
    assert shown > 0
    told, agent, *_ = next(one for one in pages(worlds) if one[0].of(one[1]).more)
    short = statement_page(told, told.of(agent), None, "en", worked=False)
    assert "It would read: " not in "".join(part.markup for part in short)


def test_pages_of_random_months_add_up(worlds: list[tuple[StatementMonth, dict[Lang, Path]]]) -> None:
    kinds = set()
    for told, agent, _, path in pages(worlds):
        page = read_page(path.read_text("utf-8"))
        check_page(page)
        assert page.due * 100 == told.settlement.due[agent]
        kinds.add(len(page.groups))
    assert kinds >= {2, 3}


def test_where_totals_alone_are_rounded_the_cents_shown_still_add_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make_statement_world(tmp_path / "w", 1)
    path = made.root / "schemes" / "team.yaml"
    path.write_text(f"{path.read_text('utf-8')}rounding: {{step: 0.01, mode: half_up, at: total}}\n", "utf-8")
    monkeypatch.setattr(statements, "make_pdf", no_pdf)
    told = statement_month(made, MONTH)
    folder = write_statements(told, made.root / "statements", "en", ["1001", "e9"]).folder
    for agent in ("1001", "e9"):
        page = read_page((folder / f"{agent}.html").read_text("utf-8"))
        assert all(sum(line.amount for line in lines) == total for lines, total in page.groups)
        assert sum(total for _, total in page.groups) == page.due == Fraction(int(told.settlement.due[agent]), 100)


def test_nothing_of_others_stands_in_random_months(worlds: list[tuple[StatementMonth, dict[Lang, Path]]]) -> None:
    told_of_others = 0
    for _, agent, lang, path in pages(worlds):
        mine = {agent, PEOPLE[agent]}
        words = {*PEOPLE, *PEOPLE.values(), *BOSS, *(f"店:{PEOPLE[a]}{a}" for a in PEOPLE if a != agent)} - mine
        words -= {"x", "Total"}  # a letter; a word of every page, in which it is no name
        text = texts(path)
        assert [word for word in words if word != "Total" and stands(word, text)] == [], path
        told_of_others += {"en": "somebody else", "zh": "他人"}[lang] in text
    assert told_of_others >= 4 * len(SEEDS)  # who entered and approved two amounts by hand


def test_what_the_first_place_had_is_told_and_not_who_had_it(
    worlds: list[tuple[StatementMonth, dict[Lang, Path]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In these shops so few compete that a colleague would know whose figure it is: nothing, until a shop is larger."""

    def tell() -> list[Text]:
        return [x for told, *_ in worlds for a in told.people for x in winning_values(told.settlement.rows, a)]

    assert not tell()
    monkeypatch.setattr("toolkit.rules.explain.components.FEWEST_RIVALS", 2)
    told = tell()
    assert told
    assert all(re.search(r"Best conversion \(.店\): the first place had conversion ", text.en) for text in told)
    assert all(re.search("第1名的询单转化率(为|约为) [0-9]", text.zh) for text in told)


@pytest.mark.parametrize(
    ("word", "text", "found"),
    [
        ("1002", "late order of 1002", True),
        ("1002", "sales 1,002.00 + 21,002 at 10.1002", False),
        ("1002", "order 91002", False),
        ("007", "entered by 007.", True),
        ("12", "place 12 of 30", False),
        ("阿青", "代阿青值班", True),
        ("Li", "Limits of Lin", False),
        ("王五", "王五旗舰店: 3", False),
    ],
)
def test_what_is_taken_for_a_name(word: str, text: str, found: bool) -> None:
    pattern = pattern_of_others([word], ["王五旗舰店"])
    assert bool(pattern and pattern.search(text)) is found


# Files


def test_files_are_their_owners_alone_and_those_of_a_run_before_are_gone(tmp_path: Path) -> None:
    made = make_statement_world(tmp_path / "w", 0)
    old = made.root / "statements" / MONTH / "en" / "left.html"
    old.parent.mkdir(parents=True)
    old.write_text("x")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(statements, "make_pdf", no_pdf)
        folder = write_statements(statement_month(made, MONTH), made.root / "statements", "en").folder
    assert sorted(p.name for p in folder.iterdir()) == sorted([*(f"{a}.html" for a in PEOPLE), "statements.xlsx"])
    assert {stat.S_IMODE(p.stat().st_mode) for p in folder.iterdir()} == {0o600}


def test_one_failure_is_named_and_hides_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = make_statement_world(tmp_path / "w", 0)
    whole = StatementMonth.of

    def fails(told: StatementMonth, agent: str) -> object:
        if agent == "1002":
            raise ZeroDivisionError
        return whole(told, agent)

    monkeypatch.setattr(StatementMonth, "of", fails)
    monkeypatch.setattr(statements, "make_pdf", no_pdf)
    files = write_statements(statement_month(made, MONTH), made.root / "statements", "zh")
    assert (files.people, list(files.failed)) == (len(PEOPLE) - 1, ["阿青 (1002)"])
    assert not (files.folder / "1002.html").exists()


def test_ids_that_are_no_file_names_stop_with_a_list() -> None:
    assert file_names(["a/1", "张三", "..x"]) == {"a/1": "a_1", "张三": "张三", "..x": "x"}
    with pytest.raises(InputError) as caught:
        file_names(["...", "a/1", "a:1", "B", "b", "fine"])
    assert [p.message.en for p in caught.value.problems] == [  # type: ignore[union-attr]
        f"the id {a!r} gives no file name of its own" for a in ("...", "a/1", "a:1", "B", "b")
    ]


def test_one_person_is_found_by_name_and_two_of_a_name_are_asked_about(tmp_path: Path) -> None:
    told = statement_month(make_statement_world(tmp_path / "w", 0), MONTH)
    assert told.find("赵雅") == "1001"
    with pytest.raises(UsageError, match="2 people are called"):
        told.find("阿青")
    with pytest.raises(UsageError, match="no scheme pays 何主管"):
        told.find("何主管")
