"""Schemes as data, paid exactly.

The normative text is docs/scheme-language.md; the readings chosen where it left room stand in it. One
evaluator pays a payroll month and simulated months; every amount is exact until the one rounding its scheme names.
"""
