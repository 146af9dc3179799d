"""The page Spawn shifts."""
