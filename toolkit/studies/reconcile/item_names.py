"""Which item of a pay sheet a component may be, by their names in three languages: a proposal, never applied."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_SAME = (  # what pay is called, in Chinese, English and Indonesian
    "提成 佣金 commission komisi",
    "底薪 基本工资 base basic salary gajipokok",
    "奖金 奖励 奖 bonus award prize reward",
    "补贴 津贴 补助 allowance subsidy tunjangan",
    "扣款 罚款 扣 deduction penalty fine potongan denda",
    "催付 reminder pengingat",
    "询单 inquiry konversi",
    "达标 目标 target",
    "全勤 满勤 attendance kehadiran",
    "加班 overtime lembur",
    "绩效 performance kinerja",
    "好评 满意 satisfaction rating kepuasan",
    "团队 小组 team tim",
    "店长 主管 supervisor manager",
    "质检 质量 quality kualitas",
)
_MEANINGS = {word: number for number, words in enumerate(_SAME) for word in words.split()}
_LEAST = 0.5


def likeliest(names: Iterable[str], items: Iterable[str]) -> str:
    """Return the item that resembles one of a component's names most; "" where none does, or two do equally.

    Parameters
    ----------
    names : id and titles of the component.
    items : titles of the pay sheet.
    """
    known = [_marks(name) for name in names if name]
    scored = sorted((max((_alike(mine, _marks(item)) for mine in known), default=0.0), item) for item in items)
    if not scored or scored[-1][0] < _LEAST or (len(scored) > 1 and scored[-2][0] == scored[-1][0]):
        return ""
    return scored[-1][1]


def _marks(name: str) -> frozenset[str]:
    """Return what a name is made of: its meanings, and of the rest its words and pairs of Chinese characters."""
    rest = re.sub(r"[\s_()\-/（）]+", " ", unicodedata.normalize("NFKC", name).casefold())
    found: set[str] = set()
    for word in sorted(_MEANINGS, key=len, reverse=True):
        if word in rest.replace(" ", "") if not word.isascii() else re.search(rf"\b{word}", rest):
            found.add(f"#{_MEANINGS[word]}")
            rest = rest.replace(word, " ")
    found |= {rest[k : k + 2] for k in range(len(rest) - 1) if not rest[k : k + 2].isascii()}
    return frozenset(found | set(re.findall(r"[a-z]{3,}", rest)))


def _alike(one: frozenset[str], other: frozenset[str]) -> float:
    """Return the share of marks that two names have in common."""
    return len(one & other) / len(one | other) if one | other else 0.0
