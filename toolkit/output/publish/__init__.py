"""From a notebook and its parameters to a published report."""
