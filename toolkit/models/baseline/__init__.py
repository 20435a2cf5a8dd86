"""Who differs, by how much, and what comes next."""
