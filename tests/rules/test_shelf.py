"""The shelf: every system of the managers has a scheme, every scheme its situations, and all of it reads well."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.rules.scenarios import scheme_of, situations
from tests.rules.test_scenarios import SHELF
from toolkit.core.text import Lang
from toolkit.core.yaml import read_yaml_file
from toolkit.rules.explain.ledger_text import sentences
from toolkit.rules.explain.scheme_text import render_sentences
from toolkit.rules.scheme.canonical import format_scheme
from toolkit.rules.scheme.loading import read_scheme

SYSTEMS = (
    *("A1", "A2", "A3", "A4", "A6", "A7", "A8", "A9", "A10", "A11", "C4", "E1", "D2a", "company"),
    *(f"D{n}" for n in range(1, 34)),
)
SCENARIOS = sorted(SHELF.glob("*.scenario.yaml"))
SCHEMES = sorted(set(SHELF.glob("*.yaml")) - set(SCENARIOS))
QUOTED = re.compile(r"“[^”]*”")


def shown(scenario: Path) -> list[str]:
    """Return the systems a scenario shows."""
    return list(read_yaml_file(scenario).plain()["systems"])


def test_every_system_has_a_scheme_and_every_scheme_its_situations() -> None:
    assert [scheme_of(path) for path in SCENARIOS] == SCHEMES
    assert {system for path in SCENARIOS for system in shown(path)} == set(SYSTEMS)


def test_every_parameter_table_is_read_by_a_scheme() -> None:
    tables = {path.name for path in SHELF.glob("*.csv")}
    assert tables == {name for path in SCHEMES for name in re.findall(r"table: ([\w.-]+)", path.read_text("utf-8"))}


def test_schemes_have_ids_of_their_own() -> None:
    assert len({read_scheme(path).id for path in SCHEMES}) == len(SCHEMES)


@pytest.mark.parametrize("path", SCHEMES, ids=lambda p: p.stem)
def test_a_scheme_is_canonical_and_says_what_it_is_for(path: Path) -> None:
    text = path.read_text("utf-8")
    assert format_scheme(text, str(path)) == text
    head = text.partition("language: 1")[0]
    assert re.search(r"(?m)^# .*[\u4e00-\u9fff]", head)
    assert head.count("\n# ") >= 3
    assert all(len(line) <= 120 for line in head.splitlines())


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("path", SCHEMES, ids=lambda p: p.stem)
def test_a_scheme_reads_as_sentences_of_one_language(path: Path, lang: Lang) -> None:
    scheme = read_scheme(path)
    heading, *sentences = (QUOTED.sub("", text) for text in render_sentences(scheme, lang))
    assert scheme.title.of(lang) in heading
    titles = [component.title.of(lang) for component in scheme.components if component.title is not None]
    assert len(titles) == len(scheme.components)
    assert all(any(said.startswith(title) for said in sentences) for title in titles)
    foreign = r"[A-Za-z_]{2,}" if lang == "zh" else r"[\u4e00-\u9fff]|\w+_\w+"
    keys = {part for p in scheme.vocabulary.parameters.values() for key in p.values for part in key}
    assert {word for text in sentences for word in re.findall(foreign, text)} <= keys


def test_the_index_lists_every_scheme_with_its_systems_and_titles() -> None:
    index = (SHELF / "README.md").read_text("utf-8")
    for scenario, path in zip(SCENARIOS, SCHEMES, strict=True):
        title = read_scheme(path).title
        row = f"| {', '.join(shown(scenario))} | [{path.stem}]({path.name}) | {title.en} | {title.zh} |"
        assert row in index.splitlines()


def said(name: str, tmp_path: Path) -> list[str]:
    """Return the English sentences of the last month of a scenario's first situation."""
    first = next(situations(SHELF / f"{name}.scenario.yaml"))
    return sentences(first.pay(tmp_path)[-1], "en")


def test_points_on_a_line_are_said_with_the_line(tmp_path: Path) -> None:
    assert any(
        "100 + (60 − 100) × (40 − 20) ÷ (60 − 20) = 80 points" in s for s in said("company-after-sales", tmp_path)
    )


def test_a_shop_without_untraceable_orders_lacks_no_figure(tmp_path: Path) -> None:
    assert said("company-presales-team", tmp_path).count("Team fund: no row counts here; pays 0.00.") == 2
