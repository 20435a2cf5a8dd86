"""YAML read as text with places."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.core.hostile import HOSTILE
from toolkit.core.errors import InputError
from toolkit.core.yaml import Items, Mapping, Node, Scalar, read_yaml, read_yaml_file


def walk(node: Node) -> Iterator[Node]:
    """Yield a node and everything below it, in file order."""
    yield node
    children = node.items if isinstance(node, Items) else ()
    if isinstance(node, Mapping):
        children = tuple(child for entry in node.entries for child in entry)
    for child in children:
        yield from walk(child)


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
    with pytest.raises(InputError, match="there is no such file"):
        read_yaml_file(tmp_path / "absent.yaml")


def test_walk_yields_everything_below_in_file_order() -> None:
    texts = [n.text for n in walk(read_yaml("a: [1, {b: 2}]\nc: 3", "f.yaml")) if isinstance(n, Scalar)]
    assert texts == ["a", "1", "b", "2", "c", "3"]


SYNTAX = {
    "a tab": ("a:\n\tb: 2", (2, 1), "制表符", "a tab stands in the indentation"),
    "a list item too far left": ("c:\n  - id: a\n    pay: s\n   rate: 3%", (4, 4), "没有对齐", "not lined up"),
    "a list item too far right": ("c:\n- id: a\n  pay: s\n - id: b", (4, 2), "没有对齐", "not lined up"),
    "a first line indented": (" a: 1\nb: 2", (2, 1), "没有对齐", "not lined up"),
    "a key under a value": ("scheme: x\n  title: y", (2, 3), "缩进更深", "indented deeper than the line above"),
    "a word alone": ("scheme: x\ntitle\nb: 1", (2, 1), "缺少冒号", "there is no colon after this word"),
    "no space after the colon": ("scheme:x\nb: 1", (1, 7), "缺少空格", "a space is missing"),
    "no space after the dash": ("c:\n  -id: x\n   pay: y", (2, 3), "缺少空格", "a space is missing"),
    "a full-width colon": ("scheme: x\ncurrency：CNY", (2, 9), "全角", "full-width"),
    "a full-width comma": ("t: [{from: 0%，rate: 1%}]", (1, 14), "全角", "full-width"),
    "an open bracket": ("a: {x: 1, y: 2\nb: 3", (1, 4), "没有闭合", "this { is not closed"),
    "an open quotation mark": ('a: "abc\nb: 3', (1, 4), "没有闭合", "quotation mark is not closed"),
    "words after a quotation": ('for: "agent" == role', (1, 14), "右引号之后", "after the closing quotation mark"),
    "a backslash": ('a: "\\q"', (1, 4), "反斜杠", "backslash"),
    "a value with a sign first": ("a: %x", (1, 4), "不能以这个符号开头", "cannot begin with this sign"),
    "a colon in a value": (
        "when: sales > record(x, over: last(2))",
        (1, 29),
        "第二个冒号",
        "put a value that contains a colon",
    ),
    "an invisible character": ("a: 1\nb: \x07", (2, 4), "不可见字符（U+0007）", "invisible character (U+0007)"),
    "nothing we know": ("a: |x\n y", (1, 5), "不是合法的 YAML", "this is no YAML"),
}


@pytest.mark.parametrize("name", SYNTAX)
def test_broken_yaml_is_explained_in_our_words_with_the_line_as_found(name: str) -> None:
    text, place, zh, en = SYNTAX[name]
    with pytest.raises(InputError) as caught:
        read_yaml(text, "s.yaml")
    (problem,) = caught.value.problems
    assert (problem.code, problem.line, problem.column) == ("yaml-syntax", *place)
    assert (en in caught.value.of("en"), zh in caught.value.of("zh")) == (True, True)
    assert problem.got == repr(text.split("\n")[problem.line - 1].strip())
    assert problem.fix
