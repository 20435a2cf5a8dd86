"""Schemes as data, paid exactly."""
