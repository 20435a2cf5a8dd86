"""From vendor files to canonical tables, and from these to who earned what."""
