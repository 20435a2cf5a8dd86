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
from toolkit.cli.misuse import MISUSE, explain_misuse
from toolkit.cli.options import language_of
from toolkit.core.errors import ToolkitError, UsageError
from toolkit.core.text import Text

INTERNAL = 5
# Objects made, and rounds, between two searches for cycles: at Python's pace these are a tenth of a short command.
SELDOM = (50_000, 20, 20)

app = typer.Typer(
    name="incentive",
    help="Design and audit incentive pay of customer-service and sales teams.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for group in (workspace, audit, baselines, schemes, lint, explain):
    group.register(app)


def main() -> None:
    """Run the command; errors made on purpose show their message, others where to look."""
    gc.set_threshold(*SELDOM)
    words = sys.argv[1:]
    lang = language_of(words)
    try:
        sys.exit(app(words or ["--help"], standalone_mode=False))
    except MISUSE as error:
        note(explain_misuse(error).of(lang))
        sys.exit(UsageError.exit_code)
    except ToolkitError as error:
        note(error.of(lang))
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.exit(0)
    except Exception as error:
        if os.environ.get("INCENTIVE_DEBUG"):
            traceback.print_exc()
        kind = type(error).__name__
        en = f"internal error: {kind}. Nothing was published. Set INCENTIVE_DEBUG=1 to see where."
        note(Text(en, f"内部错误：{kind}。没有发布任何内容。设置 INCENTIVE_DEBUG=1 可查看出错位置。").of(lang))
        sys.exit(INTERNAL)
