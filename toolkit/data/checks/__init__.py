"""Checks of a workspace's data: what people should look at before they pay."""
