"""Pay sheets as people keep them → pay lines, and the questions that only a person can answer."""
