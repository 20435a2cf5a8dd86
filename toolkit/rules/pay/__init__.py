"""Steps 2 to 11: what one scheme pays in one month."""
