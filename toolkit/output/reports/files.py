"""Plain files of baselines, targets, effects, designs and pilots, under names and columns that stand; rates are shares.

Money in files is in major units. What the data do not allow is left out of a file's rows, never filled in.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from toolkit.core.text import LANGUAGES
from toolkit.data.tables.storage import publish_bytes
from toolkit.data.tables.workspace import Workspace
from toolkit.models.targets.targets import LEVELS
from toolkit.output.render.workbook import csv_bytes, write_frame
from toolkit.studies.design.adoption import Adoption
from toolkit.studies.design.frontier import overlay_texts
from toolkit.studies.design.study import DesignStudy, design_frames, design_summary
from toolkit.studies.pilot.pilot_result import PilotResult, pilot_months, pilot_summary
from toolkit.studies.planning.baselines import BaselineStudy, summary_of
from toolkit.studies.planning.effect import EffectStudy, effect_summary
from toolkit.studies.planning.outlook import NotPossible
from toolkit.studies.planning.targets import TargetStudy

AGENTS = ("agent", "n_inquiries", "raw", "effect", "se", "lower", "upper", "expected", "shrinkage")
ALSO = ("n_months", "buyers", "rate", "rate_lower", "rate_upper", "mean_effect", "mean_rate", "group")
COEFFICIENTS = ("term", "estimate", "se", "n_inquiries", "buyers", "status")
FORECAST = ("agent", "month", "inquiries", "rate", "lower", "upper", "buyers", "buyers_lower", "buyers_upper")
PROPOSAL = (
    *("name", "threshold", "mean_attainment", "lower", "upper", "expected_cost", "expected_gain", "bonus"),
    *("usual_attainment", "without_uplift", "usual_without_uplift", "people", "people_lower", "people_upper"),
)
LINES = ("column", "value", "n_agents", "common", *LEVELS, "own")
MEASURES = ("measure", "name", "edge", "mean_attainment", "lower", "upper")
CHANCES = (
    *("agent", "inquiries", "rate", *(f"p_{name}" for name in LEVELS)),
    *(f"{what}_{name}" for name in LEVELS for what in ("need", "lower", "upper")),
    *(f"usual_{name}" for name in LEVELS),
)
SALES = ("sales", "sales_lower", "sales_upper")


def baseline_frames(study: BaselineStudy) -> dict[str, pd.DataFrame]:
    """Return the tables of a baseline by file name."""
    conversion, forecast = study.conversion, study.forecast
    if isinstance(conversion, NotPossible):
        return {
            "agents.csv": pd.DataFrame(columns=[*AGENTS, *ALSO]),
            "coefficients.csv": pd.DataFrame(columns=list(COEFFICIENTS)),
            "forecast.csv": pd.DataFrame(columns=list(FORECAST)),
        }
    coming = pd.DataFrame(columns=list(FORECAST)) if isinstance(forecast, NotPossible) else forecast.table
    if not isinstance(study.sales, NotPossible):
        money = study.sales.table[["agent", "sales", "lower", "upper"]].set_axis(["agent", *SALES], axis=1)
        coming = coming.merge(money.assign(**{c: money[c] / 100 for c in SALES}).round(2), on="agent")
    return {
        "agents.csv": conversion.agents[[*AGENTS, *ALSO]],
        "coefficients.csv": conversion.coefficients[list(COEFFICIENTS)],
        "forecast.csv": coming,
    }


def write_baseline(study: BaselineStudy, folder: Path) -> list[Path]:
    """Write agents.csv, coefficients.csv, forecast.csv and summary.json; return their paths."""
    paths = write_frames(baseline_frames(study), folder)
    return [*paths, write_json(summary_of(study), folder / "summary.json")]


def target_frames(study: TargetStudy) -> dict[str, pd.DataFrame]:
    """Return the tables of a proposal by file name."""
    proposal = study.proposal
    if isinstance(proposal, NotPossible):
        empty = {"proposal.csv": PROPOSAL, "agents.csv": CHANCES, "lines.csv": LINES}
        return {
            **{name: pd.DataFrame(columns=list(columns)) for name, columns in empty.items()},
            "measures.csv": measure_lines(study),
        }
    money = {c: (proposal.table[c] / 100).round(2) for c in ("expected_cost", "expected_gain", "bonus")}
    agents = proposal.agents.rename(columns={f"chance_{n}": f"p_{n}" for n in LEVELS})
    return {
        "proposal.csv": proposal.table.assign(**money)[list(PROPOSAL)],
        "agents.csv": agents[list(CHANCES)],
        "lines.csv": study.lines[list(LINES)],
        "measures.csv": measure_lines(study),
    }


def measure_lines(study: TargetStudy) -> pd.DataFrame:
    """Return the lines of other measures, a row a measure and level; money in major units."""
    parts = [pd.DataFrame(columns=list(MEASURES))]
    for lines in study.averages:
        money = 100 if lines.measure == "revenue_per_buyer" else 1
        parts.append(lines.table.assign(measure=lines.measure, edge=lines.table["edge"] / money)[list(MEASURES)])
    return pd.concat(parts, ignore_index=True) if len(parts) > 1 else parts[0]


def write_targets(study: TargetStudy, folder: Path, overlay: str | None = None) -> list[Path]:
    """Write proposal.csv, agents.csv, lines.csv and measures.csv, and overlay.yaml if given; return their paths."""
    paths = write_frames(target_frames(study), folder)
    if overlay is None:
        return paths
    publish_bytes(folder / "overlay.yaml", overlay.encode())
    return [*paths, folder / "overlay.yaml"]


def effect_frames(study: EffectStudy) -> dict[str, pd.DataFrame]:
    """Return the tables of an effect by file name; money in major units."""
    size = 100 if study.money else 1
    agents, months = study.effect.table, study.months
    levels = {c: agents[c] / size for c in ("before", "after", "change")}
    return {
        "agents.csv": agents.assign(**levels)[["agent", "group", "shop", *levels]],
        "months.csv": months.assign(value=months["value"] / size),
    }


def write_effect(study: EffectStudy, folder: Path) -> list[Path]:
    """Write agents.csv, months.csv and effect.json; return their paths."""
    return [*write_frames(effect_frames(study), folder), write_json(effect_summary(study), folder / "effect.json")]


def write_design(study: DesignStudy, folder: Path) -> list[Path]:
    """Write payouts.csv, winners.csv, health.csv, cost.json, and what a search found; return their paths."""
    paths = [*write_frames(design_frames(study), folder), write_json(design_summary(study), folder / "cost.json")]
    if study.search is not None:
        (folder / "frontier").mkdir(0o700, exist_ok=True)
        for name, text in overlay_texts(study.search, folder / "frontier").items():
            paths.append(folder / "frontier" / name)
            publish_bytes(paths[-1], text.encode())
    return paths


def write_adoption(workspace: Workspace, made: Adoption) -> list[Path]:
    """Write a version into the workspace, and beside its reports the letter in both languages and the list to sign.

    Returns
    -------
    list of Path
        The scheme first, then tables of parameters, letters, list, and the version so far where it now ends.
    """
    schemes, told = workspace.root / "schemes", workspace.root / "reports" / "schemes" / made.stem
    files = {schemes / name: content for name, content in made.tables.items()}
    files |= {told / f"letter.{lang}.txt": (made.letter.of(lang) + "\n").encode() for lang in LANGUAGES}
    files[told / "acknowledgements.csv"] = csv_bytes(made.acknowledgements())
    for path, content in files.items():
        publish_bytes(path, content)
    place = schemes / f"{made.stem}.yaml"
    publish_bytes(place, made.text.encode())  # what it reads stands beside it already
    if made.ended is None:
        return [place, *files]
    publish_bytes(made.ended[0], made.ended[1].encode())  # last: two versions on one day pay nothing, none too little
    return [place, *files, made.ended[0]]


def write_pilot(result: PilotResult, folder: Path) -> list[Path]:
    """Write months.csv and pilot.json; return their paths."""
    paths = write_frames({"months.csv": pilot_months(result)}, folder)
    return [*paths, write_json(pilot_summary(result), folder / "pilot.json")]


def write_frames(frames: Mapping[str, pd.DataFrame], folder: Path) -> list[Path]:
    """Write each table as the file it is named by."""
    folder.mkdir(0o700, parents=True, exist_ok=True)
    return [write_frame(frame.astype("object").map(written), folder / name) for name, frame in frames.items()]


def write_json(value: Mapping[str, Any], path: Path) -> Path:
    """Write figures as JSON, a missing one as null."""
    text = json.dumps(plain(value), ensure_ascii=False, indent=2) + "\n"
    publish_bytes(path, text.encode())
    return path


def rows_of(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table as JSON holds them."""
    return [{str(k): plain(v) for k, v in row.items()} for row in frame.astype("object").to_dict("records")]


def written(value: object) -> str:
    """Write one value of a plain file: whole numbers whole, others with at most ten decimals, missing ones blank."""
    value = plain(value)
    if value is None:
        return ""
    return f"{value:.10f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def plain(value: Any) -> Any:
    """Return a value as JSON holds it: numbers of numpy as Python's, missing and infinite ones as None."""
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    value = value.item() if hasattr(value, "item") else value
    if value is pd.NA or value is None or (isinstance(value, float) and not math.isfinite(value)):
        return None
    return value
