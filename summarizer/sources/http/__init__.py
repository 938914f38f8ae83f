"""Asking other people's servers: politely, within limits, in public places only."""
