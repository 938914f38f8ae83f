"""What is done with many papers: by hand, by date, by night, again."""
