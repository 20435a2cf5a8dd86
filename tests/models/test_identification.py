import numpy as np
import pandas as pd

from tests.models.worlds import Spec, make_world
from toolkit.models.baseline.conversion import fit_conversion
from toolkit.models.baseline.counts import prepare_counts
from toolkit.models.baseline.identification import check_identification

PAIRS = [("ann", "x"), ("bea", "x"), ("cai", "y"), ("dan", "y")]


def check(pairs, months=("2024-01", "2024-02")):
    rows = [(m, agent, shop, 50, 10) for m in months for agent, shop in pairs]
    frame = pd.DataFrame(rows, columns=["month", "agent", "shop", "inquiries", "buyers"])
    return check_identification(prepare_counts(frame, ["shop"], "inquiries", "buyers"))


def test_shops_without_a_common_agent_are_separate_parts():
    found = check(PAIRS)
    assert not found.connected
    assert found.group.tolist() == [0, 0, 1, 1]
    assert found.rotating["shop"] == 0.0
    finding = found.findings[0]
    assert finding.code == "shops-not-connected"
    assert finding.evidence["parts"] == [
        {"levels": ["x"], "agents": ["ann", "bea"]},
        {"levels": ["y"], "agents": ["cai", "dan"]},
    ]
    for text in (finding.message.en, finding.message.zh):
        assert all(name in text for name in ("ann", "bea", "cai", "dan", "x", "y"))


def test_one_rotating_agent_connects_them():
    found = check([*PAIRS, ("dan", "x")])
    assert found.connected
    assert found.rotating["shop"] == 0.25
    assert found.findings == ()


def test_agents_of_different_times_are_not_compared():
    rows = [("2024-01", "ann"), ("2024-01", "bea"), ("2024-05", "cai"), ("2024-05", "dan")]
    frame = pd.DataFrame(rows, columns=["month", "agent"]).assign(shop="x", inquiries=50, buyers=10)
    found = check_identification(prepare_counts(frame, ["shop"], "inquiries", "buyers"))
    assert [f.code for f in found.findings] == ["months-not-connected"]
    assert found.group.tolist() == [0, 0, 1, 1]


def test_better_agents_in_better_shops_are_charged_to_the_shop_and_said_so():
    spec = Spec(agents=100, months=12, few=0, one_shop_each=True, sorted_by_skill=True)
    world = make_world(7, spec)
    baseline = fit_conversion(world.cells)
    truth = baseline.agents["agent"].map(world.skill)
    assert not baseline.summary["connected"]
    assert baseline.agents["group"].nunique() == 5
    assert np.corrcoef(baseline.agents["effect"], truth)[0, 1] < 0.8
    finding = next(f for f in baseline.findings if f.code == "shops-not-connected")
    assert len(finding.evidence["parts"]) == 5
    text = baseline.explain("a00000")
    assert text.en.endswith("the average agent among those it can be compared with.")
    assert "可比客服的平均水平" in text.zh


def test_with_rotation_the_same_team_is_compared_and_recovered():
    world = make_world(7, Spec(agents=100, months=12, few=0))
    baseline = fit_conversion(world.cells)
    assert baseline.summary["connected"]
    assert "compared with" not in baseline.explain("a00000").en
    assert np.corrcoef(baseline.agents["effect"], baseline.agents["agent"].map(world.skill))[0, 1] > 0.93
