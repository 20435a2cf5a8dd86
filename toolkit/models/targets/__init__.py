"""Targets and what an award for them would reward."""
