"""What is kept: results by content, run folders, what is published."""
