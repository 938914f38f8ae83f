"""Sentences, passages, references."""
