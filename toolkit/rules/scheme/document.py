"""A scheme file as written: the parts it is made of, and the JSON Schema that follows from them.

The parts a scheme file is made of: frozen pydantic models, one class a kind of mapping.
The models check shapes and words. Input is the `Placed` form of the YAML nodes, so that an unknown key is reported
where it stands, with the keys allowed there.

A scheme file as written: components, limits and the document, from which the JSON Schema follows.
The models check shapes and words; `header_checks`, `component_checks` and `table_checks` then check what only the
whole file can tell.

The JSON Schema of scheme files, with which an editor completes and checks them.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import AfterValidator, Discriminator, Field, Tag

from toolkit.core.documents import Model, tag_of
from toolkit.core.money import Rounding
from toolkit.rules.formula.dictionary import Kind, canonical
from toolkit.rules.scheme.scalars import (
    Day,
    Flag,
    Formula,
    Formulas,
    Id,
    MonthText,
    Numeral,
    Percent,
    Title,
    Words,
)

Mode = Literal["slab", "marginal", "cumulative", "interpolated"]
Bound = Literal["at_or_above", "above"]
Level = Literal["self", "team", "shop", "invitees"]
Deduction = Literal["award_not_earned", "discipline", "loss_recovery", "overpayment"]
Leaver = Literal["release", "hold", "forfeit"]


FormulaOrTable: TypeAlias = Annotated[
    Annotated[Formulas, Tag("~text")] | Annotated["Table", Tag("~mapping")], Discriminator(tag_of)
]


class InForce(Model):
    """Days on which a scheme holds, both included."""

    from_: Day = Field(alias="from")
    to: Day | None = None

    def covers(self, first: date, last: date) -> bool:
        """Tell whether all days from `first` to `last` are in force."""
        return self.from_ <= first and (self.to is None or last <= self.to)

    def touches(self, first: date, last: date) -> bool:
        """Tell whether some day from `first` to `last` is in force."""
        return self.from_ <= last and (self.to is None or first <= self.to)


class Campaign(Model):
    """A period of its own."""

    campaign: InForce


class RoundingRule(Model):
    """How amounts become money."""

    step: Numeral = Fraction(1, 100)
    mode: Rounding = "half_up"
    at: Literal["component", "total"] = "component"


class MeasureRule(Model):
    """What a column of the measures file is."""

    kind: Kind
    title: Title | None = None
    average_by: str = ""
    may_be_negative: Flag = False


class DefineEntry(Model):
    """A define with what it is called, or evaluated on each row before adding."""

    value: Formulas
    title: Title | None = None
    per: Literal["row"] | None = None


class ParameterTable(Model):
    """Dated values in a file, by key columns."""

    table: str
    key: Words
    title: Title | None = None


class Tier(Model):
    """One step of a table."""

    from_: Formulas | None = Field(None, alias="from")
    to: Formulas | None = None
    rate: FormulaOrTable | None = None
    amount: FormulaOrTable | None = None
    factor: Formulas | None = None
    points: Numeral | None = None
    bound: Bound | None = None
    retroactive: Flag = False

    @property
    def inner(self) -> Table | None:
        """The table that stands in this tier; None where its value is one expression."""
        return next((rule for rule in (self.rate, self.amount) if isinstance(rule, Table)), None)


class Table(Model):
    """A tier table."""

    by: Formulas | None = None
    aggregate: Literal["pooled", "mean"] = "pooled"
    as_reported: Flag = False
    mode: Mode
    bound: Bound | None = None
    relative_to: Literal["target"] | None = None
    unit: Literal["each"] | None = None
    below: Formulas | None = None
    tiers: tuple[Tier, ...] = Field(min_length=1)


Tier.model_rebuild()


class Rank(Model):
    """A competition for places."""

    by: Formulas
    order: Literal["highest", "lowest"]
    within: Annotated[str, AfterValidator(canonical)] = ""
    ties: Literal["split", "all", "none"]
    among: Formulas | None = None


class ScoreItem(Table):
    """One weighted part of a scorecard."""

    weight: Numeral

    @classmethod
    def keys(cls) -> tuple[str, ...]:
        """Return the keys of an item, its weight first."""
        names = super().keys()
        return ("weight", *(name for name in names if name != "weight"))


class Grade(Model):
    """A grade: by score from `from_`, with its coefficient."""

    from_: Numeral | None = Field(None, alias="from")
    grade: str
    coefficient: Numeral


class ForcedGrade(Model):
    """A grade given to a share of the payees."""

    grade: str
    share: Percent


class Score(Model):
    """A weighted scorecard."""

    items: tuple[ScoreItem, ...] = Field(min_length=1)
    grades: tuple[Grade, ...] = ()
    forced: tuple[ForcedGrade, ...] = ()


class Share(Model):
    """How a pool is divided."""

    by: Formulas
    cap: Formulas | None = None
    excess: Literal["withhold", "redistribute"] = "withhold"


class Prorate(Model):
    """A share in [0, 1], of the amount or of targets."""

    by: Formulas
    of: Literal["amount", "target"] = "amount"


class Deferral(Model):
    """A share of what a component pays, paid some months later."""

    after_months: Numeral
    share: Percent


class Capacity(Model):
    """How many a person can serve."""

    of: Formulas
    per_day: Formulas
    days: Formulas
    pay: Flag = False


class Discount(Model):
    """A range of discount shares, `from` included, `to` not."""

    from_: Percent | None = Field(None, alias="from")
    to: Percent | None = None


class Lines(Model):
    """Which order lines a component sees."""

    product: Words | None = None
    category: Words | None = None
    discount: Discount | None = None


def _floor_shape(value: Any) -> str:
    return "~none" if value == "none" else "~text"


AmountRule: TypeAlias = Annotated[
    Annotated[Formulas, Tag("~text")]
    | Annotated[Table, Tag("~mapping")]
    | Annotated[tuple[Formulas, ...], Field(min_length=1), Tag("~list")],
    Discriminator(tag_of),
]
Floor = Annotated[
    Annotated[Literal["none"], Tag("~none")] | Annotated[Formulas, Tag("~text")], Discriminator(_floor_shape)
]
PeriodRule: TypeAlias = Annotated[
    Annotated[Literal["month", "quarter", "year"], Tag("~text")] | Annotated[Campaign, Tag("~mapping")],
    Discriminator(tag_of),
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
    times: FormulaOrTable | None = None
    deduct: FormulaOrTable | None = None
    kind: Deduction | None = None
    carry: Flag = False
    capacity: Capacity | None = None
    prorate: (
        Annotated[Annotated[Formulas, Tag("~text")] | Annotated[Prorate, Tag("~mapping")], Discriminator(tag_of)] | None
    ) = None
    floor: Floor | None = None
    cap: Formulas | None = None
    budget: Formulas | None = None
    share: (
        Annotated[Annotated[Formulas, Tag("~text")] | Annotated[Share, Tag("~mapping")], Discriminator(tag_of)] | None
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
    def floor_formula(self) -> Formula | None:
        """The floor where one is written; None by default, and where there is none at all."""
        return self.floor if isinstance(self.floor, Formula) else None

    def by(self, table: Table) -> Formula | None:
        """Return what decides the tiers of a table: what it says, else what the component pays on."""
        return table.by or self.pay

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
    Annotated[Formulas, Tag("~text")] | Annotated[DefineEntry, Tag("~mapping")], Discriminator(tag_of)
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


def scheme_json_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a scheme file."""
    schema = Document.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "Incentive scheme"}
