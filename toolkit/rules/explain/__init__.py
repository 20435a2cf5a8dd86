"""Sentences: a scheme read aloud, and the sum behind each ledger row."""
