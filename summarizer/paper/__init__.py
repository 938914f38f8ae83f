"""A paper from a reference to a document, and from an answer to sentences that may be published."""
