"""Incentive toolkit: design and audit incentive pay of e-commerce service and sales teams.

The names below are what the notebooks use; each is loaded when first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOME = {
    "Workspace": "data.workspace",
    "import_files": "data.imports",
    "check_workspace": "data.checks",
    "measure_months": "data.measures",
    "read_scheme": "rules",
    "pay": "rules",
    "settle": "studies.settlement",
    "reconcile": "studies.reconcile",
    "audit_month": "studies.audit",
    "audit_details": "output",
    "audit_page": "output",
    "audit_view": "output",
    "study_baseline": "studies.baselines",
    "study_targets": "studies.proposals",
    "page": "output",
    "charts": "output",
    "tables": "output",
    "publish_report": "output.report",
    "verify_report": "output.manifest",
}
__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'toolkit' has no attribute {name!r}")
    home = _HOME[name]
    if home == "output":
        return import_module(f"toolkit.output.{name}")
    return getattr(import_module(f"toolkit.{home}"), name)


def __dir__() -> list[str]:
    return list(__all__)
