"""A prompt and a schema to a validated answer: rungs, retries, limits, cost; the offline engine."""
