"""All checks of a workspace's data, in one list; each is a short function that says what it looks for."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from toolkit.core.findings import Finding, by_gravity, look
from toolkit.core.period import Month
from toolkit.data.checks import calendar as check_calendar
from toolkit.data.checks import days as check_days
from toolkit.data.checks import names as check_names
from toolkit.data.checks import orders as check_orders
from toolkit.data.checks import setup as check_setup
from toolkit.data.checks.context import TableCache
from toolkit.data.crediting.measures import measure_months
from toolkit.data.importing.store import disagreements
from toolkit.data.tables.workspace import Workspace

Check = Callable[[TableCache], Iterator[Finding]]
_SPAN = (("inquiries", "asked_at"), ("orders", "created_at"), ("orders", "paid_at"), ("agent_days", "date"))


def reports_disagree(books: TableCache) -> Iterator[Finding]:
    """Imported files that give different values for one row or leave rows out, and lists that wait for their rows."""
    yield from disagreements(books.workspace.data_dir)


CHECKS: tuple[Check, ...] = (
    check_days.buyers_exceed_inquiries,
    check_days.count_far_from_others,
    check_days.sales_in_other_unit,
    check_days.odd_ratios,
    check_days.ratio_differs_from_parts,
    check_days.sales_without_receptions,
    check_days.repeated_days,
    check_days.manual_figures_shown,
    check_orders.reversed_at_once,
    check_orders.refunds_without_order,
    check_orders.refunds_exceed_order,
    check_orders.refunded_amount_unknown,
    check_orders.times_in_wrong_order,
    check_orders.dates_after_today,
    check_orders.dates_before_the_shop,
    check_orders.customers_written_apart,
    check_orders.agents_exceed_shop,
    check_names.similar_names,
    check_names.idle_agents,
    check_names.idle_accounts,
    check_names.accounts_used_in_absence,
    check_names.ranges_over_hand_overs,
    check_calendar.pending_days,
    check_calendar.missing_days,
    check_calendar.partial_months,
    check_calendar.outlier_days,
    reports_disagree,
    check_setup.rows_rejected,
)
SETUP: tuple[Check, ...] = (
    check_setup.nothing_imported,
    check_setup.nobody_known,
    check_setup.no_schemes,
    check_setup.payroll_not_compared,
)


def check_tables(workspace: Workspace) -> list[Finding]:
    """Return what the tables leave open by themselves, before anything is credited; gravest first."""
    books = TableCache(workspace)
    return by_gravity(finding for check in CHECKS for finding in look(check, books))


def check_workspace(workspace: Workspace) -> list[Finding]:
    """Return all findings: what is lacking, and what the tables and measuring every month leave open; gravest first."""
    books = TableCache(workspace)
    lacking = [finding for check in SETUP for finding in look(check, books)]
    instants = [books.table(name)[column].dropna() for name, column in _SPAN]
    ends = [end for days in instants if len(days) for end in (days.min(), days.max())]
    if not ends:
        return by_gravity([*lacking, *check_tables(workspace)])
    measured = measure_months(workspace, Month.of(min(ends).date()), Month.of(max(ends).date()))
    return by_gravity([*lacking, *check_tables(workspace), *measured.findings])
