"""Whose rows: the payees of a component, the parts and spells it is paid in, and the lines behind each.

Whose rows: the payees of a component, the parts it is paid in, and the rows behind each part.

Spells: a payee's rows that agree in role, team, shop, supervisor, inviter and base pay; and what they are called.

Order lines by unit: which lines stand behind each payee, and orders as units of their own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np

from toolkit.core.errors import InputError, Problem
from toolkit.core.text import Text
from toolkit.rules.formula.dictionary import FIXED_COLUMNS, SPELL_COLUMNS
from toolkit.rules.formula.evaluate import truth
from toolkit.rules.formula.expressions import names
from toolkit.rules.formula.groups import (
    Index,
    Mask,
    Members,
    distinct,
    distinct_pairs,
    is_counting,
    pairs_of,
    positions,
)
from toolkit.rules.formula.labels import Labels, nameless, number_labels
from toolkit.rules.pay.measures import MeasureColumns
from toolkit.rules.pay.order_lines import LineCells
from toolkit.rules.pay.rollup import GroupMeasures, MeasureRows, conflict, missing_column
from toolkit.rules.scheme.document import Component


def as_labels(cells: MeasureColumns, name: str) -> Labels | None:
    """Return a text or number column as codes, None when the table lacks it."""
    if name in cells.texts:
        return cells.texts[name]
    column = cells.numbers.get(name)
    return None if column is None else number_labels(column, cells.n)


def spells_of(cells: MeasureColumns) -> Labels:
    """Return the spell of each row; two spells of different payees may be called the same."""
    found = {name: labels for name in SPELL_COLUMNS if (labels := as_labels(cells, name)) is not None}
    codes = np.stack([np.zeros(cells.n, np.int64), *(labels.codes for labels in found.values())])
    distinct, inverse = np.unique(codes, axis=1, return_inverse=True)
    spells = [
        {name: labels.names[c] for (name, labels), c in zip(found.items(), spell[1:], strict=True) if c >= 0}
        for spell in distinct.T
    ]
    spell = np.asarray(inverse, np.int64).reshape(-1)
    return Labels(spell, _names(spells, spell, cells.person))


def _names(spells: list[dict[str, str]], spell: Index, person: Index) -> tuple[str, ...]:
    """Return what people call each spell: its shop and team, and what else tells apart two of one payee there."""
    places = [(one.get("shop", ""), one.get("team", "")) for one in spells]
    told: dict[tuple[str, str], set[str]] = {place: set() for place in places}
    first: dict[tuple[int, tuple[str, str]], dict[str, str]] = {}
    for who, code in _of_several(spell, person, len(spells)):
        other = first.setdefault((who, places[code]), spells[code])
        told[places[code]] |= {name for name in SPELL_COLUMNS if spells[code].get(name) != other.get(name)}
    return tuple(
        " · ".join(filter(None, [*place, *(_plain(one[n]) for n in SPELL_COLUMNS if n in told[place] and n in one)]))
        for place, one in zip(places, spells, strict=True)
    )


def _of_several(spell: Index, person: Index, n_spells: int) -> list[tuple[int, int]]:
    """Return the payees with more than one spell, with each of them."""
    who, code = np.divmod(np.unique(person * max(n_spells, 1) + spell), max(n_spells, 1))
    several = np.zeros(len(who), bool)
    several[1:] = who[1:] == who[:-1]
    several[:-1] |= several[1:]
    return list(zip(who[several].tolist(), code[several].tolist(), strict=True))


def _plain(text: str) -> str:
    """Return a fraction in decimals, any other text as it is."""
    over, _, under = text.partition("/")
    return f"{Decimal(over) / Decimal(under):f}" if over.isdigit() and under.isdigit() else text


Pairs = tuple[Index, Index]


@dataclass(frozen=True, slots=True, eq=False)
class Payees:
    """What steps 3 to 5 are evaluated on.

    Parameters
    ----------
    person : payees, ascending (m,).
    payee : position in `person` of each unit (u,); -1 for a pool.
    part : name of each unit's part (shop, spell, order or group); blank when the payee is one part.
    run : replicate of each unit.
    rolled : the measures of each unit.
    """

    person: Index
    payee: Index
    part: Labels
    run: Index
    rolled: GroupMeasures

    @property
    def n(self) -> int:
        """Number of units."""
        return len(self.payee)

    @property
    def is_pool(self) -> bool:
        """Whether the units are pools rather than payees."""
        return bool(len(self.payee) and self.payee[0] < 0)

    @property
    def holder(self) -> Index:
        """The person of each unit, -1 for a pool."""
        return np.full(self.n, -1, np.int64) if self.is_pool else self.person[self.payee]

    def name(self, unit: int) -> str:
        """Return the agent a unit is of, or the group of a pool."""
        holder = int(self.holder[unit])
        return self.rolled.rows.cells.agent_of(holder) if holder >= 0 else self.part.value(unit) or ""

    def take(self, index: Index) -> Payees:
        """Return the units at `index`; those who have none left are no payees any more."""
        if len(index) == self.n and is_counting(index):
            return self
        payee, person = self.payee[index], self.person
        if not self.is_pool:
            kept, payee = distinct(payee)
            person = person[kept]
        return Payees(person, payee, self.part.take(index), self.run[index], self.rolled.take(index))


@dataclass(frozen=True, slots=True, eq=False)
class PayeeRows:
    """The rows one component may look at in one span.

    Parameters
    ----------
    rows : all rows of the span.
    own : which of them are a payee's and pass ``for``.
    counted : which of them pass ``of``.
    """

    rows: MeasureRows
    own: Mask
    counted: Mask

    @property
    def cells(self) -> MeasureColumns:
        """The columns of the rows."""
        return self.rows.cells


def base_rows(rows: MeasureRows, component: Component) -> PayeeRows:
    """Return the rows of a component; a condition that is unknown does not hold."""
    cells = rows.cells
    everyone = np.ones(cells.n, bool)
    passes = everyone if component.for_ is None else np.broadcast_to(truth(component.for_.node, rows).yes, cells.n)
    counted = everyone if component.of is None else np.broadcast_to(truth(component.of.node, rows).yes, cells.n)
    return PayeeRows(rows, passes & (cells.person >= 0), counted)


def build_payees(base: PayeeRows, component: Component, within: str = "", *, alike: bool = True) -> Payees:
    """Return the payees and parts of a component.

    Parameters
    ----------
    within : divides each payee's rows, as a competition does.
    alike : whether a payee's rows must agree in role, base pay and the like.

    Raises
    ------
    InputError
        If a payee's rows differ in what must be one.
    """
    if component.share is not None or component.undivided:
        return _pools(base, component)
    column = within or (component.each if component.each in ("shop", "spell") else "")
    return _payees(base, component, column, alike=alike)


def people_units(base: PayeeRows) -> Payees:
    """Return each payee as one unit, its own rows counting, whatever they differ in."""
    own_row = np.flatnonzero(base.own)
    person, payee = distinct(base.cells.person[own_row])
    own = Members.of(len(person), payee, own_row)
    every = np.arange(len(person))
    return Payees(person, every, nameless(len(person)), base.cells.run_of(person), GroupMeasures(base.rows, own, own))


def member_units(base: PayeeRows, component: Component) -> Payees:
    """Return the members of each pool: payees by group, with the measures of their own rows in it."""
    alone = component.model_copy(update={"level": "self", "share": None, "undivided": False})
    everything = PayeeRows(base.rows, base.own, np.ones(base.cells.n, bool))
    return _payees(everything, alone, pool_column(base.cells, component))


def _payees(base: PayeeRows, component: Component, column: str, *, alike: bool = True) -> Payees:
    """Return payees in parts by `column`: "" for one part each, ``spell`` for their spells."""
    cells = base.cells
    own_row = np.flatnonzero(base.own)
    person, payee = distinct(cells.person if base.own.all() else cells.person[own_row])
    own = Members.of(len(person), payee, own_row)
    if alike and component.each != "spell":
        _check_fixed(cells, own)
    group, row = _level_pairs(base, component, own)
    if not base.counted.all():
        keep = base.counted[row]
        group, row = group[keep], row[keep]
    parts = _parts(cells, column)
    if parts is None:
        level = own if row is own.row else Members.of(len(person), group, row)
        every = own.group if own.is_single else np.arange(len(person))
        return Payees(person, every, nameless(len(person)), cells.run_of(person), GroupMeasures(base.rows, level, own))
    units, of_pair = distinct_pairs(group, parts.codes[row])
    own_units = _lookup(units, own.group, parts.codes[own.row])
    hit = own_units >= 0
    level = Members.of(len(units[0]), of_pair, row)
    mine = Members.of(len(units[0]), own_units[hit], own.row[hit])
    run = cells.run_of(person[units[0]])
    return Payees(person, units[0], Labels(units[1], parts.names), run, GroupMeasures(base.rows, level, mine))


def _level_pairs(base: PayeeRows, component: Component, own: Members) -> Pairs:
    """Return (payee, row) for the rows whose measures count, before ``of``."""
    cells = base.cells
    if component.level == "self":
        return own.group, own.row
    if component.level == "shop":
        return _shop_pairs(cells, component, own)
    persons = np.full(own.n, -1, np.int64)
    persons[own.group] = cells.person[own.row]
    staffed = np.flatnonzero(cells.person >= 0)
    if component.level == "invitees":
        group, at = pairs_of(persons, _leader(cells, "inviter")[staffed])
    elif "supervisor" in cells.texts:
        group, at = pairs_of(persons, _leader(cells, "supervisor")[staffed])
    else:
        group, at = _by_group(cells, "team", own, staffed)
    row = staffed[at]
    others = cells.person[row] != persons[group]
    group, row = group[others], row[others]
    if component.include_self:
        group, row = np.concatenate([group, own.group]), np.concatenate([row, own.row])
    return group, row


def _shop_pairs(cells: MeasureColumns, component: Component, own: Members) -> Pairs:
    named = component.of is not None and "credit" in names(component.of.node)
    rows = np.flatnonzero((cells.person >= 0) | named)
    group, at = _by_group(cells, "shop", own, rows)
    return group, rows[at]


def _by_group(cells: MeasureColumns, column: str, own: Members, rows: Index) -> Pairs:
    """Return (payee, position in `rows`) where the row's group is one of the payee's."""
    if column not in cells.texts:
        raise missing_column(column, cells)
    codes, _ = cells.group(column)
    mine, _ = distinct_pairs(own.group, codes[own.row])
    at_group, at_row = pairs_of(mine[1], codes[rows])
    return mine[0][at_group], at_row


def _leader(cells: MeasureColumns, column: str) -> Index:
    if column not in cells.texts:
        raise missing_column(column, cells)
    return cells.person_named(cells.texts[column])


def _check_fixed(cells: MeasureColumns, own: Members) -> None:
    """Rows of a payee that differ in role, supervisor, inviter or base pay need ``each: spell``."""
    for name in FIXED_COLUMNS if not own.is_single else ():
        labels = as_labels(cells, name)
        if labels is None:
            continue
        _, differs = own.uniform(labels)
        if differs.any():
            row = int(own.row[np.searchsorted(own.group, int(np.argmax(differs)))])
            raise conflict(name, cells.agent_of(int(cells.person[row])))


def _parts(cells: MeasureColumns, column: str) -> Labels | None:
    """Return what divides a component's rows into parts, None when nothing does."""
    if not column:
        return None
    if column == "spell":
        return spells_of(cells)
    if column not in cells.texts:
        raise missing_column(column, cells)
    return cells.texts[column]


def _lookup(units: tuple[Index, Index], group: Index, part: Index) -> Index:
    """Return the unit of each pair, -1 where there is none."""
    wide = int(max(units[1].max(initial=0), part.max(initial=0))) + 2
    known, wanted = units[0] * wide + units[1], group * wide + part
    return positions(known, wanted)


def pool_column(cells: MeasureColumns, component: Component) -> str:
    """Return the column a pool is computed by: shop; team, else supervisor where the table has no team."""
    if component.level == "shop":
        return "shop"
    return "team" if "team" in cells.texts else "supervisor"


def _pools(base: PayeeRows, component: Component) -> Payees:
    """Return one unit a group with an eligible payee; the members' own rows are included."""
    cells, column = base.cells, pool_column(base.cells, component)
    if column not in cells.texts:
        raise missing_column(column, cells)
    codes, texts = cells.group(column)
    own_row = np.flatnonzero(base.own & (codes >= 0))
    person, _ = distinct(cells.person[own_row])
    groups, _ = distinct(codes[own_row])
    named = component.of is not None and "credit" in names(component.of.node)
    rows = np.flatnonzero(base.counted & ((cells.person >= 0) | named))
    group, at = pairs_of(groups, codes[rows])
    level = Members.of(len(groups), group, rows[at])
    run, text = np.divmod(groups, max(len(texts), 1))
    nobody = np.full(len(groups), -1, np.int64)
    return Payees(person, nobody, Labels(text, texts), run, GroupMeasures(base.rows, level, level))


def with_lines(units: Payees, component: Component, table: LineCells, mask: Mask) -> Payees:
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


def _orders(units: Payees, table: LineCells, group: Index, row: Index) -> Payees:
    """Make every order a unit of its own; a payee without any order stays, with nothing to evaluate."""
    (parent, order), of_line = distinct_pairs(group, table.order[row])
    rolled = units.rolled.take(parent)
    rolled = replace(rolled, lines=table, line_level=Members.of(len(parent), of_line, row), _cache={})
    part = Labels(order, table.texts["order_id"].names if table.n else ())
    return Payees(units.person, units.payee[parent], part, units.run[parent], rolled)
