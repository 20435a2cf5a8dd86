"""A sheet of a file nobody prepared, as rows of canonical tables."""
