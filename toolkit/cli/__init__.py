"""The command `incentive`: the same functions as the notebooks use, for people and schedulers."""

from toolkit.cli.app import main

__all__ = ["main"]
