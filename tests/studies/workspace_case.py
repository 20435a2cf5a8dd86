"""What a workspace's payroll of a month is judged by, as the audit has it, for tests that reconcile by themselves."""

from __future__ import annotations

from dataclasses import replace

from toolkit.data.crediting.measures import open_months, orders_earned
from toolkit.data.tables.workspace import Workspace
from toolkit.studies.audit.month import month_case
from toolkit.studies.audit.settlement import Settlement
from toolkit.studies.reconcile.due import PaymentCase


def workspace_case(workspace: Workspace, settlement: Settlement) -> PaymentCase:
    """Return what the month's payroll is judged by, with all that can be asked of it at hand."""
    with open_months(workspace, settlement.month, settlement.month) as opened:
        case = month_case(workspace, settlement, opened, orders_earned(opened))
        return replace(case, alternatives=tuple(case.alternatives))
