"""Vendor files to canonical tables, every row accounted for."""
