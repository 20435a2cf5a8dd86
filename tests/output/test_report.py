"""Reports from notebooks: what is published, what is not, and what is left behind. Kernels here are real."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from tests.output.chromium import needs_chromium, needs_fonts, print_page, visit
from tests.output.fixture import CAN_PDF, HOSTILE, code, needs_pdf, write_notebook
from toolkit.core.errors import InputError, RenderError, UsageError
from toolkit.core.text import Lang
from toolkit.output.publish import manifest, pdf, report, runner
from toolkit.output.publish.manifest import verify_report
from toolkit.output.publish.report import Published, publish_report

needs_pdftotext = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils is not installed")

ROOT = Path(__file__).resolve().parents[2]
PARAMETERS = code('lang: str = "en"\noutput_dir: str = ""', "parameters")
IMPORT = code("from toolkit.output.render import blocks as page")
END = code("page.provenance(lang, output_dir)")
SECRET = "pay of Wang: 98,765.43"


class Outline(HTMLParser):
    """The elements of a page in order, with what a test asks of them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.ids: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        self.ids += [value for name, value in attrs if name == "id" and value]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("reports")
    (made / "orders.csv").write_text("order,amount\n1,2\n")
    write_notebook(made / "05-fixture.ipynb")
    return made


def publish(folder: Path, name: str, lang: Lang) -> Published:
    inputs = [folder / "orders.csv"]
    given = {"month": "2024-12", "extra": "007"}
    return publish_report(folder / "05-fixture.ipynb", given, folder / name, inputs=inputs, lang=lang)


@pytest.fixture(scope="module")
def english(folder: Path) -> Published:
    return publish(folder, "en", "en")


@pytest.fixture(scope="module")
def chinese(folder: Path) -> Published:
    return publish(folder, "zh", "zh")


def test_a_report_is_published_with_all_its_files(english: Published) -> None:
    pages = {"report.html", "report.pdf"} if CAN_PDF else {"report.html"}
    assert {p.name for p in english.files} == {"manifest.json", "note.csv"} | pages
    assert all(p.is_file() for p in english.files)
    assert not english.reused
    assert english.notes == (() if CAN_PDF else (str(pdf.NO_WEASYPRINT),))
    assert verify_report(english.html.parent) == []


def test_tables_figures_and_every_other_block_appear(english: Published) -> None:
    outline = Outline(english.html.read_text("utf-8"))
    assert outline.tags.count("table") == 2
    assert outline.tags.count("figure") == outline.tags.count("svg") == 6
    assert outline.tags.count("h1") == outline.tags.count("header") == outline.tags.count("nav") == 1
    assert outline.tags.count("h2") == 6
    assert outline.tags.count("footer") == 1


def test_the_page_is_accessible_and_holds_no_code(english: Published) -> None:
    page = english.html.read_text("utf-8")
    outline = Outline(page)
    headings = [int(t[1]) for t in outline.tags if re.fullmatch("h[1-6]", t)]
    assert headings[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(headings))
    assert '<html lang="en">' in page
    assert page.count('role="img" aria-label="') == 6
    assert len(outline.ids) == len(set(outline.ids))
    for target in re.findall(r'href="#([^"]+)"', page):
        assert target in outline.ids
    assert "import pandas" not in page
    assert "render_table(" not in page


def test_nothing_runs_and_nothing_is_asked_for(english: Published) -> None:
    page = english.html.read_text("utf-8")
    outline = Outline(page)
    assert "default-src 'none'" in page
    assert not {"script", "iframe", "object", "embed", "link", "img", "base", "form"} & set(outline.tags)
    assert not [name for name, _ in outline.attributes if name.startswith("on")]
    assert not re.search(r"(?:src|href)=\"?(?:https?:)?//", page)
    assert "&lt;img src=x onerror=alert(1)&gt;" in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page, "HTML in markdown is shown as the characters it is"


def test_the_whole_report_is_in_its_language(english: Published, chinese: Published) -> None:
    one, other = (re.sub(r"<style>.*?</style>", "", p.html.read_text("utf-8"), flags=re.S) for p in (english, chinese))
    assert "请与<strong>工作簿</strong>一并阅读" in other
    assert "Read the" not in other
    assert "工作簿" not in one
    assert '<html lang="zh-CN">' in other
    assert all(word in other for word in ("目录", "编制", "复核", "批准", "需查看", "生成环境"))
    assert not re.search("目录|编制|需查看", one)


def test_the_contents_come_after_the_verdict_and_name_the_sections(chinese: Published) -> None:
    page = chinese.html.read_text("utf-8")
    assert page.index('class="verdict stop"') < page.index("<nav") < page.index("<h2")
    assert re.findall(r'<li><a href="#([^"]+)">([^<]+)</a>', page)[:2] == [
        ("to-decide-before-approval", "审批前须决定"),
        ("differences", "差异"),
    ]


@needs_chromium
def test_a_hostile_name_harms_no_browser(english: Published, tmp_path: Path) -> None:
    seen = visit(english.html, tmp_path)
    assert "<title>Monthly audit of incentive pay</title>" in seen.dom
    assert "<img" not in seen.dom
    assert seen.dom.count("onerror=alert(1)&gt;") >= 4
    assert seen.asked == ["/report.html"]
    assert seen.console == []


@needs_pdf
@needs_pdftotext
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_on_paper_it_is_a4_and_nothing_is_cut_off(lang: Lang, english: Published, chinese: Published) -> None:
    shown = english if lang == "en" else chinese
    assert_fits_a4(shown.html.parent / "report.pdf")


@needs_chromium
@needs_fonts
@needs_pdftotext
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_page_printed_by_a_browser_fits_too(
    lang: Lang, english: Published, chinese: Published, tmp_path: Path
) -> None:
    shown = english if lang == "en" else chinese
    assert_fits_a4(print_page(shown.html, tmp_path / "profile", tmp_path / "page.pdf"))


def assert_fits_a4(printed: Path) -> None:
    boxes = subprocess.run(["pdftotext", "-bbox", printed, "-"], capture_output=True, text=True, check=True).stdout
    pages = re.findall(r'<page width="([\d.]+)" height="([\d.]+)"', boxes)
    assert {(round(float(w)), round(float(h))) for w, h in pages} == {(595, 842)}
    words = re.findall(r'xMin="([-\d.]+)" yMin="[-\d.]+" xMax="([-\d.]+)"', boxes)
    assert len(words) > 200
    assert all(float(left) > 30 and float(right) < 595 - 30 for left, right in words)


@needs_pdf
@pytest.mark.skipif(shutil.which("pdffonts") is None, reason="poppler-utils is not installed")
def test_chinese_is_drawn_with_a_chinese_font_in_the_pdf(chinese: Published) -> None:
    made = chinese.html.parent / "report.pdf"
    fonts = subprocess.run(["pdffonts", made], capture_output=True, text=True, check=True).stdout
    words = subprocess.run(["pdftotext", made, "-"], capture_output=True, text=True, check=True).stdout
    assert re.search(r"CJK-SC|NotoSansSC", fonts)
    assert "CJK-JP" not in fonts, "Japanese shapes of Chinese characters"
    assert "王小明" in words
    assert "暂勿发放" in words


def test_the_manifest_tells_what_it_was_made_from_and_nothing_of_the_machine(folder: Path, english: Published) -> None:
    text = (english.html.parent / "manifest.json").read_text("utf-8")
    record = json.loads(text)
    assert list(record["inputs"]) == ["orders.csv"]
    assert record["parameters"] == {"month": "2024-12", "lang": "en", "extra": "007"}
    assert record["notebook"]["name"] == "05-fixture.ipynb"
    assert set(record["outputs"]) == {p.name for p in english.files} - {"manifest.json"}
    assert record["previous"] is None
    assert str(folder) not in text
    assert str(folder) not in english.html.read_text("utf-8")
    assert english.run_id in english.html.read_text("utf-8")


def test_the_same_question_finds_the_published_run(
    folder: Path, english: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report, "_render", None)
    again = publish(folder, "en", "en")
    assert again == replace(english, reused=True)


def record_of(made: Published) -> dict[str, dict[str, str]]:
    record: dict[str, dict[str, str]] = json.loads((made.html.parent / "manifest.json").read_text("utf-8"))
    return record


def test_another_time_place_and_process_give_the_same_bytes(folder: Path, english: Published, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "elsewhere", ignore=shutil.ignore_patterns("en", "zh"))
    program = (
        "import json, sys; from pathlib import Path; from tests.output.test_report import manifest, publish;"
        "manifest.versions = lambda: json.loads(sys.argv[2]);"  # nobody edits the toolkit between the two
        "print(publish(Path(sys.argv[1]), 'en', 'en').run_id)"
    )
    around = {**os.environ, "TZ": "Asia/Tokyo", "PYTHONHASHSEED": "7", "LC_ALL": "C", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", program, str(tmp_path / "elsewhere"), json.dumps(manifest.versions())]
    done = subprocess.run(command, env=around, capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout.strip() == english.run_id
    for name in record_of(english)["outputs"]:
        made = tmp_path / "elsewhere/en" / name
        assert made.read_bytes() == (english.html.parent / name).read_bytes(), name


FAILURES = {
    "exception": (code(f"raise ValueError({SECRET!r})"), "internal error: ValueError;"),
    "exit": (code("import sys\nsys.exit(0)"), "internal error: SystemExit;"),
    "killed": (
        code("import os\nos.kill(os.getpid(), 9)"),
        "the report's process died: it was killed,",
    ),
    "timeout": (code("import time\ntime.sleep(60)"), "a step of the report took longer than 1 seconds;"),
    "no end": (code("page.provenance(lang)"), "n.ipynb did not end with its provenance block"),
    "bad end": (code("import atexit, os\natexit.register(lambda: os._exit(3))"), "the kernel ended with code 3"),
}


@pytest.mark.parametrize("name", FAILURES)
def test_a_run_that_fails_publishes_nothing_and_tells_no_values(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    cell, expected = FAILURES[name]
    room = Path(tempfile.mkdtemp(dir=tmp_path if len(str(tmp_path)) < runner.SOCKET_PATH - 10 else None))
    monkeypatch.setattr(tempfile, "tempdir", str(room))
    monkeypatch.setattr(runner, "CELL_SECONDS", 1)
    monkeypatch.setattr(runner, "NEEDED", ())
    last = [code("1")] if name == "no end" else [END]
    loud = code(f"import os\nos.write(2, {SECRET.encode()!r})\nprint({SECRET!r})")
    stored = write_notebook(tmp_path / "n.ipynb", [PARAMETERS, IMPORT, cell, loud, *last])
    with pytest.raises(RenderError) as caught:
        publish_report(stored, {}, tmp_path / "r")
    assert str(caught.value).startswith(expected)
    assert SECRET not in str(caught.value) + "".join(capfd.readouterr())
    failed = tmp_path / "r/runs/.failed"
    assert str(failed) in str(caught.value)
    assert failed.stat().st_mode & 0o777 == 0o700
    assert {p.stat().st_mode & 0o777 for p in failed.iterdir()} == {0o600}
    assert {p.name for p in (tmp_path / "r").iterdir()} == {"runs"}
    assert not list(Path(tempfile.gettempdir()).glob("incentive-*/kernel.json")) or os.environ.get(
        "PYTEST_XDIST_WORKER"
    )


def test_odd_values_reach_the_cells_as_they_are_and_foreign_html_does_not_reach_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "NEEDED", ())
    words = "007 \"quoted\" 'x' \\n {braces} %s \U0001f600 \u4e2d\nline"
    given = {"words": words, "ratio": 0.5, "final": True}
    declared = "words: str = ''\nratio: float = 1.0\nfinal: bool = False\nlang: str = ''\noutput_dir: str = ''"
    cells = [
        code(declared, "parameters"),
        code(f"assert (words, ratio, final) == ({words!r}, 0.5, True)\nassert output_dir and lang == 'zh'"),
        code("from IPython.display import HTML, Markdown\nimport pandas as pd\nfrom toolkit import page"),
        code(f"display(HTML('<b onmouseover=alert(1)>x</b>'), Markdown('<i>y</i>'))\nprint({HOSTILE!r})"),
        code(f"pd.DataFrame({{'agent': [{HOSTILE!r}]}})"),
        code("import warnings\nwarnings.warn('not for the reader')"),
        END,
    ]
    stored = write_notebook(tmp_path / "n {x}.ipynb", cells)
    made = publish_report(stored, given, tmp_path / "r", lang="zh")
    page = made.html.read_text("utf-8")
    assert not {"b", "i", "img", "table"} & set(Outline(page).tags)
    assert page.count("&lt;img src=x onerror=alert(1)&gt;") == 2
    assert "not for the reader" not in page


def test_an_input_that_changes_while_it_is_read_stops_the_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "data.csv"
    data.write_text("1")
    monkeypatch.setattr(report, "_render", lambda *_: data.write_text("22"))
    stored = write_notebook(tmp_path / "n.ipynb", [PARAMETERS, END])
    with pytest.raises(RenderError, match="an input was changed while the report was made"):
        publish_report(stored, {}, tmp_path / "r", inputs=[data])
    assert not (tmp_path / "r/latest").is_symlink()


def test_without_weasyprint_one_line_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    assert report._try_pdf("<p>x</p>", tmp_path / "r.pdf") == [str(pdf.NO_WEASYPRINT)]
    assert not list(tmp_path.iterdir())


@needs_pdf
def test_a_pdf_with_empty_boxes_is_not_made(tmp_path: Path) -> None:
    said = report._try_pdf("<p>\u0378 \U00012000</p>", tmp_path / "r.pdf")
    assert said == [
        "No PDF: no installed font has \u0378\U00012000; install a font that has them, e.g. Debian's fonts-noto-cjk."
    ]
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("cells", [[PARAMETERS, code("%time 1"), END], [END]])
def test_a_notebook_that_must_not_run_does_not(tmp_path: Path, cells: list[dict[str, object]]) -> None:
    stored = write_notebook(tmp_path / "n.ipynb", cells)
    with pytest.raises(InputError, match=r"magics are banned|one cell tagged 'parameters'"):
        publish_report(stored, {}, tmp_path / "r")
    assert not (tmp_path / "r").exists()


def test_wrong_parameters_and_inputs_are_told_before_anything_starts(tmp_path: Path) -> None:
    stored = write_notebook(tmp_path / "n.ipynb", [PARAMETERS, END])
    with pytest.raises(UsageError, match="no parameter 'mont'"):
        publish_report(stored, {"mont": "x"}, tmp_path / "r")
    with pytest.raises(InputError, match="no such file or folder"):
        publish_report(stored, {}, tmp_path / "r", inputs=[tmp_path / "absent"])
    assert not (tmp_path / "r").exists()


def test_a_fault_of_ours_is_told_without_its_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> dict[str, object]:
        raise KeyError(SECRET)

    monkeypatch.setattr(report, "_render", fail)
    stored = write_notebook(tmp_path / "n.ipynb", [PARAMETERS, END])
    with pytest.raises(
        RenderError, match=r"^the report could not be made \(KeyError\); nothing was published"
    ) as caught:
        publish_report(stored, {}, tmp_path / "r")
    assert SECRET not in str(caught.value)
    assert caught.value.__cause__ is None
    assert SECRET in (tmp_path / "r/runs/.failed/error.txt").read_text("utf-8")


def test_trouble_with_the_pdf_does_not_withhold_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "render_pdf", lambda *_: 1 / 0)
    assert report._try_pdf("<p>x</p>", tmp_path / "r.pdf") == ["No PDF: WeasyPrint ended with ZeroDivisionError."]


def test_a_kernel_ends_with_its_killed_parent_and_leaves_nothing(tmp_path: Path) -> None:
    told = tmp_path / "pid"
    wait = code(
        f"import os, time\nfrom pathlib import Path\nPath({str(told)!r}).write_text(str(os.getpid()))\ntime.sleep(60)"
    )
    stored = write_notebook(tmp_path / "n.ipynb", [PARAMETERS, IMPORT, wait, END])
    program = "import sys; from pathlib import Path; from toolkit.output.publish.report import publish_report;"
    program += "publish_report(Path(sys.argv[1]), {}, Path(sys.argv[2]))"
    room = tmp_path / "t"
    room.mkdir()
    around = {**os.environ, "TMPDIR": str(room) if len(str(room)) < runner.SOCKET_PATH else "/tmp"}
    parent = subprocess.Popen([sys.executable, "-c", program, str(stored), str(tmp_path / "r")], env=around, cwd=ROOT)
    kernel = wait_for_pid(told)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    assert wait_until_gone(kernel), "the kernel outlived its parent"
    assert not list(room.glob("incentive-*"))


def wait_for_pid(told: Path) -> int:
    for _ in range(600):
        with contextlib.suppress(OSError, ValueError):
            return int(told.read_text())
        time.sleep(0.1)
    raise AssertionError("the notebook did not start")


def wait_until_gone(pid: int) -> bool:
    for _ in range(50):
        try:
            if Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z":
                return True
        except FileNotFoundError:
            return True
        time.sleep(0.1)
    return False


def test_sockets_of_dead_processes_are_cleared_and_those_of_living_ones_are_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(runner, "SOCKET_PATH", 1000)
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    for name in (f"incentive-kernel-{gone.pid}-x", f"incentive-kernel-{os.getpid()}-x", "incentive-kernel-x-y"):
        (tmp_path / name).mkdir()
    made = Path(runner._socket_folder())
    assert made.stat().st_mode & 0o777 == 0o700
    kept = {f"incentive-kernel-{os.getpid()}-x", "incentive-kernel-x-y", made.name}
    assert {p.name for p in tmp_path.iterdir()} == kept
