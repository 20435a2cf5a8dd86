"""A scheme file as written: components, limits and the document, from which the JSON Schema follows.

The models check shapes and words; `header_checks`, `component_checks` and `table_checks` then check what only the
whole file can tell.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Discriminator, Field, Tag

from toolkit.rules.scheme.pieces import (
    Campaign,
    Capacity,
    Deduction,
    Deferral,
    DefineEntry,
    InForce,
    Leaver,
    Level,
    Lines,
    MeasureRule,
    Model,
    ParameterTable,
    Prorate,
    Rank,
    RoundingRule,
    Score,
    Share,
    Table,
)
from toolkit.rules.scheme.scalars import Day, Flag, Formula, Formulas, Id, MonthText, Title


def _shape(value: Any) -> str:
    return "~mapping" if isinstance(value, dict) else "~list" if isinstance(value, list) else "~text"


FormulaOrTable: TypeAlias = Annotated[
    Annotated[Formulas, Tag("~text")] | Annotated[Table, Tag("~mapping")], Discriminator(_shape)
]
AmountRule: TypeAlias = Annotated[
    Annotated[Formulas, Tag("~text")]
    | Annotated[Table, Tag("~mapping")]
    | Annotated[tuple[Formulas, ...], Tag("~list")],
    Discriminator(_shape),
]
PeriodRule: TypeAlias = Annotated[
    Annotated[Literal["month", "quarter", "year"], Tag("~text")] | Annotated[Campaign, Tag("~mapping")],
    Discriminator(_shape),
]


class Component(Model):
    """One thing a scheme pays."""

    id: Id
    title: Title | None = None
    for_: Formulas | None = Field(None, alias="for")
    level: Level = "self"
    include_self: Flag = False
    of: Formulas | None = None
    each: Literal["shop", "spell", "order"] | None = None
    lines: Lines | None = None
    period: PeriodRule | None = None
    accumulate: Flag = False
    when: Formulas | None = None
    score: Score | None = None
    rank: Rank | None = None
    pay: Formulas | None = None
    rate: FormulaOrTable | None = None
    amount: AmountRule | None = None
    deduct: FormulaOrTable | None = None
    kind: Deduction | None = None
    carry: Flag = False
    capacity: Capacity | None = None
    prorate: (
        Annotated[Annotated[Formulas, Tag("~text")] | Annotated[Prorate, Tag("~mapping")], Discriminator(_shape)] | None
    ) = None
    floor: Formulas | None = None
    cap: Formulas | None = None
    share: (
        Annotated[Annotated[Formulas, Tag("~text")] | Annotated[Share, Tag("~mapping")], Discriminator(_shape)] | None
    ) = None
    undivided: Flag = False
    defer: Annotated[tuple[Deferral, ...], Field(min_length=1)] | None = None
    leaver: Leaver | None = None
    clawback: Table | None = None

    @property
    def tables(self) -> tuple[tuple[str, Table], ...]:
        """The component's tier tables with the key each stands under."""
        rules = (("rate", self.rate), ("amount", self.amount), ("deduct", self.deduct))
        return tuple((key, rule) for key, rule in rules if isinstance(rule, Table))

    @property
    def division(self) -> Share | None:
        """The division of a pool, None when there is none."""
        return Share.model_construct(by=self.share) if isinstance(self.share, Formula) else self.share

    @property
    def proration(self) -> Prorate | None:
        """The proration, None when there is none."""
        return Prorate.model_construct(by=self.prorate) if isinstance(self.prorate, Formula) else self.prorate


class Cap(Model):
    """The most a person is paid."""

    for_: Formulas | None = Field(None, alias="for")
    cap: Formulas
    period: Literal["month", "year"] = "month"
    carry: Flag = False


class Fund(Model):
    """The most everyone together is paid."""

    fund: Formulas
    level: Literal["shop", "team"] | None = None
    of: Formulas | None = None


class Guarantee(Model):
    """The least a person is paid."""

    guarantee: Formulas
    for_: Formulas | None = Field(None, alias="for")
    prorate: Formulas | None = None
    recoverable: Flag = False
    recover_from: MonthText | None = None


def _limit_kind(value: Any) -> str:
    keys = value if isinstance(value, dict) else ()
    return next((f"~{key}" for key in ("fund", "guarantee") if key in keys), "~cap")


LimitRule: TypeAlias = Annotated[
    Annotated[Cap, Tag("~cap")] | Annotated[Fund, Tag("~fund")] | Annotated[Guarantee, Tag("~guarantee")],
    Discriminator(_limit_kind),
]
DefineRule: TypeAlias = Annotated[
    Annotated[Formulas, Tag("~text")] | Annotated[DefineEntry, Tag("~mapping")], Discriminator(_shape)
]


def _dated_shape(value: Any) -> str:
    return "~dated" if isinstance(value, dict) else "~text"


def _parameter_shape(value: Any) -> str:
    if not isinstance(value, dict):
        return "~text"
    for word in ("table", "value"):
        if word in value:
            return f"~{word}"
    return "~dated" if all(str(key)[:1].isdigit() for key in value) else "~kinds"


ValueRule: TypeAlias = Annotated[
    Annotated[Formulas, Tag("~text")] | Annotated[dict[Day, Formulas], Tag("~dated")], Discriminator(_dated_shape)
]


class ParameterEntry(Model):
    """A parameter with what it is called."""

    value: Annotated[
        Annotated[Formulas, Tag("~text")]
        | Annotated[dict[Day, Formulas], Tag("~dated")]
        | Annotated[dict[Deduction, ValueRule], Tag("~kinds")],
        Discriminator(_parameter_shape),
    ]
    title: Title | None = None


ParameterRule: TypeAlias = Annotated[
    Annotated[Formulas, Tag("~text")]
    | Annotated[ParameterTable, Tag("~table")]
    | Annotated[ParameterEntry, Tag("~value")]
    | Annotated[dict[Day, Formulas], Tag("~dated")]
    | Annotated[dict[Deduction, ValueRule], Tag("~kinds")],
    Discriminator(_parameter_shape),
]


class Document(Model):
    """A scheme file."""

    language: Literal["1"]
    scheme: Id
    title: Title
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    in_force: InForce
    acknowledged: Day | None = None
    period: PeriodRule = "month"
    rounding: RoundingRule = Field(default_factory=RoundingRule)
    measures: dict[str, MeasureRule] = Field(default_factory=dict)
    parameters: dict[str, ParameterRule] = Field(default_factory=dict)
    define: dict[str, DefineRule] = Field(default_factory=dict)
    components: tuple[Component, ...] = Field(min_length=1)
    limits: tuple[LimitRule, ...] = ()
