"""New arXiv papers in, dated Chinese digests out, every claim traceable to a page of the paper."""

__version__ = "0.1.0"
