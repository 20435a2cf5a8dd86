"""A sentence in the two languages of the reports.

Every sentence a user reads is made where its numbers are known, in both languages at once, so that an
English and a Chinese report can never disagree.
"""

from __future__ import annotations

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
        """Return the wording in `lang`; `core.errors.check_language` is what doors ask of words they are given.

        Raises
        ------
        KeyError
            If there is no such language: never silently English.
        """
        return {"en": self.en, "zh": self.zh}[lang]

    def __str__(self) -> str:
        return self.en


# What a message is made of: a sentence in both languages, or words that are the same in both (a name, a number, a
# line of the user's own file).
Words: TypeAlias = Text | str


def wording(words: Words, lang: Lang) -> str:
    """Return words in a language; plain words stand for themselves."""
    return words.of(lang) if isinstance(words, Text) else words
