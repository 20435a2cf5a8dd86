"""Questions that need data, models and rules together."""
