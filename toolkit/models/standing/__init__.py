"""Who stands where, and how surely that can be known."""
