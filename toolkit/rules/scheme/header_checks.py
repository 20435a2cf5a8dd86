"""Checks of everything but the components: days, rounding, measures, parameters, defines, limits."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from toolkit.core.text import Text
from toolkit.rules.formula.dictionary import KEY_COLUMNS
from toolkit.rules.formula.expressions import calls
from toolkit.rules.formula.kinds import Fault
from toolkit.rules.scheme.document import Cap, Fund, Guarantee
from toolkit.rules.scheme.parameters import KIND, LEGAL_SHARE, MINIMUM_WAGE, Parameter
from toolkit.rules.scheme.pieces import DefineEntry
from toolkit.rules.scheme.problems import Book, Path
from toolkit.rules.scheme.reading import nearest
from toolkit.rules.scheme.scalars import Formula


def check_header(book: Book) -> None:
    """Report every problem outside the components."""
    for check in (_days, _rounding, _measures, _parameters, _defines, _ids, _limits):
        check(book)


def _days(book: Book) -> None:
    days = book.scheme.in_force
    if days.to is not None and days.to < days.from_:
        book.add(("in_force", "to"), "days-backwards", Text("the last day is before the first", "最后一天早于第一天"))


def _rounding(book: Book) -> None:
    step = book.scheme.document.rounding.step
    if step <= 0 or step % Fraction(1, 100):
        message = Text("the rounding step must be a positive multiple of 0.01", "取整单位必须是 0.01 的正整数倍")
        book.add(("rounding", "step"), "bad-step", message)


def _measures(book: Book) -> None:
    words = book.scheme.vocabulary.measures
    for name, rule in book.scheme.document.measures.items():
        path: Path = ("measures", name)
        if rule.kind == "ratio" and not rule.average_by:
            message = Text(f"{name!r} is a ratio and cannot be added up", f"{name!r} 是比率，不能相加")
            book.add(path, "average-needed", message, Text("name its weight: average_by", "写明加权用的列：average_by"))
        weight = words.get(rule.average_by)
        if rule.average_by and (weight is None or weight.average_by):
            message = Text(f"{rule.average_by!r} is no additive measure", f"{rule.average_by!r} 不是可相加的指标")
            known = [m for m in words if not words[m].average_by]
            book.add((*path, "average_by"), "unknown-name", message, nearest(rule.average_by, known))
        _not_a_key(book, path, name)


def _parameters(book: Book) -> None:
    for name in book.scheme.document.parameters:
        if name in book.scheme.document.measures:
            book.add(("parameters", name), "name-twice", Text(f"{name!r} is a measure already", f"{name!r} 已经是指标"))
        _not_a_key(book, ("parameters", name), name)
        _legal(book, ("parameters", name), book.scheme.vocabulary.parameters[name])


def _legal(book: Book, path: Path, parameter: Parameter) -> None:
    """Report legal parameters that are not what deductions ask for: shares by kind, and a wage in money."""
    by_kind, name = KIND in parameter.key, parameter.name
    values = [value for dated in parameter.values.values() for _, value in dated]
    if by_kind != (name == LEGAL_SHARE):
        if by_kind:
            message = Text(f"{name!r} is given by kind of deduction", f"{name!r} 按扣款种类给出")
            fix = Text(f"only {LEGAL_SHARE} is", f"只有 {LEGAL_SHARE} 可以")
        else:
            message = Text(f"{name!r} is not given by kind of deduction", f"{name!r} 没有按扣款种类给出")
            example = f"{name}: {{discipline: 20%, loss_recovery: 20%}}"
            fix = Text(f"write {example}", f"写成 {example}")
        book.add(path, "by-kind", message, fix)
    elif by_kind and not (parameter.percent and all(0 <= value <= 1 for value in values)):
        message = Text(f"{name!r} holds shares of the wage, 0% to 100%", f"{name!r} 是工资的比例，0% 到 100%")
        book.add(path, "percent-required", message)
    elif name == MINIMUM_WAGE and parameter.percent:
        message = Text(f"{name!r} is an amount of money", f"{name!r} 是金额")
        fix = Text("leave out the %", "去掉 %")
        book.add(path, "percent-not-allowed", message, fix)


def _defines(book: Book) -> None:
    document = book.scheme.document
    for name, rule in document.define.items():
        if name in document.parameters or name in document.measures:
            other = Text("parameter", "参数") if name in document.parameters else Text("measure", "指标")
            message = Text(f"{name!r} is a {other} already", f"{name!r} 已经是{other.zh}")
            book.add(("define", name), "name-twice", message)
        _not_a_key(book, ("define", name), name)
        if isinstance(rule, DefineEntry):
            book.number(("define", name, "value"), rule.value, "define")
        else:
            book.number(("define", name), rule, "define")


def _not_a_key(book: Book, path: Path, name: str) -> None:
    if name in KEY_COLUMNS or not name.isidentifier() or name.startswith("target_"):
        message = Text(
            f"{name!r} cannot be the name of a measure, define or parameter",
            f"{name!r} 不能作指标、define 或参数的名称",
        )
        book.add(path, "bad-name", message)


def _ids(book: Book) -> None:
    seen: set[str] = set()
    for index, component in enumerate(book.scheme.components):
        if component.id in seen:
            message = Text(f"there is another component {component.id!r}", f"另有一个项目也叫 {component.id!r}")
            book.add(("components", index, "id"), "id-twice", message)
        seen.add(component.id)


def _limits(book: Book) -> None:
    checks: dict[type, Callable[..., None]] = {Cap: _cap, Fund: _fund, Guarantee: _guarantee}
    for index, limit in enumerate(book.scheme.limits):
        checks[type(limit)](book, ("limits", index), limit)


def _cap(book: Book, path: Path, limit: Cap) -> None:
    book.condition((*path, "for"), limit.for_, "payee")
    book.money((*path, "cap"), limit.cap)
    book.on_step((*path, "cap"), limit.cap)
    _no_history(book, (*path, "cap"), limit.cap)
    if limit.carry and limit.period == "year":
        message = Text("only a monthly cap can carry over what it withholds", "只有按月的封顶才能把扣下的部分结转")
        book.add((*path, "carry"), "carry-year", message)


def _fund(book: Book, path: Path, limit: Fund) -> None:
    book.condition((*path, "of"), limit.of, "row")
    book.money((*path, "fund"), limit.fund)
    _no_history(book, (*path, "fund"), limit.fund)


def _guarantee(book: Book, path: Path, limit: Guarantee) -> None:
    book.condition((*path, "for"), limit.for_, "payee")
    book.money((*path, "guarantee"), limit.guarantee)
    book.share((*path, "prorate"), limit.prorate)
    _no_history(book, (*path, "guarantee"), limit.guarantee)
    if limit.recover_from is not None and not limit.recoverable:
        message = Text(
            "only a recoverable guarantee has recover_from", "只有可收回的保底（recoverable）才写 recover_from"
        )
        book.add((*path, "recover_from"), "not-recoverable", message)


def _no_history(book: Book, path: Path, formula: Formula) -> None:
    for call in calls(formula.node, "record", "best", "streak"):
        message = Text(f"{call.function} cannot stand in a limit", f"{call.function} 不能写在 limits 里")
        book.report(path)(Fault("history-here", message, call.column))
