"""A sentence in the two languages of the reports.

Every sentence a user reads is made where its numbers are known, in both languages at once, so that an
English and a Chinese report can never disagree.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

Lang = Literal["en", "zh"]
LANGUAGES: tuple[Lang, ...] = ("en", "zh")


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence or label, in English and Chinese."""

    en: str
    zh: str

    def of(self, lang: Lang) -> str:
        """Return the wording in `lang`.

        Raises
        ------
        UsageError
            If there is no such language: never silently English.
        """
        if lang == "zh":
            return self.zh
        check_language(lang)
        return self.en

    def __str__(self) -> str:
        return self.en


# What a message is made of: a sentence in both languages, or words that are the same in both (a name, a number, a
# line of the user's own file).
Words: TypeAlias = Text | str


# Control characters and the invisible ones that reorder or hide text: a name must read as it is stored.
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]")


def visible(value: str) -> str:
    """Return `value` with invisible and text-reordering characters shown as U+FFFD."""
    return _UNSEEN.sub("\ufffd", value)


def typed(word: object) -> str:
    """Return a word as it is typed on a command line, in quotes where a shell would take it for something else."""
    return str(word) if re.fullmatch(r"[\w@%+=:,./~-]+", str(word)) else shlex.quote(str(word))


def wording(words: Words, lang: Lang) -> str:
    """Return words in a language; plain words stand for themselves."""
    return words.of(lang) if isinstance(words, Text) else words


class ToolkitError(Exception):
    """Base of all errors the toolkit raises on purpose; `exit_code` is what the command returns."""

    exit_code = 5

    def __init__(self, message: Words) -> None:
        super().__init__(str(message))
        self.message = message

    def of(self, lang: Lang) -> str:
        """Return the message in a language."""
        return wording(self.message, lang)


class UsageError(ToolkitError):
    """The call itself is wrong: an option, a name or a combination that does not exist."""

    exit_code = 2


def unknown_value(what: Text, got: object, known: Sequence[str]) -> UsageError:
    """Return the error of a word outside its few values, which it names."""
    en, zh = f"no {what.en}: {got!r}; known: {', '.join(known)}", f"没有{what.zh} {got!r}；可用的有：{'、'.join(known)}"
    return UsageError(Text(en, zh))


def check_language(lang: str) -> None:
    """Refuse what is no language of ours, so that nothing is silently said in English.

    Raises
    ------
    UsageError
        Naming the languages there are.
    """
    if lang not in LANGUAGES:
        raise unknown_value(Text("language", "语言"), lang, LANGUAGES)
