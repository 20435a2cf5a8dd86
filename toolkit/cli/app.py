"""The application: registers the groups of commands, and turns errors into messages and exit codes.

Exit codes: 0 ok, 1 findings to look at, 2 usage, 3 input, 4 environment, 5 internal.
"""

from __future__ import annotations

import gc
import os
import sys
import traceback

import typer

from toolkit.cli import audit, baselines, explain, lint, schemes, workspace
from toolkit.cli.console import note
from toolkit.core.errors import ToolkitError

INTERNAL = 5
# Objects made, and rounds, between two searches for cycles: at Python's pace these are a tenth of a short command.
SELDOM = (50_000, 20, 20)

app = typer.Typer(
    name="incentive",
    help="Design and audit incentive pay of customer-service and sales teams.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for group in (workspace, audit, baselines, schemes, lint, explain):
    group.register(app)


def main() -> None:
    """Run the command; errors made on purpose show their message, others where to look."""
    gc.set_threshold(*SELDOM)
    try:
        app()
    except ToolkitError as error:
        note(f"{error}")
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.exit(0)
    except Exception as error:
        if os.environ.get("INCENTIVE_DEBUG"):
            traceback.print_exc()
        note(f"internal error: {type(error).__name__}. Nothing was published. Set INCENTIVE_DEBUG=1 to see where.")
        sys.exit(INTERNAL)
