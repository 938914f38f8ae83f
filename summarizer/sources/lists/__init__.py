"""What arXiv announced on a date."""
