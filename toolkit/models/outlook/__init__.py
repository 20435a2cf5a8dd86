"""The coming month: its season, its volume, its chances, and how such chances have held."""
