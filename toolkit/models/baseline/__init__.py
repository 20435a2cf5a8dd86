"""Who differs, and by how much."""
