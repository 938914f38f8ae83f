"""Papers in: ids and addresses, polite HTTP, metadata, PDFs on disk."""
