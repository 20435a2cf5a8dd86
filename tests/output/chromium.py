"""A browser as a reader has it, without a window: what a page asks for, says and becomes."""

from __future__ import annotations

import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest


def any_font() -> bool:
    """Whether fontconfig, which a browser asks, knows a font."""
    listing = shutil.which("fc-list")
    return listing is not None and bool(subprocess.run([listing], capture_output=True, check=False).stdout.strip())


CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--enable-logging=stderr",
]  # fmt: skip
needs_chromium = pytest.mark.skipif(not CHROMIUM.exists(), reason="chromium is not installed")
needs_fonts = pytest.mark.skipif(not any_font(), reason="no font on this machine: a browser draws no word")


@dataclass(frozen=True)
class Visit:
    """What came of opening a page: its DOM, the paths it asked its server for, what it said on the console."""

    dom: str
    asked: list[str]
    console: list[str]


def visit(page: Path, profile: Path) -> Visit:
    """Open `page` from a server of its own folder."""
    with serving(page.parent) as (address, asked):
        done = browse(profile, "--virtual-time-budget=3000", "--dump-dom", f"{address}/{page.name}")
    return Visit(done.stdout, asked, re.findall(r"CONSOLE[^\n]*", done.stderr))


def print_page(page: Path, profile: Path, to: Path) -> Path:
    """Print `page` as the browser does, on the paper its styles ask for."""
    browse(profile, "--no-pdf-header-footer", f"--print-to-pdf={to}", page.resolve().as_uri())
    return to


def browse(profile: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [str(CHROMIUM), *FLAGS, f"--user-data-dir={profile}", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


@contextmanager
def serving(folder: Path) -> Iterator[tuple[str, list[str]]]:
    """Serve `folder` on this machine alone; yield the address and the list of what is asked for."""
    asked: list[str] = []

    class Listening(SimpleHTTPRequestHandler):
        def log_request(self, *_: object) -> None:
            asked.append(self.path)

        def log_error(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Listening, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()
