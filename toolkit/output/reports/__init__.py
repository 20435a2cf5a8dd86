"""The pages of the reports, block by block, and where each is published."""
