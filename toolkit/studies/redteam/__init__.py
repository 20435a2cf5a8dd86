"""Plans that would pay: what could be gained by moving figures over a month's end, and what repairs a scheme."""
