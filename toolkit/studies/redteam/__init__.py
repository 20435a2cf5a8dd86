"""Plans that would pay: what one person, or two together, could gain by moving figures over a month's end, and repairs."""
