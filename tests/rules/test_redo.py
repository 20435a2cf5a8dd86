"""Every sum in a sentence can be redone from the sentence alone: its equations hold, and it ends in the row's amount.

The sentences are read as an agent with a calculator would: words are skipped, what stands left of ``=`` or ``≈`` is
worked out, and compared with what stands right of it, as exactly as it is written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import pytest

from tests.rules.scenarios import Situation
from tests.rules.test_scenarios import ALL
from toolkit.core.text import LANGUAGES
from toolkit.rules.explain.ledger_text import sentences

SKIPPED = re.compile(r"“[^”]*”|\d{4}-\d{2}(-\d{2})?")
CLAUSE = re.compile(r"; |；|: |：|, |，|。|\.$|\. ")
TOKEN = re.compile(r"\d[\d,]*(?:\.\d+)?%?|[×÷+−()^&<>]|(?<![\w)])-(?=\d)")
SPELLED = (
    ("the greater of ", ">"),
    ("the smaller of ", "<"),
    ("较大值（", ">("),
    ("较小值（", "<("),
    ("、", "&"),
    (" and ", "&"),
)
CENT = Fraction(1, 100)


def number(token: str) -> Fraction:
    digits = token.replace(",", "")
    return Fraction(digits.rstrip("%")) / (100 if digits.endswith("%") else 1)


def tokens(text: str) -> list[str]:
    """Return numbers and signs; parentheses that held words only are gone."""
    for words, sign in SPELLED:
        text = text.replace(words, sign)
    found = TOKEN.findall(text.replace("（", "(").replace("）", ")"))
    while (at := next((i for i in range(len(found) - 1) if found[i : i + 2] == ["(", ")"]), None)) is not None:
        del found[at : at + 2]
    return found


class Sum:
    """Works out a sum from its tokens, as far as they make one."""

    def __init__(self, found: list[str]) -> None:
        self.found, self.at = found, 0

    def value(self) -> Fraction | None:
        total = self.product()
        while total is not None and self.peek() in ("+", "−"):
            sign = 1 if self.take() == "+" else -1
            more = self.product()
            total = None if more is None else total + sign * more
        return total

    def product(self) -> Fraction | None:
        result = self.one()
        while result is not None and self.peek() in ("×", "÷"):
            times = self.take() == "×"
            other = self.one()
            result = None if other is None else result * other if times else result / other if other else None
        return result

    def one(self) -> Fraction | None:
        token = self.take()
        if token in ("−", "-"):
            inner = self.one()
            return None if inner is None else -inner
        if token in ("<", ">"):
            return self.outermost(min if token == "<" else max)
        if token == "(":
            inner = self.value()
            inner = inner if self.take() == ")" else None
        else:
            inner = number(token) if token[:1].isdigit() else None
        if inner is None or self.peek() != "^":
            return inner
        self.take()
        often = self.one()
        return None if often is None else inner ** int(often)

    def outermost(self, pick: Callable[[list[Fraction]], Fraction]) -> Fraction | None:
        """Return the smallest or greatest of values joined by ``&``, in parentheses of their own or not."""
        inside = self.peek() == "(" and "&" in self.found[self.at : self.closing(self.at)]
        if inside:
            self.take()
        values = [self.value()]
        while self.peek() == "&":
            self.take()
            values.append(self.value())
        known = [value for value in values if value is not None]
        if (inside and self.take() != ")") or len(known) < max(len(values), 2):
            return None
        return pick(known)

    def closing(self, at: int) -> int:
        depth = 0
        for i in range(at, len(self.found)):
            depth += {"(": 1, ")": -1}.get(self.found[i], 0)
            if not depth:
                return i
        return len(self.found)

    def peek(self) -> str:
        return self.found[self.at] if self.at < len(self.found) else ""

    def take(self) -> str:
        self.at += 1
        return self.found[self.at - 1] if self.at <= len(self.found) else ""


def last_sum(found: list[str]) -> Fraction | None:
    """Return the longest sum that ends where the tokens end."""
    for start in range(len(found)):
        one = Sum(found[start:])
        value = one.value()
        if value is not None and one.at == len(one.found):
            return value
    return None


def unit(text: str) -> Fraction:
    """Return the last digit's worth of the number a text begins with."""
    token = next(t for t in TOKEN.findall(text) if t[0].isdigit())
    decimals = len(token.rstrip("%").partition(".")[2])
    return Fraction(1, 10**decimals) / (100 if token.endswith("%") else 1)


def equations(sentence: str) -> Iterator[tuple[str, Fraction, Fraction, Fraction]]:
    """Yield each equation: its text, both sides, and by how much they may differ."""
    for clause in CLAUSE.split(SKIPPED.sub("", sentence)):
        sides = re.split(r"([=≈]) ", clause)
        for left, sign, right in zip(sides[:-2:2], sides[1::2], sides[2::2], strict=True):
            made, said = last_sum(tokens(left)), Sum(tokens(right)).value()
            if made is not None and said is not None:
                rough = "to the cent" in clause or "精确到分" in clause
                slack = unit(right) / 2 if sign == "≈" else 3 * CENT if rough else Fraction(0)
                yield clause, made, said, max(slack, abs(said) / 10_000) if "≈" in left else slack


@pytest.mark.parametrize("situation", [s for s in ALL if "refused" not in s.wanted], ids=lambda s: s.name)
def test_every_sum_can_be_redone_and_ends_in_the_amount_of_its_row(situation: Situation, tmp_path: Path) -> None:
    for rows in situation.pay(tmp_path):
        for lang in LANGUAGES:
            paid = rows.table[["amount", "status"]].itertuples(index=False)
            for (amount, status), sentence in zip(paid, sentences(rows, lang), strict=True):
                for clause, made, said, slack in equations(sentence):
                    assert abs(made - said) <= slack, (clause, sentence)
                numbers = {number(token) for token in TOKEN.findall(sentence) if token[0].isdigit()}
                silent = status in ("receivable", "informative")  # these pay nothing and say what is owed or left
                assert silent or Fraction(str(abs(amount))) / 100 in numbers, sentence


def test_a_wrong_sum_would_be_seen() -> None:
    (one,) = equations("Commission: conversion = buyers 36 ÷ inquiries 110 ≈ 32.7273%, at least 32%.")
    assert one[1:] == (Fraction(36, 110), Fraction("0.327273"), Fraction(1, 2_000_000))
    ((_, made, said, slack),) = equations("提成：（销售额 100.00 − 退款 20.00） × 10% = 9.00。")
    assert (made, said, slack) == (8, 9, 0)
