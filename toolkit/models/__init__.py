"""Baselines with honest uncertainty, reliability, targets."""
