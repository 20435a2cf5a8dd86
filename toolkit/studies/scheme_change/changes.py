"""What is different between two schemes, in sentences: what was added, removed and changed, the old beside the new."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from toolkit.core.text import LANGUAGES, Lang, Text
from toolkit.rules.explain.clauses import limit_words
from toolkit.rules.explain.scheme_text import component_clauses, heading_words, name_words
from toolkit.rules.explain.wording import Voice
from toolkit.rules.scheme.document import LimitRule
from toolkit.rules.scheme.scheme import Scheme

ADDED, REMOVED, CHANGED = "added", "removed", "changed"


@dataclass(frozen=True, slots=True)
class SchemeChange:
    """One difference.

    Parameters
    ----------
    kind : added, removed or changed.
    about : ``heading``, ``name``, ``component`` or ``limit``.
    key : id of the component, name of the define or parameter, what tells the limit apart.
    title : what it is called; in the new scheme where it is there.
    was, now : the sentences that differ; "" where there is nothing.
    """

    kind: str
    about: str
    key: str
    title: Text
    was: Text
    now: Text

    @property
    def text(self) -> Text:
        """The difference as sentences."""
        if self.kind == ADDED:
            return Text(f"New: {self.title.en}: {self.now.en}.", f"新增：{self.title.zh}：{self.now.zh}。")
        if self.kind == REMOVED:
            return Text(f"No longer: {self.title.en}: {self.was.en}.", f"取消：{self.title.zh}：{self.was.zh}。")
        was, now = (Text(side.en or "(not said)", side.zh or "（无）") for side in (self.was, self.now))
        return Text(
            f"{self.title.en}. Until now: {was.en}. From then on: {now.en}.",
            f"{self.title.zh}。原规定：{was.zh}。新规定：{now.zh}。",
        )

    @property
    def lines(self) -> tuple[Text, ...]:
        """The difference in a line each: from what to what, where only some words or numbers are others."""
        was_now = ((self.was.of(lang), self.now.of(lang)) for lang in LANGUAGES)
        english, chinese = (_exchanged(was, now) for was, now in was_now)
        if self.kind != CHANGED or not english or len(english) != len(chinese):
            return (self.text,)
        said = []
        for (en, zh), (old, alt), (new, neu) in (
            zip(*pair, strict=True) for pair in zip(english, chinese, strict=True)
        ):
            where = Text(f" ({en})" if en else "", f"（{zh}）" if zh else "")
            said.append(
                Text(
                    f"{self.title.en}{where.en}: from {old} to {new}.",
                    f"{self.title.zh}{where.zh}：由 {alt} 改为 {neu}。",
                )
            )
        return tuple(said)


ALIKE = 0.3
"""Sentences less alike are told one after the other, not word for word."""
_WORDS = re.compile(r"\d(?:[\d,]*\d)?(?:\.\d+)?%?|[^\W\d_]+|\S")
_BREAKS = re.compile(r"[;:,()；：，、（）。]|\.\s| and ")


def _exchanged(was: str, now: str) -> list[tuple[str, str, str]]:
    """Return where words stand for others, the old ones and the new; nothing where words are added or left out.

    What changes alike in several places is told once, without the place.
    """
    left, right = list(_WORDS.finditer(was)), list(_WORDS.finditer(now))
    found: dict[tuple[str, str], list[str]] = {}
    matcher = SequenceMatcher(None, [m[0] for m in left], [m[0] for m in right], autojunk=False)
    if matcher.ratio() < ALIKE:
        return []
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag in ("insert", "delete"):
            return []
        if tag == "replace":
            start, end = left[a].start(), left[b - 1].end()
            pair = was[start:end], now[right[c].start() : right[d - 1].end()]
            found.setdefault(pair, []).append(_place(was[:start], was[end:]))
    return [("" if len(places) > 1 else places[0], old, new) for (old, new), places in found.items()]


def _place(before: str, after: str) -> str:
    """Return the clause around some words; where they are one of their own, the clause before, as of a tier."""
    *_, last_but_one, last = ("", *(part.strip() for part in _BREAKS.split(before)))
    follows = _BREAKS.split(after)[0].strip()
    return f"{last} … {follows}".strip() if last or follows else last_but_one


@dataclass(frozen=True, slots=True)
class _Item:
    """Something a scheme says: its title, and its sentences by language."""

    about: str
    key: str
    title: Text
    said: dict[Lang, tuple[str, ...]]


def scheme_changes(old: Scheme, new: Scheme) -> tuple[SchemeChange, ...]:
    """Compare what two schemes say; what both say in the same words is left out."""
    before, after = ({(i.about, i.key): i for i in _items(scheme)} for scheme in (old, new))
    found = []
    for place, item in after.items():
        if place not in before:
            found.append(_change(ADDED, item, None, item))
        elif before[place].said != item.said or before[place].title != item.title:
            found.append(_change(CHANGED, item, before[place], item))
    found += [_change(REMOVED, item, item, None) for place, item in before.items() if place not in after]
    return tuple(found)


def _change(kind: str, named: _Item, old: _Item | None, new: _Item | None) -> SchemeChange:
    was, now = dict[Lang, str](), dict[Lang, str]()
    for lang in LANGUAGES:
        left, right = (() if item is None else item.said[lang] for item in (old, new))
        if old is not None and new is not None:
            if old.title != new.title:
                left, right = (old.title.of(lang), *left), (new.title.of(lang), *right)
            left, right = _differing(left, right)
        stop = ". " if lang == "en" else "。"
        was[lang], now[lang] = stop.join(left), stop.join(right)
    return SchemeChange(
        kind, named.about, named.key, named.title, Text(was["en"], was["zh"]), Text(now["en"], now["zh"])
    )


def _differing(left: Sequence[str], right: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the sentences only one side says, in order."""
    gone, come = list[str](), list[str]()
    for tag, a, b, c, d in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if tag != "equal":
            gone += left[a:b]
            come += right[c:d]
    return tuple(gone), tuple(come)


def _items(scheme: Scheme) -> Iterator[_Item]:
    """Yield everything a scheme says."""
    voices = {lang: Voice(scheme, lang) for lang in LANGUAGES}
    heading = {lang: tuple(heading_words(voice)) for lang, voice in voices.items()}
    yield _Item("heading", "", Text("The scheme", "方案"), heading)
    words = scheme.vocabulary
    for name in (*words.parameters, *words.defines):
        said: dict[Lang, tuple[str, ...]] = {lang: (name_words(name, voice),) for lang, voice in voices.items()}
        yield _Item("name", name, Text(voices["en"].name(name), voices["zh"].name(name)), said)
    for component in scheme.components:
        spoken = {lang: Voice(scheme, lang, component) for lang in LANGUAGES}
        clauses = {lang: tuple(component_clauses(component, voice)) for lang, voice in spoken.items()}
        yield _Item("component", component.id, component.title or Text(component.id, component.id), clauses)
    seen: dict[str, int] = {}
    for limit in scheme.limits:
        kind = type(limit).__name__.lower()
        seen[kind] = seen.get(kind, 0) + 1
        (head, en), (chinese, zh) = (_headed(limit, voice) for voice in voices.values())
        yield _Item("limit", f"{kind} {seen[kind]}", Text(head, chinese), {"en": (en,), "zh": (zh,)})


def _headed(limit: LimitRule, voice: Voice) -> tuple[str, str]:
    """Say a limit: what it is called, and the rest."""
    head, _, rest = limit_words(limit, voice).partition(voice.say(": ", "："))
    return head, rest
