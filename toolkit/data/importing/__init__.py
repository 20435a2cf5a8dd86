"""Files into a workspace, every row accounted for, each file owning what it read."""
