"""Points for counsel, by kind: named where a scheme touches them, never judged, and never declared safe."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from toolkit.core.figures import percent
from toolkit.core.findings import Finding
from toolkit.core.text import Text
from toolkit.rules.formula.expressions import names
from toolkit.rules.lint.reading import (
    ERRORS,
    Place,
    amounts,
    columns,
    comparisons,
    component_places,
    constant,
    deciders,
    deduction_rules,
    direction,
    measure_names,
)
from toolkit.rules.scheme.document import Component
from toolkit.rules.scheme.scheme import Scheme

RECOVERABLE = Fraction(1, 5)
ASK = Text("For counsel; not judged here.", "请法务判断，此处不作结论。")


def _point(place: Place, code: str, en: str, zh: str, **numbers: Any) -> Finding:
    return place.finding(f"legal-{code}", "review", Text(f"{en} {ASK.en}", f"{zh}{ASK.zh}"), **numbers)


def find_recruits_pay(scheme: Scheme) -> Iterator[Finding]:
    """Look for pay on the sales of recruits (China: regulation on pyramid selling, art. 7)."""
    for component, place in component_places(scheme):
        if component.level == "invitees":
            yield _point(
                place.below("level"),
                "recruits",
                "pays on what invited people sell (China: regulation on pyramid selling, art. 7); 1 level.",
                "按所邀请人员的销售计发（中国：《禁止传销条例》第七条）；1 级。",
                levels=1,
            )


def find_off_platform(scheme: Scheme) -> Iterator[Finding]:
    """Look for pay on orders closed off the platform: platforms forbid it, and the seller answers for it."""
    for component, place in component_places(scheme):
        read = sorted(columns(scheme, *amounts(component), *deciders(component)) & {"offline_sales", "offline_orders"})
        if read:
            what = measure_names(scheme, read)
            yield _point(
                place,
                "off-platform",
                f"pays for orders closed off the platform ({what.en}), which touches the platform's rules and the "
                "tax of such orders.",
                f"为平台外成交付酬（{what.zh}），涉及平台规则与此类订单的税务。",
                measures=read,
            )


def find_refund_pressure(scheme: Scheme) -> Iterator[Finding]:
    """Look for pay for lower refunds without a gate of complaints: the cheapest way to it is to refuse what is due."""
    for component, place in component_places(scheme):
        if _pays_for_fewer_refunds(scheme, component) and not _complaints_gate(scheme, component):
            yield _point(
                place,
                "refund-pressure",
                "pays for lower refunds, and no complaint can stop it: due refunds may be refused (consumer law).",
                "按少退款计发，而投诉不能使其停发：可能拒绝应退之款（消费者权益）。",
            )


def _pays_for_fewer_refunds(scheme: Scheme, component: Component) -> bool:
    """Tell whether refunds stand with a minus in a base that is not sales, or decide as a measure to be low."""
    refunds = {"refunds", "refunds_made", "refunds_asked"}
    base = columns(scheme, *amounts(component))
    if "refunds_made" in base or ("refunds" in base and not base & {"gross_sales", "sales"}):
        return True
    if component.rank is not None and columns(scheme, component.rank.by) & refunds:
        return component.rank.order == "lowest"
    return any(columns(scheme, f) & refunds and direction(scheme, f.node) < 0 for f in deciders(component)) or any(
        node.sign in ("<", "<=") and columns(scheme, node) & refunds
        for f in deciders(component)
        for node in comparisons(f)
    )


def _complaints_gate(scheme: Scheme, component: Component) -> bool:
    scaled = component.proration.by if component.proration else None
    return bool(columns(scheme, component.when, scaled) & set(ERRORS[:2]))


def find_discipline(scheme: Scheme) -> Iterator[Finding]:
    """Look for money taken as a punishment: whether an employer may fine is a question of law and of contract."""
    for component, place in deduction_rules(scheme):
        if component.kind == "discipline":
            most = Text(*_share_words(scheme, "discipline"))
            yield _point(
                place.below("kind"),
                "discipline",
                f"takes pay as a punishment; {most.en}.",
                f"以扣薪作为处罚；{most.zh}。",
                share=_legal_share(scheme, "discipline"),
            )


def find_loss_recovery(scheme: Scheme) -> Iterator[Finding]:
    """Look for damage taken out of pay: more than 20 % of a month, or without a contract term, it may not be.

    References
    ----------
    China: interim provisions on wage payment (1994), art. 16.
    """
    for component, place in deduction_rules(scheme):
        share = _legal_share(scheme, "loss_recovery")
        if component.kind == "loss_recovery":
            most = Text(*_share_words(scheme, "loss_recovery"))
            over = share is None or share > RECOVERABLE
            yield _point(
                place.below("kind"),
                "loss-recovery",
                f"takes damage out of pay; {most.en}{', and 20% of a month is asked about' if over else ''} "
                "(China: interim provisions on wage payment, art. 16, which also asks for a contract term).",
                f"从工资中扣赔偿；{most.zh}{'，超过当月工资 20% 须询问' if over else ''}"
                "（中国：《工资支付暂行规定》第十六条，并须有合同约定）。",
                share=share,
                above_20_percent=over,
            )


def _legal_share(scheme: Scheme, kind: str) -> Fraction | None:
    """Return the largest share of the wage the scheme lets a kind of deduction take, None without one."""
    parameter = scheme.vocabulary.parameters.get("legal_share")
    dated = () if parameter is None else parameter.values.get((kind,), ())
    return max((value for _, value in dated), default=None)


def _share_words(scheme: Scheme, kind: str) -> tuple[str, str]:
    share = _legal_share(scheme, kind)
    if share is None:
        return "no legal_share bounds it", "没有 legal_share 限制"
    return f"legal_share lets it take {percent(share)} of the wage", f"legal_share 允许扣工资的 {percent(share)}"


def find_pay_below_base(scheme: Scheme) -> Iterator[Finding]:
    """Look for components that may take from pay (deduct, a floor below 0): the local minimum wage may be undercut."""
    known = "minimum_wage" in scheme.vocabulary.parameters
    for component, place in (*component_places(scheme), *deduction_rules(scheme)):
        floor = constant(scheme, component.floor_formula)
        below = component.floor == "none" or (floor is not None and floor < 0)
        replaces = any("base_pay" in names(f.node) for f in amounts(component))
        if component.deduct is not None or below or replaces:
            told = Text("the scheme compares it with its parameter minimum_wage", "方案与参数 minimum_wage 比较")
            if not known:
                told = Text("the scheme has no parameter minimum_wage to compare it with",
                            "方案没有参数 minimum_wage，无从比较")  # fmt: skip
            yield _point(
                place,
                "minimum-wage",
                f"may leave less than the base pay, and so less than the local minimum wage; {told.en}.",
                f"可能使所得低于底薪，从而低于当地最低工资；{told.zh}。",
                floor=floor,
            )
