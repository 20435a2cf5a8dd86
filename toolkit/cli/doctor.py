"""What this machine has and lacks for the toolkit's work."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from toolkit.core.text import Text
from toolkit.output.publish.pdf import carried_font, pdf_maker

NEEDED = ("pandas", "ibis", "duckdb", "statsmodels", "seaborn", "papermill", "nbconvert", "ipykernel")


@dataclass(frozen=True, slots=True)
class State:
    """One thing looked at.

    Parameters
    ----------
    what : what was looked at, with what was found.
    ok : whether it is as it should be.
    advice : what to do when it is not.
    needed : whether nothing works without it.
    """

    what: Text
    ok: bool
    advice: Text
    needed: bool = True


def examine_machine() -> tuple[State, ...]:
    """Look at Python, the libraries, links, and what PDF and Chinese need."""
    return (_python(), _libraries(), _links(), _pdf(), _chinese())


def _python() -> State:
    version = ".".join(map(str, sys.version_info[:3]))
    advice = Text("install Python 3.11 or newer", "请安装 Python 3.11 或更高版本")
    return State(Text(f"Python {version}", f"Python {version}"), sys.version_info >= (3, 11), advice)


def _libraries() -> State:
    missing = [name for name in NEEDED if find_spec(name) is None]
    found = ", ".join(missing) or "-"
    advice = Text(
        f"run `make report` in the clone, or pip install {found}", f"在克隆目录运行 make report，或 pip install {found}"
    )
    what = Text(f"libraries, missing: {found}", f"依赖库，缺少：{found}")
    return State(what, not missing, advice)


def _links() -> State:
    with tempfile.TemporaryDirectory(dir=".") as folder:
        try:
            os.symlink("a", Path(folder) / "b")
            ok = True
        except OSError:
            ok = False
    advice = Text("keep workspaces on a file system with symbolic links", "请把工作区放在支持符号链接的文件系统上")
    return State(Text("symbolic links here", "当前目录支持符号链接"), ok, advice)


def _pdf() -> State:
    made = pdf_maker()
    advice = Text(
        "PDF needs: pip install 'incentive-toolkit[pdf]'; Debian: apt-get install libpango-1.0-0 libpangoft2-1.0-0",
        "生成 PDF 需要：pip install 'incentive-toolkit[pdf]'；Debian：apt-get install libpango-1.0-0 libpangoft2-1.0-0",
    )
    return State(Text(f"PDF ({made})", f"PDF（{made}）"), made != "absent", advice, needed=False)


def _chinese() -> State:
    asked = ["fc-list", ":lang=zh-cn", "family"]
    found = (
        shutil.which("fc-list") and subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()
    )
    carried = carried_font()
    own = sorted(str(found).splitlines())[0].partition(",")[0] if found else "-"
    family = own if found or carried is None else carried.name
    advice = Text(
        "Chinese in PDF needs a font: pip install 'incentive-toolkit[pdf]' brings one; or Debian's fonts-noto-cjk",
        "PDF 中的中文需要字体：pip install 'incentive-toolkit[pdf]' 自带一款；或安装 Debian 的 fonts-noto-cjk",
    )
    return State(Text(f"Chinese font ({family})", f"中文字体（{family}）"), family != "-", advice, needed=False)
