"""Incentive toolkit: design and audit incentive pay of e-commerce service and sales teams.

The names below are what the notebooks use; each is loaded when first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOME = {
    "Workspace": "data.tables.workspace",
    "import_files": "data.importing.imports",
    "check_workspace": "data.checks.registry",
    "measure_months": "data.crediting.measures",
    "judging_rules_side_by_side": "data.crediting.measures",
    "read_scheme": "rules.scheme.loading",
    "pay": "rules.settle.payroll",
    "settle": "studies.audit.settlement",
    "reconcile": "studies.reconcile.reconcile",
    "audit_month": "studies.audit.month",
    "audit_activity": "output.reports.activity",
    "audit_details": "output.reports.audit",
    "audit_page": "output.reports.audit",
    "audit_view": "output.reports.view",
    "study_baseline": "studies.planning.baselines",
    "study_targets": "studies.planning.targets",
    "study_design": "studies.design.study",
    "page": "output.render.blocks",
    "charts": "output.render.charts",
    "tables": "output.render.tables",
    "publish_report": "output.publish.report",
    "verify_report": "output.publish.manifest",
}
_MODULES = frozenset({"audit_activity", "audit_details", "audit_page", "audit_view", "charts", "page", "tables"})
__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'toolkit' has no attribute {name!r}")
    home = _HOME[name]
    found = import_module(f"toolkit.{home}")
    return found if name in _MODULES else getattr(found, name)


def __dir__() -> list[str]:
    return list(__all__)
