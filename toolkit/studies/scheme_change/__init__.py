"""Two schemes compared."""
