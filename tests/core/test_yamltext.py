"""YAML read as text with places."""

from __future__ import annotations

import pytest

from tests.core.hostile import HOSTILE
from toolkit.core.errors import InputError
from toolkit.core.yamltext import Items, Mapping, Scalar, read_yaml, read_yaml_file, walk


def codes(text: str) -> list[tuple[str, int, int]]:
    with pytest.raises(InputError) as caught:
        read_yaml(text, "f.yaml")
    return [(p.code, p.line, p.column) for p in caught.value.problems]


def test_scalars_stay_the_text_that_was_written() -> None:
    node = read_yaml("{a: 007, b: no, c: 2024-07-01, d: 1.50, e: NA, f: 'x', g: }", "f.yaml")
    assert node.plain() == {"a": "007", "b": "no", "c": "2024-07-01", "d": "1.50", "e": "NA", "f": "x", "g": ""}


def test_every_key_and_value_knows_its_place() -> None:
    node = read_yaml("岗位: 客服\nlist:\n  - {from: 30%}\n", "f.yaml")
    assert isinstance(node, Mapping)
    assert node.key("list") == Scalar("list", 2, 1)
    assert node.get("岗位") == Scalar("客服", 1, 5)
    assert node.at(("list", 0, "from")) == Scalar("30%", 3, 12)
    assert node.at(("list", 0, "absent", "deeper")) == node.at(("list", 0))


def test_quotes_are_remembered() -> None:
    node = read_yaml("['1', \"2\", 3]", "f.yaml")
    assert isinstance(node, Items)
    assert [n.quoted for n in node.items if isinstance(n, Scalar)] == [True, True, False]


def test_all_repeated_keys_are_reported_at_once() -> None:
    assert codes("a: 1\nb: {c: 1, c: 2}\na: 2\n") == [("duplicate-key", 2, 11), ("duplicate-key", 3, 1)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: &x [1]\nb: *x", ("yaml-alias", 1, 4)),
        ("a: 1\nb: *x", ("yaml-alias", 2, 4)),
        ("a: !!python/object:os.system x", ("yaml-tag", 1, 4)),
        ("a: 1\nb: [1\nc: 2", ("yaml-syntax", 2, 4)),
        ("", ("empty-file", 1, 1)),
        ("# only a comment\n", ("empty-file", 1, 1)),
        ("a: 1\n---\nb: 2", ("several-documents", 2, 1)),
        ("[" * 40, ("too-deep", 1, 33)),
        ("? [a]\n: 1", ("bad-key", 1, 3)),
    ],
)
def test_what_is_not_allowed_is_refused_at_its_place(text: str, expected: tuple[str, int, int]) -> None:
    assert codes(text) == [expected]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused(name: str) -> None:
    """How fast and in how much memory is measured in tests/benchmarks/test_hostile_files.py."""
    assert codes(HOSTILE[name])[0][0] in {"too-large", "too-deep", "yaml-alias"}


def test_a_file_that_is_not_utf8_or_missing_says_so(tmp_path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "scheme.yaml"
    path.write_bytes("标题: 甲".encode("gb18030"))
    with pytest.raises(InputError, match="is not UTF-8 text"):
        read_yaml_file(path)
    with pytest.raises(InputError, match="cannot be read"):
        read_yaml_file(tmp_path / "absent.yaml")


def test_walk_yields_everything_below_in_file_order() -> None:
    texts = [n.text for n in walk(read_yaml("a: [1, {b: 2}]\nc: 3", "f.yaml")) if isinstance(n, Scalar)]
    assert texts == ["a", "1", "b", "2", "c", "3"]


def test_a_colon_inside_an_expression_says_what_to_do() -> None:
    with pytest.raises(InputError) as error:
        read_yaml("when: sales > record(sales, over: last(2))", "s.yaml")
    (problem,) = error.value.problems
    assert (problem.line, problem.column) == (1, 33)
    assert "quotation marks" in problem.fix
