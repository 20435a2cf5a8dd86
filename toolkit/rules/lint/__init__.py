"""What a scheme does to people, read from its file alone."""
