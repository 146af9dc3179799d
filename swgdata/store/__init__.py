"""What lasts: datasets (memory-mapped exports) and the history of what was fetched."""
