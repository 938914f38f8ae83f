"""The runs as pages: digests in, text of pages, feeds and shards out. Nothing here reads or writes a file."""
