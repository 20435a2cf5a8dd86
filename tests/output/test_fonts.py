"""The font that comes with the extra `pdf`: it has every character a report can hold, and stands in where none is."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import unicodedata
import zlib
from pathlib import Path

from tests.output.fixture import needs_pdf
from toolkit.output.publish import pdf

ROOT = Path(__file__).resolve().parents[2]
NO_FONTS = {"FONTCONFIG_FILE": str(Path(__file__).parent / "no-fonts.conf")}
WORDS = [*ROOT.glob("toolkit/**/*.*"), *ROOT.glob("notebooks/*.ipynb"), *ROOT.glob("data_samples/**/*.*")]


def chinese(text: str) -> set[str]:
    return {c for c in text if unicodedata.east_asian_width(c) in "WF"}


def written(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError:  # exports as shops give them: in GBK, or workbooks
        return path.read_bytes().decode("gb18030", "ignore") if path.suffix == ".csv" else ""


def test_the_carried_font_has_every_character_of_the_toolkit_the_notebooks_and_the_sample() -> None:
    from fontTools.ttLib import TTFont

    carried = pdf.carried_font()
    assert carried is not None
    assert (carried.parent / "OFL.txt").read_text("utf-8").count("SIL OPEN FONT LICENSE Version 1.1") == 1
    font = TTFont(carried)
    assert "glyf" in font, "outlines of a part of a CID-keyed CFF font are lost on their way into the PDF"
    asked = {c for path in WORDS if path.is_file() and path.suffix != ".pyc" for c in chinese(written(path))}
    assert len(asked) > 800
    assert sorted(c for c in asked if ord(c) not in font.getBestCmap()) == []


def test_every_character_of_gb2312_is_in_it() -> None:
    from fontTools.ttLib import TTFont

    carried = pdf.carried_font()
    assert carried is not None
    codes = [bytes([high, low]) for high in range(0xB0, 0xF8) for low in range(0xA1, 0xFF)]
    characters = "".join(code.decode("gb2312", "ignore") for code in codes)
    assert len(characters) == 6763
    assert set(map(ord, characters)) <= TTFont(carried).getBestCmap().keys()


@needs_pdf
def test_a_machine_without_fonts_makes_the_same_pdf_twice_and_says_nothing(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from toolkit.output.publish.pdf import render_pdf;"
        "render_pdf('<html lang=zh-CN><h1>\u6682\u52ff\u53d1\u653e Hold 1,199.60</h1>', Path(sys.argv[1]))"
    )
    made = [tmp_path / "a.pdf", tmp_path / "b.pdf"]
    for path in made:
        command = [sys.executable, "-c", program, str(path)]
        around = {**os.environ, **NO_FONTS, "PYTHONPATH": str(ROOT), "HOME": "/nonexistent"}
        done = subprocess.run(command, env=around, capture_output=True, text=True, check=True)
        assert done.stdout + done.stderr == ""
    one, other = (path.read_bytes() for path in made)
    assert one == other
    streams = re.findall(rb"stream\r?\n(x.*?)\r?\nendstream", one, re.DOTALL)
    told = one + b"".join(zlib.decompressobj().decompress(stream) for stream in streams)
    assert b"+" + pdf.CARRIED.stem.encode() in told
