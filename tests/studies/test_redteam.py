"""Plans that would pay: small months against every plan, witnesses, bounds, repairs; by hand where they can be."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from tests.studies.redteam_world import (
    Rule,
    candidate_of,
    exhaustive,
    holed,
    random_position,
    random_scheme,
    sound,
    two_of,
    usual_position,
)
from toolkit.core.errors import InputError
from toolkit.output.reports.redteam import write_red_team
from toolkit.rules.scheme.loading import read_scheme
from toolkit.studies.design.overlays import read_candidate
from toolkit.studies.redteam.certificate import OutsideError, certify
from toolkit.studies.redteam.months import Order, Person, PersonMonth, Position
from toolkit.studies.redteam.plans import Plan, carried_out, given_plans
from toolkit.studies.redteam.play import best_of, best_plan, honest_pay
from toolkit.studies.redteam.repair import RUNGS, repaired
from toolkit.studies.redteam.repertoire import ASSUMED, Act, Repertoire, read_repertoire
from toolkit.studies.redteam.tricks import RepairRow, red_team, say_red_team
from toolkit.studies.redteam.witness import witness

SHELF = Path(__file__).parents[2] / "data_samples" / "shelf"
D02 = SHELF / "D02-conversion-tiers.yaml"
AT_147 = usual_position(500, 147, 166_44)
THREE = ASSUMED.only("hold", "decline", "fake")


@pytest.mark.parametrize("seed", range(2_000, 2_012))
def test_small_months_are_played_as_every_plan_gone_through(seed: int) -> None:
    r = np.random.default_rng(seed)
    rule, (position, repertoire) = random_scheme(r), random_position(r)
    found = best_plan(rule.scheme(), position, repertoire)
    gain, tricks = exhaustive(rule, position, repertoire)
    assert found.every
    assert found.gain == gain
    if gain > 0:
        assert tuple(found.plan.count(a.name) for a in repertoire.acts) in tricks
        assert witness(rule.scheme(), position, repertoire, found).difference == 0


def test_d02_at_147_of_500() -> None:
    """147 x 166.44 = 24,466.68, at 1.5 % 367.00 a month. Six held: 153 of 500 is 30.6 %, 3.5 % of 25,465.32 is 891.29.

    141 of 500 - 38 is 30.52 %: 3.5 % of 23,468.04 is 821.38. 891.29 + 821.38 - 734.00 - 6 x 5 - 38 x 1 = 910.67.
    """
    scheme = read_scheme(D02)
    proof = certify(scheme, AT_147, THREE)
    best = best_of(scheme, AT_147, given_plans(AT_147, THREE, [proof.plan]))
    assert (best.gain, best.honest) == (910_67, 734_00)
    assert {name: best.plan.count(name) for name in best.plan.acts} == {"hold": 6, "decline": 38}
    assert abs(float(proof.structures) - proof.programmes) < 0.5
    assert 0 <= proof.bound - best.gain <= 4
    paid = witness(scheme, AT_147, THREE, best)
    assert (paid.gain, paid.difference) == (910_67, 0)


def test_a_witness_with_refunds_is_replayed_and_a_wrong_one_is_seen() -> None:
    scheme, fakes = read_scheme(D02), ASSUMED.only("fake")
    best = best_plan(scheme, AT_147, fakes)
    assert best.refund == 3 * 166_44
    paid = witness(scheme, AT_147, fakes, best)
    assert paid.difference == 0
    assert paid.refunds["amount"].tolist() == [499_32]
    assert witness(scheme, AT_147, fakes, replace(best, gain=best.gain + 1)).difference == -1


def test_programmes_and_structures_agree_at_random_positions() -> None:
    acts = Repertoire((Act("hold", 4, 100), Act("pull", 3, 50), Act("decline", 5, 20), Act("decline-next", 4, 20),
                       Act("fake", 1, 10, price=900), Act("forgo", 1),
                       Act("overload", 4, 30, step=2, one_in=2)))  # fmt: skip
    proved = 0
    for seed in range(2):
        r = np.random.default_rng(seed)
        rule = replace(random_scheme(r), reward=None)
        people = []
        for _ in range(2):
            n = int(r.integers(8, 14))
            orders = tuple(Order(1, int(r.integers(5_000, 90_000)), f"{len(people)}-{i}") for i in range(n))
            people.append(PersonMonth(n + int(r.integers(4, 20)), orders))
        position = Position((Person("P1", *people),))
        proof = certify(rule.scheme(), position, acts)  # raises where the two methods differ by half a cent
        best = best_of(rule.scheme(), position, given_plans(position, acts, [Plan(), proof.plan]))
        assert 0 <= proof.bound - best.gain <= 4, seed
        proved += 1
    assert proved == 2


def test_what_cannot_be_bounded_is_said() -> None:
    for name, why in (("D04-ranking-award", "rank"), ("D11-profit-share", "level"), ("D21-guarantee", "limits")):
        with pytest.raises(OutsideError) as refused:
            certify(read_scheme(SHELF / f"{name}.yaml"), AT_147, THREE)
        assert why in refused.value.why.en or name == "D11-profit-share"
    both = PersonMonth(10, (Order(1, 100_00, "q"), Order(2, 100_00, "q"), Order(3, 100_00, "r")))
    with pytest.raises(OutsideError, match="several orders"):
        certify(read_scheme(D02), Position((Person("P1", both, usual_position(10, 3, 100_00).people[0].next),)), THREE)


def test_one_of_two_orders_held_is_a_buyer_in_both_months() -> None:
    month = PersonMonth(3, (Order(1, 100_00, "q"), Order(2, 60_00, "q")))
    position = Position((Person("P1", month, PersonMonth(3, ())),))
    done = carried_out(Plan({(0, 1): "hold"}), position, THREE)
    assert done.figures()[0, :, 1].tolist() == [1, 1]
    moved = given_plans(position, THREE, [Plan({(0, 1): "hold"})]).effects.reshape(2, 2, -1)
    assert moved[0, :, 1].tolist() == [0, 1]
    assert moved[0, :, 3].tolist() == [-60_00, 60_00]


def test_slow_inquiries_handed_to_the_leader_win_the_prize() -> None:
    """500 at 30 s against 500 at 29 s, in whole seconds: three of 150 s handed over, not two, turn the places round.

    (15,000 - 450) / 497 = 29.3, (14,500 + 450) / 503 = 29.7; with two 29.5 and 29.5 are read as 30 and 29.
    """
    leader, second = two_of(500, 147, 166_44).people
    position = Position((second, replace(leader, seconds=29)))
    acts = Repertoire((Act("hand", 5, 1_00, seconds=150),))
    scheme = read_scheme(SHELF / "D04-ranking-award.yaml")
    best = best_plan(scheme, position, acts)
    assert honest_pay(scheme, position).tolist() == [0, 1_600_00]
    assert (best.plan.times, best.gain) == ({"hand": 3}, 797_00)
    assert witness(scheme, position, acts, best).difference == 0


def test_holes_are_found_sound_schemes_are_not_accused(tmp_path: Path) -> None:
    acts = ASSUMED.only("hold", "decline", "fake")
    for seed in range(2):
        r = np.random.default_rng(100 + seed)
        asked = {"pairs": False, "repairs": False}
        assert red_team(candidate_of(holed(r, Fraction(147, 500)), tmp_path), [AT_147], acts, **asked).is_open
        assert not red_team(candidate_of(sound(r), tmp_path), [AT_147], acts, **asked).gain


def test_repairs_cost_honest_work_the_same() -> None:
    positions = [AT_147, usual_position(500, 199, 166_44)]
    made = repaired(read_candidate(D02), [RUNGS[0]], positions)
    assert made is not None
    assert "buyers / consultations" in made.overlay
    assert (made.before, made.after) == (made.before, made.before)
    smooth = repaired(read_candidate(D02), [RUNGS[2]], positions)
    assert smooth is not None
    assert smooth.overlay == ""  # the word bound has to go, which no overlay can say
    assert "bound" not in smooth.text
    assert abs(smooth.after - smooth.before) <= 10
    flat = repaired(read_candidate(D02), [RUNGS[5]], positions)
    assert flat is not None
    assert best_plan(flat.scheme, AT_147, ASSUMED.only("hold", "pull", "decline", "fake"), most=200).gain == 0


def test_a_scheme_without_a_hole_is_said_to_have_none() -> None:
    found = red_team(read_candidate(SHELF / "D01-flat-commission.yaml"), [AT_147], THREE)
    assert found.gain == 0
    assert not found.repairs
    assert "no plan of one person pays more than honest work (proved" in say_red_team(found, "CNY").en


def test_repairs_are_written_as_overlays_that_can_be_read_from_where_they_stand(tmp_path: Path) -> None:
    """The first repair of D02, its denominator the inquiries assigned; its folder is not the scheme's."""
    made = repaired(read_candidate(D02), [RUNGS[0]], [AT_147])
    assert made is not None
    assert made.overlay
    found = red_team(read_candidate(D02), [AT_147], THREE, pairs=False, repairs=False)
    row = RepairRow(made.title, made, 0, 734_00, proved=False)
    paths = write_red_team([replace(found, repairs=(row,))], tmp_path / "out")
    (path,) = (one for one in paths if one.name.startswith("repair-") and one.suffix == ".yaml")
    assert "consultations" in read_candidate(path).text


def test_no_bound_is_proved_where_the_law_limits_what_is_taken_back(tmp_path: Path) -> None:
    """Three purchases of 100.00, refunded late, pay 3 x 5.00 that the minimum wage of 1,000 keeps from being taken."""
    text = (SHELF / "D01-flat-commission.yaml").read_text("utf-8")
    (tmp_path / "s.yaml").write_text(text + "parameters:\n  minimum_wage: {value: {2020-01-01: 100000}}\n", "utf-8")
    scheme = read_scheme(tmp_path / "s.yaml")
    with pytest.raises(OutsideError, match="law limits"):
        certify(scheme, AT_147, THREE)
    assert certify(scheme, AT_147, ASSUMED.only("hold", "decline")).bound <= 4


def test_what_two_together_gain_is_said_where_one_alone_gains_nothing(tmp_path: Path) -> None:
    """500 from 11 buyers: A has 8, B 9, and three customers handed over bring one of them there."""
    text = "language: 1\nscheme: s\ntitle: S\ncurrency: CNY\nin_force: {from: 2024-01-01}\n"
    text += "components:\n  - {id: b, when: buyers >= 11, amount: 500}\n"
    (tmp_path / "s.yaml").write_text(text, "utf-8")
    both = Position((usual_position(20, 8, 100_00).people[0], usual_position(20, 9, 100_00).people[0]))
    pair = replace(both, people=(both.people[0], replace(both.people[1], name="P2")))
    acts = Repertoire((Act("hand-with-order", 3, 0),))
    found = red_team(read_candidate(tmp_path / "s.yaml"), [pair], acts)
    assert found.gain == 0
    said = say_red_team(found, "CNY")
    assert "Two people together would gain up to 500.00 CNY" in said.en
    assert "两人合谋最多可多得 500.00 元" in said.zh


def test_a_repertoire_is_read_or_refused(tmp_path: Path) -> None:
    path = tmp_path / "acts.yaml"
    path.write_text("acts:\n  - {act: hold, most: 3, cost: 2.50}\n  - {act: fake, most: 1, price: 99}\n", "utf-8")
    assert read_repertoire(path).acts == (Act("hold", 3, 2_50), Act("fake", 1, price=99_00))
    path.write_text("acts:\n  - {act: hold, most: 2.5}\n  - {act: hold, most: 3, cost: 0.001}\n", "utf-8")
    with pytest.raises(InputError) as refused:
        read_repertoire(path)
    assert [p.code for p in refused.value.problems] == ["act-number", "act-twice", "act-number"]
    assert refused.value.problems[0].line == 2


def test_rules_of_the_world_are_schemes() -> None:
    rule = Rule(((Fraction(0), Fraction(1, 100)), (Fraction(1, 2), Fraction(1, 20))), (Fraction(1, 2), 100), (1_000, 5))
    assert [c.id for c in rule.scheme().components] == ["commission", "bonus", "reward"]
