"""Whether the paid amounts of an order export are net of its refunds already, so that nothing is subtracted twice."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from toolkit.core.findings import Finding
from toolkit.core.money import format_money
from toolkit.core.text import Text

MOST = 0.9


@dataclass(frozen=True, slots=True)
class Basis:
    """How many rows have a refund, on how many paid + refund = total, on how many paid = total, and the verdict."""

    n_refunded: int
    n_net: int
    n_gross: int
    refunded: int

    @property
    def already_net(self) -> bool:
        """Whether nearly all refunded rows say that paid is what was left after the refund."""
        return self.n_net > 0 and self.n_net >= MOST * self.n_refunded

    @property
    def unclear(self) -> bool:
        """Whether the rows speak neither clearly for net nor for gross."""
        return self.n_net > 0 and not self.already_net and self.n_gross < MOST * self.n_refunded


def find_basis(paid: pd.Series, refund: pd.Series, total: pd.Series) -> Basis:
    """Count what the refunded rows of a file say; all amounts in minor units, blanks allowed.

    Notes
    -----
    A row speaks for net when paid + refund = total, for gross when paid = total.
    """
    rows = (refund > 0).fillna(False)
    p, r, t = (s[rows].astype("Int64") for s in (paid, refund, total))
    return Basis(int(rows.sum()), int((p + r == t).sum()), int((p == t).sum()), int(r.sum()))


def gross_amount(paid: pd.Series, refund: pd.Series, basis: Basis) -> pd.Series:
    """Return what was paid before refunds: paid + refund where the file is net already, else paid."""
    return paid + refund.fillna(0) if basis.already_net else paid


def basis_finding(basis: Basis, file: str) -> Finding | None:
    """Return what to say of a file's basis, None when nothing is refunded or it is plainly gross."""
    evidence = {"n_refunded": basis.n_refunded, "n_net": basis.n_net, "n_gross": basis.n_gross}
    if basis.already_net:
        n, k, money = f"{basis.n_refunded:,}", f"{basis.n_net:,}", format_money(basis.refunded)
        return Finding(
            "already-net",
            "info",
            file,
            Text(
                f"{file}: {n} rows have a refund ({money} in all) and on {k} of them paid + refund = total: the "
                "paid amounts are net of refunds already. Orders are kept gross, refunds apart; nothing is subtracted "
                "twice.",
                f"{file}：{n} 行有退款（合计 {money}），其中 {k} 行“实付 + 退款 = 总金额”：实付金额已扣除退款。"
                "订单按退款前金额保存，退款另列，不会重复扣减。",
            ),
            evidence=evidence,
        )
    if basis.unclear:
        return Finding(
            "refund-basis-unclear",
            "review",
            file,
            Text(
                f"{file}: of {basis.n_refunded:,} refunded rows {basis.n_net:,} look net of the refund and "
                f"{basis.n_gross:,} gross; the paid amounts are taken as gross. Check a few in the shop's books.",
                f"{file}：{basis.n_refunded:,} 行有退款，其中 {basis.n_net:,} 行像已扣退款，{basis.n_gross:,} 行像"
                "未扣；按未扣退款处理，请到店铺后台抽查几笔订单。",
            ),
            evidence=evidence,
        )
    return None
