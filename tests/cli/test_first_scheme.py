"""The pages for beginners: every command on them is run on the files they show, and answers what they say.

``python tests/cli/test_first_scheme.py`` writes the answers anew, to be read before they are committed.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGES = {"scheme-language.md": "C.UTF-8", "scheme-language.zh.md": "zh_CN.UTF-8"}
BLOCK = re.compile(r"^```(?P<kind>yaml|csv|console)(?: (?P<name>\S+))?\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


def answer(command: str) -> str:
    """Call the command line in this process; return what it prints, on either stream."""
    from toolkit.cli.app import main

    out, err, before = io.StringIO(), io.StringIO(), sys.argv
    sys.argv = shlex.split(command)
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), contextlib.suppress(SystemExit):
            main()
    finally:
        sys.argv = before
    return out.getvalue() + err.getvalue()


def played(page: str) -> Iterator[tuple[re.Match[str], str]]:
    """Yield each console block of a page with what it should hold; files stand in the present folder as shown."""
    for block in BLOCK.finditer(page):
        if block["name"]:
            Path(block["name"]).write_text(block["text"], "utf-8")
        elif block["kind"] == "console":
            commands = [line for line in block["text"].splitlines() if line.startswith("$ ")]
            yield block, "".join(f"{command}\n{answer(command[2:])}" for command in commands)


@pytest.mark.parametrize("name", PAGES)
def test_the_page_holds_what_its_commands_answer(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", PAGES[name])
    found = list(played((DOCS / name).read_text("utf-8")))
    assert [command.split()[2] for _, text in found for command in text.splitlines() if command.startswith("$ ")] == [
        *("read", "read", "lint", "pay", "explain")
    ]
    for block, text in found:
        assert block["text"] == text


def rewrite(path: Path, locale: str) -> None:
    """Write the answers of a page anew."""
    os.environ["LC_ALL"] = locale
    page, before = path.read_text("utf-8"), Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        answered = list(played(page))
        os.chdir(before)
    for block, text in reversed(answered):
        page = page[: block.start("text")] + text + page[block.end("text") :]
    path.write_text(page, "utf-8")


if __name__ == "__main__":
    for file, spoken in PAGES.items():
        rewrite(DOCS / file, spoken)
