"""One way to validate YAML: every problem at once, with its place, in both languages."""

from __future__ import annotations

from typing import Annotated, Literal

import pytest
from pydantic import Discriminator, Field, PlainValidator, Tag

from toolkit.core.documents import Model, one_of, read_flag, refusal, tag_of, validate
from toolkit.core.errors import InputError
from toolkit.core.text import Text
from toolkit.core.yaml import read_yaml


def _even(value: object) -> int:
    if int(str(value)) % 2:
        raise refusal("odd", Text("is odd", "是奇数"), got=repr(value), column=2)
    return int(str(value))


class Part(Model):
    """A mapping below another."""

    from_: str = Field(alias="from")
    mode: Literal["slow", "quick"] = "slow"
    size: Annotated[int, PlainValidator(_even)] = 0


class Whole(Model):
    """A file."""

    name: str
    parts: tuple[Part, ...] = ()
    one: Annotated[Annotated[str, Tag("~text")] | Annotated[Part, Tag("~mapping")], Discriminator(tag_of)] = ""
    shape: Annotated[str, PlainValidator(one_of(("round", "square")))] = "round"
    open: Annotated[bool, PlainValidator(read_flag)] = False
    sign: Literal["", "plus", "minus"] = ""
    some: Annotated[tuple[str, ...], Field(min_length=1)] = ("a",)
    by_name: dict[Annotated[str, PlainValidator(one_of(("left", "right")))], Part] = Field(default_factory=dict)


def told(text: str) -> list[tuple[int, int, str]]:
    with pytest.raises(InputError) as error:
        validate(Whole, read_yaml(text, "f.yaml"), "f.yaml")
    return [(p.line, p.column, p.code) for p in error.value.problems]


def test_a_file_becomes_its_model() -> None:
    whole = validate(Whole, read_yaml("{name: x, parts: [{from: a, mode: quick, size: 4}], open: 是}", "f"), "f")
    assert whole == Whole(name="x", parts=(Part(from_="a", mode="quick", size=4),), open=True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("parts: []", [(1, 1, "missing-key")]),
        ("name: x\nparts:\n  - {mode: slow}\n", [(3, 5, "missing-key")]),
        ("name: x\none: {from: a, mode: fast}\n", [(2, 22, "unknown-word")]),
        ("name: x\none: {}\n", [(2, 1, "missing-key")]),
        ('name: x\none: {from: a, size: "13"}\n', [(2, 24, "odd")]),
        ("name: [x]", [(1, 7, "wrong-shape")]),
        ("name: x\nshape: oval\nopen: perhaps\n", [(2, 8, "unknown-word"), (3, 7, "bad-flag")]),
        ("name: x\nby_name: {letf: {from: a}}\n", [(2, 11, "unknown-word")]),
        ("name: x\nparts: [{from: a, mod: quick}]\nnam: y\n", [(2, 19, "unknown-key"), (3, 1, "unknown-key")]),
        ("name: x\nparts: [3]\n", [(2, 9, "wrong-shape")]),
        ("[1]", [(1, 1, "wrong-shape")]),
    ],
)
def test_every_problem_has_its_place(text: str, expected: list[tuple[int, int, str]]) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(
    ("text", "en", "zh"),
    [
        ("name: [x]", "f:1:7: one value is expected here; got a list", "f:1:7: 这里应是一个值；这里是 列表"),
        ("{name: x, parts: y}", "f:1:18: a list is expected here; got 'y'", "f:1:18: 这里应是列表；这里是 'y'"),
        ("{name: x, one: [y]}", "one value or a mapping is expected here; got a list", "这里应是一个值或一组键值"),
        ("{name: x, by_name: }", "f:1:19: a mapping is expected here; got ''", "f:1:19: 这里应是一组键值；这里是 ''"),
        ("{name: x, some: []}", "f:1:17: at least one is expected here", "f:1:17: 这里至少应有一项"),
        (
            "{name: x, sign: [y]}",
            "not known here; got a list; known: plus, minus",
            "列表；可用的有：plus、minus",
        ),
        ("{name: x, sign: y}", "not known here; got 'y'; known: plus, minus", "可用的有：plus、minus"),
        ('{name: x, shape: ""}', "f:1:18: this word is not known here; got ''; known: round", "可用的有：round"),
        ("{name: x, open: maybe}", "true or false (or yes or no) is expected", "也可写 yes 或 no、是 或 否"),
        ("{name: x, parts: [{from: a, size: '12'}, {from: a, size: '13'}]}", "f:1:60: is odd", "f:1:60: 是奇数"),
    ],
)
def test_what_was_expected_is_told_in_both_languages(text: str, en: str, zh: str) -> None:
    with pytest.raises(InputError) as error:
        validate(Whole, read_yaml(text, "f"), "f")
    assert en in error.value.of("en")
    assert zh in error.value.of("zh")


def test_the_nearest_word_is_named_in_both_languages() -> None:
    with pytest.raises(InputError) as error:
        validate(Whole, read_yaml("{name: x, shap: round, shape: squar}", "f"), "f")
    assert error.value.of("en").splitlines() == [
        "f:1:11: this key is not known here; got 'shap'; did you mean 'shape'?",
        "f:1:31: this word is not known here; got 'squar'; did you mean 'square'?",
    ]
    assert "这里没有这个键；这里是 'shap'；是不是 'shape'？" in error.value.of("zh")
