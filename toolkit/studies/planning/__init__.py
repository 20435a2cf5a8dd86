"""Baselines and targets of the coming month."""
