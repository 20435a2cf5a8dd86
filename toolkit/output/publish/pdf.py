"""The report as PDF, by WeasyPrint where it is installed.

What the fonts of the machine do not have, Chinese above all, is drawn with the font that comes with the extra ``pdf``,
read by its path and never installed. Without WeasyPrint, without its libraries, or where a character would be an empty
box, there is no PDF: the HTML is published all the same and one line says what to install.
"""

from __future__ import annotations

import ctypes.util
import logging
import os
import shutil
import subprocess
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from toolkit.core.errors import MissingToolError
from toolkit.core.text import Text

SHOWN = 5
CLOCK = "SOURCE_DATE_EPOCH"
CARRIED = Path("zhplot/fonts/NotoSansSC-Regular.ttf")  # Noto Sans SC, SIL Open Font License 1.1 (OFL.txt beside it)
NO_WEASYPRINT = Text(
    "No PDF: run `pip install 'incentive-toolkit[pdf]'`, and on Debian install libpango-1.0-0 and libpangoft2-1.0-0.",
    "没有 PDF：请运行 `pip install 'incentive-toolkit[pdf]'`，Debian 上另需 libpango-1.0-0 和 libpangoft2-1.0-0。",
)


def pdf_maker() -> str:
    """Return what a PDF made here rests on: WeasyPrint's version, the fonts of Chinese; ``absent`` if none can be."""
    try:
        version = metadata.version("weasyprint")
    except metadata.PackageNotFoundError:
        return "absent"
    if not _has_pango():
        return "absent"
    carried = carried_font()
    return ", ".join([version, *([carried.name] if carried else []), machine_font()])


def carried_font() -> Path | None:
    """Return the font with Chinese that came with the extra ``pdf``, if it was installed."""
    # Its package is not imported: that would bring in all of matplotlib.
    package = find_spec(CARRIED.parts[0])
    places = (package and package.submodule_search_locations) or ()
    found = [Path(place, *CARRIED.parts[1:]) for place in places]
    return next((path for path in found if path.is_file()), None)


def machine_font() -> str:
    """Return the file name of this machine's own font for Chinese, ``unknown`` without fontconfig's tools."""
    if shutil.which("fc-match") is None:
        return "unknown"
    asked = ["fc-match", "--format=%{file}", "sans-serif:lang=zh-cn"]
    return Path(subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()).name or "unknown"


def prepare_pdf() -> None:
    """Import what `render_pdf` needs, if it can be."""
    with suppress(MissingToolError):
        _weasyprint()


def render_pdf(page: str, path: Path) -> None:
    """Write `page` (HTML) as PDF to `path`, see `make_pdf`."""
    path.write_bytes(make_pdf(page)[0])


def make_pdf(page: str) -> tuple[bytes, int]:
    """Return `page` (HTML) as PDF, and its number of pages; the same page gives the same bytes.

    Raises
    ------
    MissingToolError
        If WeasyPrint or a library of it is missing, or no installed font has a character of the page.
    """
    weasyprint = _weasyprint()
    fonts = weasyprint.text.fonts.FontConfiguration()
    sheets = [weasyprint.CSS(string=_font_face(), font_config=fonts)]
    document = weasyprint.HTML(string=page, url_fetcher=_no_requests).render(font_config=fonts, stylesheets=sheets)
    with _no_clock():
        made = document.write_pdf(pdf_tags=True)
    missing = sorted({chr(c) for font in document.fonts.values() for c in getattr(font, "missing", ())})
    if missing:
        some, more = "".join(missing[:SHOWN]), f" and {len(missing) - SHOWN} more" if len(missing) > SHOWN else ""
        hint = "install a font that has them, e.g. Debian's fonts-noto-cjk"
        en = f"No PDF: no installed font has {some}{more}; {hint}."
        zh = f"没有 PDF：已安装的字体缺少 {some} 等字；请安装字体，例如 Debian 的 fonts-noto-cjk。"
        raise MissingToolError(Text(en, zh))
    return made, len(document.pages)


@contextmanager
def _no_clock() -> Iterator[None]:
    """Keep the wall clock out of embedded fonts: fontTools, which cuts them without libharfbuzz-subset, writes it."""
    before = os.environ.get(CLOCK)
    os.environ[CLOCK] = "0"
    try:
        yield
    finally:
        os.environ.pop(CLOCK)
        os.environ.update({CLOCK: before} if before is not None else {})


def _font_face() -> str:
    """Return the CSS that adds the carried font to those of the machine; no page asks for it by name."""
    carried = carried_font()
    return f'@font-face {{ font-family: "{carried.stem}"; src: url("{carried.as_uri()}") }}' if carried else ""


@cache
def _has_pango() -> bool:
    """Say whether WeasyPrint's libraries load here; where one does not, importing it prints a page of advice."""
    try:
        found = [ctypes.util.find_library(name) for name in ("pango-1.0", "pangoft2-1.0")]
        return all(name is not None and ctypes.CDLL(name) for name in found)
    except OSError:
        return False


def _weasyprint() -> Any:
    if not _has_pango():
        raise MissingToolError(NO_WEASYPRINT)
    warnings.filterwarnings("ignore", "No fonts configured|FontConfig cannot load")  # then the carried one draws all
    try:
        import weasyprint
    except (ImportError, OSError):
        raise MissingToolError(NO_WEASYPRINT) from None
    # What it says of style sheets is for those who write them, not for who prints a report.
    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)
    logging.getLogger("fontTools").setLevel(logging.CRITICAL)
    return weasyprint


def _no_requests(url: str, *_: object, **__: object) -> Any:
    raise ValueError("a report asks for nothing outside itself")
