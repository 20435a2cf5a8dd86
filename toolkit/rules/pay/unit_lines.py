"""Order lines by unit: which lines stand behind each payee, and orders as units of their own."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from toolkit.core.errors import InputError, Problem
from toolkit.core.text import Text
from toolkit.rules.formula.labels import Labels
from toolkit.rules.formula.members import Index, Mask, Members, distinct_pairs, pairs_of
from toolkit.rules.pay.order_lines import LineCells
from toolkit.rules.pay.units import Units
from toolkit.rules.scheme.document import Component


def with_lines(units: Units, component: Component, table: LineCells, mask: Mask) -> Units:
    """Give each unit its order lines; with ``each: order`` every order becomes a unit of its own.

    Parameters
    ----------
    table, mask : all order lines, and those the component may take.

    Raises
    ------
    InputError
        If the lines do not say their shop where each shop is paid apart.
    """
    cells = units.rolled.rows.cells
    level = units.rolled.level
    wide = 24_000
    key = cells.person[level.row] * wide + cells.month[level.row]
    if component.each == "shop" and "shop" not in table.texts:
        message = Text("each: shop needs the column 'shop'", "each: shop 需要列 'shop'")
        raise InputError([Problem("lines", message, code="missing-column")])
    index = np.flatnonzero(mask & (table.person >= 0))
    held = np.unique(np.stack([level.group, key]), axis=1)
    at, line = pairs_of(held[1], (table.person * wide + table.month)[index])
    group, row = held[0][at], index[line]
    if component.each == "shop":
        texts = table.texts["shop"]
        same = np.array(
            [texts.value(int(r)) == units.part.value(int(g)) for g, r in zip(group, row, strict=True)], bool
        )
        group, row = group[same], row[same]
    if component.each == "order":
        return _orders(units, table, group, row)
    members = Members.of(units.n, group, row)
    rolled = replace(units.rolled, lines=table, line_level=members, _cache={})
    found = replace(units, rolled=rolled)
    return found if component.lines is None else found.take(np.flatnonzero(members.counts > 0))


def _orders(units: Units, table: LineCells, group: Index, row: Index) -> Units:
    """Make every order a unit of its own; a payee without any order stays, with nothing to evaluate."""
    (parent, order), of_line = distinct_pairs(group, table.order[row])
    rolled = units.rolled.take(parent)
    rolled = replace(rolled, lines=table, line_level=Members.of(len(parent), of_line, row), _cache={})
    part = Labels(order, table.texts["order_id"].names if table.n else ())
    return Units(units.person, units.payee[parent], part, units.run[parent], rolled)
