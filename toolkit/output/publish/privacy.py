"""Editions of a report: names only where they must be, pseudonyms that nobody can undo without the key.

A pseudonym is an HMAC of the id under a key that stays in a file of its owner's (0600), outside every report: the same
person keeps it from month to month, and knowing all ids does not help without the key. An internal edition must also
be sorted by pseudonym or by figure, never by name or id. It is for readers who may know: whoever knows one figure of a
colleague finds that row and, by its pseudonym, the same person in every month.
"""

from __future__ import annotations

import hmac
import os
import re
import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Literal

from toolkit.core.errors import InputError, Problem, UsageError, unknown_value
from toolkit.core.text import Text

Edition = Literal["confidential", "internal"]
EDITIONS: tuple[Edition, ...] = ("confidential", "internal")
SHAREABLE = "shareable"
NOT_SHAREABLE = Text(
    "there is no shareable edition: whoever knows one figure of a colleague would find that colleague in every table, "
    "and nothing yet measures what a report discloses; for readers who may know there is --edition internal",
    "没有可分享版：只要知道同事的一个数字，就能在各表中认出此人，而报告会泄露什么目前还无法衡量；"
    "供可以知情的人阅读，请用 --edition internal（内部版）",
)

KEY_BYTES, LENGTH, LONGER, LEAST_DIGITS = 32, 8, 16, 4
LETTERS = "23456789BCDFGHJKMNPQRSTVWXYZ"  # no vowels: no words; no 0 O 1 I L: none taken for another


def check_edition(edition: str) -> None:
    """Refuse what is no edition, so that nobody sees names where pseudonyms were meant.

    Raises
    ------
    UsageError
        Naming the editions there are; of a shareable one, why there is none.
    """
    if edition == SHAREABLE:
        raise UsageError(NOT_SHAREABLE)
    if edition not in EDITIONS:
        raise unknown_value(Text("edition", "版本"), edition, EDITIONS)


def shown_names(agents: Iterable[str], names: Mapping[str, str], edition: str, key_file: Path) -> dict[str, str]:
    """Return what an edition shows of each agent: names (an id where none is known), or pseudonyms."""
    check_edition(edition)
    wanted = sorted(set(agents))
    return pseudonyms(wanted, key_file) if edition == "internal" else {a: names.get(a, a) for a in wanted}


def pattern_of_others(others: Iterable[str], own: Iterable[str]) -> re.Pattern[str] | None:
    """Return what finds the ids, names and accounts of others in a text, None where there is nothing to find.

    A word that stands within one of the reader's `own` (shop, team, name) is no secret. Numbers in sentences have
    thousands separators, so that a longer run of digits is an id; one of fewer than four cannot be told from a number.
    """
    mine = list(own)
    words = [word.strip() for word in sorted(set(others), key=lambda w: (-len(w), w))]
    told = [re.escape(word) for word in words if _can_be_told(word) and not any(word in text for text in mine)]
    return re.compile(rf"(?<![A-Za-z0-9_])(?<!\d[.,-])({'|'.join(told)})(?![A-Za-z0-9_])(?![.,-]\d)") if told else None


def _can_be_told(word: str) -> bool:
    return len(word) > 1 and (not word.isdecimal() or word.startswith("0") or len(word) >= LEAST_DIGITS)


def without_others(text: Text, others: re.Pattern[str] | None) -> Text:
    """Return a sentence with somebody else instead of each id, name and account of others."""
    if others is None:
        return text
    return Text(others.sub("somebody else", text.en), others.sub("他人", text.zh))


def pseudonyms(names: Iterable[str], key_file: Path) -> dict[str, str]:
    """Return a pseudonym like ``P-7KXQ2MPD`` for each name, in the order of the pseudonyms; the key is made if absent.

    Raises
    ------
    UsageError
        If others than its owner can read the key file.
    InputError
        If the file is no key.
    """
    key = read_key(key_file)
    wanted = sorted(set(names) - {""})
    short = [_code(key, name, LENGTH) for name in wanted]
    codes = {n: s if short.count(s) == 1 else _code(key, n, LONGER) for n, s in zip(wanted, short, strict=True)}
    return {name: f"P-{code}" for name, code in sorted(codes.items(), key=lambda item: item[1])}


def read_key(key_file: Path) -> bytes:
    """Return the key, made at random and readable by its owner only if the file does not exist.

    Raises
    ------
    UsageError
        If others than its owner can read the file.
    InputError
        If the file is no key.
    """
    if not key_file.exists():
        _make_key(key_file)
    if key_file.stat().st_mode & 0o077:
        message = Text(
            f"others than its owner can read the key {key_file}; run `chmod 600 {key_file}`",
            f"密钥 {key_file} 别人也能读；请运行 `chmod 600 {key_file}`",
        )
        raise UsageError(message)
    text = key_file.read_text("ascii", "replace").strip()
    if not re.fullmatch(rf"[0-9a-f]{{{2 * KEY_BYTES}}}", text):
        message = Text("is not a key of pseudonyms", "不是化名的密钥")
        fix = Text("restore it from a backup", "请从备份恢复")
        raise InputError([Problem(str(key_file), message, fix=fix)])
    return bytes.fromhex(text)


def _make_key(key_file: Path) -> None:
    """Write a new key whole or not at all; of two processes at once the first wins."""
    fresh = key_file.with_name(f"{key_file.name}.{os.getpid()}")
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
        stream.write(secrets.token_hex(KEY_BYTES) + "\n")
        stream.flush()
        os.fsync(stream.fileno())
    try:
        os.link(fresh, key_file)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()


def _code(key: bytes, name: str, length: int) -> str:
    number = int.from_bytes(hmac.digest(key, name.encode(), "sha256"))
    letters = []
    for _ in range(length):
        number, index = divmod(number, len(LETTERS))
        letters.append(LETTERS[index])
    return "".join(letters)
