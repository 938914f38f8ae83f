"""The grid of a table."""
