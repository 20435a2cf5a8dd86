"""Canonical tables to measures: whose order is it, and who earned what."""
