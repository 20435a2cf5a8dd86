"""The month's audit."""
