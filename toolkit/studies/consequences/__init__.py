"""What a scheme does to the people it pays, on their own months."""
