"""A scheme being designed: candidates on the past, on the coming month, if people answer, and how healthy each is."""
