"""After `make cover` has run the fast tests: the total, and which branches no test takes where pay rests on them."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WATCHED = ("toolkit/rules/pay", "toolkit/core/money", "toolkit/data/crediting", "toolkit/output/publish")


def measured() -> dict[str, dict[str, dict[str, object]]]:
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "coverage.json"
        subprocess.run([sys.executable, "-m", "coverage", "json", "-q", "-o", told], cwd=ROOT, check=True)
        found: dict[str, dict[str, dict[str, object]]] = json.loads(told.read_text("utf-8"))
        return found


def where(line: int) -> str:
    """Say where a branch leads: coverage gives the end of a function as a negative line."""
    return f"line {line}" if line > 0 else "the end"


def main() -> None:
    found = measured()
    total = found["totals"]
    for kind in ("statements", "branches"):
        taken = total["covered_lines" if kind == "statements" else "covered_branches"]
        print(f"{kind}: {taken} of {total['num_' + kind]} run")
    print(f"together: {total['percent_covered']:.1f} %")
    print("\nBranches no test takes, in the modules pay rests on (code in kernels and other processes is not seen):")
    for name, file in sorted(found["files"].items()):
        never = file["missing_branches"]
        if name.startswith(WATCHED) and isinstance(never, list) and never:
            print(f"{name}: " + ", ".join(f"line {start} to {where(end)}" for start, end in never))


if __name__ == "__main__":
    main()
