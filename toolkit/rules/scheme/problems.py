"""What the checks of a scheme write into: problems with their places, and the checks every expression goes through."""

from __future__ import annotations

from dataclasses import dataclass, field

from toolkit.core.errors import Problem
from toolkit.core.text import Text, Words
from toolkit.core.yaml import Mapping, Node, Scalar
from toolkit.rules.formula.expressions import Expression, Operation, names, nodes
from toolkit.rules.formula.kinds import AnyKind, Fault, Report, describe, require_flag, require_number
from toolkit.rules.scheme.scalars import Formula
from toolkit.rules.scheme.scheme import Scheme
from toolkit.rules.scheme.vocabulary import Place

SchemePath = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class SchemeProblems:
    """The scheme under check and the problems found so far."""

    scheme: Scheme
    problems: list[Problem] = field(default_factory=list)

    def add(self, path: SchemePath, code: str, message: Text, fix: Words = "") -> None:
        """Report something wrong with the value at `path`, or with its key where the path ends in a mapping."""
        at: Node = self.scheme.node.at(path)
        parent = self.scheme.node.at(path[:-1])
        if not isinstance(at, Scalar) and isinstance(parent, Mapping) and path:
            at = parent.key(str(path[-1])) or at
        self.problems.append(Problem(self.scheme.source, message, at.line, at.column, "", fix, code))

    def report(self, path: SchemePath) -> Report:
        """Return what takes the faults of the expression at `path`."""

        def take(fault: Fault) -> None:
            at = self.scheme.node.at(path)
            inside = max(fault.column - 1, 0) + (isinstance(at, Scalar) and at.quoted)
            column, got = at.column + inside, repr(at.text) if isinstance(at, Scalar) else ""
            self.problems.append(
                Problem(self.scheme.source, fault.message, at.line, column, got, fault.fix, fault.code)
            )

        return take

    def number(self, path: SchemePath, formula: Formula | None, place: Place = "unit") -> AnyKind:
        """Check a numeric expression and return its kind."""
        if formula is None:
            return "unknown"
        self._refunds_once(path, formula)
        return require_number(formula.node, self.scheme.vocabulary.at(place), self.report(path))

    def condition(self, path: SchemePath, formula: Formula | None, place: Place = "unit") -> None:
        """Check a condition."""
        if formula is not None:
            self._refunds_once(path, formula)
            require_flag(formula.node, self.scheme.vocabulary.at(place), self.report(path))

    def _refunds_once(self, path: SchemePath, formula: Formula) -> None:
        """Refuse refunds taken off sales, which are net of them already."""
        for node in nodes(formula.node):
            if isinstance(node, Operation) and node.sign == "-" and len(node.parts) == 2:
                less, more = (self._measures_in(part) for part in node.parts[::-1])
                if "sales" in more and "refunds" in less:
                    message = Text(
                        "sales are net of refunds already; this takes them off twice",
                        "sales 已扣除退款，这样会扣两次",
                    )
                    fix = Text("write sales alone, or gross_sales - refunds", "只写 sales，或写 gross_sales - refunds")
                    self.report(path)(Fault("refunds-twice", message, node.column, fix))

    def _measures_in(self, node: Expression) -> set[str]:
        """Return the measures an expression reads, through defines."""
        defines, found, waiting = self.scheme.vocabulary.defines, set[str](), list(names(node))
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting += names(defines[name].formula.node) if name in defines else ()
        return found

    def money(self, path: SchemePath, formula: Formula | None, place: Place = "unit") -> None:
        """Check an amount of money: no percentage, nothing that is a ratio."""
        kind = self.number(path, formula, place)
        if kind == "percent":
            message = Text("an amount of money is no percentage", "金额不能写成百分比")
            fix = Text("leave out the %", "去掉 %")
            self.add(path, "percent-not-allowed", message, fix)
        elif kind == "ratio":
            message = Text("an amount of money is expected, this is a ratio", "这里应是金额，写的是比率")
            self.add(path, "kind-mismatch", message)

    def share(self, path: SchemePath, formula: Formula | None, place: Place = "unit") -> None:
        """Check a factor."""
        kind = self.number(path, formula, place)
        if kind not in ("ratio", "percent", "plain", "number", "any", "unknown"):
            message = Text(
                f"a share is expected, this is {describe(kind)}", f"这里应是份额（比例），写的是{describe(kind).zh}"
            )
            self.add(path, "kind-mismatch", message)

    def on_step(self, path: SchemePath, formula: Formula | None) -> None:
        """Check that a cap or floor written as a number is a multiple of the rounding step."""
        literal = formula.literal if formula is not None else None
        step = self.scheme.document.rounding.step
        if literal is not None and not literal.percent and step > 0 and literal.value % step:
            message = Text(
                f"{float(literal.value)} is no multiple of the rounding step {float(step)}",
                f"{float(literal.value)} 不是取整单位 {float(step)} 的整数倍",
            )
            self.add(path, "off-step", message)
