"""Overlays: what they change, what stays, and every way in which one cannot be used."""

from __future__ import annotations

from pathlib import Path

import pytest

from toolkit.core.bundled import bundled
from toolkit.core.errors import InputError, UsageError
from toolkit.rules.explain.scheme_text import render_sentences
from toolkit.rules.scheme.loading import read_scheme
from toolkit.studies.design.overlays import read_candidate, read_candidates

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
        (set_("title.en", "a") + "free: 3\n", "this key is not known here"),
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
