"""A digest against its paper: citations, numbers, names, Chinese, rating."""
