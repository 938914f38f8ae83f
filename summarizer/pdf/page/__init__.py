"""One page: its lines, boxes and hidden text."""
