"""CPU, memory and agreement with lme4 on the same cells; cost against the number of cells."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.evidence import record
from tests.models import published
from tests.models.worlds import Spec, make_world
from toolkit.models.baseline.conversion import fit_conversion
from toolkit.models.baseline.counts import prepare_counts
from toolkit.models.baseline.design import build_design
from toolkit.models.baseline.glm import BINOMIAL, fit_nested

pytestmark = pytest.mark.bench
COMMAND = "nice -n 19 .venv/bin/pytest -m bench tests/benchmarks/test_baseline_bench.py"
RSCRIPT = shutil.which("Rscript")
REPO = Path(__file__).resolve().parents[2]

PEER = """
args <- commandArgs(trailingOnly = TRUE)
suppressMessages(library(PACKAGE))
d <- read.csv(args[1], colClasses = c(month = "character", agent = "character", shop = "character"))
d$month <- relevel(factor(d$month), ref = args[2]); d$shop <- relevel(factor(d$shop), ref = args[3])
d$am <- factor(paste(d$agent, d$month)); d$agent <- factor(d$agent)
form <- cbind(buyers, inquiries - buyers) ~ month + shop + (1 | agent) + (1 | am)
t <- system.time(m <- FIT)
fe <- FIXED
write.csv(data.frame(term = rownames(fe), estimate = fe[, 1], se = fe[, 2]), paste0(args[4], "fixed.csv"),
  row.names = FALSE)
re <- RANDOM
write.csv(data.frame(agent = rownames(re), effect = re[, 1]), paste0(args[4], "agents.csv"), row.names = FALSE)
write.csv(data.frame(cpu = sum(t[1:2]), sd = SD), paste0(args[4], "time.csv"), row.names = FALSE)
"""
PACKAGES = {
    "lme4": {
        "FIT": "glmer(form, d, binomial)",
        "FIXED": "summary(m)$coefficients",
        "RANDOM": "ranef(m)$agent",
        "SD": 'attr(VarCorr(m)$agent, "stddev")',
    },
    "glmmTMB": {
        "FIT": "glmmTMB(form, d, binomial)",
        "FIXED": "summary(m)$coefficients$cond",
        "RANDOM": "ranef(m)$cond$agent",
        "SD": 'attr(VarCorr(m)$cond$agent, "stddev")',
    },
}

OURS = """
import json, resource, sys, time
import pandas as pd
import statsmodels.api
from toolkit.models.baseline.conversion import fit_conversion
cells = pd.read_parquet(sys.argv[1])
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
start = time.process_time()
baseline = fit_conversion(cells, [c for c in ("shop",) if c in cells])
cpu = time.process_time() - start
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({"cpu": cpu, "peak_mb": peak / 1024, "before_mb": before / 1024, "n": len(cells)}))
"""


PUBLISHED = """
suppressMessages(library(lme4)); options(digits = 12)
show <- function(...) cat(paste(c(...), collapse = " "), "\\n")
show(as.numeric(as.character(cbpp$herd))); show(cbpp$incidence); show(cbpp$size); show(as.numeric(cbpp$period))
m <- glmer(cbind(incidence, size - incidence) ~ period + (1 | herd), cbpp, binomial)
show(summary(m)$coefficients[, 1]); show(summary(m)$coefficients[, 2])
cbpp$obs <- seq_len(nrow(cbpp))
show(attr(VarCorr(m)$herd, "stddev"), attr(VarCorr(update(m, . ~ . + (1 | obs)))$herd, "stddev"))
show(Dyestuff$Yield)
d <- lmer(Yield ~ 1 + (1 | Batch), Dyestuff)
show(attr(VarCorr(d)$Batch, "stddev")^2, sigma(d)^2); show(ranef(d)$Batch[, 1])
show(sleep$extra); show(t.test(extra ~ group, sleep)$conf.int)
"""


def has_package(name):
    if RSCRIPT is None:
        return False
    check = subprocess.run(
        [RSCRIPT, "-e", f'quit(status = !requireNamespace("{name}", quietly = TRUE))'], capture_output=True
    )
    return check.returncode == 0


def peer(name, cells, references, folder):
    """Fit by R in a process of its own, whose peak memory the kernel tells."""
    script = PEER.replace("PACKAGE", name)
    for word, code in PACKAGES[name].items():
        script = script.replace(word, code)
    (folder / "fit.R").write_text(script)
    cells.to_csv(folder / "cells.csv", index=False)
    with subprocess.Popen([RSCRIPT, folder / "fit.R", folder / "cells.csv", *references, f"{folder}/"]) as run:
        _, status, usage = os.wait4(run.pid, 0)
        run.returncode = os.waitstatus_to_exitcode(status)
    assert run.returncode == 0
    fixed, agents, time = (pd.read_csv(folder / f"{p}.csv", dtype={"agent": str}) for p in ("fixed", "agents", "time"))
    return fixed, agents, time.iloc[0].to_dict() | {"peak_mb": usage.ru_maxrss / 1024}


def ours_alone(cells, folder):
    path = folder / "cells.parquet"
    cells.to_parquet(path)
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    run = subprocess.run(
        [sys.executable, "-c", OURS, path], capture_output=True, text=True, check=True, env=environment, cwd=REPO
    )
    return json.loads(run.stdout)


def compare(name, seed, folder):
    world = make_world(seed)
    ready = prepare_counts(world.cells, ["shop"], "inquiries", "buyers")
    design = build_design(ready)
    baseline = fit_conversion(world.cells)
    same_model = fit_nested(ready, design, replace(BINOMIAL, cell_term=False))
    fixed, agents, time = peer(name, world.cells, [design.factor(f).reference for f in ("month", "shop")], folder)
    terms = [t.replace("=", "").replace("intercept", "(Intercept)") for t in design.terms]
    mine, full = (pd.Series(fit.solution.beta, terms) for fit in (same_model, baseline.fit))
    fixed = fixed.set_index("term")
    apart, apart_full = (((b - fixed["estimate"]) / fixed["se"]).abs() for b in (mine, full))
    both = (
        baseline.agents.set_index("agent")["effect"]
        .to_frame()
        .join(agents.set_index("agent")["effect"].rename("effect_r"))
    )
    same = pd.Series(same_model.u, ready.agents).reindex(both.index)
    truth = both.index.map(world.skill)
    alone = ours_alone(world.cells, folder)
    return {
        "cpu_ours": alone["cpu"],
        "cpu_peer": time["cpu"],
        "peak_ours": alone["peak_mb"],
        "peak_peer": time["peak_mb"],
        "fixed_apart": apart.mean(),
        "fixed_apart_full": apart_full.mean(),
        "effects_correlate": np.corrcoef(same, both["effect_r"])[0, 1],
        "effects_correlate_full": both.corr().iloc[0, 1],
        "truth_ours": np.corrcoef(both["effect"], truth)[0, 1],
        "truth_peer": np.corrcoef(both["effect_r"], truth)[0, 1],
        "sd_ours": baseline.summary["sd_agent"],
        "sd_peer": time["sd"],
    }


def test_published_numbers_are_those_of_r():
    if not has_package("lme4"):
        pytest.skip("R with lme4 is not installed")
    run = subprocess.run([RSCRIPT, "-e", PUBLISHED], capture_output=True, text=True, check=True)
    found = [[float(x) for x in line.split()] for line in run.stdout.splitlines()]
    expected = [
        *(published.cbpp()[c].tolist() for c in ("herd", "cases", "size", "period")),
        published.CBPP_FIXED,
        published.CBPP_ERRORS,
        (published.CBPP_HERD_SD, published.CBPP_HERD_SD_BESIDE_CELLS),
        np.ravel(published.DYESTUFF),
        (published.DYESTUFF_BATCH, published.DYESTUFF_RESIDUAL),
        published.DYESTUFF_EFFECTS,
        published.SLEEP["1"] + published.SLEEP["2"],
        published.SLEEP_INTERVAL,
    ]
    for one, other in zip(found, expected, strict=True):
        assert one == pytest.approx(list(other), rel=1e-5, abs=2e-6)


@pytest.mark.parametrize(("name", "n_seeds"), [("glmmTMB", 5), ("lme4", 1)])  # lme4 takes minutes a seed
def test_agreement_and_cpu_against(name, n_seeds, tmp_path):
    if not has_package(name):
        pytest.skip(f"R with {name} is not installed")
    found = pd.DataFrame([compare(name, seed, tmp_path) for seed in range(n_seeds)]).mean()
    record(
        f"Conversion baseline against {name}",
        COMMAND,
        [
            f"Same cells, agent and agent-month effects; 200 agents, 24 months, 5 shops; seeds: {n_seeds}. Ours adds a "
            "cell term and the interval of the between-agent sd.",
            "",
            "| | ours | " + name + " |",
            "|---|---|---|",
            f"| CPU seconds of the fit | {found['cpu_ours']:.2f} | {found['cpu_peer']:.1f} |",
            f"| peak MB of the process | {found['peak_ours']:.0f} | {found['peak_peer']:.0f} |",
            f"| correlation with truth | {found['truth_ours']:.4f} | {found['truth_peer']:.4f} |",
            f"| agent sd (true .30) | {found['sd_ours']:.3f} | {found['sd_peer']:.3f} |",
            "",
            f"The same model (no cell term): fixed effects differ by {found['fixed_apart']:.3f} standard errors on "
            f"average, agent effects correlate {found['effects_correlate']:.5f}. With the cell term, which weighs "
            f"cells as they scatter: {found['fixed_apart_full']:.3f} and {found['effects_correlate_full']:.5f}. "
            f"CPU ratio {found['cpu_peer'] / found['cpu_ours']:.0f}.",
        ],
        file="docs/performance.md",
    )
    assert found["fixed_apart"] <= 0.1
    assert found["effects_correlate"] >= 0.999
    assert found["effects_correlate_full"] >= 0.999
    assert found["cpu_peer"] >= 10 * found["cpu_ours"]


def test_cpu_of_one_ordinary_team_against_both(tmp_path):
    names = [name for name in PACKAGES if has_package(name)]
    if not names:
        pytest.skip("R with lme4 or glmmTMB is not installed")
    cells = make_world(1, Spec(agents=60, months=18, shops=3, few=8)).cells
    design = build_design(prepare_counts(cells, ["shop"], "inquiries", "buyers"))
    references = [design.factor(f).reference for f in ("month", "shop")]
    runs = {name: [] for name in ("ours", *names)}
    for _ in range(3):  # turn about, so that a busy machine is busy for all
        runs["ours"].append(ours_alone(cells, tmp_path)["cpu"])
        for name in names:
            runs[name].append(peer(name, cells, references, tmp_path)[2]["cpu"])
    median = {name: float(np.median(cpu)) for name, cpu in runs.items()}
    lines = [
        f"60 agents, 18 months, 3 shops, {len(cells):,} cells, one run, medians of 3. Months and shops fixed, agent "
        "and agent-month effects; ours adds a cell term and the interval of the between-agent sd.",
        "",
        "| | CPU seconds of the fit | times ours | the three runs |",
        "|---|---|---|---|",
    ]
    for name, cpu in median.items():
        each = ", ".join(f"{x:.2f}" for x in sorted(runs[name]))
        lines.append(f"| {name} | {cpu:.2f} | {cpu / median['ours']:.0f} | {each} |")
    record("Conversion baseline: one team against lme4 and glmmTMB", COMMAND, lines, file="docs/performance.md")
    assert min(median[name] for name in names) >= 10 * median["ours"]


def test_ten_thousand_agents(tmp_path):
    one = make_world(1, Spec(agents=10_000, shops=1, few=0)).cells
    found = ours_alone(one, tmp_path)
    record(
        "Conversion baseline: 10,000 agents x 24 months",
        COMMAND,
        [
            f"{found['n']:,} cells: {found['cpu']:.2f} CPU s, peak {found['peak_mb']:.0f} MB "
            f"({found['before_mb']:.0f} MB before the fit)."
        ],
        file="docs/performance.md",
    )
    assert found["cpu"] <= 3
    assert found["peak_mb"] <= 1024


def test_cost_is_linear_in_cells(tmp_path):
    sizes = (10, 100, 1_000, 10_000)
    runs = [ours_alone(make_world(1, Spec(agents=a, few=0)).cells, tmp_path) for a in sizes]
    n, cpu = (np.array([run[key] for run in runs]) for key in ("n", "cpu"))
    exponent = float(np.polyfit(np.log(n[1:]), np.log(cpu[1:]), 1)[0])
    top = cpu.max()
    lines = ["| cells | CPU s | peak MB | |", "|---|---|---|---|"]
    for run in runs:
        bar = "█" * max(round(40 * run["cpu"] / top), 1)
        lines.append(f"| {run['n']:,} | {run['cpu']:.3f} | {run['peak_mb']:.0f} | `{bar}` |")
    record(
        "Conversion baseline: cost against cells",
        COMMAND,
        [*lines, "", f"Growth exponent {exponent:.2f}."],
        file="docs/performance.md",
    )
    assert exponent <= 1.1
