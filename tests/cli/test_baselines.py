"""Baseline and targets of plain files: the columns agreed, figures recounted here, small data as sentences."""

from __future__ import annotations

import csv
import json
import random
import re
from collections import Counter
from fractions import Fraction
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner, Result

from tests.output.study_world import AGENTS as WORKSPACE_AGENTS
from tests.output.study_world import LAST, make_workspace
from toolkit.cli.app import app
from toolkit.studies.planning.history import read_benchmarks, read_history
from toolkit.studies.planning.targets import TargetRequest, study_targets

CALLS = Path(__file__).resolve().parents[2] / "../shared/data/callcentre_pwc/01 Call-Center-Dataset.xlsx"
AGENTS = ["NA", "null", "007", "=cmd|'/c calc'!A1<img src=x onerror=alert(1)>", "王小明", "a6", "a7", "a8"]
CONVERSION = (0.15, 0.22, 0.25, 0.27, 0.3, 0.33, 0.36, 0.45)


def run(*words: object) -> Result:
    return CliRunner().invoke(app, [str(w) for w in words], catch_exceptions=True)


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.fixture(scope="module")
def measures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight agents of known rates in two shops they share, twelve months; one row of nobody, one without inquiries."""
    path, r = tmp_path_factory.mktemp("plain") / "measures.csv", random.Random(7)
    with path.open("w", encoding="utf-8", newline="") as lines:
        out = csv.writer(lines)
        out.writerow(["月份", "客服", "shop", "inquiries", "buyers", "orders", "sales"])
        for month in range(1, 13):
            for agent, rate in zip(AGENTS, CONVERSION, strict=True):
                for shop in ("s1", "s2"):
                    n = r.randint(40, 160)
                    buyers = sum(r.random() < rate for _ in range(n))
                    sales = sum(r.randint(5_000, 20_000) for _ in range(buyers))
                    out.writerow([f"2024-{month:02d}", agent, shop, n, buyers, buyers, f"{sales / 100:.2f}"])
        out.writerow(["2024-12", "", "s1", 50, 10, 10, "1,000.00"])
        out.writerow(["2024-12", "a6", "s2", 0, 0, 0, "0.00"])
    return path


def counted(measures: Path) -> tuple[Counter[str], Counter[str]]:
    inquiries, buyers = Counter[str](), Counter[str]()
    for row in rows_of(measures):
        if row["客服"]:
            inquiries[row["客服"]] += int(row["inquiries"])
            buyers[row["客服"]] += int(row["buyers"])
    return inquiries, buyers


def test_baseline_writes_the_files_agreed(measures: Path, tmp_path: Path) -> None:
    done = run("baseline", measures, "--case-mix", "shop", "--out", tmp_path)
    assert done.exit_code == 0, done.output
    agents = rows_of(tmp_path / "agents.csv")
    assert list(agents[0])[:9] == [
        *("agent", "n_inquiries", "raw", "effect", "se", "lower", "upper", "expected", "shrinkage")
    ]
    inquiries, buyers = counted(measures)
    names = {a: f"'{a}" if a.startswith("=") else a for a in AGENTS}  # neutral for Excel
    assert {row["agent"] for row in agents} == set(names.values())
    for agent, name in names.items():
        row = next(r for r in agents if r["agent"] == name)
        assert int(row["n_inquiries"]) == inquiries[agent]
        assert float(row["raw"]) == pytest.approx(buyers[agent] / inquiries[agent], abs=1e-9)
        low, effect, high = (float(row[c]) for c in ("lower", "effect", "upper"))
        assert low < effect < high
        assert high - effect == pytest.approx(1.96 * float(row["se"]), abs=1e-6)
        assert 0 < float(row["shrinkage"]) < 1
    by_effect = sorted(agents, key=lambda r: float(r["effect"]))
    assert (by_effect[0]["agent"], by_effect[-1]["agent"]) == ("NA", "a8")
    assert list(rows_of(tmp_path / "coefficients.csv")[0])[:3] == ["term", "estimate", "se"]
    summary = json.loads((tmp_path / "summary.json").read_text("utf-8"))
    assert {"sd_agent", "sd_agent_interval", "sd_agent_month", "dispersion", "connected", "n_cells"} <= set(summary)
    assert summary["connected"] is True
    assert summary["n_cells"] == 12 * 8 * 2
    coming = rows_of(tmp_path / "forecast.csv")
    assert {r["month"] for r in coming} == {"2025-01"}
    assert len(coming) == len(AGENTS)
    assert all(float(r["lower"]) < float(r["rate"]) < float(r["upper"]) for r in coming)
    assert all(float(r["sales_lower"]) < float(r["sales"]) < float(r["sales_upper"]) for r in coming)


def test_baseline_prints_a_table_and_sentences_in_the_language_asked_for(measures: Path) -> None:
    done = run("baseline", measures, "--lang", "zh")
    assert done.exit_code == 0, done.output
    assert "王小明" in done.output
    assert "约三分之二的客服" in done.output
    assert "个留出月份" in done.output or "留出月份只有" in done.output


def test_baseline_as_json_is_one_object(measures: Path) -> None:
    told = json.loads(run("baseline", measures, "--json", "--month", "2024-06").stdout)
    assert set(told) == {"summary", "agents", "coefficients", "forecast", "findings"}
    assert told["summary"]["months"][-1] == "2024-06"
    assert told["forecast"][0]["month"] == "2024-07"


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("2024-01,a,s1,10,11", ":2: there are more buyers than inquiries; got 11"),
        ("2024-13,a,s1,10,1", ":2: month: not a month, write it as YYYY-MM; got '2024-13'"),
        (",a,s1,10,1", ":2: the month is missing"),
        ("2024-01,a,s1,ten,1", ":2: inquiries: not a number; got 'ten'"),
        ("2024-01,a,s1,-4,0", ":2: inquiries are below 0; got -4"),
        ("2024-01,,s1,10,1", "no row has an agent"),
    ],
)
def test_wrong_cells_are_named_with_file_row_and_column(tmp_path: Path, line: str, place: str) -> None:
    path = tmp_path / "m.csv"
    path.write_text(f"month,agent,shop,inquiries,buyers\n{line}\n", "utf-8")
    error = run("baseline", path).exception
    assert f"{path}{place}" in str(error) or (place in str(error) and str(path) in str(error))
    assert error is not None
    assert getattr(error, "exit_code", None) == 3


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    (tmp_path / "m.csv").write_text("month,agent,inquiries\n2024-01,a,3\n", "utf-8")
    assert "the column 'buyers' is missing" in str(run("baseline", tmp_path / "m.csv").exception)


SMALL = {
    "one agent": ["2024-01,a,s1,100,30", "2024-02,a,s1,90,33", "2024-03,a,s1,80,20"],
    "one month": ["2024-01,a,s1,100,30", "2024-01,b,s1,90,33", "2024-01,c,s1,80,20", "2024-01,d,s1,80,28"],
    "one row": ["2024-01,a,s1,100,30"],
    "nobody bought": ["2024-01,a,s1,100,0", "2024-02,b,s1,90,0"],
    "everybody bought": ["2024-01,a,s1,100,100", "2024-02,b,s1,90,90"],
    "each shop without contrast": ["2024-01,a,s1,100,100", "2024-01,b,s2,90,0"],
}


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("case", SMALL)
def test_small_data_make_sentences(tmp_path: Path, case: str, lang: str) -> None:
    path = tmp_path / "m.csv"
    path.write_text("\n".join(["month,agent,shop,inquiries,buyers", *SMALL[case]]) + "\n", "utf-8")
    done = run("baseline", path, "--out", tmp_path / "out", "--lang", lang)
    assert done.exit_code in (0, 1), done.exception
    assert done.stdout.strip()
    assert {p.name for p in (tmp_path / "out").iterdir()} == {
        *("agents.csv", "coefficients.csv", "forecast.csv", "summary.json")
    }
    if case in ("nobody bought", "everybody bought"):
        assert ("190 inquiries" if lang == "en" else "190 个询单") in done.stdout


def test_targets_writes_the_files_agreed_and_the_chances_are_those_of_the_forecast(
    measures: Path, tmp_path: Path
) -> None:
    asked = [
        "--uplift",
        "10%",
        "--shares",
        ".7,.4,.1",
        "--budget",
        "1000",
        "--margin",
        "30%",
        "--measure",
        "conversion",
    ]
    done = run("targets", measures, *asked, "--out", tmp_path)
    assert done.exit_code in (0, 1), done.exception
    levels = rows_of(tmp_path / "proposal.csv")
    assert list(levels[0])[:7] == [
        *("name", "threshold", "mean_attainment", "lower", "upper", "expected_cost", "expected_gain")
    ]
    assert [row["name"] for row in levels] == ["threshold", "target", "stretch"]
    edges = [Fraction(row["threshold"]) for row in levels]
    assert edges == sorted(edges)
    assert all(edge % Fraction(1, 200) == 0 for edge in edges)
    for row, share in zip(levels, (0.7, 0.4, 0.1), strict=True):
        assert float(row["lower"]) <= float(row["mean_attainment"]) <= float(row["upper"])
        assert float(row["mean_attainment"]) == pytest.approx(share, abs=0.08)
    assert sum(float(row["expected_cost"]) for row in levels) <= 1000.0
    agents = rows_of(tmp_path / "agents.csv")
    assert len(agents) == len(AGENTS)
    for row, edge in zip(levels, edges, strict=True):
        chances = [float(agent[f"p_{row['name']}"]) for agent in agents]
        assert sum(chances) / len(chances) == pytest.approx(float(row["mean_attainment"]), abs=1e-6)
        for agent in agents:  # the fewest whole buyers that reach the edge
            need, n = int(agent[f"need_{row['name']}"]), int(agent["inquiries"])
            assert Fraction(need, n) >= edge > Fraction(need - 1, n)
    best, worst = (next(a for a in agents if a["agent"] == name) for name in ("a8", "NA"))
    assert float(best["p_target"]) > 0.95 > 0.05 > float(worst["p_target"])


def test_targets_say_what_is_not_given(measures: Path) -> None:
    told = run("targets", measures).stdout
    assert "Margin not given: gain in sales only, not in profit." in told
    assert "Budget and bonus not given: no cost is stated." in told
    told = run("targets", measures, "--lang", "zh", "--average-margin", "0.4").stdout
    assert "按平均毛利率" in told
    assert "只给出了平均毛利率" in told


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--measure", "sales"], "targets can be proposed for conversion, not for 'sales'"),
        (["--uplift", "much"], "uplift is a share like 5% or 0.05; got 'much'"),
        (["--shares", ".8,.5"], "shares are three, for threshold, target and stretch; got 2"),
        (["--shares", ".2,.5,.8"], "shares fall from threshold to stretch"),
        (["--budget", "a lot"], "budget is not an amount of money; got 'a lot'"),
        (["--category", "shoes"], "no benchmark of category 'shoes'"),
        (["--month", "2030-01"], "2030-01 has no inquiry of any agent; there are 2024-01 to 2024-12"),
        (["--case-mix", "nothing"], "has no column nothing"),
    ],
)
def test_wrong_words_are_told(measures: Path, words: list[str], message: str) -> None:
    error = run("targets", measures, *words).exception
    assert message in str(error)
    assert getattr(error, "exit_code", None) == 2


def test_benchmarks_of_the_user_stand_beside_the_edges(measures: Path, tmp_path: Path) -> None:
    table = tmp_path / "benchmarks.csv"
    table.write_text("category,month,conversion\nshoes,2024-11,29%\nshoes,2024-12,31%\n", "utf-8")
    history = read_history(measures).beside(read_benchmarks(table))
    beside = study_targets(history, TargetRequest(category="shoes")).references.set_index("code")
    assert (beside.loc["benchmark", "low"], beside.loc["benchmark", "label_zh"]) == (0.31, "shoes 2024-12 行业均值")
    december = [row for row in rows_of(measures) if row["月份"] == "2024-12" and row["客服"]]
    rate = sum(int(row["buyers"]) for row in december) / sum(int(row["inquiries"]) for row in december)
    assert beside.loc["last-month", "low"] == pytest.approx(rate)
    assert beside.loc["last-month-plus", ["low", "high"]].tolist() == pytest.approx([rate + 0.03, rate + 0.06])
    table.write_text("category,month\nshoes,2024-11\n", "utf-8")
    assert "the column 'conversion' is missing" in str(run("targets", measures, "--benchmarks", table).exception)


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("case", SMALL)
def test_small_data_make_sentences_of_targets_too(tmp_path: Path, case: str, lang: str) -> None:
    path = tmp_path / "m.csv"
    path.write_text("\n".join(["month,agent,shop,inquiries,buyers", *SMALL[case]]) + "\n", "utf-8")
    done = run("targets", path, "--out", tmp_path / "out", "--lang", lang)
    assert done.exit_code in (0, 1), done.exception
    assert done.stdout.strip()
    assert {p.name for p in (tmp_path / "out").iterdir()} == {"proposal.csv", "agents.csv", "lines.csv", "measures.csv"}


def test_a_workspace_gives_the_same_plain_files(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path / "w")
    done = run("targets", workspace.root, "--month", LAST, "--out", tmp_path / "ids")
    assert done.exit_code in (0, 1), done.exception
    named = {row["agent"].removeprefix("'") for row in rows_of(tmp_path / "ids/agents.csv")}
    assert named == set(WORKSPACE_AGENTS)
    run("targets", workspace.root, "--month", LAST, "--out", tmp_path / "shared", "--edition", "internal")
    assert all(re.fullmatch(r"P-\w{8}", row["agent"]) for row in rows_of(tmp_path / "shared/agents.csv"))
    refused = run("targets", workspace.root, "--month", LAST, "--edition", "shareable").exception
    assert "there is no shareable edition: whoever knows one figure" in str(refused)
    wrong = run("targets", workspace.root, "--month", LAST, "--benchmarks", tmp_path / "b.csv").exception
    assert "has its own table of benchmarks" in str(wrong)


def test_a_file_has_no_pseudonyms(measures: Path) -> None:
    assert "pseudonyms need the key" in str(run("baseline", measures, "--edition", "internal").exception)


@pytest.mark.skipif(not CALLS.exists(), reason="the call-centre export is not beside the project")
def test_of_the_call_centre_no_best_agent_is_named(tmp_path: Path) -> None:
    counts: dict[tuple[str, str, str], list[int]] = {}
    for row in pd.read_excel(CALLS, engine="calamine", dtype=str).itertuples():
        cell = counts.setdefault((row.Date[:7], row.Agent, row.Topic), [0, 0])
        cell[0] += 1
        cell[1] += row.Resolved == "Y"
    with (tmp_path / "calls.csv").open("w", encoding="utf-8", newline="") as lines:
        out = csv.writer(lines)
        out.writerow(["month", "agent", "topic", "inquiries", "buyers"])
        out.writerows([*key, *cell] for key, cell in counts.items())
    told = run("baseline", tmp_path / "calls.csv", "--case-mix", "topic").stdout
    assert "Not shown that the 8 agents differ" in told
    assert "No best agent is named" in told
    assert "is the best of" not in told
