"""Generate the bundled sample: invented shops with vendor exports, HR files, schemes, pay sheets, and their truths.

    python data_samples/generate.py [--seed N] [--out DIR] [--errors N] [--months N] [--volume X]

The same arguments give the same bytes. Imports nothing from the toolkit.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from data_samples.generator import (
    agent_days,
    company,
    hr_files,
    order_files,
    payroll,
    report_files,
    rota,
    scheme,
    truths,
)
from data_samples.generator.agent_days import AgentDay
from data_samples.generator.calendar import LAST_DAY, LAST_MONTH, first_day, months_to, stream
from data_samples.generator.causes import CLASSES, open_case
from data_samples.generator.crediting import credit_orders
from data_samples.generator.events import Books
from data_samples.generator.measures import measure
from data_samples.generator.rota import Duty
from data_samples.generator.settle import keep_books

HERE = Path(__file__).resolve().parent
SEED = 20241
FOLDERS = ("exports", "hr", "payroll")


@dataclass(frozen=True, slots=True)
class Size:
    """How much is generated: months of reports, months with order-level files, agents, share of the usual volume."""

    months: int = 18
    event_months: int = 3
    agents: int = 25
    volume: float = 1.0


def generate(seed: int, out: Path, errors: dict[str, int] | None = None, size: Size = Size()) -> truths.Truths:
    """Write a sample into a folder and return its truths.

    Parameters
    ----------
    seed : any whole number.
    out : the folder; what an earlier run wrote there is replaced.
    errors : payroll errors to plant in the last month, by class; the usual handful by default, {} for none.
    size : how much to generate.
    """
    _clear(out)
    months, audited = months_to(LAST_MONTH, size.months), months_to(LAST_MONTH, size.event_months)
    people = company.hire(seed, size.agents)
    duties = rota.draw_rota(seed, people, LAST_MONTH, size.months, LAST_DAY)
    recent = [d for d in duties if d.day >= first_day(audited[0])]
    books, bent = keep_books(seed, people, recent, audited, size.volume)
    credits = credit_orders(people, books)
    measured = measure(people, books, credits)
    early = agent_days.drawn_days(seed, duties[: len(duties) - len(recent)], size.volume)
    counted = agent_days.counted_days(seed, people, books, credits)
    case = open_case(people, books, credits, measured, LAST_MONTH)
    lines = [line for month in audited for line in payroll.right_lines(people, measured, month)]
    last = [line for line in lines if line.month == LAST_MONTH]
    wanted = payroll.USUAL_ERRORS if errors is None else errors
    paid, planted = payroll.plant(stream(seed, "errors"), people, case, last, wanted)
    rows = agent_days.with_roster(people, early + counted)
    defects = _write(seed, out, people, (books, duties, rows))
    kept = [line for line in lines if line.month != LAST_MONTH]
    hr_files.write_plans(out / "hr", seed, months)
    hr_files.write_advertising(out / "hr", seed, audited)
    hr_files.write_legal_limits(out / "hr")
    hr_files.write_payroll(out / "payroll" / "payroll.xlsx", people, kept + paid)
    facts = truths.Facts(people, credits, measured, bent, duties, early + counted)
    told = truths.tell(seed, facts, planted, defects)
    truths.write(out, told)
    return told


def _write(seed: int, out: Path, people: company.Company, facts: tuple[Books, list[Duty], list[AgentDay]]
           ) -> dict[str, list[str]]:  # fmt: skip
    """Write everything but plans and pay; return the planted defects."""
    books, duties, rows = facts
    scheme.write_settings(out)
    hr_files.write_people(out / "hr", people)
    hr_files.write_days(out / "hr", seed, duties)
    defects = order_files.write_order_files(out / "exports", books)
    return defects | {"pending": report_files.write_reports(out / "exports", rows)}


def _clear(out: Path) -> None:
    """Remove what an earlier run wrote; a folder that holds anything else of these names is left alone."""
    mine = (out / truths.JSON).exists()
    for name in FOLDERS:
        if (out / name).exists():
            if not mine:
                sys.exit(f"{out / name} was not made by this script; choose another folder for --out")
            shutil.rmtree(out / name)


def main() -> None:
    """Read the command line and generate."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--out", type=Path, default=HERE)
    parser.add_argument("--errors", type=int, help="plant 0 to N pay errors of each class, as the seed draws")
    parser.add_argument("--months", type=int, default=Size().months)
    parser.add_argument("--volume", type=float, default=Size().volume, help="share of the usual number of customers")
    given = parser.parse_args()
    errors = None if given.errors is None else draw_errors(given.seed, given.errors)
    generate(given.seed, given.out, errors, Size(months=given.months, volume=given.volume))


def draw_errors(seed: int, most: int) -> dict[str, int]:
    """Return how many errors of each class to plant, 0 to `most` as the seed draws."""
    return dict(zip(CLASSES, stream(seed, "how many").integers(0, most + 1, len(CLASSES)).tolist(), strict=True))


if __name__ == "__main__":
    main()
