"""Pilots on a workspace: planned, filed, evaluated; what is refused, and what was not kept, is told."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.data.worlds import frame_of, workspace_of
from tests.models.pilot_worlds import PilotSpec, make_pilot_world
from toolkit.core.bundled import bundled
from toolkit.core.errors import InputError, UsageError
from toolkit.core.period import Month
from toolkit.core.text import Text
from toolkit.data.tables.books import Books
from toolkit.data.tables.chain import ChainLine, append_line, digests, plan_files
from toolkit.data.tables.workspace import Workspace
from toolkit.studies.pilot import pilot_plan, pilot_result
from toolkit.studies.pilot.filing import PilotPlan, file_plan, read_filed
from toolkit.studies.pilot.pilot_plan import PilotRequest, PlannedPilot, plan_pilot
from toolkit.studies.pilot.pilot_result import evaluate_pilot, pilot_summary
from toolkit.studies.planning.history import History

NEW = bundled("data_samples/shelf/D02-conversion-tiers.yaml")
NOW = datetime(2024, 12, 31, 9, tzinfo=UTC)
SPEC = PilotSpec(agents=14, shops=2, past=8)
WORLD = make_pilot_world(3, SPEC)
MONTHS = [str(Month(2024, 5).shift(k)) for k in range(SPEC.past + SPEC.months)]


def days(shift: np.ndarray | float = 0.0, months: int = SPEC.past) -> list[dict[str, Any]]:
    buyers = WORLD.buyers(shift)
    return [
        {
            "date": Month.parse(MONTHS[t]).last_day,
            "account": f"a{i:02d}",
            "shop": f"s{WORLD.shop[i]}",
            "inquiries": int(WORLD.inquiries[i, t]),
            "buyers": int(buyers[i, t]),
            "orders": int(buyers[i, t]),
            "sales": int(buyers[i, t]) * 10_000,
            "refunds": 0,
        }
        for t in range(months)
        for i in range(SPEC.agents)
    ]


def make(folder: Path, rows: list[dict[str, Any]]) -> Workspace:
    first = date(2024, 1, 1)
    names = [f"a{i:02d}" for i in range(SPEC.agents)]
    shops = {r["account"]: r["shop"] for r in rows[: SPEC.agents]}
    accounts = {(r["shop"], r["account"]) for r in rows}
    return workspace_of(
        folder,
        {
            "agent_days": rows,
            "accounts": [{"shop": s, "account": a, "agent": a, "from": first} for s, a in sorted(accounts)],
            "assignments": [
                {"agent": a, "name": f"Person {a}", "shop": shops[a], "role": "agent", "from": first} for a in names
            ],
        },
    )


def history_of(work: Workspace, month: str) -> History:
    """Return what `load_history` makes of these days, which tests/cli/test_pilot.py holds against it, in no time."""
    rows = work.table("agent_days")
    cells = rows.assign(month=rows["date"].dt.strftime("%Y-%m"), agent=rows["account"])
    cells = cells.loc[cells["month"] <= month, ["month", "agent", "shop", "inquiries", "buyers", "sales"]]
    names = {a: f"Person {a} ({a})" for a in sorted(set(cells["agent"]))}
    return History(Text("team", "团队"), cells.reset_index(drop=True), names=names)


@pytest.fixture(scope="module", autouse=True)
def quick() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for module in (pilot_plan, pilot_result):
            patch.setattr(module, "load_history", history_of)
        yield


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, PlannedPilot]:
    work = make(tmp_path_factory.mktemp("pilot") / "w", days())
    return work, plan_pilot(work.root, PilotRequest(NEW), "Zhao", NOW)


@pytest.fixture
def after(planned: tuple[Workspace, PlannedPilot], tmp_path: Path) -> Callable[..., tuple[Workspace, Path]]:
    """Return the workspace when the pilot is over, with an effect, rows changed by a function."""

    def later(
        effect: float = 0.0, change: Callable[[dict[str, Any]], bool] = lambda _: True, months: int = len(MONTHS)
    ) -> tuple[Workspace, Path]:
        work, plan = planned
        shutil.copytree(work.root, tmp_path / "w")
        given = np.zeros(WORLD.logit.shape)
        for i, person in enumerate(plan.plan.people):
            assert person.agent == f"a{i:02d}"
            given[i, [MONTHS.index(m) for m in person.months]] = effect
        opened = replace(work, root=tmp_path / "w")
        opened.write_table("agent_days", frame_of("agent_days", [r for r in days(given, months) if change(r)]))
        return opened, opened.root / "pilots" / plan.path.name

    return later


def codes(result: pilot_result.PilotResult) -> set[str]:
    return {f.code for f in result.findings}


def test_half_of_each_shop_gets_it_and_the_plan_says_what_could_be_seen(
    planned: tuple[Workspace, PlannedPilot],
) -> None:
    work, found = planned
    plan = found.plan
    for shop in ("s0", "s1"):
        mine = [p for p in plan.people if p.shop == shop]
        assert (len(mine), sum(bool(p.months) for p in mine)) == (7, 4)
    assert {p.months for p in plan.people} == {(), tuple(MONTHS[8:])}
    assert plan.before == tuple(MONTHS[:8])
    assert plan.placebo == tuple(MONTHS[4:8])
    assert plan.smallest is not None
    assert "would be found in 8 of 10" in found.texts[1].en
    assert "十次这样的试点中有八次会被发现" in found.texts[1].zh
    assert json.loads(found.path.read_text("utf-8"))["seed"] == plan.seed
    assert read_filed(work, found.path).plan == plan
    with pytest.raises(UsageError, match="is filed already"):
        plan_pilot(work.root, PilotRequest(NEW), "Zhao", NOW)


@pytest.mark.parametrize(
    ("request_", "en", "zh"),
    [
        (PilotRequest(NEW, design="rollout"), "only be said what changed.*--design switchback", "只能说“有变化”"),
        (PilotRequest(NEW, start="2024-12"), "2024-12 has begun", "2024-12 已经开始"),
        (PilotRequest(NEW, design="lottery"), "no design 'lottery'", "没有设计 'lottery'"),
        (PilotRequest(NEW, share="2"), "a share lies between", "比例在"),
        (PilotRequest(NEW, months=1), "2 to 24 months", "2 到 24 个月"),
        (PilotRequest(NEW, outcome="sales"), "judged by conversion", "结果指标"),
        (PilotRequest(NEW, design="switchback", months=4, shops="s0"), "in 6 ways only.*or months", "只有 6 种抽法"),
    ],
)
def test_what_cannot_be_a_pilot_is_refused(
    planned: tuple[Workspace, PlannedPilot], request_: PilotRequest, en: str, zh: str
) -> None:
    with pytest.raises(UsageError, match=en) as caught:
        plan_pilot(planned[0].root, request_, "Zhao", NOW)
    assert zh in caught.value.of("zh")
    assert len(plan_files(planned[0])) == 1


def test_an_effect_is_found_in_points_and_the_months_before_show_none(
    after: Callable[..., tuple[Workspace, Path]],
) -> None:
    work, path = after(0.5)
    result = evaluate_pilot(work.root, path)
    # .5 logit from about 29 %: 1 / (1 + exp(.9 - .5)) - 1 / (1 + exp(.9)) = 11.2 points
    assert result.shown[1] < 0.112 < result.shown[2]
    assert result.found
    assert "this counts as the effect" in result.texts[0].en
    assert "可以视为新方案的效果" in result.texts[0].zh
    assert result.placebo is not None
    assert result.placebo[0][1] < 0 < result.placebo[0][2]
    assert codes(result) == {"filing-not-witnessed", "pilot-pay-unknown"}
    summary = pilot_summary(result)
    assert summary["effect"]["estimate"] == result.shown[0]
    month = result.months[(result.months["month"] == MONTHS[0]) & ~result.months["given"]]
    assert float(month["value"].iloc[0]) == pytest.approx(WORLD.buyers()[:, 0].sum() / WORLD.inquiries[:, 0].sum())


def test_no_effect_is_not_called_one_and_an_early_look_is_refused(
    after: Callable[..., tuple[Workspace, Path]],
) -> None:
    work, path = after(0.0)
    result = evaluate_pilot(work.root, path)
    assert "no effect of" in result.texts[0].en
    assert "未显示" in result.texts[0].zh
    work.write_table("agent_days", frame_of("agent_days", days(0.0, len(MONTHS) - 1)))
    with pytest.raises(UsageError, match="the pilot ends with 2025-06, and the data are complete until 2025-05"):
        evaluate_pilot(work.root, path)


def test_a_plan_that_was_changed_or_not_filed_is_refused(after: Callable[..., tuple[Workspace, Path]]) -> None:
    work, path = after(0.5)
    told = path.read_text("utf-8")
    path.write_text(told.replace('"seed": ', '"seed": 1'), "utf-8")
    with pytest.raises(InputError, match=r"not in pilots/filed\.jsonl"):
        evaluate_pilot(work.root, path)
    path.write_text("[1]", "utf-8")
    with pytest.raises(InputError, match="is no plan of a pilot"):
        evaluate_pilot(work.root, path)
    path.write_text(told, "utf-8")
    (work.root / "pilots" / "filed.jsonl").unlink()
    with pytest.raises(InputError, match=r"not in pilots/filed\.jsonl"):
        evaluate_pilot(work.root, path)


def refile(work: Workspace, plan: PilotPlan) -> Path:
    """File a plan as if there had been no other."""
    shutil.rmtree(work.root / "pilots")
    return file_plan(work, plan, "Zhao")


def test_a_plan_filed_after_the_start_or_chosen_by_hand_is_refused(
    after: Callable[..., tuple[Workspace, Path]], planned: tuple[Workspace, PlannedPilot]
) -> None:
    work, _ = after(0.5)
    plan = planned[1].plan
    # 2024-12-31 16:00 in London is the first of January in Shanghai
    with pytest.raises(UsageError, match="after the pilot began"):
        evaluate_pilot(work.root, refile(work, replace(plan, filed="2024-12-31T16:00:00+00:00")))
    swapped = tuple(replace(p, months=() if p.months else plan.months) for p in plan.people)
    with pytest.raises(InputError, match="not drawn by lot"):
        evaluate_pilot(work.root, refile(work, replace(plan, people=swapped)))


def closed(work: Workspace, month: str, when: str) -> None:
    line = ChainLine("closed", "Qian", when, "run", pins=digests(work, plan_files(work)))
    append_line(work, Month.parse(month), [], line)


def test_months_closed_since_bear_witness_to_the_plan_or_against_it(
    after: Callable[..., tuple[Workspace, Path]], planned: tuple[Workspace, PlannedPilot]
) -> None:
    work, path = after(0.5)
    closed(work, "2024-11", "2024-12-31T10:00:00+00:00")
    closed(work, "2024-10", "2024-12-10T10:00:00+00:00")  # before it was filed: says nothing
    assert read_filed(work, path).witness == Month(2024, 11)
    forged = refile(work, replace(planned[1].plan, filed="2024-12-20T10:00:00+00:00"))
    with pytest.raises(InputError, match="a month closed after that day did not find it"):
        read_filed(work, forged)


def test_a_line_filed_with_an_earlier_date_than_the_one_before_is_refused(
    after: Callable[..., tuple[Workspace, Path]], planned: tuple[Workspace, PlannedPilot]
) -> None:
    work, _ = after(0.5)
    path = file_plan(work, replace(planned[1].plan, id="other", filed="2024-06-01T00:00:00+00:00"), "Zhao")
    with pytest.raises(InputError, match="it was back-dated"):
        evaluate_pilot(work.root, path)


def test_who_was_paid_otherwise_is_told_and_counts_as_drawn(
    after: Callable[..., tuple[Workspace, Path]],
    planned: tuple[Workspace, PlannedPilot],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    work, path = after(0.5)
    plan, as_drawn = planned[1].plan, evaluate_pilot(work.root, path)
    rows = {}
    for month in plan.months:
        by = [plan.scheme if month in p.months else "old" for p in plan.people]
        table = pd.DataFrame({"agent": [p.agent for p in plan.people], "scheme": by}).astype("str")
        rows[Month.parse(month)] = table.assign(month=month, origin_month=month)
    monkeypatch.setattr(pilot_result, "read_books", lambda _: Books(rows))
    assert codes(evaluate_pilot(work.root, path)) == {"filing-not-witnessed"}
    given = next(p.agent for p in plan.people if p.months)
    other = next(p.agent for p in plan.people if not p.months)
    first = rows[Month.parse(plan.months[0])]
    first["scheme"] = first["scheme"].mask(first["agent"] == given, "old").mask(first["agent"] == other, plan.scheme)
    result = evaluate_pilot(work.root, path)
    (told,) = [f for f in result.findings if f.code == "pilot-not-kept"]
    assert told.evidence == {"people": sorted([given, other]), "months": 2}
    assert f"Person {given} ({given}) (2025-01)" in told.message.en
    assert "意向性分析" in told.message.zh
    assert result.effect == as_drawn.effect


def test_who_moved_or_was_gone_is_told(after: Callable[..., tuple[Workspace, Path]]) -> None:
    def change(row: dict[str, Any]) -> bool:
        if row["account"] == "a00" and row["date"] >= date(2025, 3, 1):
            return False
        if row["account"] == "a02" and row["date"] == date(2025, 4, 30):
            row["shop"] = "s1"
        return True

    work, path = after(0.5, change)
    work.write_table(
        "accounts",
        pd.concat(
            [
                work.table("accounts"),
                frame_of("accounts", [{"shop": "s1", "account": "a02", "agent": "a02", "from": date(2024, 1, 1)}]),
            ],
            ignore_index=True,
        ),
    )
    result = evaluate_pilot(work.root, path)
    told = {f.code: f.message.en for f in result.findings}
    assert "Person a02 (a02) (2025-04) served mostly in another shop" in told["pilot-moved"]
    assert "Person a00 (a00) (2025-03, 2025-04, 2025-05, 2025-06)" in told["pilot-absent"]


def test_when_those_without_it_are_gone_there_is_no_comparison(
    after: Callable[..., tuple[Workspace, Path]], planned: tuple[Workspace, PlannedPilot]
) -> None:
    without = {p.agent for p in planned[1].plan.people if not p.months}
    work, path = after(0.5, lambda r: r["account"] not in without or r["date"] < date(2025, 1, 1))
    with pytest.raises(InputError, match="nobody is left to compare with"):
        evaluate_pilot(work.root, path)


@pytest.mark.parametrize("design", ["staggered", "switchback"])
def test_the_other_designs_are_planned_and_found(design: str, tmp_path: Path) -> None:
    work = make(tmp_path / "w", days())
    plan = plan_pilot(work.root, PilotRequest(NEW, design=design, seed=5), "Zhao", NOW).plan
    given = np.array([[(m in p.months) * 0.6 for m in MONTHS] for p in plan.people])
    work.write_table("agent_days", frame_of("agent_days", days(given, len(MONTHS))))
    result = evaluate_pilot(work.root, work.root / "pilots" / f"{plan.id}.json")
    assert result.found
    assert result.effect[1] < 0.6 < result.effect[2]
