"""Pictures, tables, privacy, and publishing."""
