"""Expressions: their grammar, kinds, and evaluation on columns of exact numbers."""
