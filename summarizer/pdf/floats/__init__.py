"""Figures, tables and algorithms: captions, regions, pictures."""
