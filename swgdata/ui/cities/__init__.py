"""The page Cities & travel."""
