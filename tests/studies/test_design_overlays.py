"""Overlays: what they change, what stays, and every way in which one cannot be used."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from tests.studies.design_world import scheme_text
from toolkit.core.bundled import bundled
from toolkit.core.errors import InputError, UsageError
from toolkit.rules.explain.scheme_text import render_sentences
from toolkit.rules.scheme.document import Table
from toolkit.rules.scheme.loading import read_scheme
from toolkit.studies.design.overlays import read_candidate, read_candidates
from toolkit.studies.design.proposal import overlay_of

BASE = bundled("data_samples/schemes/presales.yaml")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "s.yaml").write_text(BASE.read_text("utf-8"), "utf-8")
    return tmp_path


def overlay(folder: Path, body: str, name: str = "o.yaml") -> Path:
    (folder / name).write_text(body, "utf-8")
    return folder / name


def set_(at: str, to: str) -> str:
    return f'scheme: s.yaml\nset:\n  - {{at: "{at}", to: "{to}"}}\n'


def test_only_the_named_value_changes_and_no_copy_is_left(folder: Path) -> None:
    path = overlay(folder, set_("components.commission.rate.tiers[1].from", "29%"))
    found = read_candidate(path)
    old, new = BASE.read_text("utf-8").split("\n"), found.text.split("\n")
    assert [(a.strip(), b.strip()) for a, b in zip(old, new, strict=True) if a != b] == [
        ("- {from: 30%, rate: 3%}", "- {from: 29%, rate: 3%}")
    ]
    assert sorted(p.name for p in folder.iterdir()) == ["o.yaml", "s.yaml"]
    assert any("29%" in line for line in render_sentences(found.scheme, "en"))
    assert {p.name for p in found.files} == {"o.yaml", "s.yaml"}


def test_a_list_has_its_first_entry_at_0_and_words_keep_their_signs(folder: Path) -> None:
    body = set_("components.commission.rate.tiers[0].rate", "2%") + (
        '  - {at: components.target-bonus.when, to: "conversion >= 40% and inquiries >= 100"}\n'
        '  - {at: title.en, to: "Pre-sales: new, # 2"}\n'
    )
    scheme = read_candidate(overlay(folder, body)).scheme
    assert scheme.title.en == "Pre-sales: new, # 2"
    said = " ".join(render_sentences(scheme, "en"))
    assert "under 30%: 2%" in said
    assert "conversion reaches 40% and there are at least 100 inquiries" in said


def test_a_scheme_file_is_a_candidate_as_it_is(folder: Path) -> None:
    assert read_candidate(folder / "s.yaml").scheme.id == read_scheme(BASE).id


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (set_("components.comission.rate", "1"), "o.yaml:3:10: there is no 'comission' in components"),
        (set_("components.commission.rate.tiers[9].from", "1"), "it has [0] to [4]"),
        (set_("components.commission.rate", "1"), "is no single value"),
        (set_("components.commission.rate.tiers.1.from", "1"), "there is no '1' in components.commission.rate.tiers"),
        (set_("components..rate", "1"), "this is no place in a scheme"),
        (set_("components.reminder.rate", "1 %%"), "o.yaml:3:"),
        (set_("components.target-bonus.when", "conversion >= 40% and salse >= 3"), "did you mean 'sales'"),
        (set_("components.commission.rate.tiers[1].from", "36%"), "so the scheme reads with"),
        ("scheme: x.yaml\nset: [{at: a, to: b}]\n", "o.yaml:1:9: there is no such scheme file"),
        ("scheme: o.yaml\nset: [{at: a, to: b}]\n", "this is an overlay itself"),
        (set_("title.en", "a") + "  - {at: title.en, to: b}\n", "this place is set twice"),
        (set_("title.en", "a") + "more: 3\n", "this key is not known here"),
        (set_("title.en", "a") + "free: []\n", "give it to --search"),
        ("scheme: s.yaml\nset: 3\n", "a list is expected here"),
    ],
)
def test_what_cannot_be_used_is_told_with_its_place(folder: Path, body: str, said: str) -> None:
    path = overlay(folder, body)
    with pytest.raises(InputError) as error:
        read_candidate(path)
    assert said in error.value.of("en")
    assert error.value.of("zh") != error.value.of("en")


def test_a_fault_of_the_scheme_itself_is_the_schemes(folder: Path) -> None:
    (folder / "s.yaml").write_text(BASE.read_text("utf-8").replace("pay: sales", "pay: salse"), "utf-8")
    with pytest.raises(InputError) as error:
        read_candidate(overlay(folder, set_("title.en", "a")))
    assert "s.yaml" in error.value.of("en")
    assert "so the scheme reads with" not in error.value.of("en")


def test_candidates_called_alike_are_told_apart_and_no_more_than_five_are_taken(folder: Path) -> None:
    paths = [overlay(folder, set_("components.reminder.rate", f"{i}%"), f"o{i}.yaml") for i in range(1, 7)]
    assert len({c.name for c in read_candidates([folder / "s.yaml", *paths[:4]])}) == 5
    (folder / "t.yaml").write_text(BASE.read_text("utf-8"), "utf-8")
    assert [c.name.en for c in read_candidates([folder / "s.yaml", folder / "t.yaml"])] == [
        "Pre-sales commission (s)", "Pre-sales commission (t)"
    ]  # fmt: skip
    (folder / "other").mkdir()
    (folder / "other" / "s.yaml").write_text(BASE.read_text("utf-8"), "utf-8")
    named = [c.name.en for c in read_candidates([folder / "s.yaml", folder / "other" / "s.yaml"])]
    assert named == ["Pre-sales commission (s 1)", "Pre-sales commission (s 2)"]  # a name tells no path of the machine
    for wrong in ([], paths, [paths[0], paths[0]]):
        with pytest.raises(UsageError):
            read_candidates(wrong)


# A proposal of targets handed over


def lines_in(tmp_path: Path, edges: str, by: str = "conversion") -> list[str]:
    """The edges of a table once the lines 25 %, 30 % and 40 % are put into it."""
    tiers = ", ".join(["{rate: 1%}", *(f"{{from: {edge}, rate: {2 + i}%}}" for i, edge in enumerate(edges.split()))])
    body = f"  - {{id: c, pay: sales, rate: {{by: {by}, mode: slab, tiers: [{tiers}]}}}}\n"
    (tmp_path / "s.yaml").write_text(scheme_text("s", body), "utf-8")
    lines = [Fraction(25, 100), Fraction(30, 100), Fraction(40, 100)]
    (tmp_path / "plans").mkdir(exist_ok=True)
    place = tmp_path / "plans" / "o.yaml"
    place.write_text(overlay_of(read_scheme(tmp_path / "s.yaml"), lines, place.parent), "utf-8")
    rate = read_candidate(place).scheme.components[0].rate
    assert isinstance(rate, Table)
    return [tier.from_.text for tier in rate.tiers if tier.from_ is not None]


@pytest.mark.parametrize(
    ("edges", "then"),
    [
        ("36%", "30%"),
        ("30% 36%", "25% 40%"),
        ("30% 34% 36%", "25% 30% 40%"),
        ("30% 30.5% 35% 40%", "25% 25.5% 30% 40%"),  # 30.5 stood a tenth of the way from 30 to 35
        ("20% 25% 30% 33% 40%", "25% 27.5% 30% 33% 40%"),  # 33 stood three tenths of the way from 30 to 40
    ],
)
def test_the_lines_of_a_proposal_go_where_the_tiers_stand(tmp_path: Path, edges: str, then: str) -> None:
    assert lines_in(tmp_path, edges) == then.split()


def test_lines_that_cannot_be_put_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no table of tiers by conversion"):
        lines_in(tmp_path, "1000 2000", "sales")
    with pytest.raises(UsageError, match="stay in order"):
        lines_in(tmp_path, "30% 30.0001% 35% 40%")
