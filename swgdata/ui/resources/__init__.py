"""The page Resources."""
