"""Whose rows: the payees of a component, the parts it is paid in, and the rows behind each part."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toolkit.rules.formula.dictionary import FIXED_COLUMNS
from toolkit.rules.formula.evaluate import truth
from toolkit.rules.formula.expressions import names
from toolkit.rules.formula.labels import Labels, nameless
from toolkit.rules.formula.members import Index, Mask, Members, distinct, distinct_pairs, is_counting, pairs_of
from toolkit.rules.pay.measures import Cells
from toolkit.rules.pay.rollup import Rolled, Rows, conflict, missing_column
from toolkit.rules.pay.spells import as_labels, spells_of
from toolkit.rules.scheme.document import Component

Pairs = tuple[Index, Index]


@dataclass(frozen=True, slots=True, eq=False)
class Units:
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
    rolled: Rolled

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

    def take(self, index: Index) -> Units:
        """Return the units at `index`; those who have none left are no payees any more."""
        if len(index) == self.n and is_counting(index):
            return self
        payee, person = self.payee[index], self.person
        if not self.is_pool:
            kept, payee = distinct(payee)
            person = person[kept]
        return Units(person, payee, self.part.take(index), self.run[index], self.rolled.take(index))


@dataclass(frozen=True, slots=True, eq=False)
class Base:
    """The rows one component may look at in one span.

    Parameters
    ----------
    rows : all rows of the span.
    own : which of them are a payee's and pass ``for``.
    counted : which of them pass ``of``.
    """

    rows: Rows
    own: Mask
    counted: Mask

    @property
    def cells(self) -> Cells:
        """The columns of the rows."""
        return self.rows.cells


def base_rows(rows: Rows, component: Component) -> Base:
    """Return the rows of a component; a condition that is unknown does not hold."""
    cells = rows.cells
    everyone = np.ones(cells.n, bool)
    passes = everyone if component.for_ is None else np.broadcast_to(truth(component.for_.node, rows).yes, cells.n)
    counted = everyone if component.of is None else np.broadcast_to(truth(component.of.node, rows).yes, cells.n)
    return Base(rows, passes & (cells.person >= 0), counted)


def build_units(base: Base, component: Component, within: str = "") -> Units:
    """Return the payees and parts of a component; `within` divides each payee's rows, as a competition does.

    Raises
    ------
    InputError
        If a payee's rows differ in what must be one.
    """
    if component.share is not None or component.undivided:
        return _pools(base, component)
    return _payees(base, component, within or (component.each if component.each in ("shop", "spell") else ""))


def people_units(base: Base) -> Units:
    """Return each payee as one unit, its own rows counting, whatever they differ in."""
    own_row = np.flatnonzero(base.own)
    person, payee = distinct(base.cells.person[own_row])
    own = Members.of(len(person), payee, own_row)
    every = np.arange(len(person))
    return Units(person, every, nameless(len(person)), base.cells.run_of(person), Rolled(base.rows, own, own))


def member_units(base: Base, component: Component) -> Units:
    """Return the members of each pool: payees by group, with the measures of their own rows in it."""
    alone = component.model_copy(update={"level": "self", "share": None, "undivided": False})
    everything = Base(base.rows, base.own, np.ones(base.cells.n, bool))
    return _payees(everything, alone, pool_column(base.cells, component))


def _payees(base: Base, component: Component, column: str) -> Units:
    """Return payees in parts by `column`: "" for one part each, ``spell`` for their spells."""
    cells = base.cells
    own_row = np.flatnonzero(base.own)
    person, payee = distinct(cells.person if base.own.all() else cells.person[own_row])
    own = Members.of(len(person), payee, own_row)
    if component.each != "spell":
        _check_fixed(cells, own)
    group, row = _level_pairs(base, component, own)
    if not base.counted.all():
        keep = base.counted[row]
        group, row = group[keep], row[keep]
    parts = _parts(cells, column)
    if parts is None:
        level = own if row is own.row else Members.of(len(person), group, row)
        every = own.group if own.is_single else np.arange(len(person))
        return Units(person, every, nameless(len(person)), cells.run_of(person), Rolled(base.rows, level, own))
    units, of_pair = distinct_pairs(group, parts.codes[row])
    own_units = _lookup(units, own.group, parts.codes[own.row])
    hit = own_units >= 0
    level = Members.of(len(units[0]), of_pair, row)
    mine = Members.of(len(units[0]), own_units[hit], own.row[hit])
    run = cells.run_of(person[units[0]])
    return Units(person, units[0], Labels(units[1], parts.names), run, Rolled(base.rows, level, mine))


def _level_pairs(base: Base, component: Component, own: Members) -> Pairs:
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


def _shop_pairs(cells: Cells, component: Component, own: Members) -> Pairs:
    named = component.of is not None and "credit" in names(component.of.node)
    rows = np.flatnonzero((cells.person >= 0) | named)
    group, at = _by_group(cells, "shop", own, rows)
    return group, rows[at]


def _by_group(cells: Cells, column: str, own: Members, rows: Index) -> Pairs:
    """Return (payee, position in `rows`) where the row's group is one of the payee's."""
    if column not in cells.texts:
        raise missing_column(column, cells)
    codes, _ = cells.group(column)
    mine = np.unique(np.stack([own.group, codes[own.row]]), axis=1)
    at_group, at_row = pairs_of(mine[1], codes[rows])
    return mine[0][at_group], at_row


def _leader(cells: Cells, column: str) -> Index:
    if column not in cells.texts:
        raise missing_column(column, cells)
    return cells.person_named(cells.texts[column])


def _check_fixed(cells: Cells, own: Members) -> None:
    """Rows of a payee that differ in role, supervisor, inviter or base pay need ``each: spell``."""
    for name in FIXED_COLUMNS if not own.is_single else ():
        labels = as_labels(cells, name)
        if labels is None:
            continue
        _, differs = own.uniform(labels)
        if differs.any():
            row = int(own.row[np.searchsorted(own.group, int(np.argmax(differs)))])
            raise conflict(name, cells.agent_of(int(cells.person[row])))


def _parts(cells: Cells, column: str) -> Labels | None:
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
    if not len(known):
        return np.full(len(wanted), -1, np.int64)
    at = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
    return np.where(known[at] == wanted, at, -1).astype(np.int64)


def pool_column(cells: Cells, component: Component) -> str:
    """Return the column a pool is computed by: shop; team, else supervisor where the table has no team."""
    if component.level == "shop":
        return "shop"
    return "team" if "team" in cells.texts else "supervisor"


def _pools(base: Base, component: Component) -> Units:
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
    return Units(person, nobody, Labels(text, texts), run, Rolled(base.rows, level, level))
