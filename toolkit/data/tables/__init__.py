"""The canonical tables of a workspace: declared, stored, configured, opened."""
