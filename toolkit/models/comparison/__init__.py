"""Arithmetic and comparisons that need no baseline."""
