"""What arXiv knows of a paper."""
