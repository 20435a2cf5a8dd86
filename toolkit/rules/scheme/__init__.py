"""A scheme file, from its text to a scheme ready to be paid."""
