"""Write the figures of a proof or a benchmark into the documents that show them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def record(section: str, command: str, lines: list[str], *, file: str = "docs/evidence.md") -> None:
    """Replace the section called `section` of `file` by `lines` (Markdown), headed by the command and today's date."""
    path = ROOT / file
    title = "Performance" if "performance" in file else "Evidence"
    text = path.read_text("utf-8") if path.exists() else f"# {title}\n"
    head, *bodies = re.split(r"(?m)^(?=## )", text)
    kept = {body.splitlines()[0].removeprefix("## "): body.strip() for body in bodies}
    day = datetime.now(UTC).date().isoformat()
    kept[section] = "\n".join([f"## {section}", "", f"`{command}`, {day}", "", *lines])
    path.write_text("\n\n".join([head.strip(), *(kept[name] for name in sorted(kept))]) + "\n", "utf-8")
