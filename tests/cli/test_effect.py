"""The command effect: a plain file and a workspace, both languages, files for machines, what is refused."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tests.models.award_worlds import AwardSpec, make_award_world
from tests.output.study_world import LAST, NAMES, make_workspace
from toolkit.cli.app import app


def run(*words: object) -> Result:
    return CliRunner().invoke(app, [str(w) for w in words], catch_exceptions=True)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, str]:
    """A measures file in Chinese of twelve months before and six since, who has the award, and since when."""
    folder = tmp_path_factory.mktemp("effect")
    world = make_award_world(7, AwardSpec(before=12, effect=0.8))
    names = {"month": "月份", "agent": "客服", "shop": "店铺", "total": "付款人数", "weight": "询单人数"}
    world.values[list(names)].rename(columns=names).to_csv(folder / "m.csv", index=False)
    award = sorted(world.values.loc[world.values["group"] == "award", "agent"].unique())
    (folder / "who.csv").write_text("客服\n" + "\n".join(award) + "\n", "utf-8")
    return folder / "m.csv", folder / "who.csv", world.start


@pytest.mark.parametrize(
    ("lang", "effect", "claim"),
    [
        ("en", "This counts as the award's effect", "The claim is x 3. The data show x "),
        ("zh", "可以视为奖励的效果", "说法：是原来的 3 倍。数据显示为原来的 "),
    ],
)
def test_an_effect_by_lot_is_stated_and_a_claim_of_times_three_is_not_borne_out(
    files: tuple[Path, Path, str], lang: str, effect: str, claim: str
) -> None:
    measures, who, start = files
    done = run("effect", measures, "--start", start, "--who", who, "--claim", "3", "--lang", lang)
    assert done.exit_code == 1, done.exception
    assert effect in done.stdout
    assert claim in done.stdout
    assert re.search("not x 3|不是 3 倍", done.stdout)
    assert not re.search(r"[\u4e00-\u9fff]" if lang == "en" else r"\b(the|of|with)\b", done.stdout)
    small = run("effect", measures, "--start", start, "--who", who, "--lang", lang)
    assert small.exit_code == 0
    assert re.search("claim|说法", small.stdout) is None


def test_files_and_json_hold_the_same_figures(files: tuple[Path, Path, str], tmp_path: Path) -> None:
    measures, who, start = files
    words = ("effect", measures, "--start", start, "--who", who)
    done = run(*words, "--out", tmp_path / "out")
    assert done.exit_code == 0, done.exception
    assert {p.name for p in (tmp_path / "out").iterdir()} == {"agents.csv", "months.csv", "effect.json"}
    summary = json.loads((tmp_path / "out/effect.json").read_text("utf-8"))
    assert json.loads(run(*words, "--json").stdout)["summary"] == summary
    assert summary["caused"] is True
    with measures.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    award = set(who.read_text("utf-8").split()[1:])
    mine = [r for r in rows if r["客服"] in award and r["月份"] < start]
    rate = sum(int(r["付款人数"]) for r in mine) / sum(int(r["询单人数"]) for r in mine)
    assert summary["award"]["before"] == pytest.approx(rate)
    with (tmp_path / "out/agents.csv").open(encoding="utf-8-sig") as lines:
        agents = list(csv.DictReader(lines))
    assert {r["agent"] for r in agents if r["group"] == "award"} == award
    assert len(agents) == 25


def test_one_whole_shop_and_everybody_get_no_effect(files: tuple[Path, Path, str]) -> None:
    measures, _, start = files
    assert "of a whole shop no effect is stated" in run("effect", measures, "--start", start, "--who", "shop=s0").stdout
    assert "there is nobody without the award to compare with" in run("effect", measures, "--start", start).stdout


@pytest.mark.parametrize(
    ("words", "message", "code"),
    [
        (["--measure", "charm"], "the measures have no 'charm'; there are inquiries, buyers, conversion", 2),
        (["--who", "none.csv"], "none.csv: there is no such file", 3),
        (["--who", "shop=s9"], "nobody has shop = 's9'", 2),
        (["--claim", "much"], "a claim is a multiple", 2),
        (["--edition", "internal"], "pseudonyms need the key", 2),
        (["--month", "2030-01"], "2030-01 has no inquiry of any agent", 2),
    ],
)
def test_wrong_words_are_told(files: tuple[Path, Path, str], words: list[str], message: str, code: int) -> None:
    error = run("effect", files[0], "--start", files[2], *words).exception
    assert message in str(error)
    assert getattr(error, "exit_code", None) == code


def test_a_workspace_names_nobody_in_an_internal_edition(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path / "w")
    (tmp_path / "who.csv").write_text("agent\nPerson 1 <b>\n007\nnull\n", "utf-8")
    words = ["effect", workspace.root, "--start", "2024-05", "--month", LAST, "--who", tmp_path / "who.csv"]
    done = run(*words, "--edition", "internal", "--out", tmp_path / "out")
    assert done.exit_code == 0, done.exception
    told = "".join(p.read_text("utf-8") for p in (tmp_path / "out").iterdir()) + done.stdout
    assert told.count("P-") == 7  # the eighth came in July
    assert not [n for n in NAMES.values() if n in told]
    assert json.loads((tmp_path / "out/effect.json").read_text("utf-8"))["award"]["people"] == 3
    refused = run(*words, "--edition", "shareable").exception
    assert "there is no shareable edition" in str(refused)
