"""What a header nobody declared means: its words as a set of meanings, and which columns these meanings may make.

The dictionary is data: ``toolkit/data/header_words.yaml`` says what each word means and which sets of meanings make
which column of which table. A header is cut into the fewest words that leave the least of it unknown; the order of its
words does not matter. What no word covers stays unknown, and an unknown part keeps a header from being guessed: a
figure that is nearly the one that is meant is asked about, never taken.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import product
from typing import Any, Literal

from toolkit.core.yaml import Mapping, read_yaml

Claim = Literal["means", "alone", "near", "decoy"]
_WORD = re.compile(r"[a-z]+|[^\W_a-z]+|[#%]")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z]{2})")
_BRACKET = re.compile(r"[(\[【<〔]([^()\[\]【】<>〔〕]*)[)\]】>〕]")
_COUNT_SIGN = re.compile(r"^#\s*(?:of\s+)?(?=[^\W\d])")
_LONGEST = 5
_UNITS: dict[str, str] = {
    **dict.fromkeys(("秒", "s", "sec", "secs", "second", "seconds", "ss"), "seconds"),
    **dict.fromkeys(("分", "分钟", "m", "min", "mins", "minute", "minutes"), "minutes"),
    **dict.fromkeys(("小时", "时", "h", "hr", "hrs", "hour", "hours"), "hours"),
    **dict.fromkeys(("万", "万元", "千元", "k", "000", "thousand", "million", "w"), "scaled"),
    **dict.fromkeys(("%", "百分比"), "percent"),
    **dict.fromkeys(
        ("元", "¥", "￥", "$", "€", "£", "rmb", "cny", "usd", "eur", "gbp", "hkd", "yuan", "人民币"), "money"
    ),
    **dict.fromkeys(("天", "日", "d", "day", "days"), "days"),
    **dict.fromkeys(("次", "times"), "times"),
    **dict.fromkeys(("人", "people"), "people"),
    **dict.fromkeys(("单", "件", "个", "笔", "条", "通", "人次", "份", "票", "起", "pcs"), "plain"),
    **dict.fromkeys(("hh:mm:ss", "h:mm:ss", "mm:ss", "yyyy-mm-dd", "local", "utc"), "plain"),
}
_SAID_BY_UNIT = {
    "minutes": "minute", "hours": "hour", "days": "days", "times": "count", "people": "people",
    "money": "money", "percent": "rate",
}  # fmt: skip
"""Units that say what is counted: ``迟到(次)`` is no length of time, ``应出勤(天)`` are no hours."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a header says.

    Parameters
    ----------
    features : meanings of its words, see ``header_words.yaml``.
    unknown : the parts no word covers.
    unit : ``seconds``, ``minutes``, ``hours``, ``days``, ``times``, ``people``, ``money``, ``percent``, ``scaled`` (ten
        thousands and the like), ``plain``, or "".
    """

    features: frozenset[str]
    unknown: tuple[str, ...] = ()
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Way:
    """A set of meanings that makes a column: all `needed`, any of `may`.

    Parameters
    ----------
    rank : 0 for what is meant exactly; the higher, the more general a word is.
    claim : ``means``; ``alone`` for what is meant only where nothing else can be; ``near`` for another figure that must
        be asked about; ``decoy`` for one that is asked about only when there is no better.
    """

    needed: frozenset[str]
    may: frozenset[str]
    rank: int
    claim: Claim

    def fits(self, features: frozenset[str]) -> bool:
        """Say whether these meanings are the needed ones, and none that is neither needed nor possible."""
        return self.needed <= features <= self.needed | self.may


@cache
def ways() -> dict[tuple[str, str], tuple[Way, ...]]:
    """Return by table and column the sets of meanings that make it, best first."""
    tables = _dictionary()["columns"]
    return {
        (name, column): tuple(way for rank, group in enumerate(groups) for text in group for way in _ways(text, rank))
        for name, columns in tables.items()
        for column, groups in columns.items()
    }


@cache
def meaning(header: str) -> Meaning:
    """Return what a header says; of a unit in brackets only what it counts."""
    text = _COUNT_SIGN.sub("number of ", _letters(header).strip().strip("*'\""))
    unit = ""
    for inside in _BRACKET.findall(text):
        first, _, per = inside.partition("/")
        known = _UNITS.get(first.strip().casefold())
        if known is not None:
            unit = known if known != "plain" or not unit else unit
            text = re.sub(rf"[(\[【<〔]{re.escape(inside)}[)\]】>〕]", f" {per} ", text, count=1)
    runs = _runs(_CAMEL.sub(" ", text))
    features: set[str] = {_SAID_BY_UNIT[unit]} if runs and unit in _SAID_BY_UNIT else set()
    unknown: list[str] = []
    for word, found in _cut(runs):
        if found is None:
            unknown.append(word)
        else:
            features.update(found)
    return Meaning(frozenset(features), tuple(unknown), unit)


def _letters(text: str) -> str:
    """Return a text half-width, without accents, in simplified signs: ``Zurück`` is ``Zuruck``, ``訂單`` ``订单``."""
    plain = unicodedata.normalize("NFKC", text).translate(_simplified())
    if plain.isascii():
        return plain
    bare = (unicodedata.normalize("NFKD", c)[0] if unicodedata.name(c, "").startswith("LATIN") else c for c in plain)
    return "".join(bare).replace("ß", "ss").replace("º", "o")


def _runs(text: str) -> list[str]:
    return _WORD.findall(_letters(text).casefold())


def _cut(runs: list[str]) -> Iterator[tuple[str, tuple[str, ...] | None]]:
    """Yield the words of a header with what they mean, None for what is unknown."""
    place = 0
    while place < len(runs):
        for end in range(min(len(runs), place + _LONGEST), place, -1):
            found = _lookup(" ".join(runs[place:end]))
            if found is not None:
                yield " ".join(runs[place:end]), found
                place = end
                break
        else:
            yield from _inside(runs[place])
            place += 1


def _lookup(word: str) -> tuple[str, ...] | None:
    known = _words()
    found = known.get(word)
    if found is None and len(word) > 3 and word.isascii():
        found = known.get(word.removesuffix("s"), known.get(word.removesuffix("es")))
    return found


def _inside(run: str) -> Iterator[tuple[str, tuple[str, ...] | None]]:
    """Cut one run of letters or signs into the fewest known words that leave the least of it unknown."""
    shortest = 2 if run.isascii() else 1
    best: list[tuple[int, int, int]] = [(0, 0, 0)]  # unknown signs, words, where the last word begins
    for end in range(1, len(run) + 1):
        options = [(best[end - 1][0] + 1, best[end - 1][1] + 1, end - 1)]
        for start in range(max(0, end - 14), end - shortest + 1):
            if run[start:end] in _words():
                options.append((best[start][0], best[start][1] + 1, start))
        best.append(min(options))
    if run.isascii() and best[-1][0]:
        yield run, None
        return
    words: list[str] = []
    end = len(run)
    while end:
        words.append(run[best[end][2] : end])
        end = best[end][2]
    for word in reversed(words):
        yield word, _words().get(word)


@cache
def _dictionary() -> dict[str, Any]:
    name = "header_words.yaml"
    root = read_yaml((files("toolkit.data") / name).read_text("utf-8"), name)
    return root.plain() if isinstance(root, Mapping) else {}


@cache
def _simplified() -> dict[int, int]:
    written = _dictionary()["signs"]
    return str.maketrans(str(written["traditional"]), str(written["simplified"]))


@cache
def _words() -> dict[str, tuple[str, ...]]:
    """Return the words in the form in which headers are cut, with their meanings."""
    found: dict[str, tuple[str, ...]] = {}
    for features, words in _dictionary()["words"].items():
        for word in words:
            runs = " ".join(_runs(str(word)))
            found[runs] = () if features == "." else tuple(features.split())
    return found


def _ways(text: str, rank: int) -> Iterator[Way]:
    """Yield the ways a text of the dictionary says, one for each choice of its alternatives."""
    claims: dict[str, Claim] = {"ALONE": "alone", "ASK": "near", "NOT": "decoy"}
    first, _, rest = text.partition(" ")
    claim = claims.get(first, "means")
    parts = (rest if first in claims else text).split()
    choices = [[one + "?" * part.endswith("?") for one in part.removesuffix("?").split("|")] for part in parts]
    for chosen in product(*choices):
        needed = frozenset(p for p in chosen if not p.endswith("?"))
        may = frozenset(p[:-1] for p in chosen if p.endswith("?"))
        yield Way(needed, may, rank, claim)
