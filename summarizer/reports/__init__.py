"""What is told about papers, digests and runs; each with its text beside it."""
