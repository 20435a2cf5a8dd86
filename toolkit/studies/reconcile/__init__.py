"""Payroll against the rules."""
